//! A search terms report as tables: what CSV and workbook hold.

use std::collections::BTreeSet;

use duces_model::zone_data_version;
use duces_report::{Cell, Table};

use crate::ChildrenRule;
use crate::error::Result;
use crate::statement::statement;
use crate::terms::report::{Count, HIT_LIST_RULE, TermsReport};
use crate::terms::sample::SAMPLE_RULE;
use crate::text::TEXT_STATEMENT;

/// How what the columns count is told in words.
pub(super) const COLUMNS: &str = "Documents with hits are transcripts; with families adds the attachments sent in them, each a document of its own. \
     Unique: documents that no other term of the report hits. Occurrences: places in the texts that are hits. Messages: \
     messages with hits; in document scope, messages that a hit lies in. First and last: days with a hit, in the zone. A \
     document that a term hits by its header or by what is absent counts with all its days.";

/// Returns the terms with their counts, and below them what they hit together.
pub(super) fn terms(report: &TermsReport) -> Table {
    let mut table = Table::new([
        "No.",
        "Name",
        "Query",
        "Status",
        "Documents with hits",
        "Documents with hits, with families",
        "Unique hits",
        "Occurrences",
        "Messages",
        "Conversations",
        "Custodians",
        "First date",
        "Last date",
        "Read as",
        "Error",
        "Error at character",
        "Notes",
        "Hit list SHA-256",
    ]);
    for term in &report.terms {
        let mut row = vec![
            (term.number as u64).into(),
            term.name.clone().unwrap_or_default().into(),
            term.query.clone().into(),
            term.status().into(),
        ];
        row.extend(counts(term.count()));
        let (canonical, list, error) = match &term.outcome {
            Ok(counted) => (counted.canonical.clone(), counted.count.hit_list.to_string(), None),
            Err(error) => (String::new(), String::new(), Some(error)),
        };
        row.push(canonical.into());
        row.push(error.map(|error| error.message.clone()).unwrap_or_default().into());
        row.push(error.map_or("".into(), |error| Cell::Count(error.character as u64)));
        row.push(term.notes.join("; ").into());
        row.push(list.into());
        table.rows.push(row);
    }
    let (documents, with_families) = report.not_hit();
    let searched = report.searched;
    let mut any = vec!["".into(), "Any term".into(), "".into(), "".into()];
    any.extend(counts(Some(&report.any)));
    any.extend(["".into(), "".into(), "".into(), "".into(), report.any.hit_list.to_string().into()]);
    table.totals.push(any);
    let (messages, all) = (searched.messages, searched.documents);
    table.totals.push(total("No term", documents, with_families, messages.saturating_sub(report.any.messages)));
    table.totals.push(total("All searched", all, searched.with_families, messages));
    table
}

/// Returns the terms with their counts as a sheet of paper holds them.
pub(super) fn counted(terms: &Table) -> Table {
    picked(terms, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16])
}

/// Returns how each term was read, and the digest of what it hits.
pub(super) fn read_as(terms: &Table) -> Table {
    picked(terms, &[0, 1, 2, 13, 17])
}

fn picked(table: &Table, columns: &[usize]) -> Table {
    let pick = |row: &Vec<Cell>| columns.iter().filter_map(|column| row.get(*column).cloned()).collect();
    Table {
        header: columns.iter().filter_map(|column| table.header.get(*column).cloned()).collect(),
        rows: table.rows.iter().map(pick).collect(),
        totals: table.totals.iter().map(pick).collect(),
    }
}

/// The columns from documents to last date.
fn counts(count: Option<&Count>) -> Vec<Cell> {
    let Some(count) = count else { return vec!["".into(); 9] };
    let day = |day: &Option<duces_model::Day>| day.map(|day| day.to_string()).unwrap_or_default().into();
    let mut cells = figures(count);
    cells.extend([day(&count.first), day(&count.last)]);
    cells
}

/// The columns from documents to custodians.
pub(super) fn figures(count: &Count) -> Vec<Cell> {
    vec![
        count.documents.into(),
        count.with_families.into(),
        count.unique.into(),
        count.occurrences.map_or("".into(), Cell::Count),
        count.messages.into(),
        count.conversations.into(),
        (count.by_custodian.len() as u64).into(),
    ]
}

