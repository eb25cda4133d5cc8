//! MemoTrace's (留痕, WeChatMsg) CSV in both layouts: the older one with type numbers and seconds since 1970, and the newer
//! one with types in words and local times. And its pages.

mod card;
mod literal;
mod numbered;
mod page;
mod worded;

use crate::csv_stream;
use crate::encoding::Encoding;
use crate::field::filled;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::rows;
use crate::sink::Sink;
use crate::source::Source;
use crate::{Format, IngestError, Items};

pub(crate) use page::READER as PAGE;

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::MemotraceCsv, is_file, in_tree: None, open };

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let header = rows::fields(probe.first_line().as_bytes(), Encoding::Utf8).texts;
    Ok(numbered::Columns::of(&header).is_some() || worded::Columns::of(&header).is_some())
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let (header, window) = csv_stream::header(&source, Format::MemotraceCsv)?;
    if let Some(columns) = numbered::Columns::of(&header) {
        return numbered::open(source, columns, window, sink);
    }
    match worded::Columns::of(&header) {
        Some(columns) => worded::open(source, columns, window, sink),
        None => Err(source.wrong(Format::MemotraceCsv, "its header is of neither layout")),
    }
}

/// Returns the name that a file bears: of its chat, without what the tool adds to it.
fn name_of_file(source: &Source) -> String {
    let stem = source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    stem.strip_suffix("_utf8").map(str::to_owned).unwrap_or(stem)
}

/// Returns the name and the account of a folder `<name>(<account>)`.
fn of_folder(source: &Source) -> (Option<String>, Option<String>) {
    let folder = source.path.parent().and_then(|folder| folder.file_name());
    let folder = folder.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Some((name, account)) = folder.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) else {
        return (None, None);
    };
    (filled(name), filled(account))
}
