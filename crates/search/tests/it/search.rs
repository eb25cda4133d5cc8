//! Searches over a small matter: counts, hits, conditions, errors.

use duces_model::{AttachmentRole, Body, Custodian, UnitRule};
use duces_search::{Clip, Criteria, Outcome, Plan, Scope, SearchError, run};

use crate::fixture::{Fixture, Said, direct, group, said, shanghai, stored};

/// A group and a 1:1 that two custodians hold, over three days.
pub fn matter() -> Fixture {
    let conversations = [group("g@chatroom", "合同组"), direct("wxid_ann", "wxid_bob", "Ann, Bob")];
    let both = vec!["Chen Lihua", "Bob Li"];
    let said_in = [
        said(0, "2024-03-05 09:00:00", "ann", "The contract is ready, 请签合同"),
        said(0, "2024-03-05 09:01:00", "chen", "I signed it"),
        said(0, "2024-03-06 10:00:00", "chen", "Lunch? 😀"),
        Said { custodians: both.clone(), ..said(1, "2024-03-06 11:00:00", "ann", "wire, transfer done") },
        Said { custodians: both.clone(), ..said(1, "2024-03-06 11:05:00", "ann", "contract") },
        Said { custodians: vec!["Bob Li"], ..said(1, "2024-03-07 08:00:00", "ann", "contract contract") },
    ];
    let mut said_in = said_in.to_vec();
    said_in[2].body = Body::File { name: "Contract final.pdf".into(), size: None };
    said_in[2].attachments = vec![stored(AttachmentRole::File, Some("Contract final.pdf"), "application/pdf", "%PDF")];
    Fixture::new(&conversations, &said_in)
}

fn ask(query: &str) -> Criteria {
    Criteria { query: query.into(), ..Criteria::all(shanghai()) }
}

fn counts(outcome: &Outcome) -> (usize, u64, u64, u64) {
    (outcome.messages.len(), outcome.documents, outcome.conversations, outcome.custodians)
}

/// Each row: criteria, then messages, documents, conversations and custodians.
#[test]
fn counts_are_of_messages_documents_conversations_and_custodians() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    let day = |text: &str| Some(text.parse().unwrap());
    let documents = |query: &str| Criteria { scope: Scope::Document, ..ask(query) };
    let rows = [
        (ask(""), (6, 4, 2, 2)),
        (ask("contract"), (4, 4, 2, 2)),
        (ask("合同"), (1, 1, 1, 1)),
        (ask("NOT contract"), (2, 2, 2, 2)),
        (ask("\"wire transfer\""), (1, 1, 1, 2)),
        (ask("nothing"), (0, 0, 0, 0)),
        (ask("contract w/5 sign*"), (0, 0, 0, 0)),
        (Criteria { unit: UnitRule::Conversation, ..ask("contract") }, (4, 2, 2, 2)),
        (Criteria { conversations: vec!["合同组".into()], ..ask("contract") }, (2, 2, 1, 1)),
        (Criteria { conversations: vec!["g@chatroom".into()], ..ask("") }, (3, 2, 1, 1)),
        (Criteria { participants: vec!["wxid_bob".into()], ..ask("") }, (3, 2, 1, 2)),
        (Criteria { participants: vec!["chen".into()], ..ask("") }, (3, 2, 1, 1)),
        (Criteria { participants: vec!["ann".into()], ..ask("") }, (6, 4, 2, 2)),
        (Criteria { custodians: vec![Custodian("Bob Li".into())], ..ask("contract") }, (2, 2, 1, 2)),
        (Criteria { clip: Clip { from: day("2024-03-06"), to: day("2024-03-06") }, ..ask("contract") }, (2, 2, 2, 2)),
        (Criteria { max_events: 1, ..ask("contract") }, (4, 4, 2, 2)),
        (Criteria { max_events: 1, ..ask("") }, (6, 6, 2, 2)),
        (documents(""), (6, 4, 2, 2)),
        (documents("contract"), (4, 4, 2, 2)),
        // Across messages, and from a sender line into a message.
        (documents("contract w/20 signed"), (2, 1, 1, 1)),
        (documents("chen w/8 signed"), (1, 1, 1, 1)),
        // In headers alone: no message is hit.
        (documents("WeChat"), (0, 4, 2, 2)),
        (documents("NOT signed"), (0, 3, 2, 2)),
    ];
    for (criteria, expected) in rows {
        for verify_full in [false, true] {
            let criteria = Criteria { verify_full, ..criteria.clone() };
            let outcome = run(&reader, &criteria, now).unwrap();
            assert_eq!(counts(&outcome), expected, "{criteria:?}");
            assert!(outcome.messages.is_sorted());
        }
    }
}

#[test]
fn hits_come_in_reading_order_with_their_places() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    let outcome = run(&reader, &ask("contract OR 合同"), now).unwrap();
    let hits: Vec<_> = outcome
        .hits
        .iter()
        .map(|hit| {
            let found: Vec<&str> = hit.ranges.iter().map(|(start, end)| &hit.text[*start..*end]).collect();
            (hit.conversation.as_str(), hit.time.as_deref().unwrap(), hit.sender.as_deref().unwrap(), found)
        })
        .collect();
    assert_eq!(
        hits,
        [
            ("Ann, Bob", "2024-03-06 11:05:00", "ann", vec!["contract"]),
            ("Ann, Bob", "2024-03-07 08:00:00", "ann", vec!["contract", "contract"]),
            ("合同组", "2024-03-05 09:00:00", "ann", vec!["contract", "合同"]),
            ("合同组", "2024-03-06 10:00:00", "chen", vec!["Contract"]),
        ]
    );
    let some = run(&reader, &Criteria { limit: 1, ..ask("contract") }, now).unwrap();
    assert_eq!((some.hits.len(), some.messages.len()), (1, 4));
}

