//! Messages of macOS and iOS: `chat.db` (`sms.db` in a backup of a phone), opened read-only, each row of `message` a record.

mod archived;
mod row;
mod tables;
mod tapback;

use std::path::Path;

use duces_model::{Item, Place};

use self::tables::Tables;
use crate::probe::{Probe, Tree};
use crate::reader::Reader;
use crate::scan::LIMIT;
use crate::sink::Sink;
use crate::source::{Source, SourceFile};
use crate::sqlite::{self, Database, Rows, Stored};
use crate::{Format, IngestError, Items, codes, said};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::ImessageDb, is_file, in_tree: Some(claims), open };

fn is_ours(database: &Database) -> bool {
    database.has("message", &["guid", "text", "handle_id", "date", "is_from_me"])
        && database.has("chat_message_join", &["chat_id", "message_id"])
        && database.has("handle", &["id"])
}

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    Ok(probe.database()?.is_some_and(is_ours))
}

/// A database and the journal beside it are one source.
fn claims(tree: &Tree<'_>) -> Result<Vec<SourceFile>, IngestError> {
    let mut sources = Vec::new();
    for name in ["chat.db", "sms.db"] {
        for path in tree.named(name) {
            let absolute = tree.root.join(path);
            // What cannot be opened is told when it is looked at as a file.
            if !matches!(Database::open(&absolute), Ok(Some(database)) if is_ours(&database)) {
                continue;
            }
            let mut members = vec![path.to_owned()];
            members.extend(sqlite::journals(path).filter(|journal| tree.files.binary_search(journal).is_ok()));
            members.sort();
            sources.push(SourceFile { format: Format::ImessageDb, path: path.to_owned(), members });
        }
    }
    Ok(sources)
}

struct Imessage {
    source: Source,
    database: Database,
    rows: Rows,
    tables: Tables,
    sink: Sink,
    records: u64,
    done: bool,
}

fn open(source: Source, mut sink: Sink) -> Result<Items, IngestError> {
    let wrong = |reason: &str| source.wrong(Format::ImessageDb, reason);
    let path: &Path = &source.path;
    let database = sqlite::open(&source, path, &mut sink)?.ok_or_else(|| wrong("it is no SQLite database"))?;
    if !is_ours(&database) {
        return Err(wrong("it has no tables of messages, handles and chats"));
    }
    let rows = Rows::whole(&database, "message", row::WANTED, &["date"]).map_err(|reason| wrong(&reason))?;
    let tables = Tables::read(&database, &source, &mut sink);
    said::provenance(&[("database", Some(source.file.clone()))], &source, &mut sink);
    Ok(Box::new(Imessage { source, database, rows, tables, sink, records: 0, done: false }))
}

impl Iterator for Imessage {
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

impl Imessage {
    fn step(&mut self) {
        let Some(stored) = self.rows.next(&self.database) else {
            if let Some(reason) = self.rows.take_failure() {
                let text = format!("{reason}; the rows after the last one read stay in the source alone");
                self.sink.finding(&codes::READ_FAILED, &self.source.place(), text);
            }
            self.done = true;
            return;
        };
        self.records += 1;
        let id = match &stored {
            Stored::Row(row) => row.id,
            Stored::Unreadable { id, .. } | Stored::TooLarge { id } => *id,
        };
        let place = Place::file(format!("{}:message:{id}", self.source.file)).at_record(self.records);
        match stored {
            Stored::Row(found) => row::record(&found, &self.tables, &self.source, &place, &mut self.sink),
            Stored::Unreadable { reason, .. } => self.sink.excepted(&codes::ROW_UNREADABLE, &place, reason, &[]),
            Stored::TooLarge { .. } => {
                let text = format!("the row is larger than {} MiB", LIMIT >> 20);
                self.sink.excepted(&codes::RECORD_TOO_LARGE, &place, text, &[]);
            }
        }
    }
}
