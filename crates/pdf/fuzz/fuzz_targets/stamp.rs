//! Whatever passes the gate can be stamped, keeps its pages, and shows its endorsements.
#![no_main]

use std::collections::BTreeMap;

use duces_pdf::{Endorsements, Limits, StampError, StampFont, StampStyle, gate, stamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { max_stream_bytes: 1 << 20, max_pages: 50, ..Limits::without_deadline() };
    let Ok(gated) = gate(bytes, &limits) else { return };
    let glyphs: BTreeMap<char, (u16, u16)> = ('0'..='9').zip(1..).map(|(char, glyph)| (char, (glyph, 500))).collect();
    let font = StampFont { name: "AAAAAA+Digits".into(), font_file: vec![0; 64], glyphs };
    let endorsements: Vec<Endorsements> = (0..gated.page_count())
        .map(|index| Endorsements { bottom_right: Some(format!("{index:06}")), ..Endorsements::default() })
        .collect();
    match stamp(&gated, &font, &StampStyle::default(), &endorsements) {
        Ok(stamped) => {
            let after = gate(&stamped.bytes, &limits).expect("a stamped file passes the gate");
            assert_eq!(after.page_count(), gated.page_count());
        }
        Err(StampError::Content(_)) => {}
        Err(error) => panic!("{error}"),
    }
});
