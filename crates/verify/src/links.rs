//! Paths that load files name, resolved to files of the volume.

use std::collections::BTreeMap;

use duces_loadfile::Field;
use duces_model::Place;

use crate::codes;
use crate::document::{DocumentIdx, Documents};
use crate::medium::{FileIdx, Medium};
use crate::tally::{Tally, shown};

/// What a file is to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Pdf,
    Image,
    Text,
    Native,
}

impl Kind {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Image => "image",
            Self::Text => "text",
            Self::Native => "native",
        }
    }
}

/// Which file serves which document.
#[derive(Default)]
pub(crate) struct Uses {
    by_file: BTreeMap<FileIdx, Vec<(DocumentIdx, Kind)>>,
    by_document: BTreeMap<(DocumentIdx, Kind), Vec<FileIdx>>,
    /// Files that something names, although no document is known for it.
    named: std::collections::BTreeSet<FileIdx>,
}

impl Uses {
    /// Notes that a file is a document's.
    pub(crate) fn add(&mut self, file: FileIdx, document: DocumentIdx, kind: Kind) {
        self.named.insert(file);
        let uses = self.by_file.entry(file).or_default();
        if !uses.contains(&(document, kind)) {
            uses.push((document, kind));
            self.by_document.entry((document, kind)).or_default().push(file);
        }
    }

    /// Notes that a file is named.
    pub(crate) fn name(&mut self, file: FileIdx) {
        self.named.insert(file);
    }

    /// Returns whether anything names the file.
    pub(crate) fn is_named(&self, file: FileIdx) -> bool {
        self.named.contains(&file)
    }

    /// Returns what a file is used for.
    pub(crate) fn of_file(&self, file: FileIdx) -> &[(DocumentIdx, Kind)] {
        self.by_file.get(&file).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the files of a document of one kind.
    pub(crate) fn of_document(&self, document: DocumentIdx, kind: Kind) -> &[FileIdx] {
        self.by_document.get(&(document, kind)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Resolves paths as a receiving program does: from the top of the volume, or from the folder above it.
pub(crate) struct Resolver<'a> {
    medium: &'a Medium,
    /// The names the volume may bear at the start of a path, in lower case.
    volumes: Vec<String>,
}

impl<'a> Resolver<'a> {
    /// Returns a resolver for a volume; its load files bear its name too.
    pub(crate) fn new(medium: &'a Medium, load_files: &[String]) -> Self {
        let stem = |path: &String| {
            let name = path.rsplit('/').next().unwrap_or(path);
            name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase()
        };
        let mut volumes: Vec<String> = load_files.iter().map(stem).collect();
        volumes.extend(medium.name().map(str::to_lowercase));
        Self { medium, volumes }
    }

    /// Returns the file that a path leads to; says where it leads to none.
    pub(crate) fn resolve(&self, link: &str, what: &str, place: &Place, tally: &mut Tally) -> Option<FileIdx> {
        let Some(parts) = parts_of(link) else {
            let text = format!("{what} `{}` is an absolute path or leads out of the volume", shown(link));
            tally.add(&codes::LINK_OUTSIDE, place.clone(), text);
            return None;
        };
        let whole = parts.join("/");
        let below = match parts.split_first() {
            Some((top, rest)) if self.volumes.contains(&top.to_lowercase()) => Some(rest.join("/")),
            _ => None,
        };
        let candidates = [Some(whole), below];
        if let Some(idx) = candidates.iter().flatten().find_map(|path| self.medium.find(path)) {
            return Some(idx);
        }
        if let Some(idx) = candidates.iter().flatten().find_map(|path| self.medium.find_folded(path)) {
            let text = format!("{what} `{}` is spelled `{}` in the volume", shown(link), self.medium.files()[idx].path);
            tally.add(&codes::LINK_CASE, place.clone(), text);
            return Some(idx);
        }
        tally.add(&codes::LINK_MISSING, place.clone(), format!("{what} `{}` is not in the volume", shown(link)));
        None
    }
}

/// Returns the parts of a relative path; `None` where it is absolute or leads out.
fn parts_of(link: &str) -> Option<Vec<&str>> {
    let is_drive = link.as_bytes().get(1) == Some(&b':');
    if link.starts_with(['/', '\\']) || is_drive || link.contains("://") {
        return None;
    }
    let mut parts = Vec::new();
    for part in link.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts)
}

const LINKS: [(Field, Kind); 3] =
    [(Field::PdfPath, Kind::Pdf), (Field::TextPath, Kind::Text), (Field::NativePath, Kind::Native)];

/// Follows the paths that the documents' load files give.
pub(crate) fn follow(documents: &Documents, resolver: &Resolver<'_>, uses: &mut Uses, tally: &mut Tally) {
    for (field, kind) in LINKS {
        let check = format!("links to the {} of each document", kind.label());
        if !documents.any_has(field) {
            tally.not_run(&check, "no column for the path");
            continue;
        }
        tally.ran(match kind {
            Kind::Pdf | Kind::Image => "links to PDFs",
            Kind::Text => "links to texts",
            Kind::Native => "links to natives",
        });
        for (idx, document) in documents.iter() {
            let link = documents.value(document, field);
            if link.is_empty() {
                continue;
            }
            let what = format!("the {} of {}", kind.label(), documents.first(document));
            if let Some(file) = resolver.resolve(link, &what, &documents.place(document), tally) {
                uses.add(file, idx, kind);
            }
        }
    }
}

/// Says where two documents share a file.
pub(crate) fn check_shared(documents: &Documents, medium: &Medium, uses: &Uses, tally: &mut Tally) {
    for (file, users) in &uses.by_file {
        let Some((first, _)) = users.first() else { continue };
        for (other, kind) in users.iter().filter(|(document, _)| document != first) {
            let text = format!(
                "the {} of {} is the file {} that {} names too",
                kind.label(),
                documents.first(documents.get(*other)),
                medium.files()[*file].path,
                documents.first(documents.get(*first)),
            );
            tally.add(&codes::LINK_SHARED, documents.place(documents.get(*other)), text);
        }
    }
}
