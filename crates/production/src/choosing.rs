//! What a request selects and what of it is withheld; every message of the matter is counted on its side.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use duces_archive::{MessageFilter, Reader};
use duces_model::{Conversation, ConversationKey, MessageId};
use duces_search::{Criteria, SelectedUnit};

use crate::ProductionError;
use crate::account::WithheldLine;
use crate::clear::Clearance;
use crate::context::Context;
use crate::sum::Sum;

type Result<T> = std::result::Result<T, ProductionError>;

/// What is to be produced, in numbering order, and how all else fell.
pub(crate) struct Chosen {
    /// The units without the messages that are withheld; none is empty.
    pub(crate) units: Vec<SelectedUnit>,
    pub(crate) withheld: Vec<WithheldLine>,
    /// What is not selected and what is withheld is counted; what is produced is not as yet.
    pub(crate) sum: Sum,
    /// Names in the query that nothing bears.
    pub(crate) unmet: Vec<String>,
}

/// Selects, finds what is withheld and counts; `clearance` learns which files that hides.
pub(crate) fn choose(context: &Context<'_>, reader: &Reader, clearance: &mut Clearance) -> Result<Chosen> {
    let known: Vec<Conversation> = context.conversations().cloned().collect();
    refuse_unmatched(clearance, &known)?;
    let select = &context.request.select;
    let criteria = Criteria {
        unit: context.cut.rule,
        max_events: context.cut.max_events,
        limit: 0,
        ..select.criteria(&context.request.zone)?
    };
    let selection = duces_search::select(reader, &criteria, context.as_of)?;
    let mut chosen = Chosen { units: Vec::new(), withheld: Vec::new(), sum: Sum::default(), unmet: selection.notes };
    for day in &selection.days {
        let line = chosen.sum.line(&day.conversation, day.day);
        line.messages.not_selected += day.tally.not_selected();
        line.attachments.not_selected += day.tally.attachments_not_selected;
    }
    let mut of: BTreeMap<ConversationKey, Vec<SelectedUnit>> = BTreeMap::new();
    for selected in selection.units {
        of.entry(selected.unit.id.conversation.clone()).or_default().push(selected);
    }
    for conversation in &known {
        let units = of.remove(&conversation.key).unwrap_or_default();
        if !clearance.concerns(conversation) {
            chosen.units.extend(units);
            continue;
        }
        let selected: BTreeSet<MessageId> = units.iter().flat_map(|s| s.unit.messages.iter().copied()).collect();
        let withheld = withhold(context, reader, conversation, &selected, clearance, &mut chosen)?;
        for mut selected in units {
            selected.unit.messages.retain(|id| !withheld.contains(id));
            if !selected.unit.messages.is_empty() {
                chosen.units.push(selected);
            }
        }
    }
    Ok(chosen)
}

fn refuse_unmatched(clearance: &Clearance, known: &[Conversation]) -> Result<()> {
    let unmatched = clearance.unmatched(known);
    if unmatched.is_empty() {
        return Ok(());
    }
    Err(ProductionError::usage(format!("no conversation is called {} as [[withhold]] has it", unmatched.join(", ")))
        .hint("nothing was produced; `duces search MATTER ''` lists conversations with their ids"))
}

/// Counts what is withheld of a conversation and returns those messages.
fn withhold(
    context: &Context<'_>,
    reader: &Reader,
    conversation: &Conversation,
    selected: &BTreeSet<MessageId>,
    clearance: &mut Clearance,
    chosen: &mut Chosen,
) -> Result<BTreeSet<MessageId>> {
    let key = &conversation.key;
    let filter = MessageFilter { conversations: Some(vec![key.clone()]), ..MessageFilter::default() };
    let mut withheld = BTreeSet::new();
    let mut lines: BTreeMap<String, WithheldLine> = BTreeMap::new();
    reader.messages(&filter, context.as_of, &mut |message| {
        let day = context.cut.zone.day(message.sent);
        let reason = clearance.conversation(conversation).or_else(|| clearance.day(conversation, day));
        let Some(reason) = reason.map(str::to_owned) else { return Ok(ControlFlow::Continue(())) };
        // What is not selected is hidden elsewhere too.
        clearance.withhold(&message, &reason);
        if selected.contains(&message.id) {
            let attachments = message.attachments.len() as u64;
            let line = chosen.sum.line(key, day);
            line.messages.withheld += 1;
            line.attachments.withheld += attachments;
            let line = lines.entry(reason.clone()).or_insert_with(|| WithheldLine {
                conversation: conversation.title.clone(),
                conversation_id: conversation.native_id.clone(),
                reason,
                messages: 0,
                attachments: 0,
            });
            line.messages += 1;
            line.attachments += attachments;
            withheld.insert(message.id);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    chosen.withheld.extend(lines.into_values());
    Ok(withheld)
}
