//! Rows only grow, and each position of the ledger keeps its answer.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use duces_archive::{ArchiveError, AsOf, Attribution, MessageFilter, Prepared, Reader};
use duces_model::{Body, Custodian, MessageId, RecordState, Sender, Zone};
use duces_query::{Candidates, Fts5Expr, candidates, parse};
use rusqlite::Connection;

use crate::{House, add, all, group, millis};

fn ids_of(reader: &Reader, filter: &MessageFilter, as_of: AsOf) -> Vec<MessageId> {
    reader.message_times(filter, as_of).unwrap().into_iter().map(|(id, _)| id).collect()
}

#[test]
fn evidence_cannot_be_changed_or_deleted() {
    let house = House::new();
    house.import("Ann", &["one", "two"]);
    let connection = Connection::open(house.database()).unwrap();
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'fts%' ORDER BY name")
        .unwrap();
    let tables: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.len() >= 16, "{tables:?}");
    for table in tables {
        let column: String = connection
            .query_row("SELECT name FROM pragma_table_info(?) ORDER BY cid DESC LIMIT 1", [&table], |row| row.get(0))
            .unwrap();
        let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        let triggers: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", [&table], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(triggers, 2, "{table}");
        if rows > 0 {
            for sql in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET {column} = {column}")] {
                let error = connection.execute(&sql, []).unwrap_err();
                assert!(error.to_string().contains("only grows"), "{sql}: {error}");
            }
        }
    }
}

#[test]
fn a_position_keeps_its_answer() {
    let house = House::new();
    let first = house.import("Ann", &["one", "two"]);
    let before = all(&house.reader(), first);
    assert_eq!(before.len(), 2);
    assert_eq!(before[0].custodians, [Custodian("Ann".into())]);

    let mut writer = house.matter.writer(Attribution::default()).unwrap();
    let bob = writer.custodian(&Custodian("Bob".into())).unwrap();
    let id = before[0].id;
    writer.add_holding(id, bob, RecordState::Recalled).unwrap();
    let sender = Sender { native_id: Some("wxid_a".into()), name: Some("Ann Lee".into()) };
    let prepared = Prepared::of(Some(&sender), &Body::text_of("one, edited"), &[], &duces_model::Marks::default());
    writer.add_version(id, Some(&sender), &prepared, "edited").unwrap();
    let conversation = writer.conversation(&group()).unwrap();
    writer.add_title(conversation, "Renamed").unwrap();
    let second = writer.commit("test", serde_json::json!({})).unwrap().unwrap();
    drop(writer);

    let reader = house.reader();
    assert_eq!(all(&reader, first), before);
    assert_eq!(reader.conversations(first).unwrap()[0].title, "Project");
    assert_eq!(reader.custodians(first).unwrap().len(), 1);
    let after = all(&reader, second);
    assert_eq!(after[0].body, Body::text_of("one, edited"));
    assert_eq!(after[0].state, RecordState::Recalled);
    assert_eq!(after[0].custodians.len(), 2);
    let sender = after[0].sender.as_ref().unwrap();
    assert_eq!((sender.native_id.as_deref(), sender.name.as_deref()), (Some("wxid_a"), Some("Ann Lee")));
    assert_eq!(reader.conversations(second).unwrap()[0].title, "Renamed");
    assert_eq!(reader.now().unwrap(), second);
    assert_eq!(all(&reader, AsOf(1)), []);
}

#[test]
fn what_is_not_committed_is_not_there() {
    let house = House::new();
    let mut writer = house.matter.writer(Attribution::default()).unwrap();
    add(&mut writer, "Ann", &["lost"]);
    drop(writer);
    let reader = house.reader();
    assert_eq!(reader.now().unwrap(), AsOf(1));
    assert_eq!(reader.count_messages(AsOf(99)).unwrap(), 0);
    let mut writer = house.matter.writer(Attribution::default()).unwrap();
    assert_eq!(writer.commit("nothing", serde_json::json!({})).unwrap(), None);
}

