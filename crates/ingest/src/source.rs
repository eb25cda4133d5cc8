//! One file of a source that is being read: where it lies, how it is encoded, and what the caller said about it.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use duces_model::Place;

use crate::encoding::{self, Encoding, Sniffed};
use crate::window::Window;
use crate::{Format, IngestError, Options};

/// How much of a file is looked at to tell what it is.
pub(crate) const HEAD: usize = 64 * 1024;

/// A file about to be read.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// Relative to the root, with `/` between folders: the file of every place.
    pub(crate) file: String,
    /// The file's folder, relative to the root.
    pub(crate) folder: PathBuf,
    pub(crate) root: PathBuf,
    pub(crate) encoding: Encoding,
    pub(crate) options: Options,
}

impl Source {
    pub(crate) fn new(path: &Path, root: &Path, options: &Options) -> Result<Self, IngestError> {
        let relative = relative_to(path, root)?;
        let head = head_of(path)?;
        if head.is_empty() {
            return Err(IngestError::Empty { path: path.to_owned() });
        }
        let encoding = match encoding::sniff(&head) {
            Sniffed::Is(encoding) => encoding,
            Sniffed::Utf16 => return Err(IngestError::Utf16 { path: path.to_owned() }),
        };
        Ok(Self {
            path: path.to_owned(),
            file: slashed(&relative),
            folder: relative.parent().map(Path::to_owned).unwrap_or_default(),
            root: root.to_owned(),
            encoding,
            options: options.clone(),
        })
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

    pub(crate) fn place(&self) -> Place {
        Place::file(self.file.clone())
    }

    pub(crate) fn wrong(&self, format: Format, reason: impl Into<String>) -> IngestError {
        IngestError::WrongFormat { path: self.path.clone(), format: format.name(), reason: reason.into() }
    }
}

/// Returns the beginning of a file.
pub(crate) fn head_of(path: &Path) -> Result<Vec<u8>, IngestError> {
    let file = File::open(path).map_err(|source| io_error(path, source))?;
    let mut head = Vec::new();
    file.take(HEAD as u64).read_to_end(&mut head).map_err(|source| io_error(path, source))?;
    Ok(head)
}

pub(crate) fn io_error(path: &Path, source: std::io::Error) -> IngestError {
    if source.kind() == std::io::ErrorKind::NotFound {
        return IngestError::NotFound { path: path.to_owned() };
    }
    IngestError::Io { path: path.to_owned(), source }
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
