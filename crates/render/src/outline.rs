//! Glyph outlines as they are embedded: without hinting programs, composite parts found and renumbered.

use crate::sfnt::u16_at;

const ARGS_ARE_WORDS: u16 = 0x0001;
const ARGS_ARE_OFFSETS: u16 = 0x0002;
const HAS_SCALE: u16 = 0x0008;
const MORE_COMPONENTS: u16 = 0x0020;
const HAS_XY_SCALE: u16 = 0x0040;
const HAS_MATRIX: u16 = 0x0080;
const HAS_INSTRUCTIONS: u16 = 0x0100;

/// Returns whether an outline is put together from others.
pub(crate) fn is_composite(outline: &[u8]) -> bool {
    u16_at(outline, 0).is_some_and(|contours| contours.cast_signed() < 0)
}

/// Appends a simple outline without its instructions, padded to four bytes.
///
/// The programs that the instructions call are not embedded, so neither are they.
pub(crate) fn push_simple(outline: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let contours = usize::from(u16_at(outline, 0).unwrap_or(0));
    let at = 10 + 2 * contours;
    match u16_at(outline, at) {
        Some(length) if length > 0 && at + 2 + usize::from(length) <= outline.len() => {
            out.extend_from_slice(&outline[..at]);
            out.extend_from_slice(&[0, 0]);
            out.extend_from_slice(&outline[at + 2 + usize::from(length)..]);
        }
        _ => out.extend_from_slice(outline),
    }
    pad(start, out);
}

/// Appends a composite outline, its parts numbered anew by `renumber`, padded to four bytes.
pub(crate) fn push_composite(outline: &[u8], mut renumber: impl FnMut(u16) -> u16, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(outline.get(..10).unwrap_or(outline));
    let mut at = 10;
    while let (Some(flags), Some(part)) = (u16_at(outline, at), u16_at(outline, at + 2)) {
        let length = part_length(flags);
        out.extend_from_slice(&(flags & !HAS_INSTRUCTIONS).to_be_bytes());
        out.extend_from_slice(&renumber(part).to_be_bytes());
        out.extend_from_slice(outline.get(at + 4..at + length).unwrap_or(&[]));
        at += length;
        if flags & MORE_COMPONENTS == 0 {
            break;
        }
    }
    pad(start, out);
}

/// A glyph that becomes part of another.
pub(crate) struct Part<'o> {
    /// Its number in the new file.
    pub(crate) number: u16,
    pub(crate) outline: &'o [u8],
    pub(crate) x: i32,
    pub(crate) y: i32,
}

impl Part<'_> {
    /// Returns left, low, right and high of the part where it stands.
    fn bounds(&self) -> [i32; 4] {
        let edge = |at| i32::from(u16_at(self.outline, at).unwrap_or(0).cast_signed());
        [edge(2) + self.x, edge(4) + self.y, edge(6) + self.x, edge(8) + self.y]
    }
}

/// Appends one outline that consists of others, each moved to its place; padded to four bytes. Returns the left edge.
pub(crate) fn push_joined(parts: &[Part<'_>], out: &mut Vec<u8>) -> i16 {
    let start = out.len();
    let short = |value: i32| i16::try_from(value.clamp(-32_768, 32_767)).unwrap_or(0);
    // Blank parts, such as a space, have no outline to place.
    let shown: Vec<&Part<'_>> = parts.iter().filter(|part| part.outline.len() >= 10).collect();
    let Some(bounds) = shown
        .iter()
        .map(|part| part.bounds())
        .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    else {
        return 0;
    };
    out.extend_from_slice(&(-1_i16).to_be_bytes());
    bounds.iter().for_each(|edge| out.extend_from_slice(&short(*edge).to_be_bytes()));
    for (index, part) in shown.iter().enumerate() {
        let more = if index + 1 < shown.len() { MORE_COMPONENTS } else { 0 };
        out.extend_from_slice(&(ARGS_ARE_WORDS | ARGS_ARE_OFFSETS | more).to_be_bytes());
        out.extend_from_slice(&part.number.to_be_bytes());
        out.extend_from_slice(&short(part.x).to_be_bytes());
        out.extend_from_slice(&short(part.y).to_be_bytes());
    }
    pad(start, out);
    short(bounds[0])
}

fn part_length(flags: u16) -> usize {
    let arguments = if flags & ARGS_ARE_WORDS != 0 { 4 } else { 2 };
    let scale = match flags {
        f if f & HAS_SCALE != 0 => 2,
        f if f & HAS_XY_SCALE != 0 => 4,
        f if f & HAS_MATRIX != 0 => 8,
        _ => 0,
    };
    4 + arguments + scale
}

fn pad(start: usize, out: &mut Vec<u8>) {
    while !(out.len() - start).is_multiple_of(4) {
        out.push(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_dropped_and_the_rest_kept() {
        let mut outline = vec![0, 1];
        outline.extend([0; 8]);
        outline.extend([0, 0, 0, 3, 9, 9, 9, 1, 2, 3]);
        let mut out = Vec::new();
        push_simple(&outline, &mut out);
        assert_eq!(out[10..], [0, 0, 0, 0, 1, 2, 3, 0, 0, 0][..out.len() - 10]);
        assert_eq!(out.len() % 4, 0);
    }

    #[test]
    fn parts_are_renumbered() {
        let mut outline = vec![0xff, 0xff];
        outline.extend([0; 8]);
        outline.extend([0x01, 0x20, 0, 7, 1, 2, 0, 0, 0, 8, 3, 4, 0, 2, 5, 5]);
        let mut out = Vec::new();
        let mut seen = Vec::new();
        push_composite(
            &outline,
            |part| {
                seen.push(part);
                part + 1
            },
            &mut out,
        );
        assert_eq!(seen, [7, 8]);
        assert_eq!(out[10..22], [0, 0x20, 0, 8, 1, 2, 0, 0, 0, 9, 3, 4]);
    }
}
