//! The tree of a query in print, one node a line, for people who must agree on what was asked.

use crate::ast::{Expr, Query};
use crate::phrase::{Ask, Phrase};
use crate::tokens::TokenKind;
use std::fmt::Write as _;

impl Query {
    /// Draws the tree, two spaces deeper for each level.
    pub fn tree(&self) -> String {
        let mut out = String::new();
        draw(self.expr(), 0, &mut out);
        out
    }
}

fn draw(expr: &Expr, depth: usize, out: &mut String) {
    let _ = write!(out, "{}", "  ".repeat(depth));
    match expr {
        Expr::All => out.push_str("everything"),
        Expr::Phrase(phrase) => {
            let _ = write!(out, "{} {phrase}", kind_of(phrase));
        }
        Expr::And(_) => out.push_str("AND: all of"),
        Expr::Or(_) => out.push_str("OR: any of"),
        Expr::Not(_) => out.push_str("NOT"),
        Expr::Near(near) => {
            let what = if near.op.is_negated() { ": the first, with no second so near" } else { "" };
            let _ = write!(out, "{}{}{what}", near.op.word(), near.distance);
        }
        Expr::Edge(_) => {
            let _ = write!(out, "place {expr}");
        }
        Expr::Field(of) => {
            let _ = write!(out, "field {}: a value with", of.field);
        }
        Expr::Dates(range) => {
            let _ = write!(out, "sent {range}");
        }
    }
    out.push('\n');
    expr.children().into_iter().for_each(|child| draw(child, depth + 1, out));
}

fn kind_of(phrase: &Phrase) -> &'static str {
    use crate::WordTest as W;
    let is_run = phrase.items().iter().skip(1).all(|item| item.link != crate::Link::Next);
    match phrase.items() {
        [item] => match &item.ask {
            Ask::Literal { kind: TokenKind::Word, .. } => "word",
            Ask::Literal { kind: TokenKind::Character, .. } | Ask::AnyCharacter => "characters",
            Ask::Literal { .. } => "sign",
            Ask::Word(W::Pattern(_)) => "words like",
            Ask::Word(W::Stem(_)) => "words of the stem of",
            Ask::Word(W::Fuzzy(_)) => "words that differ little from",
            Ask::Word(W::Phonic(_)) => "words that sound like",
            Ask::Word(W::Number(_)) => "numbers",
            Ask::Word(W::Regex(_)) => "words that match",
        },
        _ if is_run => "characters",
        _ => "phrase",
    }
}
