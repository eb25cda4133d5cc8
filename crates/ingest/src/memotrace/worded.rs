//! The newer layout: `消息ID,类型,发送人,时间,内容,备注,昵称,更多信息`, in a folder that bears the chat's account in brackets.

use std::sync::Arc;

use duces_model::{Body, ConversationKind, Place, Sender, SourceConversation, Zone};

use super::{name_of_file, of_folder};
use crate::csv_stream::{self, CsvStream, ReadRow};
use crate::draft::Told;
use crate::field::filled;
use crate::named_type::{self, Named};
use crate::sink::Sink;
use crate::source::Source;
use crate::window::Window;
use crate::{IngestError, Items, codes, contacts, when};

/// Where the columns stand.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    count: usize,
    id: usize,
    kind: usize,
    sender: usize,
    time: usize,
    content: usize,
    remark: Option<usize>,
}

impl Columns {
    pub(super) fn of(header: &[String]) -> Option<Self> {
        let at = |name: &str| header.iter().position(|column| column.trim() == name);
        Some(Self {
            count: header.len(),
            id: at("消息ID")?,
            kind: at("类型")?,
            sender: at("发送人")?,
            time: at("时间")?,
            content: at("内容")?,
            remark: at("备注"),
        })
    }
}

struct Worded {
    source: Source,
    columns: Columns,
    zone: Zone,
    conversation: Arc<SourceConversation>,
    /// Whether the conversation's id is a name, for want of an account.
    named: bool,
}

pub(super) fn open(source: Source, columns: Columns, window: Window, sink: Sink) -> Result<Items, IngestError> {
    let Some(zone) = source.options.zone.clone() else {
        return Err(IngestError::ZoneNeeded { path: source.path.clone() });
    };
    let (title, account) = of_folder(&source);
    let title = title.unwrap_or_else(|| name_of_file(&source));
    let app = source.options.app();
    let named = account.is_none();
    let conversation = match account {
        Some(account) => {
            SourceConversation { app, kind: contacts::kind_of(&account), native_id: account, title: Some(title) }
        }
        None => contacts::conversation_of(app, &title),
    };
    let reader = Worded { source, columns, zone, conversation: Arc::new(conversation), named };
    Ok(Box::new(CsvStream::new(reader, window, sink)))
}

impl ReadRow for Worded {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, fields: Vec<String>, raw: &[u8], place: &Place, sink: &mut Sink) {
        if fields.len() != self.columns.count {
            csv_stream::wrong_count(fields.len(), self.columns.count, raw, place, sink);
            return;
        }
        let of = |at: usize| fields[at].as_str();
        let time = of(self.columns.time);
        let Some((sent, has_seconds)) = when::from_local(time, &self.zone) else {
            sink.excepted(&codes::BAD_TIME, place, format!("`时间` is no time that exists: `{time}`"), raw);
            return;
        };
        if !has_seconds {
            sink.once(&codes::NO_SECONDS, place, codes::NO_SECONDS.summary);
        }
        if self.named {
            let name = self.conversation.title.as_ref().unwrap_or(&self.conversation.native_id);
            let text = format!("the rows name no conversation; `{name}` was taken from the file's name");
            sink.once(&codes::CONVERSATION_FROM_NAME, place, text);
        }
        let named = Named { kind: of(self.columns.kind), text: of(self.columns.content), source: "" };
        let draft = named_type::draft(named, place, sink);
        let by_app = matches!(draft.body, Body::Notice(_) | Body::Recall(_));
        let remark = self.columns.remark.map(of).unwrap_or_default();
        let (sender, own) = if by_app { (None, None) } else { self.sender(of(self.columns.sender), remark) };
        let told = Told {
            conversation: Arc::clone(&self.conversation),
            sender,
            sent_by_collector: own,
            sent,
            sent_raw: time.to_owned(),
            native_id: filled(of(self.columns.id).trim()).filter(|id| id != "0"),
            sequence: None,
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }
}

impl Worded {
    /// Rows name senders as they are shown. Only where the name or the remark is that of the chat is it the other side;
    /// that somebody else is the account that was collected is not concluded.
    fn sender(&self, name: &str, remark: &str) -> (Option<Sender>, Option<bool>) {
        if name == "我" {
            return (Some(Sender { native_id: self.source.options.account.clone(), name: None }), Some(true));
        }
        let title = self.conversation.title.as_deref().unwrap_or_default();
        let direct = self.conversation.kind == ConversationKind::Direct;
        let other = direct && !title.is_empty() && (name == title || remark == title);
        let native_id = other.then(|| self.conversation.native_id.clone()).filter(|_| !self.named);
        (Some(Sender { native_id, name: filled(name) }), other.then_some(false))
    }
}
