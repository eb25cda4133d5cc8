//! What the readers of DAT and CSV give: rows and findings, and the header that says which column is which.

use std::collections::BTreeMap;

use duces_model::Finding;

use crate::field::Field;

/// One thing that a reader found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parsed<T> {
    /// A row, as good as it could be read.
    Row(T),
    /// Something that is wrong, at the place the finding names.
    Finding(Finding),
}

/// A record of a DAT or a CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRow {
    /// The line it starts on, from 1.
    pub line: u64,
    /// Its values, in the file's order. Their number differs from the header's where a finding says so.
    pub values: Vec<String>,
}

/// The columns of a file, and which fields of the registry they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    names: Vec<String>,
    fields: BTreeMap<Field, usize>,
}

impl Header {
    /// Returns a header; of two columns that mean one field the better name wins, then the first.
    pub fn new(names: Vec<String>) -> Self {
        let mut best: BTreeMap<Field, (usize, usize)> = BTreeMap::new();
        for (index, name) in names.iter().enumerate() {
            if let Some((field, rank)) = Field::ranked(name) {
                let place = best.entry(field).or_insert((rank, index));
                *place = (*place).min((rank, index));
            }
        }
        let fields = best.into_iter().map(|(field, (_, index))| (field, index)).collect();
        Self { names, fields }
    }

    /// Returns the columns' names, as the file has them.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns which column a field is in.
    pub fn index_of(&self, field: Field) -> Option<usize> {
        self.fields.get(&field).copied()
    }

    /// Returns the fields that were recognised, with their columns.
    pub fn fields(&self) -> impl Iterator<Item = (Field, usize)> {
        self.fields.iter().map(|(field, index)| (*field, *index))
    }

    /// Returns a field of a row: `None` where there is no such column or the row ends before it.
    pub fn value<'a>(&self, row: &'a ReadRow, field: Field) -> Option<&'a str> {
        row.values.get(self.index_of(field)?).map(String::as_str)
    }

    /// Returns the names that stand twice or are empty.
    pub(crate) fn faulty_names(&self) -> Vec<&str> {
        let mut seen = std::collections::BTreeSet::new();
        self.names.iter().filter(|name| name.is_empty() || !seen.insert(*name)).map(String::as_str).collect()
    }
}
