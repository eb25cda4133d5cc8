//! Writes Concordance DAT: every value quoted, CRLF after every record, reserved signs replaced and counted.

use std::io::Write;

use duces_model::Cleared;

use crate::cell::{Lists, write_cell};
use crate::dialect::{DatSigns, Dialect, Encoding};
use crate::error::LoadFileError;
use crate::replaced::Replaced;
use crate::value::Row;

/// Writes a DAT, row by row.
pub struct DatWriter<W> {
    sink: W,
    dialect: Dialect,
    replaced: Replaced,
    cell: String,
    record: String,
    is_first: bool,
}

impl<W: Write> DatWriter<W> {
    /// Checks the dialect and writes the header.
    pub fn new(sink: W, dialect: &Dialect) -> Result<Self, LoadFileError> {
        dialect.check()?;
        let (dialect, replaced) = (dialect.clone(), Replaced::default());
        let mut dat = Self { sink, dialect, replaced, cell: String::new(), record: String::new(), is_first: true };
        if dat.dialect.bom || dat.dialect.encoding == Encoding::Utf16le {
            dat.record.push('\u{feff}');
        }
        for n in 0..dat.dialect.columns.len() {
            dat.cell.clone_from(&dat.dialect.columns[n].name);
            dat.push_cell();
        }
        dat.end_record()?;
        Ok(dat)
    }

    /// Writes one document.
    pub fn row(&mut self, row: &Cleared<Row>) -> Result<(), LoadFileError> {
        for n in 0..self.dialect.columns.len() {
            let field = self.dialect.columns[n].field;
            write_cell(row, field, &self.dialect, Lists::Replace, &mut self.replaced, &mut self.cell);
            self.push_cell();
        }
        self.end_record()
    }

    /// Returns the sink, flushed, and what was replaced.
    pub fn finish(mut self) -> Result<(W, Replaced), LoadFileError> {
        self.sink.flush()?;
        Ok((self.sink, self.replaced))
    }

    fn push_cell(&mut self) {
        let signs = &self.dialect.dat;
        if !std::mem::take(&mut self.is_first) {
            self.record.push(signs.column);
        }
        self.record.push(signs.quote);
        signs.push_value(&self.cell, &mut self.replaced, &mut self.record);
        self.record.push(signs.quote);
    }

    fn end_record(&mut self) -> Result<(), LoadFileError> {
        self.record.push_str("\r\n");
        match self.dialect.encoding {
            Encoding::Utf8 => self.sink.write_all(self.record.as_bytes())?,
            Encoding::Utf16le => {
                let bytes: Vec<u8> = self.record.encode_utf16().flat_map(u16::to_le_bytes).collect();
                self.sink.write_all(&bytes)?;
            }
        }
        self.record.clear();
        self.is_first = true;
        Ok(())
    }
}

impl DatSigns {
    /// Returns a value as it stands between the quotes.
    pub fn value(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        self.push_value(text, &mut Replaced::default(), &mut out);
        out
    }

    fn push_value(&self, text: &str, replaced: &mut Replaced, out: &mut String) {
        let is_reserved = |c: char| c == self.quote || c == self.column || c == self.newline || c == '\r' || c == '\n';
        if !text.contains(is_reserved) {
            out.push_str(text);
            return;
        }
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c == '\r' || c == '\n' {
                if c == '\r' && chars.peek() == Some(&'\n') {
                    chars.next();
                }
                replaced.newlines += 1;
                out.push(self.newline);
            } else if c == self.quote {
                replaced.quote += 1;
                out.push_str(&self.quote_becomes);
            } else if c == self.column {
                replaced.column += 1;
                out.push_str(&self.column_becomes);
            } else if c == self.newline {
                replaced.newline_sign += 1;
                out.push_str(&self.newline_becomes);
            } else {
                out.push(c);
            }
        }
    }
}
