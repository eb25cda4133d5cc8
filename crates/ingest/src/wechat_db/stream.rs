//! Drives the reading of an account's databases: run after run of tables, row after row, each row one item.

use duces_model::{Item, Place};

use super::files::Files;
use super::reading::Reading;
use crate::codes;
use crate::sink::Sink;
use crate::sqlite::{Merge, Stored, StoredRow};

/// What a family of databases makes of its tables.
pub(crate) trait Layout: Send {
    /// What is known of a run: the conversation, where its tables hold one.
    type Run: Send;

    /// The column asked for that bears the server's number of a message.
    const SERVER_ID: usize;

    fn reading(&self) -> &Reading;

    /// Returns the tables that are read together next.
    fn next_run(&mut self, sink: &mut Sink) -> Option<(Merge, Self::Run)>;

    /// Makes a row into exactly one record, or sets it aside.
    fn read(&mut self, run: &Self::Run, database: usize, row: StoredRow, place: Place, sink: &mut Sink);
}

/// The items of an account's databases.
pub(crate) struct Stream<L: Layout> {
    layout: L,
    sink: Sink,
    run: Option<(Merge, L::Run)>,
    records: u64,
    /// The server's numbers of the rows with the last key: a message that stands twice has the same key twice.
    last_key: i64,
    with_last_key: Vec<(i64, String)>,
    done: bool,
}

impl<L: Layout> Stream<L> {
    pub(crate) fn new(layout: L, sink: Sink) -> Self {
        Self { layout, sink, run: None, records: 0, last_key: i64::MIN, with_last_key: Vec::new(), done: false }
    }

    fn step(&mut self) {
        let Some((merge, run)) = &mut self.run else {
            self.run = self.layout.next_run(&mut self.sink);
            self.done = self.run.is_none();
            self.with_last_key.clear();
            return;
        };
        let files = &self.layout.reading().files;
        let Some(merged) = merge.next(&files.databases) else {
            for failure in merge.failures() {
                let place = Place::file(table_name(files, failure.database, &failure.table));
                let text = format!("{}; the rows after the last one read stay in the source alone", failure.reason);
                self.sink.finding(&codes::READ_FAILED, &place, text);
            }
            self.run = None;
            return;
        };
        self.records += 1;
        let mut file = table_name(files, merged.database, &merged.table);
        file.push(':');
        file.push_str(&merged.stored.id().to_string());
        let place = Place::file(file).at_record(self.records);
        match merged.stored {
            Stored::Row(row) => {
                say_if_repeated::<L>(
                    (&mut self.last_key, &mut self.with_last_key),
                    merged.key,
                    &row,
                    &place,
                    &mut self.sink,
                );
                self.layout.read(run, merged.database, row, place, &mut self.sink);
            }
            Stored::Unreadable { reason, .. } => self.sink.excepted(&codes::ROW_UNREADABLE, &place, reason, &[]),
            Stored::TooLarge { size, .. } => {
                let text = format!("the row has {size} bytes");
                self.sink.excepted(&codes::RECORD_TOO_LARGE, &place, text, &[]);
            }
        }
    }
}

fn table_name(files: &Files, database: usize, table: &str) -> String {
    format!("{}#{table}", files.name(database))
}

/// Says that a message stands in the databases twice; both rows are records, and collecting counts the message once.
fn say_if_repeated<L: Layout>(
    (last_key, seen): (&mut i64, &mut Vec<(i64, String)>),
    key: i64,
    row: &StoredRow,
    place: &Place,
    sink: &mut Sink,
) {
    if *last_key != key {
        *last_key = key;
        seen.clear();
    }
    let Some(number) = row.cells[L::SERVER_ID].int().filter(|number| *number != 0) else { return };
    match seen.iter().find(|(other, _)| *other == number) {
        Some((_, first)) => {
            let text = format!("the message {number} stands here and as `{first}`; both rows are its records");
            sink.finding(&codes::REPEATED_ROW, place, text);
        }
        None => seen.push((number, place.file.clone())),
    }
}

impl<L: Layout> Iterator for Stream<L> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.sink.next() {
                return Some(item);
            }
            if self.done {
                return None;
            }
            self.step();
        }
    }
}
