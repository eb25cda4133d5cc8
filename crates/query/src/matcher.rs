//! The exact matcher: whether a text matches a query, and where.

use crate::ast::{Expr, Near, NearOp, Query, TextEdge};
use crate::dates::DateRange;
use crate::field::{Facts, Field, NoFacts};
use crate::near::{Reach, Stretch};
use crate::normalise::Profile;
use crate::occurrences::Finder;
use crate::options::{NoiseWords, QueryOptions};
use crate::tokens::{Token, Tokens};
use crate::trigger::Trigger;
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
    profile: Profile,
    root: Condition,
}

/// What a condition is held against: a text and its facts, or the values of a field.
#[derive(Clone, Copy)]
struct Subject<'a> {
    texts: &'a [Tokens],
    facts: &'a dyn Facts,
}

/// What is true or false of a text.
#[derive(Clone, Debug)]
enum Condition {
    All,
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Found(Term),
    Field(Field, Box<Condition>),
    Dates(DateRange),
}

/// What is found at places in a text.
#[derive(Clone, Debug)]
enum Term {
    Phrase(Finder),
    Or(Vec<Term>),
    Near(Box<Sides>),
    Edge(TextEdge),
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
        Self { profile: query.profile(), root: Condition::new(query.expr(), query.options()) }
    }

    /// Returns an empty buffer for texts, under the profile of the query.
    pub fn buffer(&self) -> Tokens {
        Tokens::under(self.profile)
    }

    /// Returns what a text that matches must hold.
    pub(crate) fn trigger(&self) -> Trigger {
        self.root.trigger()
    }

    /// Returns whether a text without facts matches.
    pub fn is_match(&self, text: &Tokens) -> bool {
        self.is_match_with(text, &NoFacts)
    }

    /// Returns whether the text matches, with the facts beside it.
    ///
    /// The text must have been read under the profile of the query, as [`Matcher::buffer`] does.
    pub fn is_match_with(&self, text: &Tokens, facts: &dyn Facts) -> bool {
        debug_assert_eq!(text.profile(), self.profile, "a text is read under the profile of the query");
        self.root.holds(Subject { texts: std::slice::from_ref(text), facts })
    }

    /// Returns the hits in a text without facts.
    pub fn hits(&self, text: &Tokens) -> Vec<Span> {
        self.hits_with(text, &NoFacts)
    }

    /// Returns the hits in the order of the text: none if it does not match, or matches by its facts or by what is
    /// absent.
    pub fn hits_with(&self, text: &Tokens, facts: &dyn Facts) -> Vec<Span> {
        if self.is_match_with(text, facts) { self.hits_of_match(text, facts) } else { Vec::new() }
    }

    /// Returns the hits in a text that is known to match.
    pub(crate) fn hits_of_match(&self, text: &Tokens, facts: &dyn Facts) -> Vec<Span> {
        let mut found = Vec::new();
        self.root.collect(text, facts, &mut found);
        let slice = text.as_slice();
        let token = |place: usize| slice.get(place.checked_sub(1)?);
        let start = |s: &Stretch| token(s.first).map_or(0, |token| token.start);
        let end = |s: &Stretch| token(s.last).map_or(0, |token| token.end);
        let mut hits: Vec<Span> = found.iter().map(|s| Span { start: start(s), end: end(s) }).collect();
        hits.sort_unstable();
        hits.dedup();
        hits
    }
}

/// Returns whether the text matches the query; for many texts, make a [`Matcher`].
pub fn is_match(query: &Query, text: &Tokens) -> bool {
    Matcher::new(query).is_match(text)
}

/// Returns the hits of the query in the text; for many texts, make a [`Matcher`].
pub fn hits(query: &Query, text: &Tokens) -> Vec<Span> {
    Matcher::new(query).hits(text)
}

impl Condition {
    fn new(expr: &Expr, options: &QueryOptions) -> Self {
        match expr {
            Expr::All => Self::All,
            Expr::And(parts) => Self::And(parts.iter().map(|part| Self::new(part, options)).collect()),
            Expr::Or(parts) => Self::Or(parts.iter().map(|part| Self::new(part, options)).collect()),
            Expr::Not(inner) => Self::Not(Box::new(Self::new(inner, options))),
            Expr::Phrase(_) | Expr::Near(_) | Expr::Edge(_) => Term::new(expr, options).map_or(Self::All, Self::Found),
            Expr::Field(of) => {
                // A list of noise words is of texts; a name may well be one of them.
                let options = QueryOptions { noise: NoiseWords::default(), ..options.clone() };
                Self::Field(of.field, Box::new(Self::new(&of.value, &options)))
            }
            Expr::Dates(range) => Self::Dates(range.clone()),
        }
    }

