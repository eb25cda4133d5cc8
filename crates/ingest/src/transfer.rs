//! Transfers of which only the sentence that a tool wrote is there.

use duces_model::{Transfer, TransferState};

use crate::draft::without_label;
use crate::field::filled;

/// Returns the transfer that a text tells of: `[转账|发送 ￥200.00](memo)` of chatlog, `[转账] (A 转账给 B) ￥200.00 memo`
/// of WeFlow, or PyWxDump's lines `已收款：￥200.00`, `转账说明：memo`.
pub(crate) fn from_text(text: &str) -> Transfer {
    let (inner, bracketed_memo) = match text.rsplit_once("](") {
        Some((head, memo)) if memo.ends_with(')') => (format!("{head}]"), Some(memo[..memo.len() - 1].to_owned())),
        _ => (text.to_owned(), None),
    };
    let received = inner.starts_with("[转账收款]");
    let shown = without_label(&inner, &["转账", "转账收款"]);
    let (parties, shown) = parties_in(shown);
    let (payer, receiver) = parties.unzip();
    let state = if received { Some(TransferState::Received) } else { state_in(shown) };
    let (amount, memo) = match amount_in(shown) {
        Some((amount, rest)) => (Some(amount.to_owned()), memo_in(rest)),
        None => (None, filled(shown).filter(|shown| !shown.starts_with('['))),
    };
    Transfer { state, amount, memo: bracketed_memo.or(memo), payer, receiver, ..Transfer::default() }
}

/// Returns the two names of `(A 转账给 B) ` and what follows.
fn parties_in(text: &str) -> (Option<(String, String)>, &str) {
    let found = text.strip_prefix('(').and_then(|rest| {
        // Names may hold brackets; the amount begins after the last one before it.
        let end = rest.find(") ￥").or_else(|| rest.find(") ¥")).or_else(|| rest.find(')'))?;
        let (payer, receiver) = rest[..end].split_once(" 转账给 ")?;
        Some(((payer.to_owned(), receiver.to_owned()), rest[end + 1..].trim_start()))
    });
    found.map_or((None, text), |(parties, rest)| (Some(parties), rest))
}

/// Returns the note, which in PyWxDump's lines has a label; the time that follows it stands in the record.
fn memo_in(rest: &str) -> Option<String> {
    match rest.split_once("转账说明：") {
        Some((_, memo)) => filled(memo.split("\n转账时间：").next().unwrap_or_default().trim()),
        None => filled(rest.split("\n转账时间：").next().unwrap_or_default().trim()),
    }
}

fn state_in(text: &str) -> Option<TransferState> {
    let rows: [(&[&str], TransferState); 4] = [
        (&["退还", "已退款", "退回"], TransferState::Refunded),
        (&["过期"], TransferState::Expired),
        (&["接收", "已收款", "已被接收", "收款"], TransferState::Received),
        (&["发送", "发起"], TransferState::Sent),
    ];
    // The state stands before the amount; a memo after it may say anything.
    let (head, _) = text.split_once(['￥', '¥'])?;
    rows.into_iter().find(|(words, _)| words.iter().any(|word| head.contains(word))).map(|(_, state)| state)
}

/// Returns the amount with its sign as written, and what follows.
fn amount_in(text: &str) -> Option<(&str, &str)> {
    let start = text.find(['￥', '¥'])?;
    let tail = &text[start..];
    let sign = tail.chars().next().map_or(0, char::len_utf8);
    let digits = tail[sign..].bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')).count();
    if digits == 0 {
        return None;
    }
    Some((&tail[..sign + digits], &tail[sign + digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_gives_amount_state_and_memo() {
        let rows = [
            ("[转账|发送 ￥200.00](午饭)", Some(TransferState::Sent), Some("￥200.00"), Some("午饭")),
            ("[转账|接收 ￥1,200.00]", Some(TransferState::Received), Some("￥1,200.00"), None),
            ("[转账|退还 ￥8](收款)", Some(TransferState::Refunded), Some("￥8"), Some("收款")),
            ("[转账] ¥88.00 房租", None, Some("¥88.00"), Some("房租")),
            ("[转账]", None, None, None),
            ("￥", None, None, Some("￥")),
            (
                "[转账收款] (甲(乙) 转账给 退还) ￥120.00 AA",
                Some(TransferState::Received),
                Some("￥120.00"),
                Some("AA"),
            ),
            (
                "已收款：￥860.00\n转账说明：Dinner\n转账时间：2024-03-12",
                Some(TransferState::Received),
                Some("￥860.00"),
                Some("Dinner"),
            ),
        ];
        for (text, state, amount, memo) in rows {
            let found = from_text(text);
            assert_eq!((found.state, found.amount.as_deref(), found.memo.as_deref()), (state, amount, memo), "{text}");
        }
        let found = from_text("[转账] (甲(乙) 转账给 丙) ￥1 x");
        assert_eq!((found.payer.as_deref(), found.receiver.as_deref()), (Some("甲(乙)"), Some("丙")));
    }
}
