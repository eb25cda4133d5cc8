//! Marks: what happened to a message beside its being sent. Edits, reactions, receipts, threads, deletion.

use serde::{Deserialize, Serialize};

use crate::{UtcMillis, Zone};

/// What a source marks on a message. Most messages of WeChat have none of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marks {
    /// The server id of the message that this one answers, or that began its thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// The edits, oldest first; the body is the wording after the last one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
    /// The reactions, in the order of the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Who received or read it, in the order of the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<Receipt>,
    /// That it was deleted, where its content is there all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion: Option<Deletion>,
    /// What else the source says of it and no other field holds, such as its importance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
}

/// One edit of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UtcMillis>,
    /// By whom, as the source shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The wording before the edit, where the source kept it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

/// A reaction to a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reaction {
    /// The emoji, or its name as the source writes it.
    pub value: String,
    /// How many reacted so.
    pub count: u32,
    /// Who, as the source shows them; it may name fewer than it counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
}

/// What a receipt says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptKind {
    /// It reached the device.
    Delivered,
    /// It was opened.
    Read,
}

/// That somebody received or read a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// What it says.
    pub kind: ReceiptKind,
    /// Of whom, as the source shows them; `None` where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UtcMillis>,
}

/// That a message was deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UtcMillis>,
    /// By whom, as the source shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Whether a forensic tool recovered it.
    #[serde(default)]
    pub recovered: bool,
}

/// A name and its value, as the source has them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// What it says.
    pub value: String,
}

impl Fact {
    /// Returns a fact.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

impl Marks {
    /// Returns whether nothing is marked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the marks of two copies of a message as one: what either says is kept.
    pub fn joined(&self, other: &Self) -> Self {
        let mut joined = self.clone();
        joined.reply_to = joined.reply_to.or_else(|| other.reply_to.clone());
        joined.deletion = joined.deletion.or_else(|| other.deletion.clone());
        // That there was an edit says nothing beside one that is known.
        let says_nothing = |edit: &Edit| *edit == Edit::default();
        if other.edits.iter().any(|edit| !says_nothing(edit)) {
            joined.edits.retain(|edit| !says_nothing(edit));
        }
        for edit in &other.edits {
            let is_known = joined.edits.contains(edit) || says_nothing(edit) && !joined.edits.is_empty();
            let same = |known: &&mut Edit| known.at.is_some() && known.at == edit.at;
            match joined.edits.iter_mut().find(same) {
                // Two copies may know different things of one edit.
                Some(known) => {
                    known.by = known.by.take().or_else(|| edit.by.clone());
                    known.before = known.before.take().or_else(|| edit.before.clone());
                }
                None if is_known => {}
                None => joined.edits.push(edit.clone()),
            }
        }
        joined.edits.sort_by_key(|edit| edit.at);
        for reaction in &other.reactions {
            match joined.reactions.iter_mut().find(|known| known.value == reaction.value) {
                Some(known) if known.count >= reaction.count => {}
                Some(known) => known.clone_from(reaction),
                None => joined.reactions.push(reaction.clone()),
            }
        }
        add_new(&mut joined.receipts, &other.receipts);
        add_new(&mut joined.facts, &other.facts);
        joined
    }

    /// Returns what the marks say to people, a line each, with times in `zone`. The thread is not among them: it is
    /// shown as the number of the message answered.
    pub fn lines(&self, zone: &Zone) -> Vec<String> {
        let at = |at: Option<UtcMillis>| at.map(|at| format!(" {}", zone.format(at, "%Y-%m-%d %H:%M:%S")));
        let by = |by: &Option<String>| by.as_ref().map(|by| format!(" by {by}"));
        let said = |what: &str, when, who: &Option<String>| {
            format!("{what}{}{}", at(when).unwrap_or_default(), by(who).unwrap_or_default())
        };
        let mut lines = Vec::new();
        for edit in &self.edits {
            let head = said("Edited", edit.at, &edit.by);
            lines.push(match &edit.before {
                Some(before) => format!("{head}; before: {before}"),
                None => format!("{head}; the earlier wording is not in the source"),
            });
        }
        for reaction in &self.reactions {
            let who = if reaction.by.is_empty() { String::new() } else { format!(": {}", reaction.by.join(", ")) };
            lines.push(format!("Reaction {} × {}{who}", reaction.value, reaction.count));
        }
        for receipt in &self.receipts {
            let what = if receipt.kind == ReceiptKind::Read { "Read" } else { "Delivered" };
            lines.push(said(what, receipt.at, &receipt.by));
        }
        if let Some(deletion) = &self.deletion {
            let what = if deletion.recovered { "Deleted and recovered" } else { "Deleted" };
            lines.push(said(what, deletion.at, &deletion.by));
        }
        lines.extend(self.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value)));
        lines
    }
}

fn add_new<T: Clone + PartialEq>(to: &mut Vec<T>, more: &[T]) {
    for item in more {
        if !to.contains(item) {
            to.push(item.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_keeps_what_either_copy_says_and_joining_again_changes_nothing() {
        let reaction = |value: &str, count| Reaction { value: value.into(), count, by: Vec::new() };
        let edit = |before: &str| Edit { before: Some(before.into()), ..Edit::default() };
        let first = Marks {
            edits: vec![edit("a")],
            reactions: vec![reaction("👍", 2), reaction("❤", 1)],
            facts: vec![Fact::new("importance", "high")],
            ..Marks::default()
        };
        let second = Marks {
            reply_to: Some("7".into()),
            edits: vec![edit("a"), edit("b")],
            reactions: vec![reaction("👍", 3), reaction("😮", 1)],
            deletion: Some(Deletion::default()),
            ..Marks::default()
        };
        let joined = first.joined(&second);
        assert_eq!(joined.reply_to.as_deref(), Some("7"));
        assert_eq!(joined.edits.len(), 2);
        assert_eq!(joined.reactions, [reaction("👍", 3), reaction("❤", 1), reaction("😮", 1)]);
        assert!(joined.deletion.is_some() && joined.facts == first.facts);
        assert_eq!(joined.joined(&second), joined);
        assert_eq!(joined.joined(&first), joined);
    }

    #[test]
    fn each_copy_may_know_another_of_the_edits() {
        let edit = |at: i64, before: Option<&str>| Edit {
            at: UtcMillis::new(at).ok(),
            by: None,
            before: before.map(str::to_owned),
        };
        let of = |edits: Vec<Edit>| Marks { edits, ..Marks::default() };
        let joined =
            of(vec![edit(2, Some("b"))]).joined(&of(vec![edit(1, Some("a"))])).joined(&of(vec![edit(2, None)]));
        assert_eq!(joined.edits, [edit(1, Some("a")), edit(2, Some("b"))]);
        let bare = of(vec![Edit::default()]);
        assert_eq!(bare.joined(&joined).edits, joined.edits);
        assert_eq!(joined.joined(&bare).edits, joined.edits);
        assert_eq!(bare.joined(&bare), bare);
    }

    #[test]
    fn marks_come_back_from_json_and_misspelt_ones_do_not() {
        let marks = Marks { reply_to: Some("1".into()), facts: vec![Fact::new("a", "b")], ..Marks::default() };
        let json = serde_json::to_string(&marks).expect("marks are JSON");
        assert_eq!(serde_json::from_str::<Marks>(&json).expect("its own JSON"), marks);
        assert_eq!(serde_json::to_string(&Marks::default()).expect("marks are JSON"), "{}");
        assert!(serde_json::from_str::<Marks>(r#"{"reaction":[]}"#).is_err());
    }
}
