//! The load that every generated matter holds: who chats, how much a day, and a message however it is written.

use crate::words;

/// Messages a conversation has on a day.
pub const A_DAY: usize = 30;
/// Days a conversation goes on for.
pub const DAYS: usize = 100;
/// The account that was collected.
pub const OWN: &str = "wxid_bench_self";

/// A message, however it is written.
pub struct Message {
    /// Seconds since 1970.
    pub time: i64,
    /// Who sent it: a number of [`sender`]; 0 is the account that was collected.
    pub who: usize,
    /// What kind it is in WeFlow's words, and in the app's numbers.
    pub kind: (&'static str, i64),
    /// The text, or the path of a file of the pool.
    pub content: String,
    /// The server's number.
    pub server_id: u64,
}

/// Returns the id of one of those who chat.
pub fn sender(who: usize) -> String {
    if who == 0 { OWN.to_owned() } else { format!("wxid_bench_{who:02}") }
}

/// Returns the names of those who chat, by their numbers.
pub fn names() -> Vec<&'static str> {
    words::NAMES.split_whitespace().collect()
}

/// Returns id and name of a conversation.
pub fn room(number: usize) -> (String, String) {
    (format!("{}@chatroom", 40_000_000_000 + number), format!("项目群 {number}"))
}
