//! The mail around an RSMF: its headers and where its attachments lie in the file. No attachment is read here.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use crate::error::RsmfError;
use crate::headers::Headers;

/// No line of a mail is longer; RFC 5322 allows 998 characters.
const LONGEST_LINE: usize = 1 << 20;
/// No mail has more headers in front of its parts.
const MOST_HEADERS: usize = 1 << 20;
/// No mail of this kind has more parts.
const MOST_PARTS: usize = 1000;

/// A mail that was looked through.
#[derive(Debug, Default)]
pub(crate) struct Mail {
    pub(crate) headers: Headers,
    pub(crate) parts: Vec<Part>,
}

/// A part of a mail.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) headers: Headers,
    /// Where its content begins in the file.
    pub(crate) start: u64,
    /// Where its content ends, the line end before the boundary not included.
    pub(crate) end: u64,
    pub(crate) lines: Lines,
}

/// How the content of a part is cut into lines; equal ones can be reached without reading those before.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lines {
    /// How many characters the first line has.
    pub(crate) length: u64,
    /// How many bytes its end has.
    pub(crate) ending: u64,
    /// Whether all lines but the last are like the first.
    pub(crate) equal: bool,
    last_differs: bool,
}

impl Part {
    /// Returns the name it is attached under, where it is an attachment.
    pub(crate) fn attached_as(&self) -> Option<String> {
        let name = self.headers.parameter("Content-Disposition", "filename");
        let name = name.or_else(|| self.headers.parameter("Content-Type", "name"));
        let is_attachment = self.headers.kind("Content-Disposition").as_deref() == Some("attachment");
        match name {
            None if is_attachment => Some(String::new()),
            name => name,
        }
    }
}

impl Lines {
    fn add(&mut self, length: u64, ending: u64, first: bool) {
        if first {
            *self = Self { length, ending, equal: true, last_differs: false };
        } else if self.last_differs {
            self.equal = false;
        }
        if (length, ending) != (self.length, self.ending) {
            // Only the last may be shorter; whether this is the last shows with the next.
            self.last_differs = true;
            self.equal &= length <= self.length;
        }
    }
}

/// Looks through a mail.
pub(crate) fn scan(path: &Path) -> Result<Mail, RsmfError> {
    let failed = |source| RsmfError::Io { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let mut reader = Reader { input: BufReader::with_capacity(256 * 1024, file), at: 0, line: Vec::new() };
    let mut mail = Mail { headers: reader.headers().map_err(failed)?, parts: Vec::new() };
    let boundary = match mail.headers.kind("Content-Type") {
        Some(kind) if kind.starts_with("multipart/") => mail.headers.parameter("Content-Type", "boundary"),
        _ => None,
    };
    match boundary {
        Some(boundary) => mail.parts = reader.parts(&format!("--{boundary}")).map_err(failed)?,
        None => {
            // A mail that is one attachment and nothing else.
            let mut part = reader.part(mail.headers.clone(), None).map_err(failed)?.0;
            part.headers = mail.headers.clone();
            mail.parts.push(part);
        }
    }
    Ok(mail)
}

struct Reader<R> {
    input: R,
    at: u64,
    line: Vec<u8>,
}

/// What ended a part.
#[derive(PartialEq, Eq)]
enum End {
    Boundary,
    Mail,
}

impl<R: BufRead> Reader<R> {
    /// Reads a line with its end, or as much of it as is kept; returns whether there was one.
    fn next(&mut self) -> io::Result<bool> {
        self.line.clear();
        let limit = LONGEST_LINE as u64;
        let read = io::Read::take(&mut self.input, limit).read_until(b'\n', &mut self.line)?;
        self.at += read as u64;
        Ok(read > 0)
    }

    fn headers(&mut self) -> io::Result<Headers> {
        let mut headers = Headers::default();
        let mut size = 0;
        while self.next()? {
            if content(&self.line).is_empty() {
                break;
            }
            size += self.line.len();
            if size <= MOST_HEADERS {
                headers.line(&self.line);
            }
        }
        Ok(headers)
    }

    fn parts(&mut self, boundary: &str) -> io::Result<Vec<Part>> {
        let mut parts = Vec::new();
        let (_, mut end) = self.part(Headers::default(), Some(boundary))?;
        while end == End::Boundary && parts.len() < MOST_PARTS {
            let headers = self.headers()?;
            let (part, next) = self.part(headers, Some(boundary))?;
            parts.push(part);
            end = next;
        }
        Ok(parts)
    }

    /// Moves over the content of a part up to a boundary or the end.
    fn part(&mut self, headers: Headers, boundary: Option<&str>) -> io::Result<(Part, End)> {
        let mut part = Part { headers, start: self.at, end: self.at, lines: Lines::default() };
        let mut first = true;
        let mut blank = 0;
        while self.next()? {
            let text = content(&self.line);
            if let Some(rest) = boundary.and_then(|boundary| text.strip_prefix(boundary.as_bytes())) {
                match rest.trim_ascii_end() {
                    b"" => return Ok((part, End::Boundary)),
                    b"--" => return Ok((part, End::Mail)),
                    _ => {}
                }
            }
            // Blank lines at the end of a part belong to nothing.
            if text.is_empty() {
                blank += 1;
                continue;
            }
            if blank > 0 && !first {
                part.lines.equal = false;
                part.lines.last_differs = true;
            }
            blank = 0;
            if first {
                part.start = self.at - self.line.len() as u64;
            }
            part.end = self.at - (self.line.len() - text.len()) as u64;
            part.lines.add(text.len() as u64, (self.line.len() - text.len()) as u64, first);
            first = false;
        }
        Ok((part, End::Mail))
    }
}

/// Returns a line without its end.
fn content(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(text: &str) -> Mail {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.rsmf");
        std::fs::write(&path, text).expect("written");
        scan(&path).expect("readable")
    }

    #[test]
    fn parts_are_found_where_they_lie() {
        let text = "A: b\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\npreamble\r\n--X\r\n\r\nhello\r\n--X\r\n\
            Content-Disposition: attachment; filename=rsmf.zip\r\n\r\n\r\nAAAA\r\nBBBB\r\nCC==\r\n\r\n--X--\r\nafter\r\n";
        let mail = scanned(text);
        assert_eq!(mail.parts.len(), 2);
        let of = |part: &Part| text[part.start as usize..part.end as usize].to_owned();
        assert_eq!(of(&mail.parts[0]), "hello");
        assert_eq!(of(&mail.parts[1]), "AAAA\r\nBBBB\r\nCC==");
        assert_eq!(mail.parts[1].attached_as().as_deref(), Some("rsmf.zip"));
        assert_eq!(mail.parts[0].attached_as(), None);
        let Lines { length, ending, equal, .. } = mail.parts[1].lines;
        assert_eq!((length, ending, equal), (4, 2, true));
    }

    #[test]
    fn lines_that_differ_are_seen() {
        let equal = |body: &str| scanned(&format!("A: b\n\n{body}")).parts[0].lines.equal;
        assert!(equal("AAAA\nBBBB\nCC\n"));
        assert!(equal("AAAA"));
        assert!(!equal("AAAA\nBB\nCCCC\n"));
        assert!(!equal("AAAA\n\nBBBB\n"));
        assert!(!equal("AA\nBBBB\n"));
        assert!(!equal("AAAA\r\nBBBB\nCCCC\r\n"));
    }
}
