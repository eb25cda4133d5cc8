//! Objects as a page's script writes them: keys without quotes, texts in single ones, nothing nested.
//!
//! The tool escapes what people wrote and not everything else, so that a quote ends a text only where a comma or the end of
//! the object follows it.

use std::collections::BTreeMap;
use std::io;

use crate::scan::LIMIT;
use crate::window::Window;

/// What stands next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// An object; its bytes are the window's record.
    Object,
    /// The file is over within one, or it is larger than any message.
    Broken,
    /// Something else follows the objects.
    End,
}

/// Where a scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Plain,
    Text(u8),
    Escape(u8),
    /// Behind a quote that may be the end of a text.
    Behind(u8),
}

impl State {
    /// Returns the state behind a byte, and whether the object ends with it.
    fn after(self, byte: u8) -> (Self, bool) {
        match (self, byte) {
            (Self::Plain, b'}') => (Self::Plain, true),
            (Self::Plain, b'\'' | b'"') => (Self::Text(byte), false),
            (Self::Plain, _) => (Self::Plain, false),
            (Self::Escape(quote), _) => (Self::Text(quote), false),
            (Self::Behind(_), b',') => (Self::Plain, false),
            (Self::Behind(_), b'}') => (Self::Plain, true),
            (Self::Behind(quote), b) if b.is_ascii_whitespace() => (Self::Behind(quote), false),
            (Self::Text(quote) | Self::Behind(quote), b'\\') => (Self::Escape(quote), false),
            (Self::Text(quote) | Self::Behind(quote), b) if b == quote => (Self::Behind(quote), false),
            (Self::Text(quote) | Self::Behind(quote), _) => (Self::Text(quote), false),
        }
    }
}

/// Moves over the next object.
pub(super) fn next(window: &mut Window) -> io::Result<Next> {
    loop {
        match window.peek()? {
            Some(byte) if byte.is_ascii_whitespace() || byte == b',' => window.advance(1),
            Some(b'{') => break,
            _ => return Ok(Next::End),
        }
    }
    window.begin();
    window.advance(1);
    let mut state = State::Plain;
    while let Some(byte) = window.peek()? {
        window.advance(1);
        let (next, ended) = state.after(byte);
        if ended {
            return Ok(Next::Object);
        }
        state = next;
        if window.record_len() > LIMIT {
            break;
        }
    }
    Ok(Next::Broken)
}

/// Returns the fields of an object, the escapes of its texts resolved.
pub(super) fn fields(object: &str) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    let mut rest = object.trim().trim_start_matches('{');
    while let Some((key, after)) = rest.split_once(':') {
        let key = key.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '"' | '\'')).to_owned();
        let after = after.trim_start();
        let (value, left) = value(after);
        fields.insert(key, value);
        rest = left;
    }
    fields
}

fn value(text: &str) -> (String, &str) {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
        let end = text.find([',', '}']).unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let bytes = text.as_bytes();
    let mut state = State::Text(bytes[0]);
    // The last quote that may be the end.
    let mut end = text.len();
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        let was = state;
        let (next, ended) = state.after(*byte);
        if matches!((was, next), (State::Text(_) | State::Behind(_), State::Behind(_))) && *byte == bytes[0] {
            end = at;
        }
        if ended || next == State::Plain {
            return (unescaped(&text[1..end]), &text[at..]);
        }
        state = next;
    }
    (unescaped(text[1..].trim_end_matches([quote, '}'])), "")
}

/// Returns a text of a script as it was before it was escaped.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(c @ ('u' | 'x')) => {
                let digits = if c == 'u' { 4 } else { 2 };
                let hex: String = chars.as_str().chars().take(digits).collect();
                match u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32).filter(|_| hex.len() == digits) {
                    Some(found) => {
                        out.push(found);
                        chars.nth(digits - 1);
                    }
                    None => out.push(c),
                }
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_found_and_read_however_their_quotes_stand() {
        let text = r"{ type:1, text: 'it\'s \\ {a}\n\'b\', c',is_send:0,displayname:'Ann's'},
                     { type:49, sub_type:2000,text:'x',feedesc:'￥1',},{ type:0, text: '' } ];";
        let mut window = Window::new(Box::new(io::Cursor::new(text.as_bytes().to_vec())));
        let mut found = Vec::new();
        while next(&mut window).expect("memory does not fail") == Next::Object {
            found.push(fields(&String::from_utf8_lossy(window.record())));
        }
        let value = |at: usize, key: &str| found[at].get(key).map(String::as_str);
        assert_eq!(found.len(), 3);
        assert_eq!(value(0, "text"), Some("it's \\ {a}\n'b', c"));
        assert_eq!(
            (value(0, "type"), value(0, "is_send"), value(0, "displayname")),
            (Some("1"), Some("0"), Some("Ann's"))
        );
        assert_eq!((value(1, "sub_type"), value(1, "feedesc")), (Some("2000"), Some("￥1")));
        assert_eq!(value(2, "text"), Some(""));
        for broken in ["{", "{ type:1, text: 'a", "{ type:1, text: 'a'", "{'"] {
            let mut window = Window::new(Box::new(io::Cursor::new(broken.as_bytes().to_vec())));
            assert_eq!(next(&mut window).expect("memory does not fail"), Next::Broken, "{broken}");
            let _ = fields(broken);
        }
    }
}
