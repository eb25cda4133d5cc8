//! What a legal hold is placed on: conversations, custodians, a range of time. What is not restricted is held.

use std::fmt;

use duces_model::{Conversation, ConversationKind, Custodian, Day, UtcMillis, Zone};
use serde::{Deserialize, Serialize};

use crate::error::{ArchiveError, Result};

/// What a hold is placed on. Each part that is there restricts it; without any, everything is held.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldScope {
    /// What any of these custodians holds, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custodians: Vec<Custodian>,
    /// What was said in any of these conversations: by key, by native id, or by the account of either side of a 1:1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conversations: Vec<String>,
    /// What was sent in this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<HoldPeriod>,
}

/// A range of days, as instants that no later zone data moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldPeriod {
    /// From this day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// Up to this day, included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// The zone of the days.
    pub zone: Zone,
    /// The first instant of the first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<UtcMillis>,
    /// The first instant after the last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<UtcMillis>,
}

impl HoldPeriod {
    /// Returns the days from `from` to `to`, both included; `None` where neither is given.
    pub fn of_days(from: Option<Day>, to: Option<Day>, zone: &Zone) -> Result<Option<Self>> {
        if let (Some(first), Some(last)) = (from, to)
            && first > last
        {
            let what = format!("{first} to {last} is no range of days: it ends before it begins");
            return Err(ArchiveError::hold(what, "nothing was changed; give the earlier day first"));
        }
        if from.is_none() && to.is_none() {
            return Ok(None);
        }
        let start = from.map(|day| zone.start_of(day));
        let end = to.map(|day| zone.start_of(day.next()));
        Ok(Some(Self { from, to, zone: zone.clone(), start, end }))
    }

    /// Returns whether an instant lies within.
    pub fn holds(&self, at: UtcMillis) -> bool {
        self.start.is_none_or(|start| start <= at) && self.end.is_none_or(|end| at < end)
    }
}

impl HoldScope {
    /// Returns whether nothing restricts it.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether what a custodian holds falls under it, as far as the custodian goes.
    pub fn names_custodian(&self, custodian: &Custodian) -> bool {
        self.custodians.is_empty() || self.custodians.contains(custodian)
    }

    /// Returns whether what was said in a conversation falls under it, as far as the conversation goes.
    pub fn names_conversation(&self, conversation: &Conversation) -> bool {
        self.conversations.is_empty() || self.conversations.iter().any(|id| answers(conversation, id))
    }

    /// Returns whether what was sent at an instant falls under it, as far as the time goes.
    pub fn names_time(&self, at: UtcMillis) -> bool {
        self.period.as_ref().is_none_or(|period| period.holds(at))
    }
}

impl fmt::Display for HoldScope {
    /// Writes the scope for people, such as `what Ann or Bob holds; sent from 2024-03-01 on (Asia/Shanghai)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.custodians.is_empty() {
            let names: Vec<&str> = self.custodians.iter().map(|custodian| custodian.0.as_str()).collect();
            parts.push(format!("what {} holds", names.join(" or ")));
        }
        if !self.conversations.is_empty() {
            parts.push(format!("said in {}", self.conversations.join(" or ")));
        }
        if let Some(period) = &self.period {
            let days = match (period.from, period.to) {
                (Some(from), Some(to)) => format!("from {from} to {to}, both days included"),
                (Some(from), None) => format!("from {from} on"),
                (None, Some(to)) => format!("up to {to}, that day included"),
                (None, None) => "at any time".to_owned(),
            };
            parts.push(format!("sent {days} ({})", period.zone.name()));
        }
        if parts.is_empty() { f.write_str("everything") } else { f.write_str(&parts.join("; ")) }
    }
}

/// Returns whether a conversation answers to an id. Of a 1:1 either side's account is one: each side's export names the
/// other.
pub(super) fn answers(conversation: &Conversation, id: &str) -> bool {
    conversation.key.as_str() == id
        || conversation.native_id == id
        || (conversation.kind == ConversationKind::Direct && conversation.native_id.split('|').any(|side| side == id))
}
