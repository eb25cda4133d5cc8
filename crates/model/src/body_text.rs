//! The text of a message's content: one pure function that search, `TEXT/` and the page all start from.
//!
//! What the sender wrote stands as it is. What the app shows as a card stands as lines, `label: value`,
//! after the kind in brackets, so that a reader of the text file knows what the page shows as a card.

use std::fmt::Write as _;

use crate::body::{
    Call, Card, CardKind, Channel, ContactCard, HistoryItem, Link, Location, Mail, MergedHistory, MiniProgram, Part,
    Payment, Post, Quote, Recall, RedPacket, Transfer,
};
use crate::{Attachment, Body};

impl Body {
    /// Returns the content as text, lines separated by `\n`, without one at the end.
    ///
    /// The names of attachments are part of it: a file name is evidence and must be found.
    pub fn text(&self, attachments: &[Attachment]) -> String {
        let mut out = Lines::default();
        self.write(attachments, &mut out);
        out.text
    }

    fn write(&self, attachments: &[Attachment], out: &mut Lines) {
        match self {
            Self::Text { text } => out.line(text),
            Self::Notice(notice) => out.line(&notice.text),
            Self::Quote(quote) => write_quote(quote, out),
            Self::MergedHistory(history) => write_history(history, attachments, out),
            Self::Recall(recall) => write_recall(recall, attachments, out),
            Self::Mixed { parts } => write_parts(parts, attachments, out),
            Self::Mail(mail) => write_mail(mail, out),
            other => {
                out.line(&format!("[{}]", other.label()));
                write_card(other, out);
            }
        }
        // Items of a merged history and parts name their own attachments, where they stand.
        if !matches!(self, Self::MergedHistory(_) | Self::Mixed { .. }) {
            for attachment in attachments {
                write_attachment(self, attachment, out);
            }
        }
    }
}

fn write_attachment(body: &Body, attachment: &Attachment, out: &mut Lines) {
    let Some(name) = &attachment.name else { return };
    if !matches!(body, Body::File { name: declared, .. } if declared == name) {
        out.field("file name", Some(name));
    }
}

fn write_card(body: &Body, out: &mut Lines) {
    match body {
        Body::Voice { duration_ms, transcript } => {
            out.field("duration", duration_ms.map(human_duration).as_deref());
            out.field("transcript", transcript.as_deref());
        }
        Body::Video { duration_ms } => out.field("duration", duration_ms.map(human_duration).as_deref()),
        Body::Sticker { caption, url } => {
            out.field("caption", caption.as_deref());
            out.field("address", url.as_deref());
        }
        Body::File { name, size } => {
            out.field("file name", Some(name));
            out.field("size", size.map(human_size).as_deref());
        }
        Body::Location(location) => write_location(location, out),
        Body::ContactCard(card) => write_contact(card, out),
        Body::FriendRequest { card, text } => {
            write_contact(card, out);
            out.line(text);
        }
        Body::Link(link) => write_link(link, out),
        Body::MiniProgram(program) => write_mini_program(program, out),
        Body::Transfer(transfer) => write_transfer(transfer, out),
        Body::RedPacket(packet) => write_red_packet(packet, out),
        Body::Call(call) => write_call(call, out),
        Body::Channel(channel) => write_channel(channel, out),
        Body::Announcement { text } | Body::Solitaire { text } => out.line(text),
        Body::Post(post) => write_post(post, out),
        Body::Articles { items } => {
            for item in items {
                let mut lines = Lines::default();
                write_link(item, &mut lines);
                out.indented("| ", &lines.text);
            }
        }
        Body::Card(card) => write_named_card(card, out),
        Body::Payment(payment) => write_payment(payment, out),
        Body::Unknown { raw_type, text } => {
            out.field("type", Some(raw_type));
            out.line(text);
        }
        // The rest has no fields beside its attachments or is written by its own function.
        Body::Picture
        | Body::Text { .. }
        | Body::Notice(_)
        | Body::Quote(_)
        | Body::MergedHistory(_)
        | Body::Mixed { .. }
        | Body::Mail(_)
        | Body::Recall(_) => {}
    }
}

