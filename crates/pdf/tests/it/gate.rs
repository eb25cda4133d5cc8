//! What passes the gate and what does not.

use duces_pdf::{Limits, Note, RefusalKind, gate};
use proptest::prelude::*;

use crate::fixture::{one_page, page_objects, pages, pdf, pdf_with_trailer, stream};

fn refusal(bytes: &[u8]) -> RefusalKind {
    let refusal = gate(bytes, &Limits::default()).expect_err("it should be refused");
    assert!(refusal.to_string().starts_with(refusal.kind.reason()));
    refusal.kind
}

fn notes(bytes: &[u8]) -> Vec<Note> {
    gate(bytes, &Limits::default()).unwrap().notes().to_vec()
}

#[test]
fn passes_a_whole_file() {
    let gated = gate(&one_page(), &Limits::default()).unwrap();
    assert_eq!(gated.page_count(), 1);
    assert_eq!((gated.page_sizes()[0].width, gated.page_sizes()[0].height), (612.0, 792.0));
    assert_eq!(gated.notes(), [Note::UnembeddedFonts(vec!["Helvetica".into()])]);
}

#[test]
fn page_sizes_are_as_shown() {
    let bytes = pages(&[
        ("/Rotate 90", ""),
        ("/MediaBox[100 400 0 -100]/Rotate -90", ""),
        ("/CropBox[100 100 300 400]/UserUnit 2", ""),
    ]);
    let sizes = gate(&bytes, &Limits::default()).unwrap().page_sizes();
    let sizes: Vec<_> = sizes.iter().map(|size| (size.width, size.height)).collect();
    assert_eq!(sizes, [(792.0, 612.0), (500.0, 100.0), (400.0, 600.0)]);
}

#[test]
fn refuses_what_is_no_pdf() {
    assert_eq!(refusal(b""), RefusalKind::NotPdf);
    assert_eq!(refusal(b"GIF89a"), RefusalKind::NotPdf);
    assert_eq!(refusal(b"%PDF-1.7\nnothing"), RefusalKind::Damaged);
}

#[test]
fn refuses_an_empty_page_tree() {
    let bytes = pdf(&["<</Type/Catalog/Pages 2 0 R>>".into(), "<</Type/Pages/Count 0/Kids[]>>".into()]);
    assert_eq!(refusal(&bytes), RefusalKind::NoPages);
}

#[test]
fn refuses_a_file_cut_off_anywhere() {
    let content: String = (0..200).map(|line| format!("BT /F1 9 Tf 72 {line} Td (line {line}) Tj ET\n")).collect();
    let bytes = pages(&[("", &content), ("", &content), ("", &content)]);
    let end = bytes.windows(9).rposition(|window| window == b"startxref").unwrap();
    for length in (0..end).step_by(97) {
        assert!(gate(&bytes[..length], &Limits::default()).is_err(), "cut at {length} of {}", bytes.len());
    }
}

#[test]
fn refuses_lost_pages_and_contents() {
    let mut objects = page_objects(&[("", "q Q"), ("", "q Q")]);
    objects[1] = objects[1].replace("6 0 R", "60 0 R");
    assert_eq!(refusal(&pdf(&objects)), RefusalKind::Damaged);

    let mut objects = page_objects(&[("", "q Q")]);
    objects[3] = objects[3].replace("5 0 R", "50 0 R");
    assert_eq!(refusal(&pdf(&objects)), RefusalKind::Damaged);

    // A listed object that is not where the table says: the font of the page.
    let mut objects = page_objects(&[("", "q Q")]);
    objects[2] = "<</Type/Font/Subtype".into();
    assert_eq!(refusal(&pdf(&objects)), RefusalKind::Damaged);
}

#[test]
fn notes_undefined_references() {
    let mut objects = page_objects(&[("", "q Q")]);
    objects[1] = objects[1].replace("/F1 3 0 R", "/F1 3 0 R/F2 99 0 R");
    assert!(notes(&pdf(&objects)).contains(&Note::UndefinedReferences(1)));
}

