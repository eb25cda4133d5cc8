//! Parses a query: homogeneous chains of AND or OR, NOT, proximity of two sides, phrases.

use crate::ast::{Expr, Near, NearOp, Query};
use crate::error::{QueryError, QueryErrorKind as Kind};
use crate::lex::{Lex, Lexeme, lex};
use crate::operands::check_near;
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
    if query.len() > MAX_BYTES {
        let message = format!("the query is longer than {MAX_BYTES} bytes");
        return Err(QueryError::new(Kind::TooLarge, "", 0..0, message));
    }
    let lexemes = lex(query)?;
    if lexemes.is_empty() {
        return Ok(Query::new(Expr::All));
    }
    let mut parser = Parser { query, lexemes, at: 0, depth: 0 };
    let root = parser.boolean()?;
    match parser.peek() {
        None => Ok(Query::new(root)),
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
    lexemes: Vec<Lexeme>,
    at: usize,
    depth: usize,
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
        let left = self.atom()?;
        let Some((op, distance)) = self.near_operator() else {
            return Ok(left);
        };
        let right = self.atom()?;
        let near = Near { left, op, distance, right };
        if let Some((op, distance)) = self.near_operator() {
            let third = self.atom()?;
            let Near { left, op: first_op, distance: first_distance, right } = near.clone();
            let one = Near { left: Expr::Near(Box::new(near)), op, distance, right: third.clone() };
            let inner = Near { left: right, op, distance, right: third };
            let other = Near { left, op: first_op, distance: first_distance, right: Expr::Near(Box::new(inner)) };
            let (one, other) = (Expr::Near(Box::new(one)), Expr::Near(Box::new(other)));
            return Err(self.ambiguous(first, "proximity operators are chained", &one, &other));
        }
        check_near(&near)
            .map_err(|(kind, message)| QueryError::new(kind, self.query, self.span_from(first), message))?;
        Ok(Expr::Near(Box::new(near)))
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
        let (kind, message) = match Phrase::from_pieces(pieces) {
            Ok(phrase) => return Ok(Expr::Phrase(phrase)),
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
