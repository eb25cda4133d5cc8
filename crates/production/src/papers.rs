//! The papers of a production: the account for the producing side, the cover letter for the recipient.

use duces_archive::{HoldReport, IDENTITY_STATEMENT};
use duces_collect::ImportReport;
use duces_files::Stage as Folder;
use duces_model::{UnitRule, Zone, counted};
use duces_render::Fonts;
use duces_report::pdf::{PaperFonts, Sheet};
use duces_report::{Paper, Table, html, pdf};

use crate::account::Account;
use crate::held::hold_report;
use crate::plan::{Child, Decoded, Family, Plan, Rendering};
use crate::profile::{self, Natives};
use crate::sum::Classes;
use crate::{ErrorKind, ProductionError};

type Result<T> = std::result::Result<T, ProductionError>;

/// Writes all papers of a production into its stage: for people as HTML and PDF, for programs as JSON.
pub(crate) fn write(stage: &Folder, plan: &Plan, account: &Account, imports: &[ImportReport]) -> Result<()> {
    let sheet = sheet(plan.header.profile.page.paper);
    let mut files = vec![("production.json".to_owned(), json(account)?)];
    files.extend(both("production", &production_report(account), sheet)?);
    files.extend(both("cover-letter", &cover_letter(plan, account), sheet)?);
    if !imports.is_empty() {
        files.extend(import_papers(imports, plan.header.profile.page.paper)?);
    }
    for (name, bytes) in files {
        stage.write_file(&format!("reports/{name}"), &bytes)?;
    }
    Ok(())
}

/// Returns the report of some imports as files, by their names: for people as HTML and PDF, and in full as JSON.
pub fn import_papers(imports: &[ImportReport], paper: profile::Paper) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = both("import", &duces_collect::import_paper(imports), sheet(paper))?.to_vec();
    files.push(("import.json".to_owned(), json(&serde_json::json!({ "imports": imports }))?));
    Ok(files)
}

/// Returns the account of the holds of a matter as files, by their names: for people as HTML and PDF, and in full as JSON.
pub fn hold_papers(report: &HoldReport, zone: &Zone, paper: profile::Paper) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = both("hold", &hold_report(report, zone), sheet(paper))?.to_vec();
    files.push(("hold.json".to_owned(), json(report)?));
    Ok(files)
}

/// Returns a paper as HTML and as PDF, by the names of their files.
fn both(name: &str, paper: &Paper, sheet: Sheet) -> Result<[(String, Vec<u8>); 2]> {
    let fonts: Vec<&[u8]> = Fonts::files().collect();
    let (regular, further) = fonts.split_first().expect("the program carries fonts");
    let pdf = pdf::write(paper, &PaperFonts { regular, further }, sheet).map_err(|error| {
        ProductionError::new(ErrorKind::Write, format!("reports/{name}.pdf: cannot be made"))
            .because(error)
            .hint("nothing was published; please report this, every paper should have a PDF")
    })?;
    Ok([(format!("{name}.html"), html::write(paper).into_bytes()), (format!("{name}.pdf"), pdf)])
}

fn sheet(paper: profile::Paper) -> Sheet {
    match paper {
        profile::Paper::Letter => Sheet::Letter,
        profile::Paper::A4 => Sheet::A4,
    }
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(value).map_err(|error| ProductionError::new(ErrorKind::Write, error.to_string()))
}

/// Returns the rules that the recipient is told: on the cover letter and in the volume's README.
pub fn rules(plan: &Plan) -> Vec<(String, String)> {
    let request = &plan.header.request;
    let profile = &plan.header.profile;
    let mut rules = vec![
        ("Documents".to_owned(), unit_rule(plan)),
        ("Copies".to_owned(), IDENTITY_STATEMENT.to_owned()),
        (
            "Attachments".to_owned(),
            format!("{}; the same file sent twice in a document is one attachment cited twice", profile.children),
        ),
        (
            "Times".to_owned(),
            format!("{} (time zone data {}), also in the load files", request.zone.name(), plan.header.zone_data),
        ),
        (
            "Numbers".to_owned(),
            "every page has a number of its own; a transcript comes before its attachments".to_owned(),
        ),
        ("Text".to_owned(), duces_search::TEXT_STATEMENT.to_owned()),
    ];
    let natives = match profile.natives.produce {
        Natives::BehindSlipSheets => {
            "attachments that no page can show are produced in native format, each with a numbered slip sheet"
        }
        Natives::All => "every attachment is produced in native format as well",
    };
    rules.push(("Natives".to_owned(), natives.to_owned()));
    rules.extend(conversions(plan));
    let stamped = "PDFs are produced as renditions stamped page by page: the page is drawn smaller to leave room for its number, \
                   and scripts, links, embedded files and metadata stay behind";
    rules.push(("PDF attachments".to_owned(), stamped.to_owned()));
    let dat = &profile.load_files.dialect.dat;
    let signs = format!(
        "in the DAT, U+{:04X} becomes `{}`, U+{:04X} becomes `{}`, U+{:04X} becomes `{}`, line breaks become U+{:04X}; text files are exact",
        dat.quote as u32,
        dat.quote_becomes,
        dat.column as u32,
        dat.column_becomes,
        dat.newline as u32,
        dat.newline_becomes,
        dat.newline as u32,
    );
    rules.push(("Replacements".to_owned(), signs));
    rules
}

