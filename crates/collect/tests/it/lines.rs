//! Interchange lines for the tests: what only that format can say in a few words.

use serde_json::{Value, json};

/// A line of an interchange file on its way.
#[derive(Debug, Clone)]
pub struct Line(Value);

/// Returns a text at second `at` in the group `1@chatroom`.
pub fn line(at: i64, text: &str) -> Line {
    Line(json!({
        "conversation": { "kind": "group", "native_id": "1@chatroom", "title": "G" },
        "sender": { "native_id": "wxid_bob", "name": "Bob" },
        "sent": 1_700_000_000_000 + at * 1000,
        "body": { "kind": "text", "text": text },
    }))
}

impl Line {
    pub fn with(mut self, key: &str, value: Value) -> Self {
        self.0[key] = value;
        self
    }

    pub fn id(self, id: &str) -> Self {
        self.with("native_id", json!(id))
    }

    pub fn sent(self, at: &str) -> Self {
        self.with("sent", json!(at))
    }

    pub fn body(self, body: Value) -> Self {
        self.with("body", body)
    }

    pub fn by(self, id: &str) -> Self {
        self.with("sender", json!({ "native_id": id, "name": id.to_uppercase() }))
    }

    /// In a group or, where the id is an account, with it alone.
    pub fn at(self, id: &str) -> Self {
        let kind = if id.contains('@') { "group" } else { "direct" };
        self.with("conversation", json!({ "kind": kind, "native_id": id, "title": format!("T {id}") }))
    }
}

/// Returns an interchange file.
pub fn file(lines: &[Line]) -> String {
    let mut text = "{\"format\":\"duces-jsonl\",\"version\":1}\n".to_owned();
    for Line(line) in lines {
        text.push_str(&format!("{line}\n"));
    }
    text
}
