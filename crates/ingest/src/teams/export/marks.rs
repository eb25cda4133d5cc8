//! What happened to a message of the export: its properties say so, each an object or the text of one.

use duces_model::{Deletion, Edit, Fact, Reaction, RecordState, UtcMillis};

use crate::draft::Draft;
use crate::teams::keys::Keys;
use crate::when;

/// Properties that are shown as they are where they say something.
const SHOWN: &[&str] = &["subject", "title", "importance", "onbehalfof"];

/// What importance says where there is none.
const USUAL: &[&str] = &["normal", ""];

/// Adds what a message marks on itself.
pub(super) fn add(message: &Keys<'_>, draft: &mut Draft) {
    let text = text_or_raw(message, "properties").unwrap_or_default();
    let properties = Keys::of(&text).unwrap_or_default();
    if let Some(edited) = properties.text("edittime").filter(|at| at != "0") {
        draft.marks.edits.push(Edit { at: instant(&edited), by: None, before: None });
    }
    if let Some(deleted) = properties.text("deletetime").filter(|at| at != "0") {
        draft.marks.deletion = Some(Deletion { at: instant(&deleted), by: None, recovered: false });
        draft.state = Some(RecordState::Deleted);
    }
    draft.marks.reactions = reactions(&properties);
    let earlier = message.text("skypeeditedid").map(|id| Fact::new("edited message", id));
    draft.marks.facts.extend(earlier);
    for key in SHOWN {
        let value = properties.text(key).filter(|value| !USUAL.contains(&value.as_str()));
        draft.marks.facts.extend(value.map(|value| Fact::new(*key, value)));
    }
    draft.marks.facts.extend(mentions(&properties));
}

/// Returns a value that is JSON, or the text of JSON.
pub(super) fn text_or_raw(keys: &Keys<'_>, key: &str) -> Option<String> {
    let raw = keys.raw(key)?;
    Some(serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned()))
}

/// Returns the objects of a list, or of the text of one.
pub(super) fn with_objects<T>(keys: &Keys<'_>, key: &str, each: impl FnMut(Keys<'_>) -> Option<T>) -> Vec<T> {
    let text = text_or_raw(keys, key).unwrap_or_default();
    let list: Vec<&serde_json::value::RawValue> = serde_json::from_str(&text).unwrap_or_default();
    list.into_iter().filter_map(|raw| Keys::of(raw.get())).filter_map(each).collect()
}

fn instant(text: &str) -> Option<UtcMillis> {
    text.trim().parse().ok().and_then(when::from_seconds_or_millis).map(|(at, _)| at)
}

fn reactions(properties: &Keys<'_>) -> Vec<Reaction> {
    with_objects(properties, "emotions", |emotion| {
        let users = with_objects(&emotion, "users", |user| user.text_in(&["mri", "id"]));
        let count = u32::try_from(users.len()).unwrap_or(u32::MAX);
        // One that everybody took back leaves an empty list.
        (count > 0).then(|| Reaction { value: emotion.text("key").unwrap_or_default(), count, by: users })
    })
}

fn mentions(properties: &Keys<'_>) -> Vec<Fact> {
    with_objects(properties, "mentions", |mention| {
        let (name, id) = (mention.text("displayName"), mention.text_in(&["mri", "id"]));
        let shown = match (name, id) {
            (Some(name), Some(id)) if name != id => format!("{name} ({id})"),
            (name, id) => name.or(id)?,
        };
        Some(Fact::new("mention", shown))
    })
}
