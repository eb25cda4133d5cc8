//! How results are shown to a person, and as JSON. Data goes to stdout.

use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use duces_archive::LedgerEntry;
use duces_model::counted;
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
        &format!("{} in {}", both(m.selected(), t.selected(), " and "), counted(a.conversations, "conversation")),
    );
    line(
        "Produced",
        &format!(
            "{}: {}, {}",
            both(m.produced, t.produced, ", "),
            counted(a.documents, "document"),
            counted(a.pages, "page")
        ),
    );
    line("Withheld", &both(m.withheld, t.withheld, ", "));
    for withheld in &a.withheld {
        line(
            "",
            &format!(
                "{}: {} ({})",
                withheld.conversation,
                both(withheld.messages, withheld.attachments, ", "),
                withheld.reason
            ),
        );
    }
    line("Excepted", &both(m.excepted, t.excepted, ", "));
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

fn both(messages: u64, attachments: u64, between: &str) -> String {
    format!("{}{between}{}", counted(messages, "message"), counted(attachments, "attachment"))
}

fn verdict(report: &Report) -> String {
    let what = match report.findings.len() {
        0 => "no finding".to_owned(),
        n => counted(n, "finding"),
    };
    let (documents, pages) = (counted(report.documents, "document"), counted(report.pages, "page"));
    format!("{documents}, {pages}, {}: {what}", counted(report.files, "file"))
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
