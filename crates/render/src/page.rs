//! The display list: what stands where on a page, before it is known in what form it will be drawn.
//!
//! Lengths are thousandths of a point as whole numbers, so that layout is the same everywhere; `x` grows to the
//! right and `y` down from the upper left corner.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::picture::Picture;

/// The paper of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Paper {
    /// US Letter, 8.5 by 11 inches.
    #[default]
    Letter,
    /// A4, 210 by 297 mm.
    A4,
}

impl Paper {
    /// Returns the width.
    pub const fn width(self) -> Milli {
        match self {
            Self::Letter => 612_000,
            Self::A4 => 595_280,
        }
    }

    /// Returns the height.
    pub const fn height(self) -> Milli {
        match self {
            Self::Letter => 792_000,
            Self::A4 => 841_890,
        }
    }

    /// Returns the box that content stays within; the endorsement bands lie above and below it.
    pub const fn content(self) -> Area {
        Area { x: MARGIN, y: MARGIN, width: self.width() - 2 * MARGIN, height: self.height() - 2 * MARGIN }
    }
}

/// 20 mm on all sides.
pub(crate) const MARGIN: Milli = tenths(567);

/// A length in thousandths of a point.
pub type Milli = i32;

/// Returns thousandths of a point from tenths, the finest step the layout speaks in.
pub(crate) const fn tenths(tenths: i32) -> Milli {
    tenths * 100
}

/// Returns the width of `per_mille` thousandths of an em at a type size.
pub(crate) fn scaled(size: Milli, per_mille: i32) -> Milli {
    i32::try_from(i64::from(size) * i64::from(per_mille) / 1000).unwrap_or(i32::MAX)
}

/// One page.
#[derive(Debug, Clone)]
pub struct Page {
    /// The paper it is laid out for.
    pub paper: Paper,
    /// What is drawn, in reading order.
    pub ops: Vec<Op>,
    /// The glyphs that text runs name by their range.
    pub(crate) glyphs: Vec<GlyphCode>,
    /// What the glyph codes of shaped clusters lead to.
    pub(crate) shaped: Shaped,
}

/// One thing on a page.
#[derive(Debug, Clone)]
pub enum Op {
    /// Glyphs on a base line.
    Text(TextRun),
    /// A character without a glyph: its code point in a box.
    Unshown(Unshown),
    /// A filled rectangle; rules are thin ones.
    Fill(Area, Grey),
    /// The outline of a rectangle.
    Frame(Area, Grey),
    /// A picture.
    Picture(Area, Arc<Picture>),
    /// Text that is known only when the page is endorsed.
    Slot(Slot),
}

/// How dark something is: 0 is black, 255 white.
pub type Grey = u8;

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// The left edge.
    pub x: Milli,
    /// The upper edge.
    pub y: Milli,
    /// The width.
    pub width: Milli,
    /// The height.
    pub height: Milli,
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextStyle {
    /// The type size.
    pub size: Milli,
    /// How dark.
    pub grey: Grey,
    /// Whether the strokes are thickened.
    pub bold: bool,
}

/// Glyphs on a base line.
#[derive(Debug, Clone)]
pub struct TextRun {
    /// Where it starts.
    pub x: Milli,
    /// The base line.
    pub y: Milli,
    /// How wide it is.
    pub width: Milli,
    /// How it looks.
    pub style: TextStyle,
    /// Which of the page's glyphs.
    pub(crate) glyphs: Range<u32>,
}

/// A character without a glyph.
#[derive(Debug, Clone, Copy)]
pub struct Unshown {
    /// Where its box starts.
    pub x: Milli,
    /// The base line.
    pub y: Milli,
    /// The type size of the text around it.
    pub size: Milli,
    /// The character.
    pub character: char,
}

/// What a slot is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotKind {
    /// `page n of m`.
    PageOf,
    /// The Bates range of the child with this ordinal.
    ChildRange(u32),
}

/// Text that is known only when the page is endorsed; the layout keeps its place free.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    /// What it will say.
    pub kind: SlotKind,
    /// The left edge of the place.
    pub x: Milli,
    /// The base line.
    pub y: Milli,
    /// How wide the place is.
    pub width: Milli,
    /// Whether the text stands at the right edge of the place.
    pub to_the_right: bool,
    /// How it looks.
    pub style: TextStyle,
}

/// One glyph of a run: a character that has one glyph of its own, the narrow form of a quotation mark, or a
/// shaped cluster of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GlyphCode(pub(crate) u32);

impl GlyphCode {
    const NARROW: u32 = 1 << 28;
    const CLUSTER: u32 = 1 << 29;

    pub(crate) fn simple(c: char) -> Self {
        Self(c as u32)
    }

    pub(crate) fn narrow_quote(c: char) -> Self {
        Self(c as u32 | Self::NARROW)
    }

