//! What must not be collected: counted, answered for, and nowhere in the matter.

use std::fs;
use std::path::Path;

use duces_archive::{Attribution, ExcludedWhat};
use duces_collect::{CollectError, ExcludeList, ImportReport, SourceSpec, import};
use duces_model::{Custodian, Digest, Zone};
use serde_json::json;

use crate::lines::{Line, file, line};
use crate::{House, codes_of, said, weflow};

fn list(entries: &[(&str, &str)]) -> ExcludeList {
    let entry = |(what, id): &(&str, &str)| {
        format!("[[exclude]]\n{what} = \"{id}\"\ndecided_by = \"Li Na\"\nreason = \"medical\"\ndate = 2024-04-01\n")
    };
    ExcludeList::from_toml(&entries.iter().map(entry).collect::<String>()).unwrap()
}

fn try_import(house: &House, path: &Path, list: Option<ExcludeList>) -> Result<ImportReport, CollectError> {
    let spec = SourceSpec {
        path: path.to_owned(),
        custodian: Custodian("Ann".into()),
        account: Some("wxid_ann".into()),
        format: None,
        zone: Some(Zone::utc()),
        date_order: None,
        label: "source".into(),
        exclude: list,
        mapping: None,
    };
    import(&house.matter, &spec, &Attribution::default(), &mut |_| {})
}

fn bring(house: &House, path: &Path, entries: &[(&str, &str)]) -> ImportReport {
    let report = try_import(house, path, Some(list(entries))).unwrap();
    assert!(report.adds_up(), "{report:#?}");
    assert_eq!(house.reader().check().unwrap(), Vec::<String>::new());
    report
}

/// None of the words is in any file of the matter, packed chunks unpacked, nor in the report.
fn nowhere(house: &House, report: &ImportReport, words: &[&str]) {
    let reader = house.reader();
    let now = reader.now().unwrap();
    let mut places = vec![("report".to_owned(), serde_json::to_vec(report).unwrap())];
    for message in house.messages() {
        places.extend(reader.raw(message.id, now).unwrap().into_iter().map(|record| ("record".to_owned(), record.raw)));
    }
    reader
        .excepted(now, &mut |excepted| {
            places.push(("excepted record".to_owned(), excepted.record.raw));
            Ok(())
        })
        .unwrap();
    let mut folders = vec![house.path("matter")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => places.push((path.display().to_string(), fs::read(&path).unwrap())),
            }
        }
    }
    for word in words {
        for (place, bytes) in &places {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "`{word}` is in {place}");
        }
    }
}

fn file_of(at: i64, id: &str, talker: &str, path: &str) -> Line {
    let attachment = json!([{ "role": "file", "name": path, "paths": [path] }]);
    line(at, "")
        .id(id)
        .by(talker)
        .at(talker)
        .body(json!({ "kind": "file", "name": path }))
        .with("attachments", attachment)
}

#[test]
fn a_conversation_of_its_own_file_leaves_no_trace_but_a_count() {
    let house = House::new();
    let private = [
        said(1, "wxid_doctor", "your results").id(1),
        said(2, "wxid_ann", "diagnosis").id(2).sent(),
        said(3, "wxid_doctor", "file/laboratory.pdf").id(3).typed("文件消息"),
        said(4, "wxid_doctor", "unreadable words").without("createTime"),
    ];
    house.write("source/Dr Wang.json", weflow("wxid_doctor", "Dr Wang", &private));
    house.write("source/file/laboratory.pdf", "%PDF-private");
    house.write("source/file/wxid_doctor.jpg", b"\xff\xd8\xff\xe0 thumbnail");
    house.write("source/group.json", weflow("1@chatroom", "G", &[said(9, "wxid_bob", "business").id(9)]));
    let report =
        bring(&house, &house.path("source"), &[("conversation", "wxid_doctor"), ("participant", "wxid_nobody")]);
    assert_eq!((report.records, report.messages, report.excluded, report.excepted), (5, 1, 4, 0), "{report:#?}");
    let exclusions = report.exclusions.as_ref().unwrap();
    let entry = &exclusions.entries[0];
    assert_eq!((entry.what, entry.records, entry.conversations), (ExcludedWhat::Conversation, 3, 1));
    assert_eq!((exclusions.entries[1].records, exclusions.unreadable, exclusions.files), (0, 1, 3));
    assert_eq!(report.files.len(), 1, "{:#?}", report.files);
    nowhere(
        &house,
        &report,
        &["results", "diagnosis", "unreadable words", "Wang", "WXID_DOCTOR", "laboratory", "PDF-private"],
    );
    let digest = Digest::of(b"%PDF-private").to_string();
    nowhere(&house, &report, &[&digest]);
    let reader = house.reader();
    let kept = reader.excluded(reader.now().unwrap()).unwrap();
    assert_eq!(kept, exclusions.entries);
    let mut said_so = false;
    reader
        .ledger(&mut |entry, _| {
            said_so |= entry.act == "import.end" && entry.over["excluded"]["entries"][0]["decided_by"] == "Li Na";
            Ok(())
        })
        .unwrap();
    assert!(said_so, "the ledger says who decided");
    let head = reader.head().unwrap();
    bring(&house, &house.path("source"), &[("conversation", "wxid_doctor"), ("participant", "wxid_nobody")]);
    assert_eq!(house.reader().head().unwrap(), head, "again is no change");
}

