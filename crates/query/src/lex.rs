//! Cuts a query into parentheses, operators, quoted phrases and chunks of text.

use crate::ast::{NearOp, TextEdge};
use crate::dates::DateRange;
use crate::error::{QueryError, QueryErrorKind as Kind};
use crate::field::Field;
use crate::normalise::normalise;
use crate::phrase::Piece;
use crate::regex_word::WordRegex;
use crate::word_ops::{foreign_field, foreign_syntax, word_operator};
use crate::word_test::WordTest;
use std::ops::Range;

/// One lexeme of a query and its place.
#[derive(Clone, Debug)]
pub(crate) struct Lexeme {
    pub(crate) what: Lex,
    pub(crate) span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lex {
    Open,
    Close,
    And,
    Or,
    Not,
    Near(NearOp, u32),
    Edge(TextEdge),
    /// A field; what it must hold follows.
    Field(Field),
    /// A condition on the date, whole.
    Dates(DateRange),
    Quoted(Vec<Piece>),
    Chunk(Vec<Piece>),
}

/// The greatest distance that w/n and pre/n take.
pub const MAX_DISTANCE: u32 = 32_767;

/// Cuts the whole query.
pub(crate) fn lex(query: &str) -> Result<Vec<Lexeme>, QueryError> {
    let mut lexer = Lexer { query, at: 0 };
    let mut lexemes = Vec::new();
    while let Some(c) = lexer.peek() {
        if c.is_whitespace() || crate::chars::is_dropped(c) {
            lexer.bump();
            continue;
        }
        let lexeme = lexer.lexeme(c)?;
        match lexemes.last_mut() {
            Some(last) if lexer.is_contains(&lexeme, last) => lexer.make_field(last, lexeme.span)?,
            _ => lexemes.push(lexeme),
        }
    }
    Ok(lexemes)
}

struct Lexer<'a> {
    query: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.query.get(self.at..)?.chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn error(&self, kind: Kind, span: Range<usize>, message: impl Into<String>) -> QueryError {
        QueryError::new(kind, self.query, span, message)
    }

    fn lexeme(&mut self, c: char) -> Result<Lexeme, QueryError> {
        let start = self.at;
        let what = match c {
            '(' | '（' => {
                self.bump();
                Lex::Open
            }
            ')' | '）' => {
                self.bump();
                Lex::Close
            }
            _ if is_quote(c) => {
                self.bump();
                self.quoted(start)?
            }
            _ => self.chunk(start)?,
        };
        Ok(Lexeme { what, span: start..self.at })
    }

    fn text(&self, span: &Range<usize>) -> String {
        normalise(self.query.get(span.clone()).unwrap_or_default())
    }

    /// Whether this is the word `contains` after the name of a field, here or in another tool.
    fn is_contains(&self, lexeme: &Lexeme, last: &Lexeme) -> bool {
        let both_words = matches!((&lexeme.what, &last.what), (Lex::Chunk(_), Lex::Chunk(_)));
        if !both_words || self.text(&lexeme.span) != "contains" {
            return false;
        }
        let name = self.text(&last.span);
        is_date(&name) || Field::from_name(&name).is_some() || foreign_field(&name)
    }

    /// Makes the name of a field before `contains` into that field.
    fn make_field(&self, last: &mut Lexeme, contains: Range<usize>) -> Result<(), QueryError> {
        let name = self.text(&last.span);
        let span = last.span.start..contains.end;
        let Some(field) = Field::from_name(&name) else {
            let message = if is_date(&name) {
                "a date contains nothing; write a range, such as date:2024-01-05..2024-02-29".to_owned()
            } else {
                no_such_field(&name)
            };
            return Err(self.error(Kind::Field, span, message));
        };
        *last = Lexeme { what: Lex::Field(field), span };
        Ok(())
    }

    /// Reads the name of a field and its colon, if they stand here.
    fn field(&mut self, start: usize) -> Result<Option<Lex>, QueryError> {
        let rest = self.query.get(start..).unwrap_or_default();
        let Some((length, colon)) = rest.char_indices().find(|(_, c)| !c.is_alphanumeric() && *c != '.') else {
            return Ok(None);
        };
        if length == 0 || !matches!(colon, ':' | '：') {
            return Ok(None);
        }
        let name = normalise(rest.get(..length).unwrap_or_default());
        let end = start + length + colon.len_utf8();
        if foreign_field(&name) {
            return Err(self.error(Kind::Field, start..end, no_such_field(&name)));
        }
        let field = Field::from_name(&name);
        if field.is_none() && !is_date(&name) {
            return Ok(None);
        }
        self.at = end;
        if self.peek().is_none_or(|c| c.is_whitespace() || matches!(c, ')' | '）')) {
            let message = format!(
                "what {name} must hold follows the colon directly, as in {name}:term or {name}:(one OR other); to search \
                 for the word itself, quote it"
            );
            return Err(self.error(Kind::Field, start..end, message));
        }
        match field {
            Some(field) => Ok(Some(Lex::Field(field))),
            None => self.dates().map(Some),
        }
    }

    /// Reads what stands after `date:`.
    fn dates(&mut self) -> Result<Lex, QueryError> {
        let start = self.at;
        while self.peek().is_some_and(|c| !ends_chunk(c)) {
            self.bump();
        }
        if start == self.at {
            let message = "a date is one range, without quotation marks or parentheses; join several by OR, as in \
                           date:2024-01 OR date:2024-03";
            return Err(self.error(Kind::Date, start..start + 1, message));
        }
        let range = DateRange::read(&self.text(&(start..self.at)));
        range.map(Lex::Dates).map_err(|message| self.error(Kind::Date, start..self.at, message))
    }

