//! Writes ZIPs: the same entries give the same bytes, hashed while they are written.
//!
//! Every entry's size and CRC-32 are known before its bytes (a [`Written`] tells them, or the bytes are in memory),
//! so each header is complete when it is written: no seeking back, which would forbid hashing on the way, and no
//! data descriptors, which streaming readers refuse on stored entries. The `zip` crate's writer needs one of the
//! two, or the whole entry in memory, hence these few headers of our own; it reads and judges them in the tests.
//!
//! Fixed in every entry: the time 1980-01-01 00:00, Unix mode 0644, no extra field but Zip64 where a number needs
//! it, no comment. Clauses are those of PKWARE's APPNOTE.TXT 6.3.

use std::cell::RefCell;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use libdeflater::{CompressionLvl, Compressor};

use crate::disk::Disk;
use crate::error::{FilesError, Result};
use crate::hashed::{HashedFile, Written};
use crate::zip_header::{DEFLATED, Entry, STORED, end_of_directory};
use crate::zip_name::{Names, fault_of};

/// The largest content that is deflated; more is stored, since an entry is deflated in memory in one piece.
pub const DEFLATE_LIMIT: u64 = 64 * 1024 * 1024;

/// The balance of size and time; higher levels take three times as long for a twentieth less.
const LEVEL: i32 = 6;

/// Content that is deflated and ready to be added; workers make these in parallel, the bytes stay the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deflated {
    method: u16,
    data: Vec<u8>,
    size: u64,
    crc32: u32,
}

thread_local! {
    /// A compressor takes long to make; it keeps nothing from one piece to the next.
    static COMPRESSOR: RefCell<Compressor> =
        RefCell::new(Compressor::new(CompressionLvl::new(LEVEL).expect("6 is a level")));
}

impl Deflated {
    /// Deflates `bytes`, or keeps them as they are where that is no longer or they are above [`DEFLATE_LIMIT`].
    pub fn of(bytes: &[u8]) -> Self {
        let crc32 = crc32fast::hash(bytes);
        let size = bytes.len() as u64;
        if size <= DEFLATE_LIMIT
            && let Some(data) = deflate(bytes)
        {
            return Self { method: DEFLATED, data, size, crc32 };
        }
        Self { method: STORED, data: bytes.to_vec(), size, crc32 }
    }

    /// Reads and deflates a file that is to be added; fails where it is no longer what `expected` says.
    ///
    /// Above [`DEFLATE_LIMIT`] use [`ZipOut::add_stored_file`], which does not hold the file in memory.
    pub fn of_file(path: &Path, expected: &Written) -> Result<Self> {
        let mut bytes = Vec::new();
        // One byte more than expected is enough to see that a file has grown.
        let taken = open(path)?.take(expected.size.saturating_add(1)).read_to_end(&mut bytes);
        taken.map_err(|source| FilesError::io("read", path, source))?;
        let content = Self::of(&bytes);
        check(path, expected, content.size, content.crc32)?;
        Ok(content)
    }

    /// Returns how many bytes the entry will take, headers apart.
    pub fn packed_size(&self) -> u64 {
        self.data.len() as u64
    }
}

/// Deflates into fewer bytes than were given, or not at all.
fn deflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut data = vec![0; bytes.len().saturating_sub(1)];
    let length = COMPRESSOR.with_borrow_mut(|compressor| compressor.deflate_compress(bytes, &mut data)).ok()?;
    data.truncate(length);
    Some(data)
}

/// A ZIP being written. Entries stand in the order of the calls.
pub struct ZipOut {
    out: HashedFile,
    offset: u64,
    entries: Vec<Entry>,
    names: Names,
}

impl ZipOut {
    /// Creates the ZIP; the file must not be there yet.
    pub fn create(disk: &Disk, path: &Path) -> Result<Self> {
        Ok(Self::new(disk.create_new(path)?))
    }

    /// Writes the ZIP into a file that was just created.
    pub fn new(out: HashedFile) -> Self {
        Self { out, offset: 0, entries: Vec::new(), names: Names::default() }
    }

    /// Adds bytes as they are.
    pub fn add_stored(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let size = bytes.len() as u64;
        self.start(name, STORED, crc32fast::hash(bytes), size, size)?;
        self.put(bytes)
    }

    /// Adds bytes deflated, where that is shorter.
    pub fn add_deflated(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.add_prepared(name, &Deflated::of(bytes))
    }

    /// Adds content that was deflated before.
    pub fn add_prepared(&mut self, name: &str, content: &Deflated) -> Result<()> {
        self.start(name, content.method, content.crc32, content.packed_size(), content.size)?;
        self.put(&content.data)
    }

    /// Adds a file on disk as it is, in one pass. Fails where the file is no longer what `expected` says.
    pub fn add_stored_file(&mut self, name: &str, path: &Path, expected: &Written) -> Result<()> {
        self.start(name, STORED, expected.crc32, expected.size, expected.size)?;
        let mut file = open(path)?;
        let mut crc = crc32fast::Hasher::new();
        let mut size = 0;
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let read = file.read(&mut buffer).map_err(|source| FilesError::io("read", path, source))?;
            if read == 0 {
                break;
            }
            size += read as u64;
            crc.update(&buffer[..read]);
            self.put(&buffer[..read])?;
        }
        check(path, expected, size, crc.finalize())
    }

    /// Adds a file on disk deflated, where that is shorter and it is no larger than [`DEFLATE_LIMIT`].
    pub fn add_deflated_file(&mut self, name: &str, path: &Path, expected: &Written) -> Result<()> {
        if expected.size > DEFLATE_LIMIT {
            return self.add_stored_file(name, path, expected);
        }
        self.add_prepared(name, &Deflated::of_file(path, expected)?)
    }

    fn start(&mut self, name: &str, method: u16, crc32: u32, packed: u64, size: u64) -> Result<()> {
        let refuse = |why| Err(FilesError::Name { name: name.to_owned(), why });
        if !name.is_ascii() {
            return refuse("it is not ASCII, and readers disagree on what else a name may be");
        }
        if let Some(why) = fault_of(name) {
            return refuse(why);
        }
        if self.names.add(name, false).is_err() {
            return refuse("the ZIP has it already, or one that differs in case only");
        }
        let entry = Entry { name: name.to_owned(), method, crc32, packed, size, offset: self.offset };
        self.put(&entry.local_header())?;
        self.entries.push(entry);
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|e| FilesError::from_write(e, self.out.path()))?;
        self.offset += bytes.len() as u64;
        Ok(())
    }

    /// Writes the central directory and returns the sums of the whole ZIP.
    pub fn finish(mut self) -> Result<Written> {
        let start = self.offset;
        let entries = std::mem::take(&mut self.entries);
        for entry in &entries {
            self.put(&entry.central_header())?;
        }
        let end = end_of_directory(entries.len() as u64, start, self.offset - start);
        self.put(&end)?;
        self.out.finish()
    }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|source| FilesError::io("open", path, source))
}

fn check(path: &Path, expected: &Written, size: u64, crc32: u32) -> Result<()> {
    if size != expected.size {
        let why = format!("{size} bytes where {} were written", expected.size);
        return Err(FilesError::Changed { path: path.to_owned(), why });
    }
    if crc32 != expected.crc32 {
        return Err(FilesError::Changed { path: path.to_owned(), why: "its checksum differs".to_owned() });
    }
    Ok(())
}
