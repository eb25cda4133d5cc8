//! The Opticon file against the documents.

use std::collections::{BTreeMap, BTreeSet};

use duces_loadfile::{Field, OptLine};
use duces_model::Place;

use crate::codes;
use crate::document::{Document, DocumentIdx, Documents, span};
use crate::links::{Kind, Resolver, Uses};
use crate::report::{Level, Options};
use crate::tally::{Tally, shown};

/// One Opticon file.
pub(crate) struct OptFile {
    /// Its path in the volume.
    pub(crate) file: String,
    /// Its lines.
    pub(crate) lines: Vec<OptLine>,
}

/// Checks all Opticon files of the volume.
pub(crate) fn check(
    files: &[OptFile],
    documents: &Documents,
    resolver: &Resolver<'_>,
    options: &Options,
    uses: &mut Uses,
    tally: &mut Tally,
) {
    tally.ran("Opticon against DAT");
    let mut keys = BTreeSet::new();
    let mut started = BTreeSet::new();
    for file in files {
        for line in &file.lines {
            check_key(file, line, &mut keys, tally);
        }
        for pages in file.lines.chunk_by(|_, next| !next.starts_document) {
            let Some(head) = pages.first() else { continue };
            let document = documents.by_first(&head.key);
            match document {
                Some(idx) => {
                    started.insert(idx);
                    check_document(file, pages, documents, documents.get(idx), options, tally);
                }
                None if head.starts_document => {
                    let text = format!("a document starts at `{}`, which the DAT does not list", shown(&head.key));
                    tally.add(&codes::OPT_ORPHAN, place(file, head), text);
                }
                None => {}
            }
            follow(file, pages, document, documents, resolver, uses, tally);
        }
    }
    for (idx, document) in documents.iter() {
        let first = documents.first(document);
        // A document whose PDF column is empty has no page to show.
        let has_pages =
            !documents.has(document, Field::PdfPath) || !documents.value(document, Field::PdfPath).is_empty();
        if has_pages && !started.contains(&idx) && documents.by_first(first) == Some(idx) {
            let where_ = files.first().map(|file| file.file.as_str()).unwrap_or_default();
            let text = format!("{} has no document break, so its pages will not load", shown(first));
            tally.add(&codes::OPT_DOCUMENT, Place::file(where_), text);
        }
    }
    check_volumes(files, documents, tally);
}

fn place(file: &OptFile, line: &OptLine) -> Place {
    Place::file(file.file.as_str()).at_line(line.line)
}

fn check_key<'a>(file: &OptFile, line: &'a OptLine, keys: &mut BTreeSet<&'a str>, tally: &mut Tally) {
    if !line.key.is_empty() && !keys.insert(&line.key) {
        let text = format!("the image key `{}` stands on an earlier line too", shown(&line.key));
        tally.add(&codes::OPT_KEY, place(file, line), text);
    }
}

/// Checks the page count on the break line, and the lines where each page has its own.
fn check_document(
    file: &OptFile,
    pages: &[OptLine],
    documents: &Documents,
    document: &Document,
    options: &Options,
    tally: &mut Tally,
) {
    let Some(head) = pages.first() else { return };
    let wanted = match options.level {
        Level::Page => document.range.as_ref().map(span),
        Level::Document => documents.value(document, Field::PageCount).parse().ok(),
    };
    let Some(wanted) = wanted else { return };
    let first = documents.first(document);
    let mut refuse = |text| tally.add(&codes::OPT_PAGES, place(file, head), text);
    if let Some(given) = head.pages.filter(|given| *given != wanted) {
        refuse(format!("{first} has {given} pages here and {wanted} by the DAT"));
    }
    // One line may stand for a whole PDF or multi-page image; more than one means a line a page.
    let lines = pages.len() as u64;
    if lines > 1 && lines != wanted {
        refuse(format!("{first} has {lines} lines here and {wanted} pages by the DAT"));
    }
}

fn follow(
    file: &OptFile,
    pages: &[OptLine],
    document: Option<DocumentIdx>,
    documents: &Documents,
    resolver: &Resolver<'_>,
    uses: &mut Uses,
    tally: &mut Tally,
) {
    for line in pages {
        let what = format!("the image of {}", shown(&line.key));
        let Some(found) = resolver.resolve(&line.path, &what, &place(file, line), tally) else { continue };
        uses.name(found);
        let Some(idx) = document else { continue };
        if !line.path.to_ascii_lowercase().ends_with(".pdf") {
            uses.add(found, idx, Kind::Image);
            continue;
        }
        let known = uses.of_document(idx, Kind::Pdf);
        if known.is_empty() {
            uses.add(found, idx, Kind::Pdf);
        } else if !known.contains(&found) {
            let first = documents.first(documents.get(idx));
            let text = format!("`{}` is shown for {first}, but the DAT names another PDF for it", shown(&line.path));
            tally.add(&codes::OPT_FILE, place(file, line), text);
        }
    }
}

/// Checks that the label is that of the DAT, or at least one throughout.
fn check_volumes(files: &[OptFile], documents: &Documents, tally: &mut Tally) {
    let mut first: Option<&str> = None;
    let mut told: BTreeMap<&str, u64> = BTreeMap::new();
    for file in files {
        for line in &file.lines {
            let wanted = documents
                .by_first(&line.key)
                .map(|idx| documents.value(documents.get(idx), Field::ProdVol))
                .filter(|volume| !volume.is_empty());
            let wanted = wanted.unwrap_or_else(|| first.get_or_insert(&line.volume));
            // One line for each wrong label is enough.
            if line.volume != wanted && told.insert(&line.volume, line.line).is_none() {
                let text = format!("the volume is `{}` here and `{}` elsewhere", shown(&line.volume), shown(wanted));
                tally.add(&codes::OPT_VOLUME, place(file, line), text);
            }
        }
    }
}
