//! The hostile corpus: every file is gated or refused with a reason, and what is stamped is sound.

use std::path::{Path, PathBuf};
use std::process::Command;

use duces_pdf::{Limits, Note, RefusalKind, gate};

use crate::stamp::{installed, qpdf_accepts, stamped};

fn corpus() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/hostile/pdf");
    let mut files = Vec::new();
    for folder in ["pikepdf", "pypdf"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        files.extend(entries.map(|entry| entry.unwrap().path()));
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "pdf"));
    files.sort();
    if files.is_empty() {
        println!("skipped: the hostile corpus is not there");
    }
    files
}

#[test]
fn every_file_is_gated_or_refused() {
    for path in corpus() {
        let bytes = std::fs::read(&path).unwrap();
        match gate(&bytes, &Limits::default()) {
            Ok(gated) => {
                let texts = gated.text().unwrap();
                assert_eq!(texts.len(), gated.page_count());
                println!("{}: {} pages, {:?}", path.display(), gated.page_count(), gated.notes());
            }
            Err(refusal) => {
                assert_ne!(refusal.kind, RefusalKind::ParserFault, "{}", path.display());
                println!("{}: {refusal}", path.display());
            }
        }
    }
}

#[test]
fn passwords_are_refused_or_noted() {
    let expect = [
        ("encrypted-file", None),
        ("crazyones-encrypted-256", None),
        ("libreoffice-writer-password", None),
        ("r2-user-password", None),
        ("r3-user-password", None),
        ("r4-user-password", None),
        ("r6-both-passwords", None),
        ("r2-empty-password", Some(Note::DecryptedWithEmptyPassword)),
        ("r4-aes-v2-no-key-length", Some(Note::DecryptedWithEmptyPassword)),
        ("r5-owner-password", Some(Note::DecryptedWithEmptyPassword)),
        ("r6-user-password", Some(Note::DecryptedWithEmptyPassword)),
        ("r6-empty-password", Some(Note::DecryptedWithEmptyPassword)),
    ];
    for path in corpus() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let Some((_, note)) = expect.iter().find(|(known, _)| *known == name) else { continue };
        let outcome = gate(&std::fs::read(&path).unwrap(), &Limits::default());
        match (note, outcome) {
            (None, Err(refusal)) => assert_eq!(refusal.kind, RefusalKind::Encrypted, "{name}"),
            (Some(note), Ok(gated)) => assert!(gated.notes().contains(note), "{name}"),
            (_, outcome) => panic!("{name}: {:?}", outcome.map(|gated| gated.notes().to_vec())),
        }
    }
}

#[test]
fn stamped_files_are_sound() {
    let folder = tempfile::tempdir().unwrap();
    let (has_qpdf, has_poppler) = (installed("qpdf"), installed("pdftotext"));
    for path in corpus() {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(gated) = gate(&bytes, &Limits::default()) else { continue };
        let stamped = stamped(&bytes);
        let after = gate(&stamped.bytes, &Limits::default()).unwrap();
        assert_eq!(after.page_count(), gated.page_count());
        let numbers: Vec<String> = (1..=gated.page_count()).map(|number| format!("DUC{number:06}")).collect();
        let found = after.pages_contain(&numbers).unwrap();
        assert!(found.iter().all(|&found| found), "{}: {found:?}", path.display());
        if has_qpdf {
            assert_eq!(qpdf_accepts(&stamped.bytes, folder.path()), Ok(()), "{}", path.display());
        }
        if has_poppler {
            assert_eq!(endorsed_pages(&stamped.bytes, folder.path()), numbers, "{}", path.display());
        }
    }
}

/// Returns the numbers that poppler finds, page by page.
fn endorsed_pages(bytes: &[u8], folder: &Path) -> Vec<String> {
    let path = folder.join("text.pdf");
    std::fs::write(&path, bytes).unwrap();
    let output = Command::new("pdftotext").arg(&path).arg("-").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = |page: &str| page.find("DUC0").and_then(|at| page.get(at..at + 9)).map(String::from);
    text.split('\u{c}').filter_map(number).collect()
}

/// Cutting a real file anywhere loses something; no cut may pass as the whole.
#[test]
fn cut_files_are_refused_or_complete() {
    for path in corpus().into_iter().filter(|path| path.ends_with("unencrypted.pdf") || path.ends_with("tagged.pdf")) {
        let bytes = std::fs::read(&path).unwrap();
        let whole = gate(&bytes, &Limits::default()).unwrap();
        for part in 1..40 {
            let cut = &bytes[..bytes.len() * part / 40];
            if let Ok(gated) = gate(cut, &Limits::default()) {
                assert_eq!(gated.text().unwrap(), whole.text().unwrap(), "{} cut to {part}/40", path.display());
            }
        }
    }
}
