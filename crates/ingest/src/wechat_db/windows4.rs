//! WeChat 4.x, of Windows and of macOS: message_*.db and biz_message_*.db, one table a conversation, each conversation
//! read as one over all of them in the order of `sort_seq`.
//!
//! A table is named by the MD5 of its conversation's id. Who that is stands in contact.db, in session.db, or in the
//! `Name2Id` of a message database.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use duces_model::{Body, ConversationKind, Place, SourceConversation};

use super::content::{Content, split_sender};
use super::files::{self, Files};
use super::layout::{self, Family};
use super::linked::Voices;
use super::media4::Media;
use super::packed::{PackedInfo, Unpacked};
use super::people::{self, each_row};
use super::reading::{self, Message, Reading, Refusal};
use super::stream::{Layout, Stream};
use super::{hash_of, holds_messages};
use crate::draft::Draft;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::sqlite::{Cell, Database, Lookup, Merge, Rows, Stored, StoredRow, number_key};
use crate::{Format, IngestError, codes};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader {
    format: Format::Wechat4Db,
    is_file: |probe| holds_messages(probe, Family::Windows4),
    // `windows3` claims for every family.
    in_tree: None,
    open: |source, sink| Ok(Box::new(open(source, sink)?)),
};

/// The columns asked for, in the order of the constants below.
#[rustfmt::skip]
const WANTED: &[&str] = &[
    "local_id", "server_id", "local_type", "sort_seq", "real_sender_id", "create_time", "status", "message_content",
    "compress_content", "packed_info_data",
];
const LOCAL_ID: usize = 0;
const SERVER_ID: usize = 1;
const LOCAL_TYPE: usize = 2;
const SORT_SEQ: usize = 3;
const REAL_SENDER_ID: usize = 4;
const CREATE_TIME: usize = 5;
const STATUS: usize = 6;
const MESSAGE_CONTENT: usize = 7;
const COMPRESS_CONTENT: usize = 8;
const PACKED_INFO_DATA: usize = 9;

/// What a table of messages cannot do without.
const NEEDED: &[&str] = &["local_type", "create_time", "message_content"];

struct Windows4 {
    reading: Reading,
    voices: Voices,
    media: Media,
    /// Messages that the collected account took back, with what they said.
    taken_back: Lookup,
    /// For each database, its senders by number.
    senders: Vec<HashMap<i64, Arc<str>>>,
    /// What is still to be read, by the conversation's id, then by its table.
    tables: std::vec::IntoIter<(Option<String>, String)>,
}

/// The conversation of a run.
struct Talk {
    conversation: Arc<SourceConversation>,
    /// The hash that names its tables.
    hash: String,
    /// Whether its id is known.
    resolved: bool,
}

fn open(mut source: Source, mut sink: Sink) -> Result<Stream<Windows4>, IngestError> {
    let files = Files::open(&mut source, Family::Windows4, &mut sink)?;
    let hashes = hashes(&files);
    if hashes.is_empty() {
        return Err(source.wrong(Format::Wechat4Db, "none of its tables is called `Msg_` and a hash"));
    }
    let mut reading = Reading::new(source, files);
    let (files, people) = (&reading.files, &mut reading.people);
    for table in ["contact", "stranger"] {
        people.add_contacts(files, table, ["username", "remark", "nick_name"], &mut sink);
    }
    people::say_if_none(people, &reading.source.place(), &mut sink);
    people.add_rooms(files, "chat_room", ["username", "ext_buffer"], &mut sink);
    let senders = senders(files, &mut sink);
    let ids = ids_by_hash(files, people, &senders, &mut sink);
    let mut tables: Vec<(Option<String>, String)> =
        hashes.into_iter().map(|hash| (ids.get(&hash.to_lowercase()).cloned(), hash)).collect();
    // Those that are not known come last.
    tables.sort_by(|a, b| (a.0.is_none(), a).cmp(&(b.0.is_none(), b)));
    let told_by = tell_account(&mut reading, &tables, &senders);
    let account = reading.own.as_deref().map(|id| (id, told_by));
    files::provenance(&reading.source, &reading.files, Family::Windows4, account, &mut sink);
    let files = &reading.files;
    let voices = Voices::of(files, "VoiceInfo", ["svr_id", "voice_data"], &mut sink);
    let media = Media::of(files, &mut sink);
    let taken_back = taken_back(files, &mut sink);
    let layout = Windows4 { reading, voices, media, taken_back, senders, tables: tables.into_iter() };
    Ok(Stream::new(layout, sink))
}

