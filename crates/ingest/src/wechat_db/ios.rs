//! WeChat for iOS: MM.sqlite and message_*.sqlite, one table a conversation; names from WCDB_Contact.sqlite.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use duces_model::{AttachmentRole, ConversationKind, Place, SourceConversation};

use super::content::{Content, split_sender};
use super::files::{self, Files};
use super::layout::{self, Family};
use super::linked::{self, add_preview, hint_of};
use super::packed::{self, IosNames};
use super::people::{self, each_row};
use super::reading::{self, Message, Reading, Refusal};
use super::stream::{Layout, Stream};
use super::{hash_of, holds_messages};
use crate::draft::Draft;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::sqlite::{Merge, StoredRow};
use crate::wechat_xml::Node;
use crate::{Format, IngestError, codes};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader {
    format: Format::WechatIosDb,
    is_file: |probe| holds_messages(probe, Family::Ios),
    // `windows3` claims for every family.
    in_tree: None,
    open: |source, sink| Ok(Box::new(open(source, sink)?)),
};

/// The columns asked for, in the order of the constants below.
const WANTED: &[&str] = &["MesLocalID", "MesSvrID", "CreateTime", "Message", "Type", "Des"];
const MES_LOCAL_ID: usize = 0;
const MES_SVR_ID: usize = 1;
const CREATE_TIME: usize = 2;
const MESSAGE: usize = 3;
const TYPE: usize = 4;
const DES: usize = 5;

/// What a table of messages cannot do without.
const NEEDED: &[&str] = &["CreateTime", "Message", "Type"];

struct Ios {
    reading: Reading,
    tables: std::vec::IntoIter<(Option<String>, String)>,
}

/// The conversation of a run and the hash that names its tables.
struct Talk {
    conversation: Arc<SourceConversation>,
    hash: String,
}

fn open(mut source: Source, mut sink: Sink) -> Result<Stream<Ios>, IngestError> {
    let files = Files::open(&mut source, Family::Ios, &mut sink)?;
    let hashes: BTreeSet<String> = files
        .databases
        .iter()
        .flat_map(|database| layout::hashed_tables(database, "Chat_"))
        .map(|(_, hash)| hash.to_owned())
        .collect();
    if hashes.is_empty() {
        return Err(source.wrong(Format::WechatIosDb, "none of its tables is called `Chat_` and a hash"));
    }
    let mut reading = Reading::new(source, files);
    add_friends(&mut reading, &mut sink);
    people::say_if_none(&reading.people, &reading.source.place(), &mut sink);
    let ids: BTreeMap<String, String> = reading.people.ids().map(|id| (hash_of(id), id.to_owned())).collect();
    let mut tables: Vec<(Option<String>, String)> =
        hashes.into_iter().map(|hash| (ids.get(&hash.to_lowercase()).cloned(), hash)).collect();
    tables.sort_by(|a, b| (a.0.is_none(), a).cmp(&(b.0.is_none(), b)));
    let told_by = tell_account(&mut reading, &ids);
    let account = reading.own.as_deref().map(|id| (id, told_by));
    files::provenance(&reading.source, &reading.files, Family::Ios, account, &mut sink);
    Ok(Stream::new(Ios { reading, tables: tables.into_iter() }, sink))
}

/// The account's folder is named by the MD5 of its id.
fn tell_account(reading: &mut Reading, ids: &BTreeMap<String, String>) -> &'static str {
    if reading.own.is_some() {
        return "the caller says";
    }
    let folder = reading.files.account_name.as_deref().map(str::to_lowercase);
    reading.own = folder.and_then(|folder| ids.get(&folder).cloned());
    "the hash that its folder is named by says"
}

fn add_friends(reading: &mut Reading, sink: &mut Sink) {
    let Reading { files, people, .. } = reading;
    let columns = ["userName", "dbContactRemark", "dbContactChatRoom"];
    each_row(files, "Friend", &columns, sink, |_, row, said| {
        let Some(id) = row.cells[0].owned_text() else { return };
        let names = IosNames::of(row.cells[1].bytes().unwrap_or_default());
        let room = packed::ios_members(row.cells[2].bytes().unwrap_or_default());
        if !names.whole || !room.whole {
            said.push(format!("the names of `{id}` cannot be read to their end"));
        }
        people.add_members(&id, room.value.as_deref().map(members).unwrap_or_default());
        people.add(id, names.value.remark, names.value.nick);
    });
}

