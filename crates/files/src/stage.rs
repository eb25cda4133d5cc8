//! The folder a production is built in, and its publication by one rename.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;

use crate::batch::Batch;
use crate::disk::Disk;
use crate::error::{FilesError, Result};
use crate::hashed::{HashedFile, Written};

/// A folder `NAME.partial` that is written into by any number of threads and published under its final name.
///
/// Order: files are written and finished, [`Stage::sync_all`] returns, and only then does [`Stage::publish`]
/// rename and sync the parent. So whoever sees the final name sees all bytes, after a crash too. A stage that is
/// dropped stays on disk for whoever recovers it ([`Stage::reopen`], [`Stage::discard`]).
#[derive(Debug)]
pub struct Stage {
    batch: Batch,
    made: Mutex<BTreeSet<PathBuf>>,
}

impl Stage {
    /// Creates the stage; `folder` must not exist, the folder above it may.
    pub fn create(disk: &Disk, folder: &Path) -> Result<Self> {
        if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
            disk.create_dir_all(above)?;
        }
        disk.create_dir(folder)?;
        Self::reopen(disk, folder)
    }

    /// Opens a stage that an earlier run left behind.
    pub fn reopen(disk: &Disk, folder: &Path) -> Result<Self> {
        Ok(Self { batch: Batch::open(disk, folder)?, made: Mutex::default() })
    }

    /// Returns the stage's folder.
    pub fn folder(&self) -> &Path {
        self.batch.folder()
    }

    /// Returns the file system the stage writes to.
    pub fn disk(&self) -> &Disk {
        self.batch.disk()
    }

    /// Returns where `rel`, a path with `/` between its parts, lies on disk; refuses one that leaves the stage.
    pub fn path(&self, rel: &str) -> Result<PathBuf> {
        let refuse = |why| Err(FilesError::Name { name: rel.to_owned(), why });
        if rel.is_empty() || rel.contains(['\\', '\0']) {
            return refuse("it is empty or holds a backslash or a null");
        }
        if !Path::new(rel).components().all(|part| matches!(part, Component::Normal(_))) {
            return refuse("it would leave the folder");
        }
        Ok(self.folder().join(rel))
    }

    /// Creates a file, and the folders above it, below the stage. The file must not be there yet.
    pub fn create_file(&self, rel: &str) -> Result<HashedFile> {
        let path = self.path(rel)?;
        let above = path.parent().expect("a path below the stage has a parent");
        self.make_folder(above)?;
        self.batch.create_new(&path)
    }

    /// Writes a whole file below the stage.
    pub fn write_file(&self, rel: &str, bytes: &[u8]) -> Result<Written> {
        let mut file = self.create_file(rel)?;
        file.write_all(bytes).map_err(|e| FilesError::from_write(e, file.path()))?;
        file.finish()
    }

    fn make_folder(&self, folder: &Path) -> Result<()> {
        let made = || self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if folder == self.folder() || made().contains(folder) {
            return Ok(());
        }
        self.batch.create_dir_all(folder)?;
        made().insert(folder.to_owned());
        Ok(())
    }

    /// Makes everything written so far durable, names included. All files must be finished.
    pub fn sync_all(&self) -> Result<()> {
        self.batch.sync()
    }

    /// Syncs what is not yet synced, gives the stage its final name in one step, and syncs the folder above.
    ///
    /// Refuses where `to` exists. On an error nothing stands under the final name, except where only the last
    /// step failed: then the whole stands there, and a crash of the machine may take the name back.
    pub fn publish(self, to: &Path) -> Result<()> {
        self.sync_all()?;
        self.disk().rename(self.folder(), to)?;
        match to.parent() {
            Some(above) if !above.as_os_str().is_empty() => self.disk().sync_dir(above),
            _ => self.disk().sync_dir(Path::new(".")),
        }
    }

    /// Removes the stage and everything in it.
    pub fn discard(self) -> Result<()> {
        self.disk().remove_dir_all(self.folder())
    }
}

/// Writes a file beside its final name, syncs it and renames it over whatever stood there, in one step.
pub fn write_atomically(disk: &Disk, path: &Path, bytes: &[u8]) -> Result<Written> {
    write_beside(disk, path, bytes, Disk::replace)
}

/// Writes a file like [`write_atomically`], but refuses where the name stands already.
pub fn write_new(disk: &Disk, path: &Path, bytes: &[u8]) -> Result<Written> {
    write_beside(disk, path, bytes, Disk::rename)
}

fn write_beside(
    disk: &Disk,
    path: &Path,
    bytes: &[u8],
    place: impl FnOnce(&Disk, &Path, &Path) -> Result<()>,
) -> Result<Written> {
    let Some(name) = path.file_name() else {
        return Err(FilesError::Name { name: path.display().to_string(), why: "it names no file" });
    };
    let mut beside = name.to_owned();
    beside.push(".partial");
    let beside = path.with_file_name(beside);
    // What a crash left behind is in the way and worth nothing.
    if beside.symlink_metadata().is_ok() {
        disk.remove_file(&beside)?;
    }
    let outcome = fill(disk, &beside, bytes).and_then(|written| place(disk, &beside, path).map(|()| written));
    if outcome.is_err() && beside.symlink_metadata().is_ok() {
        // The first failure is the one to report; this one only leaves a `.partial` that the next run removes.
        let _ = disk.remove_file(&beside);
    }
    let written = outcome?;
    let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    disk.sync_dir(above)?;
    Ok(written)
}

fn fill(disk: &Disk, path: &Path, bytes: &[u8]) -> Result<Written> {
    let mut file = disk.create_new(path)?;
    file.write_all(bytes).map_err(|e| FilesError::from_write(e, path))?;
    file.finish()
}
