//! Databases of WeChat for Windows 3.x, made from the documented schema.

use std::fs;
use std::path::Path;

use duces_ingest::{Format, Options, SourceFile, detect, open};
use duces_model::{AttachmentRole, Body, ConversationKind, Item, RecordState};
use rusqlite::ToSql;

use crate::wechat_made::{APPS, BASES, MICRO_MSG, MSG, Made, NOON, app, extra, lz4, members, read, said};
use crate::{findings, records};

fn msg_table() -> String {
    format!("CREATE TABLE MSG{MSG}; CREATE TABLE Name2ID(UsrName TEXT)")
}

/// Adds a message: its number gives id, order and time.
fn add(made: &Made, number: i64, talker: &str, kind: (i64, i64), own: bool, content: (&str, &[u8]), extra: &[u8]) {
    let text: &dyn ToSql = if content.1.is_empty() { &content.0 } else { &"" };
    let compressed: &dyn ToSql = if content.1.is_empty() { &rusqlite::types::Null } else { &content.1 };
    made.row(
        "MSG",
        &[
            ("TalkerId", &1),
            ("MsgSvrID", &(7_000_000_000_000_000_000 + number)),
            ("Type", &kind.0),
            ("SubType", &kind.1),
            ("IsSender", &own),
            ("CreateTime", &(NOON + number)),
            ("Sequence", &((NOON + number) * 1000)),
            ("StrTalker", &talker),
            ("StrContent", text),
            ("DisplayContent", &""),
            ("CompressContent", compressed),
            ("BytesExtra", &extra),
        ],
    );
}

fn micro_msg(root: &Path, name: &str) -> Made {
    let made = Made::new(root, name, MICRO_MSG);
    for (id, remark, nick) in
        [("wxid_self", "", "陈丽华"), ("wxid_a", "老王", "王志强"), ("wxid_b", "", "B"), ("1@chatroom", "", "项目群")]
    {
        made.row("Contact", &[("UserName", &id), ("Remark", &remark), ("NickName", &nick)]);
    }
    let room = members(&[("wxid_a", "王总"), ("wxid_b", "小B"), ("wxid_c", "群里的C")]);
    made.row("ChatRoom", &[("ChatRoomName", &"1@chatroom"), ("RoomData", &room)]);
    made
}

#[test]
fn every_kind_becomes_a_typed_record_and_every_row_is_accounted_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("WeChat Files/wxid_self");
    micro_msg(&root, "Msg/MicroMsg.db");
    let made = Made::new(&root, "Msg/Multi/MSG0.db", &msg_table());
    let mut expected = Vec::new();
    for (kind, content, label) in BASES {
        add(&made, expected.len() as i64, "wxid_a", (*kind, 0), false, (content, b""), b"");
        expected.push(*label);
    }
    for (kind, more, label) in APPS {
        add(&made, expected.len() as i64, "wxid_a", (49, *kind), false, ("", &lz4(&app(*kind, more))), b"");
        expected.push(*label);
    }
    for (sub, label) in [(1, "Recalled message"), (4, "Notice"), (8000, "Notice"), (57, "Recalled message")] {
        add(&made, expected.len() as i64, "wxid_a", (10_000, sub), false, ("x", b""), b"");
        expected.push(label);
    }
    let (refused, items) = read(folder.path(), &Options::default());
    assert_eq!(refused, []);
    let found = records(&items);
    let labels: Vec<&str> = found.iter().map(|record| record.body.label()).collect();
    assert_eq!(labels, expected);
    assert_eq!(said(&items), ["INGEST_UNKNOWN_TYPE", "INGEST_UPLOADING_FILE"]);
    for (number, record) in found.iter().enumerate() {
        assert_eq!(record.place.record, Some(number as u64 + 1));
        assert_eq!(record.place.file, format!("WeChat Files/wxid_self/Msg/Multi/MSG0.db#MSG:{}", number + 1));
        assert_eq!(record.native_id.as_deref(), Some((7_000_000_000_000_000_000 + number).to_string().as_str()));
        assert_eq!(record.sequence, (NOON + number as i64) * 1000);
        let by_app = matches!(record.body, Body::Notice(_)) || record.body == found[13].body || record.sender.is_none();
        let name = record.sender.as_ref().and_then(|sender| sender.name.as_deref());
        assert_eq!((record.sent_by_collector, name), if by_app { (None, None) } else { (Some(false), Some("老王")) });
    }
    let raw: serde_json::Value = serde_json::from_slice(&found[0].raw).expect("canonical JSON");
    assert_eq!(raw["StrContent"], "合同已签 [旺柴]");
    assert_eq!(raw["BytesExtra"]["hex"], "");
    assert_eq!(raw["CompressContent"], serde_json::Value::Null);
    let columns: Vec<&str> = ["\"localId\":1,", "\"TalkerId\":1,", "\"BytesTrans\":null}"].to_vec();
    let text = String::from_utf8(found[0].raw.clone()).expect("UTF-8");
    assert!(text.starts_with(&format!("{{{}{}", columns[0], columns[1])) && text.ends_with(columns[2]), "{text}");
}

