//! What WeChat itself writes into a message, turned into a body. Every format that carries it comes here.
//!
//! What a type means is told by the message, never guessed: a type that is not in the table stays unknown, with its
//! text. XML that is malformed is read as far as it goes, and that is said; XML of which nothing can be read leaves an
//! error, and the caller keeps the record and shows it as unknown.

mod appmsg;
mod articles;
mod call;
mod caption;
mod dom;
mod history;
mod raw_type;
mod system;
mod timeline;

use duces_model::{AttachmentRole, Body, ContactCard, Link, Location, Notice, NoticeKind};

pub(crate) use dom::Node;
pub(crate) use history::{RecordItem, from_preview as history_from_preview, history_of};
pub(crate) use raw_type::RawType;
pub(crate) use system::{plain_notice, recall_of};
pub(crate) use timeline::{TimelinePost, post_from_xml};

use crate::notice;

/// How deep quotes and histories may hold each other.
const NESTING: usize = 12;

/// What hangs on a message, as its XML describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlAttachment {
    /// What it is to the message.
    pub role: AttachmentRole,
    /// The name it was sent under.
    pub name: Option<String>,
    /// Digests under which exporting tools file the bytes.
    pub digests: Vec<String>,
    /// The MD5 of the bytes, where the XML declares one that is theirs for certain.
    pub md5: Option<String>,
}

/// A message read from its XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlMessage {
    /// What it says.
    pub body: Body,
    /// What hangs on it, in the order of the XML.
    pub attachments: Vec<XmlAttachment>,
    /// Whether it announces a file that was still uploading (49/74): the finished message follows.
    pub uploading: bool,
    /// The server id of the announcement that it stands for from now on.
    pub replaces: Option<String>,
    /// What is wrong with its XML, where it was read all the same.
    pub damage: Option<String>,
}

impl XmlMessage {
    pub(crate) fn plain(body: Body) -> Self {
        Self { body, attachments: Vec::new(), uploading: false, replaces: None, damage: None }
    }

    pub(crate) fn with(body: Body, role: AttachmentRole, name: Option<String>, digests: Vec<Option<String>>) -> Self {
        let digests = digests.into_iter().flatten().collect();
        Self { attachments: vec![XmlAttachment { role, name, digests, md5: None }], ..Self::plain(body) }
    }

    /// Notes the announcement that the message stands for; nought names none.
    fn replacing(mut self, id: Option<String>) -> Self {
        self.replaces = id.filter(|id| id != "0");
        self
    }
}

/// Returns what a message says of which the XML is there.
///
/// The type is a base type (3, 34, 42, 43, 47, 48, 49, 50, 10000, 10002 and their like), a number of a 4.x database or
/// one of Android's. The prefix `wxid:` with a line break, which stands before the XML in groups, is passed over. The
/// error says why the XML cannot be read. A text (1) is what somebody wrote, whatever it looks like.
pub fn message_from_xml(raw_type: i64, xml: &str) -> Result<XmlMessage, String> {
    match RawType::of(raw_type) {
        RawType { base: 1, .. } => Ok(XmlMessage::plain(Body::text_of(xml))),
        kind => read(kind, xml, 0),
    }
}

/// Returns what a message says whose content may be XML or not, as it stands in a database.
///
/// `sub_type` is that of a column of its own. The prefix with the sender, which stands before the content in groups,
/// must be off already where the content is a text: a text may begin like it.
pub(crate) fn message_of(raw_type: i64, sub_type: Option<i64>, content: &str) -> Result<XmlMessage, String> {
    let kind = RawType::of(raw_type).with_sub(sub_type);
    if kind.base != 1 && without_sender(content).trim_start().starts_with('<') {
        return read(kind, content, 0);
    }
    let media = |body, role| Ok(XmlMessage::with(body, role, None, Vec::new()));
    let plain = |body| Ok(XmlMessage::plain(body));
    match kind.base {
        1 => plain(Body::text_of(content)),
        3 => media(Body::Picture, AttachmentRole::Picture),
        34 => media(Body::Voice { duration_ms: None, transcript: None }, AttachmentRole::Voice),
        43 | 62 => media(Body::Video { duration_ms: None }, AttachmentRole::Video),
        47 => media(Body::Sticker { caption: None, url: None }, AttachmentRole::Sticker),
        49 if kind.sub.is_some() => Ok(appmsg::without_xml(kind.sub.unwrap_or_default(), content)),
        50 => plain(Body::Call(notice::call(content))),
        10000 | 10002 => plain(plain_system(kind, content)),
        37 | 42 | 48 | 49 => Err("there is no XML in it".to_owned()),
        base => plain(Body::Unknown { raw_type: base.to_string(), text: content.to_owned() }),
    }
}

