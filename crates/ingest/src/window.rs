//! A window over a file: the bytes of the record at hand lie together, the rest has gone or is still to come.

use std::io::{self, Read};

const CHUNK: usize = 256 * 1024;

/// The window. `start` is where the record at hand begins, `pos` how far it was looked at.
pub(crate) struct Window {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    pos: usize,
    filled: usize,
    ended: bool,
    /// The offset in the file of `start`.
    offset: u64,
    /// The line (from 1) of `start`.
    line: u64,
}

impl Window {
    pub(crate) fn new(input: Box<dyn Read + Send>) -> Self {
        Self { input, buffer: Vec::new(), start: 0, pos: 0, filled: 0, ended: false, offset: 0, line: 1 }
    }

    /// Returns the bytes that are there from `pos` on, after reading on where there are none; empty at the end.
    pub(crate) fn ahead(&mut self) -> io::Result<&[u8]> {
        if self.pos == self.filled && !self.ended {
            self.fill()?;
        }
        Ok(&self.buffer[self.pos..self.filled])
    }

    /// Returns the byte at `pos`.
    pub(crate) fn peek(&mut self) -> io::Result<Option<u8>> {
        if self.pos < self.filled {
            return Ok(Some(self.buffer[self.pos]));
        }
        Ok(self.ahead()?.first().copied())
    }

    /// Moves on over bytes that were seen.
    pub(crate) fn advance(&mut self, count: usize) {
        self.pos = (self.pos + count).min(self.filled);
    }

    /// Goes back to the start of the record at hand and on by `count` bytes.
    pub(crate) fn rewind_to(&mut self, count: usize) {
        self.pos = (self.start + count).min(self.filled);
    }

    /// Lets a new record begin at `pos`.
    pub(crate) fn begin(&mut self) {
        self.line += memchr::memchr_iter(b'\n', &self.buffer[self.start..self.pos]).count() as u64;
        self.offset += (self.pos - self.start) as u64;
        self.start = self.pos;
    }

    /// Returns the bytes of the record at hand, up to `pos`.
    pub(crate) fn record(&self) -> &[u8] {
        &self.buffer[self.start..self.pos]
    }

    pub(crate) fn record_len(&self) -> usize {
        self.pos - self.start
    }

    /// Returns the line (from 1) at which the record at hand begins.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Returns the offset at which the record at hand begins.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns line and offset of `pos`.
    pub(crate) fn here(&self) -> (u64, u64) {
        let lines = memchr::memchr_iter(b'\n', self.record()).count() as u64;
        (self.line + lines, self.offset + self.record_len() as u64)
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.pos -= self.start;
            self.filled -= self.start;
            self.start = 0;
        }
        if self.buffer.len() < self.filled + CHUNK {
            // Doubling keeps the copying of a long record linear.
            let wanted = (self.filled + CHUNK).max(self.buffer.len() * 2);
            self.buffer.resize(wanted, 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.filled..]) {
                Ok(0) => self.ended = true,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
    }
}
