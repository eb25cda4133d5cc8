//! Volumes that others wrote: read without panic, judged with reasons.

use std::fs;
use std::path::{Path, PathBuf};

use duces_verify::{Options, verify};

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

#[test]
fn load_files_of_others_are_judged_without_panic() {
    for corpus in ["loadfiles/zipper", "loadfiles/relativity-import-samples", "loadfiles/nuix-nli-builder"] {
        let Some(corpus) = shared(corpus) else { continue };
        let mut names: Vec<PathBuf> =
            fs::read_dir(corpus).expect("a folder").map(|e| e.expect("an entry").path()).collect();
        names.sort();
        for file in names.iter().filter(|path| path.is_file()) {
            let folder = tempfile::tempdir().expect("a folder");
            let root = folder.path().join("VOL001");
            fs::create_dir_all(root.join("DATA")).expect("a folder");
            fs::copy(file, root.join("DATA").join(file.file_name().expect("a name"))).expect("a copy");
            let report = verify(&root, &Options::default()).expect("a report");
            assert!(report.has_errors(), "{} has no files and no manifest", file.display());
        }
    }
}

#[test]
fn a_production_set_of_another_tool_is_read() {
    let Some(corpus) = shared("loadfiles/zipper") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("PRODUCTION");
    fs::create_dir_all(root.join("DATA")).expect("a folder");
    for extension in ["dat", "opt"] {
        let file = corpus.join(format!("production-set__PRODUCTION__DATA__loadfile.{extension}"));
        fs::copy(file, root.join(format!("DATA/loadfile.{extension}"))).expect("a copy");
    }
    let report = verify(&root, &Options::default()).expect("a report");
    assert_eq!(report.documents, 1500);
    let count = |code| report.findings.iter().filter(|finding| finding.code == code).count();
    assert_eq!(count("BATES_GAP") + count("BATES_DUPLICATE") + count("BATES_OVERLAP"), 0);
    assert!(count("LINK_MISSING") >= 3000, "natives, texts and images are not in the sample");
}

#[test]
fn hostile_zips_are_refused_or_judged() {
    let Some(corpus) = shared("hostile/zip") else { return };
    for entry in fs::read_dir(corpus).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_file()
            && let Ok(report) = verify(&path, &Options::default())
        {
            assert!(report.has_errors() || !report.not_run.is_empty(), "{}", path.display());
        }
    }
}
