//! A word with wildcards.

use std::fmt;

/// One part of a word with wildcards.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PatternPart {
    /// These letters.
    Text(String),
    /// `?`: exactly one letter.
    One,
    /// `=`: exactly one of the digits 0 to 9.
    Digit,
    /// `*`: any run of letters, also none.
    Many,
}

/// A word with `*`, `?` and `=`, which act within one word.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WordPattern {
    parts: Vec<PatternPart>,
}

impl WordPattern {
    /// Joins the parts; neighbouring texts become one, `*` beside `*` becomes one, and `?` goes before `*`.
    pub(crate) fn new(parts: impl IntoIterator<Item = PatternPart>) -> Self {
        let mut joined: Vec<PatternPart> = Vec::new();
        for part in parts {
            match (joined.last_mut(), part) {
                (Some(PatternPart::Text(text)), PatternPart::Text(more)) => text.push_str(&more),
                (Some(PatternPart::Many), PatternPart::Many) => {}
                (Some(last @ PatternPart::Many), PatternPart::One) => {
                    *last = PatternPart::One;
                    joined.push(PatternPart::Many);
                }
                (_, part) => joined.push(part),
            }
        }
        Self { parts: joined }
    }

    /// Returns the pattern of any word: `*`.
    pub(crate) fn any() -> Self {
        Self { parts: vec![PatternPart::Many] }
    }

    /// Returns the same pattern with other letters.
    pub(crate) fn map_texts(&self, map: impl Fn(&String) -> String) -> Self {
        let mapped = self.parts.iter().map(|part| match part {
            PatternPart::Text(text) => PatternPart::Text(map(text)),
            part => part.clone(),
        });
        Self { parts: mapped.collect() }
    }

    /// Returns whether a `=` is in it.
    pub(crate) fn has_digit(&self) -> bool {
        self.parts.contains(&PatternPart::Digit)
    }

    /// Returns the parts in order.
    pub fn parts(&self) -> &[PatternPart] {
        &self.parts
    }

    /// Returns the letters before the first wildcard: every word that matches begins with them.
    pub fn prefix(&self) -> &str {
        match self.parts.first() {
            Some(PatternPart::Text(text)) => text,
            _ => "",
        }
    }

    /// Returns whether the pattern is its prefix and one `*`.
    pub fn is_prefix(&self) -> bool {
        matches!(self.parts.as_slice(), [PatternPart::Text(_), PatternPart::Many])
    }

    /// Returns whether the pattern names no letter at all, as `*` and `??` do.
    pub fn is_anything(&self) -> bool {
        !self.parts.iter().any(|part| matches!(part, PatternPart::Text(_) | PatternPart::Digit))
    }

    /// Returns whether a normalised word matches; the terms of the index vocabulary are such words.
    pub fn matches(&self, word: &str) -> bool {
        if !word.starts_with(self.prefix()) {
            return false;
        }
        // The usual two-cursor glob: on a mismatch, the last `*` takes one letter more.
        let (mut at, mut part) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            let rest = word.get(at..).unwrap_or_default();
            let step = match self.parts.get(part) {
                Some(PatternPart::Many) => {
                    if part + 1 == self.parts.len() {
                        return true;
                    }
                    retry = Some((at, part));
                    Some(0)
                }
                Some(PatternPart::One) => rest.chars().next().map(char::len_utf8),
                Some(PatternPart::Digit) => rest.starts_with(|c: char| c.is_ascii_digit()).then_some(1),
                Some(PatternPart::Text(text)) => rest.starts_with(text.as_str()).then_some(text.len()),
                None if rest.is_empty() => return true,
                None => None,
            };
            if let Some(step) = step {
                at += step;
                part += 1;
                continue;
            }
            let Some((from, star)) = retry else {
                return false;
            };
            let Some(letter) = word.get(from..).and_then(|rest| rest.chars().next()) else {
                return false;
            };
            retry = Some((from + letter.len_utf8(), star));
            (at, part) = (from + letter.len_utf8(), star + 1);
        }
    }
}

impl fmt::Display for WordPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                PatternPart::Text(text) => f.write_str(text)?,
                PatternPart::One => f.write_str("?")?,
                PatternPart::Digit => f.write_str("=")?,
                PatternPart::Many => f.write_str("*")?,
            }
        }
        Ok(())
    }
}
