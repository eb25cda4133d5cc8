//! Tells by content what a file is, and what of a folder is to be read.

use std::fs;
use std::path::{Path, PathBuf};

use duces_model::{Finding, FindingCode, Place};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::encoding::{self, Encoding, Sniffed};
use crate::source::{HEAD, head_of, io_error, slashed};
use crate::window::Window;
use crate::{Format, IngestError, codes, json_stream, pywxdump, scan};

/// A file of a source that is not read for messages, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The file, relative to the source's folder.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// What a path holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detected {
    /// The source's folder, or the one file itself: the `root` for [`open`](crate::open).
    pub root: PathBuf,
    /// The files to read, in the order of their paths.
    pub files: Vec<(Format, PathBuf)>,
    /// Everything else.
    pub ignored: Vec<Ignored>,
    /// What must be said about files that were refused.
    pub findings: Vec<Finding>,
}

/// What one file is.
enum Is {
    Source(Format),
    /// Something that messages refer to.
    Companion(&'static str),
    Refused(&'static FindingCode, IngestError),
}

/// Tells what is to be read of a file or a folder. A file that cannot be read is an error; within a folder it is a
/// finding, and the rest is read.
pub fn detect(path: &Path) -> Result<Detected, IngestError> {
    let metadata = fs::metadata(path).map_err(|source| io_error(path, source))?;
    let mut detected = Detected { root: path.to_owned(), ..Detected::default() };
    if metadata.is_dir() {
        walk(path, PathBuf::new(), &mut detected)?;
        return Ok(detected);
    }
    match identify(path, true)? {
        Is::Source(format) => detected.files.push((format, path.to_owned())),
        Is::Companion(what) => {
            return Err(IngestError::UnknownFormat { path: path.to_owned(), reason: format!("it is {what}") });
        }
        Is::Refused(_, error) => return Err(error),
    }
    Ok(detected)
}

/// Refuses what can never be read in a format, whatever it is called; for `--format`.
pub(crate) fn refuse_databases(path: &Path) -> Result<(), IngestError> {
    let head = head_of(path)?;
    match database(path, &head, true) {
        Some(Is::Refused(_, error)) => Err(error),
        _ => Ok(()),
    }
}

fn walk(root: &Path, folder: PathBuf, detected: &mut Detected) -> Result<(), IngestError> {
    let absolute = root.join(&folder);
    let entries = fs::read_dir(&absolute).map_err(|source| io_error(&absolute, source))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|source| io_error(&absolute, source))?;
        let kind = entry.file_type().map_err(|source| io_error(&entry.path(), source))?;
        found.push((folder.join(entry.file_name()), kind));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    for (relative, kind) in found {
        if kind.is_dir() {
            walk(root, relative, detected)?;
        } else if kind.is_file() {
            take(root, relative, detected);
        } else {
            let place = Place::file(slashed(&relative));
            detected.findings.push(Finding::new(&codes::LINK_SKIPPED, place, codes::LINK_SKIPPED.summary));
            detected.ignored.push(Ignored { path: relative, reason: "a link or a special file".to_owned() });
        }
    }
    Ok(())
}

fn take(root: &Path, relative: PathBuf, detected: &mut Detected) {
    let path = root.join(&relative);
    let (code, error) = match identify(&path, false) {
        Ok(Is::Source(format)) => {
            detected.files.push((format, path));
            return;
        }
        Ok(Is::Companion(what)) => {
            detected.ignored.push(Ignored { path: relative, reason: what.to_owned() });
            return;
        }
        Ok(Is::Refused(code, error)) => (code, error),
        Err(error) => (&codes::READ_FAILED, error),
    };
    detected.findings.push(Finding::new(code, Place::file(slashed(&relative)), error.to_string()));
    detected.ignored.push(Ignored { path: relative, reason: code.summary.to_owned() });
}

/// Tells what one file is; `alone` where the caller has named it, so that it must be a source.
fn identify(path: &Path, alone: bool) -> Result<Is, IngestError> {
    let head = head_of(path)?;
    let owned = || path.to_owned();
    if head.is_empty() {
        return Ok(Is::Refused(&codes::EMPTY_FILE, IngestError::Empty { path: owned() }));
    }
    if let Some(is) = database(path, &head, alone) {
        return Ok(is);
    }
    let encoding = match encoding::sniff(&head) {
        Sniffed::Utf16 if looks_like_text16(&head) => {
            return Ok(Is::Refused(&codes::UTF16, IngestError::Utf16 { path: owned() }));
        }
        Sniffed::Utf16 => return Ok(companion(path, alone)),
        Sniffed::Is(encoding) => encoding,
    };
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    match text.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'{') => object(path, text, encoding),
        Some(b'[') => array(path, encoding),
        _ => {
            let line = text.split(|b| *b == b'\n').next().unwrap_or_default();
            if pywxdump::is_header(&String::from_utf8_lossy(line)) {
                return Ok(Is::Source(Format::PywxdumpCsv));
            }
            Ok(companion(path, alone))
        }
    }
}

