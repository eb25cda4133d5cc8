//! Reads Concordance DAT as others write it: quoted or not, any line end, any encoding, faults and all.

use std::collections::VecDeque;
use std::io::{self, Read};

use duces_model::{Finding, FindingCode, Place};

use crate::codes;
use crate::decode::Text;
use crate::error::LoadFileError;
use crate::parsed::{Header, Parsed, ReadRow};

/// The signs of a DAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiters {
    /// Between columns.
    pub column: char,
    /// Around values.
    pub quote: char,
    /// Stands for a line break within a value.
    pub newline: char,
}

impl Default for Delimiters {
    fn default() -> Self {
        Self { column: '\u{14}', quote: '\u{fe}', newline: '\u{ae}' }
    }
}

impl Delimiters {
    /// Returns the signs that a file's first line seems to use.
    pub fn sniffed(line: &str) -> Self {
        let usual = Self::default();
        if line.contains(usual.column) {
            return usual;
        }
        let chars: Vec<char> = line.chars().collect();
        let between = chars
            .windows(3)
            .find(|three| three[0] == usual.quote && three[2] == usual.quote && !three[1].is_alphanumeric());
        if let Some(three) = between {
            return Self { column: three[1], ..usual };
        }
        let quotes = [('|', '^'), ('\t', '"'), (',', '"'), (';', '"')];
        let count = |sign: char| line.matches(sign).count();
        match quotes.into_iter().max_by_key(|(sign, _)| count(*sign)) {
            Some((column, quote)) if count(column) > 0 && !line.contains(usual.quote) => {
                Self { column, quote, ..usual }
            }
            _ => usual,
        }
    }
}

/// How a DAT is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatOptions {
    /// The file's name, for findings.
    pub file: String,
    /// Its signs; found out by the first line where they are not given.
    pub delimiters: Option<Delimiters>,
    /// Whether the first record names the columns.
    pub has_header: bool,
}

impl DatOptions {
    /// Returns the usual options for a file of this name.
    pub fn named(file: &str) -> Self {
        Self { file: file.to_owned(), delimiters: None, has_header: true }
    }
}

const LONGEST_VALUE: usize = 16 * 1024 * 1024;
const MOST_VALUES: usize = 10_000;

/// Starts reading a DAT.
pub fn read_dat<R: Read>(source: R, options: &DatOptions) -> Result<DatReader<R>, LoadFileError> {
    let text = Text::new(source)?;
    let first_line = text.at_hand().split(['\r', '\n']).next().unwrap_or_default();
    let signs = options.delimiters.unwrap_or_else(|| Delimiters::sniffed(first_line));
    let mut dat = DatReader {
        text,
        signs,
        file: options.file.clone(),
        header: Header::default(),
        width: None,
        findings: VecDeque::new(),
        returned: Vec::new(),
        line: 1,
        bad_line: 0,
        has_odd_line_end: false,
        waiting: None,
        is_done: false,
    };
    dat.note_encoding();
    if options.has_header {
        dat.read_header()?;
    }
    Ok(dat)
}

/// Rows and findings of a DAT, in the file's order. Memory holds one record at a time.
pub struct DatReader<R> {
    text: Text<R>,
    signs: Delimiters,
    file: String,
    header: Header,
    width: Option<usize>,
    findings: VecDeque<Finding>,
    /// Characters that were read too far, last first.
    returned: Vec<(char, bool)>,
    line: u64,
    bad_line: u64,
    has_odd_line_end: bool,
    /// A row whose findings are given first.
    waiting: Option<ReadRow>,
    is_done: bool,
}

/// Where in a record reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Plain,
    Quoted,
    AfterQuote,
}

/// A record on its way.
struct Record {
    line: u64,
    values: Vec<String>,
    cell: String,
    state: State,
    /// Where in the cell the last line break stands, if nothing came after it yet, and the line it ended.
    fresh_break: Option<usize>,
    break_line: Option<u64>,
}

/// What a character did to a record.
enum Step {
    On,
    End,
}

impl<R: Read> DatReader<R> {
    /// Returns the columns; empty where the file has no header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the signs the file is read with.
    pub fn delimiters(&self) -> Delimiters {
        self.signs
    }

    fn report(&mut self, code: &FindingCode, line: u64, text: impl Into<String>) {
        self.findings.push_back(Finding::new(code, Place::file(self.file.as_str()).at_line(line), text));
    }

