//! The ToUnicode map of a font: what text each glyph number stands for.

use super::subset::Subset;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Returns the map; `text` holds the pieces that clusters stand for.
pub(super) fn to_unicode(subset: &Subset, text: &str) -> Vec<u8> {
    let texts = &subset.texts()[1..];
    let mut out = Vec::with_capacity(texts.len() * 15 + 400);
    out.extend_from_slice(
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
        /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
        /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
        1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    for (block, chunk) in texts.chunks(100).enumerate() {
        out.extend_from_slice(format!("{} beginbfchar\n", chunk.len()).as_bytes());
        for (index, piece) in chunk.iter().enumerate() {
            let cid = u16::try_from(block * 100 + index + 1).unwrap_or(u16::MAX);
            out.push(b'<');
            push_hex(cid, &mut out);
            out.extend_from_slice(b"> <");
            piece.utf16(text, |unit| push_hex(unit, &mut out));
            out.extend_from_slice(b">\n");
        }
        out.extend_from_slice(b"endbfchar\n");
    }
    out.extend_from_slice(b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}

/// Appends four hexadecimal digits.
pub(super) fn push_hex(value: u16, out: &mut Vec<u8>) {
    out.extend([12, 8, 4, 0].map(|shift| HEX[usize::from(value >> shift & 15)]));
}
