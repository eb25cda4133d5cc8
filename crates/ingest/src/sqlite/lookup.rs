//! Rows found by a number they bear: the recording of a message, the file of a digest. 40 bytes a row are held.

use super::{Cell, Database, Rows, Stored, StoredRow};

/// Where rows stand, by key.
#[derive(Default)]
pub(crate) struct Lookup {
    tables: Vec<(usize, Rows)>,
    /// Key, table and row id, sorted.
    entries: Vec<(u128, usize, i64)>,
}

impl Lookup {
    /// Adds the rows of a table by the number in a column; `wanted` are the columns that are found then. Returns why
    /// reading stopped, where it did.
    pub(crate) fn add(
        &mut self,
        databases: &[Database],
        at: usize,
        (table, column): (&str, &str),
        wanted: &[&str],
        key: impl Fn(&Cell) -> Option<u128>,
    ) -> Result<(), String> {
        let database = &databases[at];
        let mut keys = Rows::only(database, table, &[column])?;
        let number = self.tables.len();
        self.tables.push((at, Rows::only(database, table, wanted)?));
        while let Some(stored) = keys.next(database) {
            if let Stored::Row(row) = stored {
                self.entries.extend(key(&row.cells[0]).map(|key| (key, number, row.id)));
            }
        }
        self.entries.sort_unstable();
        keys.take_failure().map_or(Ok(()), Err)
    }

    /// Returns whether it has no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the rows of a key, in the order in which their tables were added.
    pub(crate) fn find(&self, databases: &[Database], key: u128) -> Vec<StoredRow> {
        let start = self.entries.partition_point(|(found, ..)| *found < key);
        let found = self.entries[start..].iter().take_while(|(found, ..)| *found == key);
        let row = |(_, table, id): &(u128, usize, i64)| {
            let (at, rows) = &self.tables[*table];
            rows.one(&databases[*at], *id)
        };
        found.filter_map(row).collect()
    }
}

/// Returns the key of a server's number; 0 is none.
pub(crate) fn number_key(cell: &Cell) -> Option<u128> {
    cell.int().filter(|number| *number != 0).map(|number| u128::from(number.cast_unsigned()))
}

/// Returns the key of an MD5 as 32 hexadecimal digits.
pub(crate) fn digest_key(text: &str) -> Option<u128> {
    let hexadecimal = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hexadecimal { u128::from_str_radix(text, 16).ok() } else { None }
}
