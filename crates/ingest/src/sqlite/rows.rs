//! The rows of one table, in the order of a column, a few at a time.
//!
//! Rows are asked for from the row after the last one on, so that no statement stays open, and by row id, since the
//! columns may hold anything. Where row ids and the column do not rise together, the pairs of both are sorted first:
//! 16 bytes a row, which is all that is ever held of a table.

use std::collections::VecDeque;

use rusqlite::Row;

use super::cell::{Cell, Held};
use super::{Database, quoted};
use crate::scan::LIMIT;

/// How many rows, and about how many bytes of them, are read at once.
const ROWS: usize = 64;
const BYTES: usize = 1024 * 1024;

/// A row that was read.
#[derive(Debug)]
pub(crate) struct StoredRow {
    pub(crate) id: i64,
    /// The canonical JSON of all its columns, where whole rows are read.
    pub(crate) raw: Vec<u8>,
    /// The values of the columns that were asked for, in the order asked.
    pub(crate) cells: Vec<Cell>,
    /// How many bytes its texts and BLOBs have.
    size: usize,
}

/// What stands in a table next.
#[derive(Debug)]
pub(crate) enum Stored {
    Row(StoredRow),
    /// A row that lies on a damaged page.
    Unreadable {
        id: i64,
        reason: String,
    },
    /// A row that is larger than any message.
    TooLarge {
        id: i64,
    },
}

/// A table that is being read.
pub(crate) struct Rows {
    columns: Columns,
    from_sql: String,
    one_sql: String,
    id_sql: String,
    order: Order,
    /// Which of the columns asked for gives the order.
    key: Option<usize>,
    last_key: i64,
    ready: VecDeque<(i64, Stored)>,
    failed: Option<String>,
}

/// How rows come.
enum Order {
    /// From this row id on.
    From(i64),
    /// By sorted pairs of key and row id, from this one on.
    Sorted(Vec<(i64, i64)>, usize),
    Ended,
}

impl Rows {
    /// Begins to read whole rows of a table by the first of `order` that it has; without one, by row id.
    pub(crate) fn whole(database: &Database, table: &str, wanted: &[&str], order: &[&str]) -> Result<Self, String> {
        Self::new(database, table, wanted, order, true)
    }

    /// Begins to read some columns of a table, by row id; the rows have no JSON.
    pub(crate) fn only(database: &Database, table: &str, wanted: &[&str]) -> Result<Self, String> {
        Self::new(database, table, wanted, &[], false)
    }

    fn new(database: &Database, table: &str, wanted: &[&str], order: &[&str], whole: bool) -> Result<Self, String> {
        let all = database.columns(table);
        let id = row_id(&all);
        let columns = Columns::of(all, wanted, whole);
        let list: Vec<String> = std::iter::once(id.to_owned()).chain(columns.names.iter().map(|c| quoted(c))).collect();
        let (list, from) = (list.join(","), quoted(table));
        let key = order.iter().filter_map(|name| wanted.iter().position(|w| w == name));
        let key = key.into_iter().find(|at| columns.slots.contains(&Some(*at)));
        let mut rows = Self {
            from_sql: format!("SELECT {list} FROM {from} WHERE {id} >= ?1 ORDER BY {id}"),
            one_sql: format!("SELECT {list} FROM {from} WHERE {id} = ?1"),
            id_sql: format!("SELECT {id} FROM {from} WHERE {id} >= ?1 ORDER BY {id} LIMIT 1"),
            order: Order::From(i64::MIN),
            key,
            last_key: i64::MIN,
            ready: VecDeque::new(),
            failed: None,
            columns,
        };
        // A statement that cannot be prepared is no table that can be read.
        database.connection.prepare_cached(&rows.from_sql).map_err(|error| error.to_string())?;
        if let Some(column) = rows.key.and_then(|key| rows.columns.name_of(key)) {
            let sql = format!("SELECT {id},{} FROM {from} ORDER BY {id}", quoted(column));
            if let Some(pairs) = sorted_pairs(database, &sql) {
                rows.order = Order::Sorted(pairs, 0);
            }
        }
        Ok(rows)
    }

