//! Identity as a property: whatever the two sides kept, every message is there once, with everybody who holds it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use crate::{House, Said, said, weflow};

/// One message of the true conversation, and what each side's export did with it.
#[derive(Debug, Clone)]
struct Truth {
    second: u64,
    text: u8,
    by_ann: bool,
    kept: [bool; 2],
    /// Whether the exports of each side carry server ids at all is drawn once; this is for one that lost a single one.
    lost_id: [bool; 2],
}

fn truth() -> impl Strategy<Value = Truth> {
    (
        0_u64..6,
        0_u8..3,
        any::<bool>(),
        prop::array::uniform2(prop::bool::weighted(0.8)),
        prop::array::uniform2(prop::bool::weighted(0.1)),
    )
        .prop_map(|(second, text, by_ann, kept, lost_id)| Truth { second, text, by_ann, kept, lost_id })
}

fn side(truths: &[Truth], which: usize, with_ids: bool) -> Vec<Said> {
    let kept = truths.iter().enumerate().filter(|(_, truth)| truth.kept[which]);
    kept.map(|(n, truth)| {
        let sender = if truth.by_ann { "wxid_ann" } else { "wxid_bob" };
        let mut message =
            said(truth.second, sender, &format!("text {}", truth.text)).with("localId", json!(n + 100 * which));
        if truth.by_ann == (which == 0) {
            message = message.sent();
        }
        if with_ids && !truth.lost_id[which] { message.id(n as u64 + 1) } else { message }
    })
    .collect()
}

/// Puts a message at either end, so that both exports say whose they are and cover the same time.
fn framed(truths: Vec<Truth>) -> Vec<Truth> {
    let end = |second, by_ann| Truth { second, text: 9, by_ann, kept: [true; 2], lost_id: [false; 2] };
    let mut all = vec![end(0, true), end(0, false)];
    all.extend(truths.into_iter().map(|truth| Truth { second: truth.second + 1, ..truth }));
    all.sort_by_key(|truth| truth.second);
    all.push(end(99, true));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn with_server_ids_every_message_is_there_once(truths in proptest::collection::vec(truth(), 0..25)) {
        let truths = framed(truths.into_iter().map(|truth| Truth { lost_id: [false; 2], ..truth }).collect());
        let house = House::new();
        let sides = [side(&truths, 0, true), side(&truths, 1, true)];
        house.import(&house.write("ann.json", weflow("wxid_bob", "Bob", &sides[0])), "Ann", None);
        let report = house.import(&house.write("bob.json", weflow("wxid_ann", "Ann", &sides[1])), "Bob", None);
        let mut expected: Vec<_> = truths
            .iter()
            .enumerate()
            .filter(|(_, truth)| truth.kept[0] || truth.kept[1])
            .map(|(n, truth)| ((n + 1).to_string(), truth.kept.iter().filter(|kept| **kept).count()))
            .collect();
        let mut found: Vec<_> =
            house.messages().into_iter().map(|m| (m.native_id.unwrap(), m.custodians.len())).collect();
        expected.sort();
        found.sort();
        prop_assert_eq!(found, expected);
        let lacks: Vec<u64> = report.conversations[0].copies.iter().map(|copy| copy.lacks).collect();
        let lost = |a: usize, b: usize| truths.iter().filter(|t| t.kept[a] && !t.kept[b]).count() as u64;
        prop_assert_eq!(lacks, vec![lost(1, 0), lost(0, 1)]);
    }

    #[test]
    fn without_server_ids_equal_ones_are_counted_off(
        truths in proptest::collection::vec(truth(), 0..25), ids in prop::array::uniform2(any::<bool>()),
    ) {
        prop_assume!(!(ids[0] && ids[1]));
        let truths = framed(truths);
        let house = House::new();
        let sides = [side(&truths, 0, ids[0]), side(&truths, 1, ids[1])];
        let first = house.import(&house.write("ann.json", weflow("wxid_bob", "Bob", &sides[0])), "Ann", None);
        prop_assert_eq!(first.messages, sides[0].len() as u64, "records of one source are never one message");
        house.import(&house.write("bob.json", weflow("wxid_ann", "Ann", &sides[1])), "Bob", None);
        // Of what looks alike there are as many as the fuller side has.
        let mut alike: BTreeMap<(u64, u8, bool), [usize; 2]> = BTreeMap::new();
        for truth in &truths {
            let count = alike.entry((truth.second, truth.text, truth.by_ann)).or_default();
            count[0] += usize::from(truth.kept[0]);
            count[1] += usize::from(truth.kept[1]);
        }
        let expected: usize = alike.values().map(|count| count[0].max(count[1])).sum();
        prop_assert_eq!(house.messages().len(), expected);
    }
}
