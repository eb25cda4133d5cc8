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

/// A root element, and why it may not be all that was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    pub(crate) root: Node,
    /// What is wrong with the text, where it had to be read leniently.
    pub(crate) damage: Option<String>,
}

/// A tree under construction.
#[derive(Default)]
struct Builder {
    open: Vec<Node>,
    root: Option<Node>,
    elements: usize,
    damage: Option<String>,
}

impl Node {
    /// Returns an element with children that hold texts.
    pub(crate) fn with_texts(name: &str, texts: &[(&str, String)]) -> Self {
        let child =
            |(name, text): &(&str, String)| Self { name: (*name).to_owned(), text: text.clone(), ..Self::default() };
        Self { name: name.to_owned(), children: texts.iter().map(child).collect(), ..Self::default() }
    }

    /// Returns an element that holds another one and nothing else.
    pub(crate) fn around(child: Self) -> Self {
        Self { children: vec![child], ..Self::default() }
    }

    /// Returns the root element of a text; what stands before it and after it is passed over.
    pub(crate) fn parse(xml: &str) -> Result<Self, String> {
        let start = xml.find('<').ok_or("there is no element in it")?;
        let builder = Builder::default().read(&xml[start..], false)?;
        builder.root.ok_or_else(|| "there is no whole element in it".to_owned())
    }

