//! Chat histories as text, as tools export them and as people keep them: a line begins each message with its sender and its
//! time, and what follows up to the next such line is what it says.
//!
//! Texts have no ids, no types and no zone; each of that is said. A layout that is not known is named by a mapping.

mod pattern;
mod posted;

use std::sync::{Arc, LazyLock};

use duces_model::{App, AttachmentRole, Body, ConversationKind, Notice, Place, Sender, SourceConversation};

use self::pattern::{Head, Pattern};
use crate::draft::{Draft, Told};
use crate::field::filled;
use crate::lines;
use crate::mapping::Mapping;
use crate::media::Hint;
use crate::moment::{self, Clock, NoMoment};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, head_of};
use crate::text_blocks::{ReadBlock, TextBlocks};
use crate::{Format, IngestError, Items, codes, contacts, dates, notice, weflow};

pub(crate) use posted::READER as POSTED;

/// How the known layouts are recognised and opened.
pub(crate) const KEPT: Reader =
    Reader { format: Format::KeptText, is_file, in_tree: None, open: |source, sink| open(source, false, sink) };

/// How a text is opened whose lines a mapping names.
pub(crate) const MAPPED: Reader = Reader {
    format: Format::MappedText,
    is_file: is_mapped,
    in_tree: None,
    open: |source, sink| open(source, true, sink),
};

/// A layout.
struct Layout {
    pattern: Pattern,
    /// Whether messages stand apart by a blank line, so that only behind one a line can begin another.
    apart: bool,
    /// Who the collected account is to the tool.
    own: &'static [&'static str],
    /// What the first line ends with.
    title: Option<&'static str>,
    /// Whether times may be to the minute.
    minutes: bool,
}

/// The layouts that are known. Each says where it is from; texts that people keep are most often the last.
static KNOWN: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    let layout = |pattern: &str| {
        let pattern = Pattern::parse(pattern).expect("the patterns that come with duces are tested");
        Layout { pattern, apart: true, own: &["我"], title: None, minutes: false }
    };
    vec![
        // WechatExporter (iOS), from its templates.
        Layout { apart: false, title: Some(" - 微信聊天记录"), ..layout("{sender} ({time}):{text}") },
        // MemoTrace (留痕), from its exporter.
        Layout { own: &["你", "我"], ..layout("{time} {sender}") },
        // Messages that were copied out of a chat window.
        Layout { minutes: true, ..layout("{sender} {time}") },
    ]
});

/// Returns whether a file may be a text that people keep.
fn is_text(probe: &Probe<'_>) -> bool {
    let extension = probe.extension();
    extension.as_deref().is_none_or(|extension| matches!(extension, "txt" | "log" | "md" | "text"))
        && !probe.head.contains(&0)
}

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    Ok(is_text(probe) && known(&probe.text()).is_some())
}

fn is_mapped(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if !is_text(probe) {
        return Ok(false);
    }
    let Some(mapping) = probe.mapping()? else { return Ok(false) };
    let Some(pattern) = mapping.said().lines.as_ref().and_then(|lines| Pattern::parse(&lines.begins)) else {
        return Ok(false);
    };
    Ok(probe.text().lines().take(200).any(|line| pattern.head(line).is_some()))
}

/// Returns the layout of a text, told by its first lines: where the first is no title, it must begin a message, and the
/// year of its time must stand first. Anything else is prose that happens to hold a time.
fn known(text: &str) -> Option<&'static Layout> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next()?.trim_start_matches('\u{feff}');
    let head = |layout: &Layout, line: &str| {
        let head = layout.pattern.head(line)?;
        let year_first = head.time.bytes().take_while(u8::is_ascii_digit).count() == 4;
        year_first.then(|| head.time.matches(':').count())
    };
    let exact = |layout: &Layout, line: &str| head(layout, line) == Some(2);
    KNOWN.iter().find(|layout| match layout.title {
        Some(title) => first.trim_end().ends_with(title) && lines.clone().take(20).any(|line| exact(layout, line)),
        None if exact(layout, first) => apart(text, |line| exact(layout, line)) > 0,
        // A memo may begin with a time to the minute, and does not go on with another.
        None => layout.minutes && head(layout, first).is_some() && apart(text, |line| head(layout, line).is_some()) > 1,
    })
}

