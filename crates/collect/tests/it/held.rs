//! Imports into a matter under legal hold: what comes later adds and changes nothing, and what an exclude list leaves out
//! of what a hold names is said.

use std::path::Path;

use duces_archive::{AsOf, Attribution, Hold, HoldPeriod, HoldRelease, HoldScope, NewHold};
use duces_collect::{ExcludeList, ImportReport, SourceSpec, import, survey};
use duces_model::{Custodian, Finding, RecordState, Zone};
use serde_json::json;

use crate::lines::{Line, file, line};
use crate::{House, said, weflow};

/// Places a hold.
pub(crate) fn place(house: &House, name: &str, scope: HoldScope) -> Hold {
    let new = NewHold {
        name: name.into(),
        matter: "Meridian v. Aster".into(),
        reason: "litigation is expected".into(),
        authority: "Zhao Min".into(),
        everything: scope.is_everything(),
        scope,
        not_yet_collected: true,
    };
    house.matter.place_hold(&new, &Attribution::default()).unwrap()
}

fn of(custodians: &[&str], conversations: &[&str], days: Option<(&str, &str)>) -> HoldScope {
    let period = days.map(|(from, to)| {
        let day = |text: &str| Some(text.parse().unwrap());
        HoldPeriod::of_days(day(from), day(to), &Zone::utc()).unwrap().unwrap()
    });
    HoldScope {
        custodians: custodians.iter().map(|name| Custodian((*name).into())).collect(),
        conversations: conversations.iter().map(|id| (*id).to_owned()).collect(),
        period,
    }
}

