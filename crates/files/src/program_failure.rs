//! Why an external program gave nothing.

use std::io;
use std::time::Duration;

use thiserror::Error;

/// Why an external program gave nothing. What it said itself stands apart from the reason: it may differ from machine
/// to machine, so that it belongs in what is printed, not in what is kept.
#[derive(Debug, Error)]
pub enum ProgramFailure {
    /// There is no such program.
    #[error("there is no program `{name}` on this machine")]
    Missing {
        /// The program.
        name: String,
    },
    /// It did not end in time, and was ended.
    #[error("`{name}` was ended: it took longer than {} seconds", limit.as_secs_f64())]
    Time {
        /// The program.
        name: String,
        /// How long it may take.
        limit: Duration,
    },
    /// It gave more than it may.
    #[error("`{name}` gave more than {limit} bytes")]
    TooLarge {
        /// The program.
        name: String,
        /// How many bytes it may give.
        limit: u64,
    },
    /// It said itself that it failed.
    #[error("`{name}` failed with {status}")]
    Failed {
        /// The program.
        name: String,
        /// How it ended.
        status: String,
        /// The start of what it wrote to its standard error, on one line.
        said: String,
    },
    /// It ended well and gave nothing.
    #[error("`{name}` gave nothing")]
    Nothing {
        /// The program.
        name: String,
        /// The start of what it wrote to its standard error, on one line.
        said: String,
    },
    /// The system refused.
    #[error("`{name}` could not be run: {source}")]
    Io {
        /// The program.
        name: String,
        /// What the system said.
        source: io::Error,
    },
}

impl ProgramFailure {
    /// Returns the start of what the program wrote to its standard error, where it did.
    pub fn said(&self) -> Option<&str> {
        match self {
            Self::Failed { said, .. } | Self::Nothing { said, .. } => {
                Some(said.as_str()).filter(|said| !said.is_empty())
            }
            _ => None,
        }
    }
}
