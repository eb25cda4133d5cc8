//! Tables of messages: each row accounted for, each column where it belongs, and what cannot be told is asked for.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, IngestError, Mapping, Options, SourceFile, detect, open};
use duces_model::{Body, ConversationKind, Item, ReceiptKind, RecordState, SourceRecord, Zone};

use crate::workbook::V::{None as Empty, Number, Text, Time};
use crate::workbook::workbook;
use crate::{findings, records};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tables").join(name)
}

fn read_with(path: &Path, format: Format, options: &Options) -> Result<Vec<Item>, IngestError> {
    let detected = detect(path)?;
    assert_eq!(detected.files, [SourceFile::single(format, path)]);
    Ok(open(&detected.files[0], &detected.root, options)?.collect())
}

fn read(name: &str, format: Format) -> Vec<Item> {
    read_with(&fixture(name), format, &Options::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn said(items: &[Item]) -> Vec<&'static str> {
    findings(items).iter().map(|finding| finding.code).collect()
}

fn who(record: &SourceRecord) -> (Option<&str>, Option<&str>, Option<bool>) {
    let sender = record.sender.as_ref();
    (sender.and_then(|s| s.native_id.as_deref()), sender.and_then(|s| s.name.as_deref()), record.sent_by_collector)
}

fn talk(record: &SourceRecord) -> (&str, &str, ConversationKind) {
    (record.conversation.app.name(), &record.conversation.native_id, record.conversation.kind)
}

fn sent(items: &[Item]) -> Vec<String> {
    records(items).iter().map(|record| record.sent.to_string()).collect()
}

#[test]
fn chats_of_cellebrite_keep_what_their_first_row_says() {
    let items = read("Chats.csv", Format::CellebriteTable);
    assert_eq!(said(&items), ["INGEST_NO_MESSAGE_IDS", "INGEST_ROW_NO_MESSAGE", "INGEST_BAD_TIME"]);
    let found = records(&items);
    let expected = [
        "2021-04-16T02:23:45Z",
        "2021-04-16T02:25:01Z",
        // Days first, as 16/04 tells for the file.
        "2021-05-04T01:00:00Z",
        "2021-05-20T00:00:00Z",
        "2021-05-20T00:00:05Z",
    ];
    assert_eq!(sent(&items), expected);
    let senders: Vec<_> = found.iter().map(|record| who(record)).collect();
    let expected = [
        (Some("wxid_b"), Some("周言"), Some(false)),
        (Some("wxid_me"), Some("陈丽华"), Some(true)),
        (Some("wxid_b"), Some("周言"), Some(false)),
        (None, None, None),
        (Some("wxid_c"), Some("林晓"), Some(false)),
    ];
    assert_eq!(senders, expected);
    for record in &found[..3] {
        assert_eq!(talk(record), ("wechat", "wxid_b|wxid_me", ConversationKind::Direct));
    }
    assert_eq!(talk(found[3]), ("wechat", "1001@chatroom", ConversationKind::Group));
    assert_eq!(found[3].conversation.title.as_deref(), Some("春季出运群"));
    let labels: Vec<_> = found.iter().map(|record| record.body.label()).collect();
    assert_eq!(labels, ["Text", "Message of several parts", "Text", "Notice", "Text"]);
    let files: Vec<_> = found[1].attachments.iter().map(|file| file.name.as_deref().unwrap_or_default()).collect();
    assert_eq!(files, ["contract.pdf", "photo.jpg"]);
    assert_eq!(found[1].attachments[0].candidates, [Path::new("files/Document/contract.pdf")]);
    let deletion = found[2].marks.deletion.as_ref().expect("deleted");
    assert!(deletion.recovered && found[2].state == RecordState::Deleted && found[0].marks.deletion.is_none());
    let receipt = &found[0].marks.receipts[0];
    assert_eq!(
        (receipt.kind, receipt.at.map(|at| at.to_string()).as_deref()),
        (ReceiptKind::Read, Some("2021-04-16T02:24:00Z"))
    );
    let starred = &found[4].marks.facts[0];
    assert_eq!((starred.name.as_str(), starred.value.as_str()), ("Starred message", "Yes"));
    let bytes = std::fs::read(fixture("Chats.csv")).expect("read");
    assert!(found.iter().all(|record| bytes.windows(record.raw.len()).any(|window| window == record.raw)));
}

#[test]
fn messages_of_axiom_have_the_offset_and_the_order_of_their_header() {
    let name = "WhatsApp Messages - Android.csv";
    let items = read(name, Format::AxiomTable);
    assert_eq!(said(&items), [""; 0]);
    assert_eq!(sent(&items), ["2024-03-02T20:58:11Z", "2024-03-02T21:02:40Z", "2024-03-03T01:00:00Z"]);
    let found = records(&items);
    let (own, other) = ("15555550100@s.whatsapp.net", "15555550142@s.whatsapp.net");
    assert_eq!(who(found[0]), (Some(other), None, Some(false)));
    assert_eq!(who(found[1]), (Some(own), None, Some(true)));
    let pair = format!("{own}|{other}");
    assert_eq!(talk(found[0]), ("whatsapp", pair.as_str(), ConversationKind::Direct));
    assert_eq!(talk(found[1]), talk(found[0]));
    assert_eq!(talk(found[2]), ("whatsapp", "120363@g.us", ConversationKind::Group));
    assert!(found[1].marks.deletion.as_ref().is_some_and(|deletion| deletion.recovered));
    assert_eq!(found[1].native_id.as_deref(), Some("A2"));
    assert_eq!(found[1].attachments.len(), 1);
    let items = read("Telegram Messages.csv", Format::AxiomTable);
    assert_eq!(sent(&items), ["2024-03-02T20:00:00Z", "2024-03-02T20:01:00Z"]);
    for record in records(&items) {
        assert_eq!(talk(record), ("telegram", "777001", ConversationKind::Group));
    }
    assert_eq!(who(records(&items)[1]), (Some("2222222"), Some("Ann"), Some(true)));
}

#[test]
fn a_workbook_is_read_sheet_by_sheet_and_what_is_no_message_is_said() {
    let summary: &[(u32, &[_])] = &[
        (1, &[Text("Extraction summary")]),
        (2, &[Text("Examiner name"), Text("J. Doe")]),
        (3, &[Text("Selected device model"), Text("P30")]),
        (4, &[Text("Extraction start date/time"), Text("01/06/2021 09:00:00(UTC+8)")]),
        (5, &[Text("Anything else"), Text("no")]),
    ];
    let header = &[
        Text("#"),
        Text("Chat #"),
        Text("Identifier"),
        Text("Participants"),
        Text("Source"),
        Text("Instant Message #"),
        Text("From"),
        Text("Body"),
        Text("Timestamp: Date"),
        Text("Timestamp: Time"),
    ];
    let first = &[
        Number("1"),
        Number("1"),
        Text("chat-1"),
        Text("15550001 A_x000D_\n15550002 B (owner)"),
        Text("Signal"),
        Number("1"),
        Text("15550001 A"),
        Text("one"),
        Time("44302"),
        Time("0.43315972222222"),
    ];
    let second = &[
        Number("2"),
        Empty,
        Empty,
        Empty,
        Empty,
        Number("2"),
        Text("15550002 B (owner)"),
        Text("two"),
        Time("44302"),
        Text("11:00:00(UTC+0)"),
    ];
    let calls: &[(u32, &[_])] = &[(1, &[Text("Parties"), Text("Duration")]), (2, &[Text("A"), Text("00:10")])];
    let bytes = workbook(&[
        ("Summary", summary),
        ("Chats", &[(1, &[Text("Chats (1)")]), (2, header), (3, first), (5, second)]),
        ("Call Log", calls),
    ]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.xlsx");
    std::fs::write(&path, bytes).expect("written");
    let error = read_with(&path, Format::CellebriteTable, &Options::default()).expect_err("no zone");
    assert!(matches!(error, IngestError::ZoneNeeded { .. }), "{error}");
    let options = Options { zone: Some(Zone::named("Asia/Shanghai").expect("a zone")), ..Options::default() };
    let items = read_with(&path, Format::CellebriteTable, &options).expect("opens");
    let expected = [
        "INGEST_PART_UNREAD",
        "INGEST_ZONE_ASSUMED",
        "INGEST_NO_MESSAGE_IDS",
        "INGEST_PART_UNREAD",
        "INGEST_PROVENANCE",
    ];
    assert_eq!(said(&items), expected);
    let provenance = &findings(&items)[4].text;
    assert_eq!(
        provenance,
        "Examiner name: J. Doe; Selected device model: P30; Extraction start date/time: 01/06/2021 09:00:00(UTC+8)"
    );
    assert_eq!(sent(&items), ["2021-04-16T02:23:45Z", "2021-04-16T11:00:00Z"]);
    let found = records(&items);
    assert_eq!(talk(found[1]), ("signal", "15550001|15550002", ConversationKind::Direct));
    assert_eq!((found[0].sequence, found[1].sequence, found[1].place.line), (1, 2, Some(5)));
}

#[test]
fn a_mapping_beside_a_table_says_what_its_columns_are() {
    let options = Options { zone: Some(Zone::named("Asia/Shanghai").expect("a zone")), ..Options::default() };
    let path = fixture("kept/客户沟通.csv");
    let error = read_with(&path, Format::MappedTable, &Options::default()).expect_err("no zone");
    assert!(matches!(error, IngestError::ZoneNeeded { .. }), "{error}");
    let items = read_with(&path, Format::MappedTable, &options).expect("opens");
    let expected = [
        "INGEST_ZONE_ASSUMED",
        "INGEST_NO_SECONDS",
        "INGEST_NO_MESSAGE_IDS",
        "INGEST_CONVERSATION_DERIVED",
        "INGEST_BAD_TIME",
        "INGEST_MAPPING_USED",
    ];
    assert_eq!(said(&items), expected);
    let found = records(&items);
    assert_eq!(sent(&items), ["2023-05-01T01:05:00Z", "2023-05-01T06:30:00Z"]);
    assert_eq!(who(found[0]), (Some("wxid_b"), Some("周言"), Some(false)));
    assert_eq!(who(found[1]), (None, Some("我"), Some(true)));
    assert_eq!(talk(found[0]), ("wechat", "?周言", ConversationKind::Direct));
    assert_eq!(found[1].attachments[0].name.as_deref(), Some("合同.jpg"));
    assert!(matches!(&found[1].body, Body::Mixed { parts } if parts.len() == 2));
    assert_eq!(found[0].marks.facts[0].value, "1");
}

#[test]
fn one_mapping_serves_the_tables_of_a_folder_that_have_its_columns() {
    let folder = fixture("folder");
    let detected = detect(&folder).expect("a folder");
    let names: Vec<_> = detected.files.iter().map(|file| file.path.file_name().expect("a name").to_owned()).collect();
    assert_eq!(names, ["a.csv", "b.csv"]);
    let ignored: Vec<_> = detected.ignored.iter().map(|file| file.path.to_string_lossy().into_owned()).collect();
    assert_eq!(ignored, ["mapping.toml", "other.csv"]);
    let mut times = Vec::new();
    for file in &detected.files {
        // The mapping's zone is nearer to the table than the caller's.
        let zone = Zone::named("Asia/Shanghai").ok();
        let items: Vec<Item> =
            open(file, &detected.root, &Options { zone, ..Options::default() }).expect("opens").collect();
        times.extend(sent(&items));
        for record in records(&items) {
            assert!(record.native_id.is_some() && !record.conversation.lacks_id());
        }
        if let Some(last) = records(&items).iter().find(|record| record.native_id.as_deref() == Some("8001")) {
            assert_eq!((&last.body, talk(last).2), (&Body::text_of("a; b"), ConversationKind::Direct));
        }
    }
    assert_eq!(times, ["2024-03-04T14:00:00Z", "2024-03-04T05:01:00Z", "2024-03-06T02:00:00Z"]);
}

#[test]
fn a_table_that_nobody_knows_is_refused_with_a_mapping_to_be_filled_in() {
    let path = fixture("kept/unknown.csv");
    let Err(error) = detect(&path) else { panic!("it is known") };
    let text = error.to_string();
    assert!(text.contains("its columns are `Sent`, `Who sent it (from)`, `What`, `The message`"), "{text}");
    assert!(
        text.contains("[columns]\ntime = \"Sent\"\nsender = \"Who sent it (from)\"\ntext = \"The message\""),
        "{text}"
    );
    // The mapping that was printed is one that works, once it says which number is the day.
    let (_, example) = text.split_once("begins:\n").expect("an example");
    let options = |text: &str| Options {
        mapping: Some(Mapping::from_toml(text).expect("a mapping")),
        zone: Some(Zone::utc()),
        ..Options::default()
    };
    let open_with = |text: &str| open(&SourceFile::single(Format::MappedTable, &path), &path, &options(text));
    let Err(error) = open_with(example) else { panic!("1/2/2024 is two days") };
    assert!(matches!(error, IngestError::DateOrder { .. }), "{error}");
    let items: Vec<Item> = open_with(&format!("date_order = \"dmy\"\n{example}")).expect("opens").collect();
    assert_eq!(sent(&items), ["2024-02-01T10:00:00Z"]);
    let Err(error) = open_with("date_order = \"dmy\"\n[columns]\ntime = \"When\"") else { panic!("no such column") };
    assert!(error.to_string().contains("no row has the column `When`"), "{error}");
    let detected = detect(&fixture("kept")).expect("a folder");
    let said: Vec<_> = detected.findings.iter().map(|finding| finding.code).collect();
    assert_eq!((detected.files.len(), said), (1, vec!["INGEST_COLUMNS_UNKNOWN"]));
}

#[test]
fn a_file_asked_for_as_what_it_is_not_says_what_it_has() {
    let path = fixture("kept/unknown.csv");
    for format in [Format::CellebriteTable, Format::AxiomTable, Format::MappedTable] {
        let Err(error) = open(&SourceFile::single(format, &path), &path, &Options::default()) else {
            panic!("{format}")
        };
        assert!(error.to_string().contains("`Who sent it (from)`"), "{format}: {error}");
    }
}
