//! A small tree of an XML text, read leniently: tools cut, escape and nest this XML in many ways.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Deeper nesting is no message.
const DEPTH: usize = 64;
/// More elements than this are no message.
const ELEMENTS: usize = 200_000;

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    /// The text directly within it, pieces joined.
    text: String,
    children: Vec<Node>,
}

impl Node {
    /// Returns the root element of a text; what stands before it and after it is passed over.
    pub(crate) fn parse(xml: &str) -> Result<Self, String> {
        let start = xml.find('<').ok_or("there is no element in it")?;
        let mut reader = Reader::from_str(&xml[start..]);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.check_end_names = true;
        let mut open: Vec<Self> = Vec::new();
        let mut count = 0;
        loop {
            let event = reader.read_event().map_err(|e| e.to_string())?;
            let closed = match event {
                Event::Start(tag) => {
                    open.push(Self::opened(&tag));
                    if open.len() > DEPTH {
                        return Err(format!("elements are nested deeper than {DEPTH}"));
                    }
                    None
                }
                Event::Empty(tag) => Some(Self::opened(&tag)),
                Event::End(_) => open.pop(),
                Event::Eof if open.is_empty() => return Err("there is no whole element in it".to_owned()),
                Event::Eof => return Err("it ends before its root element does".to_owned()),
                other => {
                    if let Some(node) = open.last_mut() {
                        node.take_text(&other);
                    }
                    None
                }
            };
            let Some(node) = closed else { continue };
            count += 1;
            if count > ELEMENTS {
                return Err(format!("it has more than {ELEMENTS} elements"));
            }
            match open.last_mut() {
                Some(parent) => parent.children.push(node),
                None => return Ok(node),
            }
        }
    }

    fn opened(tag: &BytesStart<'_>) -> Self {
        let mut attributes = Vec::new();
        for attribute in tag.html_attributes().with_checks(false).flatten() {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.map_or_else(|_| attribute.value.to_string(), |value| value.into_owned());
            attributes.push((attribute.key.as_ref().to_owned(), value));
        }
        Self { name: tag.name().as_ref().to_owned(), attributes, ..Self::default() }
    }

    fn take_text(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) => self.text.push_str(text),
            Event::CData(text) => self.text.push_str(text),
            Event::GeneralRef(reference) => match resolve(reference) {
                Some(character) => self.text.push(character),
                None => {
                    self.text.push('&');
                    self.text.push_str(reference);
                    self.text.push(';');
                }
            },
            _ => {}
        }
    }

    /// Returns the first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Returns the children of a name.
    pub(crate) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Returns the first element of a name, this one or any below it, in the order of the text.
    pub(crate) fn find(&self, name: &str) -> Option<&Self> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }

    /// Returns the element at a path of names below this one.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, name| node.child(name))
    }

    /// Returns the trimmed text of the child of a name, unless it is empty.
    pub(crate) fn text_of(&self, name: &str) -> Option<String> {
        self.child(name).and_then(Self::own_text)
    }

    /// Returns the trimmed text of this element, unless it is empty.
    pub(crate) fn own_text(&self) -> Option<String> {
        crate::field::filled(self.text.trim())
    }

    /// Returns an attribute, unless it is empty.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let value = self.attributes.iter().find(|(key, _)| key == name)?;
        crate::field::filled(value.1.clone())
    }

    /// Returns a number from an attribute.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.attribute(name)?.trim().parse().ok()
    }

    /// Returns every text below this element, one a line.
    pub(crate) fn all_text(&self) -> String {
        let mut lines = Vec::new();
        self.gather(&mut lines);
        lines.join("\n")
    }

    fn gather(&self, lines: &mut Vec<String>) {
        lines.extend(self.own_text());
        for child in &self.children {
            child.gather(lines);
        }
    }
}

fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character);
    }
    match &**reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_readable_is_read_and_the_rest_refused() {
        let node = Node::parse(
            "<?xml version=\"1.0\"?>\n<msg a='1 &amp; 2'>x &lt;y&gt; &#x1F600; A&B<![CDATA[<z>]]><c/></msg>tail",
        );
        let node = node.expect("readable");
        assert_eq!(node.own_text().as_deref(), Some("x <y> 😀 A&B<z>"));
        assert_eq!(node.attribute("a").as_deref(), Some("1 & 2"));
        for broken in ["", "plain", "<msg", "<msg><a></msg>", "<msg>", "&lt;msg&gt;"] {
            assert!(Node::parse(broken).is_err(), "{broken}");
        }
        let deep = "<a>".repeat(100_000);
        assert!(Node::parse(&deep).is_err());
    }
}
