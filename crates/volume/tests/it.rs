//! The crate at its boundary: schemes, names, manifests judged by `sha256sum`, and the README.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use std::process::Command;

use duces_files::{Disk, Stage};
use duces_model::{BatesNumber, BatesRange, Digest};
use duces_volume::{CODES, MANIFEST_NAME, Manifest, README_NAME, ReadmeFacts, RelPath, Scheme, VolumeError, readme};
use proptest::prelude::*;

fn bates(prefix: &str, width: u8, number: u64) -> BatesNumber {
    BatesNumber::new(prefix, width, number).unwrap()
}

#[test]
fn documents_are_laid_out_by_number_of_documents() {
    let scheme = Scheme::default();
    let first = bates("MER", 7, 1);
    assert_eq!(scheme.pdf(&first, 999).unwrap().as_str(), "PDF/0001/MER0000001.pdf");
    assert_eq!(scheme.text(&first, 1000).unwrap().as_str(), "TEXT/0002/MER0000001.txt");
    for (given, kept) in
        [("XLSX", "xlsx"), (".docx", "docx"), ("", "bin"), ("a b", "bin"), ("表", "bin"), ("tar.gz", "bin")]
    {
        assert_eq!(scheme.native(&first, 0, given).unwrap().as_str(), format!("NATIVES/0001/MER0000001.{kept}"));
    }
    assert_eq!(scheme.dat("VOL001").unwrap().as_str(), "DATA/VOL001.dat");
    assert_eq!(scheme.opt("VOL001").unwrap().with_separator('\\'), "DATA\\VOL001.opt");
    assert_eq!(scheme.xml("VOL001").unwrap().folder(), "DATA");
    assert_eq!(scheme.csv("VOL001").unwrap().file_name(), "VOL001.csv");
    assert!(scheme.pdf(&bates("COM", 1, 1), 0).is_err(), "COM1.pdf is a device on Windows");
    assert!(scheme.dat("VOL/../..").is_err());
}

#[test]
fn a_profile_sets_the_scheme_and_is_told_what_is_wrong() {
    let scheme: Scheme =
        toml::from_str("documents_per_folder = 5\nsubfolder_prefix = \"PDF\"\nsubfolder_digits = 3").unwrap();
    assert_eq!(scheme.pdf(&bates("MER", 7, 9), 5).unwrap().as_str(), "PDF/PDF002/MER0000009.pdf");
    let again: Scheme = toml::from_str(&toml::to_string(&scheme).unwrap()).unwrap();
    assert_eq!(again, scheme);
    for bad in [
        "documents_per_folder = 0",
        "pdf = \"../PDF\"",
        "text = \"A/VERY/LONG/FOLDER/NAME\"",
        "subfolder_digits = 0",
        "subfolder_prefix = \"a/b\"",
        "subfolder_prefix = \" \"",
        "folders = 3",
    ] {
        assert!(toml::from_str::<Scheme>(bad).is_err(), "{bad}");
    }
}

#[test]
fn paths_that_some_system_misreads_are_refused() {
    let long = "a".repeat(101);
    for bad in [
        "",
        "/a",
        "a/",
        "a//b",
        "../a",
        "a/..",
        "./a",
        "a\\b",
        "C:/a",
        "é",
        "a:b",
        "a*",
        "a\n",
        "con",
        "Nul.txt",
        "aux.tar.gz",
        "a/LPT1",
        "com9.pdf",
        "a.",
        "a /b",
        " a",
        "-a",
        &long,
    ] {
        assert!(RelPath::new(bad).is_err(), "{bad:?}");
    }
    for good in ["a", "A b/c.d", "console.txt", "COM10.pdf", "..a", "PDF/0001/MER0000001.003.pdf", &long[1..]] {
        assert_eq!(RelPath::new(good).unwrap().as_str(), good);
    }
}

fn sample() -> Manifest {
    let mut manifest = Manifest::default();
    for name in ["PDF/0001/B.pdf", "DATA/VOL001.dat", "README.txt", "PDF/0001/A b.pdf"] {
        manifest.add(RelPath::new(name).unwrap(), Digest::of(name.as_bytes())).unwrap();
    }
    manifest
}

