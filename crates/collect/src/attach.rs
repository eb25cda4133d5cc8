//! Attachments: found within the source, stored by digest, or missing with a reason.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use duces_archive::{ArchiveError, BlobStore, PutError};
use duces_extract::mime_of;
use duces_files::FilesError;
use duces_model::{Attachment, AttachmentRole, Content, Digest, Finding, MissingReason, Place, SourceAttachment};

use crate::codes;
use crate::declared::{Declared, Md5Sum, md5_of, md5_of_file};

/// The folder of a source, as the system knows it when all links in its own path are followed.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    real: PathBuf,
    /// The folders below in which files lie, followed once; `None` where one leads out or cannot be followed.
    below: Mutex<HashMap<PathBuf, Option<PathBuf>>>,
    /// The files that were stored already, by path and by the name they were sent under, which the media type may follow.
    stored: Mutex<HashMap<(PathBuf, String), Stored>>,
    /// The MD5 of the files that a source declares one for; `None` where one could not be read.
    md5s: Mutex<HashMap<PathBuf, Option<Md5Sum>>>,
    /// How many records name each file as their attachment, by its path below the real folder.
    named: Mutex<HashMap<PathBuf, Named>>,
}

/// What a stored file turned out to be.
type Stored = (&'static str, Digest, u64);

/// How many records name a file as their attachment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// Records that are collected.
    pub(crate) collected: u64,
    /// Records that are not to be collected.
    pub(crate) excluded: u64,
}

/// What became of one candidate.
enum Found {
    At(PathBuf),
    Nothing,
    Outside,
    Unreadable(io::Error),
}

impl Folder {
    /// Returns the folder that a source's attachments lie in: the source, or the folder of the one file it is.
    pub(crate) fn of(root: &Path) -> Self {
        let path = if root.is_dir() {
            root.to_owned()
        } else {
            root.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
        };
        let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        let (below, stored, md5s, named) = Default::default();
        Self { path, real, below, stored, md5s, named }
    }

    /// Returns how many records name a file, by its path relative to the folder.
    pub(crate) fn named(&self, relative: &Path) -> Named {
        self.named.lock().unwrap_or_else(PoisonError::into_inner).get(relative).copied().unwrap_or_default()
    }

    /// Notes the file that a record which is not to be collected names; it is not read.
    pub(crate) fn note_excluded(&self, source: &SourceAttachment) {
        let found = source.candidates.iter().find_map(|candidate| match self.find(candidate) {
            Found::At(path) => Some(path),
            _ => None,
        });
        if let Some(path) = found {
            self.note(&path, |named| named.excluded += 1);
        }
    }

    fn note(&self, path: &Path, count: impl FnOnce(&mut Named)) {
        if let Ok(relative) = path.strip_prefix(&self.real) {
            let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
            count(named.entry(relative.to_owned()).or_default());
        }
    }

    /// Looks at a candidate; one whose path or whose links lead out of the folder is not followed.
    fn find(&self, candidate: &Path) -> Found {
        self.plainly(candidate).map_or_else(|| self.followed(candidate), Found::At)
    }

    /// Returns the path of a plain file in a folder that has been followed: most attachments lie side by side.
    fn plainly(&self, candidate: &Path) -> Option<PathBuf> {
        let (parent, name) = (candidate.parent()?, candidate.file_name()?);
        let mut below = self.below.lock().unwrap_or_else(PoisonError::into_inner);
        if !below.contains_key(parent) {
            let real = fs::canonicalize(self.path.join(parent)).ok().filter(|real| real.starts_with(&self.real));
            below.insert(parent.to_owned(), real);
        }
        let path = below.get(parent)?.as_ref()?.join(name);
        drop(below);
        path.symlink_metadata().is_ok_and(|meta| meta.is_file()).then_some(path)
    }

    /// Returns what an error says, with paths as the source has them.
    fn said(&self, error: &FilesError) -> String {
        error.to_string().replace(&format!("{}/", self.real.display()), "")
    }

    /// Stores a file that was found, once however often it was sent.
    fn store(&self, blobs: &BlobStore, path: PathBuf, name: String) -> Result<Stored, PutError> {
        let known = || self.stored.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (path, name);
        if let Some(stored) = known().get(&key) {
            return Ok(*stored);
        }
        let stored = store(blobs, &key.0, &key.1)?;
        known().insert(key, stored);
        Ok(stored)
    }

    /// Returns the MD5 of a file that was found, read once however often it was sent.
    fn md5(&self, path: &Path) -> Option<Md5Sum> {
        let known = || self.md5s.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(md5) = known().get(path) {
            return *md5;
        }
        let md5 = md5_of_file(path).ok();
        known().insert(path.to_owned(), md5);
        md5
    }

    fn followed(&self, candidate: &Path) -> Found {
        let path = self.path.join(candidate);
        match fs::canonicalize(&path) {
            Ok(real) if !real.starts_with(&self.real) => Found::Outside,
            Ok(real) if real.is_file() => Found::At(real),
            Ok(_) => Found::Nothing,
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Found::Nothing,
            Err(e) => Found::Unreadable(e),
        }
    }
}

