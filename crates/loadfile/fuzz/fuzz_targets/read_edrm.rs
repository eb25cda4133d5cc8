//! No bytes make the reader panic, hang or grow.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(xml) = duces_loadfile::read_edrm(bytes, "a.xml") {
        xml.for_each(drop);
    }
});
