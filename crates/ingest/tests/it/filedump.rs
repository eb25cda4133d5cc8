//! FileDump XML: rooms of Actiance, Bloomberg and Lync.

use std::path::Path;

use duces_ingest::{Format, detect, open};
use duces_model::{Body, Item, NoticeKind, SourceRecord};

use crate::{findings, options, read_text, records, shared};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/filedump")
}

fn notice(record: &SourceRecord) -> (NoticeKind, &str) {
    let Body::Notice(notice) = &record.body else { panic!("{record:?}") };
    (notice.kind, notice.text.as_str())
}

#[test]
fn each_event_of_a_room_is_a_record() {
    let detected = detect(&folder()).expect("a folder");
    let names: Vec<(String, usize)> = detected
        .files
        .iter()
        .map(|f| (f.path.file_name().expect("a name").to_string_lossy().into_owned(), f.members.len()))
        .collect();
    assert_eq!(names, [("f1.ib19.240305.xml".to_owned(), 2), ("f1.msg.240305.xml".to_owned(), 1)]);
    let items: Vec<Item> = open(&detected.files[0], &detected.root, &options()).expect("opens").collect();
    let said: Vec<&str> = findings(&items).iter().map(|f| f.code).collect();
    assert_eq!(said, ["INGEST_NO_MESSAGE_IDS", "INGEST_UNKNOWN_TYPE"]);
    let found = records(&items);
    assert_eq!(found.len(), 9);
    for record in &found {
        assert_eq!(record.conversation.native_id, "PCHAT-0x1000000000001");
        assert_eq!(
            (record.conversation.app.name(), record.conversation.title.as_deref()),
            ("bloomberg", Some("Deal desk"))
        );
    }
    assert_eq!(notice(found[0]), (NoticeKind::Join, "ANN LEE (ANNLEE1) entered"));
    assert!(found[0].sender.is_none());
    let facts: Vec<&str> = found[0].marks.facts.iter().map(|fact| fact.value.as_str()).collect();
    assert_eq!(
        facts,
        ["1234567", "1", "2", "MERIDIAN", "annlee1@bloomberg.example", "ann.lee@meridian.example", "H", "M"]
    );
    assert_eq!(notice(found[1]), (NoticeKind::Other, "ANN LEE (ANNLEE1) invited BO2: join us"));
    assert_eq!((&found[2].body, found[2].marks.facts[0].value.as_str()), (&Body::text_of("said before"), "history"));
    let message = found[3];
    assert_eq!(message.body, Body::text_of("10 < 12 & rising 😀"));
    assert!(message.raw.starts_with(b"<Message InteractionType") && message.raw.ends_with(b"</Message>"));
    assert_eq!((message.place.line, message.place.record), (Some(9), Some(4)));
    assert_eq!((message.sent.to_string().as_str(), message.sent_raw.as_str()), ("2024-03-05T01:00:10Z", "1709600410"));
    let sender = message.sender.as_ref().expect("sent");
    assert_eq!((sender.native_id.as_deref(), sender.name.as_deref()), (Some("ANNLEE1"), Some("ANN LEE")));
    assert_eq!(message.marks.facts[0].value, "For professionals only.");
    assert_eq!(found[4].body, Body::text_of("wrap ped\nhere"));
    assert_eq!(found[5].body, Body::File { name: "prices.txt".into(), size: Some(7) });
    assert!(found[5].attachments[0].candidates.iter().any(|path| folder().join(path).is_file()));
    assert_eq!(notice(found[6]), (NoticeKind::Other, "File transfer of prices.txt by BO2 ended: completed"));
    assert_eq!(found[7].body.label(), "Unknown message type");
    assert_eq!(notice(found[8]), (NoticeKind::Leave, "BO2 left"));
}

#[test]
fn a_message_dump_is_read_as_mails() {
    let detected = detect(&folder()).expect("a folder");
    let items: Vec<Item> = open(&detected.files[1], &detected.root, &options()).expect("opens").collect();
    let record = records(&items)[0];
    let Body::Mail(mail) = &record.body else { panic!("{record:?}") };
    assert_eq!(
        (mail.subject.as_deref(), mail.to.as_slice()),
        (Some("Terms"), &["bo2@bloomberg.example".to_owned()][..])
    );
    assert_eq!((record.native_id.as_deref(), mail.text.as_str()), (Some("m-1"), "as agreed"));
}

#[test]
fn the_public_sample_is_read_whole() {
    let Some(folder) = shared("data/chat/actiance-xml") else { return };
    let detected = detect(&folder).expect("a folder");
    assert_eq!(detected.files.len(), 1);
    assert_eq!(detected.files[0].format, Format::FiledumpXml);
    let items: Vec<Item> = open(&detected.files[0], &detected.root, &options()).expect("opens").collect();
    let found = records(&items);
    assert_eq!(found.len(), 6, "{items:?}");
    let said: Vec<&str> = findings(&items).iter().map(|f| f.code).collect();
    assert_eq!(said, ["INGEST_NO_MESSAGE_IDS"]);
    assert_eq!(notice(found[1]), (NoticeKind::Join, "admin1 entered"));
    assert_eq!(found[3].body, Body::File { name: "rower1.jpg".into(), size: None });
    assert_eq!(notice(found[4]).1, "File transfer of rower1.jpg by admin1 ended: completed");
    // The wording without the wrapped lines is the one that was encoded, twice here.
    let text = "now here's a file transfer http://192.168.5.100/website/download?fileURL=16200606071431248685/rower.jpg (55.9 K)";
    assert_eq!(found[5].body, Body::text_of(text));
    assert_eq!(found[5].conversation.native_id, "Trading");
}

#[test]
fn a_dump_that_breaks_keeps_what_stood_before() {
    let event = "<Message><LoginName>a</LoginName><DateTimeUTC>1709600400</DateTimeUTC><Content>x</Content></Message>";
    let text = format!("<FileDump><Conversation><RoomID>r</RoomID>\n{event}\n{event}\n{}", &event[..40]);
    let items = read_text(Format::FiledumpXml, "x.xml", text.as_bytes());
    assert_eq!(records(&items).len(), 2);
    let Some(Item::Excepted { finding, raw }) = items.last() else { panic!("{items:?}") };
    assert_eq!(
        (finding.code, finding.place.line, raw.as_slice()),
        ("INGEST_XML_BROKEN", Some(4), &event.as_bytes()[..40])
    );
    let items = read_text(Format::FiledumpXml, "x.xml", b"<FileDump><Conversation></Conversation>");
    assert_eq!(findings(&items)[0].code, "INGEST_XML_BROKEN");
}
