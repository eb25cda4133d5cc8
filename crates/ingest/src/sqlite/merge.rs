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
    table: String,
    rows: Rows,
}

/// A row and where it stands.
pub(crate) struct Merged {
    pub(crate) database: usize,
    pub(crate) table: String,
    pub(crate) key: i64,
    pub(crate) stored: Stored,
}

/// A table that could not be read to its end.
pub(crate) struct Failure {
    pub(crate) database: usize,
    pub(crate) table: String,
    pub(crate) reason: String,
}

impl Merge {
    pub(crate) fn add(&mut self, database: usize, table: &str, rows: Rows) {
        self.shards.push(Shard { database, table: table.to_owned(), rows });
    }

    /// Returns the row with the least key; among equals that of the table that was added first.
    pub(crate) fn next(&mut self, databases: &[Database]) -> Option<Merged> {
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
        Some(Merged { database: shard.database, table: shard.table.clone(), key, stored })
    }

    /// Returns the tables that could not be read to their end, once.
    pub(crate) fn failures(&mut self) -> Vec<Failure> {
        let failed = |shard: &mut Shard| {
            let reason = shard.rows.take_failure()?;
            Some(Failure { database: shard.database, table: shard.table.clone(), reason })
        };
        self.shards.iter_mut().filter_map(failed).collect()
    }
}
