//! One event of a conversation: who it is about and what it says.

use std::collections::BTreeMap;

use duces_model::{AttachmentRole, Body, Fact, Notice, NoticeKind, Place, Sender};

use crate::draft::Draft;
use crate::field::filled;
use crate::media::Hint;
use crate::sink::Sink;
use crate::wechat_xml::Node;
use crate::{carried, codes};

/// What an event was understood to be.
pub(crate) struct Event {
    pub(crate) sender: Option<Sender>,
    pub(crate) native_id: Option<String>,
    pub(crate) draft: Draft,
}

/// Reads an event.
pub(crate) fn read(node: &Node, disclaimers: &BTreeMap<String, String>, place: &Place, sink: &mut Sink) -> Event {
    let who = user(node);
    let shown = who.as_ref().map(shown).unwrap_or_else(|| "somebody".to_owned());
    let notice = |kind, text: String| Draft::plain(Body::Notice(Notice { kind, text }));
    let content = content(node, place, sink);
    let mut draft = match node.name.as_str() {
        "Message" => Draft::plain(Body::text_of(content)),
        // Lines said before, shown to whoever came: not sent again.
        "History" => Draft::plain(Body::text_of(content)).fact("Shown again as", Some("history".to_owned())),
        "ParticipantEntered" => notice(NoticeKind::Join, format!("{shown} entered")),
        "ParticipantLeft" => notice(NoticeKind::Leave, format!("{shown} left")),
        "Invite" => invite(node, &shown, &content),
        "FileTransferStarted" => file(node, false),
        "Attachment" => file(node, true),
        "FileTransferEnded" => {
            let name = file_name(node).unwrap_or_default();
            let status = node.text_of("Status").map(|status| format!(": {status}")).unwrap_or_default();
            notice(NoticeKind::Other, format!("File transfer of {name} by {shown} ended{status}"))
        }
        other => Draft::unknown(other, &node.all_text(), place, sink),
    };
    let by_app = matches!(draft.body, Body::Notice(_));
    if by_app {
        draft.marks.facts.extend(facts_of_user(node));
    }
    draft.marks.facts.extend(facts_of(node, disclaimers));
    let native_id = node.text_of("MessageID").or_else(|| node.text_of("MsgID"));
    Event { sender: who.filter(|_| !by_app), native_id, draft }
}

/// Returns who an event is about: the login name is what identifies them.
pub(crate) fn user(node: &Node) -> Option<Sender> {
    let user = node.child("User").or_else(|| node.child("UserInfo")).unwrap_or(node);
    let name: Vec<String> = ["FirstName", "LastName"].iter().filter_map(|part| user.text_of(part)).collect();
    let address = || user.text_of("EmailAddress").or_else(|| user.text_of("BloombergEmailAddress"));
    let native_id = user.text_of("LoginName").or_else(address).or_else(|| user.text_of("CorporateEmailAddress"));
    let name = filled(name.join(" "));
    Sender::known(native_id, name)
}

fn shown(sender: &Sender) -> String {
    match (&sender.name, &sender.native_id) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => String::new(),
    }
}

fn facts_of_user(node: &Node) -> Vec<Fact> {
    let user = node.child("User").unwrap_or(node);
    let names = [
        ("UUID", "Bloomberg UUID"),
        ("FirmNumber", "Firm number"),
        ("AccountNumber", "Account number"),
        ("CompanyName", "Company"),
        ("EmailAddress", "E-mail"),
        ("CorporateEmailAddress", "Corporate e-mail"),
        ("CorporateEmailID", "Corporate e-mail"),
        ("InternalFlag", "Internal"),
    ];
    let of = |(element, name): (&str, &str)| {
        let value = user.text_of(element).or_else(|| node.text_of(element))?;
        Some(Fact::new(name, value))
    };
    names.into_iter().filter_map(of).collect()
}

/// What else an event says. The letters of `InteractionType` are not explained anywhere; `N` is the usual one.
fn facts_of(node: &Node, disclaimers: &BTreeMap<String, String>) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(letters) = node.attribute("InteractionType").filter(|letters| letters != "N") {
        facts.push(Fact::new("Interaction type", letters));
    }
    if let Some(device) = node.attribute("DeviceType") {
        facts.push(Fact::new("Device type", device));
    }
    if let Some(reference) = node.text_of("DisclaimerReference") {
        let text = disclaimers.get(&reference).cloned().unwrap_or_else(|| format!("no. {reference}"));
        facts.push(Fact::new("Disclaimer", text));
    }
    facts
}

fn invite(node: &Node, shown_inviter: &str, content: &str) -> Draft {
    let invited = ["Invitee", "Invited", "InvitedUser"].iter().find_map(|name| node.child(name)).and_then(user);
    let whom = invited.as_ref().map(|invited| format!(" {}", shown(invited))).unwrap_or_default();
    let words = if content.is_empty() { String::new() } else { format!(": {content}") };
    let text = format!("{shown_inviter} invited{whom}{words}");
    Draft::plain(Body::Notice(Notice { kind: NoticeKind::Other, text }))
}

/// A file: named by whoever sent it, and lying in the archive under a name of its own.
fn file(node: &Node, attachment: bool) -> Draft {
    let kept = node.text_of(if attachment { "FileID" } else { "FileName" }).map(|name| joined(&name));
    let name = file_name(node);
    let size = node.text_of("FileSize").and_then(|size| size.parse().ok());
    let hint = Hint { name: name.clone(), path: kept, ..Hint::default() };
    Draft::with(Body::File { name: name.unwrap_or_default(), size }, AttachmentRole::File, hint)
}

fn file_name(node: &Node) -> Option<String> {
    let name = node.text_of("UserFileName").or_else(|| node.text_of("FileName"))?;
    filled(joined(&name).rsplit(['/', '\\']).next().unwrap_or_default())
}

/// Returns a name without the line breaks that whoever wrapped the file put into it.
fn joined(name: &str) -> String {
    name.lines().map(str::trim).collect()
}

/// Returns the words of an event. `Base64Content` holds them without what XML cannot carry: where both say the same,
/// white space aside, its wording is the exact one; sometimes it was encoded twice.
fn content(node: &Node, place: &Place, sink: &mut Sink) -> String {
    let plain = node.text_of("Content").unwrap_or_default();
    let Some(encoded) = node.text_of("Base64Content") else { return plain };
    let mut decoded = carried::base64(encoded.as_bytes());
    for _ in 0..2 {
        let Ok(text) = String::from_utf8(decoded.bytes) else { break };
        if plain.is_empty() || without_space(&text) == without_space(&plain) {
            return text;
        }
        decoded = carried::base64(text.as_bytes());
    }
    sink.finding(&codes::CONTENT_DIFFERS, place, codes::CONTENT_DIFFERS.summary);
    plain
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
