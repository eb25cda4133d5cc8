//! The volume as files, whether it lies in a folder or in a ZIP; nothing is unpacked to disk and nothing written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use duces_files::{FilesError, ZipEntry, ZipIn, ZipLimits, ZipRefusal};
use duces_model::Place;
use duces_volume::MANIFEST_NAME;

use crate::codes;
use crate::report::VerifyError;
use crate::tally::{Tally, shown};

/// A file of the volume by its place in the list.
pub(crate) type FileIdx = usize;

/// One file of the volume.
pub(crate) struct VolumeFile {
    /// Its path below the volume, with `/` between folders.
    pub(crate) path: String,
    /// How many bytes.
    pub(crate) size: u64,
    entry: Option<ZipEntry>,
}

/// Where the files are.
#[derive(Clone)]
enum Holder {
    Folder(PathBuf),
    Zip(Box<ZipIn>),
}

/// The files of a volume, sorted by path.
pub(crate) struct Medium {
    holder: Holder,
    files: Vec<VolumeFile>,
    by_path: BTreeMap<String, FileIdx>,
    /// The first file of each path in lower case.
    by_folded: BTreeMap<String, FileIdx>,
    /// The volume's own name, where the folder tells it.
    name: Option<String>,
}

impl Medium {
    /// Lists the files of a folder or a ZIP. `None` where a ZIP was refused; the tally says why.
    pub(crate) fn open(path: &Path, tally: &mut Tally) -> Result<Option<Self>, VerifyError> {
        let facts = fs::metadata(path).map_err(|source| VerifyError::List { path: path.to_owned(), source })?;
        if facts.is_dir() {
            return Self::folder(path, tally).map(Some);
        }
        if !facts.is_file() {
            return Err(VerifyError::NotAVolume { path: path.to_owned() });
        }
        match ZipIn::open(path, &ZipLimits::default()) {
            Ok(zip) => Ok(Some(Self::zip(zip))),
            Err(FilesError::Zip { refusal, .. }) => {
                let named_zip = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
                if !named_zip && !starts_as_zip(path) {
                    return Err(VerifyError::NotAVolume { path: path.to_owned() });
                }
                refused(path, &refusal, tally);
                Ok(None)
            }
            Err(other) => Err(other.into()),
        }
    }

    fn folder(root: &Path, tally: &mut Tally) -> Result<Self, VerifyError> {
        let mut files = Vec::new();
        walk(root, "", 0, &mut files, tally)?;
        let name = root.file_name().and_then(|name| name.to_str()).map(str::to_owned);
        Ok(Self::new(Holder::Folder(root.to_owned()), files, name))
    }

    fn zip(zip: ZipIn) -> Self {
        let top = top_folder(zip.entries());
        let files = zip.entries().iter().map(|entry| {
            let path = top.as_ref().and_then(|top| entry.name.strip_prefix(top.as_str())).unwrap_or(&entry.name);
            VolumeFile { path: path.to_owned(), size: entry.size, entry: Some(entry.clone()) }
        });
        let files = files.collect();
        let stem = zip.path().file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
        let name = top.as_ref().map(|top| top.trim_end_matches('/').to_owned()).or(stem);
        Self::new(Holder::Zip(Box::new(zip)), files, name)
    }

    fn new(holder: Holder, mut files: Vec<VolumeFile>, name: Option<String>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let by_path = files.iter().enumerate().map(|(idx, file)| (file.path.clone(), idx)).collect();
        let mut by_folded = BTreeMap::new();
        for (idx, file) in files.iter().enumerate() {
            by_folded.entry(file.path.to_lowercase()).or_insert(idx);
        }
        Self { holder, files, by_path, by_folded, name }
    }

    /// Returns the files, sorted by path.
    pub(crate) fn files(&self) -> &[VolumeFile] {
        &self.files
    }

    /// Returns the file of a path.
    pub(crate) fn find(&self, path: &str) -> Option<FileIdx> {
        self.by_path.get(path).copied()
    }

    /// Returns a file whose path differs at most in case.
    pub(crate) fn find_folded(&self, path: &str) -> Option<FileIdx> {
        self.by_folded.get(&path.to_lowercase()).copied()
    }

    /// Returns the name of the volume, where the folder or the ZIP tells it.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns what reads the files; each thread wants its own.
    pub(crate) fn opener(&self) -> Opener<'_> {
        Opener { files: &self.files, holder: self.holder.clone() }
    }
}

