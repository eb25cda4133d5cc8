//! The bytes of the PDF file.
//!
//! The library takes identifiers from a counter of the process and has an entry for each date; both would make the
//! bytes of a paper depend on more than the paper. Identifiers are set here by hand, dates are left out.

use super::{
    PaperFonts, ReportError, Sheet,
    canvas::{COPIES, font_id},
};
use printpdf::{
    FontId, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfParseErrorSeverity, PdfSaveOptions, Pt,
    Rect, TextItem, text::Codepoint,
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use subsetter::GlyphRemapper;

/// Returns the file that holds these sheets.
pub(super) fn save(
    title: &str,
    mut sheets: Vec<Vec<Op>>,
    fonts: &PaperFonts<'_>,
    sheet: Sheet,
) -> Result<Vec<u8>, ReportError> {
    let mut document = PdfDocument::new(title);
    document.metadata.info.producer = "duces".to_owned();
    document.metadata.info.creator = "duces".to_owned();
    embed(&mut document, &mut sheets, fonts)?;
    let (width, height) = sheet.size();
    let page_box = Rect::from_wh(Pt(width), Pt(height));
    let page =
        |ops| PdfPage { media_box: page_box.clone(), trim_box: page_box.clone(), crop_box: page_box.clone(), ops };
    document.pages = sheets.into_iter().map(page).collect();
    serialize(&document)
}

/// Adds the fonts that the sheets use, each cut down to the glyphs used, under names of ours.
///
/// The sheets are changed to the glyphs' new numbers. The library could cut fonts down itself, but only together with
/// a layout engine for web pages, which is slow to compile.
fn embed(document: &mut PdfDocument, sheets: &mut [Vec<Op>], fonts: &PaperFonts<'_>) -> Result<(), ReportError> {
    let all: Vec<&[u8]> = std::iter::once(fonts.regular).chain(fonts.further.iter().copied()).collect();
    let ids: Vec<FontId> = (0..all.len() * COPIES).map(|number| font_id(number / COPIES, number % COPIES)).collect();
    let mut used: Vec<Used> = ids.iter().map(|_| Used::default()).collect();
    each_glyph(sheets, &ids, |font, glyph| used[font].take(glyph));
    for (number, used) in used.iter().enumerate().filter(|(_, used)| !used.texts.is_empty()) {
        let index = number / COPIES;
        let bytes = all[index];
        let failed = |reason: String| ReportError::NotEmbedded { index, reason };
        let subset = subsetter::subset(bytes, 0, &used.numbers).map_err(|error| failed(error.to_string()))?;
        let mut warnings = Vec::new();
        let mut font = ParsedFont::from_bytes(&subset, 0, &mut warnings)
            .ok_or_else(|| failed(warnings.last().map_or_else(String::new, |last| format!("{last:?}"))))?;
        // As a subset is named: six letters and the font's own name.
        let name = postscript_name(bytes).unwrap_or_else(|| "Paper".to_owned());
        font.font_name = Some(format!("{}+{name}", ids[number].0));
        document.resources.fonts.map.insert(ids[number].clone(), PdfFont::new(font));
    }
    each_glyph(sheets, &ids, |font, glyph| used[font].put(glyph));
    Ok(())
}

/// The glyphs used of a font: their numbers in the subset, and the text each stands for.
#[derive(Default)]
struct Used {
    numbers: GlyphRemapper,
    texts: BTreeMap<u16, String>,
}

impl Used {
    fn take(&mut self, glyph: &mut Codepoint) {
        self.numbers.remap(glyph.gid);
        let text = glyph.cid.take().unwrap_or_default();
        self.texts.entry(glyph.gid).or_insert(text);
    }

    fn put(&self, glyph: &mut Codepoint) {
        glyph.cid = self.texts.get(&glyph.gid).cloned();
        glyph.gid = self.numbers.get(glyph.gid).unwrap_or(0);
    }
}

fn each_glyph(sheets: &mut [Vec<Op>], ids: &[FontId], mut each: impl FnMut(usize, &mut Codepoint)) {
    let numbers: BTreeMap<&FontId, usize> = ids.iter().zip(0..).collect();
    let mut font = 0;
    for op in sheets.iter_mut().flatten() {
        match op {
            Op::SetFont { font: PdfFontHandle::External(id), .. } => {
                font = numbers.get(id).copied().unwrap_or(0);
            }
            Op::ShowText { items } => {
                for item in items {
                    if let TextItem::GlyphIds(glyphs) = item {
                        glyphs.iter_mut().for_each(|glyph| each(font, glyph));
                    }
                }
            }
            _ => {}
        }
    }
}

fn serialize(document: &PdfDocument) -> Result<Vec<u8>, ReportError> {
    let failed = |reason: &dyn std::fmt::Display| ReportError::NotWritten(reason.to_string());
    let mut warnings = Vec::new();
    let options = PdfSaveOptions { optimize: true, subset_fonts: false, secure: true, image_optimization: None };
    let mut file = document.to_lopdf_document(&options, &mut warnings);
    // What could not be embedded would be left out with no more than a warning.
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

fn postscript_name(bytes: &[u8]) -> Option<String> {
    let face = ttf_parser::Face::parse(bytes, 0).ok()?;
    let named = |name: &ttf_parser::name::Name<'_>| name.name_id == ttf_parser::name_id::POST_SCRIPT_NAME;
    let name = face.names().into_iter().filter(named).find_map(|name| name.to_string())?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-').then_some(name)
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}
