//! One message of a report: what it says, what hangs on it, what the tool says of it.

use duces_model::{
    AttachmentRole, Body, ContactCard, Deletion, Edit, Fact, Location, Notice, Quote, Reaction, Receipt, ReceiptKind,
    RecordState,
};

use super::index::Files;
use super::model::{Party, below, field, models, path};
use crate::composed::{self, SentFile};
use crate::draft::Draft;
use crate::media::Hint;
use crate::moment::{self, Clock};
use crate::wechat_xml::Node;
use crate::{notice, wechat_xml};

/// Returns what a message says.
pub(super) fn draft(model: &Node, sender: Option<&Party>, files: &Files, clock: &Clock) -> Draft {
    let text = field(model, "Body").unwrap_or_default();
    let labels = labels(model);
    let system =
        sender.is_some_and(Party::is_system) || labels.iter().any(|label| label.eq_ignore_ascii_case("System"));
    let mut draft = if system {
        Draft::plain(match notice::is_recall(&text) {
            true => wechat_xml::recall_of(&text),
            false => Body::Notice(Notice { kind: notice::kind(&text), text }),
        })
    } else {
        content(model, text, files)
    };
    let fact = |name: &str, of: &str| field(model, of).map(|value| Fact::new(name, value));
    draft.marks.facts.extend(fact("Subject", "Subject"));
    // What says no more than that nothing is known is left out.
    draft
        .marks
        .facts
        .extend(fact("Status", "Status").filter(|fact| !matches!(fact.value.as_str(), "Default" | "Unknown")));
    for label in labels {
        if label.eq_ignore_ascii_case("Edited") {
            draft.marks.edits.push(Edit::default());
        } else {
            draft.marks.facts.push(Fact::new("Label", label));
        }
    }
    let at = |name: &str| field(model, name).and_then(|text| moment::of(&text, clock).ok()).map(|moment| moment.at);
    for (name, kind) in [("DateDelivered", ReceiptKind::Delivered), ("DateRead", ReceiptKind::Read)] {
        draft.marks.receipts.extend(at(name).map(|at| Receipt { kind, by: None, at: Some(at) }));
    }
    draft.marks.reactions = reactions(model);
    draft
}

/// Says how a model stands: deleted and recovered, or in some state that is neither that nor intact.
pub(super) fn mark_state(draft: &mut Draft, model: &Node, talk: Option<&str>) {
    match model.attribute("deleted_state").as_deref() {
        Some(state) if state.eq_ignore_ascii_case("Deleted") => {
            // What is in the report is there, so that the tool has recovered it.
            draft.marks.deletion = Some(Deletion { recovered: true, ..Deletion::default() });
            draft.state = Some(RecordState::Deleted);
        }
        Some(state) if !state.eq_ignore_ascii_case("Intact") => {
            draft.marks.facts.push(Fact::new("Deleted state", state));
        }
        _ => {}
    }
    if let Some(state) = talk {
        draft.marks.facts.push(Fact::new("Deleted state of the chat", state));
    }
    if let Some(confidence) = model.attribute("decoding_confidence").filter(|how| !how.eq_ignore_ascii_case("High")) {
        draft.marks.facts.push(Fact::new("Confidence of decoding", confidence));
    }
}

fn content(model: &Node, text: String, files: &Files) -> Draft {
    let mut bodies = Vec::new();
    if let Some(quote) = quote(model, &text) {
        bodies.push(Body::Quote(quote));
    } else if !text.is_empty() {
        bodies.push(Body::text_of(text));
    }
    bodies.extend(models(model, "Position").filter_map(location).map(Body::Location));
    bodies.extend(models(model, "SharedContacts").map(card).map(Body::ContactCard));
    let attached = models(model, "Attachments").chain(models(model, "Attachment"));
    composed::of_bodies(bodies, attached.map(|attachment| file(attachment, files)).collect())
}

