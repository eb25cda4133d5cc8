//! The elements of a part of a page (HTML), such as one message, found by what they are called.

use std::ops::Range;

use crate::html_text::{self, Tag, Token, Tokens};

/// Which elements are meant: `tag`, `.class`, `tag.class.class`, `[attribute]`, each or all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selector {
    tag: Option<String>,
    classes: Vec<String>,
    attribute: Option<String>,
}

impl Selector {
    /// Reads a selector; nothing where it is empty or is more than one element's description.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut selector = Self::default();
        let text = text.trim();
        let (text, attribute) = match text.split_once('[') {
            Some((text, rest)) => (text, Some(rest.strip_suffix(']')?.to_lowercase())),
            None => (text, None),
        };
        selector.attribute = attribute.filter(|name| !name.is_empty());
        let mut parts = text.split('.');
        selector.tag = parts.next().filter(|tag| !tag.is_empty()).map(str::to_lowercase);
        selector.classes = parts.map(str::to_owned).collect();
        let odd = |text: &str| text.is_empty() || text.contains(|c: char| c.is_whitespace() || "#>+~:*,".contains(c));
        let empty = selector == Self::default();
        let wrong = selector.tag.iter().chain(&selector.classes).chain(&selector.attribute).any(|part| odd(part));
        (!empty && !wrong).then_some(selector)
    }

    pub(crate) fn is(&self, tag: &Tag<'_>) -> bool {
        let class = tag.attribute("class").unwrap_or_default();
        let has = |wanted: &String| class.split_ascii_whitespace().any(|class| class == wanted);
        self.tag.as_ref().is_none_or(|name| *name == tag.name)
            && self.classes.iter().all(has)
            && self.attribute.as_deref().is_none_or(|name| tag.attribute(name).is_some())
    }
}

/// An element of a part.
#[derive(Debug, Clone)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag<'a>,
    /// What stands within it.
    inner: Range<usize>,
}

/// A part of a page.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    html: &'a str,
    elements: Vec<Element<'a>>,
}

impl<'a> Part<'a> {
    pub(crate) fn of(html: &'a str) -> Self {
        let mut elements: Vec<Element<'a>> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut tokens = Tokens::of(html);
        loop {
            let before = tokens.position();
            let Some(token) = tokens.next() else { break };
            match token {
                Token::Open(tag) => {
                    let (at, void) = (tokens.position(), tag.is_void());
                    elements.push(Element { tag, inner: at..if void { at } else { html.len() } });
                    if !void {
                        open.push(elements.len() - 1);
                    }
                }
                Token::Close(name) => {
                    // Elements that were left open end with the one around them.
                    if let Some(level) = open.iter().rposition(|at| elements[*at].tag.name == name) {
                        for at in open.drain(level..) {
                            elements[at].inner.end = before;
                        }
                    }
                }
                Token::Text(_) | Token::Comment(_) => {}
            }
        }
        Self { html, elements }
    }

    /// Returns the element that the part is.
    pub(crate) fn root(&self) -> Option<&Element<'a>> {
        self.elements.first()
    }

    /// Returns the first element of a kind.
    pub(crate) fn find(&self, selector: &Selector) -> Option<&Element<'a>> {
        self.elements.iter().find(|element| selector.is(&element.tag))
    }

    /// Returns every element of a kind.
    pub(crate) fn every<'b>(&'b self, selector: &'b Selector) -> impl Iterator<Item = &'b Element<'a>> {
        self.elements.iter().filter(|element| selector.is(&element.tag))
    }

    /// Returns the last element of a kind.
    pub(crate) fn last(&self, selector: &Selector) -> Option<&Element<'a>> {
        self.elements.iter().rfind(|element| selector.is(&element.tag))
    }

    /// Returns the elements within another one.
    pub(crate) fn within<'b>(&'b self, outer: &'b Element<'a>) -> impl Iterator<Item = &'b Element<'a>> {
        self.elements
            .iter()
            .filter(move |element| element.inner.start > outer.inner.start && element.inner.end <= outer.inner.end)
    }

    /// Returns what a reader of the page sees of an element.
    pub(crate) fn text(&self, element: &Element<'a>) -> String {
        let inner = &self.html[element.inner.clone()];
        // The element that makes white space count is part of what is seen.
        if element.tag.name == "pre" { html_text::text(&format!("<pre>{inner}</pre>")) } else { html_text::text(inner) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_what_they_are_called() {
        let html =
            "<div class='m  right' id=x><p class=name>A &amp; B<p class=\"body big\">one<br>two<img src=a></div>tail";
        let part = Part::of(html);
        let text = |selector: &str| {
            let selector = Selector::parse(selector).expect("a selector");
            part.find(&selector).map(|element| part.text(element))
        };
        assert_eq!(text(".body.big").as_deref(), Some("one\ntwo[picture: a]"));
        assert_eq!(text("img[src]").as_deref(), Some(""));
        assert_eq!(text("span"), None);
        assert!(
            Selector::parse("DIV.right").is_some_and(|selector| part.root().is_some_and(|root| selector.is(&root.tag)))
        );
        for text in ["", " ", "a b", "#x", ".a > .b", ".", "[x", "a:hover"] {
            assert_eq!(Selector::parse(text), None, "{text}");
        }
    }
}
