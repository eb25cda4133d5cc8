//! `FileDump` XML, as Actiance (FaceTime) imports it and as Bloomberg and Lync write it: conversations of rooms with
//! who came and left, messages, files and invitations.
//!
//! Read as a stream: each event is one record with its exact bytes. What Bloomberg calls a message dump has no
//! conversations; its messages are read as mails.

mod dump_mail;
mod event;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use duces_model::{App, ConversationKind, Item, Place, SourceConversation, UtcMillis};

use crate::draft::{Draft, Told};
use crate::probe::{Probe, Tree};
use crate::reader::Reader;
use crate::scan::LIMIT;
use crate::sink::Sink;
use crate::source::{Source, SourceFile, io_error};
use crate::wechat_xml::Node;
use crate::window::Window;
use crate::xml_record::{self, XmlRecord};
use crate::xml_scan::{self, Does, Tag};
use crate::{Format, IngestError, codes, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader {
    format: Format::FiledumpXml,
    is_file,
    in_tree: Some(claims),
    open: |source, sink| Ok(Box::new(open(source, sink)?)),
};

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if probe.first_byte() != Some(b'<') {
        return Ok(false);
    }
    let mut window = Window::new(Box::new(io::Cursor::new(probe.head.to_vec())));
    let first = xml_scan::next(&mut window).map_err(|error| io_error(probe.path, error))?;
    Ok(first.is_some_and(|tag| tag.name == "FileDump" && tag.does == Does::Open))
}

/// Bloomberg delivers disclaimers in a file of their own, named like the one that refers to them.
const DISCLAIMERS: &str = ".dscl.";
const REFERRING: &[&str] = &[".ib19.", ".ib.", ".msg."];

/// Claims each file of disclaimers together with the one that refers to it.
fn claims(tree: &Tree<'_>) -> Result<Vec<SourceFile>, IngestError> {
    let mut sources = Vec::new();
    for file in tree.files {
        let Some(name) = file.file_name().map(|name| name.to_string_lossy()) else { continue };
        let Some(kind) = REFERRING.iter().find(|kind| name.contains(**kind)) else { continue };
        let disclaimers = file.with_file_name(name.replacen(kind, DISCLAIMERS, 1));
        if tree.files.binary_search(&disclaimers).is_ok() && name.contains(".xml") {
            let members = vec![file.clone(), disclaimers];
            sources.push(SourceFile { format: Format::FiledumpXml, path: file.clone(), members });
        }
    }
    Ok(sources)
}

/// Returns the disclaimers by their numbers, from the file beside this one.
fn disclaimers_of(path: &Path) -> BTreeMap<String, String> {
    let beside = |kind: &&str| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        name.contains(*kind).then(|| path.with_file_name(name.replacen(*kind, DISCLAIMERS, 1)))
    };
    let file: Option<PathBuf> = REFERRING.iter().find_map(beside).filter(|path| path.is_file());
    let Some(text) = file
        .filter(|path| fs::metadata(path).is_ok_and(|m| m.len() < LIMIT as u64))
        .and_then(|path| fs::read(path).ok())
    else {
        return BTreeMap::new();
    };
    let Ok(node) = Node::parse(&String::from_utf8_lossy(&text)) else { return BTreeMap::new() };
    let of = |node: &Node| Some((node.text_of("DisclaimerReference")?, node.text_of("DisclaimerText")?));
    node.children("Disclaimer").filter_map(of).collect()
}

/// What is known of the conversation at hand.
#[derive(Default)]
struct Room {
    perspective: Option<String>,
    room_type: Option<String>,
    id: Option<String>,
    network: Option<String>,
    /// The conversation that records are given, once the first of them is read.
    shared: Option<Arc<SourceConversation>>,
}

struct FileDump {
    source: Source,
    window: Window,
    room: Option<Room>,
    disclaimers: BTreeMap<String, String>,
    sink: Sink,
    records: u64,
    /// Whether the end of the dump was seen.
    closed: bool,
    done: bool,
}

fn open(source: Source, sink: Sink) -> Result<FileDump, IngestError> {
    let mut window = source.window()?;
    let failed = |error| io_error(&source.path, error);
    match xml_scan::next(&mut window).map_err(failed)? {
        Some(tag) if tag.name == "FileDump" => {}
        _ => return Err(source.wrong(Format::FiledumpXml, "its first element is no `FileDump`")),
    }
    let disclaimers = disclaimers_of(&source.path);
    Ok(FileDump { source, window, room: None, disclaimers, sink, records: 0, closed: false, done: false })
}

impl Iterator for FileDump {
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

/// Elements of a conversation that describe it.
const OF_ROOM: &[&str] = &[
    "RoomID",
    "StartTime",
    "StartTimeUTC",
    "EndTime",
    "EndTimeUTC",
    "Network",
    "Channel",
    "Vendor",
    "Perspective",
    "RoomType",
    "CallType",
];

impl FileDump {
    fn step(&mut self) -> io::Result<()> {
        let Some(tag) = xml_scan::next(&mut self.window)? else {
            self.ended();
            return Ok(());
        };
        match (tag.does, tag.name.as_str()) {
            (Does::Open, "Conversation") => {
                let node = xml_record::node_of(&self.window, &tag, self.source.encoding);
                let of = |name| node.attribute(name);
                self.room = Some(Room { perspective: of("Perspective"), room_type: of("RoomType"), ..Room::default() });
            }
            (Does::Close, "Conversation") => self.room = None,
            (Does::Close, "FileDump") => self.closed = true,
            (Does::Close, _) => {}
            (_, name) if self.room.is_some() && OF_ROOM.contains(&name) => self.of_room(&tag)?,
            (_, "Version" | "Disclaimer") if self.room.is_none() => {
                xml_scan::element(&mut self.window, &tag, false)?;
            }
            _ => self.event(&tag)?,
        }
        Ok(())
    }

