//! How imports, surveys and persons are shown to a person.

use std::collections::BTreeMap;

use duces_archive::{AccountName, ExcludedWhat, Persons};
use duces_collect::{ExclusionReport, FileFate, FileReport, ImportReport, SurveyReport};
use duces_model::{Severity, UtcMillis, Zone, counted};

use crate::shown::{MOST, line};

/// Prints what an import did.
pub fn import(report: &ImportReport) {
    anstream::println!("\n{} ({})", report.label, report.custodian);
    line("Files", &by_fate(&report.files));
    for file in
        report.files.iter().filter(|file| matches!(file.fate, FileFate::Ignored | FileFate::ReadInPart)).take(MOST)
    {
        line("", &format!("{}: {}: {}", file.path, file.fate.label(), file.reason.as_deref().unwrap_or("-")));
    }
    line("Records", &report.records.to_string());
    line("Messages", &format!("{} new", report.messages));
    line(
        "Copies",
        &format!(
            "{} of messages that the matter has: {} merged, {} repeated, {} held already",
            report.duplicates, report.merged, report.repeated, report.held
        ),
    );
    line("Excepted", &report.excepted.to_string());
    line("Attachments", &format!("{}, of which {} have no bytes", report.attachments, report.missing_attachments));
    line("Recognised", &format!("{} copies by server id, {} by content", report.rules.server_id, report.rules.content));
    if let Some(exclusions) = &report.exclusions {
        excluded(exclusions, report.excluded);
    }
    for finding in report.findings.iter().filter(|finding| finding.severity > Severity::Info).take(MOST) {
        anstream::println!("{finding}");
    }
}

/// The account that was collected, or that of each app where there are several.
fn accounts(main: Option<&str>, by_app: &BTreeMap<String, String>) -> String {
    if by_app.len() < 2 {
        return main.unwrap_or("not known").to_owned();
    }
    by_app.iter().map(|(app, account)| format!("{app} {account}")).collect::<Vec<_>>().join(", ")
}

/// Prints what an import would read.
pub fn survey(survey: &SurveyReport) {
    anstream::println!("\n{} ({})", survey.label, survey.custodian);
    line("Account", &accounts(survey.account.as_deref(), &survey.accounts));
    line("Files", &by_fate(&survey.files));
    for file in &survey.files {
        let what = match (&file.format, &file.reason) {
            (Some(format), _) => format!("{} as {format}", file.fate.label()),
            (None, Some(reason)) => format!("{}: {reason}", file.fate.label()),
            (None, None) => file.fate.label().to_owned(),
        };
        anstream::println!("{:>14}  {}  ({what})", file.size, file.path);
    }
    if let Some(exclusions) = &survey.exclusions {
        let records = exclusions.entries.iter().map(|entry| entry.records).sum::<u64>() + exclusions.unreadable;
        excluded(exclusions, records);
    }
    for finding in survey.findings.iter().take(MOST) {
        anstream::println!("{finding}");
    }
    anstream::println!("nothing was imported");
}

fn by_fate(files: &[FileReport]) -> String {
    let mut counts: BTreeMap<FileFate, usize> = BTreeMap::new();
    for file in files {
        *counts.entry(file.fate).or_default() += 1;
    }
    let said = |(fate, count): (FileFate, usize)| format!("{count} {}", fate.label());
    counts.into_iter().map(said).collect::<Vec<_>>().join(", ")
}

fn excluded(exclusions: &ExclusionReport, records: u64) {
    line(
        "Excluded",
        &format!(
            "{}, {}, by the exclude list; nothing of them is kept",
            counted(records, "record"),
            counted(exclusions.files, "file")
        ),
    );
    for (entry, elsewhere) in exclusions.entries.iter().zip(&exclusions.sent_elsewhere) {
        let what = match entry.what {
            ExcludedWhat::Conversation => "conversation",
            ExcludedWhat::Participant => "participant",
        };
        let mut text = format!(
            "{what} {}: {} ({}, {})",
            entry.id,
            counted(entry.records, "record"),
            entry.decided_by,
            entry.reason
        );
        if entry.records == 0 {
            text.push_str("; nothing in the source answers to it");
        }
        if *elsewhere > 0 {
            text.push_str(&format!("; sent {elsewhere} messages in conversations that are collected"));
        }
        line("", &text);
    }
    if exclusions.unreadable > 0 {
        line("", &format!("{} records that cannot be read, in the same files", exclusions.unreadable));
    }
}

/// Prints whose account is whose.
pub fn persons(persons: &Persons, zone: &Zone) {
    if persons.accounts().is_empty() {
        anstream::println!("nobody has said whose account is whose; `duces persons MATTER set FILE` does");
    }
    for name in persons.names() {
        anstream::println!("{name}");
        for account in persons.accounts_of(name) {
            // The last day is the one before the account was theirs no more.
            let day = |at: UtcMillis| zone.day(at).to_string();
            let last = account.to.and_then(|to| UtcMillis::new(to.millis() - 1).ok()).map(day);
            let time = match (account.from.map(day), last) {
                (None, None) => String::new(),
                (from, last) => {
                    format!("  {} to {}", from.as_deref().unwrap_or("..."), last.as_deref().unwrap_or("..."))
                }
            };
            anstream::println!("  {:<10} {}{time}", account.app.name(), account.native_id);
        }
    }
}

/// Prints the names under which accounts sent messages.
pub fn names(names: &[AccountName], persons: &Persons, zone: &Zone) {
    let mut last = None;
    for name in names {
        if last != Some((&name.app, &name.native_id)) {
            let person = persons.person_of(&name.app, &name.native_id, name.last);
            let person = person.map(|person| format!("  ({person})")).unwrap_or_default();
            anstream::println!("{} {}{person}", name.app.name(), name.native_id);
            last = Some((&name.app, &name.native_id));
        }
        let at = |at| zone.format(at, "%Y-%m-%d %H:%M:%S");
        let sent = counted(name.messages, "message");
        anstream::println!("  {} to {}  {}  ({sent})", at(name.first), at(name.last), name.name);
    }
}