    fn quoted(&mut self, start: usize) -> Result<Lex, QueryError> {
        if self.query.get(self.at..).is_some_and(|rest| rest.starts_with("##")) {
            return self.regex(start);
        }
        let mut pieces = Pieces::default();
        loop {
            match self.bump() {
                None => {
                    return Err(self.error(Kind::Unbalanced, start..self.at, "this quotation mark is never closed"));
                }
                Some(c) if is_quote(c) => return Ok(Lex::Quoted(pieces.finish())),
                Some('\\') => self.escaped(&mut pieces)?,
                Some(c) => pieces.push(c),
            }
        }
    }

    /// Reads a regular expression, in which a backslash is the expression's own.
    fn regex(&mut self, start: usize) -> Result<Lex, QueryError> {
        let open = self.at + 2;
        loop {
            match self.bump() {
                None => {
                    return Err(self.error(Kind::Unbalanced, start..self.at, "this quotation mark is never closed"));
                }
                Some(c) if is_quote(c) => break,
                Some(_) => {}
            }
        }
        let close = self.at - self.query.get(..self.at).and_then(|q| q.chars().next_back()).map_or(0, char::len_utf8);
        let written = self.query.get(open..close).unwrap_or_default();
        if written.is_empty() || written.contains(char::is_whitespace) {
            let message = "a regular expression is held against one word: it needs letters, and no space between them";
            return Err(self.error(Kind::Word, start..self.at, message));
        }
        match WordRegex::new(written) {
            Ok(regex) => Ok(Lex::Quoted(vec![Piece::Test(WordTest::Regex(regex))])),
            Err(fault) => {
                let message = format!(
                    "not a regular expression ({fault}); to search for text that begins with ##, write a backslash before it"
                );
                Err(self.error(Kind::Word, start..self.at, message))
            }
        }
    }

    fn escaped(&mut self, pieces: &mut Pieces) -> Result<(), QueryError> {
        let start = self.at - 1;
        match self.bump() {
            Some(c) => {
                pieces.text.push(c);
                Ok(())
            }
            None => Err(self.error(
                Kind::EmptyTerm,
                start..self.at,
                "a backslash takes the next character as it is, but nothing follows; write \\\\ to search for \\",
            )),
        }
    }

    fn chunk(&mut self, start: usize) -> Result<Lex, QueryError> {
        if let Some(field) = self.field(start)? {
            return Ok(field);
        }
        let mut pieces = Pieces::default();
        let mut escaped = false;
        while let Some(c) = self.peek() {
            if ends_chunk(c) {
                break;
            }
            self.bump();
            if c == '\\' {
                escaped = true;
                self.escaped(&mut pieces)?;
            } else {
                pieces.push(c);
            }
        }
        let raw = self.query.get(start..self.at).unwrap_or_default();
        if !escaped {
            let folded = normalise(raw);
            if let Some(operator) = self.operator(&folded, start)? {
                return Ok(operator);
            }
            match word_operator(&folded) {
                Ok(None) => {}
                Ok(Some(pieces)) => return Ok(Lex::Chunk(pieces)),
                Err(message) => return Err(self.error(Kind::Word, start..self.at, message)),
            }
            if let Some(message) = foreign_syntax(&folded) {
                return Err(self.error(Kind::Reserved, start..self.at, message));
            }
        }
        Ok(Lex::Chunk(pieces.finish()))
    }

    fn operator(&self, folded: &str, start: usize) -> Result<Option<Lex>, QueryError> {
        let (op, distance) = match folded {
            "and" => return Ok(Some(Lex::And)),
            "or" => return Ok(Some(Lex::Or)),
            "not" => return Ok(Some(Lex::Not)),
            "xfirstword" => return Ok(Some(Lex::Edge(TextEdge::First))),
            "xlastword" => return Ok(Some(Lex::Edge(TextEdge::Last))),
            _ => match (folded.strip_prefix("w/"), folded.strip_prefix("pre/")) {
                (Some(distance), _) => (NearOp::Within, distance),
                (_, Some(distance)) => (NearOp::Before, distance),
                _ => return Ok(None),
            },
        };
        let digits = !distance.is_empty() && distance.bytes().all(|b| b.is_ascii_digit());
        match distance.parse::<u32>() {
            Ok(n) if digits && (1..=MAX_DISTANCE).contains(&n) => Ok(Some(Lex::Near(op, n))),
            _ => Err(self.error(
                Kind::Distance,
                start..self.at,
                format!(
                    "w/ and pre/ take a whole number from 1 (adjacent) to {MAX_DISTANCE}; to search for the text itself, \
                     quote it"
                ),
            )),
        }
    }
}

/// The double quotation marks of keyboards and input methods.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '＂')
}

fn ends_chunk(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）') || is_quote(c)
}

fn is_date(name: &str) -> bool {
    matches!(name, "date" | "sent")
}

fn no_such_field(name: &str) -> String {
    let known: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
    format!("{name} is no field here; there are {} and date; to search for the text itself, quote it", known.join(", "))
}

/// Collects text and wildcards.
#[derive(Default)]
struct Pieces {
    pieces: Vec<Piece>,
    text: String,
}

impl Pieces {
    fn push(&mut self, c: char) {
        let wildcard = match c {
            '*' | '＊' => Piece::Many,
            '?' | '？' => Piece::One,
            _ => {
                self.text.push(c);
                return;
            }
        };
        self.flush();
        self.pieces.push(wildcard);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.text)));
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        self.flush();
        self.pieces
    }
}
