//! Discord, as DiscordChatExporter writes it: a channel a file, with its server, its messages and what was attached.

mod message;

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use duces_model::{App, ConversationKind, Place, Sender, SourceConversation};

use crate::draft::Told;
use crate::json_object::{Object, Spare};
use crate::json_stream::{self, JsonStream, ReadElement, Shape, expect, next_element};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::said;
use crate::scan::{self, Kept, ScanError};
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::window::Window;
use crate::{Format, IngestError, Items, codes, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::DiscordJson, is_file, in_tree: None, open };

/// Types of channels in which two talk, or a few without a server.
const DIRECT: &[&str] = &["DirectTextChat", "DirectGroupTextChat"];

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let keys = ["guild", "channel", "dateRange"];
    let found = probe.keys(&keys, |found| keys.iter().all(|key| found.contains_key(*key)))?;
    Ok(keys.iter().all(|key| found.contains_key(*key)))
}

struct Discord {
    source: Source,
    conversation: Arc<SourceConversation>,
    /// The account that was collected, where the caller knows it.
    own: Option<String>,
}

fn open(source: Source, mut sink: Sink) -> Result<Items, IngestError> {
    let mut window = source.window()?;
    let wanted = ["guild", "channel", "dateRange", "exportedAt"];
    let found = json_stream::header(&mut window, source.encoding, &wanted, |found| {
        wanted.iter().all(|key| found.contains_key(*key))
    })
    .map_err(|error| io_error(&source.path, error))?;
    let text = |key: &str| found.get(key).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let (guild, channel) = (text("guild"), text("channel"));
    let (Some(guild), Some(channel)) = (Object::of(&guild), Object::of(&channel)) else {
        return Err(source.wrong(Format::DiscordJson, "it names no server and channel"));
    };
    let Some(id) = channel.text("id") else {
        return Err(source.wrong(Format::DiscordJson, "its channel has no id"));
    };
    let range = text("dateRange");
    let range = Object::of(&range).unwrap_or_default();
    said::provenance(
        &[
            ("server", guild.text("name")),
            ("channel", channel.text("name")),
            ("category", channel.text("category")),
            ("topic", channel.text("topic")),
            ("after", range.text("after")),
            ("before", range.text("before")),
            ("exported", serde_json::from_str(&text("exportedAt")).ok()),
        ],
        &source,
        &mut sink,
    );
    let conversation = conversation(&source, &guild, &channel, id, &mut sink)?;
    let own = source.options.account.clone();
    let window = source.window()?;
    let reader = Discord { source, conversation: Arc::new(conversation), own };
    Ok(Box::new(JsonStream::shaped(reader, window, Shape::Under("messages"), sink)))
}

fn conversation(
    source: &Source,
    guild: &Object<'_>,
    channel: &Object<'_>,
    id: String,
    sink: &mut Sink,
) -> Result<SourceConversation, IngestError> {
    let app = source.options.app.clone().unwrap_or_else(|| App::named("discord"));
    let name = channel.text("name");
    let kind = channel.text("type").unwrap_or_default();
    if !DIRECT.contains(&kind.as_str()) {
        let title = name.map(|name| match guild.text("name") {
            Some(guild) => format!("{guild} / #{name}"),
            None => name,
        });
        return Ok(SourceConversation { app, kind: ConversationKind::Group, native_id: id, title });
    }
    if kind != "DirectTextChat" {
        return Ok(SourceConversation { app, kind: ConversationKind::Group, native_id: id, title: name });
    }
    // The channel is the same for both sides, but names neither: those who wrote are looked up.
    let mut sides = authors(source)?;
    sides.extend(source.options.account.clone());
    match sides.into_iter().collect::<Vec<_>>().as_slice() {
        [a, b] => Ok(SourceConversation::between(app, a, b, None)),
        _ => {
            let text = format!(
                "the export does not name both sides of the direct conversation {id}; its name stands in the place of \
                 the other side's account"
            );
            sink.once(&codes::CONVERSATION_DERIVED, &source.place(), text);
            Ok(SourceConversation::named(app, ConversationKind::Direct, name.as_deref().unwrap_or(&id)))
        }
    }
}

/// Returns the ids of those who wrote, three at most. What is wrong with a message is said when it is read.
fn authors(source: &Source) -> Result<BTreeSet<String>, IngestError> {
    let mut window = source.window()?;
    let mut found = BTreeSet::new();
    let at_messages = json_stream::header(&mut window, source.encoding, &[], |keys| keys.contains_key("messages"));
    at_messages
        .and_then(|_| add_authors(&mut window, source, &mut found))
        .map_err(|error| io_error(&source.path, error))?;
    Ok(found)
}

fn add_authors(window: &mut Window, source: &Source, found: &mut BTreeSet<String>) -> io::Result<()> {
    let mut read = || -> Result<(), ScanError> {
        expect(window, b'[')?;
        let mut first = true;
        while found.len() < 3 && next_element(window, first)? {
            first = false;
            let kept = scan::value(window, source.encoding, true)?;
            let (mut spare, mut unheard) = (Spare::default(), Sink::default());
            let place = source.place();
            let row = Object::of_element(window.record(), source.encoding, &mut spare, &place, &mut unheard);
            let author = row.filter(|_| kept == Kept::Whole).and_then(|row| row.object("author"));
            found.extend(author.and_then(|author| author.text("id")));
        }
        Ok(())
    };
    match read() {
        Err(ScanError::Io(error)) => Err(error),
        Ok(()) | Err(ScanError::Ended | ScanError::Unexpected(_)) => Ok(()),
    }
}

impl ReadElement for Discord {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(row) = Object::of_element(raw, self.source.encoding, &mut spare, place, sink) else { return };
        let sent_raw = row.text("timestamp").unwrap_or_default();
        let Some(sent) = when::from_rfc3339(&sent_raw) else {
            let code = if sent_raw.is_empty() { &codes::MISSING_FIELD } else { &codes::BAD_TIME };
            sink.excepted(code, place, format!("`timestamp` is no time of a message: `{sent_raw}`"), raw);
            return;
        };
        let author = row.object("author").unwrap_or_default();
        let sender = Sender::known(author.text("id"), name_of(&author));
        let id = sender.as_ref().and_then(|sender| sender.native_id.as_ref());
        let own = self.own.as_ref().zip(id).map(|(own, id)| own == id);
        let draft = message::draft(&row, sent, place, sink);
        let told = Told {
            conversation: Arc::clone(&self.conversation),
            sender,
            sent_by_collector: own,
            sent,
            sent_raw,
            native_id: row.text("id"),
            sequence: None,
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }
}

/// Returns the name that Discord shows: the one on the server before the one of the account.
fn name_of(person: &Object<'_>) -> Option<String> {
    person.text_in(&["nickname", "name"])
}
