//! Finds where the elements of a large XML begin and end without understanding them, so that each record can be kept
//! as it is and nothing larger than a record is ever in memory.
//!
//! Only elements of the wanted name are counted while one is passed: what is malformed within a record costs that
//! record, not the rest of the file.

use std::io;

use crate::scan::{Kept, LIMIT};
use crate::window::Window;

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    Open,
    Close,
    /// It opens and closes an element at once.
    Empty,
}

/// A tag; its bytes are the end of the window's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) does: Does,
    /// The name without its prefix.
    pub(crate) name: String,
    /// How many bytes it takes.
    pub(crate) length: usize,
}

/// Longer tags are none.
const TAG: usize = 1024 * 1024;

/// Moves over the next tag, so that its bytes are the window's record; nothing at the end of the file.
pub(crate) fn next(window: &mut Window) -> io::Result<Option<Tag>> {
    loop {
        window.begin();
        if !to_markup(window, true)? {
            return Ok(None);
        }
        window.begin();
        if let Some(tag) = markup(window)? {
            return Ok(Some(tag));
        }
    }
}

/// Returns the bytes of a tag that was just found.
pub(crate) fn bytes_of<'a>(window: &'a Window, tag: &Tag) -> &'a [u8] {
    let record = window.record();
    &record[record.len() - tag.length..]
}

/// How an element ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// At its end tag; whether its bytes are all in the window's record.
    Whole(Kept),
    /// The file is over before it is.
    Ended,
}

/// Moves over the rest of an element whose start tag was just found; with `keep` its bytes, start tag included, are
/// then the window's record.
pub(crate) fn element(window: &mut Window, start: &Tag, keep: bool) -> io::Result<Element> {
    if start.does == Does::Empty {
        return Ok(Element::Whole(Kept::Whole));
    }
    let mut kept = if keep { Kept::Whole } else { Kept::Part };
    let mut depth = 1_u64;
    loop {
        if kept == Kept::Part || window.record_len() > LIMIT {
            window.begin();
            kept = Kept::Part;
        }
        if !to_markup(window, kept == Kept::Part)? {
            return Ok(Element::Ended);
        }
        let Some(tag) = markup(window)? else { continue };
        if tag.name == start.name {
            match tag.does {
                Does::Open => depth += 1,
                Does::Close => depth -= 1,
                Does::Empty => {}
            }
        }
        if depth == 0 {
            return Ok(Element::Whole(kept));
        }
    }
}

/// Moves to the next `<`; with `drop` what lies before it is let go of.
fn to_markup(window: &mut Window, drop: bool) -> io::Result<bool> {
    loop {
        let ahead = window.ahead()?;
        if ahead.is_empty() {
            return Ok(false);
        }
        let found = memchr::memchr(b'<', ahead);
        let passed = found.unwrap_or(ahead.len());
        window.advance(passed);
        if found.is_some() {
            return Ok(true);
        }
        if drop || window.record_len() > LIMIT {
            window.begin();
        }
    }
}

/// Moves over a tag, a comment, CDATA, a declaration or an instruction that begins here; returns a tag.
fn markup(window: &mut Window) -> io::Result<Option<Tag>> {
    let start = window.record_len();
    window.advance(1);
    match window.peek()? {
        Some(b'?') => {
            until(window, b"?>")?;
            Ok(None)
        }
        Some(b'!') => {
            declared(window, start)?;
            Ok(None)
        }
        Some(byte) if byte == b'/' || byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => tag(window, start),
        // A `<` that begins nothing is text.
        _ => Ok(None),
    }
}

fn declared(window: &mut Window, start: usize) -> io::Result<()> {
    let begins = |window: &mut Window, with: &[u8]| -> io::Result<bool> {
        while window.record_len() - start < with.len() && window.peek()?.is_some() {
            window.advance(1);
            if !with.starts_with(&window.record()[start..]) {
                break;
            }
        }
        let found = &window.record()[start..] == with;
        if !found {
            window.rewind_to(start + 1);
        }
        Ok(found)
    };
    if begins(window, b"<!--")? {
        return until(window, b"-->");
    }
    if begins(window, b"<![CDATA[")? {
        return until(window, b"]]>");
    }
    until(window, b">")
}

