//! The documents of a volume, as the load file that is relied on lists them.

use std::collections::BTreeMap;

use duces_loadfile::Field;
use duces_model::{BatesNumber, BatesRange, Place};

use crate::table::{Row, Table};

/// A document by its place in the list.
pub(crate) type DocumentIdx = usize;

/// One document.
pub(crate) struct Document {
    table: usize,
    row: usize,
    /// Its numbers, where they are a range.
    pub(crate) range: Option<BatesRange>,
}

/// All documents, in the order of the load files.
pub(crate) struct Documents {
    tables: Vec<Table>,
    list: Vec<Document>,
    by_first: BTreeMap<String, DocumentIdx>,
}

impl Documents {
    /// Takes the documents from the tables. Of two with one first number, the earlier is found by it.
    pub(crate) fn of(tables: Vec<Table>) -> Self {
        let mut documents = Self { tables, list: Vec::new(), by_first: BTreeMap::new() };
        for (table, rows) in documents.tables.iter().enumerate() {
            for (row_idx, row) in rows.rows.iter().enumerate() {
                let (first, last) = numbers_of(rows, row);
                let range = range_of(first, last);
                documents.by_first.entry(first.to_owned()).or_insert(documents.list.len());
                documents.list.push(Document { table, row: row_idx, range });
            }
        }
        documents
    }

    /// Returns how many there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns the documents in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (DocumentIdx, &Document)> {
        self.list.iter().enumerate()
    }

    /// Returns one document.
    pub(crate) fn get(&self, idx: DocumentIdx) -> &Document {
        &self.list[idx]
    }

    /// Returns the document of a first number.
    pub(crate) fn by_first(&self, first: &str) -> Option<DocumentIdx> {
        self.by_first.get(first).copied()
    }

    /// Returns a document's value of a field; empty where it has none.
    pub(crate) fn value(&self, document: &Document, field: Field) -> &str {
        let table = &self.tables[document.table];
        table.value(&table.rows[document.row], field)
    }

    /// Returns a document's first number as the load file writes it.
    pub(crate) fn first(&self, document: &Document) -> &str {
        self.value(document, Field::BegBates)
    }

    /// Returns a document's first and last number as the load file writes them.
    pub(crate) fn numbers(&self, document: &Document) -> (&str, &str) {
        let (table, row) = self.row(document);
        numbers_of(table, row)
    }

    /// Returns whether the document's load file has the field.
    pub(crate) fn has(&self, document: &Document, field: Field) -> bool {
        self.tables[document.table].has(field)
    }

    /// Returns whether any load file has the field.
    pub(crate) fn any_has(&self, field: Field) -> bool {
        self.tables.iter().any(|table| table.has(field))
    }

    /// Returns where the document stands.
    pub(crate) fn place(&self, document: &Document) -> Place {
        let table = &self.tables[document.table];
        table.place(&table.rows[document.row])
    }

    /// Returns the load file that a document stands in, by its place in the list of load files.
    pub(crate) fn table_of(&self, document: &Document) -> usize {
        document.table
    }

    /// Returns the document's row and the table it belongs to.
    pub(crate) fn row(&self, document: &Document) -> (&Table, &Row) {
        let table = &self.tables[document.table];
        (table, &table.rows[document.row])
    }
}

/// Returns the first and last number of a record; without a column for the last, it is the first.
fn numbers_of<'a>(table: &Table, row: &'a Row) -> (&'a str, &'a str) {
    let first = table.value(row, Field::BegBates);
    (first, if table.has(Field::EndBates) { table.value(row, Field::EndBates) } else { first })
}

fn range_of(first: &str, last: &str) -> Option<BatesRange> {
    let first: BatesNumber = first.parse().ok()?;
    BatesRange::between(first, last.parse().ok()?).ok()
}

/// Returns how many pages the numbers of a document make: page suffixes count under one number.
pub(crate) fn span(range: &BatesRange) -> u64 {
    match (range.first().suffix(), range.last().suffix()) {
        (Some(first), Some(last)) if range.count() == 1 => u64::from(last.saturating_sub(first)) + 1,
        _ => range.count(),
    }
}

/// Returns the number that page `page` (from 0) of a document bears.
pub(crate) fn number_of_page(range: &BatesRange, page: u64) -> Option<BatesNumber> {
    match range.first().suffix() {
        Some(suffix) if range.count() == 1 => {
            let further = u16::try_from(page).ok()?.checked_add(suffix)?;
            Some(range.first().with_suffix(further))
        }
        _ => range.first().plus(page).ok(),
    }
}
