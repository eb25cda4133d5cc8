//! The manifest of a delivery (`.mf`): the names of the files delivered and how many they are, compared with what is
//! there.
//!
//! Its form is known from a description alone: names, one a line, and `Count:`. What is doubtful is in [`parse`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use duces_model::{Finding, FindingCode, Place};

use crate::codes;

/// A larger file is no manifest.
const LIMIT: u64 = 64 * 1024 * 1024;

/// What a manifest says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) count: Option<u64>,
    /// The names, in its order, without folders.
    pub(crate) names: Vec<String>,
    /// Lines that are neither, with their numbers.
    pub(crate) other: Vec<(u64, String)>,
}

impl Manifest {
    /// Reads a manifest; nothing where it cannot be read or is none.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        if fs::metadata(path).ok()?.len() > LIMIT {
            return None;
        }
        let bytes = fs::read(path).ok()?;
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)).into_owned();
        let manifest = parse(&text);
        (manifest.count.is_some() || !manifest.names.is_empty()).then_some(manifest)
    }

    /// Returns the names in lower case.
    pub(crate) fn listed(&self) -> BTreeSet<String> {
        self.names.iter().map(|name| name.to_lowercase()).collect()
    }
}

/// Reads the text of a manifest. A line is `Count:` and a number, or begins with a name that has an extension; what
/// follows a comma, a semicolon, a bar or a tab after a name is not looked at.
pub(crate) fn parse(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(count) = count_of(line) {
            manifest.count = Some(count);
            continue;
        }
        let name = line.split([',', ';', '|', '\t']).next().unwrap_or_default().trim().trim_matches('"');
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
        if name.rsplit_once('.').is_some_and(|(stem, extension)| is_name(stem, extension)) {
            manifest.names.push(name.to_owned());
        } else {
            manifest.other.push((number, line.to_owned()));
        }
    }
    manifest
}

fn is_name(stem: &str, extension: &str) -> bool {
    !stem.is_empty() && (1..=8).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn count_of(line: &str) -> Option<u64> {
    let (key, value) = line.split_once([':', '='])?;
    if !key.trim().eq_ignore_ascii_case("count") {
        return None;
    }
    value.trim().parse().ok()
}

/// Compares a manifest with the files of its folder; `there` are their names and sizes, without manifests.
pub(crate) fn compare(manifest: &Manifest, place: &Place, there: &[(String, u64)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut say = |code: &FindingCode, text: String| findings.push(Finding::new(code, place.clone(), text));
    let listed = manifest.names.len() as u64;
    match manifest.count {
        Some(count) if listed > 0 && count != listed => {
            say(&codes::MANIFEST_COUNT, format!("the manifest says {count} files and lists {listed}"));
        }
        Some(count) if listed == 0 && count != there.len() as u64 => {
            say(&codes::MANIFEST_COUNT, format!("the manifest says {count} files; {} are there", there.len()));
        }
        Some(_) => {}
        None => say(&codes::MANIFEST_COUNT, "the manifest says no number of files".to_owned()),
    }
    let sizes: BTreeMap<String, u64> = there.iter().map(|(name, size)| (name.to_lowercase(), *size)).collect();
    let mut seen = BTreeSet::new();
    for name in &manifest.names {
        if !seen.insert(name.to_lowercase()) {
            say(&codes::MANIFEST_COUNT, format!("the manifest lists `{name}` more than once"));
            continue;
        }
        match sizes.get(&name.to_lowercase()) {
            None => say(&codes::MANIFEST_MISSING, format!("the manifest lists `{name}`, which is not there")),
            Some(0) => say(&codes::MANIFEST_EMPTY, format!("the manifest lists `{name}`, which is empty")),
            Some(_) => {}
        }
    }
    if listed > 0 {
        for (name, _) in there.iter().filter(|(name, _)| !seen.contains(&name.to_lowercase())) {
            say(&codes::MANIFEST_UNLISTED, format!("`{name}` is there and the manifest does not list it"));
        }
    }
    for (number, line) in &manifest.other {
        let shown: String = line.chars().take(120).collect();
        say(&codes::MANIFEST_LINE, format!("line {number} is neither a name nor a count: `{shown}`"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_read_and_compared() {
        let manifest = parse("Count: 3\r\n1.eml\r\nout\\2.eml,1024\r\n\"photo 1.jpg\"\tx\r\n\r\nDelivered by us\r\n");
        assert_eq!((manifest.count, manifest.names.len()), (Some(3), 3));
        assert_eq!(manifest.names[2], "photo 1.jpg");
        assert_eq!(manifest.other, [(6, "Delivered by us".to_owned())]);
        let there = |names: &[(&str, u64)]| names.iter().map(|(n, s)| ((*n).to_owned(), *s)).collect::<Vec<_>>();
        let said = |text: &str, files: &[(&str, u64)]| {
            let found = compare(&parse(text), &Place::file("m.mf"), &there(files));
            found
                .iter()
                .map(|finding| finding.code.trim_start_matches("INGEST_MANIFEST_"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        type Row = (&'static str, &'static [(&'static str, u64)], &'static str);
        let rows: [Row; 9] = [
            ("Count:2\na.eml\nb.eml", &[("a.eml", 1), ("B.EML", 1)], ""),
            ("Count=1", &[("a.eml", 1)], ""),
            ("Count:1", &[("a.eml", 1), ("b.eml", 1)], "COUNT"),
            ("Count:3\na.eml\nb.eml", &[("a.eml", 1), ("b.eml", 1)], "COUNT"),
            ("a.eml", &[("a.eml", 1)], "COUNT"),
            ("Count:2\na.eml\na.eml", &[("a.eml", 1)], "COUNT"),
            ("Count:1\na.eml", &[], "MISSING"),
            ("Count:1\na.eml", &[("a.eml", 0)], "EMPTY"),
            ("Count:1\na.eml", &[("a.eml", 1), ("b.eml", 1)], "UNLISTED"),
        ];
        for (text, files, expected) in rows {
            assert_eq!(said(text, files), expected, "{text}");
        }
    }
}
