//! A message on its way to a record: what it says and what hangs on it, before paths are looked at.

use std::sync::Arc;

use duces_model::{
    AttachmentRole, Body, Fact, Marks, Place, RecordState, Sender, SourceAttachment, SourceConversation, SourceRecord,
    UtcMillis,
};

use crate::codes;
use crate::media::{self, Hint};
use crate::sink::Sink;
use crate::source::Source;
use crate::wechat_xml::{self, RecordItem, XmlAttachment, XmlMessage};

/// What a record's content was understood to be.
pub(crate) struct Draft {
    pub(crate) body: Body,
    pub(crate) attachments: Vec<(AttachmentRole, Hint)>,
    pub(crate) marks: Marks,
    /// The server id of the earlier message that it takes the place of.
    pub(crate) replaces: Option<String>,
    /// How the copy stands, where the body does not say it.
    pub(crate) state: Option<RecordState>,
}

/// Who sent a message, when and where, and what numbers it bears.
pub(crate) struct Told {
    pub(crate) conversation: Arc<SourceConversation>,
    pub(crate) sender: Option<Sender>,
    pub(crate) sent_by_collector: Option<bool>,
    pub(crate) sent: UtcMillis,
    pub(crate) sent_raw: String,
    pub(crate) native_id: Option<String>,
    /// The source's own order; the number of the record where there is none.
    pub(crate) sequence: Option<i64>,
}

impl Draft {
    /// Yields the record of a message.
    pub(crate) fn into_record(mut self, told: Told, raw: &[u8], source: &Source, place: &Place, sink: &mut Sink) {
        let number = || place.record.and_then(|record| i64::try_from(record).ok()).unwrap_or_default();
        let (attachments, state) = (self.placed(source, place, sink), self.state());
        sink.record(SourceRecord {
            place: place.clone(),
            raw: raw.to_vec(),
            conversation: told.conversation,
            sender: told.sender,
            sent_by_collector: told.sent_by_collector,
            sent: told.sent,
            sent_raw: told.sent_raw,
            native_id: told.native_id,
            replaces: self.replaces,
            sequence: told.sequence.unwrap_or_else(number),
            body: self.body,
            attachments,
            marks: self.marks,
            state,
        });
    }

