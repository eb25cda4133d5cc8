//! What each kind of message looks like: text as text, everything else as a card that names its kind in words.

use duces_model::{Body, Call, Channel, ContactCard, Link, Location, MiniProgram, RedPacket, Transfer, human_duration};

use crate::attachments::Shown;
use crate::flow::{Align, Cell, Column, DecorKind};
use crate::page::Milli;
use crate::sheet::Sheet;
use crate::style::{BODY, DETAIL, NOTE, NOTE_BOLD};

/// How wide the column of labels is within a card.
const LABELS: Milli = 66_000;
/// Cards are no wider than this, so that a short one does not look lost.
const CARD: Milli = 330_000;
/// A card no higher than this stays on one page.
pub(crate) const WHOLE_CARD: Milli = 200_000;

impl Sheet<'_> {
    /// Appends the content of a message. `depth` counts the quotes and histories around it.
    pub(crate) fn body(&mut self, body: &Body, hung: &[Shown<'_>], column: Column, depth: usize) {
        match body {
            Body::Text { text } => {
                let style = if depth == 0 { BODY } else { DETAIL };
                self.text(text, column, style);
                self.attachments(hung, None, column);
            }
            Body::Picture => self.pictures_or_card(body, hung, column),
            Body::Sticker { .. } if hung.iter().any(Shown::is_picture) => self.sticker(body, hung, column),
            Body::Quote(quote) => self.quote(quote, hung, column, depth),
            Body::MergedHistory(history) => self.history(history, hung, column, depth),
            Body::Recall(recall) => self.recall(recall, hung, column, depth),
            Body::Mixed { parts } => self.parts(parts, hung, column, depth),
            Body::Notice(notice) => {
                self.notice(&notice.text, column);
                self.attachments(hung, None, column);
            }
            other => self.card(other, hung, column),
        }
    }

    /// Appends text as it was written; nothing at all is said to be nothing.
    pub(crate) fn text(&mut self, text: &str, column: Column, style: crate::page::TextStyle) {
        if text.is_empty() {
            self.flow.paragraph("(empty)", column, NOTE, Align::Start);
        } else {
            self.flow.paragraph(text, column, style, Align::Start);
        }
    }

    /// Appends a notice by the app, centred.
    pub(crate) fn notice(&mut self, text: &str, column: Column) {
        self.flow.paragraph(text, column, crate::page::TextStyle { grey: NOTE.grey, ..DETAIL }, Align::Centre);
    }

    fn pictures_or_card(&mut self, body: &Body, hung: &[Shown<'_>], column: Column) {
        if hung.iter().any(Shown::is_picture) {
            self.attachments(hung, None, column);
        } else {
            self.card(body, hung, column);
        }
    }

    fn sticker(&mut self, body: &Body, hung: &[Shown<'_>], column: Column) {
        let caption = match body {
            Body::Sticker { caption: Some(caption), .. } => format!("Sticker · {caption}"),
            _ => "Sticker".to_owned(),
        };
        self.flow.paragraph(&caption, column, NOTE, Align::Start);
        self.flow.keep_last();
        self.attachments(hung, None, column);
        if let Body::Sticker { url: Some(url), .. } = body {
            self.flow.paragraph(url, column, NOTE, Align::Start);
        }
    }

    /// Opens a card, lets `fill` append to it within its frame, and closes it.
    pub(crate) fn framed(&mut self, label: &str, column: Column, wide: bool, fill: impl FnOnce(&mut Self, Column)) {
        let width = if wide { column.width } else { column.width.min(CARD) };
        let frame = Column { x: column.x, width };
        let inner = frame.inset(8_000, 8_000);
        let first = self.flow.pieces.len();
        self.flow.gap(2_000);
        self.flow.open(DecorKind::Frame, frame);
        self.flow.paragraph(label, inner, NOTE_BOLD, Align::Start);
        self.flow.keep_last();
        self.flow.gap(1_500);
        fill(self, inner);
        self.flow.close();
        self.flow.keep_together(first, WHOLE_CARD);
    }

    fn card(&mut self, body: &Body, hung: &[Shown<'_>], column: Column) {
        self.framed(body.label(), column, false, |sheet, inner| {
            sheet.card_fields(body, inner);
            let declared = match body {
                Body::File { name, .. } => Some(name.as_str()),
                _ => None,
            };
            sheet.attachments(hung, declared, inner);
        });
    }

    fn card_fields(&mut self, body: &Body, column: Column) {
        match body {
            Body::Voice { duration_ms, transcript } => {
                self.field("Duration", duration_ms.map(human_duration).as_deref(), column);
                self.field("Transcript", transcript.as_deref(), column);
            }
            Body::Video { duration_ms } => {
                self.field("Duration", duration_ms.map(human_duration).as_deref(), column);
            }
            Body::Sticker { caption, url } => {
                self.field("Caption", caption.as_deref(), column);
                self.field("Address", url.as_deref(), column);
            }
            Body::File { name, size } => {
                self.field("File name", Some(name), column);
                self.field("Size as sent", size.map(duces_model::human_size).as_deref(), column);
            }
            Body::Location(location) => self.location(location, column),
            Body::ContactCard(card) => self.contact(card, column),
            Body::FriendRequest { card, text } => {
                self.contact(card, column);
                self.field("Message", Some(text), column);
            }
            Body::Link(link) => self.link(link, column),
            Body::MiniProgram(program) => self.mini_program(program, column),
            Body::Transfer(transfer) => self.transfer(transfer, column),
            Body::RedPacket(packet) => self.red_packet(packet, column),
            Body::Call(call) => self.call(call, column),
            Body::Channel(channel) => self.channel(channel, column),
            Body::Announcement { text } | Body::Solitaire { text } => self.text(text, column, DETAIL),
            Body::Post(post) => self.post(post, column),
            Body::Articles { items } => self.articles(items, column),
            Body::Card(card) => self.named_card(card, column),
            Body::Payment(payment) => self.payment(payment, column),
            Body::Mail(mail) => self.mail(mail, column),
            Body::Unknown { raw_type, text } => {
                self.field("Type", Some(raw_type), column);
                self.field("Shown as", Some(text), column);
            }
            // These are laid out by their own functions.
            Body::Picture
            | Body::Text { .. }
            | Body::Notice(_)
            | Body::Quote(_)
            | Body::MergedHistory(_)
            | Body::Mixed { .. }
            | Body::Recall(_) => {}
        }
    }

    /// Appends a label and its value, where there is one.
    pub(crate) fn field(&mut self, label: &str, value: Option<&str>, column: Column) {
        let Some(value) = value.filter(|value| !value.is_empty()) else { return };
        let values = column.inset(LABELS, 0);
        if values.width == column.width {
            // Too narrow for two columns.
            self.flow.paragraph(label, column, NOTE, Align::Start);
            self.flow.keep_last();
            self.flow.paragraph(value, column, DETAIL, Align::Start);
            return;
        }
        let labels = Column { x: column.x, width: LABELS - 4_000 };
        self.flow.cells(&[
            Cell { column: labels, text: label, style: NOTE },
            Cell { column: values, text: value, style: DETAIL },
        ]);
    }

    /// Returns the columns of labels and values of a card, where there is room for both.
    pub(crate) fn field_columns(column: Column) -> (Column, Column) {
        (Column { x: column.x, width: LABELS - 4_000 }, column.inset(LABELS, 0))
    }

    pub(crate) fn location(&mut self, location: &Location, column: Column) {
        self.field("Place", location.name.as_deref(), column);
        self.field("Address", location.address.as_deref(), column);
        let coordinates = match (&location.latitude, &location.longitude) {
            (None, None) => None,
            (latitude, longitude) => {
                let part = |p: &Option<String>| p.clone().unwrap_or_else(|| "?".to_owned());
                Some(format!("{}, {}", part(latitude), part(longitude)))
            }
        };
        self.field("Coordinates", coordinates.as_deref(), column);
    }

    fn contact(&mut self, card: &ContactCard, column: Column) {
        self.field("Name", card.name.as_deref(), column);
        self.field("Account", card.native_id.as_deref(), column);
        self.field("Alias", card.alias.as_deref(), column);
        self.field("Note", card.note.as_deref(), column);
    }

    pub(crate) fn link(&mut self, link: &Link, column: Column) {
        self.field("Title", link.title.as_deref(), column);
        self.field("Description", link.description.as_deref(), column);
        self.field("Source", link.source.as_deref(), column);
        self.field("Address", link.url.as_deref(), column);
    }

    fn mini_program(&mut self, program: &MiniProgram, column: Column) {
        self.field("Name", program.name.as_deref(), column);
        self.field("Title", program.title.as_deref(), column);
        self.field("App id", program.app_id.as_deref(), column);
        self.field("Page", program.page.as_deref(), column);
        self.field("Address", program.url.as_deref(), column);
    }

    fn transfer(&mut self, transfer: &Transfer, column: Column) {
        self.field("Amount", transfer.amount.as_deref(), column);
        self.field("State", transfer.state.as_ref().map(|state| state.label()), column);
        self.field("Note", transfer.memo.as_deref(), column);
        self.field("Payer", transfer.payer.as_deref(), column);
        self.field("Receiver", transfer.receiver.as_deref(), column);
        self.field("Transaction", transfer.transaction_id.as_deref(), column);
        self.field("Transfer id", transfer.transfer_id.as_deref(), column);
    }

    fn red_packet(&mut self, packet: &RedPacket, column: Column) {
        self.field("Greeting", packet.greeting.as_deref(), column);
        self.field("Amount", packet.amount.as_deref(), column);
        self.field("State", packet.state.as_deref(), column);
        self.field("Transaction", packet.transaction_id.as_deref(), column);
    }

    fn call(&mut self, call: &Call, column: Column) {
        self.field("Outcome", call.outcome.as_ref().map(|outcome| outcome.label()), column);
        self.field("Duration", call.duration_ms.map(human_duration).as_deref(), column);
        self.field("Shown as", Some(&call.text), column);
    }

    fn channel(&mut self, channel: &Channel, column: Column) {
        self.field("Name", channel.name.as_deref(), column);
        self.field("Description", channel.description.as_deref(), column);
        self.field("Address", channel.url.as_deref(), column);
    }
}
