//! The reader: what the matter holds as of a point of its ledger.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use duces_model::{App, Conversation, ConversationKey, Custodian, Digest, MessageId, UtcMillis};
use duces_query::TermTest;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::error::{ArchiveError, At, Result};
use crate::incoming::{Beside, ZipInfo};
use crate::rows::{self, Columns, VERSION_ROWS};

/// A position in the ledger: rows hold from theirs on, so the same position gives the same answer for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AsOf(pub i64);

/// A source that was imported, as far as producing needs to know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Whose archive it was.
    pub custodian: Custodian,
    /// The account that was collected, where it is known.
    pub account: Option<String>,
    /// The source as the request names it.
    pub label: String,
    /// The files with their digests, in reading order.
    pub files: Vec<(String, Digest)>,
    /// The ZIPs that files were unpacked from.
    pub zips: Vec<ZipInfo>,
    /// Whether the import went to its end.
    pub finished: bool,
}

/// What a conversation holds, in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConversationSummary {
    /// The conversation.
    pub conversation: Conversation,
    /// How many messages.
    pub messages: u64,
    /// When the first was sent.
    pub first: UtcMillis,
    /// When the last was sent.
    pub last: UtcMillis,
}

/// A read connection to a matter. It can be sent to another thread; each thread has its own.
pub struct Reader {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    conversations: RefCell<HashMap<i64, ConversationKey>>,
    custodians: RefCell<BTreeMap<i64, Custodian>>,
}

impl Reader {
    pub(crate) fn new(connection: Connection, path: PathBuf) -> Self {
        Self { connection, path, conversations: RefCell::default(), custodians: RefCell::default() }
    }

    /// Returns the position of the last entry: everything that is committed.
    pub fn now(&self) -> Result<AsOf> {
        let seq = self.connection.query_row("SELECT coalesce(max(seq), 0) FROM ledger", [], |row| row.get(0));
        seq.map(AsOf).at(&self.path)
    }

