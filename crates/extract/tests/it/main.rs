//! Text extraction at its boundary. Every file is made here, as small as it can be: all of them are synthetic.

mod basics;
mod compound;
mod containers;
mod hostile;
mod made;
mod mails;
mod office;
mod open_document;
mod rich_text;

use duces_extract::{Extraction, Limits, extract, mime_of};

/// Takes the text out of a file of a name.
fn taken(bytes: &[u8], name: &str) -> Extraction {
    extract(bytes, mime_of(bytes, name), &Limits::default())
}

fn codes(extraction: &Extraction) -> Vec<&'static str> {
    extraction.notes.iter().map(|note| note.code()).collect()
}

/// Checks the text and what is said of it.
#[track_caller]
fn check(bytes: &[u8], name: &str, text: &str, notes: &[&str]) {
    let extraction = taken(bytes, name);
    assert_eq!(extraction.text.as_deref().unwrap_or_default(), text);
    let said: Vec<String> = extraction.notes.iter().map(ToString::to_string).collect();
    assert_eq!(said, notes);
}
