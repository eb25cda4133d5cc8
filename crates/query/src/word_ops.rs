//! Operators that are written on a word, and what other tools write that would quietly mean something else here.

use crate::chars::{Role, role};
use crate::phrase::Piece;
use crate::word_test::{Fuzzy, NumberRange, WordTest};

/// Reads the operator on a word that was folded, or says why it cannot be one; `None` where there is none.
pub(crate) fn word_operator(folded: &str) -> Result<Option<Vec<Piece>>, String> {
    let test = if folded.contains("~~") {
        number_range(folded)?
    } else if let Some(word) = folded.strip_suffix('~').filter(|word| !word.is_empty()) {
        stem(word)?
    } else if let Some(word) =
        folded.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    {
        phonic(word)?
    } else if asks_for_likeness(folded) {
        fuzzy(folded)?
    } else if has_digit_wildcard(folded) {
        return Ok(Some(with_digits(folded)));
    } else {
        return Ok(None);
    };
    Ok(Some(vec![Piece::Test(test)]))
}

fn number_range(folded: &str) -> Result<WordTest, String> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match folded.split_once("~~") {
        Some((low, high)) if is_number(low) && is_number(high) => NumberRange::new(low, high)
            .map(WordTest::Number)
            .ok_or_else(|| format!("the range {low} to {high} ends before it begins")),
        _ => {
            Err("a number range is two whole numbers, as in 12~~24; to search for the text itself, quote it".to_owned())
        }
    }
}

fn stem(word: &str) -> Result<WordTest, String> {
    if word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Ok(WordTest::Stem(word.to_owned()));
    }
    Err("stemming (~) knows English words, of letters alone; to search for the text itself, quote it".to_owned())
}

fn phonic(word: &str) -> Result<WordTest, String> {
    if word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Ok(WordTest::Phonic(word.to_owned()));
    }
    Err("phonic search (#) takes one word of the letters a to z; to search for the sign itself, quote it, as in \"#tag2\""
        .to_owned())
}

/// A `%` before a letter of a word; `100%` and `5%股份` are texts.
fn asks_for_likeness(folded: &str) -> bool {
    folded.split('%').skip(1).any(|after| after.starts_with(is_letter))
}

fn is_letter(c: char) -> bool {
    role(c) == Role::Letter && !c.is_numeric()
}

fn fuzzy(folded: &str) -> Result<WordTest, String> {
    let malformed = || {
        "fuzzy search is % signs in or before one word of letters, as in ba%nana (one letter may differ after ba) or \
         %%banana (two anywhere); to search for the sign itself, quote it"
            .to_owned()
    };
    let (fixed, rest) = folded.split_once('%').ok_or_else(malformed)?;
    let tail = rest.trim_start_matches('%');
    let differences = 1 + rest.len() - tail.len();
    if !fixed.chars().chain(tail.chars()).all(is_letter) {
        return Err(malformed());
    }
    let word = format!("{fixed}{tail}");
    let bearable = Fuzzy::bearable(word.chars().count());
    if differences > bearable {
        return Err(match bearable {
            0 => format!(
                "{word} is too short for fuzzy search: a word of 3 letters may differ in 1, of 5 in 2, of 7 in 3"
            ),
            n => format!("{word} may differ in {n} at most: a word of 3 letters in 1, of 5 in 2, of 7 in 3"),
        });
    }
    Ok(WordTest::Fuzzy(Fuzzy { word, fixed: fixed.chars().count(), differences }))
}

/// A `=` in a word is one digit; elsewhere, as in `a=$5` or by itself, it is the sign.
fn has_digit_wildcard(folded: &str) -> bool {
    let in_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'*' | b'?' | b'=');
    folded.contains('=') && folded.bytes().all(in_word) && folded.bytes().any(|b| b != b'=')
}

fn with_digits(folded: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    for c in folded.chars() {
        let wildcard = match c {
            '*' => Piece::Many,
            '?' => Piece::One,
            '=' => Piece::Digit,
            c => {
                text.push(c);
                continue;
            }
        };
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        pieces.push(wildcard);
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// Fields of other tools: `subject:offer` must not quietly search for two words.
const FOREIGN_FIELDS: [&str; 14] = [
    "author",
    "bcc",
    "body",
    "cc",
    "created",
    "filetype",
    "kind",
    "name",
    "received",
    "recipients",
    "sender",
    "size",
    "subject",
    "title",
];

/// Returns whether another tool has a field of that name and this one has not.
pub(crate) fn foreign_field(name: &str) -> bool {
    FOREIGN_FIELDS.contains(&name)
}

/// Says why a chunk is refused that another tool would read as an operator.
pub(crate) fn foreign_syntax(folded: &str) -> Option<String> {
    if folded.len() > 1 && folded.starts_with('-') && folded.chars().nth(1).is_some_and(char::is_alphanumeric) {
        return Some("a minus does not exclude; write AND NOT, or quote the term".to_owned());
    }
    if folded.ends_with('!') && folded.chars().next().is_some_and(char::is_alphanumeric) {
        return Some("! does not stand for endings; write *, or quote the term".to_owned());
    }
    if folded.len() > 1 && folded.ends_with('&') && folded.chars().next().is_some_and(char::is_alphanumeric) {
        return Some("& does not ask for synonyms; write them as an OR group, or quote the term".to_owned());
    }
    if matches!(folded, "/s" | "/p" | "&&" | "||")
        || folded.strip_prefix('/').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    {
        return Some("not an operator here; write AND, OR, w/n or pre/n, or quote the term".to_owned());
    }
    None
}