fn plain_system(kind: RawType, text: &str) -> Body {
    match kind.sub {
        _ if kind.is_recall() => recall_of(text),
        Some(4) => Body::Notice(Notice { kind: NoticeKind::Pat, text: text.to_owned() }),
        Some(8000) if notice::kind(text) == NoticeKind::Other => {
            Body::Notice(Notice { kind: NoticeKind::Join, text: text.to_owned() })
        }
        _ => plain_notice(text),
    }
}

/// Tells whether a text is a message's XML rather than something somebody wrote.
pub fn looks_like_xml(text: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "<?xml",
        "<msg",
        "<sysmsg",
        "<revokemsg",
        "<appmsg",
        "<voipmsg",
        "<VoIPBubbleMsg",
        "<voipinvitemsg",
        "<mmreader",
    ];
    let text = without_sender(text).trim_start();
    BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
}

fn without_sender(text: &str) -> &str {
    match text.split_once(":\n") {
        Some((sender, rest)) if !sender.is_empty() && sender.len() <= 64 && !sender.contains(['<', ' ', '\n']) => rest,
        _ => text,
    }
}

fn read(kind: RawType, xml: &str, depth: usize) -> Result<XmlMessage, String> {
    if depth > NESTING {
        return Err(format!("messages are nested deeper than {NESTING}"));
    }
    let text = without_sender(xml);
    // The older form of a call has several roots side by side.
    let parsed = if text.trim_start().starts_with("<voipinvitemsg") {
        Node::parse_leniently(&format!("<call>{text}</call>"))?
    } else {
        Node::parse_leniently(text)?
    };
    let root = &parsed.root;
    let found = match kind.base {
        _ if kind.is_friend_request() => Some(XmlMessage::plain(friend_request(root))),
        _ if kind.is_contact_card() => Some(XmlMessage::plain(Body::ContactCard(contact_card(root)))),
        3 => root.find("img").map(picture),
        34 => root.find("voicemsg").map(|voice| voice_message(root, voice)),
        43 | 62 => root.find("videomsg").map(video),
        47 => root.find("emoji").map(sticker),
        48 => root.find("location").map(|node| XmlMessage::plain(location(node))),
        49 => root.find("appmsg").map(|app| appmsg::read(root, app, depth)),
        50 => Some(XmlMessage::plain(call::read(root))),
        10000 | 10002 => Some(XmlMessage::plain(system::read(root))),
        _ => None,
    };
    let mut message = found.unwrap_or_else(|| by_content(kind.base, root, depth));
    match (parsed.damage, &message.body) {
        // What is left of it does not even say what it is.
        (Some(reason), Body::Unknown { .. }) => Err(reason),
        (damage, _) => {
            message.damage = damage;
            Ok(message)
        }
    }
}

/// A type and an XML that do not fit: the XML says what it is, where it is one of those known.
fn by_content(base_type: i64, root: &Node, depth: usize) -> XmlMessage {
    match root.name.as_str() {
        "sysmsg" | "revokemsg" => return XmlMessage::plain(system::read(root)),
        "voipmsg" | "VoIPBubbleMsg" | "call" => return XmlMessage::plain(call::read(root)),
        "mmreader" => return XmlMessage::plain(articles::read(root, Link::default())),
        _ => {}
    }
    for name in ["appmsg", "img", "voicemsg", "videomsg", "emoji", "location"] {
        let Some(node) = root.child(name).or_else(|| (root.name == name).then_some(root)) else { continue };
        return match name {
            "appmsg" => appmsg::read(root, node, depth),
            "img" => picture(node),
            "voicemsg" => voice_message(root, node),
            "videomsg" => video(node),
            "emoji" => sticker(node),
            _ => XmlMessage::plain(location(node)),
        };
    }
    XmlMessage::plain(Body::Unknown { raw_type: base_type.to_string(), text: root.all_text() })
}