/// Returns how many lines that begin messages have something below them; none where they do not stand apart, since in a
/// log each line begins with a time.
fn apart(text: &str, begins: impl Fn(&str) -> bool) -> usize {
    let (mut said, mut after_head, mut after_blank) = (0, false, true);
    for line in text.lines().take(200) {
        let blank = line.trim().is_empty();
        let head = !blank && begins(line);
        if head && !after_blank {
            return 0;
        }
        said += usize::from(after_head && !blank && !head);
        (after_head, after_blank) = (head, blank);
    }
    said
}

struct Text {
    source: Source,
    pattern: Pattern,
    apart: bool,
    own: Vec<String>,
    title: Option<&'static str>,
    mapping: Option<Mapping>,
    clock: Clock,
    conversation: Arc<SourceConversation>,
}

fn open(source: Source, mapped: bool, mut sink: Sink) -> Result<Items, IngestError> {
    let mapping = source.mapping()?;
    let lines = mapping.as_ref().and_then(|mapping| mapping.said().lines.clone());
    let text = source.encoding.text(&head_of(&source.path)?);
    let own = mapping.as_ref().map(|mapping| mapping.said().own.clone()).unwrap_or_default();
    let (pattern, apart, own, title) = match (mapped, lines) {
        (true, Some(lines)) => {
            let Some(pattern) = Pattern::parse(&lines.begins) else {
                let reason =
                    "the mapping's `begins` has a place of an unknown name, or two with nothing between".to_owned();
                return Err(IngestError::Mapping { path: source.path.clone(), reason });
            };
            (pattern, false, own, None)
        }
        (true, None) => {
            let reason =
                "no mapping says how its lines begin messages; one begins:\n[lines]\nbegins = \"{sender}  {time}\""
                    .to_owned();
            return Err(IngestError::Columns { path: source.path.clone(), reason });
        }
        (false, _) => match known(&text) {
            Some(layout) => {
                let known = layout.own.iter().map(|name| (*name).to_owned());
                (layout.pattern.clone(), layout.apart, own.into_iter().chain(known).collect(), layout.title)
            }
            None => {
                return Err(
                    source.wrong(Format::KeptText, "its first line begins no message of a layout that is known")
                );
            }
        },
    };
    let lines = lines::texts(&source)?;
    let times = lines.filter_map(|line| pattern.head(&line).map(|head| head.time.to_owned()));
    let clock = dates::clock(times, mapping.as_ref(), &source)?;
    let conversation = Arc::new(conversation(&source, mapping.as_ref(), title.and_then(|title| titled(&text, title))));
    if let Some(mapping) = mapping.as_ref() {
        sink.once(&codes::MAPPING_USED, &source.place(), mapping.shown());
    }
    let window = source.window()?;
    let reader = Text { source, pattern, apart, own, title, mapping, clock, conversation };
    Ok(Box::new(TextBlocks::new(reader, window, sink)))
}

fn titled(text: &str, ending: &str) -> Option<String> {
    let first = text.lines().next()?.trim_start_matches('\u{feff}').trim_end();
    filled(first.strip_suffix(ending)?.trim())
}

/// Returns the conversation: as the mapping, the text's title or the file's name has it.
fn conversation(source: &Source, mapping: Option<&Mapping>, title: Option<String>) -> SourceConversation {
    let said = mapping.map(Mapping::said);
    let app = source.options.app.clone().or_else(|| said.and_then(|said| said.app.as_deref()).map(App::named));
    let app = app.unwrap_or_else(App::wechat);
    let stem = source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = said.and_then(|said| said.conversation.clone()).or(title).unwrap_or(stem);
    let kind = said.and_then(|said| said.kind).map(ConversationKind::from);
    let mut conversation = match said.and_then(|said| said.conversation_id.clone()) {
        Some(id) => SourceConversation { kind: contacts::kind_of(&id), app, native_id: id, title: Some(name) },
        None => contacts::conversation_of(app, &name),
    };
    conversation.kind = kind.unwrap_or(conversation.kind);
    conversation
}

impl ReadBlock for Text {
    fn source(&self) -> &Source {
        &self.source
    }

    fn begins(&self, line: &str, after_blank: bool) -> bool {
        (after_blank || !self.apart) && (self.pattern.head(line).is_some() || is_timeless(line) || self.is_title(line))
    }