#[test]
fn a_group_names_its_senders_and_shards_are_read_in_the_order_of_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("wxid_self");
    micro_msg(&root, "Msg/MicroMsg.db");
    let shards: Vec<Made> = (0..3).map(|n| Made::new(&root, &format!("Msg/Multi/MSG{n}.db"), &msg_table())).collect();
    for number in 0..300_i64 {
        let sender = ["wxid_a", "wxid_b", "wxid_c", "wxid_d"][number as usize % 4];
        let shard = &shards[(number * 7 % 3) as usize];
        let own = number % 5 == 0;
        let named = if own { Vec::new() } else { extra(&[(7, "<msgsource/>"), (1, sender)]) };
        add(shard, number, "1@chatroom", (1, 0), own, (&format!("m{number}"), b""), &named);
    }
    // The same message in a second shard, as overlapping copies have it.
    add(&shards[2], 10, "1@chatroom", (1, 0), true, ("m10", b""), b"");
    let (_, items) = read(folder.path(), &Options::default());
    let found = records(&items);
    assert_eq!(found.len(), 301);
    assert!(found.is_sorted_by_key(|record| record.sequence));
    assert_eq!(said(&items), ["INGEST_REPEATED_ROW"]);
    let names = |number: usize| {
        let record = found.iter().find(|r| r.body == Body::text_of(format!("m{number}"))).expect("there");
        let sender = record.sender.as_ref().expect("a sender");
        (sender.native_id.clone().unwrap_or_default(), sender.name.clone(), record.sent_by_collector)
    };
    let named = |id: &str, name: Option<&str>, own| (id.to_owned(), name.map(str::to_owned), Some(own));
    assert_eq!(names(0), named("wxid_self", Some("陈丽华"), true));
    assert_eq!(names(4), named("wxid_a", Some("老王"), false));
    assert_eq!(names(1), named("wxid_b", Some("小B"), false));
    assert_eq!(names(2), named("wxid_c", Some("群里的C"), false));
    assert_eq!(names(3), named("wxid_d", None, false));
    let conversation = &found[0].conversation;
    assert_eq!((conversation.kind, conversation.title.as_deref()), (ConversationKind::Group, Some("项目群")));
}

