//! Finds content that a file lists or refers to but that did not load.

use std::collections::BTreeSet;

use lopdf::xref::{XrefEntry, XrefRecovery};
use lopdf::{Dictionary, Document, ObjectId};

use crate::note::Note;
use crate::object;
use crate::page::Page;
use crate::refusal::Refusal;

/// Keys that lead from a page or an annotation to other pages or to interaction, not to content.
const NOT_CONTENT: [&[u8]; 9] = [b"Parent", b"P", b"Popup", b"Dest", b"A", b"AA", b"B", b"StructParents", b"Metadata"];

/// Refuses a document that lost something its pages show; notes the losses that do not matter.
pub(crate) fn check(document: &Document, pages: &[Page], notes: &mut BTreeSet<Note>) -> Result<(), Refusal> {
    let reachable = reachable_from_pages(document, pages);
    let rebuilt = document.xref_recovery == Some(XrefRecovery::Reconstructed);
    let mut undefined = 0;
    for &id in reachable.iter().filter(|id| !document.objects.contains_key(id)) {
        if listed(document, id) || rebuilt {
            return Err(Refusal::damaged(format!("object {} {}, which a page needs, is lost", id.0, id.1)));
        }
        undefined += 1;
    }
    for (index, page) in pages.iter().enumerate() {
        check_contents(document, page, index + 1)?;
    }
    if undefined > 0 {
        notes.insert(Note::UndefinedReferences(undefined));
    }
    let lost = lost_objects(document);
    if lost > 0 {
        notes.insert(Note::LostObjects(lost));
    }
    Ok(())
}

/// A page's contents must be streams that are there: a dangling one is a page gone blank.
fn check_contents(document: &Document, page: &Page, number: usize) -> Result<(), Refusal> {
    let Some(dict) = page.dict(document) else {
        return Err(Refusal::damaged(format!("page {number} is missing")));
    };
    let dangling = match dict.get(b"Contents") {
        Err(_) => false,
        Ok(contents) if contents.is_null() => false,
        Ok(contents) => {
            object::resolve(document, contents).is_none() || page.contents(document).iter().any(Option::is_none)
        }
    };
    if dangling {
        return Err(Refusal::damaged(format!("the content of page {number} is missing")));
    }
    Ok(())
}

fn reachable_from_pages(document: &Document, pages: &[Page]) -> BTreeSet<ObjectId> {
    let mut seen: BTreeSet<ObjectId> = BTreeSet::new();
    let mut open: Vec<ObjectId> = Vec::new();
    for page in pages {
        let Some(dict) = page.dict(document) else { continue };
        let mut visit = |id| {
            if seen.insert(id) {
                open.push(id);
            }
        };
        each_content_reference(dict, &mut visit);
        if let Some(resources) = page.resources(document) {
            resources.iter().for_each(|(_, value)| object::each_reference(value, &mut visit));
        }
    }
    while let Some(id) = open.pop() {
        let Some(found) = document.objects.get(&id) else { continue };
        let mut visit = |next| {
            if seen.insert(next) {
                open.push(next);
            }
        };
        match object::as_dict(found) {
            Some(dict) if is_annotation(dict) => each_content_reference(dict, &mut visit),
            Some(dict) if dict.has_type(b"Page") || dict.has_type(b"Pages") || dict.has_type(b"Catalog") => {}
            _ => object::each_reference(found, &mut visit),
        }
    }
    seen
}

fn is_annotation(dict: &Dictionary) -> bool {
    dict.has_type(b"Annot") || (dict.has(b"Subtype") && dict.has(b"Rect"))
}

fn each_content_reference(dict: &Dictionary, visit: &mut impl FnMut(ObjectId)) {
    for (key, value) in dict {
        if !NOT_CONTENT.contains(&key.as_slice()) {
            object::each_reference(value, visit);
        }
    }
}

/// Says whether the cross-reference table promises the object.
fn listed(document: &Document, id: ObjectId) -> bool {
    match document.reference_table.get(id.0) {
        Some(XrefEntry::Normal { generation, .. }) => *generation == id.1,
        Some(XrefEntry::Compressed { .. }) => id.1 == 0,
        _ => false,
    }
}

fn lost_objects(document: &Document) -> usize {
    let listed = document.reference_table.entries.iter().filter_map(|(&number, entry)| match entry {
        XrefEntry::Normal { generation, .. } if number != 0 => Some((number, *generation)),
        XrefEntry::Compressed { .. } => Some((number, 0)),
        _ => None,
    });
    let lost = listed.filter(|id| !document.objects.contains_key(id)).count();
    // Decryption takes the encryption dictionary out of the document on purpose.
    lost.saturating_sub(usize::from(document.was_encrypted()))
}
