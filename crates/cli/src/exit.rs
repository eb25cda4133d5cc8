//! Exit codes: one table, from errors to numbers.

use std::process::ExitCode;

use duces_production::{ErrorKind, ProductionError};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done; exceptions, if any, are printed and reported.
    Done,
    /// Findings of severity error.
    Findings,
    /// Done with exceptions, and asked to say so.
    Exceptions,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::Findings => 1,
            Outcome::Exceptions => 6,
        })
    }
}

/// Returns the exit code of an error.
pub fn code(error: &anyhow::Error) -> ExitCode {
    ExitCode::from(match error.downcast_ref::<ProductionError>().map(ProductionError::kind) {
        Some(ErrorKind::Findings) => 1,
        None | Some(ErrorKind::Usage) => 2,
        Some(ErrorKind::Unreadable) => 3,
        Some(ErrorKind::Matter) => 4,
        Some(ErrorKind::Write) => 5,
    })
}