#[test]
fn hits_in_documents_lie_in_a_message_or_the_header() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    let criteria = Criteria { scope: Scope::Document, ..ask("signed OR 合同组") };
    let outcome = run(&reader, &criteria, now).unwrap();
    let hits: Vec<_> = outcome
        .hits
        .iter()
        .map(|hit| (hit.number, hit.day.to_string(), &hit.text[hit.ranges[0].0..hit.ranges[0].1]))
        .collect();
    assert_eq!(
        hits,
        [
            (None, "2024-03-05".into(), "合同组"),
            (Some(2), "2024-03-05".into(), "signed"),
            (None, "2024-03-06".into(), "合同组")
        ]
    );
    assert_eq!(outcome.hits[1].text, "#2 2024-03-05 09:01:00 chen (wxid_chen)\nI signed it");
}

#[test]
fn json_has_the_counts_and_says_what_they_rest_on() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    let outcome = run(&reader, &Criteria { limit: 0, ..ask("contract  or 合同") }, now).unwrap();
    let json = serde_json::to_value(&outcome).unwrap();
    for (key, value) in [
        ("messages", 4.into()),
        ("documents", 4.into()),
        ("conversations", 2.into()),
        ("custodians", 2.into()),
        ("scope", "message".into()),
        ("zone", "Asia/Shanghai".into()),
        ("as_of", now.0.into()),
        ("hits", serde_json::Value::Array(Vec::new())),
        ("plan", serde_json::json!({"index": {"candidates": 4}})),
    ] {
        assert_eq!(json[key], value, "{key} in {json}");
    }
    assert!(json["normalisation"].as_str().unwrap().starts_with("duces-1"));
}

#[test]
fn an_answer_holds_as_of_its_point_of_the_ledger() {
    let fixture = matter();
    let (reader, before) = fixture.reader();
    let first = run(&reader, &ask("contract"), before).unwrap();
    fixture.add(&[group("g@chatroom", "合同组")], &[said(0, "2024-03-05 09:00:30", "ann", "contract")], 100);
    let (reader, after) = fixture.reader();
    assert_eq!(run(&reader, &ask("contract"), before).unwrap().messages, first.messages);
    assert_eq!(run(&reader, &ask("contract"), after).unwrap().messages.len(), 5);
}

#[test]
fn many_candidates_are_scanned_for() {
    let talk = [group("g@chatroom", "G")];
    let many: Vec<Said> = (0..4_500)
        .map(|n| said(0, &format!("2024-03-{:02} 10:00:00", n % 28 + 1), "a", if n < 4_100 { "的" } else { "签" }))
        .collect();
    let fixture = Fixture::new(&talk, &many);
    let (reader, now) = fixture.reader();
    let common = run(&reader, &ask("的"), now).unwrap();
    assert_eq!((common.plan, common.messages.len(), common.documents), (Plan::Scan, 4_100, 28));
    let rare = run(&reader, &ask("签"), now).unwrap();
    assert_eq!((rare.plan, rare.messages.len()), (Plan::Index { candidates: 400 }, 400));
    // Within one day there are few candidates again, and few messages.
    let day = "2024-03-07".parse().ok();
    let clipped = run(&reader, &Criteria { clip: Clip { from: day, to: day }, ..ask("的") }, now).unwrap();
    assert!(matches!(clipped.plan, Plan::Index { candidates } if candidates < 600), "{:?}", clipped.plan);
    assert_eq!((clipped.messages.len(), clipped.documents), (147, 1));
    let sliced = run(&reader, &Criteria { unit: UnitRule::Conversation, max_events: 1_000, ..ask("签") }, now).unwrap();
    assert_eq!(sliced.documents, 5);
}

#[test]
fn a_damaged_index_is_found_out() {
    let fixture = matter();
    let database = rusqlite::Connection::open(fixture.database()).unwrap();
    let mut text = String::new();
    duces_query::index_text("contract", &mut text);
    database.execute("INSERT INTO fts (fts, rowid, text) VALUES ('delete', 5, ?)", [text]).unwrap();
    drop(database);
    let (reader, now) = fixture.reader();
    assert_eq!(run(&reader, &ask("contract"), now).unwrap().messages.len(), 3);
    let refused = run(&reader, &Criteria { verify_full: true, ..ask("contract") }, now).unwrap_err();
    assert!(matches!(refused, SearchError::IndexDisagrees { missed: 1, total: 4, first: 5 }), "{refused}");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    let rows = [
        (ask("a OR b AND c"), "mixed"),
        (
            Criteria { custodians: vec![Custodian("Chen Lihau".into())], ..ask("") },
            "no custodian `Chen Lihau` in the matter; did you mean `Chen Lihua`?",
        ),
        (
            Criteria { conversations: vec!["g@chatrom".into()], ..ask("") },
            "no conversation `g@chatrom` in the matter; did you mean `g@chatroom`?",
        ),
        (Criteria { participants: vec!["nobody".into()], ..ask("") }, "no participant `nobody` in the matter"),
        (
            Criteria { clip: Clip { from: "2024-03-06".parse().ok(), to: "2024-03-05".parse().ok() }, ..ask("") },
            "the dates 2024-03-06 to 2024-03-05 hold no day; the first must not be after the last",
        ),
    ];
    for (criteria, message) in rows {
        let error = run(&reader, &criteria, now).unwrap_err();
        assert!(error.is_request());
        if !matches!(error, SearchError::Query(_)) {
            assert_eq!(error.to_string(), message);
        }
    }
}
