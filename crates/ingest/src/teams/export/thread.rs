//! What the app itself says in a thread: who was added, who left, that it has a new name.

use duces_model::{Body, Fact, Notice, NoticeKind, Place};

use crate::draft::Draft;
use crate::field::filled;
use crate::page_part::{Part, Selector};
use crate::sink::Sink;
use crate::teams::keys::Keys;
use crate::when;

/// What the kinds of these messages begin with.
pub(super) const PREFIX: &str = "ThreadActivity/";

/// The kinds, what kind of notice they are, and the sentence. Values that are not given leave a mark.
#[rustfmt::skip]
const KINDS: &[(&str, NoticeKind, &str)] = &[
    ("AddMember", NoticeKind::Join, "{initiator} added {target}"),
    ("DeleteMember", NoticeKind::Leave, "{initiator} removed {target}"),
    ("MemberJoined", NoticeKind::Join, "{target} joined"),
    ("MemberLeft", NoticeKind::Leave, "{target} left"),
    ("TopicUpdate", NoticeKind::Rename, "{initiator} renamed the conversation to {value}"),
    ("PictureUpdate", NoticeKind::Other, "{initiator} changed the picture of the conversation"),
    ("RoleUpdate", NoticeKind::Other, "{initiator} gave {target} the role {role}"),
    ("HistoryDisclosedUpdate", NoticeKind::Other, "{initiator} set whether new members see the history to {value}"),
    ("JoiningEnabledUpdate", NoticeKind::Other, "{initiator} set whether others may join by a link to {value}"),
    ("E2EEHandshakeInvite", NoticeKind::Other, "{initiator} invited to an encrypted conversation"),
    ("E2EEHandshakeAccept", NoticeKind::Other, "{initiator} accepted an encrypted conversation"),
    ("E2EEHandshakeComplete", NoticeKind::Other, "An encrypted conversation began"),
];

/// Returns the notice of a kind.
pub(super) fn of(kind: &str, markup: &str, place: &Place, sink: &mut Sink) -> Draft {
    let name = kind.strip_prefix(PREFIX).unwrap_or(kind);
    let Some((_, notice, pattern)) = KINDS.iter().find(|(known, ..)| *known == name) else {
        return Draft::unknown(kind, markup, place, sink);
    };
    let said = Said::of(markup);
    let values = |name: &str| said.values(name);
    let (initiator, target) = (values("initiator"), values("target"));
    let who_left_alone = name == "DeleteMember" && !target.is_empty() && initiator == target;
    let pattern = if who_left_alone { "{target} left" } else { *pattern };
    let shown = |values: Vec<String>| if values.is_empty() { "(not given)".to_owned() } else { values.join(", ") };
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (key, tail) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        text.push_str(&shown(values(key)));
        rest = tail;
    }
    text.push_str(rest);
    let mut draft = Draft::plain(Body::Notice(Notice { kind: *notice, text }));
    let at = values("eventtime").first().map(|at| when::shown(at));
    draft.marks.facts.extend(at.map(|at| Fact::new("event time", at)));
    draft
}

/// The values of a message: as markup, or as JSON in newer ones.
enum Said<'a> {
    Markup(Part<'a>),
    Json(Keys<'a>),
}

impl<'a> Said<'a> {
    fn of(content: &'a str) -> Self {
        let json = content.trim_start().starts_with('{').then(|| Keys::of(content)).flatten();
        json.map_or_else(|| Self::Markup(Part::of(content)), Self::Json)
    }

    fn values(&self, name: &str) -> Vec<String> {
        match self {
            Self::Json(keys) if name == "target" => {
                let members = keys.objects("members");
                let shown = |member: &Keys<'_>| match (member.text("friendlyname"), member.text("id")) {
                    (Some(name), Some(id)) if name != id => Some(format!("{name} ({id})")),
                    (name, id) => name.or(id),
                };
                members.iter().filter_map(shown).collect()
            }
            Self::Json(keys) => keys.texts(name),
            Self::Markup(part) => {
                let Some(selector) = Selector::parse(name) else { return Vec::new() };
                // Whose role was changed stands in an element of its own.
                let text = |element| {
                    let inner = part.within(element).find(|inner| inner.tag.name == "id");
                    filled(part.text(inner.unwrap_or(element)).trim())
                };
                part.every(&selector).filter_map(text).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_a_notice_is_read() {
        let rows = [
            (
                "AddMember",
                "<addmember><eventtime>1709600400123</eventtime><initiator>8:a</initiator><target>8:b</target><target>8:c</target></addmember>",
                NoticeKind::Join,
                "8:a added 8:b, 8:c",
            ),
            (
                "DeleteMember",
                "<deletemember><initiator>8:a</initiator><target>8:a</target></deletemember>",
                NoticeKind::Leave,
                "8:a left",
            ),
            (
                "DeleteMember",
                "<deletemember><initiator>8:a</initiator><target>8:b</target></deletemember>",
                NoticeKind::Leave,
                "8:a removed 8:b",
            ),
            (
                "TopicUpdate",
                "<topicupdate><initiator>8:a</initiator><value>春季 &amp; {role}</value></topicupdate>",
                NoticeKind::Rename,
                "8:a renamed the conversation to 春季 & {role}",
            ),
            (
                "RoleUpdate",
                "<roleupdate><initiator>8:a</initiator><target><id>8:b</id><role>admin</role></target></roleupdate>",
                NoticeKind::Other,
                "8:a gave 8:b the role admin",
            ),
            (
                "MemberLeft",
                "{\"members\":[{\"id\":\"8:b\",\"friendlyname\":\"Bo\"}]}",
                NoticeKind::Leave,
                "Bo (8:b) left",
            ),
            ("PictureUpdate", "", NoticeKind::Other, "(not given) changed the picture of the conversation"),
        ];
        for (kind, markup, notice, text) in rows {
            let draft = of(&format!("{PREFIX}{kind}"), markup, &Place::file("x"), &mut Sink::default());
            assert_eq!(draft.body, Body::Notice(Notice { kind: notice, text: text.into() }), "{markup}");
        }
    }
}
