//! Changes single fields of a ZIP that the writer would never write.

/// Returns where the central header of the entry whose name ends in `name` starts.
fn central(zip: &[u8], name: &str) -> usize {
    header(zip, b"PK\x01\x02", 46, 28, name)
}

fn local(zip: &[u8], name: &str) -> usize {
    header(zip, b"PK\x03\x04", 30, 26, name)
}

fn header(zip: &[u8], sign: &[u8], fixed: usize, length_at: usize, name: &str) -> usize {
    let found = (0..zip.len()).filter(|&at| zip[at..].starts_with(sign)).find(|&at| {
        let length = usize::from(u16::from_le_bytes([zip[at + length_at], zip[at + length_at + 1]]));
        zip.get(at + fixed..at + fixed + length).is_some_and(|found| found.ends_with(name.as_bytes()))
    });
    found.unwrap_or_else(|| panic!("no entry {name}"))
}

fn put(zip: &mut [u8], at: usize, bytes: &[u8]) {
    zip[at..at + bytes.len()].copy_from_slice(bytes);
}

/// Gives an entry another name of the same length.
pub fn rename(zip: &mut [u8], name: &str, new: &str) {
    assert_eq!(name.len(), new.len());
    for (at, fixed, length_at) in [(central(zip, name), 46, 28), (local(zip, name), 30, 26)] {
        let length = usize::from(u16::from_le_bytes([zip[at + length_at], zip[at + length_at + 1]]));
        put(zip, at + fixed + length - name.len(), new.as_bytes());
    }
}

/// Makes an entry a symbolic link.
pub fn make_link(zip: &mut [u8], name: &str) {
    let at = central(zip, name);
    // Made by Unix, with the mode of a link.
    put(zip, at + 5, &[3]);
    put(zip, at + 38, &(0o120_777_u32 << 16).to_le_bytes());
}

/// Gives an entry another time.
pub fn set_time(zip: &mut [u8], name: &str) {
    let (central, local) = (central(zip, name), local(zip, name));
    put(zip, central + 12, &[1, 2]);
    put(zip, local + 10, &[1, 2]);
}

/// Lets an entry claim two gigabytes.
pub fn claim_size(zip: &mut [u8], name: &str) {
    let (central, local) = (central(zip, name), local(zip, name));
    put(zip, central + 24, &0x7fff_ffff_u32.to_le_bytes());
    put(zip, local + 22, &0x7fff_ffff_u32.to_le_bytes());
}

/// Marks an entry as encrypted.
pub fn encrypt(zip: &mut [u8], name: &str) {
    let (central, local) = (central(zip, name), local(zip, name));
    zip[central + 8] |= 1;
    zip[local + 6] |= 1;
}

/// Adds a comment to the ZIP.
pub fn comment(zip: &mut Vec<u8>, text: &str) {
    let at = zip.len() - 2;
    put(zip, at, &u16::try_from(text.len()).expect("short").to_le_bytes());
    zip.extend(text.as_bytes());
}

/// Adds an extra field without meaning to the central header of an entry.
pub fn add_extra(zip: &mut Vec<u8>, name: &str) {
    let at = central(zip, name);
    let length = usize::from(u16::from_le_bytes([zip[at + 28], zip[at + 29]]));
    let extra = [0x99, 0x99, 1, 0, 7];
    assert_eq!(zip[at + 30..at + 32], [0, 0], "no extra data yet");
    put(zip, at + 30, &[5, 0]);
    zip.splice(at + 46 + length..at + 46 + length, extra);
    let end = zip.len() - 22;
    let size = u32::from_le_bytes([zip[end + 12], zip[end + 13], zip[end + 14], zip[end + 15]]) + 5;
    put(zip, end + 12, &size.to_le_bytes());
}

/// Changes one byte of an entry's content.
pub fn damage(zip: &mut [u8], name: &str) {
    let at = local(zip, name);
    let length = usize::from(u16::from_le_bytes([zip[at + 26], zip[at + 27]]));
    zip[at + 30 + length + 20] ^= 1;
}
