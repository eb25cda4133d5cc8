//! Reads a CSV row by row, each with the exact bytes that stand in the file.
//!
//! The rows are found here, by the rules of RFC 4180 as the `csv` crate applies them; the crate then reads the fields
//! of one row. A quote that never ends costs one line, not the rest of the file.

use std::io;

use crate::encoding::Encoding;
use crate::window::Window;

/// No row of messages is longer.
const LIMIT: usize = 8 * 1024 * 1024;

/// What stands next in the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NextRow {
    /// A row.
    Row,
    /// An empty line.
    Blank,
    /// A line with a quote that has no end.
    Unclosed,
    /// The end of the file.
    End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

/// Moves over one row; its bytes, without the line's end, are then returned by `row`.
pub(crate) fn next(window: &mut Window) -> io::Result<NextRow> {
    next_delimited(window, b',')
}

/// Does the same where another byte stands between the fields.
pub(crate) fn next_delimited(window: &mut Window, delimiter: u8) -> io::Result<NextRow> {
    window.begin();
    let mut state = State::FieldStart;
    loop {
        let ahead = window.ahead()?;
        if ahead.is_empty() {
            return Ok(at_end(window, state));
        }
        let mut taken = 0;
        let mut ended = false;
        for &byte in ahead {
            taken += 1;
            state = match (state, byte) {
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::Quoted, _) => State::Quoted,
                (_, b'\n') => {
                    ended = true;
                    break;
                }
                (State::FieldStart, b'"') | (State::QuoteInQuoted, b'"') => State::Quoted,
                (_, byte) if byte == delimiter => State::FieldStart,
                // A lone line feed or one after a carriage return ends a row; a carriage return alone does not.
                _ => State::Plain,
            };
        }
        window.advance(taken);
        if ended {
            return Ok(if row(window).is_empty() { NextRow::Blank } else { NextRow::Row });
        }
        if window.record_len() > LIMIT {
            return Ok(unclosed(window));
        }
    }
}

fn at_end(window: &mut Window, state: State) -> NextRow {
    match (window.record_len(), state) {
        (0, _) => NextRow::End,
        (_, State::Quoted) => unclosed(window),
        _ => NextRow::Row,
    }
}

/// Goes back to the end of the first line.
fn unclosed(window: &mut Window) -> NextRow {
    let line = memchr::memchr(b'\n', window.record()).map_or(window.record_len(), |at| at + 1);
    window.rewind_to(line);
    NextRow::Unclosed
}

/// Returns the bytes of the row at hand without its line end.
pub(crate) fn row(window: &Window) -> &[u8] {
    let record = window.record();
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    record.strip_suffix(b"\r").unwrap_or(record)
}

/// The fields of a row as texts, and whether bytes in it were no UTF-8.
pub(crate) struct Fields {
    pub(crate) texts: Vec<String>,
    pub(crate) invalid: bool,
}

/// Returns the fields of a row.
pub(crate) fn fields(row: &[u8], encoding: Encoding) -> Fields {
    fields_delimited(row, encoding, b',')
}

/// Does the same where another byte stands between the fields.
pub(crate) fn fields_delimited(row: &[u8], encoding: Encoding, delimiter: u8) -> Fields {
    let bytes = encoding.utf8_bytes(row);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(bytes.len().max(64))
        .from_reader(bytes.as_ref());
    let mut record = csv::ByteRecord::new();
    // Reading from memory cannot fail; a row that the crate sees as none has no fields.
    let _ = reader.read_byte_record(&mut record);
    let mut invalid = false;
    let texts = record
        .iter()
        .map(|field| {
            invalid |= std::str::from_utf8(field).is_err();
            String::from_utf8_lossy(field).into_owned()
        })
        .collect();
    Fields { texts, invalid }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows_of(text: &str) -> Vec<(NextRow, String, u64)> {
        let mut window = Window::new(Box::new(io::Cursor::new(text.as_bytes().to_vec())));
        let mut out = Vec::new();
        loop {
            let next = next(&mut window).expect("memory does not fail");
            if next == NextRow::End {
                return out;
            }
            out.push((next, String::from_utf8_lossy(row(&window)).into_owned(), window.line()));
        }
    }

    #[test]
    fn rows_keep_their_bytes_and_lines() {
        use NextRow::{Blank, Row, Unclosed};
        let text = "a,b\r\n\"x\ny\",\"he said \"\"hi\"\"\"\r\n\r\nsize 5\" tv,1\nlast";
        let expected = [
            (Row, "a,b".to_owned(), 1),
            (Row, "\"x\ny\",\"he said \"\"hi\"\"\"".to_owned(), 2),
            (Blank, String::new(), 4),
            (Row, "size 5\" tv,1".to_owned(), 5),
            (Row, "last".to_owned(), 6),
        ];
        assert_eq!(rows_of(text), expected);
        let expected = [(Unclosed, "1,\"open".to_owned(), 1), (Row, "2,ok".to_owned(), 2)];
        assert_eq!(rows_of("1,\"open\n2,ok\n"), expected);
    }
}
