//! Decides what may leave: the only module that vouches for a value.
//!
//! A withheld conversation or day is never laid out at all. What of it shows elsewhere is hidden here: a file
//! that was withheld is withheld wherever else it was sent, and a quote of a withheld message keeps neither
//! its words nor its sender. What is hidden leaves no trace of its length, name or digest.

use std::collections::{BTreeMap, BTreeSet};

use duces_model::{
    Attachment, AttachmentRole, Body, Cleared, Conversation, ConversationKind, Day, Digest, Entry, EntryState,
    HistoryItem, Message, Transcript,
};
use serde::{Deserialize, Serialize};

use crate::Withhold;

/// What stands in the place of hidden words.
pub const HIDDEN: &str = "[withheld]";

/// What is withheld, resolved against the archive.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Clearance {
    conversations: BTreeMap<String, String>,
    days: BTreeMap<String, BTreeMap<Day, String>>,
    files: BTreeMap<Digest, String>,
    file_names: BTreeSet<String>,
    messages: BTreeSet<String>,
}

impl Clearance {
    /// Takes in what a request withholds by name.
    pub fn new(withheld: &[Withhold]) -> Self {
        let mut clearance = Self::default();
        for item in withheld {
            let reason = item.reason.clone();
            match (&item.conversation, item.day, item.file) {
                (Some(conversation), Some(day), _) => {
                    clearance.days.entry(conversation.clone()).or_default().insert(day, reason);
                }
                (Some(conversation), None, _) => {
                    clearance.conversations.insert(conversation.clone(), reason);
                }
                (None, _, Some(file)) => {
                    clearance.files.insert(file, reason);
                }
                (None, _, None) => {}
            }
        }
        clearance
    }

    /// Returns why a whole conversation is withheld, if it is.
    pub fn conversation(&self, conversation: &Conversation) -> Option<&str> {
        names_of(conversation).find_map(|name| self.conversations.get(name)).map(String::as_str)
    }

    /// Returns why one day of a conversation is withheld, if it is.
    pub fn day(&self, conversation: &Conversation, day: Day) -> Option<&str> {
        names_of(conversation).find_map(|name| self.days.get(name)?.get(&day)).map(String::as_str)
    }

    /// Returns whether a conversation, or a day of it, is withheld.
    pub fn concerns(&self, conversation: &Conversation) -> bool {
        names_of(conversation).any(|name| self.conversations.contains_key(name) || self.days.contains_key(name))
    }

    /// Returns the names in the request that none of `conversations` answers to: each is likely a slip of the pen.
    pub fn unmatched(&self, conversations: &[Conversation]) -> Vec<String> {
        let known: BTreeSet<&str> = conversations.iter().flat_map(names_of).collect();
        let named = self.conversations.keys().chain(self.days.keys());
        let unmatched: BTreeSet<&String> = named.filter(|name| !known.contains(name.as_str())).collect();
        unmatched.into_iter().cloned().collect()
    }

    /// Takes in a withheld message, so that nothing of it shows elsewhere.
    pub fn withhold(&mut self, message: &Message, reason: &str) {
        if let Some(native_id) = &message.native_id {
            self.messages.insert(native_id.clone());
        }
        for attachment in &message.attachments {
            self.withhold_file(attachment, reason);
        }
    }

    fn withhold_file(&mut self, attachment: &Attachment, reason: &str) {
        // Stickers are the app's own and shared by everybody: the same one elsewhere says nothing.
        if matches!(attachment.role, AttachmentRole::Sticker) {
            return;
        }
        if let Some(digest) = attachment.digest() {
            self.files.entry(digest).or_insert_with(|| reason.to_owned());
        }
        if let (AttachmentRole::File, Some(name)) = (attachment.role, &attachment.name) {
            self.file_names.insert(name.clone());
        }
    }

    /// Takes in the names under which withheld files were sent, in a message that itself is produced.
    pub fn learn_names(&mut self, message: &Message) {
        for attachment in &message.attachments {
            if let (Some(digest), AttachmentRole::File, Some(name)) =
                (attachment.digest(), attachment.role, &attachment.name)
                && self.files.contains_key(&digest)
            {
                self.file_names.insert(name.clone());
            }
        }
    }

    /// Returns whether single files are withheld, so that names must be learned before anything is cleared.
    pub fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Clears a transcript: hides what is withheld in it and vouches for the rest.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that decides what may leave")]
    pub fn clear(&self, mut transcript: Transcript) -> Cleared<Transcript> {
        for entry in &mut transcript.entries {
            self.clear_entry(entry);
        }
        duces_search::conceal_withheld(&mut transcript);
        renumber(&mut transcript);
        Cleared::vouch(transcript)
    }

    /// Only marks what is withheld: what the transcript says of it, `conceal_withheld` takes out.
    fn clear_entry(&self, entry: &mut Entry) {
        for held in &mut entry.attachments {
            if let Some(reason) = held.attachment.digest().and_then(|digest| self.files.get(&digest)) {
                held.state = EntryState::Withheld(reason.clone());
            }
        }
        self.clear_body(&mut entry.body);
        let withheld = |id: &String| self.messages.contains(id);
        entry.marks.reply_to = entry.marks.reply_to.take().filter(|id| !withheld(id));
        for edit in &mut entry.marks.edits {
            if edit.before.as_ref().is_some_and(|before| self.names_withheld_file(before)) {
                edit.before = Some(HIDDEN.to_owned());
            }
        }
    }

