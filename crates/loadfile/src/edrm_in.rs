//! Reads EDRM XML in every spelling met: Nuix's `FieldValues`, the older `Tags`, `ParentDocId` and `ParentDocID`,
//! paths with and without the file's name, children in any order.

use std::collections::{BTreeMap, VecDeque};
use std::io::Read;

use duces_model::{Finding, FindingCode, Place};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::codes;
use crate::decode::Text;
use crate::edrm_tree::{Tree, is_allowed};
use crate::error::LoadFileError;
use crate::field::Field;
use crate::parsed::Parsed;
use crate::xml_escape::unescaped;

/// A file that a document names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EdrmFileRef {
    /// `Native`, `Text` or `Image`, as the file has it.
    pub kind: String,
    /// The path with its name and with `/` between folders; `None` for content within the XML.
    pub path: Option<String>,
    /// How many bytes, where it is a number.
    pub size: Option<u64>,
    /// The digest, as the file has it.
    pub hash: Option<String>,
    /// What digest it is; MD5 where the file does not say.
    pub hash_type: String,
}

/// A document of an EDRM XML file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EdrmDocument {
    /// The line it starts on.
    pub line: u64,
    /// Its `DocID`.
    pub id: String,
    /// `File` or `Message`.
    pub doc_type: String,
    /// Its media type.
    pub mime_type: String,
    /// The values of its fields or tags with their names, in the file's order, escapes undone.
    pub values: Vec<(String, String)>,
    /// Its files.
    pub files: Vec<EdrmFileRef>,
    /// The custodians of its locations.
    pub custodians: Vec<String>,
}

impl EdrmDocument {
    /// Returns a field's value, by the registry's names and tags.
    pub fn value(&self, field: Field) -> Option<&str> {
        let is_it = |name: &str| Field::from_name(name) == Some(field) || field.facts().edrm_tag == Some(name);
        self.values.iter().find(|(name, _)| is_it(name)).map(|(_, value)| value.as_str())
    }
}

/// A pair of documents that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdrmRelation {
    /// The line it stands on.
    pub line: u64,
    /// `Attachment`, `Container` and the like.
    pub kind: String,
    /// The `DocID` of the parent.
    pub parent: String,
    /// The `DocID` of the child.
    pub child: String,
}

/// What an EDRM XML file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EdrmItem {
    /// A document.
    Document(Box<EdrmDocument>),
    /// A relationship.
    Relation(EdrmRelation),
}

/// Starts reading an EDRM XML file. `file` names it in findings.
pub fn read_edrm<R: Read>(source: R, file: &str) -> Result<EdrmReader<R>, LoadFileError> {
    let text = Text::new(source)?;
    let is_guessed = text.is_guessed();
    let mut reader = EdrmReader {
        xml: Reader::from_reader(text),
        file: file.to_owned(),
        fields: BTreeMap::new(),
        field_names: Vec::new(),
        tree: Tree::default(),
        document: None,
        file_kind: String::new(),
        value: None,
        ready: VecDeque::new(),
        bad_lines: 0,
        is_done: false,
    };
    if is_guessed {
        reader.report(&codes::XML_ENCODING, 1, "it is not UTF-8 and was read as Windows-1252");
    }
    Ok(reader)
}

/// Documents, relationships and findings of an EDRM XML file, in the file's order. Memory holds one document.
pub struct EdrmReader<R> {
    xml: Reader<Text<R>>,
    file: String,
    fields: BTreeMap<String, String>,
    field_names: Vec<String>,
    tree: Tree,
    document: Option<Box<EdrmDocument>>,
    file_kind: String,
    /// The text of the element at hand, where it is kept.
    value: Option<String>,
    ready: VecDeque<Parsed<EdrmItem>>,
    bad_lines: usize,
    is_done: bool,
}

/// The attributes of a tag by their names in lower case.
#[derive(Default)]
struct Attributes(BTreeMap<String, String>);

impl Attributes {
    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Takes an attribute's value; empty where there is none.
    fn take(&mut self, name: &str) -> String {
        self.0.remove(name).unwrap_or_default()
    }

    /// Takes an attribute's value, where it is not empty.
    fn filled(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|value| !value.is_empty())
    }
}

/// How many bytes one tag or text may have.
const LONGEST: u64 = 16 * 1024 * 1024;

impl<R: Read> EdrmReader<R> {
    /// Returns the names of the fields that are defined so far; all of them once a document was read.
    pub fn field_names(&self) -> &[String] {
        &self.field_names
    }

    fn line(&self) -> u64 {
        self.xml.get_ref().line()
    }

