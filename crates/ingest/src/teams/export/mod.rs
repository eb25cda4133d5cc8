//! The data export that an account's owner asks for: a `messages.json` of all conversations, `endpoints.json`, and the
//! folder `media` with the bytes that the service still had. Skype's has the same layout.
//!
//! Nobody documents it. What a kind of message says was learnt from public programs that read it; no real export was at
//! hand. Ids of accounts and conversations are the service's own, with the number before the colon.

mod body;
mod call;
mod marks;
mod object;
mod rich;
mod stream;
mod thread;

use std::sync::Arc;

use duces_model::{App, ConversationKind, Place, Sender, SourceConversation};

use self::stream::{ExportStream, Headers};
use super::keys::Keys;
use crate::draft::Told;
use crate::json_object::{Object, Spare};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::said;
use crate::sink::Sink;
use crate::source::Source;
use crate::{Format, IngestError, Items, codes, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::TeamsExportJson, is_file, in_tree: None, open };

const CONVERSATIONS: &str = "conversations";
const MESSAGES: &str = "MessageList";
const OWNER: &str = "userId";
const MADE: &str = "exportDate";

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let found = probe.keys_before(CONVERSATIONS, &[OWNER, MADE], |found| found.contains_key(CONVERSATIONS))?;
    let named = [CONVERSATIONS, OWNER, MADE].iter().all(|key| found.contains_key(*key));
    Ok(named && memchr::memmem::find(probe.head, b"\"MessageList\"").is_some())
}

fn open(source: Source, mut sink: Sink) -> Result<Items, IngestError> {
    let headers = stream::headers(&source)?;
    if !headers.is_export {
        return Err(source.wrong(Format::TeamsExportJson, "it has no `conversations`"));
    }
    let made = headers.made.clone();
    said::provenance(&[("account", headers.owner.clone()), ("exported", made)], &source, &mut sink);
    let stated = source.mapping()?.and_then(|mapping| mapping.said().app.clone());
    let app = source.options.app.clone().or_else(|| stated.as_deref().map(App::named));
    if app.is_none() {
        let text = "Teams and Skype write this layout alike; Teams was assumed, and `app` in a mapping says otherwise";
        sink.once(&codes::APP_ASSUMED, &source.place(), text);
    }
    let app = app.unwrap_or_else(|| App::named("teams"));
    let window = source.window()?;
    let reader = Export { source, app, headers, current: None };
    Ok(Box::new(ExportStream::new(reader, window, sink)))
}

/// What the file says of all its messages.
pub(super) struct Export {
    source: Source,
    app: App,
    headers: Headers,
    /// The conversation whose messages are being read.
    current: Option<Arc<SourceConversation>>,
}

impl Export {
    /// Takes in that the messages of the next conversation follow, by its number from 0.
    fn conversation(&mut self, number: usize) {
        let header = self.headers.conversations.get(number);
        let id = header.and_then(|header| header.id.clone()).unwrap_or_else(|| format!("?{}", number + 1));
        let title = header.and_then(|header| header.title.clone());
        self.current = Some(Arc::new(self.conversation_of(&id, title)));
    }

    fn conversation_of(&self, id: &str, title: Option<String>) -> SourceConversation {
        let app = self.app.clone();
        // A thread has the number 19; everything else is somebody, or something, that the owner writes to.
        match &self.headers.owner {
            _ if id.starts_with("19:") || id.starts_with('?') => {
                SourceConversation { app, kind: ConversationKind::Group, native_id: id.to_owned(), title }
            }
            Some(owner) => SourceConversation::between(app, owner, id, title),
            None => SourceConversation { app, kind: ConversationKind::Direct, native_id: id.to_owned(), title },
        }
    }

    fn message(&self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(object) = Object::of_element(raw, self.source.encoding, &mut spare, place, sink) else { return };
        let message = Keys::new(object);
        let Some(sent_raw) = message.text("originalarrivaltime") else {
            sink.excepted(&codes::MISSING_FIELD, place, "`originalarrivaltime` is missing", raw);
            return;
        };
        let Some(sent) = when::from_rfc3339(&sent_raw) else {
            let text = format!("`originalarrivaltime` is no time that exists: `{sent_raw}`");
            sink.excepted(&codes::BAD_TIME, place, text, raw);
            return;
        };
        let kind = message.text("messagetype").unwrap_or_default();
        if kind.starts_with(body::ENCRYPTED) {
            let text = "the message is of an encrypted conversation and its wording is not in the export";
            sink.excepted(&codes::STILL_ENCRYPTED, place, text, raw);
            return;
        }
        let Some(conversation) = self.current.clone() else {
            sink.excepted(&codes::MISSING_FIELD, place, "the message is of no conversation", raw);
            return;
        };
        let said = body::of(&kind, &message, &self.source, place, sink);
        let (by_app, mut draft) = (said.by_app, said.draft);
        marks::add(&message, &mut draft);
        let native_id = message.text("from").map(|from| account(&from));
        let sender = native_id
            .map(|id| Sender { native_id: Some(id), name: message.text_in(&["displayName", "imdisplayname"]) });
        if sender.is_none() && !by_app {
            sink.finding(&codes::SENDER_UNKNOWN, place, codes::SENDER_UNKNOWN.summary);
        }
        let sender = sender.filter(|_| !by_app);
        let own = self.headers.owner.as_deref().or(self.source.options.account.as_deref());
        let by = sender.as_ref().and_then(|sender| sender.native_id.as_deref());
        let id = message.text("id");
        let told = Told {
            conversation,
            sent_by_collector: own.zip(by).map(|(own, by)| own == by),
            sent,
            sent_raw,
            // Ids are the milliseconds at which the service took a message, so that they give the order.
            sequence: id.as_deref().and_then(|id| id.parse().ok()),
            native_id: id,
            sender,
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }
}

/// Returns an account without the address that some exports put before it.
fn account(from: &str) -> String {
    from.rsplit_once("/contacts/").map_or(from, |(_, id)| id).to_owned()
}

/// Returns what an object of the export is that holds no messages.
pub(super) fn companion(probe: &mut Probe<'_>) -> Result<Option<&'static str>, IngestError> {
    const ENDPOINTS: &str = "endpoints";
    const OF_MEDIA: &[&str] = &["filename", "permissions", "type", "content_length", "id"];
    if !probe.is_object() {
        return Ok(None);
    }
    let found = probe.keys_before(ENDPOINTS, &[OWNER, MADE], |found| found.contains_key(ENDPOINTS))?;
    if found.contains_key(ENDPOINTS) && (found.contains_key(OWNER) || found.contains_key(MADE)) {
        return Ok(Some("the devices of an account; it holds no messages"));
    }
    let found = probe.keys(OF_MEDIA, |_| false)?;
    let described = found.contains_key("filename") && found.len() > 1;
    Ok(described.then_some("what the service says of a file that was sent; it holds no messages"))
}