fn picture(img: &Node) -> XmlMessage {
    let digests = vec![img.attribute("md5"), img.attribute("originsourcemd5")];
    XmlMessage::with(Body::Picture, AttachmentRole::Picture, None, digests)
}

fn voice_message(root: &Node, voice: &Node) -> XmlMessage {
    let transcript = root.find("voicetrans").and_then(|node| node.attribute("transtext").or_else(|| node.own_text()));
    let body = Body::Voice { duration_ms: voice.number("voicelength"), transcript };
    XmlMessage::with(
        body,
        AttachmentRole::Voice,
        None,
        vec![voice.attribute("voicemd5"), voice.attribute("clientmsgid")],
    )
}

fn video(node: &Node) -> XmlMessage {
    let body = Body::Video { duration_ms: node.number("playlength").and_then(|seconds| seconds.checked_mul(1000)) };
    let digests = vec![node.attribute("md5"), node.attribute("newmd5"), node.attribute("rawmd5")];
    let message = XmlMessage::with(body, AttachmentRole::Video, None, digests);
    message.replacing(node.attribute("overwritenewmsgid"))
}

fn sticker(node: &Node) -> XmlMessage {
    let body = Body::Sticker {
        caption: node.attribute("desc").and_then(|text| caption::of(&text)).or_else(|| node.attribute("attachedtext")),
        url: node.attribute("cdnurl"),
    };
    XmlMessage::with(body, AttachmentRole::Sticker, None, vec![node.attribute("md5")])
}

fn location(node: &Node) -> Body {
    Body::Location(Location {
        name: node.attribute("poiname"),
        address: node.attribute("label"),
        latitude: node.attribute("x"),
        longitude: node.attribute("y"),
        live: false,
    })
}

fn contact_card(root: &Node) -> ContactCard {
    ContactCard {
        name: root.attribute("nickname").or_else(|| root.attribute("fromnickname")),
        native_id: root.attribute("username").or_else(|| root.attribute("fromusername")),
        alias: root.attribute("alias"),
        note: root.attribute("certinfo").or_else(|| root.attribute("sign")),
    }
}

fn friend_request(root: &Node) -> Body {
    let mut card = contact_card(root);
    // In a request the asking account stands in the attributes that begin with `from`.
    card.native_id = root.attribute("fromusername").or(card.native_id);
    card.name = root.attribute("fromnickname").or(card.name);
    card.note = None;
    Body::FriendRequest { card, text: root.attribute("content").unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_without_xml_are_told_by_their_number() {
        let rows = [
            (1, None, "<msg>typed by somebody</msg>", "Text"),
            (3, None, "", "Picture"),
            (34, None, "", "Voice"),
            (43, None, "", "Video"),
            (47, None, "", "Sticker"),
            (-1_879_048_186, None, "位置共享", "Live location"),
            (49, Some(62), "\"安\" 拍了拍我", "Notice"),
            (49, Some(5), "T", "Link"),
            (49, Some(57), "好 & <行>", "Quote"),
            (49, Some(9901), "x", "Unknown message type"),
            (50, None, "[语音通话] 已取消", "Voice call"),
            (10000, Some(0), "以上是打招呼的内容", "Notice"),
            (10000, Some(5), "对方撤回", "Recalled message"),
            (10000, Some(4), "x", "Notice"),
            (268_445_456, None, "对方撤回", "Recalled message"),
            (11000, None, "x", "Unknown message type"),
            (3, None, "wxid_a:\n<msg><img md5=\"aa\"/></msg>", "Picture"),
        ];
        for (kind, sub, content, label) in rows {
            let message = message_of(kind, sub, content).unwrap_or_else(|reason| panic!("{kind}: {reason}"));
            assert_eq!(message.body.label(), label, "{kind} {content}");
        }
        assert_eq!(
            message_of(49, Some(57), "好 & <行>").map(|m| m.body.text(&[])).as_deref(),
            Ok("好 & <行>\n> [Quote] ")
        );
        for kind in [37, 42, 48, 49] {
            assert!(message_of(kind, None, "plain").is_err(), "{kind}");
        }
    }
}
