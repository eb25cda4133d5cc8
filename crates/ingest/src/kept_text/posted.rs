//! The text in which the app itself sends chosen messages (多选 > 邮件, 复制): a sentence that says between whom, a line for each
//! day, a line with sender and hour before each message.
//!
//! `小明 和 小红 在微信上的聊天记录如下，请查收。`, `—————  2026-04-06  —————`, `小红  16:21`, what was said; blank lines between them.

use std::sync::Arc;

use duces_model::{App, AttachmentRole, Body, ConversationKind, Place, Sender, SourceConversation};

use super::is_text;
use crate::draft::{Draft, Told};
use crate::lines;
use crate::mapping::Mapping;
use crate::media::Hint;
use crate::moment::{self, Clock};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::text_blocks::{ReadBlock, TextBlocks};
use crate::{Format, IngestError, Items, codes, contacts, weflow};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::WechatPosted, is_file, in_tree: None, open };

/// Within so many lines a day and a message must stand.
const LOOK: usize = 40;

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if !is_text(probe) {
        return Ok(false);
    }
    let text = probe.text();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).take(LOOK);
    Ok(lines.any(|line| day_of(line).is_some()) && lines.next().is_some_and(|line| head_of(line).is_some()))
}

/// Returns the day of a line that begins one.
fn day_of(line: &str) -> Option<&str> {
    let is_dash = |c: char| matches!(c, '—' | '─' | '-' | '–');
    let line = line.trim_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    let inner = line.trim_matches(is_dash);
    let dashes = (line.chars().count() - inner.chars().count()) / 2;
    let day = inner.trim();
    let parts: Vec<&str> = day.split(['-', '/']).collect();
    let number = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let shaped = matches!(parts.as_slice(), [year, month, day] if year.len() == 4 && number(year, 4) && number(month, 2) && number(day, 2));
    (dashes >= 3 && shaped).then_some(day)
}

/// Returns sender and hour of a line that begins a message.
fn head_of(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_end();
    let at = line.rfind("  ")?;
    let (sender, hour) = (line[..at].trim(), line[at..].trim());
    let (hours, minutes) = hour.split_once(':')?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let shaped = (1..=2).contains(&hours.len()) && minutes.len() == 2 && digits(hours) && digits(minutes);
    (shaped && !sender.is_empty() && sender.chars().count() <= 64).then_some((sender, hour))
}

/// Returns whether a line is the sentence before the messages.
fn is_sentence(line: &str) -> bool {
    line.contains("聊天记录如下") || line.contains("聊天記錄如下")
}

struct Posted {
    source: Source,
    clock: Clock,
    conversation: Arc<SourceConversation>,
    /// Whether somebody said which conversation it is.
    told: bool,
    /// Whether blank lines stand between messages, so that only behind one a line can begin another.
    apart: bool,
    day: Option<String>,
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let mapping = source.mapping()?;
    let zone = mapping.as_ref().and_then(Mapping::zone).or(source.options.zone.as_ref()).cloned();
    if zone.is_none() {
        return Err(IngestError::ZoneNeeded { path: source.path.clone() });
    }
    let (mut sentence, mut apart, mut head) = (None, false, false);
    for line in lines::texts(&source)?.take(200) {
        if is_sentence(&line) {
            sentence.get_or_insert(line);
        } else if head {
            apart = line.trim().is_empty();
            break;
        } else {
            head = head_of(&line).is_some();
        }
    }
    if !head {
        return Err(source.wrong(Format::WechatPosted, "no line has a sender and an hour as the app writes them"));
    }
    let named = mapping.as_ref().and_then(|mapping| mapping.said().conversation.clone());
    let told = named.is_some() || sentence.as_deref().and_then(between).is_some();
    let conversation = conversation(&source, mapping.as_ref(), named, sentence.as_deref());
    let window = source.window()?;
    let clock = Clock { zone, ..Clock::default() };
    let reader = Posted { source, clock, conversation: Arc::new(conversation), told, apart, day: None };
    Ok(Box::new(TextBlocks::new(reader, window, sink)))
}

/// Returns between whom the sentence says that the messages are.
fn between(sentence: &str) -> Option<(ConversationKind, String)> {
    let text = sentence.trim_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    if let Some((names, _)) = text.split_once("在微信上的聊天") {
        return Some((ConversationKind::Direct, names.trim().to_owned())).filter(|(_, names)| !names.is_empty());
    }
    let group = match text.split_once("微信群") {
        Some((name, rest)) if rest.starts_with('上') => name.trim(),
        // The name stands in quotation marks behind the word.
        Some((_, rest)) => rest.split_once("的聊天")?.0.trim_matches(['"', '“', '”', ' ']),
        None => return None,
    };
    (!group.is_empty()).then(|| (ConversationKind::Group, group.to_owned()))
}

fn conversation(
    source: &Source,
    mapping: Option<&Mapping>,
    named: Option<String>,
    sentence: Option<&str>,
) -> SourceConversation {
    let said = mapping.map(Mapping::said);
    let app = source.options.app.clone().or_else(|| said.and_then(|said| said.app.as_deref()).map(App::named));
    let app = app.unwrap_or_else(App::wechat);
    let told = sentence.and_then(between);
    let stem = || source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let kind = said.and_then(|said| said.kind).map(ConversationKind::from).or(told.as_ref().map(|(kind, _)| *kind));
    let name = named.or(told.map(|(_, name)| name)).unwrap_or_else(stem);
    let mut conversation = match said.and_then(|said| said.conversation_id.clone()) {
        Some(id) => SourceConversation { kind: contacts::kind_of(&id), app, native_id: id, title: Some(name) },
        None => contacts::conversation_of(app, &name),
    };
    conversation.kind = kind.unwrap_or(conversation.kind);
    conversation
}

