//! `duces hold`: legal holds placed, listed, released and reported on.

use std::path::Path;

use anyhow::Result;
use duces_archive::{Attribution, Head, HeldSet, Hold, HoldAct, HoldPeriod, HoldRelease, HoldScope, Matter, NewHold};
use duces_files::Disk;
use duces_model::{Custodian, Finding, Severity, Zone, counted};
use duces_production::{Paper, ProductionError, hold_papers};
use serde::{Deserialize, Serialize};

use crate::args::Cli;
use crate::commands::{day, options, zone};
use crate::exit::Outcome;
use crate::hold_args::{HoldAction, HoldArgs, ListArgs, PlaceArgs, ReleaseArgs, ReportArgs};
use crate::shown::{self, line};

/// Does what is asked about holds.
pub fn hold(cli: &Cli, args: &HoldArgs) -> Result<Outcome> {
    match &args.action {
        HoldAction::Place(args) => place(cli, args),
        HoldAction::List(args) => list(cli, args),
        HoldAction::Release(args) => release(cli, args),
        HoldAction::Report(args) => report(cli, args),
    }
}

/// A hold with what it holds now, or held last.
#[derive(Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    hold: &'a Hold,
    active: bool,
    holds: HeldSet,
}

fn place(cli: &Cli, args: &PlaceArgs) -> Result<Outcome> {
    let matter = open(&args.matter)?;
    let zone = args.zone.as_deref().map(zone).transpose()?.unwrap_or_else(|| matter.config().zone.clone());
    let (from, to) = (day(args.from.as_deref())?, day(args.to.as_deref())?);
    let new = NewHold {
        name: args.name.clone(),
        matter: args.proceeding.clone().unwrap_or_else(|| matter.config().name.clone()),
        reason: args.reason.clone(),
        authority: args.authority.clone(),
        scope: HoldScope {
            custodians: args.custodian.iter().cloned().map(Custodian).collect(),
            conversations: args.conversation.clone(),
            period: HoldPeriod::of_days(from, to, &zone).map_err(ProductionError::from)?,
        },
        everything: args.all,
        not_yet_collected: args.not_yet_collected,
    };
    let hold = matter.place_hold(&new, &attribution(&args.matter)).map_err(ProductionError::from)?;
    if hold.placed.held.messages == 0 {
        anstream::eprintln!(
            "no message that has been collected so far falls under it; what comes later and does is held"
        );
    }
    shown_alone(cli, &matter, &hold)
}

fn release(cli: &Cli, args: &ReleaseArgs) -> Result<Outcome> {
    let matter = open(&args.matter)?;
    let release =
        HoldRelease { name: args.name.clone(), reason: args.reason.clone(), authority: args.authority.clone() };
    let hold = matter.release_hold(&release, &attribution(&args.matter)).map_err(ProductionError::from)?;
    shown_alone(cli, &matter, &hold)
}

fn shown_alone(cli: &Cli, matter: &Matter, hold: &Hold) -> Result<Outcome> {
    let holds = hold.released.as_ref().unwrap_or(&hold.placed).held.clone();
    let listed = Listed { active: hold.is_active(), hold, holds };
    if cli.json {
        shown::json(&listed)?
    } else {
        shown_hold(&listed, &matter.config().zone)
    }
    Ok(Outcome::Done)
}

fn list(cli: &Cli, args: &ListArgs) -> Result<Outcome> {
    let matter = open(&args.matter)?;
    let reader = matter.reader().map_err(ProductionError::from)?;
    let now = reader.now().map_err(ProductionError::from)?;
    let holds = reader.holds().map_err(ProductionError::from)?;
    let mut listed = Vec::new();
    for hold in holds.holds.iter().filter(|hold| args.all || hold.is_active()) {
        let held = reader.held(&hold.scope, hold.until(now)).map_err(ProductionError::from)?;
        listed.push(Listed { active: hold.is_active(), hold, holds: held });
    }
    if cli.json {
        shown::json(&serde_json::json!({ "holds": listed, "findings": holds.findings }))?;
    } else {
        listed.iter().for_each(|listed| shown_hold(listed, &matter.config().zone));
        if listed.is_empty() {
            let released = if args.all { "" } else { "; --all lists those that were released" };
            anstream::println!("no hold stands{released}");
        }
        holds.findings.iter().for_each(|finding| anstream::println!("{finding}"));
    }
    Ok(ended(&holds.findings))
}

