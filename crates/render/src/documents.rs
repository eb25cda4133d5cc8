//! Kinds that are documents of their own more than messages: posts, pushed articles, mails, statements, cards with
//! named values, and messages of several parts.

use duces_model::{Card, CardKind, Comment, Link, Mail, Part, Payment, Post};

use crate::attachments::Shown;
use crate::flow::{Align, Column};
use crate::sheet::Sheet;
use crate::style::{DETAIL, NOTE_BOLD};

impl Sheet<'_> {
    /// Appends the parts of a message one after the other, each with what hangs on it, then what hangs on none.
    pub(crate) fn parts(&mut self, parts: &[Part], hung: &[Shown<'_>], column: Column, depth: usize) {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.flow.gap(2_500);
            }
            let own = part.attachment.and_then(|index| hung.get(index..=index)).unwrap_or_default();
            self.inner_body(&part.body, own, column, depth);
        }
        let named: Vec<usize> = parts.iter().filter_map(|part| part.attachment).collect();
        let loose: Vec<Shown<'_>> =
            (0..hung.len()).filter(|index| !named.contains(index)).map(|index| hung[index]).collect();
        self.attachments(&loose, None, column);
    }

    pub(crate) fn post(&mut self, post: &Post, column: Column) {
        if let Some(text) = post.text.as_deref().filter(|text| !text.is_empty()) {
            self.text(text, column, DETAIL);
        }
        if let Some(location) = &post.location {
            self.location(location, column);
        }
        if let Some(link) = &post.link {
            self.field("Shares", Some(link.kind.label()), column);
            self.link(link, column);
        }
        self.field("Visible to", post.audience.as_deref(), column);
        self.field("Liked by", Some(&post.likes.join(", ")), column);
        for comment in &post.comments {
            self.comment(comment, column);
        }
    }

    fn comment(&mut self, comment: &Comment, column: Column) {
        self.flow.gap(2_500);
        let inner = self.open_bar(column);
        let mut head = "Comment".to_owned();
        let answers = comment.answers.as_ref().map(|name| format!("to {name}"));
        let named = [&comment.author, &comment.author_id, &answers, &comment.time];
        for part in named.into_iter().flatten() {
            head.push_str(" · ");
            head.push_str(part);
        }
        self.flow.paragraph(&head, inner, NOTE_BOLD, Align::Start);
        self.flow.keep_last();
        self.text(&comment.text, inner, DETAIL);
        self.flow.close();
    }

    pub(crate) fn articles(&mut self, items: &[Link], column: Column) {
        for (number, item) in (1..).zip(items) {
            self.flow.gap(2_000);
            self.flow.paragraph(&format!("{number}. {}", item.kind.label()), column, NOTE_BOLD, Align::Start);
            self.flow.keep_last();
            self.link(item, column);
        }
    }

    pub(crate) fn named_card(&mut self, card: &Card, column: Column) {
        if let CardKind::Other(kind) = &card.card {
            self.field("Kind", Some(kind), column);
        }
        self.field("Title", card.title.as_deref(), column);
        if let Some(text) = card.text.as_deref().filter(|text| !text.is_empty()) {
            self.text(text, column, DETAIL);
        }
        for fact in &card.facts {
            self.field(&fact.name, Some(&fact.value), column);
        }
        self.field("Address", card.url.as_deref(), column);
    }

    pub(crate) fn payment(&mut self, payment: &Payment, column: Column) {
        let rows = [
            ("Type", &payment.what),
            ("Direction", &payment.direction),
            ("Amount", &payment.amount),
            ("Counterparty", &payment.counterparty),
            ("Goods", &payment.goods),
            ("Method", &payment.method),
            ("State", &payment.state),
            ("Transaction", &payment.transaction_id),
            ("Merchant no.", &payment.merchant_id),
            ("Note", &payment.memo),
        ];
        for (label, value) in rows {
            self.field(label, value.as_deref(), column);
        }
    }

    pub(crate) fn mail(&mut self, mail: &Mail, column: Column) {
        self.field("Subject", mail.subject.as_deref(), column);
        self.field("To", Some(&mail.to.join("; ")), column);
        self.field("Cc", Some(&mail.cc.join("; ")), column);
        self.field("Bcc", Some(&mail.bcc.join("; ")), column);
        if !mail.text.is_empty() {
            self.flow.gap(2_500);
            self.text(&mail.text, column, DETAIL);
        }
    }
}
