//! Mails: deliveries of compliance vendors, mbox files, single mails, and malformed ones.

use std::path::Path;

use duces_ingest::{Format, MailMap, Options, SourceFile, detect, open};
use duces_model::{AttachmentRole, Body, ConversationKind, Item, RecordState, SourceRecord};

use crate::{findings, options, read_text, records, shared};

fn fixture(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail").join(path)
}

fn read(path: &Path, options: &Options) -> Vec<Item> {
    let detected = detect(path).expect("readable");
    assert_eq!(detected.findings, []);
    let mut items = Vec::new();
    for file in &detected.files {
        items.extend(open(file, &detected.root, options).expect("opens"));
    }
    items
}

fn sender(record: &SourceRecord) -> (Option<&str>, Option<&str>) {
    record.sender.as_ref().map_or((None, None), |sender| (sender.native_id.as_deref(), sender.name.as_deref()))
}

fn mail(text: &str) -> Vec<Item> {
    read_text(Format::Eml, "x.eml", text.as_bytes())
}

const HEAD: &str =
    "Date: Tue, 5 Mar 2024 09:00:00 +0800\nFrom: a@b.test\nTo: c@d.test\nSubject: s\nMessage-ID: <1@b.test>\n";

#[test]
fn a_delivery_is_one_source_and_each_message_says_who_told_whom_what() {
    let folder = fixture("delivery");
    let detected = detect(&folder).expect("a folder");
    assert_eq!(detected.files.len(), 1, "{:?}", detected.files);
    assert_eq!((detected.files[0].format, detected.files[0].members.len()), (Format::Eml, 6));
    assert!(detected.ignored.is_empty());
    let items = read(&folder, &options());
    let said: Vec<&str> = findings(&items).iter().map(|f| f.code).collect();
    assert_eq!(said, ["INGEST_PROVENANCE", "INGEST_MAIL_MAP_UNVERIFIED", "INGEST_NO_MESSAGE_IDS"]);
    let found = records(&items);
    assert_eq!(found.len(), 4);

    let first = found[0];
    assert_eq!(first.raw, std::fs::read(folder.join("0001.eml")).expect("read"));
    assert_eq!((first.place.file.as_str(), first.sequence), ("0001.eml", 1));
    assert_eq!((first.conversation.app.name(), first.conversation.kind), ("wechat", ConversationKind::Direct));
    assert_eq!(first.conversation.native_id, "wxid_lin|zhou.yan@meridian.example");
    assert_eq!(first.conversation.title.as_deref(), Some("林晓 / Zhou Yan"));
    assert_eq!(sender(first), (Some("wxid_lin"), Some("林晓")));
    assert_eq!((first.sent_by_collector, first.native_id.as_deref()), (Some(false), Some("7001")));
    assert_eq!(
        (first.sent.to_string().as_str(), first.sent_raw.as_str()),
        ("2024-03-05T01:00:00Z", "Tue, 5 Mar 2024 09:00:00 +0800")
    );
    assert_eq!(first.body, Body::text_of("合同今天下午发给你 [旺柴]"));
    assert_eq!(first.marks.facts[0].value, "Delivered");

    let second = found[1];
    assert_eq!(second.conversation, first.conversation);
    assert_eq!(second.sent_by_collector, Some(true));
    let Body::Mixed { parts } = &second.body else { panic!("{second:?}") };
    assert_eq!(*parts[0].body, Body::text_of("收到 & signed"));
    assert_eq!((&*parts[1].body, parts[1].attachment), (&Body::Picture, Some(0)));
    let picture = &second.attachments[0];
    assert_eq!((picture.role, picture.name.as_deref()), (AttachmentRole::Picture, Some("合同.png")));
    assert!(picture.bytes.as_ref().expect("its bytes").starts_with(b"\x89PNG"));

    let third = found[2];
    assert_eq!(
        (third.conversation.native_id.as_str(), third.conversation.kind),
        ("12345678@chatroom", ConversationKind::Group)
    );
    assert_eq!(third.conversation.title.as_deref(), Some("项目组"));
    assert_eq!(third.body.label(), "Voice");
    assert_eq!(third.attachments.len(), 1);
    assert!(third.attachments[0].candidates.iter().any(|path| folder.join(path).is_file()), "{third:?}");

    assert_eq!((found[3].state, found[3].native_id.as_deref()), (RecordState::Recalled, None));
}

