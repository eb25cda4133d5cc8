//! Databases of WeChat 4.x, made from the documented schema.

use std::fs;
use std::path::Path;

use duces_ingest::{Format, Options, detect};
use duces_model::{AttachmentRole, Body, ConversationKind, Zone};
use rusqlite::ToSql;
use rusqlite::types::Null;

use crate::records;
use crate::wechat_made::{APPS, BASES, CONTACT4, MSG4, Made, NOON, app, hash, members, packed, read, said, zstd};

const SELF: &str = "wxid_self";

/// A message database with these talkers' tables and these senders, numbered from 1.
fn message_db(root: &Path, number: usize, talkers: &[&str], senders: &[&str]) -> Made {
    let name = format!("message/message_{number}.db");
    let made = Made::new(
        root,
        &name,
        "CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY); CREATE TABLE TimeStamp(timestamp INTEGER)",
    );
    for sender in senders {
        made.row("Name2Id", &[("user_name", sender)]);
    }
    for talker in talkers {
        made.connection.execute_batch(&format!("CREATE TABLE {}{MSG4}", table(talker))).expect("made");
    }
    made
}

fn table(talker: &str) -> String {
    format!("Msg_{}", hash(talker))
}

/// Adds a message: its number gives id, order and time.
fn add(made: &Made, number: i64, talker: &str, kind: (i64, i64), sender: i64, content: &dyn ToSql) {
    made.row(
        &table(talker),
        &[
            ("server_id", &(8_000_000_000_000_000_000 + number)),
            ("local_type", &((kind.1 << 32) | kind.0)),
            ("sort_seq", &((NOON + number) * 1000)),
            ("real_sender_id", &sender),
            ("create_time", &(NOON + number)),
            ("status", &if sender == 1 { 2 } else { 4 }),
            ("source", &""),
            ("message_content", content),
        ],
    );
}

fn contact_db(root: &Path) -> Made {
    let made = Made::new(root, "contact/contact.db", CONTACT4);
    for (id, remark, nick) in [(SELF, "", "陈丽华"), ("wxid_a", "老王", "王志强"), ("1@chatroom", "", "项目群")]
    {
        made.row("contact", &[("username", &id), ("remark", &remark), ("nick_name", &nick)]);
    }
    made.row("stranger", &[("username", &"wxid_b"), ("remark", &""), ("nick_name", &"B")]);
    made.row(
        "chat_room",
        &[("username", &"1@chatroom"), ("ext_buffer", &members(&[("wxid_b", "小B"), ("wxid_a", "王总")]))],
    );
    made
}

#[test]
fn every_kind_becomes_a_typed_record_and_every_row_is_accounted_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("wxid_self_1a2b/db_storage");
    contact_db(&root);
    let made = message_db(&root, 0, &["wxid_a"], &[SELF, "wxid_a"]);
    let mut expected = Vec::new();
    for (kind, content, label) in BASES {
        // The app packs what is XML, and leaves the rest.
        let packed = zstd(content);
        let content: &dyn ToSql = if content.starts_with('<') { &packed } else { content };
        add(&made, expected.len() as i64, "wxid_a", (*kind, 0), 2, content);
        expected.push(*label);
    }
    for (kind, more, label) in APPS {
        add(&made, expected.len() as i64, "wxid_a", (49, *kind), 2, &zstd(&app(*kind, more)));
        expected.push(*label);
    }
    let (refused, items) = read(folder.path(), &Options::default());
    assert_eq!(refused, []);
    let found = records(&items);
    assert_eq!(found.iter().map(|record| record.body.label()).collect::<Vec<_>>(), expected);
    assert_eq!(said(&items), ["INGEST_UNKNOWN_TYPE", "INGEST_UPLOADING_FILE"]);
    assert_eq!(found[0].place.file, format!("wxid_self_1a2b/db_storage/message/message_0.db#{}:1", table("wxid_a")));
    assert_eq!(found[0].native_id.as_deref(), Some("8000000000000000000"));
    assert_eq!((found[0].sequence, found[0].sent_by_collector), (NOON * 1000, Some(false)));
    assert_eq!(found[0].conversation.title.as_deref(), Some("老王"));
    let raw: serde_json::Value = serde_json::from_slice(&found[1].raw).expect("canonical JSON");
    assert!(raw["message_content"]["hex"].as_str().is_some_and(|hex| hex.starts_with("28b52ffd")), "{raw}");
    let provenance = crate::findings(&items).into_iter().find(|f| f.code == "INGEST_PROVENANCE").expect("said");
    assert!(provenance.text.contains("WeChat 4.x of the account `wxid_self`"), "{provenance}");
}

