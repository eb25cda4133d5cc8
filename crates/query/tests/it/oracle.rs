//! The same meaning computed in the plainest way: every stretch against every stretch.

use duces_query::{Ask, Expr, Item, Link, NearOp, Phrase, Query, TextEdge, Token, TokenKind, Tokens, WordTest};
use std::collections::{BTreeMap, BTreeSet};

/// First token, last token, whether a proximity made it.
type Place = (usize, usize, bool);
/// Each place with the phrases that it rests on.
type Places = BTreeMap<Place, BTreeSet<(usize, usize)>>;

/// Whether the text matches, and the hits in bytes.
pub(crate) fn answer(query: &Query, tokens: &Tokens) -> (bool, BTreeSet<(usize, usize)>) {
    let mut found = BTreeSet::new();
    let holds = holds(query.expr(), tokens, &mut found);
    if !holds {
        found.clear();
    }
    let slice = tokens.as_slice();
    (holds, found.into_iter().map(|(first, last)| (slice[first].start, slice[last].end)).collect())
}

fn holds(expr: &Expr, tokens: &Tokens, found: &mut BTreeSet<(usize, usize)>) -> bool {
    match expr {
        Expr::All => true,
        Expr::Not(inner) => !holds(inner, tokens, &mut BTreeSet::new()),
        Expr::And(parts) => {
            let mut own = BTreeSet::new();
            let all = parts.iter().filter(|part| !holds(part, tokens, &mut own)).count() == 0;
            if all {
                found.extend(own);
            }
            all
        }
        Expr::Or(parts) => {
            let mut any = false;
            for part in parts {
                let mut own = BTreeSet::new();
                if holds(part, tokens, &mut own) {
                    any = true;
                    found.extend(own);
                }
            }
            any
        }
        Expr::Field(_) | Expr::Dates(_) => false,
        Expr::Phrase(_) | Expr::Near(_) | Expr::Edge(_) => {
            let places = places(expr, tokens);
            found.extend(places.values().flatten());
            !places.is_empty()
        }
    }
}

fn places(expr: &Expr, tokens: &Tokens) -> Places {
    match expr {
        Expr::Phrase(phrase) => {
            // Place 0 is before the first token.
            let places = phrase_places(phrase, tokens).into_iter();
            places.map(|(f, l)| ((f + 1, l + 1, false), BTreeSet::from([(f, l)]))).collect()
        }
        Expr::Edge(edge) => {
            let place = if *edge == TextEdge::First { 0 } else { tokens.len() + 1 };
            Places::from([((place, place, false), BTreeSet::new())])
        }
        Expr::Or(parts) => {
            let mut all = Places::new();
            for (place, leaves) in parts.iter().flat_map(|part| places(part, tokens)) {
                all.entry(place).or_default().extend(leaves);
            }
            all
        }
        Expr::Near(near) => {
            let members = |side: &Expr| -> Vec<Places> {
                match side {
                    Expr::And(parts) => parts.iter().map(|part| places(part, tokens)).collect(),
                    side => vec![places(side, tokens)],
                }
            };
            let (left, right) = (members(&near.left), members(&near.right));
            let near_each = |l: Place, r: Place| is_near(tokens.as_slice(), near.op, near.distance as usize, l, r);
            if matches!(near.op, NearOp::NotWithin | NearOp::NotBefore) {
                let mut kept = left[0].clone();
                kept.retain(|l, _| !right[0].keys().any(|r| near_each(*l, *r)));
                return kept;
            }
            let mut all = Places::new();
            for (l, l_leaves) in left.iter().flatten() {
                for (r, r_leaves) in right.iter().flatten() {
                    let l_is_complete = left.len() > 1 || right.iter().all(|m| m.keys().any(|r| near_each(*l, *r)));
                    let r_is_complete = right.len() > 1 || left.iter().all(|m| m.keys().any(|l| near_each(*l, *r)));
                    if near_each(*l, *r) && l_is_complete && r_is_complete {
                        let leaves = all.entry((l.0.min(r.0), l.1.max(r.1), true)).or_default();
                        leaves.extend(l_leaves);
                        leaves.extend(r_leaves);
                    }
                }
            }
            all
        }
        Expr::All | Expr::And(_) | Expr::Not(_) | Expr::Field(_) | Expr::Dates(_) => panic!("has no places"),
    }
}

