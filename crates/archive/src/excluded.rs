//! What was left out of an import because somebody decided so: the decision and a count, and nothing of the content.

use serde::Serialize;

use crate::error::{At, Result};
use crate::incoming::ImportId;
use crate::reader::{AsOf, Reader};
use crate::rows::Columns;
use crate::schema::{Cell, T};
use crate::writer::Writer;

/// What an entry of an exclude list names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExcludedWhat {
    /// A conversation.
    Conversation,
    /// Every 1:1 conversation with an account.
    Participant,
}

/// An entry of an exclude list, and what it kept out of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// What the entry names.
    pub what: ExcludedWhat,
    /// The id, as the list has it.
    pub id: String,
    /// Who decided.
    pub decided_by: String,
    /// Why.
    pub reason: String,
    /// On which day, as the list has it.
    pub decided_on: String,
    /// How many conversations it kept out.
    pub conversations: u64,
    /// How many records.
    pub records: u64,
}

impl Writer<'_> {
    /// Adds what an entry of the exclude list kept out.
    pub fn add_excluded(&mut self, import: ImportId, excluded: &Excluded) -> Result<()> {
        let count = |n: u64| Cell::Int(i64::try_from(n).unwrap_or(i64::MAX));
        let what = match excluded.what {
            ExcludedWhat::Conversation => "conversation",
            ExcludedWhat::Participant => "participant",
        };
        self.insert(
            T::Excluded,
            &[
                Cell::Int(import.number()),
                Cell::Text(what),
                Cell::Text(&excluded.id),
                Cell::Text(&excluded.decided_by),
                Cell::Text(&excluded.reason),
                Cell::Text(&excluded.decided_on),
                count(excluded.conversations),
                count(excluded.records),
            ],
        )?;
        Ok(())
    }
}

impl Reader {
    /// Returns what each import left out, in the order imported.
    pub fn excluded(&self, as_of: AsOf) -> Result<Vec<Excluded>> {
        let sql = "SELECT what, native_id, decided_by, reason, decided_on, conversations, records FROM excluded \
                   WHERE since <= ? ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        let mut excluded = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            excluded.push(Excluded {
                what: match get.text(0)?.as_str() {
                    "conversation" => ExcludedWhat::Conversation,
                    "participant" => ExcludedWhat::Participant,
                    other => return Err(self.damaged(format!("`{other}` is nothing that can be excluded"))),
                },
                id: get.text(1)?,
                decided_by: get.text(2)?,
                reason: get.text(3)?,
                decided_on: get.text(4)?,
                conversations: get.count(5)?.unwrap_or(0),
                records: get.count(6)?.unwrap_or(0),
            });
        }
        Ok(excluded)
    }
}