/// Returns what was decoded, and that the originals are kept.
fn conversions(plan: &Plan) -> Vec<(String, String)> {
    let made = |family: &&Family| family.decoded.values().any(|decoded| matches!(decoded, Decoded::To { .. }));
    let families: Vec<&Family> = plan.families.iter().filter(made).collect();
    let is_voice = |child: &&Child, family: &Family| {
        child.rendering == Rendering::SlipSheet && matches!(family.decoded.get(&child.digest), Some(Decoded::To { .. }))
    };
    let voice: u64 = families.iter().map(|f| f.children.iter().filter(|child| is_voice(child, f)).count() as u64).sum();
    let all: u64 =
        families.iter().map(|f| f.decoded.values().filter(|d| matches!(d, Decoded::To { .. })).count() as u64).sum();
    let kept = "the originals are kept and produced on request; CONVERTEDFROM in the load file says from what";
    let mut rules = Vec::new();
    if voice > 0 {
        let text = format!(
            "{} in SILK produced as WAV, 16 bits, one channel, 24,000 samples a second; {kept}",
            counted(voice, "voice message")
        );
        rules.push(("Voice".to_owned(), text));
    }
    if all > voice {
        let text =
            format!("{} in formats that pages cannot hold drawn as decoded; {kept}", counted(all - voice, "picture"));
        rules.push(("Pictures".to_owned(), text));
    }
    rules
}

/// Returns the keywords of the request and what their hits depend on; nothing where there are none.
pub fn asked(plan: &Plan) -> Result<Vec<(String, String)>> {
    let select = &plan.header.request.select;
    if select.query.trim().is_empty() {
        return Ok(Vec::new());
    }
    let unit = plan.header.request.production.unit;
    let lines = duces_search::statement(&select.query, &select.options()?, select.scope.into(), unit)?;
    // Documents and copies are among the rules, which stand beside this.
    let lines = lines.into_iter().filter(|(label, _)| !matches!(*label, "Documents" | "Copies"));
    Ok(lines.map(|(label, text)| (label.to_owned(), text)).collect())
}

fn unit_rule(plan: &Plan) -> String {
    let request = &plan.header.request;
    let rule = request.production.unit;
    let zone = if rule.is_of_days() { format!(", 00:00 to 24:00 {}", request.zone.name()) } else { String::new() };
    let origin = match rule {
        UnitRule::Preset(preset) => format!(" (the rule follows {})", preset.origin()),
        _ => String::new(),
    };
    let cut = format!("{}{zone}{origin}", rule.description());
    let days = match (request.select.from, request.select.to) {
        (Some(from), Some(to)) => format!(", {from} to {to}, both days included"),
        (Some(from), None) => format!(", from {from} on"),
        (None, Some(to)) => format!(", up to {to}, that day included"),
        (None, None) => String::new(),
    };
    format!("{cut}{days}; longer than {} messages are sliced", plan.header.profile.units.max_messages)
}

/// Returns the account for the producing side.
pub fn production_report(account: &Account) -> Paper {
    let mut paper = Paper::new(format!("Production report: {}", account.production))
        .subtitle(format!("{}. For the producing side; not to be handed over.", account.matter))
        .fact("Volume", &account.volume)
        .fact("Profile", &account.profile)
        .fact("Bates range", bates(account))
        .fact(
            "Documents",
            format!(
                "{} in {} families of {} conversations",
                account.documents, account.families, account.conversations
            ),
        )
        .fact("Pages", account.pages.to_string())
        .fact("Messages", classes(&account.messages))
        .fact("Attachments", classes(&account.attachments))
        .heading("Integrity")
        .fact("Files in the volume", account.files.to_string())
        .fact("SHA-256 of the manifest", account.manifest.to_string())
        .fact("SHA-256 of the ZIP", account.zip.to_string())
        .heading("Keywords");
    for (label, text) in &account.asked {
        paper = paper.fact(label, text);
    }
    if account.asked.is_empty() {
        paper = paper.text("None: the other conditions alone select.");
    }
    paper = paper
        .heading("Withheld")
        .table(withheld(account), "Nothing was withheld.")
        .heading("Exceptions")
        .table(exceptions(account), "There are no exceptions.")
        .heading("The sum")
        .text(
            "collected = not selected + duplicates + selected; selected = produced + redacted + withheld + excepted. \
               Collected items are counted from the source records, produced ones again from the finished volume.",
        )
        .table(sum(account), "Nothing was collected.")
        .heading("Rules the recipient is told");
    for (label, rule) in &account.rules {
        paper = paper.fact(label, rule);
    }
    paper.heading("Findings").table(findings(account), "There are no findings.").finish()
}

