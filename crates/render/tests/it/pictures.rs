//! Pictures: which are shown, how they stand, and what of them is never let out.

use duces_model::Digest;
use duces_render::{
    DocumentFacts, Fonts, Op, PageStyle, Picture, PictureDocument, Refusal, SlipSheet, draw_pdf, picture_pages,
    slip_sheet_pages,
};

use crate::sample::{cleared, endorsement, picture_bytes};

/// A grey JPEG of 16 x 8 pixels with an orientation and secrets in its metadata.
fn jpeg(orientation: u8) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8];
    let mut segment = |marker: u8, body: &[u8]| {
        out.extend_from_slice(&[0xff, marker]);
        out.extend_from_slice(&u16::try_from(body.len() + 2).expect("short").to_be_bytes());
        out.extend_from_slice(body);
    };
    segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let exif = [&b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[orientation, 0, 0], b"GPS-SECRET"];
    segment(0xe1, &exif.concat());
    segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x>XMP-SECRET</x>");
    segment(0xfe, b"COMMENT-SECRET");
    segment(0xdb, &[&[0][..], &[1; 64]].concat());
    segment(0xc0, &[8, 0, 8, 0, 16, 1, 1, 0x11, 0]);
    for class in [0x00, 0x10] {
        segment(0xc4, &[&[class, 1][..], &[0; 15], &[0]].concat());
    }
    segment(0xda, &[1, 1, 0x00, 0, 63, 0]);
    // Two blocks: no difference, end of block; the rest are ones.
    out.extend_from_slice(&[0x0f, 0xff, 0xd9]);
    out.extend_from_slice(b"TRAILER-SECRET");
    out
}

fn png(color: png::ColorType, depth: png::BitDepth, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 2, 1);
    encoder.set_color(color);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(data).expect("pixels");
    writer.finish().expect("an end");
    out
}

fn gif() -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = gif::Encoder::new(&mut out, 2, 2, &[255, 0, 0, 0, 0, 255]).expect("a header");
    let frame = gif::Frame { width: 2, height: 2, buffer: vec![0_u8, 1, 1, 0].into(), ..gif::Frame::default() };
    encoder.write_frame(&frame).expect("a frame");
    drop(encoder);
    out
}

fn read(bytes: &[u8]) -> Result<Picture, Refusal> {
    Picture::read(bytes, Digest::of(bytes))
}

fn drawn(bytes: Vec<u8>) -> Vec<u8> {
    let document = cleared(PictureDocument { bytes, name: "IMG_0001.jpg".into(), decoded_from: None });
    let fonts = Fonts::embedded();
    let pages = picture_pages(&document, &PageStyle::default(), fonts).expect("a picture that can be shown");
    let facts = DocumentFacts { title: "picture".into(), language: "en".into(), pages: 1 };
    draw_pdf(pages, &endorsement(0), &facts, fonts).expect("one page is drawn")
}

#[test]
fn each_kind_is_read() {
    use png::{BitDepth, ColorType};
    let kinds = [
        (jpeg(1), 16, 8),
        (picture_bytes(), 800, 500),
        (gif(), 2, 2),
        (png(ColorType::Rgb, BitDepth::Eight, &[1, 2, 3, 4, 5, 6]), 2, 1),
        (png(ColorType::Rgba, BitDepth::Sixteen, &[9; 16]), 2, 1),
        (png(ColorType::GrayscaleAlpha, BitDepth::Eight, &[0, 0, 0, 255]), 2, 1),
        (png(ColorType::Grayscale, BitDepth::One, &[0x40]), 2, 1),
    ];
    for (bytes, width, height) in kinds {
        let picture = read(&bytes).expect("a picture that can be shown");
        assert_eq!((picture.width(), picture.height()), (width, height));
        assert!(drawn(bytes).starts_with(b"%PDF"));
    }
}

