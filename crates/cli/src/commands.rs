//! What each command does: reads its arguments, calls the libraries, prints what came of it.

use std::path::{Path, PathBuf};

use anyhow::Result;
use duces_archive::{Attribution, Matter, MatterConfig};
use duces_collect::{CollectError, ExcludeList, ImportReport, Mapping, SourceSpec};
use duces_files::Disk;
use duces_model::{Custodian, Day, Severity, TimeError, UtcMillis, Zone};
use duces_production::{Options, Plan, ProductionError, Profile, Request, format_named, import_papers};

use crate::args::{
    Cli, ImportArgs, InitArgs, LogArgs, PersonsAction, PersonsArgs, PlanArgs, ProduceArgs, ProfilesAction,
    ProfilesArgs, RunArgs, VerifyArgs,
};
use crate::exit::Outcome;
use crate::imports;
use crate::progress::Progress;
use crate::shown;

/// Does a whole request.
pub fn run(cli: &Cli, args: &RunArgs) -> Result<Outcome> {
    let mut progress = Progress::new(cli.quiet);
    let outcome = duces_production::run(&args.request, &options(&args.out), &mut |event| progress.show(event));
    progress.finish();
    let outcome = outcome?;
    if cli.json {
        shown::json(&outcome.account)?
    } else {
        shown::account(&outcome)
    }
    Ok(ended(&outcome, args.fail_on_exceptions))
}

fn ended(outcome: &duces_production::Outcome, fail_on_exceptions: bool) -> Outcome {
    if outcome.verified.has_errors() {
        Outcome::Findings
    } else if fail_on_exceptions && outcome.account.excepted() > 0 {
        Outcome::Exceptions
    } else {
        Outcome::Done
    }
}

/// Makes an empty matter.
pub fn init(_cli: &Cli, args: &InitArgs) -> Result<Outcome> {
    let folder = args.matter.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = args.name.clone().or(folder).unwrap_or_else(|| "matter".to_owned());
    let config = MatterConfig { name, zone: zone(&args.tz)? };
    Matter::create(&args.matter, &config).map_err(ProductionError::from)?;
    anstream::eprintln!("made {}; bring sources in with `duces import`", args.matter.display());
    Ok(Outcome::Done)
}

/// Brings sources into a matter.
pub fn import(cli: &Cli, args: &ImportArgs) -> Result<Outcome> {
    let zone = args.tz.as_deref().map(zone).transpose()?;
    let format = args.format.as_deref().map(format_named).transpose()?;
    let exclude = args.exclude.as_deref().map(ExcludeList::read).transpose().map_err(ProductionError::from)?;
    let mapping = args.mapping.as_deref().map(Mapping::read).transpose();
    let mapping = mapping.map_err(CollectError::from).map_err(ProductionError::from)?;
    let matter = Matter::open(&args.matter).map_err(ProductionError::from)?;
    let specs = args.sources.iter().map(|path| SourceSpec {
        path: path.clone(),
        custodian: Custodian(args.custodian.clone()),
        account: args.account.clone(),
        format,
        zone: zone.clone(),
        date_order: args.date_order,
        label: path.display().to_string(),
        exclude: exclude.clone(),
        mapping: mapping.clone(),
    });
    if args.dry_run {
        return survey(cli, args, &matter, specs.collect());
    }
    let mut progress = Progress::new(cli.quiet);
    let mut reports = Vec::new();
    for spec in specs {
        let report =
            duces_production::import(&matter, &spec, &options(&args.matter), &mut |event| progress.show(event))?;
        reports.push(report);
    }
    progress.finish();
    if let Some(folder) = &args.report {
        write_report(folder, &reports)?;
    }
    let grave = reports.iter().any(|report| report.gravest() == Some(Severity::Error));
    match (cli.json, reports.as_slice()) {
        (true, [report]) => shown::json(report)?,
        (true, reports) => shown::json(&reports)?,
        (false, reports) => reports.iter().for_each(imports::import),
    }
    Ok(if grave { Outcome::Findings } else { Outcome::Done })
}

/// Shows what an import would read.
fn survey(cli: &Cli, args: &ImportArgs, matter: &Matter, specs: Vec<SourceSpec>) -> Result<Outcome> {
    let attribution = options(&args.matter).attribution;
    let mut surveys = Vec::new();
    for spec in &specs {
        surveys.push(duces_collect::survey(matter, spec, &attribution).map_err(ProductionError::from)?);
    }
    match (cli.json, surveys.as_slice()) {
        (true, [survey]) => shown::json(survey)?,
        (true, surveys) => shown::json(&surveys)?,
        (false, surveys) => surveys.iter().for_each(imports::survey),
    }
    Ok(Outcome::Done)
}

