//! Watches for what looks wrong in a source: numbers that are not there, days without messages, times that cannot be.
//!
//! Only what is sound is said. Each rule stands in one place here and says when it holds; none of them proves that
//! something was taken away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use duces_ingest::Format;
use duces_model::{Conversation, ConversationKey, Day, Finding, FindingCode, Place, SourceRecord, UtcMillis, Zone};

use crate::codes;

/// Formats whose tool numbers the messages of a conversation from 1 on without gaps in each export it writes. Tools of
/// the same layout may pass on the app's own numbers instead, which have gaps for many reasons: so missing numbers are
/// only named where the numbers begin with 1 and at least nine in ten of them are there.
const GAPLESS: &[(&str, &str)] = &[("weflow-json", "WeFlow numbers the messages of each export from 1 on")];

/// How many days with messages must stand before and after a gap for it to be named.
const DAILY: usize = 14;
/// How many gaps of one conversation are named; all are counted.
const NAMED: usize = 10;
/// A step back in time that is larger than this is no matter of two clocks.
const STEP_BACK: i64 = 3_600_000;
/// Steps back are only named where at most one step in this many goes back: elsewhere the order is not that of time.
const MOSTLY_ASCENDING: u64 = 20;
/// Later than the import by more than this is the future.
const TOMORROW: i64 = 24 * 3_600_000;

/// When apps came out, as is generally known: no message can be older. Where two dates are told, the earlier one.
const RELEASED: &[(&str, (i16, i8, i8))] = &[
    ("discord", (2015, 3, 1)),
    ("instagram", (2010, 10, 1)),
    ("signal", (2010, 5, 1)),
    ("slack", (2013, 8, 1)),
    ("teams", (2016, 11, 1)),
    ("telegram", (2013, 8, 1)),
    ("wechat", (2011, 1, 1)),
    ("wecom", (2016, 4, 1)),
    ("whatsapp", (2009, 1, 1)),
];

/// What was seen of a source.
pub(crate) struct Watch {
    zone: Zone,
    /// When the import runs, where the caller says so.
    now: Option<UtcMillis>,
    places: BTreeMap<ConversationKey, usize>,
    last: Option<(Arc<Conversation>, usize)>,
    seen: Vec<Seen>,
    /// The day met last, with its bounds.
    day: Option<(UtcMillis, UtcMillis, Day)>,
}

/// What was seen of one conversation.
struct Seen {
    conversation: Arc<Conversation>,
    first: Place,
    days: BTreeSet<Day>,
    /// The numbers met in each input, where its tool leaves none out, and why that is known.
    numbers: BTreeMap<usize, (&'static str, Vec<i64>)>,
    released: Option<UtcMillis>,
    future: Option<(u64, Place, UtcMillis)>,
    before: Option<(u64, Place, UtcMillis)>,
    steps: Steps,
}

/// How time goes from record to record of one file.
#[derive(Default)]
struct Steps {
    file: String,
    last: Option<UtcMillis>,
    all: u64,
    back: u64,
    /// The first large step back: where, from when, to when; and how many there are.
    named: Option<(u64, Place, UtcMillis, UtcMillis)>,
}

impl Watch {
    pub(crate) fn new(zone: Zone, now: Option<UtcMillis>) -> Self {
        Self { zone, now, places: BTreeMap::new(), last: None, seen: Vec::new(), day: None }
    }

    /// Takes in a record, in the order of the source.
    pub(crate) fn record(
        &mut self,
        input: usize,
        gapless: Option<&'static str>,
        conversation: &Arc<Conversation>,
        record: &SourceRecord,
    ) {
        let at = self.place(conversation, record);
        let day = self.day(record.sent);
        let seen = &mut self.seen[at];
        seen.days.insert(day);
        if let Some(why) = gapless {
            seen.numbers.entry(input).or_insert((why, Vec::new())).1.push(record.sequence);
        }
        let late = self.now.is_some_and(|now| record.sent.millis() > now.millis().saturating_add(TOMORROW));
        if late {
            note(&mut seen.future, record);
        }
        if seen.released.is_some_and(|released| record.sent < released) {
            note(&mut seen.before, record);
        }
        seen.steps.take(record);
    }