#[test]
fn orientation_is_honoured() {
    for orientation in 1..=8 {
        let picture = read(&jpeg(orientation)).expect("a picture");
        let upright = orientation < 5;
        assert_eq!((picture.width(), picture.height()), if upright { (16, 8) } else { (8, 16) }, "{orientation}");
    }
}

#[test]
fn metadata_never_leaves() {
    let pdf = drawn(jpeg(6));
    assert!(pdf.windows(4).any(|w| w == [0xff, 0xd8, 0xff, 0xdb]), "the JPEG itself is passed through");
    for secret in ["SECRET", "Exif", "JFIF", "xap/1.0"] {
        assert!(!pdf.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret}");
    }
}

#[test]
fn what_cannot_be_shown_is_refused_with_a_reason() {
    assert_eq!(read(b"plain text"), Err(Refusal::Format));
    assert_eq!(read(b""), Err(Refusal::Format));
    for whole in [jpeg(1), gif(), picture_bytes()] {
        for length in [3, whole.len() / 3, whole.len() / 2] {
            assert!(read(&whole[..length]).is_err(), "cut to {length} of {}", whole.len());
        }
    }
    let mut bomb = b"BM".to_vec();
    for value in [54_u32, 0, 54, 40, 60_000, 60_000] {
        bomb.extend_from_slice(&value.to_le_bytes());
    }
    bomb.extend_from_slice(&[1, 0, 24, 0]);
    bomb.resize(100, 0);
    assert_eq!(read(&bomb), Err(Refusal::TooLarge { width: 60_000, height: 60_000 }));
    let document = cleared(PictureDocument { bytes: b"nothing".to_vec(), name: "x.jpg".into(), decoded_from: None });
    assert_eq!(
        picture_pages(&document, &PageStyle::default(), Fonts::embedded()).map(|pages| pages.len()),
        Err(Refusal::Format)
    );
}

#[test]
fn a_picture_is_fitted_above_its_caption() {
    let document = cleared(PictureDocument { bytes: picture_bytes(), name: "photo.bmp".into(), decoded_from: None });
    let pages = picture_pages(&document, &PageStyle::default(), Fonts::embedded()).expect("a picture");
    assert_eq!(pages.len(), 1);
    let content = pages[0].paper.content();
    let areas: Vec<_> = pages[0].ops.iter().filter(|op| matches!(op, Op::Picture(..))).collect();
    assert_eq!(areas.len(), 1);
    let Op::Picture(area, _) = areas[0] else { unreachable!("only pictures were kept") };
    assert!(area.width <= content.width && area.y >= content.y);
    let caption: String = pages[0].ops.iter().map(|op| pages[0].text_of(op)).collect();
    assert_eq!(caption, "photo.bmp · 800 x 500 pixels");
}

#[test]
fn a_slip_sheet_shows_a_preview_and_says_whose_it_is() {
    let preview =
        |bytes: Vec<u8>| PictureDocument { bytes, name: "The source's own preview".into(), decoded_from: None };
    let sheet = |preview| {
        let (title, lines) =
            ("Produced in native format".to_owned(), vec![("File name".to_owned(), "clip.mp4".to_owned())]);
        let sheet = cleared(SlipSheet { title, lines, reason: None, preview: Some(preview) });
        let pages = slip_sheet_pages(&sheet, &PageStyle::default(), Fonts::embedded());
        assert_eq!(pages.len(), 1);
        let pictures = pages[0].ops.iter().filter(|op| matches!(op, Op::Picture(..))).count();
        let said: Vec<String> = pages[0].ops.iter().map(|op| pages[0].text_of(op)).collect();
        (pictures, said.join(" "))
    };
    let (pictures, said) = sheet(preview(picture_bytes()));
    assert!(pictures == 1 && said.contains("The source's own preview · 800 x 500 pixels"), "{said}");
    let (pictures, said) = sheet(preview(b"damaged".to_vec()));
    assert!(pictures == 0 && said.contains("The source's own preview: not a picture format"), "{said}");
}
