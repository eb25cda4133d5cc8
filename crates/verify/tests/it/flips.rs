//! Damage of every kind is found: each byte changed, each file removed, added, renamed, swapped or cut.

use std::fs;

use duces_verify::{Options, verify};

use crate::volume::{Files, good, pack, seal, write};

fn sealed() -> Files {
    let mut files = good().build();
    seal(&mut files);
    files
}

/// Changes one byte after the other and returns those that went unseen.
fn unseen(files: &Files, step: usize, masks: &[u8], pick: impl Fn(&str) -> bool, options: &Options) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let root = write(files, folder.path());
    let mut unseen = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| pick(path)) {
        for at in (0..bytes.len()).step_by(step) {
            for mask in masks {
                let mut changed = bytes.clone();
                changed[at] ^= mask;
                fs::write(root.join(path), &changed).expect("a file");
                let report = verify(&root, options).expect("a report");
                if report.findings.is_empty() {
                    unseen.push(format!("{path} byte {at} ^ {mask:#x}"));
                }
            }
        }
        fs::write(root.join(path), bytes).expect("a file");
    }
    assert_eq!(verify(&root, options).expect("a report").findings, []);
    unseen
}

#[test]
fn every_byte_of_the_manifest_counts() {
    let options = Options { hashes_only: true, ..Options::default() };
    assert_eq!(
        unseen(&sealed(), 1, &[0x20, 0x01], |path| path == "manifest-sha256.txt", &options),
        Vec::<String>::new()
    );
}

#[test]
fn every_byte_of_load_files_and_texts_counts() {
    let options = Options { hashes_only: true, ..Options::default() };
    let mut files = good().build();
    // Thousands of rounds are faster without the PDFs, which digests alone do not need.
    files.retain(|path, _| path.starts_with("DATA/") || path.ends_with(".txt"));
    seal(&mut files);
    assert_eq!(unseen(&files, 1, &[0x04], |_| true, &options), Vec::<String>::new());
}

#[test]
fn bytes_of_all_files_count_in_a_full_verification() {
    assert_eq!(unseen(&sealed(), 97, &[0x20], |_| true, &Options::default()), Vec::<String>::new());
}

#[test]
fn files_removed_added_renamed_swapped_or_cut_are_named() {
    let files = sealed();
    let names: Vec<&String> = files.keys().filter(|name| *name != "manifest-sha256.txt").collect();
    let check = |changed: Files, name: &str, what: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        let report = verify(&write(&changed, folder.path()), &Options::default()).expect("a report");
        let is_named = report.findings.iter().any(|finding| finding.place.file == name);
        assert!(is_named, "{name} {what}: {:?}", report.findings);
    };
    for (n, name) in names.iter().enumerate() {
        let bytes = files[*name].clone();
        let mut removed = files.clone();
        removed.remove(*name);
        check(removed.clone(), name, "removed");
        let new_name = name.replace("MER", "MEX").replace("VOL", "VUL").replace("README", "READMY");
        removed.insert(new_name.clone(), bytes.clone());
        check(removed.clone(), name, "renamed");
        check(removed, &new_name, "renamed");
        let mut cut = files.clone();
        cut.insert((*name).clone(), bytes[..bytes.len() - 1].to_vec());
        check(cut, name, "cut");
        let mut added = files.clone();
        added.insert(format!("{name}.txt"), bytes);
        check(added, &format!("{name}.txt"), "added");
        let other = names[(n + 1) % names.len()];
        let mut swapped = files.clone();
        swapped.insert((*name).clone(), files[other].clone());
        swapped.insert(other.clone(), files[*name].clone());
        check(swapped, name, "swapped");
    }
}

#[test]
fn every_byte_of_a_zip_counts_with_its_digest_and_none_makes_it_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = pack(&sealed(), folder.path(), "VOL001/");
    let bytes = fs::read(&path).expect("the ZIP");
    let beside = folder.path().join("VOL001.zip.sha256");
    let digest = format!("{}  VOL001.zip\n", duces_model::Digest::of(&bytes));
    let mut unseen = Vec::new();
    for at in (0..bytes.len()).step_by(13).chain(bytes.len() - 22..bytes.len()) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        fs::write(&path, &changed).expect("the ZIP");
        fs::write(&beside, &digest).expect("the digest");
        let report = verify(&path, &Options { hashes_only: true, ..Options::default() });
        assert!(report.is_err() || !report.expect("a report").findings.is_empty(), "byte {at}");
        fs::remove_file(&beside).expect("the digest");
        if let Ok(report) = verify(&path, &Options::default())
            && report.findings.is_empty()
        {
            unseen.push(at);
        }
    }
    // Without the digest beside it, what says nothing about the content (versions, attributes) may change unseen.
    assert!(unseen.len() * 20 < bytes.len() / 13, "{} of {}: {unseen:?}", unseen.len(), bytes.len() / 13);
}
