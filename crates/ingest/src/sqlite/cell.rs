//! One value of a row, whatever type the file holds for it, and the row's canonical JSON.
//!
//! The canonical JSON has the columns in declared order. Whole numbers and texts stand as they are; a BLOB is
//! `{"hex":"…"}`, a text that is no UTF-8 `{"text_hex":"…"}`, a number that JSON cannot write `{"real":"…"}`.

use std::borrow::Cow;

use rusqlite::types::ValueRef;

/// A value; SQLite lets any column hold any type.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Cell {
    /// The table has no such column.
    #[default]
    Absent,
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    /// A text that is no UTF-8.
    BadText(Vec<u8>),
    Blob(Vec<u8>),
}

impl Cell {
    /// Returns the whole number, also where it was stored as a text or a real number.
    pub(crate) fn int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range of f64")]
            Self::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Returns the text, U+FFFD in the place of what is none; nothing for an empty one.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text.as_str())),
            Self::BadText(bytes) => Some(String::from_utf8_lossy(bytes)),
            _ => None,
        }
        .filter(|text| !text.is_empty())
    }

    /// Returns the text as one of its own; nothing for an empty one.
    pub(crate) fn owned_text(&self) -> Option<String> {
        self.text().map(Cow::into_owned)
    }

    /// Returns the bytes of a BLOB, or of a text where a tool stored one instead; nothing for none.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Blob(bytes) | Self::BadText(bytes) => Some(bytes.as_slice()),
            Self::Text(text) => Some(text.as_bytes()),
            _ => None,
        }
        .filter(|bytes| !bytes.is_empty())
    }

    /// Returns whether there is nothing to read: no column, NULL, an empty text or BLOB.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Absent | Self::Null => true,
            Self::Int(_) | Self::Real(_) => false,
            Self::Text(text) => text.is_empty(),
            Self::BadText(bytes) | Self::Blob(bytes) => bytes.is_empty(),
        }
    }

    /// Returns the value in a few words, for a finding.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Absent => "no such column".to_owned(),
            Self::Null => "NULL".to_owned(),
            Self::Int(number) => number.to_string(),
            Self::Real(number) => number.to_string(),
            Self::Text(text) => format!("`{}`", text.chars().take(40).collect::<String>()),
            Self::BadText(bytes) => format!("a text of {} bytes that is no UTF-8", bytes.len()),
            Self::Blob(bytes) => format!("a BLOB of {} bytes", bytes.len()),
        }
    }
}

/// A value as it stands in SQLite's memory, its text looked at once.
pub(crate) enum Held<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'a str),
    BadText(&'a [u8]),
    Blob(&'a [u8]),
}

impl<'a> Held<'a> {
    pub(crate) fn of(value: ValueRef<'a>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Int(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).map_or(Self::BadText(bytes), Self::Text),
            ValueRef::Blob(bytes) => Self::Blob(bytes),
        }
    }

    /// Returns how many bytes it has.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Null | Self::Int(_) | Self::Real(_) => 0,
            Self::Text(text) => text.len(),
            Self::BadText(bytes) | Self::Blob(bytes) => bytes.len(),
        }
    }

    /// Writes it in the canonical JSON.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Int(number) => write(out, number),
            Self::Real(number) if number.is_finite() => write(out, number),
            Self::Real(number) => out.extend_from_slice(format!("{{\"real\":\"{number}\"}}").as_bytes()),
            Self::Text(text) => write(out, *text),
            Self::BadText(bytes) => write_hex(b"{\"text_hex\":\"", bytes, out),
            Self::Blob(bytes) => write_hex(b"{\"hex\":\"", bytes, out),
        }
    }

    /// Returns the value to be kept.
    pub(crate) fn cell(&self) -> Cell {
        match self {
            Self::Null => Cell::Null,
            Self::Int(number) => Cell::Int(*number),
            Self::Real(number) => Cell::Real(*number),
            Self::Text(text) => Cell::Text((*text).to_owned()),
            Self::BadText(bytes) => Cell::BadText(bytes.to_vec()),
            Self::Blob(bytes) => Cell::Blob(bytes.to_vec()),
        }
    }
}

fn write<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("numbers and texts have a JSON form, and memory does not refuse it");
}

fn write_hex(head: &[u8], bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.reserve(head.len() + bytes.len() * 2 + 2);
    out.extend_from_slice(head);
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
    out.extend_from_slice(b"\"}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_one_json_and_no_two_values_share_one() {
        let rows: [(ValueRef<'_>, &str); 10] = [
            (ValueRef::Null, "null"),
            (ValueRef::Integer(i64::MIN), "-9223372036854775808"),
            (ValueRef::Integer(1), "1"),
            (ValueRef::Real(1.0), "1.0"),
            (ValueRef::Real(f64::INFINITY), "{\"real\":\"inf\"}"),
            (ValueRef::Text("a\"\n\0旺".as_bytes()), "\"a\\\"\\n\\u0000旺\""),
            (ValueRef::Text(b"{\"hex\":\"00ff\"}"), "\"{\\\"hex\\\":\\\"00ff\\\"}\""),
            (ValueRef::Text(b"\xff"), "{\"text_hex\":\"ff\"}"),
            (ValueRef::Blob(b"\x00\xff"), "{\"hex\":\"00ff\"}"),
            (ValueRef::Blob(b""), "{\"hex\":\"\"}"),
        ];
        for (value, expected) in rows {
            let mut out = Vec::new();
            Held::of(value).write_json(&mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn values_of_other_types_are_understood_or_not() {
        let rows: [(Cell, Option<i64>, Option<&str>); 7] = [
            (Cell::Absent, None, None),
            (Cell::Null, None, None),
            (Cell::Int(7), Some(7), None),
            (Cell::Real(7.0), Some(7), None),
            (Cell::Real(7.5), None, None),
            (Cell::Text(" 7 ".into()), Some(7), Some(" 7 ")),
            (Cell::Blob(b"7".to_vec()), None, None),
        ];
        for (cell, int, text) in rows {
            assert_eq!((cell.int(), cell.text().as_deref()), (int, text), "{cell:?}");
        }
    }
}