#[test]
fn media_are_found_by_path_and_recordings_in_their_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("wxid_self");
    micro_msg(&root, "Msg/MicroMsg.db");
    let made = Made::new(&root, "Msg/Multi/MSG0.db", &msg_table());
    let picture = "FileStorage/MsgAttach/aa/Image/2024-03/p.dat";
    let thumb = "FileStorage/MsgAttach/aa/Thumb/2024-03/p.dat";
    let file = "FileStorage/File/2024-03/报价.pdf";
    for path in [picture, thumb, file] {
        fs::create_dir_all(root.join(path).parent().expect("a folder")).expect("made");
        fs::write(root.join(path), b"bytes").expect("written");
    }
    let windows = |path: &str| format!("wxid_self\\{}", path.replace('/', "\\"));
    let paths = extra(&[(3, &windows(thumb)), (4, &windows(picture))]);
    add(&made, 1, "wxid_a", (3, 0), false, ("<msg><img md5=\"aa\"/></msg>", b""), &paths);
    let xml = app(6, "<md5>0123456789ABCDEF0123456789abcdef</md5>").replace("<title>T", "<title>报价.pdf");
    add(&made, 2, "wxid_a", (49, 6), false, ("", &lz4(&xml)), &extra(&[(4, &windows(file))]));
    add(&made, 3, "wxid_a", (34, 0), false, ("<msg><voicemsg voicelength=\"9\"/></msg>", b""), b"");
    add(
        &made,
        4,
        "wxid_a",
        (43, 0),
        false,
        ("<msg><videomsg/></msg>", b""),
        &extra(&[(4, "wxid_self\\..\\..\\..\\x.mp4")]),
    );
    let media = Made::new(
        &root,
        "Msg/Multi/MediaMSG0.db",
        "CREATE TABLE Media(Key TEXT, Reserved0 INT, Buf BLOB, Reserved1 INT, Reserved2 TEXT)",
    );
    let silk: &[u8] = b"\x02#!SILK_V3 synthetic";
    media.row("Media", &[("Reserved0", &7_000_000_000_000_000_003_i64), ("Buf", &silk)]);
    let (_, items) = read(folder.path(), &Options::default());
    let found = records(&items);
    assert_eq!(found[0].attachments[0].candidates[0], Path::new("wxid_self").join(picture));
    assert_eq!(found[0].attachments[1].role, AttachmentRole::Thumbnail);
    assert_eq!(found[0].attachments[1].candidates[0], Path::new("wxid_self").join(thumb));
    let document = &found[1].attachments[0];
    assert_eq!((document.role, document.name.as_deref()), (AttachmentRole::File, Some("报价.pdf")));
    assert_eq!(document.md5.as_deref(), Some("0123456789abcdef0123456789abcdef"));
    assert_eq!(document.candidates[0], Path::new("wxid_self").join(file));
    assert_eq!(found[2].attachments[0].bytes.as_deref(), Some(silk));
    assert_eq!(found[2].body, Body::Voice { duration_ms: Some(9), transcript: None });
    assert!(found[3].attachments[0].candidates.is_empty());
    assert_eq!(said(&items), ["INGEST_OUTSIDE_SOURCE"]);
}

#[test]
fn official_accounts_and_contacts_of_wecom_are_read_and_a_call_ends_as_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    micro_msg(root, "MicroMsg.db");
    let wecom = Made::new(
        root,
        "OpenIMContact.db",
        "CREATE TABLE OpenIMContact(UserName TEXT PRIMARY KEY, NickName TEXT, Type \
        INTEGER, Remark TEXT)",
    );
    wecom.row("OpenIMContact", &[("UserName", &"25@openim"), ("NickName", &"企业小张"), ("Remark", &"")]);
    let public = Made::new(
        root,
        "PublicMsg.db",
        &format!("CREATE TABLE PublicMsg{MSG}; CREATE TABLE PublicNameToID(UsrName TEXT)"),
    );
    public.row("PublicNameToID", &[("UsrName", &"gh_bank")]);
    public.row(
        "PublicMsg",
        &[("TalkerId", &1), ("Type", &1), ("IsSender", &0), ("CreateTime", &NOON), ("StrContent", &"账单")],
    );
    let made = Made::new(root, "MSG0.db", &msg_table());
    add(&made, 1, "25@openim", (1, 0), false, ("hi", b""), b"");
    add(&made, 2, "25@openim", (50, 0), true, ("", b""), b"");
    made.connection.execute("UPDATE MSG SET DisplayContent = '通话时长 01:23' WHERE Type = 50", []).expect("updated");
    let detected = detect(root).expect("a folder");
    assert_eq!(detected.files.len(), 1);
    assert_eq!(detected.files[0].members.len(), 4);
    let (_, items) = read(root, &Options { account: Some("wxid_self".into()), ..Options::default() });
    let found = records(&items);
    assert_eq!(found.len(), 3);
    assert_eq!(
        (found[0].conversation.native_id.as_str(), found[0].conversation.kind),
        ("gh_bank", ConversationKind::Official)
    );
    assert_eq!(found[1].sender.as_ref().and_then(|s| s.name.as_deref()), Some("企业小张"));
    let Body::Call(call) = &found[2].body else { panic!("{:?}", found[2].body) };
    assert_eq!(call.duration_ms, Some(83_000));
    assert_eq!(found[2].sender.as_ref().and_then(|s| s.native_id.as_deref()), Some("wxid_self"));
}

