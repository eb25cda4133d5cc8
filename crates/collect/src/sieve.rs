//! Lets through what of an input is to be collected, where some of it is not: neither records that the exclude list
//! names nor anything said of them, and of records that nobody can read no bytes, since nobody can tell whose they are.

use std::collections::HashSet;
use std::sync::Arc;

use duces_ingest::Items;
use duces_model::{App, ConversationKind, Finding, Item, Place, SourceConversation};

use crate::codes;
use crate::look::Excluded;
use crate::roots::Root;

/// Which conversations are not to be collected.
#[derive(Debug, Default)]
pub(crate) struct Hidden {
    known: HashSet<(App, ConversationKind, String)>,
    last: Option<(Arc<SourceConversation>, bool)>,
}

impl Hidden {
    pub(crate) fn of(excluded: &Excluded) -> Self {
        let key = |source: &SourceConversation| (source.app.clone(), source.kind, source.native_id.clone());
        Self { known: excluded.conversations.iter().map(|talk| key(&talk.source)).collect(), last: None }
    }

    fn holds(&mut self, source: &Arc<SourceConversation>) -> bool {
        if let Some((last, held)) = &self.last
            && Arc::ptr_eq(last, source)
        {
            return *held;
        }
        let held = self.known.contains(&(source.app.clone(), source.kind, source.native_id.clone()));
        self.last = Some((Arc::clone(source), held));
        held
    }
}

/// The items of an input that is partly excluded.
pub(crate) struct Sieve<'a> {
    items: Items,
    root: &'a Root,
    hidden: Hidden,
    /// What was said before the record that it may be about.
    waiting: Vec<Finding>,
    ready: std::collections::VecDeque<Item>,
}

impl<'a> Sieve<'a> {
    pub(crate) fn new(items: Items, root: &'a Root, excluded: &Excluded) -> Self {
        Self {
            items,
            root,
            hidden: Hidden::of(excluded),
            waiting: Vec::new(),
            ready: std::collections::VecDeque::new(),
        }
    }

    fn take(&mut self, item: Item) {
        match item {
            Item::Finding(finding) if of_whole_file(&finding.place) => {
                self.ready.push_back(Item::Finding(in_general(finding)));
            }
            Item::Finding(finding) => self.waiting.push(finding),
            Item::Record(record) if self.hidden.holds(&record.conversation) => {
                self.waiting.clear();
                record.attachments.iter().for_each(|attachment| self.root.folder.note_excluded(attachment));
            }
            Item::Record(record) => {
                let about = |finding: &Finding| finding.place == record.place;
                self.ready.extend(self.waiting.drain(..).filter(about).map(Item::Finding));
                self.ready.push_back(Item::Record(record));
            }
            Item::Excepted { finding, .. } => {
                self.waiting.clear();
                let text = "a record cannot be read, and its file also holds what must not be collected; its bytes were \
                            not kept, since nobody can tell whose it is";
                self.ready.push_back(Item::Finding(Finding::new(&codes::EXCLUDED_UNREADABLE, finding.place, text)));
            }
        }
    }
}

impl Iterator for Sieve<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            let item = self.items.next()?;
            self.take(item);
        }
    }
}

fn of_whole_file(place: &Place) -> bool {
    place.line.is_none() && place.record.is_none()
}

/// What is said of a whole file may name a conversation in it; the kind of the finding says enough.
fn in_general(finding: Finding) -> Finding {
    let code = duces_ingest::CODES.iter().find(|code| code.name == finding.code);
    Finding { text: code.map_or_else(String::new, |code| code.summary.to_owned()), ..finding }
}
