//! Records of which no message can be made are kept with their bytes and counted.

use crate::{House, said, weflow};

#[test]
fn a_record_that_is_no_message_is_kept_with_its_reason() {
    let house = House::new();
    let broken = said(2, "wxid_bob", "no time").without("createTime");
    let raw = broken.value.to_string();
    let path = house.write("a.json", weflow("1@chatroom", "G", &[said(1, "wxid_bob", "fine").id(1), broken]));
    let report = house.import(&path, "Ann", Some("wxid_ann"));
    assert_eq!((report.records, report.messages, report.excepted), (2, 1, 1));
    let (reader, mut found) = (house.reader(), Vec::new());
    let as_of = reader.now().unwrap();
    reader
        .excepted(as_of, &mut |excepted| {
            found.push(excepted);
            Ok(())
        })
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(String::from_utf8_lossy(&found[0].record.raw), raw);
    assert_eq!((found[0].record.place.record, found[0].code.as_str()), (Some(2), "INGEST_MISSING_FIELD"));
    assert_eq!(reader.excepted_counts(as_of).unwrap()[0].1, 1);
    assert!(reader.findings(as_of).unwrap().iter().any(|finding| finding.code == "INGEST_MISSING_FIELD"));
}

#[test]
fn what_stood_before_the_break_is_kept() {
    let house = House::new();
    let whole = weflow("1@chatroom", "G", &(1..30).map(|n| said(n, "wxid_bob", "text").id(n)).collect::<Vec<_>>());
    let cut = &whole[..whole.len() / 2];
    let report = house.import(&house.write("a.json", cut), "Ann", Some("wxid_ann"));
    assert!(report.messages > 5 && report.messages < 29, "{report:#?}");
    assert!(!report.findings.is_empty(), "{report:#?}");
    let report = house.import(&house.write("b.json", whole), "Ann", Some("wxid_ann"));
    assert_eq!(report.messages + report.held, 29);
}
