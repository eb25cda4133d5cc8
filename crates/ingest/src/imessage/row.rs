//! One row of `message`: who, when, what, and what happened to it.

use std::borrow::Cow;

use duces_model::{
    AttachmentRole, Body, ConversationKind, Deletion, Edit, Fact, Marks, Notice, NoticeKind, Place, Reaction, Receipt,
    ReceiptKind, RecordState, Sender, UtcMillis,
};

use super::archived;
use super::tables::{File, Tables};
use super::tapback;
use crate::composed::{self, SentFile};
use crate::draft::{Draft, Told};
use crate::media::Hint;
use crate::sink::Sink;
use crate::source::Source;
use crate::sqlite::{Cell, StoredRow};
use crate::{codes, when};

macro_rules! columns {
    ($($name:ident $column:literal)*) => {
        /// The columns asked for; versions of the system lack some of them.
        pub(super) const WANTED: &[&str] = &[$($column),*];
        #[derive(Clone, Copy)]
        enum Column { $($name),* }
    };
}

columns! {
    Guid "guid" Text "text" Body "attributedBody" Handle "handle_id" Date "date" DateRead "date_read"
    Delivered "date_delivered" Own "is_from_me" Item "item_type" Title "group_title" Action "group_action_type"
    Other "other_handle" Subject "subject" Associated "associated_message_guid"
    AssociatedType "associated_message_type" Emoji "associated_message_emoji" Thread "thread_originator_guid"
    Edited "date_edited" Retracted "date_retracted" Summary "message_summary_info" Audio "is_audio_message"
    Balloon "balloon_bundle_id" Effect "expressive_send_style_id" Error "error"
}

/// 2001-01-01 in seconds since 1970.
const EPOCH: i64 = 978_307_200;
/// Smaller numbers are whole seconds, as older systems have them; as nanoseconds they would lie in the first quarter hour
/// of 2001.
const FIRST_NANOS: i64 = 1_000_000_000_000;
/// Stands in a text where a file hangs.
const OBJECT: char = '\u{fffc}';
/// The preview of a link, whose address is the text.
const LINK_PREVIEW: &str = "com.apple.messages.URLBalloonProvider";

/// Returns the instant of nanoseconds, or of seconds, since 2001.
pub(super) fn since_2001(number: i64) -> Option<UtcMillis> {
    let millis = if number.abs() >= FIRST_NANOS { number / 1_000_000 } else { number.checked_mul(1000)? };
    when::from_millis(millis.checked_add(EPOCH * 1000)?)
}

struct Row<'a>(&'a StoredRow);

impl Row<'_> {
    fn cell(&self, column: Column) -> &Cell {
        &self.0.cells[column as usize]
    }

    fn text(&self, column: Column) -> Option<String> {
        self.cell(column).owned_text()
    }

    fn int(&self, column: Column) -> Option<i64> {
        self.cell(column).int()
    }

    /// Zero stands for no time.
    fn time(&self, column: Column) -> Option<UtcMillis> {
        self.int(column).filter(|time| *time != 0).and_then(since_2001)
    }
}

pub(super) fn record(found: &StoredRow, tables: &Tables, source: &Source, place: &Place, sink: &mut Sink) {
    let row = Row(found);
    let Some(sent) = row.time(Column::Date) else {
        let text = format!("`date` is no time of a message: {}", row.cell(Column::Date).shown());
        let code = if row.cell(Column::Date).is_empty() { &codes::MISSING_FIELD } else { &codes::BAD_TIME };
        sink.excepted(code, place, text, &found.raw);
        return;
    };
    let Some(conversation) = tables.chat_of(found.id) else {
        let text = "the message is in no chat: it was deleted from one, or its chat was; nobody knows the conversation";
        sink.excepted(&codes::MISSING_FIELD, place, text, &found.raw);
        return;
    };
    let own = row.int(Column::Own).map(|own| own == 1);
    let handle = row.int(Column::Handle).and_then(|id| tables.handles.get(&id).cloned());
    let other = || (conversation.kind == ConversationKind::Direct).then(|| conversation.native_id.clone());
    let sender = match own {
        Some(true) => Some(Sender::default()),
        _ => handle.or_else(other).map(|id| Sender { native_id: Some(id), name: None }),
    };
    let mut draft = draft(&row, tables, place, sink);
    let direct = (conversation.kind == ConversationKind::Direct).then(|| conversation.native_id.clone());
    mark(&mut draft, &row, tables, own, direct, place, sink);
    let told = Told {
        conversation,
        sender,
        sent_by_collector: own,
        sent,
        sent_raw: row.int(Column::Date).map(|date| date.to_string()).unwrap_or_default(),
        native_id: row.text(Column::Guid),
        sequence: Some(found.id),
    };
    draft.into_record(told, &found.raw, source, place, sink);
}

