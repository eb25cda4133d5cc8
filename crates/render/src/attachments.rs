//! Attachments where they were sent: pictures in line, the others by name, each with its Bates range.

use duces_model::{AttachmentRole, Content, EntryAttachment, EntryState, human_size};

use crate::codes::PICTURE_REFUSED;
use crate::flow::{Align, Column, baseline};
use crate::page::{Area, Milli, Op, SlotKind};
use crate::picture::Picture;
use crate::sheet::Sheet;
use crate::style::{DETAIL, NOTE, leading};

/// Stickers and previews are small wherever they are seen.
const SMALL: Milli = 84_000;

/// An attachment and what this document says about it.
pub(crate) type Shown<'t> = ShownAttachment<'t>;

/// An attachment of the message being laid out.
#[derive(Clone, Copy)]
pub(crate) struct ShownAttachment<'t>(pub(crate) &'t EntryAttachment);

impl ShownAttachment<'_> {
    /// Returns whether the page shows it as a picture.
    pub(crate) fn is_picture(&self) -> bool {
        self.0.show && self.0.attachment.digest().is_some() && !matches!(self.0.state, EntryState::Withheld(_))
    }
}

impl Sheet<'_> {
    /// Appends what hangs on a message. A file's name is left out where the card already says it.
    pub(crate) fn attachments(&mut self, hung: &[Shown<'_>], declared: Option<&str>, column: Column) {
        for shown in hung {
            if let EntryState::Withheld(word) = &shown.0.state {
                self.field("Withheld", Some(if word.is_empty() { "withheld" } else { word }), column);
            } else if shown.is_picture() {
                self.picture(shown, column);
            } else {
                self.named(shown, declared, column);
            }
        }
    }

    /// Appends an attachment by name, size, and where it is produced or why it is not.
    fn named(&mut self, shown: &Shown<'_>, declared: Option<&str>, column: Column) {
        let attachment = &shown.0.attachment;
        let name = attachment.name.as_deref().filter(|name| Some(*name) != declared);
        let label = match attachment.role {
            AttachmentRole::File => "File name",
            role => role.label(),
        };
        self.field(label, name, column);
        if let Content::Stored { size, .. } = attachment.content {
            self.field("Size", Some(&human_size(size)), column);
        }
        match (&shown.0.state, &attachment.content) {
            (EntryState::Child(ordinal), _) => self.produced_as(*ordinal, column),
            (EntryState::Missing, Content::Missing(reason)) => {
                let text = format!("{}: {reason}", attachment.role.label());
                self.field("Not produced", Some(&text), column);
            }
            (EntryState::Missing, Content::Stored { .. }) => {
                let text = format!("{}: could not be read", attachment.role.label());
                self.field("Not produced", Some(&text), column);
            }
            (EntryState::Inline, _) if name.is_none() => {
                self.field(attachment.role.label(), Some("part of this message, not shown"), column);
            }
            (EntryState::Inline | EntryState::Withheld(_), _) => {}
        }
    }

    /// Appends the place for the Bates range under which an attachment is produced.
    fn produced_as(&mut self, ordinal: u32, column: Column) {
        let (labels, values) = Self::field_columns(column);
        let width = self.range_width(DETAIL.size);
        if values.width == column.width || values.width < width {
            self.flow.paragraph("Produced as", column, NOTE, Align::Start);
            self.flow.keep_last();
            let place = Column { x: column.x, width: width.min(column.width) };
            self.flow.row(leading(&DETAIL), false, |flow| {
                flow.draw_slot(SlotKind::ChildRange(ordinal), place, baseline(&DETAIL), DETAIL, false);
            });
            return;
        }
        self.flow.row(leading(&DETAIL), false, |flow| {
            flow.draw_one("Produced as", labels, baseline(&DETAIL), NOTE, Align::Start);
            let place = Column { x: values.x, width };
            flow.draw_slot(SlotKind::ChildRange(ordinal), place, baseline(&DETAIL), DETAIL, false);
        });
    }

    fn picture(&mut self, shown: &Shown<'_>, column: Column) {
        let Some(digest) = shown.0.attachment.digest() else { return };
        let picture = match self.gallery.picture(&digest) {
            Ok(picture) => picture,
            Err(refusal) => {
                let name = shown.0.attachment.display_name();
                self.find(&PICTURE_REFUSED, format!("`{name}`: {refusal}"));
                self.named(shown, None, column);
                self.field("Not shown", Some(&refusal.to_string()), column);
                return;
            }
        };
        let small = matches!(shown.0.attachment.role, AttachmentRole::Sticker | AttachmentRole::Thumbnail);
        let (width, height) = self.fitted(&picture, small, column);
        self.flow.gap(2_000);
        self.flow.row(height + 3_000, true, |flow| {
            let area = Area { x: column.x, y: 1_000, width, height };
            flow.ops.push(Op::Picture(area, picture));
        });
        self.caption(shown, column);
    }

    /// Returns how large a picture is drawn: at 96 pixels an inch, at most 60% of the page's text width.
    fn fitted(&self, picture: &Picture, small: bool, column: Column) -> (Milli, Milli) {
        let content = self.paper.content();
        let (widest, highest) =
            if small { (SMALL, SMALL) } else { (content.width * 6 / 10, content.height * 42 / 100) };
        fit(picture, widest.min(column.width), highest)
    }

    fn caption(&mut self, shown: &Shown<'_>, column: Column) {
        let attachment = &shown.0.attachment;
        let mut parts = vec![attachment.display_name().to_owned()];
        if attachment.role == AttachmentRole::Thumbnail {
            parts.push("the source's own preview".to_owned());
        }
        parts.extend(attachment.size().map(human_size));
        if !attachment.is_drawn_as_it_is() {
            parts.push(format!("decoded from {}", attachment.mime));
        }
        let text = parts.join(" · ");
        let EntryState::Child(ordinal) = shown.0.state else {
            self.flow.paragraph(&text, column, NOTE, Align::Start);
            return;
        };
        let range = self.range_width(NOTE.size);
        let line = self.flow.setter.set_one(&format!("{text} · "), NOTE.size, Milli::MAX / 4);
        // The mark at the end keeps its space, which a line on its own would drop.
        let after = line.width + crate::page::scaled(NOTE.size, 224);
        if after + range <= column.width {
            self.flow.row(leading(&NOTE), false, |flow| {
                flow.draw(&line, column.x, baseline(&NOTE), NOTE);
                let place = Column { x: column.x + after, width: range };
                flow.draw_slot(SlotKind::ChildRange(ordinal), place, baseline(&NOTE), NOTE, false);
            });
        } else {
            self.flow.paragraph(&text, column, NOTE, Align::Start);
            self.flow.keep_last();
            let place = Column { x: column.x, width: range.min(column.width) };
            self.flow.row(leading(&NOTE), false, |flow| {
                flow.draw_slot(SlotKind::ChildRange(ordinal), place, baseline(&NOTE), NOTE, false);
            });
        }
    }
}

/// Returns a picture's size on paper: at 96 pixels an inch, smaller where it would not fit.
pub(crate) fn fit(picture: &Picture, widest: Milli, highest: Milli) -> (Milli, Milli) {
    let (width, height) = (u64::from(picture.width()) * 750, u64::from(picture.height()) * 750);
    let (widest, highest) = (u64::from(widest.unsigned_abs()), u64::from(highest.unsigned_abs()));
    let (mut w, mut h) = (width, height);
    if w > widest {
        (w, h) = (widest, height * widest / width.max(1));
    }
    if h > highest {
        (w, h) = (w * highest / h.max(1), highest);
    }
    let length = |value: u64| Milli::try_from(value.max(500)).unwrap_or(Milli::MAX);
    (length(w), length(h))
}
