//! One file of a source that is being read: where it lies, how it is encoded, and what the caller said about it.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use duces_model::Place;

use crate::encoding::{self, Encoding, Sniffed};
pub(crate) use crate::error::io_error;
use crate::magic::{Database, database, looks_like_text16};
use crate::mapping::Mapping;
use crate::window::Window;
use crate::{Format, IngestError, Options};

/// How much of a file is looked at to tell what it is.
pub(crate) const HEAD: usize = 64 * 1024;

/// What is read as one: most often one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// How it is read.
    pub format: Format,
    /// The file, or the folder that the members lie in.
    pub path: PathBuf,
    /// The files that are read, sorted.
    pub members: Vec<PathBuf>,
}

impl SourceFile {
    /// Returns a file that is read on its own.
    pub fn single(format: Format, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { format, members: vec![path.clone()], path }
    }
}

/// A file about to be read.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// The files that are read; the path itself where it is one file.
    pub(crate) members: Vec<PathBuf>,
    /// Relative to the root, with `/` between folders: the file of every place.
    pub(crate) file: String,
    /// The file's folder, relative to the root.
    pub(crate) folder: PathBuf,
    pub(crate) root: PathBuf,
    pub(crate) encoding: Encoding,
    pub(crate) options: Options,
}

impl Source {
    pub(crate) fn new(file: &SourceFile, root: &Path, options: &Options) -> Result<Self, IngestError> {
        let path = &file.path;
        let relative = relative_to(path, root)?;
        let is_folder = path.is_dir();
        let encoding = if is_folder { Encoding::Utf8 } else { encoding_of(path)? };
        let folder = if is_folder { path.strip_prefix(root).ok() } else { relative.parent() };
        Ok(Self {
            path: path.to_owned(),
            members: file.members.clone(),
            file: slashed(&relative),
            folder: folder.map(Path::to_owned).unwrap_or_default(),
            root: root.to_owned(),
            encoding,
            options: options.clone(),
        })
    }

    /// Refuses encrypted databases, in whatever format they are asked for.
    pub(crate) fn refuse_encrypted(&self) -> Result<(), IngestError> {
        self.members.iter().try_for_each(|member| match database(member, &head_of(member)?, true) {
            Some(Database::Encrypted) => Err(IngestError::Encrypted { path: member.clone() }),
            Some(Database::Plain) | None => Ok(()),
        })
    }

    /// Returns the place that is one of the members.
    pub(crate) fn place_of(&self, member: &Path) -> Place {
        let relative = member.strip_prefix(&self.root).unwrap_or(member);
        if relative.as_os_str().is_empty() { self.place() } else { Place::file(slashed(relative)) }
    }

    /// Opens the file; a byte-order mark is passed over.
    pub(crate) fn window(&self) -> Result<Window, IngestError> {
        let file = File::open(&self.path).map_err(|source| io_error(&self.path, source))?;
        let mut window = Window::new(Box::new(file));
        let ahead = window.ahead().map_err(|source| io_error(&self.path, source))?;
        if ahead.starts_with(b"\xef\xbb\xbf") {
            window.advance(3);
            window.begin();
        }
        Ok(window)
    }

    /// Returns the mapping that was given, or that lies beside the file.
    pub(crate) fn mapping(&self) -> Result<Option<Mapping>, IngestError> {
        match &self.options.mapping {
            Some(mapping) => Ok(Some(mapping.clone())),
            None => Mapping::beside(&self.path),
        }
    }

    pub(crate) fn place(&self) -> Place {
        Place::file(self.file.clone())
    }

    pub(crate) fn wrong(&self, format: Format, reason: impl Into<String>) -> IngestError {
        IngestError::WrongFormat { path: self.path.clone(), format: format.name(), reason: reason.into() }
    }
}

fn encoding_of(path: &Path) -> Result<Encoding, IngestError> {
    let head = head_of(path)?;
    if head.is_empty() {
        return Err(IngestError::Empty { path: path.to_owned() });
    }
    let is_zip = head.starts_with(b"PK\x03\x04");
    if is_zip || matches!(database(path, &head, false), Some(Database::Plain)) {
        return Ok(Encoding::Utf8);
    }
    match encoding::sniff(&head) {
        Sniffed::Is(encoding) => Ok(encoding),
        // A database or an archive that happens to begin like UTF-16 is no text.
        Sniffed::Utf16 if !looks_like_text16(&head) => Ok(Encoding::Utf8),
        Sniffed::Utf16 => Err(IngestError::Utf16 { path: path.to_owned() }),
    }
}

/// Returns the beginning of a file.
pub(crate) fn head_of(path: &Path) -> Result<Vec<u8>, IngestError> {
    let file = File::open(path).map_err(|source| io_error(path, source))?;
    let mut head = Vec::new();
    file.take(HEAD as u64).read_to_end(&mut head).map_err(|source| io_error(path, source))?;
    Ok(head)
}

fn relative_to(path: &Path, root: &Path) -> Result<PathBuf, IngestError> {
    let outside = || IngestError::OutsideRoot { path: path.to_owned(), root: root.to_owned() };
    let relative = path.strip_prefix(root).map_err(|_| outside())?;
    if relative.as_os_str().is_empty() {
        // The source is this one file.
        return Ok(path.file_name().map(PathBuf::from).unwrap_or_default());
    }
    if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
        return Err(outside());
    }
    Ok(relative.to_owned())
}

/// Returns a relative path with `/` between its parts.
pub(crate) fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
