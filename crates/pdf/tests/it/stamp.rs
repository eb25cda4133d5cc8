//! Stamping: endorsements on every page, nothing covered, nothing dragged along.

use std::path::Path;
use std::process::Command;

use duces_pdf::{Endorsements, Limits, StampError, StampStyle, Stamped, decoded_streams, gate, stamp};

use crate::fixture::{one_page, page_objects, pages, pdf, stream};
use crate::truetype::boxes;

pub fn endorsements(count: usize) -> Vec<Endorsements> {
    (1..=count)
        .map(|number| Endorsements {
            bottom_left: Some("CONFIDENTIAL".into()),
            bottom_right: Some(format!("DUC{number:06}")),
            ..Endorsements::default()
        })
        .collect()
}

pub fn stamped(bytes: &[u8]) -> Stamped {
    let gated = gate(bytes, &Limits::default()).unwrap();
    stamp(&gated, &boxes(), &StampStyle::default(), &endorsements(gated.page_count())).unwrap()
}

/// Says whether a program is installed, and that a check is skipped where it is not.
pub fn installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        println!("skipped: {program} is not installed");
    }
    found
}

pub fn qpdf_accepts(bytes: &[u8], folder: &Path) -> Result<(), String> {
    let path = folder.join("stamped.pdf");
    std::fs::write(&path, bytes).unwrap();
    let output = Command::new("qpdf").arg("--check").arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    if output.status.success() { Ok(()) } else { Err(said) }
}

