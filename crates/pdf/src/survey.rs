//! Notes what a document carries besides its pages: forms, scripts, files, layers, fonts.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, Object};

use crate::note::Note;
use crate::object;

/// Looks at the catalog and at every object once, and adds what it finds to `notes`.
pub(crate) fn survey(document: &Document, notes: &mut BTreeSet<Note>) {
    if let Ok(catalog) = document.catalog() {
        survey_catalog(document, catalog, notes);
    }
    let mut found = Found::default();
    for object in document.objects.values() {
        found.look(document, object);
    }
    found.report(notes);
}

fn survey_catalog(document: &Document, catalog: &Dictionary, notes: &mut BTreeSet<Note>) {
    if let Some(form) = object::get_dict(document, catalog, b"AcroForm") {
        notes.insert(Note::Form);
        if object::get(document, form, b"XFA").is_some() {
            notes.insert(Note::XfaForm);
        }
    }
    if object::get(document, catalog, b"Collection").is_some() {
        notes.insert(Note::Portfolio);
    }
    if object::get_dict(document, catalog, b"OCProperties").is_some() {
        notes.insert(Note::Layers);
    }
    let names = object::get_dict(document, catalog, b"Names");
    let named_scripts = names.is_some_and(|names| names.has(b"JavaScript"));
    if named_scripts || catalog.has(b"AA") || runs_on_open(document, catalog) {
        notes.insert(Note::Scripts);
    }
}

/// An OpenAction that is a destination only chooses the first view; a dictionary is an action.
fn runs_on_open(document: &Document, catalog: &Dictionary) -> bool {
    object::get_dict(document, catalog, b"OpenAction")
        .and_then(|action| object::get_name(document, action, b"S"))
        .is_some_and(|kind| kind != b"GoTo")
}

#[derive(Default)]
struct Found {
    signatures: usize,
    embedded_files: usize,
    scripts: bool,
    unembedded: BTreeSet<String>,
}

impl Found {
    fn look(&mut self, document: &Document, object: &Object) {
        let Some(dict) = object::as_dict(object) else { return };
        let is_action = |dict: &Dictionary| {
            matches!(object::get_name(document, dict, b"S"), Some(b"JavaScript" | b"Launch" | b"ImportData"))
        };
        self.scripts |= is_action(dict);
        for key in [b"A".as_slice(), b"AA"] {
            self.scripts |= object::get_dict(document, dict, key).is_some_and(is_action);
        }
        if dict.has(b"EF") {
            self.embedded_files += 1;
        }
        let field_type = object::get_name(document, dict, b"FT");
        if field_type == Some(b"Sig") && object::get(document, dict, b"V").is_some() {
            self.signatures += 1;
        }
        if dict.has_type(b"Font") {
            self.look_at_font(document, dict);
        }
    }

    fn look_at_font(&mut self, document: &Document, font: &Dictionary) {
        let kind = object::get_name(document, font, b"Subtype");
        // A composite font is judged by its descendant, which is an object of its own, and the
        // glyphs of a Type 3 font are content streams.
        if matches!(kind, Some(b"Type0" | b"Type3")) {
            return;
        }
        let embedded = object::get_dict(document, font, b"FontDescriptor").is_some_and(|descriptor| {
            [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"]
                .iter()
                .any(|key| object::get_stream(document, descriptor, key).is_some())
        });
        if !embedded {
            let name = object::get_name(document, font, b"BaseFont").unwrap_or(b"(no name)");
            self.unembedded.insert(String::from_utf8_lossy(name).into_owned());
        }
    }

    fn report(self, notes: &mut BTreeSet<Note>) {
        if self.signatures > 0 {
            notes.insert(Note::Signatures(self.signatures));
        }
        if self.embedded_files > 0 {
            notes.insert(Note::EmbeddedFiles(self.embedded_files));
        }
        if self.scripts {
            notes.insert(Note::Scripts);
        }
        if !self.unembedded.is_empty() {
            notes.insert(Note::UnembeddedFonts(self.unembedded.into_iter().collect()));
        }
    }
}
