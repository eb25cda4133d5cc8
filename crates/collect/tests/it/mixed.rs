//! Folders and ZIPs of mixed sources: what is read, what is opened, what stays an attachment, and that nothing is
//! written but in the matter.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use duces_archive::Attribution;
use duces_collect::{CollectError, FileFate, ImportReport, SourceSpec, import, survey};
use duces_model::Custodian;

use crate::zipped::{zip, zip_with};
use crate::{House, codes_of, said, weflow};

fn fates(report: &ImportReport) -> BTreeMap<&str, FileFate> {
    report.files.iter().map(|file| (file.path.as_str(), file.fate)).collect()
}

fn file(n: u64, path: &str) -> crate::Said {
    said(n, "wxid_bob", path).id(n).typed("文件消息")
}

/// Nothing of an import stays but in the matter's own places.
fn swept(house: &House) {
    assert!(!house.path("matter/incoming").exists());
}

/// Returns an interchange file of one message.
fn interchange(app: &str, id: &str, text: &str) -> String {
    format!(
        "{{\"format\":\"duces-jsonl\",\"version\":1}}\n{{\"conversation\":{{\"app\":\"{app}\",\"kind\":\"group\",\
         \"native_id\":\"{id}\"}},\"sent\":1700000000000,\"body\":{{\"kind\":\"text\",\"text\":\"{text}\"}}}}\n"
    )
}

#[test]
fn every_file_of_a_folder_is_accounted_for() {
    let house = House::new();
    let messages =
        [file(1, "file/a.txt"), file(2, "file/a.txt"), file(3, "file/sent.json"), said(4, "wxid_bob", "x").id(4)];
    house.write("source/chat.json", weflow("1@chatroom", "G", &messages));
    house.write("source/cut.json", &weflow("2@chatroom", "H", &messages)[..900]);
    house.write("source/file/a.txt", "twice sent");
    house.write("source/file/sent.json", "{\"sent\": \"as a file\"}");
    house.write("source/file/left.jpg", b"\xff\xd8\xff\xe0");
    house.write("source/odd.json", "{\"no\": \"format\"}");
    house.write("source/empty.csv", "");
    house
        .write("source/export.zip", zip(&[("deep/er/slack.jsonl", interchange("slack", "C1", "in a ZIP").as_bytes())]));
    let report = house.import(&house.path("source"), "Ann", Some("wxid_ann"));
    let expected = [
        ("chat.json", FileFate::Read),
        ("cut.json", FileFate::ReadInPart),
        ("empty.csv", FileFate::Ignored),
        ("export.zip", FileFate::Opened),
        ("export.zip!/deep/er/slack.jsonl", FileFate::Read),
        ("file/a.txt", FileFate::Media),
        ("file/left.jpg", FileFate::Unreferenced),
        ("file/sent.json", FileFate::Media),
        ("odd.json", FileFate::Ignored),
    ];
    assert_eq!(fates(&report), expected.into(), "{report:#?}");
    let of = |path: &str| report.files.iter().find(|file| file.path == path).unwrap();
    // The export that is cut off names the first file too.
    assert_eq!((of("file/a.txt").references, of("chat.json").records), (4, Some(4)), "{report:#?}");
    assert_eq!(of("export.zip!/deep/er/slack.jsonl").format.as_deref(), Some("duces-jsonl"));
    assert!(of("odd.json").reason.is_some());
    // What messages name is their attachment, whatever it holds; what they do not name is said to be unknown.
    let unknown: Vec<_> =
        report.findings.iter().filter(|f| f.code == "INGEST_UNKNOWN_FORMAT").map(|f| &f.place.file).collect();
    assert_eq!(unknown, ["odd.json"]);
    assert!(report.findings.iter().all(|f| !f.text.starts_with(&f.place.file)), "a place is said once: {report:#?}");
    assert!(house.texts().contains(&"in a ZIP".to_owned()));
    let reader = house.reader();
    let sources = reader.sources(reader.now().unwrap()).unwrap();
    assert_eq!(sources[0].zips[0].path, "export.zip");
    assert_eq!(sources[0].zips[0].digest, report.zips[0].sha256);
    swept(&house);
    let head = house.reader().head().unwrap();
    assert_eq!(house.import(&house.path("source"), "Ann", Some("wxid_ann")).messages, 0);
    assert_eq!(house.reader().head().unwrap(), head);
}