    fn place(&mut self, conversation: &Arc<Conversation>, record: &SourceRecord) -> usize {
        if let Some((last, at)) = &self.last
            && Arc::ptr_eq(last, conversation)
        {
            return *at;
        }
        let next = self.seen.len();
        let at = *self.places.entry(conversation.key.clone()).or_insert(next);
        if at == next {
            self.seen.push(Seen {
                conversation: Arc::clone(conversation),
                first: record.place.clone(),
                days: BTreeSet::new(),
                numbers: BTreeMap::new(),
                released: released(conversation.app.name()),
                future: None,
                before: None,
                steps: Steps::default(),
            });
        }
        self.last = Some((Arc::clone(conversation), at));
        at
    }

    fn day(&mut self, at: UtcMillis) -> Day {
        if let Some((start, end, day)) = self.day
            && (start..end).contains(&at)
        {
            return day;
        }
        let day = self.zone.day(at);
        self.day = Some((self.zone.start_of(day), self.zone.start_of(day.next()), day));
        day
    }

    /// Returns on how many days a conversation has records.
    pub(crate) fn days(&self, key: &ConversationKey) -> u64 {
        self.places.get(key).map_or(0, |at| self.seen[*at].days.len() as u64)
    }

    /// Says what looks wrong, conversation by conversation; `unreadable` is how many records of an input could not be
    /// read, whose numbers are missing for that reason.
    pub(crate) fn findings(&self, unreadable: impl Fn(usize) -> u64) -> Vec<(ConversationKey, Finding)> {
        let mut findings = Vec::new();
        for at in self.places.values() {
            let seen = &self.seen[*at];
            let mut said = seen.numbers(&unreadable);
            said.extend(seen.days());
            said.extend(seen.times());
            findings.extend(said.into_iter().map(|finding| (seen.conversation.key.clone(), finding)));
        }
        findings
    }
}

/// Returns why numbers that are missing from inputs of this format say something, where they do.
pub(crate) fn gapless_because(format: Format) -> Option<&'static str> {
    GAPLESS.iter().find(|(name, _)| *name == format.name()).map(|(_, why)| *why)
}

fn note(noted: &mut Option<(u64, Place, UtcMillis)>, record: &SourceRecord) {
    match noted {
        Some((count, ..)) => *count += 1,
        None => *noted = Some((1, record.place.clone(), record.sent)),
    }
}

fn released(app: &str) -> Option<UtcMillis> {
    let (_, (year, month, day)) = RELEASED.iter().find(|(name, _)| *name == app)?;
    let day: Day = format!("{year:04}-{month:02}-{day:02}").parse().ok()?;
    Some(Zone::utc().start_of(day))
}

impl Seen {
    fn say(&self, code: &FindingCode, place: &Place, text: String) -> Finding {
        Finding::new(code, place.clone(), format!("`{}`: {text}", self.conversation.title))
    }

