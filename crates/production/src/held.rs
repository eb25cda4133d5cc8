//! The account of legal holds as a paper for people.

use duces_archive::{HeldSet, HoldAccount, HoldAct, HoldReport};
use duces_model::{Finding, Severity, UtcMillis, Zone, counted};
use duces_report::{Paper, PaperBuilder, Table};

/// How many rows a table shows; the JSON beside the paper has all.
const ROWS: usize = 2_000;

const PROOF: &str = "Each hold is an entry of the ledger with the SHA-256 over all rows that it held then: messages, \
    their later versions, who holds them, and the source records with the digests of their bytes. For this report each \
    of these digests was computed again from the matter as it is now; every row was compared with the digest that the \
    ledger has for it, each entry with its hash and with the head that later holds recorded, and each attachment file \
    under hold with its SHA-256. Whoever keeps the root of the ledger above can hold the matter to all of this later: \
    \"duces hold report MATTER --out FOLDER --earlier hold.json\" does.";

/// Returns the account of the holds of a matter as a paper.
pub(crate) fn hold_report(report: &HoldReport, zone: &Zone) -> Paper {
    let active = report.holds.iter().filter(|account| account.hold.is_active()).count();
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let verdict = match errors {
        0 => "Nothing of what is or was under hold was removed or changed.".to_owned(),
        n => format!("Not so: {}, see the findings at the end.", counted(n, "error")),
    };
    let mut paper = Paper::new(format!("Legal holds: {}", report.matter))
        .subtitle(format!("For the producing side; not to be handed over. Times are those of {}.", zone.name()))
        .fact("Holds", format!("{active} active, {} released", report.holds.len() - active))
        .fact("Verified", verdict)
        .fact("Attachment files", format!("{} under hold, read again", report.attachments))
        .fact("Entries of the ledger", report.head.size.to_string())
        .fact("Root of the ledger", report.head.root.to_string());
    if report.holds.is_empty() {
        paper = paper.text("No hold was ever placed.");
    }
    for account in &report.holds {
        paper = one(paper, account, zone);
    }
    paper = paper.heading("What is proved, and how").text(PROOF);
    paper.heading("Findings").table(findings(report), "There are no findings.").finish()
}

fn one(paper: PaperBuilder, account: &HoldAccount, zone: &Zone) -> PaperBuilder {
    let HoldAccount { hold, holds, of_conversations } = account;
    let (state, label) = if hold.is_active() { ("active", "Holds now") } else { ("released", "Held last") };
    let mut paper = paper
        .heading(format!("{}: {state}", hold.name))
        .fact("For", &hold.matter)
        .fact("On", hold.scope.to_string())
        .fact(label, set(holds, zone))
        .fact("SHA-256 of that", holds.sha256.to_string());
    if !holds.custodians.is_empty() {
        let names: Vec<&str> = holds.custodians.iter().map(|custodian| custodian.0.as_str()).collect();
        paper = paper.fact("Held by", names.join(", "));
    }
    paper = paper.fact("Came since it was placed", since(&hold.placed.held, holds));
    paper = act(paper, "Placed", &hold.placed, zone);
    if let Some(released) = &hold.released {
        paper = act(paper, "Released", released, zone);
    }
    let mut table = Table::new(["Conversation", "Id", "Messages", "First", "Last"]);
    for of in of_conversations.iter().take(ROWS) {
        table.row([
            of.conversation.title.as_str().into(),
            of.conversation.native_id.as_str().into(),
            of.messages.into(),
            time(of.first, zone).into(),
            time(of.last, zone).into(),
        ]);
    }
    paper = paper.table(table, "It holds no message.");
    match of_conversations.len() {
        n if n > ROWS => paper.text(format!("The first {ROWS} of {n} conversations are listed; hold.json has all.")),
        _ => paper,
    }
}

/// What happened to a hold once: who, when and why, and the entry of the ledger that has it.
fn act(paper: PaperBuilder, what: &str, act: &HoldAct, zone: &Zone) -> PaperBuilder {
    let when = act.at.map_or_else(|| "at a time that is not known".to_owned(), |at| time(at, zone));
    let by = act.by.as_ref().map(|by| format!(" (the command was run by {by})")).unwrap_or_default();
    paper
        .fact(what, format!("{when}, by authority of {}{by}", act.authority))
        .fact("Reason", &act.reason)
        .fact("Entry of the ledger", act.seq.to_string())
        .fact("SHA-256 of the entry", act.entry.to_string())
        .fact("Held then", set(&act.held, zone))
        .fact("SHA-256 of that", act.held.sha256.to_string())
}

fn time(at: UtcMillis, zone: &Zone) -> String {
    zone.format(at, "%Y-%m-%d %H:%M:%S")
}

fn set(set: &HeldSet, zone: &Zone) -> String {
    let mut text = format!(
        "{} in {}, {}, {}",
        counted(set.messages, "message"),
        counted(set.conversations, "conversation"),
        counted(set.versions, "later version"),
        counted(set.records, "source record")
    );
    if set.unreadable > 0 {
        text.push_str(&format!(", of which {} cannot be read and may be of any conversation and time", set.unreadable));
    }
    if let (Some(first), Some(last)) = (set.first, set.last) {
        text.push_str(&format!("; sent {} to {}", time(first, zone), time(last, zone)));
    }
    text
}

fn since(then: &HeldSet, now: &HeldSet) -> String {
    format!(
        "{}, {}, {}",
        counted(now.messages.saturating_sub(then.messages), "message"),
        counted(now.versions.saturating_sub(then.versions), "later version"),
        counted(now.records.saturating_sub(then.records), "source record")
    )
}

fn findings(report: &HoldReport) -> Table {
    let mut table = Table::new(["Severity", "Code", "Where", "What"]);
    for Finding { code, severity, place, text } in &report.findings {
        table.row([severity.to_string().into(), (*code).into(), place.to_string().into(), text.as_str().into()]);
    }
    table
}
