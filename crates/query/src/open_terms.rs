//! The terms of a query whose words are not all written in it, so that they can be listed for the text at hand.

use crate::ast::{Expr, Query};
use crate::options::QueryOptions;
use crate::phrase::Ask;
use crate::word_test::WordTest;
use std::fmt;

/// A term that finds words by a wildcard, stem, likeness, sound, range or regular expression.
#[derive(Clone, Debug)]
pub struct OpenTerm {
    written: WordTest,
    folded: WordTest,
    options: QueryOptions,
}

impl OpenTerm {
    /// Returns whether the term finds a word that was normalised without the choices of the profile.
    pub fn finds(&self, word: &str) -> bool {
        !self.options.noise.contains(word) && self.folded.matches(&self.options.profile.token(word))
    }
}

impl fmt::Display for OpenTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.written.fmt(f)
    }
}

impl Query {
    /// Returns the open terms of the text, each once, in order; those of fields find none of the text's words.
    pub fn open_terms(&self) -> Vec<OpenTerm> {
        let mut terms: Vec<OpenTerm> = Vec::new();
        let mut pending = vec![self.expr()];
        while let Some(expr) = pending.pop() {
            match expr {
                Expr::Phrase(phrase) => {
                    for item in phrase.items() {
                        let Ask::Word(test) = &item.ask else { continue };
                        if !test.is_any_word() && !terms.iter().any(|term| term.written == *test) {
                            let folded = test.under(self.profile());
                            terms.push(OpenTerm { written: test.clone(), folded, options: self.options().clone() });
                        }
                    }
                }
                Expr::Field(_) => {}
                expr => pending.extend(expr.children().into_iter().rev()),
            }
        }
        terms
    }
}
