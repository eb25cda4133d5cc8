//! Exports of tools: each layout is recognised, each record accounted for, each kind of message told.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, IngestError, Options, SourceFile, detect, open};
use duces_model::{AttachmentRole, Body, ConversationKind, Item, SourceRecord};

use crate::{findings, options, records};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tools").join(name)
}

fn read_with(name: &str, options: &Options) -> Vec<Item> {
    let path = fixture(name);
    let root = path.parent().expect("a folder");
    let detected = detect(root).expect("a folder");
    let file = detected.files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{name}: {detected:?}"));
    open(file, &detected.root, options).expect("opens").collect()
}

fn read(name: &str) -> Vec<Item> {
    read_with(name, &options())
}

/// Each file: what it is recognised as, what its records are, what is said of it.
const FILES: &[(&str, Format, &[&str], &[&str])] = &[
    (
        "weflow-arkme/群聊_春季出运群.json",
        Format::WeflowJson,
        &[
            "Text",
            "Music",
            "Official-account article",
            "Channel post",
            "Red packet",
            "Mini program",
            "Quote",
            "Contact card",
            "Location",
            "Transfer",
            "Video call",
            "Sign-up list (接龙)",
            "Unknown message type",
            "Notice",
        ],
        &["INGEST_PROVENANCE", "INGEST_MEMBERS", "INGEST_UNKNOWN_TYPE"],
    ),
    (
        "weflow-csv/私聊_周言.csv",
        Format::PywxdumpCsv,
        &["Text", "Picture", "Sticker", "Video", "Voice", "Location", "File", "Text"],
        &["INGEST_TOOL_LEAVES_OUT", "INGEST_CONVERSATION_FROM_NAME"],
    ),
    (
        "weflow-txt/私聊_周言.txt",
        Format::WeflowTxt,
        &["Text", "Picture", "Link", "Text", "-"],
        &["INGEST_CONVERSATION_FROM_NAME", "INGEST_TYPES_FROM_TEXT", "INGEST_BAD_TIME"],
    ),
    (
        "chatlog-csv/wxid_b_2024-03-01_2024-03-31.csv",
        Format::ChatlogCsv,
        &["Text", "File", "Quote", "Recalled message"],
        &["INGEST_TYPES_FROM_TEXT"],
    ),
    (
        "chatlog-txt/1001@chatroom_2024-03-01_2024-03-31.txt",
        Format::ChatlogTxt,
        &["Text", "Picture", "Text", "Notice"],
        &["INGEST_TYPES_FROM_TEXT"],
    ),
    ("pywxdump-json/1001@chatroom_0_500.json", Format::PywxdumpJson, &["Text", "Quote", "Picture"], &[]),
    (
        "memotrace/周言/周言_utf8.csv",
        Format::MemotraceCsv,
        &["Text", "Picture", "Link", "Recalled message", "-"],
        &["INGEST_CONVERSATION_FROM_NAME", "INGEST_CSV_FIELDS"],
    ),
    ("memotrace/群/春季出运群_utf8.csv", Format::MemotraceCsv, &["Text", "Text"], &["INGEST_CONVERSATION_FROM_NAME"]),
    ("memotrace/messages.csv", Format::MemotraceCsv, &["Text", "Sticker"], &["INGEST_CONVERSATION_FROM_NAME"]),
    (
        "memotrace/聊天记录/周言(wxid_b)/周言.csv",
        Format::MemotraceCsv,
        &["Text", "Picture", "Recalled message", "Unknown message type"],
        &["INGEST_UNKNOWN_TYPE"],
    ),
    (
        "chatlab/group.json",
        Format::ChatlabJson,
        &[
            "Text",
            "Picture",
            "Voice",
            "Video",
            "File",
            "Sticker",
            "Link",
            "Location",
            "Red packet",
            "Transfer",
            "Notice",
            "Voice call",
            "App card",
            "Quote",
            "Merged chat history",
            "Contact card",
            "Notice",
            "Recalled message",
            "Unknown message type",
            "Unknown message type",
        ],
        &["INGEST_PROVENANCE", "INGEST_UNKNOWN_TYPE", "INGEST_UNKNOWN_TYPE", "INGEST_MEMBERS"],
    ),
    ("chatlab/private.jsonl", Format::ChatlabJsonl, &["Text", "Text"], &["INGEST_PROVENANCE", "INGEST_MEMBERS"]),
    ("keeper/wechat_messages.json", Format::KeeperJson, &["Text", "Picture", "Text"], &[]),
    ("databackup/answer.json", Format::DatabackupJson, &["Text", "Picture", "File", "Quote"], &[]),
];

fn label(item: &Item) -> Option<&'static str> {
    match item {
        Item::Record(record) => Some(record.body.label()),
        Item::Excepted { .. } => Some("-"),
        Item::Finding(_) => None,
    }
}