    fn clear_body(&self, body: &mut Body) {
        match body {
            Body::File { name, size } if self.file_names.contains(name) => {
                HIDDEN.clone_into(name);
                *size = None;
            }
            Body::Quote(quote) => {
                if quote.native_id.as_ref().is_some_and(|id| self.messages.contains(id)) {
                    quote.sender = None;
                    quote.sender_id = None;
                    quote.time = None;
                    quote.quoted = Some(Box::new(Body::text_of(HIDDEN)));
                } else if let Some(quoted) = &mut quote.quoted {
                    self.clear_body(quoted);
                    self.clear_text(quoted);
                }
            }
            Body::Recall(recall) => {
                if recall.native_id.as_ref().is_some_and(|id| self.messages.contains(id)) {
                    recall.recalled = None;
                } else if let Some(recalled) = &mut recall.recalled {
                    self.clear_body(recalled);
                }
            }
            Body::MergedHistory(history) => {
                for HistoryItem { body, .. } in &mut history.items {
                    self.clear_body(body);
                }
            }
            Body::Mixed { parts } => parts.iter_mut().for_each(|part| self.clear_body(&mut part.body)),
            _ => {}
        }
    }

    /// A quote often shows a file as nothing but its name in plain text.
    fn clear_text(&self, body: &mut Body) {
        let Body::Text { text } = body else { return };
        if self.names_withheld_file(text) {
            HIDDEN.clone_into(text);
        }
    }

    fn names_withheld_file(&self, text: &str) -> bool {
        self.file_names.iter().any(|name| text.contains(name.as_str()))
    }
}

/// A 1:1 answers to either account of its pair and to the pair; a group to its id.
fn names_of(conversation: &Conversation) -> impl Iterator<Item = &str> {
    let whole = std::iter::once(conversation.native_id.as_str());
    let direct = conversation.kind == ConversationKind::Direct;
    let each = conversation.native_id.split('|').filter(move |_| direct);
    whole.chain(each)
}

/// Children that are withheld leave no gap in the ordinals of the others.
fn renumber(transcript: &mut Transcript) {
    let mut ordinals = BTreeMap::new();
    let attachments = transcript.entries.iter_mut().flat_map(|entry| &mut entry.attachments);
    for attachment in attachments {
        if let EntryState::Child(ordinal) = &mut attachment.state {
            let next = u32::try_from(ordinals.len()).unwrap_or(u32::MAX);
            *ordinal = *ordinals.entry(*ordinal).or_insert(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_model::{Content, EntryAttachment, Marks, Quote, UnitRule, UtcMillis, Zone};

    fn entry(number: u32, body: Body, attachments: Vec<EntryAttachment>) -> Entry {
        let sent = UtcMillis::new(0).expect("1970");
        Entry {
            number,
            sent,
            sender: None,
            body,
            attachments,
            marks: Marks::default(),
            refers_to: None,
            recalled: false,
            deleted: false,
        }
    }

    #[test]
    fn a_withheld_file_leaves_no_name_size_or_digest() {
        let digest = Digest::of(b"secret");
        let attachment = Attachment {
            role: AttachmentRole::File,
            name: Some("secret-plan.docx".into()),
            mime: "application/msword".into(),
            content: Content::Stored { digest, size: 4711 },
        };
        let file = Body::File { name: "secret-plan.docx".into(), size: Some(4711) };
        let quote = Body::Quote(Quote {
            text: "which one?".into(),
            native_id: None,
            sender_id: None,
            sender: None,
            time: None,
            quoted: Some(Box::new(Body::text_of("secret-plan.docx"))),
        });
        let held = EntryAttachment { attachment, state: EntryState::Child(0), show: false };
        let day = "1970-01-01".parse().expect("a day");
        let transcript = Transcript {
            title: "t".into(),
            app: "WeChat".into(),
            conversation_id: "c".into(),
            kind: ConversationKind::Group,
            rule: UnitRule::Day,
            first_day: day,
            last_day: day,
            slice: None,
            zone: Zone::utc(),
            custodians: Vec::new(),
            participants: Vec::new(),
            sources: Vec::new(),
            entries: vec![entry(1, file, vec![held]), entry(2, quote, Vec::new())],
        };
        let withhold = Withhold { conversation: None, day: None, file: Some(digest), reason: "Privilege".into() };
        let mut clearance = Clearance::new(&[withhold]);
        // Planning learns the names from the messages before it clears anything.
        clearance.file_names.insert("secret-plan.docx".into());
        let cleared = clearance.clear(transcript);
        let shown = serde_json::to_string(&*cleared).expect("a transcript is JSON");
        for needle in ["secret-plan", "4711", "msword", &digest.to_string()] {
            assert!(!shown.contains(needle), "{needle} is in {shown}");
        }
        assert_eq!(cleared.entries[0].attachments[0].state, EntryState::Withheld("Privilege".into()));
        assert_eq!(cleared.children(), 0);
    }
}
