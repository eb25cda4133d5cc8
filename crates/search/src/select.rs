//! Selects units for a production and counts, for every message of the matter, on which side it fell.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use duces_archive::{AsOf, MessageFilter, Reader};
use duces_model::{Conversation, ConversationKey, Day, MessageId, Unit, UtcMillis};
use serde::Serialize;

use crate::bounds::Bounds;
use crate::criteria::{Criteria, Scope};
use crate::documents::match_documents;
use crate::error::Result;
use crate::facts::Judge;
use crate::matching::{Plan, find_messages};
use crate::units::Sent;
use crate::unmet::unmet_names;

/// A unit that is to be produced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectedUnit {
    /// The unit.
    pub unit: Unit,
    /// How many of its messages have a hit; the others are context. In document scope, how many a hit lies in, which is
    /// none where the document matches by its header or by what is absent.
    pub hits: usize,
}

/// How the messages of one conversation and day fell, and their attachments. Each message is in one class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// In a selected unit, with a hit.
    pub hits: u64,
    /// In a selected unit, without one.
    pub context: u64,
    /// In no selected unit, though within the dates and the other conditions: no hit in its unit.
    pub without_hit: u64,
    /// Within the other conditions, on a day outside the dates.
    pub outside_dates: u64,
    /// Not of the custodians, participants or conversations asked for.
    pub outside_conditions: u64,
    /// Attachments of messages in selected units.
    pub attachments_selected: u64,
    /// Attachments of all other messages.
    pub attachments_not_selected: u64,
}

impl Tally {
    /// Returns how many messages are selected: hits and context.
    pub fn selected(&self) -> u64 {
        self.hits + self.context
    }

    /// Returns how many messages are not selected, for whatever reason.
    pub fn not_selected(&self) -> u64 {
        self.without_hit + self.outside_dates + self.outside_conditions
    }

    fn add(&mut self, fate: Fate, attachments: u64) {
        let class = match fate {
            Fate::Hit => &mut self.hits,
            Fate::Context => &mut self.context,
            Fate::WithoutHit => &mut self.without_hit,
            Fate::OutsideDates => &mut self.outside_dates,
            Fate::OutsideConditions => &mut self.outside_conditions,
        };
        *class += 1;
        match fate {
            Fate::Hit | Fate::Context => self.attachments_selected += attachments,
            _ => self.attachments_not_selected += attachments,
        }
    }
}

/// How the messages of one conversation and day fell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayTally {
    /// The conversation.
    pub conversation: ConversationKey,
    /// The day in the request's zone.
    pub day: Day,
    /// The counts.
    #[serde(flatten)]
    pub tally: Tally,
}

/// What is to be produced, and what is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The units, in numbering order: conversation key, start, slice.
    pub units: Vec<SelectedUnit>,
    /// All messages of the matter by conversation and day, sorted, selected or not.
    pub days: Vec<DayTally>,
    /// The conversations that units were selected from, sorted by key.
    pub conversations: Vec<Conversation>,
    /// The query in canonical form.
    pub query: String,
    /// How the messages were looked for.
    pub plan: Plan,
    /// What the query names that the matter does not know.
    pub notes: Vec<String>,
}