/// Returns a file that was sent: only what the report itself says lies where counts, for names are not unique in it.
pub(super) fn file(attachment: &Node, files: &Files) -> SentFile {
    let name = field(attachment, "Filename").or_else(|| field(attachment, "Title"));
    let name = name.map(|name| name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned());
    let target = || {
        let mut targets = Vec::new();
        targets_of(attachment, &mut targets);
        targets.iter().find_map(|id| files.path(id)).map(str::to_owned)
    };
    let exact = field(attachment, "attachment_extracted_path").and_then(|text| path(&text)).or_else(target);
    let md5 = exact.as_deref().and_then(|path| files.md5(path));
    let named = name.clone().or_else(|| exact.as_deref().and_then(|path| path.rsplit('/').next()).map(str::to_owned));
    let hint = Hint { name: named.clone(), exact: exact.into_iter().collect(), md5, ..Hint::default() };
    let kind = field(attachment, "ContentType").unwrap_or_default().to_lowercase();
    let role = match kind.split('/').next() {
        Some("image") => AttachmentRole::Picture,
        Some("video") => AttachmentRole::Video,
        Some("audio") => AttachmentRole::Voice,
        _ => composed::role_of(named.as_deref().unwrap_or_default()),
    };
    SentFile { role, name: named, size: None, duration_ms: None, hint }
}

fn targets_of(node: &Node, found: &mut Vec<String>) {
    for child in node.every_child() {
        if child.name == "targetid" {
            found.extend(child.own_text());
        } else {
            targets_of(child, found);
        }
    }
}

fn location(coordinate: &Node) -> Option<Location> {
    let location = Location {
        name: field(coordinate, "Name"),
        address: field(coordinate, "PositionAddress").or_else(|| field(coordinate, "Comment")),
        latitude: field(coordinate, "Latitude"),
        longitude: field(coordinate, "Longitude"),
        live: false,
    };
    (location != Location::default()).then_some(location)
}

fn card(contact: &Node) -> ContactCard {
    let mut entries = Vec::new();
    for kind in ["PhoneNumber", "UserID", "EmailAddress", "ContactEntry"] {
        below(contact, kind, &mut entries);
    }
    let values: Vec<String> = entries.iter().filter_map(|entry| field(entry, "Value")).collect();
    ContactCard { name: field(contact, "Name"), native_id: values.first().cloned(), alias: None, note: None }
}

fn labels(model: &Node) -> Vec<String> {
    let mut found = Vec::new();
    below(model, "MessageLabel", &mut found);
    let own = field(model, "Label");
    found.iter().filter_map(|label| field(label, "Label")).chain(own).collect()
}

/// Returns the reply and what it answers, where the report holds both.
fn quote(model: &Node, text: &str) -> Option<Quote> {
    let mut replies = Vec::new();
    for kind in ["ReplyMessageData", "QuotedMessageData"] {
        below(model, kind, &mut replies);
    }
    let answers = |data: &&&Node| {
        data.attribute("type").as_deref() == Some("ReplyMessageData")
            || field(data, "Label").as_deref() == Some("Reply")
    };
    let data = replies.iter().find(answers)?;
    let original = models(data, "InstantMessage").next().or_else(|| models(model, "EmbeddedMessage").next());
    let from = original.and_then(|original| models(original, "From").find_map(Party::of));
    Some(Quote {
        text: text.to_owned(),
        native_id: field(data, "OriginalMessageID")
            .or_else(|| original.and_then(|original| field(original, "Identifier"))),
        sender_id: from.as_ref().and_then(|from| from.id.clone()),
        sender: from.and_then(|from| from.name),
        time: original.and_then(|original| field(original, "TimeStamp")),
        quoted: original.and_then(|original| field(original, "Body")).map(|body| Box::new(Body::text_of(body))),
    })
}

fn reactions(model: &Node) -> Vec<Reaction> {
    let mut found = Vec::new();
    below(model, "Reaction", &mut found);
    let mut reactions: Vec<Reaction> = Vec::new();
    for reaction in found {
        let Some(value) = field(reaction, "ReactionType") else { continue };
        let mut parties = Vec::new();
        below(reaction, "Party", &mut parties);
        let by: Vec<String> = parties.iter().filter_map(|party| Party::of(party)).map(|party| party.shown()).collect();
        match reactions.iter_mut().find(|known| known.value == value) {
            Some(known) => {
                known.count += 1;
                known.by.extend(by);
            }
            None => reactions.push(Reaction { value, count: 1, by }),
        }
    }
    reactions
}
