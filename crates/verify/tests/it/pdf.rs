//! Writes small PDFs by hand, so that a test decides about every byte.

/// Whether the font is embedded, and what the catalog holds beside the pages.
#[derive(Clone, Copy, Default)]
pub struct Oddity {
    pub bare_font: bool,
    pub script: bool,
}

/// Returns a PDF with one page for each text; lines are parted by `|`.
pub fn pdf(pages: &[String], oddity: Oddity) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|index| format!("{} 0 R ", 6 + index * 2)).collect();
    let action = if oddity.script { "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>" } else { "" };
    let descriptor = if oddity.bare_font { "" } else { "/FontDescriptor 4 0 R" };
    let mut objects = vec![
        format!("<</Type/Catalog/Pages 2 0 R{action}>>"),
        format!(
            "<</Type/Pages/Count {}/Kids[{kids}]/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>>>",
            pages.len()
        ),
        format!("<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+Test/Encoding/WinAnsiEncoding{descriptor}>>"),
        "<</Type/FontDescriptor/FontName/ABCDEF+Test/Flags 32/FontFile2 5 0 R>>".to_owned(),
        stream("no outlines are needed to read text"),
    ];
    for (index, text) in pages.iter().enumerate() {
        objects.push(format!("<</Type/Page/Parent 2 0 R/Contents {} 0 R>>", 7 + index * 2));
        let lines: String = text.split('|').map(|line| format!("({line}) Tj 0 -20 Td ")).collect();
        objects.push(stream(&format!("BT /F1 12 Tf 72 700 Td {lines}ET")));
    }
    assemble(&objects)
}

fn stream(content: &str) -> String {
    format!("<</Length {}>>\nstream\n{content}\nendstream", content.len())
}

fn assemble(objects: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).into_bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").into_bytes());
    }
    let size = objects.len() + 1;
    out.extend(format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").into_bytes());
    out
}
