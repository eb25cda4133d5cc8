//! Bates numbers: well formed, in order, each used once, none missing.

use std::collections::{BTreeMap, BTreeSet};

use duces_loadfile::Field;
use duces_model::{BatesNumber, BatesRange};

use crate::codes;
use crate::document::{Document, DocumentIdx, Documents, span};
use crate::report::{Level, Options};
use crate::tally::{Tally, shown};

/// Checks the numbers of all documents, and their page counts against them.
pub(crate) fn check(documents: &Documents, options: &Options, tally: &mut Tally) {
    tally.ran("Bates numbers");
    let mut widths = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut sound: Vec<(BatesRange, DocumentIdx)> = Vec::new();
    let mut before: Option<(usize, BatesNumber)> = None;
    for (idx, document) in documents.iter() {
        let Some(range) = sound_range(documents, document, &mut widths, tally) else { continue };
        if !seen.insert(documents.first(document)) {
            let text = format!("{} is the first number of an earlier document too", documents.first(document));
            tally.add(&codes::BATES_DUPLICATE, documents.place(document), text);
            continue;
        }
        let table = documents.table_of(document);
        if let Some((_, last)) = before.as_ref().filter(|(earlier, last)| *earlier == table && last > range.first()) {
            let text = format!("{} stands behind a document that starts at {last}", range.first());
            tally.add(&codes::BATES_ORDER, documents.place(document), text);
        }
        before = Some((table, range.first().clone()));
        sound.push((range, idx));
    }
    sound.sort();
    check_neighbours(documents, &sound, options, tally);
    check_voids(documents, &sound, options, tally);
    check_page_counts(documents, options, tally);
}

/// Returns the range of a document, or says what is wrong with it.
fn sound_range(
    documents: &Documents,
    document: &Document,
    widths: &mut BTreeMap<String, u8>,
    tally: &mut Tally,
) -> Option<BatesRange> {
    let (first, last) = documents.numbers(document);
    let (from, to): (BatesNumber, BatesNumber) = match (first.parse(), last.parse()) {
        (Ok(from), Ok(to)) => (from, to),
        (from, to) => {
            for (what, text, parsed) in [("first", first, from), ("last", last, to)] {
                let why = match parsed {
                    Ok(_) => continue,
                    Err(_) if text.is_empty() => format!("the document has no {what} Bates number"),
                    Err(error) => format!("{what} number: {}", shown(&error.to_string())),
                };
                tally.add(&codes::BATES_FORMAT, documents.place(document), why);
            }
            return None;
        }
    };
    let mut refuse = |code, why: String| {
        tally.add(code, documents.place(document), why);
        None
    };
    if from.prefix() != to.prefix() {
        return refuse(&codes::BATES_PREFIX, format!("{from} and {to} have different prefixes"));
    }
    let range = document.range.clone();
    let width = *widths.entry(from.prefix().to_owned()).or_insert(from.width());
    if from.width() != to.width() || from.width() != width {
        let wrong = if from.width() == width { &to } else { &from };
        let text = format!("{wrong} has {} digits where others of this prefix have {width}", wrong.width());
        return refuse(&codes::BATES_WIDTH, text);
    }
    match range {
        Some(range) => Some(range),
        None => refuse(&codes::BATES_REVERSED, format!("the last number {to} comes before the first, {from}")),
    }
}

/// Looks for overlaps and gaps between documents that follow each other by number.
fn check_neighbours(documents: &Documents, sound: &[(BatesRange, DocumentIdx)], options: &Options, tally: &mut Tally) {
    // The document that reaches furthest so far.
    let mut furthest: Option<&BatesRange> = None;
    for (range, idx) in sound {
        let place = || documents.place(documents.get(*idx));
        let Some(earlier) = furthest.filter(|earlier| earlier.first().prefix() == range.first().prefix()) else {
            furthest = Some(range);
            continue;
        };
        if is_shared(earlier, range) {
            let text = format!("{range} shares numbers with the document {earlier}");
            tally.add(&codes::BATES_OVERLAP, place(), text);
        } else {
            for hole in holes(earlier.last(), range.first(), &options.voids) {
                let (count, what) = match hole.count() {
                    1 => ("1 number is".to_owned(), hole.first().to_string()),
                    many => (format!("{many} numbers are"), hole.to_string()),
                };
                let text = format!(
                    "{count} missing before {}: {what} is used by no document and not declared void",
                    range.first()
                );
                tally.add(&codes::BATES_GAP, place(), text);
            }
        }
        if range.last() > earlier.last() {
            furthest = Some(range);
        }
    }
}

/// Whether two documents share numbers; with page suffixes several documents may lie within one number.
fn is_shared(one: &BatesRange, other: &BatesRange) -> bool {
    if one.first().suffix().is_some() || other.first().suffix().is_some() {
        return one.first() <= other.last() && other.first() <= one.last();
    }
    one.overlaps(other)
}

/// Returns the numbers strictly between two that no void covers.
fn holes(before: &BatesNumber, after: &BatesNumber, voids: &[BatesRange]) -> Vec<BatesRange> {
    let (mut next, end) = (before.number().saturating_add(1), after.number());
    let mut covered: Vec<(u64, u64)> = voids
        .iter()
        .filter(|void| void.first().prefix() == after.prefix())
        .map(|void| (void.first().number(), void.last().number()))
        .collect();
    covered.sort_unstable();
    let mut found = Vec::new();
    let mut note = |from: u64, to: u64| {
        let first = BatesNumber::new(after.prefix(), after.width(), from);
        if let Some(range) = first.and_then(|first| BatesRange::starting(first, to.saturating_sub(from))).ok().flatten()
        {
            found.push(range);
        }
    };
    for (from, to) in covered {
        if from > next && next < end {
            note(next, from.min(end));
        }
        next = next.max(to.saturating_add(1));
    }
    if next < end {
        note(next, end);
    }
    found
}

fn check_voids(documents: &Documents, sound: &[(BatesRange, DocumentIdx)], options: &Options, tally: &mut Tally) {
    for void in &options.voids {
        for (range, idx) in sound.iter().filter(|(range, _)| range.overlaps(void)) {
            let text = format!("{range} uses numbers that were declared void ({void})");
            tally.add(&codes::BATES_VOID, documents.place(documents.get(*idx)), text);
        }
    }
}

/// Compares the page count that a load file gives with the numbers of the document.
fn check_page_counts(documents: &Documents, options: &Options, tally: &mut Tally) {
    const CHECK: &str = "page counts against Bates numbers";
    if options.level == Level::Document {
        return tally.not_run(CHECK, "numbers are given by document");
    }
    if !documents.any_has(Field::PageCount) {
        return tally.not_run(CHECK, "no column for the page count");
    }
    tally.ran(CHECK);
    for (_, document) in documents.iter() {
        let given = documents.value(document, Field::PageCount);
        let Some(range) = document.range.as_ref().filter(|_| !given.is_empty()) else { continue };
        match given.parse::<u64>() {
            Ok(pages) if pages == span(range) => {}
            Ok(pages) => {
                let text = format!("{range} make {} pages, but the page count is {pages}", span(range));
                tally.add(&codes::PAGE_COUNT, documents.place(document), text);
            }
            Err(_) => {
                let text = format!("the page count of {} is `{}`, which is no number", range.first(), shown(given));
                tally.add(&codes::FIELD_FORMAT, documents.place(document), text);
            }
        }
    }
}
