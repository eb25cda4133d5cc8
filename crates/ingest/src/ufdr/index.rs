//! The first look through a report: where it comes from, which chats it has, which files lie where. Messages are passed
//! over, so that only what is small is kept.

use std::collections::BTreeMap;
use std::io;

use md5::{Digest, Md5};

use super::model::{self, Party};
use crate::encoding::Encoding;
use crate::field::filled;
use crate::wechat_xml::Node;
use crate::window::Window;
use crate::xml_record::node_of;
use crate::xml_scan::{self, Does, Element, Tag};

/// What a report says of a chat.
#[derive(Debug, Clone, Default)]
pub(super) struct Talk {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) app: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) parties: Vec<Party>,
    /// How the chat as a whole stands, where it is not intact.
    pub(super) deleted: Option<String>,
}

/// Where the bytes of files lie, by the first half of the MD5 of their ids: a report may list millions.
#[derive(Debug, Default)]
pub(super) struct Files {
    paths: BTreeMap<u64, Box<str>>,
    /// The MD5 that the report declares, by path.
    digests: BTreeMap<u64, [u8; 16]>,
}

impl Files {
    pub(super) fn path(&self, id: &str) -> Option<&str> {
        self.paths.get(&key(id)).map(|path| &**path)
    }

    pub(super) fn md5(&self, path: &str) -> Option<String> {
        let digest = self.digests.get(&key(path))?;
        Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

fn key(text: &str) -> u64 {
    let digest = Md5::digest(text.as_bytes());
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// What the first look found.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) pairs: Vec<(String, String)>,
    /// The chats, in the order of the report.
    pub(super) talks: Vec<Talk>,
    pub(super) files: Files,
    /// How many models of each type that is not read.
    pub(super) unread: BTreeMap<String, u64>,
}

/// Types of models that are messages.
pub(super) const MESSAGES: &[&str] = &["Chat", "InstantMessage", "SMS", "MMS", "Email", "Call"];

impl Index {
    pub(super) fn of(window: &mut Window, encoding: Encoding) -> io::Result<Self> {
        let mut index = Self::default();
        // The type of the models at hand, and the chat whose fields are being read.
        let (mut kind, mut in_chat) = (None::<String>, false);
        while let Some(tag) = xml_scan::next(window)? {
            match (tag.does, tag.name.as_str()) {
                (Does::Open | Does::Empty, "project") => index.project(&node_of(window, &tag, encoding)),
                (Does::Open | Does::Empty, "extractionInfo") => index.extraction(&node_of(window, &tag, encoding)),
                (Does::Open, "modelType") => kind = node_of(window, &tag, encoding).attribute("type"),
                (Does::Close, "modelType") => kind = None,
                (Does::Open, "caseInformation" | "metadata") if kind.is_none() => {
                    if let Some(node) = whole(window, &tag, encoding)? {
                        index.section(&node);
                    }
                }
                (Does::Open, "file") if kind.is_none() => {
                    if let Some(node) = whole(window, &tag, encoding)? {
                        index.file(&node);
                    }
                }
                (Does::Open, "model") if in_chat => skip(window, &tag)?,
                (Does::Open, "model") => match kind.as_deref() {
                    Some("Chat") => {
                        let deleted = node_of(window, &tag, encoding).attribute("deleted_state");
                        let deleted = deleted.filter(|state| !state.eq_ignore_ascii_case("Intact"));
                        index.talks.push(Talk { deleted, ..Talk::default() });
                        in_chat = true;
                    }
                    other => {
                        if let Some(other) = other.filter(|other| !MESSAGES.contains(other)) {
                            *index.unread.entry(other.to_owned()).or_default() += 1;
                        }
                        skip(window, &tag)?;
                    }
                },
                (Does::Close, "model") => in_chat = false,
                (Does::Open, "field" | "multiModelField" | "modelField" | "multiField") if in_chat => {
                    let name = node_of(window, &tag, encoding).attribute("name").unwrap_or_default();
                    match name.as_str() {
                        "Messages" => skip(window, &tag)?,
                        _ => {
                            if let (Some(node), Some(talk)) = (whole(window, &tag, encoding)?, index.talks.last_mut()) {
                                talk.take(&name, node);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(index)
    }

    fn project(&mut self, node: &Node) {
        for (attribute, name) in
            [("name", "report"), ("reportVersion", "version of the report"), ("extractionType", "extraction")]
        {
            self.pairs.extend(node.attribute(attribute).map(|value| (name.to_owned(), value)));
        }
    }

    fn extraction(&mut self, node: &Node) {
        let of = |name| node.attribute(name).unwrap_or_default();
        let parts = [of("name"), of("type"), of("deviceName"), of("fullName")];
        let mut said: Vec<&str> = Vec::new();
        for part in parts.iter().map(String::as_str).filter(|part| !part.is_empty()) {
            if !said.contains(&part) {
                said.push(part);
            }
        }
        if !said.is_empty() {
            self.pairs.push(("extraction".to_owned(), said.join(", ")));
        }
    }

    /// Takes in names and values: of the case, of the device, of the extraction.
    fn section(&mut self, node: &Node) {
        for item in node.every_child() {
            let name = item.attribute("name").or_else(|| item.attribute("fieldType"));
            if let (Some(name), Some(value)) = (name, item.own_text()) {
                let name = name.strip_prefix("DeviceInfo").and_then(filled).unwrap_or(name);
                self.pairs.push((name, value));
            }
        }
    }

    fn file(&mut self, node: &Node) {
        let Some(id) = node.attribute("id") else { return };
        let items = || node.every_child().filter(|child| child.name == "metadata").flat_map(Node::every_child);
        let item =
            |name: &str| items().find(|item| item.attribute("name").as_deref() == Some(name)).and_then(Node::own_text);
        let Some(path) = item("Local Path").and_then(|path| model::path(&path)) else { return };
        if let Some(digest) = item("MD5").and_then(|md5| bytes_of(&md5)) {
            self.files.digests.insert(key(&path), digest);
        }
        self.files.paths.insert(key(&id), path.into());
    }
}

impl Talk {
    fn take(&mut self, name: &str, node: Node) {
        // A field alone is a model of one field to whoever reads it.
        let model = Node::around(node);
        match name {
            "Id" | "Identifier" => self.id = model::field(&model, name).or(self.id.take()),
            "Name" => self.name = model::field(&model, name),
            "Source" | "SourceApplication" => self.app = model::field(&model, name).or(self.app.take()),
            "ChatType" => self.kind = model::field(&model, name),
            "Participants" => self.parties = Party::all(&model, name),
            _ => {}
        }
    }
}

fn bytes_of(hex: &str) -> Option<[u8; 16]> {
    let hex = hex.trim();
    if hex.len() != 32 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0; 16];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}

/// Returns the element whose start tag was just found; nothing where it has no end, is too large or cannot be read.
fn whole(window: &mut Window, tag: &Tag, encoding: Encoding) -> io::Result<Option<Node>> {
    Ok(match xml_scan::element(window, tag, true)? {
        Element::Whole(crate::scan::Kept::Whole) => Node::parse(&encoding.text(window.record())).ok(),
        _ => None,
    })
}

/// Passes over an element.
pub(super) fn skip(window: &mut Window, tag: &Tag) -> io::Result<()> {
    xml_scan::element(window, tag, false).map(|_| ())
}
