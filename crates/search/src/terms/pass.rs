//! The one pass: every message within the conditions is read once and held against all terms together.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use duces_archive::{AsOf, MessageFilter, Reader};
use duces_model::{Attachment, Content, Conversation, Custodian, Day, Digest, Message, MessageId, Unit, UtcMillis};
use duces_query::{MatcherSet, SetBuffer};

use crate::ChildrenRule;
use crate::bounds::Bounds;
use crate::criteria::Scope;
use crate::documents::{DocumentRead, each_document, in_parallel, places_touched, times, workers};
use crate::error::Result;
use crate::facts::Knowledge;
use crate::matching::{searched_text, weight};
use crate::terms::tally::{HitBy, Seen};
use crate::units::{Cut, Sent};

/// Messages that are matched at a time, and roughly the bytes of text they may hold together.
const BATCH_MESSAGES: usize = 8_192;
const BATCH_BYTES: usize = 8 << 20;
/// Messages up to which a batch is not worth sharing between cores.
const FEW: usize = 64;

/// What is looked through, and for what; shared between threads.
pub(super) struct Pass<'a> {
    pub(super) bounds: &'a Bounds,
    pub(super) cut: &'a Cut,
    pub(super) scope: Scope,
    pub(super) set: &'a MatcherSet,
    pub(super) knowledge: &'a Knowledge,
}

/// Takes each document with the place of its conversation, in order.
pub(super) type EachSeen<'a> = dyn FnMut(usize, &Unit, &Seen) -> Result<()> + 'a;

/// Numbers custodians as they are met.
#[derive(Debug, Default)]
pub(super) struct Custodians {
    pub(super) names: Vec<Custodian>,
    numbers: BTreeMap<Custodian, usize>,
}

impl Custodians {
    fn number(&mut self, custodian: &Custodian) -> usize {
        if let Some(number) = self.numbers.get(custodian) {
            return *number;
        }
        let number = self.names.len();
        self.names.push(custodian.clone());
        self.numbers.insert(custodian.clone(), number);
        number
    }
}

impl Pass<'_> {
    /// Looks at everything and gives each document, hit or not.
    pub(super) fn run(
        &self,
        reader: &Reader,
        as_of: AsOf,
        custodians: &mut Custodians,
        each: &mut EachSeen<'_>,
    ) -> Result<()> {
        match self.scope {
            Scope::Message => self.by_message(reader, as_of, custodians, each),
            Scope::Document => self.by_document(reader, as_of, custodians, each),
        }
    }

    fn by_message(
        &self,
        reader: &Reader,
        as_of: AsOf,
        custodians: &mut Custodians,
        each: &mut EachSeen<'_>,
    ) -> Result<()> {
        let buffers = (0..workers()).map(|_| self.set.buffer()).collect();
        let mut gathered =
            Gathered { pass: self, custodians, buffers, batch: Vec::new(), bytes: 0, rows: Vec::new(), place: 0 };
        let mut failed = None;
        reader.messages(&self.bounds.filter(), as_of, &mut |message| {
            Ok(match gathered.offer(message, each) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            })
        })?;
        match failed {
            Some(error) => Err(error),
            None => gathered.finish(each),
        }
    }

    fn by_document(
        &self,
        reader: &Reader,
        as_of: AsOf,
        custodians: &mut Custodians,
        each: &mut EachSeen<'_>,
    ) -> Result<()> {
        let mut buffers: Vec<SetBuffer> = (0..workers()).map(|_| self.set.buffer()).collect();
        for (place, conversation) in self.bounds.conversations.iter().enumerate() {
            let filter = MessageFilter { conversations: Some(vec![conversation.key.clone()]), ..self.bounds.filter() };
            let sent = times(reader, &filter, self.cut, self.bounds.clip, as_of)?;
            let units = self.cut.units(&conversation.key, &sent, &|_| true);
            let look = |buffer: &mut SetBuffer, unit: usize, read: DocumentRead<'_>| {
                let rule = ChildrenRule::default();
                let children: BTreeSet<Digest> = read.messages.iter().flat_map(|m| children_of(m, &rule)).collect();
                (unit, children.len() as u64, read.messages.len() as u64, self.look(buffer, conversation, &read))
            };
            let mut give = |(unit, children, messages, found): (usize, u64, u64, Vec<DocumentHits>)| {
                let Some(unit) = units.get(unit) else { return Ok(()) };
                each(place, unit, &seen_of_document(found, children, messages, custodians))
            };
            each_document(reader, conversation, self.cut, &units, as_of, &mut buffers, &look, &mut give)?;
        }
        Ok(())
    }

    /// Holds the text of a document against the terms.
    fn look(&self, buffer: &mut SetBuffer, conversation: &Conversation, read: &DocumentRead<'_>) -> Vec<DocumentHits> {
        let facts = self.knowledge.of(conversation, read.messages);
        self.set.read(&read.text.text, &facts, buffer);
        let hits_of = |term: usize| {
            let spans = self.set.hits(term, &facts, buffer);
            let touched = places_touched(&read.text, &spans);
            let messages = touched.len() as u64;
            // A document that a term hits by its header, or by what is absent, is hit as a whole.
            let places: Vec<usize> =
                if touched.is_empty() { (0..read.messages.len()).collect() } else { touched.iter().copied().collect() };
            let days = places.iter().filter_map(|place| read.messages.get(*place)).map(|m| self.cut.zone.day(m.sent));
            DocumentHits {
                term,
                occurrences: spans.len() as u64,
                messages,
                days: days.collect(),
                touched,
                custodians: read.transcript.custodians.clone(),
            }
        };
        buffer.found().iter().map(|term| hits_of(*term)).collect()
    }
}

