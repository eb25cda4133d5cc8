//! How a conversation is cut into units: pure, from ids, times and hits alone.

use std::collections::BTreeMap;
use std::ops::Range;

use duces_model::{ConversationKey, Day, MessageId, Reach, Unit, UnitId, UnitRule, UtcMillis, Window, Zone};
use serde::{Deserialize, Serialize};

/// How many messages a unit may have before it is sliced, unless a profile says otherwise.
pub const MAX_EVENTS: usize = 10_000;

/// The hour at which a day is halved.
const NOON: u32 = 12;

/// A message as far as cutting looks at it.
pub type Sent = (MessageId, UtcMillis);

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

/// The messages of one unit before it is sliced, and the instants it lies between.
struct Stretch {
    messages: Vec<MessageId>,
    start: UtcMillis,
    end: UtcMillis,
}

impl Cut {
    /// Returns the cut by a rule in a zone, sliced at [`MAX_EVENTS`].
    pub fn new(rule: UnitRule, zone: Zone) -> Self {
        Self { rule, zone, max_events: MAX_EVENTS }
    }

    /// Returns the units of one conversation, by start and slice; `messages` are its ids and times in order, and
    /// `is_hit` says which of them hit, for rules that cut around hits: what is around none is then in no unit.
    ///
    /// A message is in the unit of the day that its time shows in the zone, also where clocks set back over midnight
    /// make a day come twice. A unit with more messages than allowed is sliced into as few slices as will do, as even
    /// as can be; slices bear the start of the whole and are told apart by their number.
    pub fn units(
        &self,
        conversation: &ConversationKey,
        messages: &[Sent],
        is_hit: &dyn Fn(MessageId) -> bool,
    ) -> Vec<Unit> {
        let mut taken: BTreeMap<UtcMillis, u32> = BTreeMap::new();
        let stretches = self.stretches(messages, is_hit);
        stretches.iter().flat_map(|stretch| self.slices(conversation, stretch, &mut taken)).collect()
    }

    fn stretches(&self, messages: &[Sent], is_hit: &dyn Fn(MessageId) -> bool) -> Vec<Stretch> {
        match self.rule.plain() {
            UnitRule::Day | UnitRule::Preset(_) => {
                self.days(messages).iter().map(|(day, messages)| self.of_days(*day, *day, messages)).collect()
            }
            UnitRule::HalfDay { above } => {
                self.days(messages).iter().flat_map(|(day, messages)| self.halved(*day, messages, above)).collect()
            }
            UnitRule::Conversation => self.whole(messages).into_iter().collect(),
            UnitRule::Message => messages.iter().filter_map(|message| spanning(&[*message])).collect(),
            UnitRule::Context(window) => around(messages, window, is_hit),
            UnitRule::WholeOrContext { up_to, window } => {
                if messages.len() > up_to as usize {
                    around(messages, window, is_hit)
                } else {
                    self.whole(messages).into_iter().collect()
                }
            }
        }
    }

    fn days(&self, messages: &[Sent]) -> BTreeMap<Day, Vec<Sent>> {
        let mut days: BTreeMap<Day, Vec<Sent>> = BTreeMap::new();
        for message in messages {
            days.entry(self.zone.day(message.1)).or_default().push(*message);
        }
        days
    }

    /// Returns the stretch of whole days from the first to the last.
    fn of_days(&self, first: Day, last: Day, messages: &[Sent]) -> Stretch {
        Stretch { messages: ids(messages), start: self.zone.start_of(first), end: self.zone.start_of(last.next()) }
    }

    fn whole(&self, messages: &[Sent]) -> Option<Stretch> {
        let (first, last) = ends(messages)?;
        Some(self.of_days(self.zone.day(first), self.zone.day(last), messages))
    }

