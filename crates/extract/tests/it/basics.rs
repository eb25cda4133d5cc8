//! Plain texts, PDFs, pages, and what cannot be read.

use duces_extract::{Limits, TextSource, extract, is_readable, mime_of};

use crate::{check, codes, taken};

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
    check("甲,乙\r\n1,2\r\n".as_bytes(), "表.csv", "甲,乙\n1,2\n", &[]);
    let guessed = "the encoding was taken to be gb18030";
    check(b"\xba\xcf\xcd\xac\xcc\xf5\xbf\xee", "a.txt", "合同条款", &[guessed]);
    check(b"<?xml version='1.0'?><a>b</a>", "a.xml", "<?xml version='1.0'?><a>b</a>", &["tags are left in the text"]);
}

#[test]
fn reads_pages_as_they_are_shown_and_what_they_do_not_show() {
    let hidden = "the text holds comments within the page, which stand at its end (1)";
    check(
        "<html><head><title>Price  list</title><style>p{}</style></head><body><!-- 内部 only --><!--[if mso]>x<![endif]-->\
         <p>a <a href='https://b.test/'>b</a></p><script>c()</script></body></html>"
            .as_bytes(),
        "a.htm",
        "Price list\n\na b (https://b.test/)\n\n[comments]\n内部 only",
        &[hidden],
    );
    // The page says which encoding it is in.
    let page = [b"<html><meta charset=big5><p>".as_slice(), b"\xa6X\xac\xf9", b"</p></html>"].concat();
    check(&page, "a.html", "合約", &[]);
    let page = b"<html><meta http-equiv=content-type content='text/html; charset=gb2312'><p>\xba\xcf\xcd\xac";
    check(page, "a.html", "合同", &[]);
}

#[test]
fn reads_pdfs_page_by_page() {
    let extraction = taken(&pdf(&["first", "", "third"]), "a.pdf");
    assert_eq!(extraction.text.as_deref(), Some("first\u{c}\u{c}third"));
    assert_eq!(codes(&extraction), ["pdf-xref-rebuilt", "pdf-unembedded-fonts", "text-pages-without-text"]);
    assert!(extraction.is_lossy());
    let pictures = taken(&pdf(&["", ""]), "a.pdf");
    assert_eq!((pictures.text, pictures.source), (None, TextSource::None));
}

#[test]
fn says_why_there_is_no_text() {
    let extraction = taken(&pdf(&["first", "second"])[..400], "a.pdf");
    assert_eq!((extraction.text.as_deref(), codes(&extraction)), (None, vec!["pdf-damaged"]));
    let png = b"\x89PNG\r\n\x1a\n";
    let extraction = taken(png, "a.txt");
    assert_eq!((mime_of(png, "a.txt"), codes(&extraction)), ("image/png", vec!["text-kind-not-read"]));
    assert_eq!((extraction.source.as_str(), extraction.is_lossy()), ("None", true));
    assert!(is_readable("text/plain") && !is_readable("image/png") && !is_readable("video/mp4"));
}

#[test]
fn cuts_at_the_limit_and_says_so() {
    let limits = Limits { max_text_bytes: 7, ..Limits::default() };
    let extraction = extract("你好吗".as_bytes(), "text/plain", &limits);
    assert_eq!((extraction.text.as_deref(), codes(&extraction)), (Some("你好"), vec!["text-cut"]));
    assert_eq!(extraction.notes[0].to_string(), "the text was cut to 6 of 9 bytes");
    let limits = Limits { max_bytes: 8, ..Limits::default() };
    let extraction = extract("你好吗".as_bytes(), "text/plain", &limits);
    assert_eq!((extraction.text.as_deref(), codes(&extraction)), (None, vec!["text-limit-reached"]));
}
