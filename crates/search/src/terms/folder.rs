//! A search terms report as a folder: published whole, or not at all.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use duces_archive::{AsOf, Reader};
use duces_files::{Disk, FilesError, HashedFile, Stage};
use duces_loadfile::guarded;
use duces_model::UnitId;
use duces_report::{Table, html, workbook};

use crate::ChildrenRule;
use crate::criteria::Criteria;
use crate::documents::messages_of;
use crate::error::{Result, SearchError};
use crate::outcome::TIME;
use crate::terms::count::count_terms;
use crate::terms::list::TermList;
use crate::terms::rate::{DRAWN_FROM, ELUSION, KIND, POPULATION, PRECISION, RELEVANT};
use crate::terms::report::TermsReport;
use crate::terms::sample::{Sample, SampleKind, SampledDocument, Sampling};
use crate::terms::{json, paper, sheets};
use crate::text::transcript_text;
use crate::transcript::{TranscriptFacts, transcript};

/// What tells a spreadsheet that a CSV is UTF-8.
const MARK: &[u8] = "\u{FEFF}".as_bytes();

/// Counts the terms and publishes the report as a new folder, which must not be there yet.
///
/// It holds `terms.html`, `terms.csv`, `terms.xlsx`, `terms.json`, `hits.csv` with each document that is hit and, where
/// samples are asked for, `samples/` with a CSV of each kind and the text of each document drawn.
#[expect(clippy::too_many_arguments, reason = "where to, from where, what, and under which conditions")]
pub fn write_terms(
    disk: &Disk,
    folder: &Path,
    matter: &str,
    reader: &Reader,
    list: &TermList,
    criteria: &Criteria,
    sampling: Option<Sampling>,
    as_of: AsOf,
) -> Result<TermsReport> {
    if folder.symlink_metadata().is_ok() {
        return Err(FilesError::Exists { path: folder.to_owned() }.into());
    }
    let mut partial = folder.as_os_str().to_owned();
    partial.push(".partial");
    let stage = Stage::create(disk, Path::new(&partial))?;
    let filled = fill(&stage, matter, reader, list, criteria, sampling, as_of);
    match filled {
        Ok(report) => {
            stage.publish(folder)?;
            Ok(report)
        }
        Err(error) => {
            // The first failure is the one to report.
            let _ = stage.discard();
            Err(error)
        }
    }
}

fn fill(
    stage: &Stage,
    matter: &str,
    reader: &Reader,
    list: &TermList,
    criteria: &Criteria,
    sampling: Option<Sampling>,
    as_of: AsOf,
) -> Result<TermsReport> {
    let mut hits = Rows::begin(stage, "hits.csv", &HITS)?;
    let report = count_terms(reader, list, criteria, sampling, as_of, &mut |conversation, unit, terms| {
        let terms: Vec<String> = terms.iter().map(usize::to_string).collect();
        hits.row([
            unit.id.conversation.as_str(),
            &unit.id.start.millis().to_string(),
            &unit.id.slice.to_string(),
            &conversation.title,
            &conversation.native_id,
            &criteria.zone.format(unit.id.start, TIME),
            &unit.messages.len().to_string(),
            &terms.join("; "),
        ])
    })?;
    hits.finish()?;
    let (terms, months, custodians) =
        (sheets::terms(&report), sheets::by_month(&report), sheets::by_custodian(&report));
    let conditions = sheets::conditions_table(&report)?;
    let (counted, read_as) = (sheets::counted(&terms), sheets::read_as(&terms));
    let sheets = [
        ("Terms", &counted),
        ("By month", &months),
        ("By custodian", &custodians),
        ("Read as", &read_as),
        ("What it depends on", &conditions),
    ];
    let book = workbook::write(&sheets).map_err(|error| SearchError::Report(error.to_string()))?;
    stage.write_file("terms.xlsx", &book)?;
    csv_of(stage, "terms.csv", &terms)?;
    stage.write_file("terms.html", html::write(&paper::paper(&report, matter)?).as_bytes())?;
    stage.write_file("terms.json", &json::json(&report, matter)?)?;
    if report.sampling.is_some() {
        samples(stage, reader, &report)?;
    }
    Ok(report)
}

const HITS: [&str; 8] =
    ["conversation_key", "start_ms", "slice", "conversation", "conversation_id", "start", "messages", "terms"];

const SAMPLE: [&str; 15] = [
    KIND,
    DRAWN_FROM,
    POPULATION,
    "seed",
    "number",
    "conversation_key",
    "start_ms",
    "slice",
    "conversation",
    "conversation_id",
    "start",
    "terms",
    "text",
    RELEVANT,
    "remarks",
];

