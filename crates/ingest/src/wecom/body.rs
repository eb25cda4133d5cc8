//! What each `msgtype` of WeCom's archive says. Its content stands under a key of the same name, with few exceptions.

use duces_model::{Body, Call, CallOutcome, Card, CardKind, Fact, Notice, NoticeKind, Place, Recall, RecordState};

use super::part;
use crate::draft::Draft;
use crate::json_object::Object;
use crate::sink::Sink;
use crate::when;

/// Where a content stands that is not under the name of its `msgtype`.
const OTHER_KEYS: &[(&str, &[&str])] = &[
    ("docmsg", &["doc", "docmsg"]),
    ("markdown", &["info", "markdown"]),
    ("news", &["info", "news"]),
    ("external_redpacket", &["redpacket", "external_redpacket"]),
];

/// Returns what a record says.
pub(super) fn draft(object: &Object<'_>, from: Option<&str>, place: &Place, sink: &mut Sink) -> Draft {
    let kind = object.text("msgtype").unwrap_or_default();
    match object.text("action").as_deref() {
        Some("switch") => {
            let text = format!("{} switched to another company's archive", from.unwrap_or("somebody"));
            return Draft::plain(Body::Notice(Notice { kind: NoticeKind::Other, text }))
                .fact("action", Some("switch".into()));
        }
        Some("recall") if kind != "revoke" => {
            let draft = recall(object.object(&kind).as_ref().unwrap_or(object));
            return draft.fact("message type", Some(kind));
        }
        _ => {}
    }
    let keys = OTHER_KEYS.iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, keys)| keys);
    let content = keys.iter().find_map(|key| object.object(key)).or_else(|| object.object(&kind));
    let content = content.unwrap_or_default();
    let msgid = object.text("msgid");
    if let Some(draft) = part::draft(&kind, &content, msgid.as_deref(), 0) {
        return draft;
    }
    match kind.as_str() {
        "revoke" => recall(&content),
        "agree" | "disagree" => consent(&kind, &content),
        "todo" => Draft::plain(card(CardKind::Task, content.text("title"), content.text("content"), Vec::new())),
        "vote" => vote(&content),
        "collect" => form(&content),
        "meeting" => meeting(&content),
        "calendar" => event(&content),
        "meeting_voice_call" => meeting_voice(object, &content, msgid.as_deref()),
        "voip_doc_share" => {
            let shared = part::file(&content, msgid.as_deref());
            shared.fact("shared in the call", object.text("voipid"))
        }
        "voiptext" => voip_text(&content),
        other => {
            let text = object.raw(other).unwrap_or_default();
            Draft::unknown(if other.is_empty() { "no msgtype" } else { other }, text, place, sink)
        }
    }
}

/// A notice that a message was taken back; it has an id of its own, and what it names stays in the archive.
fn recall(content: &Object<'_>) -> Draft {
    let native_id = content.text("pre_msgid");
    let text = "A message was taken back".to_owned();
    let mut draft = Draft::plain(Body::Recall(Recall { text, native_id, recalled: None }));
    draft.state = Some(RecordState::Present);
    draft
}

pub(super) fn card(card: CardKind, title: Option<String>, text: Option<String>, facts: Vec<Fact>) -> Body {
    Body::Card(Card { card, title, text, url: None, facts })
}

