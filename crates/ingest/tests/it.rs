//! Reads whole sources through the public interface.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, Options, detect, open};
use duces_model::{Body, Item, SourceRecord, Zone};

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    if !path.exists() {
        println!("skipped: {} is not here", path.display());
        return None;
    }
    Some(path)
}

fn shanghai() -> Options {
    Options { zone: Some(Zone::named("Asia/Shanghai").expect("a zone")), ..Options::default() }
}

fn records(items: &[Item]) -> Vec<&SourceRecord> {
    items.iter().filter_map(|item| if let Item::Record(record) = item { Some(&**record) } else { None }).collect()
}

#[test]
fn each_of_the_96_real_rows_is_a_record() {
    let Some(root) = shared("data/chat/weclone-pywxdump-csv/tests/tests_data") else { return };
    let detected = detect(&root).expect("a folder");
    assert_eq!(detected.files.len(), 2, "{detected:?}");
    let (format, file) = &detected.files[1];
    assert_eq!(*format, Format::PywxdumpCsv);
    let items: Vec<Item> = open(file, *format, &root, &shanghai()).expect("readable").collect();
    let records = records(&items);
    assert_eq!(records.len(), 96);
    for item in &items {
        if !matches!(item, Item::Record(_)) {
            println!("{item:?}");
        }
    }
    for record in &records {
        if !matches!(record.body, Body::Text { .. } | Body::Sticker { .. }) {
            println!("{:?} {:?} {:?} {:?}", record.place, record.body, record.attachments, record.state);
        }
    }
}
