//! Mails: single ones, folders of them as compliance vendors deliver them, and mbox files.
//!
//! A mail that bears what a rule of the [`MailMap`] asks for is a chat message; any other is an e-mail. Each mail is one
//! record with its exact bytes, and what hangs on it comes with the bytes that lie in it.

mod beside;
mod chat;
mod date;
mod email;
mod header;
mod manifest;
mod map;
mod mbox;
mod parts;
mod subject;

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use duces_model::{AttachmentRole, Body, Item, Place, SourceConversation};
use mail_parser::{Message, MessageParser};

pub use map::{MailMap, MailMapError};

use crate::draft::{Draft, Told};
use crate::media::Hint;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::window::Window;
use crate::{Format, IngestError, codes};

use beside::Beside;
use date::Dated;
use header::Mended;
use map::Rule;
use parts::Content;

/// Mails in files of their own.
pub(crate) const EML: Reader = Reader {
    format: Format::Eml,
    is_file: is_eml,
    in_tree: Some(beside::claims),
    open: |source, sink| Ok(Box::new(open_files(source, sink)?)),
};

/// Many mails in one file.
pub(crate) const MBOX: Reader = Reader {
    format: Format::Mbox,
    is_file: is_mbox,
    in_tree: None,
    open: |source, sink| Ok(Box::new(open_mbox(source, sink)?)),
};

/// No mail is larger.
const LIMIT: usize = 256 * 1024 * 1024;

/// More parts than this belong to no mail; the library nests them without a limit.
const PARTS: usize = 4_000;

fn is_eml(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    Ok(begins_a_mail(probe.head))
}

fn is_mbox(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let line = probe.head.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(mbox::is_separator(line) && begins_a_mail(&probe.head[line.len()..]))
}

/// Headers by which a mail is told; one of the first four is among them.
const KNOWN: &[&str] = &["from", "date", "message-id", "received", "to", "subject", "mime-version", "content-type"];

/// Tells whether bytes begin with headers, two known ones among them.
fn begins_a_mail(head: &[u8]) -> bool {
    let mut known = BTreeSet::new();
    for (number, line) in head.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if number > 0 && line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return false };
        let name = line[..colon].trim_ascii_end();
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            return false;
        }
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        // A chat in the form of a mail of its own kind is another reader's.
        if name == "x-rsmf-version" {
            return false;
        }
        known.extend(KNOWN.iter().position(|header| *header == name));
        if known.len() >= 2 && known.iter().any(|at| *at < 4) {
            return true;
        }
    }
    false
}

/// Where mails come from.
enum Input {
    Files(std::vec::IntoIter<PathBuf>),
    Mbox(Window),
}

struct Mails {
    source: Source,
    input: Input,
    beside: Beside,
    threads: email::Threads,
    last: Option<Arc<SourceConversation>>,
    /// The rules that were said to be unverified.
    said: BTreeSet<String>,
    sink: Sink,
    records: u64,
    done: bool,
}

fn open_files(source: Source, mut sink: Sink) -> Result<Mails, IngestError> {
    let beside = Beside::of(&source, &mut sink);
    let mails: Vec<PathBuf> = source.members.iter().filter(|member| !beside.holds(member)).cloned().collect();
    Ok(Mails::new(source, Input::Files(mails.into_iter()), beside, sink))
}

fn open_mbox(source: Source, sink: Sink) -> Result<Mails, IngestError> {
    let mut window = source.window()?;
    let line = window.ahead().map_err(|error| io_error(&source.path, error))?;
    if !line.starts_with(b"From ") {
        return Err(source.wrong(Format::Mbox, "its first line does not begin with `From `"));
    }
    Ok(Mails::new(source, Input::Mbox(window), Beside::default(), sink))
}

impl Iterator for Mails {
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

impl Mails {
    fn new(source: Source, input: Input, beside: Beside, sink: Sink) -> Self {
        let threads = email::Threads::default();
        Self { source, input, beside, threads, last: None, said: BTreeSet::new(), sink, records: 0, done: false }
    }

    fn step(&mut self) {
        match &mut self.input {
            Input::Files(files) => match files.next() {
                Some(file) => self.file(&file),
                None => {
                    self.beside.say_left(&mut self.sink);
                    self.done = true;
                }
            },
            Input::Mbox(window) => {
                let next = mbox::next(window, LIMIT);
                let place = self.source.place().at_line(window.line()).at_record(self.records + 1);
                let raw = window.record().to_vec();
                match next {
                    Ok(mbox::NextMail::End) => self.done = true,
                    Ok(mbox::NextMail::Mail) => self.mail(&mbox::mail_of(&raw), &raw, &place, None),
                    Ok(mbox::NextMail::TooLarge) => self.too_large(&place),
                    Err(error) => {
                        self.done = true;
                        let text = format!("{error}; {} mails before it were read", self.records);
                        self.sink.finding(&codes::READ_FAILED, &place, text);
                    }
                }
            }
        }
    }

