//! Persons, names over time, exclusions, payments and the scratch folder: kept, read as of a point, swept.

use std::fs;
use std::io::Write as _;

use duces_archive::{Attribution, Excluded, ExcludedWhat, Matter, PaymentLink, PersonAccount, Persons, Prepared};
use duces_files::Disk;
use duces_model::{App, Body, Marks, MessageId, Sender};

use crate::{House, add, info, millis};

fn account(person: &str, app: &str, id: &str, from: Option<i64>, to: Option<i64>) -> PersonAccount {
    PersonAccount {
        person: person.into(),
        app: App::named(app),
        native_id: id.into(),
        from: from.map(millis),
        to: to.map(millis),
    }
}

#[test]
fn persons_hold_from_their_position_on() {
    let house = House::new();
    let nobody = house.reader().now().unwrap();
    let first = Persons::new(vec![account("Ann", "wechat", "wxid_a", None, None)]);
    let second = Persons::new(vec![
        account("Ann", "wechat", "wxid_a", None, Some(1000)),
        account("Bo", "wechat", "wxid_a", Some(1000), None),
        account("Ann", "slack", "U1", None, None),
    ]);
    assert!(house.matter.set_persons(&first, &Attribution::default()).unwrap());
    let then = house.reader().now().unwrap();
    assert!(!house.matter.set_persons(&first, &Attribution::default()).unwrap());
    assert_eq!(house.reader().now().unwrap(), then);
    assert!(house.matter.set_persons(&second, &Attribution::default()).unwrap());
    let now = house.reader().now().unwrap();

    let reader = house.reader();
    assert_eq!(reader.persons(nobody).unwrap(), Persons::default());
    assert_eq!(reader.persons(then).unwrap(), first);
    let persons = reader.persons(now).unwrap();
    assert_eq!(persons, second);
    assert_eq!(persons.person_of(&App::wechat(), "wxid_a", millis(999)), Some("Ann"));
    assert_eq!(persons.person_of(&App::wechat(), "wxid_a", millis(1000)), Some("Bo"));
    assert_eq!(persons.person_of(&App::named("slack"), "wxid_a", millis(1000)), None);
    assert_eq!(persons.accounts_of("Ann").count(), 2);
    assert!(house.matter.set_persons(&Persons::default(), &Attribution::default()).unwrap());
    assert_eq!(reader.persons(reader.now().unwrap()).unwrap(), Persons::default());
    assert_eq!(reader.check().unwrap(), Vec::<String>::new());
}

#[test]
fn names_are_listed_with_their_first_and_last_message() {
    let house = House::new();
    let as_of = house.import("Ann", &["one", "two", "three"]);
    let names = house.reader().account_names(as_of).unwrap();
    assert_eq!(names.len(), 1);
    assert_eq!((names[0].native_id.as_str(), names[0].name.as_str(), names[0].messages), ("wxid_a", "Ann", 3));
    assert_eq!((names[0].first, names[0].last), (millis(0), millis(120_000)));
}

#[test]
fn what_was_left_out_is_kept_as_a_decision_and_a_count() {
    let house = House::new();
    let mut writer = house.matter.writer(Attribution::default()).unwrap();
    let (import, _) = writer.begin_import(&info("Ann")).unwrap();
    let excluded = Excluded {
        what: ExcludedWhat::Participant,
        id: "wxid_doctor".into(),
        decided_by: "Li Na".into(),
        reason: "medical".into(),
        decided_on: "2024-04-01".into(),
        conversations: 1,
        records: 12,
    };
    writer.add_excluded(import, &excluded).unwrap();
    let as_of = writer.commit("test", serde_json::json!({})).unwrap().unwrap();
    assert_eq!(house.reader().excluded(as_of).unwrap(), [excluded]);
    assert!(house.reader().sources(as_of).unwrap()[0].zips.is_empty());
}

#[test]
fn payments_are_found_by_their_number_and_linked_once() {
    let house = House::new();
    let mut writer = house.matter.writer(Attribution::default()).unwrap();
    let ids = add(&mut writer, "Ann", &["one", "two"]);
    for id in &ids {
        writer.add_transaction_number("1000", *id).unwrap();
        writer.add_transaction_number("1000", *id).unwrap();
    }
    assert_eq!(writer.with_transaction_number("1000").unwrap(), ids);
    assert_eq!(writer.with_transaction_number("1001").unwrap(), Vec::<MessageId>::new());
    let link = PaymentLink { payment: ids[1], message: ids[0] };
    assert!(writer.link_payment(link).unwrap() && !writer.link_payment(link).unwrap());
    let as_of = writer.commit("test", serde_json::json!({})).unwrap().unwrap();
    assert_eq!(house.reader().payment_links(as_of).unwrap(), [link]);
}

#[test]
fn a_message_whose_place_was_taken_bears_the_later_id_from_then_on() {
    let house = House::new();
    let before = house.import("Ann", &["uploading"]);
    let mut writer = house.matter.writer(Attribution::default()).unwrap();
    let sender = Sender { native_id: Some("wxid_a".into()), name: Some("Ann".into()) };
    let prepared = |text| Prepared::of(Some(&sender), &Body::text_of(text), &[], &Marks::default());
    writer.add_version_named(MessageId(1), Some("6"), Some(&sender), &prepared("sent"), "replaced").unwrap();
    writer.add_version(MessageId(1), Some(&sender), &prepared("edited"), "edited").unwrap();
    assert_eq!(writer.message(MessageId(1)).unwrap().native_id.as_deref(), Some("6"));
    let after = writer.commit("test", serde_json::json!({})).unwrap().unwrap();
    let id_at = |as_of| crate::all(&house.reader(), as_of)[0].native_id.clone();
    assert_eq!((id_at(before), id_at(after)), (None, Some("6".into())));
}

#[test]
fn the_scratch_folder_goes_with_its_import_or_with_the_next() {
    let house = House::new();
    let incoming = house.dir().join("incoming");
    let writer = house.matter.writer(Attribution::default()).unwrap();
    let unused = writer.scratch();
    unused.remove().unwrap();
    assert!(!incoming.exists());
    let mut scratch = writer.scratch();
    let path = scratch.folder().join("a.txt");
    let mut file = scratch.batch().unwrap().create_new(&path).unwrap();
    file.write_all(b"x").unwrap();
    file.finish().unwrap();
    assert!(path.is_file());
    drop(scratch);
    assert!(!incoming.exists());
    drop(writer);

    fs::create_dir_all(incoming.join("deep/er")).unwrap();
    fs::write(incoming.join("deep/er/file"), "x").unwrap();
    drop(house.matter.writer(Attribution::default()).unwrap());
    assert!(!incoming.exists());

    let full = Matter::open_on(Disk::failing(1), &house.dir()).unwrap();
    assert!(full.writer(Attribution::default()).unwrap().scratch().batch().is_err());
}
