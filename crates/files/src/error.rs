//! What goes wrong with files: what was done, where, and why.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::zip_refusal::ZipRefusal;

/// The result of everything here.
pub type Result<T> = std::result::Result<T, FilesError>;

/// A failure with the file it happened at.
#[derive(Debug, Error)]
pub enum FilesError {
    /// The system refused.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// What was being done, as a verb: `write`, `create`, `rename`.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The target stands already; nothing was written over it.
    #[error("{} exists already and was left as it was", path.display())]
    Exists {
        /// The file or folder.
        path: PathBuf,
    },
    /// A name that must not be written.
    #[error("`{name}` is no name to write: {why}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A file's bytes are not those that were recorded when it was written.
    #[error("{} changed after it was written: {why}", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// What differs.
        why: String,
    },
    /// A ZIP that is not read, and why.
    #[error("{}: {refusal}", path.display())]
    Zip {
        /// The ZIP.
        path: PathBuf,
        /// Why.
        refusal: ZipRefusal,
    },
}

/// What kind of failure it was, so that a person can be told what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The disk, or the share of it that may be used, is full.
    Full,
    /// The file system is read-only.
    ReadOnly,
    /// The user may not do this here.
    Denied,
    /// The target stands already.
    Exists,
    /// There is no such file or folder.
    NotFound,
    /// Anything else.
    Other,
}

impl FilesError {
    pub(crate) fn io(what: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io { what, path: path.to_owned(), source }
    }

    /// Returns what kind of failure it was.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Io { source, .. } => kind_of(source),
            Self::Exists { .. } => FailureKind::Exists,
            Self::Name { .. } | Self::Changed { .. } | Self::Zip { .. } => FailureKind::Other,
        }
    }

    /// Returns the file or folder it happened at, where it is about one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Io { path, .. } | Self::Exists { path } | Self::Changed { path, .. } | Self::Zip { path, .. } => {
                Some(path)
            }
            Self::Name { .. } => None,
        }
    }

    /// Returns the `FilesError` inside an error that came through [`std::io::Write`], where there is one.
    ///
    /// A [`HashedFile`](crate::HashedFile) is written to through that trait, which carries `io::Error` only.
    pub fn from_write(error: io::Error, path: &Path) -> Self {
        match error.downcast::<Self>() {
            Ok(inner) => inner,
            Err(error) => Self::io("write", path, error),
        }
    }
}

impl From<FilesError> for io::Error {
    fn from(error: FilesError) -> Self {
        let kind = match &error {
            FilesError::Io { source, .. } => source.kind(),
            FilesError::Exists { .. } => io::ErrorKind::AlreadyExists,
            FilesError::Name { .. } => io::ErrorKind::InvalidInput,
            FilesError::Changed { .. } | FilesError::Zip { .. } => io::ErrorKind::InvalidData,
        };
        io::Error::new(kind, error)
    }
}

fn kind_of(error: &io::Error) -> FailureKind {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FailureKind::Full,
        io::ErrorKind::ReadOnlyFilesystem => FailureKind::ReadOnly,
        io::ErrorKind::PermissionDenied => FailureKind::Denied,
        io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty => FailureKind::Exists,
        io::ErrorKind::NotFound => FailureKind::NotFound,
        _ => FailureKind::Other,
    }
}
