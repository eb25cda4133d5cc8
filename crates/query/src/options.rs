//! The choices that a query is read and held under: normalisation, precedence, noise words.

use crate::normalise::Profile;
use crate::tokens::{TokenKind, Tokens};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The choices that a query is read and held under. By default nothing is folded, mixtures are refused, and there are
/// no noise words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct QueryOptions {
    /// The rules of comparison.
    pub profile: Profile,
    /// How mixed operators without parentheses are read; refused where nothing is chosen.
    pub precedence: Option<Precedence>,
    /// Words that cannot be searched for and stand for any word.
    pub noise: NoiseWords,
}

/// How a mixture of AND and OR without parentheses is read. Chained proximities are then read from the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precedence {
    /// AND binds tighter: `a OR b AND c` is `a OR (b AND c)`.
    AndFirst,
    /// OR binds tighter: `a OR b AND c` is `(a OR b) AND c`.
    OrFirst,
    /// What comes first binds first: `a AND b OR c AND d` is `((a AND b) OR c) AND d`.
    LeftToRight,
}

impl Precedence {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::AndFirst, Self::OrFirst, Self::LeftToRight];

    /// Returns the name by which it is chosen and printed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AndFirst => "and-first",
            Self::OrFirst => "or-first",
            Self::LeftToRight => "left-to-right",
        }
    }

    /// Returns the precedence of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|precedence| precedence.name() == name)
    }
}

/// Words that take a position but cannot be searched for; in a phrase they stand for any word, as in dtSearch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NoiseWords {
    words: Arc<BTreeSet<String>>,
}

/// A line of a list of noise words that is not one word.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the noise words, `{text}`, is not one word of letters or digits")]
pub struct NoiseError {
    /// The line, from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
}

impl NoiseWords {
    /// Reads a list, one word a line; empty lines and what follows `#` are passed over.
    pub fn read(list: &str) -> Result<Self, NoiseError> {
        let lines = list.strip_prefix('\u{FEFF}').unwrap_or(list).lines();
        let words = lines.map(|line| line.split('#').next().unwrap_or_default().trim());
        Self::new(words)
    }

    /// Takes words, of which empty ones are passed over.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, NoiseError> {
        let mut known = BTreeSet::new();
        for (n, text) in words.into_iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let tokens = Tokens::new(text);
            match tokens.as_slice() {
                [word] if word.kind == TokenKind::Word => known.insert(tokens.text_of(word).to_owned()),
                _ => return Err(NoiseError { line: n + 1, text: text.to_owned() }),
            };
        }
        Ok(Self { words: Arc::new(known) })
    }

    /// Returns the words as they are compared under a profile.
    pub(crate) fn under(&self, profile: Profile) -> Self {
        if profile == Profile::default() {
            return self.clone();
        }
        Self { words: Arc::new(self.words.iter().map(|word| profile.token(word).into_owned()).collect()) }
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns the words, normalised and sorted.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Returns whether a normalised word is one of them.
    pub fn contains(&self, word: &str) -> bool {
        !self.words.is_empty() && self.words.contains(word)
    }
}