fn hashes(files: &Files) -> BTreeSet<String> {
    let tables = files.databases.iter().flat_map(|database| layout::hashed_tables(database, "Msg_"));
    tables.map(|(_, hash)| hash.to_owned()).collect()
}

fn senders(files: &Files, sink: &mut Sink) -> Vec<HashMap<i64, Arc<str>>> {
    let mut senders = vec![HashMap::new(); files.databases.len()];
    each_row(files, "Name2Id", &["user_name"], sink, |at, row, _| {
        senders[at].extend(row.cells[0].text().map(|id| (row.id, Arc::from(id.as_ref()))));
    });
    senders
}

/// Returns every id that is known anywhere, by its hash.
fn ids_by_hash(
    files: &Files,
    people: &people::People,
    senders: &[HashMap<i64, Arc<str>>],
    sink: &mut Sink,
) -> BTreeMap<String, String> {
    let mut ids: Vec<String> = people.ids().map(str::to_owned).collect();
    ids.extend(senders.iter().flat_map(HashMap::values).map(|id| id.to_string()));
    for (table, column) in [("SessionTable", "username"), ("chat_room", "username")] {
        each_row(files, table, &[column], sink, |_, row, _| ids.extend(row.cells[0].owned_text()));
    }
    ids.into_iter().map(|id| (hash_of(&id), id)).collect()
}

/// Tells the collected account: by its folder, which is named by it and four letters more, or by what was sent.
fn tell_account(
    reading: &mut Reading,
    tables: &[(Option<String>, String)],
    senders: &[HashMap<i64, Arc<str>>],
) -> &'static str {
    if reading.own.is_some() {
        return "the caller says";
    }
    let known = |id: &str| reading.people.knows(id) || senders.iter().flat_map(HashMap::values).any(|s| **s == *id);
    let folder = reading.files.account_name.clone().unwrap_or_default();
    let shorter = without_suffix(&folder);
    let by_folder = [shorter, Some(folder.as_str())].into_iter().flatten().find(|id| known(id));
    if let Some(id) = by_folder {
        reading.own = Some(id.to_owned());
        return "its folder is named";
    }
    reading.own = sender_of_sent(reading, tables, senders);
    "the sender of what was sent in its 1:1 conversations"
}

/// Unverified: the folder of an account is named `<account>_<four letters or digits>`.
fn without_suffix(folder: &str) -> Option<&str> {
    let (id, suffix) = folder.rsplit_once('_')?;
    (suffix.len() == 4 && suffix.bytes().all(|b| b.is_ascii_alphanumeric()) && !id.is_empty()).then_some(id)
}

/// Returns who sent what stands as sent in 1:1 conversations, where all that are asked agree.
fn sender_of_sent(
    reading: &Reading,
    tables: &[(Option<String>, String)],
    senders: &[HashMap<i64, Arc<str>>],
) -> Option<String> {
    const ASKED: usize = 8;
    let mut found: Vec<String> = Vec::new();
    let direct = |id: &&str| crate::contacts::kind_of(id) == ConversationKind::Direct;
    let talks = tables.iter().filter_map(|(id, hash)| Some((id.as_deref().filter(direct)?, hash)));
    for (talker, hash) in talks {
        let table = format!("Msg_{hash}");
        for at in reading.files.with(&table, &["real_sender_id", "status", "local_type"]) {
            let number = first_sender(&reading.files.databases[at], &table);
            let sender = number.and_then(|number| senders[at].get(&number)).filter(|id| &***id != talker);
            found.extend(sender.map(|id| id.to_string()));
        }
        if found.len() >= ASKED {
            break;
        }
    }
    found.sort();
    found.dedup();
    if found.len() == 1 { found.pop() } else { None }
}

