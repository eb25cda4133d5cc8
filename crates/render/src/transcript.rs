//! The pages of a transcript, one after the other, a message at a time.

use duces_model::{BlobSource, Cleared, Day, Place, Transcript};

use crate::counted::Counted;
use crate::entry::{Margin, body_column};
use crate::fonts::Fonts;
use crate::head::RunningHead;
use crate::page::Page;
use crate::paginate::Paginator;
use crate::sheet::Sheet;
use crate::style::PageStyle;
use crate::text::Typesetter;

/// Returns the pages of a transcript; each is laid out when it is asked for.
pub fn transcript_pages<'a>(
    transcript: &'a Cleared<Transcript>,
    style: &PageStyle,
    fonts: &'a Fonts,
    pictures: &'a dyn BlobSource,
) -> TranscriptPages<'a> {
    let transcript: &'a Transcript = transcript;
    let place = Place::file(transcript.conversation_id.clone());
    let mut head = RunningHead::new(Typesetter::new(fonts), style.paper, &transcript.title, body_column(style.paper));
    let paginator = Paginator::new(style.paper, &mut head);
    TranscriptPages {
        transcript,
        sheet: Sheet::new(style, fonts, pictures, place),
        head,
        paginator,
        next: None,
        day: None,
        offset: String::new(),
        ended: false,
    }
}

/// Lays a transcript out without keeping its pages: how many there are, and what could not be shown.
pub fn count_pages(
    transcript: &Cleared<Transcript>,
    style: &PageStyle,
    fonts: &Fonts,
    pictures: &dyn BlobSource,
) -> Counted {
    let mut pages = transcript_pages(transcript, style, fonts, pictures);
    let mut count = 0;
    while pages.next().is_some() {
        count += 1;
    }
    pages.counted(count)
}

/// The pages of a transcript as they are asked for.
pub struct TranscriptPages<'a> {
    transcript: &'a Transcript,
    sheet: Sheet<'a>,
    head: RunningHead<'a>,
    paginator: Paginator,
    /// The message to lay out next; before the first stands the opening.
    next: Option<usize>,
    day: Option<Day>,
    offset: String,
    ended: bool,
}

impl TranscriptPages<'_> {
    /// Returns what was found while `pages` pages were laid out.
    fn counted(self, pages: u32) -> Counted {
        Counted::new(pages, self.sheet, self.transcript.conversation_id.clone())
    }

    fn advance(&mut self) {
        self.sheet.flow.clear();
        let Some(index) = self.next else {
            self.next = Some(0);
            self.head.day = self.transcript.first_day.to_string();
            self.sheet.opening(self.transcript);
            self.paginator.place(&self.sheet.flow, None, &mut self.head);
            return;
        };
        let Some(entry) = self.transcript.entries.get(index) else {
            self.ended = true;
            self.paginator.finish();
            return;
        };
        self.next = Some(index + 1);
        let zone = &self.transcript.zone;
        let day = zone.day(entry.sent);
        let offset = zone.offset(entry.sent);
        let mut margin = Margin { time: zone.format(entry.sent, "%H:%M:%S"), offset: None };
        if self.day != Some(day) {
            self.day = Some(day);
            self.head.day = day.to_string();
            self.sheet.day_rule(&format!("{day} · {}", day.weekday()), &offset);
        } else if offset != self.offset {
            margin.offset = Some(offset.clone());
        }
        self.offset = offset;
        let name = entry.sender.as_ref().map_or("notice", |sender| sender.display());
        self.head.message = Some((entry.number, name.to_owned()));
        self.sheet.entry(entry, &margin, zone);
        let id = entry.sender.as_ref().and_then(|sender| sender.native_id.as_deref());
        self.paginator.place(&self.sheet.flow, id, &mut self.head);
    }
}

impl Iterator for TranscriptPages<'_> {
    type Item = Page;

    fn next(&mut self) -> Option<Page> {
        loop {
            if let Some(page) = self.paginator.take() {
                return Some(page);
            }
            if self.ended {
                return None;
            }
            self.advance();
        }
    }
}
