//! The import: takes prepared batches in order, decides what each record is, and commits batch by batch.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use duces_archive::{
    Attribution, ConversationId, CustodianId, IdentityKey, IdentityRule, ImportId, Matter, NewMessage, Prepared,
    RecordClass, SourceFileId, Writer,
};
use duces_model::{
    Body, Content, Conversation, ConversationKey, Digest, Finding, MessageId, Place, RecordState, Sender,
};
use serde_json::json;

use crate::accounting;
use crate::codes;
use crate::copies;
use crate::error::Result;
use crate::identity::{Conversations, Likeness, server_key};
use crate::merge::{self, NewVersion, Standing};
use crate::names::Names;
use crate::payments::{self, PaymentCounts};
use crate::prepare::{Batch, Draft, Ready, read_ahead};
use crate::records::{Kept, Records};
use crate::replace;
use crate::report::{ConversationReport, Findings, ImportReport, RuleCounts};
use crate::source::{SourceSpec, Survey};
use crate::tally::Tally;
use crate::under_hold;
use crate::watch::{self, Watch};

/// What an import tells while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportEvent {
    /// The source has been looked at; reading begins.
    Begun {
        /// How many files are read.
        files: usize,
        /// How many bytes they have.
        bytes: u64,
    },
    /// A batch is committed.
    Committed {
        /// How many records have been taken in.
        records: u64,
        /// How many messages were new.
        messages: u64,
    },
    /// Everything is in; copies of other custodians are compared.
    Comparing,
}

/// Brings a source into a matter.
///
/// Each batch is one transaction: where the import is interrupted, what was committed stays, and importing the same
/// source again adds only the rest.
pub fn import(
    matter: &Matter,
    spec: &SourceSpec,
    attribution: &Attribution,
    events: &mut dyn FnMut(ImportEvent),
) -> Result<ImportReport> {
    let writer = matter.writer(attribution.clone())?;
    let mut scratch = writer.scratch();
    let survey = Survey::of(spec, &mut scratch, matter.reader()?.holds()?)?;
    let bytes = survey.info.files.iter().map(|file| file.size).sum();
    events(ImportEvent::Begun { files: survey.inputs.len(), bytes });
    let watch = Watch::new(matter.config().zone.clone(), attribution.at);
    let mut importer = Importer::begin(writer, &survey, watch)?;
    for finding in &survey.findings {
        importer.say(finding.clone());
    }
    let conversations = Conversations::new(survey.accounts.clone());
    let outcome: Result<()> = std::thread::scope(|scope| {
        let (sender, batches) = sync_channel(1);
        let (survey, blobs) = (&survey, matter.blobs());
        scope.spawn(move || read_ahead(survey, blobs, conversations, &sender));
        // The receiver is dropped with the first error, which ends the reading thread too.
        for batch in batches {
            importer.take(batch?)?;
            importer.commit()?;
            events(ImportEvent::Committed { records: importer.report.records, messages: importer.report.messages });
        }
        Ok(())
    });
    outcome?;
    events(ImportEvent::Comparing);
    let report = importer.finish(matter)?;
    scratch.remove()?;
    Ok(report)
}

struct Importer<'m, 's> {
    writer: Writer<'m>,
    survey: &'s Survey,
    import: Option<(ImportId, Vec<SourceFileId>)>,
    custodian: Option<CustodianId>,
    known: HashMap<ConversationKey, ConversationId>,
    /// Whether the matter had messages without a server id before this import: only they can be met by content.
    some_without_id: bool,
    ordinals: HashMap<Likeness, u32>,
    records: Records,
    findings: Findings,
    /// Findings about no record that was added, kept where the import adds anything at all.
    unkept: Vec<Finding>,
    names: Names,
    tally: Tally,
    watch: Watch,
    /// Why numbers that are missing from each input say something, where they do.
    gapless: Vec<Option<&'static str>>,
    conversations: BTreeMap<ConversationKey, ConversationReport>,
    report: ImportReport,
}

/// What a record turned out to be.
#[derive(Clone, Copy)]
enum Outcome {
    New,
    Merged,
    Repeated,
    Held,
}

