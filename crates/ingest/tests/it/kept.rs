//! Chat histories as people keep them: the layout is told or named, and what such files lack is said.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, IngestError, Mapping, Options, SourceFile, detect, open};
use duces_model::{Body, ConversationKind, Item, SourceRecord};

use crate::{findings, options, records};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/kept").join(name)
}

fn read(name: &str, format: Format) -> Vec<Item> {
    let path = fixture(name);
    let detected = detect(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(detected.files, [SourceFile::single(format, &path)], "{name}");
    let items: Vec<Item> = open(&detected.files[0], &detected.root, &options()).expect("opens").collect();
    let bytes = std::fs::read(&path).expect("read");
    for record in records(&items) {
        assert!(bytes.windows(record.raw.len()).any(|window| window == record.raw), "{name}: {record:?}");
    }
    items
}

fn said(items: &[Item]) -> Vec<&'static str> {
    findings(items).iter().map(|finding| finding.code).collect()
}

fn sent(items: &[Item]) -> Vec<String> {
    records(items).iter().map(|record| record.sent.to_string()).collect()
}

fn texts(items: &[Item]) -> Vec<String> {
    records(items).iter().map(|record| record.body.text(&[])).collect()
}

fn who(record: &SourceRecord) -> (Option<&str>, Option<&str>, Option<bool>) {
    let sender = record.sender.as_ref();
    (sender.and_then(|s| s.native_id.as_deref()), sender.and_then(|s| s.name.as_deref()), record.sent_by_collector)
}

#[test]
fn the_text_of_wechatexporter_is_read_and_notices_without_a_time_are_set_aside() {
    let items = read("春季出运群.txt", Format::KeptText);
    let expected = [
        "INGEST_ZONE_ASSUMED",
        "INGEST_NO_MESSAGE_IDS",
        "INGEST_TYPES_FROM_TEXT",
        "INGEST_BAD_TIME",
        "INGEST_BAD_TIME",
    ];
    assert_eq!(said(&items), expected);
    assert_eq!(sent(&items), ["2024-03-05T01:00:00Z", "2024-03-05T01:01:00Z", "2024-03-05T01:02:00Z"]);
    let found = records(&items);
    assert_eq!(found[0].body, Body::text_of("船期定了\n3 月 12 日"));
    assert_eq!(found[1].body, Body::Picture);
    assert_eq!(found[2].body, Body::text_of("好: 收到 (1)"));
    assert_eq!(who(found[0]), (None, Some("周言"), None));
    assert_eq!(who(found[2]), (None, None, Some(true)));
    assert_eq!(found[0].conversation.native_id, "?春季出运群");
    let aside = findings(&items);
    assert!(aside[3].text.contains("bears no time"), "{aside:#?}");
}

#[test]
fn the_text_of_memotrace_is_read_by_its_paragraphs() {
    let items = read("周言.txt", Format::KeptText);
    assert_eq!(
        said(&items),
        ["INGEST_ZONE_ASSUMED", "INGEST_CONVERSATION_FROM_NAME", "INGEST_NO_MESSAGE_IDS", "INGEST_TYPES_FROM_TEXT"]
    );
    let found = records(&items);
    let labels: Vec<_> = found.iter().map(|record| record.body.label()).collect();
    assert_eq!(labels, ["Text", "Picture", "Sticker", "Recalled message", "Text"]);
    assert_eq!(found[0].body, Body::text_of("第一段\n\n第二段"));
    assert_eq!((who(found[0]), who(found[1])), ((None, Some("周言"), Some(false)), (None, None, Some(true))));
    assert_eq!(who(found[3]), (None, None, None));
    assert_eq!(found[0].conversation.kind, ConversationKind::Direct);
}

