//! The lawyers' query language: parser, normalisation and the exact matcher over text.
//!
//! The way of a query: [`parse`] makes a [`Query`] or says at which character it is refused; [`candidates`] says which
//! texts of the index may match; a [`Matcher`] decides over the [`Tokens`] of each text, and its word is final. Text
//! goes to the index through [`index_text`]. There is no storage and no input or output here.
//!
//! ```
//! use duces_query::{Matcher, Tokens, parse};
//!
//! let query = parse("(contract OR 合同) w/5 sign*")?;
//! let matcher = Matcher::new(&query);
//! let text = "合同 was never signed.";
//! let hits = matcher.hits(&Tokens::new(text));
//! let found: Vec<&str> = hits.iter().map(|hit| &text[hit.range()]).collect();
//! assert_eq!(found, ["合同", "signed"]);
//!
//! let refused = parse("合同 OR contract AND draft").unwrap_err();
//! assert_eq!(refused.char_range(), 0..24);
//! # Ok::<(), duces_query::QueryError>(())
//! ```

mod ast;
mod chars;
mod dates;
mod error;
mod field;
mod index;
mod lex;
mod many;
mod matcher;
mod near;
mod normalise;
mod occurrences;
mod open_terms;
mod operands;
mod options;
mod parse;
mod pattern;
mod phrase;
mod regex_word;
mod similar;
mod tokens;
mod tree;
mod trigger;
mod variants;
mod word_ops;
mod word_test;

pub use ast::{Expr, FieldExpr, Near, NearOp, Query, TextEdge};
pub use dates::{DateRange, LocalTime, Moment};
pub use error::{QueryError, QueryErrorKind};
pub use field::{Facts, Field, HAS, NoFacts};
pub use index::{Candidates, Fts5Expr, TermTest, candidates, index_text, index_tokens};
pub use lex::MAX_DISTANCE;
pub use many::{MatcherSet, SetBuffer};
pub use matcher::{Matcher, Span, hits, is_match};
pub use normalise::{Profile, normalise};
pub use open_terms::OpenTerm;
pub use operands::MAX_NESTED_DISTANCE;
pub use options::{NoiseError, NoiseWords, Precedence, QueryOptions};
pub use parse::{parse, parse_with};
pub use pattern::{PatternPart, WordPattern};
pub use phrase::{Ask, Item, Link, Phrase};
pub use regex_word::WordRegex;
pub use tokens::{Token, TokenKind, Tokens};
pub use word_test::{Fuzzy, NumberRange, WordTest};
