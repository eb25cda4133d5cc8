//! The headers of a mail as texts: found by name, folded lines joined, encoded words read.

use std::borrow::Cow;

use mail_parser::parsers::MessageStream;
use mail_parser::{Address, Message};

use crate::encoding::{self, Encoding, Sniffed};
use crate::field::filled;

/// Where the headers of a mail end, after the blank line.
pub(crate) fn end_of(mail: &[u8]) -> usize {
    let mut at = 0;
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return at;
        }
    }
    mail.len()
}

/// Headers that are no UTF-8, and what they were read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mended {
    No,
    FromGb18030,
    Lossy,
}

/// Returns the mail with headers that are UTF-8; its content stays as it is.
pub(crate) fn mended(mail: &[u8]) -> (Cow<'_, [u8]>, Mended) {
    let (head, content) = mail.split_at(end_of(mail));
    if std::str::from_utf8(head).is_ok() {
        return (Cow::Borrowed(mail), Mended::No);
    }
    let (text, how) = match from_gb18030(head) {
        Some(text) => (text, Mended::FromGb18030),
        None => (String::from_utf8_lossy(head).into_owned(), Mended::Lossy),
    };
    let mut mended = text.into_bytes();
    mended.extend_from_slice(content);
    (Cow::Owned(mended), how)
}

/// Returns bytes that name no charset as GB18030, where they surely are: a letter with an accent of another charset can
/// look like half a Chinese character, words of Chinese cannot look like anything else.
pub(crate) fn from_gb18030(bytes: &[u8]) -> Option<String> {
    if encoding::sniff(bytes) != Sniffed::Is(Encoding::Gb18030) {
        return None;
    }
    let text = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes)?;
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let chars: Vec<char> = text.chars().filter(|c| !c.is_ascii()).collect();
    let han = chars.iter().filter(|c| is_han(**c)).count();
    (han >= 2 && han * 2 > chars.len()).then(|| text.into_owned())
}

/// Returns every header in order: its name, and its text as it stands.
pub(crate) fn all<'a>(message: &'a Message<'_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    message.headers_raw().map(|(name, value)| (name.trim(), value.trim()))
}

/// Returns the text of the first header of a name that is filled, as it stands.
pub(crate) fn raw(message: &Message<'_>, name: &str) -> Option<String> {
    let found = all(message).find(|(known, value)| known.eq_ignore_ascii_case(name) && !value.is_empty());
    found.map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Returns the text of the first header of a name that is filled, encoded words read.
pub(crate) fn text(message: &Message<'_>, name: &str) -> Option<String> {
    filled(decoded(&raw(message, name)?).trim())
}

/// Returns the first of several headers that is filled.
pub(crate) fn first(message: &Message<'_>, names: &[String]) -> Option<String> {
    names.iter().find_map(|name| text(message, name))
}

/// Tells whether a mail bears a header of a name; `*` at its end stands for anything.
pub(crate) fn bears(message: &Message<'_>, pattern: &str) -> bool {
    all(message).any(|(name, _)| match pattern.strip_suffix('*') {
        Some(start) => name.get(..start.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(start)),
        None => name.eq_ignore_ascii_case(pattern),
    })
}

/// Returns a text with its encoded words read.
pub(crate) fn decoded(text: &str) -> String {
    if !text.contains("=?") {
        return text.to_owned();
    }
    let value = MessageStream::new(format!("{text}\n").as_bytes()).parse_unstructured().into_owned();
    value.into_text().map_or_else(|| text.to_owned(), Cow::into_owned)
}

/// Somebody a mail names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Party {
    pub(crate) name: Option<String>,
    pub(crate) address: Option<String>,
}

impl Party {
    /// Returns the party as a header shows it.
    pub(crate) fn shown(&self) -> String {
        match (&self.name, &self.address) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => String::new(),
        }
    }
}

/// Returns those whom an address header names, groups taken apart.
pub(crate) fn parties(address: Option<&Address<'_>>) -> Vec<Party> {
    let Some(address) = address else { return Vec::new() };
    let party = |found: &mail_parser::Addr<'_>| Party {
        name: found.name.as_deref().and_then(|name| filled(decoded(name).trim())),
        address: found.address.as_deref().and_then(|address| filled(address.trim())),
    };
    address.iter().map(party).filter(|party| *party != Party::default()).collect()
}

/// Returns the ids of messages that a header names, without their brackets.
pub(crate) fn ids(message: &Message<'_>, name: &str) -> Vec<String> {
    let Some(text) = raw(message, name) else { return Vec::new() };
    let mut ids = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once('<') {
        let Some((id, after)) = after.split_once('>') else { break };
        ids.extend(filled(id.trim()));
        rest = after;
    }
    // Some mailers leave the brackets out.
    if ids.is_empty() {
        ids.extend(text.split_whitespace().filter(|word| word.contains('@')).map(str::to_owned));
    }
    ids
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    #[test]
    fn headers_are_found_and_read() {
        let mail = "Subject: =?UTF-8?B?5L2g5aW9?= =?gb2312?Q?=CA=C0=BD=E7?=\r\nx-Id:\r\n  folded\r\n value \r\nX-Id: second\r\n\
            From: \"Lin, Xiao\" <wxid_lin@vendor.test>\r\nTo: team: a@b.test, =?utf-8?q?B=C3=B6?= <c@d.test>;\r\n\
            References: <1@x> (c) <2@x>\r\nIn-Reply-To: 3@x\r\n\r\nbody";
        let message = MessageParser::default().parse(mail).expect("a mail");
        assert_eq!(text(&message, "subject").as_deref(), Some("你好世界"));
        assert_eq!(text(&message, "X-ID").as_deref(), Some("folded value"));
        assert!(bears(&message, "X-*") && bears(&message, "x-id") && !bears(&message, "X-Other*"));
        let shown = |address| parties(address).iter().map(Party::shown).collect::<Vec<_>>();
        assert_eq!(shown(message.from()), ["Lin, Xiao <wxid_lin@vendor.test>"]);
        assert_eq!(shown(message.to()), ["a@b.test", "Bö <c@d.test>"]);
        assert_eq!(ids(&message, "References"), ["1@x", "2@x"]);
        assert_eq!(ids(&message, "In-Reply-To"), ["3@x"]);
    }

    #[test]
    fn headers_that_are_no_utf8_are_mended_and_the_content_is_not() {
        let head = encoding_rs::GB18030.encode("Subject: 合同的付款条款今天下午发给你\r\n\r\n").0.into_owned();
        let mut mail = head;
        mail.extend_from_slice(b"\xff\xfe");
        let (mended, how) = mended(&mail);
        assert_eq!(how, Mended::FromGb18030);
        assert!(mended.starts_with("Subject: 合同".as_bytes()) && mended.ends_with(b"\r\n\r\n\xff\xfe"));
        let (_, how) = super::mended(b"Subject: caf\xe9\n\n");
        assert_eq!(how, Mended::Lossy);
    }
}
