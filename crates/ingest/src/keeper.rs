//! chatlog-keeper's `wechat_messages.json`: an array of messages of many conversations, times in seconds with a fraction.

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{Body, ConversationKind, Place, Sender, SourceConversation};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::contacts;
use crate::draft::{Draft, Told};
use crate::json_object::{Object, Spare, epoch};
use crate::json_stream::{JsonStream, ReadElement, Shape};
use crate::named_type::{self, Named};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::{Format, IngestError, Items, codes};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::KeeperJson, is_file, in_tree: None, open };

#[derive(Deserialize)]
struct First {
    ts: Option<IgnoredAny>,
    conversation_id: Option<IgnoredAny>,
    msg_type: Option<IgnoredAny>,
}

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let Some(element) = probe.first_element()? else { return Ok(false) };
    let first = serde_json::from_slice::<First>(element);
    Ok(first.is_ok_and(|first| first.ts.is_some() && first.conversation_id.is_some() && first.msg_type.is_some()))
}

struct Keeper {
    source: Source,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let window = source.window()?;
    let reader = Keeper { source, conversations: BTreeMap::new() };
    Ok(Box::new(JsonStream::shaped(reader, window, Shape::Array, sink)))
}

impl ReadElement for Keeper {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(row) = Object::of_element(raw, self.source.encoding, &mut spare, place, sink) else { return };
        let Some(native_id) = row.text_in(&["conversation_id", "thread_id"]) else {
            sink.excepted(
                &codes::MISSING_FIELD,
                place,
                "`conversation_id` is missing: nobody knows the conversation",
                raw,
            );
            return;
        };
        let Some((sent, sent_raw)) = epoch(&row, "ts", raw, place, sink) else { return };
        let draft = draft(&row, place, sink);
        let by_app = matches!(draft.body, Body::Notice(_) | Body::Recall(_));
        let own = row.field("is_self").truth();
        let account = || row.text("account_id").filter(|_| own == Some(true));
        let (id, name) = (row.text("sender_wxid").or_else(account), row.text("sender"));
        let told = Told {
            conversation: self.conversation(native_id, &row),
            sender: (!by_app && (id.is_some() || name.is_some())).then_some(Sender { native_id: id, name }),
            sent_by_collector: if by_app { None } else { own },
            sent,
            sent_raw,
            native_id: row.text("server_id").filter(|id| id != "0"),
            sequence: row.int("source_offset"),
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }
}

/// Types are numbers of the app in some versions and words in others; `system` is the one word of its own.
fn draft(row: &Object<'_>, place: &Place, sink: &mut Sink) -> Draft {
    let content = row.text("content").unwrap_or_default();
    if let Some(number) = row.int("msg_type") {
        return Draft::from_content(number, None, &content, place, sink);
    }
    let kind = row.text("msg_type").unwrap_or_default();
    let kind = if kind == "system" { "系统通知" } else { &kind };
    named_type::draft(Named { kind, text: &content, source: "" }, place, sink)
}

impl Keeper {
    fn conversation(&mut self, native_id: String, row: &Object<'_>) -> Arc<SourceConversation> {
        if let Some(known) = self.conversations.get(&native_id) {
            return Arc::clone(known);
        }
        let kind = match row.text("conversation_type").as_deref() {
            Some("group") => ConversationKind::Group,
            _ => contacts::kind_of(&native_id),
        };
        let title = row.text("chat_room").filter(|title| *title != native_id);
        let app = self.source.options.app();
        let conversation = Arc::new(SourceConversation { app, kind, native_id: native_id.clone(), title });
        self.conversations.insert(native_id, Arc::clone(&conversation));
        conversation
    }
}
