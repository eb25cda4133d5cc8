//! What the fonts of a paper can show, and how wide.

use super::{PaperFonts, ReportError};
use std::cell::OnceCell;

use harfrust::{Buffer, Font, ShapeOptions, ShaperFont};
use ttf_parser::Face;
use unicode_segmentation::UnicodeSegmentation;

/// The text of a glyph that only together with another stands for something, such as the dots of an Arabic letter: a
/// space of no width, since a glyph without any text is given back as something wrong.
pub(super) const PART: &str = "\u{200b}";

/// The text that a glyph stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// One character.
    Char(char),
    /// A cluster of characters, or [`PART`] of one.
    Cluster(Box<str>),
}

impl From<&Said> for String {
    fn from(said: &Said) -> Self {
        match said {
            Said::Char(c) => (*c).into(),
            Said::Cluster(text) => text.to_string(),
        }
    }
}

/// A glyph of one font.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glyph {
    /// Which font: 0 is the regular one.
    pub face: usize,
    /// The glyph's number in the font.
    pub id: u16,
    /// The advance in thousandths of the font size, cut to a whole number as the PDF's width table has it.
    pub width: u32,
    /// How much closer the next glyph stands, in thousandths of the font size.
    pub kern: i32,
    /// How far it is drawn to the right of its place and above it, in thousandths of the font size.
    pub offset: (i32, i32),
    /// The text it stands for.
    pub text: Said,
}

impl Glyph {
    /// Returns how far the next glyph stands from this one.
    pub(super) fn advance(&self) -> i32 {
        i32::try_from(self.width).unwrap_or(0) - self.kern
    }

    fn char(&self) -> Option<char> {
        match self.text {
            Said::Char(c) => Some(c),
            Said::Cluster(_) => None,
        }
    }
}

/// The fonts of a paper.
pub(super) struct Faces<'a> {
    faces: Vec<Face<'a>>,
    /// The fonts once more, for shaping; most papers have nothing to shape.
    shapers: Vec<OnceCell<Option<Font>>>,
    /// The font that has emoji, which is asked first for what consists of several.
    emoji: Option<usize>,
}

impl<'a> Faces<'a> {
    /// Reads the fonts, and makes sure that the regular one can spell out what no font has.
    pub(super) fn read(fonts: &PaperFonts<'a>) -> Result<Self, ReportError> {
        let all = std::iter::once(fonts.regular).chain(fonts.further.iter().copied());
        let faces = all
            .enumerate()
            .map(|(index, bytes)| Face::parse(bytes, 0).map_err(|source| ReportError::UnreadableFont { index, source }))
            .collect::<Result<Vec<_>, _>>()?;
        let shapers = faces.iter().map(|_| OnceCell::new()).collect();
        let emoji = faces.iter().position(|face| face.glyph_index('\u{1f600}').is_some());
        let faces = Self { faces, shapers, emoji };
        match (' '..='~').find(|&c| faces.glyph_in(0, c).is_none()) {
            Some(c) => Err(ReportError::MissingLatin(c)),
            None => Ok(faces),
        }
    }

    /// Returns the glyph of a character in the first font that has it.
    pub(super) fn glyph(&self, c: char) -> Option<Glyph> {
        (0..self.faces.len()).find_map(|face| self.glyph_in(face, c))
    }

    /// Returns the font that has all that is seen of a cluster.
    pub(super) fn face_of(&self, cluster: &str) -> Option<usize> {
        let covers = |face: &usize| {
            let face = &self.faces[*face];
            cluster.chars().all(|c| is_joiner(c) || face.glyph_index(c).is_some_and(|id| id.0 != 0))
        };
        let emoji = self.emoji.filter(|_| cluster.chars().any(is_emoji_part));
        emoji.into_iter().chain(0..self.faces.len()).find(covers)
    }

    /// Shapes what a buffer holds in a font; tells whether that could be done.
    pub(super) fn shape(&self, face: usize, buffer: &mut Buffer, options: ShapeOptions<'_>) -> bool {
        let read = || Font::new(self.faces[face].raw_face().data.to_vec(), 0);
        let Some(font) = self.shapers.get(face).and_then(|font| font.get_or_init(read).as_ref()) else { return false };
        harfrust::shape(&ShaperFont::new(font), buffer, options).is_ok()
    }

    /// Returns a glyph as it was shaped: its advance and how far it is drawn to the right and up, in font units.
    pub(super) fn placed(&self, face: usize, id: u16, [advance, right, up]: [i32; 3], text: Said) -> Glyph {
        let units = self.faces.get(face).map_or(1000, |face| i32::from(face.units_per_em()).max(1));
        let scaled = |value: i32| value.saturating_mul(1000) / units;
        let own = self.faces.get(face).and_then(|face| face.glyph_hor_advance(ttf_parser::GlyphId(id)));
        let width = scaled(i32::from(own.unwrap_or(0)));
        let kern = width - scaled(advance);
        Glyph { face, id, width: width.unsigned_abs(), kern, offset: (scaled(right), scaled(up)), text }
    }

