//! What a report holds beside chats and is a message all the same: texts of the phone, calls, mails.

use duces_model::{Body, Call, CallOutcome, Mail};

use super::index::Files;
use super::message::file;
use super::model::{Party, field, models};
use crate::composed;
use crate::draft::Draft;
use crate::wechat_xml::Node;

/// Returns who sends and who receives.
pub(super) fn ends(model: &Node) -> (Option<Party>, Vec<Party>) {
    let mut from: Vec<Party> = Party::all(model, "From");
    let mut to: Vec<Party> = ["To", "Cc", "Bcc"].iter().flat_map(|name| Party::all(model, name)).collect();
    for party in Party::all(model, "Parties") {
        match party.role.as_deref() {
            Some("From") => from.push(party),
            _ => to.push(party),
        }
    }
    (from.into_iter().next(), to)
}

/// Returns whether the device's owner sent it, where the report says so.
pub(super) fn own(model: &Node, sender: Option<&Party>, recipients: &[Party]) -> Option<bool> {
    if sender.is_some_and(|sender| sender.owner) {
        return Some(true);
    }
    if recipients.iter().any(|party| party.owner) {
        return Some(false);
    }
    match (field(model, "Folder").or_else(|| field(model, "Direction")), field(model, "Type")) {
        (Some(folder), _) if matches!(folder.as_str(), "Sent" | "Outbox" | "Drafts" | "Outgoing") => Some(true),
        (Some(folder), _) if matches!(folder.as_str(), "Inbox" | "Incoming") => Some(false),
        (_, Some(kind)) if kind == "Outgoing" => Some(true),
        (_, Some(kind)) if matches!(kind.as_str(), "Incoming" | "Missed" | "Rejected") => Some(false),
        _ => None,
    }
}

/// Returns the call that a model tells of.
pub(super) fn call(model: &Node) -> Draft {
    let (kind, status) = (field(model, "Type"), field(model, "Status"));
    let duration_ms = field(model, "Duration").and_then(|text| duration(&text));
    let said = |word: &str| [&kind, &status].into_iter().flatten().any(|text| text.eq_ignore_ascii_case(word));
    let outcome = if said("Missed") {
        Some(CallOutcome::Missed)
    } else if said("Rejected") {
        Some(CallOutcome::Declined)
    } else if duration_ms.is_some_and(|ms| ms > 0) || said("Established") {
        Some(CallOutcome::Answered)
    } else {
        status.clone().or_else(|| kind.clone()).map(CallOutcome::Other)
    };
    let video = field(model, "VideoCall").map(|value| value.eq_ignore_ascii_case("true"));
    let text: Vec<String> = [kind, status, field(model, "Duration")].into_iter().flatten().collect();
    Draft::plain(Body::Call(Call { video, outcome, duration_ms, text: text.join(", ") }))
}

/// Returns the milliseconds of `00:01:05`.
fn duration(text: &str) -> Option<u64> {
    let parts: Vec<u64> =
        text.split('.').next()?.split(':').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    if parts.len() != 3 {
        return None;
    }
    parts.iter().try_fold(0_u64, |sum, part| sum.checked_mul(60)?.checked_add(*part))?.checked_mul(1000)
}

/// Returns the mail that a model tells of.
pub(super) fn mail(model: &Node, files: &Files) -> Draft {
    let to = |name: &str| Party::all(model, name).iter().map(Party::shown).collect();
    let text = field(model, "Body").or_else(|| field(model, "Snippet")).unwrap_or_default();
    let text = if looks_like_html(&text) { crate::html_text::text(&text) } else { text };
    let mail = Mail { subject: field(model, "Subject"), to: to("To"), cc: to("Cc"), bcc: to("Bcc"), text };
    let attached =
        composed::of_bodies(Vec::new(), models(model, "Attachments").map(|part| file(part, files)).collect());
    Draft { attachments: attached.attachments, ..Draft::plain(Body::Mail(mail)) }
}

fn looks_like_html(text: &str) -> bool {
    let lower = text.trim_start().get(..200).unwrap_or(text).to_lowercase();
    lower.starts_with('<') && (lower.contains("<html") || lower.contains("<div") || lower.contains("<p"))
}
