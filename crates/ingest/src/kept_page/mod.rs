//! Chat histories as pages (HTML): those of WechatExporter, and any other page whose elements a mapping names.
//!
//! Long chats of WechatExporter continue in scripts beside the page, `NAME_files/Data/msg-1.js`, each an array of pieces of
//! HTML; each script is read on its own.

mod exporter;
mod names;

use std::io;
use std::sync::Arc;

use duces_model::{App, Body, ConversationKind, Item, Place, Sender, SourceConversation};

use self::names::Names;
use crate::draft::{Draft, Told};
use crate::field::filled;
use crate::json_stream::{JsonStream, ReadElement, Shape};
use crate::mapping::Mapping;
use crate::moment::{self, Clock, NoMoment};
use crate::page_part::{Part, Selector};
use crate::page_scan::{Messages, Next};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, head_of};
use crate::{Format, IngestError, Items, codes, contacts, dates, weflow};

/// How the pages of WechatExporter are recognised and opened.
pub(crate) const EXPORTER: Reader =
    Reader { format: Format::WechatexporterPage, is_file, in_tree: None, open: open_exporter };

/// How a page is opened whose elements a mapping names.
pub(crate) const MAPPED: Reader =
    Reader { format: Format::MappedPage, is_file: is_mapped, in_tree: None, open: open_mapped };

/// What a script of messages begins with.
const SCRIPT: &str = "var msgArray";

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let text = probe.text();
    let page = probe.first_byte() == Some(b'<') && exporter::is_page(&text);
    Ok(page && text.contains("msgid=") || is_script(&text))
}

fn is_script(text: &str) -> bool {
    text.trim_start_matches(['\u{feff}', ' ', '\r', '\n']).starts_with(SCRIPT) && text.contains("msgid")
}

fn is_mapped(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let named = matches!(probe.extension().as_deref(), Some("htm" | "html" | "xhtml" | "mht"));
    if !named || probe.first_byte() != Some(b'<') {
        return Ok(false);
    }
    Ok(probe.mapping()?.is_some_and(|mapping| mapping.said().page.is_some()))
}

/// How the elements of a page are told.
enum Layout {
    Exporter,
    Mapped(Box<Names>),
}

/// What a message is read with.
struct Reading {
    source: Source,
    layout: Layout,
    clock: Clock,
    own: Vec<String>,
    conversation: Arc<SourceConversation>,
    /// Whether somebody said which conversation it is.
    told: bool,
    /// What stands before each path of a message.
    up: &'static str,
}

fn open_exporter(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let mapping = source.mapping()?;
    if is_script(&source.encoding.text(&head_of(&source.path)?)) {
        return open_script(source, mapping.as_ref(), sink);
    }
    let title = title_of(&source, &exporter::messages())?;
    if !exporter::is_page(&source.encoding.text(&head_of(&source.path)?)) {
        return Err(source.wrong(Format::WechatexporterPage, "it has no messages as WechatExporter writes them"));
    }
    let title = title.map(|title| title.trim_end_matches("- 微信聊天记录").trim().to_owned()).and_then(filled);
    open(source, Layout::Exporter, exporter::messages(), mapping.as_ref(), title, sink)
}

fn open_mapped(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let mapping = source.mapping()?;
    let Some(page) = mapping.as_ref().and_then(|mapping| mapping.said().page.clone()) else {
        let reason = "no mapping says which of its elements are messages; one begins:\n[page]\nmessage = \".message\"\ntime = \".time\"\n\
                      sender = \".name\"\ntext = \".text\"";
        return Err(IngestError::Columns { path: source.path.clone(), reason: reason.to_owned() });
    };
    let Some((message, names)) = Names::of(&page) else {
        let reason =
            "`[page]` names an element otherwise than as `tag`, `.class`, `tag.class` or `[attribute]`".to_owned();
        return Err(IngestError::Mapping { path: source.path.clone(), reason });
    };
    let title = title_of(&source, &message)?;
    open(source, Layout::Mapped(Box::new(names)), message, mapping.as_ref(), title, sink)
}

fn title_of(source: &Source, selector: &Selector) -> Result<Option<String>, IngestError> {
    let mut messages = Messages::new(source.window()?, source.encoding, selector.clone());
    match messages.next() {
        Ok(Next::Title(title)) => Ok(filled(title.trim())),
        _ => Ok(None),
    }
}

