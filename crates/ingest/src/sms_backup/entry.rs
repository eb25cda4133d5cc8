//! What records of a backup share, and the short message.

use std::borrow::Cow;

use duces_model::{Body, Fact, Place, Receipt, ReceiptKind, Sender, UtcMillis};

use crate::draft::Draft;
use crate::sink::Sink;
use crate::wechat_xml::Node;
use crate::{codes, when};

/// A record that was understood.
pub(super) struct Read {
    /// The app, by its short name.
    pub(super) app: &'static str,
    /// The numbers it was with, sorted; the phone's own is not among them.
    pub(super) with: Vec<String>,
    pub(super) title: Option<String>,
    pub(super) sender: Option<Sender>,
    pub(super) own: Option<bool>,
    pub(super) native_id: Option<String>,
    pub(super) draft: Draft,
}

/// Types of a short message: what the folder is that it lay in.
const FOLDERS: &[(i64, &str)] = &[(3, "draft"), (4, "outbox"), (5, "failed to send"), (6, "queued to be sent")];

/// Returns the time in milliseconds.
pub(super) fn sent(node: &Node, raw: &[u8], place: &Place, sink: &mut Sink) -> Option<(UtcMillis, String)> {
    let text = attribute(node, "date").unwrap_or_default();
    let at = text.parse().ok().and_then(when::from_seconds_or_millis);
    match at {
        Some((at, seconds)) => {
            if seconds {
                sink.finding(&codes::SECONDS, place, codes::SECONDS.summary);
            }
            Some((at, text))
        }
        None => {
            let code = if text.is_empty() { &codes::MISSING_FIELD } else { &codes::BAD_TIME };
            sink.excepted(code, place, format!("`date` is no time of a message: `{text}`"), raw);
            None
        }
    }
}

pub(super) fn sms(node: &Node, place: &Place, sink: &mut Sink) -> Read {
    let kind = number(node, "type");
    let own = own(kind, place, sink);
    let address = address_of(node, place, sink);
    let name = name_of(node);
    let mut draft = Draft::plain(Body::text_of(attribute(node, "body").unwrap_or_default()));
    draft = draft.fact("subject", attribute(node, "subject"));
    about(&mut draft, node, kind, own);
    Read {
        app: "sms",
        sender: Some(sender(own, &address, name.clone())),
        title: name,
        with: vec![address],
        own,
        native_id: None,
        draft,
    }
}

/// Adds in which folder it lay, whether it was read, and when the sender's phone says it was sent.
pub(super) fn about(draft: &mut Draft, node: &Node, kind: Option<i64>, own: Option<bool>) {
    if let Some((_, folder)) = FOLDERS.iter().find(|(number, _)| Some(*number) == kind) {
        draft.marks.facts.push(Fact::new("folder", *folder));
    }
    let dated = attribute(node, "date_sent").and_then(|at| at.parse().ok()).and_then(when::from_seconds_or_millis);
    if let Some((at, _)) = dated {
        draft.marks.facts.push(Fact::new("sent, as the network says", at.to_string()));
    }
    // `read` says whether the phone's owner opened what was received.
    if own == Some(false) && number(node, "read") == Some(1) {
        draft.marks.receipts.push(Receipt { kind: ReceiptKind::Read, by: Some("the phone's owner".into()), at: None });
    }
}

/// Returns whether the phone sent it: 1 was received, 2 sent, above that are folders of what was to be sent.
pub(super) fn own(kind: Option<i64>, place: &Place, sink: &mut Sink) -> Option<bool> {
    match kind {
        Some(1) => Some(false),
        Some(2..=6) => Some(true),
        other => {
            let text =
                format!("the type `{}` does not say who sent it", other.map(|n| n.to_string()).unwrap_or_default());
            sink.finding(&codes::SENDER_UNKNOWN, place, text);
            None
        }
    }
}

pub(super) fn sender(own: Option<bool>, address: &str, name: Option<String>) -> Sender {
    match own {
        Some(false) => Sender { native_id: Some(address.to_owned()), name },
        _ => Sender::default(),
    }
}

pub(super) fn address_of(node: &Node, place: &Place, sink: &mut Sink) -> String {
    attribute(node, "address").or_else(|| attribute(node, "number")).unwrap_or_else(|| {
        sink.finding(&codes::CONVERSATION_UNRESOLVED, place, "the record has no number; it stands as `unknown`");
        "unknown".to_owned()
    })
}

/// The app writes this where the phone knows no name.
const NO_NAME: &[&str] = &["(Unknown)", "null"];

pub(super) fn name_of(node: &Node) -> Option<String> {
    attribute(node, "contact_name").filter(|name| !NO_NAME.contains(&name.as_str()))
}

/// Returns an attribute; the app writes `null` where there is none.
pub(super) fn attribute(node: &Node, name: &str) -> Option<String> {
    node.attribute(name).filter(|value| !value.is_empty() && value != "null")
}

pub(super) fn number(node: &Node, name: &str) -> Option<i64> {
    attribute(node, name).and_then(|value| value.trim().parse().ok())
}

/// Joins the two halves of a character that the app writes as two references, which XML does not allow.
pub(super) fn with_whole_characters(xml: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = xml;
    while let Some(at) = rest.find("&#5") {
        let (before, from) = rest.split_at(at);
        match pair(from) {
            Some((character, length)) => {
                out.push_str(before);
                out.push(character);
                rest = from.get(length..).unwrap_or_default();
            }
            None => {
                out.push_str(before);
                out.push_str("&#5");
                rest = from.get(3..).unwrap_or_default();
            }
        }
    }
    if out.is_empty() {
        return Cow::Borrowed(xml);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns the character of two references at the beginning of a text, and how many bytes they take.
fn pair(text: &str) -> Option<(char, usize)> {
    let (high, after) = reference(text)?;
    let (low, end) = reference(after)?;
    let character = char::decode_utf16([high, low]).next()?.ok().filter(|_| (0xD800..0xDC00).contains(&high))?;
    Some((character, text.len() - end.len()))
}

fn reference(text: &str) -> Option<(u16, &str)> {
    let (digits, after) = text.strip_prefix("&#")?.split_once(';')?;
    Some((digits.parse().ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_a_character_are_joined() {
        assert_eq!(with_whole_characters("a&#55357;&#56832;b&#5;&#55357;"), "a😀b&#5;&#55357;");
        assert_eq!(with_whole_characters("&#55357;x&#56832;"), "&#55357;x&#56832;");
        assert!(matches!(with_whole_characters("plain &#10;"), Cow::Borrowed(_)));
    }
}
