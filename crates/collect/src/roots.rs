//! Where a source lies: the folder or file itself, and a folder for each ZIP of it that was opened. What is to be read
//! of them, and every file that was seen.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, IngestError, Items, Options, SourceFile, open};
use duces_model::{Finding, Item};

use crate::attach::Folder;

/// One place that files of the source lie in.
#[derive(Debug)]
pub(crate) struct Root {
    pub(crate) path: PathBuf,
    /// What stands before each path: nothing, or `x.zip!/` where it was unpacked from a ZIP.
    pub(crate) prefix: String,
    pub(crate) folder: Folder,
    pub(crate) options: Options,
}

impl Root {
    pub(crate) fn new(path: &Path, prefix: String, options: Options) -> Self {
        // Media are looked for among the files of one root.
        let container = container_of(&prefix);
        let options = Options { media: duces_ingest::MediaIndex::default(), container, ..options };
        Self { path: path.to_owned(), prefix, folder: Folder::of(path), options }
    }

    /// Returns the path of a file as people read it, with `/` between folders.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.path).ok();
        match below.filter(|below| !below.as_os_str().is_empty()) {
            Some(below) => format!("{}{}", self.prefix, slashed(below)),
            // A ZIP that is read as a whole is called by its own name, not by that of the folder it lies unpacked in.
            None if !self.prefix.is_empty() => self.prefix.trim_end_matches("!/").to_owned(),
            None => slashed(path.file_name().map_or(path, Path::new)),
        }
    }

    /// Lets a finding of this root be one of the source: in its place, and in its text where that names a path of this
    /// computer. The place is said once.
    pub(crate) fn rename(&self, finding: &mut Finding) {
        rename(&self.prefix, &mut finding.place.file);
        let text = self.said(&finding.text);
        let rest = text.strip_prefix(&finding.place.file).and_then(|rest| rest.strip_prefix(": "));
        finding.text = rest.unwrap_or(&text).to_owned();
    }

    /// Returns a text that begins with the path of a file with that path as the source has it.
    pub(crate) fn said(&self, text: &str) -> String {
        let Some(rest) = text.strip_prefix(&self.path.display().to_string()) else { return text.to_owned() };
        match rest.strip_prefix(['/', '\\']) {
            Some(rest) => format!("{}{rest}", self.prefix),
            None if rest.starts_with(':') => format!("{}{rest}", self.shown(&self.path)),
            None => text.to_owned(),
        }
    }

    /// Returns where a file lies for people: a file that was unpacked from a ZIP lies in that ZIP.
    pub(crate) fn place_of(&self, path: PathBuf) -> PathBuf {
        if self.prefix.is_empty() { path } else { self.shown(&path).into() }
    }

    /// Opens what is read as one. Places are those of the source.
    pub(crate) fn open(&self, input: &Input) -> Result<Items, IngestError> {
        let options = Options { account: input.account.clone(), ..self.options.clone() };
        let items = open(&input.file, &self.path, &options).map_err(|error| match error {
            IngestError::ZoneNeeded { path } => IngestError::ZoneNeeded { path: self.place_of(path) },
            IngestError::DateOrder { path, reason } => IngestError::DateOrder { path: self.place_of(path), reason },
            error => error,
        })?;
        if self.prefix.is_empty() {
            return Ok(items);
        }
        let prefix = self.prefix.clone();
        Ok(Box::new(items.map(move |mut item| {
            match &mut item {
                Item::Record(record) => rename(&prefix, &mut record.place.file),
                Item::Excepted { finding, .. } | Item::Finding(finding) => rename(&prefix, &mut finding.place.file),
            }
            item
        })))
    }
}

/// Returns what the ZIP of a prefix such as `a/x.zip!/` is called: `x`.
fn container_of(prefix: &str) -> Option<String> {
    let name = prefix.strip_suffix("!/")?.rsplit('/').next()?;
    Some(name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned())
}

fn rename(prefix: &str, file: &mut String) {
    if !prefix.is_empty() {
        file.insert_str(0, prefix);
    }
}

/// What is read as one, most often one file.
#[derive(Debug)]
pub(crate) struct Input {
    /// Which root it lies in.
    pub(crate) root: usize,
    pub(crate) file: SourceFile,
    /// The account that was collected, of the app that it is of.
    pub(crate) account: Option<String>,
    /// Whether some of it is not to be collected.
    pub(crate) partly_excluded: bool,
}

/// A file of the source.
#[derive(Debug)]
pub(crate) struct SeenFile {
    pub(crate) root: usize,
    /// Relative to its root; the file itself where the root is one file.
    pub(crate) relative: PathBuf,
    pub(crate) shown: String,
    pub(crate) size: u64,
    pub(crate) is: Seen,
}

/// What a file of the source is, before anything is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It is read for messages.
    Input(Format),
    /// A ZIP that was opened; its files are listed on their own.
    Opened,
    /// Something that messages may refer to.
    Companion,
    /// It is not read, and why.
    Ignored(String),
    /// It holds nothing but what is not to be collected.
    Excluded,
}

/// Returns a relative path with `/` between its parts.
pub(crate) fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
