//! Text that XML 1.0 cannot carry, made visible and reversible.
//!
//! XML 1.0 forbids most control characters, U+FFFE and U+FFFF, even as references. A value that holds one is
//! written with `\u{0008}` in its place and each backslash doubled. So that the reader can tell, a value that
//! holds `\u{` itself is escaped too: a value is escaped exactly where its written form holds `\u{`.

use std::borrow::Cow;

use crate::edrm_tree::is_allowed;

const MARK: &str = "\\u{";

/// Whether XML 1.0 has no way to carry the character.
fn is_forbidden(c: char) -> bool {
    !is_allowed(c)
}

/// Returns text that XML can carry, and how many characters had to be escaped.
pub fn escaped(text: &str) -> (Cow<'_, str>, u64) {
    if !text.contains(is_forbidden) && !text.contains(MARK) {
        return (Cow::Borrowed(text), 0);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut count = 0;
    for c in text.chars() {
        if is_forbidden(c) {
            count += 1;
            out.push_str(&format!("\\u{{{:04x}}}", u32::from(c)));
        } else {
            if c == '\\' {
                out.push('\\');
            }
            out.push(c);
        }
    }
    (Cow::Owned(out), count)
}

/// Returns the text that [`escaped`] was given.
///
/// What is no escape of ours, in a file that others wrote, is left as it is.
pub fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains(MARK) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = if rest.starts_with("\\\\") {
            out.push('\\');
            2
        } else if let Some((c, length)) = escape_at(rest) {
            out.push(c);
            length
        } else {
            out.push('\\');
            1
        };
        rest = &rest[taken..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn escape_at(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix(MARK)?.get(..5)?.strip_suffix('}')?;
    let is_ours = digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    (is_ours && is_forbidden(c)).then_some((c, MARK.len() + 5))
}
