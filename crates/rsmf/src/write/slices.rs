//! Cuts a transcript into the pieces that each become one RSMF.

use std::ops::Range;

use duces_model::{Cleared, Content, Entry, EntryState, Transcript, Zone};

use super::RsmfLimits;
use crate::error::RsmfError;

/// A run of a transcript's entries that becomes one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RsmfSlice {
    /// Which entries, from 0.
    pub entries: Range<usize>,
    /// Which slice of the transcript, from 1.
    pub number: usize,
    /// How many slices the transcript has.
    pub of: usize,
}

/// Into how many parts a day is cut, in the order in which it is tried: 24, 12 and 8 hours.
const PARTS: [u32; 3] = [1, 2, 3];

/// Returns the slices of a transcript: 24 hours each, a day with more events than allowed 12 or 8, and what is still
/// too much by number. Fails where a message alone is larger than a file may be.
pub fn rsmf_slices(transcript: &Cleared<Transcript>, limits: &RsmfLimits) -> Result<Vec<RsmfSlice>, RsmfError> {
    let entries = &transcript.entries;
    let mut runs = Vec::new();
    for day in runs_by(entries, 0..entries.len(), |entry| transcript.zone.day(entry.sent)) {
        for part in parts_of(entries, day, &transcript.zone, limits.events.max(1)) {
            cut_by_size(entries, part, limits, &mut runs)?;
        }
    }
    let of = runs.len();
    let slices = (1..).zip(runs).map(|(number, entries)| RsmfSlice { entries, number, of });
    Ok(slices.collect())
}

/// Returns the runs of entries that share a key.
fn runs_by<K: PartialEq>(entries: &[Entry], within: Range<usize>, key: impl Fn(&Entry) -> K) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in within {
        match runs.last_mut() {
            Some(run) if key(&entries[run.start]) == key(&entries[at]) => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

fn parts_of(entries: &[Entry], day: Range<usize>, zone: &Zone, most: usize) -> Vec<Range<usize>> {
    let hour = |entry: &Entry| zone.format(entry.sent, "%H").parse::<u32>().unwrap_or(0);
    let mut runs = vec![day.clone()];
    for parts in PARTS {
        runs = runs_by(entries, day.clone(), |entry| hour(entry) * parts / 24);
        if runs.iter().all(|run| run.len() <= most) {
            return runs;
        }
    }
    let by_number = |run: Range<usize>| {
        let end = run.end;
        run.step_by(most).map(move |start| start..(start + most).min(end))
    };
    runs.into_iter().flat_map(by_number).collect()
}

fn cut_by_size(
    entries: &[Entry],
    run: Range<usize>,
    limits: &RsmfLimits,
    runs: &mut Vec<Range<usize>>,
) -> Result<(), RsmfError> {
    // Base64 takes 78 bytes for 57; manifest and text are held to the rest.
    let budget = limits.bytes / 78 * 55;
    let (mut start, mut size) = (run.start, 0_u64);
    for at in run.clone() {
        let own = size_of(&entries[at]);
        if own > budget {
            return Err(RsmfError::TooLarge { number: entries[at].number, bytes: own, limit: budget });
        }
        if size + own > budget {
            runs.push(start..at);
            (start, size) = (at, 0);
        }
        size += own;
    }
    runs.push(start..run.end);
    Ok(())
}

/// Returns at most how many bytes an entry takes in the ZIP: its files, and its words twice over.
fn size_of(entry: &Entry) -> u64 {
    let files: u64 = entry
        .attachments
        .iter()
        .filter(|cited| matches!(cited.state, EntryState::Child(_) | EntryState::Inline))
        .map(|cited| if let Content::Stored { size, .. } = cited.attachment.content { size + 512 } else { 0 })
        .sum();
    let words = entry.body.text(&[]).len()
        + entry.marks.edits.iter().filter_map(|e| e.before.as_ref()).map(String::len).sum::<usize>();
    files + 2048 + 4 * words as u64
}
