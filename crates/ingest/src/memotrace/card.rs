//! What a message of a page says, by the fields that both layouts of MemoTrace's pages give it.

use std::collections::BTreeMap;

use duces_model::{
    AttachmentRole, Body, Call, CallOutcome, Channel, ChannelKind, ContactCard, HistoryItem, Link, LinkKind, Location,
    MergedHistory, MiniProgram, Place, Quote, RedPacket, Transfer, TransferState,
};

use crate::draft::Draft;
use crate::field::filled;
use crate::html_text::{Token, Tokens, decoded};
use crate::json_object::Object;
use crate::media::Hint;
use crate::sink::Sink;
use crate::wechat_xml::{self, RawType};
use crate::{notice, when};

/// Histories within one another are read to this depth.
const DEEPEST: usize = 12;

/// The fields of a message, each as a text.
#[derive(Debug, Default)]
pub(super) struct Fields {
    values: BTreeMap<String, String>,
    /// Whether texts bear the references of HTML.
    escaped: bool,
}

impl Fields {
    pub(super) fn new(values: BTreeMap<String, String>, escaped: bool) -> Self {
        Self { values, escaped }
    }

    /// Returns the fields of an object of JSON; what is nested stays as it is written.
    pub(super) fn of(object: &Object<'_>, escaped: bool) -> Self {
        let value = |key: &str| object.text(key).or_else(|| object.raw(key).map(str::to_owned));
        let keys: Vec<String> = object.keys().map(str::to_owned).collect();
        let values = keys.into_iter().filter_map(|key| value(&key).map(|value| (key, value)));
        Self { values: values.filter(|(_, value)| value != "\"\"").collect(), escaped }
    }

    /// Returns a text; the tool writes what is not there as `None`.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let value = self.values.get(name).filter(|value| !matches!(value.as_str(), "None" | "null" | "undefined"))?;
        filled(if self.escaped { shown(value) } else { value.clone() })
    }

    pub(super) fn int(&self, name: &str) -> Option<i64> {
        self.values.get(name)?.trim().parse().ok()
    }

    pub(super) fn truth(&self, name: &str) -> Option<bool> {
        match self.values.get(name)?.trim() {
            "1" | "true" | "True" => Some(true),
            "0" | "false" | "False" => Some(false),
            _ => None,
        }
    }

    /// Returns the account that a picture of its owner is named after.
    pub(super) fn account(&self) -> Option<String> {
        let path = self.text("avatar_path").or_else(|| self.text("avatar_src"))?;
        let name = path.replace('\\', "/");
        let stem = name.strip_prefix("./avatar/").or_else(|| name.strip_prefix("avatar/"))?;
        filled(stem.rsplit_once('.').map_or(stem, |(stem, _)| stem))
    }
}

/// Returns a text of a page as people see it: the app's own emoji stand in it as pictures, by their names.
fn shown(text: &str) -> String {
    if !text.contains('<') {
        return decoded(text).into_owned();
    }
    let mut out = String::new();
    for token in Tokens::of(text) {
        match token {
            Token::Text(text) => out.push_str(&decoded(text)),
            Token::Open(tag) if tag.name == "br" => out.push('\n'),
            Token::Open(tag) if tag.name == "img" => {
                let name = ["alt", "title", "id"].iter().find_map(|name| tag.attribute(name));
                let name = name.unwrap_or_default();
                out.push_str(&if name.starts_with('[') { name.into_owned() } else { format!("[{name}]") });
            }
            Token::Open(_) | Token::Close(_) | Token::Comment(_) => {}
        }
    }
    out
}

/// Returns what a message says.
pub(super) fn draft(fields: &Fields, place: &Place, sink: &mut Sink) -> Draft {
    within(fields, 0, place, sink)
}