/// Reads files of a volume, on one thread.
pub(crate) struct Opener<'a> {
    files: &'a [VolumeFile],
    holder: Holder,
}

impl Opener<'_> {
    /// Opens a file.
    pub(crate) fn open(&mut self, idx: FileIdx) -> io::Result<Box<dyn Read + '_>> {
        let file = &self.files[idx];
        match (&mut self.holder, &file.entry) {
            (Holder::Zip(zip), Some(entry)) => Ok(Box::new(zip.open_entry(entry).map_err(io::Error::from)?)),
            (Holder::Folder(root), _) => Ok(Box::new(File::open(root.join(&file.path))?)),
            (Holder::Zip(_), None) => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// How deep folders may nest; a volume has three levels.
const DEEPEST: usize = 64;

fn walk(
    folder: &Path,
    above: &str,
    depth: usize,
    files: &mut Vec<VolumeFile>,
    tally: &mut Tally,
) -> Result<(), VerifyError> {
    let list = |source| VerifyError::List { path: folder.to_owned(), source };
    let mut is_empty = true;
    for entry in fs::read_dir(folder).map_err(list)? {
        let entry = entry.map_err(list)?;
        is_empty = false;
        let name = entry.file_name();
        let path = format!("{above}{}", name.to_string_lossy());
        let place = Place::file(path.as_str());
        if name.to_str().is_none() {
            tally.add(&codes::NAME_UNSAFE, place, "the name is not Unicode; what bears it was not read");
            continue;
        }
        let kind = entry.file_type().map_err(list)?;
        if kind.is_dir() && depth < DEEPEST {
            walk(&entry.path(), &format!("{path}/"), depth + 1, files, tally)?;
        } else if kind.is_dir() {
            tally.add(&codes::FILE_UNREADABLE, place, "folders nest too deeply; what lies below was not read");
        } else if kind.is_file() {
            let size = entry.metadata().map_err(list)?.len();
            files.push(VolumeFile { path, size, entry: None });
        } else {
            tally.add(&codes::FILE_LINK, place, "this is a link or a device, not a file; it was not followed");
        }
    }
    if is_empty && depth > 0 {
        tally.add(&codes::FOLDER_EMPTY, Place::file(above.trim_end_matches('/')), "the folder holds no file");
    }
    Ok(())
}

/// Returns the folder, with its `/`, that holds the whole volume within a ZIP, where there is one.
fn top_folder(entries: &[ZipEntry]) -> Option<String> {
    let is_at_root = |name: &str| entries.iter().any(|entry| entry.name == name);
    if is_at_root(MANIFEST_NAME) {
        return None;
    }
    let below = |entry: &ZipEntry| {
        let (top, rest) = entry.name.split_once('/')?;
        let is_volume = rest == MANIFEST_NAME || rest.get(..5).is_some_and(|data| data.eq_ignore_ascii_case("DATA/"));
        is_volume.then(|| format!("{top}/"))
    };
    entries.iter().find_map(below)
}

fn starts_as_zip(path: &Path) -> bool {
    let mut start = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start.starts_with(b"PK")
}

/// Says why a ZIP was not read, and that nothing in it was checked.
fn refused(path: &Path, refusal: &ZipRefusal, tally: &mut Tally) {
    let code = match refusal {
        ZipRefusal::Broken(_) | ZipRefusal::Contradiction(_) | ZipRefusal::NoEntry(_) => Some(&codes::ZIP_DAMAGED),
        ZipRefusal::Surplus(_) => Some(&codes::ZIP_SURPLUS),
        ZipRefusal::Name(..) => Some(&codes::ZIP_NAME),
        ZipRefusal::Clash(..) => Some(&codes::ZIP_CLASH),
        ZipRefusal::Link(_) => Some(&codes::ZIP_LINK),
        ZipRefusal::TooLarge(_) => Some(&codes::ZIP_TOO_LARGE),
        // Neither is wrong with a production; it only cannot be looked into from here.
        ZipRefusal::Encrypted(_) | ZipRefusal::Method(_) => None,
    };
    let name = zip_name(path);
    if let Some(code) = code {
        tally.add(code, Place::file(name), format!("{refusal}; nothing in it was checked"));
    }
    tally.not_run("everything within the ZIP", refusal);
}

/// Returns a ZIP's own name for findings.
pub(crate) fn zip_name(path: &Path) -> String {
    path.file_name().map_or_else(|| shown(&path.to_string_lossy()), |name| shown(&name.to_string_lossy()))
}
