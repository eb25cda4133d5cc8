//! Reads ZIPs that others made: whatever could mislead a reader is refused before an entry is opened.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::error::{FilesError, Result};
use crate::shared_file::SharedFile;
use crate::zip_name::{Names, fault_of};
use crate::zip_refusal::ZipRefusal;

/// How much a ZIP may claim to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZipLimits {
    /// How many entries.
    pub entries: u64,
    /// How many bytes one entry.
    pub entry: u64,
    /// How many bytes all together.
    pub total: u64,
    /// How many times larger an entry above 64 MiB may be than its packed bytes.
    pub ratio: u64,
}

impl Default for ZipLimits {
    fn default() -> Self {
        Self { entries: 10_000_000, entry: 1 << 40, total: 1 << 42, ratio: 200 }
    }
}

/// Below this size no ratio is too high: it is unpacked in a moment.
const HARMLESS: u64 = 64 * 1024 * 1024;

/// A file in a ZIP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZipEntry {
    /// Its name, with `/` between folders.
    pub name: String,
    /// How many bytes it holds.
    pub size: u64,
    /// How many bytes it takes.
    pub packed: u64,
    /// The CRC-32 of its bytes.
    pub crc32: u32,
    index: usize,
}

/// A ZIP that was looked through and found harmless. A clone reads on its own, so many threads can.
#[derive(Debug, Clone)]
pub struct ZipIn {
    path: PathBuf,
    archive: ZipArchive<SharedFile>,
    entries: std::sync::Arc<Vec<ZipEntry>>,
}

impl ZipIn {
    /// Opens a ZIP and looks through all its headers.
    pub fn open(path: &Path, limits: &ZipLimits) -> Result<Self> {
        Self::within(path, SharedFile::open(path)?, limits)
    }

    /// Looks through a ZIP that lies within another file, `path`, or in memory.
    pub fn within(path: &Path, mut file: SharedFile, limits: &ZipLimits) -> Result<Self> {
        let refuse = |refusal| FilesError::Zip { path: path.to_owned(), refusal };
        let mut archive = ZipArchive::new(file.clone()).map_err(|e| from_zip(path, e))?;
        surplus(&archive, &mut file)
            .map_err(|e| FilesError::io("read", path, e))?
            .map_or(Ok(()), |r| Err(refuse(r)))?;
        let entries = list(&mut archive, limits).map_err(refuse)?;
        if archive.has_duplicate_names() {
            return Err(refuse(ZipRefusal::Contradiction("two entries have one name".to_owned())));
        }
        archive.validate_header_consistency().map_err(|e| match e {
            ZipError::Io(source) if source.kind() != io::ErrorKind::UnexpectedEof => {
                FilesError::io("read", path, source)
            }
            other => refuse(ZipRefusal::Contradiction(other.to_string())),
        })?;
        Ok(Self { path: path.to_owned(), archive, entries: std::sync::Arc::new(entries) })
    }

    /// Returns the ZIP's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the files in it, in the order of its directory. Entries for folders are not listed.
    pub fn entries(&self) -> &[ZipEntry] {
        &self.entries
    }

    /// Returns the archive's own comment; a production's ZIP has none.
    pub fn comment(&self) -> &[u8] {
        self.archive.comment()
    }

    /// Opens an entry by name.
    pub fn open_name(&mut self, name: &str) -> Result<ZipReader<'_>> {
        match self.entries.iter().find(|entry| entry.name == name).cloned() {
            Some(entry) => self.open_entry(&entry),
            None => Err(FilesError::Zip { path: self.path.clone(), refusal: ZipRefusal::NoEntry(name.to_owned()) }),
        }
    }

    /// Opens an entry of the list. Reading fails where it holds other bytes than its header says.
    pub fn open_entry(&mut self, entry: &ZipEntry) -> Result<ZipReader<'_>> {
        let path = &self.path;
        let inner = self.archive.by_index(entry.index).map_err(|e| from_zip(path, e))?;
        Ok(ZipReader { inner, left: entry.size })
    }
}

