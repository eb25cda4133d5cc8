//! Messages within messages: quotes, merged histories, what was taken back.

use duces_model::{Body, MergedHistory, Quote, Recall};

use crate::attachments::Shown;
use crate::codes::HISTORY_TOO_DEEP;
use crate::flow::{Align, Column, DecorKind};
use crate::page::{Milli, TextStyle};
use crate::sheet::Sheet;
use crate::style::{BODY, CITED, DETAIL, HEADING, NOTE, NOTE_BOLD};

/// Deeper than this no level is shown, only said to be there.
const DEEPEST: usize = 40;
const INDENT: Milli = 9_000;

impl Sheet<'_> {
    /// Appends a reply and, indented, what it quotes.
    pub(crate) fn quote(&mut self, quote: &Quote, hung: &[Shown<'_>], column: Column, depth: usize) {
        self.text(&quote.text, column, if depth == 0 { BODY } else { DETAIL });
        self.attachments(hung, None, column);
        self.flow.keep_last();
        self.flow.gap(2_500);
        let inner = self.open_bar(column);
        let mut head = "Quote".to_owned();
        if let Some(number) = self.refers_to.take() {
            head = format!("Quote of #{number}");
        }
        let named = [quote.sender.as_deref(), quote.sender_id.as_deref(), quote.time.as_deref()];
        for part in named.into_iter().flatten() {
            head.push_str(" · ");
            head.push_str(part);
        }
        self.flow.paragraph(&head, inner, NOTE_BOLD, Align::Start);
        if let Some(body) = &quote.quoted {
            self.flow.keep_last();
            self.inner_body(body, &[], inner, depth);
        }
        self.flow.close();
    }

    /// Appends a chat history that was merged into one message.
    pub(crate) fn history(&mut self, history: &MergedHistory, hung: &[Shown<'_>], column: Column, depth: usize) {
        let title = history.title.as_deref().unwrap_or_default();
        if depth == 0 {
            self.framed("Merged chat history", column, true, |sheet, inner| {
                sheet.history_items(title, history, hung, inner, depth);
            });
            return;
        }
        self.flow.gap(1_500);
        let inner = self.open_bar(column);
        self.flow.paragraph("Merged chat history", inner, NOTE_BOLD, Align::Start);
        self.flow.keep_last();
        self.history_items(title, history, hung, inner, depth);
        self.flow.close();
    }

    fn history_items(
        &mut self,
        title: &str,
        history: &MergedHistory,
        hung: &[Shown<'_>],
        column: Column,
        depth: usize,
    ) {
        if !title.is_empty() {
            self.flow.paragraph(title, column, HEADING, Align::Start);
            self.flow.keep_last();
        }
        for item in &history.items {
            self.flow.gap(3_500);
            self.item_head(item.sender.as_deref(), item.time.as_deref(), column);
            match &*item.body {
                Body::MergedHistory(nested) if depth < DEEPEST => self.history(nested, hung, column, depth + 1),
                body => {
                    let own = item.attachment.and_then(|index| hung.get(index..=index)).unwrap_or_default();
                    self.inner_body(body, own, column, depth);
                }
            }
        }
        if depth == 0 {
            let named: Vec<usize> = attachments_of(history, 0);
            let loose: Vec<Shown<'_>> =
                (0..hung.len()).filter(|index| !named.contains(index)).map(|index| hung[index]).collect();
            self.attachments(&loose, None, column);
        }
    }

    fn item_head(&mut self, sender: Option<&str>, time: Option<&str>, column: Column) {
        let Some(sender) = sender else {
            if let Some(time) = time {
                self.flow.paragraph(time, column, NOTE, Align::Start);
                self.flow.keep_last();
            }
            return;
        };
        let name = TextStyle { bold: true, ..DETAIL };
        let count = self.flow.setter.set(sender, name.size, column.width);
        for index in 0..count {
            let line = self.flow.setter.line(index);
            self.flow.row(crate::style::leading(&DETAIL), true, |flow| {
                let y = crate::flow::baseline(&DETAIL);
                let end = flow.draw(&line, column.x, y, name);
                let rest = Column { x: end + 6_000, width: column.x + column.width - end - 6_000 };
                if let Some(time) = time.filter(|_| index + 1 == count && rest.width > 90_000) {
                    flow.draw_one(time, rest, y, NOTE, Align::Start);
                }
            });
            let end = column.x + line.width;
            if let Some(time) = time
                && index + 1 == count
                && column.x + column.width - end - 6_000 <= 90_000
            {
                self.flow.paragraph(time, column, NOTE, Align::Start);
                self.flow.keep_last();
            }
        }
    }

    /// Appends a notice that something was taken back, and what it was where that was kept.
    pub(crate) fn recall(&mut self, recall: &Recall, hung: &[Shown<'_>], column: Column, depth: usize) {
        let mut text = recall.text.clone();
        if let Some(number) = self.refers_to.take() {
            text.push_str(&format!(" (message #{number})"));
        }
        self.notice(&text, column);
        match &recall.recalled {
            Some(body) => {
                self.flow.keep_last();
                self.framed("Recalled content", column, false, |sheet, inner| {
                    sheet.inner_body(body, hung, inner, depth);
                });
            }
            None => self.attachments(hung, None, column),
        }
    }

    /// Appends content one level further in.
    pub(crate) fn inner_body(&mut self, body: &Body, hung: &[Shown<'_>], column: Column, depth: usize) {
        if depth >= DEEPEST {
            self.find(
                &HISTORY_TOO_DEEP,
                format!("content nested deeper than {DEEPEST} levels is not shown on the page"),
            );
            self.flow.paragraph("Deeper levels are in the text file.", column, NOTE, Align::Start);
            return;
        }
        match body {
            Body::Text { text } if depth == 0 => {
                self.text(text, column, CITED);
                self.attachments(hung, None, column);
            }
            body => self.body(body, hung, column, depth + 1),
        }
    }

    pub(crate) fn open_bar(&mut self, column: Column) -> Column {
        self.flow.open(DecorKind::Bar, column);
        column.inset(INDENT, 0)
    }
}

/// Returns which attachments the items of a history name, at any depth.
fn attachments_of(history: &MergedHistory, depth: usize) -> Vec<usize> {
    let mut named = Vec::new();
    for item in &history.items {
        named.extend(item.attachment);
        if let Body::MergedHistory(nested) = &*item.body
            && depth < DEEPEST
        {
            named.extend(attachments_of(nested, depth + 1));
        }
    }
    named
}
