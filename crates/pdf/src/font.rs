//! What the codes of a font stand for, and how wide they are.

use encoding_rs::{BIG5, EUC_KR, Encoding as Charset, GB18030, SHIFT_JIS};
use lopdf::{Dictionary, Document, Object};

use crate::cmap::{CidMap, ToUnicode};
use crate::limits::Limits;
use crate::object;
use crate::width::Widths;

/// A font as far as reading text needs it.
#[derive(Debug)]
pub(crate) struct Font {
    codes: Codes,
    to_unicode: ToUnicode,
    widths: Widths,
    /// Scales widths to parts of the font size: 1/1000, or what a Type 3 font says.
    scale: f64,
    pub(crate) vertical: bool,
}

#[derive(Debug)]
enum Codes {
    /// One byte a code, with the text of each by the font's encoding.
    Single(Box<[String; 256]>),
    /// Two bytes a code; the code is the glyph number.
    Identity,
    /// Two bytes a code, which is UTF-16.
    Utf16,
    /// A legacy multi-byte character set.
    Charset(&'static Charset),
    /// An embedded map.
    Mapped(CidMap),
}

/// One code of a string.
pub(crate) struct Shown<'a> {
    pub(crate) text: std::borrow::Cow<'a, str>,
    /// Parts of the font size; `None` where the file does not say.
    pub(crate) width: Option<f64>,
    /// Single-byte code 32, to which word spacing applies.
    pub(crate) is_space: bool,
}

impl Font {
    pub(crate) fn read(document: &Document, font: &Dictionary, limits: &Limits) -> Self {
        let to_unicode = object::get_stream(document, font, b"ToUnicode")
            .and_then(|stream| stream.get_plain_content_with_limit(limits.max_stream_bytes).ok())
            .map_or_else(ToUnicode::default, |bytes| ToUnicode::parse(&bytes));
        if object::get_name(document, font, b"Subtype") == Some(b"Type0") {
            return Self::composite(document, font, to_unicode, limits);
        }
        let matrix = object::get_numbers::<6>(document, font, b"FontMatrix");
        let is_type3 = object::get_name(document, font, b"Subtype") == Some(b"Type3");
        Self {
            codes: Codes::Single(single_byte_texts(document, font)),
            to_unicode,
            widths: Widths::simple(document, font),
            scale: matrix.filter(|_| is_type3).map_or(0.001, |matrix| matrix[0].abs()),
            vertical: false,
        }
    }

    fn composite(document: &Document, font: &Dictionary, to_unicode: ToUnicode, limits: &Limits) -> Self {
        let descendant = object::get_array(document, font, b"DescendantFonts")
            .and_then(|fonts| fonts.first())
            .and_then(|first| object::resolve(document, first))
            .and_then(object::as_dict);
        let encoding = object::get(document, font, b"Encoding");
        let (codes, vertical) = match encoding {
            Some(Object::Name(name)) => (predefined(name), name.ends_with(b"-V") || name == b"V"),
            Some(Object::Stream(stream)) => {
                let bytes = stream.get_plain_content_with_limit(limits.max_stream_bytes).unwrap_or_default();
                let mode = object::get_number(document, &stream.dict, b"WMode");
                (Codes::Mapped(CidMap::parse(&bytes)), mode == Some(1.0))
            }
            _ => (Codes::Identity, false),
        };
        let empty = Dictionary::new();
        let widths = Widths::composite(document, descendant.unwrap_or(&empty));
        Self { codes, to_unicode, widths, scale: 0.001, vertical }
    }

    /// Splits a string into codes and calls `show` for each.
    pub(crate) fn each_code(&self, bytes: &[u8], mut show: impl FnMut(Shown<'_>)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = self.code_length(rest).clamp(1, rest.len());
            let (code, tail) = rest.split_at(length);
            show(self.shown(code));
            rest = tail;
        }
    }

    fn code_length(&self, bytes: &[u8]) -> usize {
        match &self.codes {
            Codes::Single(_) => 1,
            Codes::Identity | Codes::Utf16 => 2,
            Codes::Charset(_) if bytes[0] < 0x80 => 1,
            Codes::Charset(_) => 2,
            Codes::Mapped(map) => map.code_length(bytes),
        }
    }

    fn shown(&self, bytes: &[u8]) -> Shown<'_> {
        let code = bytes.iter().fold(0, |code: u32, &byte| code << 8 | u32::from(byte));
        let (width_code, width_known) = match &self.codes {
            Codes::Mapped(map) => (map.cid(code), true),
            Codes::Utf16 | Codes::Charset(_) => (code, false),
            Codes::Single(_) | Codes::Identity => (code, true),
        };
        let width = if width_known { self.widths.get(width_code) } else { None };
        Shown { text: self.text_of(code, bytes), width: width.map(|width| width * self.scale), is_space: bytes == [32] }
    }

    fn text_of(&self, code: u32, bytes: &[u8]) -> std::borrow::Cow<'_, str> {
        if let Some(text) = self.to_unicode.get(code) {
            return text.into();
        }
        match &self.codes {
            Codes::Single(texts) => texts.get(code as usize).map_or("", String::as_str).into(),
            Codes::Utf16 => encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0.into_owned().into(),
            Codes::Charset(charset) => charset.decode_without_bom_handling(bytes).0.into_owned().into(),
            // Without a map the glyph numbers of a subset say nothing about characters.
            Codes::Identity | Codes::Mapped(_) => "\u{fffd}".into(),
        }
    }
}

