//! Where a reader puts what it finds: records and findings, in the order in which they stand in the source.

use std::collections::{BTreeSet, VecDeque};
use std::sync::LazyLock;

use duces_model::{Finding, FindingCode, Item, Place, SourceRecord};
use memchr::memmem::Finder;

use crate::codes;

/// The items of the record at hand, and what was said once for the whole file.
#[derive(Default)]
pub(crate) struct Sink {
    items: VecDeque<Item>,
    said: BTreeSet<&'static str>,
}

impl Sink {
    pub(crate) fn next(&mut self) -> Option<Item> {
        self.items.pop_front()
    }

    /// Says something about a place.
    pub(crate) fn finding(&mut self, code: &FindingCode, place: &Place, text: impl Into<String>) {
        self.items.push_back(Item::Finding(Finding::new(code, place.clone(), text)));
    }

    /// Says what was found elsewhere.
    pub(crate) fn say(&mut self, finding: Finding) {
        self.items.push_back(Item::Finding(finding));
    }

    /// Says something at the first place where it holds, and no more in this file.
    pub(crate) fn once(&mut self, code: &FindingCode, place: &Place, text: impl Into<String>) {
        if self.said.insert(code.name) {
            self.finding(code, place, text);
        }
    }

    /// Sets a record aside with its bytes.
    pub(crate) fn excepted(&mut self, code: &FindingCode, place: &Place, text: impl Into<String>, raw: &[u8]) {
        let finding = Finding::new(code, place.clone(), text);
        self.items.push_back(Item::Excepted { finding, raw: raw.to_vec() });
    }

    /// Yields a record.
    pub(crate) fn record(&mut self, record: SourceRecord) {
        if record.body_holds_nul() {
            self.finding(&codes::NUL_IN_TEXT, &record.place, codes::NUL_IN_TEXT.summary);
        }
        self.items.push_back(Item::Record(Box::new(record)));
    }

    #[cfg(test)]
    pub(crate) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.items.iter().filter_map(|item| match item {
            Item::Finding(finding) | Item::Excepted { finding, .. } => Some(finding),
            Item::Record(_) => None,
        })
    }
}

trait HoldsNul {
    fn body_holds_nul(&self) -> bool;
}

impl HoldsNul for SourceRecord {
    fn body_holds_nul(&self) -> bool {
        // A NUL can only come from an escape or a bare byte of the raw record, so that most records are not rendered.
        static ESCAPED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"u0000"));
        let possible = memchr::memchr(0, &self.raw).is_some() || ESCAPED.find(&self.raw).is_some();
        possible && self.body.text(&[]).contains('\0')
    }
}
