//! WeFlow's text: `2024-03-05 09:00:00 'sender'`, the content, a blank line; one conversation a file, named after it.
//!
//! Nothing says of what type a message is, so that only the exact shapes that the tool writes are taken for cards.

use std::sync::Arc;

use duces_model::{
    AttachmentRole, Body, ContactCard, ConversationKind, Link, LinkKind, Location, MiniProgram, Place, Sender,
    SourceConversation, Zone,
};

use crate::draft::{Draft, Told};
use crate::field::filled;
use crate::media::Hint;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::text_blocks::{ReadBlock, TextBlocks};
use crate::{Format, IngestError, Items, codes, contacts, notice, transfer, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::WeflowTxt, is_file, in_tree: None, open };

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    Ok(probe.extension().as_deref() == Some("txt") && head_of(&probe.first_line()).is_some())
}

/// Returns the time and the sender of a line that begins a message.
fn head_of(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_end();
    let (time, rest) = line.split_at_checked(19)?;
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let sender = rest.strip_prefix(" '")?.strip_suffix('\'')?;
    (shape == "0000-00-00 00:00:00").then_some((time, sender))
}

struct Txt {
    source: Source,
    zone: Zone,
    conversation: Arc<SourceConversation>,
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let Some(zone) = source.options.zone.clone() else {
        return Err(IngestError::ZoneNeeded { path: source.path.clone() });
    };
    let stem = source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let rows = [("群聊_", ConversationKind::Group), ("私聊_", ConversationKind::Direct)];
    let told = rows.iter().find_map(|(prefix, kind)| stem.strip_prefix(prefix).map(|title| (*kind, title)));
    let app = source.options.app();
    let conversation = match told {
        Some((kind, title)) => SourceConversation::named(app, kind, title),
        None => contacts::conversation_of(app, &stem),
    };
    let window = source.window()?;
    let reader = Txt { source, zone, conversation: Arc::new(conversation) };
    Ok(Box::new(TextBlocks::new(reader, window, sink)))
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
        let (time, name) = head_of(line).unwrap_or_default();
        let Some((sent, _)) = when::from_local(time, &self.zone) else {
            sink.excepted(&codes::BAD_TIME, place, format!("`{time}` is no time that exists"), raw);
            return;
        };
        let named = self.conversation.title.as_ref().unwrap_or(&self.conversation.native_id);
        sink.once(
            &codes::CONVERSATION_FROM_NAME,
            place,
            format!("the messages name no conversation; `{named}` was taken from the file's name"),
        );
        sink.once(&codes::TYPES_FROM_TEXT, place, codes::TYPES_FROM_TEXT.summary);
        let own = self.own(name);
        let account = self.source.options.account.clone().filter(|_| own == Some(true));
        let told = Told {
            conversation: Arc::clone(&self.conversation),
            sender: Some(Sender { native_id: account, name: filled(name).filter(|name| name != "我") }),
            sent_by_collector: own,
            sent,
            sent_raw: time.to_owned(),
            native_id: None,
            sequence: None,
        };
        draft(content).into_record(told, raw, &self.source, place, sink);
    }
}

impl Txt {
    /// In a chat of two the account that exported stands as `我`; in groups everybody has a name.
    fn own(&self, name: &str) -> Option<bool> {
        match self.conversation.kind {
            ConversationKind::Direct => Some(name == "我"),
            _ => (name == "我").then_some(true),
        }
    }
}

/// The folders into which the tool puts media, and what lies in each.
const FOLDERS: &[(&str, AttachmentRole)] = &[
    ("images/", AttachmentRole::Picture),
    ("voices/", AttachmentRole::Voice),
    ("videos/", AttachmentRole::Video),
    ("emojis/", AttachmentRole::Sticker),
    ("file/", AttachmentRole::File),
    ("files/", AttachmentRole::File),
];

/// Returns what a text without a type is: a card where it has the exact shape that tools give one.
pub(crate) fn draft(text: &str) -> Draft {
    path(text).or_else(|| labelled(text)).unwrap_or_else(|| Draft::plain(Body::text_of(text)))
}

/// A path alone on its line, in one of the tool's folders or below one named after the conversation.
fn path(text: &str) -> Option<Draft> {
    let slashed = text.replace('\\', "/");
    let within = |folder: &str| slashed.starts_with(folder) || slashed.contains(&format!("/{folder}"));
    if slashed.contains('\n') || slashed.contains("://") {
        return None;
    }
    let (_, role) = FOLDERS.iter().find(|(folder, _)| within(folder))?;
    let name = slashed.rsplit('/').next().filter(|name| name.contains('.'))?.to_owned();
    let hint = |name: Option<String>| Hint { name, path: Some(text.to_owned()), ..Hint::default() };
    Some(match role {
        AttachmentRole::File => Draft::with(Body::File { name: name.clone(), size: None }, *role, hint(Some(name))),
        AttachmentRole::Voice => Draft::with(Body::Voice { duration_ms: None, transcript: None }, *role, hint(None)),
        AttachmentRole::Video => Draft::with(Body::Video { duration_ms: None }, *role, hint(None)),
        AttachmentRole::Sticker => Draft::with(Body::Sticker { caption: None, url: None }, *role, hint(None)),
        _ => Draft::with(Body::Picture, *role, hint(None)),
    })
}

