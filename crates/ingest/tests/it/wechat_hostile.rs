//! Databases that are encrypted, damaged, unfinished, or made to do harm.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use duces_ingest::{Format, IngestError, Options, SourceFile, detect, open};
use duces_model::Item;
use proptest::prelude::*;
use rusqlite::Connection;

use crate::wechat_made::{ANDROID, CHAT, CONTACT4, MSG, MSG4, Made, NOON, hash, read, said};
use crate::{findings, records};

/// A small database of each family, in one folder.
fn samples(root: &Path) -> Vec<(Format, PathBuf)> {
    let old = Made::new(root, "3/MSG0.db", &format!("PRAGMA page_size=512; CREATE TABLE MSG{MSG}"));
    let new = Made::new(
        root,
        "4/message_0.db",
        &format!(
            "PRAGMA page_size=512; CREATE TABLE Name2Id(user_name TEXT); \
        CREATE TABLE Msg_{}{MSG4}; {CONTACT4}",
            hash("wxid_a")
        ),
    );
    let ios =
        Made::new(root, "i/MM.sqlite", &format!("PRAGMA page_size=512; CREATE TABLE Chat_{}{CHAT}", hash("wxid_a")));
    let android = Made::new(root, "a/EnMicroMsg.db", &format!("PRAGMA page_size=512; {ANDROID}"));
    new.row("Name2Id", &[("user_name", &"wxid_a")]);
    for number in 0..40_i64 {
        let time = NOON + number;
        let text = "文字".repeat(usize::try_from(number).expect("small") * 4);
        old.row(
            "MSG",
            &[
                ("MsgSvrID", &number),
                ("Type", &1),
                ("CreateTime", &time),
                ("Sequence", &(time * 1000)),
                ("StrTalker", &"wxid_a"),
                ("StrContent", &text),
            ],
        );
        let table = format!("Msg_{}", hash("wxid_a"));
        new.row(
            &table,
            &[
                ("server_id", &number),
                ("local_type", &1),
                ("sort_seq", &(time * 1000)),
                ("real_sender_id", &1),
                ("create_time", &time),
                ("message_content", &text),
            ],
        );
        ios.row(
            &format!("Chat_{}", hash("wxid_a")),
            &[("MesSvrID", &number), ("CreateTime", &time), ("Message", &text), ("Type", &1), ("Des", &1)],
        );
        android.row(
            "message",
            &[
                ("msgSvrId", &number),
                ("type", &1),
                ("isSend", &0),
                ("createTime", &(time * 1000)),
                ("talker", &"wxid_a"),
                ("content", &text),
            ],
        );
    }
    vec![
        (Format::Wechat3Db, old.path),
        (Format::Wechat4Db, new.path),
        (Format::WechatIosDb, ios.path),
        (Format::WechatAndroidDb, android.path),
    ]
}

#[test]
fn reading_leaves_every_file_as_it_was_and_puts_none_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = samples(folder.path());
    let state =
        |path: &Path| (fs::read(path).expect("read"), fs::metadata(path).and_then(|m| m.modified()).expect("a time"));
    let before: Vec<_> = made.iter().map(|(_, path)| state(path)).collect();
    let (refused, items) = read(folder.path(), &Options::default());
    assert_eq!((refused.len(), records(&items).len()), (0, 160));
    for ((_, path), before) in made.iter().zip(before) {
        assert_eq!(state(path), before);
        assert_eq!(fs::read_dir(path.parent().expect("a folder")).expect("listed").count(), 1);
    }
}

#[test]
fn a_read_only_folder_is_no_hindrance() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = samples(folder.path());
    let set = |only: bool| {
        for (_, path) in &made {
            for path in [path.as_path(), path.parent().expect("a folder")] {
                let mut permissions = fs::metadata(path).expect("there").permissions();
                permissions.set_readonly(only);
                fs::set_permissions(path, permissions).expect("set");
            }
        }
    };
    set(true);
    let (_, items) = read(folder.path(), &Options::default());
    set(false);
    assert_eq!(records(&items).len(), 160);
}

#[test]
fn a_file_named_alone_is_read_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    for (format, path) in samples(folder.path()) {
        let detected = detect(&path).expect("readable");
        assert_eq!(detected.files, [SourceFile::single(format, &path)]);
        let items: Vec<Item> = open(&detected.files[0], &detected.root, &Options::default()).expect("opens").collect();
        assert_eq!(records(&items).len(), 40, "{format}");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(records(&items)[0].place.file.starts_with(&format!("{name}#")), "{}", records(&items)[0].place);
    }
}

