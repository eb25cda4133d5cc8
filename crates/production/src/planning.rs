//! Resolves a request into a plan: selects, clears, counts pages, numbers. Nothing is claimed or written here.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use duces_archive::{AsOf, Matter, Reader};
use duces_model::{
    AttachmentRole, BatesNumber, BatesRange, Body, Cleared, Digest, EntryState, Finding, Message, Place, Transcript,
    Unit, counted, zone_data_version,
};
use duces_search::SelectedUnit;

use crate::account::{ExceptionLine, WithheldLine};
use crate::batches;
use crate::choosing;
use crate::clear::Clearance;
use crate::codes;
use crate::context::{self, Context};
use crate::decoding::{self, Decoding};
use crate::documents::{self, Sized};
use crate::event::{Event, Events, Stage};
use crate::plan::{Child, Decoded, Family, Header, Member, Plan};
use crate::slips::attachment_name;
use crate::sum::{Classes, Sum};
use crate::{ErrorKind, ProductionError, Profile, Request};

type Result<T> = std::result::Result<T, ProductionError>;

/// How many messages are laid out at a time.
const BATCH_MESSAGES: usize = 2_000;

/// Many a source keeps whole seconds, rounded up or down.
const VOICE_TOLERANCE_MS: u64 = 1_000;

/// A plan, and what the producing side is told about it.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The sum, produced items counted as planned.
    pub sum: Sum,
    /// What is withheld.
    pub withheld: Vec<WithheldLine>,
    /// What is excepted.
    pub exceptions: Vec<ExceptionLine>,
    /// What was found on the way, the pre-flight checks' findings among them.
    pub findings: Vec<Finding>,
}

/// Resolves a request against the matter as it stands, or as of an earlier point of its ledger.
pub fn plan(
    matter: &Matter,
    request: &Request,
    profile: &Profile,
    as_of: Option<AsOf>,
    events: &mut Events<'_>,
) -> Result<Planned> {
    let reader = matter.reader()?;
    let as_of = match as_of {
        Some(as_of) => as_of,
        None => reader.now()?,
    };
    let context = Context::new(matter, &reader, request, profile, as_of)?;
    events(Event::Started { stage: Stage::Search, what: described(request), steps: None });
    let mut clearance = Clearance::new(&request.withheld);
    let chosen = choosing::choose(&context, &reader, &mut clearance)?;
    // Told at once: they may be why nothing is selected.
    let unmet = chosen.unmet.into_iter().map(|note| Finding::new(&codes::NAME_UNMET, Place::file("the query"), note));
    let unmet: Vec<Finding> = unmet.collect();
    unmet.iter().for_each(|finding| events(Event::Found(finding.clone())));
    let (units, withheld, sum) = (chosen.units, chosen.withheld, chosen.sum);
    let n_messages: usize = units.iter().map(|unit| unit.unit.messages.len()).sum();
    events(Event::Done {
        outcome: format!("{} in {}", counted(n_messages, "message"), counted(units.len(), "document")),
    });

    learn_names(&context, &reader, &units, &mut clearance)?;
    events(Event::Started { stage: Stage::Plan, what: "counting pages".into(), steps: Some(units.len() as u64) });
    let mut numbering = Numbering::new(request.first_number()?, sum);
    count_all(&context, units, &clearance, &mut numbering, events)?;
    events(Event::Done {
        outcome: format!("{}, {}", counted(numbering.documents, "document"), counted(numbering.pages, "page")),
    });
    let mut planned = numbering.finish(request, profile, &context, clearance)?;
    planned.withheld = withheld;
    planned.sum.collect(&reader.records_per_day(&request.zone, as_of)?);
    planned.sum.unreadable = reader.excepted_counts(as_of)?.iter().map(|(_, count)| count).sum();
    for excepted in excepted_records(&reader, as_of)? {
        planned.exceptions.push(excepted);
    }
    for finding in &planned.findings {
        events(Event::Found(finding.clone()));
    }
    planned.findings.splice(0..0, unmet);
    Ok(planned)
}

fn described(request: &Request) -> String {
    let select = &request.select;
    let days = match (select.from, select.to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("up to {to}"),
        (None, None) => "all days".to_owned(),
    };
    if select.query.trim().is_empty() { days } else { format!("{days}, {}", select.query.trim()) }
}

/// Withheld files may have been sent under other names in messages that are produced.
fn learn_names(
    context: &Context<'_>,
    reader: &Reader,
    units: &[SelectedUnit],
    clearance: &mut Clearance,
) -> Result<()> {
    if !clearance.has_files() {
        return Ok(());
    }
    for unit in units {
        reader.by_ids(&unit.unit.messages, context.as_of, &mut |message| {
            clearance.learn_names(&message);
            Ok(ControlFlow::Continue(()))
        })?;
    }
    Ok(())
}

