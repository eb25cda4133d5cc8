//! The EDRM XML against the documents: their values, their families and their files.

use std::collections::BTreeSet;

use duces_loadfile::{DatSigns, Field};
use duces_model::Place;

use crate::codes;
use crate::compare::{self, Copy};
use crate::contents::{Claim, Claimed, digest_claim};
use crate::document::{DocumentIdx, Documents};
use crate::family::Families;
use crate::links::{Kind, Resolver, Uses};
use crate::medium::FileIdx;
use crate::table::Table;
use crate::tally::{Tally, shown};

/// A file that the XML names for a document.
#[derive(Default)]
pub(crate) struct XmlFile {
    /// `Native`, `Text` or `Image`.
    pub(crate) kind: String,
    /// The folder, or the whole path.
    pub(crate) path: String,
    /// The name, or nothing.
    pub(crate) name: String,
    /// How many bytes, as it is written.
    pub(crate) size: String,
    /// The digest, as it is written.
    pub(crate) hash: String,
    /// The digest's kind; MD5 where the XML says nothing.
    pub(crate) hash_type: String,
    /// Whether the content stands in the XML itself.
    pub(crate) is_inline: bool,
}

/// A relationship between two documents.
pub(crate) struct XmlRelation {
    /// `Attachment` or another.
    pub(crate) kind: String,
    /// The parent's id.
    pub(crate) parent: String,
    /// The child's id.
    pub(crate) child: String,
}

/// One EDRM XML file.
pub(crate) struct XmlLoadFile {
    /// Ids and values; the first column is the document's id.
    pub(crate) table: Table,
    /// The files of each document of the table.
    pub(crate) files: Vec<Vec<XmlFile>>,
    /// The relationships.
    pub(crate) relations: Vec<XmlRelation>,
}

/// Checks an XML against the documents; returns what it says of the bytes of files.
pub(crate) fn check(
    xml: &XmlLoadFile,
    documents: &Documents,
    families: &Families,
    resolver: &Resolver<'_>,
    signs: &DatSigns,
    uses: &mut Uses,
    tally: &mut Tally,
) -> Vec<(FileIdx, Claimed)> {
    tally.ran("EDRM XML against DAT");
    let copy = Copy {
        table: &xml.table,
        name: "XML",
        documents_code: &codes::XML_DOCUMENTS,
        value_code: &codes::XML_VALUE,
        incomparable: is_instant,
        signs,
    };
    let matched = compare::check(&copy, documents, tally);
    if xml.table.fields.iter().flatten().any(|field| is_instant(*field)) {
        tally.not_run(
            "dates of EDRM XML against DAT",
            "the XML writes them as instants, the DAT in the recipient's form",
        );
    }
    let mut claims = Vec::new();
    for ((row, files), idx) in xml.table.rows.iter().zip(&xml.files).zip(&matched) {
        let place = xml.table.place(row);
        let dat: Vec<(Kind, Vec<FileIdx>)> =
            idx.map(|idx| KINDS.map(|kind| (kind, uses.of_document(idx, kind).to_vec())).into()).unwrap_or_default();
        for file in files.iter().filter(|file| !file.is_inline) {
            if let Some(found) = follow(file, *idx, documents, resolver, &dat, uses, &place, tally) {
                claims_of(file, found, &place, &mut claims, tally);
            }
        }
        check_completeness(files, *idx, documents, &dat, &place, tally);
    }
    check_relations(xml, documents, families, tally);
    claims
}

const KINDS: [Kind; 3] = [Kind::Pdf, Kind::Text, Kind::Native];

/// Whether the XML writes the field as an instant, where the DAT follows the recipient's wishes.
fn is_instant(field: Field) -> bool {
    field.kind() == duces_loadfile::Kind::DateTime
}

fn kind_of(file: &XmlFile, path: &str) -> Kind {
    match file.kind.to_ascii_lowercase().as_str() {
        "text" => Kind::Text,
        "native" => Kind::Native,
        _ if path.to_ascii_lowercase().ends_with(".pdf") => Kind::Pdf,
        _ => Kind::Image,
    }
}