#[test]
fn copied_messages_are_told_by_their_first_line() {
    let items = read("copied.txt", Format::KeptText);
    assert_eq!(texts(&items)[0], "合同发我");
    assert_eq!(records(&items)[1].body, Body::Picture);
    let folder = tempfile::tempdir().expect("a folder");
    let prose =
        ["周言 2024-03-05\n你好\n", "会议纪要\n周言  2024-03-05 09:00:00\n", "2024-03-05 09:00 Ann\nHi\n", "\n"];
    for (at, text) in prose.iter().enumerate() {
        let path = folder.path().join(format!("{at}.txt"));
        std::fs::write(&path, text).expect("written");
        assert!(detect(&path).is_err(), "{text}");
    }
}

#[test]
fn a_mapping_names_the_lines_of_any_other_text() {
    let items = read("mapped/chat.md", Format::MappedText);
    let expected = [
        "INGEST_MAPPING_USED",
        "INGEST_NO_BEGINNING",
        "INGEST_ZONE_ASSUMED",
        "INGEST_NO_SECONDS",
        "INGEST_NO_MESSAGE_IDS",
        "INGEST_TYPES_FROM_TEXT",
    ];
    assert_eq!(said(&items), expected);
    assert_eq!(sent(&items), ["2024-04-16T13:00:00Z", "2024-04-17T04:05:00Z"]);
    assert_eq!(texts(&items), ["Hello\nand more", "Night"]);
    let found = records(&items);
    assert_eq!(who(found[0]), (Some("bo@example.com"), Some("Bo Li"), Some(false)));
    assert_eq!(who(found[1]), (Some("ann@example.com"), Some("Ann"), Some(true)));
    assert_eq!((found[0].conversation.app.name(), found[0].conversation.kind), ("teams", ConversationKind::Direct));
}

#[test]
fn what_texts_lack_must_be_said_by_somebody() {
    let path = fixture("copied.txt");
    let open_as =
        |format, options: &Options| open(&SourceFile::single(format, &path), &path, options).map(Iterator::count);
    let error = open_as(Format::KeptText, &Options::default()).expect_err("no zone");
    assert!(matches!(error, IngestError::ZoneNeeded { .. }), "{error}");
    let error = open_as(Format::MappedText, &options()).expect_err("no mapping");
    assert!(error.to_string().contains("begins = \"{sender}  {time}\""), "{error}");
    let wrong = Mapping::from_toml("[lines]\nbegins = \"{sender}{time}\"").expect("TOML");
    let error = open_as(Format::MappedText, &Options { mapping: Some(wrong), ..options() }).expect_err("no pattern");
    assert!(error.to_string().contains("two with nothing between"), "{error}");
    let given = Mapping::from_toml("[lines]\nbegins = \"{sender}  {time}\"").expect("a mapping");
    let count = open_as(Format::MappedText, &Options { mapping: Some(given), ..options() }).expect("opens");
    assert!(count > 2);
}

