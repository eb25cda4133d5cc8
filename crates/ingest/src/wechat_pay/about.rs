//! The block before the transactions: whose statement it is, of which time, and what it says to hold.

use std::collections::BTreeMap;

use duces_model::Payment;

use super::line::cents;

/// How many transactions, and how much together in hundredths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    count: u64,
    cents: u64,
}

/// What the statement says of itself, and what was read of it.
#[derive(Debug, Default)]
pub(super) struct About {
    pairs: Vec<(String, String)>,
    declared: BTreeMap<&'static str, Sum>,
    total: Option<u64>,
    read: BTreeMap<&'static str, Sum>,
    read_total: u64,
}

/// What a transaction counts as.
const KINDS: [&str; 3] = ["收入", "支出", "中性交易"];

impl About {
    /// Takes in a row of the block.
    pub(super) fn take(&mut self, cells: &[String]) {
        let text = cells.iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty()).unwrap_or_default();
        let text = text.trim_start_matches('\u{feff}');
        if let Some(count) = text.strip_prefix('共').and_then(|rest| rest.split('笔').next()) {
            self.total = count.trim().parse().ok();
            return;
        }
        for kind in KINDS {
            if let Some(sum) = text.strip_prefix(kind).and_then(|rest| sum_in(rest.trim_start_matches(['：', ':']))) {
                self.declared.insert(kind, sum);
                return;
            }
        }
        // `起始时间：[…] 终止时间：[…]` stands on one line.
        for part in text.split("] ") {
            if let Some((name, value)) = part.split_once(['：', ':'])
                && value.trim_start().starts_with('[')
            {
                let value = value.trim().trim_start_matches('[').trim_end_matches(']');
                self.pairs.push((name.trim().to_owned(), value.to_owned()));
            }
        }
    }

    /// Returns what is said of where the statement comes from.
    pub(super) fn provenance(&self) -> Vec<(&str, Option<String>)> {
        let name = |name: &str| match name {
            "微信昵称" => "account name",
            "起始时间" => "from",
            "终止时间" => "to",
            "导出类型" => "kind of export",
            "导出时间" => "exported",
            _ => "",
        };
        let shown = |(key, value): &'_ (String, String)| (name(key), Some(value.clone()));
        self.pairs.iter().map(shown).filter(|(name, _)| !name.is_empty()).collect()
    }

    /// Returns the name of the account that the statement is of.
    pub(super) fn nickname(&self) -> Option<String> {
        self.pairs.iter().find(|(key, _)| key == "微信昵称").map(|(_, name)| name.clone())
    }

    /// Counts a transaction that was read.
    pub(super) fn count(&mut self, payment: &Payment) {
        self.read_total += 1;
        let kind = KINDS.into_iter().find(|kind| payment.direction.as_deref() == Some(kind)).unwrap_or(KINDS[2]);
        let sum = self.read.entry(kind).or_default();
        sum.count += 1;
        sum.cents = sum.cents.saturating_add(payment.amount.as_deref().and_then(cents).unwrap_or_default());
    }

    /// Says in what the transactions differ from what the block declares; nothing where they agree.
    pub(super) fn difference(&self) -> Option<String> {
        let mut parts = Vec::new();
        if let Some(total) = self.total.filter(|total| *total != self.read_total) {
            parts.push(format!("{total} transactions are declared, {} were read", self.read_total));
        }
        for (kind, declared) in &self.declared {
            let read = self.read.get(kind).copied().unwrap_or_default();
            if read != *declared {
                let shown = |sum: Sum| format!("{} of {}.{:02}", sum.count, sum.cents / 100, sum.cents % 100);
                parts.push(format!("{kind}: {} declared, {} read", shown(*declared), shown(read)));
            }
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// Returns what `137笔 1234.50元` says.
fn sum_in(text: &str) -> Option<Sum> {
    let (count, amount) = text.split_once('笔')?;
    Some(Sum { count: count.trim().parse().ok()?, cents: cents(amount)? })
}
