//! One transaction: rows go in, are digested, and are sealed by one ledger entry in the same commit.

use std::collections::BTreeMap;
use std::path::Path;

use duces_model::{Digest, Hasher, UtcMillis};
use rusqlite::{Connection, params, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{At, Result};
use crate::merkle;
use crate::schema::{Cell, T, TABLES};

/// Who did something and when, as the caller knows it; kept in the ledger and nowhere else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attribution {
    /// When.
    pub at: Option<UtcMillis>,
    /// Who.
    pub by: Option<String>,
}

/// What the ledger says about the rows of one table that an entry added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsDigest {
    /// How many.
    pub rows: u64,
    /// The SHA-256 over all their values, in order.
    pub sha256: Digest,
}

/// An entry of the ledger: who did what when over what, and which rows came with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The position, from 1; rows carry it as `since`.
    pub seq: i64,
    /// When, as the caller said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<UtcMillis>,
    /// Who, as the caller said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<String>,
    /// What was done, such as `import.batch`.
    pub act: String,
    /// Over what.
    pub over: Value,
    /// The rows added, by table.
    pub rows: BTreeMap<String, RowsDigest>,
}

/// A transaction that is open on a connection. Dropped without a commit, it is rolled back.
pub(crate) struct Tx<'c> {
    connection: &'c Connection,
    path: &'c Path,
    state: TxState,
    open: bool,
}

/// What a transaction keeps count of.
pub(crate) struct TxState {
    pub(crate) seq: i64,
    tables: Vec<TableState>,
}

struct TableState {
    insert: String,
    next: Option<i64>,
    rows: u64,
    hasher: Hasher,
}

impl TxState {
    pub(crate) fn begin(connection: &Connection, path: &Path) -> Result<Self> {
        let seq: i64 =
            connection.query_row("SELECT coalesce(max(seq), 0) + 1 FROM ledger", [], |row| row.get(0)).at(path)?;
        let tables = TABLES
            .iter()
            .map(|table| TableState { insert: table.insert(), next: None, rows: 0, hasher: Hasher::new() })
            .collect();
        Ok(Self { seq, tables })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tables.iter().all(|table| table.rows == 0)
    }

    pub(crate) fn insert(&mut self, connection: &Connection, path: &Path, table: T, cells: &[Cell<'_>]) -> Result<i64> {
        let state = &mut self.tables[table as usize];
        let id = match state.next {
            Some(id) => id,
            None => {
                let sql = format!("SELECT coalesce(max(id), 0) + 1 FROM {}", TABLES[table as usize].name);
                connection.query_row(&sql, [], |row| row.get(0)).at(path)?
            }
        };
        let head = [Cell::Int(id), Cell::Int(self.seq)];
        let mut statement = connection.prepare_cached(&state.insert).at(path)?;
        statement.execute(params_from_iter(head.iter().chain(cells))).at(path)?;
        for cell in head.iter().chain(cells) {
            cell.digest_into(&mut state.hasher);
        }
        state.next = Some(id + 1);
        state.rows += 1;
        Ok(id)
    }

    /// Writes the ledger entry and commits.
    pub(crate) fn commit(
        &mut self,
        connection: &Connection,
        path: &Path,
        attribution: &Attribution,
        act: &str,
        over: Value,
    ) -> Result<()> {
        let mut rows = BTreeMap::new();
        for (table, state) in TABLES.iter().zip(&mut self.tables) {
            if state.rows > 0 {
                let sha256 = std::mem::take(&mut state.hasher).finish();
                rows.insert(table.name.to_owned(), RowsDigest { rows: state.rows, sha256 });
            }
        }
        let Attribution { at, by } = attribution.clone();
        let entry = LedgerEntry { seq: self.seq, at, by, act: act.to_owned(), over, rows };
        let bytes = serde_json::to_vec(&entry).expect("an entry has string keys and finite numbers only");
        let leaf = merkle::leaf_hash(&bytes);
        connection
            .prepare_cached("INSERT INTO ledger (seq, entry, leaf) VALUES (?, ?, ?)")
            .and_then(|mut statement| statement.execute(params![self.seq, bytes, leaf.as_bytes()]))
            .at(path)?;
        connection.execute_batch("COMMIT").at(path)
    }
}

impl<'c> Tx<'c> {
    /// Begins a transaction that may write.
    pub(crate) fn begin(connection: &'c Connection, path: &'c Path) -> Result<Self> {
        connection.execute_batch("BEGIN IMMEDIATE").at(path)?;
        Self::in_transaction(connection, path)
    }

    /// Takes over a transaction that has been begun.
    pub(crate) fn in_transaction(connection: &'c Connection, path: &'c Path) -> Result<Self> {
        Ok(Self { connection, path, state: TxState::begin(connection, path)?, open: true })
    }

    pub(crate) fn insert(&mut self, table: T, cells: &[Cell<'_>]) -> Result<i64> {
        self.state.insert(self.connection, self.path, table, cells)
    }

    pub(crate) fn commit(mut self, attribution: &Attribution, act: &str, over: Value) -> Result<()> {
        self.state.commit(self.connection, self.path, attribution, act, over)?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if self.open {
            // Nothing is lost where even this fails: what is not committed is not there.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}
