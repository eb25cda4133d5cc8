//! Messages of macOS and iOS, from a database that is made here after the documented schema: synthetic.

use std::path::Path;

use duces_ingest::{Format, detect, open};
use duces_model::{AttachmentRole, Body, ConversationKind, Item, NoticeKind, ReceiptKind, RecordState, SourceRecord};
use rusqlite::{Connection, params};

use crate::wechat_made::Made;
use crate::{findings, options, records};

const SCHEMA: &str = "CREATE TABLE handle(ROWID INTEGER PRIMARY KEY, id TEXT, service TEXT);
    CREATE TABLE chat(ROWID INTEGER PRIMARY KEY, guid TEXT, style INTEGER, chat_identifier TEXT, display_name TEXT, service_name TEXT);
    CREATE TABLE chat_handle_join(chat_id INTEGER, handle_id INTEGER);
    CREATE TABLE chat_message_join(chat_id INTEGER, message_id INTEGER);
    CREATE TABLE attachment(ROWID INTEGER PRIMARY KEY, guid TEXT, filename TEXT, mime_type TEXT, transfer_name TEXT, total_bytes INTEGER, is_sticker INTEGER DEFAULT 0);
    CREATE TABLE message_attachment_join(message_id INTEGER, attachment_id INTEGER);
    CREATE TABLE message(ROWID INTEGER PRIMARY KEY, guid TEXT, text TEXT, attributedBody BLOB, handle_id INTEGER DEFAULT 0, service TEXT,
        date INTEGER, date_read INTEGER DEFAULT 0, date_delivered INTEGER DEFAULT 0, is_from_me INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0,
        group_title TEXT, group_action_type INTEGER DEFAULT 0, other_handle INTEGER DEFAULT 0, subject TEXT, associated_message_guid TEXT,
        associated_message_type INTEGER DEFAULT 0, associated_message_emoji TEXT, thread_originator_guid TEXT, date_edited INTEGER DEFAULT 0,
        date_retracted INTEGER DEFAULT 0, message_summary_info BLOB, is_audio_message INTEGER DEFAULT 0, balloon_bundle_id TEXT,
        expressive_send_style_id TEXT, error INTEGER DEFAULT 0);
    INSERT INTO handle VALUES(1,'+12025550111','iMessage'),(2,'wang@example.test','iMessage');
    INSERT INTO chat VALUES(1,'iMessage;-;+12025550111',45,'+12025550111',NULL,'iMessage'),(2,'iMessage;+;chat77',43,'chat77',NULL,'iMessage'),
        (3,'SMS;-;+12025550111',45,'+12025550111',NULL,'SMS');
    INSERT INTO chat_handle_join VALUES(1,1),(2,1),(2,2),(3,1);";

/// 2024-03-05 09:00 in Shanghai, in nanoseconds since 2001.
const NINE: i64 = 731_293_200 * 1_000_000_000;
const MINUTE: i64 = 60 * 1_000_000_000;

/// The text as newer systems store it alone.
fn archived(text: &str) -> Vec<u8> {
    let mut bytes = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+".to_vec();
    bytes.push(u8::try_from(text.len()).expect("short"));
    bytes.extend(text.as_bytes());
    bytes.extend(b"\x86\x84\x02iI\x01\x05");
    bytes
}

/// The summary of a message that was edited once.
fn edited(before: &str, after: &str) -> Vec<u8> {
    use plist::{Dictionary, Value};
    let wording = |at: f64, text: &str| {
        let pairs = [("d".to_owned(), Value::Real(at)), ("t".to_owned(), Value::Data(archived(text)))];
        Value::Dictionary(pairs.into_iter().collect())
    };
    let seconds = (NINE / 1_000_000_000) as f64;
    let parts = Value::Array(vec![wording(seconds, before), wording(seconds + 30.0, after)]);
    let edited: Dictionary = [("0".to_owned(), parts)].into_iter().collect();
    let root: Dictionary = [("ec".to_owned(), Value::Dictionary(edited))].into_iter().collect();
    let mut bytes = Vec::new();
    Value::Dictionary(root).to_writer_binary(&mut bytes).expect("written");
    bytes
}

