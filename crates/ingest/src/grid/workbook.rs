//! Workbooks (XLSX), through the `calamine` crate, in a thread of their own that hands over a few rows at a time.
//!
//! What is unpacked is limited before anything is read: a workbook may claim little and unfold to much. A fault within
//! the crate ends the reading of this file and no more.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use calamine::{Reader, Xlsx, open_workbook};
use duces_files::{FilesError, ZipIn, ZipLimits};
use serde::Serialize;

use super::{HEAD_ROWS, Head, Next, Row, cell};
use crate::IngestError;
use crate::error::io_error;

/// What a workbook may claim to hold.
const LIMITS: ZipLimits = ZipLimits { entries: 100_000, entry: 4 << 30, total: 16 << 30, ratio: 400 };
/// What is held in memory as a whole: the list of texts, the styles, the names of the sheets.
const IN_MEMORY: u64 = 512 << 20;
/// No text or tag of a sheet is longer: a cell holds 32,767 characters.
const LONGEST_PIECE: usize = 16 << 20;
/// The columns that a sheet can have.
const COLUMNS: u32 = 16_384;
/// How many rows are handed over at once, and how many times ahead.
const BATCH: usize = 64;
const AHEAD: usize = 4;

/// Returns whether a file begins as a ZIP, and therefore a workbook, does.
pub(super) fn is_zip(path: &Path) -> Result<bool, IngestError> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(|source| io_error(path, source))?;
    file.take(4).read_to_end(&mut head).map_err(|source| io_error(path, source))?;
    Ok(head == b"PK\x03\x04")
}

/// A workbook that is being read.
pub(crate) struct Workbook {
    received: Receiver<Vec<Next>>,
    ready: std::vec::IntoIter<Next>,
    line: u64,
    ended: bool,
}

impl Workbook {
    pub(super) fn open(path: &Path) -> Result<Self, IngestError> {
        let refused = |reason| IngestError::Workbook { path: path.to_owned(), reason };
        let limited = limit(path)?;
        if let Err(reason) = limited {
            return Err(refused(reason));
        }
        let (sender, received) = sync_channel(AHEAD);
        let path = path.to_owned();
        thread::spawn(move || send_all(&path, sender));
        Ok(Self { received, ready: Vec::new().into_iter(), line: 0, ended: false })
    }

    pub(super) fn next(&mut self) -> Next {
        if self.ended {
            return Next::End;
        }
        loop {
            if let Some(next) = self.ready.next() {
                match &next {
                    Next::Row(row) => self.line = row.line,
                    Next::End | Next::Failed(..) => self.ended = true,
                    _ => {}
                }
                return next;
            }
            match self.received.recv() {
                Ok(batch) => self.ready = batch.into_iter(),
                Err(_) => {
                    // The thread has gone without a last word.
                    self.ended = true;
                    return Next::Failed(self.line, "the workbook is damaged beyond what its reader bears".to_owned());
                }
            }
        }
    }
}

/// Looks at the sizes of everything in a workbook, as they are and not as it says; the inner error says what is wrong.
fn limit(path: &Path) -> Result<Result<(), String>, IngestError> {
    let mut zip = match ZipIn::open(path, &LIMITS) {
        Ok(zip) => zip,
        Err(FilesError::Io { source, .. }) => return Err(io_error(path, source)),
        Err(error) => return Ok(Err(error.to_string())),
    };
    for entry in zip.entries().to_vec() {
        let name = entry.name.to_lowercase();
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let sheet = name.contains("worksheets/");
        if !sheet && entry.size > IN_MEMORY {
            return Ok(Err(format!("`{}` unfolds to {} bytes", entry.name, entry.size)));
        }
        // What cannot be unpacked is met again where it is read, after the rows before it.
        let Ok(reader) = zip.open_entry(&entry) else { continue };
        if longest_piece(reader) > LONGEST_PIECE {
            return Ok(Err(format!("`{}` holds a text of more than {} MiB", entry.name, LONGEST_PIECE >> 20)));
        }
    }
    Ok(Ok(()))
}

/// Returns how many bytes stand at most between two marks that begin something in XML.
fn longest_piece(mut reader: impl Read) -> usize {
    let mut buffer = vec![0; 256 * 1024];
    let (mut longest, mut piece) = (0, 0);
    while let Ok(read @ 1..) = reader.read(&mut buffer) {
        let mut start = 0;
        for at in memchr::memchr_iter(b'<', &buffer[..read]) {
            longest = longest.max(piece + at - start);
            (piece, start) = (0, at);
        }
        piece += read - start;
        longest = longest.max(piece);
        if longest > LONGEST_PIECE {
            break;
        }
    }
    longest
}

type Book = Xlsx<BufReader<File>>;

