//! A query and a text, parted by the first line break: hits lie in the text, and only where the query matches.
#![no_main]

use duces_query::{Matcher, Tokens, candidates, index_text, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (query, text) = input.split_once('\n').unwrap_or((input, ""));
    let Ok(query) = parse(query) else { return };
    let matcher = Matcher::new(&query);
    let tokens = Tokens::new(text);
    let hits = matcher.hits(&tokens);
    assert!(hits.is_empty() || matcher.is_match(&tokens));
    for hit in hits {
        assert!(text.get(hit.range()).is_some_and(|found| !found.is_empty()));
    }
    let _ = candidates(&query).to_fts5(|_| Vec::new());
    index_text(text, &mut String::new());
});