/// Returns the codes of a predefined encoding for composite fonts, by the parts of its name.
fn predefined(name: &[u8]) -> Codes {
    let name = String::from_utf8_lossy(name);
    let has = |part: &str| name.contains(part);
    if has("UCS2") || has("UTF16") {
        Codes::Utf16
    } else if has("GB") {
        Codes::Charset(GB18030)
    } else if has("B5") || has("HKscs") {
        Codes::Charset(BIG5)
    } else if has("RKSJ") {
        Codes::Charset(SHIFT_JIS)
    } else if has("KSC") {
        Codes::Charset(EUC_KR)
    } else {
        Codes::Identity
    }
}

/// Returns the text of each code of a simple font.
fn single_byte_texts(document: &Document, font: &Dictionary) -> Box<[String; 256]> {
    let encoding = object::get(document, font, b"Encoding");
    let base = match encoding {
        Some(Object::Name(name)) => Some(name.as_slice()),
        Some(Object::Dictionary(dict)) => object::get_name(document, dict, b"BaseEncoding"),
        _ => None,
    };
    let mut texts = base_texts(base.unwrap_or(b"StandardEncoding"));
    if let Some(Object::Dictionary(dict)) = encoding {
        let mut code = 0_usize;
        for item in object::get_array(document, dict, b"Differences").unwrap_or(&[]) {
            match object::resolve(document, item) {
                Some(Object::Name(name)) => {
                    if let Some(slot) = texts.get_mut(code) {
                        *slot = glyph_text(name).unwrap_or_else(|| "\u{fffd}".into());
                    }
                    code = code.saturating_add(1);
                }
                Some(other) => code = object::number(other).map_or(code, |value| value as usize),
                None => {}
            }
        }
    }
    texts
}

fn base_texts(encoding: &[u8]) -> Box<[String; 256]> {
    let mut font = Dictionary::new();
    font.set("Type", Object::Name(b"Font".to_vec()));
    let known = matches!(encoding, b"WinAnsiEncoding" | b"MacRomanEncoding" | b"MacExpertEncoding");
    let name: &[u8] = if known { encoding } else { b"StandardEncoding" };
    font.set("Encoding", Object::Name(name.to_vec()));
    decoded_by_lopdf(&font, 0..=255)
}

fn decoded_by_lopdf(font: &Dictionary, codes: std::ops::RangeInclusive<u8>) -> Box<[String; 256]> {
    let document = Document::new();
    let mut texts = Box::new([const { String::new() }; 256]);
    if let Ok(encoding) = font.get_font_encoding(&document) {
        for code in codes {
            texts[usize::from(code)] = Document::decode_text(&encoding, &[code]).unwrap_or_default();
        }
    }
    texts
}

/// Returns the text of a glyph name: the Adobe list (as lopdf holds it), `uniXXXX` and `uXXXXX`,
/// parts joined by `_`, variants after a dot cut off.
fn glyph_text(name: &[u8]) -> Option<String> {
    let whole = std::str::from_utf8(name).ok()?;
    let stem = whole.split('.').next().filter(|stem| !stem.is_empty())?;
    stem.split('_').map(|part| coded_glyph(part).or_else(|| listed_glyph(part))).collect()
}

fn coded_glyph(name: &str) -> Option<String> {
    if let Some(digits) = name.strip_prefix("uni").filter(|digits| digits.len() >= 4 && digits.len() % 4 == 0) {
        let units: Option<Vec<u16>> = (0..digits.len() / 4)
            .map(|index| digits.get(index * 4..index * 4 + 4).and_then(|unit| u16::from_str_radix(unit, 16).ok()))
            .collect();
        return String::from_utf16(&units?).ok();
    }
    let digits = name.strip_prefix('u').filter(|digits| (4..=6).contains(&digits.len()))?;
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).map(String::from)
}

/// lopdf keeps its glyph list private; a one-entry encoding asks it for one name.
fn listed_glyph(name: &str) -> Option<String> {
    let mut encoding = Dictionary::new();
    encoding.set("Differences", vec![Object::Integer(0), Object::Name(name.as_bytes().to_vec())]);
    let mut font = Dictionary::new();
    font.set("Type", Object::Name(b"Font".to_vec()));
    font.set("Encoding", encoding);
    let [text, ..] = *decoded_by_lopdf(&font, 0..=0);
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_glyph_names() {
        let cases = [
            ("A", Some("A")),
            ("eacute", Some("é")),
            ("f_i", Some("fi")),
            ("uni4F60597D", Some("你好")),
            ("u1F600", Some("😀")),
            ("a.sc", Some("a")),
            ("nosuchglyph", None),
        ];
        for (name, expect) in cases {
            assert_eq!(glyph_text(name.as_bytes()).as_deref(), expect, "{name}");
        }
    }

    #[test]
    fn reads_predefined_character_sets() {
        let font = Font {
            codes: predefined(b"GBK-EUC-H"),
            to_unicode: ToUnicode::default(),
            widths: Widths::Composite { ranges: Vec::new(), default: 1000.0 },
            scale: 0.001,
            vertical: false,
        };
        let mut text = String::new();
        font.each_code(b"a\xc4\xe3\xba\xc3", |shown| text.push_str(&shown.text));
        assert_eq!(text, "a你好");
    }
}