#[test]
fn pages_of_wechatexporter_are_read_message_by_message() {
    let items = read("wechatexporter/春季出运群.html", Format::WechatexporterPage);
    let expected = [
        "INGEST_ZONE_ASSUMED",
        "INGEST_CONVERSATION_DERIVED",
        "INGEST_NO_MESSAGE_IDS",
        "INGEST_BAD_TIME",
        "INGEST_BAD_TIME",
    ];
    assert_eq!(said(&items), expected);
    assert!(findings(&items)[3].text.contains("a notice of the app bears no time"));
    let found = records(&items);
    let labels: Vec<_> = found.iter().map(|record| record.body.label()).collect();
    let expected = [
        "Text",
        "Text",
        "Picture",
        "Voice",
        "Video",
        "Sticker",
        "Quote",
        "Official-account article",
        "Contact card",
        "Transfer",
    ];
    assert_eq!(labels, expected);
    assert_eq!(found[0].body, Body::text_of("船期 <定> 了\n  3 月 12 日"));
    assert_eq!(who(found[0]), (Some("wxid_b"), Some("周言"), Some(false)));
    assert_eq!(who(found[1]), (Some("wxid_me"), Some("陈丽华"), Some(true)));
    assert_eq!((found[0].conversation.native_id.as_str(), found[0].sequence), ("?春季出运群", 101));
    assert_eq!(found[0].sent.to_string(), "2024-03-05T01:00:00Z");
    assert_eq!(found[0].native_id, None);
    assert_eq!(found[2].attachments[0].name.as_deref(), Some("a b.jpg"));
    assert!(found[2].attachments[0].candidates[0].ends_with("春_files/a b.jpg"));
    let Body::Sticker { url, .. } = &found[5].body else { panic!("no sticker") };
    assert_eq!(url.as_deref(), Some("https://example.com/e.gif"));
    let Body::Quote(quote) = &found[6].body else { panic!("no quote") };
    assert_eq!((quote.text.as_str(), quote.sender.as_deref()), ("收到", Some("周言")));
    assert_eq!(quote.quoted.as_deref(), Some(&Body::text_of("船期 <定> 了")));
    let Body::Link(link) = &found[7].body else { panic!("no link") };
    assert_eq!((link.title.as_deref(), link.description.as_deref()), (Some("运价指数"), Some("三月")));
    assert_eq!(
        (link.url.as_deref(), link.source.as_deref()),
        (Some("https://mp.weixin.qq.com/s/x?a=1&b=2"), Some("航运"))
    );
    let Body::ContactCard(card) = &found[8].body else { panic!("no card") };
    assert_eq!((card.name.as_deref(), card.note.as_deref()), (Some("安"), Some("个人名片")));
    let Body::Transfer(transfer) = &found[9].body else { panic!("no transfer") };
    assert_eq!(transfer.amount.as_deref(), Some("￥860.00"));
}

#[test]
fn a_page_goes_on_in_the_scripts_beside_it() {
    let items = read("wechatexporter/春季出运群_files/Data/msg-1.js", Format::WechatexporterPage);
    let found = records(&items);
    assert_eq!(sent(&items), ["2024-03-06T01:00:00Z", "2024-03-06T01:01:00Z"]);
    assert_eq!(found[0].body, Body::text_of("在吗 \"安\""));
    assert_eq!(found[0].conversation.native_id, "?春季出运群");
    // Below the folder, the paths of the scripts lead to the files beside the page.
    let folder = fixture("wechatexporter");
    let detected = detect(&folder).expect("a folder");
    assert_eq!(detected.files.len(), 2, "{detected:?}");
    let items: Vec<Item> = open(&detected.files[1], &detected.root, &options()).expect("opens").collect();
    let picture = &records(&items)[1].attachments[0];
    assert!(picture.candidates.iter().any(|path| folder.join(path).is_file()), "{picture:?}");
}

#[test]
fn a_mapping_names_the_elements_of_any_other_page() {
    let items = read("page/talk.html", Format::MappedPage);
    let expected = [
        "INGEST_MAPPING_USED",
        "INGEST_ZONE_ASSUMED",
        "INGEST_NO_SECONDS",
        "INGEST_CONVERSATION_DERIVED",
        "INGEST_BAD_TIME",
        "INGEST_XML_BROKEN",
    ];
    assert_eq!(said(&items), expected);
    assert_eq!(sent(&items), ["2024-04-16T13:00:00Z", "2024-04-17T04:05:00Z"]);
    let found = records(&items);
    assert_eq!(found[0].body, Body::text_of("Hello & welcome\nline two"));
    assert_eq!(who(found[0]), (Some("bo"), Some("Bo Li"), Some(false)));
    assert_eq!(who(found[1]), (None, Some("Ann"), Some(true)));
    assert_eq!(found[1].native_id.as_deref(), Some("a2"));
    assert_eq!(
        (found[0].conversation.app.name(), found[0].conversation.native_id.as_str()),
        ("teams", "?Talk with Bo")
    );
}

