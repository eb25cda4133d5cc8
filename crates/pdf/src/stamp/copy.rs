//! Copies what pages need into a fresh document, and nothing else.
//!
//! Copying by need is what keeps scripts, actions, embedded files, metadata and forgotten objects
//! of the source out of a production: they are never asked for.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};

use crate::object;

/// Entries of a stream's dictionary that describe the source or lead away from the page.
const CUT_FROM_STREAMS: [&[u8]; 13] = [
    b"Metadata",
    b"PieceInfo",
    b"StructParent",
    b"StructParents",
    b"LastModified",
    b"OPI",
    b"AF",
    b"Alternates",
    b"F",
    b"FFilter",
    b"FDecodeParms",
    b"Measure",
    b"PtData",
];

/// Copies objects of one document into another under new numbers.
pub(crate) struct Copier<'a> {
    source: &'a Document,
    pub(crate) target: Document,
    numbers: BTreeMap<ObjectId, ObjectId>,
    open: Vec<(ObjectId, ObjectId)>,
    /// How many references were replaced by null because of what they lead to.
    pub(crate) cut: usize,
}

impl<'a> Copier<'a> {
    pub(crate) fn new(source: &'a Document, target: Document) -> Self {
        Self { source, target, numbers: BTreeMap::new(), open: Vec::new(), cut: 0 }
    }

    /// Copies an object and all that it refers to; returns it with its references renumbered.
    pub(crate) fn copy(&mut self, object: &Object) -> Object {
        let copied = self.renumbered(object);
        while let Some((from, to)) = self.open.pop() {
            if let Some(object) = self.source.objects.get(&from) {
                let object = self.renumbered(object);
                self.target.objects.insert(to, object);
            }
        }
        copied
    }

    fn renumbered(&mut self, object: &Object) -> Object {
        match object {
            Object::Reference(id) => self.reference(*id),
            Object::Array(items) => Object::Array(items.iter().map(|item| self.renumbered(item)).collect()),
            Object::Dictionary(dict) if is_forbidden(self.source, dict) => {
                self.cut += 1;
                Object::Null
            }
            Object::Dictionary(dict) => Object::Dictionary(self.dictionary(dict, &[])),
            Object::Stream(stream) => Object::Stream(self.stream(stream)),
            // Readers differ on raw control bytes in literal strings; none does on hexadecimal.
            Object::String(text, _) if !text.iter().all(|&byte| byte == b' ' || byte.is_ascii_alphanumeric()) => {
                Object::String(text.clone(), StringFormat::Hexadecimal)
            }
            other => other.clone(),
        }
    }

    fn reference(&mut self, id: ObjectId) -> Object {
        if let Some(&to) = self.numbers.get(&id) {
            return Object::Reference(to);
        }
        let Some(found) = self.source.objects.get(&id) else { return Object::Null };
        if object::as_dict(found).is_some_and(|dict| is_forbidden(self.source, dict)) {
            self.cut += 1;
            return Object::Null;
        }
        let to = self.target.new_object_id();
        self.numbers.insert(id, to);
        self.open.push((id, to));
        Object::Reference(to)
    }

    fn dictionary(&mut self, dict: &Dictionary, without: &[&[u8]]) -> Dictionary {
        let mut out = Dictionary::new();
        for (key, value) in dict {
            if !without.contains(&key.as_slice()) {
                out.set(key.clone(), self.renumbered(value));
            }
        }
        out
    }

    fn stream(&mut self, stream: &Stream) -> Stream {
        let dict = self.dictionary(&stream.dict, &CUT_FROM_STREAMS);
        Stream::new(dict, stream.content.clone())
    }
}

/// Says whether a dictionary belongs to the page tree, to interaction or to embedded files.
fn is_forbidden(document: &Document, dict: &Dictionary) -> bool {
    let kind = object::get_name(document, dict, b"Type");
    let by_type = matches!(
        kind,
        Some(
            b"Page"
                | b"Pages"
                | b"Catalog"
                | b"Annot"
                | b"Filespec"
                | b"EmbeddedFile"
                | b"Action"
                | b"StructElem"
                | b"StructTreeRoot"
                | b"Metadata"
                | b"ObjStm"
                | b"XRef"
        )
    );
    let is_action = matches!(
        object::get_name(document, dict, b"S"),
        Some(b"JavaScript" | b"Launch" | b"URI" | b"SubmitForm" | b"ImportData" | b"GoToR" | b"GoToE")
    );
    by_type || is_action || dict.has(b"EF")
}