#[test]
fn filters_let_through_what_they_say() {
    let house = House::new();
    house.import("Ann", &["one", "two", "three", "four"]);
    let reader = house.reader();
    let as_of = reader.now().unwrap();
    let check = |filter: MessageFilter, expected: &[&str]| {
        let mut found = Vec::new();
        let mut each = |message: duces_model::Message| {
            found.push((message.id, message.text()));
            Ok(ControlFlow::Continue(()))
        };
        reader.messages(&filter, as_of, &mut each).unwrap();
        let texts: Vec<_> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, expected);
        let times: Vec<_> = reader.message_times(&filter, as_of).unwrap().into_iter().map(|(id, _)| id).collect();
        assert_eq!(times, found.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    };
    check(MessageFilter::default(), &["one", "two", "three", "four"]);
    let (from, to) = (Some(millis(60_000)), Some(millis(180_000)));
    check(MessageFilter { from, to, ..MessageFilter::default() }, &["two", "three"]);
    check(MessageFilter { custodians: vec![Custodian("Bob".into())], ..MessageFilter::default() }, &[]);
    check(MessageFilter { conversations: Some(Vec::new()), ..MessageFilter::default() }, &[]);
    let keys = Some(vec![group().key]);
    check(MessageFilter { conversations: keys, ..MessageFilter::default() }, &["one", "two", "three", "four"]);
    check(MessageFilter { senders: vec!["wxid_b".into()], ..MessageFilter::default() }, &[]);
    let senders = vec!["wxid_a".into()];
    check(MessageFilter { senders, from, ..MessageFilter::default() }, &["two", "three", "four"]);

    let mut first = None;
    let mut each = |message: duces_model::Message| {
        assert!(first.replace(message.id).is_none(), "it went on after a break");
        Ok(ControlFlow::Break(()))
    };
    reader.messages(&MessageFilter::default(), as_of, &mut each).unwrap();
    let mut backwards = ids_of(&reader, &MessageFilter::default(), as_of);
    backwards.reverse();
    let mut ids = Vec::new();
    let mut each = |message: duces_model::Message| {
        ids.push(message.id);
        Ok(ControlFlow::Continue(()))
    };
    reader.by_ids(&backwards, as_of, &mut each).unwrap();
    assert_eq!(ids, backwards);
}

#[test]
fn the_index_finds_every_version() {
    let house = House::new();
    house.import("Ann", &["请尽快签合同。", "the contract, signed", "a😀b", ""]);
    let mut writer = house.matter.writer(Attribution::default()).unwrap();
    let ids = ids_of(&house.reader(), &MessageFilter::default(), AsOf(9));
    let prepared = Prepared::of(None, &Body::text_of("termination 通知"), &[], &duces_model::Marks::default());
    writer.add_version(ids[1], None, &prepared, "edited").unwrap();
    writer.commit("test", serde_json::json!({})).unwrap();
    drop(writer);
    let reader = house.reader();
    let find = |query: &str| -> Vec<MessageId> {
        let parsed = parse(query).unwrap();
        let narrowed: Candidates = candidates(&parsed);
        match narrowed.to_fts5(|pattern| reader.vocabulary(pattern, 1_000).unwrap()) {
            Fts5Expr::Match(expression) => reader.candidates(&expression).unwrap(),
            other => panic!("{query}: {other:?}"),
        }
    };
    assert_eq!(find("合同"), [ids[0]]);
    assert_eq!(find("contract"), [ids[1]]);
    assert_eq!(find("通知"), [ids[1]]);
    assert_eq!(find("term*"), [ids[1]]);
    assert_eq!(find("*nation"), [ids[1]]);
    assert_eq!(find("😀"), [ids[2]]);
    assert_eq!(find("款"), []);
}

#[test]
fn records_give_back_their_bytes_and_their_days() {
    let house = House::new();
    house.import("Ann", &["one", "", "three"]);
    let reader = house.reader();
    let as_of = reader.now().unwrap();
    let ids = ids_of(&reader, &MessageFilter::default(), as_of);
    let raws: Vec<_> = ids.iter().map(|id| reader.raw(*id, as_of).unwrap().remove(0).raw).collect();
    assert_eq!(raws, [b"one".to_vec(), b"".to_vec(), b"three".to_vec()]);
    assert_eq!(reader.raw(ids[0], AsOf(1)).unwrap(), []);
    let days = reader.records_per_day(&Zone::named("Asia/Shanghai").unwrap(), as_of).unwrap();
    assert_eq!(days.len(), 1);
    assert_eq!((days[0].records, days[0].duplicates, days[0].day.to_string().as_str()), (3, 0, "1970-01-01"));
}

#[test]
fn raw_bytes_that_changed_are_refused() {
    let house = House::new();
    let as_of = house.import("Ann", &["one two three four five six seven eight nine ten", "x"]);
    let connection = Connection::open(house.database()).unwrap();
    connection.execute_batch("DROP TRIGGER chunk_no_update").unwrap();
    connection.execute("UPDATE chunk SET digest = zeroblob(32)", []).unwrap();
    let reader = house.reader();
    let ids: BTreeSet<_> = ids_of(&reader, &MessageFilter::default(), as_of).into_iter().collect();
    for id in ids {
        assert!(matches!(reader.raw(id, as_of), Err(ArchiveError::Damaged { .. })));
    }
}
