//! Counts of an import: per input and per file. What is counted where nothing is counted twice is decided by the
//! importer; here it is only added up.

use std::collections::HashMap;

use duces_model::{Finding, Severity, SourceRecord, UtcMillis};

/// What became of the records of one input.
#[derive(Debug, Clone, Default)]
pub(crate) struct InputTally {
    pub(crate) records: u64,
    pub(crate) messages: u64,
    pub(crate) duplicates: u64,
    pub(crate) excepted: u64,
    pub(crate) span: Option<(UtcMillis, UtcMillis)>,
    /// Why it could not be opened.
    pub(crate) failed: Option<String>,
}

/// What was met in one file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FileTally {
    pub(crate) records: u64,
    pub(crate) excepted: u64,
    /// Findings that weigh more than being worth knowing.
    pub(crate) findings: u64,
    /// Findings by which some of it was not read.
    pub(crate) errors: u64,
}

/// The counts of an import.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) inputs: Vec<InputTally>,
    files: HashMap<String, FileTally>,
    /// The file met last and its records, not added up yet: neighbours are mostly of one file.
    last: (String, u64),
}

impl Tally {
    pub(crate) fn new(inputs: usize) -> Self {
        Self { inputs: vec![InputTally::default(); inputs], ..Self::default() }
    }

    /// Counts a record that was understood.
    pub(crate) fn record(&mut self, input: usize, record: &SourceRecord, is_new: bool) {
        let of = &mut self.inputs[input];
        of.records += 1;
        *(if is_new { &mut of.messages } else { &mut of.duplicates }) += 1;
        let (first, last) = of.span.unwrap_or((record.sent, record.sent));
        of.span = Some((first.min(record.sent), last.max(record.sent)));
        if self.last.0 != record.place.file {
            self.settle();
            self.last.0.clone_from(&record.place.file);
        }
        self.last.1 += 1;
    }

    /// Counts a record that could not be made a message.
    pub(crate) fn excepted(&mut self, input: usize, finding: &Finding) {
        self.inputs[input].records += 1;
        self.inputs[input].excepted += 1;
        let file = self.files.entry(finding.place.file.clone()).or_default();
        file.records += 1;
        file.excepted += 1;
    }

    /// Counts a finding.
    pub(crate) fn finding(&mut self, finding: &Finding) {
        if finding.severity == Severity::Info {
            return;
        }
        let file = self.files.entry(finding.place.file.clone()).or_default();
        file.findings += 1;
        file.errors += u64::from(finding.severity == Severity::Error);
    }

    /// Returns what was met in a file.
    pub(crate) fn file(&mut self, path: &str) -> FileTally {
        self.settle();
        self.files.get(path).copied().unwrap_or_default()
    }

    fn settle(&mut self) {
        let records = std::mem::take(&mut self.last.1);
        if records > 0 {
            self.files.entry(self.last.0.clone()).or_default().records += records;
        }
    }
}
