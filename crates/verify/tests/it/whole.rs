//! The untouched volume, as a folder and as a ZIP, and what the report says beside findings.

use std::fs;

use duces_model::Digest;
use duces_verify::{Level, Options, VerifyError, verify};

use crate::volume::{Files, good, pack, seal, write};
use crate::zip;

fn sealed() -> Files {
    let mut files = good().build();
    seal(&mut files);
    files
}

#[test]
fn an_untouched_volume_has_no_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = verify(&write(&sealed(), folder.path()), &Options::default()).expect("a report");
    assert_eq!(report.findings, []);
    assert_eq!((report.documents, report.pages, report.files), (5, 7, sealed().len() as u64));
    assert_eq!(report.not_run, ["RSMF: no .rsmf file"]);
    let json = serde_json::to_value(&report).expect("JSON");
    assert_eq!(json["documents"], 5);
    assert_eq!(json["findings"], serde_json::json!([]));
}

#[test]
fn a_zip_is_checked_like_a_folder() {
    for top in ["VOL001/", ""] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = pack(&sealed(), folder.path(), top);
        let digest = Digest::of(&fs::read(&path).expect("the ZIP"));
        fs::write(folder.path().join("VOL001.zip.sha256"), format!("{digest}  VOL001.zip\n")).expect("a file");
        let report = verify(&path, &Options::default()).expect("a report");
        assert_eq!(report.findings, [], "top {top:?}");
        assert_eq!((report.documents, report.pages), (5, 7));
        assert!(report.checks.contains(&"digest of the ZIP"));
    }
}

#[test]
fn an_encrypted_zip_is_not_looked_into() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = pack(&sealed(), folder.path(), "VOL001/");
    let mut bytes = fs::read(&path).expect("the ZIP");
    zip::encrypt(&mut bytes, "README.txt");
    fs::write(&path, bytes).expect("the ZIP");
    let report = verify(&path, &Options::default()).expect("a report");
    assert_eq!(report.findings, []);
    assert!(report.not_run.iter().any(|line| line.starts_with("everything within the ZIP")), "{:?}", report.not_run);
}

#[test]
fn digests_alone_see_every_byte_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = sealed();
    let options = Options { hashes_only: true, ..Options::default() };
    assert_eq!(verify(&write(&files, folder.path()), &options).expect("a report").findings, []);
    files.insert("PDF/0001/MER0000005.pdf".to_owned(), b"another".to_vec());
    let report = verify(&write(&files, folder.path()), &options).expect("a report");
    let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    assert_eq!((finding.code, finding.place.file.as_str()), ("HASH_MISMATCH", "PDF/0001/MER0000005.pdf"));
    assert!(report.has_errors());
}

#[test]
fn declared_voids_are_no_gap() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut spec = good();
    spec.docs[4] = crate::volume::Doc::new(9, 9, (9, 9));
    let mut files = spec.build();
    seal(&mut files);
    let root = write(&files, folder.path());
    let range = |first: &str, last: &str| {
        let number = |text: &str| text.parse().expect("a number");
        duces_model::BatesRange::between(number(first), number(last)).expect("a range")
    };
    let options = Options { voids: vec![range("MER0000007", "MER0000007")], ..Options::default() };
    let report = verify(&root, &options).expect("a report");
    let texts: Vec<&str> = report.findings.iter().map(|finding| finding.text.as_str()).collect();
    assert_eq!(
        texts,
        ["1 number is missing before MER0000009: MER0000008 is used by no document and not declared void"]
    );
    let options = Options { voids: vec![range("MER0000007", "MER0000008")], ..Options::default() };
    assert_eq!(verify(&root, &options).expect("a report").findings, []);
}

#[test]
fn numbers_by_document_stand_on_every_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut spec = good();
    spec.docs.truncate(3);
    for (n, doc) in (1..).zip(&mut spec.docs) {
        let number = crate::volume::number(n);
        doc.set("BEGBATES", &number).set("ENDBATES", &number);
        doc.set("BEGATTACH", "MER0000001").set("ENDATTACH", "MER0000003");
        doc.pages = doc.pages.iter().map(|_| format!("CONFIDENTIAL|{number}")).collect();
    }
    spec.docs[0].set("ATTACHBATES", "MER0000002;MER0000003");
    let mut files = spec.build();
    seal(&mut files);
    let root = write(&files, folder.path());
    let options = Options { level: Level::Document, ..Options::default() };
    let report = verify(&root, &options).expect("a report");
    assert_eq!(report.findings, []);
    assert_eq!((report.documents, report.pages), (3, 4));
    assert!(verify(&root, &Options::default()).expect("a report").has_errors(), "by page they are too few");
}

#[test]
fn names_of_the_recipient_and_aliases_are_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut spec = good();
    spec.only_dat();
    let renamed =
        [("BEGBATES", "FIRSTBATES"), ("ENDBATES", "LASTBATES"), ("TEXTPATH", "OCRPATH"), ("PDFPATH", "Our PDFs")];
    for (old, new) in renamed {
        spec.columns.iter_mut().filter(|name| *name == old).for_each(|name| *name = new.to_owned());
        for doc in &mut spec.docs {
            let value = doc.cell(old).to_owned();
            doc.set(new, &value);
        }
    }
    let mut files = spec.build();
    seal(&mut files);
    let root = write(&files, folder.path());
    let report = verify(&root, &Options::default()).expect("a report");
    assert_eq!(report.findings, [], "PDFs are found by their names");
    assert!(report.not_run.iter().any(|line| line.starts_with("links to the PDF")));
    let columns = vec![duces_loadfile::Column { field: duces_loadfile::Field::PdfPath, name: "Our PDFs".to_owned() }];
    let dialect = duces_loadfile::Dialect { columns, ..duces_loadfile::Dialect::default() };
    let report = verify(&root, &Options { dialect: Some(dialect), ..Options::default() }).expect("a report");
    assert_eq!(report.findings, []);
    assert!(report.checks.contains(&"links to PDFs"));
}

#[test]
fn what_is_no_volume_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let nowhere = verify(&folder.path().join("nowhere"), &Options::default());
    assert!(matches!(nowhere, Err(VerifyError::List { .. })), "{nowhere:?}");
    let text = folder.path().join("letter.txt");
    fs::write(&text, "hello").expect("a file");
    assert!(matches!(verify(&text, &Options::default()), Err(VerifyError::NotAVolume { .. })));
    let empty = verify(folder.path(), &Options::default()).expect("a report");
    assert!(empty.has_errors());
}
