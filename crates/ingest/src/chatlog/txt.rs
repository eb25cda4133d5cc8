//! The text: `Name(id) [Room(id)] 2024-03-05 09:00:00`, the content, a blank line.
//!
//! For a span within one year the tool writes no year, and for one day no date. The year is then taken from the file's
//! name, where one stands in it; without it no time is known and each message is set aside.

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{ConversationKind, Place, Sender, SourceConversation, Zone};

use super::flat;
use crate::draft::Told;
use crate::field::filled;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::text_blocks::{ReadBlock, TextBlocks};
use crate::{Format, IngestError, Items, codes, contacts, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::ChatlogTxt, is_file, in_tree: None, open };

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if !probe.extension().is_none_or(|extension| matches!(extension.as_str(), "txt" | "log" | "md")) {
        return Ok(false);
    }
    let text = probe.text();
    let mut after_blank = true;
    let begins = text.lines().take(20).any(|line| {
        let begins = after_blank && head_of(line).is_some_and(|head| head.sender.ends_with(')') || head.room.is_some());
        after_blank = line.trim().is_empty();
        begins
    });
    Ok(begins)
}

/// The line that begins a message.
pub(super) struct Head {
    pub(super) sender: String,
    room: Option<String>,
    pub(super) time: String,
}

/// Returns what a line says that begins a message.
pub(super) fn head_of(line: &str) -> Option<Head> {
    let line = line.trim_end();
    let clock_at = line.rfind(' ')?;
    let clock = &line[clock_at + 1..];
    let is_clock = clock.len() == 8 && shape(clock) == "00:00:00";
    if !is_clock {
        return None;
    }
    let before = line[..clock_at].trim_end();
    let dated = before.rfind(' ').map(|at| (&before[..at], &before[at + 1..]));
    let (who, time) = match dated {
        Some((who, date)) if matches!(shape(date).as_str(), "00-00" | "0000-00-00") => (who, format!("{date} {clock}")),
        _ => (before, clock.to_owned()),
    };
    let (sender, room) = match who.strip_suffix(']').and_then(|rest| rest.rsplit_once(" [")) {
        Some((sender, room)) => (sender, filled(room)),
        None => (who, None),
    };
    // A name may hold spaces only where an account follows it in brackets.
    let shaped = !sender.is_empty() && (sender.ends_with(')') || !sender.contains(' '));
    shaped.then(|| Head { sender: sender.to_owned(), room, time })
}

