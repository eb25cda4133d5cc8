//! The registry of readers: how each format is recognised and opened. Detection and opening are derived from it.

use crate::probe::{Probe, Tree};
use crate::sink::Sink;
use crate::source::Source;
use crate::{Format, IngestError, Items, SourceFile, chatlog, jsonl, pywxdump, weflow};

/// One format: how it is told and how it is read.
pub(crate) struct Reader {
    pub(crate) format: Format,
    /// Whether a file of its own holds this format, told by its content.
    pub(crate) is_file: fn(&mut Probe<'_>) -> Result<bool, IngestError>,
    /// What of a folder is one source that is read as a whole: shards of a database, an export of many files.
    pub(crate) in_tree: Option<fn(&Tree<'_>) -> Result<Vec<SourceFile>, IngestError>>,
    pub(crate) open: fn(Source, Sink) -> Result<Items, IngestError>,
}

/// Every reader, in the order in which they are asked: those that look at more come first.
#[rustfmt::skip]
pub(crate) static READERS: &[Reader] = &[
    jsonl::READER,
    weflow::READER,
    chatlog::READER,
    pywxdump::READER,
];

/// Returns the reader of a format.
pub(crate) fn reader_of(format: Format) -> &'static Reader {
    READERS.iter().find(|reader| reader.format == format).expect("each format has a reader, as the test below holds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_one_reader() {
        for format in Format::ALL.iter().copied() {
            assert_eq!(READERS.iter().filter(|reader| reader.format == format).count(), 1, "{format}");
        }
        assert_eq!(READERS.len(), Format::ALL.len());
    }
}
