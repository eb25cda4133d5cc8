//! Reads a table row by row for a format: what cannot be told apart costs itself alone.

use duces_model::{Item, Place};

use super::{Grid, Next, Row};
use crate::codes;
use crate::sink::Sink;
use crate::source::Source;

/// What a format makes of a table.
pub(crate) trait ReadTable {
    /// Returns the file that is read.
    fn source(&self) -> &Source;

    /// Returns how many records were read.
    fn records(&self) -> u64;

    /// A sheet of this name begins.
    fn sheet(&mut self, name: String, sink: &mut Sink);

    /// Reads one row that says something.
    fn row(&mut self, row: Row, sink: &mut Sink);

    /// The table is over.
    fn end(&mut self, sink: &mut Sink);
}

/// The rows of a source.
pub(crate) struct TableStream<R> {
    grid: Grid,
    reader: R,
    sink: Sink,
    done: bool,
}

impl<R: ReadTable> TableStream<R> {
    pub(crate) fn new(reader: R, grid: Grid, sink: Sink) -> Self {
        Self { grid, reader, sink, done: false }
    }

    fn step(&mut self) {
        let (reader, sink) = (&mut self.reader, &mut self.sink);
        match self.grid.next() {
            Next::Sheet(name) => reader.sheet(name, sink),
            // A row of commas alone says no more than an empty line.
            Next::Row(row) if row.is_blank() => blank(reader.source(), row.line, sink),
            Next::Blank(line) => blank(reader.source(), line, sink),
            Next::Row(row) => {
                if row.invalid {
                    let place = reader.source().place().at_line(row.line);
                    sink.finding(&codes::INVALID_UTF8, &place, codes::INVALID_UTF8.summary);
                }
                reader.row(row, sink);
            }
            Next::Unclosed(row) => {
                let place = reader.source().place().at_line(row.line);
                sink.excepted(&codes::CSV_QUOTE, &place, codes::CSV_QUOTE.summary, &row.raw);
            }
            Next::Failed(line, reason) => {
                let place = reader.source().place().at_line(line);
                let text = format!("{reason}; {} records before it were read", reader.records());
                sink.finding(&codes::READ_FAILED, &place, text);
                self.done = true;
            }
            Next::End => {
                reader.end(sink);
                self.done = true;
            }
        }
    }
}

fn blank(source: &Source, line: u64, sink: &mut Sink) {
    let place: Place = source.place().at_line(line);
    sink.once(&codes::BLANK_LINE, &place, codes::BLANK_LINE.summary);
}

impl<R: ReadTable> Iterator for TableStream<R> {
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
