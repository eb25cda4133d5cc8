//! wechatDataBackup's JSON, as its interface answers: an array of messages, or such an array under `Rows`.
//!
//! The layout is known from its documentation alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{AttachmentRole, Body, ConversationKind, Place, Quote, Sender, SourceConversation};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::contacts;
use crate::draft::{Draft, Told};
use crate::json_object::{Object, Spare, epoch};
use crate::json_stream::{JsonStream, ReadElement, Shape};
use crate::media::Hint;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::wechat_db::add_preview;
use crate::wechat_xml::{self, RawType};
use crate::{Format, IngestError, Items, codes};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::DatabackupJson, is_file, in_tree: None, open };

const ROWS: &str = "Rows";

#[derive(Deserialize)]
struct First {
    #[serde(rename = "MsgSvrId")]
    server_id: Option<IgnoredAny>,
    #[serde(rename = "createTime")]
    time: Option<IgnoredAny>,
    talker: Option<IgnoredAny>,
}

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if probe.is_object() {
        let found = probe.keys_before(ROWS, &["Total", "KeyWord"], |found| found.contains_key(ROWS))?;
        return Ok(found.contains_key(ROWS) && found.contains_key("Total"));
    }
    let Some(element) = probe.first_element()? else { return Ok(false) };
    let first = serde_json::from_slice::<First>(element);
    Ok(first.is_ok_and(|first| first.server_id.is_some() && first.time.is_some() && first.talker.is_some()))
}

struct Databackup {
    source: Source,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let mut ahead = source.window()?;
    let first = crate::scan::skip_space(&mut ahead).map_err(|error| crate::source::io_error(&source.path, error))?;
    let shape = if first == Some(b'{') { Shape::Under(ROWS) } else { Shape::Array };
    let window = source.window()?;
    let reader = Databackup { source, conversations: BTreeMap::new() };
    Ok(Box::new(JsonStream::shaped(reader, window, shape, sink)))
}

impl ReadElement for Databackup {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(row) = Object::of_element(raw, self.source.encoding, &mut spare, place, sink) else { return };
        let Some(talker) = row.text("talker") else {
            sink.excepted(&codes::MISSING_FIELD, place, "`talker` is missing: nobody knows the conversation", raw);
            return;
        };
        let Some((sent, sent_raw)) = epoch(&row, "createTime", raw, place, sink) else { return };
        let Some(kind) = row.int("type") else {
            sink.excepted(&codes::WRONG_TYPE, place, "`type` is no number", raw);
            return;
        };
        let raw_type = RawType::of(kind).with_sub(row.int("SubType"));
        let mut draft = draft(kind, raw_type, &row, place, sink);
        if matches!(draft.body, Body::Video { .. }) {
            let preview: Vec<String> =
                row.text("ThumbPath").map(|path| below(path).replace('\\', "/")).into_iter().collect();
            add_preview(&mut draft, &preview, &self.source);
        }
        let by_app = matches!(raw_type.base, 10000 | 10002) || matches!(draft.body, Body::Notice(_));
        let own = row.field("IsSender").truth();
        let user = row.object("userInfo").unwrap_or_default();
        let name = user.text_in(&["ReMark", "NickName", "Alias"]);
        let account = || self.source.options.account.clone().filter(|_| own == Some(true));
        let native_id = user.text("UserName").or_else(account);
        let told = Told {
            conversation: self.conversation(talker),
            sender: (!by_app).then_some(Sender { native_id, name }),
            sent_by_collector: if by_app { None } else { own },
            sent,
            sent_raw,
            native_id: row.text("MsgSvrId").filter(|id| id != "0"),
            sequence: row.int("LocalId"),
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }
}

/// Which field holds the path of what kind of attachment.
const PATHS: &[(&str, AttachmentRole)] = &[
    ("ImagePath", AttachmentRole::Picture),
    ("VideoPath", AttachmentRole::Video),
    ("VoicePath", AttachmentRole::Voice),
    ("EmojiPath", AttachmentRole::Sticker),
];

fn draft(kind: i64, raw_type: RawType, row: &Object<'_>, place: &Place, sink: &mut Sink) -> Draft {
    let content = row.text("content").unwrap_or_default();
    let mut draft = match raw_type {
        RawType { base: 49, sub: Some(6) } if !wechat_xml::looks_like_xml(&content) => file(row),
        RawType { base: 49, sub: Some(57) } if !wechat_xml::looks_like_xml(&content) => quote(row, &content),
        _ => Draft::from_content(kind, row.int("SubType"), &content, place, sink),
    };
    for (key, role) in PATHS {
        if matches!(draft.attachments.first(), Some((own, _)) if own == role) {
            draft.set_path(*role, row.text(key).map(below));
        }
    }
    if matches!(draft.body, Body::File { .. }) {
        let info = row.object("fileInfo").unwrap_or_default();
        draft.set_path(AttachmentRole::File, info.text_in(&["filePath", "FilePath"]).map(below));
    }
    draft
}

/// Paths begin with a separator and lie below the backup's own folder.
fn below(path: String) -> String {
    path.trim_start_matches(['\\', '/']).to_owned()
}

fn file(row: &Object<'_>) -> Draft {
    let info = row.object("fileInfo").unwrap_or_default();
    let name = info.text_in(&["fileName", "FileName"]);
    let size = info.size("fileSize").or_else(|| info.size("FileSize"));
    let body = Body::File { name: name.clone().unwrap_or_default(), size };
    Draft::with(body, AttachmentRole::File, Hint { stems: name.iter().cloned().collect(), name, ..Hint::default() })
}

fn quote(row: &Object<'_>, content: &str) -> Draft {
    let refer = row.object("ReferInfo").unwrap_or_default();
    let quoted = refer.text("Content").map(|text| Box::new(Body::text_of(text)));
    Draft::plain(Body::Quote(Quote {
        text: content.to_owned(),
        native_id: refer.text("Svrid").filter(|id| id != "0"),
        sender_id: None,
        sender: refer.text("Displayname"),
        time: None,
        quoted,
    }))
}

impl Databackup {
    fn conversation(&mut self, talker: String) -> Arc<SourceConversation> {
        if let Some(known) = self.conversations.get(&talker) {
            return Arc::clone(known);
        }
        let kind: ConversationKind = contacts::kind_of(&talker);
        let app = self.source.options.app();
        let conversation = Arc::new(SourceConversation { app, kind, native_id: talker.clone(), title: None });
        self.conversations.insert(talker, Arc::clone(&conversation));
        conversation
    }
}