    fn glyph_in(&self, index: usize, c: char) -> Option<Glyph> {
        let face = self.faces.get(index)?;
        let id = face.glyph_index(c).filter(|id| id.0 != 0)?;
        let advance = u32::from(face.glyph_hor_advance(id)?);
        let width = advance * 1000 / u32::from(face.units_per_em()).max(1);
        Some(Glyph { face: index, id: id.0, width, kern: 0, offset: (0, 0), text: Said::Char(c) })
    }

    /// Draws quotation marks close to Latin letters: a Chinese font gives each the width of a Han character.
    pub(super) fn tighten(&self, glyphs: &mut [Glyph]) {
        let is_latin = |glyph: Option<&Glyph>| glyph.and_then(Glyph::char).is_some_and(|c| c.is_ascii_graphic());
        for index in 0..glyphs.len() {
            let glyph = &glyphs[index];
            let opens = matches!(glyph.text, Said::Char('‘' | '“'));
            if glyph.width < 900 || !(opens || matches!(glyph.text, Said::Char('’' | '”'))) {
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
    fn bearings(&self, glyph: &Glyph) -> Option<(i32, i32)> {
        const USUAL: u32 = 70;
        let face = self.faces.get(glyph.face)?;
        let ink = face.glyph_bounding_box(ttf_parser::GlyphId(glyph.id))?;
        let scaled = |units: i16| u32::from(units.max(0).unsigned_abs()) * 1000 / u32::from(face.units_per_em()).max(1);
        let right = glyph.width.saturating_sub(scaled(ink.x_max));
        let beyond = |room: u32| i32::try_from(room.saturating_sub(USUAL)).unwrap_or(0);
        Some((beyond(scaled(ink.x_min)), beyond(right)))
    }

    /// Returns the text with every character that would not be seen spelled out, as `[U+1F600]`.
    ///
    /// A tab becomes `tab`, since a font has no glyph for it.
    pub(super) fn legible(&self, text: &str, tab: &str) -> String {
        let mut out = String::with_capacity(text.len());
        if text.chars().all(|c| c == '\t' || !(is_unseen(c) || self.glyph(c).is_none())) {
            return text.replace('\t', tab);
        }
        for cluster in text.graphemes(true) {
            // Letters that a joiner parts or joins are a cluster each; what joins them shows in their shapes.
            let joins_letters = cluster.ends_with(['\u{200c}', '\u{200d}']) && {
                let after = cluster.as_ptr() as usize - text.as_ptr() as usize + cluster.len();
                is_arabic(cluster.chars().next()) && is_arabic(text[after..].chars().next())
            };
            let is_emoji = is_emoji_sequence(cluster) && self.face_of(cluster).is_some();
            for c in cluster.chars() {
                if c == '\t' {
                    out.push_str(tab);
                } else if is_joiner(c) && (is_emoji || (joins_letters && matches!(c, '\u{200c}' | '\u{200d}'))) {
                    out.push(c);
                } else if is_unseen(c) || self.glyph(c).is_none() {
                    out.push_str(&Self::spelled(c));
                } else {
                    out.push(c);
                }
            }
        }
        out
    }

    /// Returns a character's code point, as it is shown instead of the character.
    pub(super) fn spelled(c: char) -> String {
        format!("[U+{:04X}]", u32::from(c))
    }
}

/// Tells whether a character only says how its neighbours are drawn.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}

fn is_arabic(c: Option<char>) -> bool {
    c.is_some_and(|c| unicode_bidi::bidi_class(c) == unicode_bidi::BidiClass::AL)
}

fn is_emoji_part(c: char) -> bool {
    is_joiner(c) || matches!(c, '\u{20e3}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Tells whether a cluster is an emoji, in which selectors, joiners and tags hide nothing.
fn is_emoji_sequence(cluster: &str) -> bool {
    let mut chars = cluster.chars();
    let Some(base) = chars.next() else { return false };
    let is_tagged = base == '\u{1f3f4}' && cluster.ends_with('\u{e007f}');
    let has_base = if base.is_ascii() {
        matches!(base, '0'..='9' | '#' | '*') && cluster.ends_with('\u{20e3}')
    } else {
        matches!(base, '©' | '®' | '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
    };
    has_base
        && !cluster.ends_with('\u{200d}')
        && !cluster.contains("\u{fe0f}\u{fe0f}")
        && (is_tagged || !cluster.contains(|c| matches!(c, '\u{e0020}'..='\u{e007f}')))
}

/// Tells whether a character is invisible by design or reorders its neighbours, so that showing it would hide it.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}