fn write_report(folder: &Path, reports: &[ImportReport]) -> Result<()> {
    let disk = Disk::real();
    disk.create_dir_all(folder).map_err(ProductionError::from)?;
    for (name, bytes) in import_papers(reports, duces_production::Paper::Letter)? {
        duces_files::write_atomically(&disk, &folder.join(name), &bytes).map_err(ProductionError::from)?;
    }
    anstream::eprintln!(
        "wrote {}, and the same as import.pdf and in full as import.json beside it",
        folder.join("import.html").display()
    );
    Ok(())
}

/// Says whose account is whose.
pub fn persons(cli: &Cli, args: &PersonsArgs) -> Result<Outcome> {
    let matter = Matter::open(&args.matter).map_err(ProductionError::from)?;
    let zone = matter.config().zone.clone();
    if let PersonsAction::Set { file } = &args.action {
        let persons = duces_collect::read_persons(file, &zone).map_err(ProductionError::from)?;
        let changed =
            matter.set_persons(&persons, &options(&args.matter).attribution).map_err(ProductionError::from)?;
        let what = if changed { "noted" } else { "no change" };
        let (n, accounts) = (persons.names().len(), persons.accounts().len());
        anstream::eprintln!("{what}: {n} persons with {accounts} accounts");
        return Ok(Outcome::Done);
    }
    let reader = matter.reader().map_err(ProductionError::from)?;
    let as_of = reader.now().map_err(ProductionError::from)?;
    let persons = reader.persons(as_of).map_err(ProductionError::from)?;
    match &args.action {
        PersonsAction::Set { .. } => {}
        PersonsAction::List if cli.json => shown::json(&persons)?,
        PersonsAction::List => imports::persons(&persons, &zone),
        PersonsAction::Names { account } => {
            let mut names = reader.account_names(as_of).map_err(ProductionError::from)?;
            names.retain(|name| account.is_empty() || account.contains(&name.native_id));
            if cli.json { shown::json(&names)? } else { imports::names(&names, &persons, &zone) }
        }
    }
    Ok(Outcome::Done)
}

/// Resolves a request into a plan.
pub fn plan(cli: &Cli, args: &PlanArgs) -> Result<Outcome> {
    let matter = Matter::open(&args.matter).map_err(ProductionError::from)?;
    let request = Request::read(&args.request)?;
    let profile = Profile::find(&request.production.profile, args.request.parent().unwrap_or(Path::new("")))?;
    let mut progress = Progress::new(cli.quiet);
    let planned = duces_production::plan(&matter, &request, &profile, None, &mut |event| progress.show(event))?;
    progress.finish();
    let path = args.output.clone().unwrap_or_else(|| args.matter.join("plans").join(format!("{}.jsonl", request.name)));
    let mut bytes = Vec::new();
    planned.plan.write(&mut bytes)?;
    let disk = Disk::real();
    if let Some(folder) = path.parent() {
        disk.create_dir_all(folder).map_err(ProductionError::from)?;
    }
    duces_files::write_atomically(&disk, &path, &bytes).map_err(ProductionError::from)?;
    if cli.json {
        shown::json(&planned.plan.header)?
    } else {
        shown::planned(&planned, &path)
    }
    let grave = planned.findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if grave { Outcome::Findings } else { Outcome::Done })
}

/// Produces a plan.
pub fn produce(cli: &Cli, args: &ProduceArgs) -> Result<Outcome> {
    let folder = match &args.matter {
        Some(folder) => folder.clone(),
        None => matter_of(&args.plan)?,
    };
    let plan = Plan::read(&args.plan)?;
    let matter = Matter::open(&folder).map_err(ProductionError::from)?;
    let mut progress = Progress::new(cli.quiet);
    if let Some(to) = &args.again {
        let produced =
            duces_production::produce_again(&matter, &plan, to, &options(&folder), &mut |event| progress.show(event))?;
        progress.finish();
        anstream::println!("produced again in {}\nmanifest SHA-256 {}", to.display(), produced.manifest);
        return Ok(Outcome::Done);
    }
    let outcome = duces_production::produce(&matter, &plan, &options(&folder), &mut |event| progress.show(event))?;
    progress.finish();
    if cli.json {
        shown::json(&outcome.account)?
    } else {
        shown::account(&outcome)
    }
    Ok(ended(&outcome, false))
}

