//! Which glyphs of which font a document uses, and what text each stands for.
//!
//! A number (CID) belongs to a pair of glyph and text, so that characters that look alike stay apart when the
//! text is copied, and a ligature gives back all its characters.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::fonts::Fonts;
use crate::page::{Cluster, Shaped, ShapedGlyph, offset, span};

/// The glyphs used of one font; number 0 is the font's own sign for a missing glyph and is never shown.
pub(crate) struct Subset {
    glyphs: Vec<Outline>,
    widths: Vec<u16>,
    texts: Vec<CidText>,
}

/// Where the outline of a glyph comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outline {
    /// A glyph of the face.
    Face(u16),
    /// Several glyphs that a cluster consists of, made one, so that one number has the text of them all.
    Joined {
        /// The glyphs and where they stand.
        parts: Vec<ShapedGlyph>,
        /// How wide they are together, in thousandths of an em.
        advance: u16,
    },
}

/// The text a glyph stands for.
#[derive(Clone)]
pub(crate) enum CidText {
    Char(char),
    Piece(Range<u32>),
}

impl Default for Subset {
    fn default() -> Self {
        Self { glyphs: vec![Outline::Face(0)], widths: vec![1000], texts: vec![CidText::Char('\u{fffd}')] }
    }
}

impl Subset {
    pub(crate) fn add(&mut self, glyph: Outline, width: u16, text: CidText) -> u16 {
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

    pub(crate) fn glyphs(&self) -> &[Outline] {
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
        let mut mix = |value: u32| hash = (hash ^ u64::from(value)).wrapping_mul(0x100_0000_01b3);
        for glyph in &self.glyphs {
            match glyph {
                Outline::Face(glyph) => mix(u32::from(*glyph)),
                Outline::Joined { parts, .. } => {
                    for part in parts {
                        mix(u32::from(part.glyph));
                        mix(part.x.cast_unsigned());
                    }
                }
            }
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
    pieces: BTreeMap<(u8, Outline, String), u16>,
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

    /// Returns font and number of a character's own glyph.
    pub(super) fn simple(&mut self, c: char) -> (u8, u16) {
        let info = self.fonts.info(c);
        let Some(cid) = self.chars.get_mut(c as usize) else { return (info.font, 0) };
        if *cid == 0 {
            *cid = self.faces[usize::from(info.font)].add(Outline::Face(info.glyph), info.advance, CidText::Char(c));
            self.used.push(c as u32);
        }
        (info.font, *cid)
    }

    /// Returns font and number of the narrow form of a quotation mark or middle dot.
    pub(super) fn narrow_quote(&mut self, c: char) -> (u8, u16) {
        let Some(info) = self.fonts.narrow_quote(c) else { return self.simple(c) };
        let face = &mut self.faces[usize::from(info.font)];
        let cid = *self
            .quotes
            .entry(c)
            .or_insert_with(|| face.add(Outline::Face(info.glyph), info.advance, CidText::Char(c)));
        (info.font, cid)
    }

    /// Returns the number of the one glyph that stands for a cluster.
    pub(super) fn cluster(&mut self, cluster: &Cluster, shaped: &Shaped) -> u16 {
        let parts = &shaped.glyphs[span(&cluster.glyphs)];
        let text = &shaped.text[span(&cluster.text)];
        let sfnt = &self.fonts.face(cluster.font).sfnt;
        let advance = u16::try_from(cluster.advance.max(0)).unwrap_or(u16::MAX);
        let outline = match parts {
            [only]
                if (only.x, only.y) == (0, 0)
                    && sfnt.per_mille(i32::from(sfnt.metrics(only.glyph).0)) == cluster.advance =>
            {
                Outline::Face(only.glyph)
            }
            parts => Outline::Joined { parts: parts.to_vec(), advance },
        };
        let key = (cluster.font, outline, text.to_owned());
        if let Some(cid) = self.pieces.get(&key) {
            return *cid;
        }
        let first = offset(self.text.len());
        self.text.push_str(text);
        let range = first..offset(self.text.len());
        let face = &mut self.faces[usize::from(cluster.font)];
        let cid = face.add(key.1.clone(), advance, CidText::Piece(range));
        self.pieces.insert(key, cid);
        cid
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
