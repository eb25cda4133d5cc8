//! What the app itself says in a conversation: who was added, who left, what was renamed, that a call began or ended.
//!
//! Graph gives such an event as values and no sentence; the sentences here are made of these values alone. The data
//! export of a tenant has a place for each kind of event and often none of them is filled: then nobody can say what it was.

use duces_model::{Body, Call, Fact, Notice, NoticeKind, Place, Sender};

use super::duration;
use super::keys::Keys;
use super::names::Names;
use super::people;
use crate::codes;
use crate::draft::Draft;
use crate::sink::Sink;

/// The events: their name in Graph without `EventMessageDetail`, what kind of notice they are, and the sentence.
#[rustfmt::skip]
const EVENTS: &[(&str, NoticeKind, &str)] = &[
    ("callEnded", NoticeKind::Other, "Call ended, begun by {initiator}"),
    ("callRecording", NoticeKind::Other, "Recording of a call, by {initiator}: {callRecordingDisplayName}"),
    ("callStarted", NoticeKind::Other, "{initiator} began a call"),
    ("callTranscript", NoticeKind::Other, "Transcript of a call"),
    ("channelAdded", NoticeKind::Other, "{initiator} added the channel {channelDisplayName}"),
    ("channelDeleted", NoticeKind::Other, "{initiator} deleted the channel {channelDisplayName}"),
    ("channelDescriptionUpdated", NoticeKind::Other, "{initiator} changed the channel's description to: {channelDescription}"),
    ("channelRenamed", NoticeKind::Rename, "{initiator} renamed the channel to {channelDisplayName}"),
    ("channelSetAsFavoriteByDefault", NoticeKind::Other, "{initiator} made the channel a favourite of all"),
    ("channelUnsetAsFavoriteByDefault", NoticeKind::Other, "{initiator} made the channel no favourite of all"),
    ("chatRenamed", NoticeKind::Rename, "{initiator} renamed the chat to {chatDisplayName}"),
    ("conversationMemberRoleUpdated", NoticeKind::Other, "{initiator} gave {conversationMemberUser} the role {conversationMemberRoles}"),
    ("meetingPolicyUpdated", NoticeKind::Other, "{initiator} changed whether the meeting has a chat to: {meetingChatEnabled}"),
    ("membersAdded", NoticeKind::Join, "{initiator} added {members}"),
    ("membersDeleted", NoticeKind::Leave, "{initiator} removed {members}"),
    ("membersJoined", NoticeKind::Join, "{members} joined"),
    ("membersLeft", NoticeKind::Leave, "{members} left"),
    ("messagePinned", NoticeKind::Other, "{initiator} pinned a message"),
    ("messageUnpinned", NoticeKind::Other, "{initiator} unpinned a message"),
    ("tabUpdated", NoticeKind::Other, "{initiator} changed a tab"),
    ("teamArchived", NoticeKind::Other, "{initiator} archived the team"),
    ("teamCreated", NoticeKind::Other, "{initiator} created the team {teamDisplayName}"),
    ("teamDescriptionUpdated", NoticeKind::Other, "{initiator} changed the team's description to: {teamDescription}"),
    ("teamJoiningDisabled", NoticeKind::Other, "{initiator} ended joining the team by a code"),
    ("teamJoiningEnabled", NoticeKind::Other, "{initiator} let others join the team by a code"),
    ("teamRenamed", NoticeKind::Rename, "{initiator} renamed the team to {teamDisplayName}"),
    ("teamUnarchived", NoticeKind::Other, "{initiator} took the team out of the archive"),
    ("teamsAppInstalled", NoticeKind::Other, "{initiator} installed the app {teamsAppDisplayName}"),
    ("teamsAppRemoved", NoticeKind::Other, "{initiator} removed the app {teamsAppDisplayName}"),
    ("teamsAppUpgraded", NoticeKind::Other, "{initiator} upgraded the app {teamsAppDisplayName}"),
];

/// What Graph writes for a time that there is none of.
const NO_TIME: &str = "0001-01-01T00:00:00";

/// An event and who caused it.
pub(super) struct Event {
    pub(super) draft: Draft,
    /// Who began a call; a notice has no sender.
    pub(super) caller: Option<Sender>,
}

