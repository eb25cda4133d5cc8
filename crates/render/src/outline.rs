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

/// Appends one outline that consists of several of the face, each moved to its place; padded to four bytes.
///
/// `parts` are the number in the new file, the outline and the place of each. Returns the left edge.
pub(crate) fn push_joined(parts: &[(u16, &[u8], i32, i32)], out: &mut Vec<u8>) -> i16 {
    let start = out.len();
    let short = |value: i32| i16::try_from(value.clamp(-32_768, 32_767)).unwrap_or(0);
    let shown: Vec<_> = parts.iter().filter(|(_, outline, _, _)| outline.len() >= 10).collect();
    let edge = |at: usize, moved: fn(&(u16, &[u8], i32, i32)) -> i32| {
        shown.iter().map(move |part| i32::from(u16_at(part.1, at).unwrap_or(0).cast_signed()) + moved(part))
    };
    let left = short(edge(2, |part| part.2).min().unwrap_or(0));
    if shown.is_empty() {
        return 0;
    }
    let low = short(edge(4, |part| part.3).min().unwrap_or(0));
    let right = short(edge(6, |part| part.2).max().unwrap_or(0));
    let high = short(edge(8, |part| part.3).max().unwrap_or(0));
    for value in [-1, left, low, right, high] {
        out.extend_from_slice(&value.to_be_bytes());
    }
    for (index, (number, _, x, y)) in shown.iter().enumerate() {
        let more = if index + 1 < shown.len() { MORE_COMPONENTS } else { 0 };
        out.extend_from_slice(&(ARGS_ARE_WORDS | ARGS_ARE_OFFSETS | more).to_be_bytes());
        out.extend_from_slice(&number.to_be_bytes());
        out.extend_from_slice(&short(*x).to_be_bytes());
        out.extend_from_slice(&short(*y).to_be_bytes());
    }
    pad(start, out);
    left
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