/// A label in brackets and what follows it. `[红包]` and its like alone are text codes that people type.
fn labelled(text: &str) -> Option<Draft> {
    let (label, rest) = text.strip_prefix('[')?.split_once(']')?;
    let rest = rest.trim_start();
    let media = |body, role| Some(Draft::with(body, role, Hint::default()));
    let (shown, url) = address(rest);
    let link =
        |kind| Some(Draft::plain(Body::Link(Link { kind, title: filled(shown), url: url.clone(), ..Link::default() })));
    match (label, rest) {
        ("图片", "") => media(Body::Picture, AttachmentRole::Picture),
        ("语音" | "语音消息", "") => {
            media(Body::Voice { duration_ms: None, transcript: None }, AttachmentRole::Voice)
        }
        ("动画表情", _) => media(Body::Sticker { caption: filled(rest), url: None }, AttachmentRole::Sticker),
        ("视频", rest) => {
            let seconds = rest.strip_suffix('s').and_then(|seconds| seconds.parse::<u64>().ok());
            let shaped = rest.is_empty() || seconds.is_some();
            let duration_ms = seconds.and_then(|seconds| seconds.checked_mul(1000));
            shaped.then(|| media(Body::Video { duration_ms }, AttachmentRole::Video)).flatten()
        }
        (_, "") => None,
        ("文件", name) => {
            let hint = Hint { name: filled(name), stems: vec![name.to_owned()], ..Hint::default() };
            Some(Draft::with(Body::File { name: name.to_owned(), size: None }, AttachmentRole::File, hint))
        }
        ("名片", name) => {
            Some(Draft::plain(Body::ContactCard(ContactCard { name: filled(name), ..ContactCard::default() })))
        }
        ("位置", place) => {
            Some(Draft::plain(Body::Location(Location { address: filled(place), ..Location::default() })))
        }
        ("链接", _) => {
            let article = url.as_deref().is_some_and(|url| url.contains("://mp.weixin.qq.com/"));
            link(if article { LinkKind::Article } else { LinkKind::Page })
        }
        ("音乐", _) => link(LinkKind::Music),
        ("小程序", _) => {
            let program = MiniProgram { title: filled(shown), url, ..MiniProgram::default() };
            Some(Draft::plain(Body::MiniProgram(program)))
        }
        ("群公告", notice) => Some(Draft::plain(Body::Announcement { text: notice.to_owned() })),
        ("转账" | "转账收款", _) => Some(Draft::plain(Body::Transfer(transfer::from_text(text)))),
        ("语音通话" | "视频通话", _) => Some(Draft::plain(Body::Call(notice::call(text)))),
        ("转发的聊天记录" | "聊天记录", title) => {
            Some(Draft::plain(Body::MergedHistory(crate::wechat_xml::history_from_preview(filled(title), ""))))
        }
        _ => None,
    }
}

/// Returns a card's text without the web address at its end, and that address.
fn address(text: &str) -> (&str, Option<String>) {
    match text.rfind("https://").or_else(|| text.rfind("http://")) {
        Some(at) if !text[at..].contains(char::is_whitespace) => (
            text[..at].trim_end_matches(['(', ' ', '\n']).trim_end(),
            Some(text[at..].trim_end_matches(')').to_owned()),
        ),
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_shapes_are_cards_and_anything_else_is_text() {
        let rows = [
            ("好的 [旺柴]", "Text"),
            ("[红包]", "Text"),
            ("[红包] 新年好", "Text"),
            ("[图片]", "Picture"),
            ("[图片] 在哪", "Text"),
            ("images/a.jpg", "Picture"),
            ("私聊_博/voices/b.wav", "Voice"),
            ("file/合同.docx", "File"),
            ("see images/a.jpg\nand more", "Text"),
            ("[视频]12s", "Video"),
            ("[视频] 好看", "Text"),
            ("[文件]合同.docx", "File"),
            ("[名片]安", "Contact card"),
            ("[位置] Gate 4 (31.2,121.5)", "Location"),
            ("[链接]T\nhttps://example.com/a", "Link"),
            ("[音乐]歌", "Music"),
            ("[小程序]车票", "Mini program"),
            ("[群公告]放假", "Group announcement"),
            ("[转账] (A 转账给 B) ￥1.00", "Transfer"),
            ("[视频通话] 00:31", "Video call"),
            ("[转发的聊天记录]安", "Merged chat history"),
        ];
        for (text, label) in rows {
            assert_eq!(draft(text).body.label(), label, "{text}");
        }
        assert_eq!(head_of("2024-03-05 09:00:00 'O'Neil'"), Some(("2024-03-05 09:00:00", "O'Neil")));
        assert_eq!(head_of("2024-03-05 09:00:00 O'Neil"), None);
    }
}
