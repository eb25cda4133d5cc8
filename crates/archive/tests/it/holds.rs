//! Legal holds: what is held is what the scope says, now and later, and what is removed, changed or forged is found out.

use std::collections::BTreeSet;

use duces_archive::{
    ArchiveError, AsOf, Attribution, Hold, HoldPeriod, HoldRelease, HoldReport, HoldScope, Matter, NewHold, Prepared,
};
use duces_model::{Body, Custodian, Marks, MessageId, RecordState, Sender, UtcMillis, Zone};
use rusqlite::Connection;

use crate::{House, all, group, millis};

#[path = "holds/random.rs"]
mod random;

fn on_everything(name: &str) -> NewHold {
    NewHold {
        name: name.into(),
        matter: "Meridian v. Aster".into(),
        reason: "litigation is expected".into(),
        authority: "Li Na, general counsel".into(),
        scope: HoldScope::default(),
        everything: true,
        not_yet_collected: false,
    }
}

fn on(name: &str, scope: HoldScope) -> NewHold {
    NewHold { scope, everything: false, ..on_everything(name) }
}

fn of_custodian(name: &str) -> HoldScope {
    HoldScope { custodians: vec![Custodian(name.into())], ..HoldScope::default() }
}

fn ending(name: &str) -> HoldRelease {
    HoldRelease { name: name.into(), reason: "settled".into(), authority: "Li Na".into() }
}

fn place(matter: &Matter, new: &NewHold) -> Hold {
    let at = Attribution { at: Some(UtcMillis::new(1_700_000_000_000).unwrap()), by: Some("ana".into()) };
    matter.place_hold(new, &at).unwrap()
}

fn codes(report: &HoldReport) -> BTreeSet<&'static str> {
    report.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn a_hold_is_two_entries_of_the_ledger() {
    let house = House::new();
    house.import("Ann", &["one", "two"]);
    let hold = place(&house.matter, &on_everything("Meridian"));
    assert_eq!((hold.placed.seq, hold.placed.by.as_deref()), (3, Some("ana")));
    assert_eq!((hold.placed.held.messages, hold.placed.held.records, hold.placed.held.conversations), (2, 2, 1));
    assert_eq!((hold.placed.held.first, hold.placed.held.last), (Some(millis(0)), Some(millis(60_000))));
    let released = house.matter.release_hold(&ending("Meridian"), &Attribution::default()).unwrap();
    assert!(!released.is_active());
    assert_eq!(released.released.as_ref().unwrap().held, hold.placed.held);
    let mut acts = Vec::new();
    let reader = house.reader();
    reader
        .ledger(&mut |entry, bytes| {
            assert_eq!(serde_json::to_vec(&entry).unwrap(), bytes, "an entry has one form");
            acts.push(entry.act);
            Ok(())
        })
        .unwrap();
    assert_eq!(acts[2..], ["hold.place", "hold.release"]);
    assert_eq!(reader.holds().unwrap().holds, [released]);
    assert_eq!(reader.check().unwrap(), Vec::<String>::new());
    let report = house.matter.hold_report(None).unwrap();
    assert_eq!(codes(&report), BTreeSet::new());
    assert_eq!(report.holds[0].holds.messages, 2, "what it held last");
}

#[test]
fn what_cannot_be_answered_for_is_refused() {
    let house = House::new();
    house.import("Ann", &["one"]);
    place(&house.matter, &on_everything("Meridian"));
    let entries = house.reader().now().unwrap();
    let no_authority = NewHold { authority: " ".into(), ..on_everything("b") };
    let no_reason = NewHold { reason: String::new(), ..on_everything("b") };
    let no_scope = NewHold { everything: false, ..on_everything("b") };
    let both = NewHold { everything: true, ..on("b", of_custodian("Ann")) };
    let rows = [
        (no_authority, "the authority is blank"),
        (no_reason, "the reason is blank"),
        (no_scope, "which would hold everything"),
        (both, "a hold on everything names no custodian"),
        (on_everything(" b"), "no name of a hold"),
        (on_everything("b\u{7}"), "no name of a hold"),
        (on_everything("meridian"), "there is a hold `Meridian` already"),
        (on("b", of_custodian("Anne")), "no custodian is called `Anne`"),
        (
            on("b", HoldScope { conversations: vec!["Projekt".into()], ..HoldScope::default() }),
            "no conversation is called `Projekt`",
        ),
    ];
    for (new, said) in rows {
        let error = house.matter.place_hold(&new, &Attribution::default()).unwrap_err();
        assert!(matches!(error, ArchiveError::Hold { .. }) && error.to_string().contains(said), "{said}: {error}");
    }
    let release = |name: &str, reason: &str, authority: &str| {
        let release = HoldRelease { name: name.into(), reason: reason.into(), authority: authority.into() };
        house.matter.release_hold(&release, &Attribution::default()).unwrap_err().to_string()
    };
    assert!(release("Meridian", "", "Li Na").contains("the reason is blank"));
    assert!(release("Meridian", "settled", " ").contains("the authority is blank"));
    assert!(release("Aster", "settled", "Li Na").contains("there is no hold `Aster`"));
    assert_eq!(house.reader().now().unwrap(), entries, "nothing of this left a trace");
    house.matter.release_hold(&ending("meridian"), &Attribution::default()).unwrap();
    assert!(release("Meridian", "again", "Li Na").contains("was released by Li Na: settled"));
    let error = house.matter.place_hold(&on_everything("Meridian"), &Attribution::default()).unwrap_err();
    assert!(error.to_string().contains("it was released"), "no name is used twice: {error}");
}

