//! Documents of Word 97 to 2003 (DOC): text in pieces, in the order of the document, one story after the other.

use super::{File, stream, u16_at, u32_at, usize_at};
use crate::limits::Job;
use crate::note::Note;
use crate::written::Written;

/// What stands at the beginning of the main stream.
mod head {
    pub(super) const IDENT: usize = 0x00;
    pub(super) const VERSION: usize = 0x02;
    pub(super) const FLAGS: usize = 0x0a;
    /// The lengths of the stories in characters: main text, footnotes, headers, macros, comments, endnotes, text boxes,
    /// text boxes of headers.
    pub(super) const STORIES: usize = 0x4c;
    pub(super) const PIECES: usize = 0x01a2;
}

const IDENT: u16 = 0xa5ec;
const WORD_97: u16 = 0x00c1;
const ENCRYPTED: u16 = 0x0100;
const SECOND_TABLE: u16 = 0x0200;

/// The stories after the main text, in their order.
const STORIES: &[&str] =
    &["footnotes", "headers and footers", "macros", "comments", "endnotes", "text boxes", "text boxes of headers"];

/// Returns the text of a document.
pub(super) fn text(file: &mut File<'_>, job: &mut Job<'_>) -> Result<Option<String>, Note> {
    let main = stream(file, "WordDocument", job)?;
    let field = |at| u16_at(&main, at).ok_or_else(|| damaged("its head is cut off"));
    if field(head::IDENT)? != IDENT || field(head::VERSION)? < WORD_97 {
        return Err(Note::KindNotRead);
    }
    let flags = field(head::FLAGS)?;
    if flags & ENCRYPTED != 0 {
        return Err(Note::Encrypted);
    }
    let table = stream(file, if flags & SECOND_TABLE == 0 { "0Table" } else { "1Table" }, job)?;
    let units = units(&main, &table).ok_or_else(|| damaged("the list of its pieces is damaged"))?;
    let mut out = Written::new(job.limits.max_text_bytes);
    let mut rest = units.as_slice();
    for story in 0..=STORIES.len() {
        let length = usize_at(&main, head::STORIES + 4 * story).unwrap_or(0).min(rest.len());
        let (own, after) = rest.split_at(length);
        rest = after;
        if let Some(label) = story.checked_sub(1).and_then(|n| STORIES.get(n)) {
            out.section(*label);
            if own.iter().any(|unit| *unit > 0x20) && *label == "comments" {
                job.say(Note::Hidden { what: "comments, which stand at its end", count: 1 });
            }
        }
        let shown = shown(&String::from_utf16_lossy(own));
        shown.trim_end().lines().for_each(|line| out.line(line));
    }
    let (text, cut) = out.finish();
    job.notes.extend(cut);
    Ok(Some(text))
}

fn damaged(what: &str) -> Note {
    Note::Unreadable(what.to_owned())
}

/// Returns all characters of the document as UTF-16, from its pieces.
fn units(main: &[u8], table: &[u8]) -> Option<Vec<u16>> {
    let (start, length) = (usize_at(main, head::PIECES)?, usize_at(main, head::PIECES + 4)?);
    let mut list = table.get(start..start.checked_add(length)?)?;
    // Formats stand before the list of pieces.
    while let [0x01, rest @ ..] = list {
        let length = usize::from(u16_at(rest, 0)?);
        list = rest.get(2 + length..)?;
    }
    let [0x02, rest @ ..] = list else { return None };
    let list = rest.get(4..4_usize.checked_add(usize_at(rest, 0)?)?)?;
    let pieces = list.len().checked_sub(4)? / 12;
    let mut units = Vec::new();
    for piece in 0..pieces {
        let (from, to) = (usize_at(list, 4 * piece)?, usize_at(list, 4 * piece + 4)?);
        let at = u32_at(list, 4 * (pieces + 1) + 8 * piece + 2)?;
        let count = to.checked_sub(from)?;
        let place = usize::try_from(at & 0x3fff_ffff).ok()?;
        if at & 0x4000_0000 != 0 {
            let bytes = main.get(place / 2..(place / 2).checked_add(count)?)?;
            let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0;
            units.extend(text.encode_utf16());
        } else {
            let bytes = main.get(place..place.checked_add(count.checked_mul(2)?)?)?;
            units.extend(bytes.chunks_exact(2).filter_map(|pair| u16_at(pair, 0)));
        }
        // Pieces that overlap could make more of a file than it holds.
        if units.len() > main.len() {
            return None;
        }
    }
    Some(units)
}

/// Returns the text without the codes of fields and the marks of objects.
fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut codes = 0_usize;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{13}' => codes += 1,
            '\u{14}' | '\u{15}' => codes = codes.saturating_sub(usize::from(c == '\u{14}' || codes > 0)),
            _ if codes > 0 => {}
            // The end of a cell; the end of a row is one more.
            '\u{7}' => out.push(if chars.next_if_eq(&'\u{7}').is_some() { '\n' } else { '\t' }),
            '\r' | '\u{b}' | '\u{c}' => out.push('\n'),
            '\u{1e}' => out.push('-'),
            '\t' | '\n' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
