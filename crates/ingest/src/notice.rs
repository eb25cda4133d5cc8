//! What the app's own sentences say, recognised by sure patterns in Chinese and English alone.

use duces_model::{Call, CallOutcome, NoticeKind};

/// Returns what a notice is about; anything that is not surely one of the others is `Other`.
pub(crate) fn kind(text: &str) -> NoticeKind {
    let text = text.trim();
    let Some(rest) = after_subject(text) else { return without_subject(text) };
    if starts(rest, &["修改群名为", "将群名修改为", "changed the group name to", "changed group name to"]) {
        return NoticeKind::Rename;
    }
    if starts(rest, &["拍了拍", "tickled ", "patted ", "nudged "]) {
        return NoticeKind::Pat;
    }
    if starts(rest, &["退出了群聊", "退出群聊", "left the group chat", "left group chat"]) {
        return NoticeKind::Leave;
    }
    if starts(rest, &["将", "把", "removed "]) && ends(text, &["移出了群聊", "移出群聊", "from the group chat"])
    {
        return NoticeKind::Leave;
    }
    if starts(rest, &["被"]) && ends(text, &["移出了群聊", "移出群聊"]) {
        return NoticeKind::Leave;
    }
    let joins = ["加入了群聊", "加入群聊", "进入群聊"];
    if starts(rest, &joins) || (starts(rest, &["邀请", "通过"]) && text.contains("加入")) {
        return NoticeKind::Join;
    }
    if starts(rest, &["joined the group chat", "joined group chat", "joined "]) && text.contains("group chat") {
        return NoticeKind::Join;
    }
    if starts(rest, &["invited "]) && (text.contains("to the group chat") || text.contains("to group chat")) {
        return NoticeKind::Join;
    }
    NoticeKind::Other
}

fn without_subject(text: &str) -> NoticeKind {
    if starts(text, &["群名已修改为", "The group name was changed to"]) {
        return NoticeKind::Rename;
    }
    NoticeKind::Other
}

/// Tells whether a notice says that a message was taken back.
pub(crate) fn is_recall(text: &str) -> bool {
    let text = text.trim();
    after_subject(text).is_some_and(|rest| {
        starts(
            rest,
            &["撤回了一条消息", "撤回一条消息", "已撤回了一条消息", "recalled a message", "has recalled a message"],
        ) || (starts(rest, &["撤回了成员"]) && rest.contains("消息"))
    })
}

/// Returns what follows the one who acts: `你`, `You`, or a name in quotation marks.
fn after_subject(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('你').or_else(|| text.strip_prefix("您")) {
        return Some(rest.trim_start());
    }
    if let Some(rest) = text.strip_prefix("You ").or_else(|| text.strip_prefix("我")) {
        return Some(rest.trim_start());
    }
    for (open, close) in [('"', '"'), ('“', '”'), ('「', '」')] {
        let Some(rest) = text.strip_prefix(open) else { continue };
        // A name may itself hold quotation marks: every end of it is tried until a verb follows.
        return rest
            .match_indices(close)
            .map(|(at, mark)| rest[at + mark.len()..].trim_start())
            .find(|after| starts(after, VERBS))
            .or_else(|| rest.split_once(close).map(|(_, after)| after.trim_start()));
    }
    None
}

/// What may follow a name in a notice.
const VERBS: &[&str] = &[
    "修改群名为",
    "将群名修改为",
    "changed ",
    "拍了拍",
    "tickled ",
    "patted ",
    "nudged ",
    "退出",
    "left ",
    "将",
    "把",
    "被",
    "removed ",
    "加入",
    "进入群聊",
    "邀请",
    "通过",
    "joined ",
    "invited ",
    "撤回",
    "已撤回",
    "recalled ",
    "has recalled ",
];

fn starts(text: &str, patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| text.starts_with(pattern))
}

fn ends(text: &str, patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| text.trim_end_matches(['.', '。', '"', '”']).ends_with(pattern))
}

