//! Mapping files: a small TOML in which people say what stands where in a table, a text or a page that no reader knows.
//!
//! One is given with the import, or lies beside what it is about: `NAME.mapping.toml` for one file, `mapping.toml` for
//! the files of a folder.

mod example;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use duces_model::{ConversationKind, Zone};
use serde::Deserialize;

use crate::error::io_error;
use crate::moment::DateOrder;
use crate::{Format, IngestError};

pub(crate) use example::{columns, example};

/// A larger file is no mapping.
const LIMIT: u64 = 1 << 20;

/// What stands where in a source that no reader knows.
#[derive(Debug, Clone)]
pub struct Mapping {
    said: Arc<Said>,
    zone: Option<Zone>,
    /// The file as it is, for whoever asks later why a source was read as it was.
    text: Arc<str>,
}

/// Why a mapping cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// It is no TOML, or has a key that is not known.
    #[error("it is no mapping: {0}; docs/mapping.md lists its keys")]
    Toml(#[from] toml::de::Error),
    /// Its zone is none.
    #[error("{0}")]
    Zone(#[from] duces_model::TimeError),
    /// It lacks something, or says what cannot be.
    #[error("{0}; docs/mapping.md shows how it is done")]
    Wrong(&'static str),
}

/// The file as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Said {
    /// The app, such as `wechat`.
    pub(crate) app: Option<String>,
    zone: Option<String>,
    pub(crate) date_order: Option<DateOrder>,
    /// The name of the conversation, where the file is one and does not say it.
    pub(crate) conversation: Option<String>,
    pub(crate) conversation_id: Option<String>,
    pub(crate) kind: Option<Kind>,
    /// The one sheet of a workbook that is read.
    pub(crate) sheet: Option<String>,
    /// What the column `own`, or a sender, says where the collected account sent a message.
    pub(crate) own: Vec<String>,
    /// What the column `deleted` says of a message that was deleted.
    pub(crate) deleted: Vec<String>,
    pub(crate) columns: Option<Columns>,
    pub(crate) lines: Option<Lines>,
    pub(crate) page: Option<Page>,
}

/// How many speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Two.
    Direct,
    /// More.
    Group,
}

impl From<Kind> for ConversationKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Direct => Self::Direct,
            Kind::Group => Self::Group,
        }
    }
}

/// The headers of a table's columns, by what they hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Columns {
    /// Day and time, or the time alone where `date` has the day.
    pub(crate) time: String,
    pub(crate) date: Option<String>,
    pub(crate) sender: Option<String>,
    pub(crate) sender_id: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) conversation: Option<String>,
    pub(crate) conversation_id: Option<String>,
    pub(crate) own: Option<String>,
    pub(crate) deleted: Option<String>,
    pub(crate) reply_to: Option<String>,
    pub(crate) app: Option<String>,
    pub(crate) attachments: Vec<String>,
    /// What else is shown with a message.
    pub(crate) facts: Vec<String>,
}

/// How a line begins a message in a text.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Lines {
    /// Such as `{sender}  {time}` or `[{time}] {sender}: {text}`.
    pub(crate) begins: String,
}

/// Which elements of a page hold what, as `tag`, `.class`, `tag.class` or `[attribute]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Page {
    pub(crate) message: String,
    pub(crate) time: String,
    pub(crate) sender: Option<String>,
    pub(crate) text: Option<String>,
    /// An element, or the message itself, that only messages of the collected account have.
    pub(crate) own: Option<String>,
    /// Attributes of the message, or of the element after a `/`, such as `msgid` or `.name/wxid`.
    pub(crate) id: Option<String>,
    pub(crate) sender_id: Option<String>,
}

