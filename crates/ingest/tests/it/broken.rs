//! One broken fixture for each finding code, its name in the file's.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use duces_ingest::CODES;

use crate::read_all;

/// Codes whose fixtures cannot lie in a repository; each has a test of its own.
const MADE_BY_TESTS: &[&str] = &[
    "INGEST_READ_FAILED",
    "INGEST_LINK_SKIPPED",
    "INGEST_RECORD_TOO_LARGE",
    "INGEST_MAIL_PARTS",
    "INGEST_PART_UNREAD",
    // Of databases, which the tests build from their schemas.
    "INGEST_LOG_READ",
    "INGEST_LOG_UNREAD",
    "INGEST_TABLE_UNKNOWN",
    "INGEST_ROW_UNREADABLE",
    "INGEST_REPEATED_ROW",
    "INGEST_BAD_COMPRESSION",
    "INGEST_BAD_PACKED",
    "INGEST_CONVERSATION_UNRESOLVED",
    "INGEST_SENDER_UNKNOWN",
    "INGEST_NAMES_MISSING",
    "INGEST_LOOKUP_UNREADABLE",
    "INGEST_VOICE_AMBIGUOUS",
];

fn fixtures() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/broken");
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("listed").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn every_code_has_a_fixture_that_brings_it_about() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/broken");
    let names = fixtures();
    for code in CODES.iter().map(|code| code.name).filter(|code| !MADE_BY_TESTS.contains(code)) {
        let fixture = names.iter().find(|name| name.split('.').next() == Some(code));
        let fixture = fixture.unwrap_or_else(|| panic!("{code} has no fixture"));
        let path = folder.join(fixture);
        let temporary = tempfile::tempdir().expect("a folder");
        let source = if path.is_dir() {
            path
        } else {
            fs::copy(&path, temporary.path().join(fixture)).expect("copied");
            temporary.path().to_owned()
        };
        let (refused, items) = read_all(&source);
        let said: BTreeSet<&str> =
            refused.iter().map(|f| f.code).chain(crate::findings(&items).iter().map(|f| f.code)).collect();
        assert!(said.contains(code), "{fixture} says {said:?}: {items:?}");
    }
}

#[test]
fn codes_are_unique_and_well_formed_and_each_fixture_has_one() {
    let mut seen = BTreeSet::new();
    for code in CODES {
        assert!(seen.insert(code.name), "{} stands twice", code.name);
        let formed = code.name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        assert!(formed && code.name.starts_with("INGEST_"), "{}", code.name);
        assert!(code.summary.ends_with('.'), "{}", code.summary);
    }
    for fixture in fixtures() {
        let code = fixture.split('.').next().unwrap_or_default();
        assert!(seen.contains(code), "{fixture} belongs to no code");
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink("/etc", folder.path().join("etc")).expect("linked");
    let (refused, items) = read_all(folder.path());
    assert_eq!(refused.iter().map(|f| f.code).collect::<Vec<_>>(), ["INGEST_LINK_SKIPPED"]);
    assert!(items.is_empty());
}

#[test]
fn a_record_without_end_is_set_aside_and_the_next_is_read() {
    let mut text = String::from("{\"format\":\"duces-jsonl\",\"version\":1}\n");
    text.push_str(&" ".repeat(65 * 1024 * 1024));
    text.push_str("\n{\"finding\":{\"text\":\"after\"}}\n");
    let items = crate::read_text(duces_ingest::Format::DucesJsonl, "large.jsonl", text.as_bytes());
    let said: Vec<&str> = crate::findings(&items).iter().map(|f| f.code).collect();
    assert_eq!(said, ["INGEST_RECORD_TOO_LARGE", "INGEST_CONVERTER_FINDING"]);
}
