//! Slack's export: a workspace as a folder, with `users.json`, lists of conversations, and a folder of days for each.

mod message;
mod mrkdwn;
mod workspace;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use duces_model::{Item, Place, SourceConversation};

use self::workspace::Workspace;
use crate::json_object::{Object, Spare};
use crate::json_stream::{ReadElement, expect, next_element, read_element, say_stop};
use crate::probe::{Probe, Tree};
use crate::reader::Reader;
use crate::scan::ScanError;
use crate::sink::Sink;
use crate::source::{Source, SourceFile, slashed};
use crate::window::Window;
use crate::{Format, IngestError, Items, codes, source};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::SlackJson, is_file, in_tree: Some(claims), open };

const USERS: &str = "users.json";
/// The lists of conversations: public, private, of two, of several.
const LISTS: [&str; 4] = ["channels.json", "groups.json", "dms.json", "mpims.json"];

/// A day on its own: an array of messages with the times that are Slack's ids.
fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let Some(element) = probe.first_element()? else { return Ok(false) };
    let Ok(text) = std::str::from_utf8(element) else { return Ok(false) };
    let Some(row) = Object::of(text) else { return Ok(false) };
    let is_time = row.text("ts").is_some_and(|ts| message::micros(&ts).is_some());
    Ok(is_time && row.text("type").as_deref() == Some("message"))
}

/// An export is one source: its lists, and the days in the folders beside them.
fn claims(tree: &Tree<'_>) -> Result<Vec<SourceFile>, IngestError> {
    let mut sources = Vec::new();
    for users in tree.named(USERS) {
        let folder = users.parent().unwrap_or(Path::new(""));
        let here = |name: &str| tree.files.binary_search(&folder.join(name)).is_ok();
        if !LISTS.iter().any(|name| here(name)) {
            continue;
        }
        let is_json = |path: &&PathBuf| path.extension() == Some(OsStr::new("json"));
        let within = |path: &&PathBuf| {
            path.strip_prefix(folder).is_ok_and(|rest| match rest.components().count() {
                1 => true,
                2 => is_day(rest),
                _ => false,
            })
        };
        let members: Vec<PathBuf> = tree.files.iter().filter(is_json).filter(within).cloned().collect();
        sources.push(SourceFile { format: Format::SlackJson, path: users.to_owned(), members });
    }
    Ok(sources)
}

/// Days are files called `2024-03-05.json`.
fn is_day(path: &Path) -> bool {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let shape: String = stem.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00"
}

struct Slack {
    day: Day,
    /// The days that are still to be read.
    days: std::vec::IntoIter<PathBuf>,
    /// The day at hand, and whether an element of it was read.
    at_hand: Option<(Window, bool)>,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
    sink: Sink,
    records: u64,
    done: bool,
}

/// What reading a message takes.
struct Day {
    source: Source,
    workspace: Workspace,
    conversation: Option<Arc<SourceConversation>>,
}

fn open(mut source: Source, mut sink: Sink) -> Result<Items, IngestError> {
    let is_export = source.path.file_name() == Some(OsStr::new(USERS));
    let folder = source.path.parent().unwrap_or(Path::new("")).to_owned();
    let absolute = |path: &PathBuf| if path.is_absolute() { path.clone() } else { source.root.join(path) };
    let members: Vec<PathBuf> = source.members.iter().map(absolute).collect();
    let workspace = if is_export { Workspace::read(&folder, &source, &mut sink) } else { Workspace::default() };
    let mut days: Vec<PathBuf> =
        members.iter().filter(|path| !is_export || path.parent() != Some(&folder)).cloned().collect();
    days.sort();
    if days.is_empty() {
        return Err(source.wrong(Format::SlackJson, "there is no day of any conversation beside it"));
    }
    for member in members.iter().filter(|path| is_export && path.parent() == Some(&folder)) {
        let name = member.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name != USERS && !LISTS.contains(&name.as_str()) {
            let place = source.place_of(member);
            sink.finding(&codes::PART_UNREAD, &place, format!("`{name}` holds no messages; it was not read"));
        }
    }
    if !is_export {
        sink.once(
            &codes::NAMES_MISSING,
            &source.place(),
            "no `users.json` belongs to the messages; ids stand in the place of names",
        );
    }
    // What was downloaded lies beside the lists.
    source.folder = folder.strip_prefix(&source.root).unwrap_or(Path::new("")).to_owned();
    let day = Day { source, workspace, conversation: None };
    Ok(Box::new(Slack {
        day,
        days: days.into_iter(),
        at_hand: None,
        conversations: BTreeMap::new(),
        sink,
        records: 0,
        done: false,
    }))
}

impl Slack {
    fn step(&mut self) {
        let Some((window, first)) = &mut self.at_hand else {
            match self.days.next() {
                Some(path) => self.begin(&path),
                None => self.done = true,
            }
            return;
        };
        match next(window, first, &mut self.day, &mut self.records, &mut self.sink) {
            Ok(true) => {}
            Ok(false) => self.at_hand = None,
            Err(error) => {
                say_stop(&error, window, &self.day.source.file, self.records, &mut self.sink);
                self.at_hand = None;
            }
        }
    }

    fn begin(&mut self, path: &Path) {
        let place = self.day.source.place_of(path);
        let relative = path.strip_prefix(&self.day.source.root).unwrap_or(path);
        self.day.source.file = if relative.as_os_str().is_empty() { place.file.clone() } else { slashed(relative) };
        let folder = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let folder = folder.unwrap_or_default();
        let known = self.conversations.get(&folder).cloned();
        let conversation = known.unwrap_or_else(|| {
            let found = Arc::new(self.day.workspace.conversation(&folder, &self.day.source, &place, &mut self.sink));
            self.conversations.insert(folder, Arc::clone(&found));
            found
        });
        self.day.conversation = Some(conversation);
        let opened = source::head_of(path).and_then(|head| {
            let file = File::open(path).map_err(|error| source::io_error(path, error))?;
            Ok((Window::new(Box::new(file)), head.starts_with(b"\xef\xbb\xbf")))
        });
        match opened {
            Ok((mut window, has_mark)) => {
                if has_mark && window.ahead().is_ok() {
                    window.advance(3);
                }
                match expect(&mut window, b'[') {
                    Ok(()) => self.at_hand = Some((window, true)),
                    Err(error) => say_stop(&error, &window, &self.day.source.file, self.records, &mut self.sink),
                }
            }
            Err(error) => self.sink.finding(&codes::READ_FAILED, &place, error.to_string()),
        }
    }
}

/// Reads the next message of a day; false at its end.
fn next(
    window: &mut Window,
    first: &mut bool,
    day: &mut Day,
    records: &mut u64,
    sink: &mut Sink,
) -> Result<bool, ScanError> {
    let more = next_element(window, *first)?;
    *first = false;
    if more { read_element(window, day, records, sink) } else { Ok(false) }
}

impl Iterator for Slack {
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

impl ReadElement for Day {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(row) = Object::of_element(raw, self.source.encoding, &mut spare, place, sink) else { return };
        let Some(conversation) = self.conversation.clone() else { return };
        message::record(&row, raw, conversation, &self.workspace, &self.source, place, sink);
    }
}
