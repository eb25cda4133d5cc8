//! The bytes of the PDF.

use duces_model::{Body, Cleared, Transcript};
use duces_render::{
    DocumentFacts, DrawError, Fonts, PageStyle, SlipSheet, count_pages, draw_pdf, slip_sheet_pages, stamp_font,
    transcript_pages,
};
use libdeflater::Decompressor;

use crate::sample::{Pictures, cleared, endorsement, entry, every_kind, long, ordinary, transcript};

pub fn facts(transcript: &Transcript, pages: u32) -> DocumentFacts {
    DocumentFacts { title: transcript.title.clone(), language: "zh-CN".into(), pages }
}

pub fn drawn(transcript: &Cleared<Transcript>) -> Vec<u8> {
    let (style, fonts) = (PageStyle::default(), Fonts::embedded());
    let counted = count_pages(transcript, &style, fonts, &Pictures);
    let pages = transcript_pages(transcript, &style, fonts, &Pictures);
    let endorsement = endorsement(transcript.children());
    draw_pdf(pages, &endorsement, &facts(transcript, counted.pages), fonts).expect("counted pages are drawn")
}

/// Every stream of a PDF of ours: its dictionary and its bytes as stored.
fn streams(pdf: &[u8]) -> Vec<(String, &[u8])> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = find(&pdf[at..], b">>\nstream\n").or_else(|| find(&pdf[at..], b">> stream\n")) {
        let start = at + next + 10;
        let dictionary = &pdf[..at + next];
        let open = dictionary.windows(4).rposition(|w| w == b" obj").expect("a stream is an object");
        let dictionary = String::from_utf8_lossy(&dictionary[open..]).into_owned();
        let length = dictionary.split("/Length ").nth(1).expect("a stream has a length");
        let digits: String = length.chars().take_while(char::is_ascii_digit).collect();
        let end = start + digits.parse::<usize>().expect("a number");
        assert!(pdf[end..].starts_with(b"\nendstream"), "the length leads to the end of the stream: {dictionary}");
        found.push((dictionary, &pdf[start..end]));
        at = end;
    }
    found
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

fn inflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 16 << 20];
    let written = Decompressor::new().zlib_decompress(bytes, &mut out).expect("a strict inflater reads the stream");
    out.truncate(written);
    out
}

#[test]
fn the_same_pages_give_the_same_bytes() {
    let first = drawn(&every_kind());
    drawn(&ordinary(5));
    assert_eq!(drawn(&every_kind()), first);
    let elsewhere = std::thread::spawn(|| drawn(&every_kind())).join().expect("the thread ends well");
    assert_eq!(elsewhere, first);
    assert_ne!(drawn(&ordinary(1)), drawn(&ordinary(2)));
}

#[test]
fn every_stream_inflates_strictly_to_the_last_byte() {
    let mut checked = 0;
    for shown in (1..40).map(ordinary).chain([every_kind(), long(300)]) {
        let pdf = drawn(&shown);
        for (dictionary, bytes) in streams(&pdf) {
            if dictionary.contains("FlateDecode") {
                let raw = inflate(bytes);
                if let Some(length) = dictionary.split("/Length1 ").nth(1) {
                    let digits: String = length.chars().take_while(char::is_ascii_digit).collect();
                    assert_eq!(raw.len().to_string(), digits);
                    check_font(&raw);
                }
                checked += 1;
            }
        }
    }
    assert!(checked > 300, "{checked}");
}

/// A font file whose tables lie where its directory says, with the check sums it says.
fn check_font(font: &[u8]) {
    let word = |at: usize| u32::from_be_bytes(font[at..at + 4].try_into().expect("four bytes"));
    let sum = |bytes: &[u8]| {
        let padded = bytes.len().next_multiple_of(4);
        let mut bytes = bytes.to_vec();
        bytes.resize(padded, 0);
        bytes.chunks(4).fold(0_u32, |s, w| s.wrapping_add(u32::from_be_bytes(w.try_into().expect("four bytes"))))
    };
    assert_eq!(sum(font), 0xb1b0_afba, "the check sum over the whole file");
    for table in 0..usize::from(u16::from_be_bytes([font[4], font[5]])) {
        let entry = 12 + 16 * table;
        let (at, length) = (word(entry + 8) as usize, word(entry + 12) as usize);
        let mut bytes = font[at..at + length].to_vec();
        if &font[entry..entry + 4] == b"head" {
            bytes[8..12].fill(0);
        }
        assert_eq!(sum(&bytes), word(entry + 4), "the check sum of a table");
    }
    ttf_parser::Face::parse(font, 0).expect("the subset is a font");
}