impl<'m, 's> Importer<'m, 's> {
    fn begin(writer: Writer<'m>, survey: &'s Survey, watch: Watch) -> Result<Self> {
        let unfinished = writer.unfinished_import(&survey.info)?;
        let finished = writer.has_finished_import(&survey.info)?;
        let custodian = writer.custodian_if_known(&survey.info.custodian)?;
        let some_without_id = writer.has_messages_without_id()?;
        let report = empty_report(survey, unfinished.is_some());
        let mut importer = Self {
            writer,
            survey,
            import: unfinished,
            custodian,
            known: HashMap::new(),
            some_without_id,
            ordinals: HashMap::new(),
            records: Records::default(),
            findings: Findings::default(),
            unkept: Vec::new(),
            names: Names::default(),
            tally: Tally::new(survey.inputs.len()),
            watch,
            gapless: survey.inputs.iter().map(|input| watch::gapless_because(input.file.format)).collect(),
            conversations: BTreeMap::new(),
            report,
        };
        // A source that is new is noted even where each of its messages is known. One that is imported again is not.
        if !finished {
            importer.import()?;
        }
        Ok(importer)
    }

    fn import(&mut self) -> Result<(ImportId, CustodianId)> {
        let custodian = match self.custodian {
            Some(custodian) => custodian,
            None => self.writer.custodian(&self.survey.info.custodian)?,
        };
        self.custodian = Some(custodian);
        if self.import.is_none() {
            self.import = Some(self.writer.begin_import(&self.survey.info)?);
        }
        let (import, _) = self.import.as_ref().expect("it was begun above");
        Ok((*import, custodian))
    }

    /// Reports a finding that belongs to no record that was added.
    fn say(&mut self, finding: Finding) {
        if self.unkept.len() < crate::report::LISTED_FINDINGS {
            self.unkept.push(finding.clone());
        }
        self.found(finding);
    }

    /// Counts and lists a finding.
    fn found(&mut self, finding: Finding) {
        self.tally.finding(&finding);
        self.findings.add(finding);
    }

    fn take(&mut self, batch: Batch) -> Result<()> {
        self.writer.begin()?;
        let mut waiting: Vec<Finding> = Vec::new();
        for item in batch.items {
            match item {
                // What is said about a record stands before it.
                Ready::Finding(finding) => waiting.push(finding),
                Ready::Record(draft) => {
                    self.report.records += 1;
                    let about = take_about(&mut waiting, &draft.record.place);
                    self.release(&mut waiting);
                    self.record(batch.file, draft, about)?;
                }
                Ready::Excepted { finding, raw, digest } => {
                    self.report.records += 1;
                    self.release(&mut waiting);
                    self.excepted(batch.file, finding, raw, digest)?;
                }
                Ready::Failed(why) => self.failed(batch.file, why),
            }
        }
        self.release(&mut waiting);
        Ok(())
    }

    fn release(&mut self, waiting: &mut Vec<Finding>) {
        for finding in waiting.drain(..) {
            self.say(finding);
        }
    }

    /// Notes an input that could not be opened; the others are read all the same.
    fn failed(&mut self, file: usize, why: String) {
        let place = Place::file(self.survey.info.files[file].path.clone());
        self.say(Finding::new(
            &codes::SOURCE_UNREADABLE,
            place,
            format!("{why}; the other files of the source were read"),
        ));
        self.tally.inputs[file].failed = Some(why);
    }

    fn excepted(&mut self, file: usize, finding: Finding, raw: Vec<u8>, digest: Digest) -> Result<()> {
        self.report.excepted += 1;
        self.tally.excepted(file, &finding);
        let digest_of_file = self.survey.info.files[file].digest;
        if let Some(custodian) = self.custodian
            && self.writer.holds_excepted(custodian, &digest_of_file, &finding.place, &digest)?
        {
            self.found(finding);
            return Ok(());
        }
        self.found(finding.clone());
        self.records.keep(Kept {
            file,
            place: finding.place.clone(),
            raw,
            digest,
            class: RecordClass::Excepted,
            message: None,
            state: RecordState::Present,
            sent: None,
            attachments: 0,
            findings: vec![finding],
        });
        Ok(())
    }

