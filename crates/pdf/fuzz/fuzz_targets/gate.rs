//! Any bytes: refused or usable, and what passes can be read page by page.
#![no_main]

use duces_pdf::{Limits, RefusalKind, decoded_streams, gate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { max_stream_bytes: 1 << 20, max_operators: 200_000, ..Limits::without_deadline() };
    match gate(bytes, &limits) {
        Ok(gated) => {
            assert_eq!(gated.page_sizes().len(), gated.page_count());
            for index in 0..gated.page_count().min(20) {
                let _ = gated.page_text(index);
            }
        }
        Err(refusal) => assert_ne!(refusal.kind, RefusalKind::ParserFault, "{refusal}"),
    }
    if let Ok(streams) = decoded_streams(bytes, &limits) {
        streams.for_each(drop);
    }
});
