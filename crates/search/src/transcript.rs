//! From the messages of a unit to the transcript that pages, text and load files are made from: a pure function.

use std::collections::{BTreeMap, BTreeSet};

use duces_model::{
    Attachment, AttachmentRole, Body, Content, Conversation, Day, Digest, Entry, EntryAttachment, EntryState, Message,
    Participant, RecordState, Sender, Transcript, Unit, UnitRule, UtcMillis, Zone,
};

use crate::ChildrenRule;

/// What a transcript says beside its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranscriptFacts {
    /// The conversation.
    pub conversation: Conversation,
    /// How it was cut.
    pub rule: UnitRule,
    /// The start of the unit's span, whose day the transcript bears where it has no messages.
    pub start: UtcMillis,
    /// Which slice of how many, where the unit was sliced.
    pub slice: Option<(u32, u32)>,
    /// The zone of the days.
    pub zone: Zone,
    /// The sources as the request names them: for the page, they are not in the text.
    pub sources: Vec<String>,
}

impl TranscriptFacts {
    /// Returns the facts of a unit.
    pub fn of(conversation: &Conversation, unit: &Unit, rule: UnitRule, zone: &Zone, sources: &[String]) -> Self {
        Self {
            conversation: conversation.clone(),
            rule,
            start: unit.id.start,
            slice: unit.part,
            zone: zone.clone(),
            sources: sources.to_vec(),
        }
    }
}

/// Returns the messages of a unit, given in order, as one document.
///
/// Messages are numbered from 1, participants in the order in which they first speak. A file whose bytes were sent
/// before in the unit is the same child again, whatever name it bears the second time.
pub fn transcript(messages: &[Message], facts: &TranscriptFacts, rule: &ChildrenRule) -> Transcript {
    let numbers = numbers_by_native_id(messages);
    let recalled = recalled_here(messages);
    let mut ordinals = BTreeMap::new();
    let entries = (1u32..)
        .zip(messages)
        .map(|(number, message)| Entry {
            number,
            sent: message.sent,
            sender: message.sender.clone(),
            body: message.body.clone(),
            attachments: message.attachments.iter().map(|a| cite(a, &message.body, rule, &mut ordinals)).collect(),
            marks: message.marks.clone(),
            refers_to: referred(message).and_then(|id| numbers.get(id).copied()).filter(|n| *n != number),
            // A notice of a recall may stand in the place of the message; it was not itself taken back.
            recalled: !matches!(message.body, Body::Recall(_))
                && (message.state == RecordState::Recalled
                    || message.native_id.as_deref().is_some_and(|id| recalled.contains(id))),
            deleted: message.state == RecordState::Deleted,
        })
        .collect();
    let (first_day, last_day) = days_covered(messages, facts);
    Transcript {
        title: facts.conversation.title.clone(),
        app: facts.conversation.app.label().to_owned(),
        conversation_id: facts.conversation.native_id.clone(),
        kind: facts.conversation.kind,
        rule: facts.rule,
        first_day,
        last_day,
        slice: facts.slice,
        zone: facts.zone.clone(),
        custodians: custodians(messages),
        participants: participants(messages),
        sources: facts.sources.clone(),
        entries,
    }
}

fn days_covered(messages: &[Message], facts: &TranscriptFacts) -> (Day, Day) {
    let first = messages.iter().map(|m| m.sent).min().unwrap_or(facts.start);
    let last = messages.iter().map(|m| m.sent).max().unwrap_or(facts.start);
    (facts.zone.day(first), facts.zone.day(last))
}

fn custodians(messages: &[Message]) -> Vec<String> {
    let all: BTreeSet<&str> = messages.iter().flat_map(|m| &m.custodians).map(|c| c.0.as_str()).collect();
    all.into_iter().map(str::to_owned).collect()
}

fn participants(messages: &[Message]) -> Vec<Participant> {
    let mut participants: Vec<Participant> = Vec::new();
    let mut places: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    for sender in messages.iter().filter_map(|m| m.sender.as_ref()) {
        let place = *places.entry(identity(sender)).or_insert_with(|| {
            let number = u32::try_from(participants.len() + 1).unwrap_or(u32::MAX);
            participants.push(Participant { number, sender: sender.clone(), messages: 0 });
            participants.len() - 1
        });
        let participant = &mut participants[place];
        participant.messages = participant.messages.saturating_add(1);
        if participant.sender.name.is_none() {
            participant.sender.name.clone_from(&sender.name);
        }
    }
    participants
}

/// The native id tells senders apart; a name does only where there is no id, and never equals an id.
fn identity(sender: &Sender) -> (bool, &str) {
    match &sender.native_id {
        Some(id) => (true, id),
        None => (false, sender.name.as_deref().unwrap_or_default()),
    }
}

fn numbers_by_native_id(messages: &[Message]) -> BTreeMap<&str, u32> {
    let mut numbers = BTreeMap::new();
    for (number, message) in (1u32..).zip(messages) {
        if let Some(id) = &message.native_id {
            numbers.entry(id.as_str()).or_insert(number);
        }
    }
    numbers
}

/// What the body points to comes before the thread it stands in.
fn referred(message: &Message) -> Option<&str> {
    let pointed = match &message.body {
        Body::Quote(quote) => quote.native_id.as_deref(),
        Body::Recall(recall) => recall.native_id.as_deref(),
        _ => None,
    };
    pointed.or(message.marks.reply_to.as_deref())
}

fn recalled_here(messages: &[Message]) -> BTreeSet<&str> {
    let own = |m: &Message, id: &str| m.native_id.as_deref() == Some(id);
    messages
        .iter()
        .filter_map(|m| match &m.body {
            // A notice may bear the number of the message that it took the place of.
            Body::Recall(recall) => recall.native_id.as_deref().filter(|id| !own(m, id)),
            _ => None,
        })
        .collect()
}

fn cite(
    attachment: &Attachment,
    body: &Body,
    rule: &ChildrenRule,
    ordinals: &mut BTreeMap<Digest, u32>,
) -> EntryAttachment {
    let state = match attachment.content {
        Content::Missing(_) => EntryState::Missing,
        Content::Stored { .. } if !rule.admits(attachment.role) => EntryState::Inline,
        Content::Stored { digest, .. } => {
            let next = u32::try_from(ordinals.len()).unwrap_or(u32::MAX);
            EntryState::Child(*ordinals.entry(digest).or_insert(next))
        }
    };
    let show = state != EntryState::Missing && is_picture(attachment.role, body) && attachment.is_drawn_as_it_is();
    EntryAttachment { attachment: attachment.clone(), state, show }
}

/// Returns whether what hangs on a message in this role is shown on the page, where its bytes are a picture.
pub fn is_picture(role: AttachmentRole, body: &Body) -> bool {
    match role {
        AttachmentRole::Picture | AttachmentRole::Sticker => true,
        // The preview of a video is its first frame; that of a link says nothing that the card does not say.
        AttachmentRole::Thumbnail => matches!(body, Body::Video { .. }),
        AttachmentRole::File | AttachmentRole::Voice | AttachmentRole::Video => false,
    }
}
