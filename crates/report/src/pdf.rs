//! A paper as PDF: a calm business letter or report, its fonts subset and embedded.
//!
//! The stages are a module each: `face` knows what a font can show and how wide it is, `shape` sets text as glyphs,
//! `wrap` breaks it into lines, `flow` puts blocks on sheets (`grid` those in columns), `canvas` draws, `file` writes the bytes.
//! The same paper gives the same bytes in any process, thread or order: nothing here asks the clock, and every
//! identifier is set by hand.
//!
//! Arabic letters join, marks stand on their letters, emoji of several characters are one glyph where the font has it.
//! Right-to-left text is put in visual order line by line.

mod canvas;
mod face;
mod file;
mod flow;
mod grid;
mod shape;
mod wrap;

use crate::{Block, Paper};
use face::Faces;
use flow::Flow;

/// The fonts of a paper, as the bytes of TrueType files.
#[derive(Debug, Clone, Copy)]
pub struct PaperFonts<'a> {
    /// The font that sets the text; it must have the printable ASCII characters.
    pub regular: &'a [u8],
    /// Fonts asked in turn for a character the regular one lacks; a paper embeds only those it uses.
    pub further: &'a [&'a [u8]],
}

impl<'a> PaperFonts<'a> {
    /// Sets everything in one font.
    pub fn new(regular: &'a [u8]) -> Self {
        Self { regular, further: &[] }
    }
}

/// The size of the sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// US Letter, 8.5 by 11 inches.
    Letter,
    /// A4, 210 by 297 millimetres.
    A4,
}

impl Sheet {
    /// Width and height in points.
    fn size(self) -> (f32, f32) {
        match self {
            Self::Letter => (612.0, 792.0),
            Self::A4 => (595.28, 841.89),
        }
    }
}

/// Why a paper could not be written as PDF.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A font's bytes are no font.
    #[error("font {index} cannot be read")]
    UnreadableFont {
        /// Which font: 0 is the regular one, then the further ones in order.
        index: usize,
        /// What is wrong with it.
        source: ttf_parser::FaceParsingError,
    },
    /// The regular font lacks a character that any paper needs.
    #[error("font 0 has no {0:?}; the regular font of a paper must have the printable ASCII characters")]
    MissingLatin(char),
    /// A font was read but cannot be embedded.
    #[error("font {index} cannot be embedded: {reason}")]
    NotEmbedded {
        /// Which font: 0 is the regular one, then the further ones in order.
        index: usize,
        /// What the PDF library says.
        reason: String,
    },
    /// The PDF library could not write the paper faithfully.
    #[error("the paper cannot be written as pdf: {0}")]
    NotWritten(String),
}

/// Returns the paper as PDF.
///
/// A character that no font has is shown as its code point, `[U+1F600]`, and so is a character that would be
/// invisible or reorder the text around it.
pub fn write(paper: &Paper, fonts: &PaperFonts<'_>, sheet: Sheet) -> Result<Vec<u8>, ReportError> {
    let faces = Faces::read(fonts)?;
    let mut flow = Flow::new(&faces, sheet, &paper.title);
    flow.title(&paper.title, paper.subtitle.as_deref());
    for block in &paper.blocks {
        match block {
            Block::Heading(text) => flow.heading(text),
            Block::Text(text) => flow.text(text),
            Block::Literal(text) => flow.literal(text),
            Block::Facts(facts) => flow.facts(facts),
            Block::Table(table) => flow.table(table),
            Block::Chart(chart) => flow.table(&chart.table()),
        }
    }
    file::save(&paper.title, flow.finish(), fonts, sheet)
}
