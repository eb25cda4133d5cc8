//! What ends an import; what is wrong within a source is a finding.

use std::path::PathBuf;

use duces_archive::ArchiveError;
use duces_files::FilesError;
use duces_ingest::IngestError;
use thiserror::Error;

/// The result of an import.
pub type Result<T, E = CollectError> = std::result::Result<T, E>;

/// Why a source was not brought in, or not to its end.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CollectError {
    /// The source cannot be read at all.
    #[error(transparent)]
    Source(#[from] IngestError),
    /// Nothing in the source is of a format that is read.
    #[error("`{path}` holds nothing that can be imported: {reason}")]
    Nothing {
        /// The source.
        path: PathBuf,
        /// What was found instead.
        reason: String,
    },
    /// A file of the source could not be read.
    #[error("{0}")]
    File(FilesError),
    /// The matter could not be read or written. What was committed before stays; importing again goes on from there.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}
