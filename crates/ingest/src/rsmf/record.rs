//! From an event of a manifest to a record.

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{
    App, Body, ConversationKind, Deletion, Edit, Fact, Marks, Notice, NoticeKind, Place, Reaction, Receipt,
    ReceiptKind, RecordState, Sender, SourceBytes, SourceConversation, UtcMillis, Zone,
};
use duces_rsmf::{
    Conversation, ConversationType, Direction, Event, EventType, Importance, Manifest, Participant, ReceiptAction,
};

use super::{Rsmf, ids};
use crate::composed::{self, SentFile};
use crate::draft::{Draft, Told};
use crate::media::Hint;
use crate::source::Source;
use crate::{codes, when};

/// Who takes part and where, by the ids of the manifest.
pub(super) struct People {
    senders: BTreeMap<String, Sender>,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
    /// Whether a conversation or a participant has no id of the app.
    pub(super) lacks_ids: bool,
}

impl People {
    pub(super) fn of(manifest: &Manifest, source: &Source) -> Self {
        let senders: BTreeMap<String, Sender> =
            manifest.participants.iter().map(|participant| (participant.id.clone(), sender(participant))).collect();
        let mut people = Self { senders, conversations: BTreeMap::new(), lacks_ids: false };
        for conversation in &manifest.conversations {
            let made = people.conversation(conversation, manifest, &source.place());
            people.lacks_ids |= made.lacks_id();
            people.conversations.entry(conversation.id.clone()).or_insert_with(|| Arc::new(made));
        }
        people.lacks_ids |= people.senders.values().any(|sender| sender.native_id.is_none());
        people
    }

    fn conversation(&self, of: &Conversation, manifest: &Manifest, place: &Place) -> SourceConversation {
        let app = app(&of.platform);
        let title = of.display.clone().filter(|display| !display.is_empty());
        let accounts = |at: usize| self.senders.get(of.participants.get(at)?)?.native_id.as_deref();
        if of.kind == Some(ConversationType::Direct)
            && of.participants.len() == 2
            && let (Some(a), Some(b)) = (accounts(0), accounts(1))
        {
            return SourceConversation::between(app, a, b, title);
        }
        let native_id = ids::conversation_id(of, manifest, place);
        SourceConversation { app, kind: kind(of), native_id, title }
    }

    fn shown(&self, id: &str) -> String {
        self.senders.get(id).map_or_else(|| id.to_owned(), |sender| sender.display().to_owned())
    }
}

/// A 1:1 has two who take part; anything else is a group, whatever it is called.
fn kind(of: &Conversation) -> ConversationKind {
    let direct = of.kind == Some(ConversationType::Direct) && of.participants.len() <= 2;
    if direct { ConversationKind::Direct } else { ConversationKind::Group }
}

/// Returns the app of a platform, which is free text.
fn app(platform: &str) -> App {
    match platform.to_lowercase().as_str() {
        "microsoft teams" | "msteams" | "ms teams" => App::named("teams"),
        "weixin" | "微信" => App::wechat(),
        "text message" | "mms" => App::named("sms"),
        other => App::named(other),
    }
}

fn sender(of: &Participant) -> Sender {
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let id = Some(of.id.clone()).filter(|id| !ids::is_counter(id));
    let native_id = filled(&of.account_id).or_else(|| filled(&of.email)).or(id);
    let name = filled(&of.display).or_else(|| native_id.is_none().then(|| of.id.clone()));
    Sender { native_id, name }
}

impl Rsmf {
    pub(super) fn record(&mut self, event: &Event, raw: String, place: &Place) {
        if self.people.lacks_ids {
            self.sink.once(&codes::CONVERSATION_DERIVED, &self.source.place(), codes::CONVERSATION_DERIVED.summary);
        }
        let except =
            |sink: &mut crate::sink::Sink, code, text: String| sink.excepted(code, place, text, raw.as_bytes());
        let Some(conversation) = self.conversation_of(event) else {
            let id = event.conversation.as_deref().unwrap_or("");
            except(
                &mut self.sink,
                &codes::MISSING_FIELD,
                format!("the event is of no conversation that is known: `{id}`"),
            );
            return;
        };
        let Some(time) = event.timestamp.clone() else {
            except(&mut self.sink, &codes::MISSING_FIELD, "`timestamp` is missing".to_owned());
            return;
        };
        let Some(sent) = self.instant(&time) else {
            except(&mut self.sink, &codes::BAD_TIME, format!("`timestamp` is no time that exists: `{time}`"));
            return;
        };
        let mut draft = self.draft(event, place);
        let by_app = matches!(draft.body, Body::Notice(_));
        draft.marks = self.marks(event);
        draft.state = event.deleted.then_some(RecordState::Deleted);
        let sender = event.participant.as_ref().and_then(|id| self.people.senders.get(id)).cloned();
        let told = Told {
            conversation,
            sender: if by_app { None } else { sender },
            sent_by_collector: event.direction.map(|direction| direction == Direction::Outgoing).filter(|_| !by_app),
            sent,
            sent_raw: time,
            native_id: self.native_id(event),
            sequence: None,
        };
        draft.into_record(told, raw.as_bytes(), &self.source, place, &mut self.sink);
    }

