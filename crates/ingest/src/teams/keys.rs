//! Objects of Microsoft Graph. Its own keys begin with a small letter, those of the data export with a capital one.

use std::borrow::Cow;

use crate::json_object::Object;

/// An object whose keys are asked for as Graph spells them.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys<'a>(Object<'a>);

impl<'a> Keys<'a> {
    pub(super) fn new(object: Object<'a>) -> Self {
        Self(object)
    }

    /// Returns the object that a text is.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        Object::of(text).map(Self)
    }

    /// Returns whether a key is there, whatever its value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.0.keys().any(|known| known == key || known == capital(key))
    }

    /// Returns the keys that have a value, as Graph spells them.
    pub(super) fn filled(&self) -> impl Iterator<Item = String> {
        self.0.keys().filter(|key| self.0.raw(key).is_some()).map(small)
    }

    pub(super) fn raw(&self, key: &str) -> Option<&'a str> {
        self.0.raw(&self.spelt(key))
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.0.text(&self.spelt(key))
    }

    pub(super) fn text_in(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| self.text(key))
    }

    pub(super) fn object(&self, key: &str) -> Option<Keys<'a>> {
        self.0.object(&self.spelt(key)).map(Keys)
    }

    pub(super) fn objects(&self, key: &str) -> Vec<Keys<'a>> {
        self.0.objects(&self.spelt(key)).into_iter().map(Keys).collect()
    }

    /// Returns the values of a list, as the source writes them.
    pub(super) fn list(&self, key: &str) -> Vec<&'a str> {
        self.0.list(&self.spelt(key)).into_iter().map(serde_json::value::RawValue::get).collect()
    }

    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        self.0.texts(&self.spelt(key))
    }

    fn spelt<'k>(&self, key: &'k str) -> Cow<'k, str> {
        if self.0.raw(key).is_some() { Cow::Borrowed(key) } else { Cow::Owned(capital(key)) }
    }
}

pub(super) fn capital(key: &str) -> String {
    let mut chars = key.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn small(key: &str) -> String {
    let mut chars = key.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_spelling_is_found() {
        let keys = Keys::of(r#"{"Id":"1","replyToId":null,"From":{"User":{"DisplayName":"A"}},"texts":["x"]}"#);
        let keys = keys.expect("an object");
        assert_eq!(keys.text("id").as_deref(), Some("1"));
        assert!(keys.has("replyToId") && keys.text("replyToId").is_none() && !keys.has("body"));
        let user = keys.object("from").and_then(|from| from.object("user")).expect("nested");
        assert_eq!(user.text("displayName").as_deref(), Some("A"));
        assert_eq!(keys.filled().collect::<Vec<_>>(), ["from", "id", "texts"]);
        assert_eq!(keys.texts("texts"), ["x"]);
    }
}