/// Opens a workbook and gives each of its rows; ends where `take` wants no more of a sheet.
fn read(path: &Path, take: &mut dyn FnMut(Next) -> Take) {
    let mut book: Book = match open_workbook(path) {
        Ok(book) => book,
        Err(error) => {
            take(Next::Failed(0, error.to_string()));
            return;
        }
    };
    for sheet in book.sheet_names() {
        if take(Next::Sheet(sheet.clone())) == Take::Stop {
            return;
        }
        match read_sheet(&mut book, &sheet, take) {
            Ok(Take::Stop) => return,
            Ok(Take::More | Take::NextSheet) => {}
            Err((line, reason)) => {
                take(Next::Failed(line, format!("sheet `{sheet}`: {reason}")));
                return;
            }
        }
    }
    take(Next::End);
}

/// What whoever is given rows wants next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Take {
    More,
    NextSheet,
    Stop,
}

fn read_sheet(book: &mut Book, sheet: &str, take: &mut dyn FnMut(Next) -> Take) -> Result<Take, (u64, String)> {
    let mut cells = match book.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        // A sheet that is a chart has no rows.
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(Take::More),
        Err(error) => return Err((0, error.to_string())),
    };
    let mut at: Option<u32> = None;
    let (mut row, mut rounded): (Vec<String>, Vec<usize>) = (Vec::new(), Vec::new());
    loop {
        let next = cells.next_cell().map_err(|error| (at.map_or(0, line_of), error.to_string()))?;
        let position = next.as_ref().map(calamine::Cell::get_position);
        if let Some(done) = at.filter(|done| position.is_none_or(|(line, _)| line != *done)) {
            let wanted =
                take(Next::Row(row_of(sheet, line_of(done), std::mem::take(&mut row), std::mem::take(&mut rounded))));
            if wanted != Take::More {
                return Ok(wanted);
            }
        }
        let (Some(cell), Some((line, column))) = (next, position) else { return Ok(Take::More) };
        at = Some(line);
        if column >= COLUMNS {
            return Err((line_of(line), format!("a cell stands in column {column}, where no sheet has one")));
        }
        let column = column as usize;
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = cell::text(cell.get_value());
        if cell::is_rounded(cell.get_value()) {
            rounded.push(column);
        }
    }
}

fn line_of(row: u32) -> u64 {
    u64::from(row) + 1
}

fn row_of(sheet: &str, line: u64, cells: Vec<String>, rounded: Vec<usize>) -> Row {
    /// What is kept of a row.
    #[derive(Serialize)]
    struct Kept<'a> {
        sheet: &'a str,
        row: u64,
        cells: &'a [String],
    }
    let raw = serde_json::to_vec(&Kept { sheet, row: line, cells: &cells }).unwrap_or_default();
    Row { line, cells, raw, invalid: false, rounded }
}

fn send_all(path: &Path, sender: SyncSender<Vec<Next>>) {
    let mut batch = Vec::with_capacity(BATCH);
    read(path, &mut |next| {
        let last = matches!(next, Next::End | Next::Failed(..));
        batch.push(next);
        if !last && batch.len() < BATCH {
            return Take::More;
        }
        // Nobody listens where the reader was let go of.
        if sender.send(std::mem::take(&mut batch)).is_err() { Take::Stop } else { Take::More }
    });
}

/// Returns the first rows of each sheet; nothing where the file is no workbook that can be read.
pub(super) fn heads(path: &Path) -> Result<Vec<Head>, IngestError> {
    if !holds_workbook(path)? || limit(path)?.is_err() {
        return Ok(Vec::new());
    }
    let path = path.to_owned();
    // In a thread of its own, so that a fault of the crate is an answer like any other.
    let looked = thread::spawn(move || {
        let mut heads: Vec<Head> = Vec::new();
        read(&path, &mut |next| match (next, heads.last_mut()) {
            (Next::Sheet(sheet), _) => {
                heads.push(Head { sheet: Some(sheet), rows: Vec::new() });
                Take::More
            }
            (Next::Row(row), Some(head)) => {
                head.rows.push(row.cells);
                if head.rows.len() < HEAD_ROWS { Take::More } else { Take::NextSheet }
            }
            _ => Take::Stop,
        });
        heads
    });
    Ok(looked.join().unwrap_or_default())
}

/// Returns whether a ZIP is a workbook; other documents have the same form.
fn holds_workbook(path: &Path) -> Result<bool, IngestError> {
    match ZipIn::open(path, &LIMITS) {
        Ok(zip) => Ok(zip.entries().iter().any(|entry| entry.name.eq_ignore_ascii_case("xl/workbook.xml"))),
        Err(FilesError::Io { source, .. }) => Err(io_error(path, source)),
        Err(_) => Ok(false),
    }
}
