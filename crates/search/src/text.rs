//! A transcript's text: one pure function. `TEXT/` is written from it and document-scope search runs on it.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use duces_model::{Attachment, Body, Content, Entry, EntryState, Sender, Transcript, UtcMillis, Zone};

use crate::withheld::{conceal_withheld, has_withheld};

/// Says what beside the messages is in the text, for reports: it bears on how the other side's counts compare.
pub const TEXT_STATEMENT: &str = "The text of a transcript holds its header (title, application, conversation, period \
     and time zone, unit rule, custodians, participants with their number of messages), a line at each new day, and \
     for each message a line with its number, time and sender, then what was said. Searches in document scope run on \
     all of it, so that terms can be found in header and sender lines and proximity can cross from one message to the \
     next. Searches in message scope run on what was said alone. Text within attached files is in neither; it is in the \
     attachments' own text files.";

/// The text of a transcript and the way back from it to the messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranscriptText {
    /// The text, lines ended by `\n`.
    pub text: String,
    /// Where each section begins, in bytes, and the number of the entry it belongs to; 0 for header and day lines.
    pub offsets: Vec<(usize, u32)>,
}

impl TranscriptText {
    /// Returns the section that a byte of the text is in and the number of its entry; `None` for header and day lines.
    pub fn section_at(&self, offset: usize) -> (Range<usize>, Option<u32>) {
        let after = self.offsets.partition_point(|(start, _)| *start <= offset);
        let end = self.offsets.get(after).map_or(self.text.len(), |(start, _)| *start);
        let (start, number) = after.checked_sub(1).and_then(|at| self.offsets.get(at)).copied().unwrap_or((0, 0));
        (start..end, (number != 0).then_some(number))
    }

    /// Returns the number of the entry that a byte of the text belongs to; `None` in header and day lines.
    pub fn entry_at(&self, offset: usize) -> Option<u32> {
        self.section_at(offset).1
    }

    /// Returns the numbers of the entries that a stretch of the text touches, in order.
    pub fn entries_in(&self, range: Range<usize>) -> Vec<u32> {
        let first = self.offsets.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        let sections = self.offsets.get(first..).unwrap_or_default();
        let touched = sections.iter().take_while(|(start, _)| *start < range.end);
        touched.map(|(_, number)| *number).filter(|number| *number != 0).collect()
    }

    /// Returns the stretch of the text that belongs to an entry, sender line included.
    pub fn range_of(&self, number: u32) -> Option<Range<usize>> {
        let place = self.offsets.iter().position(|(_, n)| *n == number)?;
        let end = self.offsets.get(place + 1).map_or(self.text.len(), |(start, _)| *start);
        Some(self.offsets.get(place)?.0..end)
    }
}

/// Returns the text of a transcript. What is withheld is not in it, save the word that stands for it.
///
/// The text depends on messages, conversation, unit and zone alone, not on the children rule or the sources' names, so
/// that a search finds the text that a production writes.
pub fn transcript_text(transcript: &Transcript) -> TranscriptText {
    let mut shown = Cow::Borrowed(transcript);
    if has_withheld(transcript) {
        conceal_withheld(shown.to_mut());
    }
    let mut writer = Writer { out: String::new(), offsets: vec![(0, 0)], zone: &shown.zone };
    writer.header(&shown);
    writer.entries(&shown);
    TranscriptText { text: writer.out, offsets: writer.offsets }
}

struct Writer<'a> {
    out: String,
    offsets: Vec<(usize, u32)>,
    zone: &'a Zone,
}

