//! A search terms report as JSON: all of it.

use std::collections::BTreeMap;

use duces_archive::AsOf;
use duces_model::{Custodian, Digest, UnitRule, zone_data_version};
use serde::Serialize;

use crate::criteria::{Clip, Scope};
use crate::error::{Result, SearchError};
use crate::terms::report::{Count, HIT_LIST_RULE, Searched, TermError, TermsReport};
use crate::terms::sample::{SAMPLE_RULE, SampleKind, Sampling};
use crate::terms::sheets;

/// The version of the format.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    made_by: String,
    matter: &'a str,
    as_of: AsOf,
    terms_file: File,
    conditions: Conditions<'a>,
    searched: Searched,
    any_term: &'a Count,
    no_term: NotHit,
    terms: Vec<Term<'a>>,
    hit_list_rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    samples: Option<Samples>,
    /// The same in words.
    in_words: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct File {
    sha256: Digest,
    terms: usize,
    comments: usize,
}

#[derive(Serialize)]
struct Conditions<'a> {
    custodians: &'a [Custodian],
    participants: &'a [String],
    conversations: &'a [String],
    #[serde(flatten)]
    days: Clip,
    zone: &'a str,
    zone_data: &'static str,
    scope: Scope,
    unit: UnitRule,
    max_events: usize,
    normalisation: &'static str,
    precedence: Option<&'static str>,
    noise_words: Vec<&'a str>,
}

#[derive(Serialize)]
struct NotHit {
    documents: u64,
    with_families: u64,
    messages: u64,
}

#[derive(Serialize)]
struct Term<'a> {
    number: usize,
    line: usize,
    name: Option<&'a str>,
    query: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a TermError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_as: Option<&'a str>,
    /// The query's tree, one node a line, two spaces deeper for each level.
    #[serde(skip_serializing_if = "Option::is_none")]
    tree: Option<Vec<&'a str>>,
    #[serde(flatten)]
    count: Option<&'a Count>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Samples {
    #[serde(flatten)]
    asked: Sampling,
    rule: &'static str,
    drawn: Vec<Drawn>,
}

#[derive(Serialize)]
struct Drawn {
    from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    term: Option<usize>,
    population: u64,
    documents: Vec<String>,
}

/// Returns the report as JSON.
pub(super) fn json(report: &TermsReport, matter: &str) -> Result<Vec<u8>> {
    let criteria = &report.criteria;
    let (documents, with_families) = report.not_hit();
    let document = Document {
        format: FORMAT,
        made_by: format!("duces {}", env!("CARGO_PKG_VERSION")),
        matter,
        as_of: report.as_of,
        terms_file: File { sha256: report.list, terms: report.terms.len(), comments: report.comments },
        conditions: Conditions {
            custodians: &criteria.custodians,
            participants: &criteria.participants,
            conversations: &criteria.conversations,
            days: criteria.clip,
            zone: criteria.zone.name(),
            zone_data: zone_data_version(),
            scope: criteria.scope,
            unit: criteria.unit,
            max_events: criteria.max_events,
            normalisation: criteria.options.profile.name(),
            precedence: criteria.options.precedence.map(duces_query::Precedence::name),
            noise_words: criteria.options.noise.words().collect(),
        },
        searched: report.searched,
        any_term: &report.any,
        no_term: NotHit {
            documents,
            with_families,
            messages: report.searched.messages.saturating_sub(report.any.messages),
        },
        terms: terms(report),
        hit_list_rule: HIT_LIST_RULE,
        samples: report.sampling.map(|asked| Samples { asked, rule: SAMPLE_RULE, drawn: drawn(report) }),
        in_words: sheets::conditions(report)?.into_iter().collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&document).map_err(|error| SearchError::Report(error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn terms(report: &TermsReport) -> Vec<Term<'_>> {
    let terms = report.terms.iter().map(|term| {
        let counted = term.outcome.as_ref().ok();
        Term {
            number: term.number,
            line: term.line,
            name: term.name.as_deref(),
            query: &term.query,
            status: term.status(),
            error: term.outcome.as_ref().err(),
            read_as: counted.map(|counted| counted.canonical.as_str()),
            tree: counted.map(|counted| counted.tree.lines().collect()),
            count: counted.map(|counted| &counted.count),
            notes: &term.notes,
        }
    });
    terms.collect()
}

fn drawn(report: &TermsReport) -> Vec<Drawn> {
    let drawn = report.samples.iter().map(|sample| {
        let (from, term) = match sample.kind {
            SampleKind::AnyTerm => ("any_term", None),
            SampleKind::Term(number) => ("term", Some(number)),
            SampleKind::NotHit => ("no_term", None),
        };
        let documents = sample.documents.iter().map(|document| document.unit.id.to_string()).collect();
        Drawn { from, term, population: sample.population, documents }
    });
    drawn.collect()
}
