//! Properties over random queries and texts. `PROPTEST_CASES` asks for more cases.

use crate::index::{is_candidate, terms_of};
use crate::normalisation::quoted;
use crate::{oracle, strategies};
use duces_query::{
    Matcher, MatcherSet, NoFacts, NoiseWords, Precedence, Profile, QueryOptions, Tokens, candidates, is_match, parse,
    parse_with,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: default.cases.max(4_000), failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn parse_never_panics_and_points_into_the_query(query in prop_oneof![any::<String>(), strategies::near_query()]) {
        match parse(&query) {
            Ok(parsed) => {
                let printed = parsed.to_string();
                prop_assert_eq!(parse(&printed).map_err(|e| e.to_string()), Ok(parsed), "{}", printed);
            }
            Err(error) => {
                prop_assert!(query.get(error.byte_range()).is_some());
                prop_assert!(error.char_range().end <= query.chars().count());
                prop_assert!(error.to_string().contains('^'));
            }
        }
    }

    #[test]
    fn the_canonical_form_reads_back(query in strategies::query()) {
        let parsed = parse(&query).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let printed = parsed.to_string();
        prop_assert_eq!(parse(&printed).map_err(|e| e.to_string()), Ok(parsed), "{}", printed);
    }

    #[test]
    fn the_matcher_agrees_with_the_oracle(query in strategies::query(), text in strategies::text()) {
        let query = parse(&query).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let tokens = Tokens::new(&text);
        let matcher = Matcher::new(&query);
        let (matches, hits) = oracle::answer(&query, &tokens);
        prop_assert_eq!(matcher.is_match(&tokens), matches, "{} in {:?}", query, text);
        let found: BTreeSet<(usize, usize)> = matcher.hits(&tokens).iter().map(|hit| (hit.start, hit.end)).collect();
        prop_assert_eq!(found, hits, "{} in {:?}", query, text);
    }

    #[test]
    fn folding_is_asking_for_the_folded_in_the_folded(query in strategies::query(), text in strategies::text()) {
        let profile = Profile { fold_traditional: true, fold_accents: true };
        let folded = parse_with(&query, &QueryOptions { profile, ..QueryOptions::default() })
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        let by_hand = |text: &str| text.replace('發', "发").replace('é', "e");
        let plain = parse(&by_hand(&query)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let matcher = Matcher::new(&folded);
        let mut tokens = matcher.buffer();
        tokens.read(&text);
        let matches = is_match(&plain, &Tokens::new(&by_hand(&text)));
        prop_assert_eq!(matcher.is_match(&tokens), matches, "{} in {:?}", query, text);
        if matches {
            prop_assert!(is_candidate(&candidates(&folded), &terms_of(&text)), "{} in {:?}", query, text);
        }
    }

    #[test]
    fn folding_changes_no_border(text in strategies::wild_text()) {
        let (plain, mut folded) = (Tokens::new(&text), Tokens::under(Profile { fold_traditional: true, fold_accents: true }));
        folded.read(&text);
        let places = |tokens: &Tokens| tokens.as_slice().iter().map(|t| (t.kind, t.position, t.joined, t.range())).collect::<Vec<_>>();
        prop_assert_eq!(places(&plain), places(&folded));
    }

    #[test]
    fn within_is_before_either_way(text in strategies::text(), n in 1u32..6) {
        let tokens = Tokens::new(&text);
        let ask = |query: String| parse(&query).map(|query| is_match(&query, &tokens));
        let within = ask(format!("a w/{n} 合"));
        prop_assert_eq!(within, ask(format!("(a pre/{n} 合) or (合 pre/{n} a)")));
    }

    #[test]
    fn candidates_hold_every_match(query in strategies::query(), text in strategies::text()) {
        let query = parse(&query).map_err(|error| TestCaseError::fail(error.to_string()))?;
        if is_match(&query, &Tokens::new(&text)) {
            prop_assert!(is_candidate(&candidates(&query), &terms_of(&text)), "{} in {:?}", query, text);
        }
    }

    #[test]
    fn many_queries_at_once_answer_as_each_does_alone(
        queries in prop::collection::vec(strategies::query(), 0..9),
        texts in prop::collection::vec(strategies::text(), 1..4),
        folded: bool,
        noise: bool,
    ) {
        let options = QueryOptions {
            profile: Profile { fold_traditional: folded, fold_accents: folded },
            noise: if noise { NoiseWords::new(["a", "12"]).unwrap_or_default() } else { NoiseWords::default() },
            precedence: Some(Precedence::LeftToRight),
        };
        // A term of noise words alone is refused.
        let queries: Vec<_> = queries.iter().filter_map(|query| parse_with(query, &options).ok()).collect();
        let set = MatcherSet::new(&queries);
        let mut buffer = set.buffer();
        for text in &texts {
            set.read(text, &NoFacts, &mut buffer);
            for (place, query) in queries.iter().enumerate() {
                let matcher = Matcher::new(query);
                let mut tokens = matcher.buffer();
                tokens.read(text);
                prop_assert_eq!(buffer.found().contains(&place), matcher.is_match(&tokens), "{} in {:?}", query, text);
                prop_assert_eq!(set.hits(place, &NoFacts, &buffer), matcher.hits(&tokens), "{} in {:?}", query, text);
            }
            prop_assert!(buffer.found().is_sorted_by(|a, b| a < b));
        }
    }

    #[test]
    fn what_is_copied_from_a_text_is_found(text in strategies::wild_text(), from: prop::sample::Index, to: prop::sample::Index) {
        let tokens = Tokens::new(&text);
        if tokens.is_empty() {
            return Ok(());
        }
        let (from, to) = (from.index(tokens.len()), to.index(tokens.len()));
        // Tokens that normalisation made of one cluster cannot be copied apart.
        let end = tokens.as_slice()[from.max(to)].end;
        let beyond = tokens.as_slice().iter().rposition(|token| token.start < end).unwrap_or(from.max(to));
        let start = tokens.as_slice()[from.min(to)].start;
        let first = tokens.as_slice().iter().position(|token| token.end > start).unwrap_or(from.min(to));
        let slice = &tokens.as_slice()[first..=beyond];
        let copied = &text[slice[0].start..slice[slice.len() - 1].end];
        let query = parse(&quoted(copied)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(is_match(&query, &tokens), "{} ({:?}) in {:?}", query, copied, text);
        prop_assert!(is_candidate(&candidates(&query), &terms_of(&text)), "{} in {:?}", query, text);
        prop_assert_eq!(parse(&query.to_string()).map_err(|e| e.to_string()), Ok(query));
    }

    #[test]
    fn tokens_stand_in_order_in_the_raw_text(text in strategies::wild_text()) {
        let tokens = Tokens::new(&text);
        for token in tokens.as_slice() {
            prop_assert!(text.get(token.range()).is_some_and(|raw| !raw.is_empty()));
        }
        for pair in tokens.as_slice().windows(2) {
            prop_assert!(pair[0].start <= pair[1].start && pair[0].end <= pair[1].end);
            prop_assert!(pair[0].end <= pair[1].start || pair[0].range() == pair[1].range() || pair[1].start < pair[0].end);
        }
    }
}