#[test]
fn the_account_that_was_collected_makes_the_other_side_the_conversation() {
    let options = Options { account: Some("wxid_lin".into()), ..options() };
    let items = read(&fixture("delivery"), &options);
    let found = records(&items);
    assert_eq!(found[0].conversation.native_id, "zhou.yan@meridian.example");
    assert_eq!(found[1].conversation.native_id, "zhou.yan@meridian.example");
}

#[test]
fn an_mbox_is_taken_apart_and_its_mails_are_one_thread() {
    let path = fixture("thread.mbox");
    let items = read(&path, &options());
    assert_eq!(findings(&items).len(), 0, "{items:?}");
    let found = records(&items);
    assert_eq!(found.len(), 3);
    let raw: Vec<u8> = found.iter().flat_map(|record| record.raw.clone()).collect();
    assert_eq!(raw, std::fs::read(&path).expect("read"), "the records' bytes are the file");
    for record in &found {
        assert_eq!(
            (record.conversation.app.name(), record.conversation.native_id.as_str()),
            ("email", "a1@meridian.example")
        );
        assert_eq!(record.conversation.title.as_deref(), Some("Price list"));
    }
    let Body::Mail(mail) = &found[0].body else { panic!("{:?}", found[0]) };
    assert_eq!(mail.text, "See the list.\nFrom there we go on.");
    assert_eq!(
        (mail.to.as_slice(), mail.cc.as_slice()),
        (&["Bo <bo@partner.example>".to_owned()][..], &["Chen, Wei <chen@partner.example>".to_owned()][..])
    );
    assert_eq!(sender(found[0]), (Some("ann.lee@meridian.example"), Some("Ann Lee")));
    // A file sent as text is not decoded: its bytes are the sender's.
    let csv = &found[0].attachments[0];
    assert_eq!(csv.bytes.as_deref(), Some(&b"\xc6\xb7\xc3\xfb,\xbc\xdb\r\n"[..]));
    assert_eq!(found[1].sent.to_string(), "2024-03-05T02:10:00Z");
    assert_eq!((found[1].place.line, found[1].place.record), (Some(33), Some(2)));
    assert_eq!(found[2].marks.reply_to.as_deref(), Some("b1@partner.example"));
    assert_eq!(found[2].marks.facts[0].value, "high");
    let inner = found[2].attachments[0].bytes.as_ref().expect("its bytes");
    assert!(
        inner.starts_with(b"Date: Mon, 4 Mar") && inner.ends_with(b"inner text"),
        "{}",
        String::from_utf8_lossy(inner)
    );
}

#[test]
fn a_map_of_ones_own_tells_where_everything_stands() {
    let map = r#"
[[rule]]
name = "ours"
verified = true
when = ["X-Ours-*"]
app = "wecom"
conversation_from = ["X-Ours-Room"]
group_from = ["X-Ours-Room"]
title_from = ["X-Ours-Topic"]
message_id_from = ["X-Ours-Id"]
reply_to_from = ["X-Ours-Parent"]
sender_id_from = ["X-Ours-From"]
sender_name_from = ["X-Ours-Name"]
sent_from = ["X-Ours-Time"]
direction_from = ["X-Ours-Way"]
outgoing = ["hin"]
type_from = ["X-Ours-Kind"]
types = { "beitritt" = "join", "anruf" = "call" }
facts = ["X-Ours-Device"]
"#;
    let options = Options { mail_map: MailMap::from_toml(map).expect("a map"), ..options() };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.eml");
    let text = format!(
        "{HEAD}X-Ours-Room: r1\nX-Ours-Topic: Topic\nX-Ours-Id: 9\nX-Ours-Parent: 8\nX-Ours-From: u1\nX-Ours-Name: Una\n\
         X-Ours-Time: 2024-03-05T10:00:00Z\nX-Ours-Way: HIN\nX-Ours-Kind: Anruf\nX-Ours-Device: phone\n\nVoice call Duration: 01:05\n"
    );
    std::fs::write(&file, text).expect("written");
    let items: Vec<Item> =
        open(&SourceFile::single(Format::Eml, &file), folder.path(), &options).expect("opens").collect();
    assert_eq!(findings(&items).len(), 0, "{items:?}");
    let record = records(&items)[0];
    assert_eq!((record.conversation.app.name(), record.conversation.native_id.as_str()), ("wecom", "r1"));
    assert_eq!((record.native_id.as_deref(), record.marks.reply_to.as_deref()), (Some("9"), Some("8")));
    assert_eq!(sender(record), (Some("u1"), Some("Una")));
    assert_eq!((record.sent.to_string().as_str(), record.sent_by_collector), ("2024-03-05T10:00:00Z", Some(true)));
    assert_eq!(record.body.label(), "Voice call");
    assert_eq!(record.marks.facts[0].value, "phone");
}