impl Writer<'_> {
    fn header(&mut self, t: &Transcript) {
        self.line(&one_line(&t.title));
        self.field("Application", &t.app);
        self.field("Conversation", &format!("{} ({})", t.conversation_id, t.kind.label()));
        self.field("Period", &period(t));
        let slice = t.slice.map(|(n, of)| format!(", slice {n} of {of}")).unwrap_or_default();
        self.field("Unit", &format!("{}{slice}", t.rule.label()));
        self.field("Custodians", &t.custodians.join("; "));
        self.line("Participants:");
        for participant in &t.participants {
            let plural = if participant.messages == 1 { "" } else { "s" };
            let who = who(&participant.sender);
            self.line(&format!("{}. {who}, {} message{plural}", participant.number, participant.messages));
        }
        self.field("Messages", &t.entries.len().to_string());
        self.line("");
    }

    fn entries(&mut self, t: &Transcript) {
        let mut day = None;
        let mut offset = t.entries.first().map(|_| self.zone.offset(self.zone.start_of(t.first_day)));
        for entry in &t.entries {
            let today = self.zone.day(entry.sent);
            if day != Some(today) {
                self.offsets.push((self.out.len(), 0));
                self.line(&format!("--- {today} {} ---", today.weekday()));
                self.line("");
                day = Some(today);
            }
            self.offsets.push((self.out.len(), entry.number));
            let now = Some(self.zone.offset(entry.sent));
            let changed = if now == offset { None } else { now.clone() };
            offset = now;
            self.entry(entry, changed.as_deref());
        }
    }

    fn entry(&mut self, entry: &Entry, changed_offset: Option<&str>) {
        let mut head = format!("#{} {}", entry.number, self.zone.format(entry.sent, "%Y-%m-%d %H:%M:%S"));
        if let Some(offset) = changed_offset {
            let _ = write!(head, " {offset}");
        }
        if let Some(sender) = &entry.sender {
            let _ = write!(head, " {}", who(sender));
        }
        if let Some(number) = entry.refers_to {
            let what = if matches!(entry.body, Body::Payment(_)) { "payment of" } else { "refers to" };
            let _ = write!(head, " [{what} #{number}]");
        }
        if entry.recalled {
            head.push_str(" [recalled]");
        }
        if entry.deleted && entry.marks.deletion.is_none() {
            head.push_str(" [deleted]");
        }
        self.line(&head);
        self.body(entry);
        for cited in &entry.attachments {
            match (&cited.state, &cited.attachment.content) {
                (EntryState::Withheld(word), _) => self.line(&format!("[withheld: {}]", one_line(word))),
                (EntryState::Missing, Content::Missing(reason)) => self.line(&format!("[missing: {reason}]")),
                (EntryState::Missing, Content::Stored { .. }) => self.line("[missing]"),
                (EntryState::Child(_) | EntryState::Inline, _) => {}
            }
        }
        for mark in entry.marks.lines(self.zone) {
            self.line(&format!("[{mark}]"));
        }
        self.line("");
    }

    fn body(&mut self, entry: &Entry) {
        let text = if entry.attachments.is_empty() {
            entry.body.text(&[])
        } else {
            let attachments: Vec<Attachment> = entry.attachments.iter().map(|a| a.attachment.clone()).collect();
            entry.body.text(&attachments)
        };
        if !text.is_empty() {
            let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
            self.line(&text);
        }
    }

    fn field(&mut self, label: &str, value: &str) {
        self.line(&format!("{label}: {}", one_line(value)));
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }
}

/// The span as the page prints it, with the offset from UTC and, where clocks change, both: whole days where the rule
/// cuts by days, else from the first message to the last.
fn period(t: &Transcript) -> String {
    let zone = &t.zone;
    let (span, start, last) = t.exact_span().unwrap_or_else(|| {
        let (start, end) = (zone.start_of(t.first_day), zone.start_of(t.last_day.next()));
        let one = t.first_day == t.last_day;
        let days = if one { t.first_day.to_string() } else { format!("{} to {}", t.first_day, t.last_day) };
        (format!("{days}, 00:00-24:00"), start, UtcMillis::new(end.millis() - 1).unwrap_or(end))
    });
    let (from, to) = (zone.offset(start), zone.offset(last));
    let offset = if from == to { from } else { format!("{from} to {to}") };
    format!("{span} {} ({offset})", zone.name())
}

fn who(sender: &Sender) -> String {
    match (&sender.name, &sender.native_id) {
        (Some(name), Some(id)) => one_line(&format!("{name} ({id})")).into_owned(),
        _ => one_line(sender.display()).into_owned(),
    }
}

/// Names come from sources and may hold line ends, which would forge lines of the text.
fn one_line(text: &str) -> Cow<'_, str> {
    let breaks = |c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}';
    if text.contains(breaks) { text.replace(breaks, " ").into() } else { text.into() }
}
