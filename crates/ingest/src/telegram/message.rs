//! One message: what it says, what hangs on it, and what happened to it.

use duces_model::{
    AttachmentRole, Body, Call, CallOutcome, Card, CardKind, ContactCard, Edit, Fact, Location, Notice, NoticeKind,
    Place, Reaction,
};

use crate::composed::{self, SentFile};
use crate::draft::Draft;
use crate::field::Field;
use crate::json_object::Object;
use crate::media::Hint;
use crate::sink::Sink;
use crate::{codes, when};

/// Actions of the app, and what each is about; others are notices all the same.
const ACTIONS: &[(&str, NoticeKind, &str)] = &[
    ("create_group", NoticeKind::Other, "created the group"),
    ("create_channel", NoticeKind::Other, "created the channel"),
    ("invite_members", NoticeKind::Join, "invited"),
    ("join_group_by_link", NoticeKind::Join, "joined by a link"),
    ("join_group_by_request", NoticeKind::Join, "was admitted"),
    ("remove_members", NoticeKind::Leave, "removed"),
    ("edit_group_title", NoticeKind::Rename, "renamed the conversation"),
    ("edit_group_photo", NoticeKind::Other, "changed the picture"),
    ("delete_group_photo", NoticeKind::Other, "removed the picture"),
    ("pin_message", NoticeKind::Other, "pinned a message"),
    ("clear_history", NoticeKind::Other, "cleared the history"),
    ("migrate_to_supergroup", NoticeKind::Other, "made the group a supergroup"),
    ("migrate_from_group", NoticeKind::Other, "this supergroup was a group"),
    ("set_messages_ttl", NoticeKind::Other, "set messages to be deleted by themselves"),
    ("take_screenshot", NoticeKind::Other, "took a screenshot"),
];
/// How calls end.
const REASONS: &[(&str, CallOutcome)] =
    &[("hangup", CallOutcome::Answered), ("missed", CallOutcome::Missed), ("busy", CallOutcome::Busy)];
/// The app writes a sentence in parentheses where a file was not exported.
const LEFT_OUT: char = '(';

pub(super) fn draft(row: &Object<'_>, place: &Place, sink: &mut Sink) -> Draft {
    let mut draft = match row.text("type").as_deref() {
        Some("service") => service(row, place, sink),
        Some("message") | None => said(row),
        Some(other) => Draft::unknown(other, &text_of(row, "text"), place, sink),
    };
    mark(&mut draft, row, place, sink);
    draft
}

fn service(row: &Object<'_>, place: &Place, sink: &mut Sink) -> Draft {
    let action = row.text("action").unwrap_or_default();
    if action == "phone_call" {
        let reason = row.text("discard_reason").unwrap_or_default();
        let outcome = REASONS.iter().find(|(name, _)| *name == reason).map(|(_, outcome)| outcome.clone());
        let duration = row.size("duration_seconds").and_then(|seconds| seconds.checked_mul(1000));
        let outcome = outcome.or_else(|| (!reason.is_empty()).then(|| CallOutcome::Other(reason.clone())));
        return Draft::plain(Body::Call(Call { video: None, outcome, duration_ms: duration, text: "Call".to_owned() }));
    }
    let known = ACTIONS.iter().find(|(name, ..)| *name == action);
    let (kind, words) = known.map_or((NoticeKind::Other, action.as_str()), |(_, kind, words)| (*kind, *words));
    if known.is_none() {
        let text = format!("the action `{action}` is not known; its name stands in the notice");
        sink.finding(&codes::UNKNOWN_TYPE, place, text);
    }
    let mut text = words.to_owned();
    let members = row.texts("members").join(", ");
    for more in [members, row.text("title").unwrap_or_default(), text_of(row, "text")] {
        if !more.is_empty() {
            text = format!("{text}: {more}");
        }
    }
    Draft::plain(Body::Notice(Notice { kind, text }))
}

fn said(row: &Object<'_>) -> Draft {
    let text = text_of(row, "text");
    let mut bodies: Vec<Body> = Vec::new();
    if !text.is_empty() {
        bodies.push(Body::text_of(text));
    }
    if let Some(place) = row.object("location_information") {
        bodies.push(Body::Location(Location {
            name: row.text("place_name"),
            address: row.text("address"),
            latitude: place.text("latitude"),
            longitude: place.text("longitude"),
            live: row.raw("live_location_period_seconds").is_some(),
        }));
    }
    if let Some(contact) = row.object("contact_information") {
        let name: Vec<String> = ["first_name", "last_name"].iter().filter_map(|key| contact.text(key)).collect();
        bodies.push(Body::ContactCard(ContactCard {
            name: (!name.is_empty()).then(|| name.join(" ")),
            note: contact.text("phone_number"),
            ..ContactCard::default()
        }));
    }
    bodies.extend(row.object("poll").map(|poll| poll_card(&poll)));
    bodies.extend(row.object("invoice_information").map(|invoice| invoice_card(&invoice)));
    let mut draft = composed::of_bodies(bodies, files(row));
    if let Some(preview) = row.text("thumbnail").filter(|path| !path.starts_with(LEFT_OUT)) {
        draft.attachments.push((AttachmentRole::Thumbnail, at(&preview, None).hint));
    }
    draft
}

