//! What stops the reading of a source before it begins; what is wrong within one is a finding.

use std::io;
use std::path::{Path, PathBuf};

/// Why a source cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// There is nothing at the path.
    #[error("{}: no such file or folder", path.display())]
    NotFound {
        /// The path asked for.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("{}: cannot be read: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// An encrypted database.
    #[error(
        "{}: encrypted database; decrypt it with the owner's consent using the owner's own tool, and import the \
         decrypted database or an export of its chats; duces never extracts keys", path.display()
    )]
    Encrypted {
        /// The database.
        path: PathBuf,
    },
    /// A plain SQLite database of a layout that is not known.
    #[error(
        "{}: SQLite database with tables of no layout that is read; read are WeChat for Windows 3.x (MSG*.db with \
         MicroMsg.db and MediaMSG*.db), WeChat 4.x (message_*.db with contact.db), WeChat for iOS (MM.sqlite, \
         message_*.sqlite) and for Android (EnMicroMsg.db, decrypted); anything else: export the chats and import the \
         export", path.display()
    )]
    Sqlite {
        /// The database.
        path: PathBuf,
    },
    /// A database that SQLite itself cannot read.
    #[error(
        "{}: the database cannot be read: {reason}; it was left as it is; take another copy of it, or have it \
         recovered and import that", path.display()
    )]
    Database {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        reason: String,
    },
    /// No bytes at all.
    #[error("{}: empty file", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// An encoding that is not read.
    #[error("{}: UTF-16; save it as UTF-8 and import that", path.display())]
    Utf16 {
        /// The file.
        path: PathBuf,
    },
    /// A content that fits no format.
    #[error("{}: fits no format that is read; {reason}", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// What was seen instead.
        reason: String,
    },
    /// A format was asked for that the content is not.
    #[error("{}: is no {format}: {reason}", path.display())]
    WrongFormat {
        /// The file.
        path: PathBuf,
        /// The format's name.
        format: &'static str,
        /// What was seen instead.
        reason: String,
    },
    /// Local times without a zone.
    #[error("{}: times are local and name no zone; pass the zone of the exporting computer, such as --tz Asia/Shanghai",
        path.display())]
    ZoneNeeded {
        /// The file.
        path: PathBuf,
    },
    /// A workbook that is not opened.
    #[error(
        "{}: the workbook is not read: {reason}; open it in a spreadsheet program, save it anew as XLSX or CSV, and \
         import that", path.display()
    )]
    Workbook {
        /// The workbook.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A table whose columns nobody names, or not rightly.
    #[error("{}: {reason}", path.display())]
    Columns {
        /// The table.
        path: PathBuf,
        /// What columns it has and what to do.
        reason: String,
    },
    /// A mapping file that cannot be used.
    #[error("{}: {reason}", path.display())]
    Mapping {
        /// The mapping.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Dates of which nobody tells whether the day or the month stands first.
    #[error(
        "{}: {reason} whether the day, the month or the year stands first; say which it is with `--date-order dmy`, \
         `--date-order mdy` or `--date-order ymd`, or as `date_order` in a mapping", path.display()
    )]
    DateOrder {
        /// The file.
        path: PathBuf,
        /// Why its dates do not tell, as the beginning of a sentence.
        reason: &'static str,
    },
    /// The file lies outside the folder it is said to belong to.
    #[error("{}: lies outside {}", path.display(), root.display())]
    OutsideRoot {
        /// The file.
        path: PathBuf,
        /// The source's folder.
        root: PathBuf,
    },
}

impl IngestError {
    /// Returns whether the caller can mend it by saying more of the source, so that nothing is to be read before.
    pub fn asks_the_caller(&self) -> bool {
        matches!(self, Self::ZoneNeeded { .. } | Self::DateOrder { .. })
    }
}

/// What is said where no date has a number that can only be a day.
pub(crate) const NO_DATE_TELLS: &str = "no date tells";

/// Returns what it means for a source that the file system refuses a file.
pub(crate) fn io_error(path: &Path, source: std::io::Error) -> IngestError {
    if source.kind() == std::io::ErrorKind::NotFound {
        return IngestError::NotFound { path: path.to_owned() };
    }
    IngestError::Io { path: path.to_owned(), source }
}
