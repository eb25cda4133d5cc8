//! What an import did, in figures and findings: the values that the terminal, the JSON and the matter's own record show.

use std::collections::BTreeMap;

use duces_archive::Excluded;
use duces_model::{ConversationKey, ConversationKind, Custodian, Digest, Finding, Severity, UtcMillis};
use serde::Serialize;

use crate::payments::PaymentCounts;

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
    /// The accounts of the apps that the source is of, as far as it says them.
    pub accounts: BTreeMap<String, String>,
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
    /// Records that must not be collected; nothing of them is kept.
    pub excluded: u64,
    /// Records among `merged` that took the place of an earlier message.
    pub replaced: u64,
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
    /// What was read as one each, most often a file, in reading order.
    pub inputs: Vec<InputReport>,
    /// Every file of the source and what became of it, but for those that hold only what must not be collected.
    pub files: Vec<FileReport>,
    /// The ZIPs that were opened.
    pub zips: Vec<ZipReport>,
    /// What was left out because somebody decided so.
    pub exclusions: Option<ExclusionReport>,
    /// How payments and the messages they pay met.
    pub payments: PaymentCounts,
    /// How many findings there are of each code.
    pub finding_counts: BTreeMap<&'static str, u64>,
    /// The findings, up to [`LISTED_FINDINGS`].
    pub findings: Vec<Finding>,
}

impl ImportReport {
    /// Returns whether every record of the source stands in exactly one class.
    pub fn adds_up(&self) -> bool {
        self.duplicates == self.merged + self.repeated + self.held
            && self.records == self.messages + self.duplicates + self.excepted + self.excluded
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

/// What became of what was read as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputReport {
    /// The path relative to the source.
    pub path: String,
    /// The name of its format.
    pub format: String,
    /// How many bytes.
    pub size: u64,
    /// The SHA-256 of its bytes, or of the list of its files.
    pub sha256: Digest,
    /// How many records it has, but for those that must not be collected.
    pub records: u64,
    /// How many messages were new.
    pub messages: u64,
    /// How many records were copies of messages that the matter has.
    pub duplicates: u64,
    /// Records of which no message could be made.
    pub excepted: u64,
    /// When its first record was sent.
    pub first: Option<UtcMillis>,
    /// When its last record was sent.
    pub last: Option<UtcMillis>,
    /// Why it could not be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFate {
    /// It was read to its end, and each of its records became a message or a copy of one.
    Read,
    /// Some of it could not be read; the findings say what.
    ReadInPart,
    /// It is to be read; only a survey says so.
    ToBeRead,
    /// A ZIP that was opened; its files are listed on their own.
    Opened,
    /// An attachment of messages.
    Media,
    /// It holds no messages; whether messages refer to it is known when they are read. Only a survey says so.
    HoldsNoMessages,
    /// It holds no messages, and no message refers to it.
    Unreferenced,
    /// It was not read, and why.
    Ignored,
}

impl FileFate {
    /// Returns it in words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadInPart => "read in part",
            Self::ToBeRead => "to be read",
            Self::Opened => "opened",
            Self::Media => "attachment of messages",
            Self::HoldsNoMessages => "holds no messages",
            Self::Unreferenced => "named by no message",
            Self::Ignored => "not read",
        }
    }
}

/// A file of the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// The path relative to the source; what lies in a ZIP is named `x.zip!/path`.
    pub path: String,
    /// How many bytes.
    pub size: u64,
    /// What became of it.
    pub fate: FileFate,
    /// The format it is read in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// How many records were found in it, where that is known for this file alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// How many records name it as their attachment.
    #[serde(skip_serializing_if = "is_zero")]
    pub references: u64,
    /// Why it was not read, or not in whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// A ZIP that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ZipReport {
    /// The path relative to the source.
    pub path: String,
    /// How many bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
}

/// What was left out because somebody decided so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExclusionReport {
    /// The digest of the list.
    pub list: Digest,
    /// The entries of the list and what each kept out.
    pub entries: Vec<Excluded>,
    /// Messages that a participant of the list sent in conversations that are collected, by entry.
    pub sent_elsewhere: Vec<u64>,
    /// Files that hold nothing else, are named by nothing else, or bear an id of the list in their names.
    pub files: u64,
    /// Records that cannot be read in files that hold something to be left out; they are left out too.
    pub unreadable: u64,
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
    /// How many findings are about its records.
    pub findings: u64,
    /// On how many days there are records.
    pub days: u64,
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
