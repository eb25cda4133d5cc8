//! Runs a search: counts everything that matches and shows the first hits.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use duces_archive::{AsOf, MessageFilter, Reader};
use duces_model::{Conversation, Custodian, MessageId, UnitRule, zone_data_version};
use duces_query::{Precedence, Query};

use crate::bounds::Bounds;
use crate::criteria::{Clip, Criteria, Scope};
use crate::documents::{DocumentMatch, match_documents, times};
use crate::error::Result;
use crate::facts::Judge;
use crate::matching::{Found, Matches, Plan, find_messages};
use crate::outcome::{Hit, Outcome, TIME, sender_name};
use crate::unmet::unmet_names;

/// Runs a search over the matter as of a point of its ledger.
pub fn run(reader: &Reader, criteria: &Criteria, as_of: AsOf) -> Result<Outcome> {
    let query = criteria.parsed()?;
    let bounds = Bounds::resolve(reader, criteria, as_of)?;
    // Without a query nothing is held against the documents' text, so that both scopes ask the same.
    let outcome = match criteria.scope {
        Scope::Document if !query.is_all() => in_documents(reader, criteria, &bounds, &query, as_of)?,
        _ => in_messages(reader, criteria, &bounds, &query, as_of)?,
    };
    Ok(Outcome { notes: unmet_names(reader, &query, as_of)?, ..outcome })
}

fn in_messages(reader: &Reader, criteria: &Criteria, bounds: &Bounds, query: &Query, as_of: AsOf) -> Result<Outcome> {
    let judge = Judge::new(reader, query, Scope::Message, &bounds.zone, as_of)?;
    let matches = find_messages(reader, bounds, query, &judge, criteria.verify_full, as_of)?;
    let documents = documents_with_hits(reader, criteria, bounds, &matches, as_of)?;
    let conversations = matches.found.chunk_by(|a, b| a.conversation == b.conversation).count() as u64;
    let shown: Vec<MessageId> = matches.found.iter().take(criteria.limit).map(|found| found.id).collect();
    let mut outcome = blank(criteria, query, as_of, matches.plan);
    outcome.hits = message_hits(reader, bounds, &judge, &shown, as_of)?;
    outcome.messages = matches.ids();
    outcome.documents = documents;
    outcome.conversations = conversations;
    outcome.custodians = matches.custodians.len() as u64;
    outcome.custodian_names = matches.custodians.into_iter().collect();
    Ok(outcome)
}

fn blank(criteria: &Criteria, query: &Query, as_of: AsOf, plan: Plan) -> Outcome {
    Outcome {
        messages: Vec::new(),
        documents: 0,
        conversations: 0,
        custodians: 0,
        custodian_names: Vec::new(),
        query: query.to_string(),
        scope: criteria.scope,
        unit: criteria.unit,
        clip: criteria.clip,
        zone: criteria.zone.clone(),
        zone_data: zone_data_version().to_owned(),
        as_of,
        normalisation: query.profile().description(),
        precedence: query.options().precedence.map(Precedence::name),
        noise_words: query.noise().words().map(str::to_owned).collect(),
        notes: Vec::new(),
        plan,
        verified_full: criteria.verify_full || plan == Plan::Scan,
        hits: Vec::new(),
    }
}

