//! Reads Opticon: seven columns a line, no quoting, plain ASCII.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};

use duces_model::{Finding, FindingCode, Place};

use crate::codes;
use crate::error::LoadFileError;
use crate::parsed::Parsed;

/// A line of an Opticon file: one image, or one PDF of a whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptLine {
    /// The line's number, from 1.
    pub line: u64,
    /// The image key: the Bates number of the page or document.
    pub key: String,
    /// The volume.
    pub volume: String,
    /// The path, as the file has it.
    pub path: String,
    /// Whether a document starts here.
    pub starts_document: bool,
    /// The fifth column, a folder break.
    pub folder_break: String,
    /// The sixth column, a box break.
    pub box_break: String,
    /// The page count, where it is a number.
    pub pages: Option<u64>,
}

const LONGEST_LINE: u64 = 64 * 1024;

/// Starts reading an Opticon file. `file` names it in findings.
pub fn read_opt<R: Read>(source: R, file: &str) -> OptReader<R> {
    let (source, file, ready) = (BufReader::new(source), file.to_owned(), VecDeque::new());
    OptReader { source, file, ready, line: 0, document: None, is_done: false }
}

/// Lines and findings of an Opticon file, in the file's order.
pub struct OptReader<R> {
    source: BufReader<R>,
    file: String,
    ready: VecDeque<Parsed<OptLine>>,
    line: u64,
    document: Option<Document>,
    is_done: bool,
}

/// The document at hand: where it starts, what it declares, how many lines it has.
struct Document {
    line: u64,
    declared: Option<u64>,
    lines: u64,
}

impl<R: Read> OptReader<R> {
    fn report(&mut self, code: &FindingCode, line: u64, text: impl Into<String>) {
        let finding = Finding::new(code, Place::file(self.file.as_str()).at_line(line), text);
        self.ready.push_back(Parsed::Finding(finding));
    }

    fn read_line(&mut self) -> Result<(), LoadFileError> {
        let mut bytes = Vec::new();
        self.source.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            self.end();
            return Ok(());
        }
        self.line += 1;
        if bytes.len() as u64 == LONGEST_LINE && !bytes.ends_with(b"\n") {
            self.is_done = true;
            self.report(&codes::OPT_TOO_LONG, self.line, "reading stopped here");
            return Ok(());
        }
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if !bytes.iter().all(|b| (b' '..=b'~').contains(b)) {
            self.report(&codes::OPT_NOT_ASCII, self.line, "something other than printable ASCII");
        }
        let text = String::from_utf8_lossy(bytes);
        self.take_line(text.strip_prefix('\u{feff}').unwrap_or(&text));
        Ok(())
    }

    fn end(&mut self) {
        self.is_done = true;
        if self.line == 0 {
            self.report(&codes::OPT_EMPTY, 1, "the file holds no line");
        }
        self.end_document();
    }

    fn take_line(&mut self, text: &str) {
        let columns: Vec<&str> = text.split(',').collect();
        if columns.len() != 7 {
            self.report(&codes::OPT_COLUMNS, self.line, format!("{} columns instead of 7", columns.len()));
        }
        let column = |n: usize| columns.get(n).copied().unwrap_or_default();
        let (break_sign, count) = (column(3), column(6));
        let starts_document = break_sign.eq_ignore_ascii_case("y");
        if !starts_document && !break_sign.is_empty() {
            self.report(&codes::OPT_BREAK, self.line, format!("`{}` as a document break", break_sign.escape_debug()));
        }
        if column(0).trim().is_empty() || column(2).trim().is_empty() {
            self.report(&codes::OPT_VALUE, self.line, "the key or the path is empty");
        }
        if self.line == 1 && !starts_document {
            self.report(&codes::OPT_FIRST_BREAK, self.line, "the first line has no `Y` in the fourth column");
        }
        let pages = count.parse().ok();
        self.follow_document(starts_document, count, pages);
        let line = OptLine {
            line: self.line,
            key: column(0).to_owned(),
            volume: column(1).to_owned(),
            path: column(2).to_owned(),
            starts_document,
            folder_break: column(4).to_owned(),
            box_break: column(5).to_owned(),
            pages,
        };
        self.ready.push_back(Parsed::Row(line));
    }

    fn follow_document(&mut self, starts: bool, count: &str, pages: Option<u64>) {
        if starts || self.document.is_none() {
            self.end_document();
            self.document = Some(Document { line: self.line, declared: pages, lines: 1 });
            if starts && pages.is_none_or(|pages| pages == 0) {
                let text = format!("`{}` as the page count of a document", count.escape_debug());
                self.report(&codes::OPT_PAGE_COUNT, self.line, text);
            }
            return;
        }
        if !count.is_empty() {
            let text = format!("`{}` as the page count of a later page", count.escape_debug());
            self.report(&codes::OPT_PAGE_COUNT, self.line, text);
        }
        if let Some(document) = &mut self.document {
            document.lines += 1;
        }
    }

    /// A document of one line may be a PDF of many pages; one of several lines has a line a page.
    fn end_document(&mut self) {
        let Some(Document { line, declared: Some(declared), lines }) = self.document.take() else { return };
        if lines > 1 && lines != declared {
            self.report(&codes::OPT_PAGE_COUNT, line, format!("{lines} lines for a page count of {declared}"));
        }
    }
}

impl<R: Read> Iterator for OptReader<R> {
    type Item = Result<Parsed<OptLine>, LoadFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.is_done {
            if let Err(e) = self.read_line() {
                self.is_done = true;
                return Some(Err(e));
            }
        }
        self.ready.pop_front().map(Ok)
    }
}