    /// Returns the root element of a text that may be malformed or cut off: as much of it as can be read.
    pub(crate) fn parse_leniently(xml: &str) -> Result<Parsed, String> {
        let reason = match Self::parse(xml) {
            Ok(root) => return Ok(Parsed { root, damage: None }),
            Err(reason) => reason,
        };
        let start = xml.find('<').ok_or_else(|| reason.clone())?;
        let builder = Builder::default().read(&with_bare_angles_escaped(&xml[start..]), true)?;
        let root = builder.root.ok_or_else(|| reason.clone())?;
        if root == (Self { name: root.name.clone(), ..Self::default() }) {
            // An element of which nothing but its name is left says nothing.
            return Err(reason);
        }
        Ok(Parsed { root, damage: Some(builder.damage.unwrap_or(reason)) })
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

    /// Returns the first child that has one of some names, the names in their order.
    pub(crate) fn child_of(&self, names: &[&str]) -> Option<&Self> {
        names.iter().find_map(|name| self.child(name))
    }

    /// Returns the children of a name.
    pub(crate) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Returns the children, whatever their names.
    pub(crate) fn every_child(&self) -> impl Iterator<Item = &Self> {
        self.children.iter()
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

    /// Returns the trimmed text of the first of some children that has any.
    pub(crate) fn text_in(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text_of(name))
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

impl Builder {
    fn read(mut self, xml: &str, lenient: bool) -> Result<Self, String> {
        let mut reader = Reader::from_str(xml);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.check_end_names = !lenient;
        config.allow_unmatched_ends = lenient;
        while self.root.is_none() {
            match reader.read_event() {
                Ok(event) => self.take(&event, lenient)?,
                Err(error) if lenient => {
                    let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                    self.break_off(xml.get(at..).unwrap_or_default(), error.to_string());
                }
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(self)
    }

    fn take(&mut self, event: &Event<'_>, lenient: bool) -> Result<(), String> {
        match event {
            Event::Start(tag) => {
                self.open.push(Node::opened(tag));
                if self.open.len() > DEPTH {
                    return Err(format!("elements are nested deeper than {DEPTH}"));
                }
            }
            Event::Empty(tag) => self.close(Node::opened(tag))?,
            Event::End(tag) if lenient => self.close_named(tag.name().as_ref())?,
            Event::End(_) => {
                if let Some(node) = self.open.pop() {
                    self.close(node)?;
                }
            }
            Event::Eof if self.open.is_empty() => return Err("there is no whole element in it".to_owned()),
            Event::Eof if lenient => self.break_off("", "it ends before its root element does".to_owned()),
            Event::Eof => return Err("it ends before its root element does".to_owned()),
            other => {
                if let Some(node) = self.open.last_mut() {
                    node.take_text(other);
                }
            }
        }
        Ok(())
    }

    fn close(&mut self, node: Node) -> Result<(), String> {
        self.elements += 1;
        if self.elements > ELEMENTS {
            return Err(format!("it has more than {ELEMENTS} elements"));
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.root = Some(node),
        }
        Ok(())
    }

    /// Closes the innermost element of a name, and with it those that were left open in it.
    fn close_named(&mut self, name: &str) -> Result<(), String> {
        let Some(at) = self.open.iter().rposition(|node| node.name == name) else {
            self.damage.get_or_insert_with(|| format!("`</{name}>` ends nothing"));
            return Ok(());
        };
        while self.open.len() > at {
            if self.open.len() > at + 1 {
                let inner = self.open.last().map(|node| node.name.clone()).unwrap_or_default();
                self.damage.get_or_insert_with(|| format!("`<{inner}>` has no end"));
            }
            if let Some(node) = self.open.pop() {
                self.close(node)?;
            }
        }
        Ok(())
    }

    /// Takes what is left after a break: a text in CDATA whose end is missing is kept.
    fn break_off(&mut self, rest: &str, reason: String) {
        if let (Some(node), Some(text)) = (self.open.last_mut(), rest.strip_prefix("<![CDATA[")) {
            node.text.push_str(text.trim_end_matches(['<', ']', '>']));
        }
        self.damage.get_or_insert(reason);
        while let Some(node) = self.open.pop() {
            match self.open.last_mut() {
                Some(parent) => parent.children.push(node),
                None => self.root = Some(node),
            }
        }
        // Where nothing was open the text ends without a root, which the caller refuses.
        self.root.get_or_insert_with(Node::default);
    }
}

/// Escapes each `<` that begins no tag: some tools write titles such as `a < b` as they are.
fn with_bare_angles_escaped(xml: &str) -> String {
    const CDATA: &str = "<![CDATA[";
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let taken = if tail.starts_with(CDATA) {
            tail.find("]]>").map_or(tail.len(), |end| end + 3)
        } else {
            let begins_tag =
                tail[1..].starts_with(|c: char| c.is_alphabetic() || matches!(c, '/' | '!' | '?' | '_' | ':'));
            out.push_str(if begins_tag { "<" } else { "&lt;" });
            rest = &tail[1..];
            continue;
        };
        out.push_str(&tail[..taken]);
        rest = &tail[taken..];
    }
    out.push_str(rest);
    out
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
        assert!(Node::parse(&deep).is_err() && Node::parse_leniently(&deep).is_err());
    }

    #[test]
    fn what_is_malformed_is_read_as_far_as_it_goes() {
        let rows = [
            ("<msg><t>a</t></msg>", Some("a"), None),
            ("<msg><t>a < b & c</t></msg>", Some("a < b & c"), Some("ill-formed")),
            ("<msg><t>a</t>", Some("a"), Some("ends before")),
            ("<msg><t>a", Some("a"), Some("ends before")),
            ("<msg><t><![CDATA[a]]", Some("a"), Some("CDATA")),
            ("<msg><x><t>a</t></msg>", Some("a"), Some("`<x>` has no end")),
            ("<msg><t>a</t></y></msg>", Some("a"), Some("`</y>` ends nothing")),
            ("<msg><t>a</t><u v=\"", Some("a"), Some("attribute")),
            ("<msg><t><![CDATA[x < y]]></t><u></msg>", Some("x < y"), Some("`<u>` has no end")),
        ];
        for (xml, text, damage) in rows {
            let parsed = Node::parse_leniently(xml).unwrap_or_else(|reason| panic!("{xml}: {reason}"));
            assert_eq!(parsed.root.find("t").and_then(Node::own_text).as_deref(), text, "{xml}");
            match damage {
                None => assert_eq!(parsed.damage, None, "{xml}"),
                Some(part) => assert!(parsed.damage.as_deref().is_some_and(|d| d.contains(part)), "{xml}: {parsed:?}"),
            }
        }
        for broken in ["", "plain", "<msg", "<msg>", "<", "< >", "</a>", "<![CDATA[a"] {
            assert!(Node::parse_leniently(broken).is_err(), "{broken}");
        }
    }
}