fn open(
    source: Source,
    layout: Layout,
    selector: Selector,
    mapping: Option<&Mapping>,
    title: Option<String>,
    mut sink: Sink,
) -> Result<Items, IngestError> {
    let mut first = Messages::new(source.window()?, source.encoding, selector.clone());
    let encoding = source.encoding;
    let times = std::iter::from_fn(|| {
        loop {
            match first.next() {
                Ok(Next::Message(_, raw)) => return Some(time_in(&layout, &encoding.text(&raw)).unwrap_or_default()),
                Ok(Next::Title(_) | Next::TooLarge(_)) => {}
                Ok(Next::End | Next::Cut(..)) | Err(_) => return None,
            }
        }
    });
    let clock = dates::clock(times, mapping, &source)?;
    if let Some(mapping) = mapping {
        sink.once(&codes::MAPPING_USED, &source.place(), mapping.shown());
    }
    let messages = Messages::new(source.window()?, source.encoding, selector);
    let reading = Reading::new(source, layout, clock, mapping, title, "");
    Ok(Box::new(PageStream { messages, reading, sink, records: 0, done: false }))
}

fn open_script(source: Source, mapping: Option<&Mapping>, sink: Sink) -> Result<Items, IngestError> {
    // The page is named like the folder that the script lies in: `NAME_files/Data/msg-1.js`.
    let folder = source.path.parent().and_then(|data| data.parent()).and_then(|files| files.file_name());
    let title = folder.map(|name| name.to_string_lossy().into_owned());
    let title = title.and_then(|name| name.strip_suffix("_files").map(str::to_owned)).and_then(filled);
    let head = source.encoding.text(&head_of(&source.path)?);
    // Each piece stands in a text of JSON, so that its marks are escaped.
    let head = head.replace("\\\"", "\"").replace("\\t", " ").replace("\\n", "\n");
    let times = head
        .split("<div class=\"msg")
        .filter_map(|piece| time_in(&Layout::Exporter, &format!("<div class=\"msg{piece}")));
    let clock = dates::clock(times, mapping, &source)?;
    let mut window = source.window()?;
    let start = |error: io::Error| crate::source::io_error(&source.path, error);
    while let Some(byte) = window.peek().map_err(start)? {
        if byte == b'[' {
            break;
        }
        window.advance(1);
    }
    window.begin();
    let reading = Reading::new(source, Layout::Exporter, clock, mapping, title, "../../");
    Ok(Box::new(JsonStream::shaped(Script(reading), window, Shape::Within, sink)))
}

/// Returns when a message was sent, as it writes it.
fn time_in(layout: &Layout, html: &str) -> Option<String> {
    let part = Part::of(html);
    match layout {
        Layout::Exporter => exporter::said(&part).time,
        Layout::Mapped(names) => part.find(&names.time).map(|time| part.text(time)),
    }
}

struct PageStream {
    messages: Messages,
    reading: Reading,
    sink: Sink,
    records: u64,
    done: bool,
}

impl Iterator for PageStream {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.sink.next() {
                return Some(item);
            }
            if self.done {
                return None;
            }
            self.step();
        }
    }
}

impl PageStream {
    fn step(&mut self) {
        let next = self.messages.next();
        let place = self.reading.source.place();
        self.records += u64::from(matches!(next, Ok(Next::Message(..) | Next::TooLarge(_) | Next::Cut(..))));
        let at = |line| place.clone().at_line(line).at_record(self.records);
        match next {
            Ok(Next::Title(_)) => {}
            Ok(Next::Message(line, raw)) => {
                let text = self.reading.source.encoding.text(&raw);
                self.reading.message(&text, &raw, &at(line), &mut self.sink);
            }
            Ok(Next::TooLarge(line)) => {
                self.sink.finding(&codes::RECORD_TOO_LARGE, &at(line), codes::RECORD_TOO_LARGE.summary);
            }
            Ok(Next::Cut(line, raw)) => {
                let text = "the page is over within a message, or an element of it has no end";
                self.sink.excepted(&codes::XML_BROKEN, &at(line), text, &raw);
                self.done = true;
            }
            Ok(Next::End) => {
                self.done = true;
                if self.records == 0 {
                    let text = "no element of the page is a message";
                    self.sink.finding(&codes::MISSING_FIELD, &place, text);
                }
            }
            Err(error) => {
                self.done = true;
                let text = format!("{error}; {} records before it were read", self.records);
                self.sink.finding(&codes::READ_FAILED, &place.at_line(self.messages.window.line()), text);
            }
        }
    }
}

/// The pieces of a script.
struct Script(Reading);

impl ReadElement for Script {
    fn source(&self) -> &Source {
        &self.0.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        match serde_json::from_slice::<String>(&self.0.source.encoding.utf8_bytes(raw)) {
            Ok(html) => self.0.message(html.trim(), raw, place, sink),
            Err(error) => sink.excepted(&codes::BAD_JSON, place, error.to_string(), raw),
        }
    }
}

