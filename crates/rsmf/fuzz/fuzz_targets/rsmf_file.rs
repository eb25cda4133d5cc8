//! No bytes make the reader of RSMF files panic.
#![no_main]

use duces_model::Place;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.rsmf");
    std::fs::write(&path, data).expect("written");
    let Ok(mut file) = duces_rsmf::RsmfFile::open(&path, &Place::file("a")) else { return };
    let mut named = Vec::new();
    if let Ok(read) = file.read() {
        for event in read.events.iter().filter_map(|read| read.event.as_ref()) {
            named.extend(event.attachments.iter().map(|attachment| attachment.id.clone()));
        }
    }
    for id in named {
        let _ = file.attachment(&id);
    }
});
