//! The index side: the text as it is written into the full-text table, and the candidates of a query.
//!
//! The table is contentless FTS5 with the stock tokenizer `ascii`, which takes each run of ASCII letters, digits and
//! all other code points for a token and drops the ASCII signs: those get stand-ins from a private-use plane.

use crate::ast::{Expr, Near, Query};
use crate::normalise::Profile;
use crate::occurrences::chains;
use crate::phrase::{Ask, Item, Link, Phrase};
use crate::tokens::{TokenKind, Tokens};
use crate::variants;
use crate::word_test::WordTest;

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
    /// Texts with an index term that passes the test, to be looked up in the vocabulary.
    Terms(TermTest),
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

/// A question to a term of the index, which is written without the choices of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermTest {
    asked: Asked,
    profile: Profile,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    /// This word, folded.
    Word(String),
    Test(WordTest),
}

impl TermTest {
    /// Returns whether a term of the index passes.
    pub fn matches(&self, term: &str) -> bool {
        let term = self.profile.token(term);
        match &self.asked {
            Asked::Word(word) => *word == term,
            Asked::Test(test) => test.matches(&term),
        }
    }

    /// Returns letters that every term that passes begins with.
    pub fn prefix(&self) -> &str {
        match &self.asked {
            // An accent may stand on any of them.
            _ if self.profile.fold_accents => "",
            Asked::Word(word) => word,
            Asked::Test(test) => test.prefix(),
        }
    }
}

/// Returns the candidates of a query.
pub fn candidates(query: &Query) -> Candidates {
    of_expr(query.expr(), query.profile())
}

