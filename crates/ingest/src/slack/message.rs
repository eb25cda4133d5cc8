//! One message of a day: what it says, what hangs on it, and what happened to it.

use std::sync::Arc;

use duces_model::{
    Body, Call, CallOutcome, Deletion, Edit, Fact, Link, LinkKind, Marks, Notice, NoticeKind, Place, Reaction,
    RecordState, Sender, SourceConversation,
};

use super::mrkdwn;
use super::workspace::Workspace;
use crate::composed::{self, SentFile};
use crate::draft::{Draft, Told};
use crate::json_object::Object;
use crate::media::Hint;
use crate::sink::Sink;
use crate::source::Source;
use crate::{codes, when};

/// Subtypes that are notices of the app, and what each is about.
const NOTICES: &[(&str, NoticeKind)] = &[
    ("channel_join", NoticeKind::Join),
    ("group_join", NoticeKind::Join),
    ("channel_leave", NoticeKind::Leave),
    ("group_leave", NoticeKind::Leave),
    ("channel_name", NoticeKind::Rename),
    ("group_name", NoticeKind::Rename),
    ("channel_topic", NoticeKind::Other),
    ("group_topic", NoticeKind::Other),
    ("channel_purpose", NoticeKind::Other),
    ("group_purpose", NoticeKind::Other),
    ("channel_archive", NoticeKind::Other),
    ("channel_unarchive", NoticeKind::Other),
    ("group_archive", NoticeKind::Other),
    ("group_unarchive", NoticeKind::Other),
    ("channel_convert_to_private", NoticeKind::Other),
    ("channel_posting_permissions", NoticeKind::Other),
    ("pinned_item", NoticeKind::Other),
    ("unpinned_item", NoticeKind::Other),
    ("bot_add", NoticeKind::Other),
    ("bot_remove", NoticeKind::Other),
    ("bot_enable", NoticeKind::Other),
    ("bot_disable", NoticeKind::Other),
    ("reminder_add", NoticeKind::Other),
    ("reminder_delete", NoticeKind::Other),
];
/// Subtypes that are messages like others.
const SAID: &[&str] = &[
    "",
    "bot_message",
    "me_message",
    "thread_broadcast",
    "file_share",
    "file_comment",
    "file_mention",
    "reply_broadcast",
    "slackbot_response",
    "assistant_app_thread",
];
/// Files of which the export has nothing: deleted, or beyond what the workspace pays for.
const GONE: &[(&str, &str)] = &[("tombstone", "deleted"), ("hidden_by_limit", "hidden by the workspace's limit")];

/// Returns microseconds since 1970 of a time that is an id: ten digits, a point, six digits.
pub(super) fn micros(ts: &str) -> Option<i64> {
    let (seconds, micros) = ts.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if micros.len() != 6 || !digits(micros) || !digits(seconds) {
        return None;
    }
    seconds.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(micros.parse().ok()?)
}

pub(super) fn record(
    row: &Object<'_>,
    raw: &[u8],
    conversation: Arc<SourceConversation>,
    workspace: &Workspace,
    source: &Source,
    place: &Place,
    sink: &mut Sink,
) {
    let subtype = row.text("subtype").unwrap_or_default();
    // Exports of all plans hold a message as it is now; some hold events that changed one.
    let (said, happened) = match subtype.as_str() {
        "message_changed" => (row.object("message"), Some(false)),
        "message_deleted" => (row.object("previous_message"), Some(true)),
        _ => (None, None),
    };
    let empty = Object::default();
    // Of a message whose deletion is all that is left, only its time is known.
    let message = match (&said, happened) {
        (Some(message), _) => message,
        (None, Some(_)) => &empty,
        (None, None) => row,
    };
    let ts = message.text("ts").or_else(|| row.text_in(&["deleted_ts", "ts"])).unwrap_or_default();
    let Some(sent) = when::from_decimal_seconds(&ts).filter(|_| micros(&ts).is_some()) else {
        let code = if ts.is_empty() { &codes::MISSING_FIELD } else { &codes::BAD_TIME };
        sink.excepted(code, place, format!("`ts` is no time of a message: `{ts}`"), raw);
        return;
    };
    let own_subtype = if happened.is_some() { message.text("subtype").unwrap_or_default() } else { subtype };
    let mut draft = draft(&own_subtype, message, workspace, place, sink);
    let gone = std::mem::take(&mut draft.marks.facts);
    draft.marks = marks(message, &own_subtype, workspace);
    draft.marks.facts.extend(gone);
    if let Some(deleted) = happened {
        let at = row.text("ts").as_deref().and_then(when::from_decimal_seconds);
        if deleted {
            draft.marks.deletion = Some(Deletion { at, by: None, recovered: false });
            draft.state = Some(RecordState::Deleted);
        } else {
            let before = row.object("previous_message").map(|before| text_of(&before, workspace));
            let by = message.object("edited").and_then(|edited| edited.text("user")).map(|id| workspace.shown(&id));
            draft.marks.edits = vec![Edit { at, by, before }];
        }
    }
    let sender = sender(message, workspace);
    let id = sender.as_ref().and_then(|sender| sender.native_id.as_ref());
    let own = id.zip(source.options.account.as_ref()).map(|(id, own)| id == own);
    let told = Told {
        conversation,
        sender,
        sent_by_collector: own,
        sent,
        sequence: micros(&ts),
        native_id: Some(ts.clone()),
        sent_raw: ts,
    };
    draft.into_record(told, raw, source, place, sink);
}

