//! A search terms report as a paper for people.

use duces_report::{Cell, Chart, ChartRow, Paper, PaperBuilder, Shape, Table};

use crate::error::Result;
use crate::terms::report::{Count, TermCount, TermsReport};
use crate::terms::sample::{Sample, SampleKind};
use crate::terms::sheets;

/// Composes the paper.
pub(super) fn paper(report: &TermsReport, matter: &str) -> Result<Paper> {
    let (documents, with_families) = report.not_hit();
    let errors = report.errors().count();
    let searched = report.searched;
    let refused = if errors == 0 { String::new() } else { format!("; {errors} refused and not counted") };
    let both = |alone: u64, with: u64| format!("{alone}; with families {with}");
    let mut paper = Paper::new("Search terms report")
        .subtitle(matter)
        .fact("Terms", format!("{}{refused}", report.terms.len()))
        .fact("Documents searched", both(searched.documents, searched.with_families))
        .fact("Hit by any term", both(report.any.documents, report.any.with_families))
        .fact("Hit by none", both(documents, with_families))
        .fact("Messages searched", searched.messages.to_string())
        .fact("Messages with hits", report.any.messages.to_string());
    if errors > 0 {
        paper = paper.heading("Terms that were refused");
        for (term, error) in report.errors() {
            paper = paper.literal(format!("{} (line {}): {}", title(term), term.line, error.drawn));
        }
    }
    paper = paper.heading("Terms").table(terms(report), "");
    paper = paper.text(sheets::COLUMNS);
    paper = paper.heading("Documents with hits, by term").chart(by_term(report), "No term was counted.");
    paper = paper.heading("Documents with hits of any term, by month").chart(by_month(&report.any), "There are none.");
    paper = paper
        .heading("Documents with hits of any term, by custodian")
        .chart(by_custodian(&report.any), "There are none.");
    if report.sampling.is_some() {
        paper = paper.heading("Samples").table(samples(report), "Nothing was drawn.").text(SAMPLES);
    }
    paper = paper.heading("What the counts depend on");
    for (label, text) in sheets::conditions(report)? {
        paper = paper.fact(label, text);
    }
    Ok(repeatable(paper, report).finish())
}

const SAMPLES: &str = "Each row of precision.csv and elusion.csv waits for a call, yes or no, in its column `relevant`. \
     `duces terms --precision precision.csv` then tells how much of what the terms hit is relevant, and `duces terms \
     --elusion elusion.csv` how much of what they do not hit is: with intervals of 95%.";

/// Number, and name or query.
fn title(term: &TermCount) -> String {
    format!("{}. {}", term.number, term.label())
}

/// The table that fits a sheet of paper; the workbook has all columns.
fn terms(report: &TermsReport) -> Table {
    let mut table = Table::new([
        "No.",
        "Term",
        "Docu\u{AD}ments",
        "With families",
        "Unique",
        "Occur\u{AD}rences",
        "Mes\u{AD}sages",
        "Conver\u{AD}sations",
        "Custo\u{AD}dians",
        "First and last",
        "Status",
    ]);
    for term in &report.terms {
        let named = match &term.name {
            Some(name) => format!("{name}\n{}", term.query),
            None => term.query.clone(),
        };
        let named = [named].into_iter().chain(term.notes.iter().map(|note| format!("({note})")));
        let named = named.collect::<Vec<_>>().join("\n");
        let mut row = vec![Cell::Count(term.number as u64), Cell::Text(named)];
        row.extend(cells(term.count()));
        row.push(Cell::Word(match &term.outcome {
            Ok(_) => term.status().to_owned(),
            Err(error) => format!("{}\nat character {}", term.status(), error.character),
        }));
        table.rows.push(row);
    }
    let mut any = vec!["".into(), "Any term".into()];
    any.extend(cells(Some(&report.any)));
    any.push("".into());
    table.totals.push(any);
    let (documents, with_families) = report.not_hit();
    let searched = report.searched;
    let silent = searched.messages.saturating_sub(report.any.messages);
    for (name, documents, with_families, messages) in [
        ("No term", documents, with_families, silent),
        ("All searched", searched.documents, searched.with_families, searched.messages),
    ] {
        let empty = || Cell::from("");
        table.totals.push(vec![
            empty(),
            name.into(),
            documents.into(),
            with_families.into(),
            empty(),
            empty(),
            messages.into(),
            empty(),
            empty(),
            empty(),
            empty(),
        ]);
    }
    table
}