fn bates(account: &Account) -> String {
    account.bates.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
}

fn classes(c: &Classes) -> String {
    format!(
        "{} collected = {} not selected + {} duplicates + {} selected ({} produced, {} withheld, {} excepted)",
        c.collected,
        c.not_selected,
        c.duplicates,
        c.selected(),
        c.produced,
        c.withheld,
        c.excepted
    )
}

fn withheld(account: &Account) -> Table {
    let mut table = Table::new(["Conversation", "Id", "Reason", "Messages", "Attachments"]);
    for line in &account.withheld {
        table.row([
            line.conversation.as_str().into(),
            line.conversation_id.as_str().into(),
            line.reason.as_str().into(),
            line.messages.into(),
            line.attachments.into(),
        ]);
    }
    table
}

fn exceptions(account: &Account) -> Table {
    let mut table = Table::new(["Document", "Where", "Item", "Reason"]);
    for line in &account.exceptions {
        table.row([
            line.bates.as_str().into(),
            line.place.as_str().into(),
            line.item.as_str().into(),
            line.reason.as_str().into(),
        ]);
    }
    table
}

fn findings(account: &Account) -> Table {
    let mut table = Table::new(["Severity", "Code", "Where", "What"]);
    for finding in &account.findings {
        table.row([
            finding.severity.as_str().into(),
            finding.code.as_str().into(),
            finding.place.as_str().into(),
            finding.text.as_str().into(),
        ]);
    }
    table
}

fn sum(account: &Account) -> Table {
    let mut table = Table::new([
        "Conversation",
        "Day",
        "Items",
        "Collected",
        "Not selected",
        "Duplicates",
        "Produced",
        "Redacted",
        "Withheld",
        "Excepted",
    ]);
    let row = |conversation: &str, day: &str, what: &str, c: &Classes| {
        [
            conversation.into(),
            day.into(),
            what.into(),
            c.collected.into(),
            c.not_selected.into(),
            c.duplicates.into(),
            c.produced.into(),
            c.redacted.into(),
            c.withheld.into(),
            c.excepted.into(),
        ]
    };
    for line in &account.sum {
        table.row(row(&line.conversation, &line.day, "messages", &line.line.messages));
        if line.line.attachments.collected > 0 {
            table.row(row(&line.conversation, &line.day, "attachments", &line.line.attachments));
        }
    }
    table.totals = [("messages", &account.messages), ("attachments", &account.attachments)]
        .map(|(what, classes)| row("All", "", what, classes).into())
        .into();
    table
}

/// Returns the cover letter that goes with the volume. It says nothing of what is withheld.
pub fn cover_letter(plan: &Plan, account: &Account) -> Paper {
    let request = &plan.header.request;
    let terms = &request.production;
    let mut paper = Paper::new(format!("Production {}", account.volume)).subtitle(account.matter.clone());
    paper = paper.fact("Date", request.date.to_string());
    if let Some(party) = &terms.producing_party {
        paper = paper.fact("Producing party", party);
    }
    if let Some(recipient) = &terms.recipient {
        paper = paper.fact("To", recipient);
    }
    if let Some(designation) = &terms.designation {
        paper = paper.fact("Designation", designation);
    }
    paper = paper
        .fact("Bates range", bates(account))
        .fact("Documents", account.documents.to_string())
        .fact("Pages", account.pages.to_string())
        .heading("How it was made");
    for (label, rule) in &account.rules {
        paper = paper.fact(label, rule);
    }
    let mut table = Table::new(["Document", "Item", "Reason"]);
    for line in account.exceptions.iter().filter(|line| !line.bates.is_empty()) {
        table.row([line.bates.as_str().into(), line.item.as_str().into(), line.reason.as_str().into()]);
    }
    paper
        .heading("Exceptions")
        .table(table, "There are no exceptions.")
        .heading("How to check it")
        .text(format!(
            "The volume holds {} files. Its manifest lists every other file with its SHA-256; these two lines check all of them \
             and their number, with nothing but common tools:",
            account.files
        ))
        .literal(format!("cd {}\nsha256sum --check --strict manifest-sha256.txt\nfind . -type f | wc -l    # {}", account.volume, account.files))
        .text("The manifest itself is right if its SHA-256 is")
        .literal(account.manifest.to_string())
        .text("and the ZIP is right if its SHA-256 is")
        .literal(account.zip.to_string())
        .finish()
}
