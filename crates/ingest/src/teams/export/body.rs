//! What each kind of message of the export says.

use duces_model::{
    AttachmentRole, Body, Card, CardKind, ContactCard, Fact, Location, Notice, NoticeKind, Part as Piece, Place, Quote,
};

use super::{call, marks, object, rich, thread};
use crate::carried;
use crate::composed::{self, SentFile};
use crate::draft::Draft;
use crate::field::filled;
use crate::media::Hint;
use crate::page_part::{Part, Selector};
use crate::sink::Sink;
use crate::source::Source;
use crate::teams::keys::Keys;
use crate::teams::{attachment, card, pieces};

/// What the kinds of messages begin with whose wording was encrypted from end to end.
pub(super) const ENCRYPTED: &str = "EndToEndEncryption/";

/// Kinds whose markup describes a file, and what it is.
const FILES: &[(&str, AttachmentRole)] = &[
    ("RichText/UriObject", AttachmentRole::Picture),
    ("RichText/Media_Video", AttachmentRole::Video),
    ("RichText/Media_CallRecording", AttachmentRole::Video),
    ("RichText/Media_AudioMsg", AttachmentRole::Voice),
    ("RichText/Media_GenericFile", AttachmentRole::File),
    ("RichText/Media_FlikMsg", AttachmentRole::Sticker),
];

/// Kinds that are cards, and of what.
const CARDS: &[(&str, CardKind)] = &[
    ("Poll", CardKind::Vote),
    ("RichText/ScheduledCallInvite", CardKind::Meeting),
    ("RichText/Media_Card", CardKind::App),
    ("PopCard", CardKind::App),
];

/// Kinds in which the app itself speaks.
const NOTICES: &[&str] = &["Notice", "InviteFreeRelationshipChanged/Initialized"];

/// What a message says, and whether the app itself says it.
pub(super) struct Said {
    pub(super) draft: Draft,
    pub(super) by_app: bool,
}

/// Returns what a message says.
pub(super) fn of(kind: &str, message: &Keys<'_>, source: &Source, place: &Place, sink: &mut Sink) -> Said {
    let content = message.text("content").unwrap_or_default();
    let by_app = kind.starts_with(thread::PREFIX) || NOTICES.contains(&kind);
    let draft = match kind {
        "Text" => with_files(Vec::from_iter(filled(content).map(Body::text_of)), message, source),
        "RichText" | "RichText/Html" => wording(&content, kind == "RichText/Html", message, source),
        "Event/Call" | "RichText/Media_Call" => call::of(&content),
        "RichText/Location" => location(&content),
        "RichText/Contacts" => contacts(&content),
        "RichText/Media_Album" => card_of(&content, CardKind::Other("album".to_owned())),
        _ if kind.starts_with(thread::PREFIX) => thread::of(kind, &content, place, sink),
        _ if NOTICES.contains(&kind) => {
            let text = crate::html_text::text(&content);
            Draft::plain(Body::Notice(Notice { kind: NoticeKind::Other, text }))
        }
        _ => match (FILES.iter().find(|(name, _)| *name == kind), CARDS.iter().find(|(name, _)| *name == kind)) {
            (Some((_, role)), _) => file(&content, *role, message, source),
            (None, Some((_, card))) => card_of(&content, card.clone()),
            (None, None) => {
                Draft::unknown(if kind.is_empty() { "no messagetype" } else { kind }, &content, place, sink)
            }
        },
    };
    Said { draft, by_app }
}

/// Returns texts, and the files that the properties name.
fn with_files(bodies: Vec<Body>, message: &Keys<'_>, source: &Source) -> Draft {
    let (files, facts) = shared(message, source);
    let mut draft = composed::of_bodies(bodies, files);
    draft.marks.facts.extend(facts);
    draft
}

fn wording(content: &str, is_html: bool, message: &Keys<'_>, source: &Source) -> Draft {
    let rich = rich::of(content, is_html);
    let (mut parts, mut files, mut quote) = (Vec::new(), Vec::new(), rich.quote);
    let reply_to = quote.as_ref().and_then(|quote| quote.native_id.clone());
    for piece in rich.pieces {
        match piece {
            pieces::Piece::Text(text) => match quote.take() {
                Some(quote) => parts.push(part(Body::Quote(Quote { text, ..quote }), None)),
                None => parts.push(part(Body::text_of(text), None)),
            },
            pieces::Piece::Picture(picture) => {
                let mut file = attachment::picture(&picture);
                file.hint.stems = file.hint.stems.iter().flat_map(|id| object::stems(id, source)).collect();
                parts.push(part(file.body(), Some(files.len())));
                files.push(file);
            }
            pieces::Piece::Mark(id) => parts.push(part(Body::text_of(format!("[attachment {id}]")), None)),
        }
    }
    parts.extend(quote.take().map(|quote| part(Body::Quote(quote), None)));
    let (more, mut facts) = shared(message, source);
    for file in more {
        parts.push(part(file.body(), Some(files.len())));
        files.push(file);
    }
    facts.splice(0..0, rich.facts);
    let body = match parts.len() {
        0 => Body::text_of(""),
        1 => parts.pop().map_or_else(|| Body::text_of(""), |part| *part.body),
        _ => Body::Mixed { parts },
    };
    let mut draft = Draft::plain(body);
    draft.attachments = files.into_iter().map(SentFile::attachment).collect();
    draft.marks.facts = facts;
    draft.marks.reply_to = reply_to;
    draft
}