fn within(fields: &Fields, depth: usize, place: &Place, sink: &mut Sink) -> Draft {
    let text = || fields.text("text").unwrap_or_default();
    let Some(number) = fields.int("type") else {
        return Draft::unknown(fields.text("type").unwrap_or_default(), &text(), place, sink);
    };
    let kind = RawType::of(number).with_sub(fields.int("sub_type"));
    match (kind.base, kind.sub) {
        (1 | 2, _) => Draft::plain(Body::text_of(text())),
        (0 | 10000, _) => Draft::plain(match notice::is_recall(&text()) {
            true => wechat_xml::recall_of(&text()),
            false => wechat_xml::plain_notice(&text()),
        }),
        (3, _) => {
            let path = fields.text("path").or_else(|| fields.text("text"));
            let emoji = path.as_deref().is_some_and(|path| path.contains("/emoji/") || path.contains("://"));
            if emoji { sticker(fields, path) } else { media(Body::Picture, AttachmentRole::Picture, path) }
        }
        (34, _) => {
            let transcript = fields.text("voice_to_text");
            let path = fields.text("path").or_else(|| fields.text("text"));
            media(Body::Voice { duration_ms: None, transcript }, AttachmentRole::Voice, path)
        }
        (43, _) => {
            let path = fields.text("path").or_else(|| fields.text("text"));
            media(Body::Video { duration_ms: None }, AttachmentRole::Video, path)
        }
        (47, _) => sticker(fields, fields.text("path").or_else(|| fields.text("text"))),
        (48, _) => {
            let location =
                Location { name: fields.text("poiname"), address: fields.text("label"), ..Location::default() };
            // The tool says of its `x` that it is the longitude, and the app's own XML has the latitude there.
            Draft::plain(Body::Location(location)).fact("x", fields.text("x")).fact("y", fields.text("y"))
        }
        (42 | 66, _) => Draft::plain(Body::ContactCard(ContactCard {
            name: fields.text("nickname"),
            native_id: fields.text("username"),
            alias: fields.text("alias"),
            note: fields.text("open_im_desc"),
        })),
        (50, _) => Draft::plain(Body::Call(call(fields))),
        (49, Some(sub)) => app(sub, fields, depth, place, sink),
        _ => Draft::unknown(number.to_string(), &text(), place, sink),
    }
}

fn app(sub: i64, fields: &Fields, depth: usize, place: &Place, sink: &mut Sink) -> Draft {
    let text = || fields.text("text");
    let link = |kind, description| {
        Draft::plain(Body::Link(Link {
            kind,
            title: fields.text("title").or_else(text),
            description,
            url: fields.text("url").or_else(|| fields.text("link_url")),
            source: fields.text("app_name").or_else(|| fields.text("website_name")),
        }))
    };
    match sub {
        6 | 74 => {
            let name = fields.text("file_name").unwrap_or_default();
            let size = fields.int("file_size").and_then(|size| u64::try_from(size).ok());
            let path = fields.text("path").or_else(text);
            let hint = Hint { name: filled(name.clone()), path, ..Hint::default() };
            Draft::with(Body::File { name, size }, AttachmentRole::File, hint)
        }
        57 => {
            let quoted = fields.text("refer_text").or_else(|| fields.text("quote_text")).unwrap_or_default();
            let (sender, said) = quoted
                .split_once(['：', ':'])
                .map_or((None, quoted.as_str()), |(sender, said)| (filled(sender), said.trim_start()));
            Draft::plain(Body::Quote(Quote {
                text: text().unwrap_or_default(),
                native_id: fields.text("quote_server_id").filter(|id| id != "0"),
                sender_id: None,
                sender,
                time: None,
                quoted: filled(said).map(|said| Box::new(Body::text_of(said))),
            }))
        }
        3 | 76 | 92 => link(LinkKind::Music, fields.text("artist").or_else(|| fields.text("description"))),
        1 | 4 | 5 | 68 => {
            let url = fields.text("url").unwrap_or_default();
            let article = url.contains("://mp.weixin.qq.com/");
            link(if article { LinkKind::Article } else { LinkKind::Page }, fields.text("description"))
        }
        24 => link(LinkKind::Note, fields.text("description")),
        33 | 36 => Draft::plain(Body::MiniProgram(MiniProgram {
            name: fields.text("app_name"),
            title: fields.text("title").or_else(text),
            url: fields.text("url"),
            ..MiniProgram::default()
        })),
        51 => Draft::plain(Body::Channel(Channel {
            kind: ChannelKind::Post,
            name: fields.text("publisher_nickname"),
            description: fields.text("title"),
            url: fields.text("url"),
        })),
        2000 => Draft::plain(Body::Transfer(transfer(fields))),
        2001 | 2003 => Draft::plain(Body::RedPacket(RedPacket { greeting: text(), ..RedPacket::default() })),
        62 => Draft::plain(wechat_xml::plain_notice(&text().unwrap_or_default())),
        19 => history(fields, depth, place, sink),
        other => Draft::unknown(format!("49/{other}"), &text().unwrap_or_default(), place, sink),
    }
}

