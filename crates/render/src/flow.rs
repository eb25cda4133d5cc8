//! Content on its way to pages: rows that are never cut, gaps between them, frames around them.

use std::ops::Range;

use crate::page::{Area, GlyphCode, Grey, Milli, Op, Slot, SlotKind, TextStyle};
use crate::style::leading;
use crate::text::{Line, Typesetter};

/// What a page is filled with, from top to bottom.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// A strip that stands on one page.
    Row(Row),
    /// White space, dropped at the top of a page.
    Gap(Milli),
    /// The start of a frame or a bar; its side is drawn on each page it reaches.
    Open(Decor),
    /// The end of the innermost frame or bar.
    Close,
}

/// A strip of a page; its operations have `y` from its own upper edge.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) height: Milli,
    pub(crate) ops: Range<usize>,
    /// Whether it must not be the last on a page.
    pub(crate) keep: bool,
    /// An operation that is drawn only where a sender is first seen on a page.
    pub(crate) first_sight: Option<usize>,
}

/// A thin line around or beside rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decor {
    pub(crate) kind: DecorKind,
    pub(crate) x: Milli,
    pub(crate) width: Milli,
    pub(crate) grey: Grey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecorKind {
    /// A rectangle.
    Frame,
    /// A line at the left.
    Bar,
}

impl DecorKind {
    /// Returns the white space between the line and the rows above and below.
    pub(crate) const fn pad(self) -> Milli {
        match self {
            Self::Frame => 5_000,
            Self::Bar => 1_000,
        }
    }
}

/// A part of the page's width.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) x: Milli,
    pub(crate) width: Milli,
}

impl Column {
    /// Returns the column without `left` and `right` of it, but never narrower than 60 points.
    pub(crate) fn inset(self, left: Milli, right: Milli) -> Self {
        let width = self.width - left - right;
        if width < 60_000 { self } else { Self { x: self.x + left, width } }
    }
}

/// How a text stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Start,
    Centre,
    End,
}

/// A text in a column of its own, beside others in the same rows.
pub(crate) struct Cell<'t> {
    pub(crate) column: Column,
    pub(crate) text: &'t str,
    pub(crate) style: TextStyle,
}

/// Collects pieces; its buffers are used again for each message.
pub(crate) struct Flow<'f> {
    pub(crate) setter: Typesetter<'f>,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) ops: Vec<Op>,
    pub(crate) glyphs: Vec<GlyphCode>,
}

/// Returns where the base line stands below the upper edge of a row.
pub(crate) fn baseline(style: &TextStyle) -> Milli {
    (leading(style) + style.size * 3 / 4) / 2
}

impl<'f> Flow<'f> {
    pub(crate) fn new(setter: Typesetter<'f>) -> Self {
        Self { setter, pieces: Vec::new(), ops: Vec::new(), glyphs: Vec::new() }
    }

    pub(crate) fn clear(&mut self) {
        self.setter.reset();
        self.pieces.clear();
        self.ops.clear();
        self.glyphs.clear();
    }

    pub(crate) fn gap(&mut self, height: Milli) {
        self.pieces.push(Piece::Gap(height));
    }

    pub(crate) fn open(&mut self, kind: DecorKind, column: Column) {
        self.pieces.push(Piece::Open(Decor { kind, x: column.x, width: column.width, grey: crate::style::RULE }));
    }

    pub(crate) fn close(&mut self) {
        self.pieces.push(Piece::Close);
    }

    /// Appends a row that `draw` fills.
    pub(crate) fn row(&mut self, height: Milli, keep: bool, draw: impl FnOnce(&mut Self)) {
        let first = self.ops.len();
        draw(self);
        let ops = first..self.ops.len();
        self.pieces.push(Piece::Row(Row { height, ops, keep, first_sight: None }));
    }

    /// Draws one line of text that was set, into the row being filled.
    pub(crate) fn draw(&mut self, line: &Line, x: Milli, y: Milli, style: TextStyle) -> Milli {
        self.setter.draw(line, x, y, style, &mut self.glyphs, &mut self.ops)
    }