/// A family whose pages are counted.
struct CountedFamily {
    unit: Unit,
    hits: u64,
    first_day: duces_model::Day,
    last_day: duces_model::Day,
    pages: u32,
    children: Vec<(Digest, String, Sized)>,
    decoded: BTreeMap<Digest, Decoded>,
    /// Messages and attachments by day.
    days: BTreeMap<duces_model::Day, (Classes, Classes)>,
    title: String,
    findings: Vec<Finding>,
    exceptions: Vec<(String, String)>,
}

fn count_all(
    context: &Context<'_>,
    units: Vec<SelectedUnit>,
    clearance: &Clearance,
    numbering: &mut Numbering,
    events: &mut Events<'_>,
) -> Result<()> {
    // Reading goes on beside counting, on a connection of its own.
    let reader = context.matter.reader()?;
    let load = move |batch: Vec<SelectedUnit>| {
        let load = |selected: SelectedUnit| Ok((context::messages(&reader, &selected.unit, context.as_of)?, selected));
        batch.into_iter().map(load).collect::<Result<Vec<(Vec<Message>, SelectedUnit)>>>()
    };
    batches::in_order(
        batched(units),
        load,
        |(messages, selected)| count_family(context, selected, &messages, clearance),
        |family| {
            numbering.push(family)?;
            events(Event::Advanced { steps: 1 });
            Ok(())
        },
    )
}

fn batched(units: Vec<SelectedUnit>) -> impl Iterator<Item = Vec<SelectedUnit>> {
    let mut units = units.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut batch = Vec::new();
        let mut messages = 0;
        while let Some(unit) =
            units.next_if(|unit| batch.is_empty() || messages + unit.unit.messages.len() <= BATCH_MESSAGES)
        {
            messages += unit.unit.messages.len();
            batch.push(unit);
        }
        (!batch.is_empty()).then_some(batch)
    })
}

fn count_family(
    context: &Context<'_>,
    selected: SelectedUnit,
    messages: &[Message],
    clearance: &Clearance,
) -> Result<CountedFamily> {
    let transcript = context.transcript(&selected.unit, messages, clearance)?;
    let place = Place::file(format!("{} {}", transcript.title, transcript.first_day));
    let (decoded, mut findings) = decoding::decode(context, &transcript, &place)?;
    let decoding = Decoding { context, decoded: &decoded };
    let counted = duces_render::count_pages(&transcript, &context.style, context.fonts, &decoding);
    findings.extend(counted.findings.into_iter().map(|finding| Finding { place: place.clone(), ..finding }));
    let mut children = Vec::new();
    for child in duces_search::children(&transcript) {
        let digest = child.attachment.digest().unwrap_or(Digest::from_bytes([0; 32]));
        let name = attachment_name(&child.attachment).to_owned();
        let sized = documents::size_child(decoding, &transcript.part(|_| child), &place)?;
        children.push((digest, name, sized));
    }
    let mut family = CountedFamily {
        hits: selected.hits as u64,
        unit: selected.unit,
        first_day: transcript.first_day,
        last_day: transcript.last_day,
        pages: counted.pages,
        children,
        decoded,
        days: BTreeMap::new(),
        title: transcript.title.clone(),
        findings,
        exceptions: Vec::new(),
    };
    family.classify(&transcript, &place);
    family.hold_durations(&transcript, &place);
    Ok(family)
}

impl CountedFamily {
    /// Puts every message and attachment of the transcript into its class.
    fn classify(&mut self, transcript: &Cleared<Transcript>, place: &Place) {
        for entry in &transcript.entries {
            let (messages, attachments) = self.days.entry(transcript.zone.day(entry.sent)).or_default();
            messages.produced += 1;
            for held in &entry.attachments {
                match &held.state {
                    EntryState::Child(ordinal) => match self.children.get(*ordinal as usize) {
                        Some((_, _, sized)) if sized.exception.is_some() => attachments.excepted += 1,
                        _ => attachments.produced += 1,
                    },
                    EntryState::Inline => attachments.produced += 1,
                    EntryState::Withheld(_) => {
                        attachments.withheld += 1;
                        let text =
                            format!("message #{}: a withheld file was sent here too; it is withheld", entry.number);
                        self.findings.push(Finding::new(&codes::FILE_WITHHELD_ELSEWHERE, place.clone(), text));
                    }
                    EntryState::Missing => {
                        attachments.excepted += 1;
                        let reason = match &held.attachment.content {
                            duces_model::Content::Missing(reason) => reason.to_string(),
                            duces_model::Content::Stored { .. } => "not available".to_owned(),
                        };
                        let item = format!("{} (message #{})", attachment_name(&held.attachment), entry.number);
                        let text = format!("{item}: {reason}");
                        self.findings.push(Finding::new(&codes::ATTACHMENT_MISSING, place.clone(), text));
                        self.exceptions.push((item, reason));
                    }
                }
            }
        }
    }
}

