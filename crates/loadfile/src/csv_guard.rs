//! The formula guard of the CSV copy, and its undoing.
//!
//! A spreadsheet takes a cell that starts with `=`, `+`, `-` or `@` for a formula, some also after spaces or in
//! full width, and a leading tab or line break hides one. Such a cell gets an apostrophe before it. Apostrophes
//! that stand there already count as part of the start, so that one more is put before them and one taken off
//! again gives back what was.

use std::borrow::Cow;

fn is_risky(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c == '\'' || c == '\u{feff}' || c.is_whitespace() || c.is_control());
    let skipped = &text[..text.len() - start.len()];
    start.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || skipped.contains(['\t', '\r', '\n'])
}

/// Returns the cell as it is written.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_risky(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Returns the cell as it was before [`guarded`].
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_risky(rest) => rest,
        _ => text,
    }
}
