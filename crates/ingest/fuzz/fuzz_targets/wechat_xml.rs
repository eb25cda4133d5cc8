//! No text makes the reader of message XML panic.
#![no_main]

use duces_ingest::message_from_xml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: (u16, &str)| {
    let (kind, xml) = data;
    let _ = message_from_xml(i64::from(kind), xml);
    let _ = message_from_xml(49, xml);
});
