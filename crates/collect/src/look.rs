//! Looking through a source before it is read: whose account it is, which files messages refer to, and how much of it
//! must not be collected. Nothing is kept but counts and ids.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use duces_archive::Hold;
use duces_ingest::IngestError;
use duces_model::{App, ConversationKind, Item, SourceConversation, SourceRecord};

use crate::exclude::ExcludeList;
use crate::identity::other_side;
use crate::roots::{Input, Root};

/// Returns those of the contested files that a record of another input names as its attachment.
pub(crate) fn referenced(root: &Root, inputs: &[Input], contested: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for input in inputs {
        let own: BTreeSet<&Path> =
            input.file.members.iter().filter_map(|member| member.strip_prefix(&root.path).ok()).collect();
        // A file that cannot be opened is named when it is its turn to be read.
        let Ok(items) = root.open(input) else { continue };
        for item in items {
            let Item::Record(record) = item else { continue };
            for candidate in record.attachments.iter().flat_map(|attachment| &attachment.candidates) {
                if contested.contains(candidate) && !own.contains(candidate.as_path()) {
                    found.insert(candidate.clone());
                }
            }
        }
    }
    found
}

/// What a source says of the accounts that were collected.
#[derive(Debug, Default)]
pub(crate) struct AccountsSeen {
    pub(crate) accounts: BTreeMap<App, String>,
    /// The accounts that records say they were sent from, on the collected device.
    pub(crate) sent_from_device: BTreeSet<String>,
    /// The app of each input, as its first record has it.
    pub(crate) apps: Vec<Option<App>>,
    /// Whether there are 1:1 conversations of which it would matter.
    pub(crate) direct: bool,
}

/// Reads each input until it has said whose account it is: a record that was sent from the collected device, or of a
/// 1:1 by one who is not the other side.
pub(crate) fn accounts(roots: &[Root], inputs: &[Input]) -> Result<AccountsSeen, IngestError> {
    let mut seen = AccountsSeen::default();
    for input in inputs {
        let mut app = None;
        let items = match roots[input.root].open(input) {
            Ok(items) => Some(items),
            Err(error) if error.asks_the_caller() => return Err(error),
            // It is named when it is its turn to be read.
            Err(_) => None,
        };
        for item in items.into_iter().flatten() {
            let Item::Record(record) = item else { continue };
            app.get_or_insert_with(|| record.conversation.app.clone());
            seen.direct |= record.conversation.kind == ConversationKind::Direct;
            if seen.accounts.contains_key(&record.conversation.app) {
                break;
            }
            if let Some(account) = own_account(&record) {
                if record.sent_by_collector == Some(true) {
                    seen.sent_from_device.insert(account.clone());
                }
                seen.accounts.insert(record.conversation.app.clone(), account);
                break;
            }
        }
        seen.apps.push(app);
    }
    Ok(seen)
}

fn own_account(record: &SourceRecord) -> Option<String> {
    let id = record.sender.as_ref()?.native_id.as_ref()?;
    let own = match record.sent_by_collector {
        Some(own) => own,
        // Who is not the other side of a 1:1 is the collected one, where the conversation's id is an account.
        None => {
            record.conversation.kind == ConversationKind::Direct
                && other_side(&record.conversation).is_some_and(|other| other != *id)
        }
    };
    own.then(|| id.clone())
}

/// A conversation that must not be collected.
#[derive(Debug)]
pub(crate) struct ExcludedConversation {
    pub(crate) source: Arc<SourceConversation>,
    /// Which entry of the list names it.
    pub(crate) entry: usize,
    /// How many of its records were sent in the time that each of the legal holds asked about names.
    pub(crate) in_time: Vec<u64>,
}

/// What of a source must not be collected.
#[derive(Debug, Default)]
pub(crate) struct Excluded {
    pub(crate) conversations: Vec<ExcludedConversation>,
    /// How many records each entry of the list names.
    pub(crate) records: Vec<u64>,
    /// For each input: how many records are to be collected, and how many are not.
    pub(crate) inputs: Vec<Share>,
    /// Messages that an account of the list sent in conversations that are collected.
    pub(crate) sent_elsewhere: Vec<u64>,
}

