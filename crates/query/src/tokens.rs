//! Cuts raw text into tokens: words, single characters, symbols and emoji, each with its place in the raw text.

use crate::chars::{Role, is_dropped, is_sign, role, starts_cluster};
use crate::normalise::{Profile, fold, fold_alone, without_accents};
use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Letters, digits and their marks in a script written with spaces; takes a position.
    Word,
    /// One character of Han, kana, hangul or another script written without spaces; takes a position.
    Character,
    /// A sign that can be searched for but takes no position: `$ % # _ ￥ §`.
    Symbol,
    /// An emoji, one token for each of its code points; takes no position.
    Emoji,
}

impl TokenKind {
    /// Returns whether such a token counts for distances.
    pub const fn takes_position(self) -> bool {
        matches!(self, Self::Word | Self::Character)
    }

    /// Returns whether such a token is one written character, so that neighbours can stand directly together.
    pub const fn is_single(self) -> bool {
        !matches!(self, Self::Word)
    }
}

/// One token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Words and characters up to and including this one: a symbol stands where the word before it stands.
    pub position: usize,
    /// Whether nothing but dropped characters lies between the token before and this one.
    pub joined: bool,
    /// Where it begins in the raw text, in bytes.
    pub start: usize,
    /// Where it ends in the raw text, in bytes.
    pub end: usize,
    text_start: usize,
    text_end: usize,
    key: u64,
}

impl Token {
    /// Returns the bytes of the raw text that the token stands for.
    pub const fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    pub(crate) const fn key(&self) -> u64 {
        self.key
    }
}

/// The tokens of one text, in a buffer that is used again for the next.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    profile: Profile,
    tokens: Vec<Token>,
    positioned: Vec<usize>,
    text: String,
    cluster: String,
    touching: bool,
    in_word: bool,
}

impl Tokens {
    /// Cuts the text into tokens under the profile without choices.
    pub fn new(raw: &str) -> Self {
        let mut tokens = Self::default();
        tokens.read(raw);
        tokens
    }

    /// Returns an empty buffer for texts under a profile.
    pub fn under(profile: Profile) -> Self {
        Self { profile, ..Self::default() }
    }

    /// Returns the profile that texts are read under.
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// Replaces the tokens by those of another text and keeps the memory.
    pub fn read(&mut self, raw: &str) {
        self.read_after(raw, false);
    }

