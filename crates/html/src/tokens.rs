//! HTML as a sequence of tags and texts. Broken markup is read as browsers do, and nothing of it is dropped unseen.

use std::borrow::Cow;

use super::entities::decoded;

/// One piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token<'a> {
    /// Text as it stands, its references not yet resolved.
    Text(&'a str),
    /// The start of an element.
    Open(Tag<'a>),
    /// The end of an element, by its lower-case name.
    Close(String),
    /// A comment, without its marks.
    Comment(&'a str),
}

/// The start of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The lower-case name.
    pub name: String,
    attributes: &'a str,
    /// Whether the tag says itself that the element has no content.
    pub closed: bool,
}

/// Elements that have no content and no end.
#[rustfmt::skip]
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];

/// Elements whose content is no markup.
const RAW: &[&str] = &["script", "style", "textarea", "title"];

impl<'a> Tag<'a> {
    /// Returns an attribute by its lower-case name, its references resolved.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut rest = self.attributes;
        while let Some((key, value, after)) = next_attribute(rest) {
            if key.eq_ignore_ascii_case(name) {
                return Some(decoded(value));
            }
            rest = after;
        }
        None
    }

    /// Returns whether no end of the element is to come.
    pub fn is_void(&self) -> bool {
        self.closed || VOID.contains(&self.name.as_str())
    }
}

/// Returns name and raw value of the next attribute and what follows it.
fn next_attribute(text: &str) -> Option<(&str, &str, &str)> {
    let text = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
    let end = text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/')).unwrap_or(text.len());
    // An equals sign that no name precedes belongs to the name, as in browsers.
    let end = if end == 0 { text.chars().next()?.len_utf8() } else { end };
    let (name, rest) = text.split_at(end);
    let after = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
    let Some(value) = after.strip_prefix('=') else { return Some((name, "", rest)) };
    let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = &value[1..];
        let end = inner.find(quote).unwrap_or(inner.len());
        return Some((name, &inner[..end], inner.get(end + 1..).unwrap_or("")));
    }
    let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
    Some((name, &value[..end], &value[end..]))
}

/// The tokens of a document, lazily.
pub struct Tokens<'a> {
    html: &'a str,
    at: usize,
    /// The element whose content is no markup, until its end is met.
    raw: Option<String>,
}

impl<'a> Tokens<'a> {
    /// Returns the tokens of a document or of a part of one.
    pub fn of(html: &'a str) -> Self {
        Self { html, at: 0, raw: None }
    }

    /// Returns where the next token begins.
    pub fn position(&self) -> usize {
        self.at
    }

    fn text(&mut self, length: usize) -> Token<'a> {
        let text = &self.html[self.at..self.at + length];
        self.at += length;
        Token::Text(text)
    }

    /// Reads the content of a raw element up to its end tag.
    fn raw_content(&mut self, name: &str) -> Token<'a> {
        let rest = &self.html[self.at..];
        let is_end = |at: usize| rest.get(at + 2..at + 2 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name));
        match rest.match_indices("</").map(|(at, _)| at).find(|at| is_end(*at)) {
            Some(0) => {
                self.raw = None;
                self.markup(rest)
            }
            Some(length) => self.text(length),
            None => self.text(rest.len()),
        }
    }

    /// Reads what begins with `<`; where that is no markup, it is text.
    fn markup(&mut self, rest: &'a str) -> Token<'a> {
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = comment.find("-->");
            let inner = &comment[..end.unwrap_or(comment.len())];
            self.at += end.map_or(rest.len(), |end| 4 + end + 3);
            return Token::Comment(inner);
        }
        let after = rest[1..].chars().next();
        let is_tag = match after {
            Some('/') => rest[2..].starts_with(|c: char| c.is_ascii_alphabetic()),
            Some('!' | '?') => true,
            Some(c) => c.is_ascii_alphabetic(),
            None => false,
        };
        if !is_tag {
            let length = rest[1..].find('<').map_or(rest.len(), |at| at + 1);
            return self.text(length);
        }
        match tag_end(rest) {
            Some(end) => {
                self.at += end + 1;
                self.tag(&rest[1..end])
            }
            // The document ends within the tag: it is shown rather than lost.
            None => self.text(rest.len()),
        }
    }

    fn tag(&mut self, inner: &'a str) -> Token<'a> {
        if inner.starts_with(['!', '?']) {
            return Token::Comment(inner);
        }
        if let Some(name) = inner.strip_prefix('/') {
            return Token::Close(name_of(name).to_ascii_lowercase());
        }
        let name = name_of(inner);
        let attributes = &inner[name.len()..];
        let name = name.to_ascii_lowercase();
        let closed = attributes.ends_with('/');
        if RAW.contains(&name.as_str()) && !closed {
            self.raw = Some(name.clone());
        }
        Token::Open(Tag { name, attributes, closed })
    }
}

/// Returns where the `>` of a tag stands: one within quotes does not end it.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    let mut after_equals = false;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if after_equals => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            after_equals = byte == b'=' && quote.is_none();
        }
    }
    // A quote that never ends would swallow the document: the first `>` ends the tag then.
    quote.and_then(|_| rest.find('>'))
}

fn name_of(text: &str) -> &str {
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(text.len());
    &text[..end]
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = &self.html[self.at..];
        if rest.is_empty() {
            return None;
        }
        if let Some(name) = self.raw.clone() {
            return Some(self.raw_content(&name));
        }
        Some(match rest.find('<') {
            Some(0) => self.markup(rest),
            Some(length) => self.text(length),
            None => self.text(rest.len()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> Vec<String> {
        Tokens::of(html)
            .map(|token| match token {
                Token::Text(text) => text.to_owned(),
                Token::Open(tag) => format!("<{}>", tag.name),
                Token::Close(name) => format!("</{name}>"),
                Token::Comment(text) => format!("!{text}"),
            })
            .collect()
    }

    #[test]
    fn markup_is_told_from_text() {
        let rows: [(&str, &[&str]); 9] = [
            ("<P>a</P >b<br/>", &["<p>", "a", "</p>", "b", "<br>"]),
            ("1 < 2 <3 <- x", &["1 ", "< 2 ", "<3 ", "<- x"]),
            ("a<b", &["a", "<b"]),
            ("a</ b>", &["a", "</ b>"]),
            ("<!-- <p> -->x<!doctype html>", &["! <p> ", "x", "!!doctype html"]),
            ("<!-- open", &["! open"]),
            ("<a title=\"x>y\" href='z'>t</a>", &["<a>", "t", "</a>"]),
            ("<style>p > a { }</STYLE>t", &["<style>", "p > a { }", "</style>", "t"]),
            ("<p class=\"a>b", &["<p>", "b"]),
        ];
        for (html, expected) in rows {
            assert_eq!(shown(html), expected, "{html}");
        }
    }

    #[test]
    fn attributes_are_read_however_they_are_written() {
        let html = "<a HREF = 'x?a=1&amp;b' title=y disabled = data-x=\"1\" class=\"one two\" / >";
        let Some(Token::Open(tag)) = Tokens::of(html).next() else { panic!("a tag") };
        let attribute = |name| tag.attribute(name).map(Cow::into_owned);
        assert_eq!(attribute("href").as_deref(), Some("x?a=1&b"));
        assert_eq!(attribute("title").as_deref(), Some("y"));
        assert_eq!(attribute("none"), None);
    }
}
