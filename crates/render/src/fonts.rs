//! The embedded fonts and, for every character, which of them shows it, with which glyph and how wide.

use std::sync::OnceLock;

use duces_model::{Digest, Hasher};
use harfrust::Font;
use unicode_bidi::BidiClass;

use crate::sfnt::Sfnt;

/// Font files in the order in which they are asked for a character.
const FILES: [(&str, &[u8]); 5] = [
    ("NotoSansSC-Regular", include_bytes!("../fonts/NotoSansSC-Regular.ttf")),
    ("NotoEmoji-Regular", include_bytes!("../fonts/NotoEmoji-Regular.ttf")),
    ("NotoSansArabic-Regular", include_bytes!("../fonts/NotoSansArabic-Regular.ttf")),
    ("NotoSansHebrew-Regular", include_bytes!("../fonts/NotoSansHebrew-Regular.ttf")),
    ("WenQuanYiMicroHei", include_bytes!("../fonts/WenQuanYiMicroHei.ttc")),
];

/// The number of the emoji font.
pub(crate) const EMOJI: u8 = 1;
/// The number of the font whose quotation marks are as narrow as Latin text wants them.
const NARROW_QUOTES: u8 = 3;
/// How many characters have an entry in the table: planes 0 to 2.
const TABLE: usize = 0x3_0000;

/// The fonts that pages are set in, parsed once a process.
pub struct Fonts {
    pub(crate) faces: Vec<Face>,
    chars: Vec<CharInfo>,
    quotes: [CharInfo; 5],
    digest: OnceLock<Digest>,
}

/// One face: its tables and its shaper.
pub(crate) struct Face {
    pub(crate) name: &'static str,
    pub(crate) sfnt: Sfnt,
    pub(crate) shaper: Font,
    pub(crate) cmap: ttf_parser::Face<'static>,
}

/// How a character is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CharKind {
    /// One glyph of one font, whatever stands beside it.
    Simple,
    /// Depends on its neighbours: right-to-left, marks, joiners, emoji parts.
    Complex,
    /// No font has it.
    Missing,
    /// A control character.
    Control,
}

/// Where a character's glyph is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CharInfo {
    pub(crate) glyph: u16,
    /// In thousandths of an em.
    pub(crate) advance: u16,
    pub(crate) font: u8,
    pub(crate) kind: CharKind,
}

const MISSING: CharInfo = CharInfo { glyph: 0, advance: 0, font: 0, kind: CharKind::Missing };

impl Fonts {
    /// Returns the fonts that are part of the program.
    pub fn embedded() -> &'static Self {
        static FONTS: OnceLock<Fonts> = OnceLock::new();
        FONTS.get_or_init(Self::load)
    }

    /// Returns the font files in the order in which they are asked for a character.
    pub fn files() -> impl Iterator<Item = &'static [u8]> {
        FILES.iter().map(|(_, bytes)| *bytes)
    }

    /// Returns one digest over all font files in their order; plans pin it.
    pub fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| {
            let mut hasher = Hasher::new();
            FILES.iter().for_each(|(_, bytes)| hasher.update(bytes));
            hasher.finish()
        })
    }

    fn load() -> Self {
        let faces: Vec<Face> = FILES.iter().map(|(name, bytes)| Face::load(name, bytes)).collect();
        let mut chars = vec![MISSING; TABLE];
        for (number, face) in faces.iter().enumerate() {
            face.each_char(|code, glyph| {
                if let Some(info) = chars.get_mut(code as usize)
                    && info.kind == CharKind::Missing
                {
                    *info = face.info(number, glyph);
                }
            });
        }
        for (code, info) in (0..).zip(chars.iter_mut()) {
            if let Some(kind) = char::from_u32(code).and_then(special_kind) {
                info.kind = kind;
            }
        }
        let narrow = &faces[usize::from(NARROW_QUOTES)];
        let quotes = QUOTES.map(|c| match narrow.cmap.glyph_index(c) {
            Some(glyph) => narrow.info(usize::from(NARROW_QUOTES), glyph.0),
            None => chars[c as usize],
        });
        Self { faces, chars, quotes, digest: OnceLock::new() }
    }

    /// Returns how a character is set.
    pub(crate) fn info(&self, c: char) -> CharInfo {
        match self.chars.get(c as usize) {
            Some(info) => *info,
            None => CharInfo { kind: special_kind(c).unwrap_or(CharKind::Missing), ..MISSING },
        }
    }

    /// Returns how a quotation mark or middle dot is set in Latin text.
    pub(crate) fn narrow_quote(&self, c: char) -> Option<CharInfo> {
        QUOTES.iter().position(|q| *q == c).map(|index| self.quotes[index])
    }

    /// Returns a face by its number.
    pub(crate) fn face(&self, number: u8) -> &Face {
        &self.faces[usize::from(number)]
    }
}

