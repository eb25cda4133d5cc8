//! The elements that everything in a report is made of: models with fields of values and of other models.
//!
//! No vendor document describes them; the names are those that public programs for these reports read. They stand in
//! this folder and nowhere else.

use duces_model::Sender;

use crate::field::filled;
use crate::wechat_xml::Node;

/// Returns the text of a field.
pub(super) fn field(model: &Node, name: &str) -> Option<String> {
    let named = |node: &&Node| is(node, &["field", "multiField"]) && node.attribute("name").as_deref() == Some(name);
    let field = model.every_child().find(named)?;
    let value = field.child("value").and_then(value_of);
    value.or_else(|| if field.child("value").is_none() { field.own_text() } else { None })
}

/// Returns the text of a value; some are written in base64.
fn value_of(value: &Node) -> Option<String> {
    let text = value.own_text()?;
    if !value.attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("Base64String")) {
        return Some(text);
    }
    let decoded = crate::carried::base64(text.as_bytes());
    Some(String::from_utf8(decoded.bytes).unwrap_or(text))
}

/// Returns the models that a field of models holds.
pub(super) fn models<'a>(model: &'a Node, name: &'a str) -> impl Iterator<Item = &'a Node> {
    let named = move |node: &&Node| {
        is(node, &["modelField", "multiModelField"]) && node.attribute("name").as_deref() == Some(name)
    };
    model.every_child().filter(named).flat_map(|field| field.children("model"))
}

/// Returns every model of a type below a model, however deep, but not those of messages within it.
pub(super) fn below<'a>(model: &'a Node, kind: &str, found: &mut Vec<&'a Node>) {
    for child in model.every_child() {
        let of = child.attribute("type");
        if child.name == "model" && of.as_deref() == Some(kind) {
            found.push(child);
        } else if !(child.name == "model" && of.as_deref() == Some("InstantMessage")) {
            below(child, kind, found);
        }
    }
}

fn is(node: &Node, names: &[&str]) -> bool {
    names.contains(&node.name.as_str())
}

/// Somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Party {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    /// Whether the report says that it is the device's owner.
    pub(super) owner: bool,
    /// What they are to a message: `From`, `To`.
    pub(super) role: Option<String>,
}

impl Party {
    pub(super) fn of(model: &Node) -> Option<Self> {
        let party = Self {
            id: field(model, "Identifier"),
            name: field(model, "Name"),
            owner: field(model, "IsPhoneOwner").is_some_and(|value| value.eq_ignore_ascii_case("true")),
            role: field(model, "Role"),
        };
        (party.id.is_some() || party.name.is_some() || party.owner).then_some(party)
    }

    /// Returns the parties of a field.
    pub(super) fn all(model: &Node, name: &str) -> Vec<Self> {
        models(model, name).filter_map(Self::of).collect()
    }

    /// Returns whether it is the app that speaks.
    pub(super) fn is_system(&self) -> bool {
        let system = |text: &Option<String>| text.as_deref().is_some_and(|text| text.starts_with("System Message"));
        system(&self.id) || system(&self.name)
    }

    pub(super) fn sender(&self) -> Option<Sender> {
        let name = self.name.clone().filter(|name| Some(name) != self.id.as_ref());
        let known = self.id.is_some() || name.is_some();
        known.then(|| Sender { native_id: self.id.clone(), name })
    }

    /// Returns what tells them from others.
    pub(super) fn key(&self) -> Option<&str> {
        self.id.as_deref().or(self.name.as_deref())
    }

    pub(super) fn shown(&self) -> String {
        match (&self.name, &self.id) {
            (Some(name), Some(id)) if name != id => format!("{name} ({id})"),
            (Some(one), _) | (None, Some(one)) => one.clone(),
            (None, None) => "the owner of the device".to_owned(),
        }
    }
}

/// Returns a path of the report with `/` between its parts; some parts have spaces before them that the files have not.
pub(super) fn path(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '\\']).map(str::trim).filter(|part| !part.is_empty()).collect();
    filled(parts.join("/"))
}