    pub(crate) fn cluster(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(0) | Self::CLUSTER)
    }

    pub(crate) fn read(self) -> Glyph {
        let character = || char::from_u32(self.0 & 0x1f_ffff).unwrap_or('\u{fffd}');
        if self.0 & Self::CLUSTER != 0 {
            Glyph::Cluster((self.0 & !Self::CLUSTER) as usize)
        } else if self.0 & Self::NARROW != 0 {
            Glyph::NarrowQuote(character())
        } else {
            Glyph::Simple(character())
        }
    }
}

/// What a glyph code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Glyph {
    Simple(char),
    NarrowQuote(char),
    Cluster(usize),
}

/// Shaped clusters: what the shaper made of characters that depend on each other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shaped {
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) glyphs: Vec<ShapedGlyph>,
    pub(crate) text: String,
}

/// Characters that are drawn together.
#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    pub(crate) font: u8,
    pub(crate) glyphs: Range<u32>,
    /// The source text of the whole cluster.
    pub(crate) text: Range<u32>,
    /// In thousandths of an em.
    pub(crate) advance: i32,
}

/// One glyph of a cluster and where it stands in it, in units of its font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ShapedGlyph {
    pub(crate) glyph: u16,
    pub(crate) x: i32,
    pub(crate) y: i32,
}

impl Shaped {
    pub(crate) fn clear(&mut self) {
        self.clusters.clear();
        self.glyphs.clear();
        self.text.clear();
    }

    /// Takes a cluster over from another list and returns its number here.
    pub(crate) fn adopt(&mut self, from: &Self, index: usize) -> usize {
        let cluster = &from.clusters[index];
        let glyphs = &from.glyphs[span(&cluster.glyphs)];
        let text = &from.text[span(&cluster.text)];
        self.push(cluster.font, cluster.advance, glyphs, text)
    }

    pub(crate) fn push(&mut self, font: u8, advance: i32, glyphs: &[ShapedGlyph], text: &str) -> usize {
        let (first_glyph, first_byte) = (offset(self.glyphs.len()), offset(self.text.len()));
        self.glyphs.extend_from_slice(glyphs);
        self.text.push_str(text);
        self.clusters.push(Cluster {
            font,
            glyphs: first_glyph..offset(self.glyphs.len()),
            text: first_byte..offset(self.text.len()),
            advance,
        });
        self.clusters.len() - 1
    }
}

/// Returns a range as indexes.
pub(crate) fn span(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

/// Returns an index as it is stored; a page holds far less than 2^32 of anything.
pub(crate) fn offset(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl Page {
    pub(crate) fn new(paper: Paper) -> Self {
        Self { paper, ops: Vec::new(), glyphs: Vec::new(), shaped: Shaped::default() }
    }

    /// Returns the source text of an operation, in the order in which its glyphs stand; empty for what is no text.
    pub fn text_of(&self, op: &Op) -> String {
        let run = match op {
            Op::Text(run) => run,
            Op::Unshown(sign) => return sign.character.to_string(),
            Op::Fill(..) | Op::Frame(..) | Op::Picture(..) | Op::Slot(_) => return String::new(),
        };
        let mut text = String::new();
        for code in &self.glyphs[span(&run.glyphs)] {
            match code.read() {
                Glyph::Simple(c) | Glyph::NarrowQuote(c) => text.push(c),
                Glyph::Cluster(index) => text.push_str(&self.shaped.text[span(&self.shaped.clusters[index].text)]),
            }
        }
        text
    }

    /// Returns the box within which an operation draws, for checks of the layout.
    pub fn bounds(op: &Op) -> Area {
        match op {
            Op::Text(run) => line_box(run.x, run.y, run.width, run.style.size),
            Op::Unshown(sign) => line_box(sign.x, sign.y, scaled(sign.size, unshown_width(sign.character)), sign.size),
            Op::Fill(area, _) | Op::Frame(area, _) | Op::Picture(area, _) => *area,
            Op::Slot(slot) => line_box(slot.x, slot.y, slot.width, slot.style.size),
        }
    }
}

fn line_box(x: Milli, baseline: Milli, width: Milli, size: Milli) -> Area {
    Area { x, y: baseline - scaled(size, 880), width, height: size }
}

/// Returns the text within the box of a character without a glyph.
pub(crate) fn unshown_label(c: char) -> String {
    format!("U+{:04X}", c as u32)
}

/// The type size within that box, in thousandths of the size around it.
pub(crate) const UNSHOWN_SIZE: i32 = 640;
/// The space between the box and its text, in thousandths of the size around it.
pub(crate) const UNSHOWN_PAD: i32 = 120;

/// Returns the width of that box in thousandths of the size around it, the gaps beside it included.
pub(crate) fn unshown_width(c: char) -> i32 {
    // `U+` and digits of the main font are at most 710 and 660 thousandths of an em wide; room for all of them.
    let label = unshown_label(c);
    let digits = i32::try_from(label.len()).unwrap_or(8) - 2;
    (1290 + 660 * digits) * UNSHOWN_SIZE / 1000 + 2 * UNSHOWN_PAD
}
