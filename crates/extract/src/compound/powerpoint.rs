//! Presentations of PowerPoint 97 to 2003 (PPT): every text in the order of the file, which is not always that of the
//! slides. What earlier versions of a slide said may still stand in it.

use super::{File, from_utf16, stream, u16_at, usize_at};
use crate::limits::Job;
use crate::note::Note;
use crate::written::Written;

const TEXT_WIDE: u16 = 0x0fa0;
const TEXT_NARROW: u16 = 0x0fa8;
const MASTER: u16 = 0x03f8;
const NOTES: u16 = 0x03f0;

/// Returns the text of a presentation.
pub(super) fn text(file: &mut File<'_>, job: &mut Job<'_>) -> Result<Option<String>, Note> {
    if file.is_stream("EncryptedSummary") {
        return Err(Note::Encrypted);
    }
    let bytes = stream(file, "PowerPoint Document", job)?;
    let mut out = Written::new(job.limits.max_text_bytes);
    let mut notes = Written::new(job.limits.max_text_bytes);
    let (mut at, mut notes_end, mut lines) = (0, 0, 0);
    while let (Some(head), Some(kind), Some(length)) =
        (u16_at(&bytes, at), u16_at(&bytes, at + 2), usize_at(&bytes, at + 4))
    {
        let content = at + 8;
        let end = content.saturating_add(length).min(bytes.len());
        let is_container = head & 0x000f == 0x000f;
        if kind == NOTES {
            notes_end = end;
        }
        let text = match kind {
            TEXT_WIDE => bytes.get(content..end).map(from_utf16),
            TEXT_NARROW => bytes.get(content..end).map(|bytes| bytes.iter().map(|byte| char::from(*byte)).collect()),
            _ => None,
        };
        let to = if content < notes_end { &mut notes } else { &mut out };
        for line in text.iter().flat_map(|text| text.split(['\r', '\n', '\u{b}'])) {
            if !line.trim().is_empty() {
                lines += usize::from(content < notes_end);
                to.line(line);
            }
        }
        // The master's texts are prompts that no slide shows.
        at = if is_container && kind != MASTER { content } else { end.max(content) };
    }
    out.section("notes to slides");
    notes.finish().0.lines().for_each(|line| out.line(line));
    if lines > 0 {
        job.say(Note::Hidden { what: "lines of notes to slides", count: lines });
    }
    let (text, cut) = out.finish();
    job.notes.extend(cut);
    Ok(Some(text))
}