impl Excluded {
    /// Returns how many records cannot be read in inputs that hold something to be left out.
    pub(crate) fn unreadable(&self) -> u64 {
        self.inputs.iter().filter(|share| share.excluded > 0).map(|share| share.unreadable).sum()
    }

    /// Returns how many records are left out.
    pub(crate) fn total(&self) -> u64 {
        self.records.iter().sum::<u64>() + self.unreadable()
    }
}

/// How an input divides.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Share {
    pub(crate) collected: u64,
    pub(crate) excluded: u64,
    /// Records that cannot be read, so that nobody can tell whose they are.
    pub(crate) unreadable: u64,
}

/// Reads everything and finds out what of it the list names, and how much of that falls into the time of each hold.
pub(crate) fn excluded(
    roots: &[Root],
    inputs: &[Input],
    list: &ExcludeList,
    holds: &[Hold],
) -> Result<Excluded, IngestError> {
    let mut talks = Talks { holds, ..Talks::default() };
    let mut counts: Vec<BTreeMap<usize, u64>> = Vec::new();
    let mut shares = Vec::new();
    for input in inputs {
        let (mut count, mut share) = (BTreeMap::new(), Share::default());
        match roots[input.root].open(input) {
            Ok(items) => {
                for item in items {
                    match item {
                        Item::Record(record) => *count.entry(talks.of(&record, list)).or_default() += 1,
                        Item::Excepted { .. } => share.unreadable += 1,
                        Item::Finding(_) => {}
                    }
                }
            }
            Err(error) if error.asks_the_caller() => return Err(error),
            Err(_) => {}
        }
        counts.push(count);
        shares.push(share);
    }
    let entries: Vec<Option<usize>> = talks
        .list
        .iter()
        .map(|talk| list.entry_of(&talk.source, &talk.senders.keys().copied().collect::<Vec<_>>()))
        .collect();
    let n = list.entries().len();
    let mut excluded =
        Excluded { records: vec![0; n], sent_elsewhere: vec![0; n], inputs: shares, ..Excluded::default() };
    for (share, count) in excluded.inputs.iter_mut().zip(&counts) {
        for (talk, records) in count {
            match entries[*talk] {
                Some(entry) => {
                    excluded.records[entry] += records;
                    share.excluded += records;
                }
                None => share.collected += records,
            }
        }
    }
    for (talk, entry) in talks.list.into_iter().zip(entries) {
        match entry {
            Some(entry) => {
                let (source, in_time) = (talk.source, talk.in_time);
                excluded.conversations.push(ExcludedConversation { source, entry, in_time });
            }
            None => {
                for (entry, sent) in talk.senders {
                    excluded.sent_elsewhere[entry] += sent;
                }
            }
        }
    }
    Ok(excluded)
}

/// The conversations met, numbered.
#[derive(Default)]
struct Talks<'a> {
    holds: &'a [Hold],
    known: HashMap<(App, ConversationKind, String), usize>,
    last: Option<(Arc<SourceConversation>, usize)>,
    list: Vec<Talk>,
}

struct Talk {
    source: Arc<SourceConversation>,
    /// How many messages the account of each entry of the list sent here.
    senders: BTreeMap<usize, u64>,
    /// How many of its records fall into the time of each hold.
    in_time: Vec<u64>,
}

impl Talks<'_> {
    fn of(&mut self, record: &SourceRecord, list: &ExcludeList) -> usize {
        let source = &record.conversation;
        let at = match &self.last {
            Some((last, at)) if Arc::ptr_eq(last, source) => *at,
            _ => {
                let next = self.list.len();
                let key = (source.app.clone(), source.kind, source.native_id.clone());
                let at = *self.known.entry(key).or_insert(next);
                if at == next {
                    let in_time = vec![0; self.holds.len()];
                    self.list.push(Talk { source: Arc::clone(source), senders: BTreeMap::new(), in_time });
                }
                self.last = Some((Arc::clone(source), at));
                at
            }
        };
        for (hold, count) in self.holds.iter().zip(&mut self.list[at].in_time) {
            *count += u64::from(hold.scope.names_time(record.sent));
        }
        if let Some(id) = record.sender.as_ref().and_then(|sender| sender.native_id.as_deref()) {
            for entry in list.entries_of_participant(id) {
                *self.list[at].senders.entry(entry).or_default() += 1;
            }
        }
        at
    }
}
