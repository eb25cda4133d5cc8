//! What reviewers' calls on a sample say of all that it was drawn from.

use std::collections::BTreeMap;

use thiserror::Error;

/// What the calls on a sample say.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// What it was drawn from, as the file has it.
    pub drawn_from: String,
    /// How many documents there are of that kind.
    pub population: u64,
    /// How many were called.
    pub called: u64,
    /// How many were called relevant.
    pub relevant: u64,
    /// The share that is relevant, from 0 to 1, and the ends of its interval of 95% by Clopper and Pearson.
    pub share: (f64, f64, f64),
}

impl Rate {
    /// Returns about how many documents of the kind are relevant: the estimate, the least and the most.
    pub fn documents(&self) -> (u64, u64, u64) {
        let all = self.population as f64;
        let (share, low, high) = self.share;
        // What was called is known.
        let unseen = self.population.saturating_sub(self.called);
        let least = ((low * all).floor() as u64).max(self.relevant);
        let most = ((high * all).ceil() as u64).min(self.relevant + unseen);
        ((share * all).round() as u64, least.min(most), most)
    }
}

/// Why a file of calls says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallsError {
    /// It is no CSV with the columns of a sample.
    #[error("no sample as `duces terms` writes it: {0}")]
    NoSample(String),
    /// A row is not called yet.
    #[error("row {row} has no call: the column `relevant` must say yes or no in every row")]
    Uncalled {
        /// The row, the header being 1.
        row: usize,
    },
    /// A call is none.
    #[error("row {row} says `{call}`: the column `relevant` takes yes or no (also y, n, 1, 0, true, false, 是, 否)")]
    Unclear {
        /// The row, the header being 1.
        row: usize,
        /// What stands there.
        call: String,
    },
    /// The sample is of the other kind.
    #[error("the file is a sample of {found}, not of {wanted}")]
    OtherKind {
        /// What it is.
        found: String,
        /// What was asked for.
        wanted: &'static str,
    },
}

/// The columns that a rate rests on.
pub(super) const KIND: &str = "sample";
pub(super) const DRAWN_FROM: &str = "drawn_from";
pub(super) const POPULATION: &str = "population";
pub(super) const RELEVANT: &str = "relevant";
/// What the two kinds of samples are called in their files.
pub(super) const PRECISION: &str = "precision";
pub(super) const ELUSION: &str = "elusion";

/// Reads a sample that reviewers have called, and returns what it says of each kind of document in it, in the order of
/// the file. With `elusion` it must be of documents without hits, else of documents with hits.
pub fn rates(bytes: &[u8], elusion: bool) -> Result<Vec<Rate>, CallsError> {
    let wanted = if elusion { ELUSION } else { PRECISION };
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    // Spreadsheets of some countries save with another sign between cells.
    let first_line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| first_line.iter().filter(|byte| **byte == sign).count();
    let delimiter = [b',', b';', b'\t'].into_iter().rev().max_by_key(|sign| count(*sign)).unwrap_or(b',');
    let mut csv = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
    let refused = |error: csv::Error| CallsError::NoSample(error.to_string());
    let header = csv.headers().map_err(refused)?.clone();
    let column = |name: &str| {
        let found = header.iter().position(|known| known.trim() == name);
        found.ok_or_else(|| CallsError::NoSample(format!("it has no column `{name}`")))
    };
    let (kind, from, population, relevant) =
        (column(KIND)?, column(DRAWN_FROM)?, column(POPULATION)?, column(RELEVANT)?);
    let mut groups: Vec<(String, u64, u64, u64)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (row, record) in (2..).zip(csv.records()) {
        let record = record.map_err(refused)?;
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        // Spreadsheets may write rows that were emptied.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if cell(kind) != wanted {
            return Err(CallsError::OtherKind { found: cell(kind).to_owned(), wanted });
        }
        let is_relevant = call(cell(relevant), row)?;
        let name = duces_loadfile::unguarded(cell(from)).to_owned();
        let all: u64 = cell(population)
            .parse()
            .map_err(|_| CallsError::NoSample(format!("row {row} has no number in `{POPULATION}`")))?;
        let place = *places.entry(name.clone()).or_insert(groups.len());
        if place == groups.len() {
            groups.push((name, all, 0, 0));
        }
        let Some(group) = groups.get_mut(place) else { continue };
        if group.1 != all {
            return Err(CallsError::NoSample(format!(
                "row {row} has another number in `{POPULATION}` than those before"
            )));
        }
        group.2 += 1;
        group.3 += u64::from(is_relevant);
        if group.2 > all {
            return Err(CallsError::NoSample(format!("row {row} is one more than there are documents")));
        }
    }
    if groups.is_empty() {
        return Err(CallsError::NoSample("it has no rows".to_owned()));
    }
    let rate = |(drawn_from, population, called, relevant)| {
        let (low, high) = interval(relevant, called);
        let share = (relevant as f64 / called as f64, low, high);
        Rate { drawn_from, population, called, relevant, share }
    };
    Ok(groups.into_iter().map(rate).collect())
}

