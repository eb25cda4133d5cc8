//! Finds the occurrences of one phrase in the tokens of a text.

use crate::near::Stretch;
use crate::options::{NoiseWords, QueryOptions};
use crate::phrase::{Ask, Item, Link, Phrase};
use crate::tokens::{Token, TokenKind, Tokens, key_of};
use crate::trigger::{Spark, Trigger};
use crate::word_test::WordTest;

/// A phrase made ready to be looked for in many texts.
#[derive(Clone, Debug)]
pub(crate) struct Finder {
    /// Pieces with `*` between them; each is a sequence of chains.
    pieces: Vec<Vec<Chain>>,
}

/// Items that stand directly together: a word, a Han run, a run of symbols.
#[derive(Clone, Debug)]
struct Chain {
    probes: Vec<Probe>,
    /// The first probe that takes a position.
    positioned: Option<usize>,
}

#[derive(Clone, Debug)]
enum Probe {
    Literal {
        key: u64,
        text: String,
        takes_position: bool,
    },
    Word(WordTest),
    /// As it is, but a noise word does not pass.
    WordButNoise(WordTest, NoiseWords),
    AnyCharacter,
}

impl Probe {
    fn new(item: &Item, options: &QueryOptions) -> Self {
        match &item.ask {
            Ask::Literal { kind, text } => {
                let text = options.profile.token(text).into_owned();
                Self::Literal { key: key_of(text.as_bytes()), text, takes_position: kind.takes_position() }
            }
            Ask::Word(test) if options.noise.is_empty() || test.is_any_word() => {
                Self::Word(test.under(options.profile))
            }
            Ask::Word(test) => Self::WordButNoise(test.under(options.profile), options.noise.under(options.profile)),
            Ask::AnyCharacter => Self::AnyCharacter,
        }
    }

    const fn takes_position(&self) -> bool {
        match self {
            Self::Literal { takes_position, .. } => *takes_position,
            Self::Word(_) | Self::WordButNoise(..) | Self::AnyCharacter => true,
        }
    }

    /// Returns what a text must hold for this and the next to be accepted.
    fn trigger(&self, next: Option<&Self>) -> Trigger {
        match self {
            Self::Literal { text, .. } => {
                let then = match next {
                    Some(Self::Literal { text, .. }) => Some(text.clone()),
                    _ => None,
                };
                Trigger::of(Spark::Token { text: text.clone(), then })
            }
            Self::Word(test) | Self::WordButNoise(test, _) if !test.is_any_word() => {
                Trigger::of(Spark::Word(test.clone()))
            }
            Self::Word(_) | Self::WordButNoise(..) | Self::AnyCharacter => Trigger::always(),
        }
    }

    #[inline]
    fn accepts(&self, tokens: &Tokens, token: &Token) -> bool {
        match self {
            Self::Literal { key, text, .. } => *key == token.key() && (text.len() < 8 || text == tokens.text_of(token)),
            Self::Word(test) => token.kind.takes_position() && test.matches(tokens.text_of(token)),
            Self::WordButNoise(test, noise) => {
                let word = tokens.text_of(token);
                token.kind.takes_position() && !noise.contains(word) && test.matches(word)
            }
            Self::AnyCharacter => token.kind == TokenKind::Character,
        }
    }
}

impl Chain {
    fn new(items: &[Item], options: &QueryOptions) -> Self {
        let probes: Vec<Probe> = items.iter().map(|item| Probe::new(item, options)).collect();
        let positioned = probes.iter().position(Probe::takes_position);
        Self { probes, positioned }
    }

    fn trigger(&self) -> Trigger {
        let next = self.probes.iter().skip(1).map(Some).chain([None]);
        Trigger::all_of(self.probes.iter().zip(next).map(|(probe, next)| probe.trigger(next)))
    }

    /// Whether the chain stands at this token.
    fn stands_at(&self, tokens: &Tokens, start: usize) -> bool {
        let slice = tokens.as_slice();
        self.probes.iter().enumerate().all(|(n, probe)| {
            slice.get(start + n).is_some_and(|token| (n == 0 || token.joined) && probe.accepts(tokens, token))
        })
    }

    /// Finds the chain as the next thing after `last`, and returns its own last token.
    fn follows(&self, tokens: &Tokens, last: usize) -> Option<usize> {
        let len = self.probes.len();
        let next = tokens.next_positioned(last);
        if let Some(offset) = self.positioned {
            let start = next?.checked_sub(offset)?;
            return (start > last && self.stands_at(tokens, start)).then(|| start + len - 1);
        }
        // Symbols take no position: they may stand anywhere before the next word, in their order.
        let end = next.unwrap_or(tokens.len());
        let starts = last + 1..(end + 1).saturating_sub(len);
        starts.into_iter().find(|start| self.stands_at(tokens, *start)).map(|start| start + len - 1)
    }
}

