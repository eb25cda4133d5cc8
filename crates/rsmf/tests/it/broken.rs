//! One broken fixture for each finding code, its name in the file's; and files of which nothing can be read.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use duces_model::Place;
use duces_rsmf::{CODES, RsmfFile};
use proptest::prelude::*;

/// Codes whose fixtures are too large to lie in a repository.
const MADE_BY_TESTS: &[&str] = &["RSMF_TOO_MANY_EVENTS", "RSMF_TOO_LARGE"];

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/broken");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("listed").map(|entry| entry.expect("listed").path()).collect();
    paths.sort();
    paths
}

fn codes_of(path: &Path) -> BTreeSet<&'static str> {
    let file = RsmfFile::open(path, &Place::file("x")).expect("opens");
    let read = file.read().expect("reads");
    read.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn every_code_has_a_fixture_that_brings_it_about() {
    let mut named = BTreeSet::new();
    for path in fixtures() {
        let code = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let said = codes_of(&path);
        assert!(said.contains(code.as_str()), "{} says {said:?}", path.display());
        named.insert(code);
    }
    for code in CODES.iter().map(|code| code.name).filter(|code| !MADE_BY_TESTS.contains(code)) {
        assert!(named.remove(code), "{code} has no fixture");
    }
    assert!(named.is_empty(), "{named:?} are codes of nothing");
}

#[test]
fn a_crowded_manifest_is_said() {
    let event = r#"{"type":"message","participant":"a","conversation":"c","timestamp":"2024-03-05T01:00:00Z"}"#;
    let events = vec![event; 10_001].join(",");
    let json = format!(
        r#"{{"version":"2.0.0","participants":[{{"id":"a"}}],
            "conversations":[{{"id":"c","platform":"sms","participants":["a"]}}],"events":[{events}]}}"#
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rsmf_manifest.json");
    fs::write(&path, json).expect("written");
    assert_eq!(codes_of(&path), BTreeSet::from(["RSMF_TOO_MANY_EVENTS"]));
}

#[test]
fn a_file_larger_than_relativity_takes_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.rsmf");
    let fixture = fixtures().into_iter().find(|path| path.ends_with("RSMF_HEADER_DIFFERS.rsmf")).expect("is there");
    fs::copy(fixture, &path).expect("copied");
    // What follows the end of the mail is a hole in the file, which takes no room.
    let file = fs::OpenOptions::new().write(true).open(&path).expect("opens");
    file.set_len((2 << 30) + 1).expect("grows");
    assert!(codes_of(&path).contains("RSMF_TOO_LARGE"));
}

#[test]
fn what_cannot_be_read_says_why() {
    let rows: [(&[u8], &str); 8] = [
        (b"", "no attachment"),
        (b"From: a\r\n\r\nhello\r\n", "no attachment"),
        (b"Content-Type: multipart/mixed; boundary=X\n\n--X\nContent-Disposition: attachment; filename=a.png\n\nx\n--X--", "a.png"),
        (b"Content-Type: multipart/mixed; boundary=X\n\n--X\nContent-Disposition: attachment; filename=rsmf.zip\nContent-Transfer-Encoding: base64\n\nAAAA\n--X--", "no ZIP"),
        (b"Content-Type: multipart/mixed; boundary=X\n\n--X\nContent-Disposition: attachment; filename=rsmf.zip\nContent-Transfer-Encoding: quoted-printable\n\nAAAA\n--X--", "not read"),
        (b"PK\x03\x04", "no ZIP"),
        (b"{\"version\":\"2.0.0\"}", "no `events`"),
        (b"{\"events\":1}", "is no list"),
    ];
    for (bytes, expected) in rows {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.rsmf");
        fs::write(&path, bytes).expect("written");
        let opened = RsmfFile::open(&path, &Place::file("a"));
        let error = match opened {
            Err(error) => error,
            Ok(file) => file.read().expect_err("nothing to read"),
        };
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.to_string().contains("a.rsmf"), "{error}");
    }
}

proptest! {
    #[test]
    fn damaged_files_never_panic(which in 0_usize..20, at in 0.0_f64..1.0, byte in any::<u8>(), cut in any::<bool>()) {
        let paths = fixtures();
        let path = &paths[which % paths.len()];
        let mut bytes = fs::read(path).expect("read");
        let place = (bytes.len() as f64 * at) as usize;
        bytes[place] = byte;
        if cut {
            bytes.truncate(place);
        }
        let folder = tempfile::tempdir().expect("a folder");
        let damaged = folder.path().join("a.rsmf");
        fs::write(&damaged, bytes).expect("written");
        if let Ok(mut file) = RsmfFile::open(&damaged, &Place::file("a")) {
            let _ = file.read().map(|read| read.findings.len());
            let _ = file.attachment("ATT1.png");
        }
    }
}
