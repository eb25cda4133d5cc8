//! The matter folder: made, opened, locked for writing, and handed to readers.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use duces_files::{Disk, write_atomically};
use duces_model::Zone;
use duces_query::Profile;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};

use crate::blobs::BlobStore;
use crate::error::{ArchiveError, At, Result};
use crate::gate;
use crate::reader::Reader;
use crate::schema::{self, FORMAT};
use crate::tx::{Attribution, Tx};

const CONFIG: &str = "matter.toml";
const DATABASE: &str = "archive.db";
const LOCK: &str = "matter.lock";

/// What a matter is set to when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterConfig {
    /// The name for people.
    pub name: String,
    /// The zone in which days are cut where a request names none.
    pub zone: Zone,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: i64,
    name: String,
    zone: String,
    normalisation: String,
}

/// A matter folder: rows, index and ledger in `archive.db`, attachments in `blobs/`, productions beside them.
///
/// An open matter holds no lock; [`Matter::writer`] takes it.
#[derive(Debug)]
pub struct Matter {
    dir: PathBuf,
    config: MatterConfig,
    blobs: BlobStore,
    disk: Disk,
}

impl Matter {
    /// Makes a matter in a folder that holds none; the folder may be there and must be empty.
    pub fn create(dir: &Path, config: &MatterConfig) -> Result<Self> {
        Self::create_on(Disk::real(), dir, config)
    }

    /// Makes a matter on a given disk.
    pub fn create_on(disk: Disk, dir: &Path, config: &MatterConfig) -> Result<Self> {
        refuse_other_contents(dir)?;
        disk.create_dir_all(dir)?;
        let matter = Self::at_dir(disk, dir, config.clone());
        let _lock = matter.lock()?;
        matter.create_database()?;
        let stored = Stored {
            format: FORMAT,
            name: config.name.clone(),
            zone: config.zone.name().to_owned(),
            normalisation: Profile::default().name().to_owned(),
        };
        let text = toml::to_string(&stored).expect("strings and a number are TOML");
        // The settings come last: a folder without them is no matter yet, and creating it again goes on.
        write_atomically(&matter.disk, &dir.join(CONFIG), text.as_bytes())?;
        Ok(matter)
    }

    /// Opens a matter.
    pub fn open(dir: &Path) -> Result<Self> {
        Self::open_on(Disk::real(), dir)
    }

    /// Opens a matter on a given disk.
    pub fn open_on(disk: Disk, dir: &Path) -> Result<Self> {
        let path = dir.join(CONFIG);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let what =
                    if dir.exists() { format!("it has no `{CONFIG}`") } else { "there is no such folder".into() };
                return Err(ArchiveError::Missing { path: dir.to_owned(), what });
            }
            Err(source) => return Err(ArchiveError::Io { path, source }),
        };
        let config = config_from_toml(&path, &text)?;
        let matter = Self::at_dir(disk, dir, config);
        matter.connect(false)?;
        Ok(matter)
    }

    fn at_dir(disk: Disk, dir: &Path, config: MatterConfig) -> Self {
        let blobs = BlobStore::new(dir.join("blobs"), disk.clone());
        Self { dir: dir.to_owned(), config, blobs, disk }
    }

    /// Returns the folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns the settings.
    pub fn config(&self) -> &MatterConfig {
        &self.config
    }

    /// Returns the folder of finished and unfinished productions, whether or not it is there yet.
    pub fn productions(&self) -> PathBuf {
        self.dir.join("productions")
    }

    /// Returns the attachments.
    pub fn blobs(&self) -> &BlobStore {
        &self.blobs
    }

    /// Returns a reader with its own connection; many may exist, also while somebody writes.
    pub fn reader(&self) -> Result<Reader> {
        Ok(Reader::new(self.connect(false)?, self.database()))
    }

    pub(crate) fn disk(&self) -> &Disk {
        &self.disk
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.dir.join(DATABASE)
    }

    /// Takes the lock; the system lets go of it when the process ends, however it ends.
    pub(crate) fn lock(&self) -> Result<Lock> {
        let path = self.dir.join(LOCK);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).at(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { file }),
            Err(TryLockError::WouldBlock) => Err(ArchiveError::Locked { path: self.dir.clone() }),
            Err(TryLockError::Error(source)) => Err(ArchiveError::Io { path, source }),
        }
    }

    pub(crate) fn connect(&self, to_write: bool) -> Result<Connection> {
        let path = self.database();
        if !path.is_file() {
            return Err(ArchiveError::damaged(&path, "the file is not there"));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&path, flags).at(&path)?;
        connection.set_prepared_statement_cache_capacity(64);
        prepare_connection(&connection, to_write).at(&path)?;
        check_format(&connection, &path)?;
        gate::close(&mut connection).at(&path)?;
        Ok(connection)
    }

    fn create_database(&self) -> Result<()> {
        let path = self.database();
        let connection = Connection::open(&path).at(&path)?;
        let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).at(&path)?;
        if found != 0 {
            return check_format(&connection, &path);
        }
        connection.execute_batch("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;").at(&path)?;
        prepare_connection(&connection, true).at(&path)?;
        connection.execute_batch(&format!("BEGIN IMMEDIATE;\n{}", schema::statements())).at(&path)?;
        let tx = Tx::in_transaction(&connection, &path)?;
        let over = serde_json::json!({ "name": self.config.name, "zone": self.config.zone.name() });
        tx.commit(&Attribution::default(), "matter.create", over)?;
        drop(connection);
        self.disk.sync_dir(&self.dir)?;
        Ok(())
    }
}