impl CountedFamily {
    /// Holds how long voice plays against what its source says, where both are known.
    fn hold_durations(&mut self, transcript: &Transcript, place: &Place) {
        for entry in &transcript.entries {
            let Body::Voice { duration_ms: Some(said), .. } = entry.body else { continue };
            for hung in entry.attachments.iter().filter(|hung| hung.attachment.role == AttachmentRole::Voice) {
                let EntryState::Child(ordinal) = hung.state else { continue };
                let sized = self.children.get(ordinal as usize).map(|(_, _, sized)| sized);
                let Some(plays) = sized.and_then(|sized| sized.plays) else { continue };
                if said.abs_diff(plays) > VOICE_TOLERANCE_MS {
                    let text = format!("message #{}: it plays {plays} ms, its source says {said} ms", entry.number);
                    self.findings.push(Finding::new(&codes::VOICE_DURATION, place.clone(), text));
                }
            }
        }
    }
}

/// Gives numbers in order, from counts alone.
struct Numbering {
    first: BatesNumber,
    next: BatesNumber,
    families: Vec<Family>,
    documents: u64,
    pages: u64,
    sum: Sum,
    findings: Vec<Finding>,
    exceptions: Vec<ExceptionLine>,
}

impl Numbering {
    fn new(first: BatesNumber, sum: Sum) -> Self {
        Self {
            next: first.clone(),
            first,
            families: Vec::new(),
            documents: 0,
            pages: 0,
            sum,
            findings: Vec::new(),
            exceptions: Vec::new(),
        }
    }

    fn push(&mut self, counted: CountedFamily) -> Result<()> {
        let transcript = self.member(counted.pages)?;
        for (day, (messages, attachments)) in &counted.days {
            let line = self.sum.line(&counted.unit.id.conversation, *day);
            line.messages.add(messages);
            line.attachments.add(attachments);
        }
        for (item, reason) in counted.exceptions {
            let (bates, place) = (transcript.bates.to_string(), counted.title.clone());
            self.exceptions.push(ExceptionLine { bates, place, item, reason });
        }
        self.findings.extend(counted.findings);
        let mut children = Vec::new();
        for (digest, name, sized) in counted.children {
            let member = self.member(sized.pages)?;
            self.findings.extend(sized.findings);
            if let Some(reason) = &sized.exception {
                self.exceptions.push(ExceptionLine {
                    bates: member.bates.to_string(),
                    place: counted.title.clone(),
                    item: name,
                    reason: reason.clone(),
                });
            }
            children.push(Child { member, digest, rendering: sized.rendering, exception: sized.exception });
        }
        let Unit { id, end, part, messages } = counted.unit;
        self.families.push(Family {
            unit: id,
            end,
            part,
            first_day: counted.first_day,
            last_day: counted.last_day,
            messages,
            hits: counted.hits,
            transcript,
            children,
            decoded: counted.decoded,
        });
        Ok(())
    }

    fn member(&mut self, pages: u32) -> Result<Member> {
        let refuse = |error: duces_model::BatesError| {
            ProductionError::usage(error.to_string()).hint("nothing was numbered; ask for a larger `width`")
        };
        // The last number is checked, too: every number of a planned document exists.
        self.next.plus(u64::from(pages).saturating_sub(1)).map_err(refuse)?;
        let member = Member { bates: self.next.clone(), pages };
        self.next = self.next.plus(u64::from(pages)).map_err(refuse)?;
        self.documents += 1;
        self.pages += u64::from(pages);
        Ok(member)
    }

    fn finish(
        self,
        request: &Request,
        profile: &Profile,
        context: &Context<'_>,
        clearance: Clearance,
    ) -> Result<Planned> {
        let bates = BatesRange::starting(self.first, self.pages).map_err(|e| ProductionError::usage(e.to_string()))?;
        let Some(bates) = bates else {
            return Err(ProductionError::new(ErrorKind::Findings, codes::NOTHING_SELECTED.summary)
                .hint("nothing was numbered; widen the dates, the query or the custodians of the request"));
        };
        let header = Header {
            format: 1,
            tool: concat!("duces ", env!("CARGO_PKG_VERSION")).to_owned(),
            request_digest: request.digest(profile),
            request: request.clone(),
            profile: profile.clone(),
            as_of: context.as_of.0,
            clearance,
            fonts: context.fonts.digest(),
            zone_data: zone_data_version().to_owned(),
            bates: Some(bates),
            families: self.families.len() as u64,
            documents: self.documents,
        };
        let plan = Plan { header, families: self.families };
        Ok(Planned { plan, sum: self.sum, withheld: Vec::new(), exceptions: self.exceptions, findings: self.findings })
    }
}

fn excepted_records(reader: &Reader, as_of: AsOf) -> Result<Vec<ExceptionLine>> {
    let mut lines = Vec::new();
    reader.excepted(as_of, &mut |excepted| {
        lines.push(ExceptionLine {
            bates: String::new(),
            place: excepted.record.place.to_string(),
            item: format!("record of {}", excepted.record.custodian),
            reason: excepted.text,
        });
        Ok(())
    })?;
    Ok(lines)
}
