//! Terms counted in one pass: against a plain loop that searches for each alone, and rule by rule.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use duces_files::Disk;
use duces_model::{AttachmentRole, Body, Custodian, Digest, Message, Unit};
use duces_search::{
    Clip, Count, Criteria, Profile, QueryOptions, SampleKind, Sampling, Scope, SearchError, TermList, TermsReport,
    TranscriptFacts, children, count_terms, messages_of, run, select, transcript, write_terms,
};
use proptest::prelude::*;

use crate::agreement::{any_query, any_text, config};
use crate::fixture::{Fixture, Said, direct, group, missing, said, shanghai, stored};

fn count(fixture: &Fixture, terms: &str, criteria: &Criteria, sampling: Option<Sampling>) -> TermsReport {
    let (reader, now) = fixture.reader();
    let list = TermList::read(terms.as_bytes()).unwrap();
    count_terms(&reader, &list, criteria, sampling, now, &mut |_, _, _| Ok(())).unwrap()
}

/// A document by conversation key, start and slice.
type Id = (String, i64, u32);

fn id(unit: &Unit) -> Id {
    (unit.id.conversation.to_string(), unit.id.start.millis(), unit.id.slice)
}

/// What the plain way finds of one query: the units that selecting by it alone gives.
struct Alone {
    units: Vec<Unit>,
    families: u64,
    messages: u64,
    conversations: u64,
    custodians: BTreeSet<String>,
}

fn alone(fixture: &Fixture, criteria: &Criteria) -> Alone {
    let (reader, now) = fixture.reader();
    let (outcome, selection) = (run(&reader, criteria, now).unwrap(), select(&reader, criteria, now).unwrap());
    let units: Vec<Unit> = selection.units.into_iter().map(|selected| selected.unit).collect();
    let mut families = 0;
    for unit in &units {
        let conversation = selection.conversations.iter().find(|c| c.key == unit.id.conversation).unwrap();
        let messages: Vec<Message> = messages_of(&reader, unit, now).unwrap();
        let facts = TranscriptFacts::of(conversation, unit, criteria.unit, &criteria.zone, &[]);
        families += 1 + children(&transcript(&messages, &facts, &Default::default())).len() as u64;
    }
    Alone {
        units,
        families,
        messages: outcome.messages.len() as u64,
        conversations: outcome.conversations,
        custodians: outcome.custodian_names.into_iter().map(|custodian| custodian.0).collect(),
    }
}

fn hit_list(units: &[Unit]) -> Digest {
    let lines = units.iter().map(|unit| {
        let (key, start, slice) = id(unit);
        format!("{key}\t{start}\t{slice}\n")
    });
    Digest::of(lines.collect::<String>().as_bytes())
}

fn agrees(count: &Count, alone: &Alone, why: &str) -> Result<(), TestCaseError> {
    prop_assert_eq!(count.documents, alone.units.len() as u64, "documents of {}", why);
    prop_assert_eq!(count.with_families, alone.families, "families of {}", why);
    prop_assert_eq!(count.messages, alone.messages, "messages of {}", why);
    prop_assert_eq!(count.conversations, alone.conversations, "conversations of {}", why);
    prop_assert_eq!(count.by_custodian.keys().cloned().collect::<BTreeSet<_>>(), alone.custodians.clone(), "{}", why);
    prop_assert_eq!(count.hit_list, hit_list(&alone.units), "hit list of {}", why);
    prop_assert!(count.by_month.values().sum::<u64>() >= count.documents, "months of {}", why);
    Ok(())
}

