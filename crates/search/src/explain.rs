//! Explains a query before it is run: its tree, the words that its open terms find, and how messages are looked for.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use duces_archive::{AsOf, Reader};
use duces_query::{Fts5Expr, OpenTerm, Query, Tokens, parse_with};
use serde::Serialize;

use crate::bounds::Bounds;
use crate::criteria::{Criteria, Scope};
use crate::error::Result;
use crate::matching::{asked_of_index, index_candidates};

/// What a query asks for and how it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The query in canonical form.
    pub query: String,
    /// Its tree, one node a line.
    pub tree: String,
    /// The rules of comparison, in a sentence.
    pub normalisation: String,
    /// What it is held against.
    pub scope: Scope,
    /// What each open term finds, in order.
    pub expansions: Vec<Expansion>,
    /// What the index is asked, in the syntax of FTS5; `None` where it is not asked and everything is looked at.
    pub index: Option<String>,
}

/// The words that one term finds in the messages that the other conditions let through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expansion {
    /// The term.
    pub term: String,
    /// Each word, normalised, with the number of messages that hold it; sorted by word.
    pub words: BTreeMap<String, u64>,
}

/// Explains the query of the criteria over the matter as of a point of its ledger.
///
/// Words are counted within the other conditions alone, never over the whole vocabulary of the index, which may hold
/// words of messages that must not be looked at.
pub fn explain(reader: &Reader, criteria: &Criteria, as_of: AsOf) -> Result<Explanation> {
    let query = parse_with(&criteria.query, &criteria.options)?;
    let bounds = Bounds::resolve(reader, criteria, as_of)?;
    let by_index = match criteria.scope {
        Scope::Message => asked_of_index(reader, &query)?,
        // The index knows messages; documents match by their headers as well.
        Scope::Document => Fts5Expr::All,
    };
    let index = match by_index {
        Fts5Expr::All => None,
        Fts5Expr::Match(expression) => Some(expression),
    };
    Ok(Explanation {
        query: query.to_string(),
        tree: query.tree(),
        normalisation: query.profile().description(),
        scope: criteria.scope,
        expansions: expansions(reader, &bounds, &query, as_of)?,
        index,
    })
}

fn expansions(reader: &Reader, bounds: &Bounds, query: &Query, as_of: AsOf) -> Result<Vec<Expansion>> {
    let terms = query.open_terms();
    let mut tally = Tally::new(&terms);
    if terms.is_empty() {
        return Ok(tally.expansions);
    }
    let written: Vec<String> = terms.iter().map(ToString::to_string).collect();
    let any_of_them = parse_with(&written.join(" OR "), query.options())?;
    let mut look = |message: duces_model::Message| {
        let within = bounds.place(&message.conversation).is_some()
            && bounds.held(&message)
            && bounds.clip.holds(bounds.day(&message));
        if within {
            tally.add(&message.text());
        }
        Ok(ControlFlow::Continue(()))
    };
    match index_candidates(reader, &any_of_them)? {
        Some(ids) => reader.by_ids(&ids, as_of, &mut look)?,
        None => reader.messages(&bounds.filter(), as_of, &mut look)?,
    };
    Ok(tally.expansions)
}

/// Counts, for each term, the messages that hold each word it finds.
struct Tally<'a> {
    terms: &'a [OpenTerm],
    /// Which terms find a word, so that each word is tested once.
    known: BTreeMap<String, Vec<usize>>,
    tokens: Tokens,
    expansions: Vec<Expansion>,
}

impl<'a> Tally<'a> {
    fn new(terms: &'a [OpenTerm]) -> Self {
        let expansions = terms.iter().map(|term| Expansion { term: term.to_string(), words: BTreeMap::new() });
        Self { terms, known: BTreeMap::new(), tokens: Tokens::default(), expansions: expansions.collect() }
    }

    fn add(&mut self, text: &str) {
        self.tokens.read(text);
        let words = self.tokens.iter().filter(|(token, _)| token.kind.takes_position()).map(|(_, word)| word);
        let mut here: Vec<&str> = words.collect();
        here.sort_unstable();
        here.dedup();
        for word in here {
            if !self.known.contains_key(word) {
                let finding = self.terms.iter().enumerate().filter(|(_, term)| term.finds(word)).map(|(n, _)| n);
                self.known.insert(word.to_owned(), finding.collect());
            }
            for n in self.known.get(word).into_iter().flatten() {
                if let Some(expansion) = self.expansions.get_mut(*n) {
                    *expansion.words.entry(word.to_owned()).or_default() += 1;
                }
            }
        }
    }
}