/// The name as the message has it, for those whom the list of users does not know.
fn sender(message: &Object<'_>, workspace: &Workspace) -> Option<Sender> {
    let id = message.text_in(&["user", "bot_id"]);
    let profile = message.object("user_profile").or_else(|| message.object("bot_profile")).unwrap_or_default();
    let listed = id.as_deref().and_then(|id| workspace.name_of(id)).map(str::to_owned);
    let own = || profile.text_in(&["display_name", "real_name", "name"]);
    let name = message.text("username").or(listed).or_else(own);
    Sender::known(id, name)
}

fn draft(subtype: &str, message: &Object<'_>, workspace: &Workspace, place: &Place, sink: &mut Sink) -> Draft {
    let text = text_of(message, workspace);
    if let Some((_, kind)) = NOTICES.iter().find(|(name, _)| *name == subtype) {
        return Draft::plain(Body::Notice(Notice { kind: *kind, text }));
    }
    if matches!(subtype, "huddle_thread" | "sh_room_created") {
        return Draft::plain(Body::Call(call(message, text)));
    }
    if subtype == "tombstone" {
        let mut draft = Draft::plain(Body::text_of(text));
        draft.state = Some(RecordState::Deleted);
        return draft;
    }
    let mut bodies: Vec<Body> = Vec::new();
    if !text.is_empty() {
        bodies.push(Body::text_of(text));
    }
    bodies.extend(message.objects("attachments").iter().filter_map(|card| self::card(card, workspace)));
    let mut files: Vec<SentFile> = Vec::new();
    let mut gone: Vec<Fact> = Vec::new();
    // Old exports have one file under another key.
    let listed = message.objects("files").into_iter().chain(message.object("file"));
    for file in listed {
        let mode = file.text("mode").unwrap_or_default();
        match GONE.iter().find(|(name, _)| *name == mode) {
            Some((_, what)) => {
                gone.push(Fact::new("file", format!("{} ({what})", file.text("id").unwrap_or_default())))
            }
            None => files.push(self::file(&file)),
        }
    }
    let mut draft = composed::of_bodies(bodies, files);
    if !SAID.contains(&subtype) {
        let unknown = Draft::unknown(subtype, &text_of(message, workspace), place, sink);
        draft.body = unknown.body;
    }
    draft.marks.facts = gone;
    draft
}

/// The text, and what the blocks of programs say beyond it.
fn text_of(message: &Object<'_>, workspace: &Workspace) -> String {
    let mut text = message.text("text").map(|text| mrkdwn::plain(&text, workspace)).unwrap_or_default();
    let mut found = Vec::new();
    for block in message.list("blocks") {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(block.get()) else { continue };
        // What people type is in the text as well.
        let typed = value.get("type").and_then(serde_json::Value::as_str) == Some("rich_text");
        if !typed || text.is_empty() {
            texts_in(&value, workspace, &mut found, 0);
        }
    }
    let more: Vec<&str> = found.iter().map(String::as_str).filter(|piece| !text.contains(*piece)).collect();
    let more = more.join(" ");
    if !more.is_empty() {
        let gap = if text.is_empty() { "" } else { "\n" };
        text = format!("{text}{gap}{more}");
    }
    text
}

/// Deeper blocks are none.
const NESTING: usize = 20;

