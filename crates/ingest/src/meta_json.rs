//! Messenger and Instagram, as *Download your information* gives them: a conversation a file, the newest message first, each
//! text UTF-8 that was written as if it were Latin-1.

use std::sync::Arc;

use duces_model::{
    App, AttachmentRole, Body, Call, CallOutcome, ConversationKind, Link, LinkKind, Place, Reaction, Sender,
    SourceConversation,
};

use crate::composed::{self, SentFile};
use crate::draft::{Draft, Told};
use crate::json_object::{Object, Spare};
use crate::json_stream::{self, JsonStream, ReadElement, Shape};
use crate::media::Hint;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::{Format, IngestError, Items, codes, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::MetaJson, is_file, in_tree: None, open };

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if !probe.is_object() {
        return Ok(false);
    }
    let keys = probe.keys(&["messages"], |found| found.contains_key("messages"))?;
    let holds = |text: &[u8]| memchr::memmem::find(probe.head, text).is_some();
    Ok(keys.contains_key("messages") && holds(b"\"sender_name\"") && holds(b"\"timestamp_ms\""))
}

struct Meta {
    source: Source,
    conversation: Arc<SourceConversation>,
}

fn open(source: Source, mut sink: Sink) -> Result<Items, IngestError> {
    let mut window = source.window()?;
    let wanted = ["participants", "title", "thread_path"];
    let found = json_stream::header(&mut window, source.encoding, &wanted, |found| {
        wanted.iter().all(|key| found.contains_key(*key))
    })
    .map_err(|error| io_error(&source.path, error))?;
    let text = |key: &str| found.get(key).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let title: Option<String> = serde_json::from_str(&text("title")).ok();
    let path: Option<String> = serde_json::from_str(&text("thread_path")).ok();
    let participants = text("participants");
    let participants: Vec<Object<'_>> = serde_json::from_str(&participants).unwrap_or_default();
    // The address of the conversation in Meta's own export; no account has an id.
    let app = match (&source.options.app, path.as_deref(), source.file.to_lowercase().contains("instagram")) {
        (Some(app), ..) => app.clone(),
        (None, _, true) => App::named("instagram"),
        (None, ..) => App::named("messenger"),
    };
    let kind = if participants.len() > 2 { ConversationKind::Group } else { ConversationKind::Direct };
    let name = title.map(|title| repaired(&title).0).unwrap_or_else(|| source.file.clone());
    let conversation = match (kind, path) {
        (ConversationKind::Group, Some(path)) => SourceConversation { app, kind, native_id: path, title: Some(name) },
        _ => {
            let text = format!("the export gives no ids of accounts; `{name}` stands in the place of one");
            sink.once(&codes::CONVERSATION_DERIVED, &source.place(), text);
            SourceConversation::named(app, kind, &name)
        }
    };
    sink.once(&codes::NO_MESSAGE_IDS, &source.place(), codes::NO_MESSAGE_IDS.summary);
    let window = source.window()?;
    let reader = Meta { source, conversation: Arc::new(conversation) };
    Ok(Box::new(JsonStream::shaped(reader, window, Shape::Under("messages"), sink)))
}

/// Returns a text as it was before its bytes were taken for Latin-1, and whether they were. A text that makes no UTF-8 so
/// is as it is.
fn repaired(text: &str) -> (String, bool) {
    if text.is_ascii() {
        return (text.to_owned(), false);
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => (text, true),
        None => (text.to_owned(), false),
    }
}

/// Lists of files, and what each is.
const FILES: &[(&str, AttachmentRole)] = &[
    ("photos", AttachmentRole::Picture),
    ("gifs", AttachmentRole::Picture),
    ("videos", AttachmentRole::Video),
    ("audio_files", AttachmentRole::Voice),
    ("files", AttachmentRole::File),
];

