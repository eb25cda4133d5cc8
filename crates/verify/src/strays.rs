//! Files that nothing names, and documents of which nothing was produced.

use duces_volume::{MANIFEST_NAME, README_NAME};

use duces_model::Place;

use crate::codes;
use crate::document::Documents;
use crate::links::{Kind, Uses};
use crate::medium::Medium;
use crate::tally::Tally;

/// Says which files no load file names.
pub(crate) fn check_files(medium: &Medium, load_files: &[String], uses: &Uses, tally: &mut Tally) {
    tally.ran("files that no load file names");
    let data_folders: Vec<&str> = load_files.iter().map(|path| folder_of(path)).collect();
    for (idx, file) in medium.files().iter().enumerate() {
        let path = file.path.as_str();
        if uses.is_named(idx) || path == MANIFEST_NAME || path == README_NAME || load_files.iter().any(|l| l == path) {
            continue;
        }
        let folder = folder_of(path);
        let (code, text) = if folder.is_empty() || data_folders.contains(&folder) {
            (&codes::FILE_STRAY, "it is neither a load file nor the file of a document")
        } else {
            (&codes::FILE_ORPHAN, "no load file names it; make sure that it was meant to be produced")
        };
        tally.add(code, Place::file(path), text);
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Says of which documents no file at all was found.
pub(crate) fn check_documents(documents: &Documents, uses: &Uses, tally: &mut Tally) {
    tally.ran("a PDF, images or a native for each document");
    for (idx, document) in documents.iter() {
        let has = |kind| !uses.of_document(idx, kind).is_empty();
        if !(has(Kind::Pdf) || has(Kind::Image) || has(Kind::Native)) {
            let text = format!("{} has neither a PDF nor images nor a native", documents.first(document));
            tally.add(&codes::PDF_MISSING, documents.place(document), text);
        }
    }
}