fn message_hits(reader: &Reader, bounds: &Bounds, judge: &Judge, ids: &[MessageId], as_of: AsOf) -> Result<Vec<Hit>> {
    let mut tokens = judge.buffer();
    let mut hits = Vec::with_capacity(ids.len());
    reader.by_ids(ids, as_of, &mut |message| {
        if let Some(conversation) = bounds.place(&message.conversation).and_then(|p| bounds.conversations.get(p)) {
            tokens.read(&message.text());
            let spans = judge.hits(&tokens, conversation, std::slice::from_ref(&message));
            let Conversation { title, native_id, .. } = conversation;
            hits.push(Hit::of_message(&message, title, native_id, &bounds.zone, &spans));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(hits)
}

/// Returns how many documents hold a hit.
///
/// Messages, days and conversations tell documents apart by themselves, unless a day or conversation is large enough to
/// be sliced; only then, and where documents are cut otherwise, the conversation is read whole.
fn documents_with_hits(
    reader: &Reader,
    criteria: &Criteria,
    bounds: &Bounds,
    matches: &Matches,
    as_of: AsOf,
) -> Result<u64> {
    let cut = criteria.cut();
    let by_day = match cut.rule.plain() {
        UnitRule::Message => return Ok(matches.found.len() as u64),
        UnitRule::Day => true,
        _ => false,
    };
    let mut documents = 0;
    let mut hits: Vec<&Found> = matches.found.iter().collect();
    hits.sort_by_key(|hit| (hit.conversation, hit.day));
    for hits in hits.chunk_by(|a, b| a.conversation == b.conversation && (!by_day || a.day == b.day)) {
        let Some(first) = hits.first() else { continue };
        let Some(conversation) = bounds.conversations.get(first.conversation) else { continue };
        let clip = if by_day { Clip { from: Some(first.day), to: Some(first.day) } } else { bounds.clip };
        let (from, to) = clip.instants(&cut.zone);
        let filter = MessageFilter { conversations: Some(vec![conversation.key.clone()]), from, to, ..bounds.filter() };
        let is_one = cut.rule.is_of_days() && {
            let most = match &matches.sizes {
                Some(sizes) => sizes.get(&(first.conversation, by_day.then_some(first.day))).copied().unwrap_or(0),
                // More than the unit holds, never less: custodians and the exact day are not asked for.
                None => reader.message_times(&MessageFilter { custodians: Vec::new(), ..filter.clone() }, as_of)?.len(),
            };
            most <= cut.max_events
        };
        documents += if is_one {
            1
        } else {
            let hits: BTreeSet<MessageId> = hits.iter().map(|hit| hit.id).collect();
            let messages = times(reader, &filter, &cut, clip, as_of)?;
            let units = cut.units(&conversation.key, &messages, &|id| hits.contains(&id));
            units.iter().filter(|unit| unit.messages.iter().any(|id| hits.contains(id))).count() as u64
        };
    }
    Ok(documents)
}

fn in_documents(reader: &Reader, criteria: &Criteria, bounds: &Bounds, query: &Query, as_of: AsOf) -> Result<Outcome> {
    let (judge, cut) = (Judge::new(reader, query, Scope::Document, &bounds.zone, as_of)?, criteria.cut());
    let mut outcome = blank(criteria, query, as_of, Plan::Scan);
    let mut custodians: BTreeSet<String> = BTreeSet::new();
    for conversation in &bounds.conversations {
        let filter = MessageFilter { conversations: Some(vec![conversation.key.clone()]), ..bounds.filter() };
        let units = cut.units(&conversation.key, &times(reader, &filter, &cut, bounds.clip, as_of)?, &|_| true);
        let before = outcome.documents;
        match_documents(reader, conversation, &cut, &units, &judge, as_of, &mut |document| {
            outcome.documents += 1;
            outcome.messages.extend(&document.touched);
            custodians.extend(document.transcript.custodians.iter().cloned());
            let room = criteria.limit.saturating_sub(outcome.hits.len());
            if room > 0 {
                let unit = units.get(document.unit).map(|unit| unit.id.clone());
                let hits = document_hits(&document).into_iter().take(room);
                outcome.hits.extend(hits.map(|hit| Hit { unit: unit.clone(), ..hit }));
            }
        })?;
        outcome.conversations += u64::from(outcome.documents > before);
    }
    outcome.messages.sort_unstable();
    outcome.custodians = custodians.len() as u64;
    outcome.custodian_names = custodians.into_iter().map(Custodian).collect();
    Ok(outcome)
}

/// Returns a hit for each section of the text that holds any, and the header for a document that matches by what is
/// absent.
fn document_hits(document: &DocumentMatch) -> Vec<Hit> {
    let (transcript, text) = (&document.transcript, &document.text);
    let mut sections: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for span in &document.spans {
        sections.entry(text.section_at(span.start).0.start).or_default().push((span.start, span.end));
    }
    if sections.is_empty() {
        sections.insert(0, Vec::new());
    }
    let mut hits = Vec::new();
    for (start, spans) in sections {
        let (range, number) = text.section_at(start);
        let entry = number.and_then(|n| transcript.entries.get(n.checked_sub(1)? as usize));
        let sender = entry.and_then(|e| e.sender.as_ref());
        hits.push(Hit {
            conversation: transcript.title.clone(),
            conversation_id: transcript.conversation_id.clone(),
            day: entry.map_or(transcript.first_day, |e| transcript.zone.day(e.sent)),
            number,
            time: entry.map(|e| transcript.zone.format(e.sent, TIME)),
            sender: sender_name(sender),
            sender_id: sender.and_then(|s| s.native_id.clone()),
            custodians: transcript.custodians.clone(),
            text: text.text.get(range.clone()).unwrap_or_default().trim_end().to_owned(),
            // A phrase may run on into the next message; what is shown ends with this one.
            ranges: spans.iter().map(|(from, to)| (from - range.start, (*to).min(range.end) - range.start)).collect(),
            unit: None,
        });
    }
    hits
}