    /// Reads text that directly follows something already read, if `touching` says so.
    pub(crate) fn read_after(&mut self, raw: &str, touching: bool) {
        self.tokens.clear();
        self.positioned.clear();
        self.text.clear();
        self.touching = touching;
        self.in_word = false;
        let bytes = raw.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let next_is_ascii = bytes.get(at + 1).is_none_or(u8::is_ascii);
            at = if byte.is_ascii() && next_is_ascii {
                self.push(char::from(byte.to_ascii_lowercase()), at, at + 1);
                at + 1
            } else {
                self.read_cluster(raw, at)
            };
        }
        self.close_word();
    }

    /// Reads the characters that normalisation may join, and returns where the next cluster begins.
    fn read_cluster(&mut self, raw: &str, start: usize) -> usize {
        let mut rest = raw.get(start..).unwrap_or_default().chars();
        let Some(first) = rest.next() else {
            return raw.len();
        };
        let mut end = start + first.len_utf8();
        if matches!(first, '\u{4E00}'..='\u{9FFF}') {
            self.push(first, start, end);
            return end;
        }
        if is_dropped(first) {
            return end;
        }
        let stands_alone = rest.clone().next().is_none_or(|c| starts_cluster(c) && !is_dropped(c));
        if let Some(c) = fold_alone(first).filter(|_| stands_alone) {
            self.push(c, start, end);
            return end;
        }
        let mut cluster = std::mem::take(&mut self.cluster);
        cluster.clear();
        cluster.push(first);
        let mut ahead = end;
        for c in rest {
            ahead += c.len_utf8();
            if is_dropped(c) {
                continue;
            }
            if starts_cluster(c) {
                break;
            }
            cluster.push(c);
            end = ahead;
        }
        self.push_cluster(&mut cluster, first, start, end);
        self.cluster = cluster;
        end
    }

    fn push_cluster(&mut self, cluster: &mut String, first: char, start: usize, end: usize) {
        if !cluster.is_ascii() {
            fold(cluster);
            if self.profile.fold_accents {
                *cluster = without_accents(cluster);
            }
        } else {
            cluster.make_ascii_lowercase();
        }
        let spelled_out = is_sign(first) && !cluster.starts_with(first);
        if spelled_out {
            self.close_word();
        }
        for c in cluster.chars() {
            self.push(c, start, end);
        }
        if spelled_out {
            self.close_word();
        }
    }

    fn push(&mut self, c: char, start: usize, end: usize) {
        match role(c) {
            Role::Dropped => {}
            Role::Border => {
                self.close_word();
                self.touching = false;
            }
            Role::Letter if self.in_word => self.extend(c, end),
            Role::Mark if self.in_word => self.extend(c, end),
            Role::Letter => {
                self.begin(TokenKind::Word, c, start, end);
                self.in_word = true;
            }
            Role::Character => self.single(TokenKind::Character, self.profile.character(c), start, end),
            Role::Symbol | Role::Mark => self.single(TokenKind::Symbol, c, start, end),
            Role::Emoji => self.single(TokenKind::Emoji, c, start, end),
        }
    }

    fn extend(&mut self, c: char, end: usize) {
        self.text.push(c);
        if let Some(word) = self.tokens.last_mut() {
            word.end = end;
            word.text_end = self.text.len();
        }
    }

    fn single(&mut self, kind: TokenKind, c: char, start: usize, end: usize) {
        self.close_word();
        self.begin(kind, c, start, end);
        self.set_key();
    }

    fn begin(&mut self, kind: TokenKind, c: char, start: usize, end: usize) {
        let text_start = self.text.len();
        self.text.push(c);
        if kind.takes_position() {
            self.positioned.push(self.tokens.len());
        }
        self.tokens.push(Token {
            kind,
            position: self.positioned.len(),
            joined: self.touching,
            start,
            end,
            text_start,
            text_end: self.text.len(),
            key: 0,
        });
        self.touching = true;
    }

    fn close_word(&mut self) {
        if self.in_word {
            self.in_word = false;
            self.set_key();
        }
    }

    fn set_key(&mut self) {
        if let Some(token) = self.tokens.last_mut() {
            token.key = key_of(&self.text.as_bytes()[token.text_start..token.text_end]);
        }
    }

    /// Returns the tokens in the order of the text.
    pub fn as_slice(&self) -> &[Token] {
        &self.tokens
    }

    /// Returns how many tokens there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Returns whether the text holds nothing that can be searched for.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Returns how many positions the text has: its words and single characters.
    pub fn positions(&self) -> usize {
        self.positioned.len()
    }

    /// Returns the normalised text of a token of this buffer.
    pub fn text_of(&self, token: &Token) -> &str {
        self.text.get(token.text_start..token.text_end).unwrap_or_default()
    }

    /// Returns each token with its normalised text.
    pub fn iter(&self) -> impl Iterator<Item = (&Token, &str)> {
        self.tokens.iter().map(|token| (token, self.text_of(token)))
    }

    /// Returns the first token after `index` that takes a position.
    pub(crate) fn next_positioned(&self, index: usize) -> Option<usize> {
        let token = self.tokens.get(index)?;
        self.positioned.get(token.position).copied()
    }

    /// Returns whether text that follows directly would touch the last token.
    pub(crate) const fn ends_touching(&self) -> bool {
        self.touching
    }
}

/// Returns the first bytes of a text and its length as one number, by which unequal tokens are told apart fast.
pub(crate) fn key_of(text: &[u8]) -> u64 {
    let mut head = [0u8; 8];
    let n = text.len().min(7);
    head[..n].copy_from_slice(&text[..n]);
    head[7] = text.len().min(255) as u8;
    u64::from_le_bytes(head)
}
