//! ZIPs made to mislead: each is refused for its reason, none makes the reader panic.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use duces_files::{FilesError, ZipIn, ZipLimits, ZipRefusal};
use proptest::prelude::*;

/// One entry of a hand-made ZIP; what a header says can be chosen apart from what is there.
#[derive(Clone)]
struct Entry {
    local_name: Vec<u8>,
    central_name: Vec<u8>,
    mode: u32,
    flags: u16,
    method: u16,
    size: u32,
    content: Vec<u8>,
    /// Points at another entry's header instead of its own.
    offset: Option<u32>,
    crc: u32,
}

fn entry(name: &str, content: &[u8]) -> Entry {
    Entry {
        local_name: name.into(),
        central_name: name.into(),
        mode: 0o100_644,
        flags: 0x800,
        method: 0,
        size: content.len() as u32,
        content: content.to_vec(),
        offset: None,
        crc: crc32fast::hash(content),
    }
}

fn shared_fields(entry: &Entry, name: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for short in [20, entry.flags, entry.method, 0, 0x21] {
        out.extend(short.to_le_bytes());
    }
    for long in [entry.crc, entry.content.len() as u32, entry.size] {
        out.extend(long.to_le_bytes());
    }
    out.extend((name.len() as u16).to_le_bytes());
    out.extend([0, 0]);
    out
}

fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = entry.offset.unwrap_or(out.len() as u32);
        if entry.offset.is_none() {
            out.extend(b"PK\x03\x04");
            out.extend(shared_fields(entry, &entry.local_name));
            out.extend(&entry.local_name);
            out.extend(&entry.content);
        }
        directory.extend(b"PK\x01\x02\x2d\x03");
        directory.extend(shared_fields(entry, &entry.central_name));
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(&entry.central_name);
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((entries.len() as u16).to_le_bytes());
    out.extend((entries.len() as u16).to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn open(bytes: &[u8], limits: &ZipLimits) -> Result<ZipIn, ZipRefusal> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    fs::write(&path, bytes).unwrap();
    match ZipIn::open(&path, limits) {
        Ok(zip) => Ok(zip),
        Err(FilesError::Zip { refusal, .. }) => Err(refusal),
        Err(other) => panic!("{other}"),
    }
}

fn check(entries: &[Entry], expect: impl Fn(&ZipRefusal) -> bool) {
    let refusal = open(&zip(entries), &ZipLimits::default()).unwrap_err();
    assert!(expect(&refusal), "{refusal:?}");
    assert!(!refusal.to_string().is_empty());
}

#[test]
fn a_plain_hand_made_zip_is_read() {
    let mut zip =
        open(&zip(&[entry("a/", b""), entry("a/b.txt", b"hello"), entry("消息.txt", b"")]), &ZipLimits::default())
            .unwrap();
    let names: Vec<_> = zip.entries().iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["a/b.txt", "消息.txt"]);
    let mut text = String::new();
    zip.open_name("a/b.txt").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello");
    assert!(matches!(zip.open_name("c"), Err(FilesError::Zip { refusal: ZipRefusal::NoEntry(_), .. })));
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for bad in ["../a", "/etc/passwd", "a/../../b", "a\\b", "C:/a", "a\nb", "./a", "a//b", "a\u{0}", "/"] {
        check(&[entry(bad, b"")], |r| matches!(r, ZipRefusal::Name(..)));
    }
    for (one, other) in [("a", "A"), ("a/b", "A/c"), ("a", "a/b"), ("É", "é")] {
        check(&[entry(one, b""), entry(other, b"")], |r| matches!(r, ZipRefusal::Clash(..)));
    }
    check(&[entry("a", b"1"), entry("a", b"2")], |r| matches!(r, ZipRefusal::Contradiction(_) | ZipRefusal::Clash(..)));
    check(&[entry("a/", b"content")], |r| matches!(r, ZipRefusal::Name(..)));
}

#[test]
fn links_and_contradictions_are_refused() {
    for mode in [0o120_777, 0o020_644, 0o060_644, 0o010_644, 0o140_644] {
        check(&[Entry { mode, ..entry("a", b"/etc/passwd") }], |r| matches!(r, ZipRefusal::Link(_)));
    }
    let other_name = Entry { local_name: b"b".to_vec(), ..entry("a", b"hello") };
    check(&[other_name], |r| matches!(r, ZipRefusal::Contradiction(_)));
    check(&[Entry { size: 6, ..entry("a", b"hello") }], |r| matches!(r, ZipRefusal::Contradiction(_)));
    let overlapping =
        [entry("a", b"hello"), Entry { offset: Some(0), local_name: b"a".to_vec(), ..entry("b", b"hello") }];
    check(&overlapping, |r| matches!(r, ZipRefusal::Contradiction(_)));
    check(&[Entry { flags: 0x801, ..entry("a", &[0; 20]) }], |r| matches!(r, ZipRefusal::Encrypted(_)));
    check(&[Entry { method: 12, ..entry("a", b"hello") }], |r| matches!(r, ZipRefusal::Method(_)));
    // A file that is in the ZIP but not in its directory.
    let hidden = zip(&[entry("hidden", b"hello")]);
    let local = 30 + 6 + 5;
    let mut seen = zip(&[Entry { offset: Some(local), ..entry("a", b"") }]);
    seen.splice(0..0, zip(&[entry("a", b"")])[..31].iter().copied());
    seen.splice(0..0, hidden[..local as usize].iter().copied());
    let refusal = open(&seen, &ZipLimits::default()).unwrap_err();
    assert!(matches!(refusal, ZipRefusal::Contradiction(_) | ZipRefusal::Surplus(_)), "{refusal:?}");
}

