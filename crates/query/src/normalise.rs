//! The normalisation profile: the named, versioned rules by which text and query become comparable.

use crate::chars::{Role, is_dropped, role};
use crate::variants;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// A named and versioned set of normalisation rules, printed with every result.
///
/// The first version always holds: NFKC, case and width folded, zero-width and bidi controls dropped. Two foldings are
/// by choice. The index is written without them, so that one matter answers under any choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Profile {
    /// Whether simplified and traditional characters are the same.
    pub fold_traditional: bool,
    /// Whether Latin and Greek letters are the same with and without accents.
    pub fold_accents: bool,
}

impl Profile {
    /// Returns the name that reports and the matter file carry.
    pub const fn name(self) -> &'static str {
        match (self.fold_traditional, self.fold_accents) {
            (false, false) => "duces-1",
            (true, false) => "duces-1+traditional",
            (false, true) => "duces-1+accents",
            (true, true) => "duces-1+traditional+accents",
        }
    }

    /// Returns the profile of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let choices = [(false, false), (true, false), (false, true), (true, true)];
        let profiles =
            choices.into_iter().map(|(fold_traditional, fold_accents)| Self { fold_traditional, fold_accents });
        profiles.into_iter().find(|profile| profile.name() == name)
    }

    /// Describes the rules in one sentence for a report, with the versions of the tables.
    pub fn description(self) -> String {
        let (major, minor, patch) = unicode_normalization::UNICODE_VERSION;
        let han = if self.fold_traditional {
            format!("simplified and traditional characters folded ({})", variants::SOURCE)
        } else {
            "simplified and traditional characters kept apart".to_owned()
        };
        let accents = if self.fold_accents { "folded" } else { "kept" };
        format!(
            "{}: NFKC, case and width folded, zero-width and bidi controls dropped; {han}; accents {accents}; one \
             position a word or Han, kana, hangul character, none for punctuation, symbols and emoji (Unicode \
             {major}.{minor}.{patch})",
            self.name()
        )
    }

    /// Returns a character that is a token of its own as the profile compares it.
    pub(crate) fn character(self, c: char) -> char {
        if self.fold_traditional { variants::simplified(c) } else { c }
    }

    /// Returns a token that was normalised without the choices as the profile compares it.
    pub(crate) fn token(self, token: &str) -> Cow<'_, str> {
        let mut folded = Cow::Borrowed(token);
        if self.fold_traditional && token.chars().any(|c| variants::simplified(c) != c) {
            folded = Cow::Owned(token.chars().map(variants::simplified).collect());
        }
        if self.fold_accents && !folded.is_ascii() {
            folded = Cow::Owned(without_accents(&folded));
        }
        folded
    }
}

/// Takes the accents off Latin and Greek letters; the marks of other scripts are letters in their own right.
pub(crate) fn without_accents(text: &str) -> String {
    let mut takes_accents = false;
    let kept = text.nfd().filter(|c| {
        if matches!(c, '\u{300}'..='\u{36F}') {
            return !takes_accents;
        }
        let in_block = matches!(c, 'a'..='z' | '\u{AA}'..='\u{24F}' | '\u{370}'..='\u{3FF}' | '\u{1E00}'..='\u{1FFF}');
        takes_accents = in_block && role(*c) == Role::Letter;
        true
    });
    kept.nfc().collect()
}

/// Returns the text as the profile compares it: for names and other short values that are compared whole.
pub fn normalise(raw: &str) -> String {
    let mut text = raw.to_owned();
    fold(&mut text);
    text
}

/// Normalises in place until nothing changes, so that normalised text normalises to itself.
pub(crate) fn fold(text: &mut String) {
    // Two rounds settle every scalar value; the bound only guards against a cycle.
    for _ in 0..4 {
        let kept = text.chars().filter(|c| !is_dropped(*c));
        let folded: String = kept.nfkc().flat_map(fold_case).nfkc().collect();
        if folded == *text {
            return;
        }
        *text = folded;
    }
}

/// Returns what a character that stands alone becomes, where that is known without the tables.
pub(crate) fn fold_alone(c: char) -> Option<char> {
    match c {
        '\0'..='\u{7F}' => Some(c.to_ascii_lowercase()),
        '\u{4E00}'..='\u{9FFF}'
        | '、'..='〃'
        | '〈'..='】'
        | 'ぁ'..='ゖ'
        | 'ァ'..='ヺ'
        | '가'..='힣'
        | '–'
        | '—'
        | '‘'
        | '’'
        | '“'
        | '”'
        | '\u{1F300}'..='\u{1FAFF}' => Some(c),
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).map(|c| c.to_ascii_lowercase()),
        _ => None,
    }
}

/// Folds the case of one character: by way of its capital, so that ς and σ, ß and ss meet.
fn fold_case(c: char) -> impl Iterator<Item = char> {
    c.to_uppercase().flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::{fold, fold_alone};

    #[test]
    fn the_short_way_agrees_with_the_tables() {
        for c in '\0'..=char::MAX {
            if let Some(short) = fold_alone(c) {
                let mut long = c.to_string();
                fold(&mut long);
                assert_eq!(long, short.to_string(), "U+{:04X}", u32::from(c));
            }
        }
    }
}