fn companion(path: &Path, alone: bool) -> Is {
    if alone {
        let reason = "expected WeFlow JSON, chatlog JSON, PyWxDump CSV or duces-jsonl".to_owned();
        return unknown(path, reason);
    }
    Is::Companion("a media file or another file that holds no messages")
}

fn unknown(path: &Path, reason: String) -> Is {
    Is::Refused(&codes::UNKNOWN_FORMAT, IngestError::UnknownFormat { path: path.to_owned(), reason })
}

#[derive(Deserialize)]
struct Header {
    format: String,
}

fn object(path: &Path, head: &[u8], encoding: Encoding) -> Result<Is, IngestError> {
    let start = head.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or_default();
    let line = head[start..].split(|b| *b == b'\n').next().unwrap_or_default();
    if serde_json::from_slice::<Header>(line).is_ok_and(|header| header.format == Format::DucesJsonl.name()) {
        return Ok(Is::Source(Format::DucesJsonl));
    }
    let file = fs::File::open(path).map_err(|source| io_error(path, source))?;
    let mut window = Window::new(Box::new(file));
    if window.ahead().map_err(|source| io_error(path, source))?.starts_with(b"\xef\xbb\xbf") {
        window.advance(3);
    }
    let enough = |found: &std::collections::BTreeMap<String, Vec<u8>>| found.contains_key("session");
    let keys = json_stream::header(&mut window, encoding, &["weflow", "session"], enough);
    let keys = keys.map_err(|source| io_error(path, source))?;
    if keys.contains_key("session") || (keys.contains_key("weflow") && keys.contains_key("messages")) {
        return Ok(Is::Source(Format::WeflowJson));
    }
    if path.file_name().is_some_and(|name| name == "users.json") {
        return Ok(Is::Companion("names of contacts"));
    }
    Ok(unknown(path, "a JSON object with neither `session` nor a header of the interchange format".to_owned()))
}

#[derive(Deserialize)]
struct First {
    talker: Option<IgnoredAny>,
    time: Option<IgnoredAny>,
    #[serde(rename = "type")]
    kind: Option<IgnoredAny>,
    type_name: Option<IgnoredAny>,
}

fn array(path: &Path, encoding: Encoding) -> Result<Is, IngestError> {
    let file = fs::File::open(path).map_err(|source| io_error(path, source))?;
    let mut window = Window::new(Box::new(file));
    if window.ahead().map_err(|source| io_error(path, source))?.starts_with(b"\xef\xbb\xbf") {
        window.advance(3);
    }
    let failed = |source| io_error(path, source);
    scan::skip_space(&mut window).map_err(failed)?;
    window.advance(1);
    if scan::skip_space(&mut window).map_err(failed)? == Some(b']') {
        return Ok(unknown(path, "an empty JSON array holds no messages".to_owned()));
    }
    if let Err(scan::ScanError::Io(source)) = scan::value(&mut window, encoding, true) {
        return Err(io_error(path, source));
    }
    let element = encoding.utf8_bytes(window.record());
    Ok(match serde_json::from_slice::<First>(&element) {
        Ok(first) if first.talker.is_some() && first.time.is_some() && first.kind.is_some() => {
            Is::Source(Format::ChatlogJson)
        }
        Ok(first) if first.type_name.is_some() => {
            unknown(path, "the JSON of PyWxDump; its CSV is what is read".to_owned())
        }
        _ if starts_like_chatlog(&element) => Is::Source(Format::ChatlogJson),
        _ => unknown(path, "a JSON array whose first element is no message of chatlog".to_owned()),
    })
}

/// A first element that is broken is still chatlog's where its keys are: the reader says what is wrong with it.
fn starts_like_chatlog(element: &[u8]) -> bool {
    let has = |key: &str| memchr::memmem::find(element, key.as_bytes()).is_some();
    has("\"talker\"") && has("\"time\"") && has("\"type\"")
}

const SQLITE: &[u8] = b"SQLite format 3\0";

fn database(path: &Path, head: &[u8], alone: bool) -> Option<Is> {
    let owned = path.to_owned();
    if head.starts_with(SQLITE) {
        return Some(Is::Refused(&codes::SQLITE, IngestError::Sqlite { path: owned }));
    }
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let named = matches!(extension.as_deref(), Some("db" | "sqlite" | "sqlite3" | "db3"));
    let candidate = named || (alone && extension.as_deref() != Some("dat"));
    let pages = fs::metadata(path).is_ok_and(|m| m.len() >= 512 && m.len().is_multiple_of(512));
    if candidate && pages && !has_known_magic(head) && looks_random(head) {
        return Some(Is::Refused(&codes::ENCRYPTED, IngestError::Encrypted { path: owned }));
    }
    None
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
    ];
    MAGIC.iter().any(|magic| head.starts_with(magic)) || head.get(4..8) == Some(b"ftyp")
}

/// A byte-order mark of UTF-16 also begins some binary files; text has a NUL in every other byte or is Chinese.
fn looks_like_text16(head: &[u8]) -> bool {
    let big = head.starts_with(&[0xfe, 0xff]);
    let units = head[..head.len().min(HEAD) & !1].chunks_exact(2);
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
