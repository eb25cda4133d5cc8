//! One sheet of a workbook: its rows, its headers and footers, and the comments on its cells.

use quick_xml::events::BytesStart;

use super::package::Part;
use super::sheet_format::Formats;
use crate::note::Note;
use crate::written::{Written, one_line};
use crate::xml::{Piece, attribute, is_on, local};

/// What cells refer to.
pub(super) struct Values<'a> {
    pub(super) formats: &'a Formats,
    pub(super) strings: &'a [String],
}

/// What was met of all sheets that is not seen at once.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) hidden_rows: usize,
    pub(super) hidden_columns: usize,
    pub(super) comments: usize,
}

/// More empty cells than these between two cells are not written.
const WIDEST_GAP: usize = 8;
/// The columns that a sheet can have.
const COLUMNS: usize = 16_384;

/// A cell that is open.
#[derive(Default)]
struct Cell {
    column: usize,
    kind: String,
    style: Option<usize>,
    value: String,
    /// Text within the cell itself.
    inline: String,
}

/// Writes the rows of a sheet and its headers and footers.
pub(super) fn read(
    xml: &mut Part<'_, '_, '_>,
    values: &Values<'_>,
    out: &mut Written,
    tally: &mut Tally,
) -> Result<(), Note> {
    let (mut row, mut filled) = (String::new(), 0_usize);
    let mut next_column = 0;
    let mut cell: Option<Cell> = None;
    let (mut takes, mut phonetic) = (Takes::Nothing, 0_usize);
    let mut around: Vec<String> = Vec::new();
    let result = loop {
        match xml.next() {
            Ok(Some(Piece::Open(tag))) => match local(&tag).as_str() {
                "col" => tally.hidden_columns += hidden_columns(&tag),
                "row" => {
                    tally.hidden_rows += usize::from(is_on(&tag, "hidden"));
                    (next_column, filled) = (0, 0);
                    row.clear();
                }
                "c" => {
                    let column = attribute(&tag, "r").and_then(|place| column_of(&place)).unwrap_or(next_column);
                    next_column = column + 1;
                    cell = Some(Cell {
                        column,
                        kind: attribute(&tag, "t").unwrap_or_default(),
                        style: attribute(&tag, "s").and_then(|style| style.parse().ok()),
                        ..Cell::default()
                    });
                }
                "rPh" => phonetic += 1,
                "v" => takes = Takes::Value,
                "t" if phonetic == 0 => takes = Takes::Inline,
                name if is_header(name) => {
                    takes = Takes::Header;
                    around.push(String::new());
                }
                _ => {}
            },
            Ok(Some(Piece::Close(name))) => match name.as_str() {
                "c" => {
                    let Some(cell) = cell.take() else { continue };
                    let text = shown(&cell, values);
                    if !text.is_empty() {
                        let gap = cell.column.saturating_sub(filled);
                        let tabs = if row.is_empty() { gap } else { gap + 1 };
                        row.push_str(&"\t".repeat(tabs.min(WIDEST_GAP)));
                        row.push_str(&text.replace(['\t', '\n', '\r'], " "));
                        filled = cell.column + 1;
                    }
                }
                "row" if !row.is_empty() => out.line(&row),
                "rPh" => phonetic = phonetic.saturating_sub(1),
                "v" | "t" => takes = Takes::Nothing,
                name if is_header(name) => takes = Takes::Nothing,
                _ => {}
            },
            Ok(Some(Piece::Text(text))) => match (&takes, &mut cell, around.last_mut()) {
                (Takes::Value, Some(cell), _) => cell.value.push_str(&text),
                (Takes::Inline, Some(cell), _) => cell.inline.push_str(&text),
                (Takes::Header, _, Some(header)) => header.push_str(&text),
                _ => {}
            },
            Ok(None) => break Ok(()),
            Err(note) => {
                if !row.is_empty() {
                    out.line(&row);
                }
                break Err(note);
            }
        }
    };
    out.section("headers and footers");
    for header in around.iter().map(|codes| without_codes(codes)).filter(|header| !header.trim().is_empty()) {
        out.line(header.trim());
    }
    result
}