/// Moves to after `end`, or to the end of the file.
fn until(window: &mut Window, end: &[u8]) -> io::Result<()> {
    let last = end[end.len() - 1];
    let from = window.record_len();
    loop {
        let ahead = window.ahead()?;
        if ahead.is_empty() {
            return Ok(());
        }
        let found = memchr::memchr(last, ahead);
        let passed = found.map_or(ahead.len(), |at| at + 1);
        window.advance(passed);
        // `<!-->` is a comment that has not ended: the end must lie after the beginning.
        if found.is_some() && window.record()[from..].ends_with(end) {
            return Ok(());
        }
        if window.record_len() > LIMIT {
            return Ok(());
        }
    }
}

fn tag(window: &mut Window, start: usize) -> io::Result<Option<Tag>> {
    let mut quote = None;
    loop {
        let Some(byte) = window.peek()? else { return Ok(None) };
        window.advance(1);
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => break,
            // Another tag begins within this one, which therefore is none.
            (None, b'<') => {
                let at = window.record_len() - 1;
                window.rewind_to(at);
                return Ok(None);
            }
            _ => {}
        }
        if window.record_len() - start > TAG {
            return Ok(None);
        }
    }
    Ok(Some(named(&window.record()[start..])))
}

fn named(bytes: &[u8]) -> Tag {
    let inner = &bytes[1..bytes.len() - 1];
    let (does, inner) = match (inner.strip_prefix(b"/"), inner.strip_suffix(b"/")) {
        (Some(inner), _) => (Does::Close, inner),
        (None, Some(inner)) => (Does::Empty, inner),
        (None, None) => (Does::Open, inner),
    };
    let name = inner.split(|byte| byte.is_ascii_whitespace() || *byte == b'/').next().unwrap_or_default();
    let local = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
    Tag { does, name: String::from_utf8_lossy(local).into_owned(), length: bytes.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(text: &str) -> Window {
        Window::new(Box::new(io::Cursor::new(text.as_bytes().to_vec())))
    }

    #[test]
    fn records_keep_their_bytes_and_lines() {
        let text = "<?xml version=\"1.0\"?>\n<!DOCTYPE a>\n<a x='1>2'>\n<!-- <r>no</r> -->\n<n:r>1<r/><r>in</r><![CDATA[</r>]]></n:r>\n\
             <r/>tail<r>open";
        let mut window = window(text);
        let mut found = Vec::new();
        while let Some(tag) = next(&mut window).expect("memory does not fail") {
            let line = window.line();
            if tag.name != "r" || tag.does == Does::Close {
                found.push((tag.name.clone(), line, String::from_utf8_lossy(window.record()).into_owned()));
                continue;
            }
            let ended = element(&mut window, &tag, true).expect("memory does not fail");
            let what = if ended == Element::Ended { "ended" } else { "record" };
            found.push((what.to_owned(), line, String::from_utf8_lossy(window.record()).into_owned()));
        }
        let expected = [
            ("a", 3, "<a x='1>2'>"),
            ("record", 5, "<n:r>1<r/><r>in</r><![CDATA[</r>]]></n:r>"),
            ("record", 6, "<r/>"),
            ("ended", 6, "<r>open"),
        ];
        let expected = expected.map(|(name, line, text)| (name.to_owned(), line, text.to_owned()));
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_no_tag_is_passed_over() {
        for text in ["a < b", "<", "<a", "<a <b>", "<!", "<!-", "<!-->", "<![CDATA[", "<?", "</>", "< a>"] {
            let mut window = window(text);
            while next(&mut window).expect("memory does not fail").is_some() {}
        }
        let mut window = window("1 < 2 <a <b>");
        assert_eq!(next(&mut window).expect("memory does not fail").map(|tag| tag.name).as_deref(), Some("b"));
    }
}
