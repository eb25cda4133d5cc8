//! What is written on pages once numbers are known: Bates numbers, designation, references to children.

use duces_model::{BatesNumber, BatesRange};
use serde::{Deserialize, Serialize};

use super::DrawError;
use super::content::Content;
use crate::page::SlotKind;
use crate::style::{ENDORSED, ENDORSEMENT_BASELINE, MARGIN, Paper};

/// Whether each page has a number of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Numbering {
    /// Each page takes the next number.
    #[default]
    Page,
    /// A document takes one number; its pages carry it with a suffix, as in `MER0000012.003`.
    Document,
}

/// What a document's pages are endorsed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endorsement {
    /// The first page's number.
    pub first: BatesNumber,
    /// Whether each page has a number of its own.
    pub numbering: Numbering,
    /// The confidentiality designation, where there is one.
    pub designation: Option<String>,
    /// The ranges of the family's children, by ordinal.
    pub children: Vec<BatesRange>,
}

impl Endorsement {
    /// Returns what is stamped on a page, counted from 1.
    pub fn number(&self, page: u32) -> Result<BatesNumber, DrawError> {
        match self.numbering {
            Numbering::Page => self.first.plus(u64::from(page) - 1).map_err(|error| DrawError::Bates { page, error }),
            // A suffix has three digits; a longer document goes on with as many as it takes.
            Numbering::Document => Ok(self.first.with_suffix(u16::try_from(page).unwrap_or(u16::MAX))),
        }
    }
}

/// An endorsement at work on one page.
pub(super) struct Places<'e> {
    pub(super) endorsement: &'e Endorsement,
    pub(super) page: u32,
    pub(super) pages: u32,
}

impl Places<'_> {
    /// Returns what a slot says.
    pub(super) fn text(&self, kind: SlotKind) -> Result<String, DrawError> {
        match kind {
            SlotKind::PageOf => Ok(format!("page {} of {}", self.page, self.pages)),
            SlotKind::ChildRange(ordinal) => {
                let range = self.endorsement.children.get(ordinal as usize).ok_or(DrawError::NoRange(ordinal))?;
                Ok(match range.count() {
                    1 => range.first().to_string(),
                    _ => range.to_string(),
                })
            }
        }
    }

    /// Draws the band at the foot: designation at the left, number at the right.
    pub(super) fn draw(&self, paper: Paper, content: &mut Content<'_, '_>) -> Result<(), DrawError> {
        let y = paper.height() - ENDORSEMENT_BASELINE;
        let half = (paper.width() - 2 * MARGIN) / 2 - 6_000;
        if let Some(designation) = &self.endorsement.designation {
            content.fitted(designation, MARGIN, y, half, false, ENDORSED);
        }
        let number = self.endorsement.number(self.page)?.to_string();
        content.fitted(&number, paper.width() - MARGIN - half, y, half, true, ENDORSED);
        Ok(())
    }
}
