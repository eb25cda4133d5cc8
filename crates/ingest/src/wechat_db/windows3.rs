//! WeChat for Windows 3.x: MSG*.db and PublicMsg.db, read as one in the order of `Sequence`; names from MicroMsg.db and
//! OpenIMContact.db, recordings from MediaMSG*.db.

use std::borrow::Cow;
use std::collections::HashMap;

use duces_model::{AttachmentRole, ConversationKind, Place};

use super::content::{Content, is_account, split_sender};
use super::files::{self, Files};
use super::layout::Family;
use super::linked::{self, Voices};
use super::packed::{self, Extra, Unpacked};
use super::people::{self, each_row};
use super::reading::{self, Message, Reading, Refusal};
use super::stream::{Layout, Stream};
use super::{claims, holds_messages};
use crate::draft::Draft;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::sqlite::{Cell, Merge, StoredRow};
use crate::{Format, IngestError, codes};

/// How this format is recognised and opened; it claims the databases of every family.
pub(crate) const READER: Reader = Reader {
    format: Format::Wechat3Db,
    is_file: |probe| holds_messages(probe, Family::Windows3),
    in_tree: Some(claims::in_tree),
    open: |source, sink| Ok(Box::new(open(source, sink)?)),
};

/// The columns asked for, in the order of the constants below.
#[rustfmt::skip]
const WANTED: &[&str] = &[
    "localId", "TalkerId", "MsgSvrID", "Type", "SubType", "IsSender", "CreateTime", "Sequence", "StrTalker",
    "StrContent", "DisplayContent", "CompressContent", "BytesExtra",
];
const LOCAL_ID: usize = 0;
const TALKER_ID: usize = 1;
const MSG_SVR_ID: usize = 2;
const TYPE: usize = 3;
const SUB_TYPE: usize = 4;
const IS_SENDER: usize = 5;
const CREATE_TIME: usize = 6;
const SEQUENCE: usize = 7;
const STR_TALKER: usize = 8;
const STR_CONTENT: usize = 9;
const DISPLAY_CONTENT: usize = 10;
const COMPRESS_CONTENT: usize = 11;
const BYTES_EXTRA: usize = 12;

/// What a table of messages cannot do without.
const NEEDED: &[&str] = &["CreateTime", "Type"];

/// The tables of messages.
const TABLES: &[&str] = &["MSG", "PublicMsg"];

struct Windows3 {
    reading: Reading,
    voices: Voices,
    /// For each database, its talkers by number.
    talkers: Vec<HashMap<i64, String>>,
    begun: bool,
}

fn open(mut source: Source, mut sink: Sink) -> Result<Stream<Windows3>, IngestError> {
    let files = Files::open(&mut source, Family::Windows3, &mut sink)?;
    if TABLES.iter().all(|table| files.with(table, NEEDED).next().is_none()) {
        return Err(source.wrong(Format::Wechat3Db, "none of its tables is `MSG` or `PublicMsg`"));
    }
    let mut reading = Reading::new(source, files);
    let (files, people) = (&reading.files, &mut reading.people);
    people.add_contacts(files, "Contact", ["UserName", "Remark", "NickName"], &mut sink);
    people.add_contacts(files, "OpenIMContact", ["UserName", "Remark", "NickName"], &mut sink);
    people.add_rooms(files, "ChatRoom", ["ChatRoomName", "RoomData"], &mut sink);
    people::say_if_none(people, &reading.source.place(), &mut sink);
    let told_by = tell_account(&mut reading);
    let account = reading.own.as_deref().map(|id| (id, told_by));
    files::provenance(&reading.source, &reading.files, Family::Windows3, account, &mut sink);
    let voices = Voices::of(&reading.files, "Media", ["Reserved0", "Buf"], &mut sink);
    let talkers = talkers(&reading.files, &mut sink);
    Ok(Stream::new(Windows3 { reading, voices, talkers, begun: false }, sink))
}

/// Tells the collected account by its folder: `wxid_…`, or the id of a contact, since one is a contact of oneself.
fn tell_account(reading: &mut Reading) -> &'static str {
    if reading.own.is_some() {
        return "the caller says";
    }
    let people = &reading.people;
    reading.own = reading.files.account_name.clone().filter(|name| name.starts_with("wxid_") || people.knows(name));
    "its folder is named"
}

/// Unverified: `Name2ID` and, for official accounts, `PublicNameToID` give talkers by their row ids.
fn talkers(files: &Files, sink: &mut Sink) -> Vec<HashMap<i64, String>> {
    let mut talkers = vec![HashMap::new(); files.databases.len()];
    for table in ["Name2ID", "PublicNameToID"] {
        each_row(files, table, &["UsrName"], sink, |at, row, _| {
            talkers[at].extend(row.cells[0].owned_text().map(|id| (row.id, id)));
        });
    }
    talkers
}

impl Layout for Windows3 {
    type Run = ();

    const SERVER_ID: usize = MSG_SVR_ID;

