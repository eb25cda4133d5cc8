//! What a proximity operator may stand between.

use crate::ast::{Expr, Near};
use crate::error::QueryErrorKind as Kind;

/// The greatest distance of a proximity operator inside another, whose stretches are all kept.
pub const MAX_NESTED_DISTANCE: u32 = 255;

/// Pairs of terms up to which a refusal spells out its two readings.
const MAX_SHOWN_PAIRS: usize = 16;

/// Checks both sides of a proximity operator.
pub(crate) fn check_near(near: &Near) -> Result<(), (Kind, String)> {
    let groups = (matches!(near.left, Expr::And(_)), matches!(near.right, Expr::And(_)));
    if groups.0 || groups.1 {
        check_groups(near, groups)?;
    }
    for side in [&near.left, &near.right] {
        match side {
            Expr::And(members) => members.iter().try_for_each(check_side)?,
            side => check_side(side)?,
        }
    }
    Ok(())
}

/// AND beside a proximity operator: one side at most, the other a word, phrase or OR group.
fn check_groups(near: &Near, groups: (bool, bool)) -> Result<(), (Kind, String)> {
    if near.op.is_negated() {
        let message = "AND cannot stand beside NOT w/n; write one condition for each term";
        return Err((Kind::Operand, message.to_owned()));
    }
    let other = match (groups, &near.left, &near.right) {
        ((true, true), Expr::And(left), Expr::And(right)) if left.len() * right.len() > MAX_SHOWN_PAIRS => {
            let message =
                "AND stands on both sides of a proximity operator; write one proximity for each pair of terms";
            return Err((Kind::Ambiguous, message.to_owned()));
        }
        ((true, true), Expr::And(left), Expr::And(right)) => {
            let (one, other) = group_readings(near, left, right);
            let message =
                format!("AND stands on both sides of a proximity operator; write\n    {one}\n  or\n    {other}");
            return Err((Kind::Ambiguous, message));
        }
        ((true, _), _, other) | (_, other, _) => other,
    };
    if is_simple(other) {
        return Ok(());
    }
    let message = "AND beside a proximity operator needs a word, a phrase or an OR group on the other side; write one \
                   proximity for each term and join them by AND";
    Err((Kind::Ambiguous, message.to_owned()))
}

fn is_simple(side: &Expr) -> bool {
    match side {
        Expr::Phrase(_) | Expr::Edge(_) => true,
        Expr::Or(parts) => parts.iter().all(is_simple),
        _ => false,
    }
}

/// Every term near every term of the other group; or every term near some term of the other group.
fn group_readings(near: &Near, left: &[Expr], right: &[Expr]) -> (Expr, Expr) {
    let pair = |left: &Expr, right: &Expr| {
        let (left, right) = (left.clone(), right.clone());
        Expr::Near(Box::new(Near { left, right, op: near.op, distance: near.distance }))
    };
    let all = left.iter().flat_map(|l| right.iter().map(move |r| (l, r))).map(|(l, r)| pair(l, r)).collect();
    let any_right = Expr::Or(right.to_vec());
    let any_left = Expr::Or(left.to_vec());
    let some = left.iter().map(|l| pair(l, &any_right)).chain(right.iter().map(|r| pair(&any_left, r))).collect();
    (Expr::And(all), Expr::And(some))
}

fn check_side(side: &Expr) -> Result<(), (Kind, String)> {
    let message = match side {
        Expr::Phrase(_) | Expr::Edge(_) => return Ok(()),
        Expr::Or(parts) => return parts.iter().try_for_each(check_side),
        Expr::Near(inner) if inner.distance > MAX_NESTED_DISTANCE && !inner.op.is_negated() => {
            format!("a proximity inside another reaches {MAX_NESTED_DISTANCE} words at most")
        }
        Expr::Near(_) => return Ok(()),
        Expr::And(_) => "AND inside a group beside a proximity operator; write one proximity for each term".to_owned(),
        Expr::Not(_) => "NOT cannot stand beside a proximity operator; write NOT w/n, or AND NOT outside".to_owned(),
        Expr::Field(_) | Expr::Dates(_) => {
            "a field lies beside the text and has no place in it; join it by AND, outside of the proximity".to_owned()
        }
        Expr::All => "a term is missing".to_owned(),
    };
    Err((Kind::Operand, message))
}