    fn report(&mut self, code: &FindingCode, line: u64, text: impl Into<String>) {
        let finding = Finding::new(code, Place::file(self.file.as_str()).at_line(line), text);
        self.ready.push_back(Parsed::Finding(finding));
    }

    fn stop(&mut self, code: &FindingCode, text: impl Into<String>) {
        self.is_done = true;
        self.report(code, self.line(), text);
    }

    fn read_on(&mut self) -> Result<(), LoadFileError> {
        self.xml.get_mut().allow(LONGEST);
        let mut buffer = Vec::new();
        let line = self.line();
        let event = match self.xml.read_event_into(&mut buffer) {
            Ok(event) => event.into_owned(),
            Err(_) if self.xml.get_ref().is_exhausted() => {
                self.stop(&codes::XML_TOO_LARGE, "a value above 16 MiB; reading stopped here");
                return Ok(());
            }
            Err(quick_xml::Error::Io(e)) => {
                self.is_done = true;
                return Err(LoadFileError::Io(std::io::Error::new(e.kind(), e.to_string())));
            }
            Err(e) => {
                self.stop(&codes::XML_MALFORMED, format!("{e}; reading stopped here"));
                return Ok(());
            }
        };
        let bad_lines = self.xml.get_ref().bad_lines()[self.bad_lines..].to_vec();
        for bad in bad_lines {
            self.bad_lines += 1;
            self.report(&codes::XML_ENCODING, bad, "bytes that are no text; they are shown as U+FFFD");
        }
        self.take(event, line);
        Ok(())
    }

    fn take(&mut self, event: Event<'_>, line: u64) {
        match event {
            Event::Start(tag) => self.start(&tag, line),
            Event::Empty(tag) => {
                self.start(&tag, line);
                self.end();
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text.xml10_content(), line),
            Event::CData(text) => self.text(&text.xml10_content(), line),
            Event::GeneralRef(reference) => self.reference(&reference, line),
            Event::DocType(_) => self.report(&codes::XML_DOCTYPE, line, "a document type declaration"),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => {
                self.is_done = true;
                if let Some(fault) = self.tree.fault_at_end() {
                    self.report(&codes::XML_MALFORMED, self.line(), fault);
                }
            }
        }
    }

