//! Counts the terms of a list over the documents of a matter.

use std::collections::BTreeMap;

use duces_archive::{AsOf, Reader};
use duces_model::{Conversation, Unit};
use duces_query::{MatcherSet, Query, parse_with};

use crate::bounds::Bounds;
use crate::criteria::Criteria;
use crate::error::{Result, SearchError};
use crate::facts::Knowledge;
use crate::terms::list::{Term, TermList};
use crate::terms::pass::{Custodians, Pass};
use crate::terms::report::{Count, Counted, TermCount, TermError, TermsReport};
use crate::terms::sample::{Drawing, Sampling};
use crate::terms::tally::Tally;
use crate::unmet::unmet_names_of_each;

/// Takes each document with hits, in order, with the numbers of the terms that hit it.
pub type EachHit<'a> = dyn FnMut(&Conversation, &Unit, &[usize]) -> Result<()> + 'a;

/// Counts the terms over the documents that meet the criteria, whose own query is not asked, as of a point of the ledger.
///
/// A term that is refused is told with its error, and the others are counted. Every message within the conditions is read
/// once and held against all terms, so that the counts rest on no index. Documents are cut before hits are known: a rule
/// that cuts around hits gives each term other documents, and is refused.
pub fn count_terms(
    reader: &Reader,
    list: &TermList,
    criteria: &Criteria,
    sampling: Option<Sampling>,
    as_of: AsOf,
    each_hit: &mut EachHit<'_>,
) -> Result<TermsReport> {
    if criteria.unit.is_around_hits() {
        return Err(SearchError::TermsAroundHits { rule: criteria.unit });
    }
    let parsed: Vec<Result<Query, TermError>> = list.terms.iter().map(|term| read(term, criteria)).collect();
    let queries: Vec<Query> = parsed.iter().flatten().cloned().collect();
    // The number of each term that is asked.
    let numbers: Vec<usize> = (1..).zip(&parsed).filter(|(_, query)| query.is_ok()).map(|(number, _)| number).collect();
    let fields = queries.iter().flat_map(Query::fields).collect();
    let bounds = Bounds::resolve(reader, criteria, as_of)?;
    let knowledge = Knowledge::read(reader, &fields, criteria.scope, &bounds.zone, as_of)?;
    let (set, cut) = (MatcherSet::new(&queries), criteria.cut());
    let pass = Pass { bounds: &bounds, cut: &cut, scope: criteria.scope, set: &set, knowledge: &knowledge };
    let (mut custodians, mut tally) = (Custodians::default(), Tally::new(queries.len()));
    let mut drawing = sampling.map(|sampling| Drawing::new(sampling, &numbers));
    pass.run(reader, as_of, &mut custodians, &mut |place, unit, seen| {
        let Some(conversation) = bounds.conversations.get(place) else { return Ok(()) };
        tally.add(place, unit, seen);
        if let Some(drawing) = &mut drawing {
            drawing.offer(conversation, unit, seen, &numbers);
        }
        if seen.hits.is_empty() {
            return Ok(());
        }
        let terms: Vec<usize> = seen.hits.iter().filter_map(|(place, _)| numbers.get(*place).copied()).collect();
        each_hit(conversation, unit, &terms)
    })?;
    let searched = tally.searched;
    let (counts, any) = tally.finish(&custodians.names);
    let unmet = unmet_names_of_each(reader, &queries.iter().collect::<Vec<_>>(), as_of)?;
    Ok(TermsReport {
        criteria: criteria.clone(),
        as_of,
        list: list.digest,
        comments: list.comments,
        searched,
        any,
        terms: told(list, parsed, counts, unmet),
        sampling,
        samples: drawing.map(Drawing::finish).unwrap_or_default(),
    })
}

fn read(term: &Term, criteria: &Criteria) -> Result<Query, TermError> {
    let refused = |at: usize, message: &str| {
        let character = term.query.get(..at).unwrap_or_default().chars().count() + 1;
        Err(TermError {
            message: message.to_owned(),
            character,
            drawn: format!("{message} (at character {character})"),
        })
    };
    if let Some(at) = term.query.find('\t') {
        return refused(at, "a second tab: a line is a query, or a name, a tab and a query");
    }
    let query = parse_with(&term.query, &criteria.options).map_err(|error| TermError {
        message: error.message().to_owned(),
        character: error.char_range().start + 1,
        drawn: error.to_string(),
    })?;
    // It would hit everything.
    if query.is_all() { refused(0, "there is a name but no query") } else { Ok(query) }
}

/// Joins what came of each term.
fn told(
    list: &TermList,
    parsed: Vec<Result<Query, TermError>>,
    counts: Vec<Count>,
    unmet: Vec<Vec<String>>,
) -> Vec<TermCount> {
    let mut counted = counts.into_iter().zip(unmet);
    let (mut names, mut queries) = (BTreeMap::new(), BTreeMap::new());
    let mut terms = Vec::with_capacity(list.terms.len());
    for (number, (term, parsed)) in (1..).zip(list.terms.iter().zip(parsed)) {
        let mut notes = Vec::new();
        if let Some(name) = &term.name
            && let Some(before) = before(&mut names, name.clone(), number)
        {
            notes.push(format!("term {before} has the same name"));
        }
        let outcome = match parsed {
            Ok(query) => {
                let canonical = query.to_string();
                if let Some(before) = before(&mut queries, canonical.clone(), number) {
                    notes.push(format!("the same query as term {before}, so that neither has unique hits"));
                }
                let Some((count, unmet)) = counted.next() else { continue };
                notes.extend(unmet);
                Ok(Counted { canonical, tree: query.tree(), count })
            }
            Err(error) => Err(error),
        };
        let Term { line, name, query } = term.clone();
        terms.push(TermCount { number, line, name, query, outcome, notes });
    }
    terms
}

/// Returns the term that was of the kind first, where it is another.
fn before(known: &mut BTreeMap<String, usize>, key: String, number: usize) -> Option<usize> {
    let first = *known.entry(key).or_insert(number);
    (first != number).then_some(first)
}
