//! Reads CSV, the formula guard undone.

use std::collections::VecDeque;
use std::io::Read;

use csv::{ReaderBuilder, StringRecord};
use duces_model::{Finding, FindingCode, Place};

use crate::codes;
use crate::csv_guard::unguarded;
use crate::csv_out::from_csv;
use crate::decode::Text;
use crate::error::LoadFileError;
use crate::parsed::{Header, Parsed, ReadRow};

const LONGEST_RECORD: u64 = 16 * 1024 * 1024;

/// Starts reading a CSV with a header. `file` names it in findings.
pub fn read_csv<R: Read>(source: R, file: &str) -> Result<CsvReader<R>, LoadFileError> {
    let text = Text::new(source)?;
    let (has_bom, is_guessed) = (text.has_bom(), text.is_guessed());
    let has_crlf = text.at_hand().contains("\r\n");
    let mut builder = ReaderBuilder::new();
    let csv = builder.has_headers(false).flexible(true).from_reader(text);
    let (file, header, findings) = (file.to_owned(), Header::default(), VecDeque::new());
    let mut reader = CsvReader { csv, file, header, findings, waiting: None, has_crlf, bad_lines: 0, is_done: false };
    if !has_bom {
        reader.report(&codes::CSV_NO_BOM, 1, "no byte-order mark");
    }
    if is_guessed {
        reader.report(&codes::CSV_ENCODING, 1, "it is not UTF-8 and was read as Windows-1252");
    }
    match reader.read_record()? {
        Some(row) => {
            reader.header = Header::new(row.values);
            let faulty: Vec<String> = reader.header.faulty_names().into_iter().map(str::to_owned).collect();
            for name in faulty {
                reader.report(&codes::CSV_DUPLICATE_FIELD, row.line, format!("column `{}`", name.escape_debug()));
            }
        }
        None if reader.is_done => {}
        None => reader.report(&codes::CSV_EMPTY, 1, "the file holds no record"),
    }
    Ok(reader)
}

/// Rows and findings of a CSV, in the file's order. Memory holds one record at a time.
pub struct CsvReader<R> {
    csv: csv::Reader<Text<R>>,
    file: String,
    header: Header,
    findings: VecDeque<Finding>,
    waiting: Option<ReadRow>,
    has_crlf: bool,
    bad_lines: usize,
    is_done: bool,
}

impl<R: Read> CsvReader<R> {
    /// Returns the columns.
    pub fn header(&self) -> &Header {
        &self.header
    }

    fn report(&mut self, code: &FindingCode, line: u64, text: impl Into<String>) {
        self.findings.push_back(Finding::new(code, Place::file(self.file.as_str()).at_line(line), text));
    }

    /// Returns the line a record starts on.
    ///
    /// The reader takes CR for the end and finds the LF at the start of the next record, so that its own count of
    /// where a record starts lags by one there, and its count of where one ends is the one to go by.
    fn start_of(&self, record: &StringRecord) -> u64 {
        if self.has_crlf {
            let within = record.iter().map(|cell| cell.matches('\n').count() as u64).sum();
            self.csv.position().line().saturating_sub(within)
        } else {
            record.position().map_or(1, csv::Position::line)
        }
    }

    fn read_record(&mut self) -> Result<Option<ReadRow>, LoadFileError> {
        if self.is_done {
            return Ok(None);
        }
        self.csv.get_mut().allow(LONGEST_RECORD);
        let mut record = StringRecord::new();
        let outcome = self.csv.read_record(&mut record);
        let bad_lines = self.csv.get_ref().bad_lines()[self.bad_lines..].to_vec();
        for line in bad_lines {
            self.bad_lines += 1;
            self.report(&codes::CSV_ENCODING, line, "bytes that are no text; they are shown as U+FFFD");
        }
        match outcome {
            Ok(true) => {
                let line = self.start_of(&record);
                let values = record.iter().map(|cell| unguarded(cell).to_owned()).collect();
                Ok(Some(ReadRow { line, values }))
            }
            Ok(false) => Ok(None),
            Err(_) if self.csv.get_ref().is_exhausted() => {
                self.is_done = true;
                let line = self.csv.position().line();
                self.report(&codes::CSV_TOO_LONG, line, "reading stopped here");
                Ok(None)
            }
            Err(e) => {
                self.is_done = true;
                Err(from_csv(e))
            }
        }
    }
}

impl<R: Read> Iterator for CsvReader<R> {
    type Item = Result<Parsed<ReadRow>, LoadFileError>;

    /// Returns the next finding or row; the findings about a row come before it.
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(finding) = self.findings.pop_front() {
            return Some(Ok(Parsed::Finding(finding)));
        }
        if let Some(row) = self.waiting.take() {
            return Some(Ok(Parsed::Row(row)));
        }
        let row = match self.read_record() {
            Ok(row) => row,
            Err(e) => return Some(Err(e)),
        };
        if let Some(row) = &row {
            let (has, wants) = (row.values.len(), self.header.names().len());
            if has != wants {
                self.report(&codes::CSV_FIELD_COUNT, row.line, format!("{has} values where {wants} are expected"));
            }
        }
        match self.findings.pop_front() {
            Some(finding) => {
                self.waiting = row;
                Some(Ok(Parsed::Finding(finding)))
            }
            None => row.map(|row| Ok(Parsed::Row(row))),
        }
    }
}