fn transfer(fields: &Fields) -> Transfer {
    let state = match fields.int("paysubtype").or_else(|| fields.int("pay_subtype")) {
        Some(1) => Some(TransferState::Sent),
        Some(3) => Some(TransferState::Received),
        Some(4) => Some(TransferState::Refunded),
        Some(_) => fields.text("text").map(TransferState::Other),
        None => None,
    };
    let amount = fields.text("feedesc").or_else(|| fields.text("fee_desc"));
    Transfer { state, amount, memo: fields.text("pay_memo"), ..Transfer::default() }
}

fn call(fields: &Fields) -> Call {
    let text = fields.text("display_content").or_else(|| fields.text("text")).unwrap_or_default();
    let mut call = notice::call(&text);
    // Both layouts say nought for a picture, and one for a voice alone.
    call.video = match fields.int("call_type").or_else(|| fields.int("invite_type")) {
        Some(0) => Some(true),
        Some(1) => Some(false),
        _ => call.video,
    };
    if call.outcome.is_none() && !text.is_empty() {
        call.outcome = Some(CallOutcome::Other(text));
    }
    call
}

fn history(fields: &Fields, depth: usize, place: &Place, sink: &mut Sink) -> Draft {
    let nested: Vec<&serde_json::value::RawValue> =
        fields.values.get("messages").and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default();
    let mut history = MergedHistory { title: fields.text("title"), items: Vec::new() };
    let mut attachments = Vec::new();
    for raw in nested.into_iter().filter(|_| depth < DEEPEST) {
        let Some(object) = Object::of(raw.get()) else { continue };
        // The tool escapes texts, and not those within a list.
        let inner = Fields::of(&object, false);
        let draft = within(&inner, depth + 1, place, sink);
        let at = attachments.len();
        let hung = !draft.attachments.is_empty();
        attachments.extend(draft.attachments);
        let time = inner.int("timestamp").and_then(when::from_seconds).map(|at| at.to_string());
        let sender = inner.text("display_name");
        history.items.push(HistoryItem { sender, time, body: Box::new(draft.body), attachment: hung.then_some(at) });
    }
    if history.items.is_empty() {
        history = wechat_xml::history_from_preview(history.title, &fields.text("description").unwrap_or_default());
    }
    Draft { attachments, ..Draft::plain(Body::MergedHistory(history)) }
}

fn sticker(fields: &Fields, path: Option<String>) -> Draft {
    let caption = fields.text("desc");
    match path {
        Some(url) if url.contains("://") => {
            let body = Body::Sticker { caption, url: Some(url) };
            Draft::with(body, AttachmentRole::Sticker, Hint::default())
        }
        path => media(Body::Sticker { caption, url: None }, AttachmentRole::Sticker, path),
    }
}

fn media(body: Body, role: AttachmentRole, path: Option<String>) -> Draft {
    let name = path.as_deref().and_then(|path| path.rsplit(['/', '\\']).next()).and_then(filled);
    Draft::with(body, role, Hint { name, path, ..Hint::default() })
}