    fn ended(&mut self) {
        self.done = true;
        if !self.closed {
            let place = self.source.place().at_line(self.window.line());
            let text = format!("the file is over before `FileDump` is; {} records before it were read", self.records);
            self.sink.finding(&codes::XML_BROKEN, &place, text);
        }
    }

    fn of_room(&mut self, tag: &Tag) -> io::Result<()> {
        xml_scan::element(&mut self.window, tag, true)?;
        let text = self.source.encoding.text(self.window.record());
        let value = Node::parse(&text).ok().and_then(|node| node.own_text());
        let Some(room) = &mut self.room else { return Ok(()) };
        match tag.name.as_str() {
            "RoomID" => room.id = value,
            "Network" | "Channel" => room.network = value.or(room.network.take()),
            "RoomType" => room.room_type = value,
            "Perspective" => room.perspective = value,
            _ => {}
        }
        Ok(())
    }

    fn event(&mut self, tag: &Tag) -> io::Result<()> {
        let Self { source, window, sink, records, .. } = self;
        let over = format!("the file is over within `{}`", tag.name);
        match xml_record::read(window, tag, &over, source.place(), records, sink)? {
            XmlRecord::Whole(raw, place) => self.record(&raw, &place),
            XmlRecord::Passed => {}
            XmlRecord::Ended => (self.closed, self.done) = (true, true),
        }
        Ok(())
    }

    fn record(&mut self, raw: &[u8], place: &Place) {
        let text = self.source.encoding.text(raw);
        let node = match Node::parse(&text) {
            Ok(node) => node,
            Err(reason) => {
                let text = format!("the element cannot be read: {reason}");
                self.sink.excepted(&codes::BAD_XML, place, text, raw);
                return;
            }
        };
        if text.contains(char::REPLACEMENT_CHARACTER) && std::str::from_utf8(raw).is_err() {
            self.sink.finding(&codes::INVALID_UTF8, place, codes::INVALID_UTF8.summary);
        }
        if self.room.is_none() && node.name == "Message" {
            dump_mail::record(&node, raw, place, &self.disclaimers, &self.source, &mut self.sink);
            return;
        }
        let Some((sent, sent_raw)) = self.sent(&node, place, raw) else { return };
        let conversation = self.conversation(&node, place);
        let event = event::read(&node, &self.disclaimers, place, &mut self.sink);
        if event.native_id.is_none() && node.name == "Message" {
            self.sink.once(&codes::NO_MESSAGE_IDS, place, codes::NO_MESSAGE_IDS.summary);
        }
        let told = Told {
            conversation,
            sent_by_collector: event
                .sender
                .as_ref()
                .and_then(|sender| Some(sender.native_id.as_deref()? == self.source.options.account.as_deref()?)),
            sender: event.sender,
            sent,
            sent_raw,
            native_id: event.native_id,
            sequence: None,
        };
        let draft: Draft = event.draft;
        draft.into_record(told, raw, &self.source, place, &mut self.sink);
    }

    fn sent(&mut self, node: &Node, place: &Place, raw: &[u8]) -> Option<(UtcMillis, String)> {
        let Some(text) = node.text_of("DateTimeUTC") else {
            let text = format!("`{}` has no `DateTimeUTC`", node.name);
            self.sink.excepted(&codes::MISSING_FIELD, place, text, raw);
            return None;
        };
        let at = text.parse().ok().and_then(when::from_seconds).or_else(|| when::from_rfc3339(&text));
        if at.is_none() {
            let text = format!("`DateTimeUTC` is no time: `{text}`");
            self.sink.excepted(&codes::BAD_TIME, place, text, raw);
        }
        at.map(|at| (at, text))
    }

    fn conversation(&mut self, node: &Node, place: &Place) -> Arc<SourceConversation> {
        let room = self.room.get_or_insert_with(Room::default);
        if let Some(shared) = &room.shared {
            return Arc::clone(shared);
        }
        let id = room.id.clone().or_else(|| node.text_of("ConversationID"));
        if id.is_none() {
            let text = "no `RoomID` names the conversation; it was told by its perspective or the file's name";
            self.sink.once(&codes::CONVERSATION_DERIVED, place, text);
        }
        let native_id = id.or_else(|| room.perspective.clone()).unwrap_or_else(|| self.source.file.clone());
        let bloomberg = node.child("User").is_some()
            || ["CHAT-", "PCHAT-", "MCHAT-"].iter().any(|start| native_id.starts_with(start));
        let app = match (&room.network, bloomberg) {
            (Some(network), _) => App::named(network),
            (None, true) => App::named("bloomberg"),
            // The dump itself does not say which network it is of.
            (None, false) => self.source.options.app.clone().unwrap_or_else(|| App::named("chat")),
        };
        let title = room.perspective.clone().filter(|perspective| *perspective != native_id);
        // `RoomType` tells a persistent room from a private chat; how many speak, neither says.
        let shared = Arc::new(SourceConversation { app, kind: ConversationKind::Group, native_id, title });
        room.shared = Some(Arc::clone(&shared));
        shared
    }
}