/// Facts, of which those without a value are left out.
pub(super) fn facts(pairs: impl IntoIterator<Item = (&'static str, Option<String>)>) -> Vec<Fact> {
    pairs.into_iter().filter_map(|(name, value)| value.map(|value| Fact::new(name, value))).collect()
}

fn consent(kind: &str, content: &Object<'_>) -> Draft {
    let text = if kind == "agree" { "agreed to be archived" } else { "refused to be archived" };
    let when = content.text_in(&["agree_time", "disagree_time"]);
    let facts = facts([("account", content.text("userid")), ("time", when.map(|when| when::shown(&when)))]);
    Draft::plain(card(CardKind::Consent, None, Some(text.to_owned()), facts))
}

fn vote(content: &Object<'_>) -> Draft {
    // 101 begins a vote, 102 takes part in one.
    let what = content.text("votetype").map(|kind| match kind.as_str() {
        "101" => "the vote was begun".to_owned(),
        "102" => "a vote was cast".to_owned(),
        other => format!("vote type {other}"),
    });
    let mut found = facts([("what", what)]);
    found.extend(content.texts("voteitem").into_iter().map(|item| Fact::new("choice", item)));
    found.extend(facts([("vote", content.text("voteid"))]));
    Draft::plain(card(CardKind::Vote, content.text("votetitle"), None, found))
}

fn form(content: &Object<'_>) -> Draft {
    let mut found = facts([
        ("group", content.text("room_name")),
        ("by", content.text("creator")),
        ("created", content.text("create_time").map(|when| when::shown(&when))),
    ]);
    for question in content.objects("details") {
        let name = question.text("ques").unwrap_or_default();
        let kind = question.text("type").map(|kind| format!(" ({kind})")).unwrap_or_default();
        found.push(Fact::new("question", format!("{name}{kind}")));
    }
    Draft::plain(card(CardKind::Form, content.text("title"), None, found))
}

fn meeting(content: &Object<'_>) -> Draft {
    // 101 invites, 102 answers.
    let what = content.text("meetingtype").map(|kind| match kind.as_str() {
        "101" => "invitation".to_owned(),
        "102" => "answer".to_owned(),
        other => format!("meeting type {other}"),
    });
    let found = facts([
        ("what", what),
        ("from", content.text("starttime").map(|when| when::shown(&when))),
        ("to", content.text("endtime").map(|when| when::shown(&when))),
        ("place", content.text("address")),
        ("answer", content.text("status")),
        ("meeting", content.text("meetingid")),
    ]);
    Draft::plain(card(CardKind::Meeting, content.text("topic"), content.text("remarks"), found))
}

fn event(content: &Object<'_>) -> Draft {
    let attendees = content.texts("attendeename").join(", ");
    let found = facts([
        ("by", content.text("creatorname")),
        ("with", crate::field::filled(attendees)),
        ("from", content.text("starttime").map(|when| when::shown(&when))),
        ("to", content.text("endtime").map(|when| when::shown(&when))),
        ("place", content.text("place")),
    ]);
    Draft::plain(card(CardKind::Event, content.text("title"), content.text("remarks"), found))
}

/// The recording of a call, with what was shown during it.
fn meeting_voice(object: &Object<'_>, content: &Object<'_>, msgid: Option<&str>) -> Draft {
    let call = Call { video: None, outcome: None, duration_ms: None, text: "Recording of a meeting".to_owned() };
    let mut draft = part::recording(Body::Call(call), content, msgid)
        .fact("call", object.text("voiceid"))
        .fact("ended", content.text("endtime").map(|when| when::shown(&when)));
    let span = |of: &Object<'_>| {
        let at = |key: &str| of.text(key).map(|when| when::shown(&when)).unwrap_or_default();
        format!("{} to {}", at("starttime"), at("endtime"))
    };
    for file in content.objects("demofiledata") {
        let (name, by) = (file.text("filename").unwrap_or_default(), file.text("demooperator").unwrap_or_default());
        draft = draft.fact("file shown", Some(format!("{name} by {by}, {}", span(&file))));
    }
    for screen in content.objects("sharescreendata") {
        let by = screen.text("share").unwrap_or_default();
        draft = draft.fact("screen shared", Some(format!("by {by}, {}", span(&screen))));
    }
    draft
}

/// What `invitetype` means, as far as it is known.
const INVITE_TYPES: &[(&str, bool, &str)] = &[
    ("1", true, "video call of two"),
    ("2", false, "voice call of two"),
    ("3", true, "video call of several"),
    ("4", false, "voice call of several"),
];

fn voip_text(content: &Object<'_>) -> Draft {
    let kind = content.text("invitetype");
    let known = kind.as_deref().and_then(|kind| INVITE_TYPES.iter().find(|(number, ..)| *number == kind));
    let seconds = content.size("callduration").filter(|seconds| *seconds > 0);
    let text = known.map(|(.., text)| (*text).to_owned());
    Draft::plain(Body::Call(Call {
        video: known.map(|(_, video, _)| *video),
        outcome: seconds.map(|_| CallOutcome::Answered),
        duration_ms: seconds.and_then(|seconds| seconds.checked_mul(1000)),
        text: text.or_else(|| kind.map(|kind| format!("invite type {kind}"))).unwrap_or_default(),
    }))
}