#[test]
fn what_messages_name_is_an_attachment_even_if_it_could_be_read() {
    let house = House::new();
    let inner = interchange("slack", "C1", "sent as a file");
    let messages = [file(1, "file/chat.jsonl"), file(2, "file/bundle.zip"), said(3, "wxid_bob", "x").id(3)];
    house.write("source/chat.json", weflow("1@chatroom", "G", &messages));
    house.write("source/file/chat.jsonl", &inner);
    house.write("source/file/bundle.zip", zip(&[("chat.jsonl", inner.as_bytes())]));
    house
        .write("source/file/report.docx", zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")]));
    house.write("source/pictures.zip", zip(&[("a.jpg", b"\xff\xd8\xff\xe0"), ("notes.txt", b"no chat")]));
    let report = house.import(&house.path("source"), "Ann", Some("wxid_ann"));
    let expected = [
        ("chat.json", FileFate::Read),
        ("file/bundle.zip", FileFate::Media),
        ("file/chat.jsonl", FileFate::Media),
        ("file/report.docx", FileFate::Unreferenced),
        ("pictures.zip", FileFate::Unreferenced),
    ];
    assert_eq!(fates(&report), expected.into(), "{report:#?}");
    assert_eq!((report.records, report.missing_attachments), (3, 0));
    assert!(house.messages().iter().filter(|message| !message.attachments.is_empty()).count() == 2);
    swept(&house);
}

#[test]
fn a_zone_that_a_file_in_a_zip_needs_is_asked_for_by_its_place_in_it() {
    let house = House::new();
    let csv = "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime\n\
        1,11,文本,0,wxid_b,wxid_b,x,,2024-03-05 09:00:00\n";
    let path = house.write("delivery.zip", zip(&[("a/chat.csv", csv.as_bytes())]));
    let spec = SourceSpec {
        path,
        custodian: Custodian("Ann".into()),
        account: None,
        format: None,
        zone: None,
        date_order: None,
        label: "delivery.zip".into(),
        exclude: None,
        mapping: None,
    };
    let error = import(&house.matter, &spec, &Attribution::default(), &mut |_| {}).unwrap_err().to_string();
    assert!(error.starts_with("delivery.zip!/a/chat.csv: times are local"), "{error}");
    swept(&house);
}

#[test]
fn a_zip_is_a_source_with_its_media_and_the_zips_in_it() {
    let house = House::new();
    let chat = weflow("1@chatroom", "G", &[file(1, "file/合同.txt")]);
    let inner = zip(&[("chat.json", chat.as_bytes()), ("file/合同.txt", b"contract")]);
    let outer = zip(&[("inner.zip", &inner), ("other.jsonl", interchange("slack", "C1", "hello").as_bytes())]);
    let path = house.write("delivery.zip", &outer);
    let report = house.import(&path, "Ann", Some("wxid_ann"));
    let expected = [
        ("delivery.zip", FileFate::Opened),
        ("delivery.zip!/inner.zip", FileFate::Opened),
        ("delivery.zip!/inner.zip!/chat.json", FileFate::Read),
        ("delivery.zip!/inner.zip!/file/合同.txt", FileFate::Media),
        ("delivery.zip!/other.jsonl", FileFate::Read),
    ];
    assert_eq!(fates(&report), expected.into(), "{report:#?}");
    assert_eq!(report.missing_attachments, 0);
    let reader = house.reader();
    let now = reader.now().unwrap();
    let message = house.messages().into_iter().find(|message| !message.attachments.is_empty()).unwrap();
    let record = &reader.raw(message.id, now).unwrap()[0];
    assert_eq!(record.place.file, "delivery.zip!/inner.zip!/chat.json");
    swept(&house);
    assert_eq!(house.import(&path, "Ann", Some("wxid_ann")).held, 2);
}

#[test]
fn zips_lie_so_deep_and_no_deeper() {
    let house = House::new();
    let mut bytes = zip(&[("chat.jsonl", interchange("slack", "C1", "deep").as_bytes())]);
    for _ in 0..3 {
        bytes = zip(&[("in.zip", &bytes)]);
    }
    let path = house.write("in.zip", &bytes);
    assert!(matches!(house.try_import(&path, "Ann", None), Err(CollectError::Nothing { .. })));
    house.write("folder/chat.jsonl", interchange("slack", "C2", "beside"));
    house.write("folder/in.zip", &bytes);
    let report = house.import(&house.path("folder"), "Ann", None);
    assert_eq!(fates(&report)["in.zip"], FileFate::Ignored, "{report:#?}");
    let finding = report.findings.iter().find(|finding| finding.code == "COLLECT_ZIP_REFUSED").unwrap();
    assert!(finding.text.contains("in.zip!/in.zip!/in.zip!/in.zip") && finding.place.file == "in.zip", "{finding}");
    swept(&house);
}

#[test]
fn a_zip_that_could_mislead_is_refused_and_named() {
    let chat = interchange("slack", "C1", "x");
    let chat = chat.as_bytes();
    let rows: [(&str, Vec<u8>, &str); 7] = [
        ("escapes", zip(&[("../chat.jsonl", chat)]), "leave the folder"),
        ("absolute", zip(&[("/tmp/chat.jsonl", chat)]), "absolute"),
        ("backslash", zip(&[("..\\chat.jsonl", chat)]), "backslash"),
        ("clash", zip(&[("chat.jsonl", chat), ("CHAT.jsonl", chat)]), "have one name"),
        ("link", zip_with(&[("chat.jsonl", chat)], 0, 0o120_777), "link"),
        ("encrypted", zip_with(&[("chat.jsonl", chat)], 1, 0o100_644), "encrypted"),
        ("broken", b"PK\x03\x04 and no more".to_vec(), "no ZIP that can be read"),
    ];
    for (name, bytes, said_so) in rows {
        let house = House::new();
        let path = house.write(&format!("{name}.zip"), &bytes);
        let error = house.try_import(&path, "Ann", None).unwrap_err().to_string();
        assert!(error.contains(said_so) && error.contains(name), "{name}: {error}");

        house.write("folder/chat.jsonl", interchange("slack", "C2", "beside"));
        house.write(&format!("folder/{name}.zip"), &bytes);
        let report = house.import(&house.path("folder"), "Ann", None);
        let finding = report.findings.iter().find(|finding| finding.code == "COLLECT_ZIP_REFUSED").unwrap();
        assert!(finding.text.contains(said_so) && finding.place.file == format!("{name}.zip"), "{finding}");
        assert_eq!(fates(&report)[format!("{name}.zip").as_str()], FileFate::Ignored);
        assert_eq!((report.records, house.messages().len()), (1, 1));
        assert!(!Path::new("/tmp/chat.jsonl").exists() && !house.path("chat.jsonl").exists());
        swept(&house);
    }
}

#[test]
fn a_refused_zip_that_was_sent_is_an_attachment_like_any_other() {
    let house = House::new();
    house.write("source/chat.json", weflow("1@chatroom", "G", &[file(1, "file/locked.zip")]));
    house.write("source/file/locked.zip", zip_with(&[("a.txt", b"x")], 1, 0o100_644));
    let report = house.import(&house.path("source"), "Ann", Some("wxid_ann"));
    assert_eq!(codes_of(&report), Vec::<&str>::new(), "{report:#?}");
    assert_eq!(fates(&report)["file/locked.zip"], FileFate::Media);
}

#[test]
fn a_damaged_member_is_named_and_the_others_are_read() {
    let house = House::new();
    let (good, bad) = (interchange("slack", "C1", "good"), interchange("slack", "C2", "spoilt"));
    let mut bytes = zip(&[("good.jsonl", good.as_bytes()), ("bad.jsonl", bad.as_bytes())]);
    let at = bytes.windows(6).position(|window| window == b"spoilt").unwrap();
    bytes[at] = b'S';
    let report = house.import(&house.write("two.zip", &bytes), "Ann", None);
    assert_eq!(codes_of(&report), ["COLLECT_ZIP_MEMBER"], "{report:#?}");
    assert_eq!(fates(&report)["two.zip!/bad.jsonl"], FileFate::Ignored);
    assert_eq!(house.texts(), ["good"]);
    swept(&house);
}

#[test]
fn a_file_that_cannot_be_opened_does_not_keep_the_others_out() {
    let house = House::new();
    house.write("source/a.json", weflow("1@chatroom", "G", &[said(1, "wxid_bob", "x")]));
    house.write("source/b.jsonl", "{\"format\":\"duces-jsonl\",\"version\":99}\n");
    let report = house.import(&house.path("source"), "Ann", Some("wxid_ann"));
    assert_eq!(codes_of(&report), ["COLLECT_SOURCE_UNREADABLE"], "{report:#?}");
    assert_eq!((fates(&report)["a.json"], fates(&report)["b.jsonl"]), (FileFate::Read, FileFate::Ignored));
    assert!(report.inputs.iter().any(|input| input.path == "b.jsonl" && input.failed.is_some()));
}

#[test]
fn a_survey_changes_nothing_and_says_what_an_import_reads() {
    let house = House::new();
    house.write("source/chat.json", weflow("1@chatroom", "G", &[file(1, "file/a.txt")]));
    house.write("source/file/a.txt", "a");
    house.write("source/more.zip", zip(&[("chat.jsonl", interchange("slack", "C1", "x").as_bytes())]));
    let spec = duces_collect::SourceSpec {
        path: house.path("source"),
        custodian: Custodian("Ann".into()),
        account: None,
        format: None,
        zone: None,
        date_order: None,
        label: "source".into(),
        exclude: None,
        mapping: None,
    };
    let head = house.reader().head().unwrap();
    let report = survey(&house.matter, &spec, &duces_archive::Attribution::default()).unwrap();
    let seen: BTreeMap<_, _> = report.files.iter().map(|file| (file.path.as_str(), file.fate)).collect();
    let expected = [
        ("chat.json", FileFate::ToBeRead),
        ("file/a.txt", FileFate::HoldsNoMessages),
        ("more.zip", FileFate::Opened),
        ("more.zip!/chat.jsonl", FileFate::ToBeRead),
    ];
    assert_eq!(seen, expected.into());
    assert_eq!(house.reader().head().unwrap(), head);
    swept(&house);
}

#[test]
fn accounts_of_two_apps_are_told_apart() {
    let house = House::new();
    let line = |app: &str, sender: &str, own: bool| {
        format!(
            "{{\"conversation\":{{\"app\":\"{app}\",\"kind\":\"direct\",\"native_id\":\"other\"}},\"sender\":{{\"native_id\":\
             \"{sender}\"}},\"sent_by_collector\":{own},\"sent\":1700000000000,\"body\":{{\"kind\":\"text\",\"text\":\"{app}\"}}}}\n"
        )
    };
    let head = "{\"format\":\"duces-jsonl\",\"version\":1}\n";
    house.write("source/slack.jsonl", format!("{head}{}", line("slack", "U1", true)));
    house.write("source/wechat.jsonl", format!("{head}{}", line("wechat", "wxid_ann", true)));
    house.write("source/chat.json", weflow("1@chatroom", "G", &[said(1, "wxid_bob", "x")]));
    let report = house.import(&house.path("source"), "Ann", Some("wxid_ann"));
    let accounts: Vec<_> = report.accounts.iter().map(|(app, id)| (app.as_str(), id.as_str())).collect();
    assert_eq!(accounts, [("slack", "U1"), ("wechat", "wxid_ann")]);
    let keys: Vec<_> = report.conversations.iter().map(|c| c.key.as_str()).collect();
    assert_eq!(keys, ["slack:direct:U1|other", "wechat:direct:other|wxid_ann", "wechat:room:1@chatroom"]);
    assert_eq!(codes_of(&report), Vec::<&str>::new());
}

#[test]
fn hostile_zips_are_named_and_nothing_gets_out() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join("../shared/data/hostile/zip");
    if !shared.exists() {
        println!("skipped: {} is not there", shared.display());
        return;
    }
    let house = House::new();
    house.write("source/chat.json", weflow("1@chatroom", "G", &[said(1, "wxid_bob", "x")]));
    let mut names = Vec::new();
    for entry in fs::read_dir(&shared).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        fs::copy(&path, house.path("source").join(&name)).unwrap();
        // Alone, each is read, or refused in words.
        if let Err(error) = house.try_import(&path, "Alone", None) {
            assert!(error.to_string().contains(&name), "{name}: {error}");
        }
        names.push(name);
    }
    assert!(names.len() > 15);
    let report = house.import(&house.path("source"), "Ann", Some("wxid_ann"));
    let fates = fates(&report);
    for name in &names {
        let fate = fates.get(name.as_str()).unwrap_or_else(|| panic!("{name} is not accounted for"));
        println!("{name}: {}", fate.label());
    }
    for finding in report.findings.iter().filter(|finding| finding.code == "COLLECT_ZIP_REFUSED") {
        println!("{finding}");
    }
    swept(&house);
    let mut beside: Vec<_> = fs::read_dir(house.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    beside.sort();
    assert_eq!(beside, ["matter", "source"]);
}

#[test]
fn local_times_without_a_zone_stop_everything_before_it_is_read() {
    let house = House::new();
    house.write("source/a.jsonl", interchange("slack", "C1", "x"));
    let csv = "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime\n\
               1,7,文本,0,wxid_bob,wxid_bob,hello,,2024-03-05 09:00:00\n";
    house.write("source/wxid_bob_0_1.csv", csv);
    let spec = duces_collect::SourceSpec {
        path: house.path("source"),
        custodian: Custodian("Ann".into()),
        account: Some("wxid_ann".into()),
        format: None,
        zone: None,
        date_order: None,
        label: "source".into(),
        exclude: None,
        mapping: None,
    };
    let error = duces_collect::import(&house.matter, &spec, &duces_archive::Attribution::default(), &mut |_| {});
    assert!(error.unwrap_err().to_string().contains("--tz"));
    assert!(house.messages().is_empty() && house.reader().sources(house.reader().now().unwrap()).unwrap().is_empty());
    assert_eq!(house.import(&house.path("source"), "Ann", Some("wxid_ann")).messages, 2);
}
