//! Where a record meets a message that is there: whether it is the same record, and what the two copies say of each
//! other. Pure decisions; the importer acts on them.

use duces_archive::{CustodianId, StoredMessage, StoredRecord};
use duces_model::{Attachment, Body, Content, Digest, Finding, Marks, Place, RecordState};

use crate::codes;
use crate::complete::completed;
use crate::identity::{kind, normalised};
use crate::prepare::Draft;

/// What a record that belongs to a known message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is in the matter already.
    Held,
    /// The same bytes stand earlier in the same source.
    Repeated,
    /// A further copy.
    Copy {
        /// Another record of the same source belongs to the message.
        within_source: bool,
        /// The same custodian has a copy from elsewhere.
        same_custodian: bool,
    },
}

/// Tells what a record is, among the records of its message.
pub(crate) fn standing(
    records: &[StoredRecord],
    custodian: CustodianId,
    file: &Digest,
    place: &Place,
    digest: &Digest,
) -> Standing {
    let own = || records.iter().filter(|record| record.custodian == custodian);
    let here = |record: &StoredRecord| record.file == *file;
    if own().any(|r| here(r) && r.line == place.line && r.number == place.record && r.digest == *digest) {
        return Standing::Held;
    }
    if own().any(|record| here(record) && record.digest == *digest) {
        return Standing::Repeated;
    }
    if own().any(|record| record.digest == *digest) {
        return Standing::Held;
    }
    Standing::Copy { within_source: own().any(here), same_custodian: own().next().is_some() }
}

/// What follows from comparing a copy with the message as it stands.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) findings: Vec<Finding>,
    /// The message's new version, and why it has one.
    pub(crate) version: Option<NewVersion>,
}

/// A version of a message that another copy gives rise to.
#[derive(Debug)]
pub(crate) struct NewVersion {
    pub(crate) body: Body,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) marks: Marks,
    pub(crate) cause: &'static str,
}

/// Compares a copy with the message as it stands.
pub(crate) fn compare(stored: &StoredMessage, draft: &Draft, standing: Standing) -> Comparison {
    let mut out = Comparison::default();
    let record = &draft.record;
    let mut say = |code, text: String| out.findings.push(Finding::new(code, record.place.clone(), text));
    let what = name_of(stored);
    let marks = stored.marks.joined(&record.marks);
    let from_copy = |cause| {
        let (body, attachments) = (record.body.clone(), draft.attachments.clone());
        Some(NewVersion { body, attachments, marks: marks.clone(), cause })
    };
    if stored.sent.millis().div_euclid(1000).abs_diff(record.sent.millis().div_euclid(1000)) > 1 {
        say(&codes::TIME_DIFFERS, format!("{what}: this copy says it was sent {}", record.sent));
    }
    let recalled = |body: &Body| matches!(body, Body::Recall(_));
    match (recalled(&stored.body), recalled(&record.body) || record.state == RecordState::Recalled) {
        (false, true) => {
            say(&codes::COPY_RECALLED, format!("{what}: taken back in this copy; the text of the other copy is kept"));
            return out;
        }
        (true, false) => {
            say(&codes::COPY_RECALLED, format!("{what}: taken back in the first copy; this copy still has the text"));
            out.version = from_copy("found in another copy");
            return out;
        }
        _ => {}
    }
    match difference(&stored.body, &record.body) {
        Difference::None => {}
        _ if matches!(standing, Standing::Copy { within_source: true, .. }) => {
            say(&codes::SAME_SERVER_ID, format!("{what}: another record of this source has the same server id"));
        }
        Difference::Understood => {
            out.version = from_copy("understood from another copy");
            return out;
        }
        Difference::Words if matches!(standing, Standing::Copy { same_custodian: true, .. }) => {
            say(&codes::COPY_EDITED, format!("{what}: the later copy says something else and stands from now on"));
            out.version = from_copy("edited");
            return out;
        }
        Difference::Words => {
            say(&codes::COPY_DIFFERS, format!("{what}: this copy says something else; the first collected stands"));
        }
        Difference::Type => {
            let (first, this) = (stored.body.label(), record.body.label());
            say(
                &codes::COPY_DIFFERS,
                format!("{what}: {first} in the first copy, {this} in this one; the first stands"),
            );
        }
        Difference::Card => {
            let label = stored.body.label();
            if let Some(version) = completed_from(stored, draft, &marks) {
                let text =
                    format!("{what}: this copy holds more of the card ({label}); what the first lacks is filled in");
                say(&codes::COPY_COMPLETES, text);
                out.version = Some(version);
                return out;
            }
            let text = format!("{what}: this copy shows the card ({label}) in other words; the first collected stands");
            say(&codes::COPY_SHOWN_DIFFERENTLY, text);
        }
    }
    let (attachments, more) = joined(stored, draft, &what).unwrap_or_else(|| (stored.attachments.clone(), Vec::new()));
    out.findings.extend(more);
    let cause = match (attachments != stored.attachments, marks != stored.marks) {
        (true, _) => "attachment found in another copy",
        (false, true) => "marks found in another copy",
        (false, false) => return out,
    };
    out.version = Some(NewVersion { body: stored.body.clone(), attachments, marks, cause });
    out
}

