//! What can go wrong with a matter on disk, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The result of an archive operation.
pub type Result<T, E = ArchiveError> = std::result::Result<T, E>;

/// Why a matter could not be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// Somebody else is writing.
    #[error(
        "matter `{path}` is locked: another duces process is writing to it; wait until it has ended, then run again"
    )]
    Locked {
        /// The matter.
        path: PathBuf,
    },
    /// There is no matter.
    #[error("`{path}` is no matter: {what}; `duces init` makes one")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
        /// What is not there.
        what: String,
    },
    /// A new matter cannot be made here.
    #[error("`{path}` already holds {what}; choose another folder")]
    Exists {
        /// The folder.
        path: PathBuf,
        /// What is there.
        what: String,
    },
    /// The matter is of a format that this version does not read.
    #[error(
        "`{path}` has format {found}, and this version of duces reads format {known}; use the version that wrote it"
    )]
    Version {
        /// The file that says so.
        path: PathBuf,
        /// The format found.
        found: i64,
        /// The format known.
        known: i64,
    },
    /// Something in the matter is not what was written.
    #[error("`{path}` is damaged: {what}; restore the matter from a backup, nothing was changed")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The settings of a matter cannot be read.
    #[error("`{path}`: {what}")]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Something would have removed or changed what was collected.
    #[error("`{path}`: what was collected is neither removed nor changed, and nothing was{holds}")]
    Kept {
        /// The database file.
        path: PathBuf,
        /// The legal holds that stand, by name and with who placed them; empty where there are none.
        holds: String,
    },
    /// A legal hold that cannot be placed or released so.
    #[error("{what}")]
    Hold {
        /// What is wrong.
        what: String,
        /// What to do next.
        next: String,
    },
    /// A state change of a claim that the order of states does not allow.
    #[error("production `{production}` is {state}, it cannot become {wanted}")]
    ClaimState {
        /// The production.
        production: String,
        /// Where the claim stands.
        state: &'static str,
        /// What was asked for.
        wanted: &'static str,
    },
    /// A claim that is not there.
    #[error("there is no claim number {0} in the matter")]
    NoClaim(i64),
    /// A ledger size that the ledger has not reached.
    #[error("the ledger has {have} entries, a proof for {asked} was asked for")]
    LedgerSize {
        /// How many entries there are.
        have: u64,
        /// How many were asked for.
        asked: u64,
    },
    /// The database refused.
    #[error("`{path}`: {source}")]
    Database {
        /// The database file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file system refused.
    #[error("`{path}`: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A blob or a file of the matter could not be written.
    #[error(transparent)]
    Files(#[from] duces_files::FilesError),
}

impl ArchiveError {
    pub(crate) fn hold(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Hold { what: what.into(), next: next.into() }
    }

    pub(crate) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.into() }
    }

    /// Returns whether it was the disk that refused a write, so that nothing of the last batch was kept.
    pub fn is_write_failure(&self) -> bool {
        match self {
            Self::Files(_) => true,
            Self::Io { source, .. } => {
                matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::ReadOnlyFilesystem)
            }
            Self::Database { source, .. } => matches!(
                source.sqlite_error_code(),
                Some(
                    rusqlite::ErrorCode::DiskFull
                        | rusqlite::ErrorCode::ReadOnly
                        | rusqlite::ErrorCode::SystemIoFailure
                )
            ),
            _ => false,
        }
    }
}

/// Says where an error of a lower layer happened.
pub(crate) trait At<T> {
    fn at(self, path: &Path) -> Result<T>;
}

impl<T> At<T> for rusqlite::Result<T> {
    fn at(self, path: &Path) -> Result<T> {
        use rusqlite::ErrorCode as Code;
        self.map_err(|source| match source.sqlite_error_code() {
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => ArchiveError::Locked { path: path.to_owned() },
            Some(Code::AuthorizationForStatementDenied) => kept(path),
            _ if is_of_guard(&source) => kept(path),
            Some(Code::NotADatabase | Code::DatabaseCorrupt) => ArchiveError::damaged(path, source.to_string()),
            _ => ArchiveError::Database { path: path.to_owned(), source },
        })
    }
}

fn kept(path: &Path) -> ArchiveError {
    ArchiveError::Kept { path: path.to_owned(), holds: String::new() }
}

/// Returns whether it was a trigger that refused; the archive has none but those that let rows only grow.
fn is_of_guard(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_TRIGGER)
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|source| ArchiveError::Io { path: path.to_owned(), source })
    }
}