    fn reading(&self) -> &Reading {
        &self.reading
    }

    fn next_run(&mut self, sink: &mut Sink) -> Option<(Merge, ())> {
        if std::mem::replace(&mut self.begun, true) {
            return None;
        }
        let mut merge = Merge::default();
        for table in TABLES {
            self.reading.add_table(&mut merge, table, NEEDED, (WANTED, &["Sequence", "CreateTime"]), sink);
        }
        Some((merge, ()))
    }

    fn message(
        &mut self,
        (): &(),
        database: usize,
        row: &mut StoredRow,
        place: &Place,
        sink: &mut Sink,
    ) -> Result<Message, Refusal> {
        let cells = &row.cells;
        let talker = self.talker(database, cells)?;
        let sent = reading::seconds("CreateTime", &cells[CREATE_TIME])?;
        let base = reading::number("Type", &cells[TYPE])?;
        let sub = cells[SUB_TYPE].int().unwrap_or(0);
        let conversation = self.reading.conversation(&talker);
        let group = conversation.kind == ConversationKind::Group;
        let own = reading::truth(&cells[IS_SENDER]);
        let extra = extra(&cells[BYTES_EXTRA], place, sink);
        let content = self.content(base, cells, place, sink);
        let named = extra.item(packed::SENDER).filter(|id| is_account(id));
        // A prefix is not seen in 3.x, and read all the same where a tool has put one.
        let (prefix, text) = match &content {
            Some(text) if group && own != Some(true) => split_sender(text, named, &talker),
            Some(text) => (None, text.as_ref()),
            None => (None, ""),
        };
        let sender = match own {
            Some(true) => None,
            _ if group => named.or(prefix),
            _ => Some(talker.as_ref()),
        };
        let mut draft = reading::draft_of(content.as_ref().map(|_| text), (base, sub), place, sink);
        self.link(base, cells, &extra, &mut draft, place, sink);
        Ok(Message {
            sender: self.reading.sender(sender, own, &conversation),
            conversation,
            own,
            by_app: Content { base, sub, text }.is_by_app(),
            sent,
            native_id: reading::server_id(&cells[MSG_SVR_ID]),
            sequence: cells[SEQUENCE].int().filter(|n| *n > 0).or_else(|| cells[LOCAL_ID].int()).unwrap_or(row.id),
            draft,
        })
    }
}

impl Windows3 {
    fn talker<'a>(&self, database: usize, cells: &'a [Cell]) -> Result<Cow<'a, str>, Refusal> {
        let by_number = || self.talkers[database].get(&cells[TALKER_ID].int()?).cloned().map(Cow::Owned);
        let talker = cells[STR_TALKER].text().or_else(by_number);
        talker.ok_or_else(|| {
            (&codes::MISSING_FIELD, "neither `StrTalker` nor `TalkerId` names the conversation".to_owned())
        })
    }

    /// Returns the content; nothing where it could not be unpacked.
    fn content<'a>(&mut self, base: i64, cells: &'a [Cell], place: &Place, sink: &mut Sink) -> Option<Cow<'a, str>> {
        let plain = self.reading.text(&cells[STR_CONTENT], place, sink);
        let packed = &cells[COMPRESS_CONTENT];
        match plain {
            Some(plain) if !plain.is_empty() && (base != 49 || packed.is_empty()) => Some(plain),
            _ if !packed.is_empty() => reading::lz4_text(packed, place, sink).map(Cow::Owned),
            // How a call ended stands in what the app shows for it.
            _ if base == 50 => Some(cells[DISPLAY_CONTENT].text().unwrap_or_default()),
            _ => Some(Cow::Borrowed("")),
        }
    }

    fn link(&self, base: i64, cells: &[Cell], extra: &Extra, draft: &mut Draft, place: &Place, sink: &mut Sink) {
        let role = match base {
            3 => AttachmentRole::Picture,
            34 => AttachmentRole::Voice,
            43 | 62 => AttachmentRole::Video,
            47 => AttachmentRole::Sticker,
            _ => AttachmentRole::File,
        };
        let path = extra.item(packed::FILE).map(linked::below_account);
        if let Some(hint) = linked::hint_of(draft, role) {
            hint.path = path;
        }
        linked::declare_digest(draft);
        if role == AttachmentRole::Voice {
            self.voices.attach(&self.reading.files, &cells[MSG_SVR_ID], draft, place, sink);
        }
        let preview: Vec<String> = extra.item(packed::THUMB).map(linked::below_account).into_iter().collect();
        linked::add_preview(draft, &preview, &self.reading.source);
    }
}

fn extra(cell: &Cell, place: &Place, sink: &mut Sink) -> Extra {
    let Unpacked { value, whole } = Extra::of(cell.bytes().unwrap_or_default());
    if !whole {
        let text = "`BytesExtra` cannot be read to its end; sender and paths behind the fault are missing";
        sink.finding(&codes::BAD_PACKED, place, text);
    }
    value
}