/// Whatever came since, what was held when the hold was placed is what it was.
#[track_caller]
fn stands(house: &House, hold: &Hold) {
    let reader = house.reader();
    assert_eq!(reader.held(&hold.scope, AsOf(hold.placed.seq)).unwrap(), hold.placed.held);
    let report = house.matter.hold_report(None).unwrap();
    let errors: Vec<_> = report.findings.iter().filter(|f| f.severity == duces_model::Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn an_edit_adds_a_version_and_the_earlier_words_stay_with_their_bytes() {
    let house = House::new();
    let chat = |text: &str| weflow("1@chatroom", "G", &[said(1, "wxid_bob", text).id(1)]);
    house.import(&house.write("one/a.json", chat("pay 100")), "Ann", Some("wxid_ann"));
    let hold = place(&house, "Aster", of(&["Ann"], &[], None));
    let before = house.reader().now().unwrap();
    let (texts, raw) = (house.messages_at(before), house.reader().raw(house.messages()[0].id, before).unwrap());
    house.import(&house.write("two/a.json", chat("pay 900")), "Ann", Some("wxid_ann"));
    assert_eq!(house.texts(), ["pay 900"]);
    assert_eq!(house.messages_at(before), texts);
    let all = house.reader().raw(texts[0].id, house.reader().now().unwrap()).unwrap();
    assert_eq!(all[..raw.len()], raw[..], "the earlier record is kept, byte for byte");
    assert_eq!(all.len(), 2);
    stands(&house, &hold);
    let now = house.reader().held(&hold.scope, house.reader().now().unwrap()).unwrap();
    assert_eq!((now.messages, now.versions, now.records), (1, 1, 2), "the copy is held too");
}

#[test]
fn a_recall_marks_the_message_and_removes_nothing() {
    let house = House::new();
    house.import(&house.write("a.jsonl", file(&[line(1, "the price").id("7")])), "Ann", Some("wxid_ann"));
    let hold = place(&house, "Aster", of(&[], &["1@chatroom"], None));
    let before = house.reader().now().unwrap();
    let recall = line(2, "").id("8").body(json!({ "kind": "recall", "text": "recalled", "native_id": "7" }));
    house.import(&house.write("b.jsonl", file(&[recall])), "Ann", Some("wxid_ann"));
    let message = &house.messages()[0];
    assert_eq!((message.text().as_str(), message.state), ("the price", RecordState::Recalled));
    assert_eq!(house.messages_at(before)[0].state, RecordState::Present);
    stands(&house, &hold);
}

#[test]
fn a_message_that_takes_the_place_of_a_held_one_leaves_it_as_it_was() {
    let house = House::new();
    house.import(&house.write("a.jsonl", file(&[line(1, "sending").id("74")])), "Ann", Some("wxid_ann"));
    let hold = place(&house, "everything", HoldScope::default());
    let before = house.reader().now().unwrap();
    let later = line(2, "sent").id("6").with("replaces", json!("74"));
    let report = house.import(&house.write("b.jsonl", file(&[later])), "Ann", Some("wxid_ann"));
    assert_eq!(report.replaced, 1);
    assert_eq!(house.texts(), ["sent"]);
    assert_eq!(house.messages_at(before)[0].text(), "sending");
    stands(&house, &hold);
}

/// 1 and 2 of March are the doctor's, 2 and 3 of March the group's.
fn source(house: &House) -> std::path::PathBuf {
    let doctor = |line: Line| line.by("wxid_doctor").at("wxid_doctor");
    house.write(
        "all.jsonl",
        file(&[
            doctor(line(0, "your results").id("1").sent("2024-03-01T12:00:00Z")),
            doctor(line(0, "tumour").id("2").sent("2024-03-02T12:00:00Z")),
            line(0, "business").id("3").sent("2024-03-02T12:00:00Z"),
            line(0, "more business").id("4").sent("2024-03-03T12:00:00Z"),
        ]),
    )
}

fn spec(path: &Path, custodian: &str) -> SourceSpec {
    let list = "[[exclude]]\nconversation = \"wxid_doctor\"\ndecided_by = \"Li Na\"\nreason = \"medical\"\ndate = 2024-04-01\n";
    SourceSpec {
        path: path.to_owned(),
        custodian: Custodian(custodian.into()),
        account: Some("wxid_ann".into()),
        format: None,
        zone: Some(Zone::utc()),
        date_order: None,
        label: "source".into(),
        exclude: Some(ExcludeList::from_toml(list).unwrap()),
        mapping: None,
    }
}

fn said_of(findings: &[Finding]) -> Vec<String> {
    let of_holds = findings.iter().filter(|finding| finding.code == "COLLECT_EXCLUDED_UNDER_HOLD");
    of_holds.map(|finding| finding.text.clone()).collect()
}

fn import_without_the_doctor(house: &House) -> ImportReport {
    import(&house.matter, &spec(&source(house), "Ann"), &Attribution::default(), &mut |_| {}).unwrap()
}

#[test]
fn what_the_list_leaves_out_of_what_a_hold_names_is_said_and_stays_out() {
    let rows: [(HoldScope, Option<&str>); 9] = [
        (HoldScope::default(), Some("2 records of 1 conversation")),
        (of(&["Ann"], &[], None), Some("2 records of 1 conversation")),
        (of(&["Bob"], &[], None), None),
        (of(&[], &["wxid_doctor"], None), Some("2 records of 1 conversation")),
        (of(&["Ann", "Bob"], &["1@chatroom", "wxid_doctor"], None), Some("2 records of 1 conversation")),
        (of(&[], &["1@chatroom"], None), None),
        (of(&[], &[], Some(("2024-03-02", "2024-03-09"))), Some("1 record of 1 conversation")),
        (of(&["Ann"], &["wxid_doctor"], Some(("2024-03-01", "2024-03-01"))), Some("1 record of 1 conversation")),
        (of(&[], &[], Some(("2024-03-03", "2024-03-09"))), None),
    ];
    for (scope, expected) in rows {
        let house = House::new();
        place(&house, "Aster", scope.clone());
        let path = source(&house);
        let looked = survey(&house.matter, &spec(&path, "Ann"), &Attribution::default()).unwrap();
        let report = import_without_the_doctor(&house);
        let said = said_of(&report.findings);
        assert_eq!(said_of(&looked.findings), said, "a survey says the same");
        assert_eq!(said.len(), usize::from(expected.is_some()), "{scope:?}: {said:?}");
        for text in &said {
            let words = ["`Aster` (placed by Zhao Min", "`wxid_doctor` (decided by Li Na: medical)", expected.unwrap()];
            assert!(words.iter().all(|word| text.contains(word)), "{text}");
        }
        assert_eq!((report.messages, report.excluded, house.texts().len()), (2, 2, 2));
        let reader = house.reader();
        let kept = reader.findings(reader.now().unwrap()).unwrap();
        let kept = kept.iter().filter(|finding| finding.code == "COLLECT_EXCLUDED_UNDER_HOLD").count();
        assert_eq!(kept, said.len(), "the matter keeps the finding");
    }
}

#[test]
fn a_released_hold_has_no_say_and_records_that_nobody_can_read_may_be_anybodys() {
    let house = House::new();
    place(&house, "Aster", HoldScope::default());
    let release = HoldRelease { name: "Aster".into(), reason: "settled".into(), authority: "Zhao Min".into() };
    house.matter.release_hold(&release, &Attribution::default()).unwrap();
    assert_eq!(said_of(&import_without_the_doctor(&house).findings), Vec::<String>::new());

    let house = House::new();
    place(&house, "the group", of(&[], &["1@chatroom"], None));
    let lines = [line(1, "x").by("wxid_doctor").at("wxid_doctor"), line(2, "y").sent("never"), line(3, "z")];
    let path = house.write("b.jsonl", file(&lines));
    let report = import(&house.matter, &spec(&path, "Ann"), &Attribution::default(), &mut |_| {}).unwrap();
    let said = said_of(&report.findings);
    assert!(said.len() == 1 && said[0].contains("may name 1 record that cannot be read"), "{said:?}");
}

#[test]
fn an_import_into_a_matter_whose_ledger_was_changed_says_so() {
    let house = House::new();
    place(&house, "Aster", HoldScope::default());
    let connection = rusqlite::Connection::open(house.path("matter/archive.db")).unwrap();
    connection
        .execute_batch(
            "DROP TRIGGER ledger_no_update;
             UPDATE ledger SET entry = CAST(replace(CAST(entry AS TEXT), 'Zhao', 'Chou') AS BLOB)",
        )
        .unwrap();
    let report = house.import(&house.write("a.jsonl", file(&[line(1, "x")])), "Ann", Some("wxid_ann"));
    assert!(report.findings.iter().any(|finding| finding.code == "HOLD_LEDGER"), "{:#?}", report.findings);
}
