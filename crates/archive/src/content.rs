//! How a message's content is stored: plain text as it is, everything else as JSON.

use duces_model::{Attachment, Body, Marks, Sender, message_text};
use duces_query::index_text;

/// The content is JSON.
const JSON: i64 = 1;
/// The message has a sender, be it one of whom nothing is known.
const SENT_BY_SOMEONE: i64 = 2;

/// A message's content made ready for its row and for the index: pure work that can be done on any thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    pub(crate) form: i64,
    pub(crate) content: String,
    pub(crate) attachments: Option<String>,
    pub(crate) marks: Option<String>,
    pub(crate) index: String,
}

impl Prepared {
    /// Prepares a message's content.
    pub fn of(sender: Option<&Sender>, body: &Body, attachments: &[Attachment], marks: &Marks) -> Self {
        let mut index = String::new();
        let (form, content) = match body {
            Body::Text { text } => (0, text.clone()),
            other => (JSON, serde_json::to_string(other).expect("a body has string keys only")),
        };
        match body {
            Body::Text { text } if attachments.is_empty() && marks.edits.is_empty() => index_text(text, &mut index),
            other => index_text(&message_text(other, attachments, marks), &mut index),
        }
        let attachments = (!attachments.is_empty())
            .then(|| serde_json::to_string(attachments).expect("attachments have string keys only"));
        let marks = (!marks.is_empty()).then(|| serde_json::to_string(marks).expect("marks have string keys only"));
        let form = if sender.is_some() { form | SENT_BY_SOMEONE } else { form };
        Self { form, content, attachments, marks, index }
    }
}

/// Returns whether the row names a sender.
pub(crate) fn has_sender(form: i64) -> bool {
    form & SENT_BY_SOMEONE != 0
}

/// Reads a body back.
pub(crate) fn body(form: i64, content: String) -> Result<Body, serde_json::Error> {
    if form & JSON == 0 { Ok(Body::Text { text: content }) } else { serde_json::from_str(&content) }
}

/// Reads marks back.
pub(crate) fn marks(stored: Option<&str>) -> Result<Marks, serde_json::Error> {
    stored.map_or(Ok(Marks::default()), serde_json::from_str)
}

/// Reads attachments back.
pub(crate) fn attachments(stored: Option<&str>) -> Result<Vec<Attachment>, serde_json::Error> {
    stored.map_or(Ok(Vec::new()), serde_json::from_str)
}

#[cfg(test)]
mod tests {
    use duces_model::{
        AttachmentRole, Channel, ChannelKind, Content, Edit, HistoryItem, Link, LinkKind, MergedHistory, MissingReason,
        Notice, NoticeKind, Quote, Recall, Transfer, TransferState,
    };
    use proptest::prelude::*;

    use super::*;

    fn leaf() -> impl Strategy<Value = Body> {
        let text = "\\PC{0,12}|[\\x00-\\x20\"\\\\{}]{0,6}";
        prop_oneof![
            text.prop_map(|text| Body::Text { text }),
            Just(Body::Picture),
            (any::<Option<u64>>(), proptest::option::of(text))
                .prop_map(|(duration_ms, transcript)| Body::Voice { duration_ms, transcript }),
            (text, any::<Option<u64>>()).prop_map(|(name, size)| Body::File { name, size }),
            text.prop_map(|title| Body::Link(Link { kind: LinkKind::Music, title: Some(title), ..Link::default() })),
            text.prop_map(|text| Body::Notice(Notice { kind: NoticeKind::Pat, text })),
            proptest::option::of(text).prop_map(|name| Body::Channel(Channel {
                kind: ChannelKind::Live,
                name,
                description: None,
                url: None
            })),
            text.prop_map(|state| Body::Transfer(Transfer {
                state: Some(TransferState::Other(state)),
                ..Transfer::default()
            })),
            (text, text).prop_map(|(raw_type, text)| Body::Unknown { raw_type, text }),
        ]
    }

    fn any_body() -> impl Strategy<Value = Body> {
        leaf().prop_recursive(3, 8, 3, |inner| {
            let item = inner.clone().prop_map(|body| HistoryItem {
                sender: None,
                time: Some("10:00".into()),
                body: Box::new(body),
                attachment: Some(0),
            });
            prop_oneof![
                proptest::collection::vec(item, 0..3)
                    .prop_map(|items| Body::MergedHistory(MergedHistory { title: None, items })),
                inner.clone().prop_map(|body| Body::Recall(Recall {
                    text: "taken back".into(),
                    native_id: None,
                    recalled: Some(Box::new(body)),
                })),
                inner.prop_map(|body| Body::Quote(Quote {
                    text: "yes".into(),
                    native_id: Some("1".into()),
                    sender_id: None,
                    sender: None,
                    time: None,
                    quoted: Some(Box::new(body)),
                })),
            ]
        })
    }

    proptest! {
        #[test]
        fn content_comes_back_as_it_went_in(content in any_body(), named in proptest::option::of("\\PC{0,9}"), before in proptest::option::of("\\PC{0,9}")) {
            let attachment = Attachment {
                role: AttachmentRole::File,
                name: named.clone(),
                mime: "text/plain".into(),
                content: Content::Missing(MissingReason::NotInSource),
            };
            let attached: Vec<_> = named.is_some().then_some(attachment).into_iter().collect();
            let sender = Sender::default();
            let edits = before.into_iter().map(|before| Edit { before: Some(before), ..Edit::default() }).collect();
            let said = Marks { edits, ..Marks::default() };
            let prepared = Prepared::of(named.is_some().then_some(&sender), &content, &attached, &said);
            prop_assert_eq!(has_sender(prepared.form), named.is_some());
            prop_assert_eq!(body(prepared.form, prepared.content.clone()).unwrap(), content.clone());
            prop_assert_eq!(attachments(prepared.attachments.as_deref()).unwrap(), attached.clone());
            prop_assert_eq!(marks(prepared.marks.as_deref()).unwrap(), said.clone());
            let mut index = String::new();
            index_text(&message_text(&content, &attached, &said), &mut index);
            prop_assert_eq!(prepared.index, index);
        }
    }
}
