//! Writes the interchange format, so that other programs and tests need not know its letters.

use std::fmt::Write as _;
use std::path::Path;

use duces_model::{Finding, FindingCode, Item, SourceAttachment, SourceRecord};
use serde::Serialize;

use crate::codes;
use crate::jsonl::{
    AttachmentPart, ConversationPart, ExceptedPart, FindingPart, MessageLine, SaidLine, SenderPart, Sent, VERSION,
};
use crate::jsonl_body;
use crate::source::slashed;

/// Returns the first line of an interchange file, with its line feed. `generator` names the program that writes it.
pub fn header_line(generator: &str) -> String {
    #[derive(Serialize)]
    struct Header<'a> {
        format: &'a str,
        version: u64,
        generator: &'a str,
    }
    line(&Header { format: crate::Format::DucesJsonl.name(), version: VERSION, generator })
}

/// Returns one item as a line, with its line feed.
///
/// Place and raw bytes of a record are those of the file that is written when it is read again; paths of attachments
/// are relative to its folder. What an exception or a finding says is kept as text, with its code and place before it.
pub fn write_item(item: &Item) -> String {
    match item {
        Item::Record(record) => line(&message(record)),
        Item::Finding(finding) => {
            let part = FindingPart { text: said(finding, &codes::CONVERTER_FINDING) };
            line(&SaidLine { excepted: None, finding: Some(part) })
        }
        Item::Excepted { finding, raw } => {
            let text = said(finding, &codes::CONVERTER_EXCEPTED);
            let part = match std::str::from_utf8(raw) {
                Ok(raw) => ExceptedPart { text, raw: Some(raw.to_owned()), raw_hex: None },
                Err(_) => ExceptedPart { text, raw: None, raw_hex: Some(hex(raw)) },
            };
            line(&SaidLine { excepted: Some(part), finding: None })
        }
    }
}

fn line(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string(value).expect("texts, numbers and lists of them always have a JSON form");
    text.push('\n');
    text
}

fn said(finding: &Finding, own: &FindingCode) -> String {
    if finding.code == own.name {
        finding.text.clone()
    } else {
        format!("{} {}: {}", finding.code, finding.place, finding.text)
    }
}

fn message(record: &SourceRecord) -> MessageLine {
    let conversation = &record.conversation;
    MessageLine {
        conversation: ConversationPart {
            app: conversation.app.name().to_owned(),
            kind: conversation.kind,
            native_id: conversation.native_id.clone(),
            title: conversation.title.clone(),
        },
        sender: record.sender.as_ref().map(|s| SenderPart { native_id: s.native_id.clone(), name: s.name.clone() }),
        sent_by_collector: record.sent_by_collector,
        sent: Sent::Text(record.sent.to_string()),
        sent_raw: Some(record.sent_raw.clone()),
        native_id: record.native_id.clone(),
        replaces: record.replaces.clone(),
        sequence: Some(record.sequence),
        body: jsonl_body::to_value(&record.body),
        attachments: record.attachments.iter().map(attachment).collect(),
        marks: record.marks.clone(),
        state: record.state,
    }
}

fn attachment(attachment: &SourceAttachment) -> AttachmentPart {
    AttachmentPart {
        role: attachment.role,
        name: attachment.name.clone(),
        paths: attachment.candidates.iter().map(|path| slashed(Path::new(path))).collect(),
        bytes_hex: attachment.bytes.as_deref().map(hex),
        md5: attachment.md5.clone(),
        missing: attachment.missing,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
