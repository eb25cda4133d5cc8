//! WeChat for Android: the decrypted EnMicroMsg.db, with all conversations in one table and times in milliseconds.

use duces_model::{AttachmentRole, ConversationKind, Place};

use super::content::{Content, split_sender};
use super::files::{self, Files};
use super::layout::Family;
use super::linked::{self, add_preview, hint_of};
use super::people::{self, each_row};
use super::reading::{self, Message, Reading, Refusal};
use super::stream::{Layout, Stream};
use super::{hash_of, holds_messages};
use crate::draft::Draft;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::sqlite::{Cell, Lookup, Merge, StoredRow, number_key};
use crate::{Format, IngestError, codes};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader {
    format: Format::WechatAndroidDb,
    is_file: |probe| holds_messages(probe, Family::Android),
    // `windows3` claims for every family.
    in_tree: None,
    open: |source, sink| Ok(Box::new(open(source, sink)?)),
};

/// The columns asked for, in the order of the constants below.
const WANTED: &[&str] = &["msgId", "msgSvrId", "type", "isSend", "createTime", "talker", "content", "imgPath"];
const MSG_ID: usize = 0;
const MSG_SVR_ID: usize = 1;
const TYPE: usize = 2;
const IS_SEND: usize = 3;
const CREATE_TIME: usize = 4;
const TALKER: usize = 5;
const CONTENT: usize = 6;
const IMG_PATH: usize = 7;

/// What the table of messages cannot do without.
const NEEDED: &[&str] = &["talker", "createTime", "content", "type"];

struct Android {
    reading: Reading,
    /// The files of pictures by the server's number of their message.
    pictures: Lookup,
    begun: bool,
}

fn open(mut source: Source, mut sink: Sink) -> Result<Stream<Android>, IngestError> {
    let files = Files::open(&mut source, Family::Android, &mut sink)?;
    if files.with("message", NEEDED).next().is_none() {
        return Err(source.wrong(Format::WechatAndroidDb, "it has no table `message` of WeChat"));
    }
    let mut reading = Reading::new(source, files);
    let (files, people) = (&reading.files, &mut reading.people);
    people.add_contacts(files, "rcontact", ["username", "conRemark", "nickname"], &mut sink);
    people::say_if_none(people, &reading.source.place(), &mut sink);
    // Unverified: `roomdata` is packed like that of 3.x.
    people.add_rooms(files, "chatroom", ["chatroomname", "roomdata"], &mut sink);
    let told_by = tell_account(&mut reading, &mut sink);
    let account = reading.own.as_deref().map(|id| (id, told_by));
    files::provenance(&reading.source, &reading.files, Family::Android, account, &mut sink);
    let pictures = pictures(&reading.files, &mut sink);
    Ok(Stream::new(Android { reading, pictures, begun: false }, sink))
}

/// The account's own id stands in `userinfo` under 2, its name under 4.
fn tell_account(reading: &mut Reading, sink: &mut Sink) -> &'static str {
    let (mut own, mut name) = (None, None);
    each_row(&reading.files, "userinfo", &["id", "value"], sink, |_, row, _| match row.cells[0].int() {
        Some(2) => own = row.cells[1].owned_text(),
        Some(4) => name = row.cells[1].owned_text(),
        _ => {}
    });
    if let Some(id) = &own {
        reading.people.add(id.clone(), None, name);
    }
    if reading.own.is_some() {
        return "the caller says";
    }
    reading.own = own;
    "its table `userinfo` says"
}

fn pictures(files: &Files, sink: &mut Sink) -> Lookup {
    let mut lookup = Lookup::default();
    let (table, columns) = ("ImgInfo2", ["msgSvrId", "bigImgPath", "thumbImgPath"]);
    for at in files.with(table, &columns[..2]) {
        if let Err(reason) = lookup.add(&files.databases, at, (table, columns[0]), &columns[1..], number_key) {
            let place = Place::file(format!("{}#{table}", files.name(at)));
            sink.finding(&codes::LOOKUP_UNREADABLE, &place, reason);
        }
    }
    lookup
}

/// Returns base type and sub-type of a composite type.
///
/// The lower half is the base type, which holds for all that published tools name; the sub-type of an app message stands
/// in its XML. A live location, which has a base type of its own, holds an app message too.
fn types(composite: i64) -> i64 {
    match composite & 0xffff_ffff {
        // -1879048186 as a signed number of 32 bits.
        0x9000_0006 => 49,
        number => number & 0xffff,
    }
}