#[test]
fn sha256sum_accepts_the_manifest_and_sees_a_change() {
    if Command::new("sha256sum").arg("--version").output().is_err() {
        println!("skipped: sha256sum is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::create(&Disk::real(), &folder.path().join("V.partial")).unwrap();
    let manifest = sample();
    for (path, digest) in manifest.files() {
        assert_eq!(stage.write_file(path.as_str(), path.as_str().as_bytes()).unwrap().digest, *digest);
    }
    stage.write_file(MANIFEST_NAME, manifest.to_text().as_bytes()).unwrap();
    let volume = folder.path().join("V");
    stage.publish(&volume).unwrap();
    let check =
        || Command::new("sha256sum").args(["-c", "--strict", MANIFEST_NAME]).current_dir(&volume).output().unwrap();
    let good = check();
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
    assert_eq!(String::from_utf8_lossy(&good.stdout).lines().filter(|l| l.ends_with(": OK")).count(), manifest.len());
    std::fs::write(volume.join("README.txt"), "changed").unwrap();
    assert!(!check().status.success());
}

#[test]
fn a_manifest_lists_a_name_once_and_reads_back() {
    let mut manifest = sample();
    let again = manifest.add(RelPath::new("readme.TXT").unwrap(), Digest::of(b""));
    assert!(matches!(again, Err(VolumeError::Twice { .. })), "{again:?}");
    let parsed = Manifest::parse(manifest.to_text().as_bytes(), MANIFEST_NAME);
    assert!(parsed.findings.is_empty(), "{:?}", parsed.findings);
    let mut copy = Manifest::default();
    for line in parsed.lines {
        copy.add(line.path, line.digest).unwrap();
    }
    assert_eq!(copy, manifest);
    assert!(Manifest::parse(b"", "m").lines.is_empty());
}

#[test]
fn each_fault_of_a_manifest_is_named_with_its_line() {
    let digest = Digest::of(b"");
    let check = |text: &[u8], code: &str, line: u64, kept: usize| {
        let parsed = Manifest::parse(text, "m");
        let codes: Vec<_> = parsed.findings.iter().map(|f| (f.code, f.place.line)).collect();
        assert_eq!(codes, [(code, Some(line))], "{}", String::from_utf8_lossy(text));
        assert_eq!(parsed.lines.len(), kept);
    };
    check(b"hello\n", "MANIFEST_LINE", 1, 0);
    check(format!("{digest} a\n").as_bytes(), "MANIFEST_LINE", 1, 0);
    check(format!("{digest}  a\n\n{digest}  b\n").as_bytes(), "MANIFEST_LINE", 2, 2);
    check(format!("{digest}  a\n{digest}  ../b\n").as_bytes(), "MANIFEST_NAME", 2, 1);
    check(format!("{digest}  a\n{digest} *A\n").as_bytes(), "MANIFEST_DUPLICATE", 2, 1);
    check(format!("{digest}  a\r\n").as_bytes(), "MANIFEST_LINE_END", 1, 1);
    check(format!("{digest}  a\n{digest}  b").as_bytes(), "MANIFEST_LINE_END", 2, 2);
    check(b"\xff\xfe\n", "MANIFEST_ENCODING", 1, 0);
    check(format!("{}é  a\n", &digest.to_string()[1..]).as_bytes(), "MANIFEST_LINE", 1, 0);
}

#[test]
fn codes_are_unique_and_explained() {
    let mut names: Vec<_> = CODES.iter().map(|code| code.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CODES.len());
    assert!(CODES.iter().all(|code| code.name.starts_with("MANIFEST_") && code.summary.ends_with('.')));
}

#[test]
fn the_readme_says_how_to_check_the_volume() {
    let facts = ReadmeFacts {
        volume: "VOL001".to_owned(),
        title: vec!["Produced by Meridian\nHoldings".to_owned()],
        date: Some("2026-02-03".to_owned()),
        ranges: vec![BatesRange::between(bates("MER", 7, 1), bates("MER", 7, 60)).unwrap()],
        documents: 12,
        pages: 60,
        files: 40,
        contents: vec![
            (RelPath::new("DATA/VOL001.dat").unwrap(), "Concordance load file, UTF-8".to_owned()),
            (RelPath::new("PDF").unwrap(), "one PDF a document".to_owned()),
        ],
        notes: vec!["Times are in Asia/Shanghai.".to_owned()],
    };
    let text = readme(&facts);
    let expect = "Production volume VOL001\r
Produced by Meridian Holdings\r
Date: 2026-02-03\r
Bates numbers: MER0000001 - MER0000060\r
Documents: 12\r
Pages: 60\r
Files: 40 listed in manifest-sha256.txt, and that file itself\r
\r
CONTENTS\r
  DATA/VOL001.dat  Concordance load file, UTF-8\r
  PDF              one PDF a document\r
\r
HOW TO CHECK THIS VOLUME\r
  In a shell, in the folder of this file (Linux, macOS with coreutils, Git Bash on Windows):\r
  1. sha256sum -c --strict manifest-sha256.txt\r
     It prints OK for each of 40 files and nothing else.\r
  2. find . -type f | wc -l\r
     It prints 41: the listed files and the manifest; more means that a file was added.\r
  3. sha256sum manifest-sha256.txt\r
     It prints the digest that stands in the cover letter of this production.\r
\r
NOTES\r
  Times are in Asia/Shanghai.\r
";
    assert_eq!(text, expect);
    assert_eq!(README_NAME, "README.txt");
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let parsed = Manifest::parse(&bytes, "m");
        prop_assert!(parsed.lines.len() <= bytes.len());
    }

    #[test]
    fn every_path_of_a_scheme_is_safe(number in 0_u64..10_000_000, document in any::<u64>(), ext in "\\PC{0,12}") {
        let path = Scheme::default().native(&bates("MER", 7, number), document, &ext).unwrap();
        prop_assert!(RelPath::new(path.as_str()).is_ok());
    }
}
