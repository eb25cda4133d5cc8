//! Reads the export message by message. The conversations stand in an array, each an object with its messages in an array
//! of its own; one conversation may be of any size.

use std::io;

use duces_model::{Item, Place};

use super::{CONVERSATIONS, Export, MADE, MESSAGES, OWNER};
use crate::json_stream::{expect, next_element, next_key};
use crate::scan::{self, Kept, ScanError};
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::teams::keys::Keys;
use crate::window::Window;
use crate::{IngestError, codes};

/// What is said of a conversation beside its messages.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) id: Option<String>,
    pub(super) title: Option<String>,
}

/// What is said beside all messages.
#[derive(Debug, Default)]
pub(super) struct Headers {
    pub(super) is_export: bool,
    pub(super) owner: Option<String>,
    pub(super) made: Option<String>,
    /// In the order of the file, those that are no objects included.
    pub(super) conversations: Vec<Header>,
}

/// Looks through a file for what is said beside its messages, before and behind them. A break ends it; the stream says so.
pub(super) fn headers(source: &Source) -> Result<Headers, IngestError> {
    let mut headers = Headers::default();
    let mut window = source.window()?;
    match headers.read(&mut window, source) {
        Ok(()) | Err(ScanError::Ended | ScanError::Unexpected(_)) => Ok(headers),
        Err(ScanError::Io(error)) => Err(io_error(&source.path, error)),
    }
}

impl Headers {
    fn read(&mut self, window: &mut Window, source: &Source) -> Result<(), ScanError> {
        expect(window, b'{')?;
        let mut first = true;
        while let Some(key) = next_key(window, source.encoding, first)? {
            first = false;
            match key.as_str() {
                CONVERSATIONS if scan::skip_space(window)? == Some(b'[') => {
                    self.is_export = true;
                    self.conversations(window, source)?;
                }
                OWNER => self.owner = text(window, source)?,
                MADE => self.made = text(window, source)?,
                _ => drop(scan::value(window, source.encoding, false)?),
            }
        }
        Ok(())
    }

    fn conversations(&mut self, window: &mut Window, source: &Source) -> Result<(), ScanError> {
        expect(window, b'[')?;
        let mut first = true;
        while next_element(window, first)? {
            first = false;
            self.conversations.push(Header::default());
            if scan::skip_space(window)? != Some(b'{') {
                scan::value(window, source.encoding, false)?;
                continue;
            }
            window.advance(1);
            let mut first_key = true;
            while let Some(key) = next_key(window, source.encoding, first_key)? {
                first_key = false;
                self.said(&key, window, source)?;
            }
        }
        Ok(())
    }

    fn said(&mut self, key: &str, window: &mut Window, source: &Source) -> Result<(), ScanError> {
        let Some(header) = self.conversations.last_mut() else { return Ok(()) };
        match key {
            "id" => header.id = text(window, source)?,
            "displayName" => header.title = text(window, source)?.or(header.title.take()),
            "threadProperties" => {
                let kept = scan::value(window, source.encoding, true)? == Kept::Whole;
                let raw = source.encoding.utf8_bytes(window.record());
                let topic = std::str::from_utf8(&raw).ok().filter(|_| kept).and_then(Keys::of);
                header.title = header.title.take().or(topic.and_then(|keys| keys.text("topic")));
            }
            _ => drop(scan::value(window, source.encoding, false)?),
        }
        Ok(())
    }
}

fn text(window: &mut Window, source: &Source) -> Result<Option<String>, ScanError> {
    let kept = scan::value(window, source.encoding, true)?;
    let raw = source.encoding.utf8_bytes(window.record());
    let text = serde_json::from_slice::<String>(&raw).ok();
    Ok(text.filter(|text| kept == Kept::Whole && !text.is_empty()))
}

/// Where the stream stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Keys { first: bool },
    Conversations { first: bool },
    Conversation { first: bool },
    Messages { first: bool },
    Tail,
    Done,
}

/// The messages of an export.
pub(super) struct ExportStream {
    reader: Export,
    window: Window,
    sink: Sink,
    at: At,
    /// How many conversations were begun.
    conversations: usize,
    records: u64,
}

impl ExportStream {
    pub(super) fn new(reader: Export, window: Window, sink: Sink) -> Self {
        Self { reader, window, sink, at: At::Start, conversations: 0, records: 0 }
    }

