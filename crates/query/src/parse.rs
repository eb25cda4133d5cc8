//! Parses a query: chains of AND or OR, NOT, proximity of two sides, fields, phrases.

use crate::ast::{Expr, FieldExpr, Near, NearOp, Query};
use crate::error::{QueryError, QueryErrorKind as Kind};
use crate::field::{Field, HAS};
use crate::lex::{Lex, Lexeme, lex};
use crate::operands::check_near;
use crate::options::{Precedence, QueryOptions};
use crate::phrase::{Phrase, PhraseFault, Piece};
use std::ops::Range;

/// Nested parentheses and NOTs that a query may have; recursion stays far from the end of the stack.
const MAX_DEPTH: usize = 64;
/// Bytes that a query may have.
const MAX_BYTES: usize = 1 << 20;

/// Parses a query, or says where and why it cannot be understood in one way only.
///
/// # Errors
///
/// Returns a [`QueryError`] for every text that is not a query: nothing malformed is searched for or passed over.
pub fn parse(query: &str) -> Result<Query, QueryError> {
    parse_with(query, &QueryOptions::default())
}

/// Parses a query under choices of normalisation, precedence and noise words.
///
/// # Errors
///
/// Returns a [`QueryError`] for every text that is not a query, or that the choices do not let be read in one way only.
pub fn parse_with(query: &str, options: &QueryOptions) -> Result<Query, QueryError> {
    if query.len() > MAX_BYTES {
        let message = format!("the query is longer than {MAX_BYTES} bytes");
        return Err(QueryError::new(Kind::TooLarge, "", 0..0, message));
    }
    let lexemes = lex(query)?;
    if lexemes.is_empty() {
        return Ok(Query::new(Expr::All, options.clone()));
    }
    let mut parser = Parser { query, options, lexemes, at: 0, depth: 0, chained: 0, field: None };
    let root = parser.boolean()?;
    match parser.peek() {
        None => Ok(Query::new(root, options.clone())),
        Some(_) => Err(parser.error(Kind::Unbalanced, "this parenthesis closes nothing")),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Connective {
    And,
    Or,
}

struct Parser<'a> {
    query: &'a str,
    options: &'a QueryOptions,
    lexemes: Vec<Lexeme>,
    at: usize,
    depth: usize,
    /// Steps by which chosen precedence has made the tree deeper.
    chained: usize,
    /// The field whose value is being read.
    field: Option<Field>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Lex> {
        self.lexemes.get(self.at).map(|lexeme| &lexeme.what)
    }

    fn peek_second(&self) -> Option<&Lex> {
        self.lexemes.get(self.at + 1).map(|lexeme| &lexeme.what)
    }

    /// The place of the next lexeme, or of the end.
    fn span(&self) -> Range<usize> {
        let end = self.query.len();
        self.lexemes.get(self.at).map_or(end..end, |lexeme| lexeme.span.clone())
    }

    /// The bytes from a lexeme to the last one taken.
    fn span_from(&self, first: usize) -> Range<usize> {
        let start = self.lexemes.get(first).map_or(0, |lexeme| lexeme.span.start);
        let last = self.at.saturating_sub(1).max(first);
        start..self.lexemes.get(last).map_or(self.query.len(), |lexeme| lexeme.span.end)
    }

    fn error(&self, kind: Kind, message: impl Into<String>) -> QueryError {
        QueryError::new(kind, self.query, self.span(), message)
    }

    fn deeper(&mut self) -> Result<(), QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(Kind::TooLarge, format!("more than {MAX_DEPTH} levels of parentheses and NOT")));
        }
        Ok(())
    }

    fn chain_deeper(&mut self, steps: usize) -> Result<(), QueryError> {
        self.chained += steps;
        if self.chained > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} operators are mixed without parentheses; write parentheses");
            return Err(self.error(Kind::TooLarge, message));
        }
        Ok(())
    }

    /// Operands joined by AND alone or by OR alone.
    fn boolean(&mut self) -> Result<Expr, QueryError> {
        let first = self.at;
        let mut parts = vec![self.negation()?];
        let mut connectives = Vec::new();
        loop {
            let connective = match self.peek() {
                Some(Lex::And) => Connective::And,
                Some(Lex::Or) => Connective::Or,
                None | Some(Lex::Close) => break,
                Some(Lex::Not) => {
                    return Err(
                        self.error(Kind::MissingOperator, "NOT needs an operator before it; write AND NOT, or NOT w/n")
                    );
                }
                Some(_) => return Err(self.missing_operator()),
            };
            self.at += 1;
            connectives.push(connective);
            parts.push(self.negation()?);
        }
        let Some(&connective) = connectives.first() else {
            return Ok(parts.swap_remove(0));
        };
        if connectives.iter().any(|c| *c != connective) {
            match self.options.precedence {
                Some(Precedence::AndFirst) => return Ok(readings(&parts, &connectives, Connective::And)),
                Some(Precedence::OrFirst) => return Ok(readings(&parts, &connectives, Connective::Or)),
                Some(Precedence::LeftToRight) => {
                    let turns = connectives.windows(2).filter(|pair| pair[0] != pair[1]).count();
                    self.chain_deeper(turns)?;
                    return Ok(from_the_left(parts, &connectives));
                }
                None => {}
            }
            let (one, other) =
                (readings(&parts, &connectives, Connective::And), readings(&parts, &connectives, Connective::Or));
            return Err(self.ambiguous(first, "AND and OR are mixed", &one, &other));
        }
        Ok(chain(connective, parts))
    }

    fn missing_operator(&self) -> QueryError {
        self.error(
            Kind::MissingOperator,
            "no operator before this; write AND, OR, w/n or pre/n, or put the whole phrase in one pair of quotation marks",
        )
    }

    fn ambiguous(&self, first: usize, what: &str, one: &Expr, other: &Expr) -> QueryError {
        let message = format!("{what} without parentheses; write\n    {one}\n  or\n    {other}");
        QueryError::new(Kind::Ambiguous, self.query, self.span_from(first), message)
    }

    fn negation(&mut self) -> Result<Expr, QueryError> {
        if self.peek() != Some(&Lex::Not) {
            return self.proximity();
        }
        self.deeper()?;
        self.at += 1;
        if matches!(self.peek(), Some(Lex::Near(..))) {
            return Err(self.error(Kind::MissingOperand, "a proximity operator needs a term before it"));
        }
        let inner = self.negation()?;
        self.depth -= 1;
        Ok(Expr::Not(Box::new(inner)))
    }

    fn near_operator(&mut self) -> Option<(NearOp, u32)> {
        let (op, distance, width) = match (self.peek()?, self.peek_second()) {
            (Lex::Near(op, distance), _) => (*op, *distance, 1),
            (Lex::Not, Some(Lex::Near(NearOp::Before, distance))) => (NearOp::NotBefore, *distance, 2),
            (Lex::Not, Some(Lex::Near(_, distance))) => (NearOp::NotWithin, *distance, 2),
            _ => return None,
        };
        self.at += width;
        Some((op, distance))
    }

    fn proximity(&mut self) -> Result<Expr, QueryError> {
        let first = self.at;
        let mut left = self.atom()?;
        let mut chained: Option<Near> = None;
        while let Some((op, distance)) = self.near_operator() {
            let right = self.atom()?;
            if let Some(before) = chained.take() {
                if self.options.precedence.is_none() {
                    let (one, other) = chain_readings(before, op, distance, right);
                    return Err(self.ambiguous(first, "proximity operators are chained", &one, &other));
                }
                self.chain_deeper(1)?;
                left = Expr::Near(Box::new(before));
            }
            let near = Near { left, op, distance, right };
            check_near(&near)
                .map_err(|(kind, message)| QueryError::new(kind, self.query, self.span_from(first), message))?;
            left = Expr::All;
            chained = Some(near);
        }
        match chained {
            Some(near) => Ok(Expr::Near(Box::new(near))),
            None if matches!(left, Expr::Edge(_)) => Err(QueryError::new(
                Kind::Operand,
                self.query,
                self.span_from(first),
                "the first and last word are places to measure from: write xfirstword or xlastword directly beside w/n or \
                 pre/n, or quote the word",
            )),
            None => Ok(left),
        }
    }

    fn atom(&mut self) -> Result<Expr, QueryError> {
        match self.peek() {
            Some(Lex::Open) => self.group(),
            Some(Lex::Quoted(pieces)) => {
                let pieces = pieces.clone();
                let first = self.at;
                self.at += 1;
                self.phrase(first, &pieces)
            }
            Some(Lex::Chunk(_)) => self.implicit_phrase(),
            Some(Lex::Edge(edge)) => {
                let edge = *edge;
                self.at += 1;
                Ok(Expr::Edge(edge))
            }
            Some(Lex::Dates(range)) if self.field.is_none() => {
                let range = range.clone();
                self.at += 1;
                Ok(Expr::Dates(range))
            }
            Some(Lex::Field(field)) if self.field.is_none() => {
                let field = *field;
                self.of_field(field)
            }
            Some(Lex::Dates(_) | Lex::Field(_)) => {
                Err(self.error(Kind::Field, "a field stands inside another; close the parenthesis of the first"))
            }
            Some(Lex::Close) => Err(self.error(Kind::MissingOperand, "a term is missing before this parenthesis")),
            Some(Lex::And | Lex::Or | Lex::Near(..) | Lex::Not) => Err(self.error(
                Kind::MissingOperand,
                "a term is missing before this operator; to search for the word itself, quote it",
            )),
            None => Err(self.error(Kind::MissingOperand, "a term is missing at the end")),
        }
    }

    fn group(&mut self) -> Result<Expr, QueryError> {
        self.deeper()?;
        let open = self.span();
        self.at += 1;
        let inner = self.boolean()?;
        if self.peek() != Some(&Lex::Close) {
            return Err(QueryError::new(Kind::Unbalanced, self.query, open, "this parenthesis is never closed"));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(inner)
    }

    /// What a field must hold: one word, phrase or group.
    fn of_field(&mut self, field: Field) -> Result<Expr, QueryError> {
        self.deeper()?;
        self.at += 1;
        self.field = Some(field);
        let first = self.at;
        let value = match self.peek() {
            // Only the word at the colon: `from:zhang contract` is no name of two words.
            Some(Lex::Chunk(pieces)) => {
                let pieces = pieces.clone();
                self.at += 1;
                self.phrase(first, &pieces)?
            }
            Some(Lex::Open | Lex::Quoted(_)) => self.atom()?,
            _ => {
                let message = format!("{field} must hold a word, a phrase or a group in parentheses");
                return Err(self.error(Kind::Field, message));
            }
        };
        if field == Field::Has {
            self.check_has(first, &value)?;
        }
        self.field = None;
        self.depth -= 1;
        Ok(Expr::Field(Box::new(FieldExpr { field, value })))
    }

    /// What a text has is told by fixed words; any other would find nothing without a word.
    fn check_has(&self, first: usize, value: &Expr) -> Result<(), QueryError> {
        let mut faulty = false;
        value.walk(&mut |expr| {
            faulty |= match expr {
                Expr::Phrase(phrase) => !HAS.contains(&phrase.to_string().as_str()),
                Expr::And(_) | Expr::Or(_) | Expr::Not(_) => false,
                _ => true,
            };
        });
        if faulty {
            let message = format!("has: takes one of {}", HAS.join(", "));
            return Err(QueryError::new(Kind::Field, self.query, self.span_from(first), message));
        }
        Ok(())
    }

    /// Words side by side are one phrase.
    fn implicit_phrase(&mut self) -> Result<Expr, QueryError> {
        let first = self.at;
        let mut pieces = Vec::new();
        while let Some(Lex::Chunk(chunk)) = self.peek() {
            if !pieces.is_empty() {
                pieces.push(Piece::Text(" ".to_owned()));
            }
            pieces.extend(chunk.iter().cloned());
            self.at += 1;
        }
        self.phrase(first, &pieces)
    }

    fn phrase(&self, first: usize, pieces: &[Piece]) -> Result<Expr, QueryError> {
        let read = Phrase::from_pieces(pieces);
        let noise = &self.options.noise;
        let read = if self.field.is_none() { read.and_then(|phrase| phrase.without_noise(noise)) } else { read };
        let (kind, message) = match read {
            Ok(phrase) => return Ok(Expr::Phrase(phrase)),
            Err(PhraseFault::Noise) => (
                Kind::Noise,
                "the list of noise words has all of this, so that it cannot be searched for; leave it out, or search \
                 without the list",
            ),
            Err(PhraseFault::Empty) => (
                Kind::EmptyTerm,
                "nothing here can be searched for: punctuation and invisible characters are not indexed",
            ),
            Err(PhraseFault::StarInside) => (
                Kind::Wildcard,
                "a * at the edge of a Chinese, Japanese or Korean term cannot stand inside a phrase; leave it out, or write w/n",
            ),
        };
        Err(QueryError::new(kind, self.query, self.span_from(first), message))
    }
}

