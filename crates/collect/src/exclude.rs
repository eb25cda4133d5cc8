//! The exclude list: conversations that must not be collected, who decided so and why. What it names is counted while
//! the source is looked through and is never stored.

use std::path::Path;

use duces_archive::ExcludedWhat;
use duces_model::{ConversationKind, Day, Digest, SourceConversation};
use serde::Deserialize;

use crate::error::{CollectError, Result};

/// What must not be collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcludeList {
    entries: Vec<ExcludeEntry>,
    digest: Digest,
}

/// One entry: a conversation, or every 1:1 conversation with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcludeEntry {
    /// What it names.
    pub what: ExcludedWhat,
    /// The id: a group's, or the account of the other side.
    pub id: String,
    /// Who decided.
    pub decided_by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub date: Day,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    exclude: Vec<WrittenEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEntry {
    conversation: Option<String>,
    participant: Option<String>,
    decided_by: String,
    reason: String,
    date: WrittenDate,
}

/// TOML has days of its own; one in quotes is taken too.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenDate {
    Day(toml::value::Datetime),
    Text(String),
}

impl ExcludeList {
    /// Reads a list.
    pub fn read(path: &Path) -> Result<Self> {
        let wrong = |what: String| CollectError::List { path: path.to_owned(), what };
        let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
        Self::from_toml(&text).map_err(wrong)
    }

    /// Reads a list from the text of a TOML file.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|e| e.to_string().trim_end().to_owned())?;
        if written.exclude.is_empty() {
            return Err("it has no [[exclude]]; leave the list out where nothing is excluded".to_owned());
        }
        let entries = (1..)
            .zip(written.exclude)
            .map(|(n, entry)| entry.read().map_err(|what| format!("[[exclude]] number {n}: {what}")));
        Ok(Self { entries: entries.collect::<Result<_, _>>()?, digest: Digest::of(text.as_bytes()) })
    }

    /// Returns the entries, in the order of the list.
    pub fn entries(&self) -> &[ExcludeEntry] {
        &self.entries
    }

    /// Returns the digest of the list as it is written.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Returns the first entry that names a conversation; `senders` are the entries whose account sent a message in it.
    pub(crate) fn entry_of(&self, conversation: &SourceConversation, senders: &[usize]) -> Option<usize> {
        let direct = conversation.kind == ConversationKind::Direct;
        self.entries.iter().enumerate().position(|(at, entry)| match entry.what {
            ExcludedWhat::Conversation => entry.id == conversation.native_id,
            ExcludedWhat::Participant => direct && (entry.id == conversation.native_id || senders.contains(&at)),
        })
    }

    /// Returns the entries that name an account as a participant.
    pub(crate) fn entries_of_participant<'a>(&'a self, id: &'a str) -> impl Iterator<Item = usize> + 'a {
        let named = move |entry: &ExcludeEntry| entry.what == ExcludedWhat::Participant && entry.id == id;
        self.entries.iter().enumerate().filter(move |(_, entry)| named(entry)).map(|(at, _)| at)
    }

    /// Returns whether a path bears an id of the list, so that its very name may say too much.
    pub(crate) fn names_any(&self, path: &str) -> bool {
        self.entries.iter().any(|entry| path.contains(&entry.id))
    }
}

impl WrittenEntry {
    fn read(self) -> Result<ExcludeEntry, String> {
        let (what, id) = match (self.conversation, self.participant) {
            (Some(id), None) => (ExcludedWhat::Conversation, id),
            (None, Some(id)) => (ExcludedWhat::Participant, id),
            _ => return Err("it names a `conversation` or a `participant`, and one of them only".to_owned()),
        };
        for (key, text) in [("id", &id), ("decided_by", &self.decided_by), ("reason", &self.reason)] {
            if text.trim().is_empty() {
                return Err(format!("its {key} is blank: what is left out must be answered for"));
            }
        }
        let date = match self.date {
            WrittenDate::Day(date) => date.to_string(),
            WrittenDate::Text(text) => text,
        };
        let date: Day = date.parse().map_err(|_| format!("`{date}` is no day, such as 2024-03-05"))?;
        Ok(ExcludeEntry { what, id, decided_by: self.decided_by, reason: self.reason, date })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_says_what_who_why_and_when() {
        let entry = |keys: &str| format!("[[exclude]]\n{keys}\n");
        let good = entry("conversation = \"1@chatroom\"\ndecided_by = \"Li\"\nreason = \"family\"\ndate = 2024-03-05");
        let list = ExcludeList::from_toml(&good).expect("a list");
        assert_eq!(
            (list.entries()[0].what, list.entries()[0].date.to_string()),
            (ExcludedWhat::Conversation, "2024-03-05".into())
        );
        ExcludeList::from_toml(&good.replace("2024-03-05", "\"2024-03-05\"")).expect("a day in quotes");
        let rows = [
            ("", "no [[exclude]]"),
            (&*entry("decided_by = \"Li\"\nreason = \"family\"\ndate = 2024-03-05"), "one of them only"),
            (&*good.replace("decided_by = \"Li\"", "participant = \"a\"\ndecided_by = \"Li\""), "one of them only"),
            (&*good.replace("\"family\"", "\" \""), "reason is blank"),
            (&*good.replace("\"1@chatroom\"", "\"\""), "id is blank"),
            (&*good.replace("2024-03-05", "\"soon\""), "`soon` is no day"),
            (&*good.replace("reason", "reasn"), "reasn"),
            (&*good.replace("date = 2024-03-05", ""), "date"),
        ];
        for (text, said) in rows {
            let error = ExcludeList::from_toml(text).expect_err(said);
            assert!(error.contains(said), "{said}: {error}");
        }
    }
}
