//! The font that stamps on others' pages are set in, as plain data.

use crate::draw::{CidText, Outline, Subset, font_file};
use crate::fonts::{CharKind, Fonts};

/// A subset of the main font for stamping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampFont {
    /// The PostScript name with its subset tag.
    pub name: String,
    /// The TrueType file.
    pub file: Vec<u8>,
    /// For each character its glyph in the file and its width in thousandths of an em, in the order of characters.
    pub glyphs: Vec<(char, u16, u16)>,
    /// How far letters rise above the base line, in thousandths of an em.
    pub ascent: i32,
    /// How far they fall below it; negative.
    pub descent: i32,
    /// The box that holds every glyph, in thousandths of an em: left, low, right, high.
    pub bbox: [i32; 4],
}

/// Returns a subset of the main font that holds the characters of `chars`, each once.
///
/// A character that the main font lacks is left out; the caller sees it by its absence.
pub fn stamp_font(fonts: &Fonts, chars: &str) -> StampFont {
    let mut wanted: Vec<char> = chars.chars().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut subset = Subset::default();
    let mut glyphs = Vec::new();
    for c in wanted {
        let info = fonts.info(c);
        if info.font == 0 && info.kind == CharKind::Simple {
            let cid = subset.add(Outline::Face(info.glyph), info.advance, CidText::Char(c));
            glyphs.push((c, cid, info.advance));
        }
    }
    let face = fonts.face(0);
    let mut file = Vec::new();
    font_file(&face.sfnt, subset.glyphs(), &mut file);
    StampFont {
        name: format!("{}+{}", subset.tag(), face.name),
        file,
        glyphs,
        ascent: face.sfnt.per_mille(face.sfnt.ascender),
        descent: face.sfnt.per_mille(face.sfnt.descender),
        bbox: face.sfnt.bbox.map(|units| face.sfnt.per_mille(units)),
    }
}