/// The right to write to a matter, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Drop for Lock {
    /// Closing the file is not enough: a process that is being started at this moment holds a copy of it for a while.
    fn drop(&mut self) {
        // Where unlocking fails, the system still lets go when the last copy is closed.
        drop(self.file.unlock());
    }
}

fn refuse_other_contents(dir: &Path) -> Result<()> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::NotADirectory => {
            return Err(ArchiveError::Exists { path: dir.to_owned(), what: "a file of that name".into() });
        }
        Err(source) => return Err(ArchiveError::Io { path: dir.to_owned(), source }),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.at(dir)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    if names.iter().any(|name| name == CONFIG) {
        return Err(ArchiveError::Exists { path: dir.to_owned(), what: "a matter".into() });
    }
    // The rest of a matter whose making was interrupted is not in the way.
    match names.iter().find(|name| !name.starts_with(DATABASE) && *name != LOCK) {
        Some(name) => Err(ArchiveError::Exists { path: dir.to_owned(), what: format!("`{name}`") }),
        None => Ok(()),
    }
}

fn config_from_toml(path: &Path, text: &str) -> Result<MatterConfig> {
    let config = |what: String| ArchiveError::Config { path: path.to_owned(), what };
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| config(e.message().to_owned()))?;
    match table.get("format").and_then(toml::Value::as_integer) {
        Some(FORMAT) => {}
        Some(found) => return Err(ArchiveError::Version { path: path.to_owned(), found, known: FORMAT }),
        None => return Err(config("it does not say which `format` the matter has".into())),
    }
    let stored: Stored = table.try_into().map_err(|e: toml::de::Error| config(e.message().to_owned()))?;
    if Profile::from_name(&stored.normalisation) != Some(Profile::default()) {
        return Err(config(format!("normalisation `{}` is not known to this version of duces", stored.normalisation)));
    }
    let zone = Zone::named(&stored.zone).map_err(|e| config(e.to_string()))?;
    Ok(MatterConfig { name: stored.name, zone })
}

fn prepare_connection(connection: &Connection, to_write: bool) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    // A plan that depends on the values bound would be made again for each of them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA recursive_triggers = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
    )?;
    if to_write {
        connection.execute_batch("PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8000;")
    } else {
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -32768;")
    }
}

fn check_format(connection: &Connection, path: &Path) -> Result<()> {
    let pragma = |name| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0)).at(path);
    if pragma("application_id")? != schema::APPLICATION_ID {
        return Err(ArchiveError::damaged(path, "it is a database, but not the archive of a matter"));
    }
    match pragma("user_version")? {
        FORMAT => Ok(()),
        found => Err(ArchiveError::Version { path: path.to_owned(), found, known: FORMAT }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_ends_although_a_starting_process_holds_a_copy_of_its_file() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let matter =
            Matter::create(&folder.path().join("matter"), &MatterConfig { name: "m".into(), zone: Zone::utc() })?;
        let lock = matter.lock()?;
        let copy = lock.file.try_clone().expect("a copy");
        assert!(matches!(matter.lock(), Err(ArchiveError::Locked { .. })));
        drop(lock);
        matter.lock()?;
        drop(copy);
        Ok(())
    }
}