/// What a term hits in a document as a whole.
struct DocumentHits {
    term: usize,
    occurrences: u64,
    messages: u64,
    days: BTreeSet<Day>,
    touched: BTreeSet<usize>,
    custodians: Vec<String>,
}

fn seen_of_document(found: Vec<DocumentHits>, children: u64, messages: u64, custodians: &mut Custodians) -> Seen {
    let mut seen = Seen { children, messages, ..Seen::default() };
    let mut touched = BTreeSet::new();
    for hits in found {
        let mut hit = HitBy { occurrences: hits.occurrences, messages: hits.messages, ..HitBy::default() };
        let holders: Vec<usize> = hits.custodians.into_iter().map(|name| custodians.number(&Custodian(name))).collect();
        for day in hits.days {
            hit.add(day, holders.iter().copied());
            seen.any.add(day, holders.iter().copied());
        }
        touched.extend(hits.touched);
        seen.hits.push((hits.term, hit));
    }
    seen.any.messages = touched.len() as u64;
    seen
}

/// What is kept of a message until its conversation is cut.
struct Row {
    id: MessageId,
    sent: UtcMillis,
    day: Day,
    children: Vec<Digest>,
    /// Terms that hit it, with the number of places.
    hits: Vec<(usize, u64)>,
    /// By number; of messages that are hit.
    custodians: Vec<usize>,
}

/// Messages on their way to documents: matched in batches, cut by conversation.
struct Gathered<'a, 'p> {
    pass: &'a Pass<'p>,
    custodians: &'a mut Custodians,
    buffers: Vec<SetBuffer>,
    batch: Vec<(usize, Message)>,
    bytes: usize,
    /// Those of the conversation at this place, so far.
    rows: Vec<Row>,
    place: usize,
}

impl Gathered<'_, '_> {
    fn offer(&mut self, message: Message, each: &mut EachSeen<'_>) -> Result<()> {
        let Some(place) = self.pass.bounds.place(&message.conversation) else { return Ok(()) };
        self.bytes += weight(&message.body);
        self.batch.push((place, message));
        if self.batch.len() >= BATCH_MESSAGES || self.bytes >= BATCH_BYTES { self.flush(each) } else { Ok(()) }
    }

