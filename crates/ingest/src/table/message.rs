//! One row as a message: who sent it, what it says, what happened to it.

use duces_model::{Body, Deletion, Fact, Notice, Place, Receipt, ReceiptKind, RecordState, Sender};

use super::layout::{Layout, TimeAt};
use super::party::Party;
use super::talk::{Ends, Talks};
use crate::composed::{self, SentFile};
use crate::draft::{Draft, Told};
use crate::field::filled;
use crate::grid::Row;
use crate::media::Hint;
use crate::moment::{self, Clock, Moment};
use crate::sink::Sink;
use crate::source::Source;
use crate::{codes, notice, wechat_xml};

/// A row and its time.
pub(super) struct Written<'a> {
    pub(super) row: &'a Row,
    pub(super) sent_raw: String,
    pub(super) moment: Moment,
    pub(super) clock: &'a Clock,
}

/// Returns whether a row has anything that a message has.
pub(super) fn says_something(layout: &Layout, cells: &[String]) -> bool {
    let columns = [Some(layout.time.time), layout.text, layout.sender, layout.sender_id];
    let mut columns = columns.into_iter().flatten().chain(layout.attachments.iter().copied());
    columns.any(|at| cells.get(at).is_some_and(|cell| !cell.trim().is_empty()))
}

pub(super) fn record(
    written: &Written<'_>,
    layout: &Layout,
    talks: &mut Talks,
    source: &Source,
    place: &Place,
    sink: &mut Sink,
) {
    let cells = &written.row.cells;
    let of = |at: Option<usize>| at.and_then(|at| cells.get(at)).and_then(|cell| filled(cell.trim()));
    let party = |cell: Option<usize>, id: Option<usize>| {
        let mut party = of(cell).and_then(|cell| Party::of(&cell)).unwrap_or_default();
        party.id = of(id).or(party.id);
        (party != Party::default()).then_some(party)
    };
    // A table that people kept has names where it says so, whatever they look like.
    let plain = |cell, id| {
        let (name, id) = (of(cell), of(id));
        (name.is_some() || id.is_some()).then(|| Party { id, name, ..Party::default() })
    };
    let mapped = talks.mapping().is_some_and(|mapping| mapping.said().columns.is_some());
    let sender = if mapped { plain(layout.sender, layout.sender_id) } else { party(layout.sender, layout.sender_id) };
    let recipients: Vec<Party> = match (layout.recipient, layout.recipient_id) {
        (None, None) => Vec::new(),
        (Some(_), None) => of(layout.recipient).map(|cell| Party::all(&cell)).unwrap_or_default(),
        (cell, id) => party(cell, id).into_iter().collect(),
    };
    let own = own(layout, talks, sender.as_ref(), of(layout.own));
    let system = sender.as_ref().is_some_and(|sender| sender.system);
    let mut draft = draft(written, layout, talks, system, place, sink);
    mark(&mut draft, written, layout, talks);
    let native_id = of(layout.id).filter(|_| layout.id.is_none_or(|at| !written.row.is_rounded(at)));
    if let Some(at) = layout.id.filter(|at| written.row.is_rounded(*at)) {
        let text = format!("the id `{}` is a rounded number; it is not used", cells[at].trim());
        sink.finding(&codes::ROUNDED_NUMBER, place, text);
    }
    if layout.id.is_none() {
        sink.once(&codes::NO_MESSAGE_IDS, place, codes::NO_MESSAGE_IDS.summary);
    }
    let by_app = matches!(draft.body, Body::Notice(_) | Body::Recall(_));
    if !by_app && sender.is_none() {
        sink.finding(&codes::SENDER_UNKNOWN, place, "the row names no sender");
    }
    let ends = Ends { sender: sender.as_ref().filter(|sender| !sender.system), recipients: &recipients };
    let conversation = talks.conversation(&ends, place, sink);
    let account = || source.options.account.clone().filter(|_| own == Some(true));
    let sender = sender.filter(|_| !by_app).and_then(|sender| sender.sender());
    let told = Told {
        conversation,
        sender: sender.map(|sender| Sender { native_id: sender.native_id.or_else(account), ..sender }),
        sent_by_collector: if by_app { None } else { own },
        sent: written.moment.at,
        sent_raw: written.sent_raw.clone(),
        native_id,
        sequence: of(layout.number).and_then(|number| number.parse().ok()),
    };
    draft.into_record(told, &written.row.raw, source, place, sink);
}

