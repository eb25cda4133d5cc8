//! The font of the endorsements: a TrueType subset, embedded as a composite font.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::StampError;

/// A subset TrueType font and what is needed to write text with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampFont {
    /// The PostScript name; it should start with a subset tag (`ABCDEF+`).
    pub name: String,
    /// The TrueType file.
    pub font_file: Vec<u8>,
    /// For each character its glyph number and its width in thousandths of the size.
    pub glyphs: BTreeMap<char, (u16, u16)>,
}

impl StampFont {
    /// Returns glyph numbers and total width in thousandths of the size.
    pub(crate) fn set(&self, text: &str) -> Result<(Vec<u16>, f64), StampError> {
        let mut glyphs = Vec::new();
        let mut width = 0.0;
        for char in text.chars() {
            let &(glyph, advance) = self.glyphs.get(&char).ok_or(StampError::MissingGlyph(char))?;
            glyphs.push(glyph);
            width += f64::from(advance);
        }
        Ok((glyphs, width))
    }

    /// Adds the font's objects and returns the font itself.
    pub(crate) fn embed(&self, document: &mut Document) -> ObjectId {
        let metrics = Metrics::read(&self.font_file);
        let mut file_dict = Dictionary::new();
        file_dict.set("Length1", self.font_file.len() as i64);
        let file = document.add_object(super::deflated(file_dict, &self.font_file));
        let name = Object::Name(self.name.clone().into_bytes());
        let mut descriptor = named_dict("FontDescriptor");
        descriptor.set("FontName", name.clone());
        descriptor.set("Flags", 4);
        descriptor.set("FontBBox", metrics.bounds.map(Object::Integer).to_vec());
        descriptor.set("ItalicAngle", 0);
        descriptor.set("Ascent", metrics.ascent);
        descriptor.set("Descent", metrics.descent);
        descriptor.set("CapHeight", metrics.ascent);
        descriptor.set("StemV", 80);
        descriptor.set("FontFile2", file);
        let descriptor = document.add_object(descriptor);
        let descendant = document.add_object(self.descendant(&name, descriptor));
        let to_unicode = document.add_object(super::deflated(Dictionary::new(), self.to_unicode().as_bytes()));
        let mut font = named_dict("Font");
        font.set("Subtype", Object::Name(b"Type0".to_vec()));
        font.set("BaseFont", name);
        font.set("Encoding", Object::Name(b"Identity-H".to_vec()));
        font.set("DescendantFonts", vec![Object::Reference(descendant)]);
        font.set("ToUnicode", to_unicode);
        document.add_object(font)
    }

    fn descendant(&self, name: &Object, descriptor: ObjectId) -> Dictionary {
        let mut system = Dictionary::new();
        system.set("Registry", Object::string_literal("Adobe"));
        system.set("Ordering", Object::string_literal("Identity"));
        system.set("Supplement", 0);
        let widths: BTreeMap<u16, u16> = self.glyphs.values().copied().collect();
        let mut array = Vec::new();
        for (glyph, width) in widths {
            array.push(Object::Integer(i64::from(glyph)));
            array.push(Object::Array(vec![Object::Integer(i64::from(width))]));
        }
        let mut dict = named_dict("Font");
        dict.set("Subtype", Object::Name(b"CIDFontType2".to_vec()));
        dict.set("BaseFont", name.clone());
        dict.set("CIDSystemInfo", system);
        dict.set("FontDescriptor", descriptor);
        dict.set("DW", 1000);
        dict.set("W", array);
        dict.set("CIDToGIDMap", Object::Name(b"Identity".to_vec()));
        dict
    }

    fn to_unicode(&self) -> String {
        // Where two characters share a glyph, the first stands for both, deterministically.
        let mut texts: BTreeMap<u16, char> = BTreeMap::new();
        for (&char, &(glyph, _)) in &self.glyphs {
            texts.entry(glyph).or_insert(char);
        }
        let mut out = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let entries: Vec<(u16, char)> = texts.into_iter().collect();
        for block in entries.chunks(100) {
            let _ = writeln!(out, "{} beginbfchar", block.len());
            for (glyph, char) in block {
                let units: String = char.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("{unit:04X}")).collect();
                let _ = writeln!(out, "<{glyph:04X}> <{units}>");
            }
            out.push_str("endbfchar\n");
        }
        out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        out
    }
}

fn named_dict(kind: &str) -> Dictionary {
    let mut dict = Dictionary::new();
    dict.set("Type", Object::Name(kind.as_bytes().to_vec()));
    dict
}

/// What a font descriptor asks for, in thousandths of the size.
struct Metrics {
    bounds: [i64; 4],
    ascent: i64,
    descent: i64,
}

impl Metrics {
    /// Reads the `head` and `hhea` tables; a font without them gets usual values.
    fn read(font: &[u8]) -> Self {
        let usual = Self { bounds: [0, -250, 1000, 1000], ascent: 900, descent: -250 };
        let (Some(head), Some(hhea)) = (table(font, b"head"), table(font, b"hhea")) else { return usual };
        let Some(units) = signed(head, 18).map(|units| i64::from(units as u16)).filter(|&units| units > 0) else {
            return usual;
        };
        let scaled = |table: &[u8], at: usize| signed(table, at).map(|value| i64::from(value) * 1000 / units);
        let bounds = [36, 38, 40, 42].map(|at| scaled(head, at));
        match (bounds, scaled(hhea, 4), scaled(hhea, 6)) {
            ([Some(x0), Some(y0), Some(x1), Some(y1)], Some(ascent), Some(descent)) => {
                Self { bounds: [x0, y0, x1, y1], ascent, descent }
            }
            _ => usual,
        }
    }
}

fn signed(bytes: &[u8], at: usize) -> Option<i16> {
    bytes.get(at..at + 2).map(|pair| i16::from_be_bytes([pair[0], pair[1]]))
}

fn table<'a>(font: &'a [u8], tag: &[u8; 4]) -> Option<&'a [u8]> {
    let count = usize::try_from(signed(font, 4)?).ok()?;
    let record = font.get(12..)?.chunks_exact(16).take(count).find(|record| record.starts_with(tag))?;
    let word = |at: usize| Some(u32::from_be_bytes(record.get(at..at + 4)?.try_into().ok()?) as usize);
    let (start, length) = (word(8)?, word(12)?);
    font.get(start..start.checked_add(length)?)
}

/// Returns a stream compressed with deflate.
pub(crate) fn deflated_stream(mut dict: Dictionary, content: &[u8]) -> Stream {
    let level = libdeflater::CompressionLvl::default();
    let mut compressor = libdeflater::Compressor::new(level);
    let mut out = vec![0; compressor.zlib_compress_bound(content.len())];
    let length = compressor.zlib_compress(content, &mut out).expect("the buffer is as large as the bound");
    out.truncate(length);
    dict.set("Filter", Object::Name(b"FlateDecode".to_vec()));
    Stream::new(dict, out)
}