#[test]
fn what_is_broken_is_kept_and_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Made::new(folder.path(), "MSG0.db", &msg_table());
    let cut = &lz4(&app(5, "<url>https://a.test</url>"))[..40];
    let bad_extra = &extra(&[(1, "wxid_a")])[..12];
    add(&made, 1, "1@chatroom", (49, 5), false, ("", b"\xff\xff\xff\xff"), &extra(&[(1, "wxid_a")]));
    add(&made, 2, "1@chatroom", (49, 5), false, ("", cut), &extra(&[(1, "wxid_a")]));
    add(&made, 3, "1@chatroom", (1, 0), false, ("hello", b""), bad_extra);
    add(&made, 4, "1@chatroom", (49, 57), false, ("<msg><appmsg>", b""), &extra(&[(1, "wxid_a")]));
    let null = rusqlite::types::Null;
    type Row<'a> = (&'a [(&'a str, &'a dyn ToSql)], &'a str);
    let rows: [Row<'_>; 6] = [
        (&[("StrTalker", &"wxid_a"), ("Type", &1), ("CreateTime", &null)], "INGEST_MISSING_FIELD"),
        (&[("StrTalker", &"wxid_a"), ("Type", &1), ("CreateTime", &"soon")], "INGEST_BAD_TIME"),
        (&[("StrTalker", &"wxid_a"), ("Type", &1), ("CreateTime", &1)], "INGEST_BAD_TIME"),
        (&[("StrTalker", &"wxid_a"), ("Type", &"x"), ("CreateTime", &NOON)], "INGEST_WRONG_TYPE"),
        (&[("StrTalker", &null), ("Type", &1), ("CreateTime", &NOON)], "INGEST_MISSING_FIELD"),
        (&[("StrTalker", &b"\xff".as_slice()), ("Type", &1), ("CreateTime", &NOON)], "INGEST_MISSING_FIELD"),
    ];
    for (row, _) in rows {
        made.row("MSG", row);
    }
    made.connection
        .execute_batch("INSERT INTO MSG(StrTalker,Type,CreateTime,IsSender,StrContent) VALUES('wxid_a',1,1709600500,0,CAST(x'61ff62' AS TEXT))")
        .expect("inserted");
    let (_, items) = read(folder.path(), &Options::default());
    let excepted: Vec<&str> = items
        .iter()
        .filter_map(|item| {
            if let Item::Excepted { finding, raw } = item {
                assert!(raw.starts_with(b"{\"localId\":"));
                Some(finding.code)
            } else {
                None
            }
        })
        .collect();
    let mut expected: Vec<&str> = rows.iter().map(|(_, code)| *code).collect();
    expected.sort_unstable();
    let mut sorted = excepted.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    let found = records(&items);
    assert_eq!(found.len() + excepted.len(), 11);
    let codes = said(&items);
    for code in [
        "INGEST_BAD_COMPRESSION",
        "INGEST_BAD_PACKED",
        "INGEST_BAD_XML",
        "INGEST_SENDER_UNKNOWN",
        "INGEST_NAMES_MISSING",
    ] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    assert!(found.iter().any(|record| record.body == Body::text_of("a\u{fffd}b")));
    let raw = &found.iter().find(|record| record.body == Body::text_of("a\u{fffd}b")).expect("there").raw;
    assert!(String::from_utf8_lossy(raw).contains("\"StrContent\":{\"text_hex\":\"61ff62\"}"));
    assert!(found.iter().all(|record| record.state == RecordState::Present));
}

#[test]
fn an_older_table_without_some_columns_is_read_and_one_without_times_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = Made::new(
        folder.path(),
        "old/MSG0.db",
        "CREATE TABLE MSG(localId INTEGER PRIMARY KEY, Type INT, CreateTime INT, \
        IsSender INT, StrTalker TEXT, StrContent TEXT)",
    );
    for (time, text) in [(NOON + 5, "second"), (NOON, "first")] {
        old.row(
            "MSG",
            &[("Type", &1), ("CreateTime", &time), ("IsSender", &0), ("StrTalker", &"wxid_a"), ("StrContent", &text)],
        );
    }
    let (_, items) = read(folder.path(), &Options::default());
    let found = records(&items);
    assert_eq!(
        found.iter().map(|r| r.body.clone()).collect::<Vec<_>>(),
        [Body::text_of("first"), Body::text_of("second")]
    );
    assert_eq!((found[0].sequence, found[0].native_id.as_deref()), (2, None));

    let other = Made::new(folder.path(), "other/MSG0.db", &format!("CREATE TABLE MSG(a); CREATE TABLE PublicMsg{MSG}"));
    let file = SourceFile::single(Format::Wechat3Db, &other.path);
    let items: Vec<Item> = open(&file, &other.path, &Options::default()).expect("opens").collect();
    assert_eq!(findings(&items).iter().filter(|f| f.code == "INGEST_TABLE_UNKNOWN").count(), 1);
}
