//! The manifest: the SHA-256 of every file of a volume, as `sha256sum -c` reads it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use duces_model::{Digest, Finding, Place};

use crate::codes;
use crate::error::VolumeError;
use crate::rel_path::RelPath;

/// The manifest's name at the top of a volume. It lists every other file and cannot list itself.
pub const MANIFEST_NAME: &str = "manifest-sha256.txt";

/// The files of a volume and their digests, on the way into a manifest. Any order of adding gives the same text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    files: BTreeMap<RelPath, Digest>,
    folded: BTreeMap<String, RelPath>,
}

impl Manifest {
    /// Adds a file; refuses one that is listed already, case apart.
    pub fn add(&mut self, path: RelPath, digest: Digest) -> Result<(), VolumeError> {
        if let Some(listed) = self.folded.get(&path.as_str().to_ascii_lowercase()) {
            return Err(VolumeError::Twice { one: listed.to_string(), other: path.to_string() });
        }
        self.folded.insert(path.as_str().to_ascii_lowercase(), path.clone());
        self.files.insert(path, digest);
        Ok(())
    }

    /// Returns how many files are listed.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Returns whether no file is listed.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Returns the files in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (&RelPath, &Digest)> {
        self.files.iter()
    }

    /// Returns the manifest's text: one line a file, sorted by path, each ending in LF.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.files.len() * 100);
        for (path, digest) in &self.files {
            writeln!(text, "{digest}  {path}").expect("writing to a string does not fail");
        }
        text
    }
}

/// One file that a manifest lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestLine {
    /// The line it stands on, from 1.
    pub line: u64,
    /// The file.
    pub path: RelPath,
    /// Its digest.
    pub digest: Digest,
}

/// What a manifest that others wrote says, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedManifest {
    /// The lines that could be understood and may be followed, in the file's order.
    pub lines: Vec<ManifestLine>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Manifest {
    /// Reads a manifest. `file` names it in findings.
    pub fn parse(bytes: &[u8], file: &str) -> ParsedManifest {
        let mut parsed = ParsedManifest::default();
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let mut report = |code, line, text: String| {
            parsed.findings.push(Finding::new(code, Place::file(file).at_line(line), text));
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if !bytes.is_empty() && !bytes.ends_with(b"\n") {
            let last = bytes.split(|b| *b == b'\n').count() as u64;
            report(&codes::MANIFEST_LINE_END, last, "the last line has no end".to_owned());
        }
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        if bytes.is_empty() {
            return parsed;
        }
        for (number, raw) in (1_u64..).zip(bytes.split(|b| *b == b'\n')) {
            let Ok(line) = std::str::from_utf8(raw) else {
                report(&codes::MANIFEST_ENCODING, number, "the line is not UTF-8 and was not followed".to_owned());
                continue;
            };
            let line = match line.strip_suffix('\r') {
                Some(line) => {
                    report(&codes::MANIFEST_LINE_END, number, "the line ends in CR LF".to_owned());
                    line
                }
                None => line,
            };
            let Some((digest, name)) = split(line) else {
                let start: String = line.chars().take(80).collect();
                report(&codes::MANIFEST_LINE, number, format!("`{}` is no line of a manifest", start.escape_debug()));
                continue;
            };
            let path = match RelPath::new(name) {
                Ok(path) => path,
                Err(e) => {
                    report(&codes::MANIFEST_NAME, number, format!("{e}; it was not followed"));
                    continue;
                }
            };
            if let Some(earlier) = seen.insert(path.as_str().to_ascii_lowercase(), path.to_string()) {
                report(&codes::MANIFEST_DUPLICATE, number, format!("`{path}` is listed before as `{earlier}`"));
                continue;
            }
            parsed.lines.push(ManifestLine { line: number, path, digest });
        }
        parsed
    }
}

/// Splits a line into digest and name. `*` in place of the second space marks binary mode, which changes nothing.
fn split(line: &str) -> Option<(Digest, &str)> {
    let (digest, rest) = line.split_at_checked(64)?;
    let name = rest.strip_prefix("  ").or_else(|| rest.strip_prefix(" *"))?;
    Some((digest.to_ascii_lowercase().parse().ok()?, name))
}