/// Returns a text with each digit as nought.
fn shape(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

struct Txt {
    source: Source,
    zone: Zone,
    /// What must stand before the times of the file to make them whole.
    date: Option<String>,
    named: Arc<SourceConversation>,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let Some(zone) = source.options.zone.clone() else {
        return Err(IngestError::ZoneNeeded { path: source.path.clone() });
    };
    let stem = source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let app = source.options.app();
    // `<talker>_<from>_<to>` is the name that the tool gives its CSV.
    let named = match stem.split_once("_20") {
        Some((talker, _)) if !talker.is_empty() => {
            SourceConversation { app, kind: contacts::kind_of(talker), native_id: talker.to_owned(), title: None }
        }
        _ => contacts::conversation_of(app, &stem),
    };
    let named = Arc::new(named);
    let window = source.window()?;
    let reader = Txt { zone, date: year_in(&stem), named, conversations: BTreeMap::new(), source };
    Ok(Box::new(TextBlocks::new(reader, window, sink)))
}

/// Returns the year of a name in which one year alone stands, as part of a date.
fn year_in(stem: &str) -> Option<String> {
    let mut years: Vec<&str> = Vec::new();
    for (at, _) in stem.match_indices("20") {
        let year = stem.get(at..at + 4).filter(|year| year.bytes().all(|b| b.is_ascii_digit()));
        let followed = stem.get(at + 4..).is_some_and(|rest| rest.starts_with(['-', '年', '.', '_']));
        let alone = !stem[..at].ends_with(|c: char| c.is_ascii_digit());
        years.extend(year.filter(|_| followed && alone));
    }
    years.dedup();
    match years.as_slice() {
        [year] => Some((*year).to_owned()),
        _ => None,
    }
}

impl ReadBlock for Txt {
    fn source(&self) -> &Source {
        &self.source
    }

    fn begins(&self, line: &str, after_blank: bool) -> bool {
        after_blank && head_of(line).is_some()
    }

    fn read(&mut self, text: &str, raw: &[u8], place: &Place, sink: &mut Sink) {
        let (line, content) = text.split_once('\n').unwrap_or((text, ""));
        let Some(head) = head_of(line) else {
            sink.excepted(&codes::NO_BEGINNING, place, "the first line begins no message", raw);
            return;
        };
        let whole = match (head.time.len(), &self.date) {
            (14, Some(year)) => format!("{year}-{}", head.time),
            (0..=14, _) => {
                let text = format!(
                    "`{}` names no year; put it into the file's name, as in `talker_2024-03-01_2024-03-31.txt`, or export JSON",
                    head.time
                );
                sink.excepted(&codes::BAD_TIME, place, text, raw);
                return;
            }
            _ => head.time.clone(),
        };
        let Some((sent, _)) = when::from_local(&whole, &self.zone) else {
            sink.excepted(&codes::BAD_TIME, place, format!("`{}` is no time that exists", head.time), raw);
            return;
        };
        sink.once(&codes::TYPES_FROM_TEXT, place, codes::TYPES_FROM_TEXT.summary);
        let (name, id) = flat::person(&head.sender);
        let by_app = id.as_deref() == Some("系统消息");
        let own = id.as_deref().map(|id| id == "我");
        let native_id = id.filter(|id| id != "我").or_else(|| self.source.options.account.clone());
        let told = Told {
            conversation: self.conversation(head.room.as_deref(), place, sink),
            sender: (!by_app).then_some(Sender { native_id, name }),
            sent_by_collector: if by_app { None } else { own },
            sent,
            sent_raw: head.time,
            native_id: None,
            sequence: None,
        };
        flat::draft(content, by_app).into_record(told, raw, &self.source, place, sink);
    }
}

impl Txt {
    fn conversation(&mut self, room: Option<&str>, place: &Place, sink: &mut Sink) -> Arc<SourceConversation> {
        let Some((title, Some(native_id))) = room.map(flat::person) else {
            let shown = self.named.title.as_ref().unwrap_or(&self.named.native_id);
            let text = format!("the message names no conversation; `{shown}` was taken from the file's name");
            sink.once(&codes::CONVERSATION_FROM_NAME, place, text);
            return Arc::clone(&self.named);
        };
        if let Some(known) = self.conversations.get(&native_id) {
            return Arc::clone(known);
        }
        let kind = ConversationKind::Group;
        let app = self.source.options.app();
        let conversation = Arc::new(SourceConversation { app, kind, native_id: native_id.clone(), title });
        self.conversations.insert(native_id, Arc::clone(&conversation));
        conversation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_begin_a_message_are_told() {
        let rows = [
            ("安(wxid_a) 03-05 09:00:00", Some(("安(wxid_a)", None, "03-05 09:00:00"))),
            (
                "安 (b)(wxid_a) [群(1@chatroom)] 2024-03-05 09:00:00",
                Some(("安 (b)(wxid_a)", Some("群(1@chatroom)"), "2024-03-05 09:00:00")),
            ),
            ("我 09:00:00", Some(("我", None, "09:00:00"))),
            ("会议 时间 2024-03-05 09:00:00", None),
            ("安(wxid_a) 09:00", None),
            ("", None),
        ];
        for (line, expected) in rows {
            let found = head_of(line);
            let found = found.as_ref().map(|head| (head.sender.as_str(), head.room.as_deref(), head.time.as_str()));
            assert_eq!(found, expected, "{line}");
        }
        let rows = [
            ("wxid_b_2024-03-01_2024-03-31", Some("2024")),
            ("wxid_b_2023-12-01_2024-03-31", None),
            ("wxid_2020202", None),
            ("chat 2024年3月", Some("2024")),
        ];
        for (stem, year) in rows {
            assert_eq!(year_in(stem).as_deref(), year, "{stem}");
        }
    }
}
