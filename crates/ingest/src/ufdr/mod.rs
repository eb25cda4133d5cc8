//! Reports of Cellebrite: `report.xml` and the files beside it, as a UFDR holds them.
//!
//! A report may be many gigabytes. It is looked through once for its chats and files, then read as a stream: each message
//! is one record with its exact bytes.

mod index;
mod message;
mod model;
mod others;

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use duces_model::{App, Body, ConversationKind, Item, Place, Sender, SourceConversation};

use self::index::{Index, MESSAGES, Talk, skip};
use self::model::{Party, field};
use crate::draft::Told;
use crate::moment::{self, Clock, NoMoment};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::wechat_xml::Node;
use crate::window::Window;
use crate::xml_record::{self, XmlRecord, node_of};
use crate::xml_scan::{self, Does, Tag};
use crate::{Format, IngestError, Items, codes, said};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::Ufdr, is_file, in_tree: None, open };

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if probe.first_byte() != Some(b'<') {
        return Ok(false);
    }
    let mut window = Window::new(Box::new(io::Cursor::new(probe.head.to_vec())));
    let first = xml_scan::next(&mut window).map_err(|error| io_error(probe.path, error))?;
    let Some(tag) = first.filter(|tag| tag.name == "project" && tag.does == Does::Open) else { return Ok(false) };
    let text = probe.encoding.text(xml_scan::bytes_of(&window, &tag));
    Ok(text.contains("extractionType") || text.contains("cellebrite.com"))
}

struct Ufdr {
    source: Source,
    window: Window,
    clock: Clock,
    /// What the first look found; it is taken when the first item is asked for.
    index: Index,
    looked: bool,
    sink: Sink,
    /// The type of the models at hand.
    kind: Option<String>,
    /// How many chats were begun, and the one at hand with its conversation.
    talks: usize,
    at_hand: Option<(Talk, Arc<SourceConversation>)>,
    said_members: BTreeSet<String>,
    records: u64,
    closed: bool,
    done: bool,
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let failed = |error| io_error(&source.path, error);
    let mut window = source.window()?;
    match xml_scan::next(&mut window).map_err(failed)? {
        Some(tag) if tag.name == "project" => {}
        _ => {
            return Err(
                source.wrong(Format::Ufdr, "its first element is no `project`; a UFDR is a ZIP with a `report.xml`")
            );
        }
    }
    let clock = Clock { zone: source.options.zone.clone(), ..Clock::default() };
    Ok(Box::new(Ufdr {
        source,
        window,
        clock,
        index: Index::default(),
        looked: false,
        sink,
        kind: None,
        talks: 0,
        at_hand: None,
        said_members: BTreeSet::new(),
        records: 0,
        closed: false,
        done: false,
    }))
}

impl Iterator for Ufdr {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.sink.next() {
                return Some(item);
            }
            if self.done {
                return None;
            }
            if let Err(error) = self.step() {
                self.done = true;
                let place = self.source.place().at_line(self.window.line());
                let text = format!("{error}; {} records before it were read", self.records);
                self.sink.finding(&codes::READ_FAILED, &place, text);
            }
        }
    }
}

impl Ufdr {
    /// Looks through the report, and says where it comes from and what of it is not read.
    fn look(&mut self) -> io::Result<()> {
        let mut window = self.source.window().map_err(|error| io::Error::other(error.to_string()))?;
        let index = Index::of(&mut window, self.source.encoding)?;
        let pairs: Vec<_> = index.pairs.iter().map(|(name, value)| (name.as_str(), Some(value.clone()))).collect();
        said::provenance(&pairs, &self.source, &mut self.sink);
        if !index.unread.is_empty() {
            let counts: Vec<String> = index.unread.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            let text = format!("the report also holds what is no message and was not read: {}", counts.join(", "));
            self.sink.finding(&codes::PART_UNREAD, &self.source.place(), text);
        }
        (self.index, self.looked) = (index, true);
        Ok(())
    }