#[test]
fn rebuilds_a_whole_file_with_a_broken_table() {
    let bytes = one_page();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let at = text.find("xref\n0 6").unwrap();
    let mut broken = bytes.clone();
    broken[at..at + 4].copy_from_slice(b"zzzz");
    let notes = notes(&broken);
    assert!(notes.contains(&Note::CrossReferenceRebuilt), "{notes:?}");
}

#[test]
fn refuses_circles_in_the_page_tree() {
    let objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[2 0 R]>>"];
    assert_eq!(refusal(&pdf(&objects.map(String::from))), RefusalKind::Damaged);
}

#[test]
fn refuses_an_unknown_security_handler() {
    let objects = page_objects(&[("", "q Q")]);
    let bytes = pdf_with_trailer(&objects, "/Encrypt<</Filter/Nobody/V 4>>/ID[<00><00>]");
    assert_eq!(refusal(&bytes), RefusalKind::Encrypted);
}

#[test]
fn holds_to_its_limits() {
    let kind = |bytes: &[u8], limits: Limits| gate(bytes, &limits).expect_err("too large").kind;
    let bytes = pages(&[("", ""), ("", "")]);
    assert_eq!(kind(&bytes, Limits { max_bytes: 100, ..Limits::default() }), RefusalKind::TooLarge);
    assert_eq!(kind(&bytes, Limits { max_pages: 1, ..Limits::default() }), RefusalKind::TooLarge);
    assert_eq!(kind(&bytes, Limits { max_objects: 3, ..Limits::default() }), RefusalKind::TooLarge);
}

#[test]
fn notes_what_the_file_carries() {
    let mut objects = page_objects(&[("", "q Q")]);
    objects[0] = "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>\
        /AcroForm<</Fields[7 0 R]/XFA(x)>>/Collection<<>>/OCProperties<</OCGs[]/D<<>>>>>>"
        .into();
    objects.push("<</Type/Filespec/F(a.txt)/EF<</F 8 0 R>>>>".into());
    objects.push("<</FT/Sig/T(s)/V<</Type/Sig>>>>".into());
    objects.push(stream("/Type/EmbeddedFile", "secret"));
    let codes: Vec<_> = notes(&pdf(&objects)).iter().map(Note::code).collect();
    let expect = [
        "pdf-xfa",
        "pdf-form",
        "pdf-signatures",
        "pdf-scripts",
        "pdf-embedded-files",
        "pdf-portfolio",
        "pdf-layers",
        "pdf-unembedded-fonts",
    ];
    assert_eq!(codes, expect);
}

#[test]
fn codes_are_unique_and_spelled_alike() {
    let mut codes: Vec<_> = RefusalKind::ALL.iter().map(|kind| kind.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), RefusalKind::ALL.len());
    assert!(codes.iter().all(|code| code.starts_with("pdf-")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Bytes changed, cut out and doubled anywhere: refused or usable, never a panic.
    #[test]
    fn survives_damage(at in 0.0_f64..1.0, length in 0_usize..60, byte in any::<u8>(), way in 0..3) {
        let mut bytes = pages(&[("/Rotate 90", "BT /F1 9 Tf (a) Tj ET"), ("", "q 1 0 0 1 0 0 cm Q")]);
        let start = (at * bytes.len() as f64) as usize;
        let end = (start + length).min(bytes.len());
        match way {
            0 => bytes[start..end].fill(byte),
            1 => drop(bytes.drain(start..end)),
            _ => {
                let copy = bytes[start..end].to_vec();
                bytes.splice(start..start, copy);
            }
        }
        match gate(&bytes, &Limits::without_deadline()) {
            Ok(gated) => prop_assert!(gated.page_count() >= 1 && gated.text().is_ok()),
            Err(refusal) => prop_assert_ne!(refusal.kind, RefusalKind::ParserFault),
        }
    }
}
