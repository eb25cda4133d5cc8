//! Tells by content what a file is, and what of a folder is to be read.
//!
//! A folder is looked at as a whole first: some readers claim files that belong together. Then each file that is left
//! is looked at on its own. Every file ends in one place: it is read, it is a companion, or it is refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use duces_model::{Finding, FindingCode, Place};

use crate::encoding::{self, Sniffed};
use crate::magic::{Database, database, looks_like_text16};
use crate::mapping::{Mapping, is_mapping};
use crate::probe::{Probe, Tree};
use crate::registry::READERS;
use crate::source::{SourceFile, head_of, io_error, slashed};
use crate::{Format, IngestError, codes, table, teams, wechat_db};

/// A file of a source that is not read for messages, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The file, relative to the source's folder.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
    /// Whether it may be what messages refer to: nothing is known of it but that it holds no messages.
    pub may_be_media: bool,
}

/// What a path holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detected {
    /// The source's folder, or the one file itself: the `root` for [`open`](crate::open).
    pub root: PathBuf,
    /// What to read, in the order of the paths.
    pub files: Vec<SourceFile>,
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
    detect_with(path, None)
}

/// Does the same where the caller says what stands where in files that no reader knows.
pub fn detect_with(path: &Path, mapping: Option<&Mapping>) -> Result<Detected, IngestError> {
    let metadata = fs::metadata(path).map_err(|source| io_error(path, source))?;
    let mut detected = Detected { root: path.to_owned(), ..Detected::default() };
    if metadata.is_dir() {
        let mut files = Vec::new();
        walk(path, PathBuf::new(), &mut files, &mut detected)?;
        let claimed = claim(path, &files, &mut detected)?;
        for relative in files.into_iter().filter(|relative| !claimed.contains(relative)) {
            take(path, relative, mapping, &mut detected);
        }
        detected.files.sort_by(|a, b| a.path.cmp(&b.path));
        return Ok(detected);
    }
    match identify(path, mapping, true)? {
        Is::Source(format) => detected.files.push(SourceFile::single(format, path)),
        Is::Companion(what) => {
            return Err(IngestError::UnknownFormat { path: path.to_owned(), reason: format!("it is {what}") });
        }
        Is::Refused(_, error) => return Err(error),
    }
    Ok(detected)
}

fn walk(root: &Path, folder: PathBuf, files: &mut Vec<PathBuf>, detected: &mut Detected) -> Result<(), IngestError> {
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
            walk(root, relative, files, detected)?;
        } else if kind.is_file() {
            files.push(relative);
        } else {
            let place = Place::file(slashed(&relative));
            detected.findings.push(Finding::new(&codes::LINK_SKIPPED, place, codes::LINK_SKIPPED.summary));
            let reason = "a link or a special file".to_owned();
            detected.ignored.push(Ignored { path: relative, reason, may_be_media: false });
        }
    }
    Ok(())
}

/// Lets readers claim files that belong together; returns what was claimed. The first claim of a file holds.
fn claim(root: &Path, files: &[PathBuf], detected: &mut Detected) -> Result<BTreeSet<PathBuf>, IngestError> {
    let tree = Tree { root, files };
    let mut claimed = BTreeSet::new();
    for in_tree in READERS.iter().filter_map(|reader| reader.in_tree) {
        for mut source in in_tree(&tree)? {
            source.members.retain(|member| !claimed.contains(member));
            if source.members.is_empty() {
                continue;
            }
            claimed.extend(source.members.iter().cloned());
            source.path = root.join(&source.path);
            source.members = source.members.iter().map(|member| root.join(member)).collect();
            detected.files.push(source);
        }
    }
    Ok(claimed)
}

