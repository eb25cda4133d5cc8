//! Writes a letter, a report and a page of scripts as PDF, to be looked at: `papers FONT FOLDER [FONT...]`.

#[path = "../tests/it/samples.rs"]
mod samples;

use duces_report::pdf::{self, PaperFonts, Sheet};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [font, folder, further @ ..] = arguments.as_slice() else {
        return Err("usage: papers FONT FOLDER [FONT...]".into());
    };
    let regular = std::fs::read(font)?;
    let further = further.iter().map(std::fs::read).collect::<Result<Vec<_>, _>>()?;
    let further: Vec<&[u8]> = further.iter().map(Vec::as_slice).collect();
    let fonts = PaperFonts { regular: &regular, further: &further };
    for (name, paper, sheet) in [
        ("letter.pdf", samples::letter(), Sheet::Letter),
        ("report.pdf", samples::report(), Sheet::A4),
        ("scripts.pdf", samples::scripts(), Sheet::A4),
    ] {
        std::fs::write(Path::new(folder).join(name), pdf::write(&paper, &fonts, sheet)?)?;
    }
    Ok(())
}