#[test]
fn a_conversation_is_named_by_id_or_by_the_title_it_bears_now() {
    let house = House::new();
    house.import("Ann", &["one"]);
    for (at, asked) in [group().key.as_str(), "1@chatroom", "Project"].into_iter().enumerate() {
        let scope = HoldScope { conversations: vec![asked.into()], ..HoldScope::default() };
        let hold = place(&house.matter, &on(&at.to_string(), scope));
        assert_eq!(hold.placed.held.messages, 1, "{asked}");
        // A title is another's tomorrow, so the key is what is kept.
        let kept = if asked == "Project" { group().key.as_str().to_owned() } else { asked.to_owned() };
        assert_eq!(hold.scope.conversations, [kept]);
    }
}

#[test]
fn what_comes_later_is_held_too_and_days_are_those_of_the_zone() {
    let house = House::new();
    let scope = HoldScope { conversations: vec!["1@chatroom".into()], ..of_custodian("Bob") };
    let new = NewHold { not_yet_collected: true, ..on("later", scope) };
    let hold = place(&house.matter, &new);
    assert_eq!((hold.placed.held.messages, hold.placed.held.first), (0, None));
    assert_eq!(codes(&house.matter.hold_report(None).unwrap()), BTreeSet::from(["HOLD_EMPTY"]));
    house.import("Ann", &["one"]);
    house.import("Bob", &["two", "three"]);
    let reader = house.reader();
    let now = reader.now().unwrap();
    assert_eq!(reader.held(&hold.scope, now).unwrap().messages, 2);
    assert_eq!(codes(&house.matter.hold_report(None).unwrap()), BTreeSet::new());

    // The texts were sent at 1970-01-01T00:00Z and a minute later: at New York it was the day before.
    let period = |from: &str, to: &str, zone: &str| {
        let day = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        HoldPeriod::of_days(day(from), day(to), &Zone::named(zone).unwrap()).unwrap()
    };
    let held = |period| reader.held(&HoldScope { period, ..HoldScope::default() }, now).unwrap().messages;
    assert_eq!(held(period("1970-01-01", "1970-01-01", "UTC")), 3);
    assert_eq!(held(period("1970-01-01", "", "America/New_York")), 0);
    assert_eq!(held(period("", "1969-12-31", "America/New_York")), 3);
    assert_eq!(held(period("", "1969-12-31", "UTC")), 0);
    assert_eq!(HoldPeriod::of_days(None, None, &Zone::utc()).unwrap(), None);
    let backwards =
        HoldPeriod::of_days(Some("2024-03-06".parse().unwrap()), Some("2024-03-05".parse().unwrap()), &Zone::utc());
    assert!(backwards.unwrap_err().to_string().contains("it ends before it begins"));
}