/// Brings an attachment's bytes into the store and says what is missing, or is not what the source says it is.
pub(crate) fn collect(
    blobs: &BlobStore,
    folder: &Folder,
    source: &SourceAttachment,
    place: &Place,
    findings: &mut Vec<Finding>,
) -> Result<Attachment, ArchiveError> {
    let declared = Declared::of(source);
    if let Some(bytes) = &source.bytes {
        let (digest, size) = blobs.put_bytes(bytes).map_err(|error| match error {
            PutError::Store(e) | PutError::Source(e) => ArchiveError::Files(e),
        })?;
        findings.extend(declared.differs_from(|| Some(md5_of(bytes)), source, place));
        let mime = mime_of(bytes, source.name.as_deref().unwrap_or_default());
        return Ok(stored(source, mime, digest, size));
    }
    let mut reason = source.missing.unwrap_or(MissingReason::NotInSource);
    let mut why = None;
    for candidate in best_first(folder, &source.candidates, declared) {
        let path = match folder.find(candidate) {
            Found::At(path) => path,
            Found::Nothing => continue,
            Found::Outside => {
                reason = MissingReason::OutsideSource;
                continue;
            }
            Found::Unreadable(e) => {
                (reason, why) = (MissingReason::Unreadable, Some(e.to_string()));
                continue;
            }
        };
        let name = source.name.clone().unwrap_or_else(|| file_name(candidate));
        match folder.store(blobs, path.clone(), name) {
            Ok((mime, digest, size)) => {
                folder.note(&path, |named| named.collected += 1);
                findings.extend(declared.differs_from(|| folder.md5(&path), source, place));
                return Ok(stored(source, mime, digest, size));
            }
            Err(PutError::Store(e)) => return Err(ArchiveError::Files(e)),
            Err(PutError::Source(e)) => (reason, why) = (MissingReason::Unreadable, Some(folder.said(&e))),
        }
    }
    findings.push(missing(source, reason, why, place));
    let name = source.name.as_deref().unwrap_or_default();
    let mime = mime_by_name(source.role, name).to_owned();
    Ok(Attachment { role: source.role, name: source.name.clone(), mime, content: Content::Missing(reason) })
}

/// Of several candidates, the first that has the declared bytes comes before the others.
fn best_first<'a>(folder: &Folder, candidates: &'a [PathBuf], declared: Declared<'_>) -> Vec<&'a Path> {
    let mut order: Vec<&Path> = candidates.iter().map(PathBuf::as_path).collect();
    if let Declared::Md5(md5) = declared
        && order.len() > 1
    {
        let has = |candidate: &&Path| match folder.find(candidate) {
            Found::At(path) => folder.md5(&path) == Some(md5),
            _ => false,
        };
        if let Some(at) = order.iter().position(has) {
            order[..=at].rotate_right(1);
        }
    }
    order
}

fn stored(source: &SourceAttachment, mime: &str, digest: Digest, size: u64) -> Attachment {
    let content = Content::Stored { digest, size };
    Attachment { role: source.role, name: source.name.clone(), mime: mime.to_owned(), content }
}

/// Up to this size a file is read once, into memory.
const SMALL: u64 = 1024 * 1024;

/// Stores a file and tells its media type.
fn store(blobs: &BlobStore, path: &Path, name: &str) -> Result<Stored, PutError> {
    let unreadable = |e: io::Error| PutError::Source(FilesError::from_write(e, path));
    let mut file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.len() > SMALL {
        let mime = mime_of_file(file, name).map_err(unreadable)?;
        return blobs.put(path).map(|(digest, size)| (mime, digest, size));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    blobs.put_bytes(&bytes).map(|(digest, size)| (mime_of(&bytes, name), digest, size))
}

fn missing(source: &SourceAttachment, reason: MissingReason, why: Option<String>, place: &Place) -> Finding {
    let code = match reason {
        MissingReason::NotInSource | MissingReason::NoReference => &codes::ATTACHMENT_MISSING,
        MissingReason::Unreadable => &codes::ATTACHMENT_UNREADABLE,
        MissingReason::OutsideSource => &codes::ATTACHMENT_OUTSIDE,
    };
    let what = source.name.as_deref().unwrap_or_else(|| source.role.label());
    let mut text = format!("attachment `{what}`: {reason}");
    if let Some(candidate) = source.candidates.first() {
        text.push_str(&format!(" (looked for as `{}`)", candidate.display()));
    }
    if let Some(why) = why {
        text.push_str(&format!(": {why}"));
    }
    text.push_str("; the message is kept and says so");
    Finding::new(code, place.clone(), text)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

const HEAD: u64 = 64 * 1024;
const TAIL: u64 = 1024 * 1024;
const WHOLE: u64 = 32 * 1024 * 1024;

/// Tells a file's media type from its head; packages are told by what stands further in.
fn mime_of_file(mut file: File, name: &str) -> io::Result<&'static str> {
    let size = file.metadata()?.len();
    let mut bytes = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut bytes)?;
    let package = bytes.starts_with(b"PK") || bytes.starts_with(b"\xd0\xcf\x11\xe0");
    if package && size <= WHOLE {
        file.take(WHOLE).read_to_end(&mut bytes)?;
    } else if package {
        // The directory of a ZIP stands at its end.
        file.seek(SeekFrom::Start(size.saturating_sub(TAIL).max(HEAD)))?;
        file.take(TAIL).read_to_end(&mut bytes)?;
    }
    Ok(mime_of(&bytes, name))
}

/// Tells a media type where there are no bytes.
fn mime_by_name(role: AttachmentRole, name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "amr" => "audio/amr",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        "csv" => "text/csv",
        "zip" => "application/zip",
        "doc" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "ppt" => "application/vnd.ms-powerpoint",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _ => match role {
            AttachmentRole::Picture | AttachmentRole::Thumbnail => "image/jpeg",
            AttachmentRole::Video => "video/mp4",
            _ => "application/octet-stream",
        },
    }
}
