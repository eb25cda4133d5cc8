//! The documentation of findings lists every code of this crate, as the table has it.

use std::fs;
use std::path::Path;

use duces_verify::CODES;

#[test]
fn every_code_is_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/findings.md");
    let text = fs::read_to_string(path).expect("docs/findings.md");
    let missing: Vec<String> = CODES
        .iter()
        .map(|code| format!("| `{}` | {} | {} |", code.name, code.severity, code.summary))
        .filter(|line| !text.contains(line.as_str()))
        .collect();
    assert!(missing.is_empty(), "docs/findings.md lacks:\n{}", missing.join("\n"));
}