#[test]
fn message_types_of_a_header_are_read_and_unknown_ones_said() {
    let rows = [
        ("Text", "hi", "Text", None),
        ("image", "", "Picture", None),
        ("Voice", "", "Voice", None),
        ("video", "", "Video", None),
        ("File", "", "File", None),
        ("Sticker", "", "Sticker", None),
        ("call", "Video call Duration: 00:09", "Video call", None),
        ("Recall", "x recalled", "Recalled message", None),
        ("Nonsense", "hi", "Text", Some("INGEST_UNKNOWN_TYPE")),
    ];
    for (word, text, label, code) in rows {
        let items =
            mail(&format!("{HEAD}X-TELEMESSAGE-MessageType: {word}\nX-TELEMESSAGE-ArchiveMessageID: 1\n\n{text}\n"));
        let found = records(&items);
        assert_eq!(found[0].body.label(), label, "{word}");
        let said: Vec<&str> = findings(&items).iter().map(|f| f.code).filter(|code| !code.contains("MAP")).collect();
        assert_eq!(said, code.into_iter().collect::<Vec<_>>(), "{word}");
    }
}

#[test]
fn subjects_and_accounts_alone_tell_a_chat_message() {
    let by_subject = "Date: Tue, 5 Mar 2024 09:00:00 +0800\nFrom: archive@bank.test\nTo: box@bank.test\nSubject: WeChat message from Lin in Deal team\n\nhi\n";
    let items = mail(by_subject);
    let record = records(&items)[0];
    assert_eq!(
        (record.conversation.native_id.as_str(), record.conversation.kind),
        ("Deal team", ConversationKind::Group)
    );
    assert_eq!(record.conversation.app.name(), "wechat");
    let by_account =
        "Date: Tue, 5 Mar 2024 09:00:00 +0800\nFrom: wxid_a@gateway.test\nTo: wxid_b@gateway.test\nSubject: x\n\nhi\n";
    assert_eq!(records(&mail(by_account))[0].conversation.native_id, "wxid_a|wxid_b");
}

#[test]
fn the_wording_that_says_more_is_read_and_hidden_parts_become_files() {
    let alternative = |plain: &str, html: &str| {
        let text = format!(
            "{HEAD}MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=q\n\n--q\n\n{plain}\n--q\nContent-Type: text/html\n\n{html}\n--q\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n--q--\n"
        );
        let items = mail(&text);
        let Body::Mail(mail) = &records(&items)[0].body else { panic!("{items:?}") };
        let said = findings(&items).iter().map(|f| f.code).collect::<Vec<_>>().join(" ");
        (mail.text.clone(), said, records(&items)[0].attachments.len())
    };
    assert_eq!(alternative("Short and plain", "<b>Short</b> and plain"), ("Short and plain".into(), String::new(), 1));
    let long = "<p>The contract is void unless signed by Friday at noon, says the other side.</p>";
    let (text, said, _) = alternative("See HTML", long);
    assert!(text.starts_with("The contract is void"));
    assert_eq!(said, "INGEST_MAIL_PLAIN_SAYS_LESS");
    assert_eq!(alternative(" ", "<p>x</p>").1, "");
}

