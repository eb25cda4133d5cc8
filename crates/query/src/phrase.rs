//! A phrase: what stands between operators, as a sequence of items to be found next to each other.

use crate::options::NoiseWords;
use crate::pattern::{PatternPart, WordPattern};
use crate::tokens::{TokenKind, Tokens};
use crate::word_test::WordTest;
use std::fmt;

/// What an item of a phrase asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ask {
    /// A token with exactly this normalised text.
    Literal {
        /// What kind of token it is.
        kind: TokenKind,
        /// Its normalised text.
        text: String,
    },
    /// A word that passes a test; a pattern without letters takes single characters as well.
    Word(WordTest),
    /// `?` in a Han term: exactly one character, whichever.
    AnyCharacter,
}

/// How an item stands to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// The next position, whatever punctuation, symbols or space lie between.
    Next,
    /// Directly after, with nothing between.
    Joined,
    /// `*` in a Han term: later in the same run of characters.
    SameRun,
}

/// One item of a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    /// What is asked for.
    pub ask: Ask,
    /// How it stands to the item before it; `Next` for the first.
    pub link: Link,
}

impl Item {
    fn is_single(&self) -> bool {
        match &self.ask {
            Ask::Literal { kind, .. } => kind.is_single(),
            Ask::AnyCharacter => true,
            Ask::Word(_) => false,
        }
    }

    fn is_bare(&self) -> bool {
        match &self.ask {
            Ask::Literal { kind, .. } => kind.takes_position(),
            Ask::Word(_) | Ask::AnyCharacter => true,
        }
    }
}

/// One or more items that stand next to each other: a word, a Han term or a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phrase {
    items: Vec<Item>,
}

/// A piece of a phrase as typed: text, a wildcard that was not escaped, or a word with an operator on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    One,
    Digit,
    Many,
    Test(WordTest),
}

/// Why pieces do not make a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PhraseFault {
    /// Nothing in it can be searched for.
    Empty,
    /// A `*` at the edge of a Han term that stands inside a phrase.
    StarInside,
    /// All of it is noise words.
    Noise,
}

impl Phrase {
    /// Returns the items; there is at least one.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Builds the phrase that the pieces say.
    pub(crate) fn from_pieces(pieces: &[Piece]) -> Result<Self, PhraseFault> {
        let phrase = Builder::default().build(&elements_of(pieces))?;
        if phrase.items.is_empty() {
            return Err(PhraseFault::Empty);
        }
        Ok(phrase)
    }

    /// Puts any word in the place of each noise word, as dtSearch does; a phrase of nothing else is refused.
    pub(crate) fn without_noise(mut self, noise: &NoiseWords) -> Result<Self, PhraseFault> {
        let is_noise = |item: &Item| matches!(&item.ask, Ask::Literal { text, .. } if noise.contains(text));
        if self.items.iter().all(is_noise) {
            return Err(PhraseFault::Noise);
        }
        for item in self.items.iter_mut().filter(|item| is_noise(item)) {
            item.ask = Ask::Word(WordTest::Pattern(WordPattern::any()));
        }
        Ok(self)
    }

    /// Returns whether the canonical form is one word without a space in it, or quoted.
    pub(crate) fn is_closed(&self) -> bool {
        self.items.len() == 1 || self.is_quotable()
    }

    fn is_quotable(&self) -> bool {
        self.items.iter().all(|item| !matches!(&item.ask, Ask::Word(test) if !test.is_quotable()))
    }
}

/// A token or a wildcard, and whether it directly follows what is before it.
struct Element {
    what: What,
    touching: bool,
}

enum What {
    Token { kind: TokenKind, text: String },
    One,
    Digit,
    Many,
    Test(WordTest),
}

fn elements_of(pieces: &[Piece]) -> Vec<Element> {
    let mut tokens = Tokens::default();
    let mut elements = Vec::new();
    let mut touching = false;
    for piece in pieces {
        let what = match piece {
            Piece::Text(text) => {
                tokens.read_after(text, touching);
                elements.extend(tokens.iter().map(|(token, text)| Element {
                    what: What::Token { kind: token.kind, text: text.to_owned() },
                    touching: token.joined,
                }));
                touching = tokens.ends_touching();
                continue;
            }
            Piece::One => What::One,
            Piece::Digit => What::Digit,
            Piece::Many => What::Many,
            Piece::Test(test) => What::Test(test.clone()),
        };
        elements.push(Element { what, touching });
        touching = true;
    }
    elements
}

/// Puts elements together to items: wildcards go to the word or Han term that they touch.
#[derive(Default)]
struct Builder {
    items: Vec<Item>,
}

impl Builder {
    fn build(mut self, elements: &[Element]) -> Result<Phrase, PhraseFault> {
        let mut at = 0;
        while let Some(element) = elements.get(at) {
            match &element.what {
                What::Token { kind: TokenKind::Word, .. } | What::Digit => at = self.word(elements, at),
                What::Test(test) => {
                    self.push(Ask::Word(test.clone()), false);
                    at += 1;
                }
                What::Token { kind, text } => {
                    self.push(Ask::Literal { kind: *kind, text: text.clone() }, element.touching);
                    at += 1;
                }
                What::One | What::Many => at = self.wildcards(elements, at)?,
            }
        }
        Ok(Phrase { items: self.items })
    }

