//! Which glyphs of which font a document uses, and what text each stands for.
//!
//! A number (CID) belongs to a pair of glyph and text, so that characters that look alike stay apart when the
//! text is copied, and a ligature gives back all its characters.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::fonts::Fonts;
use crate::page::{offset, span};

/// The glyphs used of one font; number 0 is the font's own sign for a missing glyph and is never shown.
pub(crate) struct Subset {
    glyphs: Vec<u16>,
    widths: Vec<u16>,
    texts: Vec<CidText>,
}

/// The text a glyph stands for.
#[derive(Clone)]
pub(crate) enum CidText {
    Char(char),
    Piece(Range<u32>),
}

impl Default for Subset {
    fn default() -> Self {
        Self { glyphs: vec![0], widths: vec![1000], texts: vec![CidText::Char('\u{fffd}')] }
    }
}

impl Subset {
    pub(crate) fn add(&mut self, glyph: u16, width: u16, text: CidText) -> u16 {
        // Beyond 16 bits the document is refused when its fonts are written.
        let cid = u16::try_from(self.glyphs.len()).unwrap_or(u16::MAX);
        self.glyphs.push(glyph);
        self.widths.push(width);
        self.texts.push(text);
        cid
    }

    pub(crate) fn len(&self) -> usize {
        self.glyphs.len()
    }

    pub(crate) fn glyphs(&self) -> &[u16] {
        &self.glyphs
    }

    pub(super) fn texts(&self) -> &[CidText] {
        &self.texts
    }

    /// Returns runs of widths other than the default of 1000, each with its first number.
    pub(super) fn width_runs(&self) -> Vec<(u16, &[u16])> {
        let mut runs = Vec::new();
        let mut start = None;
        for index in 0..=self.widths.len() {
            let other = self.widths.get(index).is_some_and(|width| *width != 1000);
            match (start, other) {
                (None, true) => start = Some(index),
                (Some(first), false) => {
                    runs.push((u16::try_from(first).unwrap_or(u16::MAX), &self.widths[first..index]));
                    start = None;
                }
                _ => {}
            }
        }
        runs
    }

    /// Returns six letters that differ with the glyphs chosen.
    pub(crate) fn tag(&self) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for glyph in &self.glyphs {
            hash = (hash ^ u64::from(*glyph)).wrapping_mul(0x100_0000_01b3);
        }
        (0..6)
            .map(|_| {
                let letter = u8::try_from(hash % 26).unwrap_or(0);
                hash /= 26;
                char::from(b'A' + letter)
            })
            .collect()
    }
}

/// The subsets of all fonts while a document is drawn.
pub(super) struct Subsets<'f> {
    pub(super) fonts: &'f Fonts,
    pub(super) faces: Vec<Subset>,
    /// The texts of clusters.
    pub(super) text: String,
    chars: Vec<u16>,
    used: Vec<u32>,
    quotes: BTreeMap<char, u16>,
    pieces: BTreeMap<(u8, u16, String), u16>,
}

/// How many characters the table of numbers covers; further ones go by the map of pieces.
const TABLE: usize = 0x3_0000;

impl<'f> Subsets<'f> {
    pub(super) fn new(fonts: &'f Fonts, mut chars: Vec<u16>) -> Self {
        if chars.len() != TABLE {
            chars = vec![0; TABLE];
        }
        let faces = fonts.faces.iter().map(|_| Subset::default()).collect();
        Self {
            fonts,
            faces,
            text: String::new(),
            chars,
            used: Vec::new(),
            quotes: BTreeMap::new(),
            pieces: BTreeMap::new(),
        }
    }

    /// Returns font, number and width of a character's own glyph.
    pub(super) fn simple(&mut self, c: char) -> (u8, u16, u16) {
        let info = self.fonts.info(c);
        let Some(cid) = self.chars.get_mut(c as usize) else { return (info.font, 0, info.advance) };
        if *cid == 0 {
            *cid = self.faces[usize::from(info.font)].add(info.glyph, info.advance, CidText::Char(c));
            self.used.push(c as u32);
        }
        (info.font, *cid, info.advance)
    }

    /// Returns font, number and width of the narrow form of a quotation mark.
    pub(super) fn narrow_quote(&mut self, c: char) -> (u8, u16, u16) {
        let Some(info) = self.fonts.narrow_quote(c) else { return self.simple(c) };
        let face = &mut self.faces[usize::from(info.font)];
        let cid = *self.quotes.entry(c).or_insert_with(|| face.add(info.glyph, info.advance, CidText::Char(c)));
        (info.font, cid, info.advance)
    }

    /// Returns number and width of a glyph that stands for a piece of text.
    pub(super) fn piece(&mut self, font: u8, glyph: u16, text: &str) -> (u16, u16) {
        let sfnt = &self.fonts.face(font).sfnt;
        let width = u16::try_from(sfnt.per_mille(i32::from(sfnt.metrics(glyph).0))).unwrap_or(0);
        let key = (font, glyph, text.to_owned());
        if let Some(cid) = self.pieces.get(&key) {
            return (*cid, width);
        }
        let first = offset(self.text.len());
        self.text.push_str(text);
        let range = first..offset(self.text.len());
        let cid = self.faces[usize::from(font)].add(glyph, width, CidText::Piece(range));
        self.pieces.insert(key, cid);
        (cid, width)
    }

    /// Ends the document and returns the table for the next one.
    pub(super) fn finish(mut self) -> Vec<u16> {
        for code in &self.used {
            self.chars[*code as usize] = 0;
        }
        self.chars
    }
}

impl CidText {
    pub(super) fn utf16(&self, text: &str, mut unit: impl FnMut(u16)) {
        let mut buffer = [0; 2];
        match self {
            Self::Char(c) => c.encode_utf16(&mut buffer).iter().for_each(|u| unit(*u)),
            Self::Piece(range) => text[span(range)].encode_utf16().for_each(unit),
        }
    }
}
