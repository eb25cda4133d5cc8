//! Writes Opticon: one line a document, naming its PDF; plain ASCII, no quoting, CRLF.

use std::io::Write;

use duces_model::Cleared;

use crate::dialect::Dialect;
use crate::error::LoadFileError;
use crate::field::Field;
use crate::value::{Row, Value};

/// Writes an Opticon file, document by document.
pub struct OptWriter<W> {
    sink: W,
    path_separator: char,
}

impl<W: Write> OptWriter<W> {
    /// Starts a file. It has no header and no byte-order mark: importers read it as a one-byte encoding.
    pub fn new(sink: W, dialect: &Dialect) -> Result<Self, LoadFileError> {
        dialect.check()?;
        Ok(Self { sink, path_separator: dialect.path_separator })
    }

    /// Writes the line of one document: `BEGBATES,PRODVOL,PDFPATH,Y,,,PAGECOUNT`.
    ///
    /// Returns whether there was one to write: a document without a PDF has no line.
    pub fn row(&mut self, row: &Cleared<Row>) -> Result<bool, LoadFileError> {
        if row.get(Field::PdfPath).is_empty() {
            return Ok(false);
        }
        let key = plain(row, Field::BegBates, false)?;
        let volume = plain(row, Field::ProdVol, true)?;
        let path = plain(row, Field::PdfPath, false)?;
        let path = path.replace('/', self.path_separator.encode_utf8(&mut [0; 4]));
        let Value::Number(pages @ 1..) = *row.get(Field::PageCount) else {
            return Err(refuse(row, Field::PageCount, "a page count of at least 1 is wanted"));
        };
        write!(self.sink, "{key},{volume},{path},Y,,,{pages}\r\n")?;
        Ok(true)
    }

    /// Returns the sink, flushed.
    pub fn finish(mut self) -> Result<W, LoadFileError> {
        self.sink.flush()?;
        Ok(self.sink)
    }
}

fn plain(row: &Row, field: Field, may_be_empty: bool) -> Result<&str, LoadFileError> {
    let text = row.text(field);
    if text.is_empty() && !may_be_empty {
        return Err(refuse(row, field, "it is empty"));
    }
    if text.contains([',', '"']) {
        return Err(refuse(row, field, "a comma or a quote would break the columns"));
    }
    if !text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return Err(refuse(row, field, "only printable ASCII is read alike everywhere"));
    }
    Ok(text)
}

fn refuse(row: &Row, field: Field, why: &'static str) -> LoadFileError {
    LoadFileError::Value {
        format: "Opticon",
        field: field.name(),
        value: row.text(field).chars().take(80).collect(),
        document: row.text(Field::BegBates).chars().take(80).collect(),
        why,
    }
}
