//! What the first bytes of a file tell: databases, plain and encrypted, known binary formats, text of two-byte units.

use std::fs;
use std::io::Read;
use std::path::Path;

use crate::IngestError;
use crate::error::io_error;

const SQLITE: &[u8] = b"SQLite format 3\0";

/// What kind of database a file is.
pub(crate) enum Database {
    /// One that anybody can open.
    Plain,
    /// One that is encrypted, as far as its bytes tell.
    Encrypted,
}

/// Tells whether a file is a plain SQLite database, by its first bytes.
pub(crate) fn is_sqlite(path: &Path) -> Result<bool, IngestError> {
    let file = fs::File::open(path).map_err(|source| io_error(path, source))?;
    let mut head = Vec::new();
    file.take(SQLITE.len() as u64).read_to_end(&mut head).map_err(|source| io_error(path, source))?;
    Ok(head == SQLITE)
}

/// Tells a database by its beginning; `alone` where the caller has named it, so that its name does not count.
pub(crate) fn database(path: &Path, head: &[u8], alone: bool) -> Option<Database> {
    if head.starts_with(SQLITE) {
        return Some(Database::Plain);
    }
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let named = matches!(extension.as_deref(), Some("db" | "sqlite" | "sqlite3" | "db3"));
    let candidate = named || (alone && extension.as_deref() != Some("dat"));
    let pages = fs::metadata(path).is_ok_and(|m| m.len() >= 512 && m.len().is_multiple_of(512));
    let encrypted = candidate && pages && !has_known_magic(head) && looks_random(head);
    encrypted.then_some(Database::Encrypted)
}

/// Encrypted bytes spread evenly; text, pictures' headers and code do not.
fn looks_random(head: &[u8]) -> bool {
    let head = &head[..head.len().min(4096)];
    let mut counts = [0_u32; 256];
    for byte in head {
        counts[usize::from(*byte)] += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 4096")]
    let total = head.len() as f64;
    let entropy: f64 = counts.iter().filter(|c| **c > 0).map(|c| f64::from(*c) / total).map(|p| -p * p.log2()).sum();
    // 512 random bytes reach about 7.5 bits, 4096 about 7.95; text stays below 6.5.
    entropy > 7.2
}

fn has_known_magic(head: &[u8]) -> bool {
    const MAGIC: &[&[u8]] = &[
        b"\xff\xd8\xff",
        b"\x89PNG",
        b"GIF8",
        b"PK\x03\x04",
        b"%PDF",
        b"RIFF",
        b"\x02#!SILK",
        b"#!SILK",
        b"#!AMR",
        b"ID3",
        b"\x1f\x8b",
        b"7z\xbc\xaf",
        b"Rar!",
        b"\xd0\xcf\x11\xe0",
        b"OggS",
        b"BM",
        b"wxgf",
        b"\x28\xb5\x2f\xfd",
        // What SQLite puts beside a database: its write-ahead log and its rollback journal.
        b"\x37\x7f\x06\x82",
        b"\x37\x7f\x06\x83",
        b"\xd9\xd5\x05\xf9",
    ];
    MAGIC.iter().any(|magic| head.starts_with(magic)) || head.get(4..8) == Some(b"ftyp")
}

/// A byte-order mark of UTF-16 also begins some binary files; text has a NUL in every other byte or is Chinese.
pub(crate) fn looks_like_text16(head: &[u8]) -> bool {
    let big = head.starts_with(&[0xfe, 0xff]);
    let units = head[..head.len() & !1].chunks_exact(2);
    let decoded = char::decode_utf16(units.map(|pair| match big {
        true => u16::from_be_bytes([pair[0], pair[1]]),
        false => u16::from_le_bytes([pair[0], pair[1]]),
    }));
    let (mut good, mut bad) = (0_usize, 0_usize);
    for unit in decoded {
        match unit {
            Ok(c) if !c.is_control() || c.is_whitespace() => good += 1,
            _ => bad += 1,
        }
    }
    bad * 20 <= good
}
