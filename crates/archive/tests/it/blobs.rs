//! Attachments by digest: stored once, checked on reading, whole or not at all.

use std::fs;

use duces_archive::{ArchiveError, Attribution, Matter, PutError};
use duces_files::Disk;
use duces_model::{BlobSource, Digest};

use crate::{House, config};

#[test]
fn bytes_come_back_and_are_stored_once() {
    let house = House::new();
    let file = house.folder.path().join("a.bin");
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    fs::write(&file, &bytes).unwrap();
    let blobs = house.matter.blobs();
    let (digest, size) = blobs.put(&file).unwrap();
    assert_eq!((digest, size), (Digest::of(&bytes), 300_000));
    assert_eq!(blobs.put_bytes(&bytes).unwrap(), (digest, size));
    blobs.sync().unwrap();
    assert_eq!(blobs.read(&digest).unwrap(), bytes);
    let mut copy = Vec::new();
    assert_eq!(blobs.copy(&digest, &mut copy).unwrap(), 300_000);
    assert_eq!(copy, bytes);
    let hex = digest.to_string();
    assert!(house.dir().join("blobs/sha256").join(&hex[..2]).join(&hex[2..4]).join(&hex).is_file());
    assert_eq!(fs::read_dir(house.dir().join("blobs/partial")).unwrap().count(), 0);
    assert_eq!(blobs.put_bytes(b"").unwrap().1, 0);
}

#[test]
fn a_damaged_blob_is_refused_and_mended_by_its_source() {
    let house = House::new();
    let blobs = house.matter.blobs();
    let (digest, _) = blobs.put_bytes(b"evidence").unwrap();
    fs::write(blobs.path(&digest), b"evidencX").unwrap();
    assert!(blobs.read(&digest).is_err());
    assert!(blobs.copy(&digest, &mut Vec::new()).is_err());
    blobs.put_bytes(b"evidence").unwrap();
    assert_eq!(blobs.read(&digest).unwrap(), b"evidence");
    assert!(blobs.read(&Digest::of(b"none")).is_err());
}

#[test]
fn each_side_is_told_apart_when_storing_fails() {
    let house = House::new();
    let none = house.folder.path().join("none");
    assert!(matches!(house.matter.blobs().put(&none), Err(PutError::Source(_))));
    for n in 1..12 {
        let dir = house.folder.path().join(format!("full{n}"));
        Matter::create(&dir, &config()).unwrap();
        let matter = Matter::open_on(Disk::failing(n), &dir).unwrap();
        match matter.blobs().put_bytes(b"x") {
            Err(PutError::Store(_)) => {}
            Err(PutError::Source(e)) => panic!("call {n}: {e}"),
            Ok(_) => {
                let synced = matter.blobs().sync();
                assert!(synced.is_ok() || matches!(synced, Err(ArchiveError::Files(_))));
                if synced.is_ok() {
                    return;
                }
            }
        }
        assert_eq!(matter.blobs().read(&Digest::of(b"x")).ok().filter(|bytes| bytes != b"x"), None);
    }
    panic!("a disk that fails late enough does not fail");
}

#[test]
fn what_a_killed_process_left_is_swept_by_the_next_writer() {
    let house = House::new();
    house.matter.blobs().put_bytes(b"x").unwrap();
    let partial = house.dir().join("blobs/partial/7");
    fs::write(&partial, "half").unwrap();
    drop(house.matter.writer(Attribution::default()).unwrap());
    assert!(!partial.exists());
}