fn made(root: &Path) {
    let made = Made::new(root, "Messages/chat.db", SCHEMA);
    let db: &Connection = &made.connection;
    let mut id = 0;
    let mut add = |chat: i64, columns: &str, values: &[&dyn rusqlite::ToSql]| {
        id += 1;
        let marks: Vec<String> = (3..values.len() + 3).map(|n| format!("?{n}")).collect();
        let sql = format!("INSERT INTO message(ROWID,date,{columns}) VALUES(?1,?2,{})", marks.join(","));
        let at = NINE + id * MINUTE;
        let mut all: Vec<&dyn rusqlite::ToSql> = vec![&id, &at];
        all.extend(values);
        db.execute(&sql, all.as_slice()).expect("added");
        if chat > 0 {
            db.execute("INSERT INTO chat_message_join VALUES(?1,?2)", params![chat, id]).expect("joined");
        }
    };
    add(1, "guid,text,handle_id,date_read", &[&"G1", &"合同签了吗 😀", &1, &(NINE + 5 * MINUTE)]);
    add(
        1,
        "guid,attributedBody,is_from_me,date_delivered,date_read",
        &[&"G2", &archived("还没"), &1, &(NINE + 3 * MINUTE), &(NINE + 4 * MINUTE)],
    );
    add(
        1,
        "guid,text,handle_id,associated_message_guid,associated_message_type",
        &[&"G3", &"Liked “还没”", &1, &"p:0/G2", &2001],
    );
    add(
        1,
        "guid,is_from_me,associated_message_guid,associated_message_type,associated_message_emoji",
        &[&"G4", &1, &"p:0/G1", &2006, &"🙏"],
    );
    add(
        1,
        "guid,is_from_me,associated_message_guid,associated_message_type,associated_message_emoji",
        &[&"G5", &1, &"bp:G1", &3006, &"🙏"],
    );
    add(
        2,
        "guid,text,handle_id,thread_originator_guid,message_summary_info,date_edited",
        &[&"G6", &"final terms", &2, &"G1", &edited("draft terms", "final terms"), &(NINE + 7 * MINUTE)],
    );
    add(2, "guid,handle_id,date_retracted", &[&"G7", &2, &(NINE + 8 * MINUTE)]);
    add(2, "guid,handle_id,item_type,group_action_type,other_handle", &[&"G8", &1, &1, &0, &2]);
    add(2, "guid,handle_id,item_type,group_title", &[&"G9", &1, &2, &"出运"]);
    add(2, "guid,text,handle_id,subject,error", &[&"G10", &"\u{fffc}see", &1, &"BL", &22]);
    add(3, "guid,text,is_from_me", &[&"G11", &"by short message", &1]);
    add(0, "guid,text,handle_id", &[&"G12", &"of no chat", &1]);
    add(1, "guid,attributedBody,handle_id", &[&"G13", &b"broken".to_vec(), &1]);
    add(1, "guid,text,handle_id,item_type", &[&"G14", &"?", &1, &42]);
    db.execute_batch(
        "UPDATE message SET date = 731293200 WHERE guid = 'G11';
         INSERT INTO attachment VALUES(1,'A1','~/Library/Messages/Attachments/ab/1/bl.jpg','image/jpeg','bl.jpg',13,0),
            (2,'A2','~/Library/Messages/Attachments/ab/2/gone.pdf','application/pdf','gone.pdf',5,0);
         INSERT INTO message_attachment_join VALUES(10,1),(10,2);",
    )
    .expect("filled");
    std::fs::create_dir_all(root.join("Messages/Attachments/ab/1")).expect("made");
    std::fs::write(root.join("Messages/Attachments/ab/1/bl.jpg"), "not a picture").expect("written");
}