/// Returns the message with its card completed from another copy. Items of a card point into the message's attachments:
/// where both copies have some, theirs must correspond.
fn completed_from(stored: &StoredMessage, draft: &Draft, marks: &Marks) -> Option<NewVersion> {
    let attachments = match (stored.attachments.is_empty(), draft.attachments.is_empty()) {
        (true, _) => draft.attachments.clone(),
        (false, true) => stored.attachments.clone(),
        (false, false) => joined(stored, draft, "")?.0,
    };
    let body = completed(&stored.body, &draft.record.body)?;
    Some(NewVersion { body, attachments, marks: marks.clone(), cause: "completed from another copy" })
}

/// How the contents of two copies differ.
enum Difference {
    None,
    /// In what the sender wrote.
    Words,
    /// In what the tool made of a card.
    Card,
    /// One is a location where the other is a link.
    Type,
    /// The first was of a type that was not known, and this one is.
    Understood,
}

fn difference(stored: &Body, copy: &Body) -> Difference {
    let unknown = |body: &Body| matches!(body, Body::Unknown { .. });
    if kind(stored) != kind(copy) {
        return match (unknown(stored), unknown(copy)) {
            (true, false) => Difference::Understood,
            (false, true) => Difference::Card,
            _ => Difference::Type,
        };
    }
    match (words(stored), words(copy)) {
        (Some(a), Some(b)) if normalised(a) == normalised(b) => Difference::None,
        (Some(_), Some(_)) => Difference::Words,
        _ if normalised(&stored.text(&[])) == normalised(&copy.text(&[])) => Difference::None,
        _ => Difference::Card,
    }
}

/// Returns what the sender wrote, of the kinds of which every tool gives it as it stands.
fn words(body: &Body) -> Option<&str> {
    match body {
        Body::Text { text } => Some(text),
        Body::Quote(quote) => Some(&quote.text),
        _ => None,
    }
}

/// Joins the attachments of two copies: what one lacks is taken from the other. `None` where they do not correspond.
fn joined(stored: &StoredMessage, draft: &Draft, what: &str) -> Option<(Vec<Attachment>, Vec<Finding>)> {
    let corresponds = stored.attachments.len() == draft.attachments.len()
        && stored.attachments.iter().zip(&draft.attachments).all(|(a, b)| a.role == b.role);
    if !corresponds {
        return None;
    }
    let (mut attachments, mut findings) = (Vec::new(), Vec::new());
    for (have, copy) in stored.attachments.iter().zip(&draft.attachments) {
        let mut kept = have.clone();
        let place = || draft.record.place.clone();
        match (&have.content, &copy.content) {
            (Content::Missing(_), Content::Stored { .. }) => {
                kept = Attachment { name: have.name.clone().or_else(|| copy.name.clone()), ..copy.clone() };
                let text = format!("{what}: `{}` was missing and is taken from this copy", copy.display_name());
                findings.push(Finding::new(&codes::ATTACHMENT_FROM_COPY, place(), text));
            }
            (Content::Stored { digest: a, .. }, Content::Stored { digest: b, .. }) if a != b => {
                let text = format!(
                    "{what}: `{}` has other bytes in this copy; the first collected stands",
                    have.display_name()
                );
                findings.push(Finding::new(&codes::ATTACHMENT_DIFFERS, place(), text));
            }
            _ => {}
        }
        attachments.push(kept);
    }
    Some((attachments, findings))
}

fn name_of(stored: &StoredMessage) -> String {
    let sender = stored.sender.as_ref().map_or("a notice", |sender| sender.display());
    format!("message of {} by {sender}", stored.sent)
}
