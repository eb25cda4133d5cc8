//! Finds where JSON values begin and end without understanding them, so that each can be kept as it is.

use std::io;

use crate::encoding::Encoding;
use crate::window::Window;

/// The most that is kept of one value; a message that is larger is no message.
pub(crate) const LIMIT: usize = 64 * 1024 * 1024;

/// What stops a scan.
#[derive(Debug)]
pub(crate) enum ScanError {
    Io(io::Error),
    /// The file ends within the value.
    Ended,
    /// Something else stands where a value should.
    Unexpected(u8),
}

impl From<io::Error> for ScanError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// How much of a value lies in the window after a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// All of it.
    Whole,
    /// The last part only: it was skipped or is larger than the limit.
    Part,
}

/// Moves over white space and lets a new record begin after it; returns the byte found.
pub(crate) fn skip_space(window: &mut Window) -> io::Result<Option<u8>> {
    loop {
        let ahead = window.ahead()?;
        if ahead.is_empty() {
            window.begin();
            return Ok(None);
        }
        let space = ahead.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).count();
        let found = ahead.get(space).copied();
        window.advance(space);
        window.begin();
        if found.is_some() {
            return Ok(found);
        }
    }
}

/// Moves over one value; with `keep` its bytes are then the window's record.
pub(crate) fn value(window: &mut Window, encoding: Encoding, keep: bool) -> Result<Kept, ScanError> {
    match skip_space(window)? {
        None => Err(ScanError::Ended),
        Some(b'{' | b'[') => nested(window, encoding, keep),
        Some(b'"') => {
            window.advance(1);
            let mut kept = Kept::Whole;
            string(window, encoding, keep, &mut kept)?;
            Ok(kept)
        }
        Some(b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => plain(window),
        Some(other) => Err(ScanError::Unexpected(other)),
    }
}

fn nested(window: &mut Window, encoding: Encoding, keep: bool) -> Result<Kept, ScanError> {
    let mut depth = 0_u64;
    let mut kept = Kept::Whole;
    loop {
        let ahead = window.ahead()?;
        if ahead.is_empty() {
            return Err(ScanError::Ended);
        }
        let found = ahead.iter().position(|b| matches!(b, b'"' | b'{' | b'}' | b'[' | b']'));
        let Some(at) = found else {
            let seen = ahead.len();
            window.advance(seen);
            drop_excess(window, keep, &mut kept);
            continue;
        };
        let byte = ahead[at];
        window.advance(at + 1);
        match byte {
            b'"' => string(window, encoding, keep, &mut kept)?,
            b'{' | b'[' => depth += 1,
            _ => depth -= 1,
        }
        if depth == 0 {
            return Ok(kept);
        }
    }
}

/// Moves to the end of a string whose opening quote was passed.
fn string(window: &mut Window, encoding: Encoding, keep: bool, kept: &mut Kept) -> Result<(), ScanError> {
    loop {
        let ahead = window.ahead()?;
        if ahead.is_empty() {
            return Err(ScanError::Ended);
        }
        let found = match encoding {
            Encoding::Utf8 => memchr::memchr2(b'"', b'\\', ahead),
            Encoding::Gb18030 => ahead.iter().position(|b| matches!(b, b'"' | b'\\' | 0x81..=0xfe)),
        };
        let Some(at) = found else {
            let seen = ahead.len();
            window.advance(seen);
            drop_excess(window, keep, kept);
            continue;
        };
        let byte = ahead[at];
        window.advance(at + 1);
        if byte == b'"' {
            return Ok(());
        }
        // The byte after a backslash, or the trail byte of a GB18030 pair, never ends the string by itself. In a
        // GB18030 sequence of four the second and fourth byte are digits, so that it reads like two pairs.
        if window.peek()?.is_none() {
            return Err(ScanError::Ended);
        }
        window.advance(1);
    }
}

/// Lets go of what is not wanted; a record that passes the limit is kept in part only.
fn drop_excess(window: &mut Window, keep: bool, kept: &mut Kept) {
    if !keep || window.record_len() > LIMIT {
        window.begin();
        *kept = Kept::Part;
    }
}

fn plain(window: &mut Window) -> Result<Kept, ScanError> {
    loop {
        let ahead = window.ahead()?;
        let length =
            ahead.iter().take_while(|b| !matches!(b, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n')).count();
        let ended = length < ahead.len() || ahead.is_empty();
        window.advance(length);
        if ended || window.record_len() > LIMIT {
            return Ok(Kept::Whole);
        }
    }
}