#[test]
fn conversations_run_over_their_shards_and_senders_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    contact_db(root);
    // The numbers of senders differ from one database to the next.
    let senders = [[SELF, "wxid_a", "wxid_b"], [SELF, "wxid_b", "wxid_a"], [SELF, "wxid_a", "wxid_b"]];
    let shards: Vec<Made> = senders
        .iter()
        .enumerate()
        .map(|(n, senders)| message_db(root, n, &["wxid_a", "1@chatroom"], senders))
        .collect();
    for number in 0..300_i64 {
        let n = (number * 7 % 3) as usize;
        let sender = ["wxid_self", "wxid_a", "wxid_b"][number as usize % 3];
        let at = senders[n].iter().position(|s| *s == sender).expect("there") as i64 + 1;
        let text = if at == 1 { format!("m{number}") } else { format!("{sender}:\nm{number}") };
        add(&shards[n], number, "1@chatroom", (1, 0), at, &text);
        let other = senders[n].iter().position(|s| *s == "wxid_a").expect("there") as i64 + 1;
        add(
            &shards[n],
            number,
            "wxid_a",
            (1, 0),
            if number % 2 == 0 { 1 } else { other },
            &format!("note:\nd{number}"),
        );
    }
    add(&shards[1], 10, "wxid_a", (1, 0), 1, &"note:\nd10");
    let (_, items) = read(root, &Options::default());
    let found = records(&items);
    assert_eq!(found.len(), 601);
    assert_eq!(said(&items), ["INGEST_REPEATED_ROW"]);
    let room: Vec<_> = found.iter().filter(|r| r.conversation.kind == ConversationKind::Group).collect();
    let direct: Vec<_> = found.iter().filter(|r| r.conversation.kind == ConversationKind::Direct).collect();
    assert_eq!((room.len(), direct.len()), (300, 301));
    assert!(room.is_sorted_by_key(|r| r.sequence) && direct.is_sorted_by_key(|r| r.sequence));
    for (number, record) in room.iter().enumerate() {
        assert_eq!(record.body, Body::text_of(format!("m{number}")));
        let (id, name) = [(SELF, "陈丽华"), ("wxid_a", "老王"), ("wxid_b", "小B")][number % 3];
        let sender = record.sender.as_ref().expect("a sender");
        assert_eq!((sender.native_id.as_deref(), sender.name.as_deref()), (Some(id), Some(name)));
        assert_eq!(record.sent_by_collector, Some(id == SELF));
    }
    // What somebody wrote in a 1:1 is left as it is.
    assert_eq!(direct[1].body, Body::text_of("note:\nd1"));
    assert_eq!((direct[0].sent_by_collector, direct[1].sent_by_collector), (Some(true), Some(false)));
    // Nobody names the account; who sent what stands as sent is it.
    let text = &crate::findings(&items)[0].text;
    assert!(text.contains("`wxid_self`, as the sender of what was sent"), "{text}");
}

