//! Discord, as DiscordChatExporter writes it: a channel a file, with its server, its messages and what was attached.

mod message;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use duces_model::{App, ConversationKind, Place, Sender, SourceConversation};

use crate::draft::Told;
use crate::json_object::{Object, Spare};
use crate::json_stream::{self, JsonStream, ReadElement, Shape};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::said;
use crate::sink::Sink;
use crate::source::{Source, io_error};
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

/// Returns the ids of those who wrote, three at most.
fn authors(source: &Source) -> Result<BTreeSet<String>, IngestError> {
    let found = Arc::new(Mutex::new(BTreeSet::new()));
    let window = source.window()?;
    let file =
        crate::SourceFile { format: Format::DiscordJson, path: source.path.clone(), members: source.members.clone() };
    let again = Source::new(&file, &source.root, &source.options)?;
    let reader = Authors { source: again, found: Arc::clone(&found) };
    JsonStream::shaped(reader, window, Shape::Under("messages"), Sink::default()).for_each(drop);
    let found = found.lock().map(|found| found.clone()).unwrap_or_default();
    Ok(found)
}

/// Collects who wrote; what is wrong is said when the messages are read.
struct Authors {
    source: Source,
    found: Arc<Mutex<BTreeSet<String>>>,
}

impl ReadElement for Authors {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, _sink: &mut Sink) {
        let (mut spare, mut unheard) = (Spare::default(), Sink::default());
        let row = Object::of_element(raw, self.source.encoding, &mut spare, place, &mut unheard);
        let id = row.and_then(|row| row.object("author")).and_then(|author| author.text("id"));
        if let (Some(id), Ok(mut found)) = (id, self.found.lock())
            && found.len() < 3
        {
            found.insert(id);
        }
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
        let sender = message::person(&author);
        let own = self.own.as_ref().zip(sender.native_id.as_ref()).map(|(own, id)| own == id);
        let draft = message::draft(&row, sent, place, sink);
        let known = sender.native_id.is_some() || sender.name.is_some();
        let told = Told {
            conversation: Arc::clone(&self.conversation),
            sender: known.then_some(sender),
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

fn sender_of(person: &Object<'_>) -> Sender {
    Sender { native_id: person.text("id"), name: name_of(person) }
}
