//! What the bytes of a source stand for: UTF-8, GB18030 where a file is clearly that, and mending of single records.

use std::borrow::Cow;

use duces_model::{FindingCode, Place};

use crate::codes;
use crate::sink::Sink;

/// The encoding of a file; both are read without changing a byte of what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Gb18030,
}

/// What the beginning of a file says about its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sniffed {
    Is(Encoding),
    Utf16,
}

/// Returns the encoding of a file by its beginning.
///
/// GB18030 is taken only where the bytes are whole in it and most of what is not ASCII makes no sense as UTF-8: one
/// damaged character in a UTF-8 file must not turn all the others into something else.
pub(crate) fn sniff(head: &[u8]) -> Sniffed {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Sniffed::Utf16;
    }
    let (mut good, mut bad) = (0_usize, 0_usize);
    let mut chunks = head.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        // What is cut off at the end of the head is not wrong.
        bad += usize::from(!chunk.invalid().is_empty() && chunks.peek().is_some());
    }
    if bad > good && decodes_as_gb18030(head) {
        return Sniffed::Is(Encoding::Gb18030);
    }
    Sniffed::Is(Encoding::Utf8)
}

fn decodes_as_gb18030(head: &[u8]) -> bool {
    // Up to three bytes at the end may belong to a character that is cut off.
    (0..4).any(|cut| {
        let head = &head[..head.len().saturating_sub(cut)];
        encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(head).is_some()
    })
}

impl Encoding {
    /// Returns the bytes as text, U+FFFD in the place of what is none; a character cut off at the end is left out.
    pub(crate) fn text(self, raw: &[u8]) -> String {
        let whole = self.utf8_bytes(raw);
        let mut text = String::new();
        let mut chunks = whole.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() && chunks.peek().is_some() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        text
    }

    /// Returns the bytes as UTF-8, which they may still fail to be.
    pub(crate) fn utf8_bytes(self, raw: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Utf8 => Cow::Borrowed(raw),
            Self::Gb18030 => {
                let (text, _) = encoding_rs::GB18030.decode_without_bom_handling(raw);
                Cow::Owned(text.into_owned().into_bytes())
            }
        }
    }
}

/// Mends the JSON of one record that was refused: bytes that are no UTF-8, half characters, bare control characters.
///
/// Returns nothing where there is nothing of that kind to mend.
pub(crate) fn mend_json(bytes: &[u8], place: &Place, sink: &mut Sink) -> Option<Vec<u8>> {
    let mut found: Vec<&'static FindingCode> = Vec::new();
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, Cow::Owned(_)) {
        found.push(&codes::INVALID_UTF8);
    }
    let mended = mend_strings(&text, &mut found);
    for code in &found {
        sink.finding(code, place, code.summary);
    }
    (!found.is_empty()).then(|| mended.into_bytes())
}

fn mend_strings(text: &str, found: &mut Vec<&'static FindingCode>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_string = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if in_string && first == '\\' {
            let (taken, mended) = mend_escape(rest);
            if mended.is_some() {
                note(found, &codes::LONE_SURROGATE);
            }
            out.push_str(mended.unwrap_or(&rest[..taken]));
            rest = &rest[taken..];
            continue;
        }
        if first == '"' {
            in_string = !in_string;
        }
        if in_string && u32::from(first) < 0x20 {
            note(found, &codes::CONTROL_IN_STRING);
            out.push_str(&format!("\\u{:04x}", u32::from(first)));
        } else {
            out.push(first);
        }
        rest = &rest[first.len_utf8()..];
    }
    out
}

/// Returns how many bytes the escape at the start of `rest` takes, and what stands for it where it is half a pair.
fn mend_escape(rest: &str) -> (usize, Option<&'static str>) {
    let Some(unit) = escaped_unit(rest) else {
        return (1 + rest[1..].chars().next().map_or(0, char::len_utf8), None);
    };
    match unit {
        0xd800..=0xdbff => match rest.get(6..).and_then(escaped_unit) {
            Some(0xdc00..=0xdfff) => (12, None),
            _ => (6, Some("\u{fffd}")),
        },
        0xdc00..=0xdfff => (6, Some("\u{fffd}")),
        _ => (6, None),
    }
}

fn escaped_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}

fn note(found: &mut Vec<&'static FindingCode>, code: &'static FindingCode) {
    if !found.contains(&code) {
        found.push(code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_by_their_bytes() {
        let gb = encoding_rs::GB18030.encode("今天下午把合同发给我，谢谢。").0.into_owned();
        let mut one_bad = "今天下午把合同发给我".as_bytes().to_vec();
        one_bad.push(0xff);
        one_bad.extend_from_slice(b"abc");
        let rows: [(&[u8], Sniffed); 6] = [
            (b"", Sniffed::Is(Encoding::Utf8)),
            (b"plain", Sniffed::Is(Encoding::Utf8)),
            ("今天".as_bytes(), Sniffed::Is(Encoding::Utf8)),
            (&gb, Sniffed::Is(Encoding::Gb18030)),
            (&one_bad, Sniffed::Is(Encoding::Utf8)),
            (&[0xff, 0xfe, b'a', 0], Sniffed::Utf16),
        ];
        for (bytes, expected) in rows {
            assert_eq!(sniff(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_mended_is_readable_and_said() {
        let place = Place::file("x");
        let rows: [(&[u8], &str, &[&str]); 4] = [
            (b"{\"a\":\"\\ud83d!\"}", "\u{fffd}!", &["INGEST_LONE_SURROGATE"]),
            (b"{\"a\":\"x\xffy\"}", "x\u{fffd}y", &["INGEST_INVALID_UTF8"]),
            (b"{\"a\":\"x\ny\"}", "x\ny", &["INGEST_CONTROL_IN_STRING"]),
            (b"{\"a\":\"\\\\ud83d \\udc00\\ud83d\\ude00\"}", "\\ud83d \u{fffd}😀", &["INGEST_LONE_SURROGATE"]),
        ];
        for (bytes, expected, codes) in rows {
            let mut sink = Sink::default();
            let mended = mend_json(bytes, &place, &mut sink).expect("there is something to mend");
            let value: serde_json::Value = serde_json::from_slice(&mended).expect("readable now");
            assert_eq!(value["a"], expected);
            let said: Vec<&str> = sink.findings().map(|f| f.code).collect();
            assert_eq!(said, codes);
        }
        assert!(mend_json(b"{\"a\":}", &place, &mut Sink::default()).is_none());
    }
}