    fn flush(&mut self, each: &mut EachSeen<'_>) -> Result<()> {
        let pass = self.pass;
        let rule = ChildrenRule::default();
        let look = |buffer: &mut SetBuffer, (place, message): &(usize, Message)| {
            let day = pass.bounds.day(message);
            if !pass.bounds.clip.holds(day) {
                return None;
            }
            let hits = match pass.bounds.conversations.get(*place) {
                Some(conversation) => pass.hits_in(conversation, message, buffer),
                None => Vec::new(),
            };
            Some((day, children_of(message, &rule).collect::<Vec<Digest>>(), hits))
        };
        let batch = std::mem::take(&mut self.batch);
        let looked = in_parallel(&batch, &mut self.buffers, FEW, &look);
        self.bytes = 0;
        for ((place, message), looked) in batch.into_iter().zip(looked) {
            let Some((day, children, hits)) = looked else { continue };
            if place != self.place {
                self.cut(each)?;
                self.place = place;
            }
            let holders = if hits.is_empty() { [].iter() } else { message.custodians.iter() };
            let custodians = holders.map(|custodian| self.custodians.number(custodian)).collect();
            self.rows.push(Row { id: message.id, sent: message.sent, day, children, hits, custodians });
        }
        Ok(())
    }

    fn finish(mut self, each: &mut EachSeen<'_>) -> Result<()> {
        self.flush(each)?;
        self.cut(each)
    }

    /// Cuts the conversation that is complete into documents and gives them.
    fn cut(&mut self, each: &mut EachSeen<'_>) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let Some(conversation) = self.pass.bounds.conversations.get(self.place) else { return Ok(()) };
        let sent: Vec<Sent> = rows.iter().map(|row| (row.id, row.sent)).collect();
        let mut places: Vec<(MessageId, usize)> =
            sent.iter().enumerate().map(|(place, (id, _))| (*id, place)).collect();
        places.sort_unstable();
        let row = |id: &MessageId| {
            let at = places.binary_search_by_key(id, |(id, _)| *id).ok()?;
            rows.get(places.get(at)?.1)
        };
        for unit in self.pass.cut.units(&conversation.key, &sent, &|_| true) {
            each(self.place, &unit, &seen_of_rows(unit.messages.iter().filter_map(row)))?;
        }
        Ok(())
    }
}

impl Pass<'_> {
    fn hits_in(&self, conversation: &Conversation, message: &Message, buffer: &mut SetBuffer) -> Vec<(usize, u64)> {
        let facts = self.knowledge.of(conversation, std::slice::from_ref(message));
        self.set.read(&searched_text(message), &facts, buffer);
        let hits_of = |term: &usize| (*term, self.set.hits(*term, &facts, buffer).len() as u64);
        buffer.found().iter().map(hits_of).collect()
    }
}

fn seen_of_rows<'a>(rows: impl Iterator<Item = &'a Row>) -> Seen {
    let mut seen = Seen::default();
    let mut children: BTreeSet<&Digest> = BTreeSet::new();
    let mut hits: BTreeMap<usize, HitBy> = BTreeMap::new();
    for row in rows {
        seen.messages += 1;
        children.extend(&row.children);
        for (term, occurrences) in &row.hits {
            let hit = hits.entry(*term).or_default();
            hit.occurrences += occurrences;
            hit.messages += 1;
            hit.add(row.day, row.custodians.iter().copied());
        }
        if !row.hits.is_empty() {
            seen.any.messages += 1;
            seen.any.add(row.day, row.custodians.iter().copied());
        }
    }
    seen.children = children.len() as u64;
    seen.hits = hits.into_iter().collect();
    seen
}

/// Returns the digests of the attachments of a message that are documents of their own; one file is one document of its
/// family, however often it was sent.
fn children_of(message: &Message, rule: &ChildrenRule) -> impl Iterator<Item = Digest> {
    let admitted = message.attachments.iter().filter(|attachment| rule.admits(attachment.role));
    admitted.filter_map(|attachment: &Attachment| match attachment.content {
        Content::Stored { digest, .. } => Some(digest),
        Content::Missing(_) => None,
    })
}
