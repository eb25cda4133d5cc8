//! The interchange format carries everything: what is written is read again as it was.

use std::path::Path;

use duces_ingest::{Format, Options, SourceFile, detect, header_line, open, write_item};
use duces_model::{Item, SourceRecord};
use proptest::prelude::*;

use crate::strategies::{record, text};
use crate::{read_text, records};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_written_is_read_again(written in prop::collection::vec(record(), 1..4)) {
        let lines: Vec<String> = written.iter().map(|r| write_item(&Item::Record(Box::new(r.clone())))).collect();
        let file = header_line("test") + &lines.concat();
        let items = read_text(Format::DucesJsonl, "x", file.as_bytes());
        let read = records(&items);
        prop_assert_eq!(read.len(), written.len(), "{:?}", items);
        for ((read, written), line) in read.into_iter().zip(&written).zip(&lines) {
            // The raw bytes of a record are its line.
            prop_assert_eq!(read.raw.as_slice(), line.trim_end_matches('\n').as_bytes());
            let expected = SourceRecord { raw: read.raw.clone(), place: read.place.clone(), ..written.clone() };
            prop_assert_eq!(read, &expected);
            prop_assert_eq!(&write_item(&Item::Record(Box::new(read.clone()))), line);
        }
    }

    #[test]
    fn exceptions_keep_their_bytes(raw in prop::collection::vec(any::<u8>(), 0..40), said in text()) {
        let line = serde_json::json!({"excepted": {"text": said, "raw_hex": raw.iter().map(|b| format!("{b:02x}")).collect::<String>()}});
        let items = read_text(Format::DucesJsonl, "x", format!("{}{line}\n", header_line("test")).as_bytes());
        let [Item::Excepted { raw: read, finding }] = items.as_slice() else { panic!("{items:?}") };
        prop_assert_eq!(read, &raw);
        prop_assert_eq!(&finding.text, &said);
        // Written and read again it stays the same.
        let again = read_text(Format::DucesJsonl, "x", format!("{}{}", header_line("test"), write_item(&items[0])).as_bytes());
        prop_assert_eq!(again, items);
    }

    #[test]
    fn no_bytes_make_any_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), head in 0_usize..5) {
        let heads: [&[u8]; 5] = [
            b"",
            b"{\"format\":\"duces-jsonl\",\"version\":1}\n",
            b"{\"session\":{\"wxid\":\"a\"},\"messages\":[",
            b"[{\"talker\":\"a\",\"time\":\"2024-03-05T09:00:00Z\",\"type\":1,\"content\":\"",
            b"id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime\n1,2,",
        ];
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("x");
        std::fs::write(&file, [heads[head], bytes.as_slice()].concat()).expect("written");
        let _ = detect(folder.path());
        for format in Format::ALL.iter().copied() {
            if let Ok(items) = open(&SourceFile::single(format, &file), folder.path(), &crate::options()) {
                items.for_each(drop);
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        for kind in [3, 42, 49, 10000] {
            let _ = duces_ingest::message_from_xml(kind, &format!("<msg><appmsg>{text}"));
        }
    }
}

#[test]
fn the_example_of_the_documentation_is_read_without_a_finding() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/interchange");
    let detected = detect(&root).expect("a folder");
    let [file] = detected.files.as_slice() else { panic!("{detected:?}") };
    assert_eq!(file.format, Format::DucesJsonl);
    let items: Vec<Item> = open(file, &root, &Options::default()).expect("opens").collect();
    let kinds: std::collections::BTreeSet<&str> = records(&items).iter().map(|r| r.body.label()).collect();
    assert_eq!(kinds.len(), 22, "{kinds:?}");
    assert_eq!(items.len() - records(&items).len(), 2, "one exception and one remark of the converter: {items:?}");
}

#[test]
fn what_is_misspelt_is_refused_by_name() {
    let line =
        r#"{"conversation":{"kind":"group","native_id":"g"},"sendr":{"name":"A"},"sent":1,"body":{"kind":"picture"}}"#;
    let items = read_text(Format::DucesJsonl, "x", format!("{}{line}\n", header_line("t")).as_bytes());
    let [Item::Excepted { finding, raw }] = items.as_slice() else { panic!("{items:?}") };
    assert!(finding.text.contains("unknown field `sendr`"), "{finding}");
    assert_eq!(raw, line.as_bytes());
    for header in ["{\"format\":\"duces-jsonl\",\"version\":2}", "{\"format\":\"x\",\"version\":1}", "[]"] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("x");
        std::fs::write(&file, header).expect("written");
        assert!(
            open(&SourceFile::single(Format::DucesJsonl, &file), folder.path(), &Options::default()).is_err(),
            "{header}"
        );
    }
}
