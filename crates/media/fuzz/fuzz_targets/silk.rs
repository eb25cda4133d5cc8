//! No bytes make the reader of a recording's framing panic, and what it finds lies within the bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(silk) = duces_media::Silk::read(data) {
        assert!(silk.packets() as usize * 2 <= data.len());
        assert!(silk.least() <= silk.most());
    }
});