    fn note_encoding(&mut self) {
        if !self.text.has_bom() {
            self.report(&codes::DAT_NO_BOM, 1, "no byte-order mark");
        }
        if self.text.is_guessed() {
            self.report(&codes::DAT_ENCODING, 1, "it is not UTF-8 and was read as Windows-1252");
        }
    }

    fn read_header(&mut self) -> Result<(), LoadFileError> {
        let Some(row) = self.read_record()? else {
            self.report(&codes::DAT_EMPTY, 1, "the file holds no record");
            self.is_done = true;
            return Ok(());
        };
        self.width = Some(row.values.len());
        self.header = Header::new(row.values);
        let faulty: Vec<String> = self.header.faulty_names().into_iter().map(str::to_owned).collect();
        for name in faulty {
            self.report(&codes::DAT_DUPLICATE_FIELD, row.line, format!("column `{}`", name.escape_debug()));
        }
        Ok(())
    }

    fn next_char(&mut self) -> io::Result<Option<(char, bool)>> {
        let next = match self.returned.pop() {
            Some(returned) => return Ok(Some(returned)),
            None => self.text.next_char()?,
        };
        if matches!(next, Some((_, true))) && self.bad_line != self.line {
            self.bad_line = self.line;
            let line = self.line;
            self.report(&codes::DAT_ENCODING, line, "bytes that are no text; they are shown as U+FFFD or left out");
        }
        Ok(next)
    }

    /// Takes the rest of a line end that starts with `c`; returns whether it is CR LF.
    fn take_break(&mut self, c: char) -> io::Result<bool> {
        self.line += 1;
        if c != '\r' {
            return Ok(false);
        }
        match self.next_char()? {
            Some(('\n', false)) => Ok(true),
            Some(other) => {
                self.returned.push(other);
                Ok(false)
            }
            None => Ok(false),
        }
    }

    fn read_record(&mut self) -> Result<Option<ReadRow>, LoadFileError> {
        let (line, values, cell) = (self.line, Vec::new(), String::new());
        let mut record = Record { line, values, cell, state: State::Start, fresh_break: None, break_line: None };
        loop {
            let Some((c, is_bad)) = self.next_char()? else { return Ok(self.end_of_file(record)) };
            let step = match record.state {
                State::Start => self.at_start(&mut record, c, is_bad)?,
                State::Plain => self.in_plain(&mut record, c)?,
                State::Quoted => self.in_quoted(&mut record, c)?,
                State::AfterQuote => self.after_quote(&mut record, c)?,
            };
            if matches!(step, Step::End) {
                return Ok(Some(record.into_row()));
            }
            if record.cell.len() > LONGEST_VALUE || record.values.len() > MOST_VALUES {
                self.is_done = true;
                self.report(&codes::DAT_TOO_LONG, record.line, "reading stopped here");
                return Ok(None);
            }
        }
    }

    fn end_of_file(&mut self, mut record: Record) -> Option<ReadRow> {
        self.is_done = true;
        if record.state == State::Start && record.values.is_empty() {
            return None;
        }
        if record.state == State::Quoted {
            self.report(&codes::DAT_UNTERMINATED, record.line, "the file ends within a quoted value");
        } else {
            self.note_break(&record);
            self.report(&codes::DAT_LAST_LINE, record.line, "the file ends without a line end");
        }
        record.close();
        Some(record.into_row())
    }

    fn end_of_line(&mut self, record: &mut Record, c: char) -> io::Result<Step> {
        let line = self.line;
        if !self.take_break(c)? && !self.has_odd_line_end {
            self.has_odd_line_end = true;
            self.report(&codes::DAT_LINE_END, line, "this record, and maybe later ones, does not end in CR LF");
        }
        record.close();
        Ok(Step::End)
    }

    fn at_start(&mut self, record: &mut Record, c: char, is_bad: bool) -> io::Result<Step> {
        if c == self.signs.quote {
            record.state = State::Quoted;
        } else if c == self.signs.column {
            record.close();
        } else if is_break(c) && record.values.is_empty() {
            let line = self.line;
            self.take_break(c)?;
            self.report(&codes::DAT_EMPTY_LINE, line, "an empty line, skipped");
            record.line = self.line;
        } else if is_break(c) {
            return self.end_of_line(record, c);
        } else if !is_bad {
            record.push(c, self.signs);
            record.state = State::Plain;
        }
        Ok(Step::On)
    }

