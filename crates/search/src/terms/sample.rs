//! Samples of documents, drawn by a printed seed: of those with hits, to see how many the terms rightly bring in; of
//! those without, to see how many they miss.

use std::collections::BTreeMap;
use std::rc::Rc;

use duces_model::{Conversation, Digest, Unit};
use serde::Serialize;

use crate::terms::tally::{Seen, line};

/// Documents that a sample may have.
pub const MAX_SAMPLE: u32 = 100_000;

/// How documents are chosen, so that anyone can choose them again.
pub const SAMPLE_RULE: &str = "Each document has a key: the SHA-256 of the seed as decimal digits, a line feed, and the document's line \
     as it stands in the hit list. A sample of n documents is the n with the smallest keys, in the order of the keys. \
     Every document is as likely as every other, each is drawn once at most, and the first m of a sample are a sample \
     of m.";

/// What is to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sampling {
    /// The seed; the same draws the same documents.
    pub seed: u64,
    /// How many documents that any term hits, and as many that none does.
    pub in_all: u32,
    /// How many documents of each term.
    pub per_term: u32,
}

/// What a sample is drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SampleKind {
    /// Documents with hits of any term.
    AnyTerm,
    /// Documents with hits of the term with this number.
    Term(usize),
    /// Documents without hits.
    NotHit,
}

/// Documents drawn from those of a kind.
#[derive(Debug, Clone)]
pub struct Sample {
    /// What it is drawn from.
    pub kind: SampleKind,
    /// How many documents of the kind there are.
    pub population: u64,
    /// The documents, in the order drawn.
    pub documents: Vec<Rc<SampledDocument>>,
}

/// A document of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampledDocument {
    /// Its conversation.
    pub conversation: Conversation,
    /// The document.
    pub unit: Unit,
    /// The numbers of the terms that hit it.
    pub terms: Vec<usize>,
}

/// Draws while documents pass by.
pub(super) struct Drawing {
    seed: u64,
    draws: BTreeMap<SampleKind, Draw>,
}

/// The documents with the smallest keys so far.
struct Draw {
    size: usize,
    population: u64,
    kept: BTreeMap<Digest, Rc<SampledDocument>>,
}

impl Drawing {
    /// `terms` are the numbers of the terms.
    pub(super) fn new(sampling: Sampling, terms: &[usize]) -> Self {
        let Sampling { seed, in_all, per_term } = sampling;
        let all = [(SampleKind::AnyTerm, in_all), (SampleKind::NotHit, in_all)];
        let kinds = all.into_iter().chain(terms.iter().map(|term| (SampleKind::Term(*term), per_term)));
        let draw = |size: u32| Draw { size: size.min(MAX_SAMPLE) as usize, population: 0, kept: BTreeMap::new() };
        Self { seed, draws: kinds.filter(|(_, size)| *size > 0).map(|(kind, size)| (kind, draw(size))).collect() }
    }

    /// Takes a document; `terms` are the numbers of the terms by place among those asked.
    pub(super) fn offer(&mut self, conversation: &Conversation, unit: &Unit, seen: &Seen, terms: &[usize]) {
        if self.draws.is_empty() {
            return;
        }
        let key = Digest::of(format!("{}\n{}", self.seed, line(unit)).as_bytes());
        let hit_by: Vec<usize> = seen.hits.iter().filter_map(|(place, _)| terms.get(*place).copied()).collect();
        let kinds: Vec<SampleKind> = if hit_by.is_empty() {
            vec![SampleKind::NotHit]
        } else {
            [SampleKind::AnyTerm].into_iter().chain(hit_by.iter().copied().map(SampleKind::Term)).collect()
        };
        let mut shared: Option<Rc<SampledDocument>> = None;
        for kind in kinds {
            let Some(draw) = self.draws.get_mut(&kind) else { continue };
            draw.population += 1;
            if draw.takes(&key) {
                let document = shared.get_or_insert_with(|| {
                    let (conversation, unit) = (conversation.clone(), unit.clone());
                    Rc::new(SampledDocument { conversation, unit, terms: hit_by.clone() })
                });
                draw.kept.insert(key, Rc::clone(document));
                if draw.kept.len() > draw.size {
                    draw.kept.pop_last();
                }
            }
        }
    }

    pub(super) fn finish(self) -> Vec<Sample> {
        let drawn = self.draws.into_iter().map(|(kind, draw)| Sample {
            kind,
            population: draw.population,
            documents: draw.kept.into_values().collect(),
        });
        drawn.collect()
    }
}

impl Draw {
    fn takes(&self, key: &Digest) -> bool {
        self.kept.len() < self.size || self.kept.last_key_value().is_some_and(|(last, _)| key < last)
    }
}