fn any_said() -> impl Strategy<Value = Said> {
    (0usize..3, 1u32..4, any_text(), 0u8..8).prop_map(|(conversation, day, text, kind)| {
        let mut said = said(conversation, &format!("2024-0{day}-02 10:00:00"), "a", &text);
        match kind {
            0 => said.body = Body::Announcement { text },
            1 => said.attachments = vec![stored(AttachmentRole::File, Some("a.pdf"), "application/pdf", "one")],
            2 => said.attachments = vec![stored(AttachmentRole::Picture, None, "image/png", &text)],
            3 => said.attachments = vec![stored(AttachmentRole::Sticker, None, "image/gif", "sticker")],
            4 => said.attachments = vec![missing(AttachmentRole::File, "lost.pdf")],
            5 => said.custodians = vec!["Bob Li"],
            6 => said.custodians = vec!["Bob Li", "Chen Lihua"],
            _ => {}
        }
        said
    })
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn one_pass_counts_what_searching_for_each_alone_finds(
        mut said in prop::collection::vec(any_said(), 1..40),
        queries in prop::collection::vec(any_query(), 1..12),
        folded: bool,
        clipped: bool,
        of_bob: bool,
    ) {
        // Someone is to be asked for who is known.
        said[0].custodians = vec!["Chen Lihua", "Bob Li"];
        let fixture = Fixture::new(&[group("g1", "一"), group("g2", "二"), direct("wxid_a", "wxid_b", "A, B")], &said);
        let list: String = queries.iter().map(|query| format!("{query}\n")).collect();
        let profile = Profile { fold_traditional: folded, fold_accents: folded };
        let clip = if clipped { Clip { from: Some("2024-01-03".parse().unwrap()), to: None } } else { Clip::default() };
        for (scope, unit) in [(Scope::Message, "day"), (Scope::Message, "conversation"), (Scope::Message, "message"), (Scope::Document, "day"), (Scope::Document, "conversation")] {
            let criteria = Criteria {
                options: QueryOptions { profile, ..QueryOptions::default() },
                custodians: if of_bob { vec![Custodian("Bob Li".into())] } else { Vec::new() },
                clip,
                scope,
                unit: unit.parse().unwrap(),
                max_events: 5,
                ..Criteria::all(shanghai())
            };
            let report = count(&fixture, &list, &criteria, None);
            let everything = alone(&fixture, &criteria);
            prop_assert_eq!(report.searched.documents, everything.units.len() as u64);
            prop_assert_eq!(report.searched.with_families, everything.families);
            prop_assert_eq!(report.searched.messages, everything.messages);
            let each: Vec<Alone> = queries.iter().map(|query| alone(&fixture, &Criteria { query: query.clone(), ..criteria.clone() })).collect();
            let mut hit_by: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
            for (n, alone) in each.iter().enumerate() {
                alone.units.iter().for_each(|unit| hit_by.entry(id(unit)).or_default().push(n));
            }
            let any = queries.iter().map(|query| format!("({query})")).collect::<Vec<_>>().join(" OR ");
            let any = alone(&fixture, &Criteria { query: any, ..criteria.clone() });
            agrees(&report.any, &any, "any term")?;
            prop_assert_eq!(report.any.unique, hit_by.values().filter(|terms| terms.len() == 1).count() as u64);
            prop_assert_eq!(report.not_hit().0, everything.units.len() as u64 - hit_by.len() as u64);
            for (n, (term, alone)) in report.terms.iter().zip(&each).enumerate() {
                let count = term.count().unwrap();
                agrees(count, alone, &queries[n])?;
                let unique = hit_by.values().filter(|terms| **terms == [n]).count() as u64;
                prop_assert_eq!(count.unique, unique, "unique hits of {}", &queries[n]);
            }
        }
    }
}

proptest! {
    #[test]
    fn files_of_any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        text in "[a#\t\r\n 合,]{0,30}",
    ) {
        let _ = TermList::read(&bytes);
        if let Ok(list) = TermList::read(text.as_bytes()) {
            let lines = text.split('\n').filter(|line| !line.trim().is_empty()).count();
            prop_assert_eq!(list.terms.len() + list.comments, lines, "each line is a term or a comment");
        }
        for sample in [bytes, format!("sample,drawn_from,population,relevant\n{text}").into_bytes()] {
            let _ = duces_search::rates(&sample, true);
        }
    }
}

/// A group over two months and a 1:1; a file sent twice, one sent in another document, a sticker and a missing file.
fn matter() -> Fixture {
    let mut messages = vec![
        said(0, "2024-01-30 09:00:00", "ann", "the contract, the Contract 合同"),
        said(0, "2024-01-30 09:01:00", "bob", "see file"),
        said(0, "2024-01-30 09:02:00", "bob", "again"),
        said(0, "2024-02-01 09:00:00", "ann", "合同"),
        said(0, "2024-02-02 09:00:00", "ann", "nothing here"),
        said(1, "2024-03-31 23:59:59", "ann", "contract invoice"),
        said(1, "2024-04-01 00:00:00", "bob", "lunch"),
    ];
    let file = || stored(AttachmentRole::File, Some("a.pdf"), "application/pdf", "one");
    messages[1].attachments = vec![file(), stored(AttachmentRole::Sticker, None, "image/gif", "s")];
    messages[2].attachments = vec![file(), missing(AttachmentRole::File, "b.pdf")];
    messages[5].attachments = vec![file()];
    messages[5].custodians = vec!["Chen Lihua", "Bob Li"];
    Fixture::new(&[group("g@chatroom", "Deal"), direct("wxid_ann", "wxid_bob", "Ann, Bob")], &messages)
}

