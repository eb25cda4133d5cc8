//! Merged histories: the items of `recorditem`, which notes and announcements use too.

use duces_model::{
    AttachmentRole, Body, Channel, ChannelKind, ContactCard, HistoryItem, Link, LinkKind, Location, MergedHistory,
    MiniProgram,
};

use super::{NESTING, Node, XmlAttachment};

/// One item as a source writes it, whether in XML or in the JSON that some tool made of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecordItem {
    pub(crate) kind: String,
    pub(crate) sender: Option<String>,
    pub(crate) time: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) size: Option<u64>,
    pub(crate) duration_ms: Option<u64>,
    pub(crate) url: Option<String>,
    pub(crate) digest: Option<String>,
    pub(crate) location: Option<Location>,
    pub(crate) app_id: Option<String>,
    pub(crate) nested: Option<(Option<String>, Vec<RecordItem>)>,
}

/// Returns the history of a `recorditem` element.
pub(super) fn from_record_item(item: &Node, depth: usize, out: &mut Vec<XmlAttachment>) -> Option<MergedHistory> {
    let info = record_info(item)?;
    let items = data_items(&info, depth);
    Some(history_of(info.text_of("title"), items, depth, out))
}

/// Returns the items of a `recorditem` element.
pub(super) fn items_of(item: &Node, depth: usize) -> Option<Vec<RecordItem>> {
    record_info(item).map(|info| data_items(&info, depth))
}

/// Returns a history of items; their attachments are added to those of the message.
pub(crate) fn history_of(
    title: Option<String>,
    items: Vec<RecordItem>,
    depth: usize,
    out: &mut Vec<XmlAttachment>,
) -> MergedHistory {
    MergedHistory { title, items: items.into_iter().map(|item| item.into_history_item(depth, out)).collect() }
}

/// Returns a history of which only the preview is there: a line `name: text` a message.
pub(crate) fn from_preview(title: Option<String>, lines: &str) -> MergedHistory {
    let items = lines.lines().map(|line| {
        let split = line.split_once(": ").or_else(|| line.split_once('：')).or_else(|| line.split_once(':'));
        let (sender, text) = split.map_or((None, line), |(sender, text)| (Some(sender.to_owned()), text));
        HistoryItem { sender, time: None, body: Box::new(Body::text_of(text)), attachment: None }
    });
    MergedHistory { title, items: items.collect() }
}

/// The record stands in the element as CDATA, as escaped text, or as elements.
fn record_info(item: &Node) -> Option<Node> {
    if let Some(info) = item.find("recordinfo") {
        return Some(info.clone());
    }
    let text = item.own_text()?;
    let root = Node::parse(&text).ok()?;
    root.find("recordinfo").cloned()
}

fn data_items(info: &Node, depth: usize) -> Vec<RecordItem> {
    let Some(list) = info.child("datalist") else { return Vec::new() };
    list.children("dataitem").map(|node| RecordItem::from_node(node, depth)).collect()
}

impl RecordItem {
    fn from_node(node: &Node, depth: usize) -> Self {
        let nested = (depth < NESTING).then(|| node.child("recordxml").and_then(record_info)).flatten();
        let nested = nested.map(|info| (info.text_of("title"), data_items(&info, depth + 1)));
        Self {
            kind: node.attribute("datatype").unwrap_or_default(),
            sender: node.text_of("sourcename"),
            time: node.text_of("sourcetime").or_else(|| node.text_of("srcMsgCreateTime")),
            text: node.text_of("datadesc"),
            title: node.text_of("datatitle"),
            size: node.text_of("datasize").and_then(|size| size.parse().ok()),
            duration_ms: node.text_of("duration").and_then(|ms| ms.parse().ok()),
            url: node.text_of("link").or_else(|| node.text_of("streamweburl")),
            digest: node.text_of("fullmd5"),
            location: item_location(node),
            app_id: node.at(&["appbranditem", "username"]).and_then(Node::own_text),
            nested,
        }
    }

    /// Returns the text the item shows, where it is a text.
    pub(super) fn shown_text(&self) -> Option<String> {
        if self.kind == "1" { self.text.clone() } else { None }
    }

    /// Returns the item as the model has it; its attachment is added to those of the message.
    pub(super) fn into_history_item(self, depth: usize, out: &mut Vec<XmlAttachment>) -> HistoryItem {
        let (sender, time) = (self.sender.clone(), self.time.clone());
        let role = match self.kind.as_str() {
            "2" => Some(AttachmentRole::Picture),
            "3" => Some(AttachmentRole::Voice),
            "4" | "15" => Some(AttachmentRole::Video),
            "8" => Some(AttachmentRole::File),
            "37" => Some(AttachmentRole::Sticker),
            _ => None,
        };
        let attachment = role.map(|role| {
            let name = if role == AttachmentRole::File { self.title.clone() } else { None };
            out.push(XmlAttachment { role, name, digests: self.digest.iter().cloned().collect(), md5: None });
            out.len() - 1
        });
        HistoryItem { sender, time, body: Box::new(self.into_body(depth, out)), attachment }
    }

    fn into_body(self, depth: usize, out: &mut Vec<XmlAttachment>) -> Body {
        match self.kind.as_str() {
            "1" => Body::text_of(self.text.or(self.title).unwrap_or_default()),
            "2" => Body::Picture,
            "3" => Body::Voice { duration_ms: self.duration_ms, transcript: None },
            "4" | "15" => Body::Video { duration_ms: self.duration_ms },
            "5" => self.link(LinkKind::Page),
            "6" => Body::Location(self.location.unwrap_or_default()),
            "8" => Body::File { name: self.title.unwrap_or_default(), size: self.size },
            "16" => Body::ContactCard(ContactCard { name: self.title, note: self.text, ..ContactCard::default() }),
            "17" => self.nested_history(depth, out),
            "19" => Body::MiniProgram(MiniProgram {
                name: self.text,
                title: self.title,
                app_id: self.app_id,
                page: None,
                url: self.url,
            }),
            "22" => self.channel(ChannelKind::Post),
            "23" => self.channel(ChannelKind::Live),
            "29" | "32" => self.link(LinkKind::Music),
            "37" => Body::Sticker { caption: self.text, url: None },
            kind => {
                let lines: Vec<String> = [self.title, self.text, self.url].into_iter().flatten().collect();
                Body::Unknown { raw_type: format!("record {kind}"), text: lines.join("\n") }
            }
        }
    }

    fn link(self, kind: LinkKind) -> Body {
        Body::Link(Link { kind, title: self.title, description: self.text, url: self.url, source: None })
    }

    fn channel(self, kind: ChannelKind) -> Body {
        Body::Channel(Channel { kind, name: self.title, description: self.text, url: self.url })
    }

    fn nested_history(self, depth: usize, out: &mut Vec<XmlAttachment>) -> Body {
        match self.nested {
            Some((title, items)) => {
                let title = self.title.or(title);
                Body::MergedHistory(history_of(title, items, depth + 1, out))
            }
            None => Body::MergedHistory(from_preview(self.title, &self.text.unwrap_or_default())),
        }
    }
}

fn item_location(node: &Node) -> Option<Location> {
    let place = node.child("location").or_else(|| node.child("locitem"))?;
    let of = |name: &str| place.attribute(name).or_else(|| place.text_of(name));
    Some(Location { name: of("poiname"), address: of("label"), latitude: of("lat"), longitude: of("lng"), live: false })
}
