//! Files that are written now and made durable together.
//!
//! Syncing many small files one by one costs a journal commit each. On Linux one `syncfs` on the file system
//! that holds them commits all of them: it returns only when every byte and every name written before it is on
//! disk, and (since Linux 5.8) it reports any write-back error since its descriptor was opened, which is why the
//! descriptor is opened before the first file is. Elsewhere each file and folder of the batch is synced in turn.

#[cfg(not(target_os = "linux"))]
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
#[cfg(not(target_os = "linux"))]
use std::path::PathBuf;
#[cfg(not(target_os = "linux"))]
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::disk::Disk;
use crate::error::{FilesError, Result};
use crate::hashed::HashedFile;

/// Files below one folder that are written without syncing each, then synced as one.
#[derive(Debug)]
pub struct Batch {
    disk: Disk,
    folder: std::path::PathBuf,
    #[cfg(target_os = "linux")]
    anchor: File,
    #[cfg(not(target_os = "linux"))]
    pending: Mutex<BTreeSet<PathBuf>>,
    dirty: AtomicBool,
}

impl Batch {
    /// Opens a batch on a folder that is there. All its files must lie below, on the same file system.
    pub fn open(disk: &Disk, folder: &Path) -> Result<Self> {
        Ok(Self {
            disk: disk.clone(),
            folder: folder.to_owned(),
            #[cfg(target_os = "linux")]
            anchor: File::open(folder).map_err(|source| FilesError::io("open folder", folder, source))?,
            #[cfg(not(target_os = "linux"))]
            pending: Mutex::default(),
            // What an earlier run left unsynced is synced with the rest.
            dirty: AtomicBool::new(true),
        })
    }

    /// Returns the file system the batch writes to.
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Creates a file that must not be there yet. Finishing it does not sync it; [`Batch::sync`] does.
    pub fn create_new(&self, path: &Path) -> Result<HashedFile> {
        let file = self.disk.create_file(path)?;
        self.note(path);
        Ok(HashedFile::new(self.disk.clone(), path, file, false))
    }

    /// Creates a folder and those above it, where they are not there yet.
    pub fn create_dir_all(&self, folder: &Path) -> Result<()> {
        self.disk.create_dir_all(folder)?;
        self.note(folder);
        Ok(())
    }

    /// Renames a file of the batch; refuses where the target stands already.
    pub fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.disk.rename(from, to)?;
        self.note(to);
        Ok(())
    }

    #[cfg(target_os = "linux")]
    fn note(&self, _path: &Path) {
        self.dirty.store(true, Ordering::SeqCst);
    }

    #[cfg(not(target_os = "linux"))]
    fn note(&self, path: &Path) {
        let mut pending = self.pending.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        pending.insert(path.to_owned());
        self.dirty.store(true, Ordering::SeqCst);
    }

    /// Makes durable what was written so far. The files must be finished. Does nothing where nothing was written.
    pub fn sync(&self) -> Result<()> {
        if !self.dirty.swap(false, Ordering::SeqCst) {
            return Ok(());
        }
        let synced = self.disk.step().map_err(|source| FilesError::io("sync", &self.folder, source));
        let synced = synced.and_then(|()| self.sync_everything());
        if synced.is_err() {
            self.dirty.store(true, Ordering::SeqCst);
        }
        synced
    }

    #[cfg(target_os = "linux")]
    fn sync_everything(&self) -> Result<()> {
        rustix::fs::syncfs(&self.anchor).map_err(|e| FilesError::io("sync", &self.folder, e.into()))
    }

    #[cfg(not(target_os = "linux"))]
    fn sync_everything(&self) -> Result<()> {
        let pending = self.pending.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let mut folders = BTreeSet::from([self.folder.clone()]);
        for path in &pending {
            // A file that was renamed is noted under its new name too.
            if path.is_dir() {
                folders.insert(path.clone());
            } else if path.exists() {
                // Syncing works through any descriptor of the file; Windows wants one that may write.
                let file = File::options().write(true).open(path);
                let synced = file.and_then(|file| file.sync_all());
                synced.map_err(|source| FilesError::io("sync", path, source))?;
            }
            let above = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.folder));
            folders.extend(above.map(Path::to_owned));
        }
        for folder in folders.iter().rev() {
            self.disk.sync_dir(folder)?;
        }
        self.pending.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
        Ok(())
    }
}
