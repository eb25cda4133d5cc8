//! Takes out of a transcript what would tell of the attachments that are withheld.

use std::collections::BTreeSet;

use duces_model::{AttachmentRole, Body, Content, EntryState, MissingReason, Transcript};

/// Removes all that a transcript says of its withheld attachments, save that there is one and why it is withheld.
///
/// Their names, media types, sizes and digests go, and so does what message bodies repeat of them: the name and size of
/// a file, the length and transcript of a voice message, a quote of either. A preview goes with what it previews.
/// Doing it twice is the same as doing it once.
pub fn conceal_withheld(transcript: &mut Transcript) {
    if !has_withheld(transcript) {
        return;
    }
    let mut hidden_entries = BTreeSet::new();
    let mut hidden_names = BTreeSet::new();
    for entry in &mut transcript.entries {
        let Some(reason) = entry.attachments.iter().find_map(|a| match &a.state {
            EntryState::Withheld(reason) => Some(reason.clone()),
            _ => None,
        }) else {
            continue;
        };
        hidden_entries.insert(entry.number);
        let mut hidden = Vec::new();
        for cited in &mut entry.attachments {
            if cited.attachment.role == AttachmentRole::Thumbnail {
                cited.state = EntryState::Withheld(reason.clone());
            }
            let is_hidden = matches!(cited.state, EntryState::Withheld(_));
            hidden.push(is_hidden);
            if is_hidden {
                hidden_names.extend(cited.attachment.name.take());
                cited.attachment.mime.clear();
                cited.attachment.content = Content::Missing(MissingReason::NoReference);
                cited.show = false;
            }
        }
        conceal_body(&mut entry.body, &hidden, &mut hidden_names);
        // What a source says beside a message may describe what hangs on it.
        entry.marks.facts.clear();
    }
    for entry in &mut transcript.entries {
        let of_hidden = entry.refers_to.is_some_and(|number| hidden_entries.contains(&number));
        conceal_quotes(&mut entry.body, of_hidden, &hidden_names);
        for edit in &mut entry.marks.edits {
            edit.before = edit.before.take().filter(|before| !names_any(before, &hidden_names));
        }
    }
}

/// Returns whether a text names any of the files that are hidden.
fn names_any(text: &str, names: &BTreeSet<String>) -> bool {
    names.iter().any(|name| text.contains(name.as_str()))
}

pub(crate) fn has_withheld(transcript: &Transcript) -> bool {
    transcript.entries.iter().flat_map(|e| &e.attachments).any(|a| matches!(a.state, EntryState::Withheld(_)))
}

/// `hidden` says of each attachment of the message whether it is withheld; items of a history point into it.
fn conceal_body(body: &mut Body, hidden: &[bool], names: &mut BTreeSet<String>) {
    match body {
        Body::MergedHistory(history) => {
            for item in &mut history.items {
                if matches!(*item.body, Body::MergedHistory(_)) {
                    conceal_body(&mut item.body, hidden, names);
                } else if item.attachment.and_then(|index| hidden.get(index)).copied().unwrap_or(false) {
                    conceal_medium(&mut item.body, names);
                }
            }
        }
        Body::Mixed { parts } => {
            for part in parts {
                if part.attachment.and_then(|index| hidden.get(index)).copied().unwrap_or(false) {
                    conceal_medium(&mut part.body, names);
                }
            }
        }
        Body::Recall(recall) => {
            if let Some(recalled) = &mut recall.recalled {
                conceal_body(recalled, hidden, names);
            }
        }
        medium if hidden.contains(&true) => conceal_medium(medium, names),
        _ => {}
    }
}

fn conceal_medium(body: &mut Body, names: &mut BTreeSet<String>) {
    match body {
        Body::File { name, size } => {
            if !name.is_empty() {
                names.insert(std::mem::take(name));
            }
            *size = None;
        }
        Body::Voice { duration_ms, transcript } => (*duration_ms, *transcript) = (None, None),
        Body::Video { duration_ms } => *duration_ms = None,
        Body::Sticker { caption, url } => (*caption, *url) = (None, None),
        _ => {}
    }
}

/// Quotes repeat what they quote: by the number they point to, or, where they point nowhere, by the file's name.
fn conceal_quotes(body: &mut Body, of_hidden: bool, names: &BTreeSet<String>) {
    match body {
        Body::Quote(quote) => {
            if let Some(quoted) = &mut quote.quoted {
                conceal_quoted(quoted, of_hidden, names);
            }
        }
        Body::MergedHistory(history) => {
            history.items.iter_mut().for_each(|item| conceal_quotes(&mut item.body, false, names));
        }
        Body::Mixed { parts } => parts.iter_mut().for_each(|part| conceal_quotes(&mut part.body, false, names)),
        Body::Recall(recall) => {
            // A recall points to what it took back and may repeat it.
            if let Some(recalled) = &mut recall.recalled {
                conceal_quoted(recalled, of_hidden, names);
            }
        }
        _ => {}
    }
}

fn conceal_quoted(quoted: &mut Body, of_hidden: bool, names: &BTreeSet<String>) {
    let is_named = matches!(&*quoted, Body::File { name, .. } if names.contains(name));
    if of_hidden || is_named {
        conceal_medium(quoted, &mut BTreeSet::new());
    }
    if let Body::MergedHistory(history) = quoted {
        history.items.iter_mut().for_each(|item| conceal_quoted(&mut item.body, of_hidden, names));
    }
    conceal_quotes(quoted, of_hidden, names);
}
