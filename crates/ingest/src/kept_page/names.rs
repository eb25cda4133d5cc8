//! Which elements and attributes of a page a mapping names.

use crate::field::filled;
use crate::mapping::Page;
use crate::page_part::{Part, Selector};

/// What a mapping names.
pub(super) struct Names {
    pub(super) time: Selector,
    pub(super) sender: Option<Selector>,
    pub(super) text: Option<Selector>,
    pub(super) own: Option<Selector>,
    pub(super) id: Option<At>,
    pub(super) sender_id: Option<At>,
}

/// An attribute of the message, or of an element of it.
pub(super) struct At {
    element: Option<Selector>,
    attribute: String,
}

impl At {
    fn parse(text: &str) -> Option<Self> {
        let (element, attribute) = match text.rsplit_once('/') {
            Some((element, attribute)) => (Some(Selector::parse(element)?), attribute),
            None => (None, text),
        };
        Some(Self { element, attribute: filled(attribute.trim().to_lowercase())? })
    }

    pub(super) fn of(&self, part: &Part<'_>) -> Option<String> {
        let element = match &self.element {
            Some(selector) => part.find(selector),
            None => part.root(),
        };
        element?.tag.attribute(&self.attribute).and_then(|value| filled(value.trim()))
    }
}

impl Names {
    pub(super) fn of(page: &Page) -> Option<(Selector, Self)> {
        let selector =
            |text: &Option<String>| text.as_deref().map(|text| Selector::parse(text).ok_or(())).transpose().ok();
        let at = |text: &Option<String>| text.as_deref().map(|text| At::parse(text).ok_or(())).transpose().ok();
        let names = Self {
            time: Selector::parse(&page.time)?,
            sender: selector(&page.sender)?,
            text: selector(&page.text)?,
            own: selector(&page.own)?,
            id: at(&page.id)?,
            sender_id: at(&page.sender_id)?,
        };
        Some((Selector::parse(&page.message)?, names))
    }
}