/// Returns the event that a message is; nothing where it is none.
pub(super) fn of(message: &Keys<'_>, names: &Names, place: &Place, sink: &mut Sink) -> Option<Event> {
    let said = message.text("messageType").unwrap_or_default();
    let detail = message.object("eventDetail");
    if detail.is_none() && !matches!(said.as_str(), "systemEventMessage" | "chatEvent") {
        return None;
    }
    let outer = detail.unwrap_or_default();
    let Some((kind, inner)) = kind_of(&outer) else {
        let text = "the source does not say what happened; it has an event of the app here";
        sink.finding(&codes::UNKNOWN_TYPE, place, text);
        let text = match initiator(&outer, &outer, names) {
            Some(who) => format!("Event caused by {}; the source does not say what happened", people::shown(&who)),
            None => "Event; the source does not say what happened".to_owned(),
        };
        return Some(Event { draft: notice(NoticeKind::Other, text), caller: None });
    };
    let caller = initiator(&inner, &outer, names);
    let Some((_, notice_kind, pattern)) = EVENTS.iter().find(|(name, ..)| *name == kind) else {
        let text = message.raw("eventDetail").unwrap_or_default();
        return Some(Event { draft: Draft::unknown(kind, text, place, sink), caller });
    };
    let text = sentence(pattern, &inner, caller.as_ref(), names);
    let is_call = matches!(kind.as_str(), "callStarted" | "callEnded");
    let mut draft = if is_call {
        let duration_ms = inner.text("callDuration").and_then(|text| duration::millis(&text));
        Draft::plain(Body::Call(Call { video: None, outcome: None, duration_ms, text }))
    } else {
        notice(*notice_kind, text)
    };
    draft.marks.facts = facts(&inner, names);
    Some(Event { draft, caller: caller.filter(|_| is_call) })
}

fn notice(kind: NoticeKind, text: String) -> Draft {
    Draft::plain(Body::Notice(Notice { kind, text }))
}

/// Returns the kind of an event and its values. Graph names the kind in a type; the data export has a key a kind.
fn kind_of<'a>(detail: &Keys<'a>) -> Option<(String, Keys<'a>)> {
    if let Some(kind) = detail.text("@odata.type") {
        let name = kind.rsplit('.').next().unwrap_or_default();
        let name = name.trim_start_matches('#');
        return Some((name.strip_suffix("EventMessageDetail").unwrap_or(name).to_owned(), detail.clone()));
    }
    let kind = detail.filled().find(|key| key != "initiator" && key != "eventType" && detail.object(key).is_some());
    if let Some(kind) = kind {
        let inner = detail.object(&kind)?;
        return Some((kind, inner));
    }
    detail.text("eventType").map(|kind| (kind, detail.clone()))
}

fn initiator(inner: &Keys<'_>, outer: &Keys<'_>, names: &Names) -> Option<Sender> {
    let set = |keys: &Keys<'_>| keys.object("initiator").and_then(|set| people::of_set(&set, names));
    set(inner).or_else(|| set(outer))
}

/// Returns the sentence of an event. A value that the source does not give leaves a mark, so that nothing is made up.
fn sentence(pattern: &str, detail: &Keys<'_>, initiator: Option<&Sender>, names: &Names) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (key, tail) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&value(key, detail, initiator, names).unwrap_or_else(|| "(not given)".to_owned()));
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn value(key: &str, detail: &Keys<'_>, initiator: Option<&Sender>, names: &Names) -> Option<String> {
    match key {
        "initiator" => initiator.map(people::shown),
        "members" => {
            let members: Vec<String> = detail
                .objects("members")
                .iter()
                .filter_map(|m| people::of(m, names))
                .map(|m| people::shown(&m))
                .collect();
            (!members.is_empty()).then(|| members.join(", "))
        }
        "conversationMemberUser" => {
            detail.object(key).and_then(|user| people::of(&user, names)).map(|u| people::shown(&u))
        }
        "conversationMemberRoles" => Some(detail.texts(key).join(", ")).filter(|roles| !roles.is_empty()),
        _ => detail.text(key),
    }
}

/// Returns every value of an event, so that none is lost behind the sentence.
fn facts(detail: &Keys<'_>, names: &Names) -> Vec<Fact> {
    let mut facts = Vec::new();
    for key in detail.filled().filter(|key| !key.starts_with('@')) {
        if let Some(value) = detail.text(&key).filter(|value| !value.starts_with(NO_TIME)) {
            facts.push(Fact::new(key, value));
        } else if let Some(list) = list(&key, detail, names) {
            facts.push(Fact::new(key, list));
        }
    }
    facts
}

fn list(key: &str, detail: &Keys<'_>, names: &Names) -> Option<String> {
    let people = match key {
        "members" => detail.objects(key).iter().filter_map(|member| people::of(member, names)).collect(),
        "callParticipants" => {
            let sets = detail.objects(key);
            sets.iter().filter_map(|one| people::of_set(&one.object("participant")?, names)).collect()
        }
        "initiator" | "meetingOrganizer" => {
            detail.object(key).and_then(|set| people::of_set(&set, names)).into_iter().collect()
        }
        "conversationMemberUser" => detail.object(key).and_then(|user| people::of(&user, names)).into_iter().collect(),
        _ => Vec::new(),
    };
    let shown: Vec<String> = people.iter().map(people::with_id).collect();
    (!shown.is_empty()).then(|| shown.join(", "))
}
