//! Relativity's own samples, each invalid on purpose, where they lie beside the repository.

use std::path::{Path, PathBuf};

use duces_model::{Place, Severity};
use duces_rsmf::RsmfFile;

/// Returns a path beside the repository, where it is there.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    if !path.exists() {
        println!("skipped: {} is not here", path.display());
        return None;
    }
    Some(path)
}

/// What is wrong with each, as the walkthrough beside them says.
const FAULTS: &[(&str, &[(&str, &str)])] = &[
    (
        "Sample1.rsmf_manifest.json",
        &[
            ("RSMF_SCHEMA", "`manifest.participants[0].id` is missing"),
            ("RSMF_REFERENCE", "participant `1`, whom nobody describes"),
            ("RSMF_REFERENCE", "participant `1`, whom nobody describes"),
        ],
    ),
    ("Sample2.rsmf.zip", &[("RSMF_FILE_MISSING", "the file `AV1`")]),
    ("Sample3.sample.rsmf", &[("RSMF_ATTACHMENTS", "beside `rsmf.zip` the mail has avatar.png")]),
    ("Sample3.message.eml", &[("RSMF_ATTACHMENTS", "beside `rsmf.zip` the mail has avatar.png")]),
    (
        "Sample4.rsmf_manifest.json",
        &[
            ("RSMF_SCHEMA", "`manifest.participants[0].id` should be a text; it is a number"),
            ("RSMF_UNKNOWN_KEY", "`events[0].attachment` is no key of the format"),
            ("RSMF_REFERENCE", "participant `2`, whom nobody describes"),
        ],
    ),
];

#[test]
fn each_planted_fault_is_named_and_the_rest_is_read() {
    let Some(folder) = shared("data/rsmf") else { return };
    for (name, expected) in FAULTS {
        let file = RsmfFile::open(&folder.join(name), &Place::file(*name)).expect("opens");
        let read = file.read().expect("reads");
        let said: Vec<&str> = read.findings.iter().map(|finding| finding.code).collect();
        let codes: Vec<&str> = expected.iter().map(|(code, _)| *code).collect();
        assert_eq!(said, codes, "{name}");
        for (finding, (_, text)) in read.findings.iter().zip(*expected) {
            assert!(finding.text.contains(text), "{name}: {finding}");
        }
        assert!(read.findings.iter().any(|finding| finding.severity == Severity::Error), "{name} is invalid");
        assert_eq!(read.manifest().events.len(), 1, "{name}");
    }
}

#[test]
fn files_are_read_out_of_the_mail_without_unpacking_it() {
    let Some(folder) = shared("data/rsmf") else { return };
    let mut file = RsmfFile::open(&folder.join("Sample3.sample.rsmf"), &Place::file("a")).expect("opens");
    let avatar = file.attachment("AV1").expect("reads").expect("is there");
    assert!(avatar.starts_with(b"\x89PNG\r\n\x1a\n") && avatar.len() == 930);
    assert_eq!(file.attachment("none").expect("reads"), None);
}
