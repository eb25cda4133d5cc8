//! No bytes make the reader of this format panic.
#![no_main]

use duces_ingest::{Format, Options, SourceFile, open};
use duces_model::Zone;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("source");
    std::fs::write(&file, data).expect("written");
    let options = Options { zone: Some(Zone::utc()), ..Options::default() };
    if let Ok(items) = open(&SourceFile::single(Format::TeamsExportJson, &file), folder.path(), &options) {
        items.for_each(drop);
    }
});