    /// Reads a word with all wildcards and words that touch it.
    fn word(&mut self, elements: &[Element], start: usize) -> usize {
        let mut parts = Vec::new();
        let mut at = start;
        while let Some(element) = elements.get(at).filter(|e| at == start || e.touching) {
            match &element.what {
                What::Token { kind: TokenKind::Word, text } => {
                    // Two words that touch without a wildcard between are two words (™ spelled out).
                    if matches!(parts.last(), Some(PatternPart::Text(_))) {
                        break;
                    }
                    parts.push(PatternPart::Text(text.clone()));
                }
                What::Token { .. } | What::Test(_) => break,
                What::Digit => parts.push(PatternPart::Digit),
                What::One => parts.push(PatternPart::One),
                What::Many => parts.push(PatternPart::Many),
            }
            at += 1;
        }
        let ask = match parts.as_slice() {
            [PatternPart::Text(text)] => Ask::Literal { kind: TokenKind::Word, text: text.clone() },
            _ => Ask::Word(WordTest::Pattern(WordPattern::new(parts))),
        };
        self.push(ask, false);
        at
    }

    fn wildcards(&mut self, elements: &[Element], start: usize) -> Result<usize, PhraseFault> {
        let is_wildcard = |e: &Element| matches!(e.what, What::One | What::Many);
        let mut end = start + 1;
        while elements.get(end).is_some_and(|e| e.touching && is_wildcard(e)) {
            end += 1;
        }
        let touches_left = elements.get(start).is_some_and(|e| e.touching) && self.ends_in_character();
        let right = elements.get(end).filter(|e| e.touching);
        let right_kind = right.and_then(|e| match e.what {
            What::Token { kind, .. } => Some(kind),
            What::Digit => Some(TokenKind::Word),
            What::One | What::Many | What::Test(_) => None,
        });
        let run = elements.get(start..end).unwrap_or_default();
        let ones = run.iter().filter(|e| matches!(e.what, What::One)).count();
        let star = ones < run.len();
        let touching = elements.get(start).is_some_and(|e| e.touching);
        match (touches_left, right_kind) {
            (true, Some(TokenKind::Character)) => {
                self.any_characters(ones, touching);
                let Some(What::Token { kind, text }) = right.map(|e| &e.what) else {
                    return Ok(end);
                };
                let link = if star { Link::SameRun } else { Link::Joined };
                self.items.push(Item { ask: Ask::Literal { kind: *kind, text: text.clone() }, link });
                Ok(end + 1)
            }
            // A Han term is found inside longer runs anyway: `*` at its edge adds nothing and, inside a phrase,
            // would have to hide what stands between.
            (true, _) if star && end < elements.len() => Err(PhraseFault::StarInside),
            (false, Some(TokenKind::Character)) if star && !self.items.is_empty() => Err(PhraseFault::StarInside),
            (true, _) | (false, Some(TokenKind::Character)) => {
                self.any_characters(ones, touching);
                Ok(end)
            }
            (false, Some(TokenKind::Word)) => Ok(self.word(elements, start)),
            (false, _) => {
                let parts = run.iter().map(|e| match e.what {
                    What::Many => PatternPart::Many,
                    _ => PatternPart::One,
                });
                self.push(Ask::Word(WordTest::Pattern(WordPattern::new(parts))), false);
                Ok(end)
            }
        }
    }

    fn any_characters(&mut self, count: usize, touching: bool) {
        for n in 0..count {
            self.push(Ask::AnyCharacter, touching || n > 0);
        }
    }

    fn ends_in_character(&self) -> bool {
        self.items.last().is_some_and(|item| match &item.ask {
            Ask::Literal { kind, .. } => *kind == TokenKind::Character,
            Ask::AnyCharacter => true,
            Ask::Word(_) => false,
        })
    }

    fn push(&mut self, ask: Ask, touching: bool) {
        let mut item = Item { ask, link: Link::Next };
        if touching && item.is_single() && self.items.last().is_some_and(Item::is_single) {
            item.link = Link::Joined;
        }
        self.items.push(item);
    }
}

/// Words that the parser would read as operators, unless quoted.
pub(crate) const RESERVED: [&str; 6] = ["and", "or", "not", "xfirstword", "xlastword", "contains"];

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_quotable() {
            return self.fmt_unquoted(f);
        }
        let one_chunk = self.items.iter().skip(1).all(|item| item.link != Link::Next);
        let mut text = String::new();
        for (n, item) in self.items.iter().enumerate() {
            text.push_str(item.separator(n));
            match &item.ask {
                Ask::Literal { text: literal, .. } => {
                    if matches!(literal.as_str(), "*" | "\\") {
                        text.push('\\');
                    }
                    text.push_str(literal);
                }
                Ask::Word(test) => text.push_str(&test.to_string()),
                Ask::AnyCharacter => text.push('?'),
            }
        }
        // A quoted text that begins so would be a regular expression.
        if text.starts_with("##") {
            text.insert(0, '\\');
        }
        let bare = one_chunk && self.items.iter().all(Item::is_bare) && !RESERVED.contains(&text.as_str());
        if bare { f.write_str(&text) } else { write!(f, "\"{text}\"") }
    }
}

impl Phrase {
    /// Writes words with operators on them, which mean something outside of quotation marks only; signs and words that
    /// mean something there as well are escaped.
    fn fmt_unquoted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, item) in self.items.iter().enumerate() {
            f.write_str(item.separator(n))?;
            match &item.ask {
                Ask::Literal { kind, text } => {
                    if !kind.takes_position() || RESERVED.contains(&text.as_str()) {
                        f.write_str("\\")?;
                    }
                    f.write_str(text)?;
                }
                Ask::Word(test) => write!(f, "{test}")?,
                Ask::AnyCharacter => f.write_str("?")?,
            }
        }
        Ok(())
    }
}

impl Item {
    const fn separator(&self, n: usize) -> &'static str {
        match self.link {
            Link::Next if n > 0 => " ",
            Link::SameRun => "*",
            Link::Next | Link::Joined => "",
        }
    }
}