impl Mapping {
    /// Reads a mapping.
    pub fn from_toml(text: &str) -> Result<Self, MappingError> {
        let said: Said = toml::from_str(text)?;
        let zone = said.zone.as_deref().map(Zone::named).transpose()?;
        let layouts = [said.columns.is_some(), said.lines.is_some(), said.page.is_some()];
        if layouts.into_iter().filter(|layout| *layout).count() > 1 {
            return Err(MappingError::Wrong(
                "only one of `[columns]`, `[lines]` and `[page]` can say where things stand",
            ));
        }
        if said.columns.as_ref().is_some_and(|columns| columns.time.is_empty()) {
            return Err(MappingError::Wrong("`[columns]` says no `time`: a message without one has no place"));
        }
        if said.lines.as_ref().is_some_and(|lines| !lines.begins.contains("{time}")) {
            return Err(MappingError::Wrong("`begins` has no `{time}`: a message without one has no place"));
        }
        if said.page.as_ref().is_some_and(|page| page.message.is_empty() || page.time.is_empty()) {
            return Err(MappingError::Wrong("`[page]` must say which element is a `message` and which its `time`"));
        }
        Ok(Self { said: Arc::new(said), zone, text: text.into() })
    }

    /// Reads a mapping from a file.
    pub fn read(path: &Path) -> Result<Self, IngestError> {
        let size = fs::metadata(path).map_err(|source| io_error(path, source))?.len();
        let wrong = |reason: String| IngestError::Mapping { path: path.to_owned(), reason };
        if size > LIMIT {
            return Err(wrong(format!("it has {size} bytes, more than any mapping")));
        }
        let bytes = fs::read(path).map_err(|source| io_error(path, source))?;
        let text = String::from_utf8(bytes).map_err(|_| wrong("it is no UTF-8".to_owned()))?;
        Self::from_toml(text.trim_start_matches('\u{feff}')).map_err(|error| wrong(error.to_string()))
    }

    /// Returns the mapping that lies beside a file.
    pub(crate) fn beside(path: &Path) -> Result<Option<Self>, IngestError> {
        match place_beside(path) {
            Some(place) => Self::read(&place).map(Some),
            None => Ok(None),
        }
    }

    /// Returns the format of a file that this mapping says all of; nothing where it only adds to a known format.
    pub fn format(&self) -> Option<Format> {
        let said = &self.said;
        let columns = said.columns.is_some().then_some(Format::MappedTable);
        let lines = said.lines.is_some().then_some(Format::MappedText);
        columns.or(lines).or(said.page.is_some().then_some(Format::MappedPage))
    }

    /// Returns what the mapping says, on one line.
    pub(crate) fn shown(&self) -> String {
        let lines = self.text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        format!("the mapping says: {}", lines.collect::<Vec<_>>().join("; "))
    }

    pub(crate) fn said(&self) -> &Said {
        &self.said
    }

    /// Returns the zone of times without an offset.
    pub(crate) fn zone(&self) -> Option<&Zone> {
        self.zone.as_ref()
    }
}

fn place_beside(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let stem = path.file_stem()?.to_string_lossy().into_owned();
    let names = [format!("{name}.mapping.toml"), format!("{stem}.mapping.toml"), "mapping.toml".to_owned()];
    names.into_iter().map(|name| path.with_file_name(name)).find(|place| place.is_file())
}

/// Returns whether a file is a mapping, by its name.
pub(crate) fn is_mapping(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    name == "mapping.toml" || name.ends_with(".mapping.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_never_be_used_is_refused() {
        let good = "zone = \"Asia/Shanghai\"\ndate_order = \"dmy\"\n[columns]\ntime = \"Sent\"\n";
        assert!(Mapping::from_toml(good).is_ok_and(|mapping| mapping.zone().is_some()));
        assert!(Mapping::from_toml("date_order = \"dmy\"").is_ok());
        let rows = [
            ("[colums]\ntime = \"x\"", "no mapping"),
            ("[columns]\ntext = \"x\"", "says no `time`"),
            ("[columns]\ntime = \"x\"\n[lines]\nbegins = \"{time}\"", "only one of"),
            ("[lines]\nbegins = \"{sender}\"", "has no `{time}`"),
            ("[page]\nmessage = \".m\"", "must say which"),
            ("zone = \"Asia/Shanghay\"", "did you mean"),
        ];
        for (text, part) in rows {
            let error = Mapping::from_toml(text).expect_err(text).to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