fn read(root: &Path) -> Vec<Item> {
    let detected = detect(root).expect("a folder");
    let file = detected.files.iter().find(|file| file.path.ends_with("chat.db")).expect("found");
    assert_eq!(file.format, Format::ImessageDb);
    open(file, &detected.root, &options()).expect("opens").collect()
}

fn by_guid<'a>(found: &[&'a SourceRecord], guid: &str) -> &'a SourceRecord {
    found.iter().find(|record| record.native_id.as_deref() == Some(guid)).expect("read")
}

#[test]
fn every_row_is_a_record_with_what_happened_to_it() {
    let folder = tempfile::tempdir().expect("a folder");
    made(folder.path());
    let items = read(folder.path());
    let found = records(&items);
    assert_eq!(found.len(), 13);
    let codes: Vec<_> = findings(&items).iter().map(|f| f.code).collect();
    let expected = ["INGEST_PROVENANCE", "INGEST_MISSING_FIELD", "INGEST_BAD_PACKED", "INGEST_UNKNOWN_TYPE"];
    assert_eq!(codes, expected, "{:?}", findings(&items));
    let get = |guid| by_guid(&found, guid);
    let first = get("G1");
    assert_eq!(
        (first.conversation.kind, first.conversation.native_id.as_str()),
        (ConversationKind::Direct, "+12025550111")
    );
    assert_eq!(first.sent.to_string(), "2024-03-05T01:01:00Z");
    assert_eq!(first.marks.receipts[0].by.as_deref(), Some("the account that was collected"));
    assert!(first.marks.reactions.is_empty(), "it was taken back");
    assert_eq!(first.marks.facts[0].value, "🙏 by the account that was collected");
    let second = get("G2");
    assert_eq!((&second.body, second.sent_by_collector), (&Body::text_of("还没"), Some(true)));
    let kinds: Vec<_> = second.marks.receipts.iter().map(|receipt| receipt.kind).collect();
    assert_eq!(kinds, [ReceiptKind::Delivered, ReceiptKind::Read]);
    assert_eq!((second.marks.reactions[0].value.as_str(), second.marks.reactions[0].count), ("👍", 1));
    let tapback = get("G3");
    assert_eq!(tapback.marks.reply_to.as_deref(), Some("G2"));
    assert!(matches!(&tapback.body, Body::Notice(notice) if notice.text == "Liked “还没”"));
    let edited = get("G6");
    assert_eq!(edited.conversation.kind, ConversationKind::Group);
    assert_eq!(edited.conversation.title.as_deref(), Some("+12025550111, wang@example.test"));
    assert_eq!(edited.marks.reply_to.as_deref(), Some("G1"));
    assert_eq!(edited.marks.edits[0].before.as_deref(), Some("draft terms"));
    assert_eq!(edited.marks.edits[0].at.expect("a time").to_string(), "2024-03-05T01:00:30Z");
    let unsent = get("G7");
    assert_eq!((unsent.state, unsent.marks.deletion.is_some()), (RecordState::Recalled, true));
    let notices: Vec<_> = ["G8", "G9"]
        .iter()
        .map(|guid| match &get(guid).body {
            Body::Notice(notice) => (notice.kind, notice.text.as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        notices,
        [(NoticeKind::Join, "added wang@example.test"), (NoticeKind::Rename, "named the conversation “出运”")]
    );
    let with_files = get("G10");
    let hung: Vec<_> = with_files.attachments.iter().map(|a| (a.role, a.candidates.clone())).collect();
    assert_eq!(hung[0], (AttachmentRole::Picture, vec!["Messages/Attachments/ab/1/bl.jpg".into()]));
    assert_eq!(hung[1].0, AttachmentRole::File);
    assert_eq!(with_files.marks.facts.len(), 2, "a subject and an error");
    let short = get("G11");
    assert_eq!((short.conversation.app.label(), short.sent.to_string().as_str()), ("SMS", "2024-03-05T01:00:00Z"));
    assert_eq!(get("G14").body.label(), "Unknown message type");
}
