//! Writes the CSV copy: RFC 4180 with every cell quoted, CRLF, a byte-order mark, and the formula guard.

use std::borrow::Cow;
use std::io::Write;

use csv::{QuoteStyle, Terminator, WriterBuilder};
use duces_model::Cleared;

use crate::cell::{Lists, write_cell};
use crate::csv_guard::guarded;
use crate::dialect::Dialect;
use crate::error::LoadFileError;
use crate::replaced::Replaced;
use crate::value::Row;

/// Writes a CSV, row by row. It is a convenience copy of the DAT for people with a spreadsheet.
pub struct CsvWriter<W: Write> {
    csv: csv::Writer<W>,
    dialect: Dialect,
    replaced: Replaced,
    cell: String,
}

impl<W: Write> CsvWriter<W> {
    /// Checks the dialect and writes the header.
    pub fn new(mut sink: W, dialect: &Dialect) -> Result<Self, LoadFileError> {
        dialect.check()?;
        if dialect.bom {
            sink.write_all("\u{feff}".as_bytes())?;
        }
        let mut builder = WriterBuilder::new();
        builder.quote_style(QuoteStyle::Always).terminator(Terminator::CRLF);
        let csv = builder.from_writer(sink);
        let mut csv = Self { csv, dialect: dialect.clone(), replaced: Replaced::default(), cell: String::new() };
        for column in &dialect.columns {
            csv.write_guarded(&column.name)?;
        }
        csv.end_record()?;
        Ok(csv)
    }

    /// Writes one document.
    pub fn row(&mut self, row: &Cleared<Row>) -> Result<(), LoadFileError> {
        for n in 0..self.dialect.columns.len() {
            let field = self.dialect.columns[n].field;
            let mut cell = std::mem::take(&mut self.cell);
            write_cell(row, field, &self.dialect, Lists::Escape, &mut self.replaced, &mut cell);
            self.write_guarded(&cell)?;
            self.cell = cell;
        }
        self.end_record()
    }

    /// Returns the sink, flushed, and what was guarded.
    pub fn finish(mut self) -> Result<(W, Replaced), LoadFileError> {
        self.csv.flush()?;
        let sink = self.csv.into_inner().map_err(|e| e.into_error())?;
        Ok((sink, self.replaced))
    }

    fn write_guarded(&mut self, cell: &str) -> Result<(), LoadFileError> {
        let guarded = guarded(cell);
        self.replaced.csv_guards += u64::from(matches!(guarded, Cow::Owned(_)));
        self.csv.write_field(guarded.as_bytes()).map_err(from_csv)
    }

    fn end_record(&mut self) -> Result<(), LoadFileError> {
        self.csv.write_record(None::<&[u8]>).map_err(from_csv)
    }
}

pub(crate) fn from_csv(error: csv::Error) -> LoadFileError {
    LoadFileError::Io(error.into())
}