#[test]
fn a_page_says_what_it_needs() {
    let path = fixture("page/talk.html");
    let open_as = |text: &str| {
        let mapping = Mapping::from_toml(text).expect("TOML");
        let options = Options { mapping: Some(mapping), ..options() };
        open(&SourceFile::single(Format::MappedPage, &path), &path, &options).map(Iterator::count)
    };
    let error = open_as("app = \"teams\"").expect_err("no elements");
    assert!(error.to_string().contains("[page]\nmessage = \".message\""), "{error}");
    let error = open_as("[page]\nmessage = \"li .m\"\ntime = \"i\"").expect_err("two elements");
    assert!(error.to_string().contains("otherwise than as"), "{error}");
    let none = SourceFile::single(Format::WechatexporterPage, &path);
    assert!(matches!(open(&none, &path, &options()), Err(IngestError::WrongFormat { .. })));
    let error = open(
        &SourceFile::single(Format::WechatexporterPage, fixture("wechatexporter/春季出运群.html")),
        &fixture("wechatexporter"),
        &Options::default(),
    );
    assert!(matches!(error, Err(IngestError::ZoneNeeded { .. })));
}

#[test]
fn older_pages_of_memotrace_are_read_object_by_object() {
    let items = read("memotrace/周言.html", Format::MemotracePage);
    let expected = ["INGEST_ROW_NO_MESSAGE", "INGEST_NO_MESSAGE_IDS", "INGEST_BAD_TIME", "INGEST_UNKNOWN_TYPE"];
    assert_eq!(said(&items), expected);
    let found = records(&items);
    let labels: Vec<_> = found.iter().map(|record| record.body.label()).collect();
    let expected = [
        "Text",
        "Text",
        "Picture",
        "Sticker",
        "Voice",
        "Video",
        "File",
        "Quote",
        "Official-account article",
        "Transfer",
        "Video call",
        "Recalled message",
        "Unknown message type",
    ];
    assert_eq!(labels, expected);
    assert_eq!(found[0].body, Body::text_of("a <b> 'c' \\ d\n第二行 [微笑]"));
    assert_eq!(found[0].sent.to_string(), "2024-03-05T01:00:00Z");
    // The picture of the other side is named after their account.
    assert_eq!(found[0].conversation.native_id, "wxid_b");
    assert_eq!(who(found[0]), (Some("wxid_b"), Some("周言"), Some(false)));
    assert_eq!(who(found[1]), (Some("wxid_me"), Some("陈丽华"), Some(true)));
    let Body::Voice { transcript, .. } = &found[4].body else { panic!("no voice") };
    assert_eq!(transcript.as_deref(), Some("明天见"));
    assert_eq!(found[6].body, Body::File { name: "合同.docx".into(), size: Some(12_345) });
    let Body::Link(link) = &found[8].body else { panic!("no link") };
    assert_eq!(link.title.as_deref(), Some("Ann's title"));
    let Body::Transfer(transfer) = &found[9].body else { panic!("no transfer") };
    assert_eq!((transfer.amount.as_deref(), transfer.memo.as_deref()), (Some("￥88.00"), Some("午饭")));
    assert_eq!(who(found[11]), (None, None, None));
}

#[test]
fn newer_pages_of_memotrace_say_what_the_json_beside_them_says() {
    let folder = "memotrace/春季出运群(1001@chatroom)";
    let page = read(&format!("{folder}/春季出运群.html"), Format::MemotracePage);
    let json = read(&format!("{folder}/春季出运群.html.json"), Format::MemotracePage);
    assert_eq!(said(&page), ["INGEST_UNKNOWN_TYPE"]);
    let said_by = |items: &[Item]| -> Vec<_> {
        let of =
            |record: &&SourceRecord| (record.native_id.clone(), record.body.clone(), record.sent, record.marks.clone());
        records(items).iter().map(of).collect()
    };
    assert_eq!(said_by(&page), said_by(&json));
    let found = records(&page);
    let labels: Vec<_> = found.iter().map(|record| record.body.label()).collect();
    let expected = [
        "Text",
        "Picture",
        "Quote",
        "File",
        "Merged chat history",
        "Transfer",
        "Voice call",
        "Location",
        "Contact card",
        "Notice",
        "Sticker",
        "Unknown message type",
    ];
    assert_eq!(labels, expected);
    assert_eq!(found[0].body, Body::text_of("a <b> \"c\" & 'd'\n第二行"));
    assert_eq!(found[0].native_id.as_deref(), Some("7001"));
    assert_eq!(
        (found[0].conversation.native_id.as_str(), found[0].conversation.kind),
        ("1001@chatroom", ConversationKind::Group)
    );
    assert_eq!(found[0].place.line, Some(4));
    let Body::Quote(quote) = &found[2].body else { panic!("no quote") };
    assert_eq!((quote.native_id.as_deref(), quote.sender.as_deref()), (Some("7001"), Some("周言")));
    let Body::MergedHistory(history) = &found[4].body else { panic!("no history") };
    assert_eq!((history.items.len(), history.items[1].attachment), (2, Some(0)));
    assert_eq!(*history.items[0].body, Body::text_of("一 <1>"));
    assert_eq!(found[4].attachments.len(), 1);
    let picture = &found[1].attachments[0].candidates[0];
    assert!(picture.ends_with("image/2024-03/p.jpg"), "{picture:?}");
}