impl Finder {
    pub(crate) fn new(phrase: &Phrase, options: &QueryOptions) -> Self {
        let pieces = split(phrase.items(), Link::SameRun)
            .into_iter()
            .map(|piece| chains(piece).into_iter().map(|items| Chain::new(items, options)).collect())
            .collect();
        Self { pieces }
    }

    /// Returns what a text must hold for the phrase to occur: all of its pieces, each with all of its chains.
    pub(crate) fn trigger(&self) -> Trigger {
        Trigger::all_of(self.pieces.iter().flatten().map(Chain::trigger))
    }

    /// Whether the phrase occurs at all.
    pub(crate) fn occurs(&self, tokens: &Tokens) -> bool {
        match self.pieces.as_slice() {
            [piece] => occurrences(piece, tokens).next().is_some(),
            _ => !self.find(tokens).is_empty(),
        }
    }

    /// Returns all occurrences, sorted.
    pub(crate) fn find(&self, tokens: &Tokens) -> Vec<Stretch> {
        let mut found: Vec<Stretch> = match self.pieces.as_slice() {
            [piece] => occurrences(piece, tokens).collect(),
            pieces => join_runs(pieces, tokens),
        };
        // From the numbers of tokens to places, which begin before the first.
        found.iter_mut().for_each(|stretch| {
            stretch.first += 1;
            stretch.last += 1;
        });
        found
    }
}

/// Cuts items before each one that has the link.
fn split(items: &[Item], link: Link) -> Vec<&[Item]> {
    let mut cut = Vec::new();
    let mut start = 0;
    for (n, item) in items.iter().enumerate() {
        if n > start && item.link == link {
            cut.push(&items[start..n]);
            start = n;
        }
    }
    cut.push(&items[start..]);
    cut
}

/// Cuts items into chains whose items are joined.
pub(crate) fn chains(items: &[Item]) -> Vec<&[Item]> {
    let mut cut = Vec::new();
    let mut start = 0;
    for (n, item) in items.iter().enumerate() {
        if n > start && item.link != Link::Joined {
            cut.push(&items[start..n]);
            start = n;
        }
    }
    cut.push(&items[start..]);
    cut
}

fn occurrences<'a>(piece: &'a [Chain], tokens: &'a Tokens) -> impl Iterator<Item = Stretch> + 'a {
    let (first, rest) = piece.split_first().map_or((None, piece), |(first, rest)| (Some(first), rest));
    let slice = tokens.as_slice();
    slice.iter().enumerate().filter_map(move |(start, token)| {
        let first = first?;
        if !first.probes.first()?.accepts(tokens, token) || !first.stands_at(tokens, start) {
            return None;
        }
        let mut last = start + first.probes.len() - 1;
        for chain in rest {
            last = chain.follows(tokens, last)?;
        }
        Some(Stretch { first: start, last, loose: false })
    })
}

/// Joins the pieces of a Han term with `*`: from each beginning the shortest stretch, and to each end.
fn join_runs(pieces: &[Vec<Chain>], tokens: &Tokens) -> Vec<Stretch> {
    let found: Vec<Vec<Stretch>> = pieces.iter().map(|piece| occurrences(piece, tokens).collect()).collect();
    let runs = run_numbers(tokens);
    let same_run = |a: usize, b: usize| runs.get(a) == runs.get(b);
    let (Some((heads, after)), Some((tails, before))) = (found.split_first(), found.split_last()) else {
        return Vec::new();
    };
    let forward = heads.iter().filter_map(|head| {
        after.iter().try_fold(*head, |stretch, next| {
            let next = next.get(next.partition_point(|n| n.first <= stretch.last))?;
            same_run(stretch.last, next.first).then_some(Stretch { last: next.last, ..stretch })
        })
    });
    // Occurrences of one piece begin and end in the same order, so that the last one to begin ends last as well.
    let backward = tails.iter().filter_map(|tail| {
        before.iter().rev().try_fold(*tail, |stretch, previous| {
            let index = previous.partition_point(|p| p.last < stretch.first).checked_sub(1)?;
            let previous = previous.get(index)?;
            same_run(previous.last, stretch.first).then_some(Stretch { first: previous.first, ..stretch })
        })
    });
    let mut all: Vec<Stretch> = forward.chain(backward).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Numbers the runs of characters that stand directly together.
fn run_numbers(tokens: &Tokens) -> Vec<usize> {
    let mut number = 0;
    let mut in_run = false;
    let numbers = tokens.as_slice().iter().map(|token| {
        let is_character = token.kind == TokenKind::Character;
        if !(in_run && is_character && token.joined) {
            number += 1;
        }
        in_run = is_character;
        number
    });
    numbers.collect()
}
