//! The account of a production: what a person is told at its end, and what the reports say in full.

use duces_model::{BatesRange, Digest, Finding};
use serde::{Deserialize, Serialize};

use crate::sum::{Classes, Line};

/// What a production came to. Serialises as the JSON report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// The production's name.
    pub production: String,
    /// The matter's name.
    pub matter: String,
    /// The volume's name.
    pub volume: String,
    /// The profile's name.
    pub profile: String,
    /// All numbers, where anything was produced.
    pub bates: Option<BatesRange>,
    /// How many conversations the production shows.
    pub conversations: u64,
    /// How many families.
    pub families: u64,
    /// How many documents.
    pub documents: u64,
    /// How many pages.
    pub pages: u64,
    /// Messages by class.
    pub messages: Classes,
    /// Attachments by class.
    pub attachments: Classes,
    /// What is withheld, and why.
    pub withheld: Vec<WithheldLine>,
    /// What could not be read or rendered, and why.
    pub exceptions: Vec<ExceptionLine>,
    /// The sum, per conversation and day.
    pub sum: Vec<SumLine>,
    /// What else is to be known.
    pub findings: Vec<FindingLine>,
    /// The keywords that were asked for, and what their hits depend on; for the producing side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<(String, String)>,
    /// The rules the recipient is told.
    pub rules: Vec<(String, String)>,
    /// The SHA-256 of the volume's manifest; the cover letter carries it.
    pub manifest: Digest,
    /// The SHA-256 of the volume's ZIP.
    pub zip: Digest,
    /// How many files the volume holds, the manifest included.
    pub files: u64,
}

/// A conversation, day or file that is withheld. For the producing side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WithheldLine {
    /// The conversation's name.
    pub conversation: String,
    /// Its native id.
    pub conversation_id: String,
    /// Why.
    pub reason: String,
    /// How many messages, further copies aside.
    pub messages: u64,
    /// How many attachments, likewise.
    pub attachments: u64,
}

/// An exception.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExceptionLine {
    /// The document it stands in or is, by its first number; empty where it is no part of the volume.
    pub bates: String,
    /// The conversation's name or the source's file.
    pub place: String,
    /// What it is about.
    pub item: String,
    /// Why.
    pub reason: String,
}

/// A line of the sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SumLine {
    /// The conversation's name.
    pub conversation: String,
    /// The day.
    pub day: String,
    /// The counts.
    #[serde(flatten)]
    pub line: Line,
}

/// A finding, as reports keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingLine {
    /// The stable code.
    pub code: String,
    /// How much it weighs.
    pub severity: String,
    /// Where.
    #[serde(rename = "where")]
    pub place: String,
    /// What it says.
    pub text: String,
}

impl From<&Finding> for FindingLine {
    fn from(finding: &Finding) -> Self {
        Self {
            code: finding.code.to_owned(),
            severity: finding.severity.to_string(),
            place: finding.place.to_string(),
            text: finding.text.clone(),
        }
    }
}

impl Account {
    /// Returns how many exceptions a person should know of.
    pub fn excepted(&self) -> u64 {
        self.exceptions.len() as u64
    }
}
