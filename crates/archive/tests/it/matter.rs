//! Making, opening, locking; what is damaged or foreign is refused with what to do.

use std::fs;

use duces_archive::{ArchiveError, Attribution, Matter};

use crate::{House, config};

#[test]
fn a_matter_is_opened_as_it_was_made() {
    let house = House::new();
    let matter = Matter::open(&house.dir()).unwrap();
    assert_eq!(*matter.config(), config());
    assert_eq!(
        fs::read_to_string(house.dir().join("matter.toml")).unwrap(),
        "format = 1\nname = \"Meridian\"\nzone = \"Asia/Shanghai\"\nnormalisation = \"duces-1\"\n"
    );
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.doc"), "x").unwrap();
    let error = Matter::create(folder.path(), &config()).unwrap_err();
    assert!(matches!(error, ArchiveError::Exists { .. }));
    assert!(error.to_string().contains("thesis.doc"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let house = House::new();
    assert!(matches!(Matter::create(&house.dir(), &config()), Err(ArchiveError::Exists { .. })));
    let file = house.folder.path().join("file");
    fs::write(&file, "x").unwrap();
    assert!(matches!(Matter::create(&file, &config()), Err(ArchiveError::Exists { .. })));
}

#[test]
fn an_interrupted_making_is_gone_on_with() {
    let house = House::new();
    fs::remove_file(house.dir().join("matter.toml")).unwrap();
    assert!(matches!(Matter::open(&house.dir()), Err(ArchiveError::Missing { .. })));
    Matter::create(&house.dir(), &config()).unwrap();
    assert_eq!(Matter::open(&house.dir()).unwrap().reader().unwrap().head().unwrap().size, 1);
}

#[test]
fn what_is_no_matter_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let error = Matter::open(&folder.path().join("none")).unwrap_err();
    assert!(matches!(error, ArchiveError::Missing { .. }) && error.to_string().contains("duces init"), "{error}");
}

/// Spoils one file of a fresh matter and returns what opening it says.
fn spoilt(file: &str, spoil: impl Fn(&std::path::Path)) -> ArchiveError {
    let house = House::new();
    for leftover in ["archive.db-wal", "archive.db-shm"] {
        let _ = fs::remove_file(house.dir().join(leftover));
    }
    spoil(&house.dir().join(file));
    Matter::open(&house.dir()).unwrap_err()
}

#[test]
fn damage_is_named_with_its_file() {
    let error = spoilt("archive.db", |path| fs::write(path, "no database at all".repeat(100)).unwrap());
    assert!(matches!(&error, ArchiveError::Damaged { path, .. } if path.ends_with("archive.db")), "{error}");
    let error = spoilt("archive.db", |path| fs::remove_file(path).unwrap());
    assert!(matches!(error, ArchiveError::Damaged { .. }), "{error}");
    let error = spoilt("archive.db", |path| {
        fs::remove_file(path).unwrap();
        rusqlite::Connection::open(path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    });
    assert!(matches!(error, ArchiveError::Damaged { .. }), "{error}");
    let error = spoilt("archive.db", |path| {
        rusqlite::Connection::open(path).unwrap().execute_batch("PRAGMA user_version = 9").unwrap();
    });
    assert!(matches!(error, ArchiveError::Version { found: 9, .. }), "{error}");
    let toml = |text: &'static str| spoilt("matter.toml", move |path| fs::write(path, text).unwrap());
    assert!(matches!(toml("format = 2\n"), ArchiveError::Version { found: 2, known: 1, .. }));
    assert!(matches!(toml("not = [toml"), ArchiveError::Config { .. }));
    assert!(matches!(toml("name = \"x\"\n"), ArchiveError::Config { .. }));
    let zone = toml("format = 1\nname = \"x\"\nzone = \"Asia/Shanghia\"\nnormalisation = \"duces-1\"\n");
    assert!(zone.to_string().contains("Asia/Shanghai"), "{zone}");
    let unknown = toml("format = 1\nname = \"x\"\nzone = \"UTC\"\nnormalisation = \"duces-9\"\n");
    assert!(unknown.to_string().contains("duces-9"), "{unknown}");
}

#[test]
fn a_second_writer_is_told_that_the_matter_is_locked() {
    let house = House::new();
    let first = house.matter.writer(Attribution::default()).unwrap();
    let other = Matter::open(&house.dir()).unwrap();
    let Err(error) = other.writer(Attribution::default()) else { panic!("two writers") };
    assert!(matches!(error, ArchiveError::Locked { .. }) && error.to_string().contains("locked"), "{error}");
    assert_eq!(other.reader().unwrap().head().unwrap().size, 1, "readers are not kept out");
    drop(first);
    assert!(other.writer(Attribution::default()).is_ok());
}
