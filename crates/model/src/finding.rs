//! Findings: what is wrong with data, as values that can be counted, sorted, shown and tested.

use std::fmt;

use serde::Serialize;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Info,
    /// Something could not be kept, read or shown as it was meant; it is excepted and reported.
    Warning,
    /// The thing examined cannot be relied on.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A kind of finding. Each crate keeps its codes in one table, from which documentation and tests are derived.
#[derive(Debug, PartialEq, Eq)]
pub struct FindingCode {
    /// The stable name, such as `DAT_FIELD_COUNT`.
    pub name: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence for the documentation: what it means.
    pub summary: &'static str,
}

/// Where in a source or a production something stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The file, relative to the source or the volume, with `/` between folders.
    pub file: String,
    /// The line (from 1), where the format has lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The record (from 1), where the format has records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
}

impl Place {
    /// Returns the place that is a whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, record: None }
    }

    /// Returns this place narrowed to a line.
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// Returns this place narrowed to a record.
    pub fn at_record(mut self, record: u64) -> Self {
        self.record = Some(record);
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(record) = self.record {
            write!(f, ", record {record}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong, or worth knowing, about data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The stable code.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// Where it was found.
    #[serde(rename = "where", serialize_with = "place_as_text")]
    pub place: Place,
    /// What it says to a person: what is wrong, what was kept, what to do.
    pub text: String,
}

fn place_as_text<S: serde::Serializer>(place: &Place, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(place)
}

impl Finding {
    /// Returns a finding of kind `code`.
    pub fn new(code: &FindingCode, place: Place, text: impl Into<String>) -> Self {
        Self { code: code.name, severity: code.severity, place, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}: {}", self.severity, self.code, self.place, self.text)
    }
}
