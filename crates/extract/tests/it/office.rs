//! Documents, workbooks and presentations of Office Open XML.

use crate::made::{docx, package, relations, zip};
use crate::{check, codes, taken};

#[test]
fn documents_read_as_they_stand_and_what_is_beside_them_follows() {
    let body = r#"
        <w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t xml:space="preserve">Pay within </w:t></w:r>
        <w:del w:author="Ann"><w:r><w:delText>30</w:delText></w:r></w:del><w:ins w:author="Ann"><w:r><w:t>45</w:t></w:r></w:ins>
        <w:r><w:t xml:space="preserve"> days</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>
        <w:p><w:del><w:r><w:delText>This clause was struck out.</w:delText></w:r></w:del></w:p>
        <w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>只供内部</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>!</w:t></w:r></w:p>
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc>
        <w:tc><w:p><w:r><w:t>c</w:t><w:br/><w:t>d</w:t><w:tab/><w:t>e</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
        <w:p><mc:AlternateContent xmlns:mc="m"><mc:Choice><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></mc:Choice>
        <mc:Fallback><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:p>
        <w:p><w:r><w:fldChar/><w:instrText>PAGE</w:instrText><w:t>1 &amp; &#x4e00;</w:t></w:r></w:p>"#;
    let links = relations(&[("r1", "hyperlink", "https://a.test/?q=1&amp;r=2")]);
    let bytes = docx(
        body,
        &[
            ("word/_rels/document.xml.rels", &links),
            ("word/header10.xml", "<w:hdr xmlns:w='w'><w:p><w:r><w:t>last header</w:t></w:r></w:p></w:hdr>"),
            ("word/header2.xml", "<w:hdr xmlns:w='w'><w:p><w:r><w:t>绝密</w:t></w:r></w:p></w:hdr>"),
            (
                "word/footnotes.xml",
                "<w:footnotes xmlns:w='w'><w:footnote><w:p><w:r><w:t>see annex</w:t></w:r></w:p></w:footnote></w:footnotes>",
            ),
            (
                "word/comments.xml",
                "<w:comments xmlns:w='w'><w:comment w:author='Lin' w:date='2024-03-05T10:00:00Z'><w:p><w:r><w:t>too \
                 soon</w:t></w:r></w:p></w:comment></w:comments>",
            ),
            ("word/charts/chart1.xml", "<c:c xmlns:c='c'><c:v>Q1</c:v><c:v>12.5</c:v></c:c>"),
            ("word/diagrams/data1.xml", "<d xmlns:a='a'><a:p><a:r><a:t>board</a:t></a:r></a:p></d>"),
        ],
    );
    check(
        &bytes,
        "a.docx",
        "Pay within 45 days\n只供内部!\na b\tc\nd\te\nbox\n\n1 & 一\n\n[headers and footers]\n绝密\nlast header\n\n\
         [footnotes and endnotes]\nsee annex\n\n[comments]\nLin 2024-03-05T10:00:00Z:\ntoo soon\n\n\
         [text before tracked changes]\nPay within 30 days\nThis clause was struck out.\n\n[charts]\nQ1\n12.5\n\n[diagrams]\n\
         board\n\n[addresses of links]\nhttps://a.test/?q=1&r=2",
        &[
            "the text holds tracked deletions, which stand at its end (2)",
            "the text holds tracked insertions (1)",
            "the text holds runs of text that are formatted as hidden (1)",
            "the text holds comments, which stand at its end (1)",
        ],
    );
}

