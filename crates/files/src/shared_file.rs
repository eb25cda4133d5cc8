//! A file, or what reads like one, that many readers read at once, each at its own place.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use crate::error::{FilesError, Result};

const WINDOW: usize = 16 * 1024;

/// Bytes that can be read at any place, by many readers at once.
pub trait ReadAt: fmt::Debug + Send + Sync {
    /// Reads bytes that begin at `at` and returns how many; none at the end.
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize>;
}

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        read_file_at(self, buffer, at)
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let rest = usize::try_from(at).ok().and_then(|at| self.get(at..)).unwrap_or_default();
        let taken = rest.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&rest[..taken]);
        Ok(taken)
    }
}

/// A readable, seekable file that is cheap to clone; a clone has its own position.
#[derive(Debug)]
pub struct SharedFile {
    file: Arc<dyn ReadAt>,
    length: u64,
    position: u64,
    /// Bytes read ahead, and where they start.
    window: Vec<u8>,
    window_start: u64,
}

impl SharedFile {
    /// Opens a file for reading.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|source| FilesError::io("open", path, source))?;
        let facts = file.metadata().map_err(|source| FilesError::io("read", path, source))?;
        if facts.is_dir() {
            return Err(FilesError::io("read", path, io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self::over(Arc::new(file), facts.len()))
    }

    /// Returns what reads like a file of `length` bytes: one that lies within another, or in memory.
    pub fn over(source: Arc<dyn ReadAt>, length: u64) -> Self {
        Self { file: source, length, position: 0, window: Vec::new(), window_start: 0 }
    }

    /// Returns how long the file was when it was opened.
    pub fn length(&self) -> u64 {
        self.length
    }

    fn ahead(&self) -> &[u8] {
        let skipped = self.position.checked_sub(self.window_start).and_then(|n| usize::try_from(n).ok());
        skipped.and_then(|n| self.window.get(n..)).unwrap_or_default()
    }
}

impl Clone for SharedFile {
    fn clone(&self) -> Self {
        Self {
            file: Arc::clone(&self.file),
            length: self.length,
            position: self.position,
            window: Vec::new(),
            window_start: 0,
        }
    }
}

#[cfg(unix)]
fn read_file_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_file_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

impl Read for SharedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ahead().is_empty() {
            if buffer.len() >= WINDOW {
                let read = self.file.read_at(buffer, self.position)?;
                self.position += read as u64;
                return Ok(read);
            }
            self.window.resize(WINDOW, 0);
            self.window_start = self.position;
            let filled = self.file.read_at(&mut self.window, self.position);
            self.window.truncate(*filled.as_ref().unwrap_or(&0));
            filled?;
        }
        let ahead = self.ahead();
        let taken = ahead.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&ahead[..taken]);
        self.position += taken as u64;
        Ok(taken)
    }
}

impl Seek for SharedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
