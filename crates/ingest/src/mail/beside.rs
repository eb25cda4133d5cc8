//! What lies beside the mails of a delivery: its manifest, and files that belong to mails.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use duces_model::{AttachmentRole, Place};

use super::manifest::{self, Manifest};
use crate::probe::Tree;
use crate::sink::Sink;
use crate::source::{Source, SourceFile};
use crate::{Format, IngestError, codes};

/// Claims each folder that holds mails: them, the manifests beside them, and what those list.
pub(crate) fn claims(tree: &Tree<'_>) -> Result<Vec<SourceFile>, IngestError> {
    let mut folders: BTreeMap<&Path, Vec<PathBuf>> = BTreeMap::new();
    for file in tree.files.iter().filter(|file| has_extension(file, "eml")) {
        folders.entry(file.parent().unwrap_or(Path::new(""))).or_default().push(file.clone());
    }
    let mut lists: BTreeMap<&Path, BTreeSet<String>> = BTreeMap::new();
    for file in tree.files.iter().filter(|file| has_extension(file, "mf")) {
        let folder = file.parent().unwrap_or(Path::new(""));
        let Some(members) = folders.get_mut(folder) else { continue };
        if let Some(manifest) = Manifest::read(&tree.root.join(file)) {
            members.push(file.clone());
            lists.entry(folder).or_default().extend(manifest.listed());
        }
    }
    for file in tree.files.iter().filter(|file| !has_extension(file, "eml") && !has_extension(file, "mf")) {
        let folder = file.parent().unwrap_or(Path::new(""));
        if lists.get(folder).is_some_and(|list| list.contains(&lower_name(file))) {
            folders.entry(folder).or_default().push(file.clone());
        }
    }
    let source = |(folder, mut members): (&Path, Vec<PathBuf>)| {
        members.sort();
        SourceFile { format: Format::Eml, path: folder.to_owned(), members }
    };
    Ok(folders.into_iter().map(source).collect())
}

fn has_extension(file: &Path, wanted: &str) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}

fn name_of(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn lower_name(file: &Path) -> String {
    name_of(file).to_lowercase()
}

/// The files of a delivery that are no mails.
#[derive(Default)]
pub(crate) struct Beside {
    manifests: BTreeSet<PathBuf>,
    /// Files that may belong to mails, by their names in lower case, and whether one was found for each.
    files: BTreeMap<String, (PathBuf, Place, bool)>,
}

impl Beside {
    /// Compares the manifests of a source with its folder and says where they disagree.
    pub(crate) fn of(source: &Source, sink: &mut Sink) -> Self {
        let mut beside = Self::default();
        if source.members.len() < 2 && source.path.is_file() {
            return beside;
        }
        for member in &source.members {
            if has_extension(member, "mf") {
                beside.manifests.insert(member.clone());
            } else if !has_extension(member, "eml") {
                beside.files.insert(lower_name(member), (member.clone(), source.place_of(member), false));
            }
        }
        for path in &beside.manifests {
            let Some(manifest) = Manifest::read(path) else { continue };
            let place = source.place_of(path);
            let findings = manifest::compare(&manifest, &place, &there(source));
            if findings.is_empty() {
                let count = manifest.count.unwrap_or_default();
                let text = format!("the manifest lists {count} files; number, names and sizes agree with the delivery");
                sink.finding(&codes::PROVENANCE, &place, text);
            }
            findings.into_iter().for_each(|finding| sink.say(finding));
        }
        beside
    }

    /// Tells whether a member of the source is no mail.
    pub(crate) fn holds(&self, member: &Path) -> bool {
        self.manifests.contains(member) || self.files.get(&lower_name(member)).is_some_and(|(path, ..)| path == member)
    }

    /// Returns the files that belong to a mail: those it names, else those whose names begin with its own.
    ///
    /// The second is a supposition: how a vendor names files beside a mail is not published.
    pub(crate) fn of_mail(&mut self, mail: Option<&Path>, named: Option<&str>) -> Vec<(AttachmentRole, String)> {
        let Some(mail) = mail.filter(|_| !self.files.is_empty()) else { return Vec::new() };
        let stem = mail.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
        let wanted: Vec<String> = match named {
            Some(names) => names.split([',', ';']).map(|name| name.trim().trim_matches('"').to_lowercase()).collect(),
            None => self.files.keys().filter(|name| begins(name, &stem)).cloned().collect(),
        };
        let mut found = Vec::new();
        for name in wanted {
            if let Some((path, _, used)) = self.files.get_mut(&name) {
                *used = true;
                found.push((role_of(path), name_of(path)));
            }
        }
        found
    }

    /// Says which files belong to no mail.
    pub(crate) fn say_left(&self, sink: &mut Sink) {
        for (_, place, _) in self.files.values().filter(|(.., used)| !used) {
            sink.finding(&codes::FILE_OF_NO_MAIL, place, codes::FILE_OF_NO_MAIL.summary);
        }
    }
}

/// Tells whether a file's name is that of a mail and more.
fn begins(name: &str, stem: &str) -> bool {
    name.strip_prefix(stem).is_some_and(|rest| rest.starts_with(['_', '-', '.', ' ', '(']))
}

fn role_of(path: &Path) -> AttachmentRole {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "jpg" | "jpeg" | "png" | "gif" | "webp" | "bmp" | "heic" => AttachmentRole::Picture,
        "amr" | "mp3" | "wav" | "ogg" | "opus" | "silk" | "m4a" | "aac" => AttachmentRole::Voice,
        "mp4" | "mov" | "3gp" | "avi" | "webm" => AttachmentRole::Video,
        _ => AttachmentRole::File,
    }
}

/// Returns the files of the source's folder with their sizes, manifests left out.
fn there(source: &Source) -> Vec<(String, u64)> {
    let Ok(entries) = fs::read_dir(&source.path) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && !has_extension(&path, "mf") {
            found.push((name_of(&path), entry.metadata().map_or(0, |metadata| metadata.len())));
        }
    }
    found.sort();
    found
}
