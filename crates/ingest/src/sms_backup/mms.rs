//! The multimedia message: parts with their bytes, and all whom it went to.

use duces_model::{AttachmentRole, Place, Sender, SourceBytes};

use super::entry::{self, Read, attribute, number};
use crate::composed::{self, SentFile};
use crate::draft::Draft;
use crate::media::Hint;
use crate::sink::Sink;
use crate::wechat_xml::Node;
use crate::{carried, codes};

/// What the protocol's numbers say of an address.
const FROM: i64 = 137;
/// Stands where the phone's own number would.
const OWN: &str = "insert-address-token";
/// The part that arranges the others on a slide.
const LAYOUT: &str = "application/smil";

pub(super) fn read(node: &Node, place: &Place, sink: &mut Sink) -> Read {
    let kind = number(node, "msg_box");
    let own = entry::own(kind, place, sink);
    let address = entry::address_of(node, place, sink);
    let mut with: Vec<String> =
        address.split('~').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect();
    with.sort();
    with.dedup();
    let from = addresses(node).find(|(kind, _)| *kind == Some(FROM)).map(|(_, address)| address).filter(|a| a != OWN);
    let name = entry::name_of(node);
    let sender = match own {
        Some(false) => {
            let id = from.or_else(|| (with.len() == 1).then(|| with.first().cloned()).flatten());
            // With several, the name is that of all.
            Sender { name: name.clone().filter(|_| with.len() == 1), native_id: id }
        }
        _ => Sender::default(),
    };
    let mut draft = draft(node, place, sink);
    draft = draft.fact("subject", attribute(node, "sub"));
    entry::about(&mut draft, node, kind, own);
    let known = sender.native_id.is_some() || sender.name.is_some() || own == Some(true);
    Read {
        app: "sms",
        title: name,
        with,
        sender: known.then_some(sender),
        own,
        native_id: attribute(node, "m_id"),
        draft,
    }
}

fn addresses(node: &Node) -> impl Iterator<Item = (Option<i64>, String)> {
    let list = node.child("addrs").map(|list| list.children("addr").collect::<Vec<_>>()).unwrap_or_default();
    list.into_iter().filter_map(|one| Some((number(one, "type"), attribute(one, "address")?)))
}

fn draft(node: &Node, place: &Place, sink: &mut Sink) -> Draft {
    let mut texts: Vec<String> = Vec::new();
    let mut files = Vec::new();
    let parts = node.child("parts").map(|parts| parts.children("part").collect::<Vec<_>>()).unwrap_or_default();
    for part in parts {
        let kind = attribute(part, "ct").unwrap_or_default().to_lowercase();
        if kind == LAYOUT {
            continue;
        }
        match (attribute(part, "data"), attribute(part, "text")) {
            (None, Some(text)) => texts.push(text),
            (data, text) => {
                texts.extend(text.filter(|_| kind.starts_with("text/")));
                files.push(file(part, &kind, data, place, sink));
            }
        }
    }
    composed::draft(texts.join("\n"), files)
}

fn file(part: &Node, kind: &str, data: Option<String>, place: &Place, sink: &mut Sink) -> SentFile {
    let name = ["cl", "name", "fn"].iter().find_map(|key| attribute(part, key)).unwrap_or_default();
    let carried = data.map(|data| carried::base64(data.as_bytes()));
    if carried.as_ref().is_some_and(|carried| carried.damaged) {
        sink.finding(&codes::MAIL_PART_DAMAGED, place, format!("the bytes of `{name}` are damaged base64"));
    }
    let hint = Hint { bytes: carried.map(|carried| SourceBytes::new(carried.bytes)), ..Hint::default() };
    let role = match kind.split('/').next() {
        Some("image") => AttachmentRole::Picture,
        Some("video") => AttachmentRole::Video,
        Some("audio") => AttachmentRole::Voice,
        _ => AttachmentRole::File,
    };
    SentFile { role, ..SentFile::named(name, hint) }
}
