//! `duces terms`: a list of terms counted and reported, and what the calls on its samples mean.

use std::path::Path;

use anyhow::Result;
use duces_archive::Matter;
use duces_files::Disk;
use duces_model::counted;
use duces_production::{ErrorKind, ProductionError};
use duces_search::{Criteria, Rate, Sampling, TermList, TermsReport, rates, write_terms};
use serde::Serialize;

use crate::args::{Cli, TermsArgs};
use crate::exit::Outcome;
use crate::search::asked;
use crate::shown;

/// Counts terms, or reads calls.
pub fn terms(cli: &Cli, args: &TermsArgs) -> Result<Outcome> {
    if let Some(file) = &args.elusion {
        return calls(cli, file, true);
    }
    if let Some(file) = &args.precision {
        return calls(cli, file, false);
    }
    let (Some(matter), Some(file), Some(out)) = (&args.matter, &args.terms, &args.out) else {
        return Err(ProductionError::usage("a matter, a file of terms and --out are needed").into());
    };
    let matter = Matter::open(matter).map_err(ProductionError::from)?;
    let list = TermList::read(&read(file)?).map_err(|error| {
        ProductionError::usage(format!("{}: {error}", file.display()))
            .hint("nothing was counted; docs/terms.md has the form of the file")
    })?;
    let asked = asked("", &args.conditions, &matter)?;
    let criteria = Criteria { unit: asked.unit, ..asked.select.criteria(&asked.zone)? };
    let (in_all, per_term) = (args.sample.unwrap_or(0), args.sample_per_term.unwrap_or(0));
    let sampling = args.seed.filter(|_| in_all + per_term > 0).map(|seed| Sampling { seed, in_all, per_term });
    let reader = matter.reader().map_err(ProductionError::from)?;
    let as_of = reader.now().map_err(ProductionError::from)?;
    let report = write_terms(&Disk::real(), out, &matter.config().name, &reader, &list, &criteria, sampling, as_of)
        .map_err(ProductionError::from)?;
    if cli.json {
        anstream::print!("{}", String::from_utf8_lossy(&read(&out.join("terms.json"))?));
    } else {
        told(&report, out);
    }
    for (term, error) in report.errors() {
        anstream::eprintln!("{}:{}: {}", file.display(), term.line, error.drawn);
    }
    Ok(if report.errors().next().is_some() { Outcome::Findings } else { Outcome::Done })
}

fn read(file: &Path) -> Result<Vec<u8>, ProductionError> {
    std::fs::read(file).map_err(|error| {
        ProductionError::new(ErrorKind::Unreadable, format!("{} cannot be read", file.display())).because(error)
    })
}

/// The counts, one term a line.
fn told(report: &TermsReport, out: &Path) {
    anstream::println!("{:>10} {:>10} {:>10} {:>10}  term", "documents", "families", "unique", "messages");
    for term in &report.terms {
        match term.count() {
            Some(count) => anstream::println!(
                "{:>10} {:>10} {:>10} {:>10}  {}. {}",
                count.documents,
                count.with_families,
                count.unique,
                count.messages,
                term.number,
                term.label()
            ),
            None => anstream::println!("{:>43}  {}. {}", "error", term.number, term.label()),
        }
        term.notes.iter().for_each(|note| anstream::println!("{:>43}  {note}", "note:"));
    }
    let (any, searched) = (&report.any, report.searched);
    let (documents, with_families) = report.not_hit();
    let line = |documents: u64, families: u64, unique: &str, messages: u64, what: &str| {
        anstream::println!("{documents:>10} {families:>10} {unique:>10} {messages:>10}  {what}");
    };
    line(any.documents, any.with_families, &any.unique.to_string(), any.messages, "any term");
    line(documents, with_families, "", searched.messages.saturating_sub(any.messages), "no term");
    line(searched.documents, searched.with_families, "", searched.messages, "all searched");
    if let Some(sampling) = &report.sampling {
        anstream::println!("samples drawn with the seed {}", sampling.seed);
    }
    anstream::eprintln!("wrote {}, and the same as CSV, XLSX and JSON beside it", out.join("terms.html").display());
}

/// What the calls on one kind of document say.
#[derive(Serialize)]
struct Said {
    drawn_from: String,
    population: u64,
    called: u64,
    relevant: u64,
    /// In per cent, and the ends of its interval of 95%.
    rate: (f64, f64, f64),
    documents: (u64, u64, u64),
}

fn calls(cli: &Cli, file: &Path, elusion: bool) -> Result<Outcome> {
    let rates =
        rates(&read(file)?, elusion).map_err(|error| ProductionError::usage(format!("{}: {error}", file.display())))?;
    if cli.json {
        shown::json(&rates.iter().map(said).collect::<Vec<_>>())?;
        return Ok(Outcome::Done);
    }
    for rate in rates.iter().map(said) {
        let (share, low, high) = rate.rate;
        let (about, least, most) = rate.documents;
        let (what, of) = if elusion {
            ("elusion", "relevant though no term hits them")
        } else {
            ("precision", "relevant of those with hits")
        };
        anstream::println!(
            "{}: {what} {share:.2}%, interval of 95% (Clopper-Pearson) {low:.2}% to {high:.2}%",
            rate.drawn_from
        );
        anstream::println!(
            "  {} of {} called relevant, drawn from {}; so about {about}, from {least} to {most}, are {of}",
            rate.relevant,
            counted(rate.called, "document"),
            rate.population
        );
    }
    Ok(Outcome::Done)
}

fn said(rate: &Rate) -> Said {
    let per_cent = |share: f64| (share * 1_000_000.0).round() / 10_000.0;
    let (share, low, high) = rate.share;
    Said {
        drawn_from: rate.drawn_from.clone(),
        population: rate.population,
        called: rate.called,
        relevant: rate.relevant,
        rate: (per_cent(share), per_cent(low), per_cent(high)),
        documents: rate.documents(),
    }
}
