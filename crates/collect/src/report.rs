//! What an import did, in figures and findings: the values that the terminal, the JSON and the matter's own record show.

use std::collections::BTreeMap;

use duces_model::{ConversationKey, ConversationKind, Custodian, Finding, Severity, UtcMillis};
use serde::Serialize;

/// How many findings a report lists; all are counted.
pub const LISTED_FINDINGS: usize = 10_000;
/// How many lacking messages a report names for each copy; all are counted.
pub const LISTED_LACKS: usize = 50;

/// The outcome of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Whose archive it was.
    pub custodian: Custodian,
    /// The account that was collected, where it is known.
    pub account: Option<String>,
    /// The source as the request names it.
    pub label: String,
    /// How many records the source has.
    pub records: u64,
    /// How many messages were new to the matter.
    pub messages: u64,
    /// How many records were copies of messages that the matter has: `merged`, `repeated` and `held` together.
    pub duplicates: u64,
    /// Records of messages that the matter had from elsewhere, added as further copies.
    pub merged: u64,
    /// Records that stand in the source more than once in the same bytes.
    pub repeated: u64,
    /// Records that the matter held already; nothing was added for them.
    pub held: u64,
    /// Records of which no message could be made; their bytes are kept.
    pub excepted: u64,
    /// How many attachments the records name.
    pub attachments: u64,
    /// How many of them have no bytes.
    pub missing_attachments: u64,
    /// Whether an earlier, interrupted import of the same source was gone on with.
    pub resumed: bool,
    /// The rules by which copies were recognised, and how many records each of them matched.
    pub rules: RuleCounts,
    /// The conversations of the source, sorted by key.
    pub conversations: Vec<ConversationReport>,
    /// Files of the source that hold no messages and were not referred to as such, with the reason.
    pub ignored: Vec<IgnoredFile>,
    /// How many findings there are of each code.
    pub finding_counts: BTreeMap<&'static str, u64>,
    /// The findings, up to [`LISTED_FINDINGS`].
    pub findings: Vec<Finding>,
}

impl ImportReport {
    /// Returns whether every record of the source stands in exactly one class.
    pub fn adds_up(&self) -> bool {
        self.duplicates == self.merged + self.repeated + self.held
            && self.records == self.messages + self.duplicates + self.excepted
    }

    /// Returns the severity of the gravest finding.
    pub fn gravest(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// How many records each rule of identity matched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RuleCounts {
    /// App, conversation and server id.
    pub server_id: u64,
    /// App, conversation, sender, second, type, digest of the normalised body, ordinal among equals.
    pub content: u64,
}

/// A file of the source that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IgnoredFile {
    /// The path relative to the source.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// What an import did to one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConversationReport {
    /// The conversation.
    pub key: ConversationKey,
    /// Direct, group or official account.
    pub kind: ConversationKind,
    /// Its name.
    pub title: String,
    /// How many records of the source are of it.
    pub records: u64,
    /// How many messages were new.
    pub messages: u64,
    /// Further copies added.
    pub merged: u64,
    /// The same bytes once more in the source.
    pub repeated: u64,
    /// Held already.
    pub held: u64,
    /// When its first record was sent.
    pub first: UtcMillis,
    /// When its last record was sent.
    pub last: UtcMillis,
    /// What each custodian's copy has and lacks, where more than one hold the conversation.
    pub copies: Vec<CopyReport>,
}

/// What one custodian's copy of a conversation has and lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyReport {
    /// Whose copy.
    pub custodian: Custodian,
    /// How many messages it has.
    pub messages: u64,
    /// When its first was sent.
    pub first: UtcMillis,
    /// When its last was sent.
    pub last: UtcMillis,
    /// How many messages it lacks that another copy has, within the time that both cover.
    pub lacks: u64,
    /// The first of the messages it lacks, up to [`LISTED_LACKS`].
    pub lacking: Vec<LackingMessage>,
}

/// A message that a copy lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LackingMessage {
    /// When it was sent.
    pub sent: UtcMillis,
    /// Its server id.
    pub native_id: Option<String>,
    /// Who sent it.
    pub sender: String,
}

/// Gathers findings: counts all, lists the first.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) counts: BTreeMap<&'static str, u64>,
    pub(crate) listed: Vec<Finding>,
}

impl Findings {
    pub(crate) fn add(&mut self, finding: Finding) {
        *self.counts.entry(finding.code).or_default() += 1;
        if self.listed.len() < LISTED_FINDINGS {
            self.listed.push(finding);
        }
    }
}
