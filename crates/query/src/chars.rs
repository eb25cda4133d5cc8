//! What each Unicode scalar value is to the search: dropped, a border, part of a word, or a token of its own.

use unicode_normalization::IsNormalized;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_properties::{GeneralCategory, UnicodeEmoji, UnicodeGeneralCategory};

/// The role of one normalised character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Zero-width, bidi control or variation selector: as if it were not there.
    Dropped,
    /// White space, control or punctuation: ends a word and a run, cannot be searched for.
    Border,
    /// Part of a word.
    Letter,
    /// Continues a word; without one before it, a symbol.
    Mark,
    /// A token and a position of its own: Han, kana, hangul and the other scripts written without spaces.
    Character,
    /// A token without a position.
    Symbol,
    /// A token without a position that is an emoji.
    Emoji,
}

/// Returns the role of a character that has been normalised.
pub(crate) fn role(c: char) -> Role {
    match c {
        'a'..='z' | '0'..='9' | 'A'..='Z' => Role::Letter,
        '\u{4E00}'..='\u{9FFF}' => Role::Character,
        '\0'..='\u{7F}' => ascii_role(c),
        _ => other_role(c),
    }
}

fn ascii_role(c: char) -> Role {
    match c {
        '#' | '$' | '%' | '&' | '*' | '+' | '/' | '<' | '=' | '>' | '@' | '\\' | '^' | '_' | '`' | '|' | '~' => {
            Role::Symbol
        }
        _ => Role::Border,
    }
}

fn other_role(c: char) -> Role {
    use GeneralCategory as G;
    if is_dropped(c) {
        return Role::Dropped;
    }
    match c.general_category() {
        G::DecimalNumber => Role::Letter,
        G::EnclosingMark => Role::Symbol,
        G::UppercaseLetter
        | G::LowercaseLetter
        | G::TitlecaseLetter
        | G::ModifierLetter
        | G::OtherLetter
        | G::LetterNumber
        | G::OtherNumber => {
            if is_unspaced(c) {
                Role::Character
            } else {
                Role::Letter
            }
        }
        G::NonspacingMark | G::SpacingMark => {
            if is_unspaced(c) {
                Role::Character
            } else {
                Role::Mark
            }
        }
        G::SpaceSeparator | G::LineSeparator | G::ParagraphSeparator | G::Control => Role::Border,
        G::DashPunctuation | G::OpenPunctuation | G::ClosePunctuation | G::InitialPunctuation | G::FinalPunctuation => {
            Role::Border
        }
        G::OtherPunctuation => {
            if is_searchable_punctuation(c) {
                Role::Symbol
            } else {
                Role::Border
            }
        }
        G::Unassigned if is_unspaced(c) => Role::Character,
        // Symbols, connectors such as U+203F, private use (old phones' emoji), unassigned scalars and visible
        // format characters: whatever can stand in a text can be searched for.
        _ if c.is_emoji_char() => Role::Emoji,
        _ => Role::Symbol,
    }
}

/// Punctuation by its category that readers see as a sign with a meaning: § ¶ † ‡ • ‰ ‱ ※ ⁂.
fn is_searchable_punctuation(c: char) -> bool {
    matches!(c, '§' | '¶' | '†' | '‡' | '•' | '‣' | '‰' | '‱' | '※' | '⁂' | '⁑' | '〽')
}

/// Default_Ignorable_Code_Point of Unicode: zero-width and bidi controls, joiners, variation selectors, tags,
/// soft hyphen, fillers. They are invisible, so that a reader could not type them into a query.
pub(crate) fn is_dropped(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// The blocks of the scripts written without spaces between words, where each letter is a position: Han, kana,
/// bopomofo, hangul, Yi, Tangut, Khitan, Nushu, and Thai, Lao, Myanmar and Khmer.
fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{0E00}'..='\u{0EFF}'
            | '\u{1000}'..='\u{109F}'
            | '\u{1100}'..='\u{11FF}'
            | '\u{1780}'..='\u{17FF}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3021}'..='\u{3029}'
            | '\u{3031}'..='\u{3035}'
            | '\u{3038}'..='\u{303C}'
            | '\u{3041}'..='\u{3096}'
            | '\u{309D}'..='\u{318F}'
            | '\u{31A0}'..='\u{31BF}'
            | '\u{31F0}'..='\u{31FF}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{A000}'..='\u{A4CF}'
            | '\u{A960}'..='\u{A97F}'
            | '\u{A9E0}'..='\u{A9FF}'
            | '\u{AA60}'..='\u{AA7F}'
            | '\u{AC00}'..='\u{D7FF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{16FE0}'..='\u{18DFF}'
            | '\u{1AFF0}'..='\u{1B2FF}'
            | '\u{20000}'..='\u{3FFFF}'
    )
}

/// Whether normalisation can never join this character to the one before it, so that text may be cut here.
pub(crate) fn starts_cluster(c: char) -> bool {
    match c {
        '\0'..='\u{2FF}'
        | '\u{2000}'..='\u{206F}'
        | '\u{3000}'..='\u{3029}'
        | '\u{3030}'..='\u{3098}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{FF00}'..='\u{FF9D}' => true,
        _ => {
            let mut first = None;
            decompose_compatible(c, |d| {
                first.get_or_insert(d);
            });
            let first = first.unwrap_or(c);
            canonical_combining_class(first) == 0
                && unicode_normalization::is_nfkc_quick(std::iter::once(first)) != IsNormalized::Maybe
        }
    }
}

/// Whether the character is a sign (™ ℠ ㏂) that normalisation spells out in letters, which must not grow on to
/// the word beside it.
pub(crate) fn is_sign(c: char) -> bool {
    !c.is_ascii() && c.general_category() == GeneralCategory::OtherSymbol
}