/// The query; documents, with families, unique, occurrences, messages, conversations, custodians; first and last day.
type Truth = (&'static str, [u64; 7], &'static str, &'static str);

const BY_MESSAGE: &[Truth] = &[
    ("contract", [2, 4, 0, 3, 2, 2, 2], "2024-01-30", "2024-03-31"),
    ("合同", [2, 3, 1, 2, 2, 1, 1], "2024-01-30", "2024-02-01"),
    ("invoice", [1, 2, 0, 1, 1, 1, 2], "2024-03-31", "2024-03-31"),
    ("from:bob", [2, 3, 1, 0, 3, 2, 1], "2024-01-30", "2024-04-01"),
    ("contract w/3 again", [0, 0, 0, 0, 0, 0, 0], "", ""),
    ("has:file AND again", [1, 2, 0, 1, 1, 1, 1], "2024-01-30", "2024-01-30"),
];

const BY_DOCUMENT: &[Truth] = &[
    ("contract", [2, 4, 1, 3, 2, 2, 2], "2024-01-30", "2024-03-31"),
    ("see w/40 again", [1, 2, 0, 2, 2, 1, 1], "2024-01-30", "2024-01-30"),
    // The title stands once in the header of each document of the group, and no message is hit.
    ("deal", [3, 4, 2, 3, 0, 1, 1], "2024-01-30", "2024-02-02"),
];

#[test]
fn a_truth_table() {
    let fixture = matter();
    for (scope, table) in [(Scope::Message, BY_MESSAGE), (Scope::Document, BY_DOCUMENT)] {
        let list: String = table.iter().map(|(query, ..)| format!("{query}\n")).collect();
        let report = count(&fixture, &list, &Criteria { scope, ..Criteria::all(shanghai()) }, None);
        assert_eq!((report.searched.messages, report.searched.documents, report.searched.with_families), (7, 5, 7));
        for (term, (query, expected, first, last)) in report.terms.iter().zip(table) {
            let count = term.count().unwrap();
            let found = [
                count.documents,
                count.with_families,
                count.unique,
                count.occurrences.unwrap(),
                count.messages,
                count.conversations,
                count.by_custodian.len() as u64,
            ];
            assert_eq!(found, *expected, "{query} by {scope:?}");
            let day = |day: Option<duces_model::Day>| day.map(|day| day.to_string()).unwrap_or_default();
            assert_eq!((day(count.first), day(count.last)), ((*first).to_owned(), (*last).to_owned()), "{query}");
        }
    }
}

#[test]
fn months_and_custodians_count_documents() {
    let report = count(&matter(), "contract\n合同\n", &Criteria::all(shanghai()), None);
    let any: Vec<_> = report.any.by_month.iter().map(|(month, n)| (month.as_str(), *n)).collect();
    assert_eq!(any, [("2024-01", 1), ("2024-02", 1), ("2024-03", 1)]);
    let held: Vec<_> = report.any.by_custodian.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    assert_eq!(held, [("Bob Li", 1), ("Chen Lihua", 3)]);
    assert_eq!(report.not_hit(), (2, 2));
}

#[test]
fn a_term_that_is_refused_says_so_and_the_others_are_counted() {
    let terms = "contract\nBad\t合同 and or x\nNone\t\nTwo\ta\tb\nBad\tfrom:anne\ncontract\n";
    let report = count(&matter(), terms, &Criteria::all(shanghai()), None);
    let told: Vec<_> = report.terms.iter().map(|term| (term.status(), term.count().map(|c| c.documents))).collect();
    let expected = [
        ("completed", Some(2)),
        ("error", None),
        ("error", None),
        ("error", None),
        ("completed", Some(0)),
        ("completed", Some(2)),
    ];
    assert_eq!(told, expected);
    let errors: Vec<_> = report.errors().map(|(term, error)| (term.number, error.character)).collect();
    assert_eq!(errors, [(2, 8), (3, 1), (4, 2)]);
    assert!(report.errors().next().unwrap().1.drawn.contains('^'));
    assert!(report.terms[4].notes[0].contains("term 2 has the same name"), "{:?}", report.terms[4].notes);
    assert!(report.terms[4].notes[1].contains("from:anne"), "{:?}", report.terms[4].notes);
    assert!(report.terms[5].notes[0].contains("the same query as term 1"), "{:?}", report.terms[5].notes);
}

#[test]
fn documents_that_depend_on_hits_cannot_be_counted_together() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    let list = TermList::read(b"contract").unwrap();
    for unit in ["context 1 message", "whole-channel 20"] {
        let criteria = Criteria { unit: unit.parse().unwrap(), ..Criteria::all(shanghai()) };
        let refused = count_terms(&reader, &list, &criteria, None, now, &mut |_, _, _| Ok(()));
        assert!(matches!(refused, Err(SearchError::TermsAroundHits { .. })), "{unit}");
    }
}