fn total(name: &str, documents: u64, with_families: u64, messages: u64) -> Vec<Cell> {
    let mut row: Vec<Cell> = vec!["".into(); 18];
    let cells = [(1, name.into()), (4, documents.into()), (5, with_families.into()), (8, messages.into())];
    for (column, cell) in cells {
        if let Some(place) = row.get_mut(column) {
            *place = cell;
        }
    }
    row
}

/// Returns the documents with hits of each term by month.
pub(super) fn by_month(report: &TermsReport) -> Table {
    across(report, &|count| count.by_month.keys().cloned().collect(), &|count, month| {
        count.by_month.get(month).copied()
    })
}

/// Returns the documents with hits of each term by custodian.
pub(super) fn by_custodian(report: &TermsReport) -> Table {
    let names = |count: &Count| count.by_custodian.keys().cloned().collect();
    across(report, &names, &|count, name| count.by_custodian.get(name).copied())
}

/// A row a term, a column each of what any term knows.
fn across(
    report: &TermsReport,
    known: &dyn Fn(&Count) -> BTreeSet<String>,
    of: &dyn Fn(&Count, &str) -> Option<u64>,
) -> Table {
    let columns = known(&report.any);
    let header = ["No.".to_owned(), "Term".to_owned()].into_iter().chain(columns.iter().cloned()).collect();
    let mut table = Table { header, ..Table::default() };
    let row = |count: &Count| columns.iter().map(|column| of(count, column).unwrap_or(0).into()).collect::<Vec<Cell>>();
    for term in &report.terms {
        let Some(count) = term.count() else { continue };
        let named = [(term.number as u64).into(), term.label().into()];
        table.rows.push(named.into_iter().chain(row(count)).collect());
    }
    table.totals.push(["".into(), "Any term".into()].into_iter().chain(row(&report.any)).collect());
    table
}

/// Returns what the counts depend on, as labels and texts.
pub(super) fn conditions(report: &TermsReport) -> Result<Vec<(String, String)>> {
    let criteria = &report.criteria;
    let list = |names: Vec<&str>| if names.is_empty() { "all".to_owned() } else { names.join("; ") };
    let strs = |names: &[String]| list(names.iter().map(String::as_str).collect());
    let day = |day: Option<duces_model::Day>, open: &str| day.map_or(open.to_owned(), |day| day.to_string());
    let (from, to) = (day(criteria.clip.from, "the first"), day(criteria.clip.to, "the last"));
    let mut facts = vec![
        ("Custodians", list(criteria.custodians.iter().map(|custodian| custodian.0.as_str()).collect())),
        ("Participants", strs(&criteria.participants)),
        ("Conversations", strs(&criteria.conversations)),
        ("Days", format!("{from} to {to}")),
        ("Zone", format!("{} (time zone data {})", criteria.zone.name(), zone_data_version())),
    ];
    let said = statement("", &criteria.options, criteria.scope, criteria.unit)?;
    facts.extend(said.into_iter().filter(|(label, _)| *label != "Query"));
    facts.push(("Largest document", format!("{} messages; a larger one is sliced", criteria.max_events)));
    facts.push(("Families", ChildrenRule::default().to_string()));
    facts.push(("Text", TEXT_STATEMENT.to_owned()));
    facts.push(("Columns", COLUMNS.to_owned()));
    facts.push(("Looked at", "every message within the conditions, once; the counts rest on no index".to_owned()));
    facts.push((
        "As of",
        format!("entry {} of the matter's ledger; what was imported later is not counted", report.as_of.0),
    ));
    facts.push(("Terms file SHA-256", report.list.to_string()));
    facts.push(("Hit list", HIT_LIST_RULE.to_owned()));
    if let Some(sampling) = &report.sampling {
        facts.push(("Seed of the samples", sampling.seed.to_string()));
        facts.push(("Samples", SAMPLE_RULE.to_owned()));
    }
    facts.push(("Made by", format!("duces {}", env!("CARGO_PKG_VERSION"))));
    Ok(facts.into_iter().map(|(label, text)| (label.to_owned(), text)).collect())
}

/// Returns the same as a table.
pub(super) fn conditions_table(report: &TermsReport) -> Result<Table> {
    let mut table = Table::new(["What", "Value"]);
    for (label, text) in conditions(report)? {
        table.row([label.into(), text.into()]);
    }
    Ok(table)
}
