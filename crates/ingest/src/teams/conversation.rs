//! Which conversation a message belongs to, by the ids of chats and channels.

use duces_model::{App, ConversationKind, SourceConversation};

use super::keys::Keys;
use super::names::Names;

/// How the id of a chat of two ends; both accounts stand before it.
const OF_TWO: &str = "@unq.gbl.spaces";

/// Returns the id of the conversation that a message names, and the team of a channel.
pub(super) fn id_of(message: &Keys<'_>) -> Option<(String, Option<String>)> {
    if let Some(channel) = message.object("channelIdentity")
        && let Some(id) = channel.text("channelId")
    {
        return Some((id, channel.text("teamId")));
    }
    message.text("chatId").map(|id| (id, None))
}

/// Returns the conversation of an id.
pub(super) fn of_id(app: App, id: &str, team: Option<&str>, names: &Names) -> SourceConversation {
    if let Some((a, b)) = sides(id) {
        let title = names.of(a).zip(names.of(b)).map(|(a, b)| format!("{a} / {b}"));
        return SourceConversation::between(app, a, b, title);
    }
    let (team, channel) = (team.and_then(|team| names.of(team)), names.of(id));
    let title = match (team, channel) {
        (Some(team), Some(channel)) => Some(format!("{team} / {channel}")),
        (one, other) => one.or(other).map(str::to_owned),
    };
    SourceConversation { app, kind: ConversationKind::Group, native_id: id.to_owned(), title }
}

/// Returns the accounts of a chat of two, `19:A_B@unq.gbl.spaces`.
fn sides(id: &str) -> Option<(&str, &str)> {
    let (a, b) = id.strip_prefix("19:")?.strip_suffix(OF_TWO)?.split_once('_')?;
    let is_account = |part: &str| part.len() == 36 && part.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    (is_account(a) && is_account(b)).then_some((a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_of_two_is_known_by_both_accounts() {
        let (a, b) = ("aaaaaaaa-0000-0000-0000-000000000001", "bbbbbbbb-0000-0000-0000-000000000002");
        let of = |id: &str| of_id(App::named("teams"), id, None, &Names::default());
        let direct = of(&format!("19:{b}_{a}@unq.gbl.spaces"));
        assert_eq!((direct.kind, direct.native_id), (ConversationKind::Direct, format!("{a}|{b}")));
        for id in ["19:meeting_abc@thread.v2", "19:abc_def@unq.gbl.spaces", "19:x@thread.tacv2", "48:notes"] {
            let other = of(id);
            assert_eq!((other.kind, other.native_id.as_str()), (ConversationKind::Group, id));
        }
    }
}
