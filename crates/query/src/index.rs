//! The index side: the text as it is written into the full-text table, and the candidates of a query.
//!
//! The table is contentless FTS5 with the stock tokenizer `ascii`, which takes each run of ASCII letters, digits and
//! all other code points for a token and drops the ASCII signs: those get stand-ins from a private-use plane.

use crate::ast::{Expr, Near, Query};
use crate::occurrences::chains;
use crate::pattern::WordPattern;
use crate::phrase::{Ask, Item, Link, Phrase};
use crate::tokens::Tokens;

/// Stand-ins for ASCII signs begin here: `$` is U+10F024.
const STAND_INS: u32 = 0x10_F000;
/// Marks a text that holds a word too long for the index, so that any pattern must look at it.
const LONG_WORD: char = '\u{10F0FF}';
/// Bytes of a word that the index keeps.
const MAX_INDEX_WORD: usize = 512;

/// Appends the tokens of the text as the index stores them, each followed by a space.
pub fn index_text(raw: &str, out: &mut String) {
    index_tokens(&Tokens::new(raw), out);
}

/// Appends tokens that have been read already, each followed by a space.
pub fn index_tokens(tokens: &Tokens, out: &mut String) {
    let mut long_word = false;
    for (_, text) in tokens.iter() {
        push_term(text, out);
        out.push(' ');
        long_word |= text.len() > MAX_INDEX_WORD;
    }
    if long_word {
        out.push(LONG_WORD);
        out.push(' ');
    }
}

/// Appends a token as the index spells it. Words hold no ASCII signs: a sign is a token of its own.
fn push_term(text: &str, out: &mut String) {
    match text.as_bytes() {
        [sign] if !sign.is_ascii_alphanumeric() => {
            out.push(char::from_u32(STAND_INS + u32::from(*sign)).expect("the stand-ins lie in a private-use plane"));
        }
        _ => {
            let mut end = text.len().min(MAX_INDEX_WORD);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            out.push_str(text.get(..end).unwrap_or_default());
        }
    }
}

fn index_term(text: &str) -> String {
    let mut term = String::new();
    push_term(text, &mut term);
    term
}

/// Which texts of the index may match: every text that does match is among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Candidates {
    /// The index cannot narrow: look at every text.
    All,
    /// Texts with these index terms directly one after the other.
    Sequence(Vec<String>),
    /// Texts with an index term that begins so.
    Prefix(String),
    /// Texts with an index term that matches the pattern, to be looked up in the vocabulary.
    Pattern(WordPattern),
    /// Texts that are in all of these.
    And(Vec<Candidates>),
    /// Texts that are in any of these.
    Or(Vec<Candidates>),
}

/// What to ask of the FTS5 table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fts5Expr {
    /// The index cannot narrow: scan.
    All,
    /// The right side of MATCH, every term in quotation marks.
    Match(String),
}

/// Returns the candidates of a query.
pub fn candidates(query: &Query) -> Candidates {
    of_expr(query.expr())
}

fn of_expr(expr: &Expr) -> Candidates {
    match expr {
        // What is absent cannot be looked up.
        Expr::All | Expr::Not(_) => Candidates::All,
        Expr::Phrase(phrase) => of_phrase(phrase),
        Expr::And(parts) => all_of(parts.iter().map(of_expr)),
        Expr::Or(parts) => any_of(parts.iter().map(of_expr)),
        Expr::Near(near) => {
            let Near { left, op, right, .. } = near.as_ref();
            if op.is_negated() { of_expr(left) } else { all_of([of_expr(left), of_expr(right)]) }
        }
    }
}

fn all_of(parts: impl IntoIterator<Item = Candidates>) -> Candidates {
    let mut kept: Vec<Candidates> = parts.into_iter().filter(|part| *part != Candidates::All).collect();
    match kept.len() {
        0 => Candidates::All,
        1 => kept.swap_remove(0),
        _ => Candidates::And(kept),
    }
}

fn any_of(parts: impl IntoIterator<Item = Candidates>) -> Candidates {
    let parts: Vec<Candidates> = parts.into_iter().collect();
    if parts.contains(&Candidates::All) {
        return Candidates::All;
    }
    Candidates::Or(parts)
}

/// A chain stands in the index as it stands in the text; between chains there may be symbols, so that they are only
/// asked for together.
fn of_phrase(phrase: &Phrase) -> Candidates {
    all_of(chains(phrase.items()).into_iter().flat_map(of_chain))
}

fn of_chain(chain: &[Item]) -> Vec<Candidates> {
    let mut parts = Vec::new();
    let mut sequence = Vec::new();
    for item in chain {
        match &item.ask {
            Ask::Literal { text, .. } => {
                debug_assert!(sequence.is_empty() || item.link == Link::Joined, "a chain is joined");
                sequence.push(index_term(text));
                continue;
            }
            Ask::Pattern(pattern) => parts.push(of_pattern(pattern)),
            Ask::AnyCharacter => {}
        }
        if !sequence.is_empty() {
            parts.push(Candidates::Sequence(std::mem::take(&mut sequence)));
        }
    }
    if !sequence.is_empty() {
        parts.push(Candidates::Sequence(sequence));
    }
    parts
}

fn of_pattern(pattern: &WordPattern) -> Candidates {
    if pattern.is_anything() {
        Candidates::All
    } else if pattern.is_prefix() {
        Candidates::Prefix(index_term(pattern.prefix()))
    } else {
        Candidates::Pattern(pattern.clone())
    }
}

impl Candidates {
    /// Returns the FTS5 expression; `expand` gives the terms of the index vocabulary that a pattern matches.
    pub fn to_fts5(&self, mut expand: impl FnMut(&WordPattern) -> Vec<String>) -> Fts5Expr {
        if *self == Self::All {
            return Fts5Expr::All;
        }
        let mut out = String::new();
        self.write_fts5(&mut expand, &mut out);
        Fts5Expr::Match(out)
    }

    /// Returns the patterns that `to_fts5` will ask to expand, for a plan in print.
    pub fn patterns(&self) -> Vec<&WordPattern> {
        match self {
            Self::Pattern(pattern) => vec![pattern],
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::patterns).collect(),
            Self::All | Self::Sequence(_) | Self::Prefix(_) => Vec::new(),
        }
    }

    fn write_fts5(&self, expand: &mut impl FnMut(&WordPattern) -> Vec<String>, out: &mut String) {
        match self {
            // Below the root, `all_of` and `any_of` have removed it.
            Self::All => {}
            Self::Sequence(terms) => quote(&terms.join(" "), out),
            Self::Prefix(prefix) => {
                quote(prefix, out);
                out.push('*');
            }
            Self::Pattern(pattern) => {
                // Words cut short in the index cannot be tested there.
                quote(LONG_WORD.encode_utf8(&mut [0; 4]), out);
                for term in expand(pattern) {
                    out.push_str(" OR ");
                    quote(&term, out);
                }
            }
            Self::And(parts) => write_joined(parts, " AND ", expand, out),
            Self::Or(parts) => write_joined(parts, " OR ", expand, out),
        }
    }
}

fn write_joined(
    parts: &[Candidates],
    operator: &str,
    expand: &mut impl FnMut(&WordPattern) -> Vec<String>,
    out: &mut String,
) {
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            out.push_str(operator);
        }
        out.push('(');
        part.write_fts5(expand, out);
        out.push(')');
    }
}

fn quote(term: &str, out: &mut String) {
    out.push('"');
    out.push_str(&term.replace('"', "\"\""));
    out.push('"');
}
