//! One message: its number and time in the margin, its sender, its content.

use duces_model::{Body, Entry, Zone};

use crate::attachments::ShownAttachment;
use crate::flow::{Align, Column, Piece, baseline};
use crate::page::{Area, Milli, Op};
use crate::sheet::Sheet;
use crate::style::{HAIRLINE, HEADING, NOTE, RULE, SENDER, leading};

const NUMBER_WIDTH: Milli = 27_000;
const TIME_X: Milli = 35_000;
const TIME_WIDTH: Milli = 40_000;
const BODY_X: Milli = 77_000;
/// The white space between messages.
const BETWEEN: Milli = 6_500;

/// Returns the column of message bodies.
pub(crate) fn body_column(paper: crate::style::Paper) -> Column {
    let content = paper.content();
    Column { x: content.x + BODY_X, width: content.width - BODY_X }
}

/// What the margin says about a message.
pub(crate) struct Margin {
    pub(crate) time: String,
    /// The offset from UTC, where it is not the one last shown.
    pub(crate) offset: Option<String>,
}

impl Sheet<'_> {
    /// Appends the rule that opens a day.
    pub(crate) fn day_rule(&mut self, day: &str, offset: &str) {
        let content = self.paper.content();
        let whole = Column { x: content.x, width: content.width };
        self.flow.gap(12_000);
        self.flow.row(leading(&HEADING) + 3_000, true, |flow| {
            let y = baseline(&HEADING);
            let end = flow.draw_one(day, whole, y, HEADING, Align::Start);
            let offset = flow.setter.set_one(offset, NOTE.size, whole.width / 2);
            let offset_x = content.x + content.width - offset.width;
            let (start, stop) = (end + 8_000, offset_x - 8_000);
            if stop > start {
                let area = Area { x: start, y: y - 3_000, width: stop - start, height: HAIRLINE };
                flow.ops.push(Op::Fill(area, RULE));
            }
            flow.draw(&offset, offset_x, y, NOTE);
        });
    }

    /// Appends a message.
    pub(crate) fn entry(&mut self, entry: &Entry, margin: &Margin, zone: &Zone) {
        self.start_record(entry.number);
        self.refers_to = entry.refers_to;
        let hung: Vec<ShownAttachment<'_>> = entry.attachments.iter().map(ShownAttachment).collect();
        let column = body_column(self.paper);
        self.flow.gap(BETWEEN);
        match &entry.sender {
            Some(sender) => {
                self.sender_rows(entry.number, margin, sender, column);
                self.body(&entry.body, &hung, column, 0);
            }
            _ => {
                let first = self.flow.pieces.len();
                self.body(&entry.body, &hung, column, 0);
                self.margin_beside(first, entry.number, margin);
            }
        }
        if let Some(number) = self.refers_to.take() {
            let what = if matches!(entry.body, Body::Payment(_)) { "Payment of" } else { "Refers to" };
            self.flow.paragraph(&format!("{what} message #{number}."), column, NOTE, Align::Start);
        }
        if entry.recalled {
            self.flow.keep_last();
            self.flow.paragraph("The sender recalled this message later.", column, NOTE, Align::Start);
        }
        if entry.deleted && entry.marks.deletion.is_none() {
            self.flow.keep_last();
            self.flow.paragraph("This message was deleted.", column, NOTE, Align::Start);
        }
        for mark in entry.marks.lines(zone) {
            self.flow.keep_last();
            self.flow.paragraph(&mark, column, NOTE, Align::Start);
        }
    }

    fn sender_rows(&mut self, number: u32, margin: &Margin, sender: &duces_model::Sender, column: Column) {
        let count = self.flow.setter.set(sender.display(), SENDER.size, column.width);
        // A native id that is itself the name shown is not said twice.
        let id = sender.native_id.as_deref().filter(|_| sender.name.is_some());
        for index in 0..count {
            let line = self.flow.setter.line(index);
            let mut first_sight = None;
            let mut id_below = false;
            self.flow.row(leading(&SENDER), true, |flow| {
                let y = baseline(&SENDER);
                if index == 0 {
                    draw_margin(flow, number, margin, column.x - BODY_X, y);
                }
                let start = if line.right_to_left { column.x + column.width - line.width } else { column.x };
                let end = flow.draw(&line, start, y, SENDER);
                if let Some(id) = id.filter(|_| index + 1 == count) {
                    let rest = Column { x: end + 6_000, width: column.x + column.width - end - 6_000 };
                    let set = flow.setter.set_one(id, NOTE.size, Milli::MAX / 4);
                    id_below = line.right_to_left || set.width > rest.width;
                    if !id_below {
                        let before = flow.ops.len();
                        flow.draw(&set, rest.x, y, NOTE);
                        // One run of glyphs, unless a character of the id has no glyph: then it is always shown.
                        first_sight = (flow.ops.len() == before + 1).then_some(before);
                    }
                }
            });
            if let Some(Piece::Row(row)) = self.flow.pieces.last_mut() {
                row.first_sight = first_sight;
            }
            if let Some(id) = id.filter(|_| id_below) {
                self.flow.paragraph(id, column, NOTE, Align::Start);
                self.flow.keep_last();
            }
        }
    }

    /// Draws number and time beside the first row from piece `first` on.
    fn margin_beside(&mut self, first: usize, number: u32, margin: &Margin) {
        let column = body_column(self.paper);
        let pieces = self.flow.pieces.split_off(first);
        let mut drawn = false;
        for piece in pieces {
            match piece {
                Piece::Row(row) if !drawn => {
                    drawn = true;
                    // The row's operations are taken over as they are; the margin's follow them.
                    let taken: Vec<Op> = self.flow.ops[row.ops.clone()].to_vec();
                    self.flow.row(row.height, row.keep, |flow| {
                        let y = baseline(&crate::style::DETAIL);
                        draw_margin(flow, number, margin, column.x - BODY_X, y);
                        flow.ops.extend(taken);
                    });
                }
                other => self.flow.pieces.push(other),
            }
        }
    }
}

fn draw_margin(flow: &mut crate::flow::Flow<'_>, number: u32, margin: &Margin, x: Milli, y: Milli) {
    flow.draw_one(&format!("#{number}"), Column { x, width: NUMBER_WIDTH }, y, NOTE, Align::End);
    let time = Column { x: x + TIME_X, width: TIME_WIDTH };
    flow.draw_one(&margin.time, time, y, NOTE, Align::Start);
    if let Some(offset) = &margin.offset {
        flow.draw_one(offset, time, y + leading(&NOTE), NOTE, Align::Start);
    }
}
