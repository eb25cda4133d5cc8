//! Rows of a load file, kept small: a matter may have a million of them.

use duces_loadfile::{Dialect, Field, Header, plain_name};
use duces_model::Place;

/// The cells of one record, in one piece of memory.
#[derive(Clone)]
pub(crate) struct Row {
    /// The line the record starts on, or its ordinal where the format has no lines.
    pub(crate) line: u64,
    text: Box<str>,
    ends: Box<[u32]>,
}

impl Row {
    /// Puts cells together.
    pub(crate) fn new<T: AsRef<str>>(line: u64, cells: impl IntoIterator<Item = T>) -> Self {
        let mut text = String::new();
        let mut ends = Vec::new();
        for cell in cells {
            text.push_str(cell.as_ref());
            // A record beyond 4 GiB is cut; the readers refuse records far below that.
            ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        }
        Self { line, text: text.into(), ends: ends.into() }
    }

    /// Returns a cell; empty where the record is too short.
    pub(crate) fn cell(&self, column: usize) -> &str {
        let start = column.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        match (start, self.ends.get(column)) {
            (Some(start), Some(end)) => self.text.get(start as usize..*end as usize).unwrap_or_default(),
            _ => "",
        }
    }
}

/// The records of a DAT, a CSV or an EDRM XML.
#[derive(Clone)]
pub(crate) struct Table {
    /// The file's path in the volume.
    pub(crate) file: String,
    /// The columns by the file's own names.
    pub(crate) names: Vec<String>,
    /// What each column is, where that is known.
    pub(crate) fields: Vec<Option<Field>>,
    /// The records.
    pub(crate) rows: Vec<Row>,
}

impl Table {
    /// Returns the column of a field.
    pub(crate) fn column(&self, field: Field) -> Option<usize> {
        self.fields.iter().position(|known| *known == Some(field))
    }

    /// Returns whether the table has the field.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.column(field).is_some()
    }

    /// Returns the value of a field in a row, without blanks around it; empty where there is none.
    pub(crate) fn value<'a>(&self, row: &'a Row, field: Field) -> &'a str {
        self.column(field).map_or("", |column| row.cell(column).trim())
    }

    /// Returns where a row stands.
    pub(crate) fn place(&self, row: &Row) -> Place {
        Place::file(self.file.as_str()).at_line(row.line)
    }
}

/// Returns what each column is: by the recipient's names first, then by the registry's.
pub(crate) fn fields_of(header: &Header, dialect: Option<&Dialect>) -> Vec<Option<Field>> {
    let mut fields = vec![None; header.names().len()];
    let columns = dialect.map(|dialect| dialect.columns.as_slice()).unwrap_or_default();
    for column in columns {
        let wanted = plain_name(&column.name);
        let found = header.names().iter().position(|name| *name == column.name || plain_name(name) == wanted);
        if let Some(slot) = found.and_then(|index| fields.get_mut(index)) {
            *slot = Some(column.field);
        }
    }
    for (field, index) in header.fields() {
        if !fields.contains(&Some(field))
            && let Some(slot @ None) = fields.get_mut(index)
        {
            *slot = Some(field);
        }
    }
    fields
}
