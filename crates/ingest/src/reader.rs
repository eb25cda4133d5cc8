//! What a reader of one format is: how the format is recognised and how it is opened.

use crate::probe::{Probe, Tree};
use crate::sink::Sink;
use crate::source::{Source, SourceFile};
use crate::{Format, IngestError, Items};

/// Tells what of a folder belongs together.
pub(crate) type Claims = fn(&Tree<'_>) -> Result<Vec<SourceFile>, IngestError>;

/// One format: how it is told and how it is read.
pub(crate) struct Reader {
    pub(crate) format: Format,
    /// Whether a file of its own holds this format, told by its content.
    pub(crate) is_file: fn(&mut Probe<'_>) -> Result<bool, IngestError>,
    /// What of a folder is one source that is read as a whole: shards of a database, an export of many files.
    pub(crate) in_tree: Option<Claims>,
    pub(crate) open: fn(Source, Sink) -> Result<Items, IngestError>,
}
