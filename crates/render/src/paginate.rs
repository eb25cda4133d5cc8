//! Fills pages with pieces: breaks where allowed, frames drawn on each page they reach, a head on each page.

use std::collections::VecDeque;

use crate::flow::{Decor, DecorKind, Flow, Piece, Row};
use crate::page::{Area, Glyph, GlyphCode, Milli, Op, Page, Shaped, TextRun, offset, span};
use crate::style::{HAIRLINE, Paper};

/// Fills pages from top to bottom.
pub(crate) struct Paginator {
    paper: Paper,
    page: Page,
    cursor: Milli,
    /// Whether content stands on the page below its head.
    filled: bool,
    open: Vec<(Decor, Milli)>,
    done: VecDeque<Page>,
    pages: u32,
    /// Native ids of senders already named on this page.
    seen: Vec<String>,
}

/// What a paginator asks for when it starts a page.
pub(crate) trait PageHead {
    /// Draws the head of a page and returns where content starts.
    fn draw(&mut self, page: &mut Page, number: u32, continues: bool) -> Milli;
}

impl Paginator {
    pub(crate) fn new(paper: Paper, head: &mut dyn PageHead) -> Self {
        let mut page = Page::new(paper);
        let cursor = head.draw(&mut page, 1, false);
        Self { paper, page, cursor, filled: false, open: Vec::new(), done: VecDeque::new(), pages: 1, seen: Vec::new() }
    }

    /// Takes the next page that is full.
    pub(crate) fn take(&mut self) -> Option<Page> {
        self.done.pop_front()
    }

    /// Ends the last page.
    pub(crate) fn finish(&mut self) {
        let last = std::mem::replace(&mut self.page, Page::new(self.paper));
        self.done.push_back(last);
    }

    fn bottom(&self) -> Milli {
        let content = self.paper.content();
        content.y + content.height
    }

    /// Places all pieces of a flow. `sender` is named in full where it is first seen on a page.
    pub(crate) fn place(&mut self, flow: &Flow<'_>, sender: Option<&str>, head: &mut dyn PageHead) {
        let mut begun = false;
        for (index, piece) in flow.pieces.iter().enumerate() {
            let needed = chain(&flow.pieces[index..]);
            let closing: Milli = self.open.iter().map(|(decor, _)| decor.kind.pad()).sum();
            let room = self.bottom() - closing - self.cursor;
            let must_start_here = match piece {
                Piece::Row(row) => row.height,
                // Both ends of the frame and a line within it.
                Piece::Open(decor) => 2 * decor.kind.pad() + 13_000,
                _ => 0,
            };
            // A chain longer than a page cannot be kept; then only the row itself must fit.
            let fits = needed <= i64::from(room)
                || (needed > i64::from(self.paper.content().height - 60_000) && must_start_here <= room);
            if !fits && self.filled && !matches!(piece, Piece::Close) {
                self.next_page(head, begun);
            }
            match piece {
                Piece::Row(row) => {
                    self.place_row(flow, row, sender);
                    begun = true;
                }
                Piece::Gap(height) if self.filled => self.cursor += height,
                Piece::Gap(_) => {}
                Piece::Open(decor) => {
                    self.open.push((*decor, self.cursor));
                    self.cursor += decor.kind.pad();
                }
                Piece::Close => {
                    if let Some((decor, top)) = self.open.pop() {
                        self.cursor += decor.kind.pad();
                        self.draw_decor(decor, top, self.cursor);
                    }
                }
            }
        }
    }

    fn next_page(&mut self, head: &mut dyn PageHead, continues: bool) {
        let open = std::mem::take(&mut self.open);
        for (depth, (decor, top)) in open.iter().enumerate() {
            // Outer frames end below inner ones.
            let below: Milli = open[depth..].iter().map(|(inner, _)| inner.kind.pad()).sum();
            self.draw_decor(*decor, *top, self.cursor + below);
        }
        self.pages += 1;
        let full = std::mem::replace(&mut self.page, Page::new(self.paper));
        self.done.push_back(full);
        self.seen.clear();
        self.filled = false;
        self.cursor = head.draw(&mut self.page, self.pages, continues);
        for (decor, _) in open {
            self.open.push((decor, self.cursor));
            self.cursor += decor.kind.pad();
        }
    }

    fn draw_decor(&mut self, decor: Decor, top: Milli, bottom: Milli) {
        // A gap may have led below the last row that fits.
        let height = (bottom.min(self.bottom()) - top).max(0);
        let op = match decor.kind {
            DecorKind::Frame => Op::Frame(Area { x: decor.x, y: top, width: decor.width, height }, decor.grey),
            DecorKind::Bar => Op::Fill(Area { x: decor.x, y: top, width: 2 * HAIRLINE, height }, decor.grey),
        };
        self.page.ops.push(op);
    }

    fn place_row(&mut self, flow: &Flow<'_>, row: &Row, sender: Option<&str>) {
        let known = sender.is_none_or(|id| self.seen.iter().any(|seen| seen == id));
        for index in row.ops.clone() {
            if row.first_sight == Some(index) && known {
                continue;
            }
            copy_op(&flow.ops[index], self.cursor, &flow.glyphs, &flow.setter.shaped, &mut self.page);
        }
        if let Some(id) = sender.filter(|_| row.first_sight.is_some() && !known) {
            self.seen.push(id.to_owned());
        }
        self.cursor += row.height;
        self.filled = true;
    }
}

/// Returns the height of what must stand together from the first of these pieces on.
fn chain(pieces: &[Piece]) -> i64 {
    let mut height = 0;
    let mut pads = 0;
    for piece in pieces {
        match piece {
            Piece::Row(row) => {
                height += i64::from(row.height);
                if !row.keep {
                    return height + pads;
                }
            }
            Piece::Gap(gap) => height += i64::from(*gap),
            Piece::Open(decor) => {
                height += i64::from(decor.kind.pad());
                pads += i64::from(decor.kind.pad());
            }
            Piece::Close => {}
        }
        // Longer than any page: how much longer does not matter.
        if height > 2_000_000 {
            break;
        }
    }
    height + pads
}

/// Copies an operation onto a page, `down` below where it says, with the glyphs it names.
pub(crate) fn copy_op(op: &Op, down: Milli, glyphs: &[GlyphCode], shaped: &Shaped, page: &mut Page) {
    let moved = |area: &Area| Area { y: area.y + down, ..*area };
    let copy = match op {
        Op::Text(run) => {
            let first = page.glyphs.len();
            for code in &glyphs[span(&run.glyphs)] {
                page.glyphs.push(match code.read() {
                    Glyph::Cluster(index) => GlyphCode::cluster(page.shaped.adopt(shaped, index)),
                    _ => *code,
                });
            }
            let range = offset(first)..offset(page.glyphs.len());
            Op::Text(TextRun { y: run.y + down, glyphs: range, ..*run })
        }
        Op::Unshown(sign) => Op::Unshown(crate::page::Unshown { y: sign.y + down, ..*sign }),
        Op::Slot(slot) => Op::Slot(crate::page::Slot { y: slot.y + down, ..*slot }),
        Op::Fill(area, grey) => Op::Fill(moved(area), *grey),
        Op::Frame(area, grey) => Op::Frame(moved(area), *grey),
        Op::Picture(area, picture) => Op::Picture(moved(area), picture.clone()),
    };
    page.ops.push(copy);
}