    fn record(&mut self, file: usize, mut draft: Box<Draft>, mut findings: Vec<Finding>) -> Result<()> {
        findings.append(&mut draft.findings);
        self.note_attachments(&draft);
        self.names.note(&draft);
        let (found, ordinal) = self.find(&draft)?;
        let earlier = self.earlier(&draft, found.map(|(message, _)| message), &mut findings)?;
        let (outcome, message) = match (found, earlier) {
            (None, Some(message)) => (self.take_place(message, &draft, &mut findings)?, message),
            (Some((message, rule)), _) => {
                let outcome = self.meet(file, message, &draft, &mut findings)?;
                self.count_rule(rule, outcome);
                (outcome, message)
            }
            (None, None) => (Outcome::New, self.add(&draft, ordinal, &mut findings)?),
        };
        if !matches!(outcome, Outcome::Repeated) {
            *self.ordinals.entry(draft.likeness).or_default() += 1;
        }
        if !matches!(outcome, Outcome::Held) {
            self.recall(message, &draft)?;
        }
        self.count(file, &draft, outcome, findings.len());
        for finding in &findings {
            self.found(finding.clone());
        }
        let class = match outcome {
            Outcome::New => RecordClass::First,
            Outcome::Merged => RecordClass::Copy,
            Outcome::Repeated => RecordClass::Duplicate,
            Outcome::Held => return Ok(()),
        };
        self.records.keep(Kept {
            file,
            class,
            digest: draft.digest,
            message: Some(message),
            state: draft.record.state,
            sent: Some(draft.record.sent),
            attachments: draft.attachments.len(),
            place: std::mem::take(&mut draft.record.place),
            raw: std::mem::take(&mut draft.record.raw),
            findings,
        });
        Ok(())
    }

    /// Finds the message of a record by the ladder of identity, and the record's ordinal among equals.
    fn find(&mut self, draft: &Draft) -> Result<(Option<(MessageId, IdentityRule)>, u32)> {
        let ordinal = self.ordinals.get(&draft.likeness).copied().unwrap_or(0);
        if let Some(key) = &draft.server_key
            && let Some(message) = self.writer.find(key)?
        {
            return Ok((Some((message, IdentityRule::ServerId)), ordinal));
        }
        let Some(message) = self.find_alike(draft, ordinal)? else { return Ok((None, ordinal)) };
        Ok((Some((message, IdentityRule::Content)), ordinal))
    }

    /// Finds a message by content; two server ids that differ are two messages, whatever else they share.
    fn find_alike(&self, draft: &Draft, ordinal: u32) -> Result<Option<MessageId>> {
        if draft.server_key.is_some() && !self.some_without_id {
            return Ok(None);
        }
        let Some(message) = self.writer.find(&draft.likeness.key(ordinal))? else { return Ok(None) };
        if draft.server_key.is_none() {
            return Ok(Some(message));
        }
        let stored = self.writer.message(message)?;
        Ok(stored.native_id.is_none().then_some(message))
    }

    fn add(&mut self, draft: &Draft, ordinal: u32, findings: &mut Vec<Finding>) -> Result<MessageId> {
        let (_, custodian) = self.import()?;
        let conversation = self.conversation(&draft.conversation)?;
        let record = &draft.record;
        let mut keys: Vec<IdentityKey> = vec![draft.likeness.key(ordinal)];
        keys.extend(draft.server_key);
        // The message whose place this one takes may come after it.
        keys.extend(replace::key_of_earlier(draft));
        let rule = if draft.server_key.is_some() { IdentityRule::ServerId } else { IdentityRule::Content };
        let message = self.writer.add_message(&NewMessage {
            conversation,
            native_id: record.native_id.as_deref(),
            sender: record.sender.as_ref(),
            sent: record.sent,
            sent_raw: &record.sent_raw,
            sequence: record.sequence,
            prepared: &draft.prepared,
            custodian,
            state: draft.record.state,
            rule,
            keys: &keys,
        })?;
        payments::link(&mut self.writer, message, conversation, record, &mut self.report.payments, findings)?;
        // A recall of this message may have come before it.
        if let Some(key) = &draft.server_key
            && let Some(recall) = self.writer.recall_of(key)?
        {
            for (holder, _) in self.writer.message(recall)?.holdings {
                self.hold(message, holder, RecordState::Recalled)?;
            }
        }
        Ok(message)
    }

