//! The texts that chat apps of phones export: WhatsApp's, in its many languages, and Signal's as signal-export writes it.
//! A line that begins with a time begins a message; the lines up to the next one belong to it.

mod head;
mod said;
mod title;

use std::collections::BTreeSet;
use std::sync::Arc;

use duces_model::{App, Body, ConversationKind, Notice, Place, Sender, SourceConversation};

use self::head::Head;
use crate::dates;
use crate::draft::{Draft, Told};
use crate::lines;
use crate::moment::{self, Clock};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::text_blocks::{ReadBlock, TextBlocks};
use crate::{Format, IngestError, Items, codes};

/// How WhatsApp's text is recognised and opened.
pub(crate) const WHATSAPP: Reader = Reader {
    format: Format::WhatsappTxt,
    is_file: |probe| is_file(probe, false),
    in_tree: None,
    open: |source, sink| open(source, false, sink),
};
/// How Signal's text is recognised and opened.
pub(crate) const SIGNAL: Reader = Reader {
    format: Format::SignalTxt,
    is_file: |probe| is_file(probe, true),
    in_tree: None,
    open: |source, sink| open(source, true, sink),
};

/// How many of the first lines must begin messages, and among how many.
const LOOKED_AT: usize = 60;

fn is_file(probe: &mut Probe<'_>, signal: bool) -> Result<bool, IngestError> {
    if probe.extension().as_deref().is_some_and(|extension| extension != "txt") || probe.head.contains(&0) {
        return Ok(false);
    }
    let text = probe.text();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let Some(first) = lines.next().and_then(Head::of) else { return Ok(false) };
    // A log begins each line with a time, too; a chat has senders, and some of its lines do.
    let heads = lines.take(LOOKED_AT).filter_map(Head::of);
    let spoken = first.sender.is_some() || heads.into_iter().any(|head| head.sender.is_some());
    Ok(first.is_signal() == signal && spoken)
}

struct Text {
    source: Source,
    clock: Clock,
    conversation: Arc<SourceConversation>,
    /// Whether the name of the conversation stood in the file's.
    named: bool,
}

fn open(source: Source, signal: bool, sink: Sink) -> Result<Items, IngestError> {
    let mapping = source.mapping()?;
    let mut senders = BTreeSet::new();
    let mut is_group = false;
    let mut times = Vec::new();
    for line in lines::texts(&source)? {
        let Some(head) = Head::of(&line) else { continue };
        times.push(head.time.to_owned());
        match head.sender {
            // Three are a group; more need not be kept.
            Some(sender) if senders.len() < 3 => _ = senders.insert(sender.to_owned()),
            Some(_) => {}
            None => is_group |= said::is_of_group(head.text),
        }
    }
    if times.is_empty() {
        let format = if signal { Format::SignalTxt } else { Format::WhatsappTxt };
        return Err(source.wrong(format, "none of its lines begins a message"));
    }
    let clock = dates::clock(times.into_iter(), mapping.as_ref(), &source)?;
    let app = App::named(if signal { "signal" } else { "whatsapp" });
    let kind = if is_group || senders.len() > 2 { ConversationKind::Group } else { ConversationKind::Direct };
    let title = title::of(&source.path, source.options.container.as_deref());
    let name = title.clone().unwrap_or_else(|| source.file.clone());
    let conversation = SourceConversation::named(source.options.app.clone().unwrap_or(app), kind, &name);
    let window = source.window()?;
    let reader = Text { source, clock, conversation: Arc::new(conversation), named: title.is_some() };
    Ok(Box::new(TextBlocks::new(reader, window, sink)))
}

impl ReadBlock for Text {
    fn source(&self) -> &Source {
        &self.source
    }

    fn begins(&self, line: &str, _after_blank: bool) -> bool {
        Head::of(line).is_some()
    }

    fn read(&mut self, text: &str, raw: &[u8], place: &Place, sink: &mut Sink) {
        let (line, below) = text.split_once('\n').map_or((text, None), |(line, below)| (line, Some(below)));
        let Some(head) = Head::of(line) else { return };
        let moment = match moment::of(head.time, &self.clock) {
            Ok(moment) => moment,
            Err(_) => {
                let text = format!("`{}` is no time that exists where day and month stand as in this file", head.time);
                sink.excepted(&codes::BAD_TIME, place, text, raw);
                return;
            }
        };
        self.say(&moment, place, sink);
        let content = match below {
            Some(below) => format!("{}\n{below}", head.text),
            None => head.text.to_owned(),
        };
        let (draft, sender) = match head.sender {
            Some(name) => (said::draft(&content), Some(sender(name))),
            None => {
                let notice = Notice { kind: said::notice(&content), text: content };
                (Draft::plain(Body::Notice(notice)), None)
            }
        };
        let told = Told {
            conversation: Arc::clone(&self.conversation),
            sent_by_collector: self.own(head.sender),
            sender,
            sent: moment.at,
            sent_raw: head.time.to_owned(),
            native_id: None,
            sequence: None,
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }
}

/// A number stands where the phone knows no name; it is the account.
fn sender(name: &str) -> Sender {
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let is_number = name.starts_with('+') && digits >= 6;
    let number: String = name.chars().filter(|c| *c == '+' || c.is_ascii_digit()).collect();
    Sender { native_id: is_number.then_some(number), name: Some(name.to_owned()) }
}

impl Text {
    /// Who wrote is told by name; in a chat of two, who is not the one it is named after is the account's own.
    fn own(&self, sender: Option<&str>) -> Option<bool> {
        let (sender, title) = (sender?, self.conversation.title.as_deref()?);
        let told = self.named && self.conversation.kind == ConversationKind::Direct;
        told.then_some(sender != title)
    }

    fn say(&self, moment: &moment::Moment, place: &Place, sink: &mut Sink) {
        if moment.zone_given {
            sink.once(&codes::ZONE_ASSUMED, place, codes::ZONE_ASSUMED.summary);
        }
        if !moment.has_seconds {
            sink.once(&codes::NO_SECONDS, place, codes::NO_SECONDS.summary);
        }
        let name = self.conversation.title.as_deref().unwrap_or_default();
        let text = format!("the text names no conversation; `{name}` was taken from the name of its file or folder");
        sink.once(&codes::CONVERSATION_FROM_NAME, place, text);
        sink.once(&codes::NO_MESSAGE_IDS, place, codes::NO_MESSAGE_IDS.summary);
        sink.once(&codes::TYPES_FROM_TEXT, place, codes::TYPES_FROM_TEXT.summary);
    }
}