/// Quotation marks and the middle dot, which Chinese fonts make as wide as a Chinese character.
const QUOTES: [char; 5] = ['\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{b7}'];

impl Face {
    fn load(name: &'static str, bytes: &'static [u8]) -> Self {
        // The files are part of the program and a test loads every one of them.
        let cmap = ttf_parser::Face::parse(bytes, 0).expect("an embedded font is a font");
        let sfnt = Sfnt::read(&cmap).expect("an embedded font has TrueType outlines");
        let shaper = Font::new(bytes, 0).expect("an embedded font can be shaped with");
        Self { name, sfnt, shaper, cmap }
    }

    fn info(&self, number: usize, glyph: u16) -> CharInfo {
        let advance = self.sfnt.per_mille(i32::from(self.sfnt.metrics(glyph).0));
        CharInfo {
            glyph,
            advance: u16::try_from(advance).unwrap_or(u16::MAX),
            font: u8::try_from(number).expect("five fonts"),
            kind: CharKind::Simple,
        }
    }

    fn each_char(&self, mut each: impl FnMut(u32, u16)) {
        let Some(cmap) = self.cmap.tables().cmap else { return };
        for table in cmap.subtables.into_iter().filter(ttf_parser::cmap::Subtable::is_unicode) {
            table.codepoints(|code| {
                if let Some(glyph) = table.glyph_index(code).filter(|g| g.0 != 0) {
                    each(code, glyph.0);
                }
            });
        }
    }
}

fn special_kind(c: char) -> Option<CharKind> {
    if c.is_control() {
        return Some(CharKind::Control);
    }
    let emoji_part = matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{3164}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{20e3}'
        | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}');
    let class = unicode_bidi::bidi_class(c);
    let bidi = matches!(class, BidiClass::R | BidiClass::AL | BidiClass::AN | BidiClass::NSM);
    (emoji_part || bidi).then_some(CharKind::Complex)
}

/// Returns whether a character shows nothing by its nature: joiners, marks of direction, selectors, soft hyphen.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{3164}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_script_has_its_font() {
        let fonts = Fonts::embedded();
        for (c, font) in [('中', 0), ('a', 0), ('😀', 1), ('ع', 2), ('א', 3), ('한', 4), ('❤', 1)] {
            let info = fonts.info(c);
            assert_eq!(info.font, font, "{c}");
            assert!(info.glyph != 0 && info.advance > 0, "{c}");
        }
        assert_eq!(fonts.info('\u{2b740}').kind, CharKind::Missing);
        assert_eq!(fonts.info('\u{7}').kind, CharKind::Control);
        assert_eq!(fonts.info('א').kind, CharKind::Complex);
    }

    #[test]
    fn quotes_are_narrow_in_latin_text_and_wide_in_chinese() {
        let fonts = Fonts::embedded();
        for quote in QUOTES {
            assert_eq!(fonts.info(quote).advance, 1000);
            assert!(fonts.narrow_quote(quote).is_some_and(|narrow| narrow.advance < 500));
        }
    }
}
