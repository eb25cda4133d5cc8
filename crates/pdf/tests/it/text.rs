//! Reading the text of pages.

use duces_pdf::{Limits, decoded_streams, gate};

use crate::fixture::{page_objects, pages, pdf, stream};

fn check(content: &str, expect: &str) {
    let gated = gate(&pages(&[("", content)]), &Limits::default()).unwrap();
    assert_eq!(gated.page_text(0).unwrap(), expect, "{content}");
}

#[test]
fn puts_lines_and_words_together() {
    check("BT /F1 10 Tf 72 700 Td (One) Tj 0 -12 Td (two) Tj ET", "One\ntwo");
    check("BT /F1 10 Tf 12 TL 72 700 Td (a\\351) Tj (b) ' 1 0 (c) \" T* [(d)(e)]TJ ET", "aé\nb\nc\nde");
    check("BT /F1 10 Tf 72 700 Td (left) Tj 200 0 Td (right) Tj ET", "left right");
    check("q 2 0 0 2 0 0 cm BT /F1 10 Tf 10 10 Td (x) Tj ET Q BT 5 5 Td (no font) Tj ET", "x");
    check("BT /F1 10 Tf 0 1 -1 0 100 100 Tm (up) Tj ET BT /F1 10 Tf 100 100 Td (on) Tj ET", "up\non");
}

/// A file with one composite font, made as subsets are: glyph numbers say nothing by themselves.
fn composite(content: &str, map: &str) -> Vec<u8> {
    let mut objects = page_objects(&[("", content)]);
    objects[2] =
        "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>".into();
    objects.push("<</Type/Font/Subtype/CIDFontType2/BaseFont/X/DW 1000/W[1[500 250] 3 9 600]>>".into());
    objects.push(stream("", map));
    pdf(&objects)
}

#[test]
fn reads_composite_fonts_exactly() {
    let map = "1 beginbfchar <0001> <4F60> endbfchar 1 beginbfrange <0002> <0004> <0041> endbfrange \
        2 beginbfchar <0005> <00660069> <0006> <D83DDE00> endbfchar";
    let bytes = composite("BT /F1 12 Tf 72 72 Td [<00010002>-20<0003>-900<00050006>]TJ <00F0> Tj ET", map);
    let gated = gate(&bytes, &Limits::default()).unwrap();
    assert_eq!(gated.page_text(0).unwrap(), "你AB fi😀\u{fffd}");
    assert!(gated.page_contains(0, "Bfi").unwrap());
    assert_eq!(gated.pages_contain(&["你A B".into()]).unwrap(), [true]);
    assert_eq!(gated.pages_contain(&[]).unwrap(), [false]);
}

#[test]
fn follows_forms_and_ends_on_circles() {
    let mut objects = page_objects(&[("/Resources<</XObject<</X 6 0 R>>/Font<</F1 3 0 R>>>>", "/X Do /X Do")]);
    objects.push(stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 3 0 R>>/XObject<</X 6 0 R>>>>",
        "BT /F1 9 Tf (in a form) Tj ET /X Do",
    ));
    let gated = gate(&pdf(&objects), &Limits::default()).unwrap();
    assert!(gated.page_text(0).unwrap().starts_with("in a form"));
    let small = Limits { max_operators: 20, ..Limits::default() };
    let error = gate(&pdf(&objects), &small).unwrap().page_text(0).unwrap_err();
    assert_eq!(error.to_string(), "page 1 takes more operators than the limits allow");
}

#[test]
fn hands_out_decoded_streams() {
    let bytes = pages(&[("", "BT (needle) Tj ET")]);
    let streams: Vec<_> = decoded_streams(&bytes, &Limits::default()).unwrap().collect();
    assert_eq!(streams.len(), 1);
    assert!(streams[0].is_decoded && streams[0].content.starts_with(b"BT (needle)"));
    assert!(decoded_streams(b"nothing", &Limits::default()).is_err());
}