fn write_post(post: &Post, out: &mut Lines) {
    out.line(post.text.as_deref().unwrap_or_default());
    if let Some(location) = &post.location {
        write_location(location, out);
    }
    if let Some(link) = &post.link {
        out.line(&format!("[{}]", link.kind.label()));
        write_link(link, out);
    }
    out.field("visible to", post.audience.as_deref());
    out.field("liked by", Some(&post.likes.join(", ")));
    for comment in &post.comments {
        let id = comment.author_id.as_ref().map(|id| format!("({id})"));
        let answers = comment.answers.as_ref().map(|name| format!("to {name}"));
        let head = [comment.author.as_deref(), id.as_deref(), answers.as_deref(), comment.time.as_deref()];
        let head: Vec<&str> = head.into_iter().flatten().collect();
        let mut lines = Lines::default();
        lines.line(&format!("[Comment] {}", head.join(" ")));
        lines.line(&comment.text);
        out.indented("| ", &lines.text);
    }
}

fn write_parts(parts: &[Part], attachments: &[Attachment], out: &mut Lines) {
    for part in parts {
        let own = part.attachment.and_then(|index| attachments.get(index));
        part.body.write(own.map(std::slice::from_ref).unwrap_or_default(), out);
    }
}

fn write_named_card(card: &Card, out: &mut Lines) {
    if let CardKind::Other(kind) = &card.card {
        out.field("kind", Some(kind));
    }
    out.field("title", card.title.as_deref());
    out.line(card.text.as_deref().unwrap_or_default());
    for fact in &card.facts {
        out.field(&fact.name, Some(&fact.value));
    }
    out.field("address", card.url.as_deref());
}

fn write_payment(payment: &Payment, out: &mut Lines) {
    out.field("transaction type", payment.what.as_deref());
    out.field("direction", payment.direction.as_deref());
    out.field("amount", payment.amount.as_deref());
    out.field("counterparty", payment.counterparty.as_deref());
    out.field("goods", payment.goods.as_deref());
    out.field("method", payment.method.as_deref());
    out.field("state", payment.state.as_deref());
    out.field("transaction", payment.transaction_id.as_deref());
    out.field("merchant number", payment.merchant_id.as_deref());
    out.field("note", payment.memo.as_deref());
}

fn write_mail(mail: &Mail, out: &mut Lines) {
    out.field("Subject", mail.subject.as_deref());
    out.field("To", Some(&mail.to.join("; ")));
    out.field("Cc", Some(&mail.cc.join("; ")));
    out.field("Bcc", Some(&mail.bcc.join("; ")));
    out.line(&mail.text);
}

fn write_location(location: &Location, out: &mut Lines) {
    out.field("place", location.name.as_deref());
    out.field("address", location.address.as_deref());
    if let (Some(latitude), Some(longitude)) = (&location.latitude, &location.longitude) {
        out.field("coordinates", Some(&format!("{latitude}, {longitude}")));
    }
}

fn write_contact(card: &ContactCard, out: &mut Lines) {
    out.field("name", card.name.as_deref());
    out.field("account", card.native_id.as_deref());
    out.field("alias", card.alias.as_deref());
    out.field("note", card.note.as_deref());
}

fn write_link(link: &Link, out: &mut Lines) {
    out.field("title", link.title.as_deref());
    out.field("description", link.description.as_deref());
    out.field("source", link.source.as_deref());
    out.field("address", link.url.as_deref());
}

fn write_mini_program(program: &MiniProgram, out: &mut Lines) {
    out.field("name", program.name.as_deref());
    out.field("title", program.title.as_deref());
    out.field("app id", program.app_id.as_deref());
    out.field("page", program.page.as_deref());
    out.field("address", program.url.as_deref());
}

fn write_transfer(transfer: &Transfer, out: &mut Lines) {
    out.field("amount", transfer.amount.as_deref());
    out.field("state", transfer.state.as_ref().map(|s| s.label()));
    out.field("note", transfer.memo.as_deref());
    out.field("payer", transfer.payer.as_deref());
    out.field("receiver", transfer.receiver.as_deref());
    out.field("transaction", transfer.transaction_id.as_deref());
    out.field("transfer id", transfer.transfer_id.as_deref());
}

fn write_red_packet(packet: &RedPacket, out: &mut Lines) {
    out.field("greeting", packet.greeting.as_deref());
    out.field("amount", packet.amount.as_deref());
    out.field("state", packet.state.as_deref());
    out.field("transaction", packet.transaction_id.as_deref());
}

fn write_call(call: &Call, out: &mut Lines) {
    out.field("outcome", call.outcome.as_ref().map(|o| o.label()));
    out.field("duration", call.duration_ms.map(human_duration).as_deref());
    out.line(&call.text);
}

fn write_channel(channel: &Channel, out: &mut Lines) {
    out.field("name", channel.name.as_deref());
    out.field("description", channel.description.as_deref());
    out.field("address", channel.url.as_deref());
}