#[test]
fn charsets_are_read_or_said() {
    let body = |head: &str, bytes: &[u8]| {
        let mut text = format!("{HEAD}{head}\n\n").into_bytes();
        text.extend_from_slice(bytes);
        let items = read_text(Format::Eml, "x.eml", &text);
        let Body::Mail(mail) = &records(&items)[0].body else { panic!("{items:?}") };
        (mail.text.clone(), findings(&items).iter().map(|f| f.code).collect::<Vec<_>>().join(" "))
    };
    let gb = b"\xba\xcf\xcd\xac\xbd\xf1\xcc\xec\xb7\xa2";
    let rows: [(&str, &[u8], &str, &str); 8] = [
        ("Content-Type: text/plain; charset=gb2312", gb, "合同今天发", ""),
        ("Content-Type: text/plain; charset=\"GB18030\"", gb, "合同今天发", ""),
        ("Content-Type: text/plain", gb, "合同今天发", "INGEST_GB18030"),
        ("Content-Type: text/plain; charset=x-nobody", gb, "合同今天发", "INGEST_GB18030"),
        ("Content-Type: text/plain; charset=us-ascii", "合同".as_bytes(), "合同", ""),
        ("Content-Type: text/plain; charset=utf-8", b"a\xffb", "a\u{fffd}b", "INGEST_INVALID_UTF8"),
        ("Content-Type: text/plain; charset=big5", b"\xa6X\xb2\xce", "合統", ""),
        ("Content-Type: text/plain; charset=iso-8859-1", b"caf\xe9", "café", ""),
    ];
    for (head, bytes, text, code) in rows {
        assert_eq!(body(head, bytes), (text.to_owned(), code.to_owned()), "{head}");
    }
}

#[test]
fn what_cannot_be_a_record_is_set_aside_with_its_bytes() {
    let rows = [
        ("Subject: no date\nFrom: a@b.test\n\nx\n", "INGEST_MISSING_FIELD"),
        ("Date: someday\nFrom: a@b.test\n\nx\n", "INGEST_BAD_TIME"),
        ("just words\n", "INGEST_MAIL_NO_HEADERS"),
        ("X-Other: 1\n\nx\n", "INGEST_MAIL_NO_HEADERS"),
    ];
    for (text, code) in rows {
        let items = mail(text);
        let [Item::Excepted { finding, raw }] = &items[..] else { panic!("{text}: {items:?}") };
        assert_eq!((finding.code, raw.as_slice()), (code, text.as_bytes()), "{finding}");
    }
    let many = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=a\n\n{}",
        "--a\nContent-Type: message/rfc822\n\n".repeat(5_000)
    );
    let items = mail(&many);
    assert!(matches!(&items[..], [Item::Excepted { finding, .. }] if finding.code == "INGEST_MAIL_PARTS"));
}

#[test]
fn mails_nested_as_deep_as_is_let_do_not_overflow_the_stack() {
    let deep =
        format!("{HEAD}Content-Type: message/rfc822\n\n{}text", "Content-Type: message/rfc822\n\n".repeat(3_900));
    let items = std::thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(move || mail(&deep))
        .expect("a thread")
        .join()
        .expect("no overflow");
    assert_eq!(records(&items).len(), 1);
}

#[test]
fn malformed_mails_are_each_named_and_none_makes_it_fail() {
    let Some(folder) = shared("data/hostile/email") else { return };
    let mut count = 0;
    let mut read = 0;
    for entry in std::fs::read_dir(folder).expect("listed") {
        let path = entry.expect("listed").path();
        if !path.is_file() {
            continue;
        }
        count += 1;
        let file = SourceFile::single(Format::Eml, &path);
        let root = path.parent().expect("a folder");
        let items: Vec<Item> = match open(&file, root, &options()) {
            Ok(items) => items.collect(),
            Err(error) => {
                assert!(error.to_string().contains(&*path.file_name().expect("a name").to_string_lossy()), "{error}");
                continue;
            }
        };
        // Each is one record or one exception, and what is said names it.
        let whole = items.iter().filter(|item| !matches!(item, Item::Finding(_))).count();
        assert_eq!(whole, 1, "{}: {items:?}", path.display());
        for finding in findings(&items) {
            assert_eq!(finding.place.file, path.file_name().expect("a name").to_string_lossy());
        }
        read += records(&items).len();
    }
    println!("{read} of {count} malformed mails are records");
    assert!(count >= 47 && read * 2 > count);
}
