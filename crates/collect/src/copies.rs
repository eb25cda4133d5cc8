//! What each custodian's copy of a conversation lacks that another's has, over the time that both cover.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use duces_archive::{AsOf, MessageFilter, Reader};
use duces_model::{ConversationKey, Custodian, Finding, Message, Place, UtcMillis, counted};

use crate::codes;
use crate::report::{CopyReport, LISTED_LACKS, LackingMessage};

/// Compares the copies of one conversation; nothing where only one custodian holds it.
pub(crate) fn compare(
    reader: &Reader,
    conversation: &ConversationKey,
    as_of: AsOf,
) -> Result<Vec<CopyReport>, duces_archive::ArchiveError> {
    let filter = MessageFilter { conversations: Some(vec![conversation.clone()]), ..MessageFilter::default() };
    let mut spans: BTreeMap<Custodian, (u64, UtcMillis, UtcMillis)> = BTreeMap::new();
    reader.messages(&filter, as_of, &mut |message| {
        for custodian in &message.custodians {
            let span = spans.entry(custodian.clone()).or_insert((0, message.sent, message.sent));
            *span = (span.0 + 1, span.1.min(message.sent), span.2.max(message.sent));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    if spans.len() < 2 {
        return Ok(Vec::new());
    }
    let mut copies: Vec<CopyReport> = spans
        .into_iter()
        .map(|(custodian, (messages, first, last))| CopyReport {
            custodian,
            messages,
            first,
            last,
            lacks: 0,
            lacking: Vec::new(),
        })
        .collect();
    reader.messages(&filter, as_of, &mut |message| {
        note_lacks(&mut copies, &message);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(copies)
}

/// A copy lacks a message where it covers that time and a copy that covers it too has the message.
fn note_lacks(copies: &mut [CopyReport], message: &Message) {
    let holds = |custodian: &Custodian| message.custodians.contains(custodian);
    for copy in copies.iter_mut().filter(|copy| !holds(&copy.custodian)) {
        if (copy.first..=copy.last).contains(&message.sent) {
            copy.lacks += 1;
            if copy.lacking.len() < LISTED_LACKS {
                copy.lacking.push(LackingMessage {
                    sent: message.sent,
                    native_id: message.native_id.clone(),
                    sender: message.sender.as_ref().map_or("(notice)", |sender| sender.display()).to_owned(),
                });
            }
        }
    }
}

/// Says what the copies lack.
pub(crate) fn findings(title: &str, copies: &[CopyReport], place: &Place) -> Vec<Finding> {
    let lacking = copies.iter().filter(|copy| copy.lacks > 0);
    let say = |copy: &CopyReport| {
        let first = copy.lacking.first().map(|message| format!("; the first was sent {}", message.sent));
        let text = format!(
            "the copy of {} of `{title}` covers {} to {} and lacks {} of that time that another custodian has{}",
            copy.custodian,
            copy.first,
            copy.last,
            counted(copy.lacks, "message"),
            first.unwrap_or_default()
        );
        Finding::new(&codes::COPY_LACKS, place.clone(), text)
    };
    lacking.map(say).collect()
}
