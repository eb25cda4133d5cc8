//! What happened to a message: edits, reactions, deletion, mentions, a policy that it broke.

use duces_model::{Deletion, Edit, Fact, Marks, Reaction, RecordState};

use super::keys::Keys;
use super::names::Names;
use super::people;
use crate::when;

/// Adds what a message marks on itself to what its body already marks.
pub(super) fn add(message: &Keys<'_>, names: &Names, marks: &mut Marks) {
    let at = |key: &str| message.text(key).as_deref().and_then(when::from_rfc3339);
    marks.reply_to = message.text("replyToId").or(marks.reply_to.take());
    if message.text("lastEditedDateTime").is_some() {
        marks.edits.push(Edit { at: at("lastEditedDateTime"), by: None, before: None });
    }
    if message.text("deletedDateTime").is_some() {
        marks.deletion = Some(Deletion { at: at("deletedDateTime"), by: None, recovered: false });
    }
    marks.reactions = reactions(message, names);
    let facts = said(message).into_iter().chain(mentions(message, names)).chain(history(message, names));
    let facts: Vec<Fact> = facts.chain(policy(message)).collect();
    marks.facts.splice(0..0, facts);
}

/// Returns how a message stands, where it does not simply stand.
pub(super) fn state(message: &Keys<'_>) -> Option<RecordState> {
    message.text("deletedDateTime").map(|_| RecordState::Deleted)
}

fn reactions(message: &Keys<'_>, names: &Names) -> Vec<Reaction> {
    let mut found: Vec<Reaction> = Vec::new();
    for one in message.objects("reactions") {
        let value = reaction_value(&one);
        let by = one.object("user").and_then(|set| people::of_set(&set, names)).map(|who| people::shown(&who));
        match found.iter_mut().find(|known| known.value == value) {
            Some(known) => {
                known.count = known.count.saturating_add(1);
                known.by.extend(by);
            }
            None => found.push(Reaction { value, count: 1, by: by.into_iter().collect() }),
        }
    }
    found
}

/// A reaction of the organisation's own is of the type `custom` and has a name.
fn reaction_value(reaction: &Keys<'_>) -> String {
    let kind = reaction.text("reactionType").unwrap_or_default();
    let name = reaction.text("displayName").filter(|_| kind.is_empty() || kind == "custom");
    name.unwrap_or(kind)
}

fn said(message: &Keys<'_>) -> Vec<Fact> {
    let importance = message.text("importance").filter(|importance| importance != "normal");
    let identity = message.object("from").and_then(|set| people::kind(&set));
    let pairs = [
        ("subject", message.text("subject")),
        ("summary", message.text("summary")),
        ("importance", importance),
        ("sender is", identity),
    ];
    pairs.into_iter().filter_map(|(name, value)| value.map(|value| Fact::new(name, value))).collect()
}

fn mentions(message: &Keys<'_>, names: &Names) -> Vec<Fact> {
    let shown = |mention: &Keys<'_>| {
        let text = mention.text("mentionText");
        let who = mention.object("mentioned").and_then(|set| people::of_set(&set, names));
        let who = who.map(|who| people::with_id(&who));
        match (text, who) {
            // The app lets people cut a name down, so that the text may say less than the name.
            (Some(text), Some(who)) if !who.starts_with(&text) => Some(format!("{text}: {who}")),
            (text, who) => who.or(text),
        }
    };
    message.objects("mentions").iter().filter_map(shown).map(|value| Fact::new("mention", value)).collect()
}

/// Returns what the history says of reactions that do not stand any more: those that stand are shown as such.
fn history(message: &Keys<'_>, names: &Names) -> Vec<Fact> {
    let who = |reaction: &Keys<'_>| reaction.object("user").and_then(|set| people::of_set(&set, names));
    let key = |reaction: &Keys<'_>| {
        let id = who(reaction).and_then(|who| who.native_id.or(who.name));
        (reaction_value(reaction), reaction.text("createdDateTime"), id)
    };
    let standing: Vec<_> = message.objects("reactions").iter().map(key).collect();
    let mut facts = Vec::new();
    for entry in message.objects("messageHistory") {
        let action = entry.text("actions").unwrap_or_default();
        let reaction = entry.object("reaction").unwrap_or_default();
        if action == "reactionAdded" && standing.contains(&key(&reaction)) {
            continue;
        }
        let parts = [
            entry.text("modifiedDateTime"),
            Some(action),
            Some(reaction_value(&reaction)),
            who(&reaction).map(|who| people::shown(&who)),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        facts.push(Fact::new("history", parts.join(" ")));
    }
    facts
}

/// Returns that a message broke a policy of its organisation, which may have taken it from those who should read it.
fn policy(message: &Keys<'_>) -> Vec<Fact> {
    let Some(policy) = message.object("policyViolation") else { return Vec::new() };
    let tip = policy.object("policyTip").unwrap_or_default();
    let matched = Some(tip.texts("matchedConditionDescriptions").join("; ")).filter(|text| !text.is_empty());
    let pairs = [
        ("policy action", policy.text("dlpAction")),
        ("policy verdict", policy.text("verdictDetails")),
        ("policy answer", policy.text("userAction")),
        ("policy justification", policy.text("justificationText")),
        ("policy tip", tip.text("generalText")),
        ("policy matched", matched),
    ];
    pairs.into_iter().filter_map(|(name, value)| value.map(|value| Fact::new(name, value))).collect()
}
