//! A look through a table before it is read: how its times are written, which is decided for the file as a whole.

use super::Kind;
use crate::error::NO_DATE_TELLS;
use crate::grid::{Grid, Next};
use crate::mapping::{self, Mapping};
use crate::moment::{Clock, DateOrder, Parts};
use crate::source::Source;
use crate::{Format, IngestError};

/// How many times are looked at where the first already says all.
const ENOUGH: usize = 1000;

/// Returns how the times of a table are read; refuses one whose times cannot be told.
pub(super) fn clock(source: &Source, kind: Kind, mapping: Option<&Mapping>) -> Result<Clock, IngestError> {
    let stated = mapping.and_then(|mapping| mapping.said().date_order);
    let zone = mapping.and_then(Mapping::zone).or(source.options.zone.as_ref()).cloned();
    let mut grid = Grid::open(source)?;
    let (mut layout, mut seen) = (None, Seen::default());
    let mut heads: Vec<Vec<String>> = Vec::new();
    loop {
        match grid.next() {
            Next::Sheet(_) => layout = None,
            Next::Row(row) => match &layout {
                None => {
                    layout = kind.layout(&row.cells, mapping);
                    match &layout {
                        Some(layout) => seen.begin(layout),
                        None if heads.len() < crate::grid::HEAD_ROWS => heads.push(row.cells),
                        None => {}
                    }
                }
                Some(layout) => seen.take(&layout.time.text(&row.cells)),
            },
            Next::Blank(_) | Next::Unclosed(_) => {}
            // What breaks is met again where it is read.
            Next::Failed(..) | Next::End => break,
        }
        if seen.is_enough(stated.is_some()) {
            break;
        }
    }
    if !seen.layout {
        return Err(no_layout(source, kind, mapping, &heads));
    }
    if seen.lacks_offset && seen.offset.is_none() && zone.is_none() {
        return Err(IngestError::ZoneNeeded { path: source.path.clone() });
    }
    let order = stated.or(seen.stated).or(seen.order).or(source.options.date_order);
    if seen.open && order.is_none() {
        return Err(IngestError::DateOrder { path: source.path.clone(), reason: NO_DATE_TELLS });
    }
    Ok(Clock { order, zone, offset: None })
}

/// What the times that were looked at say.
#[derive(Default)]
struct Seen {
    layout: bool,
    /// How many times were read.
    times: usize,
    /// Whether any leaves open which number is the day, and what those say that do not.
    open: bool,
    order: Option<DateOrder>,
    /// What a header states.
    stated: Option<DateOrder>,
    offset: Option<i64>,
    lacks_offset: bool,
}

impl Seen {
    fn begin(&mut self, layout: &super::Layout) {
        self.layout = true;
        (self.stated, self.offset) = (self.stated.or(layout.order), self.offset.or(layout.offset));
    }

    fn take(&mut self, text: &str) {
        let Some(parts) = Parts::of(text) else { return };
        self.times += 1;
        self.lacks_offset |= !parts.has_offset();
        match parts.order() {
            Some(DateOrder::Ymd) => {}
            Some(order) => self.order = self.order.or(Some(order)),
            None => self.open = true,
        }
    }

    fn is_enough(&self, stated: bool) -> bool {
        let decided = stated || self.stated.is_some() || self.order.is_some() || !self.open;
        self.times >= ENOUGH && decided
    }
}

fn no_layout(source: &Source, kind: Kind, mapping: Option<&Mapping>, heads: &[Vec<String>]) -> IngestError {
    let columns = mapping.and_then(|mapping| mapping.said().columns.as_ref());
    // The row that has most of what the mapping names is its headers.
    let widest = heads.iter().max_by_key(|row| row.iter().filter(|cell| !cell.trim().is_empty()).count());
    let headers = mapping::columns(heads).or(widest.map(Vec::as_slice)).unwrap_or_default();
    let named: Vec<String> =
        headers.iter().filter(|name| !name.trim().is_empty()).map(|name| format!("`{name}`")).collect();
    let has = if named.is_empty() {
        "it has no row of headers".to_owned()
    } else {
        format!("its columns are {}", named.join(", "))
    };
    match (kind, columns) {
        (Kind::Mapped, Some(columns)) => {
            let missing = super::Layout::mapped(columns, headers).err().unwrap_or_default();
            let reason = format!("no row has the column `{missing}` that the mapping names; {has}");
            IngestError::Columns { path: source.path.clone(), reason }
        }
        (Kind::Mapped, None) => {
            let example = mapping::example(headers);
            let reason = format!("no mapping says what its columns are; {has}; one for it begins:\n{example}");
            IngestError::Columns { path: source.path.clone(), reason }
        }
        (kind, _) => {
            let format: Format = kind.format();
            source.wrong(format, format!("no row has the headers of one; {has}"))
        }
    }
}
