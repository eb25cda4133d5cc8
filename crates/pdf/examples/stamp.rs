//! Stamps a PDF from the command line, to look at the result: FONT.ttf IN.pdf OUT.pdf PREFIX.

use std::collections::BTreeMap;
use std::process::ExitCode;

use duces_pdf::{Endorsements, Limits, StampFont, StampStyle, gate, stamp};

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [font, input, output, prefix] = args.as_slice() else {
        return Err("usage: stamp FONT.ttf IN.pdf OUT.pdf PREFIX".into());
    };
    let font = stamp_font(std::fs::read(font)?)?;
    let gated = gate(&std::fs::read(input)?, &Limits::default())?;
    let endorsements: Vec<Endorsements> = (1..=gated.page_count())
        .map(|number| Endorsements {
            bottom_left: Some("CONFIDENTIAL".into()),
            bottom_right: Some(format!("{prefix}{number:06}")),
            ..Endorsements::default()
        })
        .collect();
    let stamped = stamp(&gated, &font, &StampStyle::default(), &endorsements)?;
    for note in &stamped.notes {
        println!("{}: {note}", note.code());
    }
    Ok(std::fs::write(output, stamped.bytes)?)
}

/// Takes the whole font; a production would pass a subset.
fn stamp_font(font_file: Vec<u8>) -> Result<StampFont, Failure> {
    let face = ttf_parser::Face::parse(&font_file, 0)?;
    let units = u32::from(face.units_per_em());
    let mut glyphs = BTreeMap::new();
    for char in ' '..='~' {
        if let Some(glyph) = face.glyph_index(char) {
            let width = u32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * 1000 / units;
            glyphs.insert(char, (glyph.0, u16::try_from(width)?));
        }
    }
    Ok(StampFont { name: "AAAAAA+Endorsement".into(), font_file, glyphs })
}
