//! Reports of forensic tools: a UFDR is opened as the ZIP that it is, whatever it is called.

use std::fs;
use std::path::{Path, PathBuf};

use duces_collect::FileFate;
use duces_model::{Content, RecordState};

use crate::House;
use crate::zipped::zip;

/// Returns the bytes of a UFDR, from the files of the reader's own tests.
fn ufdr() -> Vec<u8> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/fixtures/ufdr");
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let names = ["report.xml", "files/Image/photo.png", "files/Document/contract.pdf"];
    let files = names.map(|name| (name, read(name)));
    zip(&files.each_ref().map(|(name, bytes)| (*name, bytes.as_slice())))
}

#[test]
fn a_ufdr_is_imported_with_its_files_and_what_was_recovered() {
    for name in ["phone.ufdr", "evidence/phone.ufdr"] {
        let house = House::new();
        let path = house.write(name, ufdr());
        let source = if name.contains('/') { house.path("evidence") } else { path };
        let report = house.import(&source, "Chen", None);
        assert_eq!((report.records, report.messages, report.excepted), (15, 13, 2), "{report:#?}");
        // The report says whose device it was.
        assert_eq!(report.account.as_deref(), Some("wxid_me"));
        let fate = |end: &str| report.files.iter().find(|file| file.path.ends_with(end)).map(|file| file.fate);
        assert_eq!(fate("phone.ufdr"), Some(FileFate::Opened));
        assert_eq!(fate("phone.ufdr!/files/Document/contract.pdf"), Some(FileFate::Media));
        let messages = house.messages();
        let recovered: Vec<_> = messages
            .iter()
            .filter(|message| message.marks.deletion.as_ref().is_some_and(|deletion| deletion.recovered))
            .collect();
        assert_eq!(recovered.len(), 2);
        assert!(recovered.iter().all(|message| message.state == RecordState::Deleted));
        let files: Vec<_> = messages.iter().flat_map(|message| &message.attachments).collect();
        let stored = files.iter().filter(|file| matches!(file.content, Content::Stored { .. })).count();
        assert_eq!((files.len(), stored), (4, 3), "{files:#?}");
        let outgoing = messages.iter().find(|message| message.text() == "OK").unwrap();
        assert!(outgoing.sender.is_some());
        let again = house.import(&source, "Chen", None);
        assert_eq!((again.messages, again.held), (0, 13), "{again:#?}");
    }
}