impl Layout for Android {
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
        self.reading.add_table(&mut merge, "message", NEEDED, (WANTED, &["createTime"]), sink);
        Some((merge, ()))
    }

    fn message(
        &mut self,
        (): &(),
        _: usize,
        row: &mut StoredRow,
        place: &Place,
        sink: &mut Sink,
    ) -> Result<Message, Refusal> {
        let cells = &row.cells;
        let Some(talker) = cells[TALKER].text() else {
            return Err((&codes::MISSING_FIELD, "`talker` is missing: nobody knows the conversation".to_owned()));
        };
        let sent = reading::milliseconds("createTime", &cells[CREATE_TIME])?;
        let base = types(reading::number("type", &cells[TYPE])?);
        let conversation = self.reading.conversation(&talker);
        let group = conversation.kind == ConversationKind::Group;
        let own = reading::truth(&cells[IS_SEND]);
        let content = self.reading.text(&cells[CONTENT], place, sink);
        let (prefix, text) = match &content {
            Some(text) if group && own != Some(true) => split_sender(text, None, &talker),
            Some(text) => (None, text.as_ref()),
            None => (None, ""),
        };
        let other = (!group && own == Some(false)).then_some(talker.as_ref());
        let mut draft = reading::draft_of(content.as_ref().map(|_| text), (base, 0), place, sink);
        self.link(cells, &mut draft);
        Ok(Message {
            sender: self.reading.sender(prefix.or(other), own, &conversation),
            conversation,
            own,
            // The app also says things under the type of an app message.
            by_app: Content { base, sub: 0, text }.is_by_app() || text.trim_start().starts_with("<sysmsg"),
            sent,
            native_id: reading::server_id(&cells[MSG_SVR_ID]),
            sequence: cells[MSG_ID].int().unwrap_or(row.id),
            draft,
        })
    }
}

impl Android {
    /// Unverified: media lie in folders named by the first letters of a digest, beside the database.
    fn link(&self, cells: &[Cell], draft: &mut Draft) {
        let Some((role, _)) = draft.attachments.first() else { return };
        let role = *role;
        linked::declare_digest(draft);
        let named = cells[IMG_PATH].owned_text().unwrap_or_default();
        let mut preview = None;
        if let Some(hint) = hint_of(draft, role) {
            match role {
                AttachmentRole::Picture => {
                    let picture = number_key(&cells[MSG_SVR_ID]);
                    let rows =
                        picture.map(|key| self.pictures.find(&self.reading.files.databases, key)).unwrap_or_default();
                    let big =
                        rows.iter().filter_map(|row| row.cells[0].owned_text()).find(|path| !path.contains("://"));
                    hint.exact.extend(big.as_deref().and_then(|name| spread("image2", name, name)));
                    hint.stems.extend(big.map(|name| stem(&name)));
                    let name = named.rsplit('/').next().unwrap_or_default();
                    preview = spread("image2", name.strip_prefix("th_").unwrap_or(name), name);
                }
                AttachmentRole::Voice => {
                    hint.exact.extend(spread("voice2", &hash_of(&named), &format!("msg_{named}.amr")));
                    hint.stems.push(format!("msg_{named}"));
                }
                AttachmentRole::Video => {
                    hint.exact.push(format!("video/{named}.mp4"));
                    hint.stems.push(named.clone());
                    preview = Some(format!("video/{named}.jpg"));
                }
                AttachmentRole::Sticker => {
                    let inside: Vec<String> = hint.stems.iter().map(|digest| format!("emoji/{digest}")).collect();
                    hint.exact.extend(inside);
                }
                _ => hint.stems.extend(hint.name.clone().filter(|name| !name.contains(['/', '\\']))),
            }
        }
        add_preview(draft, preview.as_slice(), &self.reading.source);
    }
}

/// Returns the path of a file in the folders that the first four letters of a digest name.
fn spread(folder: &str, digest: &str, name: &str) -> Option<String> {
    let letters = digest.get(..4).filter(|letters| letters.is_ascii())?;
    Some(format!("{folder}/{}/{}/{name}", &letters[..2], &letters[2..]))
}

fn stem(name: &str) -> String {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composite_types_are_told_by_their_lower_half() {
        let rows = [
            (1, 1),
            (49, 49),
            (285_212_721, 49),
            (1_048_625, 49),
            (16_777_265, 49),
            (822_083_633, 49),
            (1_090_519_089, 49),
            (419_430_449, 49),
            (436_207_665, 49),
            (-1_879_048_186, 49),
            (1_040_187_441, 49),
            (922_746_929, 49),
            (268_445_456, 10_000),
            (570_425_393, 49),
            (64, 64),
            (10_002, 10_002),
        ];
        for (composite, base) in rows {
            assert_eq!(types(composite), base, "{composite}");
        }
    }

    #[test]
    fn files_are_spread_by_the_letters_of_their_digest() {
        assert_eq!(spread("image2", "abcdef", "abcdef.jpg").as_deref(), Some("image2/ab/cd/abcdef.jpg"));
        assert_eq!(spread("image2", "ab", "x"), None);
        assert_eq!(spread("image2", "聊天", "x"), None);
    }
}