    /// Takes in a further copy of a message.
    fn meet(&mut self, file: usize, message: MessageId, draft: &Draft, findings: &mut Vec<Finding>) -> Result<Outcome> {
        let digest_of_file = self.survey.info.files[file].digest;
        let mut records = self.writer.records(message)?;
        // Records of this batch are not rows yet.
        if let Some(custodian) = self.custodian {
            records.extend(self.records.of(message, custodian, &self.survey.info));
        }
        let custodian = self.custodian;
        let standing = custodian.map_or(Standing::Copy { within_source: false, same_custodian: false }, |custodian| {
            merge::standing(&records, custodian, &digest_of_file, &draft.record.place, &draft.digest)
        });
        match standing {
            Standing::Held if !has_stored(draft) => return Ok(Outcome::Held),
            Standing::Repeated => return Ok(Outcome::Repeated),
            Standing::Held | Standing::Copy { .. } => {}
        }
        let stored = self.writer.message(message)?;
        if replace::is_the_earlier(&stored, draft) {
            if standing == Standing::Held {
                return Ok(Outcome::Held);
            }
            let (_, custodian) = self.import()?;
            self.hold(message, custodian, draft.record.state)?;
            return Ok(Outcome::Merged);
        }
        let comparison = merge::compare(&stored, draft, standing);
        if standing == Standing::Held {
            // The same record again: only an attachment that has turned up since can make a difference.
            if let Some(version) = comparison.version.filter(|version| version.body == stored.body) {
                self.import()?;
                self.add_version(message, stored.sender.as_ref(), &version)?;
                findings.extend(comparison.findings);
            }
            return Ok(Outcome::Held);
        }
        let (_, custodian) = self.import()?;
        findings.extend(comparison.findings);
        self.hold(message, custodian, draft.record.state)?;
        if let Some(version) = comparison.version {
            let sender = stored.sender.clone().or_else(|| draft.record.sender.clone());
            self.add_version(message, sender.as_ref(), &version)?;
        }
        self.writer.add_keys(message, draft.server_key.as_slice());
        Ok(Outcome::Merged)
    }

    /// Finds the message whose place a record takes, where it is in the matter as a message of its own.
    fn earlier(
        &self,
        draft: &Draft,
        found: Option<MessageId>,
        findings: &mut Vec<Finding>,
    ) -> Result<Option<MessageId>> {
        let Some(key) = replace::key_of_earlier(draft) else { return Ok(None) };
        let earlier = self.writer.find(&key)?.filter(|earlier| Some(*earlier) != found);
        if let (Some(_), Some(_)) = (earlier, found) {
            let text = format!("{}; both were collected before this was known", codes::REPLACES_APART.summary);
            findings.push(Finding::new(&codes::REPLACES_APART, draft.record.place.clone(), text));
        }
        Ok(earlier)
    }

    /// Lets a record take the place of an earlier message: both are records of one message from then on.
    fn take_place(&mut self, message: MessageId, draft: &Draft, findings: &mut Vec<Finding>) -> Result<Outcome> {
        let (_, custodian) = self.import()?;
        let stored = self.writer.message(message)?;
        findings.push(replace::take_place(&mut self.writer, message, &stored, draft)?);
        self.hold(message, custodian, draft.record.state)?;
        self.writer.add_keys(message, draft.server_key.as_slice());
        self.report.replaced += 1;
        Ok(Outcome::Merged)
    }

    fn add_version(&mut self, message: MessageId, sender: Option<&Sender>, version: &NewVersion) -> Result<()> {
        let prepared = Prepared::of(sender, &version.body, &version.attachments, &version.marks);
        Ok(self.writer.add_version(message, sender, &prepared, version.cause)?)
    }

    /// Marks the message that a recall took back, now or when it comes.
    fn recall(&mut self, recall: MessageId, draft: &Draft) -> Result<()> {
        let Body::Recall(body) = &draft.record.body else { return Ok(()) };
        let Some(target) = body.native_id.as_deref() else { return Ok(()) };
        if draft.record.native_id.as_deref() == Some(target) {
            return Ok(());
        }
        let key = server_key(&draft.conversation.key, target);
        self.writer.add_recall(recall, &key)?;
        if let Some(message) = self.writer.find(&key)? {
            let (_, custodian) = self.import()?;
            self.hold(message, custodian, RecordState::Recalled)?;
        }
        Ok(())
    }

