//! The exact matcher: whether a text matches a query, and where.

use crate::ast::{Expr, Near, NearOp, Query};
use crate::near::{Reach, Stretch};
use crate::occurrences::Finder;
use crate::tokens::{Token, Tokens};
use std::ops::Range;

/// A hit: a word, Han term or phrase of the query in the raw text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Where it begins in the raw text, in bytes.
    pub start: usize,
    /// Where it ends in the raw text, in bytes.
    pub end: usize,
}

impl Span {
    /// Returns the bytes of the raw text.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A query made ready to be held against many texts; it can be shared between threads.
#[derive(Clone, Debug)]
pub struct Matcher {
    root: Condition,
}

/// What is true or false of a text.
#[derive(Clone, Debug)]
enum Condition {
    All,
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Found(Term),
}

/// What is found at places in a text.
#[derive(Clone, Debug)]
enum Term {
    Phrase(Finder),
    Or(Vec<Term>),
    Near(Box<Sides>),
}

/// The stretches of each term of a side.
type Members = Vec<Vec<Stretch>>;

/// Two sides of a proximity; more than one term on a side must each be near the same place on the other.
#[derive(Clone, Debug)]
struct Sides {
    left: Vec<Term>,
    op: NearOp,
    distance: u32,
    right: Vec<Term>,
}

impl Matcher {
    /// Makes the query ready.
    pub fn new(query: &Query) -> Self {
        Self { root: Condition::new(query.expr()) }
    }

    /// Returns whether the text matches.
    pub fn is_match(&self, tokens: &Tokens) -> bool {
        self.root.holds(tokens)
    }

    /// Returns the hits in the order of the text: none if it does not match, or matches by what is absent.
    pub fn hits(&self, tokens: &Tokens) -> Vec<Span> {
        let mut found = Vec::new();
        if self.root.holds(tokens) {
            self.root.collect(tokens, &mut found);
        }
        let slice = tokens.as_slice();
        let start = |s: &Stretch| slice.get(s.first).map_or(0, |token| token.start);
        let end = |s: &Stretch| slice.get(s.last).map_or(0, |token| token.end);
        let mut hits: Vec<Span> = found.iter().map(|s| Span { start: start(s), end: end(s) }).collect();
        hits.sort_unstable();
        hits.dedup();
        hits
    }
}

/// Returns whether the text matches the query; for many texts, make a [`Matcher`].
pub fn is_match(query: &Query, tokens: &Tokens) -> bool {
    Matcher::new(query).is_match(tokens)
}

/// Returns the hits of the query in the text; for many texts, make a [`Matcher`].
pub fn hits(query: &Query, tokens: &Tokens) -> Vec<Span> {
    Matcher::new(query).hits(tokens)
}

impl Condition {
    fn new(expr: &Expr) -> Self {
        match expr {
            Expr::All => Self::All,
            Expr::And(parts) => Self::And(parts.iter().map(Self::new).collect()),
            Expr::Or(parts) => Self::Or(parts.iter().map(Self::new).collect()),
            Expr::Not(inner) => Self::Not(Box::new(Self::new(inner))),
            Expr::Phrase(_) | Expr::Near(_) => Term::new(expr).map_or(Self::All, Self::Found),
        }
    }

    fn holds(&self, tokens: &Tokens) -> bool {
        match self {
            Self::All => true,
            Self::And(parts) => parts.iter().all(|part| part.holds(tokens)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(tokens)),
            Self::Not(inner) => !inner.holds(tokens),
            Self::Found(term) => term.occurs(tokens),
        }
    }

    fn collect(&self, tokens: &Tokens, found: &mut Vec<Stretch>) {
        match self {
            Self::All | Self::Not(_) => {}
            Self::And(parts) => parts.iter().for_each(|part| part.collect(tokens, found)),
            Self::Or(parts) => {
                for part in parts.iter().filter(|part| part.holds(tokens)) {
                    part.collect(tokens, found);
                }
            }
            Self::Found(term) => term.collect(tokens, None, found),
        }
    }
}

impl Term {
    /// Makes a term of what the parser lets stand beside a proximity operator; nothing else has places.
    fn new(expr: &Expr) -> Option<Self> {
        match expr {
            Expr::Phrase(phrase) => Some(Self::Phrase(Finder::new(phrase))),
            Expr::Or(parts) => Some(Self::Or(parts.iter().filter_map(Self::new).collect())),
            Expr::Near(near) => {
                let Near { left, op, distance, right } = near.as_ref();
                let (left, right) = (side(left), side(right));
                Some(Self::Near(Box::new(Sides { left, op: *op, distance: *distance, right })))
            }
            Expr::All | Expr::And(_) | Expr::Not(_) => None,
        }
    }

    fn occurs(&self, tokens: &Tokens) -> bool {
        match self {
            Self::Phrase(finder) => finder.occurs(tokens),
            Self::Or(terms) => terms.iter().any(|term| term.occurs(tokens)),
            Self::Near(sides) => sides.occurs(tokens),
        }
    }

    /// Returns all stretches, sorted.
    fn find(&self, tokens: &Tokens) -> Vec<Stretch> {
        match self {
            Self::Phrase(finder) => finder.find(tokens),
            Self::Or(terms) => sorted(terms.iter().flat_map(|term| term.find(tokens)).collect()),
            Self::Near(sides) => sides.find(tokens),
        }
    }