    /// Draws a short text in one line, cut where it is too wide.
    pub(crate) fn draw_one(&mut self, text: &str, column: Column, y: Milli, style: TextStyle, align: Align) -> Milli {
        let line = self.setter.set_one(text, style.size, column.width);
        let free = (column.width - line.width).max(0);
        let x = match align {
            Align::Start => column.x,
            Align::Centre => column.x + free / 2,
            Align::End => column.x + free,
        };
        self.draw(&line, x, y, style)
    }

    pub(crate) fn draw_slot(&mut self, kind: SlotKind, column: Column, y: Milli, style: TextStyle, right: bool) {
        self.ops.push(Op::Slot(Slot { kind, x: column.x, y, width: column.width, to_the_right: right, style }));
    }

    /// Appends a text in as many rows as it takes. No single line of it stands alone on a page.
    pub(crate) fn paragraph(&mut self, text: &str, column: Column, style: TextStyle, align: Align) {
        let count = self.setter.set(text, style.size, column.width);
        for index in 0..count {
            let line = self.setter.line(index);
            let free = (column.width - line.width).max(0);
            let x = match align {
                Align::Centre => column.x + free / 2,
                Align::End => column.x + free,
                Align::Start if line.right_to_left => column.x + free,
                Align::Start => column.x,
            };
            let keep = count > 1 && (index == 0 || index + 2 == count);
            self.row(leading(&style), keep, |flow| {
                flow.draw(&line, x, baseline(&style), style);
            });
        }
    }

    /// Appends cells side by side; each may take several rows. All stand on the base line of the tallest style.
    pub(crate) fn cells(&mut self, cells: &[Cell<'_>]) {
        let Some(tallest) = cells.iter().map(|cell| cell.style).max_by_key(|style| style.size) else { return };
        let mut lines: Vec<(usize, usize, Line)> = Vec::with_capacity(cells.len());
        let mut rows = 0;
        for (number, cell) in cells.iter().enumerate() {
            let count = self.setter.set(cell.text, cell.style.size, cell.column.width);
            rows = rows.max(count);
            lines.extend((0..count).map(|index| (index, number, self.setter.line(index))));
        }
        for index in 0..rows {
            let keep = rows > 1 && (index == 0 || index + 2 == rows);
            self.row(leading(&tallest), keep, |flow| {
                for (_, number, line) in lines.iter().filter(|(at, _, _)| *at == index) {
                    let cell = &cells[*number];
                    let free = if line.right_to_left { (cell.column.width - line.width).max(0) } else { 0 };
                    flow.draw(line, cell.column.x + free, baseline(&tallest), cell.style);
                }
            });
        }
    }

    /// Appends a rule over the whole column.
    pub(crate) fn rule(&mut self, column: Column, keep: bool) {
        self.row(crate::style::HAIRLINE, keep, |flow| {
            let area = Area { x: column.x, y: 0, width: column.width, height: crate::style::HAIRLINE };
            flow.ops.push(Op::Fill(area, crate::style::RULE));
        });
    }

    /// Makes rows from the piece `first` on stay together where they are few enough to.
    pub(crate) fn keep_together(&mut self, first: usize, at_most: Milli) {
        let height: i64 = self.pieces[first..]
            .iter()
            .map(|piece| match piece {
                Piece::Row(row) => i64::from(row.height),
                Piece::Gap(height) => i64::from(*height),
                Piece::Open(decor) => i64::from(decor.kind.pad()),
                Piece::Close => 0,
            })
            .sum();
        let last = self.pieces.iter().rposition(|piece| matches!(piece, Piece::Row(_)));
        if height > i64::from(at_most) {
            return;
        }
        for (index, piece) in self.pieces.iter_mut().enumerate().skip(first) {
            if let Piece::Row(row) = piece {
                row.keep |= Some(index) != last;
            }
        }
    }

    /// Makes the last row stay with what follows it.
    pub(crate) fn keep_last(&mut self) {
        if let Some(Piece::Row(row)) = self.pieces.iter_mut().rev().find(|piece| matches!(piece, Piece::Row(_))) {
            row.keep = true;
        }
    }
}
