//! A message that takes the place of an earlier one: one message with two records, whichever comes first.

use duces_model::{Body, Zone};
use serde_json::json;

use crate::House;
use crate::lines::{Line, file, line};

fn uploading() -> Line {
    line(0, "").id("74").body(json!({ "kind": "file", "name": "合同.pdf", "size": null }))
}

fn sent() -> Line {
    let attachment = json!([{ "role": "file", "name": "合同.pdf", "bytes_hex": "255044462d" }]);
    let body = json!({ "kind": "file", "name": "合同.pdf", "size": 5 });
    line(90, "").id("6").with("replaces", json!("74")).body(body).with("attachments", attachment)
}

fn quote() -> Line {
    line(100, "").id("9").body(json!({ "kind": "quote", "text": "read it", "native_id": "6" }))
}

/// One file message, known by the later id, with both records, and a sum that holds.
fn is_one(house: &House, custodians: u64) {
    let messages = house.messages();
    assert_eq!(messages.len(), 2, "{messages:#?}");
    let file = messages.iter().find(|message| matches!(message.body, Body::File { .. })).unwrap();
    assert_eq!((file.native_id.as_deref(), file.attachments.len()), (Some("6"), 1), "{file:#?}");
    assert_eq!(file.body, Body::File { name: "合同.pdf".into(), size: Some(5) });
    let reader = house.reader();
    let now = reader.now().unwrap();
    assert_eq!(reader.raw(file.id, now).unwrap().len() as u64, 2 * custodians);
    let days = reader.records_per_day(&Zone::utc(), now).unwrap();
    let (records, duplicates) = days.iter().fold((0, 0), |sum, day| (sum.0 + day.records, sum.1 + day.duplicates));
    assert_eq!((records, records - duplicates), (3 * custodians, 2));
}

#[test]
fn both_records_are_one_message_in_either_order() {
    for order in [[uploading(), sent(), quote()], [sent(), uploading(), quote()]] {
        let house = House::new();
        let path = house.write("a.jsonl", file(&order));
        let report = house.import(&path, "Ann", Some("wxid_ann"));
        assert_eq!((report.records, report.messages, report.merged), (3, 2, 1), "{report:#?}");
        is_one(&house, 1);
        let head = house.reader().head().unwrap();
        assert_eq!(house.import(&path, "Ann", Some("wxid_ann")).held, 3);
        assert_eq!(house.reader().head().unwrap(), head, "again is no change");
        let report = house.import(&house.write("b.jsonl", file(&order)), "Bob", Some("wxid_bob"));
        assert_eq!((report.messages, report.merged), (0, 3), "{report:#?}");
        is_one(&house, 2);
    }
}

#[test]
fn the_earlier_one_may_come_with_another_import() {
    for order in [[uploading(), sent()], [sent(), uploading()]] {
        let house = House::new();
        let [first, second] = order;
        house.import(&house.write("a.jsonl", file(&[first, quote()])), "Ann", Some("wxid_ann"));
        let report = house.import(&house.write("b.jsonl", file(&[second])), "Ann", Some("wxid_ann"));
        assert_eq!((report.messages, report.merged), (0, 1), "{report:#?}");
        is_one(&house, 1);
    }
}

#[test]
fn an_earlier_position_keeps_its_answer() {
    let house = House::new();
    house.import(&house.write("a.jsonl", file(&[uploading()])), "Ann", Some("wxid_ann"));
    let before = house.reader().now().unwrap();
    let report = house.import(&house.write("b.jsonl", file(&[sent()])), "Ann", Some("wxid_ann"));
    assert_eq!(report.replaced, 1);
    let then = &house.messages_at(before)[0];
    assert_eq!((then.native_id.as_deref(), then.attachments.len()), (Some("74"), 0));
}
