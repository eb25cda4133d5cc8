//! Bytes of unknown encoding as text, piece by piece.
//!
//! A byte-order mark decides. Without one the file is UTF-8, unless its start holds more sequences that are none
//! than such that are: then it is taken for Windows-1252, in which the DAT's signs are one byte each.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, WINDOWS_1252};

const PIECE: usize = 64 * 1024;
/// How many lines with bad bytes are remembered.
const MANY: usize = 1000;

/// The text of a source.
pub(crate) struct Text<R> {
    source: R,
    decoder: Decoder,
    has_bom: bool,
    raw: Vec<u8>,
    piece: String,
    at: usize,
    /// Where in the piece a U+FFFD stands for bytes that are no text.
    bad: VecDeque<usize>,
    is_done: bool,
    line: u64,
    bad_lines: Vec<u64>,
    budget: u64,
}

impl<R: Read> Text<R> {
    /// Reads the first piece and decides on the encoding.
    pub(crate) fn new(mut source: R) -> io::Result<Self> {
        let mut raw = Vec::with_capacity(PIECE);
        source.by_ref().take(PIECE as u64).read_to_end(&mut raw)?;
        let (encoding, bom) = match Encoding::for_bom(&raw) {
            Some((encoding, length)) => (encoding, length),
            None if is_rather_one_byte(&raw) => (WINDOWS_1252, 0),
            None => (UTF_8, 0),
        };
        raw.drain(..bom);
        let mut text = Self {
            source,
            decoder: encoding.new_decoder_without_bom_handling(),
            has_bom: bom > 0,
            raw,
            piece: String::new(),
            at: 0,
            bad: VecDeque::new(),
            is_done: false,
            line: 1,
            bad_lines: Vec::new(),
            budget: u64::MAX,
        };
        text.decode()?;
        Ok(text)
    }

    /// Whether the source starts with a byte-order mark.
    pub(crate) fn has_bom(&self) -> bool {
        self.has_bom
    }

    /// Whether the source was taken for Windows-1252.
    pub(crate) fn is_guessed(&self) -> bool {
        self.decoder.encoding() == WINDOWS_1252
    }

    /// What of the text is at hand without reading on.
    pub(crate) fn at_hand(&self) -> &str {
        &self.piece[self.at..]
    }

    /// The lines with bytes that are no text, as far as they were read through [`Read`] or [`BufRead`].
    pub(crate) fn bad_lines(&self) -> &[u64] {
        &self.bad_lines
    }

    /// The line that reading has come to.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Sets how many bytes may be read until this is called again; then reading fails.
    pub(crate) fn allow(&mut self, bytes: u64) {
        self.budget = bytes;
    }

    /// Whether reading failed because the budget was used up.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.budget == 0
    }

    /// Returns the next character and whether it stands for bytes that are no text.
    pub(crate) fn next_char(&mut self) -> io::Result<Option<(char, bool)>> {
        if self.at == self.piece.len() && !self.fill()? {
            return Ok(None);
        }
        let Some(c) = self.piece[self.at..].chars().next() else { return Ok(None) };
        let is_bad = self.bad.front() == Some(&self.at);
        if is_bad {
            self.bad.pop_front();
        }
        self.at += c.len_utf8();
        Ok(Some((c, is_bad)))
    }

    /// Reads the next piece; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        while self.at == self.piece.len() && !self.is_done {
            self.raw.resize(PIECE, 0);
            let read = match self.source.read(&mut self.raw) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            self.raw.truncate(read);
            self.decode()?;
        }
        Ok(self.at < self.piece.len())
    }

    /// Decodes what was read; nothing read means the end.
    fn decode(&mut self) -> io::Result<()> {
        self.piece.clear();
        self.at = 0;
        self.bad.clear();
        self.is_done = self.raw.is_empty();
        let mut rest = &self.raw[..];
        loop {
            self.piece.reserve(rest.len() + 16);
            let (outcome, read) =
                self.decoder.decode_to_string_without_replacement(rest, &mut self.piece, self.is_done);
            rest = &rest[read..];
            match outcome {
                DecoderResult::InputEmpty => return Ok(()),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.bad.push_back(self.piece.len());
                    self.piece.push('\u{fffd}');
                }
            }
        }
    }
}

impl<R: Read> BufRead for Text<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.budget == 0 {
            return Err(io::Error::other("one value is longer than is read"));
        }
        if self.at == self.piece.len() {
            self.fill()?;
        }
        let length = (self.piece.len() - self.at).min(usize::try_from(self.budget).unwrap_or(usize::MAX));
        Ok(&self.piece.as_bytes()[self.at..self.at + length])
    }

    fn consume(&mut self, count: usize) {
        let end = self.at + count;
        while let Some(bad) = self.bad.front().copied().filter(|bad| *bad < end) {
            self.bad.pop_front();
            let breaks = self.piece.as_bytes()[self.at..bad].iter().filter(|b| **b == b'\n').count() as u64;
            let line = self.line + breaks;
            if self.bad_lines.last() != Some(&line) && self.bad_lines.len() < MANY {
                self.bad_lines.push(line);
            }
        }
        self.line += self.piece.as_bytes()[self.at..end].iter().filter(|b| **b == b'\n').count() as u64;
        self.at = end;
        self.budget = self.budget.saturating_sub(count as u64);
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut at_hand = self.fill_buf()?;
        let read = at_hand.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

/// Whether more stands there that is no UTF-8 than characters beyond ASCII that are.
fn is_rather_one_byte(start: &[u8]) -> bool {
    let (mut wrong, mut right) = (0, 0);
    for chunk in start.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    // A character that is cut off at the end of the piece counts as wrong, which one right one outweighs.
    wrong > right.max(1) || (wrong == 1 && right == 0 && start.len() < PIECE)
}
