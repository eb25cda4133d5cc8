//! A TrueType file that holds the glyphs a document uses, in the order of their numbers.

use crate::outline::{is_composite, push_composite, push_simple};
use crate::sfnt::Sfnt;

/// Writes the file into `out`. Glyph `n` of the file is `glyphs[n]` of the face; parts of composites follow.
pub(crate) fn font_file(sfnt: &Sfnt, glyphs: &[u16], out: &mut Vec<u8>) {
    let mut all = glyphs.to_vec();
    let mut glyf = Vec::with_capacity(glyphs.len() * 280);
    let mut loca = Vec::with_capacity(glyphs.len() * 4 + 4);
    let mut index = 0;
    // Parts are appended while their composites are written, so the list grows under the loop.
    while index < all.len() {
        loca.extend_from_slice(&length32(glyf.len()));
        let outline = sfnt.outline(all[index]);
        if is_composite(outline) {
            push_composite(outline, |part| part_number(&mut all, glyphs.len(), part), &mut glyf);
        } else {
            push_simple(outline, &mut glyf);
        }
        index += 1;
    }
    loca.extend_from_slice(&length32(glyf.len()));
    let count = u16::try_from(all.len()).unwrap_or(u16::MAX);
    let mut hmtx = Vec::with_capacity(all.len() * 4);
    for glyph in &all {
        let (advance, bearing) = sfnt.metrics(*glyph);
        hmtx.extend_from_slice(&advance.to_be_bytes());
        hmtx.extend_from_slice(&bearing.to_be_bytes());
    }
    let mut head = sfnt.head[..54].to_vec();
    head[8..12].fill(0);
    head[50..52].copy_from_slice(&[0, 1]);
    let mut hhea = sfnt.hhea[..36].to_vec();
    hhea[34..36].copy_from_slice(&count.to_be_bytes());
    let mut maxp = sfnt.maxp.to_vec();
    maxp[4..6].copy_from_slice(&count.to_be_bytes());
    let tables: [(&[u8; 4], &[u8]); 6] =
        [(b"glyf", &glyf), (b"head", &head), (b"hhea", &hhea), (b"hmtx", &hmtx), (b"loca", &loca), (b"maxp", &maxp)];
    assemble(&tables, out);
}

/// Returns the number of a composite's part, appending it where it is not there yet.
fn part_number(all: &mut Vec<u16>, own: usize, part: u16) -> u16 {
    let known = all[own..].iter().position(|glyph| *glyph == part).map(|index| own + index);
    let index = known.unwrap_or_else(|| {
        all.push(part);
        all.len() - 1
    });
    u16::try_from(index).unwrap_or(0)
}

fn assemble(tables: &[(&[u8; 4], &[u8])], out: &mut Vec<u8>) {
    out.clear();
    let count = u16::try_from(tables.len()).unwrap_or(0);
    let power = u16::try_from(count.max(1).ilog2()).unwrap_or(0);
    let range = 16 << power;
    out.extend_from_slice(&0x0001_0000_u32.to_be_bytes());
    for value in [count, range, power, count * 16 - range] {
        out.extend_from_slice(&value.to_be_bytes());
    }
    let mut at = 12 + 16 * tables.len();
    let mut head_at = None;
    for (tag, bytes) in tables {
        if *tag == b"head" {
            head_at = Some(at);
        }
        out.extend_from_slice(*tag);
        out.extend_from_slice(&checksum(bytes).to_be_bytes());
        out.extend_from_slice(&length32(at));
        out.extend_from_slice(&length32(bytes.len()));
        at += bytes.len().next_multiple_of(4);
    }
    for (_, bytes) in tables {
        out.extend_from_slice(bytes);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    if let Some(at) = head_at {
        let adjustment = 0xb1b0_afba_u32.wrapping_sub(checksum(out));
        out[at + 8..at + 12].copy_from_slice(&adjustment.to_be_bytes());
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    let (whole, rest) = bytes.as_chunks::<4>();
    let sum = whole.iter().fold(0_u32, |sum, word| sum.wrapping_add(u32::from_be_bytes(*word)));
    let mut last = [0; 4];
    last[..rest.len()].copy_from_slice(rest);
    sum.wrapping_add(u32::from_be_bytes(last))
}

fn length32(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}
