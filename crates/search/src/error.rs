//! Why a search was refused or could not be done.

use duces_archive::ArchiveError;
use duces_model::{Day, UnitRule};
use duces_query::QueryError;
use thiserror::Error;

/// The result of a search.
pub type Result<T, E = SearchError> = std::result::Result<T, E>;

/// Why there is no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SearchError {
    /// The query is refused.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The matter could not be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A condition names what the matter does not hold, so that it would select nothing.
    #[error("no {what} `{name}` in the matter{}", near.as_ref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    Unknown {
        /// Custodian, conversation or participant.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// What the matter holds that is nearest to it.
        near: Option<String>,
    },
    /// The dates are the wrong way round.
    #[error("the dates {from} to {to} hold no day; the first must not be after the last")]
    Dates {
        /// The first day asked for.
        from: Day,
        /// The last day asked for.
        to: Day,
    },
    /// Documents are cut around what hits, so that they cannot be what is looked into.
    #[error(
        "`{rule}` cuts documents around the messages that hit, so that keywords cannot be held against whole documents; \
         ask in message scope, or cut by `day` or `conversation`"
    )]
    AroundHits {
        /// The rule.
        rule: UnitRule,
    },
    /// The index and the scan of all messages gave different hits.
    #[error(
        "the index misses {missed} of {total} messages that match (the first has the archive's number {first}): the \
         index of this matter is damaged; nothing was counted, make the matter again from its sources"
    )]
    IndexDisagrees {
        /// How many messages the index did not lead to.
        missed: usize,
        /// How many match.
        total: usize,
        /// The archive's number of the first that is missed.
        first: i64,
    },
}

impl SearchError {
    /// Returns whether the request is at fault, not the matter.
    pub fn is_request(&self) -> bool {
        matches!(self, Self::Query(_) | Self::Unknown { .. } | Self::Dates { .. } | Self::AroundHits { .. })
    }
}
