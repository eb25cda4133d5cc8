//! The algebra of stretches of text: which lie how near to which.

use crate::ast::NearOp;
use crate::tokens::Token;
use std::ops::ControlFlow;

/// A stretch of places that something matched. Place 0 is before the first token, which is place 1, and there is a place
/// after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Stretch {
    /// The first place.
    pub(crate) first: usize,
    /// The last place.
    pub(crate) last: usize,
    /// Whether a proximity made it, so that other words may lie inside.
    pub(crate) loose: bool,
}

impl Stretch {
    /// The stretch over both.
    pub(crate) fn hull(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last), loose: true }
    }

    /// The place before the first word.
    pub(crate) const fn before_all() -> Self {
        Self { first: 0, last: 0, loose: false }
    }

    /// The place after the last word of so many tokens.
    pub(crate) const fn after_all(tokens: usize) -> Self {
        Self { first: tokens + 1, last: tokens + 1, loose: false }
    }

    const fn covers(self, place: usize) -> bool {
        self.first <= place && place <= self.last
    }

    const fn ends_at(self, place: usize) -> bool {
        self.first == place || self.last == place
    }

    /// Whether both rest on a word in common: a term is never near itself.
    fn shares_a_term(self, other: Self) -> bool {
        match (self.loose, other.loose) {
            (false, false) => self.first <= other.last && other.first <= self.last,
            (false, true) => self.covers(other.first) || self.covers(other.last),
            (true, false) => other.shares_a_term(self),
            (true, true) => self.ends_at(other.first) || self.ends_at(other.last),
        }
    }
}

/// What is asked of two sides, and over which text.
#[derive(Clone, Copy)]
pub(crate) struct Reach<'a> {
    pub(crate) tokens: &'a [Token],
    pub(crate) ordered: bool,
    pub(crate) distance: usize,
}

impl<'a> Reach<'a> {
    pub(crate) fn new(tokens: &'a [Token], op: NearOp, distance: u32) -> Self {
        Self { tokens, ordered: op.is_ordered(), distance: usize::try_from(distance).unwrap_or(usize::MAX) }
    }

    /// The number of the word that stands at a place; the places outside the text are as far from it as words are.
    fn position(&self, place: usize) -> usize {
        let after_all = || self.tokens.last().map_or(0, |token| token.position) + 1;
        match place.checked_sub(1) {
            None => 0,
            Some(index) => self.tokens.get(index).map_or_else(after_all, |token| token.position),
        }
    }

    /// Whether the two sides are near each other as asked.
    pub(crate) fn joins(&self, left: Stretch, right: Stretch) -> bool {
        if left.last < right.first {
            return self.position(right.first) - self.position(left.last) <= self.distance;
        }
        if self.ordered {
            return false;
        }
        if right.last < left.first {
            return self.position(left.first) - self.position(right.last) <= self.distance;
        }
        !left.shares_a_term(right)
    }

    /// Calls `visit` with each of `others` that could be near `one`, in order, until it breaks; `flipped` if `one` is
    /// the right side.
    fn neighbours(
        &self,
        one: Stretch,
        others: &Side<'_>,
        flipped: bool,
        mut visit: impl FnMut(usize, Stretch) -> ControlFlow<()>,
    ) {
        let low = self.position(one.first).saturating_sub(self.distance).saturating_sub(others.width);
        let high = self.position(one.last).saturating_add(self.distance);
        // An ordered operator looks to one side only, or common terms would be passed over again and again.
        let start = if self.ordered && !flipped {
            others.stretches.partition_point(|other| other.first <= one.last)
        } else {
            others.stretches.partition_point(|other| self.position(other.first) < low)
        };
        for (index, other) in others.stretches.iter().enumerate().skip(start) {
            let is_beyond = self.position(other.first) > high || (self.ordered && flipped && other.first >= one.first);
            if is_beyond || visit(index, *other).is_break() {
                return;
            }
        }
    }

    /// Says for each of `ones` whether any of `others` joins it; `flipped` if `ones` is the right side.
    pub(crate) fn joined(&self, ones: &[Stretch], others: &[Stretch], flipped: bool) -> Vec<bool> {
        let others = Side::new(self, others);
        ones.iter().map(|one| self.is_joined(*one, &others, flipped)).collect()
    }

    /// Whether any of `ones` has one of `others` that joins it.
    pub(crate) fn any_joined(&self, ones: &[Stretch], others: &[Stretch]) -> bool {
        let others = Side::new(self, others);
        ones.iter().any(|one| self.is_joined(*one, &others, false))
    }

    fn is_joined(&self, one: Stretch, others: &Side<'_>, flipped: bool) -> bool {
        let mut found = false;
        self.neighbours(one, others, flipped, |_, other| {
            found = if flipped { self.joins(other, one) } else { self.joins(one, other) };
            if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        found
    }

    /// Calls `visit` with each pair of both sides that joins, by their indexes.
    pub(crate) fn pairs(&self, left: &[Stretch], right: &[Stretch], mut visit: impl FnMut(usize, usize, Stretch)) {
        let side = Side::new(self, right);
        for (l, one) in left.iter().enumerate() {
            self.neighbours(*one, &side, false, |r, other| {
                if self.joins(*one, other) {
                    visit(l, r, one.hull(other));
                }
                ControlFlow::Continue(())
            });
        }
    }
}

/// Stretches sorted by their first token, and the positions that the widest spans.
struct Side<'a> {
    stretches: &'a [Stretch],
    width: usize,
}

impl<'a> Side<'a> {
    fn new(reach: &Reach<'_>, stretches: &'a [Stretch]) -> Self {
        let width = |s: &Stretch| reach.position(s.last) - reach.position(s.first);
        Self { stretches, width: stretches.iter().map(width).max().unwrap_or(0) }
    }
}
