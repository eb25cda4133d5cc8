//! Why a query is refused, and where in it.

use std::fmt;
use std::ops::Range;

/// What is wrong with a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QueryErrorKind {
    /// Operators are mixed in a way that can be read in two ways.
    Ambiguous,
    /// An operator lacks an operand.
    MissingOperand,
    /// Two operands lack an operator between them.
    MissingOperator,
    /// A parenthesis or quotation mark has no partner.
    Unbalanced,
    /// A term holds nothing that can be searched for.
    EmptyTerm,
    /// A proximity operator has no distance or one out of range.
    Distance,
    /// An operand that a proximity operator cannot take.
    Operand,
    /// A wildcard where it cannot act.
    Wildcard,
    /// An operator on a word, a range or a regular expression that is not well formed.
    Word,
    /// A field that cannot be asked so.
    Field,
    /// A date or time that does not exist, or a range of them that ends before it begins.
    Date,
    /// A term of noise words alone.
    Noise,
    /// Syntax of another search tool, or reserved here.
    Reserved,
    /// The query is too long or nested too deeply.
    TooLarge,
}

/// A query that was refused: kind, message and place. `Display` draws the query with a caret under the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct QueryError {
    kind: QueryErrorKind,
    message: String,
    query: String,
    span: Range<usize>,
}

impl QueryError {
    pub(crate) fn new(kind: QueryErrorKind, query: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        let mut start = span.start.min(query.len());
        while !query.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = span.end.clamp(start, query.len());
        while !query.is_char_boundary(end) {
            end += 1;
        }
        Self { kind, message: message.into(), query: query.to_owned(), span: start..end }
    }

    /// Returns what is wrong.
    pub const fn kind(&self) -> QueryErrorKind {
        self.kind
    }

    /// Returns the message without the drawing.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the place in bytes of the query.
    pub const fn byte_range(&self) -> Range<usize> {
        self.span.start..self.span.end
    }

    /// Returns the place in characters of the query, counted from 0.
    pub fn char_range(&self) -> Range<usize> {
        let count = |end: usize| self.query.get(..end).unwrap_or_default().chars().count();
        count(self.span.start)..count(self.span.end)
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.query.get(..self.span.start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = self.query.get(line_start..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let line_end = line_start + line.len();
        let pad = self.query.get(line_start..self.span.start).unwrap_or_default();
        let marked =
            self.query.get(self.span.start..self.span.end.clamp(self.span.start, line_end.max(self.span.start)));
        let carets: usize = marked.unwrap_or_default().chars().map(columns).sum();
        writeln!(f, "{} (at character {})", self.message, self.char_range().start + 1)?;
        writeln!(f, "  {}", line.replace('\t', " "))?;
        let blank: usize = pad.chars().map(columns).sum();
        write!(f, "  {}{}", " ".repeat(blank), "^".repeat(carets.max(1)))
    }
}

/// The columns of a terminal that a character takes, near enough to put a caret under it.
fn columns(c: char) -> usize {
    match c {
        _ if crate::chars::is_dropped(c) => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{1F300}'..='\u{1FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => 2,
        _ => 1,
    }
}
