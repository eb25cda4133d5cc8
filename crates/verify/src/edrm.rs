//! The EDRM XML against the documents: their values, their families and their files.

use std::collections::{BTreeMap, BTreeSet};

use duces_loadfile::{
    DatSigns, Dialect, EdrmFileRef, EdrmItem, EdrmRelation, Field, Header, LoadFileError, Parsed, read_edrm,
};
use duces_model::Place;

use crate::codes;
use crate::compare::{self, Copy};
use crate::contents::{Claim, Claimed, digest_claim};
use crate::document::{DocumentIdx, Documents};
use crate::family::Families;
use crate::links::{Kind, Resolver, Uses};
use crate::medium::{FileIdx, Medium};
use crate::table::{self, Row, Table};
use crate::tally::{Tally, shown};

/// One EDRM XML file.
pub(crate) struct XmlLoadFile {
    /// Ids and values; the first column is the document's id.
    pub(crate) table: Table,
    /// The files of each document of the table.
    pub(crate) files: Vec<Vec<EdrmFileRef>>,
    /// The relationships.
    pub(crate) relations: Vec<EdrmRelation>,
}

/// Reads an EDRM XML.
pub(crate) fn read_xml(
    medium: &Medium,
    idx: FileIdx,
    dialect: Option<&Dialect>,
    tally: &mut Tally,
) -> Result<XmlLoadFile, LoadFileError> {
    let file = medium.files()[idx].path.as_str();
    let mut opener = medium.opener();
    let mut columns = BTreeMap::new();
    let mut names = vec!["DocID".to_owned()];
    let (mut rows, mut files, mut relations) = (Vec::new(), Vec::new(), Vec::new());
    for item in read_edrm(opener.open(idx)?, file)? {
        match item? {
            Parsed::Finding(finding) => tally.findings.push(finding),
            Parsed::Row(EdrmItem::Relation(relation)) => relations.push(relation),
            Parsed::Row(EdrmItem::Document(document)) => {
                let mut cells = vec![document.id];
                for (name, value) in document.values {
                    let column = *columns.entry(name).or_insert_with_key(|name| {
                        names.push(name.clone());
                        names.len() - 1
                    });
                    if cells.len() <= column {
                        cells.resize(column + 1, String::new());
                    }
                    cells[column] = value;
                }
                rows.push(Row::new(document.line, &cells));
                files.push(document.files);
            }
        }
    }
    let fields = fields_of(&names, dialect);
    Ok(XmlLoadFile { table: Table { file: file.to_owned(), names, fields, rows }, files, relations })
}

/// Returns what each value is: by its name, else by EDRM's own tag; the document's id is its first number.
fn fields_of(names: &[String], dialect: Option<&Dialect>) -> Vec<Option<Field>> {
    let mut fields = table::fields_of(&Header::new(names[1..].to_vec()), dialect);
    for (slot, name) in fields.iter_mut().zip(&names[1..]).filter(|(slot, _)| slot.is_none()) {
        *slot = Field::all().find(|field| field.facts().edrm_tag == Some(name));
    }
    let id = (!fields.contains(&Some(Field::BegBates))).then_some(Field::BegBates);
    fields.insert(0, id);
    fields
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
        for file in files {
            let Some(path) = &file.path else { continue };
            let Some(found) = resolver.resolve(path, "the file", &place, tally) else { continue };
            uses.name(found);
            claims_of(file, found, &place, &mut claims, tally);
            let Some(idx) = *idx else { continue };
            let kind = kind_of(file);
            let known = dat.iter().find(|(of, _)| *of == kind).map(|(_, files)| files.as_slice()).unwrap_or_default();
            if known.is_empty() {
                uses.add(found, idx, kind);
            } else if !known.contains(&found) {
                let first = documents.first(documents.get(idx));
                let text = format!("`{}` is the {} of {first}, but the DAT names another", shown(path), kind.label());
                tally.add(&codes::XML_FILE, place.clone(), text);
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

fn kind_of(file: &EdrmFileRef) -> Kind {
    let is_pdf = || file.path.as_deref().is_some_and(|path| path.to_ascii_lowercase().ends_with(".pdf"));
    match file.kind.to_ascii_lowercase().as_str() {
        "text" => Kind::Text,
        "native" => Kind::Native,
        _ if is_pdf() => Kind::Pdf,
        _ => Kind::Image,
    }
}

/// Says where the DAT names a file that the XML leaves out.
fn check_completeness(
    files: &[EdrmFileRef],
    idx: Option<DocumentIdx>,
    documents: &Documents,
    dat: &[(Kind, Vec<FileIdx>)],
    place: &Place,
    tally: &mut Tally,
) {
    let Some(idx) = idx.filter(|_| !files.is_empty()) else { return };
    let first = documents.first(documents.get(idx));
    for (kind, named) in dat {
        let has = files.iter().any(|file| kind_of(file) == *kind);
        if !named.is_empty() && !has {
            let text = format!("the DAT names a {} for {first}, the XML does not", kind.label());
            tally.add(&codes::XML_FILE, place.clone(), text);
        }
    }
}

fn claims_of(
    file: &EdrmFileRef,
    found: FileIdx,
    place: &Place,
    claims: &mut Vec<(FileIdx, Claimed)>,
    tally: &mut Tally,
) {
    let mut claim = |claim, code| {
        claims.push((found, Claimed { claim, code, place: place.clone(), source: "the XML".to_owned() }));
    };
    if let Some(size) = file.size {
        claim(Claim::Size(size), &codes::XML_SIZE);
    }
    let Some(hash) = &file.hash else { return };
    let kind: String = file.hash_type.chars().filter(char::is_ascii_alphanumeric).collect();
    match digest_claim(&kind, hash) {
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
                tally.add(&codes::XML_FAMILY, place(), text);
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
        tally.add(&codes::XML_FAMILY, place(), text);
    }
    for (parent, child) in pairs.difference(&wanted).filter(|(p, c)| ids.contains(p) && ids.contains(c)) {
        let text = format!("the XML has {} as an attachment of {}, the DAT does not", shown(child), shown(parent));
        tally.add(&codes::XML_FAMILY, place(), text);
    }
}
