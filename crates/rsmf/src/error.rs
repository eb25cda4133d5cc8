//! What stops the reading or the writing of an RSMF; what is wrong within one is a finding.

use std::io;
use std::path::PathBuf;

use duces_files::FilesError;
use thiserror::Error;

/// Why an RSMF cannot be read or written at all.
#[derive(Debug, Error)]
pub enum RsmfError {
    /// The file system refused.
    #[error("{}: cannot be read: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// It is no RSMF, or one of which nothing can be read.
    #[error("{}: is no RSMF that can be read: {reason}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file could not be written, or a ZIP was refused.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// An attachment's bytes could not be read from where they are kept.
    #[error("attachment `{name}` of message {number}: {source}; nothing was published")]
    Attachment {
        /// The name it was sent under.
        name: String,
        /// The number of the message in its document.
        number: u32,
        /// Why.
        source: io::Error,
    },
    /// What is to be written is larger than the format allows.
    #[error("message {number} alone has {bytes} bytes of attachments, more than the {limit} that one RSMF may have")]
    TooLarge {
        /// The number of the message in its document.
        number: u32,
        /// How many bytes.
        bytes: u64,
        /// How many may be.
        limit: u64,
    },
}
