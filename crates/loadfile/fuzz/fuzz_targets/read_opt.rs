//! No bytes make the reader panic, hang or grow.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    duces_loadfile::read_opt(bytes, "a.opt").for_each(drop);
});
