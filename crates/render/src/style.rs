//! The page style a profile sets, and the type sizes, greys and measures that the layouts share.

use serde::{Deserialize, Serialize};

pub(crate) use crate::page::MARGIN;
pub use crate::page::Paper;
use crate::page::{Grey, Milli, TextStyle, tenths};

/// How pages look, as a profile sets it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PageStyle {
    /// The paper.
    pub paper: Paper,
    /// How Bates numbers of this production are shaped, so that places for them are as wide as they will be.
    pub bates: BatesShape,
}

/// The shape of a production's Bates numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BatesShape {
    /// The prefix.
    pub prefix: String,
    /// How many digits.
    pub width: u8,
}

impl Default for BatesShape {
    fn default() -> Self {
        Self { prefix: "PREFIX".to_owned(), width: 7 }
    }
}

impl BatesShape {
    /// Returns a range as wide as any of this shape.
    pub(crate) fn widest_range(&self) -> String {
        let number = format!("{}{}", self.prefix, "0".repeat(usize::from(self.width)));
        format!("{number} - {number}")
    }
}

/// The base line of endorsements, above the lower edge of the page.
pub(crate) const ENDORSEMENT_BASELINE: Milli = tenths(300);

pub(crate) const INK: Grey = 20;
pub(crate) const SOFT: Grey = 105;
pub(crate) const RULE: Grey = 190;
/// The one weight of all rules and frames.
pub(crate) const HAIRLINE: Milli = tenths(5);

pub(crate) const BODY: TextStyle = TextStyle { size: tenths(95), grey: INK, bold: false };
pub(crate) const SENDER: TextStyle = TextStyle { size: tenths(95), grey: INK, bold: true };
pub(crate) const NOTE: TextStyle = TextStyle { size: tenths(75), grey: SOFT, bold: false };
pub(crate) const NOTE_BOLD: TextStyle = TextStyle { size: tenths(75), grey: 70, bold: true };
pub(crate) const DETAIL: TextStyle = TextStyle { size: tenths(85), grey: INK, bold: false };
pub(crate) const CITED: TextStyle = TextStyle { size: tenths(90), grey: 60, bold: false };
pub(crate) const TITLE: TextStyle = TextStyle { size: tenths(160), grey: 0, bold: true };
pub(crate) const HEADING: TextStyle = TextStyle { size: tenths(85), grey: 0, bold: true };
pub(crate) const ENDORSED: TextStyle = TextStyle { size: tenths(90), grey: 0, bold: true };

/// The distance between base lines of a style.
pub(crate) const fn leading(style: &TextStyle) -> Milli {
    match style.size {
        7_500 => tenths(105),
        8_500 => tenths(115),
        9_000 => tenths(122),
        9_500 => tenths(130),
        16_000 => tenths(205),
        size => size * 135 / 100,
    }
}
