//! System messages (10000, 10002): recalls, pats, templates of what happened in a group.

use duces_model::{Body, Notice, NoticeKind, Recall};

use super::Node;
use crate::field::filled;
use crate::notice;

/// Returns the notice that a plain text is.
pub(crate) fn plain_notice(text: &str) -> Body {
    if notice::is_recall(text) {
        return recall_of(text);
    }
    Body::Notice(Notice { kind: notice::kind(text), text: text.to_owned() })
}

/// Returns the recall that a text tells of, where the source has said that it is one.
pub(crate) fn recall_of(text: &str) -> Body {
    Body::Recall(Recall { text: text.to_owned(), native_id: None, recalled: None })
}

pub(super) fn read(root: &Node) -> Body {
    if let Some(node) = root.find("revokemsg") {
        return recall(node);
    }
    if let Some(node) = root.find("pat").or_else(|| root.find("patMsg")).or_else(|| root.find("patinfo")) {
        return pat(node, root.text_of("content").unwrap_or_default());
    }
    let text = root
        .find("sysmsgtemplate")
        .and_then(template)
        .or_else(|| root.find("plain").and_then(Node::own_text))
        .or_else(|| root.find("text").and_then(Node::own_text))
        .unwrap_or_else(|| root.all_text());
    let kind = match root.attribute("type").as_deref() {
        Some("delchatroommember") => match notice::kind(&text) {
            NoticeKind::Other => NoticeKind::Leave,
            kind => kind,
        },
        _ => notice::kind(&text),
    };
    Body::Notice(Notice { kind, text })
}

fn recall(node: &Node) -> Body {
    let text = node.text_of("replacemsg").or_else(|| node.text_of("content")).or_else(|| node.own_text());
    Body::Recall(Recall {
        text: text.unwrap_or_else(|| node.all_text()),
        native_id: node.text_of("newmsgid").filter(|id| id != "0"),
        recalled: None,
    })
}

/// Returns the notice of a pat, whose text stands in the last of its records, or in `shown`.
pub(super) fn pat(node: &Node, shown: String) -> Body {
    let text = last_template(node).or_else(|| filled(shown)).unwrap_or_else(|| {
        let who = |names: [&str; 2]| names.into_iter().find_map(|name| node.find(name)).and_then(Node::own_text);
        let from = who(["fromusername", "fromUser"]).unwrap_or_default();
        format!("{from} 拍了拍 {}", who(["pattedusername", "pattedUser"]).unwrap_or_default()).trim().to_owned()
    });
    Body::Notice(Notice { kind: NoticeKind::Pat, text: with_ids_bare(&text) })
}

/// A pat's template names accounts as `${wxid}`, in whose place the app shows their names; the XML has only the ids.
fn with_ids_bare(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((id, tail)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push_str(id);
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn last_template(node: &Node) -> Option<String> {
    let records = node.find("records");
    let record = records.and_then(|records| records.children("record").last()).unwrap_or(node);
    // `templete` is how the app spells it.
    ["templete", "template"].into_iter().find_map(|name| record.find(name)).and_then(Node::own_text)
}

/// Returns a template's text with the names of its links in their places.
fn template(node: &Node) -> Option<String> {
    let content = node.child("content_template").unwrap_or(node);
    let mut text = content.text_of("template").or_else(|| content.text_of("plain"))?;
    for link in content.child("link_list").into_iter().flat_map(|list| list.children("link")) {
        let Some(name) = link.attribute("name") else { continue };
        let separator = link.text_of("separator").unwrap_or_else(|| "、".to_owned());
        let members: Vec<String> = link
            .child("memberlist")
            .into_iter()
            .flat_map(|list| list.children("member"))
            .filter_map(|member| member.text_of("nickname").or_else(|| member.text_of("username")))
            .collect();
        let value = if members.is_empty() {
            link.text_of("plain").or_else(|| link.text_of("title")).unwrap_or_default()
        } else {
            members.join(&separator)
        };
        text = text.replace(&format!("${name}$"), &value);
    }
    Some(text)
}
