//! Where an attachment's bytes may lie: paths as sources write them, made relative to the source's folder.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use duces_model::{AttachmentRole, MissingReason, SourceAttachment, SourceBytes};

use crate::source::Source;

/// The media files below a source's folder by name, found once, when first asked for.
#[derive(Debug, Clone, Default)]
pub struct MediaIndex {
    found: Arc<OnceLock<Found>>,
}

#[derive(Debug, Default)]
struct Found {
    root: PathBuf,
    /// Lower-case file names and stems, to the paths relative to the root, sorted.
    names: BTreeMap<String, Vec<PathBuf>>,
}

impl MediaIndex {
    /// Returns the files below `root` of a name, or of a name without its extension.
    fn named(&self, root: &Path, name: &str) -> Vec<PathBuf> {
        let found = self.found.get_or_init(|| Found::below(root));
        if found.root == root {
            return found.names.get(&name.to_lowercase()).cloned().unwrap_or_default();
        }
        // Options that are used for a second source: right, only slower.
        Found::below(root).names.get(&name.to_lowercase()).cloned().unwrap_or_default()
    }
}

impl Found {
    fn below(root: &Path) -> Self {
        let mut names: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            // A folder that cannot be listed holds no candidates; that a file is missing is said when it is collected.
            let Ok(entries) = std::fs::read_dir(root.join(&folder)) else { continue };
            for entry in entries.flatten() {
                let path = folder.join(entry.file_name());
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(path),
                    Ok(kind) if kind.is_file() => remember(&mut names, path),
                    _ => {}
                }
            }
        }
        for paths in names.values_mut() {
            paths.sort();
        }
        Self { root: root.to_owned(), names }
    }
}

fn remember(names: &mut BTreeMap<String, Vec<PathBuf>>, path: PathBuf) {
    let lower = |part: Option<&OsStr>| part.and_then(OsStr::to_str).map(str::to_lowercase);
    let (name, stem) = (lower(path.file_name()), lower(path.file_stem()));
    // A source file that happens to share a picture's stem holds messages, not the picture.
    let extension = lower(path.extension());
    let holds_messages = matches!(extension.as_deref(), Some("json" | "jsonl" | "csv" | "db"));
    if let Some(stem) = stem.filter(|_| !holds_messages).filter(|stem| Some(stem) != name.as_ref()) {
        names.entry(stem).or_default().push(path.clone());
    }
    if let Some(name) = name {
        names.entry(name).or_default().push(path);
    }
}

/// What a source says about where an attachment lies.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hint {
    pub(crate) name: Option<String>,
    /// A path as the source writes it.
    pub(crate) path: Option<String>,
    /// Paths below the source's folder at which the bytes lie or nowhere, best first.
    pub(crate) exact: Vec<String>,
    /// File names without extension under which the bytes may lie: digests, server ids.
    pub(crate) stems: Vec<String>,
    /// The bytes themselves, where the source holds them within its record.
    pub(crate) bytes: Option<SourceBytes>,
    /// The MD5 that the source declares for the bytes.
    pub(crate) md5: Option<String>,
}

/// An attachment and whether its path led out of the source.
pub(crate) struct Placed {
    pub(crate) attachment: SourceAttachment,
    pub(crate) outside: Option<String>,
}

/// Returns the attachment with its candidates, best first.
pub(crate) fn place(source: &Source, role: AttachmentRole, hint: Hint) -> Placed {
    let mut candidates: Vec<PathBuf> = Vec::new();
    let mut outside = None;
    if let Some(path) = hint.path.as_deref().filter(|path| !path.is_empty()) {
        let path = path.replace('\\', "/");
        match (inside(&source.folder, &path), inside(Path::new(""), &path)) {
            (None, None) => outside = Some(path.clone()),
            (below_folder, below_root) => candidates.extend(below_folder.into_iter().chain(below_root)),
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        if !candidates.iter().any(|candidate| source.root.join(candidate).is_file()) {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            candidates.extend(lookup(source, name));
            candidates.extend(lookup(source, stem));
        }
    }
    candidates.extend(hint.exact.iter().filter_map(|path| inside(&source.folder, path)));
    for stem in hint.stems.iter().filter(|stem| !stem.is_empty()) {
        candidates.extend(lookup(source, stem));
    }
    let mut seen: Vec<PathBuf> = Vec::new();
    candidates.retain(|candidate| {
        !seen.contains(candidate) && {
            seen.push(candidate.clone());
            true
        }
    });
    let found = !candidates.is_empty() || hint.bytes.is_some();
    let missing = match (!found, &outside, hint.stems.iter().any(|stem| !stem.is_empty())) {
        (false, ..) => None,
        (true, Some(_), _) => Some(MissingReason::OutsideSource),
        (true, None, true) => Some(MissingReason::NotInSource),
        (true, None, false) => Some(MissingReason::NoReference),
    };
    let Hint { name, bytes, md5, .. } = hint;
    Placed { attachment: SourceAttachment { role, name, candidates, bytes, md5, missing }, outside }
}

/// Returns the files of a name below the source's folder, or of a name without its extension.
pub(crate) fn lookup(source: &Source, name: &str) -> Vec<PathBuf> {
    if name.is_empty() || source.root.is_file() {
        return Vec::new();
    }
    source.options.media.named(&source.root, name)
}

/// Returns the path `path` below `folder`, without `.` and `..`; nothing where it leads out of the root.
pub(crate) fn inside(folder: &Path, path: &str) -> Option<PathBuf> {
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if path.starts_with('/') || drive || path.contains("://") || path.contains('\0') {
        return None;
    }
    let mut out = folder.to_owned();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if !out.pop() {
                    return None;
                }
            }
            part => out.push(part),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_root_or_is_none() {
        let rows = [
            ("a", "images/x.jpg", Some("a/images/x.jpg")),
            ("a", "../images/./x.jpg", Some("images/x.jpg")),
            ("a", "../../x.jpg", None),
            ("", "../x.jpg", None),
            ("a", "/etc/passwd", None),
            ("a", "C:/x.jpg", None),
            ("a", "https://example.test/x", None),
        ];
        for (folder, path, expected) in rows {
            assert_eq!(inside(Path::new(folder), path), expected.map(PathBuf::from), "{folder} {path}");
        }
    }
}