#[test]
fn samples_are_drawn_by_the_printed_rule_and_no_other() {
    let fixture = matter();
    let criteria = Criteria { unit: "message".parse().unwrap(), ..Criteria::all(shanghai()) };
    let draw = |seed: u64, n: u32| {
        count(&fixture, "contract\n合同\n", &criteria, Some(Sampling { seed, in_all: n, per_term: 1 })).samples
    };
    let everything = alone(&fixture, &criteria).units;
    let hits = alone(&fixture, &Criteria { query: "contract OR 合同".into(), ..criteria.clone() }).units;
    let key = |unit: &Unit, seed: u64| {
        let (conversation, start, slice) = id(unit);
        Digest::of(format!("{seed}\n{conversation}\t{start}\t{slice}\n").as_bytes())
    };
    for seed in 0..20 {
        for n in 1..6 {
            let samples = draw(seed, n);
            let kinds: Vec<_> = samples.iter().map(|sample| (sample.kind, sample.population)).collect();
            let terms = [(SampleKind::Term(1), 2), (SampleKind::Term(2), 2)];
            assert_eq!(kinds, [&[(SampleKind::AnyTerm, 3)][..], &terms, &[(SampleKind::NotHit, 4)]].concat());
            for (sample, wanted) in [(&samples[0], true), (&samples[3], false)] {
                let mut expected: Vec<&Unit> = everything.iter().filter(|unit| hits.contains(unit) == wanted).collect();
                expected.sort_by_key(|unit| key(unit, seed));
                expected.truncate(n as usize);
                let drawn: Vec<&Unit> = sample.documents.iter().map(|document| &document.unit).collect();
                assert_eq!(drawn, expected, "seed {seed}");
            }
        }
    }
}

#[test]
fn the_folder_is_published_whole_or_not_at_all_and_the_same_each_time() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    let list = TermList::read("Deal\tcontract\n=合同+1\nfrom:\n".as_bytes()).unwrap();
    let criteria = Criteria::all(shanghai());
    let sampling = Some(Sampling { seed: 3, in_all: 2, per_term: 1 });
    let folder = tempfile::tempdir().unwrap();
    let write = |disk: &Disk, name: &str| {
        write_terms(disk, &folder.path().join(name), "Matter", &reader, &list, &criteria, sampling, now)
    };
    write(&Disk::real(), "one").unwrap();
    write(&Disk::real(), "two").unwrap();
    let (one, two) = (files(&folder.path().join("one")), files(&folder.path().join("two")));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    assert!(one == two, "the same bytes");
    assert!(matches!(write(&Disk::real(), "one"), Err(SearchError::Files(_))), "nothing is overwritten");
    let calls = {
        let counting = Disk::failing(u64::MAX);
        write(&counting, "counted").unwrap();
        counting.calls()
    };
    for n in 1..=calls {
        let name = format!("failed-{n}");
        // The last step is the syncing of the folder above, after the name stands.
        let failed = write(&Disk::failing(n), &name).is_err();
        assert!(failed, "call {n} of {calls}");
        assert!(!folder.path().join(&name).exists() || n == calls, "call {n} of {calls} left a report");
    }
    let text = |name: &str| String::from_utf8(one[name].clone()).unwrap();
    assert!(text("terms.csv").contains(",'=合同+1,"), "{}", text("terms.csv"));
    assert!(text("terms.html").contains("=合同+1") && !text("terms.html").contains("<script"));
    assert_eq!(text("hits.csv").lines().count(), 1 + 2);
    let json: serde_json::Value = serde_json::from_str(&text("terms.json")).unwrap();
    assert_eq!(json["terms"][0]["documents"], 2);
    assert_eq!(json["terms"][2]["error"]["character"], 1);
    assert_eq!(json["terms"][0]["tree"], serde_json::json!(["word contract"]));
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_path_buf()];
    while let Some(next) = left.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().display().to_string(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}
