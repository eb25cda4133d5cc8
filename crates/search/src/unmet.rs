//! Names in the fields of a query that nothing in the matter bears: probably typing errors, so they are told.

use std::collections::BTreeSet;

use duces_archive::{AsOf, Reader};
use duces_model::ConversationKind;
use duces_query::{Facts, Field, LocalTime, Matcher, Query};

use crate::error::Result;

/// Everything that bears a name in the matter.
#[derive(Default)]
struct Names {
    custodians: BTreeSet<String>,
    conversations: BTreeSet<String>,
    apps: BTreeSet<String>,
    people: BTreeSet<String>,
}

impl Facts for Names {
    fn values(&self, field: Field, each: &mut dyn FnMut(&str)) {
        let values = match field {
            Field::Custodian => &self.custodians,
            Field::Conversation => &self.conversations,
            Field::App => &self.apps,
            Field::From | Field::Participant => &self.people,
            Field::To | Field::Type | Field::AttachmentName | Field::Has | Field::Id => return,
        };
        values.iter().for_each(|value| each(value));
    }

    fn times(&self, _: &mut dyn FnMut(LocalTime)) {}
}

/// Returns a note for each term of a field that finds no name of the matter. Recipients of mails, types, files and ids
/// are not listed anywhere, so that nothing is said of them.
pub(crate) fn unmet_names(reader: &Reader, query: &Query, as_of: AsOf) -> Result<Vec<String>> {
    Ok(unmet_names_of_each(reader, &[query], as_of)?.into_iter().flatten().collect())
}

/// Returns such notes for each of some queries; what bears a name is read once.
pub(crate) fn unmet_names_of_each(reader: &Reader, queries: &[&Query], as_of: AsOf) -> Result<Vec<Vec<String>>> {
    let named = |field: &Field| {
        matches!(field, Field::Custodian | Field::Conversation | Field::App | Field::From | Field::Participant)
    };
    let fields: BTreeSet<Field> = queries.iter().flat_map(|query| query.fields()).filter(named).collect();
    if fields.is_empty() {
        return Ok(vec![Vec::new(); queries.len()]);
    }
    let names = names(reader, &fields, as_of)?;
    let notes_of = |query: &&Query| {
        let mut notes = Vec::new();
        for (field, term) in query.field_terms().into_iter().filter(|(field, _)| named(field)) {
            let matcher = Matcher::new(&term);
            let note = format!("nothing in the matter answers to {term}: no {} is called so", what(field));
            if !matcher.is_match_with(&matcher.buffer(), &names) && !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
    };
    Ok(queries.iter().map(notes_of).collect())
}

fn what(field: Field) -> &'static str {
    match field {
        Field::From => "sender",
        field => field.name(),
    }
}

fn names(reader: &Reader, fields: &BTreeSet<Field>, as_of: AsOf) -> Result<Names> {
    let custodians = reader.custodians(as_of)?.into_iter().map(|custodian| custodian.0).collect();
    let mut names = Names { custodians, ..Names::default() };
    let of_people = fields.contains(&Field::From) || fields.contains(&Field::Participant);
    for conversation in reader.conversations(as_of)? {
        names.apps.extend([conversation.app.name().to_owned(), conversation.app.label().to_owned()]);
        if of_people && conversation.kind == ConversationKind::Direct {
            names.people.extend(conversation.native_id.split('|').map(str::to_owned));
        }
        names.conversations.extend([conversation.title, conversation.native_id]);
    }
    if of_people {
        let senders = reader.speakers(as_of)?.into_values().flatten();
        names.people.extend(senders.flat_map(|sender| [sender.native_id, sender.name]).flatten());
        names.people.extend(reader.persons(as_of)?.names().into_iter().map(str::to_owned));
    }
    Ok(names)
}
