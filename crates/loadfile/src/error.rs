//! What stops the writing or the reading of a load file. What is wrong with its data is a finding instead.

use std::io;

use thiserror::Error;

use crate::dialect::DialectError;

/// A failure with a load file.
#[derive(Debug, Error)]
pub enum LoadFileError {
    /// The sink or the source failed; what it said names the file.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The dialect cannot be written.
    #[error("{0}")]
    Dialect(#[from] DialectError),
    /// A value that the format cannot carry.
    #[error("{format} cannot carry {field} `{value}` of document {document}: {why}")]
    Value {
        /// The format: `Opticon`, `EDRM XML`.
        format: &'static str,
        /// The field.
        field: &'static str,
        /// The value, shortened.
        value: String,
        /// The document's first Bates number, as far as there is one.
        document: String,
        /// Why not.
        why: &'static str,
    },
}
