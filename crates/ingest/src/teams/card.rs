//! Cards that programs send: adaptive cards, hero and thumbnail cards, those of connectors. What people read on them.

use duces_model::{Body, Card, CardKind, Fact};
use serde_json::{Map, Value};

/// How deep parts of a card may hold each other.
const NESTING: usize = 16;

/// What is shown as text, in the order shown.
const TEXTS: &[&str] =
    &["title", "subtitle", "summary", "activityTitle", "activitySubtitle", "activityText", "text", "lines", "altText"];

/// What holds other parts, in the order shown.
const PARTS: &[&str] = &["body", "items", "columns", "rows", "cells", "inlines", "sections", "images", "image"];

/// What may be pressed, and leads somewhere.
const ACTIONS: &[&str] = &["actions", "buttons", "potentialAction", "selectAction", "tap"];

/// What a card shows.
#[derive(Default)]
struct Shown {
    lines: Vec<String>,
    facts: Vec<Fact>,
}

/// Returns a card by its content. One that cannot be read shows its content as it is.
pub(super) fn of(kind: CardKind, name: Option<String>, url: Option<String>, content: Option<&str>) -> Body {
    let mut shown = Shown::default();
    if let Some(Ok(value)) = content.map(serde_json::from_str::<Value>) {
        shown.take(&value, 0);
    }
    if shown.lines.is_empty() && shown.facts.is_empty() {
        shown.lines.extend(content.map(str::to_owned));
    }
    let text = Some(shown.lines.join("\n")).filter(|text| !text.is_empty());
    Body::Card(Card { card: kind, title: name, text, url, facts: shown.facts })
}

impl Shown {
    fn take(&mut self, value: &Value, depth: usize) {
        if depth > NESTING {
            return;
        }
        match value {
            Value::String(text) => self.line(text),
            Value::Array(parts) => parts.iter().for_each(|part| self.take(part, depth + 1)),
            Value::Object(part) => self.part(part, depth),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn line(&mut self, text: &str) {
        if !text.is_empty() {
            self.lines.push(text.to_owned());
        }
    }

    fn part(&mut self, part: &Map<String, Value>, depth: usize) {
        for text in TEXTS.iter().filter_map(|key| part.get(*key)) {
            self.take(text, depth + 1);
        }
        for fact in part.get("facts").and_then(Value::as_array).into_iter().flatten() {
            let name = text_of(fact, &["title", "name", "key"]).unwrap_or_default();
            self.facts.push(Fact::new(name, text_of(fact, &["value"]).unwrap_or_default()));
        }
        for inner in PARTS.iter().filter_map(|key| part.get(*key)) {
            self.take(inner, depth + 1);
        }
        for action in ACTIONS.iter().filter_map(|key| part.get(*key)) {
            match action {
                Value::Array(actions) => actions.iter().for_each(|action| self.action(action)),
                action => self.action(action),
            }
        }
    }

    fn action(&mut self, action: &Value) {
        let target = || text_of(action.get("targets")?.get(0)?, &["uri"]);
        let address = text_of(action, &["url", "value"]).or_else(target);
        let title = text_of(action, &["title", "name"]);
        if title.is_some() || address.is_some() {
            let name = title.unwrap_or_else(|| "action".to_owned());
            self.facts.push(Fact::new(name, address.unwrap_or_default()));
        }
    }
}

fn text_of(value: &Value, keys: &[&str]) -> Option<String> {
    let found = keys.iter().find_map(|key| value.get(*key).filter(|value| !value.is_null()))?;
    match found {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(found.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(content: &str) -> Card {
        match of(CardKind::App, None, None, Some(content)) {
            Body::Card(card) => card,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_people_read_on_a_card_is_kept() {
        let adaptive = r#"{"type":"AdaptiveCard","body":[{"type":"TextBlock","text":"审批"},
            {"type":"ColumnSet","columns":[{"items":[{"type":"TextBlock","text":"Order 7"}]}]},
            {"type":"FactSet","facts":[{"title":"Amount","value":"¥200.00"}]},
            {"type":"RichTextBlock","inlines":["plain",{"type":"TextRun","text":"run"}]}],
            "actions":[{"type":"Action.OpenUrl","title":"Open","url":"https://a.test"}]}"#;
        let shown = card(adaptive);
        assert_eq!(shown.text.as_deref(), Some("审批\nOrder 7\nplain\nrun"));
        assert_eq!(shown.facts, [Fact::new("Amount", "¥200.00"), Fact::new("Open", "https://a.test")]);
        let hero = card(r#"{"title":"T","subtitle":"S","text":"B","buttons":[{"title":"Yes","value":"y"}]}"#);
        assert_eq!((hero.text.as_deref(), hero.facts), (Some("T\nS\nB"), vec![Fact::new("Yes", "y")]));
        for odd in ["not JSON", "{}", "[]", "7"] {
            assert_eq!(card(odd).text.as_deref(), Some(odd));
        }
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(card(&deep).text.as_deref(), Some(deep.as_str()));
    }
}