/// Returns whether a call's text names a video call or a voice call.
pub(crate) fn is_video_call(text: &str) -> Option<bool> {
    let lower = text.to_lowercase();
    let video = text.contains("视频") || lower.contains("video");
    let voice = text.contains("语音") || lower.contains("voice");
    // `语音/视频通话` names both and says neither.
    match (video, voice) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// Returns the call that a text tells of.
pub(crate) fn call(text: &str) -> Call {
    let lower = text.to_lowercase();
    let has = |patterns: &[&str]| patterns.iter().any(|pattern| lower.contains(pattern));
    let duration_ms = call_duration(text);
    let outcome = if duration_ms.is_some() {
        Some(CallOutcome::Answered)
    } else if has(&["已取消", "已在其它设备取消", "cancel"]) {
        Some(CallOutcome::Cancelled)
    } else if has(&["已拒绝", "拒绝", "declined", "rejected"]) {
        Some(CallOutcome::Declined)
    } else if has(&["忙线", "对方忙", "busy"]) {
        Some(CallOutcome::Busy)
    } else if has(&["未应答", "无应答", "未接听", "not answered", "no answer", "missed"]) {
        Some(CallOutcome::Missed)
    } else {
        None
    };
    Call { video: is_video_call(text), outcome, duration_ms, text: text.to_owned() }
}

/// Returns the duration after `通话时长` or `Duration`, as `01:23` or `1:02:03`, or behind the label of a call alone.
fn call_duration(text: &str) -> Option<u64> {
    let labelled = ["通话时长", "聊天时长", "Duration", "duration"].iter().find_map(|label| text.split_once(label));
    let alone = || text.strip_prefix('[').and_then(|rest| rest.split_once("通话] "));
    let after = labelled.or_else(alone)?.1.trim_start_matches([' ', ':', '：']);
    let clock: String = after.chars().take_while(|c| c.is_ascii_digit() || *c == ':').collect();
    let parts: Vec<u64> = clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    let seconds = parts.iter().try_fold(0_u64, |sum, part| sum.checked_mul(60)?.checked_add(*part))?;
    seconds.checked_mul(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_are_told_by_sure_patterns_only() {
        let rows = [
            ("\"林晓\"邀请\"周言\"加入了群聊", NoticeKind::Join),
            ("你邀请周言加入了群聊", NoticeKind::Join),
            ("\"周言\"通过扫描\"林晓\"分享的二维码加入群聊", NoticeKind::Join),
            ("\"Ann\" invited \"Bob\" to the group chat", NoticeKind::Join),
            ("You joined the group chat via QR code", NoticeKind::Join),
            ("\"周言\"退出了群聊", NoticeKind::Leave),
            ("你将\"周言\"移出了群聊", NoticeKind::Leave),
            ("You removed \"Bob\" from the group chat", NoticeKind::Leave),
            ("\"林晓\"修改群名为“加入了群聊”", NoticeKind::Rename),
            ("\"Ann\" changed the group name to \"left the group chat\"", NoticeKind::Rename),
            ("\"林晓\" 拍了拍我", NoticeKind::Pat),
            ("我拍了拍 \"林晓\"", NoticeKind::Pat),
            ("\"Ann\" tickled \"Bob\"", NoticeKind::Pat),
            ("以上是打招呼的内容", NoticeKind::Other),
            ("他说周言加入了群聊", NoticeKind::Other),
            ("\"a\"b\"退出了群聊", NoticeKind::Leave),
            ("", NoticeKind::Other),
        ];
        for (text, expected) in rows {
            assert_eq!(kind(text), expected, "{text}");
        }
        for text in
            ["你撤回了一条消息", "\"林晓\" 撤回了一条消息", "You recalled a message", "\"A\" recalled a message"]
        {
            assert!(is_recall(text), "{text}");
        }
        assert!(!is_recall("他撤回了一条消息"));
    }

    #[test]
    fn calls_are_read_from_their_text() {
        let rows = [
            ("视频通话 通话时长 12:30", Some(true), Some(CallOutcome::Answered), Some(750_000)),
            ("[语音通话] 已取消", Some(false), Some(CallOutcome::Cancelled), None),
            ("语音/视频通话[通话时长 07:42]", None, Some(CallOutcome::Answered), Some(462_000)),
            ("[视频通话] 00:31", Some(true), Some(CallOutcome::Answered), Some(31_000)),
            ("对方已拒绝", None, Some(CallOutcome::Declined), None),
            ("忙线未应答", None, Some(CallOutcome::Busy), None),
            ("Voice call Duration: 1:02:03", Some(false), Some(CallOutcome::Answered), Some(3_723_000)),
            ("通话时长 99999999999999999999:00", None, None, None),
        ];
        for (text, video, outcome, duration) in rows {
            let found = call(text);
            assert_eq!((found.video, found.outcome, found.duration_ms), (video, outcome, duration), "{text}");
        }
    }
}
