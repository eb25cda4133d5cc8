//! The CSV: `Time,SenderName,Sender,TalkerName,Talker,Content`, local times, no byte-order mark.

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{ConversationKind, Place, Sender, SourceConversation, Zone};

use super::flat;
use crate::csv_stream::{self, CsvStream, ReadRow};
use crate::draft::Told;
use crate::encoding::Encoding;
use crate::field::filled;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::rows;
use crate::sink::Sink;
use crate::source::Source;
use crate::{Format, IngestError, Items, codes, contacts, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::ChatlogCsv, is_file, in_tree: None, open };

const HEADER: [&str; 6] = ["Time", "SenderName", "Sender", "TalkerName", "Talker", "Content"];

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    Ok(rows::fields(probe.first_line().as_bytes(), Encoding::Utf8).texts == HEADER)
}

struct Csv {
    source: Source,
    zone: Zone,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let Some(zone) = source.options.zone.clone() else {
        return Err(IngestError::ZoneNeeded { path: source.path.clone() });
    };
    let (header, window) = csv_stream::header(&source, Format::ChatlogCsv)?;
    if header != HEADER {
        return Err(source.wrong(Format::ChatlogCsv, "its header is another"));
    }
    let reader = Csv { source, zone, conversations: BTreeMap::new() };
    Ok(Box::new(CsvStream::new(reader, window, sink)))
}

impl ReadRow for Csv {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, fields: Vec<String>, raw: &[u8], place: &Place, sink: &mut Sink) {
        let [time, sender_name, sender, talker_name, talker, content] = fields.as_slice() else {
            csv_stream::wrong_count(fields.len(), HEADER.len(), raw, place, sink);
            return;
        };
        let Some((sent, _)) = when::from_local(time, &self.zone) else {
            sink.excepted(&codes::BAD_TIME, place, format!("`Time` is no time that exists: `{time}`"), raw);
            return;
        };
        if talker.is_empty() {
            sink.excepted(&codes::MISSING_FIELD, place, "`Talker` is empty: nobody knows the conversation", raw);
            return;
        }
        sink.once(&codes::TYPES_FROM_TEXT, place, codes::TYPES_FROM_TEXT.summary);
        let by_app = sender == "系统消息";
        let own = self.source.options.account.as_deref().map(|account| account == sender || sender == "我");
        let told = Told {
            conversation: self.conversation(talker, talker_name),
            sent_by_collector: if by_app { None } else { own },
            sender: (!by_app)
                .then(|| Sender { native_id: filled(sender.as_str()), name: filled(sender_name.as_str()) }),
            sent,
            sent_raw: time.clone(),
            native_id: None,
            sequence: None,
        };
        flat::draft(content, by_app).into_record(told, raw, &self.source, place, sink);
    }
}

impl Csv {
    fn conversation(&mut self, talker: &str, name: &str) -> Arc<SourceConversation> {
        if let Some(known) = self.conversations.get(talker) {
            return Arc::clone(known);
        }
        let kind: ConversationKind = contacts::kind_of(talker);
        let (app, native_id) = (self.source.options.app(), talker.to_owned());
        let conversation = Arc::new(SourceConversation { app, kind, native_id, title: filled(name) });
        self.conversations.insert(talker.to_owned(), Arc::clone(&conversation));
        conversation
    }
}
