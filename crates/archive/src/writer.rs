//! The writer of an import: looks up what the archive holds, adds rows, and commits them batch by batch.
//!
//! `collect` decides what a record is; this module only keeps. What a batch adds becomes visible with its commit,
//! together with the ledger entry that digests it, or not at all.

use std::collections::HashMap;
use std::path::PathBuf;

use duces_model::{
    Conversation, ConversationKey, Custodian, Digest, Finding, MessageId, Place, RecordState, Sender, Severity,
    UtcMillis,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use crate::content::{self, Prepared};
use crate::error::{ArchiveError, At, Result};
use crate::hold::naming_holds;
use crate::incoming::{
    ChunkId, ConversationId, CustodianId, IdentityKey, ImportId, ImportInfo, NewMessage, NewRecord, RecordId,
    SourceFileId, StoredMessage, StoredRecord,
};
use crate::matter::{Lock, Matter};
use crate::pack::PackedChunk;
use crate::reader::AsOf;
use crate::rows::{self, VERSION_ROWS};
use crate::schema::{Cell, T};
use crate::tx::{Attribution, TxState};

/// The one writer of a matter: holds its lock for as long as it lives.
pub struct Writer<'m> {
    matter: &'m Matter,
    _lock: Lock,
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    attribution: Attribution,
    open: Option<TxState>,
    /// Keys of the open transaction. They go in sorted: in random order each would touch another page.
    keys: HashMap<IdentityKey, MessageId>,
}

impl Matter {
    /// Takes the matter's lock and returns the writer of an import.
    pub fn writer(&self, attribution: Attribution) -> Result<Writer<'_>> {
        let lock = self.lock()?;
        self.blobs().sweep()?;
        self.sweep_incoming()?;
        Ok(Writer::new(self, lock, self.connect(true)?, attribution))
    }
}

impl<'m> Writer<'m> {
    pub(crate) fn new(matter: &'m Matter, lock: Lock, connection: Connection, attribution: Attribution) -> Self {
        Self { matter, _lock: lock, connection, path: matter.database(), attribution, open: None, keys: HashMap::new() }
    }

