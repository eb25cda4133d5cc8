//! The records of a batch: held back until its chunks are packed on all cores, then written in order.

use std::collections::HashMap;

use duces_archive::{
    CHUNK_BYTES, CustodianId, ImportId, ImportInfo, NewRecord, PackedChunk, RecordClass, SourceFileId, StoredRecord,
    Writer,
};
use duces_model::{Digest, Finding, MessageId, Place, RecordState, UtcMillis};
use rayon::prelude::*;

use crate::error::Result;

/// A record to be kept.
pub(crate) struct Kept {
    /// Which of the source's files.
    pub(crate) file: usize,
    pub(crate) place: Place,
    pub(crate) raw: Vec<u8>,
    pub(crate) digest: Digest,
    pub(crate) class: RecordClass,
    pub(crate) message: Option<MessageId>,
    pub(crate) state: RecordState,
    pub(crate) sent: Option<UtcMillis>,
    pub(crate) attachments: usize,
    pub(crate) findings: Vec<Finding>,
}

/// The records kept since the last commit.
#[derive(Default)]
pub(crate) struct Records {
    kept: Vec<Kept>,
    by_message: HashMap<MessageId, Vec<usize>>,
}

impl Records {
    pub(crate) fn keep(&mut self, record: Kept) {
        if let Some(message) = record.message {
            self.by_message.entry(message).or_default().push(self.kept.len());
        }
        self.kept.push(record);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Returns the records of a message that are kept and not written yet.
    pub(crate) fn of<'a>(
        &'a self,
        message: MessageId,
        custodian: CustodianId,
        info: &'a ImportInfo,
    ) -> impl Iterator<Item = StoredRecord> + 'a {
        self.by_message.get(&message).into_iter().flatten().map(move |at| {
            let kept = &self.kept[*at];
            StoredRecord {
                custodian,
                file: info.files[kept.file].digest,
                path: kept.place.file.clone(),
                line: kept.place.line,
                number: kept.place.record,
                digest: kept.digest,
            }
        })
    }

    /// Writes the chunks, the records and their findings.
    pub(crate) fn write(&mut self, writer: &mut Writer<'_>, import: ImportId, files: &[SourceFileId]) -> Result<()> {
        let kept = std::mem::take(&mut self.kept);
        self.by_message.clear();
        let spans = spans(&kept);
        let packed: Vec<PackedChunk> = spans
            .par_iter()
            .map(|span| {
                let bytes: Vec<u8> = kept[span.clone()].iter().flat_map(|record| &record.raw).copied().collect();
                PackedChunk::of(&bytes)
            })
            .collect();
        for (span, chunk) in spans.into_iter().zip(&packed) {
            let chunk = writer.add_chunk(chunk)?;
            let mut start = 0;
            for record in &kept[span] {
                let id = writer.add_record(&NewRecord {
                    file: files[record.file],
                    place: &record.place,
                    chunk,
                    start,
                    length: record.raw.len(),
                    digest: record.digest,
                    class: record.class,
                    message: record.message,
                    state: record.state,
                    sent: record.sent,
                    attachments: record.attachments,
                })?;
                start += record.raw.len();
                for finding in &record.findings {
                    writer.add_finding(import, Some(id), finding)?;
                }
            }
        }
        Ok(())
    }
}

/// Cuts records into runs of about a chunk's size.
fn spans(kept: &[Kept]) -> Vec<std::ops::Range<usize>> {
    let (mut spans, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (at, record) in kept.iter().enumerate() {
        bytes += record.raw.len();
        if bytes >= CHUNK_BYTES {
            spans.push(start..at + 1);
            (start, bytes) = (at + 1, 0);
        }
    }
    if start < kept.len() {
        spans.push(start..kept.len());
    }
    spans
}
