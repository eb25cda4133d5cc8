//! The older layout: `localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime`, and in groups the remark,
//! name and account of the sender.
//!
//! Rows of chats of two are shorter than their header. An old export of everything has ten values under nine columns,
//! the tenth being the server id. `TalkerId` is a number of the tool's own; the account it stands for is not in the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{ConversationKind, Place, Sender, SourceConversation};

use super::name_of_file;
use crate::csv_stream::{self, CsvStream, ReadRow};
use crate::draft::{Draft, Told};
use crate::field::filled;
use crate::rows::{self, NextRow};
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::window::Window;
use crate::{Format, IngestError, Items, codes, contacts, when};

const NEEDED: [&str; 9] =
    ["localId", "TalkerId", "Type", "SubType", "IsSender", "CreateTime", "Status", "StrContent", "StrTime"];

/// Where the columns stand.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    count: usize,
    /// Of the columns that every row has, in the order of `NEEDED`.
    needed: [usize; 9],
    remark: Option<usize>,
    nickname: Option<usize>,
    sender: Option<usize>,
}

impl Columns {
    pub(super) fn of(header: &[String]) -> Option<Self> {
        let at = |name: &str| header.iter().position(|column| column.trim() == name);
        let mut needed = [0; 9];
        for (place, name) in needed.iter_mut().zip(NEEDED) {
            *place = at(name)?;
        }
        Some(Self { count: header.len(), needed, remark: at("Remark"), nickname: at("NickName"), sender: at("Sender") })
    }

    /// Whether a row of so many fields can be told apart: it may lack what only groups have, or have the server id more.
    fn fits(&self, fields: usize) -> bool {
        fields <= self.count && self.needed.iter().all(|at| *at < fields) || self.has_server_id(fields)
    }

    fn has_server_id(&self, fields: usize) -> bool {
        self.count == NEEDED.len() && fields == self.count + 1
    }
}

struct Numbered {
    source: Source,
    columns: Columns,
    kind: ConversationKind,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
}

pub(super) fn open(source: Source, columns: Columns, window: Window, sink: Sink) -> Result<Items, IngestError> {
    let kind = if is_group(&source, &columns)? { ConversationKind::Group } else { ConversationKind::Direct };
    let reader = Numbered { source, columns, kind, conversations: BTreeMap::new() };
    Ok(Box::new(CsvStream::new(reader, window, sink)))
}

/// Tells whether any row names its sender: only those of groups do.
fn is_group(source: &Source, columns: &Columns) -> Result<bool, IngestError> {
    let Some(sender) = columns.sender else { return Ok(false) };
    let (_, mut window) = csv_stream::header(source, Format::MemotraceCsv)?;
    loop {
        match rows::next(&mut window).map_err(|error| io_error(&source.path, error))? {
            NextRow::End => return Ok(false),
            NextRow::Row => {
                let fields = rows::fields(rows::row(&window), source.encoding).texts;
                if fields.get(sender).is_some_and(|id| !id.trim().is_empty()) {
                    return Ok(true);
                }
            }
            NextRow::Blank | NextRow::Unclosed => {}
        }
    }
}

impl ReadRow for Numbered {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, fields: Vec<String>, raw: &[u8], place: &Place, sink: &mut Sink) {
        if !self.columns.fits(fields.len()) {
            csv_stream::wrong_count(fields.len(), self.columns.count, raw, place, sink);
            return;
        }
        let [local_id, talker, kind, sub, is_sender, time, _, content, shown_time] =
            self.columns.needed.map(|at| fields[at].as_str());
        let Some(sent) = time.trim().parse().ok().and_then(when::from_seconds) else {
            sink.excepted(&codes::BAD_TIME, place, format!("`CreateTime` is no time in seconds: `{time}`"), raw);
            return;
        };
        let Ok(number) = kind.trim().parse::<i64>() else {
            sink.excepted(&codes::WRONG_TYPE, place, format!("`Type` is no number: `{kind}`"), raw);
            return;
        };
        let draft = Draft::from_content(number, sub.trim().parse().ok(), content, place, sink);
        let by_app = matches!(number, 10000 | 10002);
        let sent_by_collector = match is_sender.trim() {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        };
        let told = Told {
            conversation: self.conversation(talker, place, sink),
            sender: if by_app { None } else { self.sender(&fields, sent_by_collector) },
            sent_by_collector: if by_app { None } else { sent_by_collector },
            sent,
            sent_raw: filled(shown_time).unwrap_or_else(|| time.to_owned()),
            native_id: self.server_id(&fields),
            sequence: local_id.trim().parse().ok(),
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }
}

impl Numbered {
    fn server_id(&self, fields: &[String]) -> Option<String> {
        let last = fields.last().filter(|_| self.columns.has_server_id(fields.len()))?;
        filled(last.trim()).filter(|id| id != "0")
    }

    fn sender(&self, fields: &[String], own: Option<bool>) -> Option<Sender> {
        let of = |at: Option<usize>| at.and_then(|at| fields.get(at)).and_then(|text| filled(text.trim()));
        let name = of(self.columns.remark).or_else(|| of(self.columns.nickname));
        let account = || self.source.options.account.clone().filter(|_| own == Some(true));
        let native_id = of(self.columns.sender).or_else(account);
        (native_id.is_some() || name.is_some() || own.is_some()).then_some(Sender { native_id, name })
    }

    /// An export of everything holds many chats under the tool's numbers; a file of one chat is named after it.
    fn conversation(&mut self, talker: &str, place: &Place, sink: &mut Sink) -> Arc<SourceConversation> {
        let of_everything = self.columns.count == NEEDED.len();
        let name = if of_everything { format!("talker {}", talker.trim()) } else { name_of_file(&self.source) };
        if let Some(known) = self.conversations.get(&name) {
            return Arc::clone(known);
        }
        let text = if of_everything {
            "the rows name their chats by numbers of the tool alone; the numbers stand in the place of accounts"
                .to_owned()
        } else {
            format!("the rows name no conversation; `{name}` was taken from the file's name")
        };
        sink.once(&codes::CONVERSATION_FROM_NAME, place, text);
        let app = self.source.options.app();
        let mut conversation = contacts::conversation_of(app, &name);
        if conversation.lacks_id() {
            conversation.kind = self.kind;
        }
        let conversation = Arc::new(conversation);
        self.conversations.insert(name, Arc::clone(&conversation));
        conversation
    }
}
