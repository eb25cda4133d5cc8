//! Files that are hashed while they are written, and the measuring of files that are there.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use duces_model::{Digest, Hasher};

use crate::disk::Disk;
use crate::error::{FilesError, Result};

/// What was written: enough to list it, to check it, and to pack it without reading it twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The SHA-256 of the bytes.
    pub digest: Digest,
    /// How many bytes.
    pub size: u64,
    /// The CRC-32 that ZIP asks for before the bytes.
    pub crc32: u32,
}

impl Written {
    /// Returns what writing `bytes` would give.
    pub fn of(bytes: &[u8]) -> Self {
        Self { digest: Digest::of(bytes), size: bytes.len() as u64, crc32: crc32fast::hash(bytes) }
    }
}

const BUFFER: usize = 64 * 1024;

/// A file being written; the only way in which bytes get to disk here.
///
/// Small writes are gathered. Bytes are counted into the digests when the system has taken them. A file that is
/// dropped without [`HashedFile::finish`] is incomplete and stays where it is: a stage is then never published.
#[derive(Debug)]
pub struct HashedFile {
    disk: Disk,
    path: PathBuf,
    file: File,
    gathered: Vec<u8>,
    sums: Sums,
    sync: bool,
}

impl Disk {
    /// Creates a file that must not be there yet; it is synced when it is finished.
    pub fn create_new(&self, path: &Path) -> Result<HashedFile> {
        Ok(HashedFile::new(self.clone(), path, self.create_file(path)?, true))
    }
}

impl HashedFile {
    pub(crate) fn new(disk: Disk, path: &Path, file: File, sync: bool) -> Self {
        Self { disk, path: path.to_owned(), file, gathered: Vec::new(), sums: Sums::default(), sync }
    }

    /// Returns the file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes what is left and, unless the file belongs to a batch that is synced as a whole, syncs it.
    pub fn finish(mut self) -> Result<Written> {
        self.drain().map_err(|e| FilesError::from_write(e, &self.path))?;
        if self.sync {
            let synced = self.disk.step().and_then(|()| self.file.sync_all());
            synced.map_err(|source| FilesError::io("sync", &self.path, source))?;
        }
        Ok(self.sums.finish())
    }

    fn drain(&mut self) -> io::Result<()> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let gathered = std::mem::take(&mut self.gathered);
        let outcome = self.put(&gathered);
        self.gathered = gathered;
        self.gathered.clear();
        outcome
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = self.disk.step().and_then(|()| self.file.write_all(bytes));
        written.map_err(|source| io::Error::from(FilesError::io("write", &self.path, source)))?;
        self.sums.update(bytes);
        Ok(())
    }
}

impl Write for HashedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gathered.len() + bytes.len() > BUFFER {
            self.drain()?;
        }
        if bytes.len() >= BUFFER {
            self.put(bytes)?;
        } else {
            self.gathered.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.drain()
    }
}

/// Both sums over the same bytes.
#[derive(Clone, Default)]
struct Sums {
    digest: Hasher,
    crc: crc32fast::Hasher,
    size: u64,
}

impl std::fmt::Debug for Sums {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sums({} bytes)", self.size)
    }
}

impl Sums {
    fn update(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.crc.update(bytes);
        self.size += bytes.len() as u64;
    }

    fn finish(self) -> Written {
        Written { digest: self.digest.finish(), size: self.size, crc32: self.crc.finalize() }
    }
}

/// Reads a file to its end and returns its sums.
pub fn measure(path: &Path) -> Result<Written> {
    let file = File::open(path).map_err(|source| FilesError::io("open", path, source))?;
    measure_from(file).map_err(|source| FilesError::io("read", path, source))
}

/// Reads to the end and returns the sums of what came.
pub fn measure_from(mut reader: impl Read) -> io::Result<Written> {
    let mut sums = Sums::default();
    let mut buffer = vec![0; 2 * BUFFER];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(sums.finish()),
            Ok(n) => sums.update(&buffer[..n]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}
