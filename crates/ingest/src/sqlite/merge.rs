//! Tables of the same kind read as one, in the order of their keys: the shards of a conversation.

use super::{Database, Rows, Stored};

/// Tables that are read together.
#[derive(Default)]
pub(crate) struct Merge {
    shards: Vec<Shard>,
}

struct Shard {
    /// Which of the databases.
    database: usize,
    /// What the table is called in findings.
    label: String,
    rows: Rows,
}

/// A row and where it stands.
pub(crate) struct Merged<'m> {
    pub(crate) database: usize,
    pub(crate) label: &'m str,
    pub(crate) key: i64,
    pub(crate) stored: Stored,
}

impl Merge {
    pub(crate) fn add(&mut self, database: usize, label: String, rows: Rows) {
        self.shards.push(Shard { database, label, rows });
    }

    /// Returns the row with the least key; among equals that of the table that was added first.
    pub(crate) fn next(&mut self, databases: &[Database]) -> Option<Merged<'_>> {
        let mut least: Option<(i64, usize)> = None;
        for (at, shard) in self.shards.iter_mut().enumerate() {
            let Some(key) = shard.rows.peek(&databases[shard.database]) else { continue };
            if least.is_none_or(|(found, _)| key < found) {
                least = Some((key, at));
            }
        }
        let (key, at) = least?;
        let shard = &mut self.shards[at];
        let stored = shard.rows.next(&databases[shard.database])?;
        Some(Merged { database: shard.database, label: &shard.label, key, stored })
    }

    /// Returns the labels of the tables that could not be read to their end, and why, once.
    pub(crate) fn failures(&mut self) -> Vec<(String, String)> {
        let failed = |shard: &mut Shard| Some((shard.label.clone(), shard.rows.take_failure()?));
        self.shards.iter_mut().filter_map(failed).collect()
    }
}
