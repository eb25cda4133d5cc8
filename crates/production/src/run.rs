//! The whole job: import, plan, claim, produce, verify, seal, publish, finish; and what to do with what was left behind.

use std::fs::File;
use std::path::{Path, PathBuf};

use duces_archive::{Attribution, Claim, ClaimAnswer, ClaimRequest, ClaimState, Matter, MatterConfig};
use duces_collect::{CollectError, ExcludeList, ImportEvent, ImportReport, Mapping, SourceSpec, read_persons};
use duces_files::{Disk, Stage as Folder};
use duces_ingest::Format;
use duces_model::{Digest, Finding, Place, Severity, counted};
use duces_verify::Report;
use duces_volume::MANIFEST_NAME;

use crate::account::{Account, FindingLine, SumLine};
use crate::codes;
use crate::event::{Event, Events, Stage};
use crate::plan::Plan;
use crate::planning::{self, Planned};
use crate::producing::{self, Produced};
use crate::sum::Sum;
use crate::{ErrorKind, ProductionError, Profile, Request, papers, recount};

type Result<T> = std::result::Result<T, ProductionError>;

/// What a run is told by its caller, who knows the world.
#[derive(Clone)]
pub struct Options {
    /// The matter's folder.
    pub out: PathBuf,
    /// The disk.
    pub disk: Disk,
    /// When it runs and who runs it; for the ledger alone.
    pub attribution: Attribution,
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The account.
    pub account: Account,
    /// The production's folder.
    pub folder: PathBuf,
    /// Whether it had been finished before and was only verified now.
    pub found: bool,
    /// What verification says.
    pub verified: Report,
}

/// Does a whole request.
pub fn run(request_path: &Path, options: &Options, events: &mut Events<'_>) -> Result<Outcome> {
    let request = Request::read(request_path)?;
    let base = request_path.parent().unwrap_or(Path::new(""));
    let profile = Profile::find(&request.production.profile, base)?;
    for source in &request.sources {
        spec(source, base)?;
    }
    let persons = |zone| request.persons.as_ref().map(|path| read_persons(&base.join(path), zone)).transpose();
    // A wrong list is refused before anything is made.
    persons(&request.zone)?;
    let matter = open_or_create(&request, options)?;
    let _lock = Lock::take(&matter)?;
    let digest = request.digest(&profile);
    if let Some(found) = recover(&matter, &request.name, digest, options, events)? {
        return Ok(found);
    }
    if let Some(persons) = persons(&matter.config().zone)? {
        matter.set_persons(&persons, &options.attribution)?;
    }
    let mut imports = Vec::new();
    for source in &request.sources {
        imports.push(import(&matter, &spec(source, base)?, options, events)?);
    }
    let planned = planning::plan(&matter, &request, &profile, None, events)?;
    publish(&matter, &planned, &imports, options, events)
}

/// Produces a plan under its own name, or finds that it was and verifies it.
pub fn produce(matter: &Matter, plan: &Plan, options: &Options, events: &mut Events<'_>) -> Result<Outcome> {
    let header = &plan.header;
    let _lock = Lock::take(matter)?;
    if let Some(found) = recover(matter, &header.request.name, header.request_digest, options, events)? {
        return Ok(found);
    }
    publish(matter, &replanned(matter, plan, events)?, &[], options, events)
}

/// Produces a plan once more into a folder of its own: the same numbers, the same bytes. Nothing is claimed.
pub fn produce_again(
    matter: &Matter,
    plan: &Plan,
    to: &Path,
    options: &Options,
    events: &mut Events<'_>,
) -> Result<Produced> {
    if to.exists() {
        return Err(
            ProductionError::usage(format!("{} is there already", to.display())).hint("name a folder that is not")
        );
    }
    let claim = matter.claims(options.attribution.clone()).find(&plan.header.request.name)?;
    if claim.is_none_or(|claim| claim.plan != plan.digest()) {
        return Err(ProductionError::usage(
            "this plan was never produced in this matter, so its numbers are not its own yet",
        )
        .hint("produce it first, without --again"));
    }
    let mut partial = to.as_os_str().to_owned();
    partial.push(".partial");
    let stage = producing::stage(&options.disk, Path::new(&partial))?;
    let produced = producing::produce(matter, plan, &stage, events)?;
    verify_stage(plan, &stage, events)?;
    stage.publish(to)?;
    Ok(produced)
}

