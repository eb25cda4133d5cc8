//! Tables of messages: the chat spreadsheets of Cellebrite and AXIOM, and any other table whose columns a mapping names.
//! CSV or XLSX, a row a message.

mod known;
mod layout;
mod message;
mod party;
mod survey;
mod talk;

use duces_model::Place;

use self::layout::Layout;
use self::talk::Talks;
use crate::grid::{Grid, Head, ReadTable, Row, TableStream};
use crate::mapping::{self, Mapping};
use crate::moment::{self, Clock, NoMoment};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::{Format, IngestError, Items, codes, said};

/// How the chats of Cellebrite are recognised and opened.
pub(crate) const CELLEBRITE: Reader = Reader {
    format: Format::CellebriteTable,
    is_file: |probe| has(probe, known::cellebrite),
    in_tree: None,
    open: |source, sink| open(source, Kind::Cellebrite, sink),
};

/// How the messages of AXIOM are recognised and opened.
pub(crate) const AXIOM: Reader = Reader {
    format: Format::AxiomTable,
    is_file: |probe| has(probe, known::axiom),
    in_tree: None,
    open: |source, sink| open(source, Kind::Axiom, sink),
};

/// How a table is opened whose columns a mapping names.
pub(crate) const MAPPED: Reader = Reader {
    format: Format::MappedTable,
    is_file: is_mapped,
    in_tree: None,
    open: |source, sink| open(source, Kind::Mapped, sink),
};

fn has(probe: &mut Probe<'_>, layout: fn(&[String]) -> Option<Layout>) -> Result<bool, IngestError> {
    Ok(probe.tables()?.iter().any(|head| head.rows.iter().any(|row| layout(row).is_some())))
}

fn is_mapped(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let Some(mapping) = probe.mapping()? else { return Ok(false) };
    let Some(columns) = &mapping.said().columns else { return Ok(false) };
    Ok(probe.tables()?.iter().any(|head| head.rows.iter().any(|row| Layout::mapped(columns, row).is_ok())))
}

/// Says of a table that no reader takes which columns it has and how a mapping for it begins.
pub(crate) fn unknown_columns(heads: &[Head]) -> Option<String> {
    let headers = heads.iter().find_map(|head| mapping::columns(&head.rows))?;
    let named: Vec<String> =
        headers.iter().filter(|name| !name.trim().is_empty()).map(|name| format!("`{name}`")).collect();
    Some(format!("its columns are {}; a mapping for it begins:\n{}", named.join(", "), mapping::example(headers)))
}

/// Which table it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Cellebrite,
    Axiom,
    Mapped,
}

impl Kind {
    /// Returns the layout where a row is the headers of such a table.
    fn layout(self, row: &[String], mapping: Option<&Mapping>) -> Option<Layout> {
        match self {
            Self::Cellebrite => known::cellebrite(row),
            Self::Axiom => known::axiom(row),
            Self::Mapped => Layout::mapped(mapping?.said().columns.as_ref()?, row).ok(),
        }
    }

    fn format(self) -> Format {
        match self {
            Self::Cellebrite => Format::CellebriteTable,
            Self::Axiom => Format::AxiomTable,
            Self::Mapped => Format::MappedTable,
        }
    }
}

struct Table {
    source: Source,
    kind: Kind,
    mapping: Option<Mapping>,
    clock: Clock,
    layout: Option<Layout>,
    talks: Talks,
    /// The sheet at hand, and how many of its rows say something.
    sheet: Option<(String, u64)>,
    /// What is said of where the table comes from.
    pairs: Vec<(String, String)>,
    records: u64,
}

fn open(source: Source, kind: Kind, sink: Sink) -> Result<Items, IngestError> {
    let mapping = source.mapping()?;
    let clock = survey::clock(&source, kind, mapping.as_ref())?;
    let grid = Grid::open(&source)?;
    let talks = Talks::new(&source, kind == Kind::Mapped, mapping.clone());
    let table = Table { source, kind, mapping, clock, layout: None, talks, sheet: None, pairs: Vec::new(), records: 0 };
    Ok(Box::new(TableStream::new(table, grid, sink)))
}

impl ReadTable for Table {
    fn source(&self) -> &Source {
        &self.source
    }