#[test]
fn an_encrypted_database_is_refused_and_what_lies_beside_it_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    samples(root);
    let mut noise = vec![0_u8; 8192];
    let mut state = 1_u64;
    for byte in &mut noise {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *byte = (state >> 56) as u8;
    }
    fs::write(root.join("4/message_1.db"), &noise).expect("written");
    let (refused, items) = read(root, &Options::default());
    assert_eq!(refused.iter().map(|f| f.code).collect::<Vec<_>>(), ["INGEST_ENCRYPTED"]);
    assert_eq!(records(&items).len(), 160);
    let error = detect(&root.join("4/message_1.db")).expect_err("refused");
    assert!(matches!(error, IngestError::Encrypted { .. }), "{error}");
}

#[test]
fn a_database_of_another_program_is_refused_with_the_layouts_that_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = Made::new(folder.path(), "other.db", "CREATE TABLE notes(a); CREATE TABLE message(id, body)");
    let error = detect(&other.path).expect_err("refused").to_string();
    for read in ["MSG*.db", "message_*.db", "MM.sqlite", "EnMicroMsg.db"] {
        assert!(error.contains(read), "{error}");
    }
    for format in [Format::Wechat3Db, Format::Wechat4Db, Format::WechatIosDb, Format::WechatAndroidDb] {
        let error =
            open(&SourceFile::single(format, &other.path), &other.path, &Options::default()).err().expect("refused");
        assert!(matches!(error, IngestError::WrongFormat { .. }), "{error}");
        let text = folder.path().join("text.db");
        fs::write(&text, "no database").expect("written");
        let error = open(&SourceFile::single(format, &text), &text, &Options::default()).err().expect("refused");
        assert!(matches!(error, IngestError::WrongFormat { .. }), "{error}");
    }
    let names = Made::new(folder.path(), "names/contact.db", CONTACT4);
    assert!(matches!(detect(&names.path).expect_err("refused"), IngestError::Sqlite { .. }));
    let folder = detect(names.path.parent().expect("a folder")).expect("a folder");
    assert_eq!((folder.findings.len(), folder.ignored.len()), (0, 1));
}

/// Makes a database with a log that holds 20 of its 30 messages, as a device leaves it.
fn with_log(root: &Path) -> PathBuf {
    let made = Made::new(
        root,
        "made/MSG0.db",
        &format!("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE MSG{MSG}"),
    );
    let add = |number: i64| {
        made.row(
            "MSG",
            &[
                ("Type", &1),
                ("CreateTime", &(NOON + number)),
                ("Sequence", &number),
                ("StrTalker", &"wxid_a"),
                ("StrContent", &"x"),
                ("IsSender", &0),
            ],
        );
    };
    (0..10).for_each(add);
    made.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("written back");
    (10..30).for_each(add);
    let path = root.join("left/MSG0.db");
    fs::create_dir_all(root.join("left")).expect("made");
    for ending in ["", "-wal", "-shm"] {
        fs::copy(root.join(format!("made/MSG0.db{ending}")), root.join(format!("left/MSG0.db{ending}")))
            .expect("copied");
    }
    path
}

#[test]
fn a_write_ahead_log_is_read_from_a_private_copy_or_said_to_be_unseen() {
    let folder = tempfile::tempdir().expect("a folder");
    let scratch = folder.path().join("scratch");
    let path = with_log(folder.path());
    let source = path.parent().expect("a folder");
    let state = || {
        let mut files: Vec<_> = fs::read_dir(source).expect("listed").map(|e| e.expect("an entry").path()).collect();
        files.sort();
        files.into_iter().map(|path| (fs::read(&path).expect("read"), path)).collect::<Vec<_>>()
    };
    let before = state();
    let (_, items) = read(source, &Options::default());
    assert_eq!(records(&items).len(), 10);
    let unseen = findings(&items)[0];
    assert_eq!(unseen.code, "INGEST_LOG_UNREAD");
    assert!(unseen.text.contains("pages that are newer") && unseen.text.contains("no scratch folder"), "{unseen}");

    let with_scratch = Options { scratch: Some(scratch.clone()), ..Options::default() };
    let (_, items) = read(source, &with_scratch);
    assert_eq!(records(&items).len(), 30);
    assert_eq!(findings(&items)[0].code, "INGEST_LOG_READ");
    // The log is part of the source, so that it is digested with it.
    let members = detect(source).expect("a folder").files[0].members.clone();
    assert_eq!(members.iter().filter(|m| m.to_string_lossy().ends_with("-wal")).count(), 1);
    drop(items);
    assert_eq!(fs::read_dir(&scratch).expect("listed").count(), 0);
    assert_eq!(state(), before);
    // A scratch folder that cannot be made is said, and the rest is read.
    let impossible = Options { scratch: Some(path.join("below a file")), ..Options::default() };
    assert_eq!(said(&read(source, &impossible).1)[0], "INGEST_LOG_UNREAD");
}