#[test]
fn an_edit_and_a_recall_add_and_change_nothing_that_is_held() {
    let house = House::new();
    house.import("Ann", &["one", "two"]);
    let before = house.reader().now().unwrap();
    let hold = place(&house.matter, &on("Ann's", of_custodian("Ann")));
    let texts = all(&house.reader(), before);

    let mut writer = house.matter.writer(Attribution::default()).unwrap();
    let bob = writer.custodian(&Custodian("Bob".into())).unwrap();
    writer.add_holding(MessageId(1), bob, RecordState::Recalled).unwrap();
    let sender = Sender { native_id: Some("wxid_a".into()), name: Some("Ann".into()) };
    let prepared = |text| Prepared::of(Some(&sender), &Body::text_of(text), &[], &Marks::default());
    writer.add_version(MessageId(1), Some(&sender), &prepared("one, edited"), "edited").unwrap();
    writer.add_version_named(MessageId(2), Some("6"), Some(&sender), &prepared("sent"), "took the place").unwrap();
    writer.commit("import.batch", serde_json::json!({})).unwrap();
    drop(writer);

    let reader = house.reader();
    let now = reader.now().unwrap();
    assert_eq!(all(&reader, before), texts, "the earlier versions stand");
    assert_eq!(all(&reader, now)[0].text(), "one, edited");
    assert_eq!(reader.held(&hold.scope, AsOf(hold.placed.seq)).unwrap(), hold.placed.held);
    let held = reader.held(&hold.scope, now).unwrap();
    assert_eq!((held.messages, held.versions, held.custodians.len()), (2, 2, 2));
    assert_ne!(held.sha256, hold.placed.held.sha256);
    let report = house.matter.hold_report(None).unwrap();
    assert_eq!(codes(&report), BTreeSet::from(["HOLD_VERSIONS"]), "{:?}", report.findings);
}

#[test]
fn a_record_stays_held_while_any_hold_stands() {
    let house = House::new();
    let end = house.import("Ann", &["one", "two"]);
    place(&house.matter, &on("Ann's", of_custodian("Ann")));
    place(
        &house.matter,
        &on("the group's", HoldScope { conversations: vec!["1@chatroom".into()], ..HoldScope::default() }),
    );
    let held = || {
        let reader = house.reader();
        let holds = reader.holds().unwrap();
        let each = holds.active().flat_map(|hold| reader.held_ids(&hold.scope, end).unwrap());
        each.collect::<BTreeSet<_>>().len()
    };
    assert_eq!(held(), 2);
    house.matter.release_hold(&ending("Ann's"), &Attribution::default()).unwrap();
    assert_eq!(held(), 2);
    house.matter.release_hold(&ending("the group's"), &Attribution::default()).unwrap();
    assert_eq!(held(), 0);
}

#[test]
fn the_lock_keeps_holds_apart_from_imports() {
    let house = House::new();
    let writer = house.matter.writer(Attribution::default()).unwrap();
    let error = house.matter.place_hold(&on_everything("a"), &Attribution::default()).unwrap_err();
    assert!(matches!(error, ArchiveError::Locked { .. }), "{error}");
    drop(writer);
    place(&house.matter, &on_everything("a"));
    let _writer = house.matter.writer(Attribution::default()).unwrap();
    let error = house.matter.release_hold(&ending("a"), &Attribution::default()).unwrap_err();
    assert!(matches!(error, ArchiveError::Locked { .. }), "{error}");
}

/// A matter under hold, with an import after it, opened as another program would: without the archive's gate.
fn opened() -> (House, Connection) {
    let house = House::new();
    house.import("Ann", &["one", "two"]);
    place(&house.matter, &on_everything("first"));
    house.import("Bob", &["three"]);
    place(&house.matter, &on("Bob's", of_custodian("Bob")));
    let connection = Connection::open(house.database()).unwrap();
    (house, connection)
}

#[test]
fn the_database_refuses_other_programs_too() {
    let (house, connection) = opened();
    for sql in [
        "DELETE FROM message",
        "UPDATE message SET content = 'forged' WHERE id = 1",
        "DELETE FROM record WHERE id = 1",
        "DELETE FROM ledger WHERE seq = 5",
        "UPDATE ledger SET entry = x'00'",
        "DELETE FROM version",
        "DELETE FROM chunk",
        // Most programs fire no trigger for the row that is replaced.
        "REPLACE INTO ledger VALUES (3, x'00', x'00')",
        "REPLACE INTO custodian VALUES (1, 2, 'Mallory')",
        "REPLACE INTO custodian VALUES (7, 2, 'Ann')",
        "INSERT OR REPLACE INTO message SELECT id, since, conversation, native_id, sender, sender_name, sent, sent_raw, \
         sequence, form, 'forged', attachments, marks, custodian, state, rule FROM message WHERE id = 1",
    ] {
        match connection.execute(sql, []) {
            // A table without rows has none to refuse.
            Ok(0) => {}
            Ok(n) => panic!("{sql}: {n}"),
            Err(error) => assert!(error.to_string().contains("only grows"), "{sql}: {error}"),
        }
    }
    assert_eq!(codes(&house.matter.hold_report(None).unwrap()), BTreeSet::new());
    house.import("Cen", &["the archive itself goes on"]);
    assert_eq!(house.reader().check().unwrap(), Vec::<String>::new());
}