#[test]
fn what_is_embedded_in_a_document_is_read_as_a_member() {
    let inner = docx("<w:p><w:r><w:t>inner words</w:t></w:r></w:p>", &[]);
    let root = relations(&[("r1", "officeDocument", "word/document2.xml")]);
    let main = "<w:document xmlns:w='w'><w:p><w:r><w:t>outer</w:t></w:r></w:p></w:document>";
    let bytes = zip(&[
        ("_rels/.rels", root.as_bytes()),
        ("word/document2.xml", main.as_bytes()),
        ("word/embeddings/oleObject1.bin", b"\0\x01\x02"),
        ("word/embeddings/Annex.docx", &inner),
    ]);
    check(
        &bytes,
        "a.docx",
        "outer\n\n=== word/embeddings/Annex.docx ===\ninner words\n\n=== word/embeddings/oleObject1.bin \
         (application/octet-stream, no text) ===",
        &["word/embeddings/oleObject1.bin: no text is taken from this kind of file"],
    );
}

#[test]
fn a_broken_part_ends_its_own_text_and_no_more() {
    let bytes = docx(
        "<w:p><w:r><w:t>kept</w:t></w:r></w:p><w:p><w:r><w:t>also</w:r>",
        &[("word/footer1.xml", "<w:ftr xmlns:w='w'><w:p><w:r><w:t>foot</w:t></w:r></w:p></w:ftr>")],
    );
    let extraction = taken(&bytes, "a.docx");
    assert_eq!(extraction.text.as_deref(), Some("kept\nalso\n\n[headers and footers]\nfoot"));
    assert_eq!(codes(&extraction), ["text-part-unreadable"]);
    let missing = package(&[("word/document.xml.bak", ""), ("word/documents.xml", "<a/>")]);
    assert_eq!(codes(&taken(&missing, "a.docx")), ["text-unreadable"]);
}

#[test]
fn workbooks_read_sheet_by_sheet() {
    let root = relations(&[("r1", "officeDocument", "xl/workbook.xml")]);
    let book = r#"<workbook xmlns:r="r"><sheets><sheet name="报价" sheetId="1" r:id="r1"/>
        <sheet name="Costs" sheetId="2" state="veryHidden" r:id="r2"/></sheets></workbook>"#;
    let of_book = relations(&[
        ("r1", "worksheet", "worksheets/sheet1.xml"),
        ("r2", "worksheet", "/xl/worksheets/sheet2.xml"),
        ("r3", "sharedStrings", "sharedStrings.xml"),
        ("r4", "styles", "styles.xml"),
    ]);
    let strings =
        r#"<sst><si><t>Item</t></si><si><r><t>rich </t></r><r><t>text</t></r><rPh><t>kana</t></rPh></si></sst>"#;
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>
        <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;
    let first = r#"<worksheet><cols><col min="4" max="5" hidden="1"/><col min="9" max="16384" hidden="1"/></cols><sheetData>
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>
        <row r="2" hidden="1"><c r="A2"><v>1234.5</v></c><c r="B2" s="1"><v>45356</v></c><c t="b"><v>1</v></c></row>
        <row r="3"><c r="B3" t="inlineStr"><is><t>in line</t></is></c><c r="C3" t="str"><f>A1</f><v>made
of</v></c><c r="D3" t="e"><v>#REF!</v></c><c r="E3" s="2"><v>45356.5</v></c></row><row r="4"/>
        <row r="5"><c r="A5" t="s"><v>99</v></c><c r="XFD5"><v>7</v></c></row>
        </sheetData><headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;12Draft &amp;K00FF00A&amp;&amp;B&amp;RPage &amp;P</oddHeader></headerFooter></worksheet>"#;
    let comments = r#"<comments><authors><author>Ann</author></authors><commentList><comment ref="A1" authorId="0"><text><r><t>check </t></r><r><t>this</t></r></text></comment></commentList></comments>"#;
    let threaded = r#"<ThreadedComments><threadedComment ref="B2" dT="2024-01-02T03:04:05"><text>agreed</text></threadedComment></ThreadedComments>"#;
    let of_first = relations(&[
        ("r1", "comments", "../comments1.xml"),
        ("r2", "threadedComment", "../threadedComments/t1.xml"),
        ("r3", "hyperlink", "https://rates.test/"),
    ]);
    let bytes = package(&[
        ("_rels/.rels", &root),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", &of_book),
        ("xl/sharedStrings.xml", strings),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", first),
        ("xl/worksheets/_rels/sheet1.xml.rels", &of_first),
        ("xl/worksheets/sheet2.xml", "<worksheet><sheetData><row><c><v>0.1</v></c></row></sheetData></worksheet>"),
        ("xl/comments1.xml", comments),
        ("xl/threadedComments/t1.xml", threaded),
        ("xl/drawings/drawing1.xml", "<d xmlns:a='a'><a:p><a:r><a:t>a shape</a:t></a:r></a:p></d>"),
    ]);
    check(
        &bytes,
        "a.xlsx",
        "[sheet 报价]\nItem\t\trich text\n1234.5\t2024-03-05\tTRUE\n\tin line\tmade of\t#REF!\t2024-03-05 12:00:00\n\
         \t\t\t\t\t\t\t\t7\n\n[headers and footers]\nDraft A&B\tPage\n\n[comments on sheet 报价]\nA1 Ann: check this\n\
         B2 2024-01-02T03:04:05: agreed\n\n[addresses of links]\nhttps://rates.test/\n\n[sheet Costs, hidden]\n0.1\n\n[drawings]\n\
         a shape",
        &[
            "the text holds hidden sheets (1)",
            "the text holds hidden rows (1)",
            "the text holds hidden columns (3)",
            "the text holds comments (2)",
        ],
    );
    let binary = package(&[("xl/workbook.bin", "x")]);
    assert_eq!(codes(&taken(&binary, "a.xlsb")), ["text-kind-not-read"]);
}

