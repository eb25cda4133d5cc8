//! Databases of WeChat for iOS and for Android, made from the documented schemas.

use std::fs;
use std::path::Path;

use duces_ingest::{Format, Options, detect};
use duces_model::{AttachmentRole, Body, ConversationKind};

use crate::records;
use crate::wechat_made::{ANDROID, APPS, BASES, CHAT, Made, NOON, app, hash, members, packed, read, said};

fn friends(root: &Path) -> Made {
    let made = Made::new(
        root,
        "DB/WCDB_Contact.sqlite",
        "CREATE TABLE Friend(userName TEXT PRIMARY KEY, type INTEGER DEFAULT 0, \
        dbContactRemark BLOB, dbContactHeadImage BLOB, dbContactChatRoom BLOB)",
    );
    let names = |nick: &str, remark: &str| packed(&[(1, nick.as_bytes()), (2, b"alias"), (3, remark.as_bytes())]);
    let room = "<RoomData><Member UserName=\"wxid_b\"><DisplayName>小B</DisplayName></Member></RoomData>";
    for (id, names, room) in [
        ("wxid_self", names("陈丽华", ""), Vec::new()),
        ("wxid_a", names("王志强", "老王"), Vec::new()),
        ("wxid_b", names("B", ""), Vec::new()),
        ("1@chatroom", names("项目群", ""), packed(&[(6, room.as_bytes())])),
    ] {
        made.row("Friend", &[("userName", &id), ("dbContactRemark", &names), ("dbContactChatRoom", &room)]);
    }
    made
}

fn chat(talker: &str) -> String {
    format!("Chat_{}", hash(talker))
}

#[test]
fn ios_conversations_are_read_with_their_names_and_media() {
    let folder = tempfile::tempdir().expect("a folder");
    let account = folder.path().join("Documents").join(hash("wxid_self"));
    friends(&account);
    let first = Made::new(&account, "DB/MM.sqlite", &format!("CREATE TABLE {}{CHAT}", chat("wxid_a")));
    let second = Made::new(
        &account,
        "DB/message_1.sqlite",
        &format!("CREATE TABLE {}{CHAT}; CREATE TABLE {}{CHAT}", chat("1@chatroom"), chat("wxid_gone")),
    );
    let add = |made: &Made, table: &str, number: i64, kind: i64, des: i64, text: &str| {
        made.row(
            table,
            &[
                ("MesSvrID", &(9_000_000_000_000_000_000 + number)),
                ("CreateTime", &(NOON + number)),
                ("Message", &text),
                ("Type", &kind),
                ("Des", &des),
            ],
        );
    };
    let mut expected = Vec::new();
    for (kind, content, label) in BASES {
        add(&first, &chat("wxid_a"), expected.len() as i64, *kind, 1, content);
        expected.push(*label);
    }
    for (kind, more, label) in APPS {
        add(&first, &chat("wxid_a"), expected.len() as i64, 49, 1, &app(*kind, more));
        expected.push(*label);
    }
    add(&second, &chat("1@chatroom"), 1, 1, 1, "wxid_b:\n你好");
    add(&second, &chat("1@chatroom"), 2, 1, 0, "total:\n5");
    add(&second, &chat("1@chatroom"), 3, 3, 1, "wxid_b:\n<msg><img md5=\"a\"/></msg>");
    add(&second, &chat("wxid_gone"), 4, 1, 1, "gone");
    for (kind, name) in [("Img", "3.pic"), ("Img", "3.pic_thum")] {
        let path = account.join(kind).join(hash("1@chatroom")).join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, b"bytes").expect("written");
    }
    let detected = detect(folder.path()).expect("a folder");
    assert_eq!((detected.files.len(), detected.files[0].format), (1, Format::WechatIosDb));
    let (_, items) = read(folder.path(), &Options::default());
    let found = records(&items);
    let of = |id: &str| found.iter().filter(|r| r.conversation.native_id == id).copied().collect::<Vec<_>>();
    assert_eq!(of("wxid_a").iter().map(|r| r.body.label()).collect::<Vec<_>>(), expected);
    assert_eq!(of("wxid_a")[0].sender.as_ref().and_then(|s| s.name.as_deref()), Some("老王"));
    let room = of("1@chatroom");
    assert_eq!(
        (room[0].conversation.kind, room[0].conversation.title.as_deref()),
        (ConversationKind::Group, Some("项目群"))
    );
    assert_eq!(room[0].body, Body::text_of("你好"));
    assert_eq!(room[0].sender.as_ref().and_then(|s| s.name.as_deref()), Some("小B"));
    // The account is told by the hash that its folder is named by.
    assert_eq!(room[1].sender.as_ref().and_then(|s| s.native_id.as_deref()), Some("wxid_self"));
    assert_eq!((&room[1].body, room[1].sent_by_collector), (&Body::text_of("total:\n5"), Some(true)));
    let below = |path: &str| account.strip_prefix(folder.path()).expect("below").join(path).join(hash("1@chatroom"));
    assert_eq!(room[2].attachments[0].candidates[0], below("Img").join("3.pic"));
    assert_eq!(room[2].attachments[1].role, AttachmentRole::Thumbnail);
    assert_eq!(of(&chat("wxid_gone")).len(), 1);
    assert_eq!(said(&items), ["INGEST_UNKNOWN_TYPE", "INGEST_UPLOADING_FILE", "INGEST_CONVERSATION_UNRESOLVED"]);
}