/// Does something to the database that its triggers would refuse, putting them back afterwards.
fn forged(sql: &str) -> BTreeSet<&'static str> {
    let (house, connection) = opened();
    let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").unwrap();
    let triggers: Vec<(String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    for (name, _) in &triggers {
        connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    connection.execute_batch(sql).unwrap();
    for (_, sql) in &triggers {
        connection.execute_batch(sql).unwrap();
    }
    let report = house.matter.hold_report(None).unwrap();
    if codes(&report).contains("HOLD_LEDGER") {
        let error = house.matter.place_hold(&on_everything("third"), &Attribution::default()).unwrap_err();
        assert!(matches!(error, ArchiveError::Damaged { .. }), "{error}");
    }
    codes(&report)
}

#[test]
fn whatever_is_forged_is_found_out() {
    assert_eq!(forged(""), BTreeSet::new());
    for sql in [
        "UPDATE message SET content = 'forged' WHERE id = 1",
        "DELETE FROM message WHERE id = 2",
        "DELETE FROM record WHERE id = 1",
        "UPDATE record SET start = start + 1 WHERE id = 1",
        "UPDATE message SET sent = sent + 1 WHERE id = 1",
    ] {
        let found = forged(sql);
        assert!(found.contains("HOLD_CHANGED") && found.contains("HOLD_ROWS"), "{sql}: {found:?}");
    }
    assert_eq!(forged("UPDATE chunk SET packed = x'00' WHERE id = 1"), BTreeSet::from(["HOLD_ROWS"]));
    for sql in [
        "UPDATE ledger SET entry = CAST(replace(CAST(entry AS TEXT), 'counsel', 'manager') AS BLOB) WHERE seq = 3",
        "UPDATE ledger SET entry = CAST(replace(CAST(entry AS TEXT), 'hold.place', 'hold.plate') AS BLOB) WHERE seq = 3",
        "UPDATE ledger SET entry = x'7B' WHERE seq = 3",
        "DELETE FROM ledger WHERE seq = 3",
        "UPDATE ledger SET leaf = x'00' WHERE seq = 5",
        // Whoever computes the hash anew is held by the head in the next hold's entry; here only the order is changed.
        "CREATE TEMP TABLE kept AS SELECT * FROM ledger; DELETE FROM ledger WHERE seq IN (3, 4);
         INSERT INTO ledger SELECT 7 - seq, entry, leaf FROM kept WHERE seq IN (3, 4)",
    ] {
        let found = forged(sql);
        assert!(found.contains("HOLD_LEDGER"), "{sql}: {found:?}");
    }
}

#[test]
fn a_forger_who_computes_the_hashes_anew_is_held_by_the_heads() {
    let (house, connection) = opened();
    let kept = house.reader().head().unwrap();
    connection.execute_batch("DROP TRIGGER ledger_no_update").unwrap();
    let entry: Vec<u8> = connection.query_row("SELECT entry FROM ledger WHERE seq = 3", [], |row| row.get(0)).unwrap();
    let entry = String::from_utf8(entry).unwrap().replace("general counsel", "office manager").into_bytes();
    let leaf = duces_archive::merkle::leaf_hash(&entry);
    connection
        .execute("UPDATE ledger SET entry = ?, leaf = ? WHERE seq = 3", rusqlite::params![entry, leaf.as_bytes()])
        .unwrap();
    let report = house.matter.hold_report(None).unwrap();
    assert_eq!(codes(&report), BTreeSet::from(["HOLD_LEDGER", "HOLD_GUARD"]));
    let text = &report.findings[0].text;
    assert!(text.contains("an earlier entry was changed"), "{text}");
    // The head of an earlier report says so too, also where no later hold does.
    let report = house.matter.hold_report(Some(kept)).unwrap();
    assert!(
        report.findings.iter().any(|finding| finding.text.contains("did not grow out of")),
        "{:?}",
        report.findings
    );
}

#[test]
fn an_entry_that_was_cut_off_is_told_by_the_head_of_an_earlier_report() {
    let (house, connection) = opened();
    let kept = house.matter.hold_report(None).unwrap().head;
    assert_eq!(house.matter.hold_report(Some(kept)).unwrap().findings, []);
    connection.execute_batch("DROP TRIGGER ledger_no_delete; DELETE FROM ledger WHERE seq = 5").unwrap();
    assert_eq!(house.reader().holds().unwrap().holds.len(), 1);
    let report = house.matter.hold_report(Some(kept)).unwrap();
    assert_eq!(codes(&report), BTreeSet::from(["HOLD_LEDGER", "HOLD_GUARD"]));
}

#[test]
fn what_contradicts_itself_in_the_ledger_is_told() {
    let over = |name: &str, acts: &[&str]| {
        let house = House::new();
        let hold = place(&house.matter, &on_everything("one"));
        for (at, act) in acts.iter().enumerate() {
            let mut writer = house.matter.writer(Attribution::default()).unwrap();
            writer.custodian(&Custodian(format!("an act is over something: {at}"))).unwrap();
            let over = serde_json::json!({ "hold": name, "placed": hold.placed.seq, "matter": "m", "reason": "r",
                "authority": "a", "scope": {}, "held": hold.placed.held, "head": house.reader().head().unwrap() });
            writer.commit(act, over).unwrap();
        }
        let holds = house.reader().holds().unwrap();
        holds.findings.into_iter().map(|finding| finding.text).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(over("two", &["hold.place"]), "");
    assert!(over("ONE", &["hold.place"]).contains("is placed a second time"));
    assert!(over("two", &["hold.release"]).contains("is released and does not stand"));
    assert_eq!(over("one", &["hold.release"]), "");
    assert!(over("one", &["hold.release", "import.batch", "hold.release"]).contains("does not stand"));
    let house = House::new();
    let mut writer = house.matter.writer(Attribution::default()).unwrap();
    writer.custodian(&Custodian("Ann".into())).unwrap();
    writer.commit("hold.place", serde_json::json!({ "hold": 1 })).unwrap();
    drop(writer);
    assert!(house.reader().holds().unwrap().findings[0].text.contains("cannot be read"));
}

#[test]
fn a_trigger_that_was_taken_out_is_told_and_put_back_with_the_next_hold() {
    let (house, connection) = opened();
    connection.execute_batch("DROP TRIGGER message_no_delete; DROP TRIGGER record_no_replace").unwrap();
    let report = house.matter.hold_report(None).unwrap();
    let texts: Vec<&str> = report.findings.iter().map(|finding| finding.text.as_str()).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].contains("`message_no_delete`") && texts[1].contains("`record_no_replace`"), "{texts:?}");
    place(&house.matter, &on_everything("third"));
    assert_eq!(codes(&house.matter.hold_report(None).unwrap()), BTreeSet::new());
    let mut last = serde_json::Value::Null;
    house
        .reader()
        .ledger(&mut |entry, _| {
            last = entry.over;
            Ok(())
        })
        .unwrap();
    assert_eq!(last["guards"], serde_json::json!(["message_no_delete", "record_no_replace"]));
}