/// A plan lies in its matter, in `plans/` or in its production.
fn matter_of(plan: &Path) -> Result<PathBuf> {
    let absolute = std::path::absolute(plan)?;
    let found = absolute.ancestors().skip(1).find(|folder| folder.join("matter.toml").is_file());
    let error = || {
        ProductionError::usage(format!("{} lies in no matter", plan.display()))
            .hint("name the matter with --matter DIR")
    };
    Ok(found.ok_or_else(error)?.to_owned())
}

/// Checks a volume as its recipient would.
pub fn verify(cli: &Cli, args: &VerifyArgs) -> Result<Outcome> {
    let profile = args.profile.as_deref().map(|name| Profile::find(name, Path::new(""))).transpose()?;
    let options = duces_verify::Options {
        dialect: profile.map(|profile| profile.load_files.dialect),
        hashes_only: args.hashes,
        ..duces_verify::Options::default()
    };
    let report = duces_verify::verify(&args.volume, &options).map_err(ProductionError::from)?;
    if cli.json {
        shown::json(&report)?
    } else {
        shown::verification(&report)
    }
    Ok(if report.has_errors() { Outcome::Findings } else { Outcome::Done })
}

/// Prints a matter's ledger.
pub fn log(cli: &Cli, args: &LogArgs) -> Result<Outcome> {
    let matter = Matter::open(&args.matter).map_err(ProductionError::from)?;
    let reader = matter.reader().map_err(ProductionError::from)?;
    let mut entries = Vec::new();
    reader
        .ledger(&mut |entry, _| {
            entries.push(entry);
            Ok(())
        })
        .map_err(ProductionError::from)?;
    if cli.json {
        shown::json(&entries)?;
        return Ok(Outcome::Done);
    }
    for entry in &entries {
        shown::ledger_entry(entry);
    }
    let head = reader.head().map_err(ProductionError::from)?;
    anstream::println!("head: {} entries, root {}", head.size, head.root);
    Ok(Outcome::Done)
}

/// Lists, shows or checks profiles.
pub fn profiles(cli: &Cli, args: &ProfilesArgs) -> Result<Outcome> {
    match &args.action {
        ProfilesAction::List => {
            let mut profiles = Vec::new();
            for (name, _) in Profile::built_in() {
                profiles.push(Profile::find(name, Path::new(""))?);
            }
            if cli.json {
                shown::json(&profiles)?;
            } else {
                profiles.iter().for_each(|profile| anstream::println!("{:<12} {}", profile.name, profile.title));
            }
        }
        ProfilesAction::Show { name } => match Profile::built_in().find(|(known, _)| known == name) {
            Some((_, text)) => anstream::print!("{text}"),
            None => {
                Profile::find(name, Path::new(""))?;
                anstream::print!("{}", std::fs::read_to_string(name)?);
            }
        },
        ProfilesAction::Check { file } => {
            let profile = Profile::find(&file.to_string_lossy(), Path::new(""))?;
            anstream::println!("{} is a profile: {}", file.display(), profile.title);
        }
    }
    Ok(Outcome::Done)
}

pub(crate) fn options(out: &Path) -> Options {
    Options { out: out.to_owned(), disk: Disk::real(), attribution: Attribution { at: now(), by: who() } }
}

/// Returns the day that it is in UTC; `None` where the clock stands before 1970.
pub(crate) fn today() -> Option<Day> {
    now().map(|now| Zone::utc().day(now))
}

/// The time is read here and nowhere else; it goes into the ledger and into no output.
#[expect(clippy::disallowed_methods, reason = "the command line passes the time in as a value")]
fn now() -> Option<UtcMillis> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    UtcMillis::new(i64::try_from(since.as_millis()).ok()?).ok()
}

/// Who runs the command, as the system says; for the ledger.
#[expect(clippy::disallowed_methods, reason = "only the command line reads the environment")]
fn who() -> Option<String> {
    std::env::var("USER").or_else(|_| std::env::var("USERNAME")).ok().filter(|name| !name.is_empty())
}

pub(crate) fn zone(name: &str) -> Result<Zone> {
    Ok(Zone::named(name).map_err(refused)?)
}

pub(crate) fn day(text: Option<&str>) -> Result<Option<Day>> {
    Ok(text.map(|text| text.parse().map_err(refused)).transpose()?)
}

fn refused(error: TimeError) -> ProductionError {
    ProductionError::usage(error.to_string()).hint("nothing was changed")
}
