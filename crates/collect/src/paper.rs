//! The import report as a paper for people.

use std::collections::BTreeMap;

use duces_archive::IDENTITY_STATEMENT;
use duces_model::{FindingCode, Severity, UtcMillis};
use duces_report::{Cell, Paper, PaperBuilder, Table};

use crate::codes::CODES;
use crate::payments;
use crate::report::{ConversationReport, ExclusionReport, FileFate, FileReport, ImportReport};

/// How many rows a table shows; the JSON beside the paper has all.
const ROWS: usize = 2_000;

/// Returns the report of some imports as one paper.
pub fn import_paper(reports: &[ImportReport]) -> Paper {
    let of_all = |count: fn(&ImportReport) -> u64| reports.iter().map(count).sum::<u64>().to_string();
    let mut paper = Paper::new("Import report")
        .subtitle("For the producing side; not to be handed over. Times are UTC. import.json beside this paper has everything in full.")
        .fact("Sources", reports.len().to_string())
        .fact("Records", of_all(|report| report.records))
        .fact("New messages", of_all(|report| report.messages))
        .fact("Copies", of_all(|report| report.duplicates))
        .fact("Copies are told", IDENTITY_STATEMENT)
        .fact("Not readable", of_all(|report| report.excepted))
        .fact("Not to be collected", of_all(|report| report.excluded));
    for report in reports {
        paper = source(paper, report);
    }
    paper.finish()
}

fn source(paper: PaperBuilder, report: &ImportReport) -> PaperBuilder {
    let title = format!("{} ({})", report.label, report.custodian);
    let mut paper = paper.heading(format!("{title}: files")).text(summary(&report.files));
    paper = listed(paper, files(&report.files), report.files.len(), "The source has no files that may be named.");
    if !report.zips.is_empty() {
        let mut table = Table::new(["ZIP", "Bytes", "SHA-256"]);
        for zip in &report.zips {
            table.row([zip.path.clone().into(), zip.size.into(), zip.sha256.to_string().into()]);
        }
        paper = paper.heading(format!("{title}: ZIPs opened")).table(table, "");
    }
    if let Some(exclusions) = &report.exclusions {
        paper = excluded(paper.heading(format!("{title}: not to be collected")), exclusions);
    }
    paper = facts(paper.heading(format!("{title}: records")), report);
    paper = listed(paper, inputs(report), report.inputs.len(), "Nothing was read.");
    paper = paper.heading(format!("{title}: conversations"));
    paper = listed(paper, conversations(report), report.conversations.len(), "There are no conversations.");
    let copies = copies(report);
    if !copies.rows.is_empty() {
        let count = copies.rows.len();
        paper = listed(paper.heading(format!("{title}: copies compared")), copies, count, "");
    }
    if report.payments != payments::PaymentCounts::default() {
        let counts =
            format!("{} linked, {} with one number that differ", report.payments.linked, report.payments.differing);
        paper = paper.heading(format!("{title}: payments")).text(payments::RULE).fact("Payments", counts);
    }
    paper = paper.heading(format!("{title}: findings")).table(kinds(report), "There are no findings.");
    let shown = report.findings.len();
    if shown == 0 { paper } else { listed(paper, findings(report), shown, "") }
}

/// Adds a table, cut where it would be too long to read.
fn listed(paper: PaperBuilder, mut table: Table, rows: usize, instead: &str) -> PaperBuilder {
    table.rows.truncate(ROWS);
    let paper = paper.table(table, instead);
    if rows <= ROWS {
        return paper;
    }
    paper.text(format!("The first {ROWS} of {rows} are listed; import.json has all."))
}

fn summary(files: &[FileReport]) -> String {
    let mut counts: BTreeMap<FileFate, (usize, u64)> = BTreeMap::new();
    for file in files {
        let count = counts.entry(file.fate).or_default();
        *count = (count.0 + 1, count.1 + file.size);
    }
    let said = |(fate, (count, bytes)): (FileFate, (usize, u64))| format!("{count} {} ({bytes} bytes)", fate.label());
    format!("{} files: {}.", files.len(), counts.into_iter().map(said).collect::<Vec<_>>().join(", "))
}

/// Attachments come last: what was read or not read is what a person looks for first.
fn files(files: &[FileReport]) -> Table {
    let mut table = Table::new(["File", "What became of it", "Format", "Bytes", "Records", "Named by", "Why"]);
    let mut sorted: Vec<&FileReport> = files.iter().collect();
    sorted.sort_by_key(|file| file.fate == FileFate::Media);
    for file in sorted.into_iter().take(ROWS) {
        let count = |n: Option<u64>| Cell::from(n.map_or_else(String::new, |n| n.to_string()));
        table.row([
            file.path.clone().into(),
            file.fate.label().into(),
            file.format.clone().unwrap_or_default().into(),
            file.size.into(),
            count(file.records),
            count(Some(file.references).filter(|n| *n > 0)),
            file.reason.clone().unwrap_or_default().into(),
        ]);
    }
    table
}

