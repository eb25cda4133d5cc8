//! A conversation as it is read: day by day, every message, with the hits of a query marked.

use duces_archive::{AsOf, MessageFilter, Reader};
use duces_model::{Conversation, Day, Message, UnitRule};

use crate::ChildrenRule;
use crate::bounds::Bounds;
use crate::criteria::{Clip, Criteria, Scope};
use crate::documents::messages_of;
use crate::error::{Result, SearchError};
use crate::facts::Judge;
use crate::outcome::{TIME, sender_name};
use crate::text::transcript_text;
use crate::transcript::{TranscriptFacts, transcript};
use crate::units::Cut;

/// One day of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayRead {
    /// The conversation.
    pub conversation: Conversation,
    /// The day, in the zone asked for.
    pub day: Day,
    /// What was said on it, in order. In document scope, the sections of the document's text.
    pub passages: Vec<Passage>,
    /// The day before on which anything was said.
    pub before: Option<Day>,
    /// The day after on which anything was said.
    pub after: Option<Day>,
}

/// A message or, in document scope, a section of a document's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// When and by whom; `None` where the text itself says so.
    pub head: Option<String>,
    /// The text that is searched.
    pub text: String,
    /// Where in the text the query hits, in bytes, start and end.
    pub ranges: Vec<(usize, usize)>,
}

/// Reads a day of a conversation, whoever holds its messages; the dates and people asked for do not bear on what is read,
/// so that a hit is seen with all that is around it.
pub fn read_day(reader: &Reader, criteria: &Criteria, conversation_id: &str, day: Day, as_of: AsOf) -> Result<DayRead> {
    let query = criteria.parsed()?;
    let cut = Cut::new(UnitRule::Day, criteria.zone.clone());
    let named = Criteria { conversations: vec![conversation_id.to_owned()], ..Criteria::all(criteria.zone.clone()) };
    let bounds = Bounds::resolve(reader, &named, as_of)?;
    let Some(conversation) = bounds.conversations.first().cloned() else {
        return Err(SearchError::Unknown { what: "conversation", name: conversation_id.to_owned(), near: None });
    };
    let filter = MessageFilter { conversations: Some(vec![conversation.key.clone()]), ..MessageFilter::default() };
    let times = reader.message_times(&filter, as_of)?;
    let days = || times.iter().map(|(_, sent)| cut.zone.day(*sent));
    let (before, after) = (days().filter(|other| *other < day).max(), days().filter(|other| *other > day).min());
    let clip = Clip { from: Some(day), to: Some(day) };
    let of_day: Vec<_> = times.iter().filter(|(_, sent)| clip.holds(cut.zone.day(*sent))).copied().collect();
    let judge = Judge::new(reader, &query, criteria.scope, &criteria.zone, as_of)?;
    let mut passages = Vec::new();
    for unit in cut.units(&conversation.key, &of_day, &|_| true) {
        let messages = messages_of(reader, &unit, as_of)?;
        match criteria.scope {
            Scope::Message => {
                passages.extend(messages.iter().map(|message| said(message, &conversation, &judge, &cut)));
            }
            Scope::Document => {
                let facts = TranscriptFacts::of(&conversation, &unit, cut.rule, &cut.zone, &[]);
                passages.extend(sections(&messages, &conversation, &facts, &judge));
            }
        }
    }
    Ok(DayRead { conversation, day, passages, before, after })
}

fn said(message: &Message, conversation: &Conversation, judge: &Judge, cut: &Cut) -> Passage {
    let text = message.text();
    let mut tokens = judge.buffer();
    tokens.read(&text);
    let messages = std::slice::from_ref(message);
    let hits = if judge.is_match(&tokens, conversation, messages) {
        judge.hits(&tokens, conversation, messages)
    } else {
        Vec::new()
    };
    let who = sender_name(message.sender.as_ref()).unwrap_or_default();
    let head = format!("{}  {who}", cut.zone.format(message.sent, TIME));
    Passage { head: Some(head), text, ranges: hits.iter().map(|hit| (hit.start, hit.end)).collect() }
}

fn sections(messages: &[Message], conversation: &Conversation, facts: &TranscriptFacts, judge: &Judge) -> Vec<Passage> {
    let text = transcript_text(&transcript(messages, facts, &ChildrenRule::default()));
    let mut tokens = judge.buffer();
    tokens.read(&text.text);
    let hits = if judge.is_match(&tokens, conversation, messages) {
        judge.hits(&tokens, conversation, messages)
    } else {
        Vec::new()
    };
    let mut passages = Vec::new();
    let mut start = 0;
    while start < text.text.len() {
        let (range, _) = text.section_at(start);
        let here = hits.iter().filter(|hit| range.contains(&hit.start));
        // A hit may run on into the next section; what is shown of it ends with this one.
        let ranges = here.map(|hit| (hit.start - range.start, hit.end.min(range.end) - range.start)).collect();
        let text = text.text.get(range.clone()).unwrap_or_default().to_owned();
        passages.push(Passage { head: None, text, ranges });
        start = range.end.max(start + 1);
    }
    passages
}
