//! What a verification is asked and what it answers.

use std::path::PathBuf;

use duces_files::FilesError;
use duces_loadfile::Dialect;
use duces_model::{BatesRange, Finding, Severity};
use serde::Serialize;

/// On which level numbers are given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Level {
    /// One number a page: a document spans as many numbers as it has pages.
    #[default]
    Page,
    /// One number a document, whatever its pages.
    Document,
}

/// What the one who verifies knows beside the volume itself. The default knows nothing.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How the recipient wants its load files, as a profile gives it: names of columns, signs, byte-order marks.
    /// Without it, columns are known by the registry's names and aliases, and the usual signs are taken.
    pub dialect: Option<Dialect>,
    /// Numbers that the producing side declares as void or withheld, so that their absence is no gap.
    pub voids: Vec<BatesRange>,
    /// Whether only the manifest is checked: every byte, but nothing of its meaning.
    pub hashes_only: bool,
    /// On which level numbers are given.
    pub level: Level,
}

/// What was found in a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many documents the load files name.
    pub documents: u64,
    /// How many pages they have by their numbers, or by their page counts where numbers are given by document.
    pub pages: u64,
    /// How many files were found.
    pub files: u64,
    /// What is wrong, in the order of the places.
    pub findings: Vec<Finding>,
    /// The checks that ran, in the order they ran.
    pub checks: Vec<&'static str>,
    /// The checks that did not run, in whole or in part, and why.
    pub not_run: Vec<String>,
}

impl Report {
    /// Returns whether something was found that makes the volume unreliable.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Why nothing could be examined at all.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// There is nothing at that place, or it cannot be read.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The folder cannot be listed.
    #[error("cannot list {}: {source}", path.display())]
    List {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Neither a folder nor a ZIP.
    #[error("{} is neither a folder nor a ZIP; name the folder of a volume, such as VOL001, or its ZIP", path.display())]
    NotAVolume {
        /// The path.
        path: PathBuf,
    },
}
