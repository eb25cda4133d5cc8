//! The bytes of the PDF file.
//!
//! The library takes identifiers from a counter of the process and has an entry for each date; both would make the
//! bytes of a paper depend on more than the paper. Identifiers are set here by hand, dates are left out.

use super::{PaperFonts, ReportError, Sheet, canvas::font_id};
use printpdf::{
    Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfParseErrorSeverity, PdfSaveOptions, Pt, Rect,
};
use sha2::{Digest, Sha256};

/// Returns the file that holds these sheets.
pub(super) fn save(
    title: &str,
    sheets: Vec<Vec<Op>>,
    fonts: &PaperFonts<'_>,
    sheet: Sheet,
) -> Result<Vec<u8>, ReportError> {
    let mut document = PdfDocument::new(title);
    document.metadata.info.producer = "duces".to_owned();
    document.metadata.info.creator = "duces".to_owned();
    embed(&mut document, &sheets, fonts)?;
    let (width, height) = sheet.size();
    let page_box = Rect::from_wh(Pt(width), Pt(height));
    let page =
        |ops| PdfPage { media_box: page_box.clone(), trim_box: page_box.clone(), crop_box: page_box.clone(), ops };
    document.pages = sheets.into_iter().map(page).collect();
    serialize(&document)
}

/// Adds the fonts that the sheets use, under names of ours.
fn embed(document: &mut PdfDocument, sheets: &[Vec<Op>], fonts: &PaperFonts<'_>) -> Result<(), ReportError> {
    let all = std::iter::once(fonts.regular).chain(fonts.further.iter().copied());
    for (index, bytes) in all.enumerate() {
        let id = font_id(index);
        let uses = |op: &Op| matches!(op, Op::SetFont { font: PdfFontHandle::External(font), .. } if *font == id);
        if !sheets.iter().flatten().any(uses) {
            continue;
        }
        let mut warnings = Vec::new();
        let Some(font) = ParsedFont::from_bytes(bytes, 0, &mut warnings) else {
            let reason = warnings.last().map_or_else(|| "no reason given".to_owned(), |last| format!("{last:?}"));
            return Err(ReportError::NotEmbedded { index, reason });
        };
        document.resources.fonts.map.insert(id, PdfFont::new(font));
    }
    Ok(())
}

fn serialize(document: &PdfDocument) -> Result<Vec<u8>, ReportError> {
    let failed = |reason: &dyn std::fmt::Display| ReportError::NotWritten(reason.to_string());
    let mut warnings = Vec::new();
    let options = PdfSaveOptions { optimize: true, subset_fonts: true, secure: true, image_optimization: None };
    let mut file = document.to_lopdf_document(&options, &mut warnings);
    // A font that could not be subset would be embedded whole with no more than a warning.
    if let Some(message) = warnings.iter().find(|message| message.severity == PdfParseErrorSeverity::Error) {
        return Err(failed(&message.msg));
    }
    file.version = "1.7".to_owned();
    let info = file.trailer.get(b"Info").and_then(|info| info.as_reference()).map_err(|e| failed(&e))?;
    let info = file.get_dictionary_mut(info).map_err(|e| failed(&e))?;
    // The entries that say nothing go too; one of them would claim a conformance to PDF/X.
    for key in ["CreationDate", "ModDate", "GTS_PDFXVersion", "Identifier", "Trapped", "Author", "Subject", "Keywords"]
    {
        info.remove(key.as_bytes());
    }
    file.compress();
    let (mut bytes, mut identifier) = (Vec::new(), Vec::new());
    // The identifier is the digest of the file saved without one, so that it depends on the content alone.
    for _ in 0..2 {
        let ids = file.trailer.get_mut(b"ID").and_then(|ids| ids.as_array_mut()).map_err(|e| failed(&e))?;
        for id in ids {
            id.as_str_mut().map_err(|e| failed(&e))?.clone_from(&identifier);
        }
        bytes.clear();
        file.save_to(&mut bytes).map_err(|e| failed(&e))?;
        identifier = hex(&Sha256::digest(&bytes)[..16]);
    }
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}
