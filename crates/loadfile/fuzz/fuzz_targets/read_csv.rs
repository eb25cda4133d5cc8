//! No bytes make the reader panic, hang or grow.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(csv) = duces_loadfile::read_csv(bytes, "a.csv") {
        csv.for_each(drop);
    }
});