    fn too_large(&mut self, place: &Place) {
        self.records += 1;
        let text =
            format!("the mail is larger than {} MiB; it was not read, its bytes stay in the source", LIMIT >> 20);
        self.sink.finding(&codes::RECORD_TOO_LARGE, place, text);
    }

    fn file(&mut self, path: &Path) {
        let place = self.source.place_of(path);
        let place = if path == self.source.path { self.source.place() } else { place };
        let mut mail = Vec::new();
        let read = fs::File::open(path).and_then(|file| file.take(LIMIT as u64 + 1).read_to_end(&mut mail));
        match read {
            Err(error) => self.sink.finding(&codes::READ_FAILED, &place, format!("the mail cannot be read: {error}")),
            Ok(0) => self.sink.finding(&codes::EMPTY_FILE, &place, codes::EMPTY_FILE.summary),
            Ok(_) if mail.len() > LIMIT => self.too_large(&place),
            Ok(_) => self.mail(&mail, &mail, &place, Some(path)),
        }
    }

    /// Reads one mail; `raw` are its bytes as they stand in the source.
    fn mail(&mut self, mail: &[u8], raw: &[u8], place: &Place, path: Option<&Path>) {
        self.records += 1;
        let mail = mail.strip_prefix(b"\xef\xbb\xbf").unwrap_or(mail);
        if parts_of(mail) > PARTS {
            let text = format!("the mail has more than {PARTS} parts; it was set aside");
            self.sink.excepted(&codes::MAIL_PARTS, place, text, raw);
            return;
        }
        let (mended, how) = header::mended(mail);
        let message = MessageParser::default().parse(mended.as_ref());
        let Some(message) = message.filter(|message| KNOWN.iter().any(|name| header::bears(message, name))) else {
            self.sink.excepted(&codes::MAIL_NO_HEADERS, place, codes::MAIL_NO_HEADERS.summary, raw);
            return;
        };
        match how {
            Mended::No => {}
            Mended::FromGb18030 => {
                let text = "the headers are no UTF-8 and were read as GB18030";
                self.sink.finding(&codes::GB18030, place, text);
            }
            Mended::Lossy => self.sink.finding(&codes::INVALID_UTF8, place, codes::INVALID_UTF8.summary),
        }
        let map = self.source.options.mail_map.clone();
        let rule = chat::rule_of(&map, &message);
        let Some((dated, sent_raw)) = self.dated(&message, rule, place, raw) else { return };
        self.record(&message, rule, raw, place, (dated, sent_raw), path);
    }

    /// Returns when a mail was sent; where nothing says it, the mail is set aside.
    fn dated(
        &mut self,
        message: &Message<'_>,
        rule: Option<&Rule>,
        place: &Place,
        raw: &[u8],
    ) -> Option<(Dated, String)> {
        let zone = self.source.options.zone.as_ref();
        let own = rule.and_then(|rule| header::first(message, &rule.sent_from));
        let date = own.or_else(|| header::raw(message, "Date"));
        let reason = match &date {
            Some(date) => match date::read(date, zone) {
                Ok(dated) => return Some((dated, date.clone())),
                Err(reason) => format!("`{}` cannot be read: {reason}", date.chars().take(80).collect::<String>()),
            },
            None => "the mail has no date".to_owned(),
        };
        // The first server that took it: the last `Received` in the order of the headers.
        let received = header::all(message).filter(|(name, _)| name.eq_ignore_ascii_case("Received")).last();
        let received = received.and_then(|(_, value)| value.rsplit_once(';')).map(|(_, date)| date.trim().to_owned());
        if let Some(received) = received
            && let Ok(dated) = date::read(&received, zone)
        {
            let text = format!("{reason}; the time at which a server first received it stands for it");
            self.sink.finding(&codes::MAIL_DATE_RECEIVED, place, text);
            return Some((dated, date.unwrap_or(received)));
        }
        let code = if date.is_some() { &codes::BAD_TIME } else { &codes::MISSING_FIELD };
        self.sink.excepted(code, place, reason, raw);
        None
    }

    fn record(
        &mut self,
        message: &Message<'_>,
        rule: Option<&Rule>,
        raw: &[u8],
        place: &Place,
        (dated, sent_raw): (Dated, String),
        path: Option<&Path>,
    ) {
        let parts = parts::of(message);
        for (code, text) in &parts.said {
            self.sink.finding(code, place, text.clone());
        }
        if dated.zone_assumed {
            self.sink.once(&codes::ZONE_ASSUMED, place, codes::ZONE_ASSUMED.summary);
        }
        let attachments = self.attachments(&parts, rule, message, path);
        let (draft, mut told) = match rule {
            Some(rule) => self.chat(message, rule, (parts.text, attachments), place, path),
            None => self.email(message, (parts.text, attachments), place),
        };
        told.sent = dated.at;
        told.sent_raw = sent_raw;
        if told.sender.is_none() && !matches!(draft.body, Body::Notice(_)) {
            self.sink.finding(&codes::MISSING_FIELD, place, "the mail does not say who sent it");
        }
        let records = self.records;
        told.sequence = i64::try_from(records).ok();
        draft.into_record(told, raw, &self.source, place, &mut self.sink);
    }

