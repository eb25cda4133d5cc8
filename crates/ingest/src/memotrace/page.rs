//! MemoTrace's pages: the messages stand in a script of the page, in the older layout as objects of JavaScript, in the newer
//! one as JSON, which also lies beside the page as `NAME.html.json`.
//!
//! Both give times in seconds since 1970. The newer one has the app's own ids; the older one names accounts by the pictures
//! of their owners.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use duces_model::{Body, ConversationKind, Item, Place, Sender, SourceConversation};
use memchr::memmem;

use super::card::{self, Fields};
use super::literal::{self, Next};
use super::{name_of_file, of_folder};
use crate::draft::Told;
use crate::field::filled;
use crate::json_object::{Object, Spare};
use crate::json_stream::{JsonStream, ReadElement, Shape};
use crate::moment::Parts;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::window::Window;
use crate::{Format, IngestError, Items, codes, contacts, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::MemotracePage, is_file, in_tree: None, open };

/// What stands before the messages is the page's own styles and scripts, and never more.
const BEFORE: u64 = 8 << 20;
/// How many messages are looked at to find the other side of a chat of two.
const LOOK: usize = 5000;

/// Where the messages of a page begin, and how they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Data {
    Literals(usize),
    Json(usize),
}

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    match probe.first_byte() {
        Some(b'<') if matches!(probe.extension().as_deref(), None | Some("htm" | "html")) => {
            Ok(data_of(probe.path)?.is_some())
        }
        Some(b'[') => {
            let Some(element) = probe.first_element()? else { return Ok(false) };
            let text = String::from_utf8_lossy(element).into_owned();
            let object = Object::of(&text);
            let keys = ["is_send", "timestamp", "server_id", "display_name", "avatar_src", "type"];
            Ok(object.is_some_and(|object| keys.iter().all(|key| object.keys().any(|known| known == *key))))
        }
        _ => Ok(false),
    }
}

/// Finds the first message of a page, by the fields that it begins with.
fn data_of(path: &Path) -> Result<Option<Data>, IngestError> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(|source| io_error(path, source))?;
    file.take(BEFORE).read_to_end(&mut head).map_err(|source| io_error(path, source))?;
    // `{ type:1, text: '…',is_send:0,…`: the first field tells the object.
    for at in memmem::find_iter(&head, b"is_send") {
        if head.get(at + 7) == Some(&b':') {
            let Some(start) = head[..at].iter().rposition(|byte| *byte == b'{') else { continue };
            let begins = String::from_utf8_lossy(&head[start..at]).into_owned();
            if begins.trim_start_matches('{').trim_start().starts_with("type:") {
                return Ok(Some(Data::Literals(start)));
            }
        } else if head.get(at + 7) == Some(&b'"') {
            let before = &head[at.saturating_sub(400)..at];
            let Some(open) = before.iter().rposition(|byte| *byte == b'[') else { continue };
            let between: Vec<u8> = before[open + 1..].iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
            if between.starts_with(b"{\"type\":") {
                return Ok(Some(Data::Json(at.saturating_sub(400) + open)));
            }
        }
    }
    Ok(None)
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let first = crate::source::head_of(&source.path)?;
    let first = first.trim_ascii_start();
    if first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first).starts_with(b"[") {
        let window = source.window()?;
        let page = MemoPage::new(source, None, false);
        return Ok(Box::new(JsonStream::shaped(page, window, Shape::Array, sink)));
    }
    match data_of(&source.path)? {
        Some(Data::Json(at)) => {
            let window = window_at(&source, at)?;
            let page = MemoPage::new(source, None, true);
            Ok(Box::new(JsonStream::shaped(page, window, Shape::Within, sink)))
        }
        Some(Data::Literals(at)) => {
            let other = other_side(&source, at)?;
            let window = window_at(&source, at)?;
            let page = MemoPage::new(source, other, true);
            Ok(Box::new(Literals { page, window, sink, records: 0, done: false }))
        }
        None => Err(source.wrong(Format::MemotracePage, "it has no messages as MemoTrace's pages have them")),
    }
}

fn window_at(source: &Source, at: usize) -> Result<Window, IngestError> {
    let file = File::open(&source.path).map_err(|error| io_error(&source.path, error))?;
    let mut window = Window::new(Box::new(file));
    let mut left = at;
    while left > 0 {
        let ahead = window.ahead().map_err(|error| io_error(&source.path, error))?.len();
        if ahead == 0 {
            break;
        }
        window.advance(ahead.min(left));
        left -= ahead.min(left);
        window.begin();
    }
    Ok(window)
}

/// Returns the account of the other side of a chat of two, which only messages of that side name.
fn other_side(source: &Source, at: usize) -> Result<Option<String>, IngestError> {
    let mut window = window_at(source, at)?;
    for _ in 0..LOOK {
        match literal::next(&mut window).map_err(|error| io_error(&source.path, error))? {
            Next::Object => {}
            Next::Broken | Next::End => return Ok(None),
        }
        let fields = Fields::new(literal::fields(&source.encoding.text(window.record())), true);
        if fields.truth("is_chatroom") != Some(false) {
            return Ok(None);
        }
        if fields.truth("is_send") == Some(false)
            && let Some(account) = fields.account()
        {
            return Ok(Some(account));
        }
    }
    Ok(None)
}

