//! The index side: what is written, what is asked, and a model of FTS5 with the tokenizer `ascii`.

use duces_query::{
    Candidates, Fts5Expr, Profile, QueryOptions, Tokens, candidates, index_text, is_match, parse, parse_with,
};

/// The terms that the stock tokenizer `ascii` makes of a text: ASCII signs are dropped and part terms.
pub(crate) fn ascii_terms(text: &str) -> Vec<String> {
    let is_term = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii();
    text.split(|c| !is_term(c)).filter(|term| !term.is_empty()).map(str::to_ascii_lowercase).collect()
}

/// Whether FTS5 would return a text with these terms.
pub(crate) fn is_candidate(candidates: &Candidates, terms: &[String]) -> bool {
    match candidates {
        Candidates::All => true,
        Candidates::Sequence(wanted) => {
            let wanted = ascii_terms(&wanted.join(" "));
            terms.windows(wanted.len()).any(|window| window == wanted)
        }
        Candidates::Prefix(prefix) => terms.iter().any(|term| term.starts_with(prefix)),
        Candidates::Terms(test) => terms.iter().any(|term| {
            assert!(
                !test.matches(term) || term.starts_with(test.prefix()),
                "{term} has not the prefix it is sought by"
            );
            test.matches(term) || term == "\u{10F0FF}"
        }),
        Candidates::And(parts) => parts.iter().all(|part| is_candidate(part, terms)),
        Candidates::Or(parts) => parts.iter().any(|part| is_candidate(part, terms)),
    }
}

pub(crate) fn terms_of(text: &str) -> Vec<String> {
    let mut indexed = String::new();
    index_text(text, &mut indexed);
    ascii_terms(&indexed)
}

#[test]
fn the_index_holds_each_token_as_a_term() {
    for c in '\0'..=char::MAX {
        let text = c.to_string();
        let tokens = Tokens::new(&text);
        assert_eq!(terms_of(&text).len(), tokens.len(), "U+{:04X}", u32::from(c));
    }
}

#[test]
fn signs_get_stand_ins() {
    let mut out = String::new();
    index_text("US$5 合同!", &mut out);
    assert_eq!(out, "us \u{10F024} 5 合 同 ");
}

#[test]
fn words_longer_than_the_index_takes_are_found() {
    let text = format!("{}end", "合a".repeat(2) + &"é".repeat(600));
    for query in [format!("\"{text}\""), "a*end".to_owned(), "a*".to_owned(), "*end".to_owned()] {
        let query = parse(&query).unwrap();
        assert!(is_match(&query, &Tokens::new(&text)), "{query}");
        assert!(is_candidate(&candidates(&query), &terms_of(&text)), "{query}");
    }
}

#[test]
fn asks_fts5_in_quotation_marks() {
    for (query, expected) in [
        ("contract", "\"contract\""),
        ("合同", "\"合 同\""),
        ("wire transfer", "(\"wire\") AND (\"transfer\")"),
        ("confid*", "\"confid\"*"),
        ("con?ract", "\"\u{10F0FF}\" OR \"contract\""),
        ("合*同", "(\"合\") AND (\"同\")"),
        ("a or (b and not c)", "(\"a\") OR (\"b\")"),
        ("(a or 合同) not w/5 c", "(\"a\") OR (\"合 同\")"),
        ("(a or b) pre/5 con?ract", "((\"a\") OR (\"b\")) AND (\"\u{10F0FF}\" OR \"contract\")"),
        ("$", "\"\u{10F024}\""),
        ("\"and\"", "\"and\""),
    ] {
        let tree = candidates(&parse(query).unwrap());
        let fts5 = tree.to_fts5(|_| Some(vec!["contract".to_owned()]));
        assert_eq!(fts5, Fts5Expr::Match(expected.to_owned()), "{query}");
    }
    for query in ["", "not a", "a or not b", "*", "???", "from:a", "date:2024", "xfirstword not w/5 a"] {
        let tree = candidates(&parse(query).unwrap());
        assert_eq!(tree.to_fts5(|_| Some(Vec::new())), Fts5Expr::All, "{query}");
    }
}

#[test]
fn a_test_that_too_many_terms_pass_narrows_nothing() {
    for (query, expected) in [
        ("*e*", Fts5Expr::All),
        ("a or *e*", Fts5Expr::All),
        ("a and *e*", Fts5Expr::Match("\"a\"".to_owned())),
        ("a and (b or *e*)", Fts5Expr::Match("\"a\"".to_owned())),
        ("from:x and a and apply~", Fts5Expr::Match("\"a\"".to_owned())),
    ] {
        assert_eq!(candidates(&parse(query).unwrap()).to_fts5(|_| None), expected, "{query}");
    }
}

#[test]
fn foldings_ask_for_every_spelling() {
    let profile = Profile { fold_traditional: true, fold_accents: true };
    let options = QueryOptions { profile, ..QueryOptions::default() };
    let ask = |query: &str| {
        let tree = candidates(&parse_with(query, &options).unwrap());
        tree.to_fts5(|test| {
            Some(["resume", "résumé", "x"].into_iter().filter(|t| test.matches(t)).map(String::from).collect())
        })
    };
    let expected = "(\"发 票\") OR (\"發 票\") OR (\"髮 票\")";
    assert_eq!(ask("发票"), Fts5Expr::Match(expected.to_owned()));
    assert_eq!(ask("resumé"), Fts5Expr::Match("\"\u{10F0FF}\" OR \"resume\" OR \"résumé\"".to_owned()));
    // More spellings than can be written out: each character by itself.
    let Fts5Expr::Match(long) = ask("划划划划") else { panic!("narrows") };
    assert!(long.contains(" AND ") && long.len() < 400, "{long}");
}
