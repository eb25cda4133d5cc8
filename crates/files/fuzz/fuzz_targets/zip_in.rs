//! No bytes make the ZIP reader panic, hang or give more than an entry declares.
#![no_main]

use std::io::Read;

use duces_files::{ZipIn, ZipLimits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    std::fs::write(file.path(), bytes).expect("a temporary file can be written");
    let Ok(mut zip) = ZipIn::open(file.path(), &ZipLimits::default()) else { return };
    for entry in zip.clone().entries() {
        if let Ok(reader) = zip.open_entry(entry) {
            let mut sink = Vec::new();
            let _ = reader.take(1 << 20).read_to_end(&mut sink);
            assert!(sink.len() as u64 <= entry.size);
        }
    }
});
