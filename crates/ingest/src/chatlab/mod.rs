//! ChatLab's interchange of many chat apps: JSON with `chatlab`, `meta`, `members` and `messages`, or JSON lines with a
//! header, members and messages.

mod body;

use std::sync::Arc;

use duces_model::{App, ConversationKind, Place, Sender, SourceConversation};

use crate::contacts;
use crate::draft::Told;
use crate::field::filled;
use crate::json_lines::JsonLines;
use crate::json_object::{Object, Spare, epoch};
use crate::json_stream::{self, JsonStream, ReadElement, Shape};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::said;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::{Format, IngestError, Items, codes, when};

/// How the JSON is recognised and opened.
pub(crate) const JSON: Reader =
    Reader { format: Format::ChatlabJson, is_file: is_json, in_tree: None, open: open_json };
/// How the JSON lines are recognised and opened.
pub(crate) const JSONL: Reader =
    Reader { format: Format::ChatlabJsonl, is_file: is_jsonl, in_tree: None, open: open_jsonl };

fn is_json(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let keys = probe.keys(&["chatlab", "_type"], |found| found.contains_key("chatlab"))?;
    Ok(keys.contains_key("chatlab") && !keys.contains_key("_type"))
}

fn is_jsonl(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let text = probe.text();
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    Ok(Object::of(first.trim()).is_some_and(|line| line.text("_type").as_deref() == Some("header")))
}

/// What one file says of all its messages.
struct Chatlab {
    source: Source,
    app: App,
    group: bool,
    name: Option<String>,
    group_id: Option<String>,
    owner: Option<String>,
    members: Vec<Sender>,
    conversation: Option<Arc<SourceConversation>>,
}

impl Chatlab {
    fn new(source: Source, meta: &Object<'_>) -> Self {
        let platform = meta.text("platform").map(|platform| App::named(&platform));
        let app = source.options.app.clone().or(platform).unwrap_or_else(App::wechat);
        Self {
            app,
            group: meta.text("type").as_deref() == Some("group"),
            name: meta.text("name"),
            group_id: meta.text("groupId"),
            owner: meta.text("ownerId").or_else(|| source.options.account.clone()),
            members: Vec::new(),
            conversation: None,
            source,
        }
    }

    fn add_member(&mut self, member: &Object<'_>) {
        let name = member.text_in(&["groupNickname", "accountName", "name"]);
        self.members.extend(member.text("platformId").map(|id| Sender { native_id: Some(id), name }));
    }

    fn member(&self, id: &str) -> Option<&Sender> {
        self.members.iter().find(|member| member.native_id.as_deref() == Some(id))
    }

    /// The other side of a chat of two is the member that does not own the export.
    fn other_side(&self) -> Option<String> {
        let owner = self.owner.as_deref()?;
        let others: Vec<&str> =
            self.members.iter().filter_map(|member| member.native_id.as_deref()).filter(|id| *id != owner).collect();
        match others.as_slice() {
            [only] => Some((*only).to_owned()),
            _ => None,
        }
    }

    fn conversation(&mut self, place: &Place, sink: &mut Sink) -> Arc<SourceConversation> {
        if let Some(known) = &self.conversation {
            return Arc::clone(known);
        }
        let native_id = if self.group { self.group_id.clone() } else { self.other_side() };
        let title = self.name.clone();
        let app = self.app.clone();
        let of = |id: &str| if self.group { ConversationKind::Group } else { contacts::kind_of(id) };
        let conversation = match native_id {
            Some(native_id) => SourceConversation { app, kind: of(&native_id), native_id, title },
            None => {
                let named = title.unwrap_or_else(|| self.source.file.clone());
                let text =
                    format!("the export names no account of the conversation; its name `{named}` stands in its place");
                sink.once(&codes::CONVERSATION_FROM_NAME, place, text);
                SourceConversation::named(app, of(""), &named)
            }
        };
        let conversation = Arc::new(conversation);
        Arc::clone(self.conversation.insert(conversation))
    }
}