fn write_quote(quote: &Quote, out: &mut Lines) {
    out.line(&quote.text);
    let mut quoted = Lines::default();
    let head = [quote.sender.as_deref(), quote.sender_id.as_deref(), quote.time.as_deref()];
    let head: Vec<&str> = head.into_iter().flatten().collect();
    quoted.line(&format!("[Quote] {}", head.join(" ")));
    if let Some(body) = &quote.quoted {
        body.write(&[], &mut quoted);
    }
    out.indented("> ", &quoted.text);
}

fn write_history(history: &MergedHistory, attachments: &[Attachment], out: &mut Lines) {
    out.line(&format!("[Merged chat history] {}", history.title.as_deref().unwrap_or_default()));
    for item in &history.items {
        let mut lines = Lines::default();
        write_history_item(item, attachments, &mut lines);
        out.indented("| ", &lines.text);
    }
}

fn write_history_item(item: &HistoryItem, attachments: &[Attachment], out: &mut Lines) {
    let head = [item.sender.as_deref(), item.time.as_deref()];
    let head: Vec<&str> = head.into_iter().flatten().collect();
    out.line(&head.join(" "));
    match &*item.body {
        Body::MergedHistory(nested) => write_history(nested, attachments, out),
        body => {
            let own = item.attachment.and_then(|index| attachments.get(index));
            body.write(own.map(std::slice::from_ref).unwrap_or_default(), out);
        }
    }
}

fn write_recall(recall: &Recall, attachments: &[Attachment], out: &mut Lines) {
    out.line(&recall.text);
    if let Some(body) = &recall.recalled {
        let mut lines = Lines::default();
        lines.line("[Recalled content]");
        body.write(attachments, &mut lines);
        out.indented("| ", &lines.text);
    }
}

/// Lines under construction; empty ones that carry nothing are not written.
#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn line(&mut self, line: &str) {
        if line.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line);
    }

    fn field(&mut self, label: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            self.line(&format!("{label}: {value}"));
        }
    }

    fn indented(&mut self, mark: &str, text: &str) {
        for line in text.split('\n') {
            self.line(&format!("{mark}{line}"));
        }
    }
}

/// Returns a number of bytes for people, exact below 10,000 and with one decimal above.
pub fn human_size(bytes: u64) -> String {
    const STEPS: [(&str, u64); 3] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    for (unit, step) in STEPS {
        if bytes >= step.max(10_000) {
            return format!("{}.{} {unit}", bytes / step, bytes % step * 10 / step);
        }
    }
    format!("{bytes} bytes")
}

/// Returns a duration for people: `0:07`, `12:30`, `1:02:03`.
pub fn human_duration(milliseconds: u64) -> String {
    // Any started second counts, as the app itself counts a voice message.
    let seconds = milliseconds.div_ceil(1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = String::new();
    let _ = match hours {
        0 => write!(text, "{minutes}:{seconds:02}"),
        _ => write!(text, "{hours}:{minutes:02}:{seconds:02}"),
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nested_history_keeps_every_level() {
        let inner = Body::MergedHistory(MergedHistory {
            title: Some("inner".into()),
            items: vec![HistoryItem {
                sender: Some("C".into()),
                time: None,
                body: Box::new(Body::text_of("deep\ntext")),
                attachment: None,
            }],
        });
        let outer = Body::MergedHistory(MergedHistory {
            title: Some("outer".into()),
            items: vec![HistoryItem {
                sender: Some("B".into()),
                time: Some("2024-03-05 10:00".into()),
                body: Box::new(inner),
                attachment: None,
            }],
        });
        assert_eq!(
            outer.text(&[]),
            "[Merged chat history] outer\n| B 2024-03-05 10:00\n| [Merged chat history] inner\n| | C\n| | deep\n| | text"
        );
    }

    #[test]
    fn sizes_and_durations_read_well() {
        let rows =
            [(0, "0 bytes"), (9_999, "9999 bytes"), (10_000, "10.0 kB"), (48_213, "48.2 kB"), (5_249_999, "5.2 MB")];
        for (bytes, text) in rows {
            assert_eq!(human_size(bytes), text);
        }
        let rows = [(0, "0:00"), (1, "0:01"), (6_999, "0:07"), (750_000, "12:30"), (3_723_000, "1:02:03")];
        for (milliseconds, text) in rows {
            assert_eq!(human_duration(milliseconds), text);
        }
    }
}