#[test]
fn every_layout_is_recognised_and_every_record_accounted_for() {
    for (name, format, labels, said) in FILES {
        let path = fixture(name);
        let detected = detect(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(detected.files, [SourceFile::single(*format, &path)], "{name}");
        let items = read(name);
        assert_eq!(items.iter().filter_map(label).collect::<Vec<_>>(), *labels, "{name}: {:?}", findings(&items));
        assert_eq!(findings(&items).iter().map(|f| f.code).collect::<Vec<_>>(), *said, "{name}");
        let bytes = std::fs::read(&path).expect("read");
        for record in records(&items) {
            assert!(!record.raw.is_empty());
            assert!(
                bytes.windows(record.raw.len()).any(|window| window == record.raw),
                "{name}: raw is not in the file"
            );
        }
    }
}

#[test]
fn no_file_of_the_fixtures_is_left_out() {
    let detected = detect(&fixture("")).expect("a folder");
    let mut found: Vec<PathBuf> = detected.files.iter().map(|file| file.path.clone()).collect();
    let mut named: Vec<PathBuf> = FILES.iter().map(|(name, ..)| fixture(name)).collect();
    found.sort();
    named.sort();
    assert_eq!(found, named);
}

fn sender(record: &SourceRecord) -> (Option<&str>, Option<&str>) {
    let sender = record.sender.as_ref();
    (sender.and_then(|s| s.native_id.as_deref()), sender.and_then(|s| s.name.as_deref()))
}

#[test]
fn conversations_senders_and_ids_are_what_each_layout_knows() {
    let rows = [
        ("weflow-arkme/群聊_春季出运群.json", 1, "1001@chatroom", Some("wxid_b"), Some("周言"), None),
        ("weflow-csv/私聊_周言.csv", 0, "?周言", None, Some("陈丽华"), Some("7001")),
        ("weflow-csv/私聊_周言.csv", 1, "?周言", None, Some("周言"), Some("7002")),
        ("weflow-txt/私聊_周言.txt", 1, "?周言", None, Some("周言"), None),
        ("chatlog-csv/wxid_b_2024-03-01_2024-03-31.csv", 1, "wxid_b", Some("wxid_me"), Some("陈丽华"), None),
        ("chatlog-txt/1001@chatroom_2024-03-01_2024-03-31.txt", 0, "1001@chatroom", Some("wxid_b"), Some("周言"), None),
        ("pywxdump-json/1001@chatroom_0_500.json", 0, "1001@chatroom", Some("wxid_b"), Some("周言"), Some("7001")),
        ("memotrace/群/春季出运群_utf8.csv", 0, "?春季出运群", Some("wxid_b"), Some("周言"), None),
        ("memotrace/messages.csv", 1, "?talker 4", None, None, Some("7002")),
        ("memotrace/聊天记录/周言(wxid_b)/周言.csv", 0, "wxid_b", Some("wxid_b"), Some("周言"), Some("7001")),
        ("memotrace/聊天记录/周言(wxid_b)/周言.csv", 1, "wxid_b", None, Some("陈丽华"), Some("7002")),
        ("chatlab/group.json", 0, "1001@chatroom", Some("wxid_b"), Some("周言"), Some("7000")),
        ("chatlab/private.jsonl", 1, "u2", Some("u1"), Some("Me"), None),
        ("keeper/wechat_messages.json", 1, "wxid_b", Some("wxid_me"), None, Some("7002")),
        ("databackup/answer.json", 0, "1001@chatroom", Some("wxid_b"), Some("周言"), Some("7001")),
    ];
    for (name, index, conversation, id, shown, native_id) in rows {
        let items = read(name);
        let record = records(&items)[index];
        assert_eq!(record.conversation.native_id, conversation, "{name}");
        assert_eq!(sender(record), (id, shown), "{name}");
        assert_eq!(record.native_id.as_deref(), native_id, "{name}");
        let group = conversation.ends_with("@chatroom") || conversation == "?春季出运群";
        let kind = if group { ConversationKind::Group } else { ConversationKind::Direct };
        assert_eq!(record.conversation.kind, kind, "{name}");
        let app = if name.ends_with("private.jsonl") { "telegram" } else { "wechat" };
        assert_eq!(record.conversation.app.name(), app, "{name}");
    }
}

#[test]
fn what_a_card_of_arkme_says_more_is_read() {
    let items = read("weflow-arkme/群聊_春季出运群.json");
    let found = records(&items);
    let Body::Link(music) = &found[1].body else { panic!("no music") };
    assert_eq!((music.description.as_deref(), music.source.as_deref()), (Some("某人"), Some("某音乐")));
    let Body::Channel(channel) = &found[3].body else { panic!("no channel") };
    assert_eq!((channel.name.as_deref(), channel.url.as_deref()), (Some("某频道"), Some("https://example.com/f")));
    assert_eq!(found[3].marks.facts.len(), 2);
    let Body::MiniProgram(program) = &found[5].body else { panic!("no program") };
    assert_eq!((program.name.as_deref(), program.app_id.as_deref()), (Some("车票"), Some("gh_2@app")));
    let Body::Quote(quote) = &found[6].body else { panic!("no quote") };
    assert_eq!((quote.text.as_str(), quote.native_id.as_deref()), ("好", Some("7001")));
    let Body::ContactCard(card) = &found[7].body else { panic!("no card") };
    assert_eq!((card.native_id.as_deref(), card.note.as_deref()), (Some("wxid_c"), Some("在")));
    let Body::Call(call) = &found[10].body else { panic!("no call") };
    assert_eq!(call.duration_ms, Some(31_000));
    let said = findings(&items);
    assert_eq!(said[0].text, "tool: WeFlow; version: 1.0.3; exported: 2024-03-06T04:40:00Z");
    assert_eq!(said[1].text, "3 members are listed: 陈丽华 (wxid_me), 周言 (wxid_b), 林晓 (wxid_quiet)");
}

#[test]
fn local_times_need_a_zone_and_others_do_not() {
    let without = Options::default();
    for (name, format, ..) in FILES {
        let path = fixture(name);
        let outcome = open(&SourceFile::single(*format, &path), path.parent().expect("a folder"), &without);
        let local =
            matches!(format, Format::WeflowTxt | Format::ChatlogCsv | Format::ChatlogTxt | Format::PywxdumpJson)
                || name.contains("聊天记录");
        match outcome {
            Ok(_) => assert!(!local, "{name}"),
            Err(error) => assert!(local && matches!(error, IngestError::ZoneNeeded { .. }), "{name}: {error}"),
        }
    }
    // The CSV of WeFlow is in UTC, MemoTrace's older one in seconds, chatlog's text local.
    let rows = [
        ("weflow-csv/私聊_周言.csv", "2024-03-05T01:00:01Z"),
        ("memotrace/messages.csv", "2024-03-05T01:00:01Z"),
        ("chatlog-txt/1001@chatroom_2024-03-01_2024-03-31.txt", "2024-03-05T01:00:01Z"),
        ("keeper/wechat_messages.json", "2024-03-05T01:00:01.250Z"),
    ];
    for (name, sent) in rows {
        assert_eq!(records(&read(name))[0].sent.to_string(), sent, "{name}");
    }
}

#[test]
fn a_text_without_a_year_is_set_aside_with_advice() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chat.txt");
    std::fs::copy(fixture("chatlog-txt/1001@chatroom_2024-03-01_2024-03-31.txt"), &path).expect("copied");
    let file = SourceFile::single(Format::ChatlogTxt, &path);
    let items: Vec<Item> = open(&file, folder.path(), &options()).expect("opens").collect();
    assert_eq!((items.len(), records(&items).len()), (4, 0));
    assert!(findings(&items).iter().all(|f| f.code == "INGEST_BAD_TIME" && f.text.contains("names no year")));
}