fn texts_in(value: &serde_json::Value, workspace: &Workspace, found: &mut Vec<String>, depth: usize) {
    match value {
        serde_json::Value::Array(list) if depth < NESTING => {
            list.iter().for_each(|one| texts_in(one, workspace, found, depth + 1));
        }
        serde_json::Value::Object(object) if depth < NESTING => {
            let is_marked = object.get("type").and_then(serde_json::Value::as_str) == Some("mrkdwn");
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("text", serde_json::Value::String(text)) if is_marked => {
                        found.push(mrkdwn::plain(text, workspace))
                    }
                    ("text" | "url" | "name" | "alt_text", serde_json::Value::String(text)) => found.push(text.clone()),
                    ("user_id", serde_json::Value::String(id)) => found.push(format!("@{}", workspace.shown(id))),
                    ("elements" | "text" | "fields" | "accessory" | "title", inner) => {
                        texts_in(inner, workspace, found, depth + 1);
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// What the app or a program shows below a message: of a link, most often.
fn card(card: &Object<'_>, workspace: &Workspace) -> Option<Body> {
    let plain = |text: String| mrkdwn::plain(&text, workspace);
    let mut said: Vec<String> = card.text("text").map(plain).into_iter().collect();
    for field in card.objects("fields") {
        let of = |key: &str| field.text(key).map(plain).unwrap_or_default();
        said.push(format!("{}: {}", of("title"), of("value")));
    }
    let link = Link {
        kind: LinkKind::Page,
        title: card.text("title").map(plain),
        description: (!said.is_empty()).then(|| said.join("\n")),
        url: card.text_in(&["title_link", "from_url", "original_url"]),
        source: card.text_in(&["service_name", "author_name"]),
    };
    let fallback = card.text("fallback").map(plain);
    if link == Link::default() { fallback.map(Body::text_of) } else { Some(Body::Link(link)) }
}

/// Where programs that download files put them: by the file's id.
fn file(file: &Object<'_>) -> SentFile {
    let id = file.text("id").unwrap_or_default();
    let name = file.text_in(&["name", "title"]).unwrap_or_default();
    let exact =
        vec![format!("__uploads/{id}/{name}"), format!("attachments/{id}-{name}"), format!("files/{id}/{name}")];
    let hint = Hint { exact, stems: vec![id], ..Hint::default() };
    let seconds = file.size("duration_ms");
    SentFile { size: file.size("size"), duration_ms: seconds, ..SentFile::named(name, hint) }
}

fn call(message: &Object<'_>, text: String) -> Call {
    let room = message.object("room").unwrap_or_default();
    let (start, end) = (room.int("date_start"), room.int("date_end").filter(|end| *end > 0));
    let seconds = start.zip(end).and_then(|(start, end)| u64::try_from(end.checked_sub(start)?).ok());
    let missed = room.field("was_missed").truth() == Some(true);
    let accepted = room.field("was_accepted").truth() == Some(true) || room.texts("participant_history").len() > 1;
    Call {
        video: None,
        // That it ended does not say that somebody came.
        outcome: if missed { Some(CallOutcome::Missed) } else { accepted.then_some(CallOutcome::Answered) },
        duration_ms: seconds.and_then(|seconds| seconds.checked_mul(1000)),
        text: if text.is_empty() { "Huddle".to_owned() } else { text },
    }
}

fn marks(message: &Object<'_>, subtype: &str, workspace: &Workspace) -> Marks {
    let mut marks = Marks::default();
    let ts = message.text("ts");
    marks.reply_to = message.text("thread_ts").filter(|thread| Some(thread) != ts.as_ref());
    if let Some(edited) = message.object("edited") {
        marks.edits.push(Edit {
            at: edited.text("ts").as_deref().and_then(when::from_decimal_seconds),
            by: edited.text("user").map(|id| workspace.shown(&id)),
            before: None,
        });
    }
    for reaction in message.objects("reactions") {
        let by: Vec<String> = reaction.texts("users").iter().map(|id| workspace.shown(id)).collect();
        let count = reaction.int("count").and_then(|count| u32::try_from(count).ok());
        marks.reactions.push(Reaction {
            value: format!(":{}:", reaction.text("name").unwrap_or_default()),
            count: count.unwrap_or_else(|| u32::try_from(by.len()).unwrap_or(u32::MAX)),
            by,
        });
    }
    if subtype == "tombstone" {
        marks.deletion = Some(Deletion::default());
    }
    let pinned = message.raw("pinned_to").is_some();
    let rows = [
        ("pinned", pinned.then(|| "yes".to_owned())),
        ("started by", message.object("room").and_then(|room| room.text("created_by")).map(|id| workspace.shown(&id))),
        ("sent by a program", message.text("bot_id").map(|_| "yes".to_owned())),
        ("also sent to the channel", (subtype == "thread_broadcast").then(|| "yes".to_owned())),
        (
            "sent from the workspace",
            message.text("source_team").filter(|team| Some(team) != message.text("team").as_ref()),
        ),
    ];
    marks.facts.extend(rows.into_iter().filter_map(|(name, value)| value.map(|value| Fact::new(name, value))));
    marks
}
