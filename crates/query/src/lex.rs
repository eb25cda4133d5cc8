//! Cuts a query into parentheses, operators, quoted phrases and chunks of text.

use crate::ast::NearOp;
use crate::error::{QueryError, QueryErrorKind as Kind};
use crate::normalise::normalise;
use crate::phrase::Piece;
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
        lexemes.push(lexer.lexeme(c)?);
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

    fn quoted(&mut self, start: usize) -> Result<Lex, QueryError> {
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
        let mut pieces = Pieces::default();
        let mut escaped = false;
        while let Some(c) = self.peek() {
            if c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）') || is_quote(c) {
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

/// Fields of a later release and of other tools: `custodian:zhang` must not quietly search for two words.
const FIELDS: [&str; 22] = [
    "app",
    "attachment",
    "attachment.name",
    "author",
    "bcc",
    "body",
    "cc",
    "conversation",
    "custodian",
    "date",
    "filename",
    "filetype",
    "from",
    "has",
    "id",
    "participant",
    "participants",
    "sent",
    "size",
    "subject",
    "to",
    "type",
];

/// Says why a chunk is refused that another tool, or a later release, would read as an operator.
fn foreign_syntax(folded: &str) -> Option<String> {
    if matches!(folded, "xfirstword" | "xlastword") {
        return Some(format!("{folded} is reserved and not offered yet; to search for the word itself, quote it"));
    }
    if let Some((field, _)) = folded.split_once(':')
        && FIELDS.contains(&field)
    {
        return Some(format!(
            "a query searches text only: give {field} as a condition beside the query; to search for the text itself, \
             quote it"
        ));
    }
    if folded.len() > 1 && folded.starts_with('-') && folded.chars().nth(1).is_some_and(char::is_alphanumeric) {
        return Some("a minus does not exclude; write AND NOT, or quote the term".to_owned());
    }
    if folded.contains("~~") {
        return Some("number ranges are not offered yet; to search for the text itself, quote it".to_owned());
    }
    if folded.len() > 1 && folded.ends_with('~') {
        return Some("stemming (~) is not offered yet; write * for the endings, or quote the term".to_owned());
    }
    if folded.ends_with('!') && folded.chars().next().is_some_and(char::is_alphanumeric) {
        return Some("! does not stand for endings; write *, or quote the term".to_owned());
    }
    if matches!(folded, "/s" | "/p" | "&&" | "||")
        || folded.strip_prefix('/').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    {
        return Some("not an operator here; write AND, OR, w/n or pre/n, or quote the term".to_owned());
    }
    None
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
