//! One broken volume for each finding code: the good volume, with one thing changed, gives exactly that code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use duces_verify::{CODES, Options, Report, verify};

use crate::broken_table::{self, Change, Row};
use crate::volume::{good, pack, seal, write};

pub fn codes(report: &Report) -> BTreeSet<&'static str> {
    report.findings.iter().map(|finding| finding.code).collect()
}

/// Makes the broken volume of a row and returns where it lies.
fn broken(row: &Row, folder: &Path) -> (PathBuf, Options) {
    let mut spec = good();
    let mut options = Options::default();
    if let Change::Spec(change) = &row.change {
        change(&mut spec);
    }
    let mut files = spec.build();
    if let Change::Files(change) = &row.change {
        change(&mut files);
    }
    seal(&mut files);
    match &row.change {
        Change::Sealed(change) => change(&mut files),
        Change::Asked(change) => change(&mut options),
        _ => {}
    }
    let path = match &row.change {
        Change::Zip(change) => {
            let path = pack(&files, folder, "VOL001/");
            let mut zip = fs::read(&path).expect("the ZIP");
            change(&mut zip);
            fs::write(&path, zip).expect("the ZIP");
            path
        }
        Change::Beside(text) => {
            let path = pack(&files, folder, "VOL001/");
            fs::write(folder.join("VOL001.zip.sha256"), text).expect("a file");
            path
        }
        _ => write(&files, folder),
    };
    if let Change::Disk(change) = &row.change {
        change(&path);
    }
    (path, options)
}

#[test]
fn each_change_gives_exactly_its_code() {
    let mut faults = Vec::new();
    for row in broken_table::rows() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, options) = broken(&row, folder.path());
        let report = verify(&path, &options).expect("a report");
        let wanted: BTreeSet<&str> = row.also.iter().copied().chain([row.code]).collect();
        if codes(&report) != wanted {
            faults.push(format!("{} ({}): {:#?}", row.code, row.what, report.findings));
        }
        for finding in &report.findings {
            assert!(finding.text.len() > 12 && !finding.text.contains('\n'), "{finding}");
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_code_has_a_broken_volume() {
    let rows = broken_table::rows();
    let shown: BTreeSet<&str> = rows.iter().map(|row| row.code).collect();
    let missing: Vec<&str> = CODES.iter().map(|code| code.name).filter(|name| !shown.contains(name)).collect();
    assert!(missing.is_empty(), "no broken volume for {missing:?}");
    let names: BTreeSet<&str> = CODES.iter().map(|code| code.name).collect();
    assert_eq!(names.len(), CODES.len(), "each code once");
}