/// Returns whether the account that was collected sent a message: as the row says it, or by whom the tool marks.
fn own(layout: &Layout, talks: &Talks, sender: Option<&Party>, value: Option<String>) -> Option<bool> {
    if let Some(mapping) = talks.mapping().map(|mapping| mapping.said()).filter(|said| said.columns.is_some()) {
        let named = |text: &str| mapping.own.iter().any(|own| own == text);
        return match (layout.own, value) {
            (Some(_), Some(value)) => Some(named(&value)),
            (Some(_), None) => None,
            (None, _) if mapping.own.is_empty() => None,
            (None, _) => sender
                .map(|sender| sender.name.as_deref().is_some_and(named) || sender.id.as_deref().is_some_and(named)),
        };
    }
    if let Some(value) = value {
        return match value.to_lowercase().as_str() {
            "sent" | "outgoing" | "out" => Some(true),
            "received" | "incoming" | "in" => Some(false),
            _ => None,
        };
    }
    let sender = sender?;
    if sender.owner {
        return Some(true);
    }
    let owner = talks.at_hand().owner()?;
    Some(owner.key().is_some() && owner.key() == sender.key())
}

fn draft(written: &Written<'_>, layout: &Layout, talks: &Talks, system: bool, place: &Place, sink: &mut Sink) -> Draft {
    let cells = &written.row.cells;
    let text = layout.text.and_then(|at| cells.get(at)).cloned().unwrap_or_default();
    if system {
        return Draft::plain(match notice::is_recall(&text) {
            true => wechat_xml::recall_of(&text),
            false => Body::Notice(Notice { kind: notice::kind(&text), text }),
        });
    }
    let files: Vec<SentFile> = layout
        .attachments
        .iter()
        .filter_map(|at| filled(cells.get(*at)?.trim()))
        .flat_map(|cell| cell.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|path| !path.trim().is_empty())
        .map(|path| {
            let name = path.trim().rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
            SentFile::named(name, Hint { path: Some(path.trim().to_owned()), ..Hint::default() })
        })
        .collect();
    if talks.app() == duces_model::App::wechat() && files.is_empty() && wechat_xml::looks_like_xml(&text) {
        return Draft::from_xml(49, &text, place, sink);
    }
    composed::draft(text, files)
}

fn mark(draft: &mut Draft, written: &Written<'_>, layout: &Layout, talks: &Talks) {
    let cells = &written.row.cells;
    let of = |at: usize| cells.get(at).and_then(|cell| filled(cell.trim()));
    let said = talks.mapping().map(|mapping| mapping.said());
    let is_deleted = |value: String| match said.map(|said| said.deleted.as_slice()) {
        Some(words @ [_, ..]) => words.contains(&value),
        _ => !matches!(value.to_lowercase().as_str(), "no" | "false" | "0" | "intact" | "unknown" | "否"),
    };
    if layout.deleted.iter().filter_map(|at| of(*at)).any(is_deleted) {
        // The table shows what it says, so that whoever made it has recovered it.
        draft.marks.deletion = Some(Deletion { recovered: true, ..Deletion::default() });
        draft.state = Some(RecordState::Deleted);
    }
    let at = |time: &TimeAt| moment::of(&time.text(cells), written.clock).ok().map(|moment| moment.at);
    let mut receipt = |time: &Option<TimeAt>, kind| {
        let at = time.as_ref().and_then(at);
        draft.marks.receipts.extend(at.map(|at| Receipt { kind, by: None, at: Some(at) }));
    };
    receipt(&layout.delivered, ReceiptKind::Delivered);
    receipt(&layout.read, ReceiptKind::Read);
    draft.marks.reply_to = layout.reply_to.and_then(of);
    let facts = layout.facts.iter().filter_map(|(name, at)| Some(Fact::new(name.clone(), of(*at)?)));
    draft.marks.facts.extend(facts);
}
