//! A query as a tree, and its canonical form in print.

use crate::dates::DateRange;
use crate::field::Field;
use crate::normalise::Profile;
use crate::options::{NoiseWords, QueryOptions};
use crate::phrase::Phrase;
use std::collections::BTreeSet;
use std::fmt;

/// A query that has been parsed: what to search for, without ambiguity.
///
/// `Display` prints the canonical form, which parses to an equal query under the same options.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    root: Expr,
    options: QueryOptions,
}

/// One node of a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expr {
    /// The empty query: every text matches and nothing is a hit.
    All,
    /// A word, a Han term or a phrase.
    Phrase(Phrase),
    /// Every one of these matches.
    And(Vec<Expr>),
    /// At least one of these matches.
    Or(Vec<Expr>),
    /// This does not match.
    Not(Box<Expr>),
    /// Two sides at a distance from each other.
    Near(Box<Near>),
    /// The place before the first word or after the last; stands beside a proximity operator only.
    Edge(TextEdge),
    /// A fact beside the text.
    Field(Box<FieldExpr>),
    /// When it was sent.
    Dates(DateRange),
}

/// An end of a text, as a place that distances are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextEdge {
    /// `xfirstword`: the place before the first word, which is adjacent to it.
    First,
    /// `xlastword`: the place after the last word.
    Last,
}

/// What is asked of the values of a field. Each value is a text of its own, so that no phrase or distance runs from one
/// into the next; AND, OR and NOT are of all of them together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldExpr {
    /// The field.
    pub field: Field,
    /// What its values must hold.
    pub value: Expr,
}

/// Two sides at a distance from each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Near {
    /// The left side, whose hits a negated operator keeps.
    pub left: Expr,
    /// What is asked of the two.
    pub op: NearOp,
    /// The greatest difference of positions; 1 is adjacent.
    pub distance: u32,
    /// The right side.
    pub right: Expr,
}

/// What a proximity operator asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NearOp {
    /// `w/n`: within n positions, in either order.
    Within,
    /// `pre/n`: the left side first, and within n positions.
    Before,
    /// `not w/n`: the left side with no right side within n positions.
    NotWithin,
    /// `not pre/n`: the left side with no right side following within n positions.
    NotBefore,
}

impl NearOp {
    /// Returns whether the operator keeps the left side where the right side is absent.
    pub const fn is_negated(self) -> bool {
        matches!(self, Self::NotWithin | Self::NotBefore)
    }

    /// Returns whether the left side must come first.
    pub const fn is_ordered(self) -> bool {
        matches!(self, Self::Before | Self::NotBefore)
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Within => "w/",
            Self::Before => "pre/",
            Self::NotWithin => "NOT w/",
            Self::NotBefore => "NOT pre/",
        }
    }
}

impl Query {
    pub(crate) const fn new(root: Expr, options: QueryOptions) -> Self {
        Self { root, options }
    }

    /// Returns the tree.
    pub const fn expr(&self) -> &Expr {
        &self.root
    }

    /// Returns the rules of comparison that texts are to be read under.
    pub const fn profile(&self) -> Profile {
        self.options.profile
    }

    /// Returns the words that cannot be searched for.
    pub const fn noise(&self) -> &NoiseWords {
        &self.options.noise
    }

    /// Returns all choices that the query was read under.
    pub const fn options(&self) -> &QueryOptions {
        &self.options
    }

    /// Returns the fields that the query asks for, dates aside.
    pub fn fields(&self) -> BTreeSet<Field> {
        let mut fields = BTreeSet::new();
        self.root.walk(&mut |expr| {
            if let Expr::Field(of) = expr {
                fields.insert(of.field);
            }
        });
        fields
    }

    /// Returns each term that is asked of a field, as a query by itself, so that names that nothing bears can be told.
    pub fn field_terms(&self) -> Vec<(Field, Self)> {
        let mut terms = Vec::new();
        self.root.walk(&mut |expr| {
            let Expr::Field(of) = expr else { return };
            of.value.walk(&mut |value| {
                if matches!(value, Expr::Phrase(_)) {
                    let single = FieldExpr { field: of.field, value: value.clone() };
                    terms.push((of.field, Self::new(Expr::Field(Box::new(single)), self.options.clone())));
                }
            });
        });
        terms
    }

    /// Returns whether the query is empty, so that the other conditions alone select.
    pub const fn is_all(&self) -> bool {
        matches!(self.root, Expr::All)
    }
}

impl Expr {
    const fn is_atom(&self) -> bool {
        matches!(self, Self::All | Self::Phrase(_) | Self::Edge(_) | Self::Field(_) | Self::Dates(_))
    }

    /// Returns the nodes directly below this one, in order.
    pub fn children(&self) -> Vec<&Self> {
        match self {
            Self::All | Self::Phrase(_) | Self::Edge(_) | Self::Dates(_) => Vec::new(),
            Self::And(parts) | Self::Or(parts) => parts.iter().collect(),
            Self::Not(inner) => vec![inner],
            Self::Near(near) => vec![&near.left, &near.right],
            Self::Field(of) => vec![&of.value],
        }
    }

    pub(crate) fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        self.children().into_iter().for_each(|child| child.walk(visit));
    }
}

impl TextEdge {
    const fn word(self) -> &'static str {
        match self {
            Self::First => "xfirstword",
            Self::Last => "xlastword",
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::Phrase(phrase) => phrase.fmt(f),
            Self::And(parts) => join(parts, " AND ", f),
            Self::Or(parts) => join(parts, " OR ", f),
            Self::Not(inner) => write!(f, "NOT {}", Side(inner)),
            Self::Near(near) => {
                let Near { left, op, distance, right } = near.as_ref();
                write!(f, "{} {}{distance} {}", Side(left), op.word(), Side(right))
            }
            Self::Edge(edge) => f.write_str(edge.word()),
            Self::Field(of) => match &of.value {
                Self::Phrase(phrase) if phrase.is_closed() => write!(f, "{}:{phrase}", of.field),
                value => write!(f, "{}:({value})", of.field),
            },
            Self::Dates(range) => write!(f, "date:{range}"),
        }
    }
}

fn join(parts: &[Expr], operator: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            f.write_str(operator)?;
        }
        // NOT binds tighter than AND and OR; everything else is put in parentheses.
        match part {
            Expr::Not(_) => write!(f, "{part}")?,
            _ => write!(f, "{}", Side(part))?,
        }
    }
    Ok(())
}

/// An operand, in parentheses unless it is a phrase.
struct Side<'a>(&'a Expr);

impl fmt::Display for Side<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_atom() { self.0.fmt(f) } else { write!(f, "({})", self.0) }
    }
}
