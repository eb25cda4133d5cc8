//! Opens the SQLite databases of a source, which are never changed and beside which nothing is written.
//!
//! A database is opened read-only and as immutable, so that SQLite makes no lock, no journal and no index file. What
//! stands in a write-ahead log or in a journal beside it is then not seen: where there is something, a private copy in
//! the caller's scratch folder is read instead, or it is said that it was not seen.

mod cell;
mod journal;
mod lookup;
mod merge;
mod opening;
mod rows;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

pub(crate) use cell::Cell;
use journal::{Beside, beside};
pub(crate) use lookup::{Lookup, digest_key, number_key};
pub(crate) use merge::Merge;
pub(crate) use opening::open;
pub(crate) use rows::{Rows, Stored, StoredRow};

use crate::IngestError;
use crate::magic;
use crate::source::io_error;

/// An open database and the plain tables in it.
pub(crate) struct Database {
    connection: Connection,
    tables: BTreeSet<String>,
    /// The folder of the private copy that is read; it is removed when the database is closed.
    _copy: Option<TempDir>,
}

impl Database {
    /// Opens a database as it stands in its file; nothing where the file is no plain SQLite database.
    pub(crate) fn open(path: &Path) -> Result<Option<Self>, IngestError> {
        if !magic::is_sqlite(path)? {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(immutable_uri(path), flags);
        Self::with(connection, path, None).map(Some)
    }

    /// Opens a database with what stands in the journal beside it: from a copy of both in the scratch folder.
    pub(crate) fn open_copy(path: &Path, scratch: &Path) -> Result<Self, IngestError> {
        let copying = |source| IngestError::Io { path: scratch.to_owned(), source };
        fs::create_dir_all(scratch).map_err(copying)?;
        let folder = tempfile::Builder::new().prefix("reading-").tempdir_in(scratch).map_err(copying)?;
        let copy = folder.path().join("copy.db");
        fs::copy(path, &copy).map_err(|source| io_error(path, source))?;
        for suffix in journal::SUFFIXES {
            let from = journal::with_suffix(path, suffix);
            if from.is_file() {
                fs::copy(&from, journal::with_suffix(&copy, suffix)).map_err(|source| io_error(&from, source))?;
            }
        }
        // SQLite brings the copy to the state it would itself show: it is the authority on what was committed.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::with(Connection::open_with_flags(&copy, flags), path, Some(folder))
    }

    fn with(connection: rusqlite::Result<Connection>, path: &Path, copy: Option<TempDir>) -> Result<Self, IngestError> {
        let broken =
            |error: rusqlite::Error| IngestError::Database { path: path.to_owned(), reason: error.to_string() };
        let connection = connection.map_err(broken)?;
        harden(&connection).map_err(broken)?;
        let tables = plain_tables(&connection).map_err(broken)?;
        Ok(Self { connection, tables, _copy: copy })
    }

    /// Returns the names of the plain tables, sorted; views and virtual tables are none.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(String::as_str)
    }

    /// Returns the columns that a table stores, in declared order; none where there is no such table.
    pub(crate) fn columns(&self, table: &str) -> Vec<String> {
        if !self.tables.contains(table) {
            return Vec::new();
        }
        stored_columns(&self.connection, table).unwrap_or_default()
    }

    /// Returns whether there is a table that has all of these columns, letters' case aside.
    pub(crate) fn has(&self, table: &str, columns: &[&str]) -> bool {
        if !self.tables.contains(table) {
            return false;
        }
        let there = self.columns(table);
        columns.iter().all(|wanted| there.iter().any(|column| column.eq_ignore_ascii_case(wanted)))
    }
}

/// What a file says must not lead to more work than reading its tables.
fn harden(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn plain_tables(connection: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    // A view may go on for ever, and a virtual table is whatever its module makes of it.
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND wr = 0 \
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut statement = connection.prepare(sql)?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    names.collect()
}

fn stored_columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0")?;
    let names = statement.query_map([table], |row| row.get::<_, String>(0))?;
    names.collect()
}

/// Returns a name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Returns the URI that opens a file as one that nobody changes.
fn immutable_uri(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut uri = String::from("file:");
    for byte in bytes_of(&path) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri.push_str("?mode=ro&immutable=1");
    uri
}

#[cfg(unix)]
fn bytes_of(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
fn bytes_of(path: &Path) -> Vec<u8> {
    // `C:\a` is written `/C:/a`, with the colon as it is told apart by SQLite after decoding.
    format!("/{}", path.to_string_lossy().replace('\\', "/")).into_bytes()
}

/// Returns the paths at which a journal of a database would stand.
pub(crate) fn journals(path: &Path) -> impl Iterator<Item = PathBuf> + use<'_> {
    journal::SUFFIXES.iter().map(|suffix| journal::with_suffix(path, suffix))
}

/// Returns the database that a journal's path belongs to.
pub(crate) fn database_of(journal: &Path) -> Option<PathBuf> {
    let name = journal.file_name()?.to_str()?;
    journal::SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix)).map(|name| journal.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_any_letters_is_opened_and_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a b.db", "聊天?x=1#y%41.db", "'quote\".db"] {
            let path = folder.path().join(name);
            let connection = Connection::open(&path).expect("made");
            connection.execute_batch("CREATE TABLE t(a); CREATE VIEW v AS SELECT 1 AS a;").expect("filled");
            drop(connection);
            let before = fs::read(&path).expect("read");
            let database = Database::open(&path).expect("opened").expect("a database");
            assert_eq!(database.tables().collect::<Vec<_>>(), ["t"], "{name}");
            assert!(database.has("t", &["A"]) && !database.has("v", &["a"]) && !database.has("t", &["b"]));
            assert!(database.connection.execute("INSERT INTO t VALUES(1)", []).is_err());
            drop(database);
            assert_eq!(fs::read(&path).expect("read"), before);
        }
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 3);
    }
}
