//! Resolves a request into a plan: selects, clears, counts pages, numbers. Nothing is claimed or written here.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use duces_archive::{AsOf, Matter, MessageFilter, Reader};
use duces_model::{
    BatesNumber, BatesRange, Cleared, ConversationKey, Digest, EntryState, Finding, Message, MessageId, Place,
    Transcript, Unit, counted, zone_data_version,
};
use duces_search::Criteria;

use crate::account::{ExceptionLine, WithheldLine};
use crate::batches;
use crate::clear::Clearance;
use crate::codes;
use crate::context::{self, Context};
use crate::documents::{self, Sized, attachment_name};
use crate::event::{Event, Events, Stage};
use crate::plan::{Child, Family, Header, Member, Plan};
use crate::sum::{Classes, Sum};
use crate::{ErrorKind, ProductionError, Profile, Request};

type Result<T> = std::result::Result<T, ProductionError>;

/// How many messages are laid out at a time.
const BATCH_MESSAGES: usize = 2_000;

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
    let known: Vec<_> = context.conversations().cloned().collect();
    refuse_unmatched(&clearance, &known)?;
    let hits = hits(&reader, request, profile, as_of)?;
    // Told at once: they may be why nothing is selected.
    let unmet = hits.as_ref().map(|hits| hits.notes.clone()).unwrap_or_default();
    let unmet = unmet.into_iter().map(|note| Finding::new(&codes::NAME_UNMET, Place::file("the query"), note));
    let unmet: Vec<Finding> = unmet.collect();
    unmet.iter().for_each(|finding| events(Event::Found(finding.clone())));
    let mut survey = Survey::new(&context, &reader, hits);
    for conversation in &known {
        survey.conversation(&conversation.key, &mut clearance)?;
    }
    let Survey { units, withheld, sum, .. } = survey;
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
    planned.withheld = withheld.into_values().collect();
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

fn refuse_unmatched(clearance: &Clearance, known: &[duces_model::Conversation]) -> Result<()> {
    let unmatched = clearance.unmatched(known);
    if unmatched.is_empty() {
        return Ok(());
    }
    Err(ProductionError::usage(format!("no conversation is called {} as [[withhold]] has it", unmatched.join(", ")))
        .hint("nothing was produced; `duces search MATTER ''` lists conversations with their ids"))
}

/// What selects units.
struct Hits {
    /// The messages that hit.
    messages: BTreeSet<MessageId>,
    /// A message of each document that is selected although none of its messages hits.
    anchors: BTreeSet<MessageId>,
    /// Names in the query that nothing bears.
    notes: Vec<String>,
}

/// Returns what hits, by document where the scope is that; `None` where the request selects by no more than what the
/// survey itself looks at.
fn hits(reader: &Reader, request: &Request, profile: &Profile, as_of: AsOf) -> Result<Option<Hits>> {
    let select = &request.select;
    let plain = select.query.trim().is_empty()
        && select.custodians.is_empty()
        && select.participants.is_empty()
        && select.conversations.is_empty();
    if plain {
        return Ok(None);
    }
    let criteria = Criteria {
        unit: request.production.unit,
        max_events: profile.units.max_messages,
        limit: 0,
        ..select.criteria(&request.zone)?
    };
    let found = duces_search::run(reader, &criteria, as_of)?;
    Ok(Some(Hits {
        messages: found.messages.into_iter().collect(),
        anchors: found.anchors.into_iter().collect(),
        notes: found.notes,
    }))
}

/// A unit that is selected and not withheld.
struct SelectedUnit {
    unit: Unit,
    hits: u64,
}

/// Walks through all messages of the matter once: counts every one, cuts units, finds what is withheld.
struct Survey<'a> {
    context: &'a Context<'a>,
    reader: &'a Reader,
    hits: Option<Hits>,
    units: Vec<SelectedUnit>,
    withheld: BTreeMap<(ConversationKey, String), WithheldLine>,
    sum: Sum,
}

impl<'a> Survey<'a> {
    fn new(context: &'a Context<'a>, reader: &'a Reader, hits: Option<Hits>) -> Self {
        Self { context, reader, hits, units: Vec::new(), withheld: BTreeMap::new(), sum: Sum::default() }
    }