impl Selection {
    /// Returns the sum over all conversations and days.
    pub fn total(&self) -> Tally {
        self.days.iter().fold(Tally::default(), |sum, day| Tally {
            hits: sum.hits + day.tally.hits,
            context: sum.context + day.tally.context,
            without_hit: sum.without_hit + day.tally.without_hit,
            outside_dates: sum.outside_dates + day.tally.outside_dates,
            outside_conditions: sum.outside_conditions + day.tally.outside_conditions,
            attachments_selected: sum.attachments_selected + day.tally.attachments_selected,
            attachments_not_selected: sum.attachments_not_selected + day.tally.attachments_not_selected,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Hit,
    Context,
    WithoutHit,
    OutsideDates,
    OutsideConditions,
}

/// What selection keeps of a message while it is in its conversation.
struct Row {
    id: MessageId,
    sent: UtcMillis,
    day: Day,
    attachments: u64,
    fate: Fate,
}

/// Selects the units that meet the criteria as of a point of the ledger.
///
/// Units are cut from the messages that meet every condition but the query; a unit is selected when any of its messages
/// has a hit or, in document scope, its text has. An empty query selects them all, and each message is then a hit.
/// Messages that only other custodians hold are in no unit.
pub fn select(reader: &Reader, criteria: &Criteria, as_of: AsOf) -> Result<Selection> {
    let query = criteria.parsed()?;
    let bounds = Bounds::resolve(reader, criteria, as_of)?;
    let judge = Judge::new(reader, &query, criteria.scope, &bounds.zone, as_of)?;
    let by_message = criteria.scope == Scope::Message && !query.is_all();
    let (hits, plan) = if by_message {
        let matches = find_messages(reader, &bounds, &query, &judge, criteria.verify_full, as_of)?;
        (matches.ids(), matches.plan)
    } else {
        (Vec::new(), Plan::Scan)
    };
    let rule = if query.is_all() {
        Rule::All
    } else if by_message {
        Rule::Messages(&hits)
    } else {
        Rule::Documents(&judge)
    };
    let mut selection = Selection {
        units: Vec::new(),
        days: Vec::new(),
        conversations: Vec::new(),
        query: query.to_string(),
        plan,
        notes: unmet_names(reader, &query, as_of)?,
    };
    for conversation in reader.conversations(as_of)? {
        select_from(reader, criteria, &bounds, &rule, conversation, as_of, &mut selection)?;
    }
    Ok(selection)
}

/// By what a unit is selected.
enum Rule<'a> {
    All,
    Messages(&'a [MessageId]),
    Documents(&'a Judge),
}

fn select_from(
    reader: &Reader,
    criteria: &Criteria,
    bounds: &Bounds,
    rule: &Rule<'_>,
    conversation: Conversation,
    as_of: AsOf,
    selection: &mut Selection,
) -> Result<()> {
    let mut rows = read_rows(reader, bounds, &conversation, as_of)?;
    let within: Vec<Sent> =
        rows.iter().filter(|row| row.fate == Fate::WithoutHit).map(|row| (row.id, row.sent)).collect();
    let cut = criteria.cut();
    let units = cut.units(&conversation.key, &within, &|id| match rule {
        Rule::Messages(hits) => hits.binary_search(&id).is_ok(),
        Rule::All | Rule::Documents(_) => true,
    });
    let hits: BTreeMap<usize, Vec<MessageId>> = match rule {
        Rule::All => units.iter().enumerate().map(|(place, unit)| (place, unit.messages.clone())).collect(),
        Rule::Messages(hits) => {
            let hits_of = |unit: &Unit| -> Vec<MessageId> {
                unit.messages.iter().copied().filter(|id| hits.binary_search(id).is_ok()).collect()
            };
            units.iter().map(hits_of).enumerate().filter(|(_, hits)| !hits.is_empty()).collect()
        }
        Rule::Documents(judge) => {
            let mut hits = BTreeMap::new();
            match_documents(reader, &conversation, &cut, &units, judge, as_of, &mut |document| {
                hits.insert(document.unit, document.touched);
            })?;
            hits
        }
    };
    decide(&mut rows, &units, &hits);
    tally(&conversation.key, &rows, &mut selection.days);
    if !hits.is_empty() {
        selection.conversations.push(conversation);
    }
    for (place, unit) in units.into_iter().enumerate() {
        if let Some(hits) = hits.get(&place) {
            selection.units.push(SelectedUnit { unit, hits: hits.len() });
        }
    }
    Ok(())
}

/// Reads a conversation without keeping what was said; messages that may be selected have no hit as yet.
fn read_rows(reader: &Reader, bounds: &Bounds, conversation: &Conversation, as_of: AsOf) -> Result<Vec<Row>> {
    let asked_for = bounds.place(&conversation.key).is_some();
    let filter = MessageFilter { conversations: Some(vec![conversation.key.clone()]), ..MessageFilter::default() };
    let mut rows = Vec::new();
    reader.messages(&filter, as_of, &mut |message| {
        let day = bounds.day(&message);
        let fate = if !asked_for || !bounds.held(&message) {
            Fate::OutsideConditions
        } else if !bounds.clip.holds(day) {
            Fate::OutsideDates
        } else {
            Fate::WithoutHit
        };
        let attachments = message.attachments.len() as u64;
        rows.push(Row { id: message.id, sent: message.sent, day, attachments, fate });
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(rows)
}

fn decide(rows: &mut [Row], units: &[Unit], hits: &BTreeMap<usize, Vec<MessageId>>) {
    let mut fates: BTreeMap<MessageId, Fate> = BTreeMap::new();
    for (place, hits) in hits {
        let members = units.get(*place).map(|unit| unit.messages.as_slice()).unwrap_or_default();
        fates.extend(members.iter().map(|id| (*id, Fate::Context)));
        fates.extend(hits.iter().map(|id| (*id, Fate::Hit)));
    }
    for row in rows {
        if let Some(fate) = fates.get(&row.id) {
            row.fate = *fate;
        }
    }
}

fn tally(conversation: &ConversationKey, rows: &[Row], days: &mut Vec<DayTally>) {
    let mut tallies: BTreeMap<Day, Tally> = BTreeMap::new();
    for row in rows {
        tallies.entry(row.day).or_default().add(row.fate, row.attachments);
    }
    let named = tallies.into_iter().map(|(day, tally)| DayTally { conversation: conversation.clone(), day, tally });
    days.extend(named);
}