    /// Adds the phrases that take part in the wanted stretches (in any of them, if none are named).
    fn collect(&self, tokens: &Tokens, wanted: Option<&[Stretch]>, found: &mut Vec<Stretch>) {
        match self {
            Self::Phrase(finder) => {
                let all = finder.find(tokens);
                found.extend(all.into_iter().filter(|stretch| is_wanted(wanted, stretch)));
            }
            Self::Or(terms) => terms.iter().for_each(|term| term.collect(tokens, wanted, found)),
            Self::Near(sides) => sides.collect(tokens, wanted, found),
        }
    }
}

fn side(expr: &Expr) -> Vec<Term> {
    match expr {
        Expr::And(members) => members.iter().filter_map(Term::new).collect(),
        expr => Term::new(expr).into_iter().collect(),
    }
}

fn sorted(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.sort_unstable();
    stretches.dedup();
    stretches
}

fn is_wanted(wanted: Option<&[Stretch]>, stretch: &Stretch) -> bool {
    wanted.is_none_or(|wanted| wanted.binary_search(stretch).is_ok())
}

fn keep(stretches: Vec<Stretch>, flags: &[bool]) -> Vec<Stretch> {
    stretches.into_iter().zip(flags).filter_map(|(stretch, kept)| kept.then_some(stretch)).collect()
}

impl Sides {
    fn reach<'a>(&self, tokens: &'a [Token]) -> Reach<'a> {
        Reach::new(tokens, self.op, self.distance)
    }

    fn occurs(&self, tokens: &Tokens) -> bool {
        let (left, right) = match (self.left.as_slice(), self.right.as_slice()) {
            ([left], [right]) => (left.find(tokens), right),
            _ => return self.members(tokens).is_some(),
        };
        if left.is_empty() {
            return false;
        }
        let right = right.find(tokens);
        let reach = self.reach(tokens.as_slice());
        if self.op.is_negated() {
            return reach.joined(&left, &right, false).contains(&false);
        }
        reach.any_joined(&left, &right)
    }

    /// The stretches of each member of both sides; those of a lone side only where each member of the other is near.
    fn members(&self, tokens: &Tokens) -> Option<(Members, Members)> {
        let find = |terms: &[Term]| -> Members { terms.iter().map(|term| term.find(tokens)).collect() };
        let (mut left, mut right) = (find(&self.left), find(&self.right));
        let reach = self.reach(tokens.as_slice());
        let flipped = left.len() > 1;
        let (lone, group) = if flipped { (&mut right, &left) } else { (&mut left, &right) };
        let lone = lone.first_mut()?;
        for member in group {
            let flags = reach.joined(lone, member, flipped);
            *lone = keep(std::mem::take(lone), &flags);
        }
        (!lone.is_empty()).then_some((left, right))
    }

    /// Returns the stretches that a proximity around this one sees.
    fn find(&self, tokens: &Tokens) -> Vec<Stretch> {
        if self.op.is_negated() {
            return self.undisturbed(tokens);
        }
        let Some((left, right)) = self.members(tokens) else {
            return Vec::new();
        };
        let reach = self.reach(tokens.as_slice());
        let mut hulls = Vec::new();
        for (left, right) in left.iter().flat_map(|left| right.iter().map(move |right| (left, right))) {
            reach.pairs(left, right, |_, _, hull| hulls.push(hull));
        }
        sorted(hulls)
    }

    /// The left side's stretches with no right side near: NOT w/n.
    fn undisturbed(&self, tokens: &Tokens) -> Vec<Stretch> {
        let left = self.left.first().map(|term| term.find(tokens)).unwrap_or_default();
        let right = self.right.first().map(|term| term.find(tokens)).unwrap_or_default();
        let mut flags = self.reach(tokens.as_slice()).joined(&left, &right, false);
        flags.iter_mut().for_each(|flag| *flag = !*flag);
        keep(left, &flags)
    }

    fn collect(&self, tokens: &Tokens, wanted: Option<&[Stretch]>, found: &mut Vec<Stretch>) {
        if self.op.is_negated() {
            let mut kept = self.undisturbed(tokens);
            kept.retain(|stretch| is_wanted(wanted, stretch));
            self.left.iter().for_each(|term| term.collect(tokens, Some(&kept), found));
            return;
        }
        let Some((left, right)) = self.members(tokens) else {
            return;
        };
        for (l, left_term) in left.iter().zip(&self.left) {
            for (r, right_term) in right.iter().zip(&self.right) {
                let (l, r) = self.taking_part(tokens, (l, r), wanted);
                left_term.collect(tokens, Some(&l), found);
                right_term.collect(tokens, Some(&r), found);
            }
        }
    }

    /// The stretches of both sides that make a wanted stretch together.
    fn taking_part(
        &self,
        tokens: &Tokens,
        (left, right): (&[Stretch], &[Stretch]),
        wanted: Option<&[Stretch]>,
    ) -> (Vec<Stretch>, Vec<Stretch>) {
        let reach = self.reach(tokens.as_slice());
        let (mut l_flags, mut r_flags) = (vec![false; left.len()], vec![false; right.len()]);
        if wanted.is_none() {
            l_flags = reach.joined(left, right, false);
            r_flags = reach.joined(right, left, true);
        } else {
            reach.pairs(left, right, |l, r, hull| {
                if is_wanted(wanted, &hull) {
                    l_flags[l] = true;
                    r_flags[r] = true;
                }
            });
        }
        (keep(left.to_vec(), &l_flags), keep(right.to_vec(), &r_flags))
    }
}
