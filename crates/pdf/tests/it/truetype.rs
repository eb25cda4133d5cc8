//! Builds a small TrueType font whose glyphs are boxes, so that tests need no font file.

use std::collections::BTreeMap;

use duces_pdf::StampFont;

const WIDTH: u16 = 600;

/// A font with a box for each printable ASCII character; the space is empty.
pub fn boxes() -> StampFont {
    let chars: Vec<char> = (' '..='~').collect();
    let glyphs: BTreeMap<char, (u16, u16)> =
        chars.iter().enumerate().map(|(index, &char)| (char, (index as u16 + 1, WIDTH))).collect();
    StampFont { name: "AAAAAA+Boxes".into(), font_file: file(chars.len() as u16 + 1), glyphs }
}

fn file(glyph_count: u16) -> Vec<u8> {
    let outline = outline();
    let mut glyf = Vec::new();
    let mut loca = words(&[0]);
    for glyph in 0..glyph_count {
        // Glyph 1 is the space.
        if glyph != 1 {
            glyf.extend(&outline);
        }
        loca.extend(words(&[(glyf.len() / 2) as u16]));
    }
    let hmtx: Vec<u8> = (0..glyph_count).flat_map(|_| words(&[WIDTH, 50])).collect();
    let mut head = words(&[1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 0, 1000]);
    head.extend([0; 16]);
    head.extend(words(&[0, 0, WIDTH, 700, 0, 8, 2, 0, 0]));
    let mut hhea = words(&[1, 0, 800, -200_i16 as u16, 0, WIDTH, 50, 50, 550, 1, 0, 0, 0, 0, 0, 0, 0]);
    hhea.extend(words(&[glyph_count]));
    let mut maxp = words(&[1, 0, glyph_count, 4, 1, 0, 0, 2]);
    maxp.extend([0; 16]);
    let tables: [(&[u8; 4], Vec<u8>); 6] =
        [(b"glyf", glyf), (b"head", head), (b"hhea", hhea), (b"hmtx", hmtx), (b"loca", loca), (b"maxp", maxp)];
    assemble(&tables)
}

/// One contour of four points: a box from 50,0 to 550,700.
fn outline() -> Vec<u8> {
    let mut out = words(&[1, 50, 0, 550, 700, 3, 0]);
    out.extend([1, 1, 1, 1]);
    out.extend(words(&[50, 0, 500, 0, 0, 700, 0, -700_i16 as u16]));
    out
}

fn assemble(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = words(&[1, 0, tables.len() as u16, 64, 2, 32]);
    let mut at = 12 + 16 * tables.len();
    let mut body = Vec::new();
    for (tag, table) in tables {
        out.extend(*tag);
        let mut padded = table.clone();
        padded.resize(table.len().next_multiple_of(4), 0);
        let sum = padded
            .chunks_exact(4)
            .fold(0_u32, |sum, word| sum.wrapping_add(u32::from_be_bytes(word.try_into().unwrap())));
        for value in [sum, at as u32, table.len() as u32] {
            out.extend(value.to_be_bytes());
        }
        at += padded.len();
        body.extend(padded);
    }
    out.extend(body);
    out
}

fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}
