//! Why an attachment could not be decoded.

use duces_files::ProgramFailure;
use thiserror::Error;

use crate::silk::SilkFault;
use crate::wav::{RATE, WavFault};

/// Why an attachment could not be decoded. The reason is the same on every machine, so that a plan can keep it.
#[derive(Debug, Error)]
pub enum DecodeFailure {
    /// The recording itself is damaged; no program was run.
    #[error("the recording is damaged: {0}")]
    Recording(#[from] SilkFault),
    /// The program gave nothing.
    #[error(transparent)]
    Program(#[from] ProgramFailure),
    /// The program gave what cannot be taken.
    #[error("what `{name}` gave cannot be used: {fault}")]
    Output {
        /// The program.
        name: String,
        /// What is wrong with it.
        fault: WavFault,
    },
    /// The program gave sound of another rate.
    #[error("`{name}` gave {rate} samples a second, {RATE} are wanted")]
    Rate {
        /// The program.
        name: String,
        /// What it gave.
        rate: u32,
    },
    /// The program gave more or less sound than the recording can hold.
    #[error("`{name}` gave {given} ms of a recording that plays {least} to {most} ms")]
    Duration {
        /// The program.
        name: String,
        /// What it gave.
        given: u128,
        /// The least that the recording plays.
        least: u128,
        /// The most.
        most: u128,
    },
}

impl DecodeFailure {
    /// Returns what the program said of it, where it said something; that may differ from machine to machine.
    pub fn said(&self) -> Option<&str> {
        match self {
            Self::Program(failure) => failure.said(),
            _ => None,
        }
    }
}