#[test]
fn texts_of_several_paragraphs_stay_one_message() {
    for name in ["weflow-txt/私聊_周言.txt", "chatlog-txt/1001@chatroom_2024-03-01_2024-03-31.txt"] {
        let items = read(name);
        assert!(records(&items).iter().any(|r| r.body == Body::text_of("第一行\n\n第三行")), "{name}");
    }
}

#[test]
fn paths_lead_to_the_media_beside_the_export() {
    let items = read("weflow-csv/私聊_周言.csv");
    let picture = &records(&items)[1].attachments[0];
    assert!(picture.candidates.iter().any(|path| fixture("weflow-csv").join(path).is_file()), "{picture:?}");
}

/// wechatDataBackup names the preview of a video; one that is there hangs on the message, one that is not is no loss.
#[test]
fn the_backup_tools_preview_of_a_video_comes_along() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = |id: u32, preview: &str| {
        serde_json::json!({
            "LocalId": id, "MsgSvrId": id.to_string(), "type": 43, "SubType": 0, "IsSender": 1,
            "createTime": 1_709_600_400 + id, "talker": "wxid_b", "content": "<msg><videomsg playlength=\"3\"/></msg>",
            "VideoPath": "\\FileStorage\\Video\\v.mp4", "ThumbPath": preview,
        })
    };
    let rows = serde_json::json!([row(1, "\\FileStorage\\Video\\v.jpg"), row(2, "\\FileStorage\\Video\\gone.jpg")]);
    std::fs::create_dir_all(folder.path().join("FileStorage/Video")).expect("folders");
    for (name, bytes) in [("answer.json", rows.to_string().as_str()), ("FileStorage/Video/v.jpg", "SYNTHETIC frame")] {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    }
    let detected = detect(folder.path()).expect("a folder");
    let file = detected.files.iter().find(|file| file.path.ends_with("answer.json")).expect("recognised");
    let items: Vec<Item> = open(file, &detected.root, &options()).expect("opens").collect();
    let roles: Vec<Vec<AttachmentRole>> =
        records(&items).iter().map(|record| record.attachments.iter().map(|a| a.role).collect()).collect();
    assert_eq!(roles, [vec![AttachmentRole::Video, AttachmentRole::Thumbnail], vec![AttachmentRole::Video]]);
}