#[test]
fn media_are_found_by_digest_and_by_hardlink_and_recordings_in_their_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let account = folder.path().join("wxid_self_1a2b");
    let root = account.join("db_storage");
    contact_db(&root);
    let made = message_db(&root, 0, &["wxid_a"], &[SELF, "wxid_a"]);
    let digest = |n: u8| format!("{n:02x}").repeat(16);
    let talk = hash("wxid_a");
    let there = [
        format!("msg/attach/{talk}/2024-03/Img/{}.dat", digest(1)),
        format!("msg/attach/{talk}/2024-03/Img/{}_t.dat", digest(2)),
        format!("msg/attach/{talk}/2024-02/Img/{}_W.dat", digest(9)),
        format!("msg/video/2024-03/{}.mp4", digest(3)),
        format!("msg/video/2024-03/{}_thumb.jpg", digest(3)),
        "msg/file/2024-02/报价(1).pdf".to_owned(),
    ];
    for path in &there {
        fs::create_dir_all(account.join(path).parent().expect("a folder")).expect("made");
        fs::write(account.join(path), b"bytes").expect("written");
    }
    let with_info = |number: i64, kind: i64, xml: &str, info: &[u8]| {
        add(&made, number, "wxid_a", (kind, 0), 2, &zstd(xml));
        let sql = format!("UPDATE {} SET packed_info_data = ?1 WHERE sort_seq = ?2", table("wxid_a"));
        made.connection.execute(&sql, rusqlite::params![info, (NOON + number) * 1000]).expect("updated");
    };
    let picture = |n: u8| packed(&[(3, &packed(&[(4, digest(n).as_bytes())]))]);
    with_info(1, 3, "<msg><img md5=\"ff\"/></msg>", &picture(1));
    with_info(2, 3, "<msg><img/></msg>", &picture(2));
    with_info(3, 43, "<msg><videomsg/></msg>", &packed(&[(4, &packed(&[(8, digest(3).as_bytes())]))]));
    with_info(4, 3, &format!("<msg><img md5=\"{}\"/></msg>", digest(4)), b"");
    let file = app(6, &format!("<md5>{}</md5>", digest(5))).replace("<title>T", "<title>报价.pdf");
    add(&made, 5, "wxid_a", (49, 6), 2, &zstd(&file));
    add(&made, 6, "wxid_a", (34, 0), 2, &zstd("<msg><voicemsg voicelength=\"9\"/></msg>"));
    add(&made, 7, "wxid_a", (34, 0), 2, &zstd("<msg><voicemsg voicelength=\"9\"/></msg>"));
    let links = Made::new(
        &root,
        "hardlink/hardlink.db",
        "CREATE TABLE dir2id(username TEXT PRIMARY KEY); \
        CREATE TABLE image_hardlink_info_v4(md5_hash INTEGER, md5 TEXT, type INTEGER, file_name TEXT, file_size INTEGER, \
        modify_time INTEGER, dir1 INTEGER, dir2 INTEGER, _rowid_ INTEGER PRIMARY KEY ASC, extra_buffer BLOB); \
        CREATE TABLE file_hardlink_info_v3(md5 TEXT, file_name TEXT, dir1 INTEGER, dir2 INTEGER)",
    );
    for name in [talk.as_str(), "2024-02"] {
        links.row("dir2id", &[("username", &name)]);
    }
    let picture_name = format!("{}_W.dat", digest(9));
    links.row(
        "image_hardlink_info_v4",
        &[("md5", &digest(4)), ("file_name", &picture_name), ("dir1", &1), ("dir2", &2)],
    );
    links.row(
        "file_hardlink_info_v3",
        &[("md5", &digest(5)), ("file_name", &"报价(1).pdf"), ("dir1", &2), ("dir2", &0)],
    );
    let media = Made::new(
        &root,
        "message/media_0.db",
        "CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY); CREATE TABLE \
        VoiceInfo(chat_name_id INTEGER, create_time INTEGER, local_id INTEGER, svr_id INTEGER, voice_data BLOB, data_index TEXT \
        DEFAULT '0')",
    );
    let silk: &[u8] = b"\x02#!SILK_V3 synthetic";
    media.row("VoiceInfo", &[("svr_id", &8_000_000_000_000_000_006_i64), ("voice_data", &silk)]);
    media.row("VoiceInfo", &[("svr_id", &8_000_000_000_000_000_007_i64), ("voice_data", &silk)]);
    media.row("VoiceInfo", &[("svr_id", &8_000_000_000_000_000_007_i64), ("voice_data", &b"other".as_slice())]);
    let (_, items) = read(folder.path(), &Options::default());
    let found = records(&items);
    // The first candidate that is there is what would be collected.
    let collected = |number: usize, at: usize| {
        let attachment = &found[number].attachments[at];
        let path = attachment.candidates.iter().find(|path| folder.path().join(path).is_file())?;
        Some(path.strip_prefix("wxid_self_1a2b").ok()?.to_str()?.to_owned())
    };
    assert_eq!(collected(0, 0).as_deref(), Some(there[0].as_str()));
    assert_eq!(collected(1, 0), None);
    assert_eq!(found[1].attachments[1].role, AttachmentRole::Thumbnail);
    assert_eq!(collected(1, 1).as_deref(), Some(there[1].as_str()));
    assert_eq!(collected(2, 0).as_deref(), Some(there[3].as_str()));
    assert_eq!(collected(2, 1).as_deref(), Some(there[4].as_str()));
    assert_eq!(collected(3, 0).as_deref(), Some(there[2].as_str()));
    assert_eq!(collected(4, 0).as_deref(), Some(there[5].as_str()));
    assert_eq!(found[4].attachments[0].md5.as_deref(), Some(digest(5).as_str()));
    assert_eq!(found[5].attachments[0].bytes.as_deref(), Some(silk));
    assert_eq!(found[6].attachments[0].bytes.as_deref(), Some(silk));
    assert_eq!(said(&items), ["INGEST_VOICE_AMBIGUOUS"]);
    // A zone that the caller states names the month.
    let zoned = Options { zone: Some(Zone::named("America/New_York").expect("a zone")), ..Options::default() };
    assert_eq!(records(&read(folder.path(), &zoned).1).len(), 7);
}

