//! Containers: members, limits, and what cannot be opened.

use std::io::Write;

use duces_extract::{Limits, extract, mime_of};

use crate::made::{docx, zip};
use crate::{check, codes, taken};

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, *bytes).expect("a file in a TAR");
    }
    tar.into_inner().expect("a TAR")
}

fn gzip(name: Option<&str>, bytes: &[u8]) -> Vec<u8> {
    let builder = flate2::GzBuilder::new();
    let builder = if let Some(name) = name { builder.filename(name) } else { builder };
    let mut gzip = builder.write(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).expect("bytes in a GZIP");
    gzip.finish().expect("a GZIP")
}

#[test]
fn members_are_read_under_their_paths() {
    let document = docx("<w:p><w:r><w:t>words</w:t></w:r></w:p>", &[]);
    let inner = zip(&[("a.docx", &document), ("p.png", b"\x89PNG\r\n\x1a\n")]);
    let bytes = zip(&[("b/第一.txt", "甲".as_bytes()), ("inner.zip", &inner), ("forged\n=== x ===", b"y")]);
    check(
        &bytes,
        "a.zip",
        "=== b/第一.txt ===\n甲\n\n=== inner.zip ===\n=== a.docx ===\nwords\n\n=== p.png (image/png, no text) ===\n\n\
         === forged === x === ===\ny",
        &["inner.zip > p.png: no text is taken from this kind of file"],
    );
    let long = "a/".repeat(80) + "long.txt";
    let packed = gzip(None, &tar(&[("one.txt", b"1"), (&long, b"2")]));
    check(&packed, "a.tgz", &format!("=== content ===\n=== one.txt ===\n1\n\n=== {long} ===\n2"), &[]);
    check(&gzip(Some("log.csv"), b"a,b"), "a.gz", "=== log.csv ===\na,b", &[]);
    // A document that is packed without being pressed is no document's package.
    let mut stored = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    stored.start_file("a.docx", options).expect("a file");
    stored.write_all(&document).expect("its bytes");
    let stored = stored.finish().expect("a ZIP").into_inner();
    assert_eq!(mime_of(&stored, "a.zip"), "application/zip");
    check(&stored, "a.zip", "=== a.docx ===\nwords", &[]);
}

#[test]
fn names_in_the_encoding_of_whoever_packed_them_are_read() {
    let mut bytes = zip(&[("abcdefgh.txt", b"1")]);
    let name = b"\xba\xcf\xcd\xac\xcc\xf5\xbf\xee.txt";
    let places: Vec<usize> = (0..bytes.len() - 12).filter(|at| bytes[*at..].starts_with(b"abcdefgh.txt")).collect();
    for at in places {
        bytes[at..at + name.len()].copy_from_slice(name);
    }
    check(&bytes, "a.zip", "=== 合同条款.txt ===\n1", &["the encoding was taken to be gb18030"]);
}

#[test]
fn a_member_that_cannot_be_read_is_named_and_the_others_are_read() {
    let mut encrypted = zip(&[("secret.txt", b"x"), ("open.txt", b"y")]);
    // The bit that says so, in the directory.
    let at = encrypted.windows(4).position(|w| w == b"PK\x01\x02").expect("a directory");
    encrypted[at + 8] |= 1;
    check(
        &encrypted,
        "a.zip",
        "=== secret.txt (not read, no text) ===\n\n=== open.txt ===\ny",
        &["secret.txt: it is encrypted"],
    );
    let mut damaged = zip(&[("bad.txt", &b"some words ".repeat(9)), ("open.txt", b"y")]);
    damaged[40] ^= 0xff;
    let extraction = taken(&damaged, "a.zip");
    assert!(extraction.text.as_deref().is_some_and(|text| text.ends_with("=== open.txt ===\ny")), "{extraction:?}");
    assert_eq!((codes(&extraction), extraction.is_lossy()), (vec!["text-unreadable"], true));
    assert_eq!(codes(&taken(b"PK\x03\x04 and no more", "a.zip")), ["text-unreadable"]);
    let cut = &gzip(None, &b"words ".repeat(99))[..30];
    assert_eq!(codes(&taken(cut, "a.gz")), ["text-unreadable"]);
}

#[test]
fn what_lies_beyond_a_limit_is_counted() {
    let check = |bytes: &[u8], limits: Limits, text: &str, notes: &[&str]| {
        let extraction = extract(bytes, "application/zip", &limits);
        assert_eq!(extraction.text.as_deref().unwrap_or_default(), text);
        assert_eq!(extraction.notes.iter().map(ToString::to_string).collect::<Vec<_>>(), notes);
    };
    let three = zip(&[("1.txt", b"one"), ("2.txt", b"two"), ("3.txt", b"three")]);
    let limits = Limits { max_members: 1, ..Limits::default() };
    check(&three, limits, "=== 1.txt ===\none", &["2 members beyond the limit were not read"]);
    let limits = Limits { max_bytes: 4, ..Limits::default() };
    let extraction = extract(&three, "application/zip", &limits);
    assert_eq!(codes(&extraction), ["text-limit-reached"], "the ZIP itself is larger");
    let limits = Limits { max_unfolded_bytes: 7, ..Limits::default() };
    check(
        &three,
        limits,
        "=== 1.txt ===\none\n\n=== 2.txt ===\ntwo\n\n=== 3.txt (not read, no text) ===",
        &["3.txt: more unfolds from it than is read"],
    );
    let limits = Limits { max_text_bytes: 30, ..Limits::default() };
    check(&three, limits, "=== 1.txt ===\none\n\n=== 2.txt =", &["the text was cut to 30 of 58 bytes"]);
    let nested = (0..4).fold(b"deep".to_vec(), |inner, _| zip(&[("x", &inner)]));
    let limits = Limits { max_depth: 3, ..Limits::default() };
    check(
        &nested,
        limits,
        "=== x ===\n=== x ===\n=== x (application/zip, no text) ===",
        &["x > x > x: it lies deeper within other files than is read"],
    );
}

#[test]
fn a_bomb_does_not_go_off() {
    // Each of many entries unfolds to much; together they would be some gigabytes.
    let zeros = vec![b'a'; 16 << 20];
    let one = zip(&[("0.bin", &zeros)]);
    let many: Vec<(String, &[u8])> = (0..20).map(|n| (format!("{n}.zip"), one.as_slice())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let limits = Limits { max_unfolded_bytes: 100 << 20, max_text_bytes: 1 << 20, ..Limits::default() };
    let extraction = extract(&zip(&many), "application/zip", &limits);
    assert_eq!(extraction.text.map(|text| text.len()), Some(1 << 20));
    assert!(extraction.notes.iter().any(|note| note.code() == "text-limit-reached"));
}
