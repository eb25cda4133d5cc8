//! Writes small PDFs by hand, so that a test decides about every byte.

/// Writes objects, numbered from 1, with a cross-reference table; object 1 is the catalog.
pub fn pdf(objects: &[String]) -> Vec<u8> {
    pdf_with_trailer(objects, "")
}

pub fn pdf_with_trailer(objects: &[String], extra: &str) -> Vec<u8> {
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
    out.extend(format!("trailer\n<</Size {size}/Root 1 0 R{extra}>>\nstartxref\n{start}\n%%EOF\n").into_bytes());
    out
}

pub fn stream(dict: &str, content: &str) -> String {
    format!("<<{dict}/Length {}>>\nstream\n{content}\nendstream", content.len())
}

/// A file whose pages have these attributes and contents; each page may use Helvetica as `F1`,
/// inherited from the page tree.
pub fn pages(pages: &[(&str, &str)]) -> Vec<u8> {
    pdf(&page_objects(pages))
}

/// Catalog, page tree, font, then two objects a page.
pub fn page_objects(pages: &[(&str, &str)]) -> Vec<String> {
    let kids: String = (0..pages.len()).map(|index| format!("{} 0 R ", 4 + index * 2)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!(
            "<</Type/Pages/Count {}/Kids[{kids}]/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>>>",
            pages.len()
        ),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
    ];
    for (index, (attributes, content)) in pages.iter().enumerate() {
        objects.push(format!("<</Type/Page/Parent 2 0 R/Contents {} 0 R{attributes}>>", 5 + index * 2));
        objects.push(stream("", content));
    }
    objects
}

/// One page that says so.
pub fn one_page() -> Vec<u8> {
    pages(&[("", "BT /F1 24 Tf 72 700 Td (One page) Tj ET")])
}