impl ReadBlock for Posted {
    fn source(&self) -> &Source {
        &self.source
    }

    fn begins(&self, line: &str, after_blank: bool) -> bool {
        let head = (after_blank || !self.apart) && head_of(line).is_some();
        head || day_of(line).is_some() || self.day.is_none() && is_sentence(line)
    }

    fn read(&mut self, text: &str, raw: &[u8], place: &Place, sink: &mut Sink) {
        let (line, below) = text.split_once('\n').unwrap_or((text, ""));
        if let Some(day) = day_of(line) {
            self.day = Some(day.replace('/', "-"));
            if !below.trim().is_empty() {
                let text = "these lines stand below a day and before the first message; they were set aside";
                sink.excepted(&codes::NO_BEGINNING, place, text, raw);
            }
            return;
        }
        let Some((sender, hour)) = head_of(line) else {
            if !is_sentence(line) || !below.trim().is_empty() {
                let text = "these lines stand before the first message; they were set aside";
                sink.excepted(&codes::NO_BEGINNING, place, text, raw);
            }
            return;
        };
        let Some(day) = &self.day else {
            let text = format!("no day stands before the message of {hour}; it was set aside");
            sink.excepted(&codes::BAD_TIME, place, text, raw);
            return;
        };
        let sent_raw = format!("{day} {hour}");
        let Ok(moment) = moment::of(&sent_raw, &self.clock) else {
            sink.excepted(&codes::BAD_TIME, place, format!("`{sent_raw}` is no time that exists"), raw);
            return;
        };
        sink.once(&codes::ZONE_ASSUMED, place, codes::ZONE_ASSUMED.summary);
        sink.once(&codes::NO_SECONDS, place, codes::NO_SECONDS.summary);
        if !self.told {
            let name = self.conversation.title.as_ref().unwrap_or(&self.conversation.native_id);
            let text = format!("the text names no conversation; `{name}` was taken from the file's name");
            sink.once(&codes::CONVERSATION_FROM_NAME, place, text);
        } else if self.conversation.lacks_id() {
            sink.once(&codes::CONVERSATION_DERIVED, place, "the conversation has no id; it was told by its name");
        }
        sink.once(&codes::NO_MESSAGE_IDS, place, codes::NO_MESSAGE_IDS.summary);
        sink.once(&codes::TYPES_FROM_TEXT, place, codes::TYPES_FROM_TEXT.summary);
        let told = Told {
            conversation: Arc::clone(&self.conversation),
            // Whoever sent the text has their own name in it like everybody else.
            sender: Some(Sender { native_id: None, name: Some(sender.to_owned()) }),
            sent_by_collector: None,
            sent: moment.at,
            sent_raw,
            native_id: None,
            sequence: None,
        };
        draft(below.trim_matches('\n')).into_record(told, raw, &self.source, place, sink);
    }
}

/// Returns what stands below the line of a message. A file is named, and lies beside the text: `[图片: NAME(请在附件中查看)]`.
fn draft(text: &str) -> Draft {
    let inner = text.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix("(请在附件中查看)]"));
    let Some((label, name)) = inner.and_then(|inner| inner.split_once(':')) else { return weflow::draft_of_text(text) };
    let name = name.trim();
    let (body, role) = match label.trim() {
        "图片" => (Body::Picture, AttachmentRole::Picture),
        "视频" => (Body::Video { duration_ms: None }, AttachmentRole::Video),
        "语音" => (Body::Voice { duration_ms: None, transcript: None }, AttachmentRole::Voice),
        _ => (Body::File { name: name.to_owned(), size: None }, AttachmentRole::File),
    };
    Draft::with(body, role, Hint { name: Some(name.to_owned()), path: Some(name.to_owned()), ..Hint::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_heads_are_told_from_what_people_write() {
        let rows = [
            ("—————  2026-04-06  —————", Some("2026-04-06")),
            ("————— 2025-10-7 —————", Some("2025-10-7")),
            ("--- 2025/10/7 ---", Some("2025/10/7")),
            ("2025-10-7", None),
            ("— 见 2025-10-7 —", None),
            ("—————", None),
        ];
        for (line, day) in rows {
            assert_eq!(day_of(line), day, "{line}");
        }
        let rows = [
            ("小红  16:21", Some(("小红", "16:21"))),
            ("喵喵11:00-20:00  17:34", Some(("喵喵11:00-20:00", "17:34"))),
            ("A B  9:05 ", Some(("A B", "9:05"))),
            ("小红 16:21", None),
            ("  16:21", None),
            ("小红  16:2", None),
        ];
        for (line, head) in rows {
            assert_eq!(head_of(line), head, "{line}");
        }
        let rows = [
            ("小明 和 小红 在微信上的聊天记录如下，请查收。", Some((ConversationKind::Direct, "小明 和 小红"))),
            ("运价 群 微信群上的聊天记录如下，请查收。", Some((ConversationKind::Group, "运价 群"))),
            ("微信群\"运价\"的聊天记录如下:", Some((ConversationKind::Group, "运价"))),
            ("聊天记录如下", None),
        ];
        for (sentence, expected) in rows {
            let found = between(sentence);
            assert_eq!(found.as_ref().map(|(kind, name)| (*kind, name.as_str())), expected, "{sentence}");
        }
    }
}
