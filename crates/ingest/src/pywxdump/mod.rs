//! PyWxDump's exports: local times, types by name, names of accounts in `users.json` beside them.
//!
//! The CSV has two generations of headers, and WeClone's layout, which WeFlow writes too: without `room_name`, with types
//! in English, names in the place of accounts, and times in UTC. The JSON has the keys of the CSV.

mod csv;
mod json;

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{App, Body, ConversationKind, Place, Sender, SourceConversation, Zone};

use crate::contacts::{self, Contacts};
use crate::draft::Told;
use crate::field::filled;
use crate::named_type::{self, Named};
use crate::sink::Sink;
use crate::source::Source;
use crate::{codes, when};

pub(crate) use csv::READER as CSV;
pub(crate) use json::READER as JSON;

/// One message, taken apart.
#[derive(Default)]
struct Row {
    id: String,
    server_id: String,
    kind: String,
    is_sender: String,
    talker: String,
    room: Option<String>,
    message: String,
    source: String,
    time: String,
}

impl Row {
    /// The older `content` is JSON with `msg` and `src` in some versions, and the plain text in others.
    fn split_older_content(&mut self) {
        if !self.message.starts_with('{') {
            return;
        }
        let Ok(serde_json::Value::Object(content)) = serde_json::from_str(&self.message) else { return };
        let of = |key: &str| content.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
        if let Some(message) = of("msg") {
            self.source = of("src").unwrap_or_default();
            self.message = message;
        }
    }
}

/// What is known of all messages of a file.
struct Export {
    source: Source,
    zone: Zone,
    contacts: Contacts,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
}

impl Export {
    fn new(source: Source, zone: Zone, sink: &mut Sink) -> Self {
        let (contacts, findings) = contacts::contacts(&source.path, &source.root);
        findings.into_iter().for_each(|finding| sink.say(finding));
        Self { source, zone, contacts, conversations: BTreeMap::new() }
    }

    fn record(&mut self, row: Row, raw: &[u8], place: &Place, sink: &mut Sink) {
        let Some((sent, has_seconds)) = when::from_local(&row.time, &self.zone) else {
            let text = format!("`CreateTime` is no time that exists: `{}`", row.time);
            sink.excepted(&codes::BAD_TIME, place, text, raw);
            return;
        };
        if !has_seconds {
            sink.once(&codes::NO_SECONDS, place, codes::NO_SECONDS.summary);
        }
        let conversation = self.conversation(row.room.clone(), place, sink);
        let named = Named { kind: &row.kind, text: &row.message, source: &row.source };
        let draft = named_type::draft(named, place, sink);
        let by_app = row.talker == "系统" || matches!(draft.body, Body::Notice(_));
        let sent_by_collector = match row.is_sender.trim() {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        };
        let sender = if by_app { None } else { self.sender(&row, sent_by_collector, &conversation) };
        let told = Told {
            conversation,
            sender,
            sent_by_collector: if by_app { None } else { sent_by_collector },
            sent,
            sent_raw: row.time,
            native_id: filled(row.server_id).filter(|id| id != "0"),
            sequence: row.id.trim().parse().ok(),
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }

    fn conversation(&mut self, room: Option<String>, place: &Place, sink: &mut Sink) -> Arc<SourceConversation> {
        let app = self.source.options.app();
        let mut conversation = match room {
            Some(room) => SourceConversation { app, kind: contacts::kind_of(&room), native_id: room, title: None },
            None => {
                let named = name_of_file(&self.source);
                let text = format!("the row names no conversation; `{named}` was taken from the file's name");
                sink.once(&codes::CONVERSATION_FROM_NAME, place, text);
                by_name(app, &named)
            }
        };
        if let Some(known) = self.conversations.get(&conversation.native_id) {
            return Arc::clone(known);
        }
        if let Some(name) = self.contacts.name(&conversation.native_id) {
            conversation.title = Some(name.to_owned());
        }
        let conversation = Arc::new(conversation);
        self.conversations.insert(conversation.native_id.clone(), Arc::clone(&conversation));
        conversation
    }

    /// `我` stands for the account that was collected; newer versions write its id.
    fn sender(&self, row: &Row, collector: Option<bool>, conversation: &SourceConversation) -> Option<Sender> {
        let account = self.source.options.account.as_deref();
        let direct = conversation.kind == ConversationKind::Direct && !conversation.lacks_id();
        let other = || (direct && collector == Some(false)).then_some(conversation.native_id.as_str());
        let talker = row.talker.as_str();
        if named_type::is_english(&row.kind) {
            let native_id = if collector == Some(true) { account } else { other() };
            return Some(Sender { native_id: native_id.map(str::to_owned), name: filled(talker) });
        }
        let native_id = match (talker, collector) {
            ("我" | "", Some(true)) | ("我", _) => account,
            ("", _) => other(),
            (talker, _) => Some(talker),
        };
        let name = match native_id {
            Some(id) => self.contacts.name(id).map(str::to_owned),
            None => filled(talker),
        };
        if native_id.is_none() && name.is_none() && collector.is_none() {
            return None;
        }
        Some(Sender { native_id: native_id.map(str::to_owned), name })
    }
}

/// A file is named `<conversation>_<first>_<last>.csv`.
fn name_of_file(source: &Source) -> String {
    let stem = source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = stem.rsplitn(3, '_');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(last), Some(first), Some(name)) if is_number(last) && is_number(first) && !name.is_empty() => {
            name.to_owned()
        }
        _ => stem,
    }
}

/// WeFlow says in a file's name whether it is a group's; the rest is the name shown.
fn by_name(app: App, name: &str) -> SourceConversation {
    let rows = [("群聊_", ConversationKind::Group), ("私聊_", ConversationKind::Direct)];
    let shown = rows.iter().find_map(|(prefix, kind)| name.strip_prefix(prefix).map(|title| (*kind, title)));
    match shown {
        Some((kind, title)) => SourceConversation::named(app, kind, title),
        None => contacts::conversation_of(app, name),
    }
}