    /// Returns the conversations, sorted by key.
    pub fn conversations(&self, as_of: AsOf) -> Result<Vec<Conversation>> {
        let sql = "SELECT id, key, app, kind, native_id FROM conversation WHERE since <= ? ORDER BY key";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        let mut conversations = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            let native_id = get.text(4)?;
            conversations.push(Conversation {
                key: ConversationKey::from_stored(get.text(1)?),
                app: App::named(&get.text(2)?),
                kind: rows::kind_from_name(&self.path, &get.text(3)?)?,
                title: self.title(get.int(0)?, as_of)?.unwrap_or_else(|| native_id.clone()),
                native_id,
            });
        }
        Ok(conversations)
    }

    fn title(&self, conversation: i64, as_of: AsOf) -> Result<Option<String>> {
        let sql = "SELECT title FROM title WHERE conversation = ? AND since <= ? ORDER BY id DESC LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([conversation, as_of.0]).at(&self.path)?;
        found.next().at(&self.path)?.map(|row| Columns { row, path: &self.path }.text(0)).transpose()
    }

    /// Returns what each conversation holds, sorted by key; conversations without messages are left out.
    pub fn summaries(&self, as_of: AsOf) -> Result<Vec<ConversationSummary>> {
        let sql = "SELECT count(*), min(sent), max(sent) FROM message \
                   WHERE conversation = (SELECT id FROM conversation WHERE key = ?) AND since <= ?";
        let mut summaries = Vec::new();
        for conversation in self.conversations(as_of)? {
            let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
            let mut found = statement.query(rusqlite::params![conversation.key.as_str(), as_of.0]).at(&self.path)?;
            let Some(row) = found.next().at(&self.path)? else { continue };
            let get = Columns { row, path: &self.path };
            let (Some(first), Some(last)) = (get.maybe_int(1)?, get.maybe_int(2)?) else { continue };
            summaries.push(ConversationSummary {
                conversation,
                messages: get.count(0)?.unwrap_or(0),
                first: rows::instant(&self.path, first)?,
                last: rows::instant(&self.path, last)?,
            });
        }
        Ok(summaries)
    }

    /// Returns the custodians, sorted by name.
    pub fn custodians(&self, as_of: AsOf) -> Result<Vec<Custodian>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name FROM custodian WHERE since <= ? ORDER BY name")
            .at(&self.path)?;
        let found = statement.query_map([as_of.0], |row| row.get(0).map(Custodian)).at(&self.path)?;
        found.collect::<rusqlite::Result<_>>().at(&self.path)
    }

    /// Returns the sources, in the order imported.
    pub fn sources(&self, as_of: AsOf) -> Result<Vec<Source>> {
        let sql = "SELECT i.id, c.name, i.account, i.label, i.info, \
                   EXISTS (SELECT 1 FROM import_end e WHERE e.import = i.id AND e.since <= ?1) \
                   FROM import i JOIN custodian c ON c.id = i.custodian WHERE i.since <= ?1 ORDER BY i.id";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        let mut sources = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            let beside: Beside = serde_json::from_str(&get.text(4)?)
                .map_err(|e| self.damaged(format!("what is kept of an import beside its files cannot be read: {e}")))?;
            sources.push(Source {
                custodian: Custodian(get.text(1)?),
                account: get.maybe_text(2)?,
                label: get.text(3)?,
                files: self.files(get.int(0)?)?,
                zips: beside.zips,
                finished: get.int(5)? != 0,
            });
        }
        Ok(sources)
    }

    fn files(&self, import: i64) -> Result<Vec<(String, Digest)>> {
        let sql = "SELECT path, digest FROM source_file WHERE import = ? ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([import]).at(&self.path)?;
        let mut files = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            files.push((get.text(0)?, get.digest(1)?));
        }
        Ok(files)
    }

    /// Returns the messages whose text the index finds by an FTS5 expression, sorted. They contain the matches; the
    /// exact matcher decides.
    pub fn candidates(&self, fts5: &str) -> Result<Vec<MessageId>> {
        let mut statement = self.connection.prepare_cached("SELECT rowid FROM fts WHERE fts MATCH ?").at(&self.path)?;
        let mut found = statement.query([fts5]).at(&self.path)?;
        let mut ids = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let id = Columns { row, path: &self.path }.int(0)?;
            ids.push(if id > VERSION_ROWS { self.message_of_version(id - VERSION_ROWS)? } else { MessageId(id) });
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    fn message_of_version(&self, version: i64) -> Result<MessageId> {
        let mut statement = self.connection.prepare_cached("SELECT message FROM version WHERE id = ?").at(&self.path)?;
        statement.query_row([version], |row| row.get(0)).map(MessageId).at(&self.path)
    }

    /// Returns the terms of the index that pass a test, sorted, or `None` where they are more than `most`.
    pub fn vocabulary(&self, test: &TermTest, most: usize) -> Result<Option<Vec<String>>> {
        let prefix = test.prefix();
        let sql = "SELECT term FROM fts_terms WHERE term >= ?";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([prefix]).at(&self.path)?;
        let mut terms = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let term = Columns { row, path: &self.path }.text(0)?;
            if !term.starts_with(prefix) {
                break;
            }
            if test.matches(&term) {
                if terms.len() == most {
                    return Ok(None);
                }
                terms.push(term);
            }
        }
        Ok(Some(terms))
    }

    /// Returns the key of a conversation's row.
    pub(crate) fn conversation_key(&self, id: i64) -> Result<ConversationKey> {
        if let Some(key) = self.conversations.borrow().get(&id) {
            return Ok(key.clone());
        }
        let mut statement =
            self.connection.prepare_cached("SELECT key FROM conversation WHERE id = ?").at(&self.path)?;
        let key: String = statement.query_row([id], |row| row.get(0)).at(&self.path)?;
        let key = ConversationKey::from_stored(key);
        self.conversations.borrow_mut().insert(id, key.clone());
        Ok(key)
    }

    /// Returns the name of a custodian's row.
    pub(crate) fn custodian_name(&self, id: i64) -> Result<Custodian> {
        if let Some(name) = self.custodians.borrow().get(&id) {
            return Ok(name.clone());
        }
        let mut statement = self.connection.prepare_cached("SELECT name FROM custodian WHERE id = ?").at(&self.path)?;
        let name = statement.query_row([id], |row| row.get(0)).map(Custodian).at(&self.path)?;
        self.custodians.borrow_mut().insert(id, name.clone());
        Ok(name)
    }

    /// Says that something in the database is not what was written.
    pub(crate) fn damaged(&self, what: impl Into<String>) -> ArchiveError {
        ArchiveError::damaged(&self.path, what)
    }
}
