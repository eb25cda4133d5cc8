//! Nothing half-written is ever published, whichever call fails.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use duces_files::{Batch, Disk, FailureKind, FilesError, Result, Stage, Written, measure, write_atomically, write_new};
use proptest::prelude::*;

const FILES: [(&str, &[u8]); 4] =
    [("README.txt", b"hello"), ("PDF/0001/A.pdf", b"%PDF"), ("PDF/0002/B.pdf", &[7; 200_000]), ("DATA/V.dat", b"")];

fn produce(disk: &Disk, folder: &Path) -> Result<()> {
    let stage = Stage::create(disk, &folder.join("V.partial"))?;
    for (name, bytes) in FILES {
        assert_eq!(stage.write_file(name, bytes)?, Written::of(bytes));
    }
    stage.sync_all()?;
    stage.publish(&folder.join("V"))
}

fn assert_whole(folder: &Path) {
    for (name, bytes) in FILES {
        assert_eq!(fs::read(folder.join("V").join(name)).unwrap(), bytes, "{name}");
    }
}

#[test]
fn a_failure_at_any_call_publishes_all_or_nothing() {
    let mut n = 0;
    loop {
        n += 1;
        assert!(n < 100, "a few files take fewer calls");
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::failing(n);
        match produce(&disk, folder.path()) {
            Ok(()) => {
                assert_eq!(disk.calls(), n - 1);
                assert_whole(folder.path());
                assert!(!folder.path().join("V.partial").exists());
                break;
            }
            Err(e) => {
                assert_eq!(e.kind(), FailureKind::Full, "{e}");
                assert!(e.path().is_some_and(|path| path.starts_with(folder.path())), "{e}");
                // Only the syncing of the parent comes after the rename; then the whole stands there.
                if folder.path().join("V").exists() {
                    assert_whole(folder.path());
                    assert!(e.to_string().starts_with("cannot sync folder"), "{e}");
                }
            }
        }
    }
    // The folder above, the stage, three folders, four files, three that hold bytes, one sync, rename, sync: 15.
    assert_eq!(n - 1, 15);
}

#[test]
fn nothing_that_stands_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    produce(&Disk::real(), folder.path()).unwrap();
    let again = produce(&Disk::real(), folder.path()).unwrap_err();
    assert!(matches!(again, FilesError::Exists { .. }), "{again}");
    assert_whole(folder.path());

    // An empty folder under the final name, which a plain rename would replace.
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("V")).unwrap();
    let refused = produce(&Disk::real(), folder.path()).unwrap_err();
    assert_eq!(refused.kind(), FailureKind::Exists, "{refused}");
    assert!(folder.path().join("V.partial/DATA/V.dat").exists(), "the stage is left for whoever recovers it");

    let stage = Stage::reopen(&Disk::real(), &folder.path().join("V.partial")).unwrap();
    assert_eq!(stage.create_file("README.txt").unwrap_err().kind(), FailureKind::Exists);
    fs::remove_dir(folder.path().join("V")).unwrap();
    stage.publish(&folder.path().join("V")).unwrap();
    assert_whole(folder.path());
}

#[test]
fn a_stage_keeps_its_files_inside() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::create(&Disk::real(), &folder.path().join("V.partial")).unwrap();
    for bad in ["", "../a", "/a", "a/../../b", "a\\b", "./a", "a\0"] {
        assert!(matches!(stage.create_file(bad), Err(FilesError::Name { .. })), "{bad:?}");
    }
    stage.discard().unwrap();
    assert!(!folder.path().join("V.partial").exists());
}

#[test]
fn many_threads_write_into_one_stage() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::create(&Disk::real(), &folder.path().join("V.partial")).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let stage = &stage;
            scope.spawn(move || {
                for n in 0..50 {
                    stage.write_file(&format!("T/{}/{thread}-{n}", n % 5), &[thread]).unwrap();
                }
            });
        }
    });
    stage.publish(&folder.path().join("V")).unwrap();
    let count = (0..5).map(|n| fs::read_dir(folder.path().join(format!("V/T/{n}"))).unwrap().count()).sum::<usize>();
    assert_eq!(count, 200);
}

