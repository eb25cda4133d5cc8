//! Reads a CSV after its header row by row: a broken row costs itself alone.

use duces_model::{Item, Place};

use crate::rows::{self, NextRow};
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::window::Window;
use crate::{Format, IngestError, codes};

/// What a format makes of one row.
pub(crate) trait ReadRow {
    /// Returns the file that is read.
    fn source(&self) -> &Source;

    /// Reads one row; `raw` is what stands in the source.
    fn read(&mut self, fields: Vec<String>, raw: &[u8], place: &Place, sink: &mut Sink);
}

/// Opens a file and returns its header with what follows it.
pub(crate) fn header(source: &Source, format: Format) -> Result<(Vec<String>, Window), IngestError> {
    let mut window = source.window()?;
    let next = rows::next(&mut window).map_err(|error| io_error(&source.path, error))?;
    if next != NextRow::Row {
        return Err(source.wrong(format, "its first line is no header"));
    }
    Ok((rows::fields(rows::row(&window), source.encoding).texts, window))
}

/// Sets a row aside that has another number of fields than the header.
pub(crate) fn wrong_count(found: usize, wanted: usize, raw: &[u8], place: &Place, sink: &mut Sink) {
    sink.excepted(&codes::CSV_FIELDS, place, format!("{found} fields where the header has {wanted}"), raw);
}

/// The rows of a source.
pub(crate) struct CsvStream<R> {
    window: Window,
    reader: R,
    sink: Sink,
    records: u64,
    done: bool,
}

impl<R: ReadRow> CsvStream<R> {
    pub(crate) fn new(reader: R, window: Window, sink: Sink) -> Self {
        Self { window, reader, sink, records: 0, done: false }
    }

    fn step(&mut self) {
        let next = rows::next(&mut self.window);
        let place = self.reader.source().place().at_line(self.window.line());
        match next {
            Ok(NextRow::End) => self.done = true,
            Ok(NextRow::Blank) => self.sink.once(&codes::BLANK_LINE, &place, codes::BLANK_LINE.summary),
            Ok(NextRow::Row) => {
                self.records += 1;
                let place = place.at_record(self.records);
                let raw = rows::row(&self.window).to_vec();
                let fields = rows::fields(&raw, self.reader.source().encoding);
                if fields.invalid {
                    self.sink.finding(&codes::INVALID_UTF8, &place, codes::INVALID_UTF8.summary);
                }
                self.reader.read(fields.texts, &raw, &place, &mut self.sink);
            }
            Ok(NextRow::Unclosed) => {
                self.records += 1;
                let place = place.at_record(self.records);
                self.sink.excepted(&codes::CSV_QUOTE, &place, codes::CSV_QUOTE.summary, rows::row(&self.window));
            }
            Err(error) => {
                self.done = true;
                let text = format!("{error}; {} rows before it were read", self.records);
                self.sink.finding(&codes::READ_FAILED, &place, text);
            }
        }
    }
}

impl<R: ReadRow> Iterator for CsvStream<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.sink.next() {
                return Some(item);
            }
            if self.done {
                return None;
            }
            self.step();
        }
    }
}