    fn read(&mut self, text: &str, raw: &[u8], place: &Place, sink: &mut Sink) {
        let (line, below) = text.split_once('\n').unwrap_or((text, ""));
        let Some(head) = self.pattern.head(line) else {
            if self.is_title(line) && below.trim().is_empty() {
                // It names the conversation, and that is what was read from it.
                return;
            }
            let text = "a notice of the app bears no time; it was set aside";
            sink.excepted(&codes::BAD_TIME, place, text, raw);
            return;
        };
        let moment = match moment::of(head.time, &self.clock) {
            Ok(moment) => moment,
            Err(reason) => {
                let what = match reason {
                    NoMoment::Not => "is no time that exists",
                    NoMoment::Order => "does not say which number is the day; state `date_order` in a mapping",
                    NoMoment::Zone => "names no zone; pass `--tz`",
                };
                sink.excepted(&codes::BAD_TIME, place, format!("`{}` {what}", head.time), raw);
                return;
            }
        };
        self.say(moment, place, sink);
        let content = if head.text.is_empty() {
            below.to_owned()
        } else if below.is_empty() {
            head.text.to_owned()
        } else {
            format!("{}\n{below}", head.text)
        };
        let draft = self.draft(&head, &content);
        let by_app = matches!(draft.body, Body::Notice(_) | Body::Recall(_));
        let own = self.is_own(&head);
        let account = || self.source.options.account.clone().filter(|_| own == Some(true));
        let name = head.sender.filter(|name| !matches!(*name, "我" | "你")).map(str::to_owned);
        let told = Told {
            conversation: Arc::clone(&self.conversation),
            sender: (!by_app).then(|| Sender { native_id: head.sender_id.map(str::to_owned).or_else(account), name }),
            sent_by_collector: if by_app { None } else { own },
            sent: moment.at,
            sent_raw: head.time.to_owned(),
            native_id: None,
            sequence: None,
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }
}

/// Notices of one tool stand on a line of their own without a time.
fn is_timeless(line: &str) -> bool {
    line.starts_with("系统消息：")
}

impl Text {
    fn is_title(&self, line: &str) -> bool {
        self.title.is_some_and(|title| line.trim_end().ends_with(title))
    }

    fn say(&self, moment: moment::Moment, place: &Place, sink: &mut Sink) {
        if moment.zone_given {
            sink.once(&codes::ZONE_ASSUMED, place, codes::ZONE_ASSUMED.summary);
        }
        if !moment.has_seconds {
            sink.once(&codes::NO_SECONDS, place, codes::NO_SECONDS.summary);
        }
        let mapped = self.mapping.as_ref().is_some_and(|mapping| mapping.said().conversation.is_some());
        if self.title.is_none() && !mapped {
            let name = self.conversation.title.as_ref().unwrap_or(&self.conversation.native_id);
            let text = format!("the text names no conversation; `{name}` was taken from the file's name");
            sink.once(&codes::CONVERSATION_FROM_NAME, place, text);
        }
        sink.once(&codes::NO_MESSAGE_IDS, place, codes::NO_MESSAGE_IDS.summary);
        sink.once(&codes::TYPES_FROM_TEXT, place, codes::TYPES_FROM_TEXT.summary);
    }

    fn is_own(&self, head: &Head<'_>) -> Option<bool> {
        let sender = head.sender?;
        let own = self.own.iter().any(|name| name == sender);
        // In a chat of two the other one has a name, and nobody else can have sent it.
        let told = own
            || self.conversation.kind == ConversationKind::Direct && self.conversation.title.as_deref() == Some(sender);
        told.then_some(own)
    }

    fn draft(&self, head: &Head<'_>, content: &str) -> Draft {
        // A tool writes a notice where the name of a sender stands, and nothing below.
        if self.apart
            && content.is_empty()
            && let Some(text) = head.sender
        {
            return Draft::plain(match notice::is_recall(text) {
                true => crate::wechat_xml::recall_of(text),
                false => Body::Notice(Notice { kind: notice::kind(text), text: text.to_owned() }),
            });
        }
        if content == "[表情包]" {
            let body = Body::Sticker { caption: None, url: None };
            return Draft::with(body, AttachmentRole::Sticker, Hint::default());
        }
        weflow::draft_of_text(content)
    }
}
