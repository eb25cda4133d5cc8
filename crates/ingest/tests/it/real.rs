//! Real data, where it lies beside the repository.

use duces_ingest::{Format, IngestError, SourceFile, detect, looks_like_xml, message_from_xml, open};
use duces_model::{AttachmentRole, Body, Item, RecordState};

use crate::{findings, options, records, shared};

#[test]
fn each_of_the_96_real_rows_is_a_record() {
    let Some(root) = shared("data/chat/weclone-pywxdump-csv/tests/tests_data") else { return };
    let detected = detect(&root).expect("a folder");
    let wanted = |file: &&SourceFile| file.path.ends_with("test_person/test_0_730.csv");
    let file = detected.files.iter().find(wanted).expect("found");
    assert_eq!(file.format, Format::PywxdumpCsv);
    let items: Vec<Item> = open(file, &root, &options()).expect("opens").collect();
    let records = records(&items);
    assert_eq!(records.len(), 96);
    let said: Vec<&str> = findings(&items).iter().map(|f| f.code).collect();
    assert_eq!(said, ["INGEST_NO_SECONDS"]);
    let bytes = std::fs::read_to_string(&file.path).expect("read");
    // The raw bytes of all rows, header and line ends put back, are the file.
    let header = bytes.lines().next().expect("a header");
    let rows: Vec<&str> = records.iter().map(|r| std::str::from_utf8(&r.raw).expect("UTF-8")).collect();
    assert_eq!(format!("{header}\n{}\n", rows.join("\n")), bytes);

    assert_eq!(records[0].sent.to_string(), "2024-10-04T03:42:00Z");
    assert_eq!(records[0].sent_raw, "2024/10/4 11:42");
    assert_eq!(records[0].body, Body::Picture);
    assert!(records[0].attachments[0].candidates.iter().any(|path| root.join(path).is_file()));
    let recalls = records.iter().filter(|r| r.state == RecordState::Recalled).count();
    let quotes = records.iter().filter(|r| matches!(r.body, Body::Quote(_))).count();
    let stickers = records.iter().filter(|r| matches!(r.body, Body::Sticker { url: Some(_), .. })).count();
    assert_eq!((recalls, quotes, stickers), (2, 1, 23));
}

#[test]
fn local_times_without_a_zone_are_refused_with_advice() {
    let Some(root) = shared("data/chat/weclone-pywxdump-csv/tests/tests_data") else { return };
    let file = root.join("test_person/test_0_730.csv");
    let error = open(&SourceFile::single(Format::PywxdumpCsv, &file), &root, &duces_ingest::Options::default())
        .err()
        .expect("refused");
    assert!(matches!(error, IngestError::ZoneNeeded { .. }));
    assert!(error.to_string().contains("--tz"), "{error}");
}

#[test]
fn an_encrypted_database_is_refused_and_no_key_is_sought() {
    let Some(file) = shared("data/chat/enmicromsg/EnMicroMsg.db") else { return };
    let error = detect(&file).expect_err("refused");
    assert!(matches!(error, IngestError::Encrypted { .. }), "{error}");
    assert!(error.to_string().contains("never extracts keys"), "{error}");
    for format in Format::ALL.iter().copied() {
        let error = open(&SourceFile::single(format, &file), &file, &options()).err().expect("refused in every format");
        assert!(matches!(error, IngestError::Encrypted { .. }), "{error}");
    }
    let folder = detect(file.parent().expect("a folder")).expect("a folder is read");
    assert_eq!(folder.findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["INGEST_ENCRYPTED"]);
}

#[test]
fn real_message_xml_is_read() {
    let Some(folder) = shared("data/chat/raw-message-xml") else { return };
    let read = |name: &str, kind: i64| {
        let text = std::fs::read_to_string(folder.join(name)).expect("read");
        assert!(looks_like_xml(&text), "{name}");
        message_from_xml(kind, &text).expect("readable")
    };
    let picture = read("image_type3.xml", 3);
    assert_eq!(picture.body, Body::Picture);
    let digests = ["757456c06bfc394e30df2138d0cd9d03", "bec2965c5ed5be3fd49ef87e7a501ea8"];
    assert_eq!(picture.attachments[0].digests, digests);
    assert_eq!(read("voice_type34.xml", 34).body, Body::Voice { duration_ms: Some(2303), transcript: None });
    assert_eq!(read("video_type43.xml", 43).body, Body::Video { duration_ms: Some(3000) });
    let file = read("file_uploading_type49_74.xml", 49);
    assert_eq!(file.body, Body::File { name: "111.txt".into(), size: Some(27) });
    assert!(file.uploading);
    assert_eq!(file.attachments[0].role, AttachmentRole::File);
}

#[test]
fn hostile_json_never_panics_and_loses_nothing() {
    let Some(file) = shared("data/hostile/json/parsing.js") else { return };
    let text = std::fs::read_to_string(&file).expect("read");
    let start = text.find('[').expect("an array");
    let cases: serde_json::Value = serde_json::from_str(text[start..].trim_end().trim_end_matches(';')).expect("JSON");
    let mut read = 0;
    for case in cases.as_array().expect("an array") {
        let Some(input) = case["input"].as_str() else { continue };
        let wrapped = format!("{{\"session\":{{\"wxid\":\"a\"}},\"messages\":{input}}}");
        for text in [input.to_owned(), wrapped] {
            for format in Format::ALL.iter().copied() {
                let folder = tempfile::tempdir().expect("a folder");
                let path = folder.path().join("x");
                std::fs::write(&path, &text).expect("written");
                let _ = detect(folder.path());
                if let Ok(items) = open(&SourceFile::single(format, &path), folder.path(), &options()) {
                    read += items.count();
                }
            }
        }
    }
    assert!(read > 0);
}

#[test]
fn encodings_are_read_or_said() {
    let Some(folder) = shared("data/hostile/encodings") else { return };
    for entry in std::fs::read_dir(folder).expect("listed") {
        let path = entry.expect("listed").path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let mut text =
            b"{\"session\":{\"wxid\":\"a\"},\"messages\":[{\"createTime\":1709600400,\"type\":\"t\",\"content\":\""
                .to_vec();
        text.extend(bytes.iter().filter(|b| !matches!(b, b'"' | b'\\')));
        text.extend_from_slice(b"\"}]}");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("x.json");
        std::fs::write(&file, &text).expect("written");
        if let Ok(items) = open(&SourceFile::single(Format::WeflowJson, &file), folder.path(), &options()) {
            let items: Vec<Item> = items.collect();
            assert!(!items.is_empty(), "{}", path.display());
        }
    }
}
