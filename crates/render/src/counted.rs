//! What laying a document out tells besides its pages.

use std::collections::BTreeMap;

use duces_model::{Finding, Place};

use crate::codes::GLYPH_MISSING;
use crate::fonts::Fonts;
use crate::page::Milli;
use crate::sheet::Sheet;
use crate::style::BODY;
use crate::text::Typesetter;

/// How many pages a document has, and what could not be shown on them as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many pages.
    pub pages: u32,
    /// Characters shown as their code point in a box, with how often: those that no font has, and control
    /// characters other than tabs and line ends.
    pub missing_glyphs: BTreeMap<char, u32>,
    /// Characters that show nothing by their nature and were left out, with how often: marks of direction,
    /// joiners and selectors on their own, soft hyphens, byte order marks.
    pub invisible: BTreeMap<char, u32>,
    /// What else is worth knowing, missing glyphs included.
    pub findings: Vec<Finding>,
}

impl Counted {
    pub(crate) fn new(pages: u32, sheet: Sheet<'_>, place: String) -> Self {
        let mut findings = sheet.findings;
        let unshowable = sheet.flow.setter.unshowable;
        findings.extend(unshowable.boxed.iter().map(|(c, count)| {
            let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
            let code = *c as u32;
            Finding::new(
                &GLYPH_MISSING,
                Place::file(place.clone()),
                format!("no font has U+{code:04X}; it stands {times}, shown as its code point in a box"),
            )
        }));
        Self { pages, missing_glyphs: unshowable.boxed, invisible: unshowable.invisible, findings }
    }
}

/// Returns the characters of a text that pages would show as a code point in a box, with how often they stand.
///
/// For what is not laid out as a transcript: file names on slip sheets and under pictures.
pub fn missing_glyphs(text: &str, fonts: &Fonts) -> BTreeMap<char, u32> {
    let mut setter = Typesetter::new(fonts);
    setter.set(text, BODY.size, Milli::MAX / 4);
    setter.unshowable.boxed
}
