//! Index, scan and a plain loop over all messages agree, for random queries over random text.

use duces_model::{Body, Message};
use duces_query::{Matcher, Tokens, parse};
use duces_search::{Criteria, Scope, run, select};
use proptest::prelude::*;
use std::ops::ControlFlow;

use crate::fixture::{Fixture, Said, group, said, shanghai};

const WORDS: [&str; 24] = [
    "contract",
    "Contracts",
    "sign",
    "signed",
    "合同",
    "合",
    "同意",
    "签",
    "签合同",
    "😀",
    "￥200",
    "$",
    "a_b",
    "don't",
    "ＡＢＣ",
    "abc",
    "ﬁle",
    "file",
    "Straße",
    "STRASSE",
    "合、同",
    "x\ny",
    "（合同）",
    "U+2F08⼈",
];

fn any_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![8 => proptest::sample::select(&WORDS[..]).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    let gap = proptest::sample::select(&["", " ", ", ", "。"][..]);
    proptest::collection::vec((word, gap), 0..8).prop_map(|parts| parts.into_iter().map(|(w, g)| w + g).collect())
}

fn any_query() -> impl Strategy<Value = String> {
    let term = proptest::sample::select(
        &[
            "contract",
            "contract*",
            "*ign*",
            "s?gn",
            "合同",
            "合",
            "同意",
            "签 合同",
            "😀",
            "￥200",
            "$",
            "a_b",
            "abc",
            "file",
            "strasse",
            "人",
            "\"sign contract\"",
            "合?",
            "don't",
        ][..],
    )
    .prop_map(str::to_owned);
    let near = (term.clone(), proptest::sample::select(&["w/1", "w/3", "pre/2", "not w/2"][..]), term.clone())
        .prop_map(|(a, op, b)| format!("({a} {op} {b})"));
    let atom = prop_oneof![3 => term, 1 => near];
    atom.prop_recursive(3, 12, 3, |inner| {
        let list = proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            list.clone().prop_map(|l| format!("({})", l.join(" AND "))),
            list.prop_map(|l| format!("({})", l.join(" OR "))),
            inner.prop_map(|q| format!("(NOT {q})")),
        ]
    })
}

fn all_messages(fixture: &Fixture) -> Vec<Message> {
    let (reader, now) = fixture.reader();
    let mut messages = Vec::new();
    reader
        .messages(&Default::default(), now, &mut |message| {
            messages.push(message);
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    messages
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn index_and_scan_find_what_a_plain_loop_finds(
        texts in proptest::collection::vec((0usize..2, 1u32..4, any_text(), any::<bool>()), 1..40),
        queries in proptest::collection::vec(any_query(), 1..12),
    ) {
        let said: Vec<Said> = texts.iter().map(|(conversation, day, text, is_card)| {
            let mut said = said(*conversation, &format!("2024-03-{day:02} 10:00:00"), "a", text);
            if *is_card {
                said.body = Body::Announcement { text: text.clone() };
            }
            said
        }).collect();
        let fixture = Fixture::new(&[group("g1", "一"), group("g2", "二")], &said);
        let (reader, now) = fixture.reader();
        let messages = all_messages(&fixture);
        prop_assert_eq!(messages.len(), said.len());
        for query in queries {
            let parsed = parse(&query).unwrap();
            let matcher = Matcher::new(&parsed);
            let mut expected: Vec<_> =
                messages.iter().filter(|m| matcher.is_match(&Tokens::new(&m.text()))).map(|m| m.id).collect();
            expected.sort();
            let criteria = Criteria { query: query.clone(), ..Criteria::all(shanghai()) };
            let by_index = run(&reader, &criteria, now).unwrap();
            prop_assert_eq!(&by_index.messages, &expected, "{}", &query);
            let verified = run(&reader, &Criteria { verify_full: true, ..criteria.clone() }, now).unwrap();
            prop_assert_eq!(&verified.messages, &expected, "{}", &query);
            prop_assert_eq!(&verified.hits, &by_index.hits, "{}", &query);
            for scope in [Scope::Message, Scope::Document] {
                let criteria = Criteria { scope, ..criteria.clone() };
                let (outcome, selection) = (run(&reader, &criteria, now).unwrap(), select(&reader, &criteria, now).unwrap());
                prop_assert_eq!(outcome.documents, selection.units.len() as u64, "{}", &query);
                prop_assert_eq!(outcome.messages.len() as u64, selection.total().hits, "{}", &query);
            }
        }
    }
}
