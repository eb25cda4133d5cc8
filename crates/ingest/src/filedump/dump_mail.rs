//! A message of a Bloomberg message dump: a mail, told by elements instead of headers.
//!
//! The elements are those that a public program reads; no dump was at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{App, AttachmentRole, Body, ConversationKind, Fact, Mail, Place, SourceConversation};

use super::event;
use crate::draft::{Draft, Told};
use crate::media::Hint;
use crate::sink::Sink;
use crate::source::Source;
use crate::wechat_xml::Node;
use crate::{codes, when};

/// Yields the record of a mail.
pub(crate) fn record(
    node: &Node,
    raw: &[u8],
    place: &Place,
    disclaimers: &BTreeMap<String, String>,
    source: &Source,
    sink: &mut Sink,
) {
    let Some(sent_raw) = node.text_of("MsgTimeUTC") else {
        sink.excepted(&codes::MISSING_FIELD, place, "the message has no `MsgTimeUTC`", raw);
        return;
    };
    let Some(sent) = sent_raw.parse().ok().and_then(when::from_seconds).or_else(|| when::from_rfc3339(&sent_raw))
    else {
        sink.excepted(&codes::BAD_TIME, place, format!("`MsgTimeUTC` is no time: `{sent_raw}`"), raw);
        return;
    };
    let native_id = node.text_of("MsgID");
    let subject = node.text_of("Subject");
    let id = native_id.clone().or_else(|| subject.clone()).unwrap_or_else(|| source.file.clone());
    let app = App::named("bloomberg");
    let conversation = SourceConversation { app, kind: ConversationKind::Group, native_id: id, title: subject.clone() };
    let recipients = |kind: &str| {
        let of = |node: &&Node| node.attribute("DeliveryType").is_some_and(|how| how.eq_ignore_ascii_case(kind));
        let shown = |node: &Node| {
            event::user(node).map(|who| [who.name, who.native_id].into_iter().flatten().collect::<Vec<_>>())
        };
        node.children("Recipient").filter(of).filter_map(shown).map(|parts| parts.join(" ")).collect::<Vec<_>>()
    };
    let text = node.text_of("MsgBody").unwrap_or_default();
    let mail = Mail { subject, to: recipients("to"), cc: recipients("cc"), bcc: recipients("bcc"), text };
    let mut draft = Draft::plain(Body::Mail(mail));
    for file in node.children("Attachment") {
        let hint = Hint { name: file.text_of("FileName"), path: file.text_of("FileID"), ..Hint::default() };
        draft.attachments.push((AttachmentRole::File, hint));
    }
    if let Some(reference) = node.text_of("DisclaimerReference") {
        let text = disclaimers.get(&reference).cloned().unwrap_or_else(|| format!("no. {reference}"));
        draft.marks.facts.push(Fact::new("Disclaimer", text));
    }
    for name in ["OnBehalfOf", "SharedMessenger", "OrigSender"] {
        let who = node.child(name).and_then(event::user).and_then(|who| who.name.or(who.native_id));
        draft.marks.facts.extend(who.map(|who| Fact::new(name, who)));
    }
    let told = Told {
        conversation: Arc::new(conversation),
        sender: node.child("Sender").and_then(event::user),
        sent_by_collector: None,
        sent,
        sent_raw,
        native_id,
        sequence: None,
    };
    draft.into_record(told, raw, source, place, sink);
}
