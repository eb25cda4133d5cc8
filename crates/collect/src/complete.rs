//! Completing a card: what one copy of a message leaves out and another copy holds.
//!
//! Tools show the same card with more or less of it: one gives a merged history whole, the other only a line for each
//! item. What the first collected says is never changed; what it does not say is filled in.

use duces_model::Body;
use serde_json::{Map, Value};

use crate::identity::normalised;

/// Returns the body with what only the copy says filled in; `None` where the copy says nothing more.
pub(crate) fn completed(stored: &Body, copy: &Body) -> Option<Body> {
    let value = |body| serde_json::to_value(body).expect("a body has string keys only");
    let joined = joined(&value(stored), &value(copy));
    let body: Body = serde_json::from_value(joined).ok()?;
    (body != *stored).then_some(body)
}

fn joined(stored: &Value, copy: &Value) -> Value {
    match (stored, copy) {
        (Value::Null, copy) => copy.clone(),
        (Value::Object(a), Value::Object(b)) if is_placeholder(a) && !says_text(b) => copy.clone(),
        (Value::Object(a), Value::Object(b)) if a.get("type") == b.get("type") => Value::Object(joined_fields(a, b)),
        // A list stands for itself unless both have an item for each.
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() && !a.is_empty() => {
            Value::Array(a.iter().zip(b).map(|(a, b)| joined(a, b)).collect())
        }
        (Value::Array(a), Value::Array(_)) if a.is_empty() => copy.clone(),
        _ => stored.clone(),
    }
}

fn joined_fields(stored: &Map<String, Value>, copy: &Map<String, Value>) -> Map<String, Value> {
    let mut fields = stored.clone();
    // The items of a history are filled in only where they are the same people's, one by one.
    if !same_speakers(stored, copy) {
        return fields;
    }
    for (key, said) in copy {
        match fields.get_mut(key) {
            Some(own) => *own = joined(own, said),
            None => {
                fields.insert(key.clone(), said.clone());
            }
        }
    }
    fields
}

/// Tells whether two objects that name a sender name the same one.
fn same_speakers(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    match (a.get("sender").and_then(Value::as_str), b.get("sender").and_then(Value::as_str)) {
        (Some(a), Some(b)) => normalised(a) == normalised(b),
        _ => true,
    }
}

/// Some tools write `[聊天记录]` or `[图片]` for what they do not show.
fn is_placeholder(object: &Map<String, Value>) -> bool {
    let text = object.get("text").and_then(Value::as_str).unwrap_or_default();
    says_text(object) && text.starts_with('[') && text.ends_with(']') && !text[1..].contains(['[', '\n'])
}

fn says_text(object: &Map<String, Value>) -> bool {
    object.get("type").and_then(Value::as_str) == Some("text")
}

#[cfg(test)]
mod tests {
    use duces_model::{HistoryItem, Link, MergedHistory, MiniProgram};

    use super::*;

    fn item(sender: &str, time: Option<&str>, body: Body) -> HistoryItem {
        HistoryItem { sender: Some(sender.into()), time: time.map(Into::into), body: Box::new(body), attachment: None }
    }

    fn history(items: Vec<HistoryItem>) -> Body {
        Body::MergedHistory(MergedHistory { title: Some("t".into()), items })
    }

    #[test]
    fn a_line_that_stands_for_a_history_gives_way_to_the_history() {
        let inner = history(vec![item("C", Some("10:00"), Body::text_of("3%"))]);
        let flat = history(vec![item("A", None, Body::text_of("who?")), item("B", None, Body::text_of("[聊天记录]"))]);
        let whole = history(vec![item("A", Some("9:00"), Body::text_of("who?")), item("B", Some("9:01"), inner)]);
        assert_eq!(completed(&flat, &whole), Some(whole.clone()));
        assert_eq!(completed(&whole, &flat), None, "the poorer copy adds nothing");
    }

    #[test]
    fn what_was_said_first_is_never_changed() {
        let first = Body::MiniProgram(MiniProgram { title: Some("a".into()), ..MiniProgram::default() });
        let second = MiniProgram { title: Some("b".into()), app_id: Some("wx1".into()), ..MiniProgram::default() };
        let both = MiniProgram { title: Some("a".into()), ..second.clone() };
        assert_eq!(completed(&first, &Body::MiniProgram(second)), Some(Body::MiniProgram(both)));
        let link = Body::Link(Link { title: Some("a".into()), ..Link::default() });
        assert_eq!(completed(&first, &link), None, "another kind of card");
        let (a, b) = (item("A", None, Body::text_of("x")), item("B", Some("9:00"), Body::text_of("x")));
        assert_eq!(completed(&history(vec![a]), &history(vec![b])), None, "somebody else's line");
        assert_eq!(completed(&Body::text_of("[emoji]"), &Body::text_of("[other]")), None);
    }
}