fn of_expr(expr: &Expr, profile: Profile) -> Candidates {
    let of_expr = |expr: &Expr| of_expr(expr, profile);
    match expr {
        // What is absent cannot be looked up, nor what lies beside the text; and every text has a first word.
        Expr::All | Expr::Not(_) | Expr::Edge(_) | Expr::Field(_) | Expr::Dates(_) => Candidates::All,
        Expr::Phrase(phrase) => of_phrase(phrase, profile),
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
    let mut parts: Vec<Candidates> = parts.into_iter().collect();
    if parts.contains(&Candidates::All) {
        return Candidates::All;
    }
    if parts.len() == 1 { parts.swap_remove(0) } else { Candidates::Or(parts) }
}

/// A chain stands in the index as it stands in the text; between chains there may be symbols, so that they are only
/// asked for together.
fn of_phrase(phrase: &Phrase, profile: Profile) -> Candidates {
    all_of(chains(phrase.items()).into_iter().flat_map(|chain| of_chain(chain, profile)))
}

fn of_chain(chain: &[Item], profile: Profile) -> Vec<Candidates> {
    let mut parts = Vec::new();
    let mut sequence: Vec<Vec<String>> = Vec::new();
    for item in chain {
        match &item.ask {
            Ask::Literal { kind: TokenKind::Word, text } if profile.fold_accents => {
                let asked = Asked::Word(profile.token(text).into_owned());
                parts.push(Candidates::Terms(TermTest { asked, profile }));
            }
            Ask::Literal { text, .. } => {
                debug_assert!(sequence.is_empty() || item.link == Link::Joined, "a chain is joined");
                sequence.push(spellings(text, profile));
                continue;
            }
            Ask::Word(test) => parts.push(of_test(test, profile)),
            Ask::AnyCharacter => {}
        }
        parts.extend(of_sequence(&std::mem::take(&mut sequence)));
    }
    parts.extend(of_sequence(&sequence));
    parts
}

/// Returns the terms by which the index may spell a token: a character has variants.
fn spellings(text: &str, profile: Profile) -> Vec<String> {
    let mut letters = text.chars();
    let variants = match (letters.next(), letters.next()) {
        (Some(c), None) if profile.fold_traditional => variants::class_of(c),
        _ => &[],
    };
    match variants {
        [] => vec![index_term(text)],
        variants => variants.iter().map(|c| index_term(c.encode_utf8(&mut [0; 4]))).collect(),
    }
}

/// Spelled-out sequences up to which a run of characters with variants is asked for as it stands.
const MAX_SPELLED_OUT: usize = 64;

fn of_sequence(sequence: &[Vec<String>]) -> Option<Candidates> {
    if sequence.is_empty() {
        return None;
    }
    let ways = sequence.iter().try_fold(1usize, |ways, spellings| ways.checked_mul(spellings.len()));
    if ways.is_none_or(|ways| ways > MAX_SPELLED_OUT) {
        let one_of = |spellings: &Vec<String>| any_of(spellings.iter().map(|s| Candidates::Sequence(vec![s.clone()])));
        return Some(all_of(sequence.iter().map(one_of)));
    }
    let mut spelled_out: Vec<Vec<String>> = vec![Vec::new()];
    for spellings in sequence {
        let longer = |so_far: &Vec<String>| {
            let so_far = so_far.clone();
            spellings.iter().map(move |spelling| so_far.iter().chain([spelling]).cloned().collect())
        };
        spelled_out = spelled_out.iter().flat_map(longer).collect();
    }
    Some(any_of(spelled_out.into_iter().map(Candidates::Sequence)))
}

fn of_test(test: &WordTest, profile: Profile) -> Candidates {
    match test {
        WordTest::Pattern(pattern) if pattern.is_anything() => Candidates::All,
        WordTest::Pattern(pattern) if pattern.is_prefix() && !profile.fold_accents => {
            Candidates::Prefix(index_term(pattern.prefix()))
        }
        test => Candidates::Terms(TermTest { asked: Asked::Test(test.under(profile)), profile }),
    }
}

impl Candidates {
    /// Returns the FTS5 expression. `expand` gives the terms of the index vocabulary that pass a test, or `None` where
    /// they are too many to be asked for, so that this part narrows nothing.
    pub fn to_fts5(&self, mut expand: impl FnMut(&TermTest) -> Option<Vec<String>>) -> Fts5Expr {
        self.fts5(&mut expand).map_or(Fts5Expr::All, Fts5Expr::Match)
    }

    /// Returns the tests that `to_fts5` will ask to expand, for a plan in print.
    pub fn terms(&self) -> Vec<&TermTest> {
        match self {
            Self::Terms(test) => vec![test],
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::terms).collect(),
            Self::All | Self::Sequence(_) | Self::Prefix(_) => Vec::new(),
        }
    }

    /// `None` where every text is a candidate.
    fn fts5(&self, expand: &mut impl FnMut(&TermTest) -> Option<Vec<String>>) -> Option<String> {
        let mut out = String::new();
        match self {
            Self::All => return None,
            Self::Sequence(terms) => quote(&terms.join(" "), &mut out),
            Self::Prefix(prefix) => {
                quote(prefix, &mut out);
                out.push('*');
            }
            Self::Terms(test) => {
                // Words cut short in the index cannot be tested there.
                quote(LONG_WORD.encode_utf8(&mut [0; 4]), &mut out);
                for term in expand(test)? {
                    out.push_str(" OR ");
                    quote(&term, &mut out);
                }
            }
            Self::And(parts) => {
                let narrowing: Vec<String> = parts.iter().filter_map(|part| part.fts5(expand)).collect();
                return joined(&narrowing, " AND ");
            }
            Self::Or(parts) => {
                let all: Option<Vec<String>> = parts.iter().map(|part| part.fts5(expand)).collect();
                return joined(&all?, " OR ");
            }
        }
        Some(out)
    }
}

fn joined(parts: &[String], operator: &str) -> Option<String> {
    match parts {
        [] => None,
        [part] => Some(part.clone()),
        parts => Some(parts.iter().map(|part| format!("({part})")).collect::<Vec<_>>().join(operator)),
    }
}

fn quote(term: &str, out: &mut String) {
    out.push('"');
    out.push_str(&term.replace('"', "\"\""));
    out.push('"');
}
