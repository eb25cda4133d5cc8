//! The interchange format of duces: a header line, then one message a line. Described in docs/interchange.md.
//!
//! A field that is not known is refused: a misspelt one would otherwise lose data in silence.

use std::path::PathBuf;
use std::sync::Arc;

use duces_model::{
    App, AttachmentRole, ConversationKind, Item, Marks, MissingReason, Place, RecordState, Sender, SourceAttachment,
    SourceBytes, SourceConversation, SourceRecord, UtcMillis,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::jsonl_body;
use crate::lines::{self, NextLine};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::window::Window;
use crate::{Format, IngestError, codes, json_stream, media, rows, scan, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader {
    format: Format::DucesJsonl,
    is_file,
    in_tree: None,
    open: |source, sink| Ok(Box::new(open(source, sink)?)),
};

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    #[derive(Deserialize)]
    struct Named {
        format: String,
    }
    let named = serde_json::from_str::<Named>(&probe.first_line());
    Ok(named.is_ok_and(|header| header.format == Format::DucesJsonl.name()))
}

/// The version that is read and written.
pub(crate) const VERSION: u64 = 1;

#[derive(Deserialize)]
struct Header {
    format: String,
    version: u64,
}

/// A line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageLine {
    pub(crate) conversation: ConversationPart,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sender: Option<SenderPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sent_by_collector: Option<bool>,
    pub(crate) sent: Sent,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sent_raw: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) native_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replaces: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sequence: Option<i64>,
    pub(crate) body: Value,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) attachments: Vec<AttachmentPart>,
    #[serde(default, skip_serializing_if = "Marks::is_empty")]
    pub(crate) marks: Marks,
    #[serde(default)]
    pub(crate) state: RecordState,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConversationPart {
    #[serde(default = "wechat")]
    pub(crate) app: String,
    pub(crate) kind: ConversationKind,
    pub(crate) native_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
}

fn wechat() -> String {
    App::wechat().name().to_owned()
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SenderPart {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) native_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Sent {
    Millis(i64),
    Text(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttachmentPart {
    pub(crate) role: AttachmentRole,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) paths: Vec<String>,
    /// The bytes in hexadecimal, where they lie in no file of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) md5: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) missing: Option<MissingReason>,
}

/// A record that its converter could not convert, or something it has to say.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaidLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) excepted: Option<ExceptedPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) finding: Option<FindingPart>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExceptedPart {
    pub(crate) text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) raw: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) raw_hex: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingPart {
    pub(crate) text: String,
}

/// The lines of one file.
struct Jsonl {
    source: Source,
    window: Window,
    /// The conversation of the last message: most lines go on with it.
    conversation: Option<Arc<SourceConversation>>,
    sink: Sink,
    records: u64,
    done: bool,
}

/// Opens one file.
fn open(source: Source, sink: Sink) -> Result<impl Iterator<Item = Item> + Send, IngestError> {
    let mut window = source.window()?;
    lines::next(&mut window).map_err(|error| io_error(&source.path, error))?;
    let wrong = |reason: String| source.wrong(Format::DucesJsonl, reason);
    let header: Header = serde_json::from_slice(rows::row(&window)).map_err(|e| {
        wrong(format!("its first line is no header such as {{\"format\":\"duces-jsonl\",\"version\":1}}: {e}"))
    })?;
    if header.format != Format::DucesJsonl.name() {
        return Err(wrong(format!("its header names the format `{}`", header.format)));
    }
    if header.version != VERSION {
        return Err(wrong(format!("it is of version {}; version {VERSION} is read", header.version)));
    }
    Ok(Jsonl { source, window, conversation: None, sink, records: 0, done: false })
}

impl Iterator for Jsonl {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.sink.next() {
                return Some(item);
            }
            if self.done {
                return None;
            }
            self.step();
        }
    }
}

impl Jsonl {
    fn step(&mut self) {
        let next = lines::next(&mut self.window);
        let place = self.source.place().at_line(self.window.line());
        match next {
            Ok(NextLine::End) => self.done = true,
            Ok(NextLine::Line) if rows::row(&self.window).trim_ascii().is_empty() => {
                self.sink.once(&codes::BLANK_LINE, &place, codes::BLANK_LINE.summary);
            }
            Ok(NextLine::Line) => {
                let raw = rows::row(&self.window).to_vec();
                self.line(raw, place);
            }
            Ok(NextLine::TooLarge) => {
                self.records += 1;
                let text = format!("the line is larger than {} MiB", scan::LIMIT >> 20);
                self.sink.excepted(&codes::RECORD_TOO_LARGE, &place.at_record(self.records), text, &[]);
            }
            Err(error) => {
                self.done = true;
                let text = format!("{error}; {} records before it were read", self.records);
                self.sink.finding(&codes::READ_FAILED, &place, text);
            }
        }
    }