    fn conversation(&mut self, key: &ConversationKey, clearance: &mut Clearance) -> Result<()> {
        let context = self.context;
        let units = duces_search::units(self.reader, key, &context.cut, context.clip, context.as_of)?;
        let mut selected: BTreeMap<MessageId, usize> = BTreeMap::new();
        for (index, unit) in units.iter().enumerate() {
            let selects = |hits: &Hits, id| hits.messages.contains(id) || hits.anchors.contains(id);
            let chosen = unit.messages.iter().any(|id| self.hits.as_ref().is_none_or(|hits| selects(hits, id)));
            if chosen {
                selected.extend(unit.messages.iter().map(|id| (*id, index)));
            }
        }
        let withheld_units = self.count(key, &selected, clearance)?;
        let mut hits = vec![0; units.len()];
        for (id, index) in &selected {
            if self.hits.as_ref().is_none_or(|all| all.messages.contains(id)) {
                hits[*index] += 1;
            }
        }
        let chosen: BTreeSet<usize> = selected.into_values().collect();
        for (index, mut unit) in units.into_iter().enumerate() {
            if chosen.contains(&index) {
                unit.messages.retain(|id| !withheld_units.contains(id));
                if !unit.messages.is_empty() {
                    self.units.push(SelectedUnit { unit, hits: hits[index] });
                }
            }
        }
        Ok(())
    }

    /// Counts every message of a conversation in its class and returns those that are withheld.
    fn count(
        &mut self,
        key: &ConversationKey,
        selected: &BTreeMap<MessageId, usize>,
        clearance: &mut Clearance,
    ) -> Result<BTreeSet<MessageId>> {
        let context = self.context;
        let conversation = context.conversation(key)?.clone();
        let filter = MessageFilter { conversations: Some(vec![key.clone()]), ..MessageFilter::default() };
        let mut withheld = BTreeSet::new();
        let (sum, lines) = (&mut self.sum, &mut self.withheld);
        self.reader.messages(&filter, context.as_of, &mut |message| {
            let day = context.cut.zone.day(message.sent);
            let reason = clearance.conversation(&conversation).or_else(|| clearance.day(&conversation, day));
            let reason = reason.map(str::to_owned);
            if let Some(reason) = &reason {
                clearance.withhold(&message, reason);
            }
            let line = sum.line(key, day);
            let attachments = message.attachments.len() as u64;
            match (selected.contains_key(&message.id), reason) {
                (false, _) => {
                    line.messages.not_selected += 1;
                    line.attachments.not_selected += attachments;
                }
                (true, Some(reason)) => {
                    line.messages.withheld += 1;
                    line.attachments.withheld += attachments;
                    let line = lines.entry((key.clone(), reason.clone())).or_insert_with(|| WithheldLine {
                        conversation: conversation.title.clone(),
                        conversation_id: conversation.native_id.clone(),
                        reason,
                        messages: 0,
                        attachments: 0,
                    });
                    line.messages += 1;
                    line.attachments += attachments;
                    withheld.insert(message.id);
                }
                (true, None) => {}
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(withheld)
    }
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
    let counted = duces_render::count_pages(&transcript, &context.style, context.fonts, context.matter.blobs());
    let mut findings = counted.findings;
    for finding in &mut findings {
        finding.place = place.clone();
    }
    let mut children = Vec::new();
    for child in duces_search::children(&transcript) {
        let digest = child.attachment.digest().unwrap_or(Digest::from_bytes([0; 32]));
        let name = attachment_name(&child.attachment).to_owned();
        let sized = documents::size_child(context, &transcript.part(|_| child), &place)?;
        children.push((digest, name, sized));
    }
    let mut family = CountedFamily {
        hits: selected.hits,
        unit: selected.unit,
        first_day: transcript.first_day,
        last_day: transcript.last_day,
        pages: counted.pages,
        children,
        days: BTreeMap::new(),
        title: transcript.title.clone(),
        findings,
        exceptions: Vec::new(),
    };
    family.classify(&transcript, &place);
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
        let Unit { id, end, slices, messages } = counted.unit;
        self.families.push(Family {
            unit: id,
            end,
            slices,
            first_day: counted.first_day,
            last_day: counted.last_day,
            messages,
            hits: counted.hits,
            transcript,
            children,
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
