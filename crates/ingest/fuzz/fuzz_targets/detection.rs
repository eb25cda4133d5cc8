//! No bytes make detection panic.
#![no_main]

use duces_ingest::detect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("source.db");
    std::fs::write(&file, data).expect("written");
    let _ = detect(folder.path());
    let _ = detect(&file);
});