/// Returns the sender of the first text among the first rows of a table that stands as sent.
fn first_sender(database: &Database, table: &str) -> Option<i64> {
    const LOOKED_AT: usize = 1000;
    const SENT: Option<i64> = Some(2);
    let mut rows = Rows::only(database, table, &["real_sender_id", "status", "local_type"]).ok()?;
    let rows = std::iter::from_fn(|| rows.next(database)).take(LOOKED_AT);
    let sent = |stored: Stored| match stored {
        Stored::Row(row) if row.cells[1].int() == SENT && row.cells[2].int() == Some(1) => row.cells[0].int(),
        _ => None,
    };
    rows.filter_map(sent).next()
}

fn has_several_senders(database: &Database, table: &str) -> bool {
    let Ok(mut rows) = Rows::only(database, table, &["real_sender_id"]) else { return false };
    let numbers = std::iter::from_fn(|| rows.next(database)).filter_map(|stored| match stored {
        Stored::Row(row) => row.cells[0].int().filter(|number| *number > 0),
        _ => None,
    });
    let mut first = None;
    numbers.into_iter().any(|number| *first.get_or_insert(number) != number)
}

/// Finds what the collected account took back: message_revoke.db keeps what it said.
fn taken_back(files: &Files, sink: &mut Sink) -> Lookup {
    let mut lookup = Lookup::default();
    let (table, columns) = ("revokemessage", ["svr_id", "message_type", "content"]);
    for at in files.with(table, &columns) {
        if let Err(reason) = lookup.add(&files.databases, at, (table, columns[0]), &columns[1..], number_key) {
            let place = Place::file(format!("{}#{table}", files.name(at)));
            sink.finding(&codes::LOOKUP_UNREADABLE, &place, reason);
        }
    }
    lookup
}

impl Layout for Windows4 {
    type Run = Talk;

    const SERVER_ID: usize = SERVER_ID;

    fn reading(&self) -> &Reading {
        &self.reading
    }

    fn next_run(&mut self, sink: &mut Sink) -> Option<(Merge, Talk)> {
        let (id, hash) = self.tables.next()?;
        let mut merge = Merge::default();
        let table = format!("Msg_{hash}");
        self.reading.add_table(&mut merge, &table, NEEDED, (WANTED, &["sort_seq", "create_time"]), sink);
        let talk = match id {
            Some(id) => Talk { conversation: self.reading.conversation(&id), hash, resolved: true },
            None => self.unresolved(&table, hash, sink),
        };
        Some((merge, talk))
    }

    fn message(
        &mut self,
        talk: &Talk,
        database: usize,
        row: &mut StoredRow,
        place: &Place,
        sink: &mut Sink,
    ) -> Result<Message, Refusal> {
        let cells = &row.cells;
        let sent = reading::seconds("create_time", &cells[CREATE_TIME])?;
        let local_type = reading::number("local_type", &cells[LOCAL_TYPE])?;
        let (base, sub) = (local_type & 0xffff_ffff, local_type >> 32);
        let content = self.content(cells, place, sink);
        let by_number = cells[REAL_SENDER_ID].int().and_then(|number| self.senders[database].get(&number).cloned());
        let group = talk.conversation.kind == ConversationKind::Group;
        let room = talk.conversation.native_id.as_str();
        let (prefix, text) = match &content {
            Some(text) if group => split_sender(text, by_number.as_deref(), room),
            Some(text) => (None, text.as_ref()),
            None => (None, ""),
        };
        let sender = prefix.or(by_number.as_deref());
        let own = self.sent_by_own(talk, sender, cells[STATUS].int());
        let other = (!group && talk.resolved && own == Some(false)).then_some(room);
        let mut draft = reading::draft_of(content.as_ref().map(|_| text), (base, sub), place, sink);
        self.complete_recall(cells, &mut draft);
        self.voices.attach(&self.reading.files, &cells[SERVER_ID], &mut draft, place, sink);
        if !draft.attachments.is_empty() {
            let info = packed_info(&cells[PACKED_INFO_DATA], place, sink);
            self.media.link(&self.reading, &talk.hash, sent.0, &info, &mut draft);
        }
        Ok(Message {
            sender: self.reading.sender(sender.or(other), own, &talk.conversation),
            conversation: Arc::clone(&talk.conversation),
            own,
            by_app: Content { base, sub, text }.is_by_app(),
            sent,
            native_id: reading::server_id(&cells[SERVER_ID]),
            sequence: cells[SORT_SEQ].int().filter(|n| *n > 0).or_else(|| cells[LOCAL_ID].int()).unwrap_or(row.id),
            draft,
        })
    }
}