/// Imports one source.
pub fn import(matter: &Matter, spec: &SourceSpec, options: &Options, events: &mut Events<'_>) -> Result<ImportReport> {
    events(Event::Started { stage: Stage::Import, what: spec.label.clone(), steps: None });
    let mut taken_in = 0;
    let report = duces_collect::import(matter, spec, &options.attribution, &mut |event| {
        if let ImportEvent::Committed { records, .. } = event {
            events(Event::Advanced { steps: records - taken_in });
            taken_in = records;
        }
    })?;
    let outcome = format!(
        "{}: {}, {}, {} excepted",
        counted(report.records, "record"),
        counted(report.messages, "new message"),
        counted(report.duplicates, "copy"),
        report.excepted
    );
    events(Event::Done { outcome });
    for finding in &report.findings {
        events(Event::Found(finding.clone()));
    }
    Ok(report)
}

/// Opens the matter that a request works in, or makes it.
fn open_or_create(request: &Request, options: &Options) -> Result<Matter> {
    if options.out.join("matter.toml").exists() {
        return Ok(Matter::open_on(options.disk.clone(), &options.out)?);
    }
    let config = MatterConfig { name: request.matter.clone(), zone: request.zone.clone() };
    Ok(Matter::create_on(options.disk.clone(), &options.out, &config)?)
}

fn spec(source: &crate::request::Source, base: &Path) -> Result<SourceSpec> {
    let path = base.join(&source.path);
    if !path.exists() {
        return Err(ProductionError::new(ErrorKind::Unreadable, format!("there is no source {}", path.display()))
            .hint("nothing was imported; check the path, which is relative to the request"));
    }
    let format = source.format.as_deref().map(format_named).transpose()?;
    let exclude = source.exclude.as_ref().map(|list| ExcludeList::read(&base.join(list))).transpose()?;
    let mapping = source.mapping.as_ref().map(|file| Mapping::read(&base.join(file))).transpose();
    let mapping = mapping.map_err(CollectError::from)?;
    Ok(SourceSpec {
        path,
        custodian: source.custodian.clone(),
        account: source.account.clone(),
        format,
        zone: source.zone.clone(),
        date_order: source.date_order,
        label: source.label.clone().unwrap_or_else(|| source.path.clone()),
        exclude,
        mapping,
    })
}

/// Returns the source format of a name, or says which names there are.
pub fn format_named(name: &str) -> Result<Format> {
    Format::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        ProductionError::usage(format!("there is no source format `{name}`"))
            .hint(format!("formats are: {}; without one, the content decides", known.join(", ")))
    })
}

/// One production at a time is written in a matter.
struct Lock {
    _file: File,
}

