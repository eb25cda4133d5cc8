//! The blob store: attachments by digest, written and made durable before the rows that name them are committed.
//!
//! A blob that no row names is harmless: it is what a process leaves that was killed before its commit.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use duces_files::{Batch, Disk, FailureKind, FilesError, Written, measure};
use duces_model::{BlobSource, Digest, Hasher};

use crate::error::Result;

/// The attachments of a matter, by the SHA-256 of their bytes.
#[derive(Debug)]
pub struct BlobStore {
    folder: PathBuf,
    disk: Disk,
    batch: OnceLock<Batch>,
    partial: AtomicU64,
    /// Blobs that this process has read and found whole, with the time at which they last changed; the same sticker is
    /// sent a thousand times.
    whole: Mutex<HashMap<Digest, SystemTime>>,
}

impl BlobStore {
    pub(crate) fn new(folder: PathBuf, disk: Disk) -> Self {
        Self { folder, disk, batch: OnceLock::new(), partial: AtomicU64::new(0), whole: Mutex::default() }
    }

    /// Returns where a blob lies, whether or not it is there.
    pub fn path(&self, digest: &Digest) -> PathBuf {
        let hex = digest.to_string();
        self.folder.join("sha256").join(&hex[..2]).join(&hex[2..4]).join(&hex)
    }

    /// Stores a file and returns its digest and size; a blob that is there already is checked and kept.
    pub fn put(&self, source: &Path) -> Result<(Digest, u64), PutError> {
        let found = measure(source).map_err(PutError::Source)?;
        if self.holds(&found)? {
            return Ok((found.digest, found.size));
        }
        let file = File::open(source).map_err(|e| PutError::Source(FilesError::from_write(e, source)))?;
        self.store(&mut Source { file, path: source })
    }

    /// Stores bytes and returns their digest and size.
    pub fn put_bytes(&self, bytes: &[u8]) -> Result<(Digest, u64), PutError> {
        let found = Written::of(bytes);
        if self.holds(&found)? {
            return Ok((found.digest, found.size));
        }
        self.store(&mut Source { file: bytes, path: Path::new("bytes in memory") })
    }

    /// Makes durable what was stored so far. The rows that name it may be committed afterwards, never before.
    pub fn sync(&self) -> Result<()> {
        match self.batch.get() {
            Some(batch) => Ok(batch.sync()?),
            None => Ok(()),
        }
    }

    /// Returns whether the store holds these bytes; a blob that an interrupted run left damaged counts as absent.
    fn holds(&self, found: &Written) -> Result<bool, PutError> {
        let path = self.path(&found.digest);
        match path.metadata() {
            Ok(meta) if meta.len() == found.size => {
                let changed = meta.modified().ok();
                if changed.is_some() && self.whole().get(&found.digest).copied() == changed {
                    return Ok(true);
                }
                // What an earlier run may have left unsynced is synced with this run's.
                self.batch()?;
                let is_whole = measure(&path).map_err(PutError::Store)?.digest == found.digest;
                if let Some(changed) = changed.filter(|_| is_whole) {
                    self.whole().insert(found.digest, changed);
                }
                Ok(is_whole)
            }
            _ => Ok(false),
        }
    }

    fn whole(&self) -> std::sync::MutexGuard<'_, HashMap<Digest, SystemTime>> {
        self.whole.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store<R: Read>(&self, source: &mut Source<'_, R>) -> Result<(Digest, u64), PutError> {
        let batch = self.batch()?;
        let (partial, written) = self.write_partial(batch, source)?;
        let path = self.path(&written.digest);
        match self.publish(batch, &partial, &path) {
            Ok(()) => {}
            // Either another thread stored the same bytes just now, or what lies there is damaged: this copy is good.
            Err(e) if e.kind() == FailureKind::Exists => self.disk.replace(&partial, &path).map_err(PutError::Store)?,
            Err(e) => return Err(PutError::Store(e)),
        }
        Ok((written.digest, written.size))
    }

    /// Gives a blob its name; its folders are made where they are not there yet.
    fn publish(&self, batch: &Batch, partial: &Path, path: &Path) -> Result<(), FilesError> {
        let folder = path.parent().expect("a blob's path has folders");
        if !folder.is_dir() {
            batch.create_dir_all(folder)?;
        }
        batch.rename(partial, path)
    }

    fn write_partial<R: Read>(
        &self,
        batch: &Batch,
        source: &mut Source<'_, R>,
    ) -> Result<(PathBuf, Written), PutError> {
        let mut file = loop {
            let n = self.partial.fetch_add(1, Ordering::Relaxed);
            match batch.create_new(&self.folder.join("partial").join(n.to_string())) {
                Ok(file) => break file,
                // Another process's, or the rest of one that was killed.
                Err(e) if e.kind() == FailureKind::Exists => {}
                Err(e) => return Err(PutError::Store(e)),
            }
        };
        let partial = file.path().to_owned();
        let mut buffer = vec![0; 128 * 1024];
        loop {
            match source.file.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => {
                    file.write_all(&buffer[..n]).map_err(|e| PutError::Store(FilesError::from_write(e, &partial)))?
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    // The rest of it is swept when the matter is next written to.
                    let _ = self.disk.remove_file(&partial);
                    return Err(PutError::Source(FilesError::from_write(e, source.path)));
                }
            }
        }
        let written = file.finish().map_err(PutError::Store)?;
        Ok((partial, written))
    }

    fn batch(&self) -> Result<&Batch, PutError> {
        if let Some(batch) = self.batch.get() {
            return Ok(batch);
        }
        let partial = self.folder.join("partial");
        self.disk.create_dir_all(&partial).map_err(PutError::Store)?;
        let batch = Batch::open(&self.disk, &self.folder).map_err(PutError::Store)?;
        Ok(self.batch.get_or_init(|| batch))
    }

    /// Removes what a killed process left half written. Only for the holder of the matter's lock.
    pub(crate) fn sweep(&self) -> Result<()> {
        let Ok(entries) = fs::read_dir(self.folder.join("partial")) else { return Ok(()) };
        for entry in entries.flatten() {
            self.disk.remove_file(&entry.path())?;
        }
        Ok(())
    }

    fn open(&self, digest: &Digest) -> io::Result<File> {
        let path = self.path(digest);
        File::open(&path).map_err(|e| io::Error::new(e.kind(), format!("blob `{}`: {e}", path.display())))
    }
}

struct Source<'a, R> {
    file: R,
    path: &'a Path,
}

/// Which side failed when a file was stored: the source's failure is a finding, the store's ends the import.
#[derive(Debug)]
pub enum PutError {
    /// The file could not be read.
    Source(FilesError),
    /// The blob could not be written.
    Store(FilesError),
}

impl BlobSource for BlobStore {
    fn read(&self, digest: &Digest) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(digest)?.read_to_end(&mut bytes)?;
        if Digest::of(&bytes) == *digest { Ok(bytes) } else { Err(damaged(digest)) }
    }

    fn copy(&self, digest: &Digest, sink: &mut dyn Write) -> io::Result<u64> {
        let mut file = self.open(digest)?;
        let (mut hasher, mut size) = (Hasher::new(), 0);
        let mut buffer = vec![0; 128 * 1024];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => {
                    hasher.update(&buffer[..n]);
                    sink.write_all(&buffer[..n])?;
                    size += n as u64;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        if hasher.finish() == *digest { Ok(size) } else { Err(damaged(digest)) }
    }
}

fn damaged(digest: &Digest) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("blob {digest} no longer has the bytes that were collected"))
}
