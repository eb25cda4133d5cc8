//! Opens a database of a source with what stands beside it, and says what was seen of that.

use std::path::Path;

use super::{Beside, Database, beside};
use crate::sink::Sink;
use crate::source::Source;
use crate::{IngestError, codes};

/// Opens a database as it is to be read; nothing where the file is none.
pub(crate) fn open(source: &Source, path: &Path, sink: &mut Sink) -> Result<Option<Database>, IngestError> {
    let place = source.place_of(path);
    let what = match beside(path) {
        Beside::Nothing => return Database::open(path),
        Beside::Log { pages } => format!("the write-ahead log beside it has {pages} pages that are newer than its own"),
        Beside::Unfinished => "a change to it was not finished, and the journal beside it takes that back".to_owned(),
        Beside::Unreadable(reason) => format!("what stands beside it cannot be read: {reason}"),
    };
    let copied = match &source.options.scratch {
        Some(scratch) => Database::open_copy(path, scratch).map_err(|error| error.to_string()),
        None => Err("there is no scratch folder for a private copy".to_owned()),
    };
    match copied {
        Ok(database) => {
            let text =
                format!("{what}; both were read together from a private copy, and nothing beside it was changed");
            sink.finding(&codes::LOG_READ, &place, text);
            Ok(Some(database))
        }
        Err(reason) => {
            let text = format!(
                "{what}; that was not seen, since {reason}; the database was read as it stands in its file; to have all \
                 of it, copy database and journal together, open the copy once with SQLite, and import that"
            );
            sink.finding(&codes::LOG_UNREAD, &place, text);
            Database::open(path)
        }
    }
}
