//! The seam to the file system: every call that changes something passes here, is counted, and can be made to fail.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{FilesError, Result};

/// The file system as everything that writes sees it. Clones share one count of calls.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    fault: Option<Arc<Fault>>,
}

#[derive(Debug)]
struct Fault {
    calls: AtomicU64,
    fails_at: u64,
    kind: io::ErrorKind,
}

impl Disk {
    /// Returns the real file system.
    pub fn real() -> Self {
        Self::default()
    }

    /// Returns a file system whose `n`-th call (from 1) and all later ones fail as on a full disk; for tests.
    ///
    /// Counted is each creating, writing, syncing, renaming and removing. A disk that is full stays full, so the
    /// clean-up after the failure meets the failure too.
    pub fn failing(n: u64) -> Self {
        Self::failing_with(n, io::ErrorKind::StorageFull)
    }

    /// Returns a file system like [`Disk::failing`] with another kind of failure; for tests.
    pub fn failing_with(n: u64, kind: io::ErrorKind) -> Self {
        Self { fault: Some(Arc::new(Fault { calls: AtomicU64::new(0), fails_at: n, kind })) }
    }

    /// Returns how many calls were counted; 0 on the real file system, which does not count.
    pub fn calls(&self) -> u64 {
        self.fault.as_ref().map_or(0, |fault| fault.calls.load(Ordering::SeqCst))
    }

    /// Counts one call and fails it where it is its turn.
    pub(crate) fn step(&self) -> io::Result<()> {
        let Some(fault) = &self.fault else { return Ok(()) };
        let call = fault.calls.fetch_add(1, Ordering::SeqCst) + 1;
        if call >= fault.fails_at { Err(fault.kind.into()) } else { Ok(()) }
    }

    fn run<T>(&self, what: &'static str, path: &Path, act: impl FnOnce() -> io::Result<T>) -> Result<T> {
        self.step().and_then(|()| act()).map_err(|source| FilesError::io(what, path, source))
    }

    /// Creates a folder and those above it, where they are not there yet.
    pub fn create_dir_all(&self, folder: &Path) -> Result<()> {
        self.run("create folder", folder, || fs::create_dir_all(folder))
    }

    /// Creates a folder that must not be there yet.
    pub fn create_dir(&self, folder: &Path) -> Result<()> {
        self.run("create folder", folder, || fs::create_dir(folder)).map_err(exists)
    }

    pub(crate) fn create_file(&self, path: &Path) -> Result<File> {
        self.run("create", path, || OpenOptions::new().write(true).create_new(true).open(path)).map_err(exists)
    }

    /// Syncs a folder, so that the names in it survive a crash.
    pub fn sync_dir(&self, folder: &Path) -> Result<()> {
        self.run("sync folder", folder, || sync_folder(folder))
    }

    /// Renames a file or folder; refuses where the target stands already.
    pub fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.run("rename to", to, || rename_to_new(from, to)).map_err(exists)
    }

    /// Renames a file over another, which is replaced in one step.
    pub fn replace(&self, from: &Path, to: &Path) -> Result<()> {
        self.run("replace", to, || fs::rename(from, to))
    }

    /// Removes a folder and everything in it.
    pub fn remove_dir_all(&self, folder: &Path) -> Result<()> {
        self.run("remove folder", folder, || fs::remove_dir_all(folder))
    }

    /// Removes a file.
    pub fn remove_file(&self, path: &Path) -> Result<()> {
        self.run("remove", path, || fs::remove_file(path))
    }
}

fn exists(error: FilesError) -> FilesError {
    match error {
        FilesError::Io { path, source, .. }
            if matches!(source.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty) =>
        {
            FilesError::Exists { path }
        }
        other => other,
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened for syncing; its entries are written through with the files.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Renames in one step that fails where the target exists: a plain rename would replace an empty folder or a file.
#[cfg(target_os = "linux")]
fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some file systems do not know the flag.
        Err(Errno::INVAL | Errno::NOSYS) => rename_after_look(from, to),
        other => other.map_err(Into::into),
    }
}

#[cfg(not(target_os = "linux"))]
fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    rename_after_look(from, to)
}

fn rename_after_look(from: &Path, to: &Path) -> io::Result<()> {
    if to.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}
