//! Every kind of finding: one name each over all crates, and a line in the docs.

use std::collections::BTreeMap;

use duces_model::FindingCode;
use duces_tests::root;

fn tables() -> [(&'static str, &'static [&'static FindingCode]); 9] {
    [
        ("ingest", duces_ingest::CODES),
        ("archive", duces_archive::CODES),
        ("collect", duces_collect::CODES),
        ("render", duces_render::CODES),
        ("loadfile", duces_loadfile::CODES),
        ("rsmf", duces_rsmf::CODES),
        ("volume", duces_volume::CODES),
        ("verify", duces_verify::CODES),
        ("production", duces_production::CODES),
    ]
}

#[test]
fn codes_are_unique_and_well_formed() {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for (owner, codes) in tables() {
        assert!(!codes.is_empty(), "{owner}");
        for code in codes {
            assert!(
                code.name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'),
                "{}",
                code.name
            );
            assert!(code.summary.ends_with('.') && code.summary.len() > 20, "{}: {}", code.name, code.summary);
            if let Some(other) = owners.insert(code.name, owner) {
                panic!("{} is {owner}'s and {other}'s", code.name);
            }
        }
    }
}

#[test]
fn every_format_is_documented() {
    let docs = std::fs::read_to_string(root().join("docs/sources.md")).expect("docs/sources.md");
    let missing: Vec<&str> = duces_ingest::Format::ALL
        .iter()
        .map(|format| format.name())
        .filter(|name| !docs.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "docs/sources.md lacks {missing:?}");
}

#[test]
fn every_code_is_documented() {
    let docs = std::fs::read_to_string(root().join("docs/findings.md")).expect("docs/findings.md");
    let mut missing = String::new();
    for (owner, codes) in tables() {
        for code in codes.iter().filter(|code| !docs.contains(&format!("`{}`", code.name))) {
            missing.push_str(&format!("{owner}: | `{}` | {} | {} |\n", code.name, code.severity, code.summary));
        }
    }
    assert!(missing.is_empty(), "docs/findings.md lacks\n{missing}");
}
