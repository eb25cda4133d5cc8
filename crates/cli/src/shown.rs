//! How results are shown to a person, and as JSON. Data goes to stdout.

use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use duces_archive::LedgerEntry;
use duces_production::{Outcome, Planned};
use duces_verify::Report;
use serde::Serialize;

/// How many findings are printed; `--json` has all.
pub(crate) const MOST: usize = 200;

/// Prints a value as JSON.
pub fn json(value: &impl Serialize) -> Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Prints the account of a production.
pub fn account(outcome: &Outcome) {
    let a = &outcome.account;
    let state = if outcome.found { "finished before, verified again" } else { "finished" };
    let (m, t) = (&a.messages, &a.attachments);
    anstream::println!("\nProduction {} of {}: {state}\n", a.production, a.matter);
    line(
        "Selected",
        &format!("{} messages and {} attachments in {} conversations", m.selected(), t.selected(), a.conversations),
    );
    line(
        "Produced",
        &format!("{} messages, {} attachments: {} documents, {} pages", m.produced, t.produced, a.documents, a.pages),
    );
    line("Withheld", &format!("{} messages, {} attachments", m.withheld, t.withheld));
    for withheld in &a.withheld {
        line(
            "",
            &format!(
                "{}: {} messages, {} attachments ({})",
                withheld.conversation, withheld.messages, withheld.attachments, withheld.reason
            ),
        );
    }
    line("Excepted", &format!("{} messages, {} attachments", m.excepted, t.excepted));
    for exception in a.exceptions.iter().take(10) {
        let at = if exception.bates.is_empty() { &exception.place } else { &exception.bates };
        line("", &format!("{at}: {}: {}", exception.item, exception.reason));
    }
    if a.exceptions.len() > 10 {
        line("", &format!("and {} more, in the report", a.exceptions.len() - 10));
    }
    line("Bates range", &a.bates.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string));
    line("Volume", &format!("{} and {}.zip", outcome.folder.join(&a.volume).display(), a.volume));
    line("Reports", &outcome.folder.join("reports").display().to_string());
    line("Manifest", &format!("SHA-256 {}", a.manifest));
    line("Verified", &verdict(&outcome.verified));
    line("Check it", &format!("duces verify {}", outcome.folder.join(&a.volume).display()));
    line("", &format!("or: cd {} && sha256sum -c manifest-sha256.txt", outcome.folder.join(&a.volume).display()));
    for finding in outcome.verified.findings.iter().take(MOST) {
        anstream::println!("{finding}");
    }
}

pub(crate) fn line(label: &str, text: &str) {
    anstream::println!("{label:<12} {text}");
}

fn verdict(report: &Report) -> String {
    let n = report.findings.len();
    let what = match n {
        0 => "no finding".to_owned(),
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    };
    format!("{} documents, {} pages, {} files: {what}", report.documents, report.pages, report.files)
}

/// Prints what a plan came to.
pub fn planned(planned: &Planned, path: &Path) {
    let header = &planned.plan.header;
    let total = planned.sum.total();
    line("Plan", &path.display().to_string());
    line("Families", &header.families.to_string());
    line("Documents", &header.documents.to_string());
    line("Bates range", &header.bates.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string));
    line(
        "Messages",
        &format!(
            "{} produced, {} withheld, {} not selected",
            total.messages.produced, total.messages.withheld, total.messages.not_selected
        ),
    );
    line("Exceptions", &planned.exceptions.len().to_string());
    line("Next", &format!("duces produce {}", path.display()));
}

/// Prints what verification found.
pub fn verification(report: &Report) {
    for finding in report.findings.iter().take(MOST) {
        anstream::println!("{finding}");
    }
    if report.findings.len() > MOST {
        anstream::println!("... and {} more; --json has all", report.findings.len() - MOST);
    }
    for check in &report.not_run {
        anstream::println!("not run: {check}");
    }
    anstream::println!("{}", verdict(report));
}

/// Prints an entry of the ledger.
pub fn ledger_entry(entry: &LedgerEntry) {
    let at = entry.at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    let by = entry.by.as_deref().unwrap_or("-");
    anstream::println!("{:>6}  {at}  {by}  {}  {}", entry.seq, entry.act, entry.over);
}
