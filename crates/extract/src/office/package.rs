//! The ZIP that a document is: its parts by name, and what its relations name.

use std::io::Cursor;

use zip::ZipArchive;

use crate::limits::{Job, Metered};
use crate::note::Note;
use crate::xml::{Piece, Xml, attribute};

/// A part that is read as XML.
pub(super) type Part<'a, 'b, 'j> = Xml<Metered<'j, zip::read::ZipFile<'a, Cursor<&'b [u8]>>>>;

/// A relation of a part to another one or to what lies outside.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of its type, such as `slide`.
    pub(super) kind: String,
    /// The part's name, or the address.
    pub(super) target: String,
    pub(super) external: bool,
}

/// A document's package.
pub(super) struct Package<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    names: Vec<String>,
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Note> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| Note::Unreadable(error.to_string()))?;
        // A name that cannot be read is no part's.
        let names = zip.file_names().map(|name| name.map_or_else(|_| String::new(), |name| name.into_owned()));
        let names = names.collect();
        Ok(Self { zip, names })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// Returns the names that answer to a condition, numbers in them in the order of numbers.
    pub(super) fn names_where(&self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let mut names: Vec<String> =
            self.names.iter().filter(|name| !name.ends_with('/') && wanted(name)).cloned().collect();
        names.sort_by(|a, b| natural(a).cmp(&natural(b)).then_with(|| a.cmp(b)));
        names
    }

    fn entry(&mut self, name: &str) -> Result<zip::read::ZipFile<'_, Cursor<&'b [u8]>>, Note> {
        let index = self.names.iter().position(|known| known == name);
        let index = index.ok_or_else(|| Note::Unreadable(format!("there is no `{name}` in it")))?;
        let unreadable = |error: zip::result::ZipError| Note::Unreadable(error.to_string());
        if self.zip.by_index_data(index).map_err(unreadable)?.encrypted() {
            return Err(Note::Encrypted);
        }
        self.zip.by_index(index).map_err(unreadable)
    }

    /// Opens a part as XML.
    pub(super) fn part<'a, 'j>(&'a mut self, name: &str, job: &'j Job<'_>) -> Result<Part<'a, 'b, 'j>, Note> {
        Ok(Xml::new(job.metered(self.entry(name)?)))
    }

    /// Returns a part as it is.
    pub(super) fn bytes(&mut self, name: &str, job: &Job<'_>) -> Result<Vec<u8>, Note> {
        job.read_whole(self.entry(name)?)
    }

    /// Returns the relations of a part, of the package itself where no part is named; none where they cannot be read.
    pub(super) fn relations(&mut self, of: &str, job: &Job<'_>) -> Vec<Relation> {
        let (folder, file) = of.rsplit_once('/').map_or(("", of), |(folder, file)| (folder, file));
        let name = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
        let mut relations = Vec::new();
        if !self.has(&name) {
            return relations;
        }
        let Ok(mut xml) = self.part(&name, job) else { return relations };
        while let Ok(Some(piece)) = xml.next() {
            let Piece::Open(tag) = piece else { continue };
            let (Some(id), Some(kind), Some(target)) =
                (attribute(&tag, "Id"), attribute(&tag, "Type"), attribute(&tag, "Target"))
            else {
                continue;
            };
            let external = attribute(&tag, "TargetMode").is_some_and(|mode| mode == "External");
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let target = if external { target } else { resolved(folder, &target) };
            relations.push(Relation { id, kind, target, external });
        }
        relations
    }

    /// Returns the main part of an Office Open XML document, which may bear any name.
    pub(super) fn main(&mut self, usual: &str, job: &Job<'_>) -> String {
        let relations = self.relations("", job);
        let main = relations.into_iter().find(|relation| relation.kind == "officeDocument" && !relation.external);
        main.map(|relation| relation.target).filter(|name| self.has(name)).unwrap_or_else(|| usual.to_owned())
    }
}

/// Returns the name of a part that a relation names from within a folder.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Returns a key by which `slide10.xml` stands after `slide9.xml`.
fn natural(name: &str) -> Vec<(&str, u64)> {
    let mut key = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len()));
        let (number, after) = after.split_at(after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len()));
        key.push((word, number.parse().unwrap_or(u64::MAX)));
        rest = after;
    }
    key
}