fn take(root: &Path, relative: PathBuf, mapping: Option<&Mapping>, detected: &mut Detected) {
    let path = root.join(&relative);
    let (code, error) = match identify(&path, mapping, false) {
        Ok(Is::Source(format)) => {
            detected.files.push(SourceFile::single(format, path));
            return;
        }
        Ok(Is::Companion(what)) => {
            detected.ignored.push(Ignored { path: relative, reason: what.to_owned(), may_be_media: what == COMPANION });
            return;
        }
        Ok(Is::Refused(code, error)) => (code, error),
        Err(error) => (&codes::READ_FAILED, error),
    };
    detected.findings.push(Finding::new(code, Place::file(slashed(&relative)), error.to_string()));
    detected.ignored.push(Ignored { path: relative, reason: code.summary.to_owned(), may_be_media: false });
}

/// Tells what one file is; `alone` where the caller has named it, so that it must be a source.
fn identify(path: &Path, mapping: Option<&Mapping>, alone: bool) -> Result<Is, IngestError> {
    let head = head_of(path)?;
    if head.is_empty() {
        return Ok(Is::Refused(&codes::EMPTY_FILE, IngestError::Empty { path: path.to_owned() }));
    }
    let encoding = match encoding::sniff(&head) {
        Sniffed::Utf16 if looks_like_text16(&head) => {
            return Ok(Is::Refused(&codes::UTF16, IngestError::Utf16 { path: path.to_owned() }));
        }
        Sniffed::Utf16 => return Ok(companion(path, alone)),
        Sniffed::Is(encoding) => encoding,
    };
    if is_mapping(path) {
        return Ok(Is::Companion("a mapping that says what stands where in another file"));
    }
    let mut probe = Probe::new(path, &head, encoding, mapping);
    for reader in READERS {
        if (reader.is_file)(&mut probe)? {
            return Ok(Is::Source(reader.format));
        }
    }
    match database(path, &head, alone) {
        Some(Database::Plain) if !alone && wechat_db::is_companion(&mut probe)? => {
            return Ok(Is::Companion("a database of names or media that belongs to no messages here"));
        }
        Some(Database::Plain) => {
            return Ok(Is::Refused(&codes::SQLITE, IngestError::Sqlite { path: path.to_owned() }));
        }
        Some(Database::Encrypted) => {
            return Ok(Is::Refused(&codes::ENCRYPTED, IngestError::Encrypted { path: path.to_owned() }));
        }
        None => {}
    }
    if alone && head.starts_with(OLE) {
        let reason = "an old workbook or document, or one with a password; open it, save it as XLSX or CSV without one";
        return Ok(unknown(path, reason.to_owned()));
    }
    if let Some(columns) = table::unknown_columns(probe.tables()?) {
        let reason = format!("no reader knows this table; {columns}");
        return Ok(Is::Refused(&codes::COLUMNS_UNKNOWN, IngestError::Columns { path: path.to_owned(), reason }));
    }
    if let Some(what) = teams::companion(&mut probe)? {
        return Ok(Is::Companion(what));
    }
    Ok(match probe.first_byte() {
        _ if path.file_name().is_some_and(|name| name == "users.json") => Is::Companion("names of contacts"),
        Some(b'{') => unknown(path, "a JSON object that no format begins with".to_owned()),
        Some(b'[') if probe.first_element()?.is_none() => {
            unknown(path, "an empty JSON array holds no messages".to_owned())
        }
        Some(b'[') => {
            unknown(path, "a JSON array whose first element is no message of a format that is read".to_owned())
        }
        _ => companion(path, alone),
    })
}

fn companion(path: &Path, alone: bool) -> Is {
    if alone {
        let names: Vec<&str> = Format::ALL.iter().copied().map(Format::name).collect();
        return unknown(path, format!("expected one of: {}", names.join(", ")));
    }
    Is::Companion(COMPANION)
}

/// What old documents of Microsoft Office begin with, and new ones with a password.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0";

const COMPANION: &str = "a media file or another file that holds no messages";

fn unknown(path: &Path, reason: String) -> Is {
    Is::Refused(&codes::UNKNOWN_FORMAT, IngestError::UnknownFormat { path: path.to_owned(), reason })
}