fn excluded(paper: PaperBuilder, exclusions: &ExclusionReport) -> PaperBuilder {
    let mut table = Table::new(["Names", "Id", "Decided by", "On", "Why", "Conversations", "Records", "Elsewhere"]);
    for (entry, elsewhere) in exclusions.entries.iter().zip(&exclusions.sent_elsewhere) {
        let what = match entry.what {
            duces_archive::ExcludedWhat::Conversation => "conversation",
            duces_archive::ExcludedWhat::Participant => "participant",
        };
        table.row([
            what.into(),
            entry.id.clone().into(),
            entry.decided_by.clone().into(),
            entry.decided_on.clone().into(),
            entry.reason.clone().into(),
            entry.conversations.into(),
            entry.records.into(),
            (*elsewhere).into(),
        ]);
    }
    paper
        .text(
            "Nothing of what the list names is in the matter: it was counted and passed over. A participant's 1:1 \
             conversations are left out; what they sent in conversations that are collected is counted under Elsewhere.",
        )
        .table(table, "")
        .fact("SHA-256 of the list", exclusions.list.to_string())
        .fact("Files not named here", exclusions.files.to_string())
        .fact("Unreadable records beside them, left out too", exclusions.unreadable.to_string())
}

fn facts(paper: PaperBuilder, report: &ImportReport) -> PaperBuilder {
    let accounts: Vec<String> = report.accounts.iter().map(|(app, id)| format!("{id} ({app})")).collect();
    let account = match (accounts.is_empty(), &report.account) {
        (false, _) => accounts.join(", "),
        (true, Some(account)) => account.clone(),
        (true, None) => "not known".to_owned(),
    };
    let sum = format!(
        "{} = {} new messages + {} copies + {} not readable + {} not to be collected",
        report.records, report.messages, report.duplicates, report.excepted, report.excluded
    );
    let copies = format!(
        "{} of messages from elsewhere, {} in the same bytes once more, {} held already",
        report.merged, report.repeated, report.held
    );
    let attachments = format!("{}, of which {} have no bytes", report.attachments, report.missing_attachments);
    paper
        .fact("Account", account)
        .fact("Records", sum)
        .fact("Copies", copies)
        .fact("Recognised", format!("{} by server id, {} by content", report.rules.server_id, report.rules.content))
        .fact("Took the place of an earlier message", report.replaced.to_string())
        .fact("Attachments", attachments)
}

fn inputs(report: &ImportReport) -> Table {
    let mut table =
        Table::new(["Read", "Format", "Records", "New", "Copies", "Not readable", "First", "Last", "SHA-256"]);
    for input in report.inputs.iter().take(ROWS) {
        table.row([
            input.path.clone().into(),
            input.format.clone().into(),
            input.records.into(),
            input.messages.into(),
            input.duplicates.into(),
            input.excepted.into(),
            at(input.first).into(),
            at(input.last).into(),
            input.sha256.to_string().into(),
        ]);
    }
    table
}

fn conversations(report: &ImportReport) -> Table {
    let mut table =
        Table::new(["Conversation", "Id", "Kind", "Records", "New", "Copies", "Findings", "Days", "First", "Last"]);
    for of in report.conversations.iter().take(ROWS) {
        table.row([
            of.title.clone().into(),
            of.key.to_string().into(),
            of.kind.label().into(),
            of.records.into(),
            of.messages.into(),
            (of.merged + of.repeated + of.held).into(),
            of.findings.into(),
            of.days.into(),
            at(Some(of.first)).into(),
            at(Some(of.last)).into(),
        ]);
    }
    table
}

fn copies(report: &ImportReport) -> Table {
    let mut table = Table::new(["Conversation", "Copy of", "Messages", "First", "Last", "Lacks"]);
    let each =
        |of: &ConversationReport| of.copies.iter().map(|copy| (of.title.clone(), copy.clone())).collect::<Vec<_>>();
    for (title, copy) in report.conversations.iter().flat_map(each) {
        table.row([
            title.into(),
            copy.custodian.to_string().into(),
            copy.messages.into(),
            at(Some(copy.first)).into(),
            at(Some(copy.last)).into(),
            copy.lacks.into(),
        ]);
    }
    table
}

/// Returns a time with a space between day and time, where a narrow column may break it.
fn at(at: Option<UtcMillis>) -> String {
    at.map(|at| at.to_string().trim_end_matches('Z').replace('T', " ")).unwrap_or_default()
}

/// Each kind of finding once, with what it means.
fn kinds(report: &ImportReport) -> Table {
    let mut table = Table::new(["Finding", "Severity", "How many", "What it means"]);
    for (name, count) in &report.finding_counts {
        let code = codes().find(|code| code.name == *name);
        table.row([
            (*name).into(),
            code.map_or_else(String::new, |code| code.severity.to_string()).into(),
            (*count).into(),
            code.map_or("", |code| code.summary).into(),
        ]);
    }
    table
}

fn codes() -> impl Iterator<Item = &'static FindingCode> {
    CODES.iter().chain(duces_ingest::CODES).copied()
}

/// The gravest first.
fn findings(report: &ImportReport) -> Table {
    let mut table = Table::new(["Severity", "Finding", "Where", "What it says"]);
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        for finding in report.findings.iter().filter(|finding| finding.severity == severity) {
            if table.rows.len() > ROWS {
                return table;
            }
            table.row([
                severity.to_string().into(),
                finding.code.into(),
                finding.place.to_string().into(),
                finding.text.clone().into(),
            ]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_is_cut_and_says_so() {
        let mut table = Table::new(["n"]);
        for n in 0..3_000_u64 {
            table.row([n.into()]);
        }
        let paper = listed(Paper::new("t"), table, 3_000, "").finish();
        let html = duces_report::html::write(&paper);
        assert!(html.contains("The first 2000 of 3000") && !html.contains(">2000<"));
    }
}
