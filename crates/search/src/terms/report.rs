//! What a search terms report says.

use std::collections::BTreeMap;

use duces_archive::AsOf;
use duces_model::{Day, Digest};
use serde::Serialize;

use crate::criteria::Criteria;
use crate::terms::sample::{Sample, Sampling};

/// How the digest of a hit list is made, so that anyone can make it again.
pub const HIT_LIST_RULE: &str = "SHA-256 over one line for each document with hits: the conversation's key, a tab, the start of the \
     document in milliseconds since 1970-01-01 UTC, a tab, the number of its slice, a line feed; UTF-8, in the order of \
     key (by its bytes), start and slice. hits.csv has the three columns and, for each document, its terms.";

/// Many queries counted over the same documents.
#[derive(Debug, Clone)]
pub struct TermsReport {
    /// The conditions beside the terms; its query is not asked.
    pub criteria: Criteria,
    /// The point of the ledger that the counts hold for: what was imported later is not in them.
    pub as_of: AsOf,
    /// The SHA-256 of the file of terms.
    pub list: Digest,
    /// How many lines of the file are comments.
    pub comments: usize,
    /// What was searched.
    pub searched: Searched,
    /// What any of the terms hits.
    pub any: Count,
    /// The terms, in the order of the file.
    pub terms: Vec<TermCount>,
    /// What was asked of sampling.
    pub sampling: Option<Sampling>,
    /// The samples, drawn.
    pub samples: Vec<Sample>,
}

/// The documents within the conditions, whether they are hit or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Searched {
    /// How many messages.
    pub messages: u64,
    /// How many documents.
    pub documents: u64,
    /// The same and their attachments.
    pub with_families: u64,
}

/// A term and what it hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermCount {
    /// Its number, from 1 in the order of the file.
    pub number: usize,
    /// Its line in the file.
    pub line: usize,
    /// Its name, where the file gives one.
    pub name: Option<String>,
    /// The query as it is written.
    pub query: String,
    /// What it hits, or why it was refused.
    pub outcome: Result<Counted, TermError>,
    /// What a person should know of it.
    pub notes: Vec<String>,
}

/// A term that was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The query in canonical form.
    pub canonical: String,
    /// Its tree, one node a line.
    pub tree: String,
    /// What it hits.
    pub count: Count,
}

/// Why a term was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermError {
    /// What is wrong.
    pub message: String,
    /// At which character of the query, from 1.
    pub character: usize,
    /// The message over the query with a mark under the place.
    #[serde(skip)]
    pub drawn: String,
}

/// What a term, or any of the terms, hits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Documents with hits.
    pub documents: u64,
    /// The same and their attachments, each a document of its own.
    pub with_families: u64,
    /// Documents that no other term hits; of any term, documents that one term alone hits.
    pub unique: u64,
    /// Places in the texts that are hits; not told of all terms together, since two may hit the same words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurrences: Option<u64>,
    /// Messages with hits; in document scope, those that a hit lies in.
    pub messages: u64,
    /// Conversations with hits.
    pub conversations: u64,
    /// The first day with a hit, in the zone.
    pub first: Option<Day>,
    /// The last day with a hit.
    pub last: Option<Day>,
    /// Documents with hits by custodian; one that two hold is counted with both.
    pub by_custodian: BTreeMap<String, u64>,
    /// Documents with hits by month, as in 2024-03; one with hits in two is counted in both.
    pub by_month: BTreeMap<String, u64>,
    /// The digest of the list of documents with hits, by the rule that the report prints.
    pub hit_list: Digest,
}

impl TermCount {
    /// Returns the name or, where it has none, the query as it is written.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.query)
    }

    /// Returns the count, where there is one.
    pub fn count(&self) -> Option<&Count> {
        self.outcome.as_ref().ok().map(|counted| &counted.count)
    }

    /// Returns how it ended, in a word.
    pub fn status(&self) -> &'static str {
        if self.outcome.is_ok() { "completed" } else { "error" }
    }
}

impl TermsReport {
    /// Returns the terms that were refused, and why.
    pub fn errors(&self) -> impl Iterator<Item = (&TermCount, &TermError)> {
        self.terms.iter().filter_map(|term| term.outcome.as_ref().err().map(|error| (term, error)))
    }

    /// Returns the documents that no term hits, alone and with their attachments.
    pub fn not_hit(&self) -> (u64, u64) {
        let Searched { documents, with_families, .. } = self.searched;
        (documents.saturating_sub(self.any.documents), with_families.saturating_sub(self.any.with_families))
    }
}
