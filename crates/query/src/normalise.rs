//! The normalisation profile: the named, versioned rules by which text and query become comparable.

use crate::chars::is_dropped;
use unicode_normalization::UnicodeNormalization;

/// A named and versioned set of normalisation rules, printed with every result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// NFKC, case and width folded, zero-width and bidi controls dropped; accents and simplified/traditional kept.
    #[default]
    V1,
}

impl Profile {
    /// Returns the name that reports and the matter file carry.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1 => "duces-1",
        }
    }

    /// Returns the profile of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        (name == Self::V1.name()).then_some(Self::V1)
    }

    /// Describes the rules in one sentence for a report, with the Unicode version of the tables.
    pub fn description(self) -> String {
        let (major, minor, patch) = unicode_normalization::UNICODE_VERSION;
        format!(
            "{}: NFKC, case and width folded, zero-width and bidi controls dropped; one position a word or Han, kana, \
             hangul character, none for punctuation, symbols and emoji (Unicode {major}.{minor}.{patch})",
            self.name()
        )
    }
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
