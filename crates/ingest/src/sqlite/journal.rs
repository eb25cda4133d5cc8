//! What stands beside a database: a write-ahead log or a rollback journal, and whether it holds anything.
//!
//! Read as <https://www.sqlite.org/fileformat.html> describes them, sections 3 and 4.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// The endings of what SQLite puts beside a database and may hold content.
pub(crate) const SUFFIXES: [&str; 2] = ["-wal", "-journal"];

/// What a journal beside a database holds that the database does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Beside {
    /// Nothing.
    Nothing,
    /// A write-ahead log with committed pages that differ from those in the database.
    Log {
        /// How many.
        pages: usize,
    },
    /// A rollback journal of a change that was not finished: the database is half changed.
    Unfinished,
    /// Something that could not be read.
    Unreadable(String),
}

/// Tells what stands beside a database.
pub(crate) fn beside(path: &Path) -> Beside {
    match unfinished(&with_suffix(path, "-journal")) {
        Ok(true) => return Beside::Unfinished,
        Ok(false) => {}
        Err(error) => return Beside::Unreadable(error.to_string()),
    }
    match newer_pages(path, &with_suffix(path, "-wal")) {
        Ok(0) => Beside::Nothing,
        Ok(pages) => Beside::Log { pages },
        Err(error) => Beside::Unreadable(error.to_string()),
    }
}

/// Returns the path with an ending after its name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn unfinished(path: &Path) -> io::Result<bool> {
    const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    let Some(mut file) = opened(path)? else { return Ok(false) };
    let mut head = [0; 12];
    let read = read_up_to(&mut file, &mut head)?;
    // A journal that was finished is cut to nothing, removed, or has its head overwritten with zeros.
    Ok(read == head.len() && head[..8] == MAGIC && head[8..] != [0; 4])
}

/// Returns how many pages a write-ahead log has committed that the database has otherwise.
fn newer_pages(database: &Path, log: &Path) -> io::Result<usize> {
    let Some(file) = opened(log)? else { return Ok(0) };
    let mut log = BufReader::new(file);
    let Some(frames) = committed(&mut log)? else { return Ok(0) };
    let mut database = File::open(database)?;
    let (mut ours, mut theirs) = (vec![0; frames.page_size], vec![0; frames.page_size]);
    let mut newer = 0;
    for (page, offset) in frames.pages {
        log.seek(SeekFrom::Start(offset))?;
        log.read_exact(&mut ours)?;
        database.seek(SeekFrom::Start(u64::from(page - 1) * frames.page_size as u64))?;
        let read = read_up_to(&mut database, &mut theirs)?;
        newer += usize::from(read < theirs.len() || ours != theirs);
    }
    Ok(newer)
}

struct Frames {
    page_size: usize,
    /// Where the last committed content of each page lies in the log.
    pages: BTreeMap<u32, u64>,
}

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Reads the frames of a log up to the last that is whole and committed.
fn committed(log: &mut impl Read) -> io::Result<Option<Frames>> {
    let mut header = [0; HEADER];
    if read_up_to(log, &mut header)? < HEADER {
        return Ok(None);
    }
    let big = match word(&header, 0) {
        0x377f_0682 => false,
        0x377f_0683 => true,
        _ => return Ok(None),
    };
    let page_size = word(&header, 8) as usize;
    if !page_size.is_power_of_two() || !(512..=65536).contains(&page_size) {
        return Ok(None);
    }
    let mut sums = summed((0, 0), &header[..24], big);
    if sums != (word(&header, 24), word(&header, 28)) {
        return Ok(None);
    }
    let mut frames = Frames { page_size, pages: BTreeMap::new() };
    let mut waiting: Vec<(u32, u64)> = Vec::new();
    let mut frame = vec![0; FRAME_HEADER + page_size];
    let mut offset = HEADER as u64;
    while read_up_to(log, &mut frame)? == frame.len() {
        let page = word(&frame, 0);
        sums = summed(sums, &frame[..8], big);
        sums = summed(sums, &frame[FRAME_HEADER..], big);
        let whole = frame[8..16] == header[16..24] && sums == (word(&frame, 16), word(&frame, 20));
        if !whole || page == 0 {
            break;
        }
        waiting.push((page, offset + FRAME_HEADER as u64));
        let size_after_commit = word(&frame, 4);
        if size_after_commit > 0 {
            frames.pages.extend(waiting.drain(..));
            frames.pages.retain(|page, _| *page <= size_after_commit);
        }
        offset += frame.len() as u64;
    }
    Ok(Some(frames))
}

/// The checksum of the format: two running sums over words of four bytes.
fn summed(start: (u32, u32), bytes: &[u8], big: bool) -> (u32, u32) {
    let word = |bytes: &[u8]| {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    bytes.chunks_exact(8).fold(start, |(first, second), pair| {
        let first = first.wrapping_add(word(&pair[..4])).wrapping_add(second);
        let second = second.wrapping_add(word(&pair[4..])).wrapping_add(first);
        (first, second)
    })
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn opened(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_up_to(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    /// Makes a database with a log, and copies both while the log holds what the database does not.
    fn with_log(folder: &Path) -> PathBuf {
        let made = folder.join("made.db");
        let connection = Connection::open(&made).expect("made");
        connection
            .execute_batch(
                "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(a); INSERT INTO t VALUES(1); \
                 PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO t VALUES(2);",
            )
            .expect("filled");
        let path = folder.join("copy.db");
        std::fs::copy(&made, &path).expect("copied");
        std::fs::copy(with_suffix(&made, "-wal"), with_suffix(&path, "-wal")).expect("copied");
        path
    }

    #[test]
    fn a_log_is_told_by_what_the_database_lacks() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = with_log(folder.path());
        assert_eq!(beside(&path), Beside::Log { pages: 1 });
        let log = with_suffix(&path, "-wal");
        let bytes = std::fs::read(&log).expect("read");
        // A frame that is damaged was never committed, nor is one that is cut off.
        for cut in [0, 10, HEADER, bytes.len() - 1] {
            std::fs::write(&log, &bytes[..cut]).expect("written");
            assert_eq!(beside(&path), Beside::Nothing, "{cut}");
        }
        let mut damaged = bytes.clone();
        damaged[HEADER + FRAME_HEADER + 5] ^= 1;
        std::fs::write(&log, &damaged).expect("written");
        assert_eq!(beside(&path), Beside::Nothing);
        // Once its pages stand in the database too, a log that was left holds nothing new.
        std::fs::write(&log, &bytes).expect("written");
        let connection = Connection::open(&path).expect("opened");
        connection.execute_batch("PRAGMA wal_checkpoint(FULL)").expect("written back");
        std::fs::write(folder.path().join("kept"), std::fs::read(&log).expect("read")).expect("kept");
        drop(connection);
        std::fs::copy(folder.path().join("kept"), &log).expect("put back");
        assert_eq!(beside(&path), Beside::Nothing);
    }

    #[test]
    fn a_journal_that_was_not_finished_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        std::fs::write(&path, b"x").expect("written");
        let journal = with_suffix(&path, "-journal");
        let rows: [(&[u8], Beside); 4] = [
            (b"", Beside::Nothing),
            (&[0; 512], Beside::Nothing),
            (b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7\0\0\0\0", Beside::Nothing),
            (b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7\xff\xff\xff\xff", Beside::Unfinished),
        ];
        for (bytes, expected) in rows {
            std::fs::write(&journal, bytes).expect("written");
            assert_eq!(beside(&path), expected);
        }
    }
}