fn open_json(source: Source, mut sink: Sink) -> Result<Items, IngestError> {
    let mut window = source.window()?;
    let wanted = ["chatlab", "meta", "members"];
    let found = json_stream::header(&mut window, source.encoding, &wanted, |found| {
        wanted.iter().all(|key| found.contains_key(*key))
    })
    .map_err(|error| io_error(&source.path, error))?;
    let text = |key: &str| found.get(key).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let (chatlab, meta, members) = (text("chatlab"), text("meta"), text("members"));
    let Some(meta) = Object::of(&meta) else {
        return Err(source.wrong(Format::ChatlabJson, "it has no `meta`, so nobody knows whose conversation it is"));
    };
    say_provenance(&Object::of(&chatlab).unwrap_or_default(), &source, &mut sink);
    let mut reader = Chatlab::new(source, &meta);
    let members: Vec<Object<'_>> = serde_json::from_str(&members).unwrap_or_default();
    members.iter().for_each(|member| reader.add_member(member));
    let window = reader.source.window()?;
    Ok(Box::new(JsonStream::shaped(reader, window, Shape::Under("messages"), sink)))
}

fn say_provenance(chatlab: &Object<'_>, source: &Source, sink: &mut Sink) {
    let exported = chatlab.text("exportedAt").map(|at| when::shown(&at));
    let pairs = [("tool", chatlab.text("generator")), ("version", chatlab.text("version")), ("exported", exported)];
    said::provenance(&pairs, source, sink);
}

fn open_jsonl(source: Source, mut sink: Sink) -> Result<Items, IngestError> {
    let mut window = source.window()?;
    let failed = |error| io_error(&source.path, error);
    let header = loop {
        match crate::lines::next(&mut window).map_err(failed)? {
            crate::lines::NextLine::End => return Err(source.wrong(Format::ChatlabJsonl, "it has no header line")),
            _ => {
                let line = source.encoding.text(crate::rows::row(&window));
                if !line.trim().is_empty() && !line.starts_with('#') {
                    break line;
                }
            }
        }
    };
    let Some(object) = Object::of(header.trim()).filter(|line| line.text("_type").as_deref() == Some("header")) else {
        return Err(source.wrong(Format::ChatlabJsonl, "its first line is no header"));
    };
    say_provenance(&object.object("chatlab").unwrap_or_default(), &source, &mut sink);
    let reader = Chatlab::new(source, &object.object("meta").unwrap_or_default());
    let window = reader.source.window()?;
    Ok(Box::new(JsonLines::new(reader, window, sink)))
}

impl ReadElement for Chatlab {
    fn source(&self) -> &Source {
        &self.source
    }

    fn is_remark(&mut self, line: &[u8]) -> bool {
        if line.starts_with(b"#") {
            return true;
        }
        let text = self.source.encoding.utf8_bytes(line);
        let Some(object) = std::str::from_utf8(&text).ok().and_then(Object::of) else { return false };
        match object.text("_type").as_deref() {
            Some("header") => true,
            Some("member") => {
                self.add_member(&object);
                true
            }
            _ => false,
        }
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(row) = Object::of_element(raw, self.source.encoding, &mut spare, place, sink) else { return };
        let Some((sent, sent_raw)) = epoch(&row, "timestamp", raw, place, sink) else { return };
        let Some(kind) = row.int("type") else {
            let code = if row.raw("type").is_none() { &codes::MISSING_FIELD } else { &codes::WRONG_TYPE };
            sink.excepted(code, place, "`type` is no number", raw);
            return;
        };
        let draft = body::draft(kind, &row, place, sink);
        let by_app = matches!(kind, body::SYSTEM | body::RECALL);
        let id = row.text("sender");
        let named = row.text_in(&["groupNickname", "accountName"]);
        let name =
            named.or_else(|| id.as_deref().and_then(|id| self.member(id)).and_then(|member| member.name.clone()));
        let own = id.as_deref().zip(self.owner.as_deref()).map(|(id, owner)| id == owner);
        let told = Told {
            conversation: self.conversation(place, sink),
            sender: (!by_app && (id.is_some() || name.is_some())).then_some(Sender { native_id: id, name }),
            sent_by_collector: if by_app { None } else { own },
            sent,
            sent_raw,
            native_id: row.text("platformMessageId").and_then(filled),
            sequence: None,
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }

    fn end(&mut self, _records: u64, _place: &Place, sink: &mut Sink) {
        said::members(&self.members, &self.source, sink);
    }
}
