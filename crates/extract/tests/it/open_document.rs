//! OpenDocument: texts, tables and slides.

use crate::made::{package, zip};
use crate::{check, codes, taken};

const TEXT: &str = "application/vnd.oasis.opendocument.text";

#[test]
fn texts_read_with_what_stands_beside_them() {
    let content = r#"<o xmlns:text="t" xmlns:table="b" xmlns:office="f" xmlns:dc="d" xmlns:meta="m"><office:automatic-styles><text:p>style</text:p></office:automatic-styles>
        <text:tracked-changes><text:deletion><office:change-info><dc:creator>Ann</dc:creator></office:change-info><text:p>old words</text:p></text:deletion></text:tracked-changes>
        <text:h>标题</text:h><text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d
          e<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>a note</text:p></text:note-body></text:note><office:annotation><dc:creator>Lin</dc:creator><dc:date>2024-01-02</dc:date><meta:creator-initials>L</meta:creator-initials><text:p>why?</text:p></office:annotation></text:p>
        <table:table table:name="Prices"><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"><text:p>y</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row>
        <table:table-row table:visibility="collapse"><table:table-cell><text:p>hidden</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row></table:table></o>"#;
    let styles = "<o xmlns:style='s' xmlns:text='t' xmlns:p='p'><style:header><text:p>head</text:p></style:header><p:notes><text:p>prompt</text:p></p:notes></o>";
    let bytes = package(&[("mimetype", TEXT), ("content.xml", content), ("styles.xml", styles)]);
    check(
        &bytes,
        "a.odt",
        "标题\na   b\tc\nd           e\n\n[table Prices]\nx\ty\ty\nhidden\n\n[headers and footers]\nhead\n\n[footnotes and notes]\n\
         a note\n\n[comments]\nLin\n2024-01-02\nwhy?\n\n[deleted text]\nold words",
        &[
            "the text holds tracked deletions, which stand at its end (1)",
            "the text holds comments, which stand at its end (1)",
            "the text holds hidden rows (1)",
        ],
    );
}

#[test]
fn an_encrypted_document_is_told() {
    let manifest = "<m><file-entry><encryption-data/></file-entry></m>";
    let bytes = zip(&[
        ("mimetype", TEXT.as_bytes()),
        ("content.xml", b"\x01\x02"),
        ("META-INF/manifest.xml", manifest.as_bytes()),
    ]);
    assert_eq!(codes(&taken(&bytes, "a.odt")), ["text-encrypted"]);
}
