//! How results are shown to a person, and as JSON. Data goes to stdout.

use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use duces_archive::LedgerEntry;
use duces_model::counted;
use duces_production::{Outcome, Planned};
use duces_search::Outcome as Found;
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

/// Prints what a search found.
pub fn search(found: &Found) {
    anstream::println!(
        "{} messages, {} documents, {} conversations, {} custodians",
        found.messages.len(),
        found.documents,
        found.conversations,
        found.custodians
    );
    anstream::println!(
        "{}{}",
        found.normalisation,
        if found.verified_full { "; every message was looked at" } else { "" }
    );
    for hit in &found.hits {
        let when = hit.time.clone().unwrap_or_else(|| hit.day.to_string());
        let who = hit.sender.as_deref().or(hit.sender_id.as_deref()).unwrap_or("-");
        anstream::println!("\n{when}  {who}  [{} {}]", hit.conversation, hit.conversation_id);
        anstream::println!("  {}", marked(&hit.text, &hit.ranges).replace('\n', "\n  "));
    }
    let more = found.messages.len().saturating_sub(found.hits.len());
    if more > 0 && !found.hits.is_empty() {
        anstream::println!("\n... and {more} more; --limit N shows them");
    }
}

/// How much of a long text is shown around a hit, in characters.
const CONTEXT: usize = 120;

/// Returns the text around the hits, with them between `[[` and `]]`, readable without colour.
fn marked(text: &str, ranges: &[(usize, usize)]) -> String {
    let (Some(first), Some(last)) = (ranges.first(), ranges.last()) else {
        return text.chars().take(4 * CONTEXT).collect();
    };
    let start = text[..first.0].char_indices().rev().nth(CONTEXT).map_or(0, |(at, _)| at);
    let end = text[last.1..].char_indices().nth(CONTEXT).map_or(text.len(), |(at, _)| last.1 + at);
    let mut out = String::from(if start > 0 { "..." } else { "" });
    let mut at = start;
    for (from, to) in ranges {
        if *from < at {
            continue;
        }
        out.push_str(&text[at..*from]);
        out.push_str("[[");
        out.push_str(&text[*from..*to]);
        out.push_str("]]");
        at = *to;
    }
    out.push_str(&text[at..end]);
    if end < text.len() {
        out.push_str("...");
    }
    out
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
