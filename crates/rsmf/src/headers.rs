//! The headers of a mail or of one of its parts, unfolded, in the order of the file.

use crate::words;

/// Headers with their values as the mail has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Takes in one line. A line that begins with white space goes on with the one before.
    pub(crate) fn line(&mut self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches(['\r', '\n']);
        if text.starts_with([' ', '\t']) {
            if let Some((_, value)) = self.0.last_mut() {
                value.push(' ');
                value.push_str(text.trim_start());
            }
            return;
        }
        if let Some((name, value)) = text.split_once(':') {
            self.0.push((name.trim_end().to_owned(), value.trim().to_owned()));
        }
    }

    /// Returns the value of the first header of a name, letters' case aside, its encoded words read.
    pub fn get(&self, name: &str) -> Option<String> {
        self.raw(name).map(words::decoded)
    }

    /// Returns each name with its value, encoded words read.
    pub fn iter(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(name, value)| (name.as_str(), words::decoded(value)))
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns the lower-case word that a header's value begins with, such as `multipart/mixed`.
    pub(crate) fn kind(&self, name: &str) -> Option<String> {
        let value = self.raw(name)?.split(';').next()?.trim().to_lowercase();
        (!value.is_empty()).then_some(value)
    }

    /// Returns a parameter of a header's value, such as the boundary.
    pub(crate) fn parameter(&self, header: &str, wanted: &str) -> Option<String> {
        let mut rest = self.raw(header)?.split_once(';')?.1;
        loop {
            let (name, value) = rest.split_once('=')?;
            let value = value.trim_start();
            let (value, after) = match value.strip_prefix('"') {
                Some(quoted) => {
                    let (value, after) = unquoted(quoted);
                    (value, after.split_once(';').map_or("", |(_, after)| after))
                }
                None => {
                    let (value, after) = value.split_once(';').unwrap_or((value, ""));
                    (value.trim().to_owned(), after)
                }
            };
            if name.trim().eq_ignore_ascii_case(wanted) {
                return Some(words::decoded(&value));
            }
            rest = after;
        }
    }
}

/// Returns the text of a quoted string whose opening quote was passed, and what follows it.
fn unquoted(text: &str) -> (String, &str) {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (out, &text[at + 1..]),
            '\\' => out.extend(chars.next().map(|(_, c)| c)),
            c => out.push(c),
        }
    }
    (out, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_unfolded_and_their_parameters_read() {
        let mut headers = Headers::default();
        for line in
            ["Content-Type: Multipart/Mixed;\r\n", "\tx=1; boundary=\"a;\\\"b\"; y=2\r\n", "no header\r\n", " ?\n"]
        {
            headers.line(line.as_bytes());
        }
        assert_eq!(headers.kind("content-type").as_deref(), Some("multipart/mixed"));
        let parameter = |name| headers.parameter("Content-Type", name);
        assert_eq!(parameter("BOUNDARY").as_deref(), Some("a;\"b"));
        assert_eq!((parameter("y").as_deref(), parameter("z")), (Some("2 ?"), None));
        assert_eq!(headers.get("x-rsmf-version"), None);
    }
}
