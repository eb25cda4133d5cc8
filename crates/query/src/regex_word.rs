//! A regular expression that is held against one whole word.

use regex::{Regex, RegexBuilder};
use std::fmt;
use std::hash::{Hash, Hasher};

/// Bytes that a compiled expression may take: enough for any that a person writes.
const MAX_COMPILED: usize = 1 << 20;

/// A regular expression for one word; two are equal where they are written alike.
#[derive(Clone)]
pub struct WordRegex {
    written: String,
    compiled: Regex,
}

impl WordRegex {
    /// Compiles the expression, or says what is wrong with it.
    pub(crate) fn new(written: &str) -> Result<Self, String> {
        let whole = format!("^(?:{written})$");
        // Alone first: `a)(b` would otherwise close the group that makes it match whole words.
        let alone = RegexBuilder::new(written).size_limit(MAX_COMPILED).build();
        let compiled = alone
            .and_then(|_| RegexBuilder::new(&whole).case_insensitive(true).size_limit(MAX_COMPILED).build())
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => "it would grow too large".to_owned(),
                error => error.to_string().lines().last().unwrap_or_default().trim().to_owned(),
            })?;
        Ok(Self { written: written.to_owned(), compiled })
    }

    /// Returns the expression as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Returns whether the whole word matches, in any case of letters.
    pub fn matches(&self, word: &str) -> bool {
        self.compiled.is_match(word)
    }
}

impl fmt::Debug for WordRegex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WordRegex").field(&self.written).finish()
    }
}

impl PartialEq for WordRegex {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for WordRegex {}

impl Hash for WordRegex {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.written.hash(state);
    }
}
