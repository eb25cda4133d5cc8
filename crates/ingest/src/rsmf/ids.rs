//! Which ids of a manifest are the app's own, and which only number things within one file.
//!
//! The format asks for ids that are unique within a manifest, so `P1` of one file is not `P1` of another. What looks
//! like a counter is never taken for an account, a conversation or a message of the app. No rule for this is
//! documented: this is ours, and it stands in this file alone.

use duces_model::Place;
use duces_rsmf::{Conversation, Event, Manifest};

/// Returns whether an id is a counter: a few letters or none, a sign perhaps, and up to six digits.
pub(super) fn is_counter(id: &str) -> bool {
    let digits = id.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = id.len() - digits.len();
    let digits = digits.trim_start_matches(['-', '_', '#', ' ']);
    let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    letters <= 12 && only_digits && digits.len() <= 6 && (!digits.is_empty() || letters <= 2)
}

/// What tells one file's counters from another's: the time it covers and how many events it has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Span {
    first: String,
    last: String,
    events: usize,
}

impl Span {
    pub(super) fn of<'a>(events: impl Iterator<Item = &'a Event>) -> Self {
        let mut span = Self::default();
        for event in events {
            span.events += 1;
            let Some(time) = event.timestamp.as_deref() else { continue };
            if span.first.is_empty() {
                time.clone_into(&mut span.first);
            }
            time.clone_into(&mut span.last);
        }
        span
    }

    /// Returns the id of an event for threads. Two exports of a conversation that differ number it differently, so a
    /// counter counts only together with the file's span; one that no thread needs is left out.
    pub(super) fn event_id(&self, id: &str) -> String {
        if is_counter(id) {
            format!("{id} of {} from {} to {}", self.events, self.first, self.last)
        } else {
            id.to_owned()
        }
    }
}

/// Returns the id of a conversation, or its name and file after a `?` where the id is a counter.
pub(super) fn conversation_id(conversation: &Conversation, manifest: &Manifest, place: &Place) -> String {
    let id = &conversation.id;
    if !is_counter(id) {
        return id.clone();
    }
    match &manifest.event_collection_id {
        Some(collection) if !collection.is_empty() => format!("{collection}/{id}"),
        _ => format!("?{}/{id}", place.file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_told_from_ids_of_apps() {
        for id in ["1", "P1", "C1", "m12", "participant_3", "conv-007", "", "ab", "user 12"] {
            assert!(is_counter(id), "{id}");
        }
        for id in [
            "wxid_ann",
            "10000001@chatroom",
            "+15550100",
            "13800138000",
            "U024BE7LH",
            "ann@example.com",
            "d41d8cd98f00b204e9800998ecf8427e",
            "C024BE91L",
            "chen",
            "CB0000001",
            "1709600400.000200",
        ] {
            assert!(!is_counter(id), "{id}");
        }
    }
}