    fn in_plain(&mut self, record: &mut Record, c: char) -> io::Result<Step> {
        if c == self.signs.column {
            record.close();
        } else if is_break(c) {
            return self.end_of_line(record, c);
        } else {
            record.push(c, self.signs);
        }
        Ok(Step::On)
    }

    fn in_quoted(&mut self, record: &mut Record, c: char) -> io::Result<Step> {
        if c == self.signs.quote {
            record.state = State::AfterQuote;
        } else if is_break(c) {
            record.break_line.get_or_insert(self.line);
            record.fresh_break = Some(record.cell.len());
            self.take_break(c)?;
            record.cell.push('\n');
        } else {
            if c == self.signs.column {
                let line = self.line;
                self.report(&codes::DAT_COLUMN_SIGN, line, "the column sign within a quoted value, read as part of it");
            }
            record.fresh_break = None;
            record.push(c, self.signs);
        }
        Ok(Step::On)
    }

    fn after_quote(&mut self, record: &mut Record, c: char) -> io::Result<Step> {
        if c == self.signs.column || is_break(c) {
            self.note_break(record);
            if c != self.signs.column {
                return self.end_of_line(record, c);
            }
            record.close();
        } else if c == self.signs.quote {
            record.fresh_break = None;
            record.cell.push(c);
            record.state = State::Quoted;
        } else if let Some(end) = record.fresh_break {
            // A quote sign that starts a line opens the next record: this value's own closing sign is missing.
            self.report(
                &codes::DAT_UNTERMINATED,
                record.line,
                "a quoted value is not closed; it was ended at the line end",
            );
            record.cell.truncate(end);
            record.close();
            self.returned.extend([(c, false), (self.signs.quote, false)]);
            return Ok(Step::End);
        } else {
            let line = self.line;
            self.report(
                &codes::DAT_QUOTE,
                line,
                format!("a quote sign before `{}`, read as part of the value", c.escape_debug()),
            );
            record.cell.push(self.signs.quote);
            record.push(c, self.signs);
            record.state = State::Quoted;
        }
        Ok(Step::On)
    }

    fn note_break(&mut self, record: &Record) {
        if let Some(line) = record.break_line {
            self.report(&codes::DAT_RAW_NEWLINE, line, "a line break within a quoted value, read as part of it");
        }
    }

    fn next_row(&mut self) -> Result<Option<ReadRow>, LoadFileError> {
        if self.is_done {
            return Ok(None);
        }
        let Some(row) = self.read_record()? else { return Ok(None) };
        let width = *self.width.get_or_insert(row.values.len());
        if row.values.len() != width {
            let text = format!("{} values where {width} are expected", row.values.len());
            self.report(&codes::DAT_FIELD_COUNT, row.line, text);
        }
        Ok(Some(row))
    }
}

impl Record {
    fn push(&mut self, c: char, signs: Delimiters) {
        self.cell.push(if c == signs.newline { '\n' } else { c });
    }

    /// Ends the value at hand.
    fn close(&mut self) {
        self.values.push(std::mem::take(&mut self.cell));
        self.state = State::Start;
        self.fresh_break = None;
        self.break_line = None;
    }

    fn into_row(self) -> ReadRow {
        ReadRow { line: self.line, values: self.values }
    }
}

fn is_break(c: char) -> bool {
    c == '\r' || c == '\n'
}

impl<R: Read> Iterator for DatReader<R> {
    type Item = Result<Parsed<ReadRow>, LoadFileError>;

    /// Returns the next finding or row; the findings about a row come before it.
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(finding) = self.findings.pop_front() {
            return Some(Ok(Parsed::Finding(finding)));
        }
        if let Some(row) = self.waiting.take() {
            return Some(Ok(Parsed::Row(row)));
        }
        match self.next_row() {
            Ok(Some(row)) => match self.findings.pop_front() {
                Some(finding) => {
                    self.waiting = Some(row);
                    Some(Ok(Parsed::Finding(finding)))
                }
                None => Some(Ok(Parsed::Row(row))),
            },
            Ok(None) => self.findings.pop_front().map(|finding| Ok(Parsed::Finding(finding))),
            Err(e) => {
                self.is_done = true;
                Some(Err(e))
            }
        }
    }
}
