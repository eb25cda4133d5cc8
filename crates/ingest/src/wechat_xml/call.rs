//! Calls (type 50): the bubble of today's app, and the invitation with its outcome that older ones wrote.

use duces_model::{Body, Call, CallOutcome};

use super::Node;
use crate::notice;

/// Returns the call that an XML tells of.
pub(super) fn read(root: &Node) -> Body {
    match root.find("voipinvitemsg") {
        Some(invitation) => invited(root, invitation),
        None => bubble(root),
    }
}

fn bubble(root: &Node) -> Body {
    let bubble = root.find("VoIPBubbleMsg");
    let text = bubble.and_then(|node| node.text_of("msg")).unwrap_or_else(|| root.all_text());
    let video = has_video(bubble.and_then(|node| node.text_of("room_type"))).or_else(|| notice::is_video_call(&text));
    Body::Call(Call { video, ..notice::call(&text) })
}

/// An invitation has siblings, `voiplocalinfo` among them. What its `wordingtype` means differs from tool to tool, so
/// that the duration alone says that a call was answered.
fn invited(root: &Node, invitation: &Node) -> Body {
    let local = root.find("voiplocalinfo");
    let of = |names: &[&str]| local.and_then(|node| node.text_in(names)).or_else(|| invitation.text_in(names));
    // `diaplay_content` is how some versions spell it.
    let shown = of(&["display_content", "diaplay_content"]);
    let mut call = notice::call(shown.as_deref().unwrap_or_default());
    let seconds = of(&["duration"]).and_then(|seconds| seconds.parse::<u64>().ok()).filter(|seconds| *seconds > 0);
    call.video = has_video(invitation.text_in(&["invitetype", "invite_type"])).or(call.video);
    if let Some(ms) = seconds.and_then(|seconds| seconds.checked_mul(1000)) {
        call.duration_ms = Some(ms);
        call.outcome = Some(CallOutcome::Answered);
    } else if call.outcome.is_none() {
        let wording = of(&["wordingtype", "wording_type"]);
        call.outcome = wording.map(|wording| CallOutcome::Other(format!("wording type {wording}")));
    }
    Body::Call(call)
}

/// In both forms 0 is a video call and 1 a voice call.
fn has_video(kind: Option<String>) -> Option<bool> {
    match kind.as_deref() {
        Some("0") => Some(true),
        Some("1") => Some(false),
        _ => None,
    }
}
