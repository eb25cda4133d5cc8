//! The CSV, of which columns are found by their names.

use duces_model::{Place, Zone};

use super::{Export, Row};
use crate::csv_stream::{self, CsvStream, ReadRow};
use crate::encoding::Encoding;
use crate::field::filled;
use crate::named_type;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::rows;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::{Format, IngestError, Items, codes, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::PywxdumpCsv, is_file, in_tree: None, open };

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let fields = rows::fields(probe.first_line().as_bytes(), Encoding::Utf8).texts;
    Ok(Columns::of(&fields).is_ok())
}

/// Where the columns stand.
struct Columns {
    count: usize,
    id: Option<usize>,
    server_id: Option<usize>,
    kind: usize,
    is_sender: usize,
    talker: Option<usize>,
    room: Option<usize>,
    message: usize,
    source: Option<usize>,
    time: usize,
    /// Whether the message stands in the older `content`, which may itself be JSON with `msg` and `src`.
    older: bool,
}

impl Columns {
    fn of(header: &[String]) -> Result<Self, String> {
        let at = |name: &str| header.iter().position(|column| column.trim() == name);
        let need = |name: &str| at(name).ok_or_else(|| format!("its header has no column `{name}`"));
        let older = at("msg").is_none();
        Ok(Self {
            count: header.len(),
            id: at("id"),
            server_id: at("MsgSvrID"),
            kind: need("type_name")?,
            is_sender: need("is_sender")?,
            talker: at("talker"),
            room: at("room_name"),
            message: if older { need("content")? } else { need("msg")? },
            source: at("src"),
            time: need("CreateTime")?,
            older,
        })
    }

    fn row(&self, mut fields: Vec<String>) -> Row {
        let mut take = |at: Option<usize>| at.map(|at| std::mem::take(&mut fields[at])).unwrap_or_default();
        let mut row = Row {
            id: take(self.id),
            server_id: take(self.server_id),
            kind: take(Some(self.kind)),
            is_sender: take(Some(self.is_sender)),
            talker: take(self.talker),
            room: filled(take(self.room)),
            message: take(Some(self.message)),
            source: take(self.source),
            time: take(Some(self.time)),
        };
        if self.older {
            row.split_older_content();
        }
        row
    }
}

/// The rows of one file.
struct Csv {
    export: Export,
    columns: Columns,
}

fn open(source: Source, mut sink: Sink) -> Result<Items, IngestError> {
    let (header, window) = csv_stream::header(&source, Format::PywxdumpCsv)?;
    let columns = Columns::of(&header).map_err(|reason| source.wrong(Format::PywxdumpCsv, reason))?;
    let zone = zone(&source, &columns)?;
    let export = Export::new(source, zone, &mut sink);
    Ok(Box::new(CsvStream::new(Csv { export, columns }, window, sink)))
}

/// Returns the zone of local times. A file whose first row has its time in UTC needs none; a local time further down is
/// then no time.
fn zone(source: &Source, columns: &Columns) -> Result<Zone, IngestError> {
    if let Some(zone) = source.options.zone.clone() {
        return Ok(zone);
    }
    let (_, mut window) = csv_stream::header(source, Format::PywxdumpCsv)?;
    rows::next(&mut window).map_err(|error| io_error(&source.path, error))?;
    let fields = rows::fields(rows::row(&window), source.encoding).texts;
    let in_utc = fields.get(columns.time).is_some_and(|time| when::from_rfc3339(time).is_some());
    if in_utc { Ok(Zone::utc()) } else { Err(IngestError::ZoneNeeded { path: source.path.clone() }) }
}

impl ReadRow for Csv {
    fn source(&self) -> &Source {
        &self.export.source
    }

    fn read(&mut self, fields: Vec<String>, raw: &[u8], place: &Place, sink: &mut Sink) {
        if fields.len() != self.columns.count {
            csv_stream::wrong_count(fields.len(), self.columns.count, raw, place, sink);
            return;
        }
        let row = self.columns.row(fields);
        if self.export.source.options.zone.is_none() && when::from_rfc3339(&row.time).is_none() {
            let text =
                format!("`CreateTime` is `{}`; it is local where the first row's is not, so pass a zone", row.time);
            sink.excepted(&codes::BAD_TIME, place, text, raw);
            return;
        }
        if self.columns.room.is_none() && named_type::is_english(&row.kind) {
            let text =
                "this layout has no replies that quote: the tool leaves them out; take another of its exports too";
            sink.once(&codes::TOOL_LEAVES_OUT, place, text);
        }
        self.export.record(row, raw, place, sink);
    }
}
