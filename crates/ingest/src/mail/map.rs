//! From which headers the parts of a chat message are taken: a map that is data, since no vendor publishes its headers.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use super::subject;

/// How chat messages that came as mails are read. The default knows the vendors' rules that come with duces.
#[derive(Clone)]
pub struct MailMap {
    rules: Arc<Vec<Rule>>,
}

/// Why a map cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MailMapError {
    /// It is no TOML, or has a key that is not known.
    #[error("the mail map cannot be read: {0}; docs/mail-map.md lists its keys")]
    Toml(#[from] toml::de::Error),
    /// A rule could never apply, or would apply to every mail.
    #[error("the mail map's rule `{rule}` {reason}")]
    Rule {
        /// The rule's name.
        rule: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Rule>,
}

/// One rule: when it fits a mail, and what it takes from where. The first header that is filled counts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Rule {
    pub(crate) name: String,
    /// Whether the names were checked against the vendor's own deliveries.
    pub(crate) verified: bool,
    /// Where the names come from.
    pub(crate) note: String,
    /// Headers one of which a mail must bear; `*` at the end stands for anything.
    pub(crate) when: Vec<String>,
    /// Whether an account with one of the prefixes is enough.
    pub(crate) when_prefix: bool,
    /// Whether a subject of one of the patterns is enough.
    pub(crate) when_subject: bool,
    /// The app, where no header says it.
    pub(crate) app: Option<String>,
    pub(crate) app_from: Vec<String>,
    /// Apps by what the header says, letters' case aside.
    pub(crate) apps: BTreeMap<String, String>,
    pub(crate) conversation_from: Vec<String>,
    /// Headers that only messages of a group bear.
    pub(crate) group_from: Vec<String>,
    pub(crate) title_from: Vec<String>,
    pub(crate) message_id_from: Vec<String>,
    pub(crate) reply_to_from: Vec<String>,
    pub(crate) sender_id_from: Vec<String>,
    pub(crate) sender_name_from: Vec<String>,
    /// Where a time stands, if not in `Date`.
    pub(crate) sent_from: Vec<String>,
    pub(crate) direction_from: Vec<String>,
    /// What the direction of a message that the archived person sent is called; letters' case aside.
    pub(crate) outgoing: Vec<String>,
    /// What the direction of a message that the archived person received is called.
    pub(crate) incoming: Vec<String>,
    pub(crate) type_from: Vec<String>,
    /// Kinds by what the header says, letters' case aside.
    pub(crate) types: BTreeMap<String, Kind>,
    /// Headers that name files lying beside the mail.
    pub(crate) files_from: Vec<String>,
    /// Headers that a mail bears whose content is encrypted.
    pub(crate) encrypted_by: Vec<String>,
    /// Headers that are kept as facts.
    pub(crate) facts: Vec<String>,
    /// Domains of the vendor: of an address there, what stands before the `@` is the account.
    pub(crate) domains: Vec<String>,
    /// What accounts begin with, at whatever domain.
    pub(crate) prefixes: Vec<String>,
    /// How subjects are read: `WeChat message from {sender} to {recipient}`.
    pub(crate) subjects: Vec<String>,
}

/// What a message is, where a header says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Text,
    Picture,
    Voice,
    Video,
    File,
    Sticker,
    Call,
    Recall,
    Join,
    Leave,
    Rename,
    Notice,
}

impl Rule {
    fn check(&self) -> Result<(), MailMapError> {
        let wrong = |reason| Err(MailMapError::Rule { rule: self.name.clone(), reason });
        if self.name.is_empty() {
            return wrong("has no `name`");
        }
        if self.when.iter().any(|header| matches!(header.trim_end_matches('*'), "" | "X-")) {
            return wrong("would fit every mail: `when` needs a header's name");
        }
        let by_prefix = self.when_prefix && self.prefixes.iter().any(|prefix| !prefix.is_empty());
        let by_subject = self.when_subject && !self.subjects.is_empty();
        if self.when.is_empty() && !by_prefix && !by_subject {
            return wrong(
                "fits no mail: it needs `when`, or `when_prefix` with `prefixes`, or `when_subject` with `subjects`",
            );
        }
        if self.prefixes.iter().any(String::is_empty) || self.domains.iter().any(String::is_empty) {
            return wrong("has an empty prefix or domain");
        }
        if !self.subjects.iter().all(|pattern| subject::is_pattern(pattern)) {
            return wrong("has a subject that is no pattern: it needs words, and between two names in braces too");
        }
        Ok(())
    }
}

impl MailMap {
    /// Reads a map of the caller's own; its rules are asked before those that come with duces.
    pub fn from_toml(text: &str) -> Result<Self, MailMapError> {
        let mut rules = rules_of(text)?;
        rules.extend(Self::default().rules.iter().cloned());
        Ok(Self { rules: Arc::new(rules) })
    }

    /// Returns the rules in the order in which they are asked.
    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

fn rules_of(text: &str) -> Result<Vec<Rule>, MailMapError> {
    let file: File = toml::from_str(text)?;
    file.rule.iter().try_for_each(Rule::check)?;
    Ok(file.rule)
}

impl Default for MailMap {
    fn default() -> Self {
        static KNOWN: OnceLock<Arc<Vec<Rule>>> = OnceLock::new();
        let known =
            || Arc::new(rules_of(include_str!("mail_map.toml")).expect("the map that comes with duces is tested"));
        Self { rules: Arc::clone(KNOWN.get_or_init(known)) }
    }
}

impl fmt::Debug for MailMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rules.iter().map(|rule| &rule.name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_that_comes_with_duces_is_a_map() {
        let names: Vec<String> = MailMap::default().rules().iter().map(|rule| rule.name.clone()).collect();
        assert_eq!(names, ["telemessage", "leapxpert", "global-relay", "generic"]);
        assert!(MailMap::default().rules().iter().all(|rule| !rule.verified && !rule.note.is_empty()));
    }

    #[test]
    fn a_map_of_ones_own_comes_first_and_a_wrong_one_is_refused() {
        let map = MailMap::from_toml("[[rule]]\nname = \"ours\"\nwhen = [\"X-Ours-Id\"]\n").expect("a map");
        assert_eq!(map.rules()[0].name, "ours");
        assert_eq!(map.rules().len(), 5);
        for (text, reason) in [
            ("", "missing field `rule`"),
            ("[[rule]]\nname = \"a\"\nwhan = []", "unknown field `whan`"),
            ("[[rule]]\nwhen = [\"X-A\"]", "no `name`"),
            ("[[rule]]\nname = \"a\"", "fits no mail"),
            ("[[rule]]\nname = \"a\"\nwhen = [\"*\"]", "every mail"),
            ("[[rule]]\nname = \"a\"\nwhen = [\"X-A\"]\nprefixes = [\"\"]", "empty prefix"),
            ("[[rule]]\nname = \"a\"\nwhen = [\"X-A\"]\nsubjects = [\"{sender}\"]", "no pattern"),
            ("[[rule]]\nname = \"a\"\nwhen = [\"X-A\"]\ntypes = { x = \"nonsense\" }", "unknown variant"),
        ] {
            let error = MailMap::from_toml(text).expect_err(text).to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