    fn trigger(&self) -> Trigger {
        match self {
            // What is absent cannot be looked for in the text, nor what lies beside it.
            Self::All | Self::Not(_) | Self::Field(..) | Self::Dates(_) => Trigger::always(),
            Self::And(parts) => Trigger::all_of(parts.iter().map(Self::trigger)),
            Self::Or(parts) => Trigger::any_of(parts.iter().map(Self::trigger)),
            Self::Found(term) => term.trigger(),
        }
    }

    fn holds(&self, subject: Subject<'_>) -> bool {
        match self {
            Self::All => true,
            Self::And(parts) => parts.iter().all(|part| part.holds(subject)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(subject)),
            Self::Not(inner) => !inner.holds(subject),
            Self::Found(term) => subject.texts.iter().any(|text| term.occurs(text)),
            Self::Field(field, value) => {
                let profile = subject.texts.first().map(Tokens::profile).unwrap_or_default();
                let texts = values(subject.facts, *field, profile);
                value.holds(Subject { texts: &texts, facts: &NoFacts })
            }
            Self::Dates(range) => {
                let mut found = false;
                subject.facts.times(&mut |at| found |= range.holds(at));
                found
            }
        }
    }

    fn collect(&self, text: &Tokens, facts: &dyn Facts, found: &mut Vec<Stretch>) {
        match self {
            Self::All | Self::Not(_) | Self::Field(..) | Self::Dates(_) => {}
            Self::And(parts) => parts.iter().for_each(|part| part.collect(text, facts, found)),
            Self::Or(parts) => {
                let subject = Subject { texts: std::slice::from_ref(text), facts };
                for part in parts.iter().filter(|part| part.holds(subject)) {
                    part.collect(text, facts, found);
                }
            }
            Self::Found(term) => term.collect(text, None, found),
        }
    }
}

fn values(facts: &dyn Facts, field: Field, profile: Profile) -> Vec<Tokens> {
    let mut texts = Vec::new();
    facts.values(field, &mut |value| {
        let mut text = Tokens::under(profile);
        text.read(value);
        texts.push(text);
    });
    texts
}

impl Term {
    /// Makes a term of what the parser lets stand beside a proximity operator; nothing else has places.
    fn new(expr: &Expr, options: &QueryOptions) -> Option<Self> {
        match expr {
            Expr::Phrase(phrase) => Some(Self::Phrase(Finder::new(phrase, options))),
            Expr::Or(parts) => Some(Self::Or(parts.iter().filter_map(|part| Self::new(part, options)).collect())),
            Expr::Near(near) => {
                let Near { left, op, distance, right } = near.as_ref();
                let (left, right) = (side(left, options), side(right, options));
                Some(Self::Near(Box::new(Sides { left, op: *op, distance: *distance, right })))
            }
            Expr::Edge(edge) => Some(Self::Edge(*edge)),
            Expr::All | Expr::And(_) | Expr::Not(_) | Expr::Field(_) | Expr::Dates(_) => None,
        }
    }

    fn trigger(&self) -> Trigger {
        match self {
            Self::Phrase(finder) => finder.trigger(),
            Self::Or(terms) => Trigger::any_of(terms.iter().map(Self::trigger)),
            Self::Near(sides) if sides.op.is_negated() => Trigger::all_of(sides.left.iter().map(Self::trigger)),
            Self::Near(sides) => Trigger::all_of(sides.left.iter().chain(&sides.right).map(Self::trigger)),
            Self::Edge(_) => Trigger::always(),
        }
    }

    fn occurs(&self, tokens: &Tokens) -> bool {
        match self {
            Self::Phrase(finder) => finder.occurs(tokens),
            Self::Or(terms) => terms.iter().any(|term| term.occurs(tokens)),
            Self::Near(sides) => sides.occurs(tokens),
            Self::Edge(_) => true,
        }
    }

    /// Returns all stretches, sorted.
    fn find(&self, tokens: &Tokens) -> Vec<Stretch> {
        match self {
            Self::Phrase(finder) => finder.find(tokens),
            Self::Or(terms) => sorted(terms.iter().flat_map(|term| term.find(tokens)).collect()),
            Self::Near(sides) => sides.find(tokens),
            Self::Edge(TextEdge::First) => vec![Stretch::before_all()],
            Self::Edge(TextEdge::Last) => vec![Stretch::after_all(tokens.len())],
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
            Self::Edge(_) => {}
        }
    }
}

fn side(expr: &Expr, options: &QueryOptions) -> Vec<Term> {
    match expr {
        Expr::And(members) => members.iter().filter_map(|member| Term::new(member, options)).collect(),
        expr => Term::new(expr, options).into_iter().collect(),
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