    /// Cuts a day that has more messages than allowed at noon; halves that have none are left out.
    fn halved(&self, day: Day, messages: &[Sent], above: u32) -> Vec<Stretch> {
        let whole = self.of_days(day, day, messages);
        if messages.len() <= above as usize {
            return vec![whole];
        }
        let (morning, afternoon): (Vec<Sent>, Vec<Sent>) =
            messages.iter().partition(|(_, sent)| self.hour(*sent) < NOON);
        let noon = ends(&afternoon).map_or(whole.end, |(first, _)| first);
        let halves = [
            Stretch { messages: ids(&morning), start: whole.start, end: noon },
            Stretch { messages: ids(&afternoon), start: noon, end: whole.end },
        ];
        halves.into_iter().filter(|half| !half.messages.is_empty()).collect()
    }

    fn hour(&self, at: UtcMillis) -> u32 {
        self.zone.format(at, "%H").parse().unwrap_or(0)
    }

    /// `taken` counts the units that bear a start already.
    fn slices(
        &self,
        conversation: &ConversationKey,
        stretch: &Stretch,
        taken: &mut BTreeMap<UtcMillis, u32>,
    ) -> Vec<Unit> {
        let ids = &stretch.messages;
        let slices = ids.len().div_ceil(self.max_events.max(1)).max(1);
        let bound = |slice: usize| slice * ids.len() / slices;
        let before = taken.entry(stretch.start).or_default();
        let units = (0..slices)
            .map(|slice| Unit {
                id: UnitId {
                    conversation: conversation.clone(),
                    start: stretch.start,
                    slice: before.saturating_add(number(slice + 1)),
                },
                end: stretch.end,
                part: (slices > 1).then(|| (number(slice + 1), number(slices))),
                messages: ids.get(bound(slice)..bound(slice + 1)).unwrap_or_default().to_vec(),
            })
            .collect();
        *before = before.saturating_add(number(slices));
        units
    }
}

/// Returns the stretches around the hits, in order; those that share a message are one.
fn around(messages: &[Sent], window: Window, is_hit: &dyn Fn(MessageId) -> bool) -> Vec<Stretch> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (place, (id, _)) in messages.iter().enumerate() {
        if !is_hit(*id) {
            continue;
        }
        let run = first_within(messages, place, window.before)..last_within(messages, place, window.after) + 1;
        match runs.last_mut() {
            // Places only go up, and so do both ends.
            Some(last) if run.start < last.end => last.end = last.end.max(run.end),
            _ => runs.push(run),
        }
    }
    runs.into_iter().filter_map(|run| spanning(messages.get(run).unwrap_or_default())).collect()
}

fn first_within(messages: &[Sent], place: usize, reach: Reach) -> usize {
    match reach {
        Reach::Messages(n) => place.saturating_sub(n as usize),
        Reach::Minutes(n) => {
            let from = millis(messages, place).saturating_sub(i64::from(n) * 60_000);
            messages.partition_point(|(_, sent)| sent.millis() < from).min(place)
        }
    }
}

fn last_within(messages: &[Sent], place: usize, reach: Reach) -> usize {
    match reach {
        Reach::Messages(n) => place.saturating_add(n as usize).min(messages.len().saturating_sub(1)),
        Reach::Minutes(n) => {
            let to = millis(messages, place).saturating_add(i64::from(n) * 60_000);
            messages.partition_point(|(_, sent)| sent.millis() <= to).saturating_sub(1).max(place)
        }
    }
}

fn millis(messages: &[Sent], place: usize) -> i64 {
    messages.get(place).map_or(0, |(_, sent)| sent.millis())
}

/// Returns the stretch from the first to the last of the messages, if there are any.
fn spanning(messages: &[Sent]) -> Option<Stretch> {
    let (start, last) = ends(messages)?;
    let end = UtcMillis::new(last.millis().saturating_add(1)).unwrap_or(last);
    Some(Stretch { messages: ids(messages), start, end })
}

/// Returns when the first and the last were sent.
fn ends(messages: &[Sent]) -> Option<(UtcMillis, UtcMillis)> {
    let times = messages.iter().map(|(_, sent)| *sent);
    times.clone().min().zip(times.max())
}

fn ids(messages: &[Sent]) -> Vec<MessageId> {
    messages.iter().map(|(id, _)| *id).collect()
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
