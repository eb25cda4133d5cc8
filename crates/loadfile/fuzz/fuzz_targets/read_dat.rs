//! No bytes make the reader panic, hang or grow.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(dat) = duces_loadfile::read_dat(bytes, &duces_loadfile::DatOptions::named("a.dat")) {
        dat.for_each(drop);
    }
});