    fn hold(&mut self, message: MessageId, custodian: CustodianId, state: RecordState) -> Result<()> {
        let held = self.writer.message(message)?.holdings;
        if !held.contains(&(custodian, state)) {
            self.writer.add_holding(message, custodian, state)?;
        }
        Ok(())
    }

    fn conversation(&mut self, conversation: &Arc<Conversation>) -> Result<ConversationId> {
        if let Some(id) = self.known.get(&conversation.key) {
            return Ok(*id);
        }
        let id = self.writer.conversation(conversation)?;
        self.known.insert(conversation.key.clone(), id);
        Ok(id)
    }

    fn note_attachments(&mut self, draft: &Draft) {
        let missing = draft.attachments.iter().filter(|a| matches!(a.content, Content::Missing(_))).count();
        self.report.attachments += draft.attachments.len() as u64;
        self.report.missing_attachments += missing as u64;
    }

    fn count_rule(&mut self, rule: IdentityRule, outcome: Outcome) {
        if matches!(outcome, Outcome::New) {
            return;
        }
        match rule {
            IdentityRule::ServerId => self.report.rules.server_id += 1,
            IdentityRule::Content => self.report.rules.content += 1,
        }
    }

    fn count(&mut self, file: usize, draft: &Draft, outcome: Outcome, findings: usize) {
        let sent = draft.record.sent;
        let key = &draft.conversation.key;
        self.tally.record(file, &draft.record, matches!(outcome, Outcome::New));
        self.watch.record(file, self.gapless[file], &draft.conversation, &draft.record);
        if !self.conversations.contains_key(key) {
            self.conversations.insert(key.clone(), empty_conversation(&draft.conversation, sent));
        }
        let of = self.conversations.get_mut(key).expect("it was inserted above");
        of.records += 1;
        of.findings += findings as u64;
        of.first = of.first.min(sent);
        of.last = of.last.max(sent);
        let (all, one) = match outcome {
            Outcome::New => (&mut self.report.messages, &mut of.messages),
            Outcome::Merged => (&mut self.report.merged, &mut of.merged),
            Outcome::Repeated => (&mut self.report.repeated, &mut of.repeated),
            Outcome::Held => (&mut self.report.held, &mut of.held),
        };
        *all += 1;
        *one += 1;
        if !matches!(outcome, Outcome::New) {
            self.report.duplicates += 1;
        }
    }

    /// Writes the records kept since the last commit, and commits.
    fn commit(&mut self) -> Result<()> {
        if !self.records.is_empty() {
            self.import()?;
        }
        if let Some((import, files)) = &self.import {
            self.records.write(&mut self.writer, *import, files)?;
        }
        let over = self.import.as_ref().map(|(import, _)| json!({ "import": import.number() }));
        self.writer.commit("import.batch", over.unwrap_or_default())?;
        Ok(())
    }

    fn finish(mut self, matter: &Matter) -> Result<ImportReport> {
        self.say_what_looks_wrong()?;
        self.names.retitle(&mut self.writer, &self.survey.accounts)?;
        self.commit()?;
        let reader = matter.reader()?;
        let as_of = reader.now()?;
        let several = reader.custodians(as_of)?.len() > 1;
        let titles: BTreeMap<_, _> = reader.conversations(as_of)?.into_iter().map(|c| (c.key, c.title)).collect();
        let place = Place::file(self.survey.info.label.clone());
        for (key, of) in &mut self.conversations {
            if let Some(title) = titles.get(key) {
                of.title.clone_from(title);
            }
            if several {
                of.copies = copies::compare(&reader, key, as_of)?;
                for finding in copies::findings(&of.title, &of.copies, &place) {
                    self.unkept.push(finding.clone());
                    self.findings.add(finding);
                    of.findings += 1;
                }
            }
        }
        let Some((import, _)) = self.import.take() else {
            let text = "everything in this source is in the matter already; nothing was changed";
            self.findings.add(Finding::new(&codes::NOTHING_NEW, place, text));
            return Ok(self.into_report());
        };
        let unkept = std::mem::take(&mut self.unkept);
        for finding in &unkept {
            self.writer.add_finding(import, None, finding)?;
        }
        let summary = json!({
            "records": self.report.records, "messages": self.report.messages, "merged": self.report.merged,
            "repeated": self.report.repeated, "held": self.report.held, "excepted": self.report.excepted,
            "excluded": self.report.excluded, "replaced": self.report.replaced,
            "rules": self.report.rules,
        });
        let exclusions = accounting::exclusions(self.survey);
        for excluded in exclusions.iter().flat_map(|exclusions| &exclusions.entries) {
            self.writer.add_excluded(import, excluded)?;
        }
        self.writer.finish_import(import, &summary)?;
        let mut over =
            json!({ "import": import.number(), "custodian": self.survey.info.custodian, "summary": summary });
        if let Some(exclusions) = exclusions {
            over["excluded"] = json!(exclusions);
        }
        self.writer.commit("import.end", over)?;
        Ok(self.into_report())
    }

