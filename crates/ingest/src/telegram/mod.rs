//! Telegram, as its desktop app exports it: `result.json` of one chat, or of an account with all its chats.

mod export;
mod message;

use std::sync::Arc;

use duces_model::{App, Body, ConversationKind, Place, Sender, SourceConversation, UtcMillis};

use crate::draft::Told;
use crate::json_object::{Object, Spare};
use crate::json_stream::ReadElement;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::{Format, IngestError, Items, codes, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::TelegramJson, is_file, in_tree: None, open };

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if !probe.is_object() {
        return Ok(false);
    }
    // Both stand in every message of the app's export and in no other format that is read.
    let holds = |text: &[u8]| memchr::memmem::find(probe.head, text).is_some();
    let chats = ["chats", "left_chats", "messages"];
    let keys = probe.keys_before("messages", &chats, |found| chats.iter().any(|key| found.contains_key(*key)))?;
    Ok(!keys.is_empty() && holds(b"\"date_unixtime\"") && holds(b"\"text\""))
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let window = source.window()?;
    let own = source.options.account.clone();
    let reader = Chat { source, own, conversation: None, shares_numbers: false };
    Ok(Box::new(export::Export::new(reader, window, sink)))
}

/// The chat whose messages are read.
pub(super) struct Chat {
    pub(super) source: Source,
    /// The account that exported, as messages name it: `user1`.
    own: Option<String>,
    conversation: Option<Arc<SourceConversation>>,
    /// Whether the numbers of its messages are the same for all who are in it: in a chat of two and in a small group each
    /// account counts by itself.
    shares_numbers: bool,
}

/// The types of chats: what each is, and whether its messages have numbers that all share.
const TYPES: &[(&str, ConversationKind, bool)] = &[
    ("personal_chat", ConversationKind::Direct, false),
    ("bot_chat", ConversationKind::Direct, false),
    ("private_group", ConversationKind::Group, false),
    ("private_supergroup", ConversationKind::Group, true),
    ("public_supergroup", ConversationKind::Group, true),
    ("private_channel", ConversationKind::Group, true),
    ("public_channel", ConversationKind::Group, true),
];

impl Chat {
    /// Is told what the export says of the account.
    pub(super) fn owner(&mut self, personal: &Object<'_>) {
        let id = personal.text("user_id").map(|id| format!("user{id}"));
        self.own = self.own.take().or(id);
    }

    /// Is told what the export says of the chat that begins.
    pub(super) fn begin(&mut self, header: &Object<'_>, sink: &mut Sink) {
        let app = self.source.options.app.clone().unwrap_or_else(|| App::named("telegram"));
        let kind = header.text("type").unwrap_or_default();
        let (id, name) = (header.text("id"), header.text("name"));
        let known = TYPES.iter().find(|(name, ..)| *name == kind);
        self.shares_numbers = known.is_some_and(|(.., shared)| *shared);
        let conversation = match (known, id) {
            (Some((_, ConversationKind::Direct, _)), Some(id)) => {
                SourceConversation { app, kind: ConversationKind::Direct, native_id: format!("user{id}"), title: name }
            }
            (Some((_, kind, _)), Some(id)) => SourceConversation { app, kind: *kind, native_id: id, title: name },
            _ => {
                let shown =
                    name.unwrap_or_else(|| if kind.is_empty() { self.source.file.clone() } else { kind.clone() });
                // Notes to oneself have no other side.
                let kind = if kind == "saved_messages" { ConversationKind::Direct } else { ConversationKind::Group };
                let text = format!("the export gives a chat no id; `{shown}` stands in its place");
                sink.finding(&codes::CONVERSATION_DERIVED, &self.source.place(), text);
                SourceConversation::named(app, kind, &shown)
            }
        };
        self.conversation = Some(Arc::new(conversation));
    }

    /// Returns a message's number as one that no other chat or account gives to another message; nothing where the export
    /// does not say whose count it is.
    fn number(&self, id: &str) -> Option<String> {
        if self.shares_numbers {
            return Some(id.to_owned());
        }
        self.own.as_ref().map(|own| format!("{own}:{id}"))
    }
}

impl ReadElement for Chat {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(row) = Object::of_element(raw, self.source.encoding, &mut spare, place, sink) else { return };
        let Some(conversation) = self.conversation.clone() else { return };
        let Some((sent, sent_raw)) = self.sent(&row, raw, place, sink) else { return };
        let mut draft = message::draft(&row, place, sink);
        let answers = row.text("reply_to_message_id");
        match answers.as_ref().and_then(|id| self.number(id)) {
            Some(number) => draft.marks.reply_to = Some(number),
            None => draft = draft.fact("answers the message", answers),
        }
        let id = row.text_in(&["from_id", "actor_id"]);
        let name = row.text_in(&["from", "actor"]);
        let own = id.as_ref().zip(self.own.as_ref()).map(|(id, own)| id == own);
        let told = Told {
            conversation,
            sent_by_collector: own.filter(|_| !matches!(draft.body, Body::Notice(_))),
            sender: Sender::known(id, name),
            sent,
            sent_raw,
            native_id: row.text("id").and_then(|id| self.number(&id)),
            sequence: row.int("id"),
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }
}

impl Chat {
    /// Seconds since 1970 where the export has them, else a local time.
    fn sent(&self, row: &Object<'_>, raw: &[u8], place: &Place, sink: &mut Sink) -> Option<(UtcMillis, String)> {
        if let Some(seconds) = row.text("date_unixtime") {
            let at = seconds.parse().ok().and_then(when::from_seconds);
            if at.is_none() {
                sink.excepted(&codes::BAD_TIME, place, format!("`date_unixtime` is no time: `{seconds}`"), raw);
            }
            return at.map(|at| (at, seconds));
        }
        let Some(local) = row.text("date") else {
            sink.excepted(&codes::MISSING_FIELD, place, "the message has no time", raw);
            return None;
        };
        let Some(zone) = &self.source.options.zone else {
            let text = format!("`{local}` names no zone; pass `--tz`");
            sink.excepted(&codes::BAD_TIME, place, text, raw);
            return None;
        };
        let at = when::from_local(&local.replace('T', " "), zone).map(|(at, _)| at);
        match at {
            Some(at) => {
                sink.once(&codes::ZONE_ASSUMED, place, codes::ZONE_ASSUMED.summary);
                Some((at, local))
            }
            None => {
                sink.excepted(&codes::BAD_TIME, place, format!("`date` is no time that exists: `{local}`"), raw);
                None
            }
        }
    }
}
