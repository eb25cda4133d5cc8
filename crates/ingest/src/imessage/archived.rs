//! What lies packed in a row: the text as an archived string with attributes, and the summary of edits as a property list.

use std::io::Cursor;

use duces_model::{Edit, UtcMillis};
use plist::{Dictionary, Value};

/// The class that holds the text, and what stands before its length. Only the first string of the archive is the text.
const CLASS: &[u8] = b"NSString";
const STRING: u8 = b'+';
/// How far behind the class's name the string begins.
const NEAR: usize = 16;

/// Returns the text of an archived string (`typedstream`); nothing where it cannot be found.
pub(super) fn text(archive: &[u8]) -> Option<String> {
    let class = memchr::memmem::find(archive, CLASS)? + CLASS.len();
    let after = archive.get(class..)?;
    let at = memchr::memchr(STRING, after.get(..NEAR.min(after.len()))?)?;
    let (length, start) = length(after.get(at + 1..)?)?;
    let bytes = after.get(at + 1 + start..)?.get(..length)?;
    String::from_utf8(bytes.to_vec()).ok()
}

/// Returns a length and how many bytes it takes: one byte, or a mark and two or four.
fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes.first()? {
        0x81 => Some((usize::from(u16::from_le_bytes(bytes.get(1..3)?.try_into().ok()?)), 3)),
        0x82 => Some((usize::try_from(u32::from_le_bytes(bytes.get(1..5)?.try_into().ok()?)).ok()?, 5)),
        short @ 0..=0x7f => Some((usize::from(short), 1)),
        _ => None,
    }
}

/// What a summary says of a message.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Summary {
    /// The wordings, oldest first; the last one is what the message says now.
    pub(super) wordings: Vec<(Option<UtcMillis>, Option<String>)>,
    /// Whether a part of it was taken back.
    pub(super) unsent: bool,
}

/// The keys of the summary: edited content by part, with date and text of each wording; parts that were taken back.
const EDITED: &str = "ec";
const RETRACTED: &str = "rp";
const DATE: &str = "d";
const TEXT: &str = "t";

/// Reads a summary; nothing where it is no property list.
pub(super) fn summary(bytes: &[u8]) -> Option<Summary> {
    let value = Value::from_reader(Cursor::new(bytes)).ok()?;
    let root = value.as_dictionary()?;
    let unsent = root.get(RETRACTED).and_then(Value::as_array).is_some_and(|parts| !parts.is_empty());
    let edited = root.get(EDITED).and_then(Value::as_dictionary);
    let mut wordings = Vec::new();
    for part in edited.into_iter().flat_map(Dictionary::values).filter_map(Value::as_array) {
        for wording in part.iter().filter_map(Value::as_dictionary) {
            let text = wording.get(TEXT).and_then(Value::as_data).and_then(self::text);
            wordings.push((wording.get(DATE).and_then(date), text));
        }
    }
    Some(Summary { wordings, unsent })
}

/// Dates are seconds since 2001, whole or not.
fn date(value: &Value) -> Option<UtcMillis> {
    let seconds = value.as_real().or_else(|| value.as_signed_integer().map(|n| n as f64))?;
    #[expect(clippy::cast_possible_truncation, reason = "a time out of range is none")]
    super::row::since_2001((seconds * 1e9) as i64)
}

impl Summary {
    /// Returns the edits: each with the wording before it.
    pub(super) fn edits(&self) -> Vec<Edit> {
        let pairs = self.wordings.iter().zip(self.wordings.iter().skip(1));
        pairs.map(|((_, before), (at, _))| Edit { at: *at, by: None, before: before.clone() }).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An archived string as macOS writes it, by the bytes that matter.
    pub(crate) fn archived(text: &str) -> Vec<u8> {
        let mut bytes = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+".to_vec();
        match text.len() {
            short @ 0..=0x7f => bytes.push(u8::try_from(short).expect("short")),
            long => {
                bytes.push(0x81);
                bytes.extend(u16::try_from(long).expect("of two bytes").to_le_bytes());
            }
        }
        bytes.extend(text.as_bytes());
        bytes.extend(b"\x86\x84\x02iI\x01\x05");
        bytes
    }

    #[test]
    fn a_text_of_any_length_is_found() {
        for sample in ["", "合同 😀", &"字".repeat(100)] {
            assert_eq!(text(&archived(sample)).as_deref(), Some(sample));
        }
        for cut in 0..archived("合同").len() {
            let _ = text(&archived("合同")[..cut]);
        }
        assert_eq!(text(b"NSString"), None);
    }

    #[test]
    fn a_summary_that_is_none_is_said() {
        assert_eq!(summary(b"bplist00"), None);
        assert_eq!(summary(b""), None);
    }
}