#[test]
fn android_times_are_milliseconds_and_types_composite() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let made = Made::new(root, "EnMicroMsg.db", ANDROID);
    for (id, value) in [(2, "wxid_self"), (4, "陈丽华")] {
        made.row("userinfo", &[("id", &id), ("type", &3), ("value", &value)]);
    }
    for (id, remark, nick) in [("wxid_a", "老王", "王志强"), ("wxid_b", "", "B"), ("1@chatroom", "", "项目群")]
    {
        made.row("rcontact", &[("username", &id), ("conRemark", &remark), ("nickname", &nick)]);
    }
    made.row("chatroom", &[("chatroomname", &"1@chatroom"), ("roomdata", &members(&[("wxid_b", "小B")]))]);
    let add = |number: i64, talker: &str, kind: i64, send: i64, text: &str, path: &str| {
        made.row(
            "message",
            &[
                ("msgId", &number),
                ("msgSvrId", &(9_000_000_000_000_000_000 + number)),
                ("type", &kind),
                ("isSend", &send),
                // Later messages have smaller ids here: the order is that of time.
                ("createTime", &((NOON - number) * 1000 + 7)),
                ("talker", &talker),
                ("content", &text),
                ("imgPath", &path),
            ],
        );
    };
    #[rustfmt::skip]
    let rows: [(i64, i64, i64, &str, &str); 15] = [
        (1, 285_212_721, 0, "5", "Link"),
        (2, 1_048_625, 0, "8", "Sticker"),
        (3, 16_777_265, 0, "33", "Mini program"),
        (4, 822_083_633, 0, "57", "Quote"),
        (5, 1_090_519_089, 0, "6", "File"),
        (6, 419_430_449, 0, "2000", "Transfer"),
        (7, 436_207_665, 0, "2001", "Red packet"),
        (8, -1_879_048_186, 0, "17", "Live location"),
        (9, 1_040_187_441, 0, "3", "Music"),
        (10, 922_746_929, 0, "62", "Notice"),
        (11, 268_445_456, 0, "\"老王\" 撤回了一条消息", "Recalled message"),
        (12, 570_425_393, 0, "<sysmsg type=\"sysmsgtemplate\"><sysmsgtemplate><content_template><plain>x</plain></content_template></sysmsgtemplate></sysmsg>", "Notice"),
        (13, 34, 0, "wxid_a:2303:1:\n", "Voice"),
        (14, 1, 1, "好的", "Text"),
        (15, 10_000, 0, "x", "Notice"),
    ];
    for (number, kind, send, text, _) in rows {
        let xml = text.parse().map(|sub| app(sub, "")).unwrap_or_else(|_| text.to_owned());
        add(number, "wxid_a", kind, send, &xml, "");
    }
    add(20, "1@chatroom", 1, 0, "wxid_b:\n你好", "");
    add(21, "1@chatroom", 3, 0, "wxid_b:\n<msg><img md5=\"a\"/></msg>", "THUMBNAIL_DIRPATH://th_abcdef");
    add(22, "1@chatroom", 34, 1, "<msg><voicemsg voicelength=\"5\"/></msg>", "voicefile");
    add(23, "1@chatroom", 43, 1, "<msg><videomsg/></msg>", "videofile");
    add(24, "1@chatroom", 99_999, 0, "wxid_b:\nx", "");
    made.row(
        "ImgInfo2",
        &[("msgSvrId", &9_000_000_000_000_000_021_i64), ("bigImgPath", &"fedcba.jpg"), ("thumbImgPath", &"")],
    );
    let voice = hash("voicefile");
    let voice = format!("voice2/{}/{}/msg_voicefile.amr", &voice[..2], &voice[2..4]);
    for path in
        ["image2/fe/dc/fedcba.jpg", "image2/ab/cd/th_abcdef", "video/videofile.mp4", "video/videofile.jpg", &voice]
    {
        fs::create_dir_all(root.join(path).parent().expect("a folder")).expect("made");
        fs::write(root.join(path), b"bytes").expect("written");
    }
    let (_, items) = read(root, &Options::default());
    let found = records(&items);
    assert_eq!(found.len(), 20);
    assert!(found.is_sorted_by_key(|record| record.sent));
    let of = |number: i64| {
        let id = (9_000_000_000_000_000_000 + number).to_string();
        found.iter().find(|r| r.native_id.as_deref() == Some(&id)).copied().expect("there")
    };
    for (number, kind, _, _, label) in rows {
        assert_eq!(of(number).body.label(), label, "{kind}");
    }
    assert_eq!(of(1).sent.millis(), (NOON - 1) * 1000 + 7);
    assert_eq!(of(13).body, Body::Voice { duration_ms: Some(2303), transcript: None });
    assert_eq!(of(14).sender.as_ref().and_then(|s| s.name.as_deref()), Some("陈丽华"));
    assert_eq!(of(20).body, Body::text_of("你好"));
    assert_eq!(of(20).sender.as_ref().and_then(|s| s.name.as_deref()), Some("小B"));
    let collected = |number: i64, at: usize| {
        let attachment = &of(number).attachments[at];
        attachment
            .candidates
            .iter()
            .find(|path| root.join(path).is_file())
            .and_then(|path| path.to_str())
            .map(str::to_owned)
    };
    assert_eq!(collected(21, 0).as_deref(), Some("image2/fe/dc/fedcba.jpg"));
    assert_eq!(collected(21, 1).as_deref(), Some("image2/ab/cd/th_abcdef"));
    assert_eq!(collected(22, 0).as_deref(), Some(voice.as_str()));
    assert_eq!(collected(23, 0).as_deref(), Some("video/videofile.mp4"));
    assert_eq!(said(&items), ["INGEST_UNKNOWN_TYPE"]);
    let provenance = &crate::findings(&items)[0].text;
    assert!(provenance.contains("`wxid_self`, as its table `userinfo` says"), "{provenance}");
}
