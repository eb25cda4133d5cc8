//! Reads a file line by line, each with the exact bytes that stand in it.

use std::io;

use crate::IngestError;
use crate::scan::LIMIT;
use crate::source::Source;
use crate::window::Window;

/// What stands next in the file.
pub(crate) enum NextLine {
    /// A line; its bytes are returned by `rows::row`.
    Line,
    /// A line that is larger than any message; its bytes are passed over.
    TooLarge,
    /// The end of the file.
    End,
}

/// Moves over one line.
pub(crate) fn next(window: &mut Window) -> io::Result<NextLine> {
    window.begin();
    let mut large = false;
    loop {
        let ahead = window.ahead()?;
        if ahead.is_empty() {
            return Ok(match (large, window.record_len()) {
                (true, _) => NextLine::TooLarge,
                (false, 0) => NextLine::End,
                (false, _) => NextLine::Line,
            });
        }
        let end = memchr::memchr(b'\n', ahead);
        let taken = end.map_or(ahead.len(), |at| at + 1);
        window.advance(taken);
        if end.is_some() {
            return Ok(if large || window.record_len() > LIMIT { NextLine::TooLarge } else { NextLine::Line });
        }
        if window.record_len() > LIMIT {
            large = true;
            window.begin();
        }
    }
}

/// Returns the lines of a file, up to where it cannot be read.
pub(crate) fn texts(source: &Source) -> Result<impl Iterator<Item = String>, IngestError> {
    let (mut window, encoding) = (source.window()?, source.encoding);
    Ok(std::iter::from_fn(move || match next(&mut window) {
        Ok(NextLine::Line) => Some(encoding.text(window.record())),
        Ok(NextLine::TooLarge) => Some(String::new()),
        Ok(NextLine::End) | Err(_) => None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_bytes() {
        let mut window = Window::new(Box::new(io::Cursor::new(b"a\r\n\nlast".to_vec())));
        let mut lines = Vec::new();
        while matches!(next(&mut window).expect("memory does not fail"), NextLine::Line) {
            lines.push((String::from_utf8_lossy(crate::rows::row(&window)).into_owned(), window.line()));
        }
        assert_eq!(lines, [("a".to_owned(), 1), (String::new(), 2), ("last".to_owned(), 3)]);
    }
}