#[test]
fn stamps_every_page_and_keeps_its_size() {
    let source = pages(&[
        ("", "BT /F1 24 Tf 72 700 Td (upright) Tj ET"),
        ("/Rotate 90", "BT /F1 24 Tf 72 700 Td (quarter) Tj ET"),
        ("/Rotate 180/CropBox[50 50 500 700]", "BT /F1 24 Tf 72 600 Td (half) Tj ET"),
        ("/Rotate -90/MediaBox[300 500 -100 -100]", "BT /F1 24 Tf 72 300 Td (back) Tj ET"),
        ("", "q q 0.5 0 0 0.5 300 300 cm BT /F1 24 Tf 72 300 Td (unbalanced) Tj ET"),
        ("/MediaBox[0 0 40 30]", "BT /F1 6 Tf 2 12 Td (tiny) Tj ET"),
        ("/UserUnit 3", "Q Q Q BT /F1 6 Tf 2 12 Td (large) Tj ET"),
    ]);
    let before = gate(&source, &Limits::default()).unwrap();
    let stamped = stamped(&source);
    let after = gate(&stamped.bytes, &Limits::default()).unwrap();
    assert_eq!(after.page_sizes(), before.page_sizes());
    let words = ["upright", "quarter", "half", "back", "unbalanced", "tiny", "large"];
    for (index, (text, word)) in after.text().unwrap().iter().zip(words).enumerate() {
        assert!(text.contains(word), "{text}");
        assert!(text.contains("CONFIDENTIAL") && text.contains(&format!("DUC{:06}", index + 1)), "{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    if installed("qpdf") {
        assert_eq!(qpdf_accepts(&stamped.bytes, folder.path()), Ok(()));
    }
}

#[test]
fn gives_the_same_bytes_again() {
    assert_eq!(stamped(&one_page()), stamped(&one_page()));
}

#[test]
fn leaves_hidden_things_behind() {
    let mut objects = page_objects(&[("/Annots[6 0 R 9 0 R 11 0 R]/AA<</O 8 0 R>>/Thumb 7 0 R", "q Q")]);
    objects[0] = "<</Type/Catalog/Pages 2 0 R/OpenAction 8 0 R/Metadata 7 0 R/Outlines<</Count 0>>\
        /Names<</EmbeddedFiles<</Names[(a)10 0 R]>>/JavaScript<</Names[(b)8 0 R]>>>>>>"
        .into();
    objects.push("<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(http://secret.example)>>>>".into());
    objects.push(stream("/Type/Metadata/Subtype/XML", "secret metadata"));
    objects.push("<</S/JavaScript/JS(secret script)>>".into());
    objects.push("<</Type/Annot/Subtype/FileAttachment/Rect[9 9 20 20]/FS 10 0 R/Contents(secret comment)>>".into());
    objects.push("<</Type/Filespec/F(secret.txt)/EF<</F 7 0 R>>>>".into());
    objects.push("<</Type/Annot/Subtype/Stamp/F 2/Rect[9 9 20 20]/AP<</N 7 0 R>>>>".into());
    let stamped = stamped(&pdf(&objects));
    let holds = |bytes: &[u8]| bytes.windows(6).any(|window| window == b"secret");
    assert!(!holds(&stamped.bytes));
    let mut streams = decoded_streams(&stamped.bytes, &Limits::default()).unwrap();
    assert!(streams.all(|stream| stream.is_decoded && !holds(&stream.content)));
    let codes: Vec<_> = stamped.notes.iter().map(|note| note.code()).collect();
    let expect = [
        "pdf-scripts",
        "pdf-embedded-files",
        "pdf-unembedded-fonts",
        "pdf-links-dropped",
        "pdf-annotations-without-appearance",
        "pdf-hidden-annotations",
        "pdf-comments",
        "pdf-metadata-removed",
        "pdf-outline-removed",
    ];
    assert_eq!(codes, expect);
}

#[test]
fn draws_annotations_and_fields_into_the_page() {
    let mut objects = page_objects(&[("/Annots[6 0 R 8 0 R]", "q Q")]);
    objects.push("<</Type/Annot/Subtype/Widget/FT/Tx/V(filled in)/Rect[100 100 300 120]/AP<</N 7 0 R>>>>".into());
    objects.push(stream("/BBox[0 0 200 20]/Resources<</Font<</F1 3 0 R>>>>", "BT /F1 12 Tf 2 5 Td (filled in) Tj ET"));
    objects.push("<</Type/Annot/Subtype/Widget/FT/Btn/AS/Off/Rect[9 9 20 20]/AP<</N<</Yes 7 0 R>>>>>>".into());
    let stamped = stamped(&pdf(&objects));
    let gated = gate(&stamped.bytes, &Limits::default()).unwrap();
    assert_eq!(gated.page_text(0).unwrap().matches("filled in").count(), 1);
    assert!(stamped.notes.contains(&duces_pdf::Note::AnnotationsFlattened(1)));
}

#[test]
fn says_what_is_wrong_with_a_request() {
    let gated = gate(&one_page(), &Limits::default()).unwrap();
    let attempt =
        |style: StampStyle, endorsements: &[Endorsements]| stamp(&gated, &boxes(), &style, endorsements).unwrap_err();
    let style = StampStyle::default();
    assert_eq!(attempt(style, &[]), StampError::PageCount { given: 0, pages: 1 });
    let chinese = Endorsements { bottom_left: Some("机密".into()), ..Endorsements::default() };
    assert_eq!(attempt(style, &[chinese]), StampError::MissingGlyph('机'));
    let flat = StampStyle { band: 0.0, ..style };
    assert_eq!(attempt(flat, &endorsements(1)), StampError::Style("band"));
}

#[test]
fn shrinks_endorsements_that_do_not_fit() {
    let long = Endorsements {
        top_left: Some("A".repeat(80)),
        top_center: Some("B".repeat(80)),
        top_right: Some("C".repeat(80)),
        bottom_center: Some("middle".into()),
        ..Endorsements::default()
    };
    let gated = gate(&one_page(), &Limits::default()).unwrap();
    let stamped = stamp(&gated, &boxes(), &StampStyle::default(), &[long]).unwrap();
    let text = gate(&stamped.bytes, &Limits::default()).unwrap().page_text(0).unwrap();
    assert!(text.contains(&"B".repeat(80)) && text.contains("middle"), "{text}");
}
