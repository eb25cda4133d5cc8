//! The XML that WeChat itself writes into a message, turned into a body. Every format that carries it comes here.
//!
//! What a type means is told by the message, never guessed: a type that is not in the table stays unknown, with its
//! text. XML that cannot be read leaves an error, and the caller keeps the record and shows it as unknown.

mod appmsg;
mod dom;
mod history;
mod system;

use duces_model::{AttachmentRole, Body, Call, ContactCard, Location};

pub(crate) use dom::Node;
pub(crate) use history::{RecordItem, from_preview as history_from_preview, history_of};
pub(crate) use system::{plain_notice, recall_of};

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
}

impl XmlMessage {
    pub(crate) fn plain(body: Body) -> Self {
        Self { body, attachments: Vec::new(), uploading: false }
    }

    pub(crate) fn with(body: Body, role: AttachmentRole, name: Option<String>, digests: Vec<Option<String>>) -> Self {
        let digests = digests.into_iter().flatten().collect();
        Self { body, attachments: vec![XmlAttachment { role, name, digests }], uploading: false }
    }
}

/// Returns what a message of a base type (3, 34, 42, 43, 47, 48, 49, 50, 10000, 10002 and their like) says.
///
/// The prefix `wxid:` with a line break, which stands before the XML in groups, is passed over. The error says why the
/// XML cannot be read.
pub fn message_from_xml(base_type: i64, xml: &str) -> Result<XmlMessage, String> {
    read(base_type, xml, 0)
}

/// Tells whether a text is a message's XML rather than something somebody wrote.
pub fn looks_like_xml(text: &str) -> bool {
    let text = without_sender(text).trim_start();
    ["<?xml", "<msg", "<sysmsg", "<revokemsg", "<appmsg", "<voipmsg", "<VoIPBubbleMsg"]
        .iter()
        .any(|s| text.starts_with(s))
}

fn without_sender(text: &str) -> &str {
    match text.split_once(":\n") {
        Some((sender, rest)) if !sender.is_empty() && sender.len() <= 64 && !sender.contains(['<', ' ', '\n']) => rest,
        _ => text,
    }
}

fn read(base_type: i64, xml: &str, depth: usize) -> Result<XmlMessage, String> {
    if depth > NESTING {
        return Err(format!("messages are nested deeper than {NESTING}"));
    }
    let text = without_sender(xml);
    let root = Node::parse(text)?;
    let found = match base_type {
        3 => root.find("img").map(picture),
        34 => root.find("voicemsg").map(|voice| voice_message(&root, voice)),
        37 => Some(XmlMessage::plain(friend_request(&root))),
        42 | 66 => Some(XmlMessage::plain(Body::ContactCard(contact_card(&root)))),
        43 | 62 => root.find("videomsg").map(video),
        47 => root.find("emoji").map(sticker),
        48 => root.find("location").map(|node| XmlMessage::plain(location(node))),
        49 => root.find("appmsg").map(|app| appmsg::read(&root, app, depth)),
        50 => Some(XmlMessage::plain(call(&root))),
        10000 | 10002 => Some(XmlMessage::plain(system::read(&root))),
        _ => None,
    };
    found.map_or_else(|| by_content(base_type, &root, depth), Ok)
}

/// A type and an XML that do not fit: the XML says what it is, where it is one of those known.
fn by_content(base_type: i64, root: &Node, depth: usize) -> Result<XmlMessage, String> {
    if root.name == "sysmsg" || root.name == "revokemsg" {
        return Ok(XmlMessage::plain(system::read(root)));
    }
    for name in ["appmsg", "img", "voicemsg", "videomsg", "emoji", "location"] {
        let Some(node) = root.child(name).or_else(|| (root.name == name).then_some(root)) else { continue };
        return Ok(match name {
            "appmsg" => appmsg::read(root, node, depth),
            "img" => picture(node),
            "voicemsg" => voice_message(root, node),
            "videomsg" => video(node),
            "emoji" => sticker(node),
            _ => XmlMessage::plain(location(node)),
        });
    }
    Ok(XmlMessage::plain(Body::Unknown { raw_type: base_type.to_string(), text: root.all_text() }))
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
    XmlMessage::with(body, AttachmentRole::Video, None, digests)
}

fn sticker(node: &Node) -> XmlMessage {
    let body = Body::Sticker { caption: node.attribute("desc"), url: node.attribute("cdnurl") };
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

fn call(root: &Node) -> Body {
    let bubble = root.find("VoIPBubbleMsg");
    let text = bubble.and_then(|node| node.text_of("msg")).unwrap_or_else(|| root.all_text());
    // In a call bubble room_type 0 is a video call and 1 a voice call.
    let video = match bubble.and_then(|node| node.text_of("room_type")).as_deref() {
        Some("0") => Some(true),
        Some("1") => Some(false),
        _ => notice::is_video_call(&text),
    };
    Body::Call(Call { video, ..notice::call(&text) })
}
