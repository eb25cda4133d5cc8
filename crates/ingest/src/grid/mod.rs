//! Tables as rows of texts, from a CSV or from a workbook, in the order of the file and with bounded memory.
//!
//! A row of a CSV keeps the bytes that stand in the file. A row of a workbook has no bytes of its own there, since its
//! texts stand in a list that all sheets share: its cells as they were read are kept as JSON instead.

mod cell;
mod stream;
mod workbook;

use std::io::Cursor;
use std::path::Path;

use crate::IngestError;
use crate::encoding::Encoding;
use crate::error::io_error;
use crate::rows::{self, NextRow};
use crate::source::Source;
use crate::window::Window;

pub(crate) use cell::from_serial;
pub(crate) use stream::{ReadTable, TableStream};

use workbook::Workbook;

/// How many rows at its beginning tell what a table is.
pub(crate) const HEAD_ROWS: usize = 40;

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// The number of its first line, or of the row of its sheet.
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
    /// What stands in the source.
    pub(crate) raw: Vec<u8>,
    /// Whether bytes of it were no text.
    pub(crate) invalid: bool,
    /// Which of its cells are numbers that the workbook rounded.
    rounded: Vec<usize>,
}

impl Row {
    /// Returns whether a number has lost its last digits: in the workbook, or in one that a CSV was saved from.
    pub(crate) fn is_rounded(&self, column: usize) -> bool {
        let scientific = |text: &String| {
            let parts = text.trim().split_once(['E', 'e']);
            parts.is_some_and(|(number, power)| {
                number.parse::<f64>().is_ok()
                    && power.strip_prefix('+').is_some_and(|power| power.parse::<u8>().is_ok())
            })
        };
        self.rounded.contains(&column) || self.cells.get(column).is_some_and(scientific)
    }

    /// Returns whether no cell says anything.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// What comes next in a table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A sheet of this name begins; a CSV has none.
    Sheet(String),
    Row(Row),
    /// An empty line.
    Blank(u64),
    /// A line with a quote that has no end.
    Unclosed(Row),
    /// The rest cannot be read, and why.
    Failed(u64, String),
    End,
}

/// The first rows of a sheet, or of a CSV.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) sheet: Option<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// A table that is being read.
pub(crate) enum Grid {
    Csv { window: Window, encoding: Encoding, delimiter: u8 },
    Workbook(Workbook),
}

impl Grid {
    pub(crate) fn open(source: &Source) -> Result<Self, IngestError> {
        if workbook::is_zip(&source.path)? {
            return Workbook::open(&source.path).map(Self::Workbook);
        }
        let head = crate::source::head_of(&source.path)?;
        let delimiter = delimiter_of(&head);
        Ok(Self::Csv { window: source.window()?, encoding: source.encoding, delimiter })
    }

    pub(crate) fn next(&mut self) -> Next {
        match self {
            Self::Workbook(workbook) => workbook.next(),
            Self::Csv { window, encoding, delimiter } => csv_next(window, *encoding, *delimiter),
        }
    }
}

fn csv_next(window: &mut Window, encoding: Encoding, delimiter: u8) -> Next {
    let next = rows::next_delimited(window, delimiter);
    let line = window.line();
    match next {
        Ok(NextRow::End) => Next::End,
        Ok(NextRow::Blank) => Next::Blank(line),
        Ok(NextRow::Row) => {
            let raw = rows::row(window).to_vec();
            let fields = rows::fields_delimited(&raw, encoding, delimiter);
            Next::Row(Row { line, cells: fields.texts, raw, invalid: fields.invalid, ..Row::default() })
        }
        Ok(NextRow::Unclosed) => Next::Unclosed(Row { line, raw: rows::row(window).to_vec(), ..Row::default() }),
        Err(error) => Next::Failed(line, error.to_string()),
    }
}

/// Returns the first rows of each sheet of a table; nothing where a file is none, as far as its beginning tells.
pub(crate) fn heads(path: &Path, head: &[u8], encoding: Encoding) -> Result<Vec<Head>, IngestError> {
    if head.starts_with(b"PK\x03\x04") {
        return workbook::heads(path);
    }
    if head.contains(&0) || matches!(head.trim_ascii_start().first(), None | Some(b'{' | b'[' | b'<')) {
        return Ok(Vec::new());
    }
    let delimiter = delimiter_of(head);
    let mut window = Window::new(Box::new(Cursor::new(head.to_vec())));
    let mut found = Head::default();
    while found.rows.len() < HEAD_ROWS {
        match rows::next_delimited(&mut window, delimiter).map_err(|error| io_error(path, error))? {
            NextRow::Row => {
                found.rows.push(rows::fields_delimited(rows::row(&window), encoding, delimiter).texts);
            }
            NextRow::End => break,
            NextRow::Blank | NextRow::Unclosed => {}
        }
    }
    Ok(vec![found])
}

/// Returns what stands between the fields: whatever of the usual marks makes the most of them in one line.
fn delimiter_of(head: &[u8]) -> u8 {
    let most = |mark: u8| {
        let lines = head.split(|byte| *byte == b'\n').take(HEAD_ROWS);
        lines.map(|line| line.iter().filter(|byte| **byte == mark).count()).max().unwrap_or_default()
    };
    [b',', b'\t', b';'].into_iter().rev().max_by_key(|mark| most(*mark)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_between_fields_is_told_by_the_lines() {
        let rows: [(&[u8], u8); 5] = [
            (b"a,b\n", b','),
            (b"a\tb\tc\n1\t2,5\t3\n", b'\t'),
            (b"a;b;c\n1;2,5;3\n", b';'),
            (b"plain\n", b','),
            (b"", b','),
        ];
        for (head, expected) in rows {
            assert_eq!(delimiter_of(head), expected, "{}", String::from_utf8_lossy(head));
        }
    }
}