/// What a text belongs to.
enum Takes {
    Nothing,
    Value,
    Inline,
    Header,
}

fn is_header(name: &str) -> bool {
    matches!(name, "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter")
}

fn hidden_columns(tag: &BytesStart<'_>) -> usize {
    if !is_on(tag, "hidden") {
        return 0;
    }
    let number = |name| attribute(tag, name).and_then(|text| text.parse::<usize>().ok());
    let (Some(first), Some(last)) = (number("min"), number("max")) else { return 1 };
    // Everything to the right of a table is often hidden as one, and holds nothing.
    if last >= COLUMNS { 1 } else { (last + 1).saturating_sub(first).max(1) }
}

fn shown(cell: &Cell, values: &Values<'_>) -> String {
    match cell.kind.as_str() {
        "s" => {
            let place = cell.value.trim().parse::<usize>().ok();
            place.and_then(|place| values.strings.get(place)).cloned().unwrap_or_default()
        }
        "b" => if cell.value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
        "str" | "e" | "d" => cell.value.clone(),
        _ if !cell.inline.is_empty() => cell.inline.clone(),
        _ if cell.value.is_empty() => String::new(),
        _ => values.formats.shown(&cell.value, cell.style),
    }
}

/// Returns the column of a place such as `AB12`, from 0.
fn column_of(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.take(4).fold(0, |sum, letter| sum * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    column.checked_sub(1).filter(|column| *column < COLUMNS)
}

/// Returns a header without the codes that place and dress it.
fn without_codes(codes: &str) -> String {
    let mut text = String::new();
    let mut chars = codes.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '&' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('&') => text.push('&'),
            Some('L' | 'C' | 'R') => text.push('\t'),
            // A font, or the colour of one.
            Some('"') => drop(chars.by_ref().find(|c| *c == '"')),
            Some('K') => (0..6).for_each(|_| _ = chars.next_if(char::is_ascii_hexdigit)),
            Some(digit) if digit.is_ascii_digit() => while chars.next_if(char::is_ascii_digit).is_some() {},
            _ => {}
        }
    }
    text
}

/// Writes the comments on a sheet: the older ones name their authors by number, the newer ones not at all.
pub(super) fn comments(xml: &mut Part<'_, '_, '_>, out: &mut Written, tally: &mut Tally) -> Result<(), Note> {
    let mut authors: Vec<String> = Vec::new();
    let (mut head, mut text) = (String::new(), String::new());
    let mut takes = Takes::Nothing;
    while let Some(piece) = xml.next()? {
        match piece {
            Piece::Open(tag) => match local(&tag).as_str() {
                "author" => {
                    takes = Takes::Header;
                    authors.push(String::new());
                }
                "comment" | "threadedComment" => {
                    tally.comments += 1;
                    let author = attribute(&tag, "authorId").and_then(|id| id.parse::<usize>().ok());
                    let author = author.and_then(|id| authors.get(id)).map_or("", String::as_str);
                    let place = attribute(&tag, "ref").unwrap_or_default();
                    let date = attribute(&tag, "dT").unwrap_or_default();
                    head = one_line(&[place.as_str(), author, date.as_str()].join(" ").trim().replace("  ", " "));
                    text.clear();
                }
                "t" | "text" => takes = Takes::Value,
                _ => {}
            },
            Piece::Close(name) => match name.as_str() {
                "comment" | "threadedComment" => out.line(&format!("{head}: {}", text.trim())),
                "author" | "t" | "text" => takes = Takes::Nothing,
                _ => {}
            },
            Piece::Text(piece) => match takes {
                Takes::Header => authors.last_mut().into_iter().for_each(|author| author.push_str(&piece)),
                Takes::Value => text.push_str(&piece),
                _ => {}
            },
        }
    }
    Ok(())
}