impl Lock {
    fn take(matter: &Matter) -> Result<Self> {
        let path = matter.productions().join(".lock");
        let failed = |error: std::io::Error| {
            ProductionError::new(ErrorKind::Write, format!("{}: cannot be written", path.display()))
                .because(error)
                .hint("nothing was published; choose a folder that can be written to")
        };
        std::fs::create_dir_all(matter.productions()).map_err(failed)?;
        let file = File::create(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => {
                Err(ProductionError::new(ErrorKind::Matter, format!("{} is locked", matter.dir().display()))
                    .hint("another duces process is producing in this matter; wait until it has ended, then run again"))
            }
            Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

fn folders(matter: &Matter, name: &str) -> (PathBuf, PathBuf) {
    let productions = matter.productions();
    (productions.join(name), productions.join(format!("{name}.partial")))
}

/// Completes or voids what an earlier run left behind; returns the production where it stands finished.
fn recover(
    matter: &Matter,
    name: &str,
    request: Digest,
    options: &Options,
    events: &mut Events<'_>,
) -> Result<Option<Outcome>> {
    let claims = matter.claims(options.attribution.clone());
    let (folder, partial) = folders(matter, name);
    let Some(claim) = claims.find(name)? else { return Ok(None) };
    if claim.request != request && !matches!(claim.state, ClaimState::Void) {
        return Err(ProductionError::usage(format!("production {name} is another request's, {}", claim.state.label()))
            .hint("nothing was changed; give this request another name"));
    }
    match claim.state {
        ClaimState::Void => Ok(None),
        ClaimState::Claimed => {
            discard(&options.disk, &partial)?;
            claims.void(claim.id)?;
            Ok(None)
        }
        ClaimState::Sealed { manifest } => {
            if folder.exists() {
                claims.finish(claim.id)?;
                return finished(&folder, manifest, &claim, events).map(Some);
            }
            if partial.exists() && manifest_of(&partial, &claim)? == Some(manifest) {
                Folder::reopen(&options.disk, &partial)?.publish(&folder)?;
                claims.finish(claim.id)?;
                return finished(&folder, manifest, &claim, events).map(Some);
            }
            discard(&options.disk, &partial)?;
            claims.void(claim.id)?;
            Ok(None)
        }
        ClaimState::Finished { manifest } => finished(&folder, manifest, &claim, events).map(Some),
    }
}

fn discard(disk: &Disk, partial: &Path) -> Result<()> {
    if partial.exists() {
        Folder::reopen(disk, partial)?.discard()?;
    }
    Ok(())
}

fn manifest_of(folder: &Path, claim: &Claim) -> Result<Option<Digest>> {
    let plan = Plan::read(&folder.join("plan.jsonl"))?;
    if plan.digest() != claim.plan {
        return Ok(None);
    }
    let manifest = folder.join(&plan.header.request.production.volume).join(MANIFEST_NAME);
    Ok(std::fs::read(manifest).ok().map(|bytes| Digest::of(&bytes)))
}

/// Verifies a production that was finished before.
fn finished(folder: &Path, manifest: Digest, claim: &Claim, events: &mut Events<'_>) -> Result<Outcome> {
    let unreadable = |what: String| {
        ProductionError::new(ErrorKind::Unreadable, what)
            .hint("the ledger says that this production was finished; restore its folder from a backup")
    };
    let path = folder.join("reports/production.json");
    let bytes = std::fs::read(&path).map_err(|error| unreadable(format!("{}: {error}", path.display())))?;
    let account: Account =
        serde_json::from_slice(&bytes).map_err(|error| unreadable(format!("{}: {error}", path.display())))?;
    let what = format!("{}, finished before", claim.production);
    events(Event::Started { stage: Stage::Verify, what, steps: None });
    let options = duces_verify::Options::default();
    let mut verified = duces_verify::verify(&folder.join(&account.volume), &options)?;
    if manifest_of(folder, claim)? != Some(manifest) {
        let text = "the manifest is not the one that the ledger has for this production";
        verified.findings.push(Finding::new(&codes::MANIFEST_CHANGED, Place::file(MANIFEST_NAME), text));
    }
    events(Event::Done { outcome: verdict(&verified) });
    for finding in &verified.findings {
        events(Event::Found(finding.clone()));
    }
    Ok(Outcome { account, folder: folder.to_owned(), found: true, verified })
}

fn verdict(report: &Report) -> String {
    let findings = match report.findings.len() {
        0 => "no finding".to_owned(),
        n => counted(n, "finding"),
    };
    format!("{}, {}: {findings}", counted(report.documents, "document"), counted(report.pages, "page"))
}

/// A plan that was read from a file is counted anew, and must come out the same.
fn replanned(matter: &Matter, plan: &Plan, events: &mut Events<'_>) -> Result<Planned> {
    let header = &plan.header;
    let as_of = duces_archive::AsOf(header.as_of);
    let planned = planning::plan(matter, &header.request, &header.profile, Some(as_of), events)?;
    if planned.plan.digest() == plan.digest() {
        return Ok(planned);
    }
    Err(ProductionError::usage(
        "the plan is not what its request comes to in this matter: it was edited, made by another version, or a decoder \
         gives other bytes now",
    )
    .hint("nothing was numbered; make the plan again with `duces plan`"))
}

/// Claims the numbers, writes, verifies, seals and publishes.
fn publish(
    matter: &Matter,
    planned: &Planned,
    imports: &[ImportReport],
    options: &Options,
    events: &mut Events<'_>,
) -> Result<Outcome> {
    let plan = &planned.plan;
    refuse_errors(&planned.findings)?;
    let claims = matter.claims(options.attribution.clone());
    let claim = claim(matter, plan, options)?;
    if let Some(range) = &plan.header.bates {
        events(Event::Numbered(range.clone()));
    }
    let (folder, partial) = folders(matter, &plan.header.request.name);
    let stage = producing::stage(&options.disk, &partial)?;
    let written = write(matter, planned, imports, &stage, events);
    let (account, verified) = match written {
        Ok(written) => written,
        Err(error) => {
            // The stage holds nothing that anyone may use, and its numbers were never published.
            let _ = stage.discard();
            claims.void(claim.id)?;
            return Err(error);
        }
    };
    events(Event::Started { stage: Stage::Publish, what: plan.header.request.name.clone(), steps: None });
    stage.sync_all()?;
    claims.seal(claim.id, account.manifest)?;
    stage.publish(&folder)?;
    claims.finish(claim.id)?;
    events(Event::Done { outcome: folder.display().to_string() });
    Ok(Outcome { account, folder, found: false, verified })
}

fn claim(matter: &Matter, plan: &Plan, options: &Options) -> Result<Claim> {
    let Some(range) = plan.header.bates.clone() else {
        return Err(ProductionError::new(ErrorKind::Findings, codes::NOTHING_SELECTED.summary));
    };
    let wanted = ClaimRequest {
        range: range.clone(),
        plan: plan.digest(),
        request: plan.header.request_digest,
        production: plan.header.request.name.clone(),
    };
    match matter.claims(options.attribution.clone()).claim(&wanted)? {
        ClaimAnswer::Held(claim) => Ok(claim),
        ClaimAnswer::Overlap(other) => {
            let next = other.range.last().plus(1).map(|n| n.number().to_string()).unwrap_or_default();
            Err(ProductionError::usage(format!(
                "{range} overlaps {}, which production {} holds",
                other.range, other.production
            ))
            .hint(format!(
                "nothing was numbered; after that production the next free number is {next} (next_number = {next})"
            )))
        }
        ClaimAnswer::NameTaken(other) => Err(ProductionError::usage(format!(
            "production {} is {} with another plan",
            other.production,
            other.state.label()
        ))
        .hint("nothing was numbered; give this request another name")),
    }
}

fn refuse_errors(findings: &[Finding]) -> Result<()> {
    match findings.iter().find(|finding| finding.severity == Severity::Error) {
        None => Ok(()),
        Some(finding) => Err(ProductionError::new(ErrorKind::Findings, finding.to_string())
            .hint("nothing was numbered; the pre-flight check stands against it")),
    }
}

/// Writes everything into the stage and checks it there.
fn write(
    matter: &Matter,
    planned: &Planned,
    imports: &[ImportReport],
    stage: &Folder,
    events: &mut Events<'_>,
) -> Result<(Account, Report)> {
    let plan = &planned.plan;
    let produced = producing::produce(matter, plan, stage, events)?;
    let mut bytes = Vec::new();
    plan.write(&mut bytes).map_err(|error| ProductionError::new(ErrorKind::Write, error.to_string()))?;
    stage.write_file("plan.jsonl", &bytes)?;
    let verified = verify_stage(plan, stage, events)?;
    refuse_wrong_sum(&planned.sum)?;
    recount::check(plan, &stage.folder().join(&plan.header.request.production.volume))?;
    let account = account(matter, planned, &produced)?;
    papers::write(stage, plan, &account, imports)?;
    Ok((account, verified))
}

fn verify_stage(plan: &Plan, stage: &Folder, events: &mut Events<'_>) -> Result<Report> {
    let volume = stage.folder().join(&plan.header.request.production.volume);
    events(Event::Started { stage: Stage::Verify, what: plan.header.request.production.volume.clone(), steps: None });
    let options = duces_verify::Options { dialect: Some(crate::loadfiles::dialect(plan)), ..Default::default() };
    let verified = duces_verify::verify(&volume, &options)?;
    events(Event::Done { outcome: verdict(&verified) });
    for finding in &verified.findings {
        events(Event::Found(finding.clone()));
    }
    let gravest = verified.findings.iter().find(|finding| finding.severity == Severity::Error);
    match gravest {
        None => Ok(verified),
        Some(finding) => {
            Err(ProductionError::new(ErrorKind::Findings, format!("the volume does not verify: {finding}"))
                .hint("nothing was published; please report this, the volume is not what was planned"))
        }
    }
}

fn refuse_wrong_sum(sum: &Sum) -> Result<()> {
    let mismatches = sum.mismatches();
    let Some(first) = mismatches.first() else { return Ok(()) };
    let c = &first.classes;
    let text = format!(
        "{} ({} of {} on {}: {} collected, {} not selected, {} duplicates, {} selected; {} such lines)",
        codes::SUM_MISMATCH.summary,
        first.kind,
        first.conversation,
        first.day,
        c.collected,
        c.not_selected,
        c.duplicates,
        c.selected(),
        mismatches.len(),
    );
    Err(ProductionError::new(ErrorKind::Findings, text).hint("nothing was published; please report this"))
}

fn account(matter: &Matter, planned: &Planned, produced: &Produced) -> Result<Account> {
    let plan = &planned.plan;
    let reader = matter.reader()?;
    let conversations = reader.conversations(duces_archive::AsOf(plan.header.as_of))?;
    let title = |key: &duces_model::ConversationKey| {
        conversations.iter().find(|c| c.key == *key).map_or_else(|| key.to_string(), |c| c.title.clone())
    };
    let total = planned.sum.total();
    let mut shown: Vec<_> = plan.families.iter().map(|family| &family.unit.conversation).collect();
    shown.dedup();
    let line = |(key, day, line): (&duces_model::ConversationKey, duces_model::Day, &crate::sum::Line)| SumLine {
        conversation: title(key),
        day: day.to_string(),
        line: line.clone(),
    };
    Ok(Account {
        production: plan.header.request.name.clone(),
        matter: plan.header.request.matter.clone(),
        volume: plan.header.request.production.volume.clone(),
        profile: plan.header.profile.name.clone(),
        bates: plan.header.bates.clone(),
        conversations: shown.len() as u64,
        families: plan.header.families,
        documents: plan.header.documents,
        pages: produced.pages,
        messages: total.messages,
        attachments: total.attachments,
        withheld: planned.withheld.clone(),
        exceptions: planned.exceptions.clone(),
        sum: planned.sum.lines().map(line).collect(),
        findings: planned.findings.iter().map(FindingLine::from).collect(),
        asked: papers::asked(plan)?,
        rules: papers::rules(plan),
        manifest: produced.manifest,
        zip: produced.zip,
        files: produced.files,
    })
}
