//! OpenDocument (ODT, ODS, ODP): one shape for texts, tables and slides.

use quick_xml::events::BytesStart;

use super::package::{Package, Part};
use super::{part, say_hidden};
use crate::blocks::Blocks;
use crate::limits::Job;
use crate::note::Note;
use crate::written::{Written, one_line};
use crate::xml::{Piece, attribute, local};

/// An equal cell or row is written so often at most.
const MOST_REPEATS: usize = 1_000;

/// What was met that is not seen at once.
#[derive(Default)]
struct Found {
    deletions: usize,
    comments: usize,
    hidden_rows: usize,
}

/// Reads a document.
pub(super) fn read(package: &mut Package<'_>, out: &mut Written, job: &mut Job<'_>) -> Result<(), Note> {
    if !package.has("content.xml") {
        return Err(Note::Unreadable("it has no content".to_owned()));
    }
    if is_encrypted(package, job) {
        return Err(Note::Encrypted);
    }
    let most = job.limits.max_text_bytes;
    let mut found = Found::default();
    let (mut comments, mut deleted, mut notes) = (Written::new(most), Written::new(most), Written::new(most));
    let mut aside = Aside { comments: &mut comments, deleted: &mut deleted, notes: &mut notes };
    part(package, "content.xml", job, |xml| walk(xml, out, &mut aside, &mut found, true));
    if package.has("styles.xml") {
        out.section("headers and footers");
        part(package, "styles.xml", job, |xml| walk(xml, out, &mut aside, &mut found, false));
    }
    for (label, lines) in [("footnotes and notes", notes), ("comments", comments), ("deleted text", deleted)] {
        out.section(label);
        lines.finish().0.lines().for_each(|line| out.line(line));
    }
    say_hidden("tracked deletions, which stand at its end", found.deletions, job);
    say_hidden("comments, which stand at its end", found.comments, job);
    say_hidden("hidden rows", found.hidden_rows, job);
    Ok(())
}

fn is_encrypted(package: &mut Package<'_>, job: &Job<'_>) -> bool {
    let Ok(mut xml) = package.part("META-INF/manifest.xml", job) else { return false };
    while let Ok(Some(piece)) = xml.next() {
        if matches!(piece, Piece::Open(tag) if local(&tag) == "encryption-data") {
            return true;
        }
    }
    false
}

/// What stands beside the text, to be written after it.
struct Aside<'a> {
    comments: &'a mut Written,
    deleted: &'a mut Written,
    notes: &'a mut Written,
}

/// Where a paragraph belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Comment,
    Deleted,
    Note,
    /// In no place that is shown, such as a style.
    Nowhere,
}

/// Walks a part. `shown` says whether what stands at its top is shown: of styles only headers and footers are.
fn walk(
    xml: &mut Part<'_, '_, '_>,
    out: &mut Written,
    aside: &mut Aside<'_>,
    found: &mut Found,
    shown: bool,
) -> Result<(), Note> {
    let mut places = vec![if shown { Place::Text } else { Place::Nowhere }];
    let mut blocks = Blocks::default();
    let mut open: Vec<String> = Vec::new();
    let mut repeats: Vec<usize> = Vec::new();
    let result = loop {
        let piece = match xml.next() {
            Ok(Some(piece)) => piece,
            Ok(None) => break Ok(()),
            Err(note) => break Err(note),
        };
        match piece {
            Piece::Open(tag) => {
                let name = local(&tag);
                if let Some(place) = begins(&name, shown) {
                    places.push(place);
                    found.comments += usize::from(place == Place::Comment);
                    found.deletions += usize::from(place == Place::Deleted);
                }
                let is_text = places.last() == Some(&Place::Text);
                match name.as_str() {
                    "p" | "h" => open.push(String::new()),
                    "creator" | "date" if places.last() == Some(&Place::Comment) => open.push(String::new()),
                    "note-citation" | "creator-initials" | "sender-initials" => open.push(String::new()),
                    "s" => add(&mut open, &" ".repeat(count(&tag, "c").min(MOST_REPEATS))),
                    "tab" => add(&mut open, "\t"),
                    "line-break" => add(&mut open, "\n"),
                    "table-row" if is_text => {
                        found.hidden_rows +=
                            usize::from(attribute(&tag, "visibility").is_some_and(|how| how != "visible"));
                        repeats.push(count(&tag, "number-rows-repeated"));
                        blocks.begin_row();
                    }
                    "table-cell" | "covered-table-cell" if is_text => {
                        repeats.push(count(&tag, "number-columns-repeated"));
                        blocks.begin_cell();
                    }
                    "table" if is_text => {
                        if let Some(name) = attribute(&tag, "name") {
                            out.section(format!("table {}", one_line(&name)));
                        }
                    }
                    "page" if is_text => {
                        let name = attribute(&tag, "name").unwrap_or_default();
                        out.heading(&format!("[slide {}]", one_line(&name)));
                    }
                    _ => {}
                }
            }
            Piece::Close(name) => {
                let place = places.last().copied().unwrap_or(Place::Nowhere);
                match name.as_str() {
                    "note-citation" | "creator-initials" | "sender-initials" => drop(open.pop()),
                    "creator" | "date" if place != Place::Comment => {}
                    "p" | "h" | "creator" | "date" => {
                        let Some(text) = open.pop() else { continue };
                        match place {
                            Place::Text => blocks.paragraph(&text, out),
                            Place::Comment => aside.comments.line(&text),
                            Place::Deleted => aside.deleted.line(&text),
                            Place::Note => aside.notes.line(&text),
                            Place::Nowhere => {}
                        }
                    }
                    "table-cell" | "covered-table-cell" if place == Place::Text => {
                        blocks.end_cell(repeats.pop().unwrap_or(1).min(MOST_REPEATS));
                    }
                    "table-row" if place == Place::Text => {
                        blocks.end_row(repeats.pop().unwrap_or(1).min(MOST_REPEATS), out);
                    }
                    _ => {}
                }
                if begins(&name, shown).is_some() {
                    places.pop();
                }
            }
            Piece::Text(text) => add(&mut open, &text.replace(['\n', '\r', '\t'], " ")),
        }
    };
    for text in open.iter().filter(|text| !text.trim().is_empty()) {
        blocks.paragraph(text, out);
    }
    result
}

/// Returns the place that an element opens. Of styles, only headers and footers are shown.
fn begins(name: &str, in_content: bool) -> Option<Place> {
    match name {
        "annotation" => Some(Place::Comment),
        "deletion" => Some(Place::Deleted),
        "note" | "notes" => Some(if in_content { Place::Note } else { Place::Nowhere }),
        "header" | "footer" | "header-left" | "footer-left" | "header-first" | "footer-first" => Some(Place::Text),
        "automatic-styles" | "styles" => Some(Place::Nowhere),
        _ => None,
    }
}

fn count(tag: &BytesStart<'_>, name: &str) -> usize {
    attribute(tag, name).and_then(|count| count.parse().ok()).unwrap_or(1)
}

fn add(open: &mut [String], text: &str) {
    if let Some(last) = open.last_mut() {
        last.push_str(text);
    }
}
