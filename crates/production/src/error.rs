//! What stops a production, by kind, so that the command line can give each its documented exit code.

use std::error::Error;
use std::fmt;
use std::io;

use duces_model::Digest;

/// What kind of thing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Findings of severity error stand against it; nothing was published.
    Findings,
    /// The request, the profile or the way they were called is wrong.
    Usage,
    /// A source or a production could not be read.
    Unreadable,
    /// The matter is locked by another run, or damaged.
    Matter,
    /// Writing failed; nothing was published.
    Write,
}

/// What stops a production: what, where, what was left as it was, what to do next.
#[derive(Debug)]
pub struct ProductionError {
    kind: ErrorKind,
    text: String,
    hint: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ProductionError {
    /// Returns an error of a kind with its text.
    pub fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), hint: None, source: None }
    }

    /// Returns that an attachment's bytes are not to be had.
    pub(crate) fn blob(digest: &Digest, error: io::Error) -> Self {
        Self::new(ErrorKind::Matter, format!("attachment {digest} cannot be read from the matter"))
            .because(error)
            .hint("nothing was published; restore the matter from a backup, or import its source again")
    }

    /// Returns an error about the request or the profile.
    pub fn usage(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, text)
    }

    /// Adds what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what caused it.
    pub fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns the kind.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns what to do next, where there is something.
    pub fn next_step(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for ProductionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for ProductionError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|e| e as &(dyn Error + 'static))
    }
}
