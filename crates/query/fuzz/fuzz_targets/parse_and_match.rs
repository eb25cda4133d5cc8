//! A query and a text under any choices: hits lie in the text, and only where the query matches.
#![no_main]

use duces_query::{Matcher, Precedence, Profile, QueryOptions, candidates, index_text, parse_with};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, u8)| {
    let (query, text, choice) = input;
    let options = QueryOptions {
        profile: Profile { fold_traditional: choice & 1 != 0, fold_accents: choice & 2 != 0 },
        precedence: Precedence::ALL.get(usize::from(choice >> 2 & 3)).copied(),
        ..QueryOptions::default()
    };
    let Ok(query) = parse_with(query, &options) else { return };
    assert_eq!(parse_with(&query.to_string(), &options).as_ref(), Ok(&query));
    let matcher = Matcher::new(&query);
    let mut tokens = matcher.buffer();
    tokens.read(text);
    let hits = matcher.hits(&tokens);
    assert!(hits.is_empty() || matcher.is_match(&tokens));
    for hit in hits {
        assert!(text.get(hit.range()).is_some_and(|found| !found.is_empty()));
    }
    let _ = (query.tree(), query.open_terms(), candidates(&query).to_fts5(|_| Some(Vec::new())));
    index_text(text, &mut String::new());
});
