//! The tables of `docs/query.md`, row by row: what the reference says is what the matcher does.

use duces_query::{Tokens, is_match, parse};

const REFERENCE: &str = include_str!("../../../../docs/query.md");

/// The rows of the table under a heading, without its head: cells as written.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let section = REFERENCE.split("\n## ").find(|section| section.starts_with(heading)).unwrap_or_default();
    let table = section.lines().filter(|line| line.starts_with("| "));
    let rows = table.skip(1).map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect());
    let rows: Vec<Vec<&str>> = rows.collect();
    assert!(rows.len() > 4, "no table under {heading}");
    rows
}

/// What stands between backticks in a cell.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn finds(query: &str, text: &str) -> bool {
    let query = parse(query).unwrap_or_else(|error| panic!("{error}"));
    is_match(&query, &Tokens::new(text))
}

#[test]
fn the_table_of_the_language_is_true() {
    for row in rows("In one table") {
        let [query, found, not_found, _] = row.as_slice() else { panic!("{row:?} has other than 4 cells") };
        let query = quoted(query)[0];
        for text in quoted(found) {
            assert!(finds(query, text), "{query} does not find {text}");
        }
        for text in quoted(not_found) {
            assert!(!finds(query, text), "{query} finds {text}");
        }
    }
}

#[test]
fn the_table_of_distances_is_true() {
    for row in rows("Distance") {
        let [query, text, verdict] = row.as_slice() else { panic!("{row:?} has other than 3 cells") };
        assert_eq!(finds(quoted(query)[0], quoted(text)[0]), verdict.starts_with("found"), "{row:?}");
    }
}

#[test]
fn the_table_of_positions_is_true() {
    for row in rows("Words, characters and positions") {
        let text = quoted(row[0])[0];
        let tokens = Tokens::new(text);
        let positioned = tokens.iter().filter(|(token, _)| token.kind.takes_position());
        let told: Vec<String> = positioned.map(|(token, text)| format!("{text} {}", token.position)).collect();
        assert_eq!(told.join(", "), row[1], "{text}");
    }
}

#[test]
fn the_fields_are_read_and_the_refused_refused() {
    for row in rows("Fields") {
        for query in quoted(row[0]) {
            parse(query).unwrap_or_else(|error| panic!("{error}"));
        }
    }
    for row in rows("What is refused, and why") {
        for query in quoted(row[0]) {
            let error = parse(query).err().unwrap_or_else(|| panic!("{query} is read"));
            assert!(error.to_string().contains('^'), "{query}");
        }
        for query in quoted(row[2]) {
            parse(query).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}