    fn step(&mut self) -> io::Result<()> {
        if !self.looked {
            return self.look();
        }
        let Some(tag) = xml_scan::next(&mut self.window)? else {
            self.done = true;
            if !self.closed {
                let place = self.source.place().at_line(self.window.line());
                let text =
                    format!("the report is over before `project` is; {} records before it were read", self.records);
                self.sink.finding(&codes::XML_BROKEN, &place, text);
            }
            return Ok(());
        };
        let encoding = self.source.encoding;
        match (tag.does, tag.name.as_str()) {
            (Does::Open, "modelType") => self.kind = node_of(&self.window, &tag, encoding).attribute("type"),
            (Does::Close, "modelType") => self.kind = None,
            (Does::Close, "project") => self.closed = true,
            (Does::Open, "taggedFiles" | "caseInformation" | "metadata") if self.kind.is_none() => {
                skip(&mut self.window, &tag)?;
            }
            (Does::Open, "model") => self.model(&tag)?,
            (Does::Close, "model") => self.at_hand = None,
            (Does::Open, "multiModelField")
                if self.at_hand.is_some()
                    && node_of(&self.window, &tag, encoding).attribute("name").as_deref() != Some("Messages") =>
            {
                skip(&mut self.window, &tag)?;
            }
            (Does::Open, "field" | "modelField" | "multiField") if self.at_hand.is_some() => {
                skip(&mut self.window, &tag)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn model(&mut self, tag: &Tag) -> io::Result<()> {
        let Some(kind) = self.kind.clone().filter(|kind| MESSAGES.contains(&kind.as_str())) else {
            return skip(&mut self.window, tag);
        };
        if kind == "Chat" && self.at_hand.is_none() {
            // Both looks meet the chats in one order.
            let talk = self.index.talks.get(self.talks).cloned().unwrap_or_default();
            self.talks += 1;
            let place = self.source.place().at_line(self.window.line());
            let conversation = self.conversation(&talk, &place);
            self.at_hand = Some((talk, conversation));
            return Ok(());
        }
        let Self { source, window, sink, records, .. } = self;
        match xml_record::read(window, tag, "the report is over within a message", source.place(), records, sink)? {
            XmlRecord::Whole(raw, place) => self.record(&kind, &raw, &place),
            XmlRecord::Passed => {}
            XmlRecord::Ended => (self.closed, self.done) = (true, true),
        }
        Ok(())
    }

    fn record(&mut self, kind: &str, raw: &[u8], place: &Place) {
        let node = match Node::parse(&self.source.encoding.text(raw)) {
            Ok(node) => node,
            Err(reason) => {
                self.sink.excepted(&codes::BAD_XML, place, format!("the model cannot be read: {reason}"), raw);
                return;
            }
        };
        let Some(sent_raw) = field(&node, "TimeStamp") else {
            self.sink.excepted(&codes::MISSING_FIELD, place, "the message has no `TimeStamp`", raw);
            return;
        };
        let moment = match moment::of(&sent_raw, &self.clock) {
            Ok(moment) => moment,
            Err(reason) => {
                let what =
                    if reason == NoMoment::Zone { "names no zone; pass `--tz`" } else { "is no time that exists" };
                self.sink.excepted(&codes::BAD_TIME, place, format!("`TimeStamp` {what}: `{sent_raw}`"), raw);
                return;
            }
        };
        if moment.zone_given {
            self.sink.once(&codes::ZONE_ASSUMED, place, codes::ZONE_ASSUMED.summary);
        }
        let (sender, recipients) = others::ends(&node);
        let of_chat = self.at_hand.as_ref().map(|(talk, conversation)| (talk.clone(), Arc::clone(conversation)));
        let (talk, conversation) = of_chat.unwrap_or_else(|| {
            let parties = sender.iter().chain(&recipients).cloned().collect();
            let app = field(&node, "Source").or_else(|| field(&node, "SourceApplication"));
            let app = app.or_else(|| (kind != "InstantMessage").then(|| kind.to_lowercase()));
            let talk = Talk { app, parties, ..Talk::default() };
            let conversation = self.conversation(&talk, place);
            (talk, conversation)
        });
        let mut draft = match kind {
            "Call" => others::call(&node),
            "Email" => others::mail(&node, &self.index.files),
            _ => message::draft(&node, sender.as_ref(), &self.index.files, &self.clock),
        };
        message::mark_state(&mut draft, &node, talk.deleted.as_deref());
        let by_app = matches!(draft.body, Body::Notice(_) | Body::Recall(_));
        let own = if by_app { None } else { self.own(&node, &talk, sender.as_ref(), &recipients) };
        let owner = || talk.parties.iter().find(|party| party.owner).and_then(Party::sender);
        // Where it is known on which side they stand, the conversation says who they are.
        let of_side = || own.map(|own| if own { owner().unwrap_or_default() } else { Sender::default() });
        let sender = sender.as_ref().and_then(Party::sender).or_else(of_side);
        if !by_app && sender.is_none() {
            self.sink.finding(&codes::SENDER_UNKNOWN, place, "the report does not say who sent the message");
        }
        let native_id = field(&node, "Identifier").filter(|id| is_app_id(id));
        if native_id.is_none() {
            self.sink.once(
                &codes::NO_MESSAGE_IDS,
                place,
                "messages have no id of the app's own, or a short number that only the device counts",
            );
        }
        let told = Told {
            conversation,
            sender: sender.filter(|_| !by_app),
            sent_by_collector: own,
            sent: moment.at,
            sent_raw,
            native_id,
            sequence: node.number("source_index").and_then(|number| i64::try_from(number).ok()),
        };
        draft.into_record(told, raw, &self.source, place, &mut self.sink);
    }

    /// Returns whether the device's owner sent a message: as it says, or because its chat knows who the owner is.
    fn own(&self, node: &Node, talk: &Talk, sender: Option<&Party>, recipients: &[Party]) -> Option<bool> {
        others::own(node, sender, recipients).or_else(|| {
            let owner = talk.parties.iter().find(|party| party.owner)?.key()?;
            Some(sender?.key()? == owner)
        })
    }

    fn conversation(&mut self, talk: &Talk, place: &Place) -> Arc<SourceConversation> {
        let app = app_of(talk.app.as_deref(), self.source.options.app.as_ref());
        let of_two = sides(talk);
        let named_group = talk.kind.as_deref().is_some_and(|kind| kind.to_lowercase().contains("group"));
        let id_of_group =
            talk.id.as_deref().is_some_and(|id| ["@chatroom", "@g.us"].iter().any(|end| id.contains(end)));
        let conversation = if let Some((a, b)) = of_two.filter(|_| !named_group && !id_of_group) {
            SourceConversation::between(app, &a, &b, talk.name.clone())
        } else if let Some(id) = &talk.id {
            let direct = talk.parties.len() == 1 && !named_group && !id_of_group;
            let kind = if direct { ConversationKind::Direct } else { ConversationKind::Group };
            SourceConversation { app, kind, native_id: id.clone(), title: talk.name.clone() }
        } else {
            self.without_id(talk, app, place)
        };
        self.say_members(talk, &conversation, place);
        Arc::new(conversation)
    }

    /// Returns the conversation of a talk that has no id: of the one other side, or told by its name or who takes part.
    fn without_id(&mut self, talk: &Talk, app: App, place: &Place) -> SourceConversation {
        let others = || talk.parties.iter().filter(|party| !party.owner);
        let mut keys: Vec<&str> = others().filter_map(Party::key).collect();
        keys.sort_unstable();
        keys.dedup();
        let kind = if keys.len() == 1 { ConversationKind::Direct } else { ConversationKind::Group };
        if let ([_], Some(id)) = (keys.as_slice(), others().find_map(|party| party.id.clone())) {
            let title = talk.name.clone().or_else(|| others().find_map(|party| party.name.clone()));
            return SourceConversation { app, kind, native_id: id, title };
        }
        let text = "a conversation has no id; it was told by its name or by those who take part";
        self.sink.once(&codes::CONVERSATION_DERIVED, place, text);
        match &talk.name {
            Some(name) => SourceConversation::named(app, kind, name),
            None => SourceConversation::named(app, kind, &keys.join(", ")),
        }
    }

    fn say_members(&mut self, talk: &Talk, conversation: &SourceConversation, place: &Place) {
        if talk.parties.len() < 3 || !self.said_members.insert(conversation.native_id.clone()) {
            return;
        }
        let name = conversation.title.as_ref().unwrap_or(&conversation.native_id);
        let list: Vec<String> = talk.parties.iter().map(Party::shown).collect();
        let text = format!("{} members of `{name}` are listed: {}", list.len(), list.join(", "));
        self.sink.finding(&codes::MEMBERS, place, text);
    }
}

/// Returns both sides of a talk of two, where they have accounts.
fn sides(talk: &Talk) -> Option<(String, String)> {
    let [a, b] = talk.parties.as_slice() else { return None };
    let (a, b) = (a.id.clone()?, b.id.clone()?);
    (a != b).then_some((a, b))
}

fn app_of(said: Option<&str>, given: Option<&App>) -> App {
    if let Some(app) = given {
        return app.clone();
    }
    match said.map(str::trim).filter(|app| !app.is_empty()) {
        Some("微信" | "Weixin") => App::wechat(),
        Some(app) => App::named(app),
        None => App::named("chat"),
    }
}

/// A short number is one that the device counts by: on another device it is another message's.
fn is_app_id(id: &str) -> bool {
    id.len() >= 10 || id.bytes().any(|b| !b.is_ascii_digit())
}