    fn email(&mut self, message: &Message<'_>, content: Content, place: &Place) -> (Draft, Told) {
        let email = email::read(message, &mut self.threads, &self.source.options);
        if email.derived {
            self.sink.once(
                &codes::CONVERSATION_DERIVED,
                place,
                "a mail has no id and answers none; its thread was told by subject and participants",
            );
        }
        let told = Told {
            conversation: self.shared(email.conversation),
            sender: email.sender,
            sent_by_collector: email.sent_by_collector,
            native_id: email.native_id,
            ..undated()
        };
        (email::draft(message, content), told)
    }

    fn chat(
        &mut self,
        message: &Message<'_>,
        rule: &Rule,
        content: Content,
        place: &Place,
        path: Option<&Path>,
    ) -> (Draft, Told) {
        let name = path
            .and_then(Path::file_stem)
            .map_or_else(|| self.source.file.clone(), |stem| stem.to_string_lossy().into_owned());
        let mut chat = chat::read(rule, message, &self.source.options, &name);
        self.say_of_rule(rule, message, &chat, place);
        let draft = chat::draft(&mut chat, content);
        let told = Told {
            conversation: self.shared(chat.conversation),
            sender: chat.sender,
            sent_by_collector: chat.sent_by_collector,
            native_id: chat.native_id,
            ..undated()
        };
        (draft, told)
    }

    fn say_of_rule(&mut self, rule: &Rule, message: &Message<'_>, chat: &chat::Chat, place: &Place) {
        if !rule.verified && self.said.insert(rule.name.clone()) {
            let text = format!(
                "mails were read by the rule `{}`, which no vendor's document confirms ({}); compare some records with \
                 the vendor's own view, and pass a map of your own where they differ (docs/mail-map.md)",
                rule.name,
                rule.note.trim_end_matches('.')
            );
            self.sink.finding(&codes::MAIL_MAP_UNVERIFIED, place, text);
        }
        if chat.derived {
            let text = "no header names the conversation; it was told by its name or by those who take part";
            self.sink.once(&codes::CONVERSATION_DERIVED, place, text);
        }
        if chat.native_id.is_none() {
            self.sink.once(&codes::NO_MESSAGE_IDS, place, codes::NO_MESSAGE_IDS.summary);
        }
        if let Some(word) = &chat.unknown_type {
            let text = format!("message type `{word}` is not known; it was read by its content");
            self.sink.finding(&codes::UNKNOWN_TYPE, place, text);
        }
        if rule.encrypted_by.iter().any(|name| header::bears(message, name)) {
            self.sink.finding(&codes::MAIL_ENCRYPTED, place, codes::MAIL_ENCRYPTED.summary);
        }
    }

    /// Returns what hangs on a mail: its parts, then the files that were delivered beside it.
    fn attachments(
        &mut self,
        parts: &parts::Parts,
        rule: Option<&Rule>,
        message: &Message<'_>,
        path: Option<&Path>,
    ) -> Vec<(AttachmentRole, Hint)> {
        let within = |file: &parts::File| {
            let (name, bytes) = (file.name.clone(), Some(file.bytes.clone()));
            (file.role, Hint { name, bytes, ..Hint::default() })
        };
        let mut attachments: Vec<(AttachmentRole, Hint)> = parts.files.iter().map(within).collect();
        let named = rule.and_then(|rule| header::first(message, &rule.files_from));
        for (role, name) in self.beside.of_mail(path, named.as_deref()) {
            attachments.push((role, Hint { path: Some(name.clone()), name: Some(name), ..Hint::default() }));
        }
        attachments
    }

    /// Returns a conversation as the one before where it is the same.
    fn shared(&mut self, conversation: SourceConversation) -> Arc<SourceConversation> {
        match &self.last {
            Some(last) if **last == conversation => Arc::clone(last),
            _ => Arc::clone(self.last.insert(Arc::new(conversation))),
        }
    }
}

fn undated() -> Told {
    let app = duces_model::App::named("email");
    let kind = duces_model::ConversationKind::Group;
    let conversation = Arc::new(SourceConversation { app, kind, native_id: String::new(), title: None });
    let sent = duces_model::UtcMillis::new(0).expect("1970 is in range");
    Told {
        conversation,
        sender: None,
        sent_by_collector: None,
        sent,
        sent_raw: String::new(),
        native_id: None,
        sequence: None,
    }
}

/// Returns how many lines of a mail may begin a part.
fn parts_of(mail: &[u8]) -> usize {
    const NAME: &[u8] = b"content-type";
    let begins = |at: usize| mail.get(at..at + NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME));
    usize::from(begins(0)) + memchr::memchr2_iter(b'\n', b'\r', mail).filter(|at| begins(at + 1)).count()
}