    /// An event without a conversation is of the only one.
    fn conversation_of(&self, event: &Event) -> Option<Arc<SourceConversation>> {
        let conversations = &self.people.conversations;
        match &event.conversation {
            Some(id) => conversations.get(id).cloned(),
            None if conversations.len() == 1 => conversations.values().next().cloned(),
            None => None,
        }
    }

    fn instant(&self, text: &str) -> Option<UtcMillis> {
        let utc = Zone::utc();
        let zone = self.source.options.zone.as_ref().unwrap_or(&utc);
        when::from_local(text, zone).map(|(at, _)| at)
    }

    fn native_id(&self, event: &Event) -> Option<String> {
        let id = event.id.as_deref().filter(|id| !id.is_empty())?;
        let in_thread = event.parent.is_some() || self.parents.contains(id);
        (!ids::is_counter(id) || in_thread).then(|| self.span.event_id(id))
    }

    fn draft(&mut self, event: &Event, place: &Place) -> Draft {
        let text = event.body.clone().unwrap_or_default();
        let who = || event.participant.as_deref().map_or_else(String::new, |id| self.people.shown(id));
        let notice = |kind, text| Draft::plain(Body::Notice(Notice { kind, text }));
        match event.kind {
            EventType::Join if text.is_empty() => notice(NoticeKind::Join, format!("{} joined", who())),
            EventType::Leave if text.is_empty() => notice(NoticeKind::Leave, format!("{} left", who())),
            EventType::Join => notice(NoticeKind::Join, text),
            EventType::Leave => notice(NoticeKind::Leave, text),
            EventType::Disclaimer => notice(NoticeKind::Other, text),
            EventType::Unknown if event.participant.is_none() && event.attachments.is_empty() => {
                notice(NoticeKind::Other, text)
            }
            EventType::Message | EventType::History | EventType::Unknown => {
                let files = event.attachments.iter().map(|attachment| self.file(attachment, place)).collect();
                composed::draft(text, files)
            }
        }
    }

    fn file(&mut self, attachment: &duces_rsmf::Attachment, place: &Place) -> SentFile {
        let name = attachment.display.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| attachment.id.clone());
        let mut hint = Hint { stems: vec![attachment.id.clone()], ..Hint::default() };
        if self.file.is_folder() {
            hint.path = Some(attachment.id.clone());
        } else {
            match self.file.attachment(&attachment.id) {
                Ok(bytes) => hint.bytes = bytes.map(SourceBytes::new),
                Err(error) => {
                    let text = format!("the attachment `{}` cannot be read: {error}", attachment.id);
                    self.sink.finding(&codes::READ_FAILED, place, text);
                }
            }
        }
        SentFile { size: attachment.size, ..SentFile::named(name, hint) }
    }

    fn marks(&self, event: &Event) -> Marks {
        let shown = |id: &String| self.people.shown(id);
        let at = |time: &Option<String>| time.as_deref().and_then(|time| self.instant(time));
        let edits = event.edits.iter().map(|edit| Edit {
            at: at(&edit.timestamp),
            by: Some(shown(&edit.participant)).filter(|by| !by.is_empty()),
            before: edit.previous.clone(),
        });
        let reactions = event.reactions.iter().map(|reaction| Reaction {
            value: reaction.value.clone(),
            count: reaction.count.unwrap_or_else(|| u32::try_from(reaction.participants.len()).unwrap_or(u32::MAX)),
            by: reaction.participants.iter().map(shown).collect(),
        });
        let receipts = event.read_receipts.iter().map(|receipt| Receipt {
            kind: if receipt.action == Some(ReceiptAction::Delivered) {
                ReceiptKind::Delivered
            } else {
                ReceiptKind::Read
            },
            by: Some(shown(&receipt.participant)).filter(|by| !by.is_empty()),
            at: at(&receipt.timestamp),
        });
        Marks {
            reply_to: event.parent.as_deref().map(|parent| self.span.event_id(parent)),
            edits: edits.collect(),
            reactions: reactions.collect(),
            receipts: receipts.collect(),
            deletion: event.deleted.then(Deletion::default),
            facts: facts(event),
        }
    }
}

/// What no other field holds.
fn facts(event: &Event) -> Vec<Fact> {
    let mut facts = Vec::new();
    if event.importance == Some(Importance::High) {
        facts.push(Fact::new("importance", "high"));
    }
    if event.kind == EventType::History {
        facts.push(Fact::new("history", "shown to somebody who joined later"));
    }
    for (at, edit) in event.edits.iter().enumerate() {
        // What an edit left is what the next one found, or the wording that stands.
        let after = event.edits.get(at + 1).map_or(event.body.as_ref(), |next| next.previous.as_ref());
        if let Some(new) = edit.new.as_ref().filter(|new| Some(*new) != after) {
            facts.push(Fact::new(format!("wording after edit {}", at + 1), new));
        }
    }
    let importance = |name: &str, value: &str| name == "importance" && value == "high";
    let customs = event.custom.iter().filter(|custom| !importance(&custom.name, &custom.value));
    facts.extend(customs.map(|custom| Fact::new(&custom.name, &custom.value)));
    facts
}
