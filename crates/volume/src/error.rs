//! What is wrong with a name or a folder scheme.

use thiserror::Error;

/// Why a volume cannot be laid out as asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VolumeError {
    /// A path that some system would not take as it is.
    #[error("`{path}` is no path for a volume: {why}")]
    Path {
        /// The path.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Two files of one name, or of names that differ in case only.
    #[error("the volume has two files `{one}` and `{other}`, which are one where case does not count")]
    Twice {
        /// The name listed first.
        one: String,
        /// The name listed again.
        other: String,
    },
    /// A setting of the folder scheme.
    #[error("folder scheme: {0}")]
    Scheme(String),
}
