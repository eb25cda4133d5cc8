//! Finds messages in message scope: the index narrows, the exact matcher decides, in parallel and in order.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use duces_archive::{AsOf, MessageFilter, Reader};
use duces_model::{Body, Conversation, Custodian, Day, Message, MessageId, UtcMillis};
use duces_query::{Fts5Expr, Query, Tokens, candidates};
use rayon::prelude::*;
use serde::Serialize;

use crate::bounds::Bounds;
use crate::error::{Result, SearchError};
use crate::facts::Judge;

/// Fewer candidates than this are fetched without asking how many messages there are.
const FEW: usize = 4_000;
/// Above this share of the messages, in per cent, a scan is faster than fetching the candidates one by one.
const SCAN_ABOVE: u64 = 15;
/// Messages that are matched at a time, and roughly the bytes of text they may hold together.
const BATCH_MESSAGES: usize = 4_096;
const BATCH_BYTES: usize = 4 << 20;

/// How the messages were looked for. It does not bear on what is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// Those that the index led to were looked at.
    Index {
        /// How many those were.
        candidates: usize,
    },
    /// All were looked at.
    Scan,
}

/// A message that matches. The order is that of reading: conversation, time, sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    /// The place of its conversation in the bounds.
    pub(crate) conversation: usize,
    pub(crate) sent: UtcMillis,
    pub(crate) sequence: i64,
    pub(crate) id: MessageId,
    pub(crate) day: Day,
}

/// The messages that match, in order of reading, and whose they are.
#[derive(Debug)]
pub(crate) struct Matches {
    pub(crate) found: Vec<Found>,
    pub(crate) custodians: BTreeSet<Custodian>,
    pub(crate) plan: Plan,
    /// After a scan, how many messages within the bounds each conversation has, in all and on each day, whether they
    /// match or not.
    pub(crate) sizes: Option<BTreeMap<(usize, Option<Day>), usize>>,
}

impl Matches {
    /// Returns the archive's numbers, sorted.
    pub(crate) fn ids(&self) -> Vec<MessageId> {
        let mut ids: Vec<MessageId> = self.found.iter().map(|found| found.id).collect();
        ids.sort_unstable();
        ids
    }
}

/// Finds the messages within the bounds that match; with `verify_full`, by both ways, which must agree.
pub(crate) fn find_messages(
    reader: &Reader,
    bounds: &Bounds,
    query: &Query,
    judge: &Judge,
    verify_full: bool,
    as_of: AsOf,
) -> Result<Matches> {
    let judge = (!query.is_all()).then_some(judge);
    let indexed = index_candidates(reader, query)?;
    if verify_full {
        let scanned = scan(reader, bounds, judge, as_of)?;
        if let Some(ids) = indexed {
            let by_index = look_at(reader, bounds, judge, &ids, as_of)?;
            compare(&by_index, &scanned)?;
        }
        return Ok(scanned);
    }
    match indexed {
        Some(ids) => match worth_fetching(reader, bounds, ids, as_of)? {
            Some(ids) => look_at(reader, bounds, judge, &ids, as_of),
            None => scan(reader, bounds, judge, as_of),
        },
        None => scan(reader, bounds, judge, as_of),
    }
}

fn compare(by_index: &Matches, scanned: &Matches) -> Result<()> {
    let (by_index, scanned) = (by_index.ids(), scanned.ids());
    let mut missed = scanned.iter().filter(|id| by_index.binary_search(id).is_err());
    match missed.next() {
        None => Ok(()),
        Some(first) => {
            Err(SearchError::IndexDisagrees { missed: missed.count() + 1, total: scanned.len(), first: first.0 })
        }
    }
}

/// Terms of the index up to which a wildcard or the like is looked up; beyond them it narrows nothing.
const MAX_TERMS: usize = 5_000;

/// Returns what to ask the index.
pub(crate) fn asked_of_index(reader: &Reader, query: &Query) -> Result<Fts5Expr> {
    let mut failed = None;
    let expression = candidates(query).to_fts5(|test| {
        reader.vocabulary(test, MAX_TERMS).unwrap_or_else(|error| {
            failed.get_or_insert(error);
            None
        })
    });
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(expression),
    }
}

/// Asks the index; `None` where it cannot narrow.
pub(crate) fn index_candidates(reader: &Reader, query: &Query) -> Result<Option<Vec<MessageId>>> {
    match asked_of_index(reader, query)? {
        Fts5Expr::All => Ok(None),
        Fts5Expr::Match(expression) => Ok(Some(reader.candidates(&expression)?)),
    }
}