    fn step(&mut self) -> Result<(), ScanError> {
        let encoding = self.reader.source.encoding;
        self.at = match self.at {
            At::Start => {
                expect(&mut self.window, b'{')?;
                At::Keys { first: true }
            }
            At::Keys { first } => match next_key(&mut self.window, encoding, first)? {
                None => At::Tail,
                Some(key) if key == CONVERSATIONS && self.begins_array()? => At::Conversations { first: true },
                Some(_) => {
                    scan::value(&mut self.window, encoding, false)?;
                    At::Keys { first: false }
                }
            },
            At::Conversations { first } => self.conversation(first)?,
            At::Conversation { first } => match next_key(&mut self.window, encoding, first)? {
                None => At::Conversations { first: false },
                Some(key) if key == MESSAGES && self.begins_array()? => At::Messages { first: true },
                Some(_) => {
                    scan::value(&mut self.window, encoding, false)?;
                    At::Conversation { first: false }
                }
            },
            At::Messages { first } if next_element(&mut self.window, first)? => {
                self.message()?;
                At::Messages { first: false }
            }
            At::Messages { .. } => At::Conversation { first: false },
            At::Tail => {
                self.tail()?;
                At::Done
            }
            At::Done => At::Done,
        };
        Ok(())
    }

    fn begins_array(&mut self) -> io::Result<bool> {
        let begins = scan::skip_space(&mut self.window)? == Some(b'[');
        if begins {
            self.window.advance(1);
        }
        Ok(begins)
    }

    fn conversation(&mut self, first: bool) -> Result<At, ScanError> {
        if !next_element(&mut self.window, first)? {
            return Ok(At::Keys { first: false });
        }
        self.reader.conversation(self.conversations);
        self.conversations += 1;
        if scan::skip_space(&mut self.window)? == Some(b'{') {
            self.window.advance(1);
            return Ok(At::Conversation { first: true });
        }
        let place = self.place();
        let kept = scan::value(&mut self.window, self.reader.source.encoding, true)?;
        let raw = if kept == Kept::Whole { self.window.record().to_vec() } else { Vec::new() };
        self.sink.excepted(&codes::NOT_AN_OBJECT, &place, "a conversation should be a JSON object here", &raw);
        Ok(At::Conversations { first: false })
    }

    fn place(&self) -> Place {
        Place::file(self.reader.source.file.clone()).at_line(self.window.line())
    }

    fn message(&mut self) -> Result<(), ScanError> {
        let offset = self.window.offset();
        self.records += 1;
        let place = self.place().at_record(self.records);
        match scan::value(&mut self.window, self.reader.source.encoding, true) {
            Ok(Kept::Whole) => self.reader.message(self.window.record(), &place, &mut self.sink),
            Ok(Kept::Part) => {
                let text = format!("the record at byte {offset} is larger than {} MiB", scan::LIMIT >> 20);
                self.sink.excepted(&codes::RECORD_TOO_LARGE, &place, text, &[]);
            }
            Err(ScanError::Ended) => {
                let text = format!(
                    "the file ends within the record that begins at byte {offset}; {} before it were read",
                    self.records.saturating_sub(1)
                );
                self.sink.excepted(&codes::JSON_BROKEN, &place, text, self.window.record());
                self.at = At::Done;
                return Err(ScanError::Ended);
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }

    fn tail(&mut self) -> io::Result<()> {
        if scan::skip_space(&mut self.window)?.is_some() {
            let text = format!("the JSON ended before byte {}; what follows was not read", self.window.offset());
            self.sink.finding(&codes::TRAILING_DATA, &self.place(), text);
        }
        Ok(())
    }

    fn stop(&mut self, error: &ScanError) {
        let broken_within = std::mem::replace(&mut self.at, At::Done) == At::Done;
        let (line, offset) = self.window.here();
        let place = Place::file(self.reader.source.file.clone()).at_line(line);
        let kept = format!("{} records before it were read", self.records);
        match error {
            // That was said with the record.
            ScanError::Ended if broken_within => {}
            ScanError::Io(error) => {
                self.sink.finding(&codes::READ_FAILED, &place, format!("{error} at byte {offset}; {kept}"));
            }
            ScanError::Ended => {
                let text = format!("the file ends at byte {offset}, before the JSON does; {kept}");
                self.sink.finding(&codes::JSON_BROKEN, &place, text);
            }
            ScanError::Unexpected(byte) => {
                let shown = char::from(*byte).escape_default();
                let text = format!("`{shown}` at byte {offset} is no JSON; {kept}, nothing after it");
                self.sink.finding(&codes::JSON_BROKEN, &place, text);
            }
        }
    }
}

impl Iterator for ExportStream {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.sink.next() {
                return Some(item);
            }
            if self.at == At::Done {
                return None;
            }
            if let Err(error) = self.step() {
                self.stop(&error);
            }
        }
    }
}