#[test]
fn surplus_bytes_are_refused() {
    let plain = zip(&[entry("a", b"hello")]);
    let before = [b"MZ".to_vec(), plain.clone()].concat();
    assert!(matches!(open(&before, &ZipLimits::default()).unwrap_err(), ZipRefusal::Surplus(_)));
    let after = [plain, b"junk".to_vec()].concat();
    let refusal = open(&after, &ZipLimits::default()).unwrap_err();
    assert!(matches!(refusal, ZipRefusal::Surplus(_) | ZipRefusal::Broken(_)), "{refusal:?}");
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    let bomb = Entry { method: 8, size: u32::MAX - 1, ..entry("a", &[0; 1000]) };
    check(&[bomb], |r| matches!(r, ZipRefusal::TooLarge(_)));
    let small = ZipLimits { entries: 1, entry: 10, total: 12, ratio: 200 };
    for entries in [vec![entry("a", b""), entry("b", b"")], vec![entry("a", &[0; 11])]] {
        assert!(matches!(open(&zip(&entries), &small).unwrap_err(), ZipRefusal::TooLarge(_)));
    }
    let two = ZipLimits { entries: 2, ..small };
    let entries = [entry("a", &[0; 7]), entry("b", &[0; 7])];
    assert!(matches!(open(&zip(&entries), &two).unwrap_err(), ZipRefusal::TooLarge(_)));
}

#[test]
fn damaged_content_fails_when_it_is_read() {
    let wrong_crc = Entry { crc: 1, ..entry("a", b"hello") };
    // Deflated bytes that unpack to `aaaaaaaaaa`, with a header that says 5 or 20.
    let deflated = vec![0x4b, 0x84, 0x03, 0x00];
    let more =
        Entry { method: 8, size: 5, content: deflated.clone(), crc: crc32fast::hash(b"aaaaaaaaaa"), ..entry("a", b"") };
    let fewer = Entry { size: 20, ..more.clone() };
    for bad in [wrong_crc, more, fewer] {
        let Ok(mut zip) = open(&zip(&[bad]), &ZipLimits::default()) else { continue };
        let entry = zip.entries()[0].clone();
        let mut bytes = Vec::new();
        assert!(zip.open_entry(&entry).unwrap().read_to_end(&mut bytes).is_err(), "{bytes:?}");
        assert!(bytes.len() <= 20);
    }
}

#[test]
fn the_collection_of_odd_zips_does_no_harm() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/hostile/zip");
    let Ok(listing) = fs::read_dir(&folder) else {
        println!("skipped: {} is not there", folder.display());
        return;
    };
    let mut paths: Vec<PathBuf> = listing.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        read_all(&path);
    }
}

fn read_all(path: &Path) {
    let name = path.file_name().unwrap().to_string_lossy();
    let mut zip = match ZipIn::open(path, &ZipLimits::default()) {
        Ok(zip) => zip,
        Err(e) => {
            println!("{name}: refused: {e}");
            return;
        }
    };
    for entry in zip.clone().entries() {
        let mut bytes = Vec::new();
        let outcome = zip.open_entry(entry).map_err(std::io::Error::from).and_then(|mut r| r.read_to_end(&mut bytes));
        println!("{name}: {} {outcome:?}", entry.name);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(at in proptest::collection::vec((0_usize..300, any::<u8>()), 0..6), cut in 0_usize..300) {
        let mut bytes = zip(&[entry("a/b.txt", b"hello"), entry("c", &[7; 40]), Entry { method: 8, ..entry("d", &[1, 2, 3]) }]);
        for (place, value) in at {
            let place = place % bytes.len();
            bytes[place] = value;
        }
        if cut > 200 { bytes.truncate(cut); }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        fs::write(&path, &bytes).unwrap();
        if let Ok(mut zip) = ZipIn::open(&path, &ZipLimits::default()) {
            for entry in zip.clone().entries() {
                if let Ok(mut reader) = zip.open_entry(entry) {
                    let mut sink = Vec::new();
                    let _ = reader.read_to_end(&mut sink);
                    prop_assert!(sink.len() as u64 <= entry.size);
                }
            }
        }
    }
}