impl Windows4 {
    /// Makes a conversation whose id is not known: the table's name stands for it. Where two accounts sent something it
    /// is a group, since the other side of a 1:1 would be known as a sender.
    fn unresolved(&self, table: &str, hash: String, sink: &mut Sink) -> Talk {
        let mut with_table = self.reading.files.with(table, &["real_sender_id"]);
        let several = with_table.any(|at| has_several_senders(&self.reading.files.databases[at], table));
        let kind = if several { ConversationKind::Group } else { ConversationKind::Direct };
        let text =
            format!("no contact, session or sender has the hash of the table `{table}`; its name stands for its id");
        sink.finding(&codes::CONVERSATION_UNRESOLVED, &self.reading.source.place(), text);
        Talk { conversation: self.reading.new_conversation(table, kind), hash, resolved: false }
    }

    /// Returns the content; nothing where it could not be unpacked.
    fn content<'a>(&mut self, cells: &'a [Cell], place: &Place, sink: &mut Sink) -> Option<Cow<'a, str>> {
        let at = if cells[MESSAGE_CONTENT].is_empty() { COMPRESS_CONTENT } else { MESSAGE_CONTENT };
        self.reading.text(&cells[at], place, sink)
    }

    /// Returns whether the collected account sent a message.
    ///
    /// In a 1:1 that is whoever is not the other side. `status` says 2 for sent and 4 for received, which published
    /// tools call unreliable: it is asked only where no sender is known.
    fn sent_by_own(&self, talk: &Talk, sender: Option<&str>, status: Option<i64>) -> Option<bool> {
        let (own, other) = (self.reading.own.as_deref(), talk.conversation.native_id.as_str());
        let group = talk.conversation.kind == ConversationKind::Group;
        match (sender, own) {
            (Some(sender), Some(own)) if group || !talk.resolved || own == other => Some(sender == own),
            (Some(sender), _) if !group && talk.resolved => Some(sender != other),
            _ => match status {
                Some(2) => Some(true),
                Some(4) if !group => Some(false),
                // Without an answer the sender of an unknown 1:1 would be taken for the collected account.
                _ if !talk.resolved => Some(false),
                _ => None,
            },
        }
    }

    /// Puts what was taken back into the notice that says so.
    fn complete_recall(&mut self, cells: &[Cell], draft: &mut Draft) {
        let Body::Recall(recall) = &mut draft.body else { return };
        if self.taken_back.is_empty() || recall.recalled.is_some() {
            return;
        }
        let named = recall.native_id.as_ref().map(|id| Cell::Text(id.clone()));
        let keys = named.iter().chain([&cells[SERVER_ID]]).filter_map(number_key);
        let found = keys.flat_map(|key| self.taken_back.find(&self.reading.files.databases, key)).next();
        let Some(row) = found else { return };
        let (base, content) = (row.cells[0].int().unwrap_or(1), &row.cells[1]);
        // What is wrong with the copy was not said of any row of its own.
        let (place, mut sink) = (Place::default(), Sink::default());
        let text = self.reading.text(content, &place, &mut sink);
        let body = reading::draft_of(text.as_deref(), (base & 0xffff_ffff, base >> 32), &place, &mut sink).body;
        recall.recalled = Some(Box::new(body));
    }
}

fn packed_info(cell: &Cell, place: &Place, sink: &mut Sink) -> PackedInfo {
    let Unpacked { value, whole } = PackedInfo::of(cell.bytes().unwrap_or_default());
    if !whole {
        let text = "`packed_info_data` cannot be read to its end; digests of media behind the fault are missing";
        sink.finding(&codes::BAD_PACKED, place, text);
    }
    value
}
