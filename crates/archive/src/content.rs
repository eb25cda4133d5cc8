//! How a message's content is stored: plain text as it is, everything else as JSON.

use duces_model::{Attachment, Body, Sender};
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
    pub(crate) index: String,
}

impl Prepared {
    /// Prepares a message's content.
    pub fn of(sender: Option<&Sender>, body: &Body, attachments: &[Attachment]) -> Self {
        let mut index = String::new();
        let (form, content) = match body {
            Body::Text { text } => (0, text.clone()),
            other => (JSON, serde_json::to_string(other).expect("a body has string keys only")),
        };
        match body {
            Body::Text { text } if attachments.is_empty() => index_text(text, &mut index),
            other => index_text(&other.text(attachments), &mut index),
        }
        let attachments = (!attachments.is_empty())
            .then(|| serde_json::to_string(attachments).expect("attachments have string keys only"));
        let form = if sender.is_some() { form | SENT_BY_SOMEONE } else { form };
        Self { form, content, attachments, index }
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

/// Reads attachments back.
pub(crate) fn attachments(stored: Option<&str>) -> Result<Vec<Attachment>, serde_json::Error> {
    stored.map_or(Ok(Vec::new()), serde_json::from_str)
}
