//! Names of accounts and groups, and the names that members have within a group.
//!
//! The name shown is the one the app itself would show: the collector's remark, then the member's own name in the group,
//! then the account's own name.

use std::collections::HashMap;

use duces_model::{Place, Sender};

use super::files::Files;
use super::packed::{Members, Unpacked};
use crate::codes;
use crate::sink::Sink;
use crate::sqlite::{Rows, Stored, StoredRow};

/// Everybody who is known.
#[derive(Default)]
pub(crate) struct People {
    contacts: HashMap<String, Names>,
    /// For each group, the members with a name of their own in it.
    rooms: HashMap<String, HashMap<String, String>>,
}

#[derive(Default)]
struct Names {
    remark: Option<String>,
    nick: Option<String>,
}

impl People {
    /// Adds the contacts of every table of a name: `columns` are id, remark and own name.
    pub(crate) fn add_contacts(&mut self, files: &Files, table: &str, columns: [&str; 3], sink: &mut Sink) {
        each_row(files, table, &columns, sink, |_, row, _| {
            let Some(id) = row.cells[0].owned_text() else { return };
            self.add(id, row.cells[1].owned_text(), row.cells[2].owned_text());
        });
    }

    /// Adds an account; what is known of it already stays.
    pub(crate) fn add(&mut self, id: String, remark: Option<String>, nick: Option<String>) {
        let names = self.contacts.entry(id).or_default();
        names.remark = names.remark.take().or(remark);
        names.nick = names.nick.take().or(nick);
    }

    /// Adds the groups of every table of a name: `columns` are id and packed members.
    pub(crate) fn add_rooms(&mut self, files: &Files, table: &str, columns: [&str; 2], sink: &mut Sink) {
        each_row(files, table, &columns, sink, |_, row, said| {
            let (Some(id), Some(packed)) = (row.cells[0].owned_text(), row.cells[1].bytes()) else { return };
            let Unpacked { value, whole } = Members::of(packed);
            if !whole {
                said.push(format!("the members of `{id}` cannot be read to their end"));
            }
            self.add_members(&id, value.named);
        });
    }

    /// Adds members of a group who have a name of their own in it.
    pub(crate) fn add_members(&mut self, room: &str, named: impl IntoIterator<Item = (String, String)>) {
        self.rooms.entry(room.to_owned()).or_default().extend(named);
    }

    /// Returns every account and group that is known, in no order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.contacts.keys().map(String::as_str)
    }

    pub(crate) fn knows(&self, id: &str) -> bool {
        self.contacts.contains_key(id)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.contacts.is_empty()
    }

    /// Returns the name of a contact or a group.
    pub(crate) fn name(&self, id: &str) -> Option<String> {
        let names = self.contacts.get(id)?;
        names.remark.clone().or_else(|| names.nick.clone())
    }

    /// Returns an account with its name, within a group or not.
    pub(crate) fn sender(&self, id: &str, room: Option<&str>) -> Sender {
        let names = self.contacts.get(id);
        let own_in_room = || room.and_then(|room| self.rooms.get(room)?.get(id)).cloned();
        let name = names
            .and_then(|names| names.remark.clone())
            .or_else(own_in_room)
            .or_else(|| names.and_then(|names| names.nick.clone()));
        Sender { native_id: Some(id.to_owned()), name }
    }
}

/// Reads some columns of every table of a name: which database, the row, and what is to be said of it.
pub(crate) fn each_row(
    files: &Files,
    table: &str,
    columns: &[&str],
    sink: &mut Sink,
    mut each: impl FnMut(usize, &StoredRow, &mut Vec<String>),
) {
    for at in files.with(table, &columns[..1]) {
        let database = &files.databases[at];
        let place = |id: Option<i64>| {
            let row = id.map_or_else(String::new, |id| format!(":{id}"));
            Place::file(format!("{}#{table}{row}", files.name(at)))
        };
        let mut rows = match Rows::only(database, table, columns) {
            Ok(rows) => rows,
            Err(reason) => {
                sink.finding(&codes::LOOKUP_UNREADABLE, &place(None), reason);
                continue;
            }
        };
        let mut said = Vec::new();
        while let Some(stored) = rows.next(database) {
            let id = stored.id();
            match stored {
                Stored::Row(row) => each(at, &row, &mut said),
                Stored::Unreadable { reason, .. } => said.push(reason),
                Stored::TooLarge { .. } => said.push("the row is too large for a name".to_owned()),
            }
            for text in said.drain(..) {
                sink.finding(&codes::LOOKUP_UNREADABLE, &place(Some(id)), text);
            }
        }
        if let Some(reason) = rows.take_failure() {
            sink.finding(&codes::LOOKUP_UNREADABLE, &place(None), format!("{reason}; what stood before was used"));
        }
    }
}

/// Says that no names are there, where none are.
pub(crate) fn say_if_none(people: &People, place: &Place, sink: &mut Sink) {
    if people.is_empty() {
        sink.finding(&codes::NAMES_MISSING, place, codes::NAMES_MISSING.summary);
    }
}
