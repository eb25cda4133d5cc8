//! Drives the reading of an account's databases: run after run of tables, row after row, each row one item.

use std::fmt::Write as _;

use duces_model::{Item, Place};

use super::reading::{Message, Reading, Refusal};
use crate::codes;
use crate::scan::LIMIT;
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

    /// Returns the message that a row is.
    fn message(
        &mut self,
        run: &Self::Run,
        database: usize,
        row: &mut StoredRow,
        place: &Place,
        sink: &mut Sink,
    ) -> Result<Message, Refusal>;
}

/// The items of an account's databases.
pub(crate) struct Stream<L: Layout> {
    layout: L,
    sink: Sink,
    run: Option<(Merge, L::Run)>,
    records: u64,
    seen: Seen,
    done: bool,
}

/// The messages with the last key, by the server's number: one that stands twice has the same key twice.
#[derive(Default)]
struct Seen {
    key: i64,
    messages: Vec<(i64, u64)>,
}

impl<L: Layout> Stream<L> {
    pub(crate) fn new(layout: L, sink: Sink) -> Self {
        Self { layout, sink, run: None, records: 0, seen: Seen::default(), done: false }
    }

    fn step(&mut self) {
        let Some((merge, run)) = &mut self.run else {
            self.run = self.layout.next_run(&mut self.sink);
            self.done = self.run.is_none();
            self.seen = Seen::default();
            return;
        };
        let Some(merged) = merge.next(&self.layout.reading().files.databases) else {
            for (label, reason) in merge.failures() {
                let text = format!("{reason}; the rows after the last one read stay in the source alone");
                self.sink.finding(&codes::READ_FAILED, &Place::file(label), text);
            }
            self.run = None;
            return;
        };
        self.records += 1;
        let mut file = String::with_capacity(merged.label.len() + 12);
        file.push_str(merged.label);
        write!(file, ":{}", merged.stored.id()).expect("a String takes all");
        let place = Place::file(file).at_record(self.records);
        let (database, key) = (merged.database, merged.key);
        match merged.stored {
            Stored::Row(mut row) => {
                self.seen.note(key, row.cells[L::SERVER_ID].int(), &place, &mut self.sink);
                match self.layout.message(run, database, &mut row, &place, &mut self.sink) {
                    Ok(message) => self.layout.reading().emit(message, row.raw, place, &mut self.sink),
                    Err((code, text)) => self.sink.excepted(code, &place, text, &row.raw),
                }
            }
            Stored::Unreadable { reason, .. } => self.sink.excepted(&codes::ROW_UNREADABLE, &place, reason, &[]),
            Stored::TooLarge { .. } => {
                let text = format!("the row is larger than {} MiB", LIMIT >> 20);
                self.sink.excepted(&codes::RECORD_TOO_LARGE, &place, text, &[]);
            }
        }
    }
}

impl Seen {
    /// Says that a message stands in the databases twice; both rows are records, and collecting counts it once.
    fn note(&mut self, key: i64, number: Option<i64>, place: &Place, sink: &mut Sink) {
        if self.key != key {
            self.key = key;
            self.messages.clear();
        }
        let Some(number) = number.filter(|number| *number != 0) else { return };
        match self.messages.iter().find(|(other, _)| *other == number) {
            Some((_, record)) => {
                let text = format!("the message {number} stands here and in record {record}; both are its records");
                sink.finding(&codes::REPEATED_ROW, place, text);
            }
            None => self.messages.push((number, place.record.unwrap_or_default())),
        }
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
