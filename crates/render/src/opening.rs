//! The block that opens a transcript: which conversation, which span, who takes part, what it holds.

use duces_model::{ConversationKind, EntryState, Transcript};

use crate::flow::{Align, Cell, Column};
use crate::page::{Milli, TextStyle};
use crate::sheet::Sheet;
use crate::style::{DETAIL, NOTE, NOTE_BOLD, TITLE};

const LABELS: Milli = 84_000;

impl Sheet<'_> {
    /// Appends the opening of a transcript.
    pub(crate) fn opening(&mut self, transcript: &Transcript) {
        let content = self.paper.content();
        let whole = Column { x: content.x, width: content.width };
        let kind = match transcript.kind {
            ConversationKind::Direct => "direct conversation",
            ConversationKind::Group => "group conversation",
            ConversationKind::Official => "official account",
            ConversationKind::Moments => "posts to contacts",
            ConversationKind::Payments => "payment statement",
        };
        let over = format!("{} · {kind}", transcript.app);
        self.flow.paragraph(&over, Column { width: content.width - 95_000, ..whole }, NOTE_BOLD, Align::Start);
        self.flow.gap(3_000);
        self.flow.paragraph(&transcript.title, whole, TITLE, Align::Start);
        self.flow.gap(5_000);
        self.flow.rule(whole, true);
        self.flow.gap(6_000);
        self.fact("Conversation", &transcript.conversation_id, whole);
        self.fact("Period", &period(transcript), whole);
        self.fact("Unit", &transcript.rule.description(), whole);
        if let Some((slice, slices)) = transcript.slice {
            self.fact("Part", &format!("{slice} of {slices}"), whole);
        }
        self.fact(plural("Custodian", transcript.custodians.len()), &transcript.custodians.join("; "), whole);
        self.fact(plural("Source", transcript.sources.len()), &transcript.sources.join("; "), whole);
        self.fact("Messages", &transcript.entries.len().to_string(), whole);
        self.fact("Attachments", &attachments(transcript), whole);
        self.participants(transcript, whole);
    }

    fn fact(&mut self, label: &str, value: &str, column: Column) {
        if value.is_empty() {
            return;
        }
        self.flow.cells(&[
            Cell { column: Column { x: column.x, width: LABELS - 6_000 }, text: label, style: NOTE },
            Cell { column: column.inset(LABELS, 0), text: value, style: DETAIL },
        ]);
        self.flow.gap(1_500);
    }

    fn participants(&mut self, transcript: &Transcript, whole: Column) {
        if transcript.participants.is_empty() {
            return;
        }
        let x = whole.x + LABELS;
        let wide = whole.width - LABELS;
        let number = Column { x, width: 22_000 };
        let messages = Column { x: x + wide - 50_000, width: 50_000 };
        let names = (wide - 22_000 - 50_000 - 16_000) / 2;
        let name = Column { x: x + 22_000, width: names };
        let id = Column { x: x + 22_000 + names + 8_000, width: names };
        self.flow.gap(3_000);
        let first = self.flow.pieces.len();
        self.flow.cells(&[
            Cell { column: Column { x: whole.x, width: LABELS - 6_000 }, text: "Participants", style: NOTE },
            Cell { column: number, text: "No.", style: NOTE },
            Cell { column: name, text: "Name", style: NOTE },
            Cell { column: id, text: "Account", style: NOTE },
            Cell { column: messages, text: "Messages", style: NOTE },
        ]);
        self.flow.keep_last();
        self.flow.rule(Column { x, width: wide }, true);
        self.flow.gap(2_000);
        for participant in &transcript.participants {
            let bold = TextStyle { bold: true, ..DETAIL };
            let account = participant.sender.native_id.as_deref().unwrap_or("(none in the source)");
            self.flow.cells(&[
                Cell { column: number, text: &participant.number.to_string(), style: DETAIL },
                Cell { column: name, text: participant.sender.name.as_deref().unwrap_or("(no name)"), style: bold },
                Cell { column: id, text: account, style: DETAIL },
                Cell { column: messages, text: &participant.messages.to_string(), style: DETAIL },
            ]);
            self.flow.gap(1_000);
        }
        self.flow.keep_together(first, 160_000);
    }
}

fn plural(word: &'static str, count: usize) -> &'static str {
    match (word, count) {
        ("Custodian", 2..) => "Custodians",
        ("Source", 2..) => "Sources",
        _ => word,
    }
}

/// Returns the span in words, as in `2024-03-05, 00:00-24:00 Asia/Shanghai (UTC+08:00)`; from the first message to the
/// last where the rule does not cut by days.
fn period(transcript: &Transcript) -> String {
    let zone = &transcript.zone;
    let (span, from, until) = transcript.exact_span().unwrap_or_else(|| {
        let (first, last) = (transcript.first_day, transcript.last_day);
        let days = if first == last { format!("{first}, 00:00-24:00") } else { format!("{first} to {last}") };
        (days, zone.start_of(first), zone.start_of(last.next()))
    });
    let (from, until) = (zone.offset(from), zone.offset(until));
    let offset = if from == until { from } else { format!("{from}, later {until}") };
    format!("{span} {} ({offset})", zone.name())
}

/// Returns how many attachments there are and how they stand.
fn attachments(transcript: &Transcript) -> String {
    let (mut children, mut missing, mut withheld, mut inline) = (0_u32, 0_u32, 0_u32, 0_u32);
    for attachment in transcript.entries.iter().flat_map(|entry| &entry.attachments) {
        match attachment.state {
            EntryState::Child(_) => children += 1,
            EntryState::Missing => missing += 1,
            EntryState::Withheld(_) => withheld += 1,
            EntryState::Inline => inline += 1,
        }
    }
    let named = [
        (children, "produced with this document"),
        (inline, "shown in line only"),
        (missing, "not in the archive"),
        (withheld, "withheld"),
    ];
    let parts: Vec<String> =
        named.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}
