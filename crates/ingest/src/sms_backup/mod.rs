//! SMS Backup & Restore of Android: `smses` with short and multimedia messages, `calls` with calls. Read as a stream.

mod call;
mod entry;
mod mms;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use duces_model::{App, ConversationKind, Item, Place, SourceConversation};

use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::wechat_xml::Node;
use crate::window::Window;
use crate::xml_record::{self, XmlRecord};
use crate::xml_scan::{self, Does, Tag};
use crate::{Format, IngestError, Items, codes, said};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::SmsBackup, is_file, in_tree: None, open };

/// The elements that hold everything, and those that are records.
const ROOTS: &[&str] = &["smses", "calls"];
const RECORDS: &[&str] = &["sms", "mms", "call"];

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if probe.first_byte() != Some(b'<') {
        return Ok(false);
    }
    let mut window = Window::new(Box::new(io::Cursor::new(probe.head.to_vec())));
    let failed = |error| io_error(probe.path, error);
    let first = xml_scan::next(&mut window).map_err(failed)?;
    if !first.is_some_and(|tag| ROOTS.contains(&tag.name.as_str()) && tag.does != Does::Close) {
        return Ok(false);
    }
    let next = xml_scan::next(&mut window).map_err(failed)?;
    Ok(next.is_none_or(|tag| RECORDS.contains(&tag.name.as_str()) || tag.does == Does::Close))
}

struct SmsBackup {
    source: Source,
    window: Window,
    sink: Sink,
    conversations: BTreeMap<(&'static str, String), Arc<SourceConversation>>,
    /// How many records the backup says it holds.
    declared: Option<u64>,
    records: u64,
    closed: bool,
    done: bool,
}

fn open(source: Source, mut sink: Sink) -> Result<Items, IngestError> {
    let mut window = source.window()?;
    let failed = |error| io_error(&source.path, error);
    let root = match xml_scan::next(&mut window).map_err(failed)? {
        Some(tag) if ROOTS.contains(&tag.name.as_str()) => tag,
        _ => return Err(source.wrong(Format::SmsBackup, "its first element is neither `smses` nor `calls`")),
    };
    let node = xml_record::node_of(&window, &root, source.encoding);
    let backup = node.attribute("backup_date").map(|at| crate::when::shown(&at));
    said::provenance(&[("backup set", node.attribute("backup_set")), ("backed up", backup)], &source, &mut sink);
    sink.once(&codes::NO_MESSAGE_IDS, &source.place(), codes::NO_MESSAGE_IDS.summary);
    Ok(Box::new(SmsBackup {
        declared: node.number("count"),
        closed: root.does == Does::Empty,
        source,
        window,
        sink,
        conversations: BTreeMap::new(),
        records: 0,
        done: false,
    }))
}

impl Iterator for SmsBackup {
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

impl SmsBackup {
    fn step(&mut self) -> io::Result<()> {
        let Some(tag) = xml_scan::next(&mut self.window)? else {
            self.ended();
            return Ok(());
        };
        match tag.does {
            Does::Close => self.closed |= ROOTS.contains(&tag.name.as_str()),
            Does::Open | Does::Empty => self.element(&tag)?,
        }
        Ok(())
    }

    fn ended(&mut self) {
        self.done = true;
        let place = self.source.place();
        if !self.closed {
            let text = format!("the file is over before the backup is; {} records before it were read", self.records);
            self.sink.finding(&codes::XML_BROKEN, &place.at_line(self.window.line()), text);
        } else if let Some(declared) = self.declared.filter(|declared| *declared != self.records) {
            let text = format!("the backup declares {declared} records and holds {}", self.records);
            self.sink.finding(&codes::COUNT_DIFFERS, &place, text);
        }
    }

    fn element(&mut self, tag: &Tag) -> io::Result<()> {
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
        let node = match Node::parse(&entry::with_whole_characters(&text)) {
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
        let Some((sent, sent_raw)) = entry::sent(&node, raw, place, &mut self.sink) else { return };
        let read = match node.name.as_str() {
            "sms" => entry::sms(&node, place, &mut self.sink),
            "mms" => mms::read(&node, place, &mut self.sink),
            "call" => call::read(&node, place, &mut self.sink),
            other => {
                let text = format!("`{other}` is no record that is known");
                self.sink.excepted(&codes::UNKNOWN_TYPE, place, text, raw);
                return;
            }
        };
        let conversation = self.conversation(read.app, read.with, read.title);
        let (sender, own) = (read.sender, read.own);
        let told = crate::draft::Told {
            conversation,
            sender,
            sent_by_collector: own,
            sent,
            sent_raw,
            native_id: read.native_id,
            sequence: None,
        };
        read.draft.into_record(told, raw, &self.source, place, &mut self.sink);
    }

    /// Those with whom it was: one number is the other side of a 1:1, several are a group.
    fn conversation(&mut self, app: &'static str, with: Vec<String>, title: Option<String>) -> Arc<SourceConversation> {
        let is_group = with.len() > 1;
        let native_id = with.join("~");
        if let Some(known) = self.conversations.get(&(app, native_id.clone())) {
            return Arc::clone(known);
        }
        let kind = if is_group { ConversationKind::Group } else { ConversationKind::Direct };
        let conversation =
            Arc::new(SourceConversation { app: App::named(app), kind, native_id: native_id.clone(), title });
        self.conversations.insert((app, native_id), Arc::clone(&conversation));
        conversation
    }
}
