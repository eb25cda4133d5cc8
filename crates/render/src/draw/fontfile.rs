//! A TrueType file that holds the glyphs a document uses, in the order of their numbers.

use super::subset::Outline;
use crate::outline::{Part, is_composite, push_composite, push_joined, push_simple};
use crate::sfnt::{Sfnt, u16_at};

/// Writes the file into `out`. Glyph `n` of the file is `glyphs[n]`; parts of composites follow.
pub(crate) fn font_file(sfnt: &Sfnt, glyphs: &[Outline], out: &mut Vec<u8>) {
    let mut glyf = Vec::with_capacity(glyphs.len() * 280);
    let mut loca = Vec::with_capacity(glyphs.len() * 4 + 4);
    let mut hmtx = Vec::with_capacity(glyphs.len() * 4);
    let mut parts = Parts { first: glyphs.len(), glyphs: Vec::new() };
    let mut most_parts = 0;
    for glyph in glyphs {
        loca.extend_from_slice(&length32(glyf.len()));
        match glyph {
            Outline::Face(glyph) => push_glyph(sfnt, *glyph, &mut parts, &mut glyf, &mut hmtx),
            Outline::Joined { parts: joined, advance } => {
                most_parts = most_parts.max(joined.len());
                let placed: Vec<_> = joined
                    .iter()
                    .map(|part| Part {
                        number: parts.number(part.glyph),
                        outline: sfnt.outline(part.glyph),
                        x: part.x,
                        y: part.y,
                    })
                    .collect();
                let left = push_joined(&placed, &mut glyf);
                hmtx.extend_from_slice(&sfnt.units(*advance).to_be_bytes());
                hmtx.extend_from_slice(&left.to_be_bytes());
            }
        }
    }
    // Parts may have parts, so the list grows under the loop.
    let mut index = 0;
    while let Some(glyph) = parts.glyphs.get(index).copied() {
        loca.extend_from_slice(&length32(glyf.len()));
        push_glyph(sfnt, glyph, &mut parts, &mut glyf, &mut hmtx);
        index += 1;
    }
    loca.extend_from_slice(&length32(glyf.len()));
    let count = u16::try_from(glyphs.len() + parts.glyphs.len()).unwrap_or(u16::MAX);
    let mut head = sfnt.head[..54].to_vec();
    head[8..12].fill(0);
    head[50..52].copy_from_slice(&[0, 1]);
    let mut hhea = sfnt.hhea[..36].to_vec();
    hhea[34..36].copy_from_slice(&count.to_be_bytes());
    let maxp = maximums(sfnt, count, most_parts);
    let tables: [(&[u8; 4], &[u8]); 6] =
        [(b"glyf", &glyf), (b"head", &head), (b"hhea", &hhea), (b"hmtx", &hmtx), (b"loca", &loca), (b"maxp", &maxp)];
    assemble(&tables, out);
}

/// Glyphs that are in the file only as parts of others.
struct Parts {
    first: usize,
    glyphs: Vec<u16>,
}

impl Parts {
    /// Returns the number of a part, appending it where it is not there yet.
    fn number(&mut self, glyph: u16) -> u16 {
        let index = self.glyphs.iter().position(|known| *known == glyph).unwrap_or_else(|| {
            self.glyphs.push(glyph);
            self.glyphs.len() - 1
        });
        u16::try_from(self.first + index).unwrap_or(0)
    }
}

fn push_glyph(sfnt: &Sfnt, glyph: u16, parts: &mut Parts, glyf: &mut Vec<u8>, hmtx: &mut Vec<u8>) {
    let outline = sfnt.outline(glyph);
    if is_composite(outline) {
        push_composite(outline, |part| parts.number(part), glyf);
    } else {
        push_simple(outline, glyf);
    }
    let (advance, bearing) = sfnt.metrics(glyph);
    hmtx.extend_from_slice(&advance.to_be_bytes());
    hmtx.extend_from_slice(&bearing.to_be_bytes());
}

/// Returns the table of maximums, raised by what joining adds: one level, `most_parts` parts.
fn maximums(sfnt: &Sfnt, count: u16, most_parts: usize) -> Vec<u8> {
    let mut maxp = sfnt.maxp.to_vec();
    maxp[4..6].copy_from_slice(&count.to_be_bytes());
    if most_parts == 0 || maxp.len() < 32 {
        return maxp;
    }
    let parts = u16::try_from(most_parts).unwrap_or(u16::MAX);
    let old = |at: usize| u16_at(sfnt.maxp, at).unwrap_or(0);
    let simple_or_composite = |simple: usize, composite: usize| old(simple).max(old(composite)).saturating_mul(parts);
    let raised = [
        (10, simple_or_composite(6, 10)),
        (12, simple_or_composite(8, 12)),
        (28, old(28).max(parts)),
        (30, old(30).saturating_add(1)),
    ];
    for (at, value) in raised {
        maxp[at..at + 2].copy_from_slice(&value.to_be_bytes());
    }
    maxp
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