#[test]
fn glyphs_keep_their_outlines() {
    // A page shows the text only if glyph n of the subset is the outline of the n-th character's glyph.
    let stamp = stamp_font(Fonts::embedded(), "MER0123456789é中-");
    let subset = ttf_parser::Face::parse(&stamp.file, 0).expect("a font");
    let whole = include_bytes!("../../fonts/NotoSansSC-Regular.ttf");
    let whole = ttf_parser::Face::parse(whole, 0).expect("a font");
    assert_eq!(stamp.glyphs.len(), 16);
    for (c, glyph, width) in stamp.glyphs {
        let original = whole.glyph_index(c).expect("the main font has it");
        assert_eq!(outline(&subset, ttf_parser::GlyphId(glyph)), outline(&whole, original), "{c}");
        assert_eq!(whole.glyph_hor_advance(original), Some(width), "{c}");
    }
}

fn outline(face: &ttf_parser::Face<'_>, glyph: ttf_parser::GlyphId) -> String {
    struct Path(String);
    impl ttf_parser::OutlineBuilder for Path {
        fn move_to(&mut self, x: f32, y: f32) {
            self.0.push_str(&format!("M{x},{y}"));
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.0.push_str(&format!("L{x},{y}"));
        }
        fn quad_to(&mut self, a: f32, b: f32, x: f32, y: f32) {
            self.0.push_str(&format!("Q{a},{b},{x},{y}"));
        }
        fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
            self.0.push_str(&format!("C{a},{b},{c},{d},{x},{y}"));
        }
        fn close(&mut self) {
            self.0.push('Z');
        }
    }
    let mut path = Path(String::new());
    face.outline_glyph(glyph, &mut path);
    path.0
}

#[test]
fn look_alikes_keep_their_own_text() {
    // U+2F00 (Kangxi radical one) and U+4E00 share a glyph; U+00A0 and the space too.
    let pdf = drawn(&cleared(transcript(vec![entry(1, Body::text_of("⼀一 a\u{a0}b"))])));
    let maps: Vec<String> = streams(&pdf)
        .iter()
        .filter(|(dictionary, _)| dictionary.contains("FlateDecode") && !dictionary.contains("Length1"))
        .map(|(_, bytes)| String::from_utf8_lossy(&inflate(bytes)).into_owned())
        .filter(|text| text.contains("beginbfchar"))
        .collect();
    for code in ["<2F00>", "<4E00>", "<00A0>", "<0020>"] {
        assert!(maps.iter().any(|map| map.contains(code)), "{code}");
    }
}

#[test]
fn the_file_says_what_it_is() {
    let pdf = drawn(&ordinary(3));
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.starts_with("%PDF-1.7\n%"));
    for said in ["<pdfaid:part>2<", "<pdfaid:conformance>U<", "GTS_PDFA1", "/Lang(zh-CN)", "/ID["] {
        assert!(text.contains(said), "{said}");
    }
    for never in ["CreationDate", "ModDate", "/Info ", "/JavaScript", "/Encrypt"] {
        assert!(!text.contains(never), "{never}");
    }
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let (style, fonts) = (PageStyle::default(), Fonts::embedded());
    let shown = every_kind();
    let pages = || transcript_pages(&shown, &style, fonts, &Pictures);
    let counted = count_pages(&shown, &style, fonts, &Pictures).pages;
    let wrong = draw_pdf(pages(), &endorsement(9), &facts(&shown, counted + 1), fonts);
    assert_eq!(wrong, Err(DrawError::PageCount { counted: counted + 1, drawn: counted }));
    let missing = draw_pdf(pages(), &endorsement(2), &facts(&shown, counted), fonts);
    assert_eq!(missing, Err(DrawError::NoRange(2)));
    let mut last = endorsement(9);
    last.first = duces_model::BatesNumber::new("M", 1, 9).expect("valid");
    let over = draw_pdf(pages(), &last, &facts(&shown, counted), fonts);
    assert!(matches!(over, Err(DrawError::Bates { page: 2, .. })), "{over:?}");
}

#[test]
fn a_slip_sheet_is_one_page() {
    let sheet = cleared(SlipSheet {
        title: "Produced in native format".into(),
        lines: vec![("File name".into(), "2024-03 报价单 (final).xlsx".into()), ("Size".into(), "48.2 kB".into())],
        reason: Some("A spreadsheet loses its formulas when it is printed.".into()),
        preview: None,
    });
    let fonts = Fonts::embedded();
    let pages = slip_sheet_pages(&sheet, &PageStyle::default(), fonts);
    assert_eq!(pages.len(), 1);
    let facts = DocumentFacts { title: "slip".into(), language: "en".into(), pages: 1 };
    let pdf = draw_pdf(pages, &endorsement(0), &facts, fonts).expect("one page is drawn");
    assert!(pdf.len() > 1_000);
}