#[test]
fn of_a_file_with_other_conversations_only_those_are_kept() {
    let house = House::new();
    let lines = [
        line(1, "business").id("1"),
        line(2, "tumour").id("2").by("wxid_doctor").at("wxid_doctor"),
        file_of(3, "3", "wxid_doctor", "media/scan.pdf"),
        line(4, "from the group").id("4").by("wxid_doctor"),
        file_of(5, "5", "wxid_bob", "media/offer.pdf"),
        // Nobody can tell whose this is.
        line(6, "illegible").sent("2024-02-30T00:00:00Z").at("wxid_doctor"),
        line(7, "odd")
            .id("7")
            .by("wxid_doctor")
            .at("wxid_doctor")
            .body(json!({ "kind": "text", "text": "nul \u{0} sick" })),
    ];
    house.write("source/all.jsonl", file(&lines));
    house.write("source/media/scan.pdf", "%PDF-scan");
    house.write("source/media/offer.pdf", "%PDF-offer");
    let report = bring(&house, &house.path("source"), &[("participant", "wxid_doctor")]);
    assert_eq!((report.records, report.messages, report.excluded, report.excepted), (7, 3, 4, 0), "{report:#?}");
    let exclusions = report.exclusions.as_ref().unwrap();
    assert_eq!((exclusions.entries[0].records, exclusions.unreadable, exclusions.files), (3, 1, 1));
    assert_eq!(exclusions.sent_elsewhere, [1], "what it said in a group that is collected is counted");
    assert_eq!(codes_of(&report), ["COLLECT_EXCLUDED_UNREADABLE"], "{report:#?}");
    nowhere(&house, &report, &["tumour", "scan", "illegible", "sick", "T wxid_doctor"]);
    let mut texts = house.texts();
    texts.sort();
    assert_eq!(texts, ["[File]\nfile name: media/offer.pdf", "business", "from the group"]);
}

#[test]
fn an_account_of_a_one_to_one_is_known_by_what_it_sent() {
    let house = House::new();
    // Some sources call a 1:1 by a number of its own.
    let lines = [
        line(1, "private")
            .id("1")
            .by("wxid_doctor")
            .with("conversation", json!({ "kind": "direct", "native_id": "D024" })),
        line(2, "business").id("2"),
    ];
    house.write("source/all.jsonl", file(&lines));
    let report = bring(&house, &house.path("source"), &[("participant", "wxid_doctor")]);
    assert_eq!((report.excluded, report.messages), (1, 1));
    nowhere(&house, &report, &["private", "D024"]);
}

#[test]
fn a_list_that_names_the_collected_account_is_refused() {
    let house = House::new();
    let path = house.write("all.jsonl", file(&[line(1, "x")]));
    let error = try_import(&house, &path, Some(list(&[("participant", "wxid_ann")]))).unwrap_err();
    assert!(matches!(error, CollectError::ExcludesAccount { .. }) && error.to_string().contains("wxid_ann"), "{error}");
    assert!(house.messages().is_empty());
}

#[test]
fn where_everything_is_excluded_the_import_is_kept_as_such() {
    let house = House::new();
    let path = house.write("all.jsonl", file(&[line(1, "x"), line(2, "y")]));
    let report = bring(&house, &path, &[("conversation", "1@chatroom")]);
    assert_eq!((report.records, report.excluded, report.messages), (2, 2, 0));
    let reader = house.reader();
    let now = reader.now().unwrap();
    assert_eq!(reader.excluded(now).unwrap()[0].records, 2);
    assert!(reader.sources(now).unwrap()[0].finished && reader.sources(now).unwrap()[0].files.is_empty());
}

#[test]
fn what_is_in_the_matter_already_is_named_by_the_lists_own_word() {
    let house = House::new();
    let path = house.write("all.jsonl", file(&[line(1, "x"), line(2, "y").at("2@chatroom")]));
    try_import(&house, &path, None).unwrap();
    let report = bring(&house, &path, &[("conversation", "1@chatroom")]);
    let finding = report.findings.iter().find(|finding| finding.code == "COLLECT_EXCLUDED_HELD").unwrap();
    assert!(finding.text.contains("1@chatroom"), "{finding}");
}