    /// Returns the key of the next row, after reading on where none is ready.
    pub(crate) fn peek(&mut self, database: &Database) -> Option<i64> {
        if self.ready.is_empty() {
            self.fill(database);
        }
        self.ready.front().map(|(key, _)| *key)
    }

    /// Returns the next row.
    pub(crate) fn next(&mut self, database: &Database) -> Option<Stored> {
        self.peek(database)?;
        self.ready.pop_front().map(|(_, stored)| stored)
    }

    /// Returns why reading stopped before the end of the table, once.
    pub(crate) fn take_failure(&mut self) -> Option<String> {
        self.failed.take()
    }

    /// Returns one row by its id, whatever is being read.
    pub(crate) fn one(&self, database: &Database, id: i64) -> Option<StoredRow> {
        match self.read_one(database, id)? {
            Stored::Row(row) => Some(row),
            Stored::Unreadable { .. } | Stored::TooLarge { .. } => None,
        }
    }

    fn fill(&mut self, database: &Database) {
        while self.ready.is_empty() {
            match &mut self.order {
                Order::Ended => return,
                Order::From(id) => {
                    let from = *id;
                    self.fill_from(database, from);
                }
                Order::Sorted(pairs, at) => {
                    let these: Vec<(i64, i64)> = pairs[*at..].iter().take(ROWS).copied().collect();
                    *at += these.len();
                    if these.is_empty() {
                        self.order = Order::Ended;
                    }
                    for (key, id) in these {
                        let stored = self.read_one(database, id);
                        self.ready.extend(stored.map(|stored| (key, stored)));
                    }
                }
            }
        }
    }

    fn read_one(&self, database: &Database, id: i64) -> Option<Stored> {
        let read = || -> rusqlite::Result<Option<Stored>> {
            let mut statement = database.connection.prepare_cached(&self.one_sql)?;
            let mut rows = statement.query([id])?;
            rows.next()?.map(|row| self.columns.stored(row)).transpose()
        };
        read().unwrap_or_else(|error| Some(Stored::Unreadable { id, reason: error.to_string() }))
    }

    /// Reads some rows from a row id on. Where a row cannot be read, the next statement begins behind it.
    fn fill_from(&mut self, database: &Database, from: i64) {
        let before = self.ready.len();
        let outcome = self.read_from(database, from);
        let last = self.ready.back().filter(|_| self.ready.len() > before).map(|(_, stored)| stored.id());
        match (outcome, last) {
            (Ok(true) | Err(_), Some(last)) => self.order = last.checked_add(1).map_or(Order::Ended, Order::From),
            (Ok(_), _) => self.order = Order::Ended,
            (Err(reason), None) => self.pass_over(database, from, reason),
        }
    }

    /// Returns whether there may be more.
    fn read_from(&mut self, database: &Database, from: i64) -> Result<bool, String> {
        let failed = |error: rusqlite::Error| error.to_string();
        let mut statement = database.connection.prepare_cached(&self.from_sql).map_err(failed)?;
        let mut rows = statement.query([from]).map_err(failed)?;
        let (mut count, mut bytes, mut expected) = (0, 0, from);
        while count < ROWS && bytes < BYTES {
            let Some(row) = rows.next().map_err(failed)? else { return Ok(false) };
            let stored = self.columns.stored(row).map_err(failed)?;
            if stored.id() < expected {
                // Going on might go round in a damaged tree for ever.
                return Err("its rows do not stand in the order of their ids".to_owned());
            }
            let Some(next) = stored.id().checked_add(1) else {
                self.push(stored);
                return Ok(false);
            };
            expected = next;
            count += 1;
            bytes += stored.size();
            self.push(stored);
        }
        Ok(true)
    }

