//! What ends an import; what is wrong within a source is a finding.

use std::path::PathBuf;

use duces_archive::ArchiveError;
use duces_files::{FilesError, ZipRefusal};
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
    /// The source is a ZIP that is not opened.
    #[error("{}: {refusal}; nothing of it was imported; unpack it by other means and import the folder", path.display())]
    Zip {
        /// The ZIP.
        path: PathBuf,
        /// Why.
        refusal: ZipRefusal,
    },
    /// A list that the user keeps cannot be read.
    #[error("{}: {what}", path.display())]
    List {
        /// The list.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// An exclude list would leave out everything.
    #[error("the exclude list names `{account}` as participant, the account that was collected")]
    ExcludesAccount {
        /// The account.
        account: String,
    },
    /// A file of the source could not be read.
    #[error("{0}")]
    File(FilesError),
    /// The matter could not be read or written. What was committed before stays; importing again goes on from there.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}
