//! A PDF as pages: how many there are, and that each shows its number and its designation.

use duces_model::{BatesNumber, BatesRange, Finding, FindingCode, Place};
use duces_pdf::{GatedPdf, Limits, Note, gate};

use crate::codes;
use crate::document::{number_of_page, span};
use crate::report::Level;
use crate::tally::shown;

/// What the pages of a PDF are to show.
pub(crate) struct Expected {
    /// The document's numbers.
    pub(crate) range: BatesRange,
    /// Whether each page has its own number.
    pub(crate) level: Level,
    /// The designation, where the document has one.
    pub(crate) designation: Option<String>,
    /// The page count the load file gives, which counts where numbers do not.
    pub(crate) page_count: Option<u64>,
}

impl Expected {
    /// Returns how many pages there are to be, where that is known.
    fn pages(&self) -> Option<u64> {
        match self.level {
            Level::Page => Some(span(&self.range)),
            Level::Document => self.page_count,
        }
    }

    fn number_of(&self, page: u64) -> Option<BatesNumber> {
        match self.level {
            Level::Page => number_of_page(&self.range, page),
            Level::Document => Some(self.range.first().clone()),
        }
    }
}

/// Checks one PDF; without `expected` only that it can be read.
pub(crate) fn check(bytes: &[u8], limits: &Limits, expected: Option<&Expected>, path: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |code: &FindingCode, text: String| findings.push(Finding::new(code, Place::file(path), text));
    match gate(bytes, limits) {
        Err(refusal) => add(&codes::PDF_UNREADABLE, refusal.to_string()),
        Ok(pdf) => {
            check_notes(&pdf, &mut add);
            if let Some(expected) = expected {
                check_pages(&pdf, expected, &mut add);
            }
        }
    }
    findings
}

fn check_notes(pdf: &GatedPdf, add: &mut impl FnMut(&FindingCode, String)) {
    for note in pdf.notes() {
        let code = match note {
            Note::CrossReferenceCorrected
            | Note::CrossReferenceRebuilt
            | Note::LostObjects(_)
            | Note::PageCountDiffers { .. }
            | Note::DecryptedWithEmptyPassword => &codes::PDF_REPAIRED,
            Note::UnembeddedFonts(_) => &codes::PDF_FONT,
            Note::Scripts | Note::EmbeddedFiles(_) | Note::Portfolio | Note::XfaForm | Note::Comments(_) => {
                &codes::PDF_ACTIVE
            }
            _ => continue,
        };
        add(code, format!("the PDF {note}"));
    }
}

fn check_pages(pdf: &GatedPdf, expected: &Expected, add: &mut impl FnMut(&FindingCode, String)) {
    let pages = pdf.page_count() as u64;
    if let Some(wanted) = expected.pages().filter(|wanted| *wanted != pages) {
        let text = match expected.level {
            Level::Page => format!("the PDF has {pages} pages, but {} make {wanted}", expected.range),
            Level::Document => format!("the PDF has {pages} pages, but the page count is {wanted}"),
        };
        return add(&codes::PDF_PAGES, text);
    }
    let texts = match pdf.text() {
        Ok(texts) => texts,
        Err(error) => return add(&codes::PDF_UNREADABLE, error.to_string()),
    };
    let designation = expected.designation.as_deref().map(dense);
    for (page, text) in (0..).zip(texts) {
        let text = dense(&text);
        if let Some(number) = expected.number_of(page)
            && !text.contains(&dense(&number.to_string()))
        {
            add(&codes::PDF_STAMP, missing_number(page + 1, &number, &text));
        }
        if let Some(designation) = designation.as_ref().filter(|designation| !text.contains(designation.as_str())) {
            let text = format!("page {} does not show `{}`", page + 1, shown(designation));
            add(&codes::PDF_DESIGNATION, text);
        }
    }
}

/// Takes the white space out: where a page puts it is a matter of type-setting.
fn dense(text: &str) -> String {
    text.chars().filter(|char| !char.is_whitespace()).collect()
}

fn missing_number(page: u64, number: &BatesNumber, text: &str) -> String {
    let shown: Vec<&str> = text
        .match_indices(number.prefix())
        .filter_map(|(at, prefix)| {
            let end = at + prefix.len() + usize::from(number.width());
            text.get(at..end).filter(|found| found[prefix.len()..].bytes().all(|b| b.is_ascii_digit()))
        })
        .take(3)
        .collect();
    if shown.is_empty() {
        format!("page {page} does not show its number {number}, nor another one")
    } else {
        format!("page {page} does not show its number {number}; it shows {}", shown.join(", "))
    }
}