fn poll_card(poll: &Object<'_>) -> Body {
    let answers = poll.objects("answers").into_iter().map(|answer| {
        let voters = answer.text("voters").unwrap_or_else(|| "0".to_owned());
        Fact::new(text_of(&answer, "text"), format!("{voters} votes"))
    });
    Body::Card(Card {
        card: CardKind::Vote,
        title: Some(text_of(poll, "question")),
        text: None,
        url: None,
        facts: answers.collect(),
    })
}

fn invoice_card(invoice: &Object<'_>) -> Body {
    let facts = ["amount", "currency", "receipt_message_id"].iter();
    Body::Card(Card {
        card: CardKind::Other("invoice".to_owned()),
        title: invoice.text("title"),
        text: invoice.text("description"),
        url: None,
        facts: facts.filter_map(|key| Some(Fact::new(*key, invoice.text(key)?))).collect(),
    })
}

fn files(row: &Object<'_>) -> Vec<SentFile> {
    let mut files = Vec::new();
    if let Some(photo) = row.text("photo") {
        files.push(SentFile { role: AttachmentRole::Picture, ..at(&photo, row.text("file_name")) });
    }
    if let Some(path) = row.text("file") {
        let kind = row.text("media_type").unwrap_or_default();
        let mime = row.text("mime_type").unwrap_or_default();
        let file = at(&path, row.text("file_name"));
        let role = match (kind.as_str(), mime.split('/').next()) {
            ("sticker", _) => AttachmentRole::Sticker,
            ("voice_message", _) => AttachmentRole::Voice,
            ("video_message" | "video_file" | "animation", _) => AttachmentRole::Video,
            (_, Some("image")) => AttachmentRole::Picture,
            (_, Some("video")) => AttachmentRole::Video,
            _ => file.role,
        };
        let duration_ms = row.size("duration_seconds").and_then(|seconds| seconds.checked_mul(1000));
        files.push(SentFile { role, duration_ms, size: row.size("file_size"), ..file });
    }
    if let Some(card) = row.text("contact_vcard") {
        files.push(at(&card, None));
    }
    files
}

/// A file at a path beside the export, or one that the export left out.
fn at(path: &str, name: Option<String>) -> SentFile {
    let is_there = !path.starts_with(LEFT_OUT);
    let last = path.rsplit('/').next().filter(|_| is_there).map(str::to_owned);
    let exact = if is_there { vec![path.to_owned()] } else { Vec::new() };
    SentFile::named(name.or(last).unwrap_or_default(), Hint { exact, ..Hint::default() })
}

/// Returns a text that is one string or a list of strings and marked pieces; an address behind words is shown with them.
fn text_of(row: &Object<'_>, key: &str) -> String {
    match row.field(key) {
        Field::Text(text) => return text.into_owned(),
        Field::Nested => {}
        _ => return row.text(key).unwrap_or_default(),
    }
    let mut out = String::new();
    for raw in row.list(key) {
        if let Some(piece) = Object::of(raw.get()) {
            let text = piece.text("text").unwrap_or_default();
            out.push_str(&text);
            if let Some(address) = piece.text("href").filter(|address| *address != text) {
                out.push_str(&format!(" ({address})"));
            }
        } else if let Ok(text) = serde_json::from_str::<String>(raw.get()) {
            out.push_str(&text);
        }
    }
    out
}

fn mark(draft: &mut Draft, row: &Object<'_>, place: &Place, sink: &mut Sink) {
    if let Some(edited) = row.text_in(&["edited_unixtime", "edited"]) {
        let at = edited.parse().ok().and_then(when::from_seconds);
        if at.is_none() && row.text("edited_unixtime").is_some() {
            sink.finding(&codes::BAD_TIME, place, format!("the time of an edit is none: `{edited}`"));
        }
        draft.marks.edits.push(Edit { at, by: None, before: None });
    }
    for reaction in row.objects("reactions") {
        let by = reaction.objects("recent").iter().filter_map(|one| one.text_in(&["from", "from_id"])).collect();
        draft.marks.reactions.push(Reaction {
            value: reaction.text_in(&["emoji", "document_id", "type"]).unwrap_or_default(),
            count: reaction.int("count").and_then(|count| u32::try_from(count).ok()).unwrap_or(1),
            by,
        });
    }
    let left_out = |key: &str| row.text(key).filter(|path| path.starts_with(LEFT_OUT));
    let rows = [
        ("file", left_out("file").or_else(|| left_out("photo"))),
        ("forwarded from", row.text("forwarded_from")),
        ("through the program", row.text("via_bot")),
        ("signed by", row.text("author")),
        ("emoji of the sticker", row.text("sticker_emoji")),
        ("game", row.text("game_title")),
        ("deletes itself after seconds", row.text("self_destruct_period_seconds")),
    ];
    let facts = rows.into_iter().filter_map(|(name, value)| value.map(|value| Fact::new(name, value)));
    draft.marks.facts.extend(facts);
}
