//! A ZIP for the tests, written by hand: the writer of the product makes none that are wrong.

use std::io::Write as _;

/// Returns a ZIP of stored files; a name may be anything.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(files, 0, 0o100_644)
}

/// Returns a ZIP whose entries have these flags and this Unix mode.
pub fn zip_with(files: &[(&str, &[u8])], flags: u16, mode: u32) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let (at, size) = (u32::try_from(out.len()).unwrap(), u32::try_from(bytes.len()).unwrap());
        let mut shared = Vec::new();
        for short in [20, 0x800 | flags, 0, 0, 0x21] {
            shared.extend(u16::to_le_bytes(short));
        }
        for long in [crc32fast::hash(bytes), size, size] {
            shared.extend(long.to_le_bytes());
        }
        shared.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        shared.extend([0, 0]);
        out.write_all(b"PK\x03\x04").unwrap();
        out.extend(&shared);
        out.extend(name.as_bytes());
        out.extend(*bytes);
        directory.extend(b"PK\x01\x02\x2d\x03");
        directory.extend(&shared);
        directory.extend([0; 6]);
        directory.extend((mode << 16).to_le_bytes());
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, size) = (u32::try_from(out.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    let count = u16::try_from(files.len()).unwrap();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    for short in [count, count] {
        out.extend(short.to_le_bytes());
    }
    for long in [size, start] {
        out.extend(long.to_le_bytes());
    }
    out.extend([0, 0]);
    out
}
