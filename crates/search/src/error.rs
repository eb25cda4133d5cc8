//! Why a search was refused or could not be done.

use duces_archive::ArchiveError;
use duces_files::FilesError;
use duces_model::{Day, UnitRule};
use duces_query::QueryError;
use thiserror::Error;

/// The result of a search.
pub type Result<T, E = SearchError> = std::result::Result<T, E>;

/// Why a file of terms cannot be used at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ListError {
    /// A line is not UTF-8.
    #[error("line {line} of the terms is not UTF-8 text; save the file as UTF-8")]
    Encoding {
        /// The line, from 1.
        line: usize,
    },
    /// There are no terms.
    #[error("the file holds no term; write one a line")]
    Empty,
    /// There are too many.
    #[error("the file holds more than {most} terms")]
    TooMany {
        /// How many it may hold.
        most: usize,
    },
}

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
    /// Documents are cut around what hits, so that each term would be counted over other documents.
    #[error(
        "`{rule}` cuts documents around the messages that hit, so that each term would be counted over documents of its \
         own; count terms by `message`, `day` or `conversation`"
    )]
    TermsAroundHits {
        /// The rule.
        rule: UnitRule,
    },
    /// A file of terms cannot be used.
    #[error(transparent)]
    Terms(#[from] ListError),
    /// A report could not be written.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// A report could not be put together.
    #[error("the report could not be put together: {0}")]
    Report(String),
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
        matches!(
            self,
            Self::Query(_)
                | Self::Unknown { .. }
                | Self::Dates { .. }
                | Self::AroundHits { .. }
                | Self::TermsAroundHits { .. }
                | Self::Terms(_)
        )
    }
}
