//! The sum: every item collected stands in exactly one class, per conversation and day.
//!
//! collected = not selected + duplicate suppressed + selected
//! selected  = produced whole + produced redacted + withheld + excepted
//!
//! The left side is counted from the source records; the produced side is counted again from the finished volume.

use std::collections::BTreeMap;

use duces_archive::DayCount;
use duces_model::{ConversationKey, Day};
use serde::{Deserialize, Serialize};

/// How many items of one kind stand in each class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classes {
    /// Items the sources hold.
    pub collected: u64,
    /// Items that the request does not ask for.
    pub not_selected: u64,
    /// Further copies of an item that stands in another class.
    pub duplicates: u64,
    /// Items produced whole.
    pub produced: u64,
    /// Items produced with a redaction.
    pub redacted: u64,
    /// Items withheld.
    pub withheld: u64,
    /// Items that could not be read or rendered; each is on the list of exceptions.
    pub excepted: u64,
}

impl Classes {
    /// Returns how many items the request asks for, further copies aside.
    pub fn selected(&self) -> u64 {
        self.produced + self.redacted + self.withheld + self.excepted
    }

    /// Returns whether every item collected stands in exactly one class.
    pub fn holds(&self) -> bool {
        self.collected == self.not_selected + self.duplicates + self.selected()
    }

    /// Adds another count to this one.
    pub fn add(&mut self, other: &Self) {
        self.collected += other.collected;
        self.not_selected += other.not_selected;
        self.duplicates += other.duplicates;
        self.produced += other.produced;
        self.redacted += other.redacted;
        self.withheld += other.withheld;
        self.excepted += other.excepted;
    }
}

/// One line of the sum: a conversation's day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Messages.
    pub messages: Classes,
    /// Attachments that the children rule makes documents of their own.
    pub attachments: Classes,
}

/// The sum over a matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sum {
    lines: BTreeMap<(ConversationKey, Day), Line>,
    /// Source records that could not be made messages and so have no conversation or day.
    pub unreadable: u64,
}

/// A line that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The conversation.
    pub conversation: ConversationKey,
    /// The day.
    pub day: Day,
    /// Messages or attachments.
    pub kind: &'static str,
    /// The counts.
    pub classes: Classes,
}

impl Sum {
    /// Returns the line of a conversation's day, to be counted in.
    pub fn line(&mut self, conversation: &ConversationKey, day: Day) -> &mut Line {
        self.lines.entry((conversation.clone(), day)).or_default()
    }

    /// Takes in what the sources hold, counted from their records and not from the messages made of them.
    ///
    /// Of the attachments on further copies, those that the first copy lacked came into the message and stand in
    /// another class already; the others are duplicates.
    pub fn collect(&mut self, counts: &[DayCount]) {
        for count in counts {
            let line = self.line(&count.conversation, count.day);
            line.messages.collected += count.records;
            line.messages.duplicates += count.duplicates;
            line.attachments.collected += count.attachments;
            line.attachments.duplicates += count.duplicate_attachments;
        }
        for Line { attachments, .. } in self.lines.values_mut() {
            let unique = attachments.not_selected + attachments.selected();
            if let Some(further) = attachments.collected.checked_sub(unique)
                && further <= attachments.duplicates
            {
                attachments.duplicates = further;
            }
        }
    }

    /// Returns the lines in order.
    pub fn lines(&self) -> impl Iterator<Item = (&ConversationKey, Day, &Line)> {
        self.lines.iter().map(|((conversation, day), line)| (conversation, *day, line))
    }

    /// Returns messages and attachments over all lines; records that could not be read count as excepted.
    pub fn total(&self) -> Line {
        let mut total = Line::default();
        for line in self.lines.values() {
            total.messages.add(&line.messages);
            total.attachments.add(&line.attachments);
        }
        total.messages.collected += self.unreadable;
        total.messages.excepted += self.unreadable;
        total
    }

    /// Returns the lines that do not hold; a production is published only where there is none.
    pub fn mismatches(&self) -> Vec<Mismatch> {
        let mut mismatches = Vec::new();
        for ((conversation, day), line) in &self.lines {
            for (kind, classes) in [("messages", line.messages), ("attachments", line.attachments)] {
                if !classes.holds() {
                    mismatches.push(Mismatch { conversation: conversation.clone(), day: *day, kind, classes });
                }
            }
        }
        mismatches
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_model::App;

    #[test]
    fn an_item_that_stands_in_no_class_is_named() {
        let room = ConversationKey::room(&App::wechat(), "1@chatroom");
        let day: Day = "2024-03-05".parse().expect("a day");
        let mut sum = Sum::default();
        sum.line(&room, day).messages =
            Classes { collected: 5, duplicates: 1, produced: 2, withheld: 1, excepted: 1, ..Classes::default() };
        assert!(sum.mismatches().is_empty());
        sum.line(&room, day).messages.produced = 1;
        let mismatches = sum.mismatches();
        assert_eq!((mismatches.len(), mismatches[0].kind), (1, "messages"));
    }
}
