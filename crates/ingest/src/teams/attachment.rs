//! What hangs on a message of Graph: files that lie elsewhere, messages that are quoted or forwarded, cards.

use duces_model::{AttachmentRole, Body, CardKind, Fact, HistoryItem, MergedHistory, Place, Quote, Sender};

use super::card;
use super::keys::Keys;
use super::names::Names;
use super::people;
use super::pieces::{self, Piece};
use crate::codes;
use crate::composed::SentFile;
use crate::draft::Draft;
use crate::media::{self, Hint};
use crate::sink::Sink;
use crate::source::Source;

/// What an attachment is.
pub(super) enum Hung {
    File(SentFile),
    Body(Body),
    /// A message that this one answers; the text behind its mark is the answer.
    Quoted(Quote),
    /// Messages that were passed on, with what hung on them.
    Forwarded(Option<Sender>, Option<String>, Vec<Piece>),
}

/// Kinds of content with a rule of their own. Others are cards or files by the beginning of their name, or unknown.
const FILE: &[&str] = &["reference", "file", "application/vnd.microsoft.teams.file.download.info"];
const QUOTED: &str = "messageReference";
const FORWARDED: &str = "forwardedMessageReference";
const ANNOUNCED: &str = "application/vnd.microsoft.teams.messaging-announcementBanner";
const MEETING: &str = "meetingReference";
const CARDS: &[&str] = &["application/vnd.microsoft.card.", "application/vnd.microsoft.teams.card."];
const MEDIA: &[&str] = &["image/", "video/", "audio/"];

/// Where an attachment is read.
pub(super) struct At<'a> {
    pub(super) source: &'a Source,
    pub(super) names: &'a Names,
    pub(super) place: &'a Place,
}

/// Returns what an attachment is; its address is added to the facts.
pub(super) fn of(attachment: &Keys<'_>, at: &At<'_>, facts: &mut Vec<Fact>, sink: &mut Sink) -> Hung {
    let kind = attachment.text("contentType").unwrap_or_default();
    let name = attachment.text("name");
    let content = attachment.text("content");
    let url = attachment.text("contentUrl");
    let begins = |with: &[&str]| with.iter().any(|start| kind.starts_with(start));
    match kind.as_str() {
        _ if FILE.contains(&kind.as_str()) || begins(MEDIA) => {
            Hung::File(file(attachment.text("id"), name, url, &kind, at, facts, sink))
        }
        QUOTED | FORWARDED => {
            let text = content.unwrap_or_default();
            let referred = Keys::of(&text).unwrap_or_default();
            referred_to(&referred, attachment.text("id"), at.names)
        }
        ANNOUNCED => {
            let text = content.as_deref().and_then(Keys::of).and_then(|keys| keys.text("title"));
            Hung::Body(Body::Announcement { text: text.or(name).unwrap_or_default() })
        }
        MEETING => Hung::Body(card::of(CardKind::Meeting, name, url, content.as_deref())),
        _ if begins(CARDS) => Hung::Body(card::of(CardKind::App, name, url, content.as_deref())),
        _ => {
            let text = name.or(content).or(url).unwrap_or_default();
            let raw_type = if kind.is_empty() { "attachment without a type".to_owned() } else { kind };
            Hung::Body(Draft::unknown(raw_type, &text, at.place, sink).body)
        }
    }
}

/// A file lies in the organisation's storage; its bytes may have been put beside the messages, under its id or its name.
fn file(
    id: Option<String>,
    name: Option<String>,
    url: Option<String>,
    kind: &str,
    at: &At<'_>,
    facts: &mut Vec<Fact>,
    sink: &mut Sink,
) -> SentFile {
    let shown = name.clone().or_else(|| id.clone()).unwrap_or_default();
    let mut hint = Hint { stems: id.into_iter().collect(), ..Hint::default() };
    match url {
        Some(url) if url.contains("://") => facts.push(Fact::new(format!("address of {shown}"), url)),
        url => hint.path = url,
    }
    if let Some(name) = &name {
        match media::lookup(at.source, name).len() {
            0 | 1 => hint.stems.push(name.clone()),
            several => {
                let text = format!("{several} files beside the source are called `{name}`; none was taken for it");
                sink.finding(&codes::FILE_AMBIGUOUS, at.place, text);
            }
        }
    }
    let sent = SentFile::named(shown, hint);
    let role = match kind.split('/').next() {
        Some("image") => AttachmentRole::Picture,
        Some("video") => AttachmentRole::Video,
        _ => sent.role,
    };
    SentFile { role, name, ..sent }
}

