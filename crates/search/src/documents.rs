//! Documents of the matter: units read from the archive, and the query held against their text.

use std::ops::ControlFlow;

use duces_archive::{AsOf, MessageFilter, Reader};
use duces_model::{Conversation, Message, MessageId, Transcript, Unit};
use duces_query::Span;
use rayon::prelude::*;

use crate::ChildrenRule;
use crate::criteria::Clip;
use crate::error::Result;
use crate::facts::Judge;
use crate::matching::weight;
use crate::text::{TranscriptText, transcript_text};
use crate::transcript::{TranscriptFacts, transcript};
use crate::units::{Cut, Sent};

/// Messages, and roughly bytes, of the units that are matched at a time.
const BATCH_MESSAGES: usize = 10_000;
const BATCH_BYTES: usize = 16 << 20;

/// Returns ids and times of the messages that filter and clip let through, in order.
pub(crate) fn times(reader: &Reader, filter: &MessageFilter, cut: &Cut, clip: Clip, as_of: AsOf) -> Result<Vec<Sent>> {
    let mut times = reader.message_times(filter, as_of)?;
    times.retain(|(_, sent)| clip.holds(cut.zone.day(*sent)));
    Ok(times)
}

/// Returns the messages of a unit, in order.
pub fn messages_of(reader: &Reader, unit: &Unit, as_of: AsOf) -> Result<Vec<Message>> {
    let mut messages = Vec::with_capacity(unit.messages.len());
    reader.by_ids(&unit.messages, as_of, &mut |message| {
        messages.push(message);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(messages)
}

/// A document whose text matches.
pub(crate) struct DocumentMatch {
    /// Its place among the units asked about.
    pub(crate) unit: usize,
    pub(crate) transcript: Transcript,
    pub(crate) text: TranscriptText,
    pub(crate) spans: Vec<Span>,
    /// The messages that a hit touches, in order.
    pub(crate) touched: Vec<MessageId>,
}

/// Holds the text of each unit of a conversation against the query, on all cores, and gives those that match in order.
///
/// The index is not asked: it knows messages, and a document may match by its header, by a sender or across messages.
pub(crate) fn match_documents(
    reader: &Reader,
    conversation: &Conversation,
    cut: &Cut,
    units: &[Unit],
    judge: &Judge,
    as_of: AsOf,
    each: &mut dyn FnMut(DocumentMatch),
) -> Result<()> {
    let mut batch: Vec<(usize, Vec<Message>)> = Vec::new();
    let (mut messages, mut bytes) = (0, 0);
    for (place, unit) in units.iter().enumerate() {
        let read = messages_of(reader, unit, as_of)?;
        messages += read.len();
        bytes += read.iter().map(|message| weight(&message.body)).sum::<usize>();
        batch.push((place, read));
        if messages >= BATCH_MESSAGES || bytes >= BATCH_BYTES {
            match_batch(conversation, cut, units, judge, &mut batch, each);
            (messages, bytes) = (0, 0);
        }
    }
    match_batch(conversation, cut, units, judge, &mut batch, each);
    Ok(())
}

fn match_batch(
    conversation: &Conversation,
    cut: &Cut,
    units: &[Unit],
    judge: &Judge,
    batch: &mut Vec<(usize, Vec<Message>)>,
    each: &mut dyn FnMut(DocumentMatch),
) {
    let matched: Vec<Option<DocumentMatch>> = batch
        .par_iter()
        .map_init(
            || judge.buffer(),
            |tokens, (place, messages)| {
                let unit = units.get(*place)?;
                let facts = TranscriptFacts::of(conversation, unit, cut.rule, &cut.zone, &[]);
                // The rule does not bear on the text.
                let transcript = transcript(messages, &facts, &ChildrenRule::default());
                let text = transcript_text(&transcript);
                tokens.read(&text.text);
                if !judge.is_match(tokens, conversation, messages) {
                    return None;
                }
                let spans = judge.hits(tokens, conversation, messages);
                let touched = touched(&text, &spans, messages);
                Some(DocumentMatch { unit: *place, transcript, text, spans, touched })
            },
        )
        .collect();
    batch.clear();
    matched.into_iter().flatten().for_each(each);
}

fn touched(text: &TranscriptText, spans: &[Span], messages: &[Message]) -> Vec<MessageId> {
    let mut numbers: Vec<u32> = spans.iter().flat_map(|span| text.entries_in(span.range())).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let message = |number: u32| messages.get(usize::try_from(number).ok()?.checked_sub(1)?);
    numbers.into_iter().filter_map(|number| message(number).map(|m| m.id)).collect()
}