#[test]
fn what_the_account_took_back_is_in_the_notice_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    contact_db(root);
    let made = message_db(root, 0, &["wxid_a"], &[SELF, "wxid_a"]);
    add(&made, 1, "wxid_a", (10_000, 0), 1, &"你撤回了一条消息");
    let xml = "<sysmsg type=\"revokemsg\"><revokemsg><content>你撤回了一条消息</content><newmsgid>77</newmsgid></revokemsg></sysmsg>";
    add(&made, 2, "wxid_a", (10_000, 0), 1, &zstd(xml));
    let revoked = Made::new(
        root,
        "message/message_revoke.db",
        "CREATE TABLE revokemessage(to_user_name TEXT, svr_id INTEGER, \
        message_type INTEGER, revoke_time INTEGER, content TEXT, at_user_list TEXT)",
    );
    revoked.row(
        "revokemessage",
        &[("svr_id", &8_000_000_000_000_000_001_i64), ("message_type", &1), ("content", &"别告诉法务")],
    );
    revoked.row("revokemessage", &[("svr_id", &77), ("message_type", &3), ("content", &"<msg><img/></msg>")]);
    let (_, items) = read(root, &Options::default());
    let recalled: Vec<Option<Body>> = records(&items)
        .iter()
        .map(|record| match &record.body {
            Body::Recall(recall) => recall.recalled.as_deref().cloned(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(recalled, [Some(Body::text_of("别告诉法务")), Some(Body::Picture)]);
}

#[test]
fn a_table_that_nobody_names_keeps_its_hash() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let made = message_db(root, 0, &["2@chatroom", "wxid_gone", "gh_bank"], &[SELF, "wxid_a", "wxid_b"]);
    add(&made, 1, "2@chatroom", (1, 0), 2, &"wxid_a:\nhello");
    add(&made, 2, "2@chatroom", (1, 0), 3, &"wxid_b:\nhi");
    add(&made, 3, "wxid_gone", (1, 0), 1, &"are you there");
    let session =
        Made::new(root, "session/session.db", "CREATE TABLE SessionTable(username TEXT PRIMARY KEY, type INTEGER)");
    session.row("SessionTable", &[("username", &"gh_bank")]);
    add(&made, 4, "gh_bank", (1, 0), 0, &"bill");
    let (_, items) = read(root, &Options::default());
    let found = records(&items);
    let of: Vec<(&str, ConversationKind)> =
        found.iter().map(|r| (r.conversation.native_id.as_str(), r.conversation.kind)).collect();
    let (room, gone) = (table("2@chatroom"), table("wxid_gone"));
    let mut expected = vec![("gh_bank", ConversationKind::Official)];
    let mut unknown = vec![
        (room.as_str(), ConversationKind::Group),
        (room.as_str(), ConversationKind::Group),
        (gone.as_str(), ConversationKind::Direct),
    ];
    unknown.sort_by_key(|(id, _)| *id);
    expected.extend(unknown);
    assert_eq!(of, expected);
    let codes = said(&items);
    assert_eq!(codes.iter().filter(|code| **code == "INGEST_CONVERSATION_UNRESOLVED").count(), 2);
    assert!(codes.contains(&"INGEST_NAMES_MISSING"));
    let text = found.iter().find(|r| r.conversation.native_id == room).expect("there");
    assert_eq!(
        (&text.body, text.sender.as_ref().and_then(|s| s.native_id.as_deref())),
        (&Body::text_of("hello"), Some("wxid_a"))
    );
    // Nothing says who the account is; a sender of an unknown 1:1 is not taken for it, unless it stands as sent.
    let gone = found.iter().find(|r| r.conversation.native_id == gone).expect("there");
    assert_eq!(gone.sent_by_collector, Some(true));
}

#[test]
fn two_accounts_in_a_folder_are_two_sources_and_lone_names_join_theirs() {
    let folder = tempfile::tempdir().expect("a folder");
    for account in ["wxid_x_1a2b", "wxid_y_3c4d"] {
        let root = folder.path().join(account).join("db_storage");
        let made = message_db(&root, 0, &["wxid_a"], &[&account[..6], "wxid_a"]);
        add(&made, 1, "wxid_a", (1, 0), 2, &"hi");
        contact_db(&root);
        Made::new(&root, "message/message_fts.db", "CREATE TABLE name2id(username TEXT PRIMARY KEY)");
    }
    let detected = detect(folder.path()).expect("a folder");
    let files: Vec<(&str, usize)> = detected
        .files
        .iter()
        .map(|f| (f.path.file_name().and_then(|n| n.to_str()).unwrap_or_default(), f.members.len()))
        .collect();
    assert_eq!(files, [("wxid_x_1a2b", 2), ("wxid_y_3c4d", 2)]);
    assert!(detected.files.iter().all(|file| file.format == Format::Wechat4Db));
    // An index for searching holds no messages and is no layout that is read.
    assert_eq!(detected.findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["INGEST_SQLITE", "INGEST_SQLITE"]);

    let other = tempfile::tempdir().expect("a folder");
    let made = message_db(&other.path().join("chats"), 0, &["wxid_a"], &[SELF, "wxid_a"]);
    add(&made, 1, "wxid_a", (1, 0), 2, &Null);
    contact_db(&other.path().join("names"));
    let detected = detect(other.path()).expect("a folder");
    assert_eq!((detected.files.len(), detected.files[0].members.len()), (1, 2));
    let (_, items) = read(other.path(), &Options::default());
    assert_eq!(records(&items)[0].conversation.title.as_deref(), Some("老王"));
}

#[test]
fn what_is_broken_is_kept_and_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    contact_db(root);
    let made = message_db(root, 0, &["wxid_a"], &[SELF, "wxid_a"]);
    let frame = zstd(&app(5, "<url>https://a.test</url>"));
    let with_nul = zstd("a\0b");
    let contents: [(&dyn ToSql, i64); 8] = [
        (&&frame[..frame.len() - 3], 49),
        (&&frame[..frame.len() - 3], 3),
        (&b"\x28\xb5\x2f\xfd".as_slice(), 1),
        (&b"\xff\xfe".as_slice(), 1),
        (&Null, 49),
        (&7.5, 1),
        (&with_nul, 1),
        (&"<msg><appmsg><type>5", 49),
    ];
    for (number, (content, kind)) in contents.iter().enumerate() {
        add(&made, number as i64, "wxid_a", (*kind, 0), 2, *content);
    }
    made.connection
        .execute_batch(&format!(
            "UPDATE {0} SET packed_info_data = x'1a05ff' WHERE local_type = 3; \
             INSERT INTO {0}(local_type, create_time) VALUES(NULL, 1709600400), (1, NULL), (1, 'x'), (x'01', 1709600400); \
             INSERT INTO {0}(local_type, create_time, sort_seq, real_sender_id, message_content) \
             VALUES(1, 1709600500, 'x', 'y', 'no sender')",
            table("wxid_a")
        ))
        .expect("inserted");
    let (_, items) = read(root, &Options { account: Some(SELF.into()), ..Options::default() });
    let excepted = items.iter().filter(|item| matches!(item, duces_model::Item::Excepted { .. })).count();
    let found = records(&items);
    assert_eq!((found.len(), excepted), (9, 4));
    let mut counts = std::collections::BTreeMap::new();
    said(&items).into_iter().for_each(|code| *counts.entry(code).or_insert(0) += 1);
    let expected = [
        ("INGEST_BAD_COMPRESSION", 3),
        ("INGEST_BAD_PACKED", 1),
        ("INGEST_BAD_TIME", 1),
        ("INGEST_BAD_XML", 1),
        ("INGEST_DAMAGED_XML", 1),
        ("INGEST_INVALID_UTF8", 1),
        ("INGEST_MISSING_FIELD", 2),
        ("INGEST_NUL_IN_TEXT", 1),
        ("INGEST_SENDER_UNKNOWN", 1),
        ("INGEST_WRONG_TYPE", 1),
    ];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
    // A picture whose XML is lost is a picture still.
    assert!(found.iter().any(|record| record.body == Body::Picture));
}