#[test]
fn a_single_file_is_whole_or_as_it_was() {
    for write in [write_atomically, write_new] {
        let mut n = 0;
        loop {
            n += 1;
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("report.html");
            match write(&Disk::failing(n), &path, b"new") {
                Ok(written) => {
                    assert_eq!(written, measure(&path).unwrap());
                    break;
                }
                Err(_) => assert!(!path.exists() || fs::read(&path).unwrap() == b"new"),
            }
        }
        assert!(n > 4, "create, write, sync, rename and sync were all made to fail");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, "old").unwrap();
    fs::write(folder.path().join("a.partial"), "left by a crash").unwrap();
    assert_eq!(write_new(&Disk::real(), &path, b"new").unwrap_err().kind(), FailureKind::Exists);
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert!(!folder.path().join("a.partial").exists());
    write_atomically(&Disk::real(), &path, b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
}

#[test]
fn failures_say_what_kind_they_are_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    for (kind, expect) in [
        (io::ErrorKind::StorageFull, FailureKind::Full),
        (io::ErrorKind::QuotaExceeded, FailureKind::Full),
        (io::ErrorKind::ReadOnlyFilesystem, FailureKind::ReadOnly),
        (io::ErrorKind::PermissionDenied, FailureKind::Denied),
        (io::ErrorKind::BrokenPipe, FailureKind::Other),
    ] {
        let error = Disk::failing_with(1, kind).create_new(&path).unwrap_err();
        assert_eq!((error.kind(), error.path()), (expect, Some(path.as_path())));
    }
    let error = Disk::real().create_new(&folder.path().join("no/such/folder")).unwrap_err();
    assert_eq!(error.kind(), FailureKind::NotFound);
    // Through `Write`, which knows `io::Error` only, kind and path come out again.
    let mut file = Disk::failing(2).create_new(&path).unwrap();
    let error = file.write_all(&[0; 100_000]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    let error = FilesError::from_write(error, Path::new("elsewhere"));
    assert_eq!((error.kind(), error.path()), (FailureKind::Full, Some(path.as_path())));
}

#[test]
fn a_full_disk_is_told_from_other_failures() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        println!("skipped: there is no /dev/full");
        return;
    }
    // The seam opens new files only, so the system's own answer is asked for directly.
    let error = fs::write(full, "x").unwrap_err();
    assert_eq!(FilesError::from_write(error, full).kind(), FailureKind::Full);
}

#[test]
fn a_batch_is_synced_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::failing(u64::MAX);
    let batch = Batch::open(&disk, folder.path()).unwrap();
    for name in ["a", "b", "c"] {
        let mut file = batch.create_new(&folder.path().join(name)).unwrap();
        file.write_all(name.as_bytes()).unwrap();
        file.finish().unwrap();
    }
    batch.rename(&folder.path().join("a"), &folder.path().join("d")).unwrap();
    assert_eq!(
        batch.rename(&folder.path().join("b"), &folder.path().join("c")).unwrap_err().kind(),
        FailureKind::Exists
    );
    let before = disk.calls();
    batch.sync().unwrap();
    batch.sync().unwrap();
    assert!(disk.calls() > before, "a sync is a counted call");
}

proptest! {
    #[test]
    fn what_is_hashed_is_what_stands_on_disk(pieces in proptest::collection::vec((any::<u8>(), 0_usize..150_000), 0..6)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut file = Disk::real().create_new(&path).unwrap();
        let mut all = Vec::new();
        for (byte, length) in pieces {
            let piece = vec![byte; length];
            file.write_all(&piece).unwrap();
            all.extend(piece);
        }
        let written = file.finish().unwrap();
        prop_assert_eq!(written, Written::of(&all));
        prop_assert_eq!(written, measure(&path).unwrap());
    }
}
