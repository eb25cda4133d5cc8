//! Transfers of which only the sentence that a tool wrote is there.

use duces_model::{Transfer, TransferState};

use crate::draft::without_label;
use crate::field::filled;

/// Returns the transfer that a text such as `[转账] ￥200.00 memo` or `[转账|发送 ￥200.00](memo)` tells of.
pub(crate) fn from_text(text: &str) -> Transfer {
    let (inner, bracketed_memo) = match text.rsplit_once("](") {
        Some((head, memo)) if memo.ends_with(')') => (format!("{head}]"), Some(memo[..memo.len() - 1].to_owned())),
        _ => (text.to_owned(), None),
    };
    let shown = without_label(&inner, &["转账", "转账收款"]);
    let state = state_in(shown);
    let Some((amount, rest)) = amount_in(shown) else {
        let memo = bracketed_memo.or_else(|| filled(shown).filter(|shown| !shown.starts_with('[')));
        return Transfer { state, memo, ..Transfer::default() };
    };
    let memo = bracketed_memo.or_else(|| filled(rest.trim()));
    Transfer { state, amount: Some(amount.to_owned()), memo, ..Transfer::default() }
}

fn state_in(text: &str) -> Option<TransferState> {
    let rows: [(&[&str], TransferState); 4] = [
        (&["退还", "已退款", "退回"], TransferState::Refunded),
        (&["过期"], TransferState::Expired),
        (&["接收", "已收款", "已被接收", "收款"], TransferState::Received),
        (&["发送", "发起"], TransferState::Sent),
    ];
    // The state stands before the amount; a memo after it may say anything.
    let head = text.split(['￥', '¥']).next().unwrap_or_default();
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
        ];
        for (text, state, amount, memo) in rows {
            let found = from_text(text);
            assert_eq!((found.state, found.amount.as_deref(), found.memo.as_deref()), (state, amount, memo), "{text}");
        }
    }
}