    fn line(&mut self, raw: Vec<u8>, place: Place) {
        let said = raw.starts_with(b"{\"excepted\"") || raw.starts_with(b"{\"finding\"");
        let place = if raw.starts_with(b"{\"finding\"") {
            place
        } else {
            self.records += 1;
            place.at_record(self.records)
        };
        let mut spare = Vec::new();
        if said {
            let line = json_stream::element::<SaidLine>(&raw, self.source.encoding, &mut spare, &place, &mut self.sink);
            if let Some(line) = line {
                self.said(line, &raw, &place);
            }
            return;
        }
        let line = json_stream::element::<MessageLine>(&raw, self.source.encoding, &mut spare, &place, &mut self.sink);
        if let Some(line) = line {
            self.message(line, raw, place);
        }
    }

    fn said(&mut self, line: SaidLine, raw: &[u8], place: &Place) {
        if let Some(finding) = line.finding {
            self.sink.finding(&codes::CONVERTER_FINDING, place, finding.text);
        }
        let Some(excepted) = line.excepted else { return };
        let bytes = match (&excepted.raw, excepted.raw_hex.as_deref().map(from_hex)) {
            (_, Some(None)) => {
                self.sink.excepted(&codes::WRONG_TYPE, place, "`raw_hex` is no hexadecimal", raw);
                return;
            }
            (_, Some(Some(bytes))) => bytes,
            (Some(text), None) => text.clone().into_bytes(),
            (None, None) => Vec::new(),
        };
        self.sink.excepted(&codes::CONVERTER_EXCEPTED, place, excepted.text, &bytes);
    }

    fn message(&mut self, line: MessageLine, raw: Vec<u8>, place: Place) {
        let (sent, shown) = match &line.sent {
            Sent::Millis(ms) => (UtcMillis::new(*ms).ok(), ms.to_string()),
            Sent::Text(text) => (when::from_rfc3339(text), text.clone()),
        };
        let Some(sent) = sent else {
            let text =
                format!("`sent` is no time that exists: `{shown}`; write 2024-03-05T09:00:00+08:00 or milliseconds");
            self.sink.excepted(&codes::BAD_TIME, &place, text, &raw);
            return;
        };
        let body = match jsonl_body::from_value(line.body) {
            Ok(body) => body,
            Err(reason) => {
                self.sink.excepted(&codes::WRONG_TYPE, &place, format!("`body`: {reason}"), &raw);
                return;
            }
        };
        let attachments = line.attachments.into_iter().map(|part| self.attachment(part, &place)).collect();
        let sequence = line.sequence.or_else(|| i64::try_from(place.record?).ok()).unwrap_or_default();
        let conversation = self.conversation(line.conversation);
        self.sink.record(SourceRecord {
            place,
            raw,
            conversation,
            sender: line.sender.map(|s| Sender { native_id: s.native_id, name: s.name }),
            sent_by_collector: line.sent_by_collector,
            sent,
            sent_raw: line.sent_raw.unwrap_or(shown),
            native_id: line.native_id,
            replaces: line.replaces,
            sequence,
            body,
            attachments,
            marks: line.marks,
            state: line.state,
        });
    }

    fn conversation(&mut self, part: ConversationPart) -> Arc<SourceConversation> {
        let conversation = SourceConversation {
            app: App::named(&part.app),
            kind: part.kind,
            native_id: part.native_id,
            title: part.title,
        };
        match &self.conversation {
            Some(last) if **last == conversation => Arc::clone(last),
            _ => Arc::clone(self.conversation.insert(Arc::new(conversation))),
        }
    }

    fn attachment(&mut self, part: AttachmentPart, place: &Place) -> SourceAttachment {
        let mut candidates: Vec<PathBuf> = Vec::new();
        let mut outside = false;
        for path in &part.paths {
            match media::inside(&self.source.folder, &path.replace('\\', "/")) {
                Some(inside) => candidates.push(inside),
                None => {
                    outside = true;
                    let text = format!("the path `{path}` leads out of the source folder; it was not followed");
                    self.sink.finding(&codes::OUTSIDE_SOURCE, place, text);
                }
            }
        }
        let bytes = part.bytes_hex.as_deref().and_then(|hex| match from_hex(hex) {
            Some(bytes) => Some(SourceBytes::new(bytes)),
            None => {
                self.sink.finding(&codes::WRONG_TYPE, place, "`bytes_hex` of an attachment is no hexadecimal");
                None
            }
        });
        let missing = match (candidates.is_empty() && bytes.is_none(), outside) {
            (false, _) => part.missing,
            (true, true) => Some(MissingReason::OutsideSource),
            (true, false) => Some(part.missing.unwrap_or(MissingReason::NoReference)),
        };
        SourceAttachment { role: part.role, name: part.name, candidates, bytes, md5: part.md5, missing }
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| {
            let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
            Some(digit(pair[0])? * 16 + digit(pair[1])?)
        })
        .collect()
}
