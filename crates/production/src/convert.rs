//! Errors of the lower stages as errors of a production, each with its kind.

use duces_archive::ArchiveError;
use duces_collect::CollectError;
use duces_files::{FailureKind, FilesError};
use duces_search::SearchError;
use duces_verify::VerifyError;
use duces_volume::VolumeError;

use crate::{ErrorKind, ProductionError};

impl From<ArchiveError> for ProductionError {
    fn from(error: ArchiveError) -> Self {
        let kind = match &error {
            error if error.is_write_failure() => ErrorKind::Write,
            ArchiveError::Exists { .. } | ArchiveError::Hold { .. } => ErrorKind::Usage,
            _ => ErrorKind::Matter,
        };
        let text = error.to_string();
        match (kind, error) {
            (ErrorKind::Write, ArchiveError::Files(error)) => error.into(),
            (kind, ArchiveError::Hold { what, next }) => Self::new(kind, what).hint(next),
            (ErrorKind::Write, _) => Self::new(kind, format!("cannot write {text}")).hint(
                "nothing was published, and the matter is as it was before this step; make room on the disk, or choose \
                 a folder that can be written to, and run again",
            ),
            _ => Self::new(kind, text),
        }
    }
}

impl From<FilesError> for ProductionError {
    fn from(error: FilesError) -> Self {
        let hint = match error.kind() {
            FailureKind::Full => "nothing was published; make room on the disk and run again",
            FailureKind::ReadOnly => "nothing was published; choose a folder that can be written to",
            _ => "nothing was published; what was finished before is as it was",
        };
        Self::new(ErrorKind::Write, error.to_string()).hint(hint)
    }
}

impl From<VolumeError> for ProductionError {
    fn from(error: VolumeError) -> Self {
        Self::usage(error.to_string()).hint("nothing was published; change the profile's folders or the volume's name")
    }
}

impl From<SearchError> for ProductionError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Archive(error) => error.into(),
            SearchError::Query(error) => {
                Self::usage(error.to_string()).hint("nothing was searched; docs/query.md has the language")
            }
            SearchError::Files(error) => error.into(),
            SearchError::Terms(error) => {
                Self::usage(error.to_string()).hint("nothing was counted; docs/terms.md has the form of the file")
            }
            SearchError::IndexDisagrees { .. } => Self::new(ErrorKind::Matter, error.to_string()),
            other => Self::usage(other.to_string()).hint("nothing was changed"),
        }
    }
}

impl From<CollectError> for ProductionError {
    fn from(error: CollectError) -> Self {
        match error {
            CollectError::Archive(error) => error.into(),
            error @ (CollectError::List { .. } | CollectError::ExcludesAccount { .. }) => {
                Self::usage(error.to_string()).hint("nothing was changed; mend the list and run again")
            }
            other => Self::new(ErrorKind::Unreadable, other.to_string()),
        }
    }
}

impl From<VerifyError> for ProductionError {
    fn from(error: VerifyError) -> Self {
        Self::new(ErrorKind::Unreadable, error.to_string())
    }
}