impl ReadElement for Meta {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(row) = Object::of_element(raw, self.source.encoding, &mut spare, place, sink) else { return };
        let sent_raw = row.text("timestamp_ms").unwrap_or_default();
        let Some(sent) = row.int("timestamp_ms").and_then(when::from_millis) else {
            let code = if sent_raw.is_empty() { &codes::MISSING_FIELD } else { &codes::BAD_TIME };
            sink.excepted(code, place, format!("`timestamp_ms` is no time of a message: `{sent_raw}`"), raw);
            return;
        };
        let mut was = false;
        let mut mend = |text: String| {
            let (text, repaired) = repaired(&text);
            was |= repaired;
            text
        };
        let name = row.text("sender_name").map(&mut mend);
        let draft = draft(&row, &mut mend);
        if was {
            sink.once(&codes::MOJIBAKE, place, codes::MOJIBAKE.summary);
        }
        let told = Told {
            conversation: Arc::clone(&self.conversation),
            sender: name.map(|name| Sender { native_id: None, name: Some(name) }),
            sent_by_collector: None,
            sent,
            sent_raw,
            native_id: None,
            // The newest comes first.
            sequence: place.record.and_then(|record| i64::try_from(record).ok()).map(|record| -record),
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }
}

fn draft(row: &Object<'_>, mend: &mut impl FnMut(String) -> String) -> Draft {
    let text = row.text("content").map(&mut *mend).unwrap_or_default();
    if let Some(seconds) = row.size("call_duration") {
        let missed = row.field("missed").truth() == Some(true);
        let outcome = if missed { CallOutcome::Missed } else { CallOutcome::Answered };
        let duration_ms = seconds.checked_mul(1000).filter(|ms| *ms > 0);
        return Draft::plain(Body::Call(Call { video: None, outcome: Some(outcome), duration_ms, text }));
    }
    let mut bodies: Vec<Body> = Vec::new();
    if !text.is_empty() {
        bodies.push(Body::text_of(text));
    }
    if let Some(share) = row.object("share") {
        let link = Link {
            kind: LinkKind::Page,
            title: share.text("share_text").map(&mut *mend),
            url: share.text("link"),
            ..Link::default()
        };
        bodies.extend((link != Link::default()).then_some(Body::Link(link)));
    }
    let mut files: Vec<SentFile> = Vec::new();
    for (key, role) in FILES {
        files.extend(row.objects(key).iter().map(|one| file(one, *role)));
    }
    files.extend(row.object("sticker").map(|one| file(&one, AttachmentRole::Sticker)));
    let mut draft = composed::of_bodies(bodies, files);
    for reaction in row.objects("reactions") {
        draft.marks.reactions.push(Reaction {
            value: reaction.text("reaction").map(&mut *mend).unwrap_or_default(),
            count: 1,
            by: reaction.text("actor").map(&mut *mend).into_iter().collect(),
        });
    }
    let unsent = row.field("is_unsent").truth() == Some(true);
    draft.fact("unsent", unsent.then(|| "yes".to_owned()))
}

/// Paths begin at the root of the whole export, which may have been cut out of it: the end of the path is looked for too.
fn file(one: &Object<'_>, role: AttachmentRole) -> SentFile {
    let path = one.text("uri").unwrap_or_default();
    let mut exact = vec![path.clone()];
    let parts: Vec<&str> = path.split('/').collect();
    if let [.., folder, name] = parts.as_slice() {
        exact.push(format!("{folder}/{name}"));
    }
    let name = parts.last().copied().unwrap_or_default().to_owned();
    SentFile { role, ..SentFile::named(name, Hint { exact, ..Hint::default() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_mended_where_they_are_broken_and_only_there() {
        let broken: String = "合同 😀".bytes().map(char::from).collect();
        assert_eq!(repaired(&broken), ("合同 😀".to_owned(), true));
        assert_eq!(repaired("合同"), ("合同".to_owned(), false));
        assert_eq!(repaired("café"), ("café".to_owned(), false));
        assert_eq!(repaired("plain"), ("plain".to_owned(), false));
    }
}
