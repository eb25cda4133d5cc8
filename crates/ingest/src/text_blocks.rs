//! Reads a text in which a line of its own begins each message: the lines up to the next such line belong to it.

use duces_model::{Item, Place};

use crate::lines::{self, NextLine};
use crate::scan::LIMIT;
use crate::sink::Sink;
use crate::source::Source;
use crate::window::Window;
use crate::{codes, rows};

/// What a format makes of one block.
pub(crate) trait ReadBlock {
    /// Returns the file that is read.
    fn source(&self) -> &Source;

    /// Tells whether a line begins a message; `after_blank` at the start of the file and behind a blank line.
    fn begins(&self, line: &str, after_blank: bool) -> bool;

    /// Reads one message, whose first line begins it; blank lines at its end are not part of it.
    fn read(&mut self, text: &str, raw: &[u8], place: &Place, sink: &mut Sink);
}

/// The messages of a source.
pub(crate) struct TextBlocks<R> {
    window: Window,
    reader: R,
    sink: Sink,
    /// The bytes of the message at hand, and whether a beginning stands in them.
    block: Vec<u8>,
    begun: bool,
    /// The line (from 1) at which it begins.
    line: u64,
    after_blank: bool,
    records: u64,
    done: bool,
}

impl<R: ReadBlock> TextBlocks<R> {
    pub(crate) fn new(reader: R, window: Window, sink: Sink) -> Self {
        let block = Vec::new();
        Self { window, reader, sink, block, begun: false, line: 1, after_blank: true, records: 0, done: false }
    }

    fn step(&mut self) {
        match lines::next(&mut self.window) {
            Ok(NextLine::Line) => self.take_line(),
            Ok(NextLine::End) => {
                self.finish_block();
                self.done = true;
            }
            Ok(NextLine::TooLarge) => self.too_large(),
            Err(error) => {
                self.finish_block();
                self.done = true;
                let place = self.reader.source().place().at_line(self.window.line());
                let text = format!("{error}; {} records before it were read", self.records);
                self.sink.finding(&codes::READ_FAILED, &place, text);
            }
        }
    }

    fn take_line(&mut self) {
        let line = rows::row(&self.window);
        let text = self.reader.source().encoding.text(line);
        let blank = text.trim().is_empty();
        if !blank && self.reader.begins(&text, self.after_blank) {
            self.finish_block();
            self.begun = true;
        }
        if self.block.is_empty() {
            self.line = self.window.line();
        }
        self.after_blank = blank;
        if !blank || !self.block.is_empty() {
            self.block.extend_from_slice(self.window.record());
        }
        if self.block.len() > LIMIT {
            self.too_large();
        }
    }

    fn too_large(&mut self) {
        self.records += 1;
        let place = self.reader.source().place().at_line(self.line).at_record(self.records);
        let text = format!("the message is larger than {} MiB", LIMIT >> 20);
        self.sink.excepted(&codes::RECORD_TOO_LARGE, &place, text, &[]);
        self.block.clear();
        self.begun = false;
    }

    fn finish_block(&mut self) {
        let raw = std::mem::take(&mut self.block);
        let raw = raw.trim_ascii_end();
        if raw.is_empty() {
            return;
        }
        self.records += 1;
        let place = self.reader.source().place().at_line(self.line).at_record(self.records);
        if !self.begun {
            let text = "these lines stand before the first that begins a message; they were set aside";
            self.sink.excepted(&codes::NO_BEGINNING, &place, text, raw);
            return;
        }
        let encoding = self.reader.source().encoding;
        let bytes = encoding.utf8_bytes(raw);
        if std::str::from_utf8(&bytes).is_err() {
            self.sink.finding(&codes::INVALID_UTF8, &place, codes::INVALID_UTF8.summary);
        }
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        self.reader.read(&text, raw, &place, &mut self.sink);
    }
}

impl<R: ReadBlock> Iterator for TextBlocks<R> {
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
