//! Takes an mbox apart: one mail after the other, each with the exact bytes that stand in the file.
//!
//! A mail begins at a line `From ` that follows a blank line and ends in a time. Where such a line is part of a mail,
//! it was quoted with `>` when it was put in; that one `>` is taken off again. `Content-Length` is not believed.

use std::io;

use super::date;
use crate::window::Window;

/// What stands next in the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NextMail {
    /// A mail; its bytes, the line `From ` included, are the window's record.
    Mail,
    /// A mail that is larger than any that is read; it was passed over.
    TooLarge,
    End,
}

/// Moves over one mail of at most `limit` bytes.
pub(crate) fn next(window: &mut Window, limit: usize) -> io::Result<NextMail> {
    window.begin();
    let mut large = false;
    let mut after_blank = false;
    let mut first = true;
    loop {
        let start = window.record_len();
        if !line(window)? {
            return Ok(match (large, window.record_len()) {
                (true, _) => NextMail::TooLarge,
                (false, 0) => NextMail::End,
                (false, _) => NextMail::Mail,
            });
        }
        let read = &window.record()[start..];
        if !first && after_blank && is_separator(read) {
            window.rewind_to(start);
            return Ok(if large { NextMail::TooLarge } else { NextMail::Mail });
        }
        first = false;
        after_blank = matches!(read, b"\n" | b"\r\n");
        if window.record_len() > limit {
            large = true;
            window.begin();
        }
    }
}

/// Moves over one line; returns whether there was one.
fn line(window: &mut Window) -> io::Result<bool> {
    let from = window.record_len();
    loop {
        let ahead = window.ahead()?;
        if ahead.is_empty() {
            return Ok(window.record_len() > from);
        }
        let end = memchr::memchr(b'\n', ahead);
        let passed = end.map_or(ahead.len(), |at| at + 1);
        window.advance(passed);
        // A line without an end is taken in pieces, so that no limit is passed unseen.
        if end.is_some() || window.record_len() - from > 1024 * 1024 {
            return Ok(true);
        }
    }
}

/// Tells whether a line begins a mail: `From ` and a sender, then a time.
pub(crate) fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let rest = String::from_utf8_lossy(rest);
    let rest = rest.trim();
    let timed = |text: &str| date::read(text, Some(&duces_model::Zone::utc())).is_ok();
    // The sender may be missing or hold spaces in quotes.
    timed(rest) || rest.match_indices(' ').take(16).any(|(at, _)| timed(&rest[at + 1..]))
}

/// Returns the mail of a record: without the line `From ` and with quoted lines as they were.
pub(crate) fn mail_of(record: &[u8]) -> Vec<u8> {
    let mut mail = Vec::with_capacity(record.len());
    for (number, line) in record.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if number == 0 && line.starts_with(b"From ") {
            continue;
        }
        let marks = line.iter().take_while(|byte| **byte == b'>').count();
        let quoted = marks > 0 && line[marks..].starts_with(b"From ");
        mail.extend_from_slice(&line[usize::from(quoted)..]);
    }
    // The blank line before the next mail belongs to the file.
    let end = if mail.ends_with(b"\n\r\n") { 2 } else { usize::from(mail.ends_with(b"\n\n")) };
    mail.truncate(mail.len() - end);
    mail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(text: &str, limit: usize) -> Vec<(NextMail, u64, String)> {
        let mut window = Window::new(Box::new(io::Cursor::new(text.as_bytes().to_vec())));
        let mut out = Vec::new();
        loop {
            let next = next(&mut window, limit).expect("memory does not fail");
            if next == NextMail::End {
                return out;
            }
            out.push((next, window.line(), String::from_utf8_lossy(&mail_of(window.record())).into_owned()));
        }
    }

    #[test]
    fn mails_are_told_apart() {
        let text = "From a@b.test Tue Mar  5 09:00:00 2024\nSubject: 1\n\nFrom here on it is text\n>From me\n>>From you\n\n\
            From MAILER-DAEMON Tue Mar  5 09:00:01 2024 +0800\nSubject: 2\n\nlast\n";
        let expected = [
            (NextMail::Mail, 1, "Subject: 1\n\nFrom here on it is text\nFrom me\n>From you\n".to_owned()),
            (NextMail::Mail, 8, "Subject: 2\n\nlast\n".to_owned()),
        ];
        assert_eq!(mails(text, 10_000), expected);
        let sizes: Vec<NextMail> = mails(text, 80).into_iter().map(|(next, ..)| next).collect();
        assert_eq!(sizes, [NextMail::TooLarge, NextMail::Mail]);
        for line in ["From me\n", "from a@b Tue Mar  5 09:00:00 2024\n", "From \n", "From a yesterday at 09:00\n"] {
            assert!(!is_separator(line.as_bytes()), "{line}");
        }
    }
}