    /// Says what concerns the source as a whole, now that all of it has been read.
    fn say_what_looks_wrong(&mut self) -> Result<()> {
        for finding in self.survey.refused().into_iter().chain(under_hold::left_out(self.survey)) {
            self.say(finding);
        }
        let unreadable = |input: usize| self.tally.inputs[input].excepted;
        for (key, finding) in self.watch.findings(unreadable) {
            if let Some(of) = self.conversations.get_mut(&key) {
                of.findings += 1;
            }
            self.say(finding);
        }
        for (key, of) in &mut self.conversations {
            of.days = self.watch.days(key);
        }
        let mut conversations = Conversations::new(self.survey.accounts.clone());
        for talk in &self.survey.excluded.conversations {
            let key = conversations.of(&talk.source).key.clone();
            let Some(entry) = self.survey.list.as_ref().and_then(|list| list.entries().get(talk.entry)) else {
                continue;
            };
            if self.writer.conversation_if_known(&key)?.is_some() {
                let text = format!(
                    "what the exclude list names as `{}` is in the matter already, from an import without that entry; it \
                     stays there, since nothing that was collected is changed",
                    entry.id
                );
                self.say(Finding::new(&codes::EXCLUDED_HELD, Place::file(self.survey.info.label.clone()), text));
            }
        }
        Ok(())
    }

    fn into_report(mut self) -> ImportReport {
        let mut report = self.report;
        report.inputs = accounting::inputs(&self.survey.info, &self.tally);
        report.files = accounting::read(self.survey, &mut self.tally);
        report.zips = accounting::zips(&self.survey.info);
        report.exclusions = accounting::exclusions(self.survey);
        report.conversations = self.conversations.into_values().collect();
        report.finding_counts = self.findings.counts;
        report.findings = self.findings.listed;
        report
    }
}

/// Takes out the findings that are about one place.
fn take_about(waiting: &mut Vec<Finding>, place: &Place) -> Vec<Finding> {
    if waiting.is_empty() {
        return Vec::new();
    }
    let (about, rest) = waiting.drain(..).partition(|finding| finding.place == *place);
    *waiting = rest;
    about
}

fn has_stored(draft: &Draft) -> bool {
    draft.attachments.iter().any(|attachment| matches!(attachment.content, Content::Stored { .. }))
}

fn empty_report(survey: &Survey, resumed: bool) -> ImportReport {
    ImportReport {
        custodian: survey.info.custodian.clone(),
        account: survey.info.account.clone(),
        accounts: survey.accounts.by_app(),
        label: survey.info.label.clone(),
        records: survey.excluded.total(),
        messages: 0,
        duplicates: 0,
        merged: 0,
        repeated: 0,
        held: 0,
        excepted: 0,
        excluded: survey.excluded.total(),
        replaced: 0,
        attachments: 0,
        missing_attachments: 0,
        resumed,
        rules: RuleCounts::default(),
        conversations: Vec::new(),
        inputs: Vec::new(),
        files: Vec::new(),
        zips: Vec::new(),
        exclusions: None,
        payments: PaymentCounts::default(),
        finding_counts: BTreeMap::new(),
        findings: Vec::new(),
    }
}

fn empty_conversation(conversation: &Conversation, sent: duces_model::UtcMillis) -> ConversationReport {
    ConversationReport {
        key: conversation.key.clone(),
        kind: conversation.kind,
        title: conversation.title.clone(),
        records: 0,
        messages: 0,
        merged: 0,
        repeated: 0,
        held: 0,
        findings: 0,
        days: 0,
        first: sent,
        last: sent,
        copies: Vec::new(),
    }
}
