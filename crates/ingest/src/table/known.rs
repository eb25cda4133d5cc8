//! The tables of Cellebrite and AXIOM, told by their headers.
//!
//! No vendor publishes them; the names are those that public programs for these reports read. They stand here and
//! nowhere else.

use super::layout::{Layout, TimeAt, find};
use crate::moment::{self, DateOrder};

/// Returns the layout where a row is the headers of a sheet of chats that Cellebrite's tools write.
pub(super) fn cellebrite(headers: &[String]) -> Option<Layout> {
    let at = |name: &str| find(headers, name);
    let (talk, number) = (at("Chat #")?, at("Instant Message #")?);
    let timed = |what: &str| Some(TimeAt { time: at(&format!("{what}: Time"))?, date: at(&format!("{what}: Date")) });
    let time = timed("Timestamp")?;
    let facts = [
        "Subject",
        "Label",
        "Priority",
        "Status",
        "Platform",
        "Location",
        "Cc",
        "Bcc",
        "Starred message",
        "Deleted - Chat",
        "Message Carved",
        "Message Manually decoded",
        "Tag Note - Instant Message",
    ];
    Some(Layout {
        delivered: timed("Delivered"),
        read: timed("Read"),
        sender: Some(at("From")?),
        text: Some(at("Body")?),
        number: Some(number),
        talk: Some(talk),
        conversation: at("Name"),
        conversation_id: at("Identifier"),
        participants: at("Participants"),
        app: at("Source"),
        deleted: at("Deleted - Instant Message").into_iter().collect(),
        attachments: (1..).map_while(|n| at(&format!("Attachment #{n}"))).collect(),
        facts: facts.into_iter().filter_map(|name| Some((name.to_owned(), at(name)?))).collect(),
        ..Layout::new(time)
    })
}

/// Returns the layout where a row is the headers of messages that AXIOM exports.
pub(super) fn axiom(headers: &[String]) -> Option<Layout> {
    let first = |names: &[&str]| names.iter().find_map(|name| find(headers, name));
    let timed = |starts: &[&str]| {
        let of = |start: &&str| headers.iter().position(|header| is_time_of(header, start));
        starts.iter().find_map(of)
    };
    let time = timed(&[
        "Message Sent Date/Time",
        "Sent Date/Time",
        "Sent/Received Date/Time",
        "Date/Time",
        "Timestamp Date/Time",
        "Created Date/Time",
    ])?;
    let (offset, order) = stated(&headers[time]);
    let text = first(&["Message", "Message Body", "Body", "Text", "Message Content"])?;
    let sender = first(&["Sender Name", "Sender", "From", "Local User"]);
    let sender_id = first(&["Sender ID", "Sender Account ID"]);
    if sender.is_none() && sender_id.is_none() {
        return None;
    }
    let facts = ["Message Status", "Type", "Message Type", "Recovery Method", "Subject"];
    Some(Layout {
        delivered: timed(&["Message Delivered Date/Time", "Delivered Date/Time"])
            .map(|time| TimeAt { time, date: None }),
        read: timed(&["Message Read Date/Time", "Read Date/Time"]).map(|time| TimeAt { time, date: None }),
        sender,
        sender_id,
        recipient: first(&["Recipient Name", "Recipient", "Recipients", "Recipient(s)", "To"]),
        recipient_id: first(&["Recipient ID", "Recipient Account ID"]),
        text: Some(text),
        id: first(&["Message ID", "Server Message ID"]),
        conversation: first(&["Chat Name", "Group Name", "Chat Title", "Conversation"]),
        conversation_id: first(&["Chat ID", "_ThreadID", "Thread ID", "Conversation ID", "Group ID"]),
        participants: first(&["Participants", "Chat Participants"]),
        app: first(&["Application", "Application Name"]),
        own: first(&["Message Sent/Received", "Direction", "Message Direction"]),
        deleted: first(&["Deleted", "Deleted Source", "Is Deleted"]).into_iter().collect(),
        attachments: ["Attachment", "Attachment Name", "Attachment Path", "Media", "File Name", "Attachments"]
            .iter()
            .find_map(|name| find(headers, name))
            .into_iter()
            .collect(),
        facts: facts.into_iter().filter_map(|name| Some((name.to_owned(), find(headers, name)?))).collect(),
        offset,
        order,
        ..Layout::new(TimeAt { time, date: None })
    })
}

/// `Message Sent Date/Time - UTC+00:00 (dd/MM/yyyy)`: the name, the offset of all times below it, how days are written.
fn is_time_of(header: &str, start: &str) -> bool {
    let rest = header.trim().strip_prefix(start).unwrap_or("no");
    rest.trim_start().starts_with("- UTC") || rest.trim_start().starts_with("- (UTC")
}

fn stated(header: &str) -> (Option<i64>, Option<DateOrder>) {
    let after = header.split_once("UTC").map(|(_, after)| after).unwrap_or_default();
    let (number, rest) = after.split_once(['(', ')']).unwrap_or((after, ""));
    let pattern = rest.trim_start_matches([' ', '(']).to_lowercase();
    let order = match pattern.trim_start_matches('(').chars().next() {
        Some('d') => Some(DateOrder::Dmy),
        Some('m') => Some(DateOrder::Mdy),
        Some('y') => Some(DateOrder::Ymd),
        _ => None,
    };
    (moment::offset(number), order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_states_offset_and_order() {
        let rows = [
            ("Message Sent Date/Time - UTC+00:00 (dd/MM/yyyy)", (Some(0), Some(DateOrder::Dmy))),
            ("Date/Time - UTC-05:00 (M/d/yyyy)", (Some(-18_000), Some(DateOrder::Mdy))),
            ("Date/Time - (UTC) (MM/dd/yyyy)", (Some(0), Some(DateOrder::Mdy))),
            ("Date/Time - UTC+08:00", (Some(28_800), None)),
        ];
        for (header, expected) in rows {
            assert_eq!(stated(header), expected, "{header}");
        }
    }
}