#[expect(clippy::too_many_arguments, reason = "each is a different view of the same volume")]
fn follow(
    file: &XmlFile,
    idx: Option<DocumentIdx>,
    documents: &Documents,
    resolver: &Resolver<'_>,
    dat: &[(Kind, Vec<FileIdx>)],
    uses: &mut Uses,
    place: &Place,
    tally: &mut Tally,
) -> Option<FileIdx> {
    // Writers put the folder, or folder and name, into FilePath (the dossier on load files knows three ways).
    let joined = if file.path.is_empty() { file.name.clone() } else { format!("{}/{}", file.path, file.name) };
    let is_whole = file.name.is_empty() || file.path.ends_with(file.name.as_str()) && resolver.knows(&file.path);
    let path = if is_whole { file.path.as_str() } else { joined.as_str() };
    let found = resolver.resolve(path, "the file", place, tally)?;
    uses.name(found);
    let kind = kind_of(file, path);
    let Some(idx) = idx else { return Some(found) };
    let known = dat.iter().find(|(of, _)| *of == kind).map(|(_, files)| files.as_slice()).unwrap_or_default();
    if known.is_empty() {
        uses.add(found, idx, kind);
    } else if !known.contains(&found) {
        let first = documents.first(documents.get(idx));
        let text = format!("`{}` is the {} of {first}, but the DAT names another", shown(path), kind.label());
        tally.add(&codes::XML_FILE, place.clone(), text);
    }
    Some(found)
}

/// Says where the DAT names a file that the XML leaves out.
fn check_completeness(
    files: &[XmlFile],
    idx: Option<DocumentIdx>,
    documents: &Documents,
    dat: &[(Kind, Vec<FileIdx>)],
    place: &Place,
    tally: &mut Tally,
) {
    let Some(idx) = idx.filter(|_| !files.is_empty()) else { return };
    let first = documents.first(documents.get(idx));
    for (kind, named) in dat {
        let has = files.iter().any(|file| kind_of(file, &format!("{}/{}", file.path, file.name)) == *kind);
        if !named.is_empty() && !has {
            let text = format!("the DAT names a {} for {first}, the XML does not", kind.label());
            tally.add(&codes::XML_FILE, place.clone(), text);
        }
    }
}

fn claims_of(file: &XmlFile, found: FileIdx, place: &Place, claims: &mut Vec<(FileIdx, Claimed)>, tally: &mut Tally) {
    let mut claim = |claim, code| {
        claims.push((found, Claimed { claim, code, place: place.clone(), source: "the XML".to_owned() }));
    };
    if !file.size.is_empty() {
        match file.size.parse() {
            Ok(size) => claim(Claim::Size(size), &codes::XML_SIZE),
            Err(_) => {
                tally.add(&codes::FIELD_FORMAT, place.clone(), format!("`{}` is no file size", shown(&file.size)))
            }
        }
    }
    if file.hash.is_empty() {
        return;
    }
    let kind: String = file.hash_type.chars().filter(char::is_ascii_alphanumeric).collect();
    match digest_claim(&kind, &file.hash) {
        Ok(Some(digest)) => claim(digest, &codes::XML_HASH),
        Ok(None) => tally.not_run("digests in EDRM XML", format!("`{}` is not computed here", shown(&file.hash_type))),
        Err(text) => tally.add(&codes::FIELD_FORMAT, place.clone(), text),
    }
}

/// Checks the attachment relationships against the families of the DAT.
fn check_relations(xml: &XmlLoadFile, documents: &Documents, families: &Families, tally: &mut Tally) {
    let place = || Place::file(xml.table.file.as_str());
    let ids: BTreeSet<&str> = xml.table.rows.iter().map(|row| row.cell(0)).collect();
    let mut pairs = BTreeSet::new();
    for relation in &xml.relations {
        for id in [&relation.parent, &relation.child] {
            if !ids.contains(id.as_str()) {
                let text = format!("a relationship names `{}`, which is no document of the XML", shown(id));
                tally.add(&codes::XML_RELATION, place(), text);
            }
        }
        if relation.kind.eq_ignore_ascii_case("Attachment") {
            pairs.insert((relation.parent.as_str(), relation.child.as_str()));
        }
    }
    // Ids that are not the first numbers cannot be matched with the families.
    if documents.iter().any(|(_, document)| !ids.contains(documents.first(document))) {
        return;
    }
    let mut wanted = BTreeSet::new();
    for (head, members) in families {
        for document in members.iter().map(|idx| documents.get(*idx)) {
            let named = documents.value(document, Field::ParentBates);
            let parent = if named.is_empty() { head.as_str() } else { named };
            let first = documents.first(document);
            if first != head {
                wanted.insert((parent, first));
            }
        }
    }
    if families.is_empty() {
        return;
    }
    for (parent, child) in wanted.difference(&pairs) {
        let text = format!("the DAT has {child} as an attachment of {parent}, the XML does not");
        tally.add(&codes::XML_RELATION, place(), text);
    }
    for (parent, child) in pairs.difference(&wanted).filter(|(p, c)| ids.contains(p) && ids.contains(c)) {
        let text = format!("the XML has {} as an attachment of {}, the DAT does not", shown(child), shown(parent));
        tally.add(&codes::XML_RELATION, place(), text);
    }
}