/// Finds what stands outside the ZIP proper: readers that look from the front and from the end see two archives.
fn surplus(archive: &ZipArchive<SharedFile>, file: &mut SharedFile) -> io::Result<Option<ZipRefusal>> {
    if archive.offset() != 0 {
        return Ok(Some(ZipRefusal::Surplus("before its first entry")));
    }
    let end = 22 + archive.comment().len() as u64;
    let mut signature = [0; 4];
    file.seek(SeekFrom::Start(file.length().saturating_sub(end)))?;
    file.read_exact(&mut signature)?;
    Ok((signature != *b"PK\x05\x06").then_some(ZipRefusal::Surplus("after its end")))
}

fn list(archive: &mut ZipArchive<SharedFile>, limits: &ZipLimits) -> std::result::Result<Vec<ZipEntry>, ZipRefusal> {
    if archive.len() as u64 > limits.entries {
        return Err(ZipRefusal::TooLarge(format!("{} entries", archive.len())));
    }
    let mut entries = Vec::with_capacity(archive.len());
    let mut names = Names::default();
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let Some(entry) = look_at(archive, index, limits, &mut names)? else { continue };
        total = total.saturating_add(entry.size);
        if total > limits.total {
            return Err(ZipRefusal::TooLarge(format!("more than {} bytes", limits.total)));
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn look_at(
    archive: &ZipArchive<SharedFile>,
    index: usize,
    limits: &ZipLimits,
    names: &mut Names,
) -> std::result::Result<Option<ZipEntry>, ZipRefusal> {
    let broken = |e: ZipError| ZipRefusal::Broken(e.to_string());
    let data = archive.by_index_data(index).map_err(broken)?;
    let name = data.name().map_err(broken)?.into_owned();
    let plain = name.strip_suffix('/').unwrap_or(&name);
    if let Some(why) = fault_of(plain) {
        return Err(ZipRefusal::Name(name, why));
    }
    names.add(plain, name.ends_with('/')).map_err(|earlier| ZipRefusal::Clash(earlier, name.clone()))?;
    // The file type bits of a Unix mode: none, a regular file or a folder.
    if data.is_symlink() || data.unix_mode().is_some_and(|mode| !matches!(mode & 0o170_000, 0 | 0o100_000 | 0o040_000))
    {
        return Err(ZipRefusal::Link(name));
    }
    let (size, packed) = (data.size(), data.compressed_size());
    if name.ends_with('/') {
        return if size == 0 { Ok(None) } else { Err(ZipRefusal::Name(name, "it is a folder with content")) };
    }
    if data.encrypted() {
        return Err(ZipRefusal::Encrypted(name));
    }
    match data.compression() {
        CompressionMethod::Stored if size != packed => {
            return Err(ZipRefusal::Contradiction(format!("`{name}` is stored, with two sizes")));
        }
        CompressionMethod::Stored | CompressionMethod::Deflated => {}
        _ => return Err(ZipRefusal::Method(name)),
    }
    if size > limits.entry || (size > HARMLESS && size / limits.ratio.max(1) > packed) {
        return Err(ZipRefusal::TooLarge(format!("`{name}` would have {size} bytes from {packed}")));
    }
    Ok(Some(ZipEntry { name, size, packed, crc32: data.crc32(), index }))
}

fn from_zip(path: &Path, error: ZipError) -> FilesError {
    match error {
        ZipError::Io(source) if source.kind() != io::ErrorKind::UnexpectedEof => FilesError::io("read", path, source),
        other => FilesError::Zip { path: path.to_owned(), refusal: ZipRefusal::Broken(other.to_string()) },
    }
}

/// The bytes of an entry; reading fails where they are not as many as declared or their CRC-32 differs.
pub struct ZipReader<'a> {
    inner: zip::read::ZipFile<'a, SharedFile>,
    left: u64,
}

impl Read for ZipReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let read = self.inner.read(buffer)?;
        let wrong = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why);
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| wrong("the entry holds more bytes than its header says"))?;
        if read == 0 && self.left > 0 {
            return Err(wrong("the entry holds fewer bytes than its header says"));
        }
        Ok(read)
    }
}
