//! Adds up documents, one after the other in their order.

use std::collections::{BTreeMap, BTreeSet};

use duces_model::{Custodian, Day, Hasher, Unit};

use crate::terms::report::{Count, Searched};

/// A year and a month.
pub(super) type Month = (i16, i8);

/// A document that was looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// The terms that hit it, by place among those asked, sorted.
    pub(super) hits: Vec<(usize, HitBy)>,
    /// What they hit together.
    pub(super) any: HitBy,
    /// Its attachments that are documents of their own.
    pub(super) children: u64,
    /// Its messages.
    pub(super) messages: u64,
}

/// What one term, or all together, hits in a document.
#[derive(Debug, Clone, Default)]
pub(super) struct HitBy {
    pub(super) occurrences: u64,
    pub(super) messages: u64,
    pub(super) days: Option<(Day, Day)>,
    pub(super) months: BTreeSet<Month>,
    /// Custodians by the number they were given.
    pub(super) custodians: BTreeSet<usize>,
}

impl HitBy {
    /// Adds a message, or one of a document that is hit as a whole.
    pub(super) fn add(&mut self, day: Day, custodians: impl IntoIterator<Item = usize>) {
        let (first, last) = self.days.unwrap_or((day, day));
        self.days = Some((first.min(day), last.max(day)));
        let (year, month, _) = day.parts();
        self.months.insert((year, month));
        self.custodians.extend(custodians);
    }
}

/// The sums of the terms and of all together.
pub(super) struct Tally {
    pub(super) searched: Searched,
    terms: Vec<Sum>,
    any: Sum,
}

#[derive(Default)]
struct Sum {
    documents: u64,
    with_families: u64,
    unique: u64,
    occurrences: u64,
    messages: u64,
    conversations: u64,
    /// The conversation last added to, by its place.
    conversation: Option<usize>,
    days: Option<(Day, Day)>,
    custodians: BTreeMap<usize, u64>,
    months: BTreeMap<Month, u64>,
    list: Hasher,
}

impl Tally {
    pub(super) fn new(terms: usize) -> Self {
        let sums = std::iter::repeat_with(Sum::default).take(terms).collect();
        Self { searched: Searched::default(), terms: sums, any: Sum::default() }
    }

    /// Adds a document of the conversation that has this place.
    pub(super) fn add(&mut self, conversation: usize, unit: &Unit, seen: &Seen) {
        self.searched.messages += seen.messages;
        self.searched.documents += 1;
        self.searched.with_families += 1 + seen.children;
        if seen.hits.is_empty() {
            return;
        }
        let is_unique = seen.hits.len() == 1;
        let line = line(unit);
        for (term, hit) in &seen.hits {
            if let Some(sum) = self.terms.get_mut(*term) {
                sum.add(conversation, &line, seen.children, is_unique, hit);
            }
        }
        self.any.add(conversation, &line, seen.children, is_unique, &seen.any);
    }

    /// Returns the counts of the terms and of all together.
    pub(super) fn finish(self, custodians: &[Custodian]) -> (Vec<Count>, Count) {
        let terms = self.terms.into_iter().map(|sum| sum.finish(custodians)).collect();
        (terms, Count { occurrences: None, ..self.any.finish(custodians) })
    }
}

/// Returns what a document is called in a hit list, with the line feed.
pub(super) fn line(unit: &Unit) -> String {
    format!("{}\t{}\t{}\n", unit.id.conversation, unit.id.start.millis(), unit.id.slice)
}

impl Sum {
    fn add(&mut self, conversation: usize, line: &str, children: u64, is_unique: bool, hit: &HitBy) {
        self.documents += 1;
        self.with_families += 1 + children;
        self.unique += u64::from(is_unique);
        self.occurrences += hit.occurrences;
        self.messages += hit.messages;
        self.conversations += u64::from(self.conversation.replace(conversation) != Some(conversation));
        if let Some((first, last)) = hit.days {
            let (sooner, later) = self.days.unwrap_or((first, last));
            self.days = Some((sooner.min(first), later.max(last)));
        }
        hit.custodians.iter().for_each(|custodian| *self.custodians.entry(*custodian).or_default() += 1);
        hit.months.iter().for_each(|month| *self.months.entry(*month).or_default() += 1);
        self.list.update(line.as_bytes());
    }

    fn finish(self, custodians: &[Custodian]) -> Count {
        let named = |(number, documents): (usize, u64)| Some((custodians.get(number)?.0.clone(), documents));
        Count {
            documents: self.documents,
            with_families: self.with_families,
            unique: self.unique,
            occurrences: Some(self.occurrences),
            messages: self.messages,
            conversations: self.conversations,
            first: self.days.map(|(first, _)| first),
            last: self.days.map(|(_, last)| last),
            by_custodian: self.custodians.into_iter().filter_map(named).collect(),
            by_month: self
                .months
                .into_iter()
                .map(|((y, m), documents)| (format!("{y:04}-{m:02}"), documents))
                .collect(),
            hit_list: self.list.finish(),
        }
    }
}