fn is_near(tokens: &[Token], op: NearOp, distance: usize, l: Place, r: Place) -> bool {
    let position = |place: usize| match place {
        0 => 0,
        place if place > tokens.len() => tokens.last().map_or(0, |token| token.position) + 1,
        place => tokens[place - 1].position,
    };
    let gap = |a: usize, b: usize| position(b) - position(a) <= distance;
    if l.1 < r.0 {
        gap(l.1, r.0)
    } else if matches!(op, NearOp::Before | NearOp::NotBefore) {
        false
    } else if r.1 < l.0 {
        gap(r.1, l.0)
    } else {
        // They overlap: near, unless they rest on a word in common. Of a stretch, the ends are its words.
        let words = |p: Place| -> Vec<usize> { if p.2 { vec![p.0, p.1] } else { (p.0..=p.1).collect() } };
        !words(l).iter().any(|word| words(r).contains(word))
    }
}

/// From each beginning the shortest occurrence; with `*` in a Han term, also to each end.
fn phrase_places(phrase: &Phrase, tokens: &Tokens) -> BTreeSet<(usize, usize)> {
    let items = phrase.items();
    let mut all = Vec::new();
    for (first, token) in tokens.as_slice().iter().enumerate() {
        if accepts(&items[0].ask, token, tokens) {
            extend(&items[1..], first, first, tokens, &mut all);
        }
    }
    let mut kept = BTreeSet::new();
    for (first, last) in &all {
        let shortest_from = all.iter().filter(|(f, _)| f == first).map(|(_, l)| l).min();
        let shortest_to = all.iter().filter(|(_, l)| l == last).map(|(f, _)| f).max();
        let by_end = items.iter().any(|item| item.link == Link::SameRun) && shortest_to == Some(first);
        if shortest_from == Some(last) || by_end {
            kept.insert((*first, *last));
        }
    }
    kept
}

fn extend(items: &[Item], first: usize, last: usize, tokens: &Tokens, all: &mut Vec<(usize, usize)>) {
    let Some((item, rest)) = items.split_first() else {
        all.push((first, last));
        return;
    };
    let slice = tokens.as_slice();
    for next in last + 1..slice.len() {
        let between = &slice[last + 1..next];
        let linked = match item.link {
            Link::Joined => between.is_empty() && slice[next].joined,
            Link::Next => !between.iter().any(|t| t.kind.takes_position()),
            Link::SameRun => slice[last + 1..=next].iter().all(|t| t.joined && t.kind == TokenKind::Character),
        };
        if linked && accepts(&item.ask, &slice[next], tokens) {
            extend(rest, first, next, tokens, all);
        }
    }
}

fn accepts(ask: &Ask, token: &Token, tokens: &Tokens) -> bool {
    match ask {
        Ask::Literal { kind, text } => *kind == token.kind && text == tokens.text_of(token),
        Ask::AnyCharacter => token.kind == TokenKind::Character,
        Ask::Word(test) => token.kind.takes_position() && passes(test, tokens.text_of(token)),
    }
}

fn passes(test: &WordTest, word: &str) -> bool {
    match test {
        WordTest::Pattern(pattern) => glob(&pattern.to_string().chars().collect::<Vec<_>>(), word),
        WordTest::Fuzzy(fuzzy) => {
            let (asked, found): (Vec<char>, Vec<char>) = (fuzzy.word.chars().collect(), word.chars().collect());
            let same = found.len() >= fuzzy.fixed && asked[..fuzzy.fixed] == found[..fuzzy.fixed];
            same && distance(&asked[fuzzy.fixed..], &found[fuzzy.fixed..]) <= fuzzy.differences
        }
        WordTest::Number(_) => {
            let ends: Vec<u64> = test.to_string().split("~~").filter_map(|end| end.parse().ok()).collect();
            let range = ends[0]..=ends[1];
            word.bytes().all(|b| b.is_ascii_digit()) && word.parse().is_ok_and(|n| range.contains(&n))
        }
        // What these mean is held by tables of their own.
        WordTest::Stem(_) | WordTest::Phonic(_) | WordTest::Regex(_) => test.matches(word),
    }
}

fn distance(a: &[char], b: &[char]) -> usize {
    match (a, b) {
        ([], rest) | (rest, []) => rest.len(),
        ([x, a_rest @ ..], [y, b_rest @ ..]) => {
            let exchanged = usize::from(x != y) + distance(a_rest, b_rest);
            exchanged.min(1 + distance(a_rest, b)).min(1 + distance(a, b_rest))
        }
    }
}

fn glob(pattern: &[char], word: &str) -> bool {
    let mut letters = word.chars();
    match pattern.split_first() {
        None => word.is_empty(),
        Some(('*', rest)) => word.char_indices().any(|(at, _)| glob(rest, &word[at..])) || glob(rest, ""),
        Some(('=', rest)) => letters.next().is_some_and(|c| c.is_ascii_digit()) && glob(rest, letters.as_str()),
        Some(('?', rest)) => letters.next().is_some() && glob(rest, letters.as_str()),
        Some((c, rest)) => letters.next() == Some(*c) && glob(rest, letters.as_str()),
    }
}