#[test]
fn a_row_on_a_damaged_page_is_named_and_the_others_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let made = message_db(root, 0, &["wxid_a"], &[SELF, "wxid_a"]);
    add(&made, 1, "wxid_a", (1, 0), 2, &"before");
    add(&made, 2, "wxid_a", (1, 0), 2, &"Q".repeat(40_000));
    add(&made, 3, "wxid_a", (1, 0), 2, &"after");
    let page: u32 = made.connection.query_row("PRAGMA page_size", [], |row| row.get(0)).expect("told");
    let page = page as usize;
    drop(made);
    let path = root.join("message/message_0.db");
    let mut bytes = fs::read(&path).expect("read");
    // The pages that go on with the long text begin with the number of the next one.
    let chained = bytes.chunks(page).position(|page| page.len() > 8 && page[4..].starts_with(b"QQQQ")).expect("one");
    bytes[chained * page..chained * page + 4].fill(0xff);
    fs::write(&path, bytes).expect("written");
    let (_, items) = read(root, &Options::default());
    assert!(said(&items).contains(&"INGEST_ROW_UNREADABLE"), "{:?}", said(&items));
    let texts: Vec<&Body> = records(&items).into_iter().map(|record| &record.body).collect();
    assert_eq!(texts, [&Body::text_of("before"), &Body::text_of("after")]);
}
