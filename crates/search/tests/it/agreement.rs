//! Index, scan and a plain loop over all messages agree, for random queries over random text.

use duces_model::{Body, Message};
use duces_query::{Matcher, NoiseWords, Precedence, Profile, QueryOptions, parse_with};
use duces_search::{Criteria, Scope, run, select};
use proptest::prelude::*;
use std::ops::ControlFlow;

use crate::fixture::{Fixture, Said, group, said, shanghai};

const WORDS: [&str; 32] = [
    "發票",
    "发票",
    "résumé",
    "resume",
    "Smyth",
    "1,024",
    "17",
    "cotract",
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

pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![8 => proptest::sample::select(&WORDS[..]).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    let gap = proptest::sample::select(&["", " ", ", ", "。"][..]);
    proptest::collection::vec((word, gap), 0..8).prop_map(|parts| parts.into_iter().map(|(w, g)| w + g).collect())
}

pub(crate) fn any_query() -> impl Strategy<Value = String> {
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
            "发票",
            "票",
            "resume",
            "résum*",
            "sign~",
            "%contract",
            "cont%ract",
            "#smith",
            "10~~2000",
            "\"##s.*n\"",
            "\"##\\d+\"",
            "1=",
            "sign a_b",
            "from:a",
            "has:file",
            "conversation:(一 or 二)",
            "conversation:二",
            "date:2024-03-02",
            "date:>2024-03-01",
        ][..],
    )
    .prop_map(str::to_owned);
    let in_text = term.clone().prop_filter("a field has no place", |term| !term.contains(':'));
    let edge = prop_oneof![4 => in_text.clone(), 1 => proptest::sample::select(&["xfirstword", "xlastword"][..]).prop_map(str::to_owned)];
    let near = (in_text, proptest::sample::select(&["w/1", "w/3", "pre/2", "not w/2"][..]), edge)
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

fn any_options() -> impl Strategy<Value = QueryOptions> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(fold_traditional, fold_accents, noise)| QueryOptions {
        profile: Profile { fold_traditional, fold_accents },
        precedence: Some(Precedence::OrFirst),
        noise: if noise { NoiseWords::read("a\nsigned\n").unwrap() } else { NoiseWords::default() },
    })
}

/// What the plain loop knows of a message beside its text.
struct Plain<'a>(&'a Message);

impl duces_query::Facts for Plain<'_> {
    fn values(&self, field: duces_query::Field, each: &mut dyn FnMut(&str)) {
        match field {
            duces_query::Field::From => ["a", "wxid_a"].into_iter().for_each(each),
            duces_query::Field::Conversation if self.0.conversation.as_str().ends_with("g1") => {
                ["g1", "一"].into_iter().for_each(each)
            }
            duces_query::Field::Conversation => ["g2", "二"].into_iter().for_each(each),
            _ => {}
        }
    }

    fn times(&self, each: &mut dyn FnMut(duces_query::LocalTime)) {
        let (year, month, day) = shanghai().day(self.0.sent).parts();
        each(duces_query::LocalTime::new((year as u16, month as u8, day as u8), (10, 0, 0)));
    }
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

/// A matter for each case; `PROPTEST_CASES` asks for more than the 24 of every day.
pub(crate) fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: if default.cases == 256 { 24 } else { default.cases }, ..default }
}

const RULES: [&str; 6] = [
    "day",
    "conversation",
    "message",
    "context 1 message",
    "context 24 hours",
    "whole up to 5 messages, else context 2 messages",
];

proptest! {
    #![proptest_config(config())]
    #[test]
    fn index_and_scan_find_what_a_plain_loop_finds(
        texts in proptest::collection::vec((0usize..2, 1u32..4, any_text(), any::<bool>()), 1..40),
        queries in proptest::collection::vec((any_query(), any_options()), 1..60),
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
        for (query, options) in queries {
            // A term of noise words alone is refused; what is left is asked.
            let Ok(parsed) = parse_with(&query, &options) else {
                prop_assert!(!options.noise.is_empty(), "{}", &query);
                continue;
            };
            let matcher = Matcher::new(&parsed);
            let matches = |message: &&Message| {
                let mut text = matcher.buffer();
                text.read(&message.text());
                matcher.is_match_with(&text, &Plain(message))
            };
            let mut expected: Vec<_> = messages.iter().filter(matches).map(|m| m.id).collect();
            expected.sort();
            let criteria = Criteria { query: query.clone(), options, ..Criteria::all(shanghai()) };
            let by_index = run(&reader, &criteria, now).unwrap();
            prop_assert_eq!(&by_index.messages, &expected, "{}", &query);
            let verified = run(&reader, &Criteria { verify_full: true, ..criteria.clone() }, now).unwrap();
            prop_assert_eq!(&verified.messages, &expected, "{}", &query);
            prop_assert_eq!(&verified.hits, &by_index.hits, "{}", &query);
            let ways = RULES.iter().map(|rule| (Scope::Message, *rule)).chain([(Scope::Document, "day"), (Scope::Document, "message")]);
            for (scope, rule) in ways {
                let criteria = Criteria { scope, unit: rule.parse().unwrap(), ..criteria.clone() };
                let (outcome, selection) = (run(&reader, &criteria, now).unwrap(), select(&reader, &criteria, now).unwrap());
                prop_assert_eq!(outcome.documents, selection.units.len() as u64, "{}", &query);
                prop_assert_eq!(outcome.messages.len() as u64, selection.total().hits, "{}", &query);
            }
        }
    }
}