/// The columns from documents to the days.
fn cells(count: Option<&Count>) -> Vec<Cell> {
    let Some(count) = count else { return vec!["".into(); 8] };
    let days = match (count.first, count.last) {
        (Some(first), Some(last)) if first == last => first.to_string(),
        (Some(first), Some(last)) => format!("{first}\n{last}"),
        _ => String::new(),
    };
    let mut cells = sheets::figures(count);
    cells.push(Cell::Word(days));
    cells
}

fn by_term(report: &TermsReport) -> Chart {
    let rows = report.terms.iter().filter_map(|term| {
        let count = term.count()?;
        Some(ChartRow { label: title(term), count: count.documents, part: count.unique })
    });
    Chart {
        shape: Shape::Bars,
        labels: "Term".into(),
        counts: "Documents with hits".into(),
        part: Some("of them unique: hit by no other term".into()),
        rows: rows.collect(),
    }
}

fn by_month(any: &Count) -> Chart {
    let row = |label: String| {
        let count = any.by_month.get(&label).copied().unwrap_or(0);
        ChartRow { label, count, part: 0 }
    };
    Chart {
        shape: Shape::Columns,
        labels: "Month".into(),
        counts: "Documents with hits".into(),
        part: None,
        rows: months(any).into_iter().map(row).collect(),
    }
}

/// Months that are drawn without gaps; over a longer time only those with hits are.
const MOST_MONTHS: i32 = 240;

/// Returns the months from the first with a hit to the last.
fn months(any: &Count) -> Vec<String> {
    let number = |month: &String| {
        let (year, month) = month.rsplit_once('-')?;
        Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1)
    };
    let known: Option<Vec<i32>> = any.by_month.keys().map(number).collect();
    let ends = known.as_ref().and_then(|known| Some((*known.iter().min()?, *known.iter().max()?)));
    match ends {
        Some((first, last)) if last - first < MOST_MONTHS => {
            (first..=last).map(|n| format!("{:04}-{:02}", n.div_euclid(12), n.rem_euclid(12) + 1)).collect()
        }
        _ => any.by_month.keys().cloned().collect(),
    }
}

fn by_custodian(any: &Count) -> Chart {
    let row = |(name, count): (&String, &u64)| ChartRow { label: name.clone(), count: *count, part: 0 };
    Chart {
        shape: Shape::Bars,
        labels: "Custodian".into(),
        counts: "Documents with hits; one that two custodians hold is counted with both".into(),
        part: None,
        rows: any.by_custodian.iter().map(row).collect(),
    }
}

fn samples(report: &TermsReport) -> Table {
    let mut table = Table::new(["Drawn from", "Documents there", "Drawn", "File"]);
    for Sample { kind, population, documents } in &report.samples {
        let term = |number: &usize| report.terms.iter().find(|term| term.number == *number).map(title);
        let (from, file) = match kind {
            SampleKind::AnyTerm => ("hit by any term".to_owned(), "samples/precision.csv"),
            SampleKind::Term(number) => (term(number).unwrap_or_default(), "samples/precision.csv"),
            SampleKind::NotHit => ("hit by no term".to_owned(), "samples/elusion.csv"),
        };
        table.row([from.into(), (*population).into(), (documents.len() as u64).into(), file.into()]);
    }
    table
}

/// Adds what the other side needs to repeat each count: how the query was read, and the digest of what it hits.
fn repeatable(mut paper: PaperBuilder, report: &TermsReport) -> PaperBuilder {
    paper = paper.heading("How each term was read, and the digest of its hit list");
    for term in &report.terms {
        let Ok(counted) = &term.outcome else { continue };
        let tree = counted.tree.trim_end().replace('\n', "\n   ");
        let text = format!("{}. {}\n   {tree}\n   {}", term.number, counted.canonical, counted.count.hit_list);
        paper = paper.literal(text);
    }
    paper.literal(format!("Any term\n   {}", report.any.hit_list))
}
