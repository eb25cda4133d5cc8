//! What a query may ask of one word beside its spelling: a pattern, a stem, a likeness, a sound, a number, a regex.

use crate::normalise::Profile;
use crate::pattern::WordPattern;
use crate::regex_word::WordRegex;
use crate::similar::{differs_by_at_most, soundex};
use rust_stemmers::{Algorithm, Stemmer};
use std::fmt;

/// A question to a single word.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum WordTest {
    /// A word with wildcards; one without letters takes single characters as well.
    Pattern(WordPattern),
    /// `apply~`: an English word of the same stem.
    Stem(String),
    /// `ba%nana`: a word that differs in so many letters at most.
    Fuzzy(Fuzzy),
    /// `#smith`: an English word of the same Soundex code.
    Phonic(String),
    /// `12~~24`: a whole number in a range.
    Number(NumberRange),
    /// `"##19\d\d"`: a word that a regular expression matches whole.
    Regex(WordRegex),
}

/// A word and how far another may be from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fuzzy {
    /// The word.
    pub word: String,
    /// How many of its first letters must be the same.
    pub fixed: usize,
    /// How many letters may be put in, left out or exchanged after them.
    pub differences: usize,
}

/// Whole numbers from one to another, both included, written without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NumberRange {
    low: String,
    high: String,
}

impl NumberRange {
    /// Makes the range of two runs of digits; `None` where the first is greater.
    pub(crate) fn new(low: &str, high: &str) -> Option<Self> {
        let (low, high) = (significant(low), significant(high));
        let range = Self { low: low.to_owned(), high: high.to_owned() };
        (order(low) <= order(high)).then_some(range)
    }

    fn holds(&self, word: &str) -> bool {
        if word.is_empty() || !word.bytes().all(|b| b.is_ascii_digit()) {
            return false;
        }
        let number = order(significant(word));
        order(&self.low) <= number && number <= order(&self.high)
    }
}

fn significant(digits: &str) -> &str {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { "0" } else { digits }
}

/// Of two numbers without leading zeros, the longer is the greater; numbers of any length are compared so.
fn order(digits: &str) -> (usize, &str) {
    (digits.len(), digits)
}

/// Returns the stem of an English word by Snowball's second English algorithm.
fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}

impl WordTest {
    /// Returns whether a normalised word passes.
    pub fn matches(&self, word: &str) -> bool {
        match self {
            Self::Pattern(pattern) => pattern.matches(word),
            Self::Stem(asked) => stem(word) == stem(asked),
            Self::Fuzzy(fuzzy) => fuzzy.matches(word),
            Self::Phonic(asked) => soundex(word).is_some_and(|code| soundex(asked) == Some(code)),
            Self::Number(range) => range.holds(word),
            Self::Regex(regex) => regex.matches(word),
        }
    }

    /// Returns letters that every word that passes begins with; none are known for most tests.
    pub fn prefix(&self) -> &str {
        match self {
            Self::Pattern(pattern) => pattern.prefix(),
            Self::Fuzzy(fuzzy) => {
                let end = fuzzy.word.char_indices().nth(fuzzy.fixed).map_or(fuzzy.word.len(), |(at, _)| at);
                fuzzy.word.get(..end).unwrap_or_default()
            }
            // Neither takes a letter off the front; both are of ASCII letters.
            Self::Stem(word) | Self::Phonic(word) => word.get(..1).unwrap_or_default(),
            Self::Number(_) | Self::Regex(_) => "",
        }
    }

    /// Returns the test as it is held against words under a profile.
    pub(crate) fn under(&self, profile: Profile) -> Self {
        let folded = |word: &String| profile.token(word).into_owned();
        match self {
            Self::Pattern(pattern) => Self::Pattern(pattern.map_texts(folded)),
            Self::Stem(word) => Self::Stem(folded(word)),
            Self::Fuzzy(fuzzy) => Self::Fuzzy(Fuzzy { word: folded(&fuzzy.word), ..*fuzzy }),
            Self::Phonic(_) | Self::Number(_) | Self::Regex(_) => self.clone(),
        }
    }

    /// Returns whether any word at all passes, as with `*`.
    pub(crate) fn is_any_word(&self) -> bool {
        matches!(self, Self::Pattern(pattern) if *pattern == WordPattern::any())
    }

    /// Returns whether the test can be written inside quotation marks, where signs stand for themselves.
    pub(crate) fn is_quotable(&self) -> bool {
        matches!(self, Self::Pattern(pattern) if !pattern.has_digit())
    }
}

impl Fuzzy {
    /// The differences that a query may ask for.
    pub(crate) const MOST: usize = 3;

    /// Returns how many differences a word of so many letters bears before it stands for anything.
    pub(crate) const fn bearable(letters: usize) -> usize {
        let half = letters.saturating_sub(1) / 2;
        if half < Self::MOST { half } else { Self::MOST }
    }

    fn matches(&self, word: &str) -> bool {
        let mut asked = self.word.chars();
        let mut found = word.chars();
        let same = asked.by_ref().take(self.fixed).all(|c| found.next() == Some(c));
        same && differs_by_at_most(asked.as_str(), found.as_str(), self.differences)
    }
}

impl fmt::Display for WordTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pattern(pattern) => pattern.fmt(f),
            Self::Stem(word) => write!(f, "{word}~"),
            Self::Fuzzy(fuzzy) => {
                let fixed = self.prefix();
                let rest = fuzzy.word.get(fixed.len()..).unwrap_or_default();
                write!(f, "{fixed}{}{rest}", "%".repeat(fuzzy.differences))
            }
            Self::Phonic(word) => write!(f, "#{word}"),
            Self::Number(range) => write!(f, "{}~~{}", range.low, range.high),
            Self::Regex(regex) => write!(f, "\"##{}\"", regex.as_str()),
        }
    }
}
