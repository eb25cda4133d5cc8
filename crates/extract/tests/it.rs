//! Text extraction at its boundary.

use duces_extract::{Extraction, Limits, TextSource, extract};

fn codes(extraction: &Extraction) -> Vec<&'static str> {
    extraction.notes.iter().map(|note| note.code()).collect()
}

/// A PDF of pages in Helvetica, without a cross-reference table, so that nothing need be counted.
fn pdf(pages: &[&str]) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|index| format!("{} 0 R ", 4 + index * 2)).collect();
    let mut out = format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
         2 0 obj<</Type/Pages/Count {}/Kids[{kids}]/MediaBox[0 0 99 99]/Resources<</Font<</F 3 0 R>>>>>>endobj\n\
         3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>endobj\n",
        pages.len()
    );
    for (index, text) in pages.iter().enumerate() {
        let content = if text.is_empty() { String::new() } else { format!("BT /F 9 Tf 9 9 Td ({text}) Tj ET") };
        out += &format!(
            "{} 0 obj<</Type/Page/Parent 2 0 R/Contents {} 0 R>>endobj\n\
             {} 0 obj<</Length {}>>\nstream\n{content}\nendstream\nendobj\n",
            4 + index * 2,
            5 + index * 2,
            5 + index * 2,
            content.len()
        );
    }
    out += "trailer<</Root 1 0 R>>\n%%EOF\n";
    out.into_bytes()
}

#[test]
fn reads_plain_texts() {
    let extraction = extract("甲,乙\r\n1,2\r\n".as_bytes(), "表.csv", &Limits::default());
    assert_eq!(extraction.text.as_deref(), Some("甲,乙\n1,2\n"));
    assert_eq!((extraction.source, extraction.mime), (TextSource::Extracted, "text/csv"));
    assert!(extraction.notes.is_empty());

    let extraction = extract(b"\xba\xcf\xcd\xac\xcc\xf5\xbf\xee", "a.txt", &Limits::default());
    assert_eq!(extraction.text.as_deref(), Some("合同条款"));
    assert_eq!(codes(&extraction), ["text-encoding-guessed"]);

    let extraction = extract(b"<html>x</html>", "a.htm", &Limits::default());
    assert_eq!(codes(&extraction), ["text-markup-kept"]);
}

#[test]
fn reads_pdfs_page_by_page() {
    let extraction = extract(&pdf(&["first", "", "third"]), "a.pdf", &Limits::default());
    assert_eq!(extraction.text.as_deref(), Some("first\u{c}\u{c}third"));
    assert_eq!(codes(&extraction), ["pdf-xref-rebuilt", "pdf-unembedded-fonts", "text-pages-without-text"]);
    let pictures = extract(&pdf(&["", ""]), "a.pdf", &Limits::default());
    assert_eq!((pictures.text, pictures.source), (None, TextSource::None));
}

#[test]
fn says_why_there_is_no_text() {
    let cut = &pdf(&["first", "second"])[..400];
    let extraction = extract(cut, "a.pdf", &Limits::default());
    assert_eq!((extraction.text.as_deref(), codes(&extraction)), (None, vec!["pdf-damaged"]));
    let extraction = extract(b"\x89PNG\r\n\x1a\n", "a.txt", &Limits::default());
    assert_eq!((extraction.mime, codes(&extraction)), ("image/png", vec!["text-kind-not-read"]));
    assert_eq!(extraction.source.as_str(), "None");
}

#[test]
fn cuts_at_the_limit_and_says_so() {
    let limits = Limits { max_text_bytes: 7, ..Limits::default() };
    let extraction = extract("你好吗".as_bytes(), "a.txt", &limits);
    assert_eq!((extraction.text.as_deref(), codes(&extraction)), (Some("你好"), vec!["text-cut"]));
    assert_eq!(extraction.notes[0].to_string(), "the text was cut to 6 of 9 bytes");
}
