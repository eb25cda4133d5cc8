//! One line of a statement: where its columns stand, and what guards its values from spreadsheet programs.

use duces_model::Payment;

use crate::field::filled;

/// Where the columns stand.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub(super) time: usize,
    /// How many cells a transaction has at least.
    pub(super) least: usize,
    what: usize,
    counterparty: usize,
    goods: Option<usize>,
    direction: usize,
    amount: usize,
    method: Option<usize>,
    state: Option<usize>,
    pub(super) transaction_id: usize,
    merchant_id: Option<usize>,
    memo: Option<usize>,
}

impl Columns {
    /// Returns the columns where a row is the statement's line of headers.
    pub(super) fn of(row: &[String]) -> Option<Self> {
        let at =
            |names: &[&str]| row.iter().position(|cell| names.contains(&plain(cell).trim_start_matches('\u{feff}')));
        let (time, what, counterparty) = (at(&["交易时间"])?, at(&["交易类型"])?, at(&["交易对方"])?);
        let (direction, amount) = (at(&["收/支"])?, at(&["金额(元)", "金额（元）"])?);
        let transaction_id = at(&["交易单号"])?;
        Some(Self {
            time,
            least: [time, what, counterparty, direction, amount, transaction_id].into_iter().max()? + 1,
            what,
            counterparty,
            goods: at(&["商品"]),
            direction,
            amount,
            method: at(&["支付方式"]),
            state: at(&["当前状态"]),
            transaction_id,
            merchant_id: at(&["商户单号"]),
            memo: at(&["备注"]),
        })
    }

    pub(super) fn payment(&self, cells: &[String]) -> Payment {
        // A stroke stands where there is nothing to say.
        let of = |at: usize| cells.get(at).map(|cell| plain(cell)).filter(|cell| *cell != "/").and_then(filled);
        Payment {
            what: of(self.what),
            direction: of(self.direction),
            amount: of(self.amount),
            counterparty: of(self.counterparty),
            goods: self.goods.and_then(of),
            method: self.method.and_then(of),
            state: self.state.and_then(of),
            transaction_id: of(self.transaction_id),
            merchant_id: self.merchant_id.and_then(of),
            memo: self.memo.and_then(of),
        }
    }
}

/// Returns a value without what keeps spreadsheet programs from taking it for a number.
pub(super) fn plain(cell: &str) -> &str {
    cell.trim().trim_matches(['`', '\'', '\t']).trim()
}

/// Returns an amount in hundredths; nothing where it is none.
pub(super) fn cents(amount: &str) -> Option<u64> {
    let text = amount.trim().trim_start_matches(['¥', '￥']).trim_end_matches('元').replace(',', "");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(format!("{part:0<2}").parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards_are_no_part_of_a_value() {
        for cell in ["1000050001", "`1000050001", "1000050001\t", "\t`1000050001`\t", "'1000050001"] {
            assert_eq!(plain(cell), "1000050001", "{cell:?}");
        }
        assert_eq!((cents("¥1,200.5"), cents("8"), cents("1.005"), cents("/")), (Some(120_050), Some(800), None, None));
    }
}