fn draft(row: &Row<'_>, tables: &Tables, place: &Place, sink: &mut Sink) -> Draft {
    let notice = |kind, text: String| Draft::plain(Body::Notice(Notice { kind, text }));
    let associated = row.int(Column::AssociatedType).unwrap_or(0);
    if let Some(given) = tapback::of(associated, row.text(Column::Emoji)) {
        let shown = said(row, place, sink).unwrap_or_else(|| format!("{} a message", given.words));
        return notice(NoticeKind::Other, shown);
    }
    let other = || {
        let handle = row.int(Column::Other).and_then(|id| tables.handles.get(&id).cloned());
        handle.unwrap_or_else(|| "somebody".to_owned())
    };
    match (row.int(Column::Item).unwrap_or(0), row.int(Column::Action).unwrap_or(0)) {
        (0, _) => message(row, tables, place, sink),
        (1, 0) => notice(NoticeKind::Join, format!("added {}", other())),
        (1, _) => notice(NoticeKind::Leave, format!("removed {}", other())),
        (2, _) => match row.text(Column::Title) {
            Some(title) => notice(NoticeKind::Rename, format!("named the conversation “{title}”")),
            None => notice(NoticeKind::Rename, "removed the name from the conversation".to_owned()),
        },
        (3, 1) => notice(NoticeKind::Other, "changed the group's picture".to_owned()),
        (3, 2) => notice(NoticeKind::Other, "removed the group's picture".to_owned()),
        (3, _) => notice(NoticeKind::Leave, "left the conversation".to_owned()),
        (4, 0) => notice(NoticeKind::Other, "started sharing location".to_owned()),
        (4, _) => notice(NoticeKind::Other, "stopped sharing location".to_owned()),
        (5, _) => notice(NoticeKind::Other, "kept an audio message".to_owned()),
        (kind, _) => {
            let text = said(row, place, sink).unwrap_or_default();
            Draft::unknown(format!("item {kind}"), &text, place, sink)
        }
    }
}

fn message(row: &Row<'_>, tables: &Tables, place: &Place, sink: &mut Sink) -> Draft {
    let text = said(row, place, sink).unwrap_or_default();
    let text = if text.contains(OBJECT) { text.replace(OBJECT, "").trim().to_owned() } else { text };
    let is_audio = row.int(Column::Audio) == Some(1);
    let files = tables.files_of(row.0.id).map(|file| sent_file(file, is_audio)).collect();
    let balloon = row.text(Column::Balloon).filter(|id| id != LINK_PREVIEW);
    composed::draft(text, files)
        .fact("subject", row.text(Column::Subject))
        .fact("made by the app", balloon)
        .fact("effect", row.text(Column::Effect))
        .fact("not delivered, error", row.int(Column::Error).filter(|error| *error != 0).map(|error| error.to_string()))
}

/// Returns the text: plain, or from the archive that newer systems store alone.
fn said(row: &Row<'_>, place: &Place, sink: &mut Sink) -> Option<String> {
    if let Some(text) = row.text(Column::Text) {
        return Some(text);
    }
    let archive = row.cell(Column::Body).bytes()?;
    let text = archived::text(archive);
    if text.is_none() {
        sink.finding(&codes::BAD_PACKED, place, "no text was found in `attributedBody`; the raw record keeps it");
    }
    text
}

