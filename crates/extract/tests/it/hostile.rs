//! Files that nobody on this project made, where they lie beside it: whatever they are, reading them ends, and what has
//! no text has a note.

use std::path::Path;

use duces_extract::{Limits, extract, mime_of};
use proptest::prelude::*;

use crate::made::{compound, docx, zip};

#[test]
fn odd_files_of_others_are_read_or_refused() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/hostile"));
    if !folder.exists() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let mut read = 0;
    for kind in ["zip", "email", "pdf", "strings", "encodings"] {
        each_file(&folder.join(kind), &mut |path| {
            let Ok(bytes) = std::fs::read(path) else { return };
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let name = if kind == "email" { name.replace(".txt", ".eml") } else { name };
            let extraction = extract(&bytes, mime_of(&bytes, &name), &Limits::default());
            assert!(extraction.text.is_some() || !extraction.notes.is_empty(), "{}", path.display());
            assert!(!extraction.notes.iter().any(|note| note.code() == "text-reader-fault"), "{}", path.display());
            read += 1;
        });
    }
    println!("{read} files were read");
}

fn each_file(folder: &Path, each: &mut dyn FnMut(&Path)) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { each_file(&path, each) } else { each(&path) }
    }
}

/// A file with some bytes put in the place of others.
fn changed(mut bytes: Vec<u8>, changes: &[(usize, u8)]) -> Vec<u8> {
    let length = bytes.len();
    for (at, byte) in changes {
        bytes[at % length] = *byte;
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_does_no_harm(
        changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..12),
        kind in 0..4,
    ) {
        let document = docx("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>", &[]);
        let mail = compound(&[("/__properties_version1.0", &[0; 64]), ("/__substg1.0_1000001F", b"a\0")]);
        let (bytes, name) = match kind {
            0 => (document, "a.docx"),
            1 => (zip(&[("a.docx", &document), ("b.msg", &mail)]), "a.zip"),
            2 => (mail, "a.msg"),
            _ => (b"From: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na\r\n--b--".to_vec(), "a.eml"),
        };
        let bytes = changed(bytes, &changes);
        let extraction = extract(&bytes, mime_of(&bytes, name), &Limits::default());
        prop_assert!(!extraction.notes.iter().any(|note| note.code() == "text-reader-fault"));
    }
}