/// Returns the members of a group who have a name of their own, from `<RoomData><Member UserName><DisplayName>`.
fn members(xml: &str) -> Vec<(String, String)> {
    let Ok(root) = Node::parse(xml) else { return Vec::new() };
    let of = |member: &Node| Some((member.attribute("UserName")?, member.text_of("DisplayName")?));
    root.children("Member").filter_map(of).collect()
}

impl Layout for Ios {
    type Run = Talk;

    const SERVER_ID: usize = MES_SVR_ID;

    fn reading(&self) -> &Reading {
        &self.reading
    }

    fn next_run(&mut self, sink: &mut Sink) -> Option<(Merge, Talk)> {
        let (id, hash) = self.tables.next()?;
        let mut merge = Merge::default();
        let table = format!("Chat_{hash}");
        self.reading.add_table(&mut merge, &table, NEEDED, (WANTED, &["CreateTime"]), sink);
        let conversation = match id {
            Some(id) => self.reading.conversation(&id),
            None => {
                let text = format!("no contact has the hash of the table `{table}`; its name stands for its id");
                sink.finding(&codes::CONVERSATION_UNRESOLVED, &self.reading.source.place(), text);
                self.reading.new_conversation(&table, ConversationKind::Direct)
            }
        };
        Some((merge, Talk { conversation, hash }))
    }

    fn message(
        &mut self,
        talk: &Talk,
        _: usize,
        row: &mut StoredRow,
        place: &Place,
        sink: &mut Sink,
    ) -> Result<Message, Refusal> {
        let cells = &row.cells;
        let sent = reading::seconds("CreateTime", &cells[CREATE_TIME])?;
        let base = reading::number("Type", &cells[TYPE])?;
        // 0 is sent, 1 is received.
        let own = reading::truth(&cells[DES]).map(|received| !received);
        let conversation = Arc::clone(&talk.conversation);
        let group = conversation.kind == ConversationKind::Group;
        let content = self.reading.text(&cells[MESSAGE], place, sink);
        let (prefix, text) = match &content {
            Some(text) if group && own != Some(true) => split_sender(text, None, &conversation.native_id),
            Some(text) => (None, text.as_ref()),
            None => (None, ""),
        };
        let other = (!group && own == Some(false)).then_some(conversation.native_id.as_str());
        let mut draft = reading::draft_of(content.as_ref().map(|_| text), (base, 0), place, sink);
        let local_id = cells[MES_LOCAL_ID].int().unwrap_or(row.id);
        link(&self.reading, &talk.hash, local_id, &mut draft);
        Ok(Message {
            sender: self.reading.sender(prefix.or(other), own, &conversation),
            conversation,
            own,
            by_app: Content { base, sub: 0, text }.is_by_app(),
            sent,
            native_id: reading::server_id(&cells[MES_SVR_ID]),
            sequence: local_id,
            draft,
        })
    }
}

/// Unverified: media lie beside the folder of the databases, by the conversation's hash and the message's local id.
fn link(reading: &Reading, hash: &str, local_id: i64, draft: &mut Draft) {
    let at = |folder: &str, ending: &str| format!("{folder}/{hash}/{local_id}.{ending}");
    let Some((role, hint)) = draft.attachments.first() else { return };
    let extension = hint.name.as_deref().and_then(|name| name.rsplit_once('.')).map_or("", |(_, extension)| extension);
    let (exact, preview) = match role {
        AttachmentRole::Picture => (at("Img", "pic"), Some(at("Img", "pic_thum"))),
        AttachmentRole::Video => (at("Video", "mp4"), Some(at("Video", "video_thum"))),
        AttachmentRole::Voice => (at("Audio", "aud"), None),
        AttachmentRole::File => (at("OpenData", extension), None),
        _ => return,
    };
    let role = *role;
    linked::declare_digest(draft);
    if let Some(hint) = hint_of(draft, role) {
        hint.exact.push(exact);
    }
    add_preview(draft, preview.as_slice(), &reading.source);
}