/// The two readings of `a w/3 b w/4 c`.
fn chain_readings(before: Near, op: NearOp, distance: u32, third: Expr) -> (Expr, Expr) {
    let Near { left, op: first_op, distance: first_distance, right } = before.clone();
    let one = Near { left: Expr::Near(Box::new(before)), op, distance, right: third.clone() };
    let inner = Near { left: right, op, distance, right: third };
    let other = Near { left, op: first_op, distance: first_distance, right: Expr::Near(Box::new(inner)) };
    (Expr::Near(Box::new(one)), Expr::Near(Box::new(other)))
}

/// Reads a mixed chain so that what comes first binds first.
fn from_the_left(parts: Vec<Expr>, connectives: &[Connective]) -> Expr {
    let mut parts = parts.into_iter();
    let mut left: Vec<Expr> = parts.next().into_iter().collect();
    let mut last = None;
    for (part, connective) in parts.zip(connectives) {
        if last.is_some_and(|last| last != *connective) {
            left = vec![chain(if *connective == Connective::And { Connective::Or } else { Connective::And }, left)];
        }
        left.push(part);
        last = Some(*connective);
    }
    chain(last.unwrap_or(Connective::And), left)
}

fn chain(connective: Connective, mut parts: Vec<Expr>) -> Expr {
    match (parts.len(), connective) {
        (1, _) => parts.swap_remove(0),
        (_, Connective::And) => Expr::And(parts),
        (_, Connective::Or) => Expr::Or(parts),
    }
}

/// Reads a mixed chain as if `tighter` bound tighter than the other connective.
fn readings(parts: &[Expr], connectives: &[Connective], tighter: Connective) -> Expr {
    let looser = if tighter == Connective::And { Connective::Or } else { Connective::And };
    let mut groups: Vec<Vec<Expr>> = Vec::new();
    for (n, part) in parts.iter().enumerate() {
        let continues = n > 0 && connectives.get(n - 1) == Some(&tighter);
        match groups.last_mut() {
            Some(group) if continues => group.push(part.clone()),
            _ => groups.push(vec![part.clone()]),
        }
    }
    chain(looser, groups.into_iter().map(|group| chain(tighter, group)).collect())
}
