//! What detection knows of a file or a folder: its beginning, what its JSON begins with, which files lie there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::encoding::Encoding;
use crate::grid::{self, Head};
use crate::mapping::Mapping;
use crate::source::io_error;
use crate::sqlite::Database;
use crate::window::Window;
use crate::{IngestError, json_stream, scan};

/// A file that is looked at to tell what it is.
pub(crate) struct Probe<'a> {
    pub(crate) path: &'a Path,
    /// The first 64 KiB, without a byte-order mark.
    pub(crate) head: &'a [u8],
    pub(crate) encoding: Encoding,
    first_element: Option<Option<Vec<u8>>>,
    database: Option<Option<Database>>,
    tables: Option<Vec<Head>>,
    mapping: Option<&'a Mapping>,
}

impl<'a> Probe<'a> {
    pub(crate) fn new(path: &'a Path, head: &'a [u8], encoding: Encoding, mapping: Option<&'a Mapping>) -> Self {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        Self { path, head, encoding, first_element: None, database: None, tables: None, mapping }
    }

    /// Returns the first byte that is no white space.
    pub(crate) fn first_byte(&self) -> Option<u8> {
        self.head.iter().copied().find(|byte| !byte.is_ascii_whitespace())
    }

    /// Returns whether it is a JSON object, as far as its first byte tells.
    pub(crate) fn is_object(&self) -> bool {
        self.first_byte() == Some(b'{')
    }

    /// Returns whether it is a JSON array, as far as its first byte tells.
    pub(crate) fn is_array(&self) -> bool {
        self.first_byte() == Some(b'[')
    }

    /// Returns the first line that is not blank, as text; its end may be cut off at 64 KiB.
    pub(crate) fn first_line(&self) -> String {
        let start = self.head.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(self.head.len());
        let line = self.head[start..].split(|byte| *byte == b'\n').next().unwrap_or_default();
        self.encoding.text(line.strip_suffix(b"\r").unwrap_or(line))
    }

    /// Returns the beginning of the file as text; a character cut off at its end is left out.
    pub(crate) fn text(&self) -> String {
        self.encoding.text(self.head)
    }

    /// Returns the lower-case extension of its name.
    pub(crate) fn extension(&self) -> Option<String> {
        self.path.extension().map(|extension| extension.to_string_lossy().to_lowercase())
    }

    /// Returns those of `keys` that the JSON object has at its top level before `enough` of them are seen, with the
    /// bytes of their values; large values before them are passed over without being kept.
    pub(crate) fn keys(
        &self,
        keys: &[&str],
        enough: impl Fn(&BTreeMap<String, Vec<u8>>) -> bool,
    ) -> Result<BTreeMap<String, Vec<u8>>, IngestError> {
        self.keys_before("messages", keys, enough)
    }

    /// Does the same where the records stand under another key than `messages`.
    pub(crate) fn keys_before(
        &self,
        records: &str,
        keys: &[&str],
        enough: impl Fn(&BTreeMap<String, Vec<u8>>) -> bool,
    ) -> Result<BTreeMap<String, Vec<u8>>, IngestError> {
        if !self.is_object() {
            return Ok(BTreeMap::new());
        }
        let mut window = self.window()?;
        let found = json_stream::header_before(&mut window, self.encoding, records, keys, enough);
        found.map_err(|source| io_error(self.path, source))
    }

    /// Returns the bytes, as UTF-8, of the first element of a JSON array; `None` where it is none or is empty.
    pub(crate) fn first_element(&mut self) -> Result<Option<&[u8]>, IngestError> {
        if self.first_element.is_none() {
            self.first_element = Some(self.read_first_element()?);
        }
        Ok(self.first_element.as_ref().and_then(|element| element.as_deref()))
    }

    fn read_first_element(&self) -> Result<Option<Vec<u8>>, IngestError> {
        if !self.is_array() {
            return Ok(None);
        }
        let failed = |source| io_error(self.path, source);
        let mut window = self.window()?;
        scan::skip_space(&mut window).map_err(failed)?;
        window.advance(1);
        if scan::skip_space(&mut window).map_err(failed)? == Some(b']') {
            return Ok(None);
        }
        if let Err(scan::ScanError::Io(source)) = scan::value(&mut window, self.encoding, true) {
            return Err(failed(source));
        }
        Ok(Some(self.encoding.utf8_bytes(window.record()).into_owned()))
    }

    /// Returns the bytes, as UTF-8, of the first element of the array under a key of a JSON object.
    pub(crate) fn first_element_under(&self, key: &str) -> Result<Option<Vec<u8>>, IngestError> {
        let mut window = self.window()?;
        json_stream::first_under(&mut window, self.encoding, key).map_err(|source| io_error(self.path, source))
    }

    /// Returns the SQLite database that it is, opened as it stands in its file.
    pub(crate) fn database(&mut self) -> Result<Option<&Database>, IngestError> {
        if self.database.is_none() {
            self.database = Some(Database::open(self.path)?);
        }
        Ok(self.database.as_ref().and_then(Option::as_ref))
    }

    /// Returns the mapping that was given, or that lies beside the file.
    pub(crate) fn mapping(&self) -> Result<Option<Mapping>, IngestError> {
        self.mapping.map_or_else(|| Mapping::beside(self.path), |mapping| Ok(Some(mapping.clone())))
    }

    /// Returns the first rows of each sheet of a workbook, or of a CSV.
    pub(crate) fn tables(&mut self) -> Result<&[Head], IngestError> {
        if self.tables.is_none() {
            self.tables = Some(grid::heads(self.path, self.head, self.encoding)?);
        }
        Ok(self.tables.as_deref().unwrap_or_default())
    }

    fn window(&self) -> Result<Window, IngestError> {
        let file = fs::File::open(self.path).map_err(|source| io_error(self.path, source))?;
        let mut window = Window::new(Box::new(file));
        if window.ahead().map_err(|source| io_error(self.path, source))?.starts_with(b"\xef\xbb\xbf") {
            window.advance(3);
        }
        Ok(window)
    }
}

/// A folder that is looked at to tell what of it belongs together.
pub(crate) struct Tree<'a> {
    pub(crate) root: &'a Path,
    /// Every plain file below, relative to the root, in the order of paths.
    pub(crate) files: &'a [PathBuf],
}

impl Tree<'_> {
    /// Returns the files of a name, in whatever folder, letters' case aside.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Path> {
        let is_named =
            move |path: &Path| path.file_name().is_some_and(|n| n.to_string_lossy().eq_ignore_ascii_case(name));
        self.files.iter().map(PathBuf::as_path).filter(move |path| is_named(path))
    }
}
