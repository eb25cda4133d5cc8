//! How a conversation is cut into units: pure, from ids and times alone.

use std::collections::BTreeMap;

use duces_model::{ConversationKey, Day, MessageId, Unit, UnitId, UnitRule, UtcMillis, Zone};
use serde::{Deserialize, Serialize};

/// How many messages a unit may have before it is sliced, unless a profile says otherwise.
pub const MAX_EVENTS: usize = 10_000;

/// How to cut conversations into documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// The rule.
    pub rule: UnitRule,
    /// The zone that days are cut in.
    pub zone: Zone,
    /// How many messages a unit may have before it is sliced.
    pub max_events: usize,
}

impl Cut {
    /// Returns the cut by a rule in a zone, sliced at [`MAX_EVENTS`].
    pub fn new(rule: UnitRule, zone: Zone) -> Self {
        Self { rule, zone, max_events: MAX_EVENTS }
    }

    /// Returns the units of one conversation, by start and slice; `messages` are its ids and times in order.
    ///
    /// A message is in the unit of the day that its time shows in the zone, also where clocks set back over midnight
    /// make a day come twice. A unit with more messages than allowed is sliced into as few slices as will do, as even
    /// as can be; slices bear the start of the whole and are told apart by their number.
    pub fn units(&self, conversation: &ConversationKey, messages: &[(MessageId, UtcMillis)]) -> Vec<Unit> {
        let mut spans: BTreeMap<Day, (Day, Vec<MessageId>)> = BTreeMap::new();
        match self.rule {
            UnitRule::Day => {
                for (id, sent) in messages {
                    let day = self.zone.day(*sent);
                    spans.entry(day).or_insert_with(|| (day, Vec::new())).1.push(*id);
                }
            }
            UnitRule::Conversation => {
                let first = messages.iter().map(|(_, sent)| *sent).min().map(|at| self.zone.day(at));
                let last = messages.iter().map(|(_, sent)| *sent).max().map(|at| self.zone.day(at));
                if let (Some(first), Some(last)) = (first, last) {
                    spans.insert(first, (last, messages.iter().map(|(id, _)| *id).collect()));
                }
            }
        }
        spans.into_iter().flat_map(|(first, (last, ids))| self.slices(conversation, first, last, &ids)).collect()
    }

    fn slices(&self, conversation: &ConversationKey, first: Day, last: Day, ids: &[MessageId]) -> Vec<Unit> {
        let (start, end) = (self.zone.start_of(first), self.zone.start_of(last.next()));
        let slices = ids.len().div_ceil(self.max_events.max(1)).max(1);
        let bound = |slice: usize| slice * ids.len() / slices;
        (0..slices)
            .map(|slice| Unit {
                id: UnitId { conversation: conversation.clone(), start, slice: number(slice + 1) },
                end,
                slices: number(slices),
                messages: ids.get(bound(slice)..bound(slice + 1)).unwrap_or_default().to_vec(),
            })
            .collect()
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
