//! Any text is a query or an error with a place in it, and the canonical form of a query reads back.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|query: &str| match duces_query::parse(query) {
    Ok(parsed) => assert_eq!(duces_query::parse(&parsed.to_string()).as_ref(), Ok(&parsed)),
    Err(error) => {
        assert!(query.get(error.byte_range()).is_some() || query.len() > 1 << 20);
        assert!(error.to_string().contains('^'));
    }
});