#[test]
fn a_page_that_is_cut_off_keeps_what_stands_before_the_cut() {
    for (name, format) in [
        ("memotrace/周言.html", Format::MemotracePage),
        ("memotrace/春季出运群(1001@chatroom)/春季出运群.html", Format::MemotracePage),
        ("wechatexporter/春季出运群.html", Format::WechatexporterPage),
        ("wechatexporter/春季出运群_files/Data/msg-1.js", Format::WechatexporterPage),
    ] {
        let whole = std::fs::read(fixture(name)).expect("read");
        let all = records(&read(name, format)).len();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("chat.html");
        let mut most = 0;
        for cut in (1..whole.len()).step_by(61) {
            std::fs::write(&path, &whole[..cut]).expect("written");
            let Ok(items) = open(&SourceFile::single(format, &path), folder.path(), &options()) else { continue };
            let count = records(&items.collect::<Vec<_>>()).len();
            // More of the page is never less of the chat.
            assert!(count <= all && count + 1 >= most, "{name} {cut}: {count} after {most}");
            most = most.max(count);
        }
        assert!(most + 1 >= all, "{name}: {most} of {all}");
    }
}

#[test]
fn the_text_in_which_the_app_sends_messages_has_days_and_hours() {
    let items = read("posted.txt", Format::WechatPosted);
    let expected = [
        "INGEST_ZONE_ASSUMED",
        "INGEST_NO_SECONDS",
        "INGEST_CONVERSATION_DERIVED",
        "INGEST_NO_MESSAGE_IDS",
        "INGEST_TYPES_FROM_TEXT",
        "INGEST_BAD_TIME",
    ];
    assert_eq!(said(&items), expected);
    let expected = ["2024-03-05T01:00:00Z", "2024-03-05T01:01:00Z", "2024-03-05T01:05:00Z", "2024-03-06T00:00:00Z"];
    assert_eq!(sent(&items), expected);
    let found = records(&items);
    assert_eq!(found[0].body, Body::Picture);
    assert_eq!(found[0].attachments[0].name.as_deref(), Some("8b0abeb1ccf49ed225b85b4c96a35d98.jpg"));
    assert_eq!(found[1].body, Body::text_of("收到\n见面  10:30 可以吗"));
    assert_eq!(found[2].body, Body::text_of("第一段\n\n第二段"));
    assert_eq!(who(found[1]), (None, Some("陈丽华"), None));
    assert_eq!(found[0].conversation.native_id, "?周言 和 陈丽华");
    let folder = fixture("");
    let detected = detect(&folder).expect("a folder");
    let file = detected.files.iter().find(|file| file.format == Format::WechatPosted).expect("found");
    let items: Vec<Item> = open(file, &detected.root, &options()).expect("opens").collect();
    let picture = &records(&items)[0].attachments[0];
    assert!(picture.candidates.iter().any(|path| folder.join(path).is_file()), "{picture:?}");
}