/// What reads the messages of a page.
struct MemoPage {
    source: Source,
    conversation: Arc<SourceConversation>,
    /// Whether texts bear the references of HTML.
    escaped: bool,
}

impl MemoPage {
    fn new(source: Source, other: Option<String>, escaped: bool) -> Self {
        let (title, account) = of_folder(&source);
        let file = name_of_file(&source);
        let title = title.or_else(|| filled(file.trim_end_matches(".html"))).unwrap_or_else(|| file.clone());
        let app = source.options.app();
        let conversation = match account.or(other) {
            Some(id) => SourceConversation { app, kind: contacts::kind_of(&id), native_id: id, title: Some(title) },
            None => contacts::conversation_of(app, &title),
        };
        Self { source, conversation: Arc::new(conversation), escaped }
    }

    fn message(&self, fields: &Fields, raw: &[u8], place: &Place, sink: &mut Sink) {
        let shown = fields.text("timestamp").unwrap_or_default();
        let Some(sent) = fields.int("timestamp").and_then(when::from_seconds) else {
            let text = format!("`timestamp` is no time in seconds: `{shown}`");
            sink.excepted(&codes::BAD_TIME, place, text, raw);
            return;
        };
        if self.conversation.lacks_id() {
            let name = self.conversation.title.as_ref().unwrap_or(&self.conversation.native_id);
            let text = format!("the page names no conversation by an id; `{name}` was taken from the file's name");
            sink.once(&codes::CONVERSATION_FROM_NAME, place, text);
        }
        let draft = card::draft(fields, place, sink);
        let by_app = matches!(draft.body, Body::Notice(_) | Body::Recall(_));
        let own = if by_app { None } else { fields.truth("is_send") };
        let native_id = fields.text("server_id").filter(|id| id != "0");
        if native_id.is_none() {
            sink.once(&codes::NO_MESSAGE_IDS, place, codes::NO_MESSAGE_IDS.summary);
        }
        let account = || self.source.options.account.clone().filter(|_| own == Some(true));
        let id = fields.account().or_else(account);
        let name = fields.text("displayname").or_else(|| fields.text("display_name"));
        let told = Told {
            conversation: self.conversation_of(fields),
            sender: (!by_app && (id.is_some() || name.is_some() || own.is_some()))
                .then_some(Sender { native_id: id, name }),
            sent_by_collector: own,
            sent,
            sent_raw: shown,
            native_id,
            sequence: None,
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }

    /// A page says of each message whether it is of a group.
    fn conversation_of(&self, fields: &Fields) -> Arc<SourceConversation> {
        let group = fields.truth("is_chatroom") == Some(true);
        if !group || self.conversation.kind == ConversationKind::Group {
            return Arc::clone(&self.conversation);
        }
        Arc::new(SourceConversation { kind: ConversationKind::Group, ..SourceConversation::clone(&self.conversation) })
    }
}

impl ReadElement for MemoPage {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(object) = Object::of_element(raw, self.source.encoding, &mut spare, place, sink) else { return };
        self.message(&Fields::of(&object, self.escaped), raw, place, sink);
    }
}

/// The objects of an older page.
struct Literals {
    page: MemoPage,
    window: Window,
    sink: Sink,
    records: u64,
    done: bool,
}

impl Literals {
    fn step(&mut self) -> io::Result<()> {
        let next = literal::next(&mut self.window)?;
        let place = self.page.source.place().at_line(self.window.line());
        match next {
            Next::End => self.done = true,
            Next::Broken => {
                self.done = true;
                self.records += 1;
                let text = format!("the page is over within a message; {} before it were read", self.records - 1);
                self.sink.excepted(&codes::JSON_BROKEN, &place.at_record(self.records), text, self.window.record());
            }
            Next::Object => {
                let raw = self.window.record().to_vec();
                let fields = Fields::new(literal::fields(&self.page.source.encoding.text(&raw)), true);
                let text = fields.text("text").unwrap_or_default();
                if fields.int("type") == Some(0) && Parts::of(&text).is_some() {
                    let text = "the page shows times between messages; they are none";
                    self.sink.once(&codes::ROW_NO_MESSAGE, &place, text);
                    return Ok(());
                }
                self.records += 1;
                self.page.message(&fields, &raw, &place.at_record(self.records), &mut self.sink);
            }
        }
        Ok(())
    }
}

impl Iterator for Literals {
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
                let place = self.page.source.place().at_line(self.window.line());
                let text = format!("{error}; {} records before it were read", self.records);
                self.sink.finding(&codes::READ_FAILED, &place, text);
            }
        }
    }
}