fn samples(stage: &Stage, reader: &Reader, report: &TermsReport) -> Result<()> {
    let mut drawn: BTreeMap<&UnitId, &Rc<SampledDocument>> = BTreeMap::new();
    for document in report.samples.iter().flat_map(|sample| &sample.documents) {
        drawn.insert(&document.unit.id, document);
    }
    let mut texts: BTreeMap<&UnitId, String> = BTreeMap::new();
    for (number, (id, document)) in (1..).zip(drawn) {
        let name = format!("text/{number:05}.txt");
        let text = text_of(reader, report, document)?;
        stage.write_file(&format!("samples/{name}"), text.as_bytes())?;
        texts.insert(id, name);
    }
    let mut precision = Rows::begin(stage, "samples/precision.csv", &SAMPLE)?;
    let mut elusion = Rows::begin(stage, "samples/elusion.csv", &SAMPLE)?;
    for sample in &report.samples {
        let rows = if sample.kind == SampleKind::NotHit { &mut elusion } else { &mut precision };
        sampled(rows, sample, report, &texts)?;
    }
    precision.finish()?;
    elusion.finish()
}

fn sampled(rows: &mut Rows, sample: &Sample, report: &TermsReport, texts: &BTreeMap<&UnitId, String>) -> Result<()> {
    let (kind, from) = match sample.kind {
        SampleKind::AnyTerm => (PRECISION, "any term".to_owned()),
        SampleKind::Term(number) => {
            let term = report.terms.iter().find(|term| term.number == number);
            (PRECISION, format!("{number}. {}", term.map(|term| term.label()).unwrap_or_default()))
        }
        SampleKind::NotHit => (ELUSION, "no term".to_owned()),
    };
    let seed = report.sampling.map(|sampling| sampling.seed.to_string()).unwrap_or_default();
    for (number, SampledDocument { conversation, unit, terms }) in (1..).zip(sample.documents.iter().map(Rc::as_ref)) {
        let terms: Vec<String> = terms.iter().map(usize::to_string).collect();
        rows.row([
            kind,
            &from,
            &sample.population.to_string(),
            &seed,
            &number.to_string(),
            unit.id.conversation.as_str(),
            &unit.id.start.millis().to_string(),
            &unit.id.slice.to_string(),
            &conversation.title,
            &conversation.native_id,
            &report.criteria.zone.format(unit.id.start, TIME),
            &terms.join("; "),
            texts.get(&unit.id).map(String::as_str).unwrap_or_default(),
            "",
            "",
        ])?;
    }
    Ok(())
}

fn text_of(reader: &Reader, report: &TermsReport, document: &SampledDocument) -> Result<String> {
    let SampledDocument { conversation, unit, .. } = document;
    let messages = messages_of(reader, unit, report.as_of)?;
    let facts = TranscriptFacts::of(conversation, unit, report.criteria.unit, &report.criteria.zone, &[]);
    Ok(transcript_text(&transcript(&messages, &facts, &ChildrenRule::default())).text)
}

/// Rows of a CSV on their way to its file. Cells that a spreadsheet would take for formulas are guarded.
struct Rows {
    csv: csv::Writer<HashedFile>,
}

impl Rows {
    fn begin<const N: usize>(stage: &Stage, name: &str, header: &[&str; N]) -> Result<Self> {
        let mut file = stage.create_file(name)?;
        std::io::Write::write_all(&mut file, MARK).map_err(not_written)?;
        let mut rows = Self { csv: csv::Writer::from_writer(file) };
        rows.row(*header)?;
        Ok(rows)
    }

    fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> Result<()> {
        let cells = cells.into_iter().map(guarded);
        self.csv.write_record(cells.map(|cell| cell.into_owned())).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => not_written(error),
            other => SearchError::Report(format!("{other:?}")),
        })
    }

    fn finish(self) -> Result<()> {
        let file = self.csv.into_inner().map_err(|error| not_written(error.into_error()))?;
        file.finish()?;
        Ok(())
    }
}

fn not_written(error: std::io::Error) -> SearchError {
    FilesError::from_write(error, Path::new("")).into()
}

fn csv_of(stage: &Stage, name: &str, table: &Table) -> Result<()> {
    let mut file = stage.create_file(name)?;
    std::io::Write::write_all(&mut file, MARK).map_err(not_written)?;
    let mut rows = Rows { csv: csv::Writer::from_writer(file) };
    rows.row(table.header.iter().map(String::as_str))?;
    for row in table.rows.iter().chain(&table.totals) {
        let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
        rows.row(cells.iter().map(String::as_str))?;
    }
    rows.finish()
}