fn referred_to(referred: &Keys<'_>, id: Option<String>, names: &Names) -> Hung {
    let set = referred.object("originalMessageSender").or_else(|| referred.object("messageSender"));
    let sender = set.and_then(|set| people::of_set(&set, names));
    if let Some(html) = referred.text("originalMessageContent") {
        return Hung::Forwarded(sender, referred.text("originalSentDateTime"), pieces::of(&html));
    }
    let (sender_id, sender) = sender.map_or((None, None), |sender| (sender.native_id, sender.name));
    Hung::Quoted(Quote {
        text: String::new(),
        native_id: referred.text_in(&["messageId", "originalMessageId"]).or(id),
        sender_id,
        sender,
        time: referred.text_in(&["messageDateTime", "originalSentDateTime"]),
        quoted: referred.text("messagePreview").map(|text| Box::new(Body::text_of(text))),
    })
}

/// Returns a picture that the service keeps, by what it may be called beside the messages.
pub(super) fn picture(picture: &pieces::Picture) -> SentFile {
    let hosted = hosted_id(&picture.source);
    let object = hosted.as_deref().and_then(object_id);
    let named = object_of(&picture.source);
    let stems = [picture.item.clone(), hosted, object, named].into_iter().flatten().collect();
    let hint = Hint { stems, ..Hint::default() };
    SentFile { role: AttachmentRole::Picture, name: None, size: None, duration_ms: None, hint }
}

/// Returns the id in `…/hostedContents/ID/$value`.
pub(super) fn hosted_id(address: &str) -> Option<String> {
    let (_, after) = address.split_once("/hostedContents/")?;
    after.split(['/', '?']).next().filter(|id| !id.is_empty()).map(str::to_owned)
}

/// Returns the id in `…/objects/ID/views/…`, the address of an object of the service.
pub(super) fn object_of(address: &str) -> Option<String> {
    let (_, after) = address.split_once("/objects/")?;
    after.split(['/', '?']).next().filter(|id| !id.is_empty()).map(str::to_owned)
}

/// The id of hosted content says in base64 which object of the service it is: `id=x_0-wus-d5-…,type=1,url=…`.
fn object_id(hosted: &str) -> Option<String> {
    let bytes = crate::carried::base64(hosted.as_bytes()).bytes;
    let text = String::from_utf8(bytes).ok()?;
    let id = text.split_once("id=")?.1.split(',').next()?;
    let id = id.trim_start_matches("x_").trim_start_matches('_');
    (!id.is_empty() && !id.contains(['/', '\\'])).then(|| id.to_owned())
}

/// Returns the messages that were passed on; what hangs on them follows what hangs on the message already.
pub(super) fn forwarded(
    sender: Option<Sender>,
    time: Option<String>,
    pieces: Vec<Piece>,
    before: usize,
) -> (Body, Vec<SentFile>) {
    let (mut items, mut files) = (Vec::new(), Vec::new());
    let shown = sender.as_ref().map(people::shown);
    for piece in pieces {
        let (body, attachment) = match piece {
            Piece::Text(text) => (Body::text_of(text), None),
            Piece::Picture(found) => {
                files.push(picture(&found));
                (Body::Picture, Some(before + files.len() - 1))
            }
            // The forwarding message does not say what hung on the one that it passes on.
            Piece::Mark(id) => (Body::Unknown { raw_type: "attachment".to_owned(), text: id }, None),
        };
        items.push(HistoryItem { sender: shown.clone(), time: time.clone(), body: Box::new(body), attachment });
    }
    (Body::MergedHistory(MergedHistory { title: Some("Forwarded message".to_owned()), items }), files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosted_pictures_are_known_by_the_objects_behind_them() {
        let id = "aWQ9eF8wLXd1cy1kNS00MmYwLHR5cGU9MSx1cmw9aHR0cHM6Ly94";
        let address = format!("https://graph.microsoft.com/v1.0/chats/c/messages/1/hostedContents/{id}/$value");
        assert_eq!(hosted_id(&address).as_deref(), Some(id));
        assert_eq!(object_id(id).as_deref(), Some("0-wus-d5-42f0"));
        for odd in ["", "1", "////", "aWQ9Li4vLi4="] {
            assert_eq!(object_id(odd), None, "{odd}");
        }
    }
}