fn part(body: Body, attachment: Option<usize>) -> Piece {
    Piece { body: Box::new(body), attachment }
}

/// Returns the files that the properties name: they lie in somebody's storage and seldom in the export.
fn shared(message: &Keys<'_>, source: &Source) -> (Vec<SentFile>, Vec<Fact>) {
    let text = marks::text_or_raw(message, "properties").unwrap_or_default();
    let properties = Keys::of(&text).unwrap_or_default();
    let mut facts = Vec::new();
    let files = marks::with_objects(&properties, "files", |file| {
        let name = file.text_in(&["fileName", "title"]).unwrap_or_default();
        let info = file.object("fileInfo").unwrap_or_default();
        if let Some(address) = file.text("objectUrl").or_else(|| info.text("fileUrl")) {
            facts.push(Fact::new(format!("address of {name}"), address));
        }
        let id = file.text_in(&["itemid", "id"]).unwrap_or_default();
        let hint = Hint { stems: object::stems(&id, source), ..Hint::default() };
        Some(SentFile::named(name, hint))
    });
    (files, facts)
}

fn file(content: &str, role: AttachmentRole, message: &Keys<'_>, source: &Source) -> Draft {
    let object = object::of(content);
    let files = object::files(&object, message, role, source);
    let mut draft = composed::of_bodies(Vec::new(), files);
    draft.marks.facts = object.facts;
    draft
}

/// A card's content is base64 in an attribute (`<Swift b64="…">`), JSON, or markup.
fn card_of(content: &str, kind: CardKind) -> Draft {
    let part = Part::of(content);
    let swift = Selector::parse("[b64]").and_then(|selector| part.find(&selector)).and_then(|e| e.tag.attribute("b64"));
    let unpacked = swift.map(|text| String::from_utf8_lossy(&carried::base64(text.as_bytes()).bytes).into_owned());
    let is_json = |text: &str| text.trim_start().starts_with(['{', '[']);
    let body = match unpacked.as_deref().or(Some(content)).filter(|text| is_json(text)) {
        Some(json) => card::of(kind, None, None, Some(json)),
        None => {
            let text = filled(crate::html_text::text(content));
            Body::Card(Card { card: kind, title: None, text, url: None, facts: Vec::new() })
        }
    };
    Draft::plain(body)
}

fn location(content: &str) -> Draft {
    let part = Part::of(content);
    let place = Selector::parse("location").and_then(|selector| part.find(&selector));
    let attribute =
        |name: &str| place.and_then(|place| place.tag.attribute(name)).and_then(|value| filled(value.trim()));
    Draft::plain(Body::Location(Location {
        name: attribute("pointofinterest").or_else(|| attribute("shortaddress")),
        address: attribute("address").or_else(|| filled(crate::html_text::text(content).trim())),
        // Whole numbers of a millionth of a degree; they are shown as the source writes them.
        latitude: attribute("latitude"),
        longitude: attribute("longitude"),
        live: false,
    }))
}

/// `<contacts><c t="s" s="live:bo" f="Bo"/></contacts>`: one card a contact.
fn contacts(content: &str) -> Draft {
    let part = Part::of(content);
    let cards = Selector::parse("c").map(|selector| {
        let card = |name: &str, element: &crate::page_part::Element<'_>| {
            element.tag.attribute(name).and_then(|value| filled(value.trim()))
        };
        part.every(&selector)
            .map(|one| ContactCard {
                name: card("f", one),
                native_id: card("s", one),
                alias: None,
                note: card("p", one),
            })
            .collect::<Vec<_>>()
    });
    let mut bodies: Vec<Body> = cards.unwrap_or_default().into_iter().map(Body::ContactCard).collect();
    if bodies.is_empty() {
        let note = filled(crate::html_text::text(content));
        bodies.push(Body::ContactCard(ContactCard { note, ..ContactCard::default() }));
    }
    composed::of_bodies(bodies, Vec::new())
}