    fn numbers(&self, unreadable: impl Fn(usize) -> u64) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (input, (why, numbers)) in &self.numbers {
            let mut numbers = numbers.clone();
            numbers.sort_unstable();
            numbers.dedup();
            let (gaps, missing) = gaps(&numbers);
            let unreadable = unreadable(*input);
            let passed_on = numbers.first() != Some(&1) || missing.saturating_mul(10) > numbers.len() as u64 + missing;
            if missing <= unreadable || passed_on {
                continue;
            }
            let mut text = format!("{missing} numbers are missing: {}; {why}", named(&gaps));
            if unreadable > 0 {
                text.push_str(&format!("; {unreadable} records of the file could not be read"));
            }
            findings.push(self.say(&codes::NUMBERS_MISSING, &self.first, text));
        }
        findings
    }

    fn days(&self) -> Option<Finding> {
        let mut runs: Vec<(Day, Day, usize)> = Vec::new();
        for day in &self.days {
            match runs.last_mut() {
                Some((_, last, length)) if last.next() == *day => (*last, *length) = (*day, *length + 1),
                _ => runs.push((*day, *day, 1)),
            }
        }
        let daily = |run: &(Day, Day, usize)| run.2 >= DAILY;
        let gaps: Vec<String> = runs
            .windows(2)
            .filter(|pair| daily(&pair[0]) && daily(&pair[1]))
            .map(|pair| (pair[0].1.next(), pair[1].0))
            .map(
                |(from, next)| {
                    if from.next() == next { from.to_string() } else { format!("{from} up to the day before {next}") }
                },
            )
            .collect();
        let text = format!(
            "there are no messages on these days, while the {DAILY} days before and after each have some: {}",
            listed(&gaps)
        );
        (!gaps.is_empty()).then(|| self.say(&codes::DAYS_MISSING, &self.first, text))
    }

    fn times(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some((count, place, at)) = &self.future {
            let text = format!("{count} records claim to have been sent after the import; the first of them {at}");
            findings.push(self.say(&codes::TIME_IN_FUTURE, place, text));
        }
        if let Some((count, place, at)) = &self.before {
            let app = self.conversation.app.label();
            let text = format!("{count} records claim to have been sent before {app} came out; the first of them {at}");
            findings.push(self.say(&codes::TIME_BEFORE_APP, place, text));
        }
        let Steps { all, back, named, .. } = &self.steps;
        if let Some((count, place, from, to)) = named
            && back * MOSTLY_ASCENDING <= *all
        {
            let text = format!(
                "time goes back by more than an hour {count} times in the order of the source; first from {from} to {to}"
            );
            findings.push(self.say(&codes::TIME_GOES_BACK, place, text));
        }
        findings
    }
}

impl Steps {
    fn take(&mut self, record: &SourceRecord) {
        if self.file != record.place.file {
            self.file.clone_from(&record.place.file);
            self.last = None;
        }
        if let Some(last) = self.last {
            self.all += 1;
            if record.sent < last {
                self.back += 1;
                if last.millis() - record.sent.millis() > STEP_BACK {
                    match &mut self.named {
                        Some((count, ..)) => *count += 1,
                        None => self.named = Some((1, record.place.clone(), last, record.sent)),
                    }
                }
            }
        }
        self.last = Some(record.sent);
    }
}

/// Returns what is missing from the numbers from 1 on, as ranges, and how many numbers that is.
fn gaps(numbers: &[i64]) -> (Vec<(i64, i64)>, u64) {
    let (mut gaps, mut missing, mut next) = (Vec::new(), 0_u64, 1);
    for number in numbers {
        if *number > next {
            gaps.push((next, number - 1));
            missing = missing.saturating_add(number.abs_diff(next));
        }
        next = next.max(number.saturating_add(1));
    }
    (gaps, missing)
}

fn named(gaps: &[(i64, i64)]) -> String {
    let shown: Vec<String> =
        gaps.iter().map(|(from, to)| if from == to { from.to_string() } else { format!("{from} to {to}") }).collect();
    listed(&shown)
}

fn listed(items: &[String]) -> String {
    let mut text = items.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if items.len() > NAMED {
        text.push_str(&format!(" and {} more", items.len() - NAMED));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_missing_from_one_on() {
        let rows: &[(&[i64], &str, u64)] = &[
            (&[1, 2, 3], "", 0),
            (&[2, 3], "1", 1),
            (&[1, 5, 9], "2 to 4, 6 to 8", 6),
            (&[-1, 0, 1, 2], "", 0),
            (&[], "", 0),
        ];
        for (numbers, gaps_named, count) in rows {
            let (found, missing) = gaps(numbers);
            assert_eq!((named(&found).as_str(), missing), (*gaps_named, *count), "{numbers:?}");
        }
        assert!(gaps(&[i64::MAX]).1 > 0);
    }

    #[test]
    fn each_release_is_a_day() {
        for (app, _) in RELEASED {
            assert!(released(app).is_some(), "{app}");
        }
        assert!(RELEASED.is_sorted() && GAPLESS.iter().all(|(name, _)| Format::from_name(name).is_some()));
    }
}