    /// Adds something the source says that no other field holds.
    pub(crate) fn fact(mut self, name: &str, value: Option<String>) -> Self {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.marks.facts.push(Fact::new(name, value));
        }
        self
    }

    pub(crate) fn plain(body: Body) -> Self {
        Self { body, attachments: Vec::new(), marks: Marks::default(), replaces: None, state: None }
    }

    pub(crate) fn with(body: Body, role: AttachmentRole, hint: Hint) -> Self {
        Self { attachments: vec![(role, hint)], ..Self::plain(body) }
    }

    /// Returns a merged history of items, with what hangs on them.
    pub(crate) fn history(title: Option<String>, items: Vec<RecordItem>) -> Self {
        let mut found = Vec::new();
        let history = wechat_xml::history_of(title, items, 0, &mut found);
        Self { attachments: found.into_iter().map(hinted).collect(), ..Self::plain(Body::MergedHistory(history)) }
    }

    /// Returns a message of a type that is not known, and says so.
    pub(crate) fn unknown(raw_type: impl Into<String>, text: &str, place: &Place, sink: &mut Sink) -> Self {
        let raw_type = raw_type.into();
        sink.finding(&codes::UNKNOWN_TYPE, place, format!("message type `{raw_type}` is not known; shown as unknown"));
        Self::plain(Body::Unknown { raw_type, text: text.to_owned() })
    }

    /// Returns what raw XML says; XML that cannot be read is kept as unknown.
    pub(crate) fn from_xml(raw_type: i64, xml: &str, place: &Place, sink: &mut Sink) -> Self {
        let message = wechat_xml::message_from_xml(raw_type, xml);
        Self::from_outcome(message, raw_type, xml, place, sink)
    }

    /// Returns what a message's content says as a database holds it, XML or not. A text must be without the sender
    /// that stands before it in groups.
    pub(crate) fn from_content(
        raw_type: i64,
        sub_type: Option<i64>,
        content: &str,
        place: &Place,
        sink: &mut Sink,
    ) -> Self {
        let message = wechat_xml::message_of(raw_type, sub_type, content);
        Self::from_outcome(message, raw_type, content, place, sink)
    }

    fn from_outcome(
        message: Result<XmlMessage, String>,
        raw_type: i64,
        content: &str,
        place: &Place,
        sink: &mut Sink,
    ) -> Self {
        match message {
            Ok(message) => Self::from_message(message, place, sink),
            Err(reason) => {
                let text = format!("the message's XML cannot be read: {reason}; shown as unknown");
                sink.finding(&codes::BAD_XML, place, text);
                Self::plain(Body::Unknown { raw_type: raw_type.to_string(), text: content.to_owned() })
            }
        }
    }

    fn from_message(message: XmlMessage, place: &Place, sink: &mut Sink) -> Self {
        if message.uploading {
            sink.finding(&codes::UPLOADING_FILE, place, codes::UPLOADING_FILE.summary);
        }
        if let Some(damage) = &message.damage {
            let text = format!("the message's XML is damaged: {damage}; what could be read of it is shown");
            sink.finding(&codes::DAMAGED_XML, place, text);
        }
        if let Body::Unknown { raw_type, text } = &message.body {
            return Self::unknown(raw_type.clone(), text, place, sink);
        }
        let attachments = message.attachments.into_iter().map(hinted).collect();
        Self { attachments, replaces: message.replaces, ..Self::plain(message.body) }
    }

    /// Gives the message's own attachment a path, or one more if it has none of that role.
    pub(crate) fn set_path(&mut self, role: AttachmentRole, path: Option<String>) {
        let Some(path) = path else { return };
        match self.attachments.iter_mut().find(|(r, _)| *r == role) {
            Some((_, hint)) => hint.path = Some(path),
            None => self.attachments.push((role, Hint { path: Some(path), ..Hint::default() })),
        }
    }

    /// Returns the attachments with their candidates.
    pub(crate) fn placed(&mut self, source: &Source, place: &Place, sink: &mut Sink) -> Vec<SourceAttachment> {
        let mut out = Vec::with_capacity(self.attachments.len());
        for (role, hint) in std::mem::take(&mut self.attachments) {
            let placed = media::place(source, role, hint);
            if let Some(path) = placed.outside {
                let text = format!("the path `{path}` leads out of the source folder; it was not followed");
                sink.finding(&codes::OUTSIDE_SOURCE, place, text);
            }
            out.push(placed.attachment);
        }
        out
    }

    /// Returns how the copy stands: the notice of a recall stands in the place of what was taken back.
    pub(crate) fn state(&self) -> RecordState {
        match self.state {
            Some(state) => state,
            None if matches!(self.body, Body::Recall(_)) => RecordState::Recalled,
            None => RecordState::Present,
        }
    }
}

/// Returns where the bytes of an attachment may lie of which the XML gives names and digests.
pub(crate) fn hinted(attachment: XmlAttachment) -> (AttachmentRole, Hint) {
    let XmlAttachment { role, name, digests, md5 } = attachment;
    (role, Hint { name, stems: digests, md5, ..Hint::default() })
}

/// Returns the text without the label in brackets that a tool puts before it, such as `[文件] `.
pub(crate) fn without_label<'a>(text: &'a str, labels: &[&str]) -> &'a str {
    for label in labels {
        if let Some(rest) = text.strip_prefix('[').and_then(|text| text.strip_prefix(label)) {
            if let Some(rest) = rest.strip_prefix(']') {
                return rest.trim_start();
            }
            // The other shape, `[label: text]` or `[label|text]`.
            let inner = rest.trim_start_matches(['|', ':', '：', ' ']);
            if inner.len() < rest.len() {
                return inner.strip_suffix(']').unwrap_or(inner);
            }
        }
    }
    text
}