fn sent_file(file: &File, is_audio: bool) -> SentFile {
    let path = file.path.as_deref().map(within_folder);
    let last = file.path.as_deref().and_then(|path| path.rsplit('/').next()).map(str::to_owned);
    let name = file.name.clone().or(last).unwrap_or_default();
    let hint = Hint { exact: path.map(Cow::into_owned).into_iter().collect(), ..Hint::default() };
    let named = SentFile::named(name, hint);
    let role = match file.mime.as_deref().and_then(|mime| mime.split('/').next()) {
        _ if file.sticker => AttachmentRole::Sticker,
        Some("audio") if is_audio => AttachmentRole::Voice,
        Some("image") => AttachmentRole::Picture,
        Some("video") => AttachmentRole::Video,
        _ => named.role,
    };
    SentFile { role, size: file.size, ..named }
}

/// Returns a path as it lies beside the database: `~/Library/Messages/Attachments/...` on the computer.
fn within_folder(path: &str) -> Cow<'_, str> {
    const FOLDER: &str = "Attachments/";
    match path.find(FOLDER) {
        Some(at) => Cow::Borrowed(&path[at..]),
        None => Cow::Borrowed(path.trim_start_matches(['~', '/'])),
    }
}

fn mark(
    draft: &mut Draft,
    row: &Row<'_>,
    tables: &Tables,
    own: Option<bool>,
    direct: Option<String>,
    place: &Place,
    sink: &mut Sink,
) {
    let Marks { reply_to, edits, reactions, receipts, deletion, facts } = &mut draft.marks;
    let associated = row.text(Column::Associated).map(|id| tapback::target(&id).to_owned());
    *reply_to = row.text(Column::Thread).or(associated);
    let summary = row.cell(Column::Summary).bytes().and_then(archived::summary).unwrap_or_default();
    *edits = summary.edits();
    let edited = row.time(Column::Edited);
    let retracted = row.time(Column::Retracted).or(edited.filter(|_| summary.unsent));
    if edits.is_empty() && retracted.is_none() && edited.is_some() {
        edits.push(Edit { at: edited, by: None, before: None });
        if !row.cell(Column::Summary).is_empty() {
            sink.finding(&codes::BAD_PACKED, place, "the wordings before an edit cannot be read");
        }
    }
    if retracted.is_some() || summary.unsent {
        *deletion = Some(Deletion { at: retracted, by: None, recovered: false });
        draft.state = Some(RecordState::Recalled);
    }
    if let Some(at) = row.time(Column::Delivered).filter(|_| own == Some(true)) {
        receipts.push(Receipt { kind: ReceiptKind::Delivered, by: direct.clone(), at: Some(at) });
    }
    if let Some(at) = row.time(Column::DateRead) {
        let by = if own == Some(true) { direct } else { Some("the account that was collected".to_owned()) };
        receipts.push(Receipt { kind: ReceiptKind::Read, by, at: Some(at) });
    }
    let given = row.text(Column::Guid).and_then(|guid| tables.tapbacks.get(&guid));
    react(given.map(Vec::as_slice).unwrap_or_default(), reactions, facts);
}

/// Gives a message the tapbacks that stand: the last word of each who gave one and took it back counts.
fn react(given: &[super::tables::Given], reactions: &mut Vec<Reaction>, facts: &mut Vec<Fact>) {
    for one in given {
        let who = one.by.clone().unwrap_or_else(|| "the account that was collected".to_owned());
        let at = reactions.iter().position(|reaction| reaction.value == one.tapback.value);
        match (one.tapback.removed, at) {
            (false, Some(at)) if !reactions[at].by.contains(&who) => {
                reactions[at].count = reactions[at].count.saturating_add(1);
                reactions[at].by.push(who);
            }
            (false, Some(_)) => {}
            (false, None) => reactions.push(Reaction { value: one.tapback.value.clone(), count: 1, by: vec![who] }),
            (true, at) => {
                if let Some(at) = at.filter(|at| reactions[*at].by.contains(&who)) {
                    reactions[at].by.retain(|by| *by != who);
                    reactions[at].count = reactions[at].count.saturating_sub(1);
                }
                facts.push(Fact::new("reaction taken back", format!("{} by {who}", one.tapback.value)));
            }
        }
    }
    reactions.retain(|reaction| reaction.count > 0);
}
