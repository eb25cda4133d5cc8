//! The way through an export: a chat, or lists of chats, each with its messages. Read as a stream, so that an account of
//! any size takes no more memory than a message.

use std::fmt::Write as _;

use duces_model::Item;

use super::Chat;
use crate::codes;
use crate::json_object::Object;
use crate::json_stream::{expect, next_element, next_key, read_element, say_stop};
use crate::scan::{self, Kept, ScanError};
use crate::sink::Sink;
use crate::window::Window;

/// Lists of chats, at the top.
const LISTS: &[&str] = &["chats", "left_chats"];
const LIST: &str = "list";
const MESSAGES: &str = "messages";
const PERSONAL: &str = "personal_information";
/// What is kept of a chat beside its messages: more is no header.
const HEADER: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    /// Keys of the outermost object, which may itself be a chat.
    Top {
        first: bool,
    },
    /// Keys of an object that holds a list of chats.
    Lists {
        first: bool,
    },
    Chats {
        first: bool,
    },
    /// Keys of a chat within a list.
    Chat {
        first: bool,
    },
    Messages {
        first: bool,
        within_list: bool,
    },
    Done,
}

pub(super) struct Export {
    window: Window,
    reader: Chat,
    sink: Sink,
    state: State,
    /// The small values of the chat at hand, as the members of a JSON object.
    header: String,
    records: u64,
}

impl Export {
    pub(super) fn new(reader: Chat, window: Window, sink: Sink) -> Self {
        Self { window, reader, sink, state: State::Start, header: String::new(), records: 0 }
    }

    fn step(&mut self) -> Result<(), ScanError> {
        match self.state {
            State::Start => {
                expect(&mut self.window, b'{')?;
                self.state = State::Top { first: true };
            }
            State::Top { first } => self.top(first)?,
            State::Lists { first } => match self.key(first)? {
                None => self.state = State::Top { first: false },
                Some(key) if key == LIST && self.is_next(b'[')? => {
                    self.window.advance(1);
                    self.state = State::Chats { first: true };
                }
                Some(_) => {
                    self.pass()?;
                    self.state = State::Lists { first: false };
                }
            },
            State::Chats { first } => self.chats(first)?,
            State::Chat { first } => match self.key(first)? {
                None => self.state = State::Chats { first: false },
                Some(key) => self.of_chat(&key, true)?,
            },
            State::Messages { first, within_list } => self.messages(first, within_list)?,
            State::Done => {}
        }
        Ok(())
    }

    fn top(&mut self, first: bool) -> Result<(), ScanError> {
        match self.key(first)? {
            None => {
                if scan::skip_space(&mut self.window)?.is_some() {
                    let place = self.reader.source.place().at_line(self.window.line());
                    self.sink.finding(&codes::TRAILING_DATA, &place, codes::TRAILING_DATA.summary);
                }
                self.state = State::Done;
            }
            Some(key) if LISTS.contains(&key.as_str()) && self.is_next(b'{')? => {
                self.window.advance(1);
                self.state = State::Lists { first: true };
            }
            Some(key) if key == PERSONAL => {
                if let Some(text) = self.small()?
                    && let Some(personal) = Object::of(&text)
                {
                    self.reader.owner(&personal);
                }
                self.state = State::Top { first: false };
            }
            Some(key) => self.of_chat(&key, false)?,
        }
        Ok(())
    }

    fn chats(&mut self, first: bool) -> Result<(), ScanError> {
        let mut next = scan::skip_space(&mut self.window)?;
        if next == Some(b',') && !first {
            self.window.advance(1);
            next = scan::skip_space(&mut self.window)?;
        }
        match next {
            Some(b'{') => {
                self.window.advance(1);
                self.header.clear();
                self.state = State::Chat { first: true };
                Ok(())
            }
            Some(b']') => {
                self.window.advance(1);
                self.state = State::Lists { first: false };
                Ok(())
            }
            Some(other) => Err(ScanError::Unexpected(other)),
            None => Err(ScanError::Ended),
        }
    }

    /// Takes one member of a chat: its messages, or a value that says which chat it is.
    fn of_chat(&mut self, key: &str, within_list: bool) -> Result<(), ScanError> {
        if key == MESSAGES && self.is_next(b'[')? {
            self.window.advance(1);
            let header = format!("{{{}}}", self.header.trim_end_matches(','));
            self.reader.begin(&Object::of(&header).unwrap_or_default(), &mut self.sink);
            self.state = State::Messages { first: true, within_list };
            return Ok(());
        }
        if let Some(value) = self.small()?
            && self.header.len() < HEADER
        {
            // Writing to a String cannot fail.
            let _ = write!(self.header, "{}:{value},", serde_json::Value::from(key));
        }
        self.state = if within_list { State::Chat { first: false } } else { State::Top { first: false } };
        Ok(())
    }

    fn messages(&mut self, first: bool, within_list: bool) -> Result<(), ScanError> {
        if !next_element(&mut self.window, first)? {
            self.state = if within_list { State::Chat { first: false } } else { State::Top { first: false } };
            return Ok(());
        }
        self.state = State::Messages { first: false, within_list };
        let Self { window, reader, sink, records, .. } = self;
        if !read_element(window, reader, records, sink)? {
            self.state = State::Done;
        }
        Ok(())
    }

    fn key(&mut self, first: bool) -> Result<Option<String>, ScanError> {
        next_key(&mut self.window, self.reader.source.encoding, first)
    }

    fn is_next(&mut self, byte: u8) -> Result<bool, ScanError> {
        Ok(scan::skip_space(&mut self.window)? == Some(byte))
    }

    fn pass(&mut self) -> Result<(), ScanError> {
        scan::value(&mut self.window, self.reader.source.encoding, false).map(drop)
    }

    /// Returns the next value where it is small.
    fn small(&mut self) -> Result<Option<String>, ScanError> {
        let encoding = self.reader.source.encoding;
        let kept = scan::value(&mut self.window, encoding, true)?;
        if kept == Kept::Part || self.window.record_len() > HEADER {
            return Ok(None);
        }
        Ok(Some(encoding.text(self.window.record())))
    }
}

impl Iterator for Export {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.sink.next() {
                return Some(item);
            }
            if self.state == State::Done {
                return None;
            }
            if let Err(error) = self.step() {
                say_stop(&error, &self.window, &self.reader.source.file, self.records, &mut self.sink);
                self.state = State::Done;
            }
        }
    }
}