    fn push(&mut self, stored: Stored) {
        if let (Stored::Row(row), Some(key)) = (&stored, self.key)
            && let Some(key) = row.cells[key].int()
        {
            self.last_key = key;
        }
        self.ready.push_back((self.last_key, stored));
    }

    /// Sets aside the row that could not be read, where its id at least can; else the rest of the table is lost.
    fn pass_over(&mut self, database: &Database, from: i64, reason: String) {
        match self.next_id(database, from).filter(|id| *id >= from) {
            Some(id) => {
                self.ready.push_back((self.last_key, Stored::Unreadable { id, reason }));
                self.order = id.checked_add(1).map_or(Order::Ended, Order::From);
            }
            None => {
                self.failed = Some(reason);
                self.order = Order::Ended;
            }
        }
    }

    fn next_id(&self, database: &Database, from: i64) -> Option<i64> {
        let mut statement = database.connection.prepare_cached(&self.id_sql).ok()?;
        statement.query_row([from], |row| row.get(0)).ok()
    }
}

impl Stored {
    pub(crate) fn id(&self) -> i64 {
        match self {
            Self::Row(row) => row.id,
            Self::Unreadable { id, .. } | Self::TooLarge { id } => *id,
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Row(row) => row.size,
            Self::Unreadable { .. } | Self::TooLarge { .. } => 0,
        }
    }
}

/// Returns key and row id of all rows, sorted; nothing where they rise together anyway, or cannot be read.
fn sorted_pairs(database: &Database, sql: &str) -> Option<Vec<(i64, i64)>> {
    if rise_together(database, sql, |_| {})? {
        return None;
    }
    let mut pairs = Vec::new();
    rise_together(database, sql, |pair| pairs.push(pair))?;
    pairs.sort_unstable();
    Some(pairs)
}

/// Goes over key and row id of all rows; returns whether both rise, nothing where the table is damaged.
fn rise_together(database: &Database, sql: &str, mut each: impl FnMut((i64, i64))) -> Option<bool> {
    let mut statement = database.connection.prepare(sql).ok()?;
    let mut rows = statement.query([]).ok()?;
    let (mut last_id, mut last_key, mut rise) = (None, i64::MIN, true);
    while let Some(row) = rows.next().ok()? {
        let id: i64 = row.get(0).ok()?;
        if last_id.is_some_and(|last| id <= last) {
            return None;
        }
        last_id = Some(id);
        let key = Held::of(row.get_ref(1).ok()?).cell().int().unwrap_or(last_key);
        rise &= key >= last_key;
        last_key = key;
        each((key, id));
    }
    Some(rise)
}

/// The columns of a table and which of them are asked for.
struct Columns {
    names: Vec<String>,
    /// What stands before each value in the canonical JSON.
    heads: Vec<Vec<u8>>,
    /// For each column, its place among those asked for.
    slots: Vec<Option<usize>>,
    wanted: usize,
    /// About how long the JSON of a row is.
    room: usize,
}

impl Columns {
    fn of(mut names: Vec<String>, wanted: &[&str], whole: bool) -> Self {
        let slot = |name: &String| wanted.iter().position(|wanted| wanted.eq_ignore_ascii_case(name));
        if !whole {
            names.retain(|name| slot(name).is_some());
        }
        let mut heads: Vec<Vec<u8>> = Vec::new();
        for name in names.iter().filter(|_| whole) {
            let mut head = if heads.is_empty() { b"{".to_vec() } else { b",".to_vec() };
            Held::Text(name).write_json(&mut head);
            head.push(b':');
            heads.push(head);
        }
        let slots = names.iter().map(slot).collect();
        let room = if heads.is_empty() { 0 } else { heads.iter().map(|head| head.len() + 10).sum::<usize>() + 256 };
        Self { names, heads, slots, wanted: wanted.len(), room }
    }

