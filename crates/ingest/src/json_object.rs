//! A JSON object whose values stay as the source writes them until they are asked for: numbers keep their digits, and a
//! field may be of whatever type.

use std::borrow::Cow;
use std::collections::BTreeMap;

use duces_model::{Place, UtcMillis};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::encoding::{self, Encoding};
use crate::field::{Field, filled};
use crate::json_stream;
use crate::sink::Sink;
use crate::{codes, when};

/// The object.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Object<'a>(#[serde(borrow)] BTreeMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Object<'a> {
    /// Returns the object that one element of a source is; one that is none is set aside and `None` returned.
    pub(crate) fn of_element(
        raw: &'a [u8],
        encoding: Encoding,
        spare: &'a mut Spare,
        place: &Place,
        sink: &mut Sink,
    ) -> Option<Self> {
        let Spare { mended, read } = spare;
        // Values that are read later must be sound now: half a character would make a text seem absent.
        let escaped = encoding == Encoding::Utf8 && memchr::memmem::find(raw, b"\\u").is_some();
        match escaped.then(|| encoding::mend_json(raw, place, sink)).flatten() {
            Some(bytes) => {
                *mended = bytes;
                json_stream::element(mended, encoding, read, place, sink)
            }
            None => json_stream::element(raw, encoding, read, place, sink),
        }
    }

    /// Returns the object that a text is.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Returns the keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(AsRef::as_ref)
    }

    /// Returns a value as the source writes it; null is none.
    pub(crate) fn raw(&self, key: &str) -> Option<&'a str> {
        self.0.get(key).map(|raw| raw.get()).filter(|raw| *raw != "null")
    }

    /// Returns a field.
    pub(crate) fn field(&self, key: &str) -> Field<'a> {
        self.raw(key).and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default()
    }

    /// Returns a text; a number or a truth with the letters of the source; nothing where it is empty or nested.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        match self.field(key) {
            Field::Text(text) => filled(text.into_owned()),
            Field::Int(_) | Field::Float(_) | Field::Bool(_) => self.raw(key).map(str::to_owned),
            Field::None | Field::Nested => None,
        }
    }

    /// Returns the first of some texts that is there.
    pub(crate) fn text_in(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| self.text(key))
    }

    /// Returns a whole number, also one that is written as a text.
    pub(crate) fn int(&self, key: &str) -> Option<i64> {
        self.field(key).int()
    }

    /// Returns a size or a count.
    pub(crate) fn size(&self, key: &str) -> Option<u64> {
        self.int(key).and_then(|number| u64::try_from(number).ok())
    }

    /// Returns an object within this one.
    pub(crate) fn object(&self, key: &str) -> Option<Object<'a>> {
        self.raw(key).and_then(Object::of)
    }

    /// Returns the values of a list, as the source writes them.
    pub(crate) fn list(&self, key: &str) -> Vec<&'a RawValue> {
        self.raw(key).and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default()
    }

    /// Returns the objects of a list.
    pub(crate) fn objects(&self, key: &str) -> Vec<Object<'a>> {
        self.list(key).into_iter().filter_map(|raw| Object::of(raw.get())).collect()
    }

    /// Returns the texts of a list, or the one text that stands in its place.
    pub(crate) fn texts(&self, key: &str) -> Vec<String> {
        match self.field(key) {
            Field::Text(text) => vec![text.into_owned()],
            _ => self.list(key).into_iter().filter_map(|raw| plain(raw.get())).collect(),
        }
    }
}

/// Returns the time of a record that has it in seconds, or in milliseconds, since 1970; without one it is set aside.
pub(crate) fn epoch(
    object: &Object<'_>,
    key: &str,
    raw: &[u8],
    place: &Place,
    sink: &mut Sink,
) -> Option<(UtcMillis, String)> {
    let shown = object.text(key).unwrap_or_default();
    let number = object.int(key).and_then(when::from_seconds_or_millis).map(|(at, _)| at);
    let sent = number.or_else(|| when::from_decimal_seconds(&shown));
    if sent.is_none() {
        let code = if object.raw(key).is_none() { &codes::MISSING_FIELD } else { &codes::BAD_TIME };
        sink.excepted(code, place, format!("`{key}` is no time of a message: `{shown}`"), raw);
    }
    sent.map(|sent| (sent, shown))
}

/// Returns the text that a value is.
fn plain(raw: &str) -> Option<String> {
    match serde_json::from_str::<Field<'_>>(raw).ok()? {
        Field::Text(text) => filled(text.into_owned()),
        Field::Int(_) | Field::Float(_) | Field::Bool(_) => Some(raw.to_owned()),
        Field::None | Field::Nested => None,
    }
}

/// Where an element stands that had to be mended.
#[derive(Default)]
pub(crate) struct Spare {
    mended: Vec<u8>,
    read: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_letters() {
        let object = Object::of(
            r#"{"a":39.90,"b":"x","c":null,"d":[1,"y",{"z":2}],"e":{"f":18446744073709551615},"g":true,"h":"[1]"}"#,
        );
        let object = object.expect("an object");
        assert_eq!((object.text("a").as_deref(), object.text("b").as_deref()), (Some("39.90"), Some("x")));
        assert_eq!((object.text("c"), object.text("d"), object.raw("c")), (None, None, None));
        assert_eq!(object.texts("d"), ["1", "y"]);
        assert_eq!(object.texts("b"), ["x"]);
        assert_eq!(object.objects("d").len(), 1);
        let inner = object.object("e").expect("an object");
        assert_eq!((inner.text("f").as_deref(), inner.int("f")), (Some("18446744073709551615"), None));
        assert_eq!(object.text("g").as_deref(), Some("true"));
        assert!(Object::of("[]").is_none());
    }

    #[test]
    fn half_a_character_is_mended_and_said() {
        let mut sink = Sink::default();
        let mut spare = Spare::default();
        let raw = br#"{"a":"x\ud83d"}"#;
        let object = Object::of_element(raw, Encoding::Utf8, &mut spare, &Place::file("x"), &mut sink);
        assert_eq!(object.expect("readable").text("a").as_deref(), Some("x\u{fffd}"));
        assert_eq!(sink.findings().map(|f| f.code).collect::<Vec<_>>(), ["INGEST_LONE_SURROGATE"]);
    }
}
