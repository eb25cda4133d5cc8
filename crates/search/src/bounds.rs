//! Everything of the criteria but the query, held against what the matter has.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use duces_archive::{AsOf, MessageFilter, Reader};
use duces_model::{Conversation, ConversationKey, Custodian, Day, Message, Zone, edit_distance};

use crate::criteria::{Clip, Criteria};
use crate::error::{Result, SearchError};
use crate::persons::Wanted;

/// The conditions beside the query, resolved.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    /// The conversations that may be selected from, sorted by key.
    pub(crate) conversations: Vec<Conversation>,
    /// Whether conversations or days are left out, so that asking the index alone would give too much.
    pub(crate) narrow: bool,
    pub(crate) clip: Clip,
    pub(crate) zone: Zone,
    custodians: Vec<Custodian>,
}

impl Bounds {
    /// Resolves the criteria. A name that the matter does not know is an error: a typing error in a request must not
    /// end as an empty production.
    pub(crate) fn resolve(reader: &Reader, criteria: &Criteria, as_of: AsOf) -> Result<Self> {
        if let Clip { from: Some(from), to: Some(to) } = criteria.clip
            && to < from
        {
            return Err(SearchError::Dates { from, to });
        }
        let known = reader.custodians(as_of)?;
        for custodian in &criteria.custodians {
            if !known.contains(custodian) {
                return Err(unknown("custodian", &custodian.0, known.iter().map(|c| c.0.as_str())));
            }
        }
        let all = reader.conversations(as_of)?;
        let total = all.len();
        let named = conversations_named(all, &criteria.conversations)?;
        let conversations = conversations_with(reader, named, &criteria.participants, as_of)?;
        Ok(Self {
            narrow: conversations.len() < total || criteria.clip != Clip::default(),
            conversations,
            clip: criteria.clip,
            zone: criteria.zone.clone(),
            custodians: criteria.custodians.clone(),
        })
    }

    /// Returns the filter that lets through a little more than the bounds hold: days decide by message.
    pub(crate) fn filter(&self) -> MessageFilter {
        let (from, to) = self.clip.instants(&self.zone);
        let conversations = Some(self.conversations.iter().map(|c| c.key.clone()).collect());
        MessageFilter { conversations, custodians: self.custodians.clone(), from, to, senders: Vec::new() }
    }

    /// Returns the place of a conversation among those that may be selected from.
    pub(crate) fn place(&self, key: &ConversationKey) -> Option<usize> {
        self.conversations.binary_search_by(|c| c.key.cmp(key)).ok()
    }

    /// Returns whether a custodian that was asked for holds the message.
    pub(crate) fn held(&self, message: &Message) -> bool {
        self.custodians.is_empty() || self.custodians.iter().any(|c| message.custodians.contains(c))
    }

    pub(crate) fn day(&self, message: &Message) -> Day {
        self.zone.day(message.sent)
    }
}

fn conversations_named(all: Vec<Conversation>, names: &[String]) -> Result<Vec<Conversation>> {
    if names.is_empty() {
        return Ok(all);
    }
    let is_called = |c: &Conversation, name: &String| c.native_id == *name || c.title == *name;
    for name in names {
        if !all.iter().any(|c| is_called(c, name)) {
            let known = all.iter().flat_map(|c| [c.native_id.as_str(), c.title.as_str()]);
            return Err(unknown("conversation", name, known));
        }
    }
    Ok(all.into_iter().filter(|c| names.iter().any(|name| is_called(c, name))).collect())
}

fn conversations_with(
    reader: &Reader,
    conversations: Vec<Conversation>,
    participants: &[String],
    as_of: AsOf,
) -> Result<Vec<Conversation>> {
    if participants.is_empty() {
        return Ok(conversations);
    }
    let persons = reader.persons(as_of)?;
    let wanted: Vec<Wanted<'_>> = participants.iter().map(|name| Wanted::new(name, &persons)).collect();
    let mut met = BTreeSet::new();
    let mut kept = Vec::new();
    for conversation in conversations {
        let here = participants_in(reader, &conversation, &wanted, as_of)?;
        if !here.is_empty() {
            met.extend(here);
            kept.push(conversation);
        }
    }
    let unmet = |(place, _): &(usize, &String)| !met.contains(place) && !wanted[*place].is_person();
    match participants.iter().enumerate().find(unmet) {
        Some((_, name)) => Err(unknown("participant", name, persons.names().into_iter())),
        None => Ok(kept),
    }
}

/// Returns which of the wanted take part, by their place in the list; reads no further than it must.
fn participants_in(
    reader: &Reader,
    conversation: &Conversation,
    wanted: &[Wanted<'_>],
    as_of: AsOf,
) -> Result<BTreeSet<usize>> {
    let places = || wanted.iter().enumerate();
    let mut here: BTreeSet<usize> =
        places().filter(|(_, wanted)| wanted.is_side_of(conversation)).map(|(place, _)| place).collect();
    let filter = MessageFilter { conversations: Some(vec![conversation.key.clone()]), ..MessageFilter::default() };
    reader.messages(&filter, as_of, &mut |message| {
        here.extend(places().filter(|(_, wanted)| wanted.sent(&conversation.app, &message)).map(|(place, _)| place));
        Ok(if here.len() == wanted.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(here)
}

fn unknown<'a>(what: &'static str, name: &str, known: impl Iterator<Item = &'a str>) -> SearchError {
    let allowed = (name.chars().count() / 3).max(2);
    let near = known.map(|k| (edit_distance(name, k), k)).filter(|(distance, _)| *distance <= allowed).min();
    SearchError::Unknown { what, name: name.to_owned(), near: near.map(|(_, known)| known.to_owned()) }
}