impl Reading {
    fn new(
        source: Source,
        layout: Layout,
        clock: Clock,
        mapping: Option<&Mapping>,
        title: Option<String>,
        up: &'static str,
    ) -> Self {
        let said = mapping.map(Mapping::said);
        let app = source.options.app.clone().or_else(|| said.and_then(|said| said.app.as_deref()).map(App::named));
        let app = app.unwrap_or_else(App::wechat);
        let stem = source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let named = said.and_then(|said| said.conversation.clone());
        let told = named.is_some();
        let name = named.or(title).unwrap_or(stem);
        let mut conversation = match said.and_then(|said| said.conversation_id.clone()) {
            Some(id) => SourceConversation { app, kind: contacts::kind_of(&id), native_id: id, title: Some(name) },
            None => contacts::conversation_of(app, &name),
        };
        conversation.kind = said.and_then(|said| said.kind).map_or(conversation.kind, ConversationKind::from);
        let own = said.map(|said| said.own.clone()).unwrap_or_default();
        Self { source, layout, clock, own, conversation: Arc::new(conversation), told, up }
    }

    fn message(&self, html: &str, raw: &[u8], place: &Place, sink: &mut Sink) {
        let part = Part::of(html);
        let said = match &self.layout {
            Layout::Exporter => exporter::said(&part),
            Layout::Mapped(names) => self.mapped(names, &part),
        };
        let notice = matches!(self.layout, Layout::Exporter) && exporter::is_notice(&part);
        let Some(sent_raw) = said.time.clone() else {
            let what = if notice { "a notice of the app" } else { "a message" };
            sink.excepted(&codes::BAD_TIME, place, format!("{what} bears no time; it was set aside"), raw);
            return;
        };
        let moment = match moment::of(&sent_raw, &self.clock) {
            Ok(moment) => moment,
            Err(reason) => {
                let what = match reason {
                    NoMoment::Not => "is no time that exists",
                    NoMoment::Order => "does not say which number is the day; state `date_order` in a mapping",
                    NoMoment::Zone => "names no zone; pass `--tz`",
                };
                sink.excepted(&codes::BAD_TIME, place, format!("`{sent_raw}` {what}"), raw);
                return;
            }
        };
        self.say(moment, place, sink);
        let (draft, native_id) = match &self.layout {
            Layout::Exporter if notice => (Draft::plain(exporter::notice_text(&part)), None),
            Layout::Exporter => (exporter::draft(&part, self.up), None),
            Layout::Mapped(names) => {
                let text = names.text.as_ref().map_or_else(|| part.root(), |text| part.find(text));
                let text = text.map(|text| part.text(text)).unwrap_or_default();
                (weflow::draft_of_text(&text), names.id.as_ref().and_then(|at| at.of(&part)))
            }
        };
        if native_id.is_none() {
            sink.once(&codes::NO_MESSAGE_IDS, place, codes::NO_MESSAGE_IDS.summary);
        }
        let by_app = matches!(draft.body, Body::Notice(_) | Body::Recall(_));
        let account = || self.source.options.account.clone().filter(|_| said.own == Some(true));
        let id = said.sender_id.clone().or_else(account);
        let known = said.sender.is_some() || id.is_some() || said.own.is_some();
        if !known && !by_app {
            sink.finding(&codes::SENDER_UNKNOWN, place, "the page does not say who sent the message");
        }
        let told = Told {
            conversation: Arc::clone(&self.conversation),
            sender: (known && !by_app).then(|| Sender { native_id: id, name: said.sender.clone() }),
            sent_by_collector: if by_app { None } else { said.own },
            sent: moment.at,
            sent_raw,
            native_id,
            sequence: said.number,
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }

    fn mapped(&self, names: &Names, part: &Part<'_>) -> exporter::Said {
        let text = |selector: &Selector| {
            part.find(selector).map(|element| part.text(element).trim().to_owned()).and_then(filled)
        };
        let sender = names.sender.as_ref().and_then(text);
        let by_name = || sender.as_ref().filter(|_| !self.own.is_empty()).map(|sender| self.own.contains(sender));
        let own = match &names.own {
            Some(own) => Some(part.find(own).is_some()),
            None => by_name(),
        };
        let sender_id = names.sender_id.as_ref().and_then(|at| at.of(part));
        exporter::Said { time: text(&names.time), sender, sender_id, own, number: None }
    }

    fn say(&self, moment: moment::Moment, place: &Place, sink: &mut Sink) {
        if moment.zone_given {
            sink.once(&codes::ZONE_ASSUMED, place, codes::ZONE_ASSUMED.summary);
        }
        if !moment.has_seconds {
            sink.once(&codes::NO_SECONDS, place, codes::NO_SECONDS.summary);
        }
        if self.conversation.lacks_id() && !self.told {
            let name = self.conversation.title.as_ref().unwrap_or(&self.conversation.native_id);
            let text = format!("the page gives its conversation no id; it was told by its name, `{name}`");
            sink.once(&codes::CONVERSATION_DERIVED, place, text);
        }
    }
}
