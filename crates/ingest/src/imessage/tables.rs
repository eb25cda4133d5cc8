//! What stands beside the messages: handles, chats and who is in them, attachments, tapbacks.

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{App, ConversationKind, SourceConversation};

use super::tapback::{self, Tapback};
use crate::codes;
use crate::sink::Sink;
use crate::source::Source;
use crate::sqlite::{Database, Rows, Stored, StoredRow};

/// The style of a chat of two; others are groups.
const DIRECT: i64 = 45;
/// How many of those who take part stand in the place of a group's name.
const NAMED: usize = 5;

pub(super) struct File {
    pub(super) path: Option<String>,
    pub(super) name: Option<String>,
    pub(super) mime: Option<String>,
    pub(super) sticker: bool,
    pub(super) size: Option<u64>,
}

/// A tapback and who gave it; `None` is the account that was collected.
pub(super) struct Given {
    pub(super) tapback: Tapback,
    pub(super) by: Option<String>,
}

#[derive(Default)]
pub(super) struct Tables {
    pub(super) handles: BTreeMap<i64, String>,
    chats: BTreeMap<i64, Arc<SourceConversation>>,
    chat_of: BTreeMap<i64, i64>,
    files: BTreeMap<i64, File>,
    files_of: BTreeMap<i64, Vec<i64>>,
    pub(super) tapbacks: BTreeMap<String, Vec<Given>>,
}

impl Tables {
    /// Reads everything but the messages. What cannot be read is said, and is then missing beside them.
    pub(super) fn read(database: &Database, source: &Source, sink: &mut Sink) -> Self {
        let mut tables = Self::default();
        each(database, "handle", &["ROWID", "id"], source, sink, |row| {
            if let (Some(id), Some(handle)) = (row.cells[0].int(), row.cells[1].owned_text()) {
                tables.handles.insert(id, handle);
            }
        });
        let mut members: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        each(database, "chat_handle_join", &["chat_id", "handle_id"], source, sink, |row| {
            let (Some(chat), Some(handle)) = (row.cells[0].int(), row.cells[1].int()) else { return };
            members.entry(chat).or_default().extend(tables.handles.get(&handle).cloned());
        });
        let columns = ["ROWID", "style", "chat_identifier", "display_name", "service_name"];
        let mut chats = BTreeMap::new();
        each(database, "chat", &columns, source, sink, |row| {
            if let Some(id) = row.cells[0].int() {
                chats.insert(id, Arc::new(conversation(row, members.get(&id).map(Vec::as_slice).unwrap_or_default())));
            }
        });
        tables.chats = chats;
        each(database, "chat_message_join", &["chat_id", "message_id"], source, sink, |row| {
            if let (Some(chat), Some(message)) = (row.cells[0].int(), row.cells[1].int()) {
                tables.chat_of.entry(message).or_insert(chat);
            }
        });
        tables.read_files(database, source, sink);
        tables.read_tapbacks(database, source, sink);
        tables
    }

    fn read_files(&mut self, database: &Database, source: &Source, sink: &mut Sink) {
        let columns = ["ROWID", "filename", "transfer_name", "mime_type", "is_sticker", "total_bytes"];
        each(database, "attachment", &columns, source, sink, |row| {
            let Some(id) = row.cells[0].int() else { return };
            let file = File {
                path: row.cells[1].owned_text(),
                name: row.cells[2].owned_text(),
                mime: row.cells[3].owned_text(),
                sticker: row.cells[4].int() == Some(1),
                size: row.cells[5].int().and_then(|size| u64::try_from(size).ok()).filter(|size| *size > 0),
            };
            self.files.insert(id, file);
        });
        each(database, "message_attachment_join", &["message_id", "attachment_id"], source, sink, |row| {
            if let (Some(message), Some(file)) = (row.cells[0].int(), row.cells[1].int()) {
                self.files_of.entry(message).or_default().push(file);
            }
        });
    }

    fn read_tapbacks(&mut self, database: &Database, source: &Source, sink: &mut Sink) {
        let columns = [
            "associated_message_type",
            "associated_message_guid",
            "associated_message_emoji",
            "handle_id",
            "is_from_me",
        ];
        if !database.has("message", &columns[..2]) {
            return;
        }
        each(database, "message", &columns, source, sink, |row| {
            let Some(tapback) = row.cells[0].int().and_then(|kind| tapback::of(kind, row.cells[2].owned_text())) else {
                return;
            };
            let Some(target) = row.cells[1].text() else { return };
            let own = row.cells[4].int() == Some(1);
            let by = if own { None } else { row.cells[3].int().and_then(|id| self.handles.get(&id).cloned()) };
            self.tapbacks.entry(tapback::target(&target).to_owned()).or_default().push(Given { tapback, by });
        });
    }

    /// Returns the chat that a message lies in.
    pub(super) fn chat_of(&self, message: i64) -> Option<Arc<SourceConversation>> {
        self.chats.get(self.chat_of.get(&message)?).cloned()
    }

    /// Returns what hangs on a message.
    pub(super) fn files_of(&self, message: i64) -> impl Iterator<Item = &File> {
        self.files_of.get(&message).into_iter().flatten().filter_map(|id| self.files.get(id))
    }
}

fn conversation(row: &StoredRow, members: &[String]) -> SourceConversation {
    let app = app(&row.cells[4].owned_text().unwrap_or_default());
    let id = row.cells[2].owned_text().unwrap_or_else(|| format!("chat {}", row.id));
    let name = row.cells[3].owned_text();
    if row.cells[1].int() == Some(DIRECT) {
        return SourceConversation { app, kind: ConversationKind::Direct, native_id: id, title: name };
    }
    let listed = || {
        let more = if members.len() > NAMED { format!(" and {} more", members.len() - NAMED) } else { String::new() };
        let named: Vec<&str> = members.iter().take(NAMED).map(String::as_str).collect();
        (!named.is_empty()).then(|| format!("{}{more}", named.join(", ")))
    };
    SourceConversation { app, kind: ConversationKind::Group, native_id: id, title: name.or_else(listed) }
}

/// Returns the app of a service: short messages go through the same database.
pub(super) fn app(service: &str) -> App {
    match service {
        "" | "iMessage" | "iMessageLite" => App::named("imessage"),
        "SMS" | "RCS" | "MMS" => App::named("sms"),
        other => App::named(other),
    }
}

/// Gives each row of a table; a table that is not there has none.
fn each(
    database: &Database,
    table: &str,
    columns: &[&str],
    source: &Source,
    sink: &mut Sink,
    mut take: impl FnMut(&StoredRow),
) {
    if database.columns(table).is_empty() {
        return;
    }
    let mut failed = |reason: String| {
        let text = format!("the table `{table}` cannot be read to its end: {reason}; what only it says is missing");
        sink.finding(&codes::LOOKUP_UNREADABLE, &source.place(), text);
    };
    let mut rows = match Rows::only(database, table, columns) {
        Ok(rows) => rows,
        Err(reason) => return failed(reason),
    };
    while let Some(stored) = rows.next(database) {
        match stored {
            Stored::Row(row) => take(&row),
            Stored::Unreadable { id, reason } => failed(format!("row {id}: {reason}")),
            Stored::TooLarge { id } => failed(format!("row {id} is too large")),
        }
    }
    if let Some(reason) = rows.take_failure() {
        failed(reason);
    }
}
