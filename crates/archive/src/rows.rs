//! How rows are read back into the model's values, the same for readers and for the writer.

use std::path::Path;

use duces_model::{Attachment, Body, ConversationKind, Digest, Marks, MessageId, RecordState, UtcMillis};
use rusqlite::types::FromSql;
use rusqlite::{Connection, Row};

use crate::content;
use crate::error::{ArchiveError, At, Result};

/// Where in the index later versions of messages begin; below are the messages' own rows.
pub(crate) const VERSION_ROWS: i64 = 1 << 48;

/// A row whose columns are read with the error that says where.
pub(crate) struct Columns<'a, 'r> {
    pub(crate) row: &'a Row<'r>,
    pub(crate) path: &'a Path,
}

impl Columns<'_, '_> {
    fn get<V: FromSql>(&self, column: usize) -> Result<V> {
        self.row.get(column).at(self.path)
    }

    pub(crate) fn int(&self, column: usize) -> Result<i64> {
        self.get(column)
    }

    pub(crate) fn maybe_int(&self, column: usize) -> Result<Option<i64>> {
        self.get(column)
    }

    pub(crate) fn text(&self, column: usize) -> Result<String> {
        self.get(column)
    }

    pub(crate) fn maybe_text(&self, column: usize) -> Result<Option<String>> {
        self.get(column)
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<Vec<u8>> {
        self.get(column)
    }

    pub(crate) fn count(&self, column: usize) -> Result<Option<u64>> {
        Ok(self.maybe_int(column)?.and_then(|n| u64::try_from(n).ok()))
    }

    pub(crate) fn digest(&self, column: usize) -> Result<Digest> {
        let bytes: Vec<u8> = self.get(column)?;
        let bytes = <[u8; 32]>::try_from(bytes)
            .map_err(|_| ArchiveError::damaged(self.path, "a digest does not have 32 bytes"))?;
        Ok(Digest::from_bytes(bytes))
    }
}

/// A message's content as it is stored.
pub(crate) struct Content {
    pub(crate) form: i64,
    pub(crate) content: String,
    pub(crate) attachments: Option<String>,
    pub(crate) marks: Option<String>,
}

/// A message's content as it is understood.
pub(crate) struct Parts {
    pub(crate) body: Body,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) marks: Marks,
}

impl Content {
    pub(crate) fn read(self, path: &Path, id: MessageId) -> Result<Parts> {
        let unreadable =
            |e: serde_json::Error| ArchiveError::damaged(path, format!("message {} cannot be read: {e}", id.0));
        let attachments = content::attachments(self.attachments.as_deref()).map_err(unreadable)?;
        let marks = content::marks(self.marks.as_deref()).map_err(unreadable)?;
        let body = content::body(self.form, self.content).map_err(unreadable)?;
        Ok(Parts { body, attachments, marks })
    }
}

/// What a later version puts in the place of the message's own row.
pub(crate) struct Version {
    pub(crate) sender: Option<String>,
    pub(crate) sender_name: Option<String>,
    pub(crate) content: Content,
    /// The server id, where the message has come to have another.
    pub(crate) native_id: Option<String>,
}

/// Returns the newest version that held at `as_of`, where there is a later one than the first.
pub(crate) fn newest_version(
    connection: &Connection,
    path: &Path,
    message: MessageId,
    as_of: i64,
) -> Result<Option<Version>> {
    let sql = "SELECT sender, sender_name, form, content, attachments, marks, native_id FROM version \
               WHERE message = ? AND since <= ? ORDER BY id DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql).at(path)?;
    let mut found = statement.query([message.0, as_of]).at(path)?;
    let Some(row) = found.next().at(path)? else { return Ok(None) };
    let get = Columns { row, path };
    let content = Content {
        form: get.int(2)?,
        content: get.text(3)?,
        attachments: get.maybe_text(4)?,
        marks: get.maybe_text(5)?,
    };
    let (sender, sender_name, native_id) = (get.maybe_text(0)?, get.maybe_text(1)?, get.maybe_text(6)?);
    Ok(Some(Version { sender, sender_name, content, native_id }))
}

/// Gives each holding of a message beyond the first that held at `as_of`.
pub(crate) fn holdings(
    connection: &Connection,
    path: &Path,
    message: MessageId,
    as_of: i64,
    each: &mut dyn FnMut(i64, RecordState),
) -> Result<()> {
    let sql = "SELECT custodian, state FROM holding WHERE message = ? AND since <= ? ORDER BY id";
    let mut statement = connection.prepare_cached(sql).at(path)?;
    let mut found = statement.query([message.0, as_of]).at(path)?;
    while let Some(row) = found.next().at(path)? {
        let get = Columns { row, path };
        each(get.int(0)?, state(get.int(1)?));
    }
    Ok(())
}

pub(crate) fn instant(path: &Path, millis: i64) -> Result<UtcMillis> {
    UtcMillis::new(millis).map_err(|e| ArchiveError::damaged(path, e.to_string()))
}

pub(crate) fn state_code(state: RecordState) -> i64 {
    match state {
        RecordState::Present => 0,
        RecordState::Recalled => 1,
        RecordState::Deleted => 2,
    }
}

pub(crate) fn state(code: i64) -> RecordState {
    match code {
        1 => RecordState::Recalled,
        2 => RecordState::Deleted,
        _ => RecordState::Present,
    }
}

/// Joins the states of two copies: recalled where any says so, deleted where all say so.
pub(crate) fn joined(a: RecordState, b: RecordState) -> RecordState {
    match (a, b) {
        (RecordState::Recalled, _) | (_, RecordState::Recalled) => RecordState::Recalled,
        (RecordState::Deleted, RecordState::Deleted) => RecordState::Deleted,
        _ => RecordState::Present,
    }
}

pub(crate) fn kind_name(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::Direct => "direct",
        ConversationKind::Group => "group",
        ConversationKind::Official => "official",
        ConversationKind::Moments => "moments",
        ConversationKind::Payments => "payments",
    }
}

pub(crate) fn kind_from_name(path: &Path, name: &str) -> Result<ConversationKind> {
    match name {
        "direct" => Ok(ConversationKind::Direct),
        "group" => Ok(ConversationKind::Group),
        "official" => Ok(ConversationKind::Official),
        "moments" => Ok(ConversationKind::Moments),
        "payments" => Ok(ConversationKind::Payments),
        other => Err(ArchiveError::damaged(path, format!("`{other}` is no kind of conversation"))),
    }
}