fn report(cli: &Cli, args: &ReportArgs) -> Result<Outcome> {
    let matter = open(&args.matter)?;
    let earlier = args.earlier.as_deref().map(head_of).transpose()?;
    let report = matter.hold_report(earlier).map_err(ProductionError::from)?;
    let disk = Disk::real();
    disk.create_dir_all(&args.out).map_err(ProductionError::from)?;
    for (name, bytes) in hold_papers(&report, &matter.config().zone, Paper::Letter)? {
        duces_files::write_atomically(&disk, &args.out.join(name), &bytes).map_err(ProductionError::from)?;
    }
    if cli.json {
        shown::json(&report)?;
    } else {
        let active = report.holds.iter().filter(|account| account.hold.is_active()).count();
        line("Holds", &format!("{active} active, {} released", report.holds.len() - active));
        line("Read again", &format!("every row, {}", counted(report.attachments, "attachment file")));
        line("Ledger", &format!("{}, root {}", counted(report.head.size, "entry"), report.head.root));
        report.findings.iter().for_each(|finding| anstream::println!("{finding}"));
        line("Report", &args.out.join("hold.html").display().to_string());
        line("", "and the same as hold.pdf and in full as hold.json beside it");
    }
    Ok(ended(&report.findings))
}

/// Reads the head of the ledger out of an earlier report.
fn head_of(path: &Path) -> Result<Head> {
    #[derive(Deserialize)]
    struct Earlier {
        head: Head,
    }
    let refused = |what: String| {
        ProductionError::usage(format!("{}: {what}", path.display()))
            .hint("nothing was reported; name the hold.json of an earlier `duces hold report`")
    };
    let bytes = std::fs::read(path).map_err(|error| refused(error.to_string()))?;
    let earlier: Earlier = serde_json::from_slice(&bytes).map_err(|error| refused(error.to_string()))?;
    Ok(earlier.head)
}

fn open(folder: &Path) -> Result<Matter> {
    Ok(Matter::open(folder).map_err(ProductionError::from)?)
}

fn attribution(folder: &Path) -> Attribution {
    options(folder).attribution
}

fn ended(findings: &[Finding]) -> Outcome {
    let grave = findings.iter().any(|finding| finding.severity == Severity::Error);
    if grave { Outcome::Findings } else { Outcome::Done }
}

/// Prints a hold.
fn shown_hold(listed: &Listed<'_>, zone: &Zone) {
    let Listed { hold, active, holds } = listed;
    anstream::println!("{}: {}", hold.name, if *active { "active" } else { "released" });
    line("  For", &hold.matter);
    line("  On", &hold.scope.to_string());
    line("  Placed", &act(&hold.placed, zone));
    if let Some(released) = &hold.released {
        line("  Released", &act(released, zone));
    }
    line(if *active { "  Holds" } else { "  Held" }, &held(holds));
    if let (Some(first), Some(last)) = (holds.first, holds.last) {
        let at = |at| zone.format(at, "%Y-%m-%d %H:%M:%S");
        line("", &format!("sent {} to {} ({})", at(first), at(last), zone.name()));
    }
    if !holds.custodians.is_empty() {
        let names: Vec<&str> = holds.custodians.iter().map(|custodian| custodian.0.as_str()).collect();
        line("", &format!("held by {}", names.join(", ")));
    }
    line("", &format!("SHA-256 {}", holds.sha256));
}

fn held(set: &HeldSet) -> String {
    let unreadable = match set.unreadable {
        0 => String::new(),
        n => format!(", {n} of them unreadable"),
    };
    format!(
        "{} in {}, {}{unreadable}",
        counted(set.messages, "message"),
        counted(set.conversations, "conversation"),
        counted(set.records, "record")
    )
}

fn act(act: &HoldAct, zone: &Zone) -> String {
    let at = act.at.map(|at| format!("{}, ", zone.format(at, "%Y-%m-%d %H:%M:%S"))).unwrap_or_default();
    format!("{at}by {}: {} (ledger entry {})", act.authority, act.reason, act.seq)
}
