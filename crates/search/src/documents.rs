//! Documents of the matter: units read from the archive, and the query held against their text.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use duces_archive::{AsOf, MessageFilter, Reader};
use duces_model::{Conversation, Message, MessageId, Transcript, Unit};
use duces_query::{Span, Tokens};
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
pub(crate) fn match_documents(
    reader: &Reader,
    conversation: &Conversation,
    cut: &Cut,
    units: &[Unit],
    judge: &Judge,
    as_of: AsOf,
    each: &mut dyn FnMut(DocumentMatch),
) -> Result<()> {
    let mut buffers: Vec<Tokens> = (0..workers()).map(|_| judge.buffer()).collect();
    let look = |tokens: &mut Tokens, unit: usize, read: DocumentRead<'_>| {
        let DocumentRead { transcript, text, messages } = read;
        tokens.read(&text.text);
        if !judge.is_match(tokens, conversation, messages) {
            return None;
        }
        let spans = judge.hits(tokens, conversation, messages);
        let touched = places_touched(&text, &spans).into_iter().filter_map(|place| messages.get(place));
        let touched = touched.map(|message| message.id).collect();
        Some(DocumentMatch { unit, transcript, text, spans, touched })
    };
    let mut give = |matched: Option<DocumentMatch>| {
        matched.into_iter().for_each(&mut *each);
        Ok(())
    };
    each_document(reader, conversation, cut, units, as_of, &mut buffers, &look, &mut give)
}

/// A document as it is searched.
pub(crate) struct DocumentRead<'a> {
    pub(crate) transcript: Transcript,
    pub(crate) text: TranscriptText,
    pub(crate) messages: &'a [Message],
}

/// Returns how many buffers are worth having: more than cores, so that none waits long for the slowest.
pub(crate) fn workers() -> usize {
    rayon::current_num_threads() * 4
}

/// Reads each unit of a conversation, looks at it on all cores, and gives what was seen in order. Each state is used by
/// one core at a time.
///
/// The index is not asked: it knows messages, and a document may match by its header, by a sender or across messages.
#[expect(clippy::too_many_arguments, reason = "where to read, what to look at, and what to do with it")]
pub(crate) fn each_document<S: Send, T: Send>(
    reader: &Reader,
    conversation: &Conversation,
    cut: &Cut,
    units: &[Unit],
    as_of: AsOf,
    states: &mut [S],
    look: &(dyn Fn(&mut S, usize, DocumentRead<'_>) -> T + Sync),
    each: &mut dyn FnMut(T) -> Result<()>,
) -> Result<()> {
    let look_at = |state: &mut S, place: usize, messages: &[Message]| {
        let facts = TranscriptFacts::of(conversation, units.get(place)?, cut.rule, &cut.zone, &[]);
        // The rule does not bear on the text.
        let transcript = transcript(messages, &facts, &ChildrenRule::default());
        let text = transcript_text(&transcript);
        Some(look(state, place, DocumentRead { transcript, text, messages }))
    };
    let mut batch: Vec<(usize, Vec<Message>)> = Vec::new();
    let (mut messages, mut bytes) = (0, 0);
    for (place, unit) in units.iter().enumerate() {
        let read = messages_of(reader, unit, as_of)?;
        messages += read.len();
        bytes += read.iter().map(|message| weight(&message.body)).sum::<usize>();
        batch.push((place, read));
        if messages >= BATCH_MESSAGES || bytes >= BATCH_BYTES || place + 1 == units.len() {
            let seen = in_parallel(&batch, states, 1, &|state, (place, read)| look_at(state, *place, read));
            batch.clear();
            (messages, bytes) = (0, 0);
            seen.into_iter().flatten().try_for_each(&mut *each)?;
        }
    }
    Ok(())
}

/// Looks at each item on all cores, each state used by one at a time, and returns what was seen in order. Fewer items
/// than `few` are not worth sharing out.
pub(crate) fn in_parallel<I: Sync, S: Send, T: Send>(
    items: &[I],
    states: &mut [S],
    few: usize,
    look: &(dyn Fn(&mut S, &I) -> T + Sync),
) -> Vec<T> {
    let share = items.len().div_ceil(states.len().max(1)).max(few).max(1);
    let shares: Vec<Vec<T>> = items
        .par_chunks(share)
        .zip(states.par_iter_mut())
        .map(|(items, state)| items.iter().map(|item| look(state, item)).collect())
        .collect();
    shares.into_iter().flatten().collect()
}

/// Returns the places of the messages of a document that any of the spans touches, in order.
pub(crate) fn places_touched(text: &TranscriptText, spans: &[Span]) -> BTreeSet<usize> {
    let numbers = spans.iter().flat_map(|span| text.entries_in(span.range()));
    numbers.filter_map(|number| usize::try_from(number).ok()?.checked_sub(1)).collect()
}