#[test]
fn presentations_read_in_the_order_shown() {
    let root = relations(&[("r1", "officeDocument", "ppt/presentation.xml")]);
    let main = r#"<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="256" r:id="r2"/><p:sldId id="257" r:id="r1"/></p:sldIdLst></p:presentation>"#;
    let of_main = relations(&[("r1", "slide", "slides/slide1.xml"), ("r2", "slide", "slides/slide2.xml")]);
    let slide = |show: &str, text: &str| {
        format!(
            "<p:sld xmlns:p='p' xmlns:a='a'{show}><a:p><a:r><a:t>{text}</a:t></a:r><a:fld type='slidenum'><a:t>9</a:t></a:fld></a:p>\
             <a:tbl><a:tr><a:tc><a:p><a:r><a:t>x</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>y</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:sld>"
        )
    };
    let of_first =
        relations(&[("r1", "notesSlide", "../notesSlides/notesSlide1.xml"), ("r2", "comments", "../comments/c1.xml")]);
    let bytes = package(&[
        ("_rels/.rels", &root),
        ("ppt/presentation.xml", main),
        ("ppt/_rels/presentation.xml.rels", &of_main),
        ("ppt/slides/slide1.xml", &slide(" show='0'", "second shown")),
        ("ppt/slides/slide2.xml", &slide("", "first shown")),
        ("ppt/slides/slide3.xml", &slide("", "left behind")),
        ("ppt/slides/_rels/slide1.xml.rels", &of_first),
        (
            "ppt/notesSlides/notesSlide1.xml",
            "<p:notes xmlns:p='p' xmlns:a='a'><a:p><a:r><a:t>do not say</a:t></a:r></a:p></p:notes>",
        ),
        ("ppt/comments/c1.xml", "<p:cmLst xmlns:p='p'><p:cm dt='2024-01-02'><p:text>why?</p:text></p:cm></p:cmLst>"),
    ]);
    check(
        &bytes,
        "a.pptx",
        "[slide 1]\nfirst shown\nx\ty\n\n[slide 2, hidden]\nsecond shown\nx\ty\n\n[notes of slide 2]\ndo not say\n\n\
         [comments on slide 2]\n2024-01-02: why?\n\n[slide 3, hidden]\nleft behind\nx\ty",
        &[
            "the text holds slides that the presentation does not show (1)",
            "the text holds hidden slides (1)",
            "the text holds lines of notes to slides (1)",
            "the text holds comments (1)",
        ],
    );
}