    fn records(&self) -> u64 {
        self.records
    }

    fn sheet(&mut self, name: String, sink: &mut Sink) {
        self.sheet_ended(sink);
        self.talks.begin_sheet(&name);
        self.sheet = Some((name, 0));
    }

    fn row(&mut self, row: Row, sink: &mut Sink) {
        if let Some((_, rows)) = &mut self.sheet {
            *rows += 1;
        }
        if self.layout.is_none() {
            let wanted = self.mapping.as_ref().and_then(|mapping| mapping.said().sheet.as_deref());
            let here = self.sheet.as_ref().map(|(name, _)| name.as_str());
            if wanted.is_none() || wanted == here {
                self.layout = self.kind.layout(&row.cells, self.mapping.as_ref());
            }
            if self.layout.is_none() {
                self.pairs.extend(provenance(&row.cells));
            }
            return;
        }
        let Some(layout) = self.layout.clone() else { return };
        self.records += 1;
        let place = self.source.place().at_line(row.line).at_record(self.records);
        self.message(&layout, &row, &place, sink);
    }

    fn end(&mut self, sink: &mut Sink) {
        self.sheet_ended(sink);
        if let Some(mapping) = self.mapping.as_ref() {
            sink.once(&codes::MAPPING_USED, &self.source.place(), mapping.shown());
        }
        let pairs: Vec<_> = self.pairs.iter().map(|(name, value)| (name.as_str(), Some(value.clone()))).collect();
        said::provenance(&pairs, &self.source, sink);
    }
}

impl Table {
    fn sheet_ended(&mut self, sink: &mut Sink) {
        if let (Some((name, rows @ 1..)), None) = (&self.sheet, &self.layout) {
            let text = format!("the sheet `{name}` has no columns of messages; its {rows} rows were not read as such");
            sink.finding(&codes::PART_UNREAD, &self.source.place(), text);
        }
        self.layout = None;
    }

    fn message(&mut self, layout: &Layout, row: &Row, place: &Place, sink: &mut Sink) {
        self.talks.take(layout, &row.cells);
        if !message::says_something(layout, &row.cells) {
            let text = "the row has neither time nor sender nor content; it was set aside";
            sink.excepted(&codes::ROW_NO_MESSAGE, place, text, &row.raw);
            return;
        }
        let sent_raw = layout.time.text(&row.cells);
        let clock = Clock { offset: self.clock.offset.or(layout.offset), ..self.clock.clone() };
        let moment = match moment::of(&sent_raw, &clock) {
            Ok(moment) => moment,
            Err(reason) => {
                let text = match reason {
                    NoMoment::Not => format!("`{sent_raw}` is no time that exists"),
                    NoMoment::Order => {
                        format!("`{sent_raw}` does not say which number is the day; state `date_order` in a mapping")
                    }
                    NoMoment::Zone => format!("`{sent_raw}` names no zone; pass `--tz`"),
                };
                sink.excepted(&codes::BAD_TIME, place, text, &row.raw);
                return;
            }
        };
        if moment.zone_given {
            sink.once(&codes::ZONE_ASSUMED, place, codes::ZONE_ASSUMED.summary);
        }
        if !moment.has_seconds {
            sink.once(&codes::NO_SECONDS, place, codes::NO_SECONDS.summary);
        }
        let written = message::Written { row, sent_raw, moment, clock: &clock };
        message::record(&written, layout, &mut self.talks, &self.source, place, sink);
    }
}

/// What a report says of itself stands in rows of a name and a value, on the sheets before its data.
const PROVENANCE: &[&str] = &[
    "examiner",
    "device",
    "model",
    "extraction",
    "acquisition",
    "case",
    "evidence",
    "version",
    "imei",
    "serial",
    "time zone",
    "report",
    "owner",
    "investigator",
    "department",
    "msisdn",
];

fn provenance(cells: &[String]) -> Option<(String, String)> {
    let mut filled = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let (name, value) = (filled.next()?, filled.next()?);
    let lower = name.to_lowercase();
    let known = PROVENANCE.iter().any(|word| lower.contains(word));
    (known && filled.next().is_none()).then(|| (name.trim_end_matches(':').to_owned(), value.to_owned()))
}