#[test]
fn a_damaged_table_keeps_what_can_be_read_and_names_the_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut all_said = std::collections::BTreeSet::new();
    for (format, path) in samples(folder.path()) {
        let whole = fs::read(&path).expect("read");
        let pages = whole.len() / 512;
        for page in 2..pages {
            let mut damaged = whole.clone();
            damaged[page * 512..(page + 1) * 512].fill(0xa5);
            fs::write(&path, &damaged).expect("written");
            let Ok(items) = open(&SourceFile::single(format, &path), &path, &Options::default()) else { continue };
            let items: Vec<Item> = items.collect();
            let excepted = items.iter().filter(|item| matches!(item, Item::Excepted { .. })).count();
            let kept = records(&items).len();
            let codes = said(&items);
            all_said.extend(codes.iter().copied());
            // Every row is a record, an exception, or behind a fault that is said.
            let fault = codes.iter().any(|code| matches!(*code, "INGEST_READ_FAILED" | "INGEST_TABLE_UNKNOWN"));
            assert!(kept + excepted == 40 || fault, "{format} page {page}: {kept} + {excepted}, {codes:?}");
        }
    }
    let seen = ["INGEST_READ_FAILED", "INGEST_LOOKUP_UNREADABLE"].iter().all(|code| all_said.contains(code));
    assert!(seen, "{all_said:?}");
}

#[test]
fn a_view_that_never_ends_is_no_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
    let view = format!("CREATE VIEW MSG AS {endless} SELECT i AS CreateTime, 1 AS Type, 'x' AS StrTalker FROM n");
    let made = Made::new(folder.path(), "MSG0.db", &view);
    let started = Instant::now();
    assert!(matches!(detect(&made.path).expect_err("refused"), IngestError::Sqlite { .. }));
    let contact =
        format!("CREATE TABLE MSG{MSG}; CREATE VIEW Contact AS {endless} SELECT i AS UserName, i AS NickName FROM n");
    let made = Made::new(folder.path(), "b/MSG0.db", &contact);
    let items =
        open(&SourceFile::single(Format::Wechat3Db, &made.path), &made.path, &Options::default()).expect("opens");
    assert_eq!(said(&items.collect::<Vec<_>>()), ["INGEST_NAMES_MISSING"]);
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_row_that_is_too_large_is_set_aside_and_the_next_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Made::new(folder.path(), "MSG0.db", &format!("CREATE TABLE MSG{MSG}"));
    made.connection
        .execute_batch(
            "INSERT INTO MSG(Type, CreateTime, StrTalker, IsSender, StrContent) VALUES(1, 1709600400, 'wxid_a', 0, \
             CAST(zeroblob(68000000) AS TEXT)), (1, 1709600401, 'wxid_a', 0, 'next')",
        )
        .expect("inserted");
    let (_, items) = read(folder.path(), &Options::default());
    assert_eq!(said(&items), ["INGEST_NAMES_MISSING", "INGEST_RECORD_TOO_LARGE"]);
    assert_eq!(records(&items).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_damage_makes_reading_panic_or_go_on_for_ever(
        which in 0_usize..4,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..60),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let (format, path) = samples(folder.path()).swap_remove(which);
        let mut bytes = fs::read(&path).expect("read");
        for (at, value) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        fs::write(&path, &bytes).expect("written");
        let _ = detect(folder.path());
        if let Ok(items) = open(&SourceFile::single(format, &path), &path, &Options::default()) {
            prop_assert!(items.take(100_000).count() < 100_000);
        }
    }
}

#[test]
fn the_copy_that_is_read_is_one_that_sqlite_itself_would_show() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = with_log(folder.path());
    let shown: i64 = Connection::open(folder.path().join("made/MSG0.db"))
        .and_then(|connection| connection.query_row("SELECT count(*) FROM MSG", [], |row| row.get(0)))
        .expect("counted");
    let options = Options { scratch: Some(folder.path().join("scratch")), ..Options::default() };
    let items = open(&SourceFile::single(Format::Wechat3Db, &path), &path, &options).expect("opens");
    assert_eq!(records(&items.collect::<Vec<_>>()).len() as i64, shown);
}