fn call(text: &str, row: usize) -> Result<bool, CallsError> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "1" | "true" | "是" => Ok(true),
        "no" | "n" | "0" | "false" | "否" => Ok(false),
        "" => Err(CallsError::Uncalled { row }),
        _ => Err(CallsError::Unclear { row, call: text.to_owned() }),
    }
}

/// Returns the interval of 95% by Clopper and Pearson: the shares under which as many hits or more, and as few or fewer,
/// have a chance of 2.5% each.
fn interval(hits: u64, of: u64) -> (f64, f64) {
    const TAIL: f64 = 0.025;
    let low = if hits == 0 { 0.0 } else { root(&|share| 1.0 - at_most(hits - 1, of, share) - TAIL) };
    let high = if hits >= of { 1.0 } else { root(&|share| TAIL - at_most(hits, of, share)) };
    (low, high)
}

/// Returns where a function that rises from below 0 at 0 to above 0 at 1 crosses it.
fn root(rising: &dyn Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if rising(middle) < 0.0 { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

/// Returns the chance of so many hits or fewer in `of` draws.
fn at_most(hits: u64, of: u64, share: f64) -> f64 {
    let (yes, no) = (share.ln(), (-share).ln_1p());
    // The logarithm of the binomial coefficient grows from one term to the next.
    let mut ways = 0.0;
    let mut sum = 0.0;
    for n in 0..=hits {
        if n > 0 {
            ways += ((of - n + 1) as f64).ln() - (n as f64).ln();
        }
        sum += (ways + n as f64 * yes + (of - n) as f64 * no).exp();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hits, draws, and the interval as R's `binom.test` prints it.
    const KNOWN: &[(u64, u64, f64, f64)] = &[
        (0, 10, 0.0, 0.3084971),
        (1, 10, 0.002528579, 0.4450161),
        (5, 10, 0.187086, 0.812914),
        (10, 10, 0.6915029, 1.0),
        (0, 300, 0.0, 0.01222082),
    ];

    #[test]
    fn intervals_are_those_of_the_books() {
        for (hits, of, low, high) in KNOWN {
            let found = interval(*hits, *of);
            assert!((found.0 - low).abs() < 1e-6 && (found.1 - high).abs() < 1e-6, "{hits} of {of}: {found:?}");
        }
        let (low, high) = interval(50_000, 100_000);
        assert!((0.4968..0.4970).contains(&low) && (0.5030..0.5032).contains(&high), "{low} {high}");
    }

    const HEADER: &str = "sample,drawn_from,population,relevant\n";

    #[test]
    fn calls_become_rates() {
        let rows =
            "elusion,no term,1000,no\r\nelusion,no term,1000,YES\nelusion,no term,1000,否\nelusion,no term,1000,0\n";
        let rate = &rates(format!("\u{FEFF}{HEADER}{rows}").as_bytes(), true).unwrap()[0];
        assert_eq!((rate.population, rate.called, rate.relevant), (1000, 4, 1));
        assert_eq!(rate.documents().0, 250);
        assert!(rate.documents().1 >= 1 && rate.documents().2 <= 997);
        let semicolons = format!("{HEADER}{rows},,,\n").replace(',', ";");
        assert_eq!(&rates(semicolons.as_bytes(), true).unwrap()[0], rate);
    }

    #[test]
    fn what_is_not_called_is_not_guessed() {
        let refused = |rows: &str| rates(format!("{HEADER}{rows}").as_bytes(), true).unwrap_err();
        assert_eq!(refused("elusion,x,9,yes\nelusion,x,9,\n"), CallsError::Uncalled { row: 3 });
        assert_eq!(refused("elusion,x,9,maybe\n"), CallsError::Unclear { row: 2, call: "maybe".into() });
        assert!(matches!(refused("precision,x,9,yes\n"), CallsError::OtherKind { .. }));
        for rows in ["", "elusion,x,nine,no\n", "elusion,x,1,no\nelusion,x,1,no\n", "elusion,x,9,no\nelusion,x,8,no\n"]
        {
            assert!(matches!(refused(rows), CallsError::NoSample(_)), "{rows}");
        }
        assert!(matches!(rates(b"a,b\n1,2\n", true), Err(CallsError::NoSample(_))));
    }
}
