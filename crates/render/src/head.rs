//! The line at the top of each page after the first: which conversation, which day, which page of how many.

use crate::flow::{Align, Column, Flow, baseline};
use crate::page::{Area, Milli, Op, Page, SlotKind};
use crate::paginate::{PageHead, copy_op};
use crate::style::{HAIRLINE, NOTE, NOTE_BOLD, Paper, RULE, leading};
use crate::text::Typesetter;

/// The width kept free for `page n of m`.
const PAGE_OF: Milli = 90_000;

/// Draws the running line.
pub(crate) struct RunningHead<'a> {
    flow: Flow<'a>,
    paper: Paper,
    title: &'a str,
    /// The day of the message that a page starts with.
    pub(crate) day: String,
    /// The message that goes on from the page before: its number and its sender.
    pub(crate) message: Option<(u32, String)>,
    /// The column of message bodies.
    body: Column,
}

impl<'a> RunningHead<'a> {
    pub(crate) fn new(setter: Typesetter<'a>, paper: Paper, title: &'a str, body: Column) -> Self {
        Self { flow: Flow::new(setter), paper, title, day: String::new(), message: None, body }
    }
}

impl PageHead for RunningHead<'_> {
    fn draw(&mut self, page: &mut Page, number: u32, continues: bool) -> Milli {
        let content = self.paper.content();
        let top = content.y;
        let flow = &mut self.flow;
        flow.clear();
        let right = Column { x: content.x + content.width - PAGE_OF, width: PAGE_OF };
        flow.draw_slot(SlotKind::PageOf, right, baseline(&NOTE), NOTE, true);
        if number == 1 {
            // The first page opens with the title itself.
            flow.ops.iter().for_each(|op| copy_op(op, top, &flow.glyphs, &flow.setter.shaped, page));
            return top;
        }
        let day = flow.setter.set_one(&self.day, NOTE.size, content.width / 3);
        let day_x = right.x - day.width - 8_000;
        let title = Column { x: content.x, width: day_x - content.x - 12_000 };
        flow.draw_one(self.title, title, baseline(&NOTE), NOTE_BOLD, Align::Start);
        flow.draw(&day, day_x, baseline(&NOTE), NOTE);
        let under = leading(&NOTE) + 2_500;
        let rule = Area { x: content.x, y: under, width: content.width, height: HAIRLINE };
        flow.ops.push(Op::Fill(rule, RULE));
        let mut below = under + 9_000;
        if continues && let Some((number, sender)) = &self.message {
            let y = below + baseline(&NOTE);
            let text = format!("#{number} · {sender} · continued");
            flow.draw_one(&text, self.body, y, NOTE, Align::Start);
            below += leading(&NOTE) + 2_000;
        }
        flow.ops.iter().for_each(|op| copy_op(op, top, &flow.glyphs, &flow.setter.shaped, page));
        top + below
    }
}