    fn text(&mut self, text: &str, line: u64) {
        if !text.chars().all(is_allowed) {
            self.report(&codes::XML_CHARACTER, line, "a character that XML 1.0 forbids");
        }
        if self.tree.is_outside() && !text.trim().is_empty() {
            return self.stop(&codes::XML_MALFORMED, "text outside the root element; reading stopped here");
        }
        if let Some(value) = &mut self.value {
            value.push_str(text);
            if value.len() as u64 > LONGEST {
                self.stop(&codes::XML_TOO_LARGE, "a value above 16 MiB; reading stopped here");
            }
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>, line: u64) {
        let c = match reference.resolve_char_ref() {
            Ok(Some(c)) => Some(c),
            Ok(None) => match &**reference {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                _ => None,
            },
            Err(_) => None,
        };
        match c {
            Some(c) => self.text(c.encode_utf8(&mut [0; 4]), line),
            None => self.stop(&codes::XML_MALFORMED, format!("unknown reference `&{};`", reference.escape_debug())),
        }
    }

    /// Returns the attributes with their values as they were meant; names compared without case.
    fn attributes(&mut self, tag: &BytesStart<'_>, line: u64) -> Option<Attributes> {
        let mut found = Attributes::default();
        for attribute in tag.attributes() {
            let value = attribute.map_err(quick_xml::Error::from).and_then(|attribute| {
                let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
                Ok((attribute.key.0.to_ascii_lowercase(), value.into_owned()))
            });
            match value {
                Ok((name, value)) => {
                    if !value.chars().all(is_allowed) {
                        self.report(&codes::XML_CHARACTER, line, "a character that XML 1.0 forbids");
                    }
                    found.0.insert(name, unescaped(&value).into_owned());
                }
                Err(e) => {
                    self.stop(&codes::XML_MALFORMED, format!("{e}; reading stopped here"));
                    return None;
                }
            }
        }
        Some(found)
    }

    fn start(&mut self, tag: &BytesStart<'_>, line: u64) {
        let Some(attributes) = self.attributes(tag, line) else { return };
        let name = tag.name().0.to_owned();
        if self.tree.is_closed() {
            return self.stop(&codes::XML_MALFORMED, "a second root element; reading stopped here");
        }
        let is_root = self.tree.is_outside();
        if is_root && (name != "Root" || !attributes.has("majorversion")) {
            self.report(&codes::XML_ROOT, line, format!("the root element is `{}`", name.escape_debug()));
        }
        self.open(&name, attributes, line);
        if !self.tree.open(name, line) {
            self.stop(&codes::XML_TOO_LARGE, "elements nested deeper than 64; reading stopped here");
        }
    }

    fn open(&mut self, name: &str, mut attributes: Attributes, line: u64) {
        match (self.tree.parent(), name) {
            ("Fields", "Field") => {
                let name = attributes.take("name");
                self.field_names.push(name.clone());
                self.fields.insert(attributes.take("key"), name);
            }
            ("Documents" | "Batch", "Document") => self.open_document(attributes, line),
            ("Tags", "Tag") => {
                if let Some(document) = &mut self.document {
                    document.values.push((attributes.take("tagname"), attributes.take("tagvalue")));
                }
            }
            ("Files", "File") => self.file_kind = attributes.take("filetype"),
            ("File", "ExternalFile") => {
                let file = EdrmFileRef {
                    kind: self.file_kind.clone(),
                    path: Some(joined(&attributes.take("filepath"), &attributes.take("filename"))),
                    size: attributes.take("filesize").parse().ok(),
                    hash: attributes.filled("hash"),
                    hash_type: attributes.filled("hashtype").unwrap_or_else(|| "MD5".to_owned()),
                };
                self.add_file(file);
            }
            ("File", "InlineContent") => {
                self.add_file(EdrmFileRef { kind: self.file_kind.clone(), ..EdrmFileRef::default() });
            }
            ("FieldValues", _) | ("Location", "Custodian") => self.value = Some(String::new()),
            ("Relationships", "Relationship") => self.relation(attributes, line),
            _ => {}
        }
    }

    fn open_document(&mut self, mut attributes: Attributes, line: u64) {
        let id = attributes.take("docid");
        if id.is_empty() {
            self.report(&codes::XML_DOCID, line, "a document without `DocID`");
        }
        let (doc_type, mime_type) = (attributes.take("doctype"), attributes.take("mimetype"));
        self.document = Some(Box::new(EdrmDocument { line, id, doc_type, mime_type, ..EdrmDocument::default() }));
    }

    fn relation(&mut self, mut attributes: Attributes, line: u64) {
        let kind = attributes.filled("type").unwrap_or_else(|| attributes.take("relationshiptype"));
        let (parent, child) = (attributes.take("parentdocid"), attributes.take("childdocid"));
        if parent.is_empty() || child.is_empty() {
            return self.report(&codes::XML_RELATION, line, "a relationship without its parent or child");
        }
        let relation = EdrmRelation { line, kind, parent, child };
        self.ready.push_back(Parsed::Row(EdrmItem::Relation(relation)));
    }

    fn add_file(&mut self, file: EdrmFileRef) {
        if let Some(document) = &mut self.document {
            document.files.push(file);
        }
    }

    fn end(&mut self) {
        let Some((name, line)) = self.tree.close() else { return };
        match (self.tree.parent(), name.as_str()) {
            ("Documents" | "Batch", "Document") => {
                if let Some(document) = self.document.take() {
                    self.ready.push_back(Parsed::Row(EdrmItem::Document(document)));
                }
            }
            ("FieldValues", key) => {
                let value = self.value.take().unwrap_or_default();
                let value = unescaped(&value).into_owned();
                let name = self.fields.get(key).cloned();
                if name.is_none() {
                    self.report(&codes::XML_FIELD, line, format!("`{key}` is not defined under `Fields`"));
                }
                if let Some(document) = &mut self.document {
                    document.values.push((name.unwrap_or_else(|| key.to_owned()), value));
                }
            }
            ("Location", "Custodian") => {
                let value = self.value.take().unwrap_or_default();
                if let Some(document) = &mut self.document {
                    document.custodians.push(unescaped(&value).into_owned());
                }
            }
            _ => {}
        }
    }
}

/// Joins the two halves of a path; some files put the whole of it into `FilePath`.
fn joined(folder: &str, name: &str) -> String {
    let (folder, name) = (folder.replace('\\', "/"), name.replace('\\', "/"));
    let has_name = !name.is_empty() && (folder == name || folder.ends_with(&format!("/{name}")));
    match (folder.is_empty(), name.is_empty()) {
        _ if has_name => folder,
        (true, _) => name,
        (_, true) => folder,
        _ => format!("{}/{name}", folder.trim_end_matches('/')),
    }
}

impl<R: Read> Iterator for EdrmReader<R> {
    type Item = Result<Parsed<EdrmItem>, LoadFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.is_done {
            if let Err(e) = self.read_on() {
                return Some(Err(e));
            }
        }
        self.ready.pop_front().map(Ok)
    }
}
