//! One JSON object of a manifest, taken apart key by key: what is not as the schema wants it is said, and kept.

use std::collections::BTreeSet;
use std::fmt::Display;

use duces_model::{Finding, FindingCode, Place};
use serde_json::{Map, Value};

use crate::codes;

/// What is found wrong, at the place at hand.
pub(crate) struct Faults {
    pub(crate) place: Place,
    pub(crate) findings: Vec<Finding>,
    /// The keys that nobody reads and that were said, by their path without numbers.
    unknown: BTreeSet<String>,
}

impl Faults {
    pub(crate) fn at(place: Place) -> Self {
        Self { place, findings: Vec::new(), unknown: BTreeSet::new() }
    }

    pub(crate) fn say(&mut self, code: &FindingCode, text: impl Into<String>) {
        self.findings.push(Finding::new(code, self.place.clone(), text));
    }

    pub(crate) fn schema(&mut self, path: impl Display, what: impl Display) {
        self.say(&codes::SCHEMA, format!("`{path}` {what}"));
    }
}

/// An object whose keys are taken one after the other.
pub(crate) struct Object<'a> {
    map: Map<String, Value>,
    /// Where it stands, such as `participants[3]`.
    path: String,
    faults: &'a mut Faults,
}

impl<'a> Object<'a> {
    /// Returns the object; anything else is said and is none.
    pub(crate) fn of(value: Value, path: String, faults: &'a mut Faults) -> Option<Self> {
        match value {
            Value::Object(map) => Some(Self { map, path, faults }),
            other => {
                faults.schema(path, format!("should be an object; it is {}", kind_of(&other)));
                None
            }
        }
    }

    fn path_of(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }

    /// Returns a text. A number or a truth value is kept as text, though the schema refuses it.
    pub(crate) fn text(&mut self, key: &str) -> Option<String> {
        match self.map.remove(key)? {
            Value::String(text) => Some(text),
            Value::Null => {
                self.faults.schema(self.path_of(key), "is null; what is not known is left out");
                None
            }
            other => {
                self.faults.schema(self.path_of(key), format!("should be a text; it is {}", kind_of(&other)));
                match other {
                    Value::Number(number) => Some(number.to_string()),
                    Value::Bool(value) => Some(value.to_string()),
                    // Lists and objects are kept as they are written.
                    nested => Some(nested.to_string()),
                }
            }
        }
    }

    /// Returns a text that must be there and, where `filled`, must not be empty.
    pub(crate) fn required(&mut self, key: &str, filled: bool) -> Option<String> {
        if !self.has(key) {
            self.missing(key);
            return None;
        }
        let text = self.text(key);
        if filled && text.as_deref() == Some("") {
            self.faults.schema(self.path_of(key), "is empty");
        }
        text
    }

    /// Returns a text that only the schema of version 1 requires.
    pub(crate) fn text_unless(&mut self, key: &str, required: bool) -> Option<String> {
        if required { self.required(key, true) } else { self.text(key) }
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    pub(crate) fn schema(&mut self, key: &str, what: &str) {
        self.faults.schema(self.path_of(key), what);
    }

    pub(crate) fn missing(&mut self, key: &str) {
        self.faults.schema(self.path_of(key), "is missing");
    }

    /// Returns a whole number.
    pub(crate) fn number(&mut self, key: &str) -> Option<u64> {
        let value = self.map.remove(key)?;
        if let Some(number) = value.as_u64() {
            return Some(number);
        }
        self.faults.schema(self.path_of(key), format!("should be a whole number; it is `{value}`"));
        // Some write numbers as texts.
        value.as_str().and_then(|text| text.trim().parse().ok())
    }

    /// Returns a truth value.
    pub(crate) fn truth(&mut self, key: &str) -> bool {
        let Some(value) = self.map.remove(key) else { return false };
        if let Some(truth) = value.as_bool() {
            return truth;
        }
        self.faults.schema(self.path_of(key), format!("should be true or false; it is `{value}`"));
        matches!(value.as_str(), Some("true" | "True")) || value.as_u64() == Some(1)
    }

    /// Returns one of the words of a list; another word is said and is none.
    pub(crate) fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let what = format!("is `{text}`; the schema knows {}", known.join(", "));
            self.faults.schema(self.path_of(key), what);
        }
        found
    }

    /// Returns what `each` makes of the elements of a list.
    pub(crate) fn list<T>(
        &mut self,
        key: &str,
        mut each: impl FnMut(Value, String, &mut Faults) -> Option<T>,
    ) -> Vec<T> {
        match self.map.remove(key) {
            None => Vec::new(),
            Some(Value::Array(items)) => {
                let path = self.path_of(key);
                let items = items.into_iter().enumerate();
                items.filter_map(|(at, item)| each(item, format!("{path}[{at}]"), self.faults)).collect()
            }
            Some(other) => {
                self.faults.schema(self.path_of(key), format!("should be a list; it is {}", kind_of(&other)));
                Vec::new()
            }
        }
    }

    /// Returns a list of ids.
    pub(crate) fn ids(&mut self, key: &str) -> Vec<String> {
        self.list(key, |value, path, faults| match value {
            Value::String(id) => {
                if id.is_empty() {
                    faults.schema(path, "is empty");
                }
                Some(id)
            }
            other => {
                faults.schema(path, format!("should be a text; it is {}", kind_of(&other)));
                other.as_number().map(ToString::to_string)
            }
        })
    }

    /// Says which keys nobody reads, each where it stands first.
    pub(crate) fn end(self) {
        for (key, value) in &self.map {
            let kind: String = format!("{}.{key}", self.path).chars().filter(|c| !c.is_ascii_digit()).collect();
            if !self.faults.unknown.insert(kind) {
                continue;
            }
            let shown: String = value.to_string().chars().take(120).collect();
            let text = format!("`{}.{key}` is no key of the format, so it is not read: {shown}", self.path);
            self.faults.say(&codes::UNKNOWN_KEY, text);
        }
    }
}

pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
