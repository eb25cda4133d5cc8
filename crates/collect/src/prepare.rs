//! Reading ahead: records become ready-made rows on all cores, in bounded batches that keep the source's order.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use duces_archive::{ArchiveError, BlobStore, IdentityKey, Prepared};
use duces_model::{Attachment, Conversation, Digest, Finding, Item, SourceRecord};
use rayon::prelude::*;

use crate::attach::{self, Folder};
use crate::codes;
use crate::error::Result;
use crate::identity::{Conversations, Likeness, server_key};
use crate::source::Survey;

/// How many records make a batch, which is one transaction.
pub(crate) const BATCH_RECORDS: usize = 10_000;
/// How many bytes of raw records make a batch where they are large.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// A record with everything that can be worked out from it alone.
pub(crate) struct Draft {
    pub(crate) record: Box<SourceRecord>,
    pub(crate) conversation: Arc<Conversation>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) prepared: Prepared,
    pub(crate) digest: Digest,
    pub(crate) server_key: Option<IdentityKey>,
    pub(crate) likeness: Likeness,
    pub(crate) findings: Vec<Finding>,
}

/// One item of a source, prepared.
pub(crate) enum Ready {
    Record(Box<Draft>),
    Excepted {
        finding: Finding,
        raw: Vec<u8>,
        digest: Digest,
    },
    Finding(Finding),
    /// The file cannot be opened, and why.
    Failed(String),
}

/// Some items of one file.
pub(crate) struct Batch {
    /// Which of the source's files.
    pub(crate) file: usize,
    pub(crate) items: Vec<Ready>,
}

/// Reads all files of a source and sends batch after batch, until the end or until nobody listens any more.
pub(crate) fn read_ahead(
    survey: &Survey,
    blobs: &BlobStore,
    mut conversations: Conversations,
    batches: &SyncSender<Result<Batch>>,
) {
    for file in 0..survey.inputs.len() {
        let outcome = read_file(survey, file, blobs, &mut conversations, batches);
        match outcome {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                // Nobody listens where the import has ended already, and then it has its own error.
                let _ = batches.send(Err(error));
                return;
            }
        }
    }
}

fn read_file(
    survey: &Survey,
    file: usize,
    blobs: &BlobStore,
    conversations: &mut Conversations,
    batches: &SyncSender<Result<Batch>>,
) -> Result<bool> {
    let mut items = match survey.open(file) {
        Ok(items) => items,
        // A file that cannot be opened is named, and the others are read all the same.
        Err(error) if survey.goes_on_after(&error) => {
            return Ok(batches.send(Ok(Batch { file, items: vec![Ready::Failed(survey.said(file, &error))] })).is_ok());
        }
        Err(error) => return Err(error.into()),
    };
    let folder = &survey.folder_of(file);
    loop {
        let mut pending = Vec::new();
        let (mut records, mut bytes) = (0, 0);
        while records < BATCH_RECORDS && bytes < BATCH_BYTES {
            let Some(item) = items.next() else { break };
            records += usize::from(!matches!(item, Item::Finding(_)));
            bytes += size_of(&item);
            pending.push(with_conversation(item, conversations, survey));
        }
        if pending.is_empty() {
            return Ok(true);
        }
        let items = pending.into_par_iter().map(|pending| prepare(pending, folder, blobs)).collect::<Result<_, _>>()?;
        // The rows that name these attachments are committed after this, and while it runs the batch before is written.
        blobs.sync()?;
        if batches.send(Ok(Batch { file, items })).is_err() {
            return Ok(false);
        }
    }
}

fn size_of(item: &Item) -> usize {
    match item {
        // A record also lies parsed beside its bytes.
        Item::Record(record) => record.raw.len(),
        Item::Excepted { raw, .. } => raw.len(),
        Item::Finding(finding) => finding.text.len(),
    }
}

struct Pending {
    item: Item,
    conversation: Option<Arc<Conversation>>,
    finding: Option<Finding>,
}

fn with_conversation(mut item: Item, conversations: &mut Conversations, survey: &Survey) -> Pending {
    let Item::Record(record) = &mut item else { return Pending { item, conversation: None, finding: None } };
    conversations.complete_sender(record);
    let finding = account_differs(record, survey.accounts.of(&record.conversation.app));
    let conversation = Some(conversations.of(&record.conversation));
    Pending { item, conversation, finding }
}

/// Says where a record was sent from the collected device by an account that is not the one named.
fn account_differs(record: &SourceRecord, account: Option<&str>) -> Option<Finding> {
    let id = record.sender.as_ref()?.native_id.as_deref()?;
    if record.sent_by_collector != Some(true) || account.is_none_or(|account| account == id) {
        return None;
    }
    let text = format!("sent by `{id}` from the collected device, while the import names `{}`", account.unwrap_or(""));
    Some(Finding::new(&codes::ACCOUNT_DIFFERS, record.place.clone(), text))
}

fn prepare(pending: Pending, folder: &Folder, blobs: &BlobStore) -> Result<Ready, ArchiveError> {
    match (pending.item, pending.conversation) {
        (Item::Record(record), Some(conversation)) => {
            draft(record, conversation, pending.finding, folder, blobs).map(|draft| Ready::Record(Box::new(draft)))
        }
        (Item::Excepted { finding, raw }, _) => {
            let digest = Digest::of(&raw);
            Ok(Ready::Excepted { finding, raw, digest })
        }
        (Item::Finding(finding), _) => Ok(Ready::Finding(finding)),
        (Item::Record(_), None) => unreachable!("each record is given its conversation before it comes here"),
    }
}

fn draft(
    record: Box<SourceRecord>,
    conversation: Arc<Conversation>,
    finding: Option<Finding>,
    folder: &Folder,
    blobs: &BlobStore,
) -> Result<Draft, ArchiveError> {
    let mut findings: Vec<Finding> = finding.into_iter().collect();
    let mut attachments = Vec::with_capacity(record.attachments.len());
    for attachment in &record.attachments {
        attachments.push(attach::collect(blobs, folder, attachment, &record.place, &mut findings)?);
    }
    Ok(Draft {
        prepared: Prepared::of(record.sender.as_ref(), &record.body, &attachments, &record.marks),
        digest: Digest::of(&record.raw),
        server_key: record.native_id.as_deref().map(|id| server_key(&conversation.key, id)),
        likeness: Likeness::of(&conversation.key, &record),
        conversation,
        attachments,
        record,
        findings,
    })
}
