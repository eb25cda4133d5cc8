//! What a message of Graph says: its text with pictures, quotes, cards and files where they stand in it.

use std::collections::BTreeSet;

use duces_model::{AttachmentRole, Body, Fact, Part, Quote, SourceBytes};

use super::attachment::{self, At, Hung};
use super::keys::Keys;
use super::pieces::{self, Picture, Piece};
use crate::carried;
use crate::codes;
use crate::composed::SentFile;
use crate::draft::Draft;
use crate::media::Hint;
use crate::sink::Sink;

/// The text that the service gives a picture which nobody described.
const NO_DESCRIPTION: &str = "image";

/// The parts of a message as far as they were put together.
#[derive(Default)]
struct Parts {
    parts: Vec<Part>,
    files: Vec<SentFile>,
    facts: Vec<Fact>,
    /// A quote whose answer has not come yet.
    quote: Option<Quote>,
    reply_to: Option<String>,
}

/// Returns what a message says.
pub(super) fn draft(message: &Keys<'_>, at: &At<'_>, sink: &mut Sink) -> Draft {
    let body = message.object("body").unwrap_or_default();
    let content = body.text("content").unwrap_or_default();
    let is_html = body.text("contentType").is_some_and(|kind| kind.eq_ignore_ascii_case("html"));
    let pieces = if is_html { pieces::of(&content) } else { vec![Piece::Text(content)] };
    let several = pieces.len() > 1;
    let hosted = message.objects("hostedContents");
    let attachments = message.objects("attachments");
    let (mut parts, mut used) = (Parts::default(), BTreeSet::new());
    for piece in pieces {
        match piece {
            // White space alone between a picture and a file is none of what was said.
            Piece::Text(text) if text.is_empty() || several && text.chars().all(char::is_whitespace) => {}
            Piece::Text(text) => parts.text(text),
            Piece::Picture(picture) => parts.picture(&picture, &hosted, at, sink),
            Piece::Mark(id) => {
                let found = attachments.iter().enumerate().find(|(_, one)| one.text("id").as_deref() == Some(&id));
                match found {
                    Some((number, one)) if used.insert(number) => parts.attachment(one, at, sink),
                    Some(_) => {}
                    None => parts.text(format!("[attachment {id}]")),
                }
            }
        }
    }
    for (_, one) in attachments.iter().enumerate().filter(|(number, _)| !used.contains(number)) {
        parts.attachment(one, at, sink);
    }
    parts.unmentioned(&hosted, at, sink);
    parts.finish()
}

impl Parts {
    fn body(&mut self, body: Body) {
        self.answer(String::new());
        self.parts.push(Part { body: Box::new(body), attachment: None });
    }

    fn text(&mut self, text: String) {
        if self.quote.is_some() {
            self.answer(text);
        } else {
            self.parts.push(Part { body: Box::new(Body::text_of(text)), attachment: None });
        }
    }

    /// Ends a quote with its answer.
    fn answer(&mut self, text: String) {
        if let Some(quote) = self.quote.take() {
            self.parts.push(Part { body: Box::new(Body::Quote(Quote { text, ..quote })), attachment: None });
        }
    }

    fn file(&mut self, file: SentFile) {
        self.answer(String::new());
        self.parts.push(Part { body: Box::new(file.body()), attachment: Some(self.files.len()) });
        self.files.push(file);
    }

    fn picture(&mut self, picture: &Picture, hosted: &[Keys<'_>], at: &At<'_>, sink: &mut Sink) {
        let mut file = attachment::picture(picture);
        let id = attachment::hosted_id(&picture.source);
        let within = hosted.iter().find(|one| id.is_some() && id == hosted_name(one));
        let inline = picture.source.strip_prefix("data:").and_then(|data| data.split_once("base64,"));
        let bytes = within.and_then(|one| one.text("contentBytes")).or_else(|| inline.map(|(_, data)| data.to_owned()));
        file.hint.bytes = bytes.map(|text| bytes_of(&text, at, sink));
        let description = picture.description.clone().filter(|text| !text.eq_ignore_ascii_case(NO_DESCRIPTION));
        self.facts.extend(description.map(|text| Fact::new("picture described as", text)));
        self.file(file);
    }

    fn attachment(&mut self, one: &Keys<'_>, at: &At<'_>, sink: &mut Sink) {
        match attachment::of(one, at, &mut self.facts, sink) {
            Hung::File(file) => self.file(file),
            Hung::Body(body) => self.body(body),
            Hung::Quoted(quote) => {
                self.answer(String::new());
                self.reply_to = self.reply_to.take().or_else(|| quote.native_id.clone());
                self.quote = Some(quote);
            }
            Hung::Forwarded(sender, time, pieces) => {
                let (body, files) = attachment::forwarded(sender, time, pieces, self.files.len());
                self.body(body);
                self.files.extend(files);
            }
        }
    }

    /// Adds what is kept with the message and does not stand in its text.
    fn unmentioned(&mut self, hosted: &[Keys<'_>], at: &At<'_>, sink: &mut Sink) {
        let known: BTreeSet<String> = self.files.iter().flat_map(|file| file.hint.stems.iter().cloned()).collect();
        for one in hosted {
            let (Some(bytes), name) = (one.text("contentBytes"), hosted_name(one)) else { continue };
            if name.as_ref().is_some_and(|name| known.contains(name)) {
                continue;
            }
            let is_picture = one.text("contentType").is_none_or(|kind| kind.starts_with("image/"));
            let role = if is_picture { AttachmentRole::Picture } else { AttachmentRole::File };
            let bytes = Some(bytes_of(&bytes, at, sink));
            self.file(SentFile {
                role,
                name: None,
                size: None,
                duration_ms: None,
                hint: Hint { bytes, ..Hint::default() },
            });
        }
    }

    fn finish(mut self) -> Draft {
        self.answer(String::new());
        let body = match self.parts.len() {
            0 => Body::text_of(""),
            1 => self.parts.pop().map_or_else(|| Body::text_of(""), |part| *part.body),
            _ => Body::Mixed { parts: self.parts },
        };
        let mut draft = Draft::plain(body);
        draft.attachments = self.files.into_iter().map(SentFile::attachment).collect();
        draft.marks.facts = self.facts;
        draft.marks.reply_to = self.reply_to;
        draft
    }
}

/// Content that is kept with a message has an id; one that a tool is about to send has a passing one.
fn hosted_name(one: &Keys<'_>) -> Option<String> {
    one.text_in(&["id", "@microsoft.graph.temporaryId"])
}

fn bytes_of(text: &str, at: &At<'_>, sink: &mut Sink) -> SourceBytes {
    let carried = carried::base64(text.as_bytes());
    if carried.damaged {
        let text = "the bytes of a picture are damaged where they were made text; they were read as far as they go";
        sink.finding(&codes::BAD_PACKED, at.place, text);
    }
    SourceBytes::new(carried.bytes)
}
