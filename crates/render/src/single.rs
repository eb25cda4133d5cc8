//! Documents of one layout: the slip sheet that stands for a native file or an exception, and a picture's page.

use std::sync::Arc;

use duces_model::{Cleared, Digest};

use crate::attachments::fit;
use crate::flow::{Align, Cell, Column, DecorKind, Flow};
use crate::fonts::Fonts;
use crate::page::{Area, Milli, Op, Page};
use crate::paginate::{PageHead, Paginator};
use crate::picture::{Picture, Refusal};
use crate::style::{BODY, DETAIL, NOTE, PageStyle, TITLE, leading};
use crate::text::Typesetter;

/// What stands in for a document that has no pages of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipSheet {
    /// What it says in large type, such as `Produced in native format`.
    pub title: String,
    /// Facts, each with its label: file name, size, parent.
    pub lines: Vec<(String, String)>,
    /// Why there are no pages, where that is not plain from the title.
    pub reason: Option<String>,
    /// A picture of what is produced, with the words below it that say whose picture it is.
    pub preview: Option<PictureDocument>,
}

/// A picture that is a document of its own.
#[derive(Clone, PartialEq, Eq)]
pub struct PictureDocument {
    /// The bytes as collected.
    pub bytes: Vec<u8>,
    /// What is written under it, its name as a rule.
    pub name: String,
    /// The media type of the file as collected, where these bytes were decoded from it.
    pub decoded_from: Option<String>,
}

impl std::fmt::Debug for PictureDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PictureDocument `{}` of {} bytes", self.name, self.bytes.len())
    }
}

impl PictureDocument {
    fn caption(&self, picture: &Picture) -> String {
        let size = format!("{} · {} x {} pixels", self.name, picture.width(), picture.height());
        match &self.decoded_from {
            Some(media_type) => format!("{size}, decoded from {media_type}"),
            None => size,
        }
    }
}

/// Pages without a head.
struct NoHead(Milli);

impl PageHead for NoHead {
    fn draw(&mut self, _page: &mut Page, number: u32, _continues: bool) -> Milli {
        // Only the first page opens with white space above.
        if number == 1 { self.0 } else { crate::style::MARGIN }
    }
}

fn pages_of(flow: &Flow<'_>, style: &PageStyle, top: Milli) -> Vec<Page> {
    let mut head = NoHead(top);
    let mut paginator = Paginator::new(style.paper, &mut head);
    paginator.place(flow, None, &mut head);
    paginator.finish();
    std::iter::from_fn(|| paginator.take()).collect()
}

/// Returns the pages of a slip sheet: one, unless its facts are very long.
pub fn slip_sheet_pages(sheet: &Cleared<SlipSheet>, style: &PageStyle, fonts: &Fonts) -> Vec<Page> {
    let content = style.paper.content();
    let width = content.width * 3 / 4;
    let frame = Column { x: content.x + (content.width - width) / 2, width };
    let inner = frame.inset(24_000, 24_000);
    let mut flow = Flow::new(Typesetter::new(fonts));
    flow.open(DecorKind::Frame, frame);
    flow.row(16_000, true, |_| {});
    flow.paragraph(&sheet.title, inner, TITLE, Align::Centre);
    flow.keep_last();
    if let Some(reason) = &sheet.reason {
        flow.gap(6_000);
        flow.paragraph(reason, inner, BODY, Align::Centre);
    }
    flow.gap(12_000);
    flow.rule(inner, true);
    flow.gap(8_000);
    let labels = Column { x: inner.x, width: 92_000 };
    let values = inner.inset(100_000, 0);
    for (label, value) in &sheet.lines {
        flow.cells(&[
            Cell { column: labels, text: label, style: NOTE },
            Cell { column: values, text: value, style: DETAIL },
        ]);
        flow.gap(3_000);
    }
    if let Some(preview) = &sheet.preview {
        draw_preview(&mut flow, preview, inner, content.height / 3);
    }
    flow.gap(10_000);
    flow.row(1_000, false, |_| {});
    flow.close();
    pages_of(&flow, style, content.y + content.height / 4)
}

/// Appends a preview with the words below it; where it cannot be shown, those say so.
fn draw_preview(flow: &mut Flow<'_>, preview: &PictureDocument, inner: Column, highest: Milli) {
    flow.gap(8_000);
    match Picture::read(&preview.bytes, Digest::of(&preview.bytes)) {
        Ok(picture) => {
            let caption = preview.caption(&picture);
            let (width, height) = fit(&picture, inner.width, highest);
            let area = Area { x: inner.x + (inner.width - width) / 2, y: 0, width, height };
            flow.row(height, true, |flow| flow.ops.push(Op::Picture(area, Arc::new(picture))));
            flow.gap(3_000);
            flow.paragraph(&caption, inner, NOTE, Align::Centre);
        }
        Err(refusal) => {
            flow.paragraph(&format!("{}: {refusal}", preview.name), inner, NOTE, Align::Centre);
        }
    }
}

/// Returns the page of a picture: fitted to the page, its name and size in pixels below.
pub fn picture_pages(
    document: &Cleared<PictureDocument>,
    style: &PageStyle,
    fonts: &Fonts,
) -> Result<Vec<Page>, Refusal> {
    let picture = Picture::read(&document.bytes, Digest::of(&document.bytes))?;
    let content = style.paper.content();
    let caption = document.caption(&picture);
    let mut flow = Flow::new(Typesetter::new(fonts));
    let lines = Milli::try_from(flow.setter.set(&caption, NOTE.size, content.width)).unwrap_or(1).min(12);
    let below = 8_000 + lines * leading(&NOTE);
    let (width, height) = fit(&picture, content.width, content.height - below);
    let area = Area { x: content.x + (content.width - width) / 2, y: 0, width, height };
    flow.setter.reset();
    flow.row(height, true, |flow| flow.ops.push(Op::Picture(area, Arc::new(picture))));
    flow.gap(8_000);
    let whole = Column { x: content.x, width: content.width };
    flow.paragraph(&caption, whole, NOTE, Align::Centre);
    flow.keep_together(0, content.height);
    Ok(pages_of(&flow, style, content.y))
}