/// Returns the candidates within the bounds, or `None` where there are so many that a scan is faster.
fn worth_fetching(
    reader: &Reader,
    bounds: &Bounds,
    ids: Vec<MessageId>,
    as_of: AsOf,
) -> Result<Option<Vec<MessageId>>> {
    if ids.len() <= FEW {
        return Ok(Some(ids));
    }
    let (ids, total) = if bounds.narrow {
        // Custodians are left to the messages themselves: asking by custodian reads whole messages.
        let filter = MessageFilter { custodians: Vec::new(), ..bounds.filter() };
        let mut within: Vec<MessageId> = reader.message_times(&filter, as_of)?.into_iter().map(|(id, _)| id).collect();
        within.sort_unstable();
        let kept = ids.into_iter().filter(|id| within.binary_search(id).is_ok()).collect();
        (kept, within.len() as u64)
    } else {
        (ids, reader.count_messages(as_of)?)
    };
    let too_many = ids.len() as u64 * 100 > total * SCAN_ABOVE && ids.len() > FEW;
    Ok((!too_many).then_some(ids))
}

fn look_at(reader: &Reader, bounds: &Bounds, judge: Option<&Judge>, ids: &[MessageId], as_of: AsOf) -> Result<Matches> {
    let mut collector = Collector::new(bounds, judge, Plan::Index { candidates: ids.len() });
    reader.by_ids(ids, as_of, &mut |message| {
        collector.offer(message);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(collector.finish())
}

fn scan(reader: &Reader, bounds: &Bounds, judge: Option<&Judge>, as_of: AsOf) -> Result<Matches> {
    let mut collector = Collector::new(bounds, judge, Plan::Scan);
    reader.messages(&bounds.filter(), as_of, &mut |message| {
        collector.offer(message);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(collector.finish())
}

/// Gathers messages into batches, matches each batch on all cores and keeps what matches, in the order offered.
struct Collector<'a> {
    bounds: &'a Bounds,
    judge: Option<&'a Judge>,
    batch: Vec<(usize, Message)>,
    bytes: usize,
    matches: Matches,
}

impl<'a> Collector<'a> {
    fn new(bounds: &'a Bounds, judge: Option<&'a Judge>, plan: Plan) -> Self {
        let sizes = (plan == Plan::Scan).then(BTreeMap::new);
        let matches = Matches { found: Vec::new(), custodians: BTreeSet::new(), plan, sizes };
        Self { bounds, judge, batch: Vec::new(), bytes: 0, matches }
    }

    fn offer(&mut self, message: Message) {
        let Some(conversation) = self.bounds.place(&message.conversation) else { return };
        if !self.bounds.held(&message) {
            return;
        }
        self.bytes += weight(&message.body);
        self.batch.push((conversation, message));
        if self.batch.len() >= BATCH_MESSAGES || self.bytes >= BATCH_BYTES {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let (bounds, judge) = (self.bounds, self.judge);
        let buffer = || judge.map(Judge::buffer).unwrap_or_default();
        let matched: Vec<Option<(Day, bool)>> = self
            .batch
            .par_iter()
            .with_min_len(64)
            .map_init(buffer, |tokens, (place, message)| {
                let day = bounds.day(message);
                let matches = || match (judge, bounds.conversations.get(*place)) {
                    (Some(judge), Some(conversation)) => says_yes(judge, conversation, message, tokens),
                    _ => true,
                };
                bounds.clip.holds(day).then(matches).map(|matches| (day, matches))
            })
            .collect();
        for ((conversation, message), matched) in self.batch.drain(..).zip(matched) {
            let Some((day, matches)) = matched else { continue };
            if let Some(sizes) = &mut self.matches.sizes {
                *sizes.entry((conversation, None)).or_default() += 1;
                *sizes.entry((conversation, Some(day))).or_default() += 1;
            }
            if !matches {
                continue;
            }
            let Message { id, sent, sequence, custodians, .. } = message;
            self.matches.found.push(Found { conversation, sent, sequence, id, day });
            for custodian in custodians {
                if !self.matches.custodians.contains(&custodian) {
                    self.matches.custodians.insert(custodian);
                }
            }
        }
        self.bytes = 0;
    }

    fn finish(mut self) -> Matches {
        self.flush();
        self.matches.found.sort_unstable();
        self.matches
    }
}

fn says_yes(judge: &Judge, conversation: &Conversation, message: &Message, tokens: &mut Tokens) -> bool {
    tokens.read(&searched_text(message));
    judge.is_match(tokens, conversation, std::slice::from_ref(message))
}

/// Returns the text of a message that queries are held against.
pub(crate) fn searched_text(message: &Message) -> Cow<'_, str> {
    match &message.body {
        // Most messages are plain text, which needs no copy.
        Body::Text { text } if message.attachments.is_empty() && message.marks.edits.is_empty() => text.into(),
        _ => message.text().into(),
    }
}

/// Returns roughly how many bytes a body holds, so that batches of huge histories stay small.
pub(crate) fn weight(body: &Body) -> usize {
    64 + match body {
        Body::Text { text } | Body::Announcement { text } | Body::Solitaire { text } | Body::Unknown { text, .. } => {
            text.len()
        }
        Body::MergedHistory(history) => history.items.iter().map(|item| weight(&item.body)).sum(),
        Body::Quote(quote) => quote.text.len() + quote.quoted.as_deref().map_or(0, weight),
        Body::Recall(recall) => recall.recalled.as_deref().map_or(0, weight),
        _ => 256,
    }
}
