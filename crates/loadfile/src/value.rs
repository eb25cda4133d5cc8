//! Values of fields, and the row of a document.

use duces_model::{BatesNumber, Day, Digest, UtcMillis};

use crate::field::{FIELDS, Field};

/// The value of one field. How it is written is the dialect's business.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// One text. A path is written with `/` here.
    Text(String),
    /// Several texts.
    List(Vec<String>),
    /// A whole number.
    Number(u64),
    /// Yes or no.
    Bool(bool),
    /// An instant, shown in the dialect's zone.
    Instant(UtcMillis),
    /// A day that is one in every zone.
    Day(Day),
}

impl Value {
    /// Returns whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Number(_) | Self::Bool(_) | Self::Instant(_) | Self::Day(_) => false,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&BatesNumber> for Value {
    fn from(bates: &BatesNumber) -> Self {
        Self::Text(bates.to_string())
    }
}

impl From<&Digest> for Value {
    fn from(digest: &Digest) -> Self {
        Self::Text(digest.to_string())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Self::Bool(is)
    }
}

impl From<UtcMillis> for Value {
    fn from(at: UtcMillis) -> Self {
        Self::Instant(at)
    }
}

impl From<Day> for Value {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}

impl From<Vec<String>> for Value {
    fn from(items: Vec<String>) -> Self {
        Self::List(items)
    }
}

/// The fields of one document. A field that was not set is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(Vec<Value>);

impl Default for Row {
    fn default() -> Self {
        Self(vec![Value::Empty; FIELDS.len()])
    }
}

impl Row {
    /// Sets a field.
    pub fn set(&mut self, field: Field, value: impl Into<Value>) -> &mut Self {
        self.0[field as usize] = value.into();
        self
    }

    /// Returns a field's value.
    pub fn get(&self, field: Field) -> &Value {
        &self.0[field as usize]
    }

    /// Returns the fields that hold something, in the registry's order.
    pub fn set_fields(&self) -> impl Iterator<Item = (Field, &Value)> {
        Field::all().zip(&self.0).filter(|(_, value)| !value.is_empty())
    }

    /// Returns a field's text, where it holds one; empty otherwise.
    pub(crate) fn text(&self, field: Field) -> &str {
        match self.get(field) {
            Value::Text(text) => text,
            _ => "",
        }
    }
}
