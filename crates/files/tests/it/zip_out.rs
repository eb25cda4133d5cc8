//! ZIPs that are written here: the same bytes each time, and good to every reader at hand.

use std::fs;
use std::path::Path;
use std::process::Command;

use duces_files::{DEFLATE_LIMIT, Deflated, Disk, FilesError, Result, Written, ZipIn, ZipLimits, ZipOut, measure};
use proptest::prelude::*;

fn text() -> Vec<u8> {
    "消息 message 🙂\r\n".repeat(5000).into_bytes()
}

fn write(disk: &Disk, folder: &Path) -> Result<Written> {
    let on_disk = folder.join("native.bin");
    let bytes: Vec<u8> = (0..700_000_u32).flat_map(|n| n.to_le_bytes()).collect();
    fs::write(&on_disk, &bytes).unwrap();
    let text_path = folder.join("text.txt");
    fs::write(&text_path, text()).unwrap();
    let mut zip = ZipOut::create(disk, &folder.join("V.zip"))?;
    zip.add_deflated("VOL001/TEXT/0001/A.txt", &text())?;
    zip.add_stored("VOL001/PDF/0001/A.pdf", b"%PDF-1.7")?;
    zip.add_stored_file("VOL001/NATIVES/0001/A.bin", &on_disk, &Written::of(&bytes))?;
    zip.add_deflated_file("VOL001/DATA/V.dat", &text_path, &Written::of(&text()))?;
    zip.add_prepared("VOL001/DATA/V.opt", &Deflated::of(&text()))?;
    zip.add_deflated("VOL001/empty", b"")?;
    zip.finish()
}

fn run(program: &str, args: &[&str]) -> Option<(bool, String)> {
    let Ok(output) = Command::new(program).args(args).output() else {
        println!("skipped: {program} is not installed");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), said))
}

#[test]
fn the_same_entries_give_the_same_bytes_and_their_digest() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let written = write(&Disk::real(), one.path()).unwrap();
    assert_eq!(written, measure(&one.path().join("V.zip")).unwrap());
    assert_eq!(written, write(&Disk::real(), two.path()).unwrap());
    // Pinned: another compressor, level or header would change every production made again from its plan.
    assert_eq!(written.digest.to_string(), "9d9dc8a21c073a3e5fb12dce30a260ff88b33726b65aa69c6e1a838d99874424");
}

#[test]
fn every_reader_at_hand_accepts_it() {
    let folder = tempfile::tempdir().unwrap();
    write(&Disk::real(), folder.path()).unwrap();
    let path = folder.path().join("V.zip");
    let name = path.to_str().unwrap();
    let python = "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
        assert {i.date_time for i in z.infolist()}=={(1980,1,1,0,0,0)}\nassert not z.comment\n\
        assert all(not i.extra and not i.flag_bits and i.external_attr==0o100644<<16 for i in z.infolist())\n\
        print(len(z.infolist()))";
    for (program, args) in [
        ("unzip", vec!["-tqq", name]),
        ("7z", vec!["t", name]),
        ("python3", vec!["-c", python, name]),
        ("zipdetails", vec!["--scan", name]),
    ] {
        let Some((success, said)) = run(program, &args) else { continue };
        assert!(success && !said.contains("WARNING") && !said.contains("ERROR"), "{program}: {said}");
    }
}

#[test]
fn our_own_reader_gives_the_entries_back() {
    let folder = tempfile::tempdir().unwrap();
    write(&Disk::real(), folder.path()).unwrap();
    let mut zip = ZipIn::open(&folder.path().join("V.zip"), &ZipLimits::default()).unwrap();
    assert!(zip.comment().is_empty());
    let names: Vec<_> = zip.entries().iter().map(|entry| entry.name.clone()).collect();
    assert_eq!(names.len(), 6);
    assert_eq!(names[2], "VOL001/NATIVES/0001/A.bin");
    assert!(zip.entries()[0].packed * 20 < zip.entries()[0].size, "text is deflated");
    for (name, expect) in [(&names[0], text()), (&names[3], text()), (&names[5], Vec::new())] {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut zip.open_name(name).unwrap(), &mut bytes).unwrap();
        assert_eq!(bytes, expect);
    }
}

#[test]
fn more_entries_than_the_old_format_holds_take_zip64() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.zip");
    let mut zip = ZipOut::create(&Disk::real(), &path).unwrap();
    for n in 0..66_000 {
        zip.add_stored(&format!("A/{n:06}"), b"").unwrap();
    }
    zip.finish().unwrap();
    assert_eq!(ZipIn::open(&path, &ZipLimits::default()).unwrap().entries().len(), 66_000);
    let name = path.to_str().unwrap();
    for (program, args) in [("unzip", vec!["-tqq", name]), ("7z", vec!["t", name])] {
        let Some((success, said)) = run(program, &args) else { continue };
        assert!(success, "{program}: {said}");
    }
}

#[test]
fn names_that_mislead_and_files_that_changed_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut zip = ZipOut::create(&Disk::real(), &folder.path().join("a.zip")).unwrap();
    zip.add_stored("A/b", b"").unwrap();
    for bad in ["", "/a", "../a", "a//b", "a\\b", "C:a", "é", "a\n", "A/B", "a/b", "A/b", "A", "A/b/c", "a/c"] {
        assert!(matches!(zip.add_stored(bad, b""), Err(FilesError::Name { .. })), "{bad:?}");
    }
    let path = folder.path().join("f");
    fs::write(&path, "changed").unwrap();
    for expected in [Written::of(b"change"), Written::of(b"changed!"), Written::of(b"Changed")] {
        let mut zip = ZipOut::new(Disk::real().create_new(&folder.path().join("b.zip")).unwrap());
        let stored = zip.add_stored_file("a", &path, &expected).unwrap_err();
        assert!(matches!(stored, FilesError::Changed { .. }), "{stored}");
        assert!(matches!(Deflated::of_file(&path, &expected), Err(FilesError::Changed { .. })));
        fs::remove_file(folder.path().join("b.zip")).unwrap();
    }
}

#[test]
fn a_full_disk_fails_with_the_path() {
    for n in 1..6 {
        let folder = tempfile::tempdir().unwrap();
        let error = write(&Disk::failing(n), folder.path()).unwrap_err();
        assert_eq!(error.kind(), duces_files::FailureKind::Full);
        assert!(error.path().unwrap().ends_with("V.zip"));
    }
    assert_eq!(DEFLATE_LIMIT, 64 << 20);
}

proptest! {
    #[test]
    fn any_content_comes_back(contents in proptest::collection::vec((any::<bool>(), proptest::collection::vec(any::<u8>(), 0..2000)), 0..8)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        let mut zip = ZipOut::create(&Disk::real(), &path).unwrap();
        for (n, (stored, bytes)) in contents.iter().enumerate() {
            if *stored { zip.add_stored(&n.to_string(), bytes).unwrap(); } else { zip.add_deflated(&n.to_string(), bytes).unwrap(); }
        }
        zip.finish().unwrap();
        let mut zip = ZipIn::open(&path, &ZipLimits::default()).unwrap();
        for (n, (_, bytes)) in contents.iter().enumerate() {
            let mut back = Vec::new();
            std::io::Read::read_to_end(&mut zip.open_name(&n.to_string()).unwrap(), &mut back).unwrap();
            prop_assert_eq!(&back, bytes);
        }
    }
}
