//! No text makes the reader of manifests panic.
#![no_main]

use duces_model::Place;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &str| {
    if let Ok(read) = duces_rsmf::read_manifest(json, &Place::file("m")) {
        let _ = read.manifest().to_json();
    }
});
