//! Reads a JSON source line by line: a broken line costs itself alone.

use duces_model::Item;

use crate::json_stream::ReadElement;
use crate::lines::{self, NextLine};
use crate::sink::Sink;
use crate::window::Window;
use crate::{codes, rows, scan};

/// The lines of a source, each an element.
pub(crate) struct JsonLines<R> {
    window: Window,
    reader: R,
    sink: Sink,
    records: u64,
    done: bool,
}

impl<R: ReadElement> JsonLines<R> {
    pub(crate) fn new(reader: R, window: Window, sink: Sink) -> Self {
        Self { window, reader, sink, records: 0, done: false }
    }

    fn step(&mut self) {
        let next = lines::next(&mut self.window);
        let place = self.reader.source().place().at_line(self.window.line());
        match next {
            Ok(NextLine::End) => self.finish(),
            Ok(NextLine::Line) if rows::row(&self.window).trim_ascii().is_empty() => {
                self.sink.once(&codes::BLANK_LINE, &place, codes::BLANK_LINE.summary);
            }
            Ok(NextLine::Line) if self.reader.is_remark(rows::row(&self.window)) => {}
            Ok(NextLine::Line) => {
                self.records += 1;
                let raw = rows::row(&self.window).to_vec();
                self.reader.read(raw.trim_ascii(), &place.at_record(self.records), &mut self.sink);
            }
            Ok(NextLine::TooLarge) => {
                self.records += 1;
                let text = format!("the line is larger than {} MiB", scan::LIMIT >> 20);
                self.sink.excepted(&codes::RECORD_TOO_LARGE, &place.at_record(self.records), text, &[]);
            }
            Err(error) => {
                let text = format!("{error}; {} records before it were read", self.records);
                self.sink.finding(&codes::READ_FAILED, &place, text);
                self.finish();
            }
        }
    }

    fn finish(&mut self) {
        self.done = true;
        let place = self.reader.source().place();
        self.reader.end(self.records, &place, &mut self.sink);
    }
}

impl<R: ReadElement> Iterator for JsonLines<R> {
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