    /// Returns the matter that is written to.
    pub fn matter(&self) -> &'m Matter {
        self.matter
    }

    /// Begins a transaction, where none is open; whatever is added begins one by itself. What is looked up within one
    /// costs no lock of its own.
    pub fn begin(&mut self) -> Result<()> {
        if self.open.is_none() {
            self.connection.execute_batch("BEGIN IMMEDIATE").at(&self.path)?;
            match TxState::begin(&self.connection, &self.path) {
                Ok(state) => self.open = Some(state),
                Err(error) => {
                    // Nothing was added; the error that counts is the first one.
                    let _ = self.connection.execute_batch("ROLLBACK");
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    pub(crate) fn insert(&mut self, table: T, cells: &[Cell<'_>]) -> Result<i64> {
        self.begin()?;
        let state = self.open.as_mut().expect("it was opened above");
        state.insert(&self.connection, &self.path, table, cells)
    }

    /// Commits what was added since the last commit, with one ledger entry; `None` where nothing was added.
    ///
    /// Blobs that the rows name must have been synced before.
    pub fn commit(&mut self, act: &str, over: Value) -> Result<Option<AsOf>> {
        let Some(mut state) = self.open.take() else { return Ok(None) };
        if state.is_empty() {
            self.keys.clear();
            self.connection.execute_batch("ROLLBACK").at(&self.path)?;
            return Ok(None);
        }
        let committed =
            self.write_keys().and_then(|()| state.commit(&self.connection, &self.path, &self.attribution, act, over));
        if committed.is_err() {
            // What is not committed is not there; the error that counts is the first one.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        committed.map(|()| Some(AsOf(state.seq)))
    }

    /// Returns the import that was begun over the same source and never finished, with its files.
    pub fn unfinished_import(&self, info: &ImportInfo) -> Result<Option<(ImportId, Vec<SourceFileId>)>> {
        let sql =
            "SELECT id FROM import WHERE fingerprint = ? AND id NOT IN (SELECT import FROM import_end) ORDER BY id";
        let found = self
            .connection
            .query_row(sql, [info.fingerprint().as_bytes()], |row| row.get::<_, i64>(0))
            .optional()
            .at(&self.path)?;
        let Some(import) = found else { return Ok(None) };
        let mut statement =
            self.connection.prepare("SELECT id FROM source_file WHERE import = ? ORDER BY id").at(&self.path)?;
        let files = statement.query_map([import], |row| row.get(0).map(SourceFileId)).at(&self.path)?;
        let files = files.collect::<rusqlite::Result<Vec<_>>>().at(&self.path)?;
        Ok(Some((ImportId(import), files)))
    }

    /// Returns whether an import over the same source went to its end.
    pub fn has_finished_import(&self, info: &ImportInfo) -> Result<bool> {
        let sql = "SELECT i.id FROM import i JOIN import_end e ON e.import = i.id WHERE i.fingerprint = ? LIMIT 1";
        self.lookup(sql, params![info.fingerprint().as_bytes()]).map(|found| found.is_some())
    }

    /// Adds an import and its files.
    pub fn begin_import(&mut self, info: &ImportInfo) -> Result<(ImportId, Vec<SourceFileId>)> {
        let custodian = self.custodian(&info.custodian)?;
        let fingerprint = info.fingerprint();
        let import = self.insert(
            T::Import,
            &[
                Cell::Int(custodian.0),
                Cell::text(info.account.as_deref()),
                Cell::Text(&info.label),
                Cell::Blob(fingerprint.as_bytes()),
                Cell::Text(&info.beside().to_json()),
            ],
        )?;
        let mut files = Vec::new();
        for file in &info.files {
            let size = i64::try_from(file.size).unwrap_or(i64::MAX);
            files.push(SourceFileId(self.insert(
                T::SourceFile,
                &[
                    Cell::Int(import),
                    Cell::Text(&file.path),
                    Cell::Text(&file.format),
                    Cell::Int(size),
                    Cell::Blob(file.digest.as_bytes()),
                ],
            )?));
        }
        Ok((ImportId(import), files))
    }

    /// Notes that an import went to its end, with its summary.
    pub fn finish_import(&mut self, import: ImportId, summary: &Value) -> Result<()> {
        self.insert(T::ImportEnd, &[Cell::Int(import.0), Cell::Text(&summary.to_string())])?;
        Ok(())
    }

    /// Returns the row of a custodian, adding it where it is new.
    pub fn custodian(&mut self, custodian: &Custodian) -> Result<CustodianId> {
        match self.custodian_if_known(custodian)? {
            Some(id) => Ok(id),
            None => self.insert(T::Custodian, &[Cell::Text(&custodian.0)]).map(CustodianId),
        }
    }

    /// Returns the row of a custodian that is known.
    pub fn custodian_if_known(&self, custodian: &Custodian) -> Result<Option<CustodianId>> {
        self.lookup("SELECT id FROM custodian WHERE name = ?", params![custodian.0]).map(|id| id.map(CustodianId))
    }

    /// Returns the row of a conversation that is known.
    pub fn conversation_if_known(&self, key: &ConversationKey) -> Result<Option<ConversationId>> {
        self.lookup("SELECT id FROM conversation WHERE key = ?", params![key.as_str()]).map(|id| id.map(ConversationId))
    }

    /// Returns the row of a conversation, adding it with its title where it is new.
    pub fn conversation(&mut self, conversation: &Conversation) -> Result<ConversationId> {
        if let Some(id) = self.conversation_if_known(&conversation.key)? {
            return Ok(id);
        }
        let id = self.insert(
            T::Conversation,
            &[
                Cell::Text(conversation.key.as_str()),
                Cell::Text(conversation.app.name()),
                Cell::Text(rows::kind_name(conversation.kind)),
                Cell::Text(&conversation.native_id),
            ],
        )?;
        self.add_title(ConversationId(id), &conversation.title)?;
        Ok(ConversationId(id))
    }

    /// Returns a conversation's title as it stands now.
    pub fn title(&self, conversation: ConversationId) -> Result<Option<String>> {
        self.connection
            .prepare_cached("SELECT title FROM title WHERE conversation = ? ORDER BY id DESC LIMIT 1")
            .and_then(|mut statement| statement.query_row([conversation.0], |row| row.get(0)).optional())
            .at(&self.path)
    }

    /// Gives a conversation a new title.
    pub fn add_title(&mut self, conversation: ConversationId, title: &str) -> Result<()> {
        self.insert(T::Title, &[Cell::Int(conversation.0), Cell::Text(title)])?;
        Ok(())
    }

    /// Returns the message of an identity key.
    pub fn find(&self, key: &IdentityKey) -> Result<Option<MessageId>> {
        // What is committed comes first, as it will when this transaction is committed too.
        let committed = self.lookup("SELECT message FROM identity WHERE key = ?", params![key.as_bytes()])?;
        Ok(committed.map(MessageId).or_else(|| self.keys.get(key).copied()))
    }

    pub(crate) fn lookup(&self, sql: &str, values: impl rusqlite::Params) -> Result<Option<i64>> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row(values, |row| row.get(0)).optional())
            .at(&self.path)
    }

    /// Returns a message as it stands now.
    pub fn message(&self, id: MessageId) -> Result<StoredMessage> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT native_id, sender, sender_name, sent, form, content, attachments, custodian, state, marks \
                 FROM message WHERE id = ?",
            )
            .at(&self.path)?;
        let mut found = statement.query([id.0]).at(&self.path)?;
        let Some(row) = found.next().at(&self.path)? else {
            return Err(ArchiveError::damaged(&self.path, format!("message {} is not there", id.0)));
        };
        let get = rows::Columns { row, path: &self.path };
        let mut body = rows::Content {
            form: get.int(4)?,
            content: get.text(5)?,
            attachments: get.maybe_text(6)?,
            marks: get.maybe_text(9)?,
        };
        let mut native_id = get.maybe_text(0)?;
        let (mut native, mut name) = (get.maybe_text(1)?, get.maybe_text(2)?);
        if let Some(newer) = rows::newest_version(&self.connection, &self.path, id, i64::MAX)? {
            (native, name, body) = (newer.sender, newer.sender_name, newer.content);
            native_id = newer.native_id.or(native_id);
        }
        let sender = content::has_sender(body.form).then_some(Sender { native_id: native, name });
        let rows::Parts { body, attachments, marks } = body.read(&self.path, id)?;
        let first = (CustodianId(get.int(7)?), rows::state(get.int(8)?));
        let mut holdings = vec![first];
        rows::holdings(&self.connection, &self.path, id, i64::MAX, &mut |custodian, state| {
            holdings.push((CustodianId(custodian), state));
        })?;
        Ok(StoredMessage {
            native_id,
            sender,
            sent: rows::instant(&self.path, get.int(3)?)?,
            body,
            attachments,
            marks,
            holdings,
        })
    }

    /// Returns the records of a message.
    pub fn records(&self, message: MessageId) -> Result<Vec<StoredRecord>> {
        let sql = "SELECT i.custodian, f.digest, f.path, r.line, r.number, r.digest FROM record r \
                   JOIN source_file f ON f.id = r.source_file JOIN import i ON i.id = f.import \
                   WHERE r.message = ? ORDER BY r.id";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([message.0]).at(&self.path)?;
        let mut records = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = rows::Columns { row, path: &self.path };
            records.push(StoredRecord {
                custodian: CustodianId(get.int(0)?),
                file: get.digest(1)?,
                path: get.text(2)?,
                line: get.count(3)?,
                number: get.count(4)?,
                digest: get.digest(5)?,
            });
        }
        Ok(records)
    }

    /// Returns whether an excepted record is held already: the same place of the same file, or the same bytes in another
    /// file of the same custodian.
    pub fn holds_excepted(
        &self,
        custodian: CustodianId,
        file: &Digest,
        place: &Place,
        digest: &Digest,
    ) -> Result<bool> {
        let sql = "SELECT r.id FROM import i JOIN source_file f ON f.import = i.id JOIN record r ON r.source_file = f.id \
                   WHERE i.custodian = ?1 AND r.message IS NULL AND r.digest = ?2 \
                   AND (f.digest <> ?3 OR (r.line IS ?4 AND r.number IS ?5)) LIMIT 1";
        let line = place.line.map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        let number = place.record.map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        let values = params![custodian.0, digest.as_bytes(), file.as_bytes(), line, number];
        self.lookup(sql, values).map(|found| found.is_some())
    }

    /// Adds a message, its keys and its text to the index.
    pub fn add_message(&mut self, new: &NewMessage<'_>) -> Result<MessageId> {
        let (sender, sender_name) = new.sender.map_or((None, None), |s| (s.native_id.as_deref(), s.name.as_deref()));
        let id = self.insert(
            T::Message,
            &[
                Cell::Int(new.conversation.0),
                Cell::text(new.native_id),
                Cell::text(sender),
                Cell::text(sender_name),
                Cell::Int(new.sent.millis()),
                Cell::Text(new.sent_raw),
                Cell::Int(new.sequence),
                Cell::Int(new.prepared.form),
                Cell::Text(&new.prepared.content),
                Cell::text(new.prepared.attachments.as_deref()),
                Cell::text(new.prepared.marks.as_deref()),
                Cell::Int(new.custodian.0),
                Cell::Int(rows::state_code(new.state)),
                Cell::Int(new.rule.code()),
            ],
        )?;
        self.add_keys(MessageId(id), new.keys);
        self.index(id, &new.prepared.index)?;
        Ok(MessageId(id))
    }

    /// Lets a message be found by more keys; a key that leads to another message already is left as it is.
    pub fn add_keys(&mut self, message: MessageId, keys: &[IdentityKey]) {
        for key in keys {
            self.keys.entry(*key).or_insert(message);
        }
    }

    fn write_keys(&mut self) -> Result<()> {
        let mut keys: Vec<_> = self.keys.drain().collect();
        keys.sort_unstable();
        let sql = "INSERT INTO identity (key, message) VALUES (?, ?) ON CONFLICT DO NOTHING";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        for (key, message) in keys {
            statement.execute(params![key.as_bytes(), message.0]).at(&self.path)?;
        }
        Ok(())
    }

    /// Notes that a recall names the message of a key, which may come later.
    pub fn add_recall(&mut self, recall: MessageId, of: &IdentityKey) -> Result<()> {
        let sql = "INSERT INTO recall (key, message) VALUES (?, ?) ON CONFLICT DO NOTHING";
        self.derive(sql, params![of.as_bytes(), recall.0])
    }

    /// Returns the recall that names the message of a key.
    pub fn recall_of(&self, key: &IdentityKey) -> Result<Option<MessageId>> {
        self.lookup("SELECT message FROM recall WHERE key = ?", params![key.as_bytes()]).map(|id| id.map(MessageId))
    }

    /// Returns whether any message has no server id.
    pub fn has_messages_without_id(&self) -> Result<bool> {
        let sql = "SELECT id FROM message WHERE native_id IS NULL LIMIT 1";
        self.lookup(sql, params![]).map(|found| found.is_some())
    }

    pub(crate) fn derive(&self, sql: &str, values: impl rusqlite::Params) -> Result<()> {
        let done = self.connection.prepare_cached(sql).and_then(|mut statement| statement.execute(values));
        done.at(&self.path).map(|_| ()).map_err(|error| naming_holds(self.matter, error))
    }

    fn index(&mut self, row: i64, text: &str) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.derive("INSERT INTO fts (rowid, text) VALUES (?, ?)", params![row, text])
    }

    /// Adds a version of a message that holds from now on; `cause` says why, such as `edited`.
    pub fn add_version(
        &mut self,
        message: MessageId,
        sender: Option<&Sender>,
        prepared: &Prepared,
        cause: &str,
    ) -> Result<()> {
        // A later version bears the server id that the message has come to have.
        let native_id =
            rows::newest_version(&self.connection, &self.path, message, i64::MAX)?.and_then(|v| v.native_id);
        self.add_version_named(message, native_id.as_deref(), sender, prepared, cause)
    }

    /// Adds a version with which the message has another server id than before, since another message took its place.
    pub fn add_version_named(
        &mut self,
        message: MessageId,
        native_id: Option<&str>,
        sender: Option<&Sender>,
        prepared: &Prepared,
        cause: &str,
    ) -> Result<()> {
        let id = self.insert(
            T::Version,
            &[
                Cell::Int(message.0),
                Cell::text(sender.and_then(|s| s.native_id.as_deref())),
                Cell::text(sender.and_then(|s| s.name.as_deref())),
                Cell::Int(prepared.form),
                Cell::Text(&prepared.content),
                Cell::text(prepared.attachments.as_deref()),
                Cell::text(prepared.marks.as_deref()),
                Cell::text(native_id),
                Cell::Text(cause),
            ],
        )?;
        self.index(VERSION_ROWS + id, &prepared.index)
    }

    /// Notes that a custodian holds a message, in a state that is not noted yet.
    pub fn add_holding(&mut self, message: MessageId, custodian: CustodianId, state: RecordState) -> Result<()> {
        let cells = [Cell::Int(message.0), Cell::Int(custodian.0), Cell::Int(rows::state_code(state))];
        self.insert(T::Holding, &cells)?;
        Ok(())
    }

    /// Adds a chunk of raw records.
    pub fn add_chunk(&mut self, chunk: &PackedChunk) -> Result<ChunkId> {
        let size = i64::try_from(chunk.size).expect("a chunk fits into memory");
        let cells = [Cell::Int(size), Cell::Blob(chunk.digest.as_bytes()), Cell::Blob(&chunk.packed)];
        self.insert(T::Chunk, &cells).map(ChunkId)
    }

    /// Adds a record.
    pub fn add_record(&mut self, new: &NewRecord<'_>) -> Result<RecordId> {
        let count = |n: Option<u64>| Cell::int(n.map(|n| i64::try_from(n).unwrap_or(i64::MAX)));
        let size = |n: usize| Cell::Int(i64::try_from(n).expect("it lies in memory"));
        let id = self.insert(
            T::Record,
            &[
                Cell::Int(new.file.0),
                count(new.place.line),
                count(new.place.record),
                Cell::Int(new.chunk.0),
                size(new.start),
                size(new.length),
                Cell::Blob(new.digest.as_bytes()),
                Cell::Int(new.class.code()),
                Cell::int(new.message.map(|id| id.0)),
                Cell::Int(rows::state_code(new.state)),
                Cell::int(new.sent.map(UtcMillis::millis)),
                size(new.attachments),
            ],
        )?;
        Ok(RecordId(id))
    }

    /// Adds a finding of an import.
    pub fn add_finding(&mut self, import: ImportId, record: Option<RecordId>, finding: &Finding) -> Result<()> {
        let severity = match finding.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        self.insert(
            T::Finding,
            &[
                Cell::Int(import.0),
                Cell::int(record.map(|id| id.0)),
                Cell::Text(finding.code),
                Cell::Text(severity),
                Cell::Text(&finding.place.to_string()),
                Cell::Text(&finding.text),
            ],
        )?;
        Ok(())
    }

    /// Merges the index's segments, which makes queries faster; worth it after a large import.
    pub fn optimise_index(&mut self) -> Result<()> {
        self.connection.execute_batch("INSERT INTO fts (fts) VALUES ('optimize')").at(&self.path)
    }
}
