//! Many queries held against one text at a time: each text is read once, and only those queries are asked that its
//! words lead to.

use std::collections::HashMap;

use crate::ast::Query;
use crate::field::Facts;
use crate::matcher::{Matcher, Span};
use crate::tokens::{Token, Tokens, key_of};
use crate::trigger::Spark;
use crate::word_test::WordTest;

/// Words of which a buffer remembers what tests they pass, before it starts anew.
const MOST_KNOWN: usize = 1 << 16;

/// Queries made ready to be held against many texts together; it can be shared between threads.
///
/// The answers are those of a [`Matcher`] for each query. What is skipped is what cannot match: a text without any of the
/// tokens that the query asks for.
#[derive(Clone, Debug, Default)]
pub struct MatcherSet {
    matchers: Vec<Matcher>,
    /// Queries that every text must be asked.
    always: Vec<usize>,
    /// By the key of a token, the queries that it leads to.
    tokens: HashMap<u64, Vec<Lead>>,
    /// Tests of words, and the queries they lead to.
    tests: Vec<(WordTest, usize)>,
}

/// A token that leads to a query.
#[derive(Clone, Debug)]
struct Lead {
    text: String,
    then: Option<String>,
    query: usize,
}

/// A text that was read, and which queries it matches; its memory is used again for the next.
#[derive(Clone, Debug, Default)]
pub struct SetBuffer {
    tokens: Tokens,
    found: Vec<usize>,
    /// For each query, the number of the text that last led to it.
    led_by: Vec<u64>,
    text: u64,
    known: HashMap<String, Vec<usize>>,
}

impl MatcherSet {
    /// Makes queries ready that were read under one profile. They are known by their places.
    pub fn new(queries: &[Query]) -> Self {
        let mut set = Self { matchers: queries.iter().map(Matcher::new).collect(), ..Self::default() };
        for (query, matcher) in set.matchers.iter().enumerate() {
            let Some(sparks) = matcher.trigger().into_sparks() else {
                set.always.push(query);
                continue;
            };
            for spark in sparks {
                match spark {
                    Spark::Token { text, then } => {
                        let leads = set.tokens.entry(key_of(text.as_bytes())).or_default();
                        leads.push(Lead { text, then, query });
                    }
                    Spark::Word(test) => set.tests.push((test, query)),
                }
            }
        }
        set
    }

    /// Returns an empty buffer for texts, under the profile of the queries.
    pub fn buffer(&self) -> SetBuffer {
        let tokens = self.matchers.first().map(Matcher::buffer).unwrap_or_default();
        SetBuffer { tokens, led_by: vec![0; self.matchers.len()], ..SetBuffer::default() }
    }

    /// Reads a text and finds the queries that it matches, with the facts beside it.
    pub fn read(&self, text: &str, facts: &dyn Facts, buffer: &mut SetBuffer) {
        buffer.tokens.read(text);
        self.follow_leads(buffer);
        let SetBuffer { tokens, found, .. } = buffer;
        found.retain(|query| self.matchers.get(*query).is_some_and(|matcher| matcher.is_match_with(tokens, facts)));
        found.sort_unstable();
    }

    /// Returns the hits of a query in the text that was read, as [`Matcher::hits_with`] does.
    pub fn hits(&self, query: usize, facts: &dyn Facts, buffer: &SetBuffer) -> Vec<Span> {
        match self.matchers.get(query) {
            Some(matcher) if buffer.found.binary_search(&query).is_ok() => matcher.hits_of_match(&buffer.tokens, facts),
            _ => Vec::new(),
        }
    }

    fn follow_leads(&self, buffer: &mut SetBuffer) {
        let SetBuffer { tokens, found, led_by, text, known } = buffer;
        *text += 1;
        found.clear();
        found.extend(&self.always);
        let mut lead = |query: usize| match led_by.get_mut(query) {
            Some(last) if *last != *text => {
                *last = *text;
                found.push(query);
            }
            _ => {}
        };
        for (place, token) in tokens.as_slice().iter().enumerate() {
            for named in self.tokens.get(&token.key()).into_iter().flatten() {
                if named.stands_at(tokens, place, token) {
                    lead(named.query);
                }
            }
            if self.tests.is_empty() || !token.kind.takes_position() {
                continue;
            }
            let word = tokens.text_of(token);
            if !known.contains_key(word) {
                if known.len() >= MOST_KNOWN {
                    known.clear();
                }
                let passed = self.tests.iter().filter(|(test, _)| test.matches(word)).map(|(_, query)| *query);
                known.insert(word.to_owned(), passed.collect());
            }
            known.get(word).into_iter().flatten().for_each(|query| lead(*query));
        }
    }
}

impl Lead {
    fn stands_at(&self, tokens: &Tokens, place: usize, token: &Token) -> bool {
        self.text == tokens.text_of(token)
            && self.then.as_ref().is_none_or(|then| {
                let next = tokens.as_slice().get(place + 1);
                next.is_some_and(|next| next.joined && then == tokens.text_of(next))
            })
    }
}

impl SetBuffer {
    /// Returns the places of the queries that the text matches, sorted.
    pub fn found(&self) -> &[usize] {
        &self.found
    }
}