    fn name_of(&self, wanted: usize) -> Option<&str> {
        let at = self.slots.iter().position(|slot| *slot == Some(wanted))?;
        Some(&self.names[at])
    }

    fn stored(&self, row: &Row<'_>) -> rusqlite::Result<Stored> {
        let id = row.get(0)?;
        let mut size = 0;
        let mut raw = Vec::with_capacity(self.room);
        let mut cells = Vec::with_capacity(self.wanted);
        cells.resize(self.wanted, Cell::Absent);
        for (at, slot) in self.slots.iter().enumerate() {
            let value = Held::of(row.get_ref(at + 1)?);
            size += value.size();
            if size > LIMIT {
                return Ok(Stored::TooLarge { id });
            }
            if let Some(head) = self.heads.get(at) {
                raw.extend_from_slice(head);
                value.write_json(&mut raw);
            }
            if let Some(slot) = slot {
                cells[*slot] = value.cell();
            }
        }
        if !self.heads.is_empty() {
            raw.push(b'}');
        }
        Ok(Stored::Row(StoredRow { id, raw, cells, size }))
    }
}

/// Returns the name of the row id that no column of the table takes for itself.
fn row_id(columns: &[String]) -> &'static str {
    let taken = |name: &&&str| columns.iter().any(|column| column.eq_ignore_ascii_case(name));
    ["rowid", "_rowid_", "oid"].iter().find(|name| !taken(name)).copied().unwrap_or("rowid")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    fn read(sql: &str, order: &[&str]) -> Vec<(i64, Option<i64>)> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        Connection::open(&path).expect("made").execute_batch(sql).expect("filled");
        let database = Database::open(&path).expect("opened").expect("a database");
        let mut rows = Rows::whole(&database, "t", &["seq", "gone"], order).expect("a table");
        let mut read = Vec::new();
        while let Some(stored) = rows.next(&database) {
            let Stored::Row(row) = stored else { panic!("{stored:?}") };
            assert_eq!(row.cells[1], Cell::Absent);
            read.push((row.id, row.cells[0].int()));
        }
        assert_eq!(rows.take_failure(), None);
        read
    }

    #[test]
    fn rows_come_by_the_column_and_none_is_lost() {
        let made = "CREATE TABLE t(a TEXT, seq INTEGER);";
        let rows = [
            ("INSERT INTO t VALUES('x',1),('y',2),('z',2)", vec![(1, Some(1)), (2, Some(2)), (3, Some(2))]),
            ("INSERT INTO t VALUES('x',3),('y',1),('z',2)", vec![(2, Some(1)), (3, Some(2)), (1, Some(3))]),
            ("INSERT INTO t VALUES('x',3),('y',NULL),('z',x'00')", vec![(1, Some(3)), (2, None), (3, None)]),
            (
                "INSERT INTO t(rowid,seq) VALUES(-5,1),(9223372036854775807,2),(-9223372036854775808,0)",
                vec![(i64::MIN, Some(0)), (-5, Some(1)), (i64::MAX, Some(2))],
            ),
        ];
        for (sql, expected) in rows {
            assert_eq!(read(&format!("{made}{sql}"), &["gone", "seq"]), expected, "{sql}");
        }
    }

    #[test]
    fn many_rows_and_a_column_that_takes_the_name_of_the_row_id() {
        let sql = "CREATE TABLE t(rowid TEXT, seq INTEGER); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 \
                   FROM n WHERE i < 1000) INSERT INTO t SELECT 'x', 2000 - i FROM n;";
        let by_id = read(sql, &[]);
        assert_eq!(by_id.iter().map(|(id, _)| *id).collect::<Vec<_>>(), (1..=1000).collect::<Vec<_>>());
        let by_key = read(sql, &["seq"]);
        assert_eq!(
            by_key.iter().map(|(_, key)| key.unwrap_or(0)).collect::<Vec<_>>(),
            (1000..2000).collect::<Vec<_>>()
        );
    }
}