#[test]
fn an_attachment_under_hold_that_is_lost_or_changed_is_told() {
    let house = House::new();
    house.import("Ann", &["one"]);
    let (digest, size) = house.matter.blobs().put_bytes(b"contract").unwrap();
    let attachment = duces_model::Attachment {
        role: duces_model::AttachmentRole::File,
        name: Some("contract.txt".into()),
        mime: "text/plain".into(),
        content: duces_model::Content::Stored { digest, size },
    };
    let mut writer = house.matter.writer(Attribution::default()).unwrap();
    let prepared = Prepared::of(None, &Body::text_of("one"), &[attachment], &Marks::default());
    writer.add_version(MessageId(1), None, &prepared, "completed").unwrap();
    house.matter.blobs().sync().unwrap();
    writer.commit("import.batch", serde_json::json!({})).unwrap();
    drop(writer);
    place(&house.matter, &on_everything("a"));
    let report = house.matter.hold_report(None).unwrap();
    assert_eq!((codes(&report), report.attachments), (BTreeSet::new(), 1));

    let path = house.matter.blobs().path(&digest);
    for (bytes, said) in [(Some("forged"), "not those that were collected"), (None, "it is not there")] {
        match bytes {
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        let report = house.matter.hold_report(None).unwrap();
        assert_eq!(codes(&report), BTreeSet::from(["HOLD_ATTACHMENT"]));
        let finding = &report.findings[0];
        assert!(finding.text.contains(said) && finding.place.file.starts_with("blobs/sha256/"), "{finding}");
    }
    house.matter.release_hold(&ending("a"), &Attribution::default()).unwrap();
    assert_eq!(codes(&house.matter.hold_report(None).unwrap()), BTreeSet::new(), "nothing is held");
}
