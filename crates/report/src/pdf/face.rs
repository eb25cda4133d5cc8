//! What the fonts of a paper can show, and how wide.

use super::{PaperFonts, ReportError};
use ttf_parser::Face;

/// The text of a glyph that only together with the one before it stands for something.
pub(super) const PART: &str = "\u{200b}";

/// A character as one glyph of one font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glyph {
    /// Which font: 0 is the regular one.
    pub face: usize,
    /// The glyph's number in the font.
    pub id: u16,
    /// The advance in thousandths of the font size, cut to a whole number as the PDF's width table has it.
    pub width: u32,
    /// How much closer the next glyph stands, in thousandths of the font size.
    pub kern: u32,
    /// The character.
    pub text: char,
}

impl Glyph {
    /// Returns how far the next glyph stands from this one.
    pub(super) fn advance(self) -> u32 {
        self.width.saturating_sub(self.kern)
    }
}

/// The fonts of a paper.
pub(super) struct Faces<'a> {
    faces: Vec<Face<'a>>,
}

impl<'a> Faces<'a> {
    /// Reads the fonts, and makes sure that the regular one can spell out what no font has.
    pub(super) fn read(fonts: &PaperFonts<'a>) -> Result<Self, ReportError> {
        let all = std::iter::once(fonts.regular).chain(fonts.further.iter().copied());
        let faces = all
            .enumerate()
            .map(|(index, bytes)| Face::parse(bytes, 0).map_err(|source| ReportError::UnreadableFont { index, source }))
            .collect::<Result<Vec<_>, _>>()?;
        let faces = Self { faces };
        match (' '..='~').find(|&c| faces.glyph_in(0, c).is_none()) {
            Some(c) => Err(ReportError::MissingLatin(c)),
            None => Ok(faces),
        }
    }

    /// Returns the glyph of a character in the first font that has it.
    pub(super) fn glyph(&self, c: char) -> Option<Glyph> {
        (0..self.faces.len()).find_map(|face| self.glyph_in(face, c))
    }

    fn glyph_in(&self, index: usize, c: char) -> Option<Glyph> {
        let face = self.faces.get(index)?;
        let id = face.glyph_index(c).filter(|id| id.0 != 0)?;
        let advance = u32::from(face.glyph_hor_advance(id)?);
        let width = advance * 1000 / u32::from(face.units_per_em()).max(1);
        Some(Glyph { face: index, id: id.0, width, kern: 0, text: c })
    }

    /// Draws quotation marks close to Latin letters: a Chinese font gives each the width of a Han character.
    pub(super) fn tighten(&self, glyphs: &mut [Glyph]) {
        let is_latin = |glyph: Option<&Glyph>| glyph.is_some_and(|glyph| glyph.text.is_ascii() && glyph.text != ' ');
        for index in 0..glyphs.len() {
            let glyph = glyphs[index];
            let opens = matches!(glyph.text, '‘' | '“');
            if glyph.width < 900 || !(opens || matches!(glyph.text, '’' | '”')) {
                continue;
            }
            let Some((left, right)) = self.bearings(glyph) else { continue };
            if opens && index > 0 && is_latin(glyphs.get(index + 1)) {
                glyphs[index - 1].kern += left;
            } else if !opens && index > 0 && is_latin(glyphs.get(index - 1)) {
                glyphs[index].kern += right;
            }
        }
    }

    /// Returns the empty room left and right in a glyph beyond what a Latin mark has.
    fn bearings(&self, glyph: Glyph) -> Option<(u32, u32)> {
        const USUAL: u32 = 70;
        let face = self.faces.get(glyph.face)?;
        let ink = face.glyph_bounding_box(ttf_parser::GlyphId(glyph.id))?;
        let scaled = |units: i16| u32::from(units.max(0).unsigned_abs()) * 1000 / u32::from(face.units_per_em()).max(1);
        let right = glyph.width.saturating_sub(scaled(ink.x_max));
        Some((scaled(ink.x_min).saturating_sub(USUAL), right.saturating_sub(USUAL)))
    }

    /// Returns the text with every character that would not be seen spelled out, as `[U+1F600]`.
    ///
    /// A tab becomes `tab`, since a font has no glyph for it.
    pub(super) fn legible(&self, text: &str, tab: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if c == '\t' {
                out.push_str(tab);
            } else if is_unseen(c) || self.glyph(c).is_none() {
                out.push_str(&format!("[U+{:04X}]", u32::from(c)));
            } else {
                out.push(c);
            }
        }
        out
    }
}

/// Tells whether a character is invisible by design or reorders its neighbours, so that showing it would hide it.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}
