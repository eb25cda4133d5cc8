//! The headers of a ZIP as bytes, by PKWARE's APPNOTE.TXT 6.3 (clause numbers in the comments).

/// Content as it is (4.4.5).
pub(crate) const STORED: u16 = 0;
/// Deflated content (4.4.5).
pub(crate) const DEFLATED: u16 = 8;

/// 1980-01-01 00:00 as MS-DOS packs it (4.4.6): the first time there is.
const DOS_DATE: u16 = 0x21;
const DOS_TIME: u16 = 0;
/// A regular file that its owner may write and everybody read (4.4.15), made on Unix (4.4.2).
const EXTERNAL_ATTRIBUTES: u32 = 0o100_644 << 16;
const MADE_BY: u16 = 3 << 8 | VERSION_ZIP64;
/// What a reader must know (4.4.3): stored files, deflate, Zip64.
const VERSION_STORED: u16 = 10;
const VERSION_DEFLATED: u16 = 20;
const VERSION_ZIP64: u16 = 45;
/// Stands where the number is in the Zip64 record instead (4.4.1.4).
const IN_ZIP64: u32 = u32::MAX;

/// What the headers say of one entry.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) method: u16,
    pub(crate) crc32: u32,
    pub(crate) packed: u64,
    pub(crate) size: u64,
    pub(crate) offset: u64,
}

fn short(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(IN_ZIP64)
}

fn is_long(number: u64) -> bool {
    number >= u64::from(IN_ZIP64)
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn u16(&mut self, number: u16) {
        self.0.extend(number.to_le_bytes());
    }

    fn u32(&mut self, number: u32) {
        self.0.extend(number.to_le_bytes());
    }

    fn u64(&mut self, number: u64) {
        self.0.extend(number.to_le_bytes());
    }
}

impl Entry {
    fn version(&self, is_zip64: bool) -> u16 {
        match self.method {
            _ if is_zip64 => VERSION_ZIP64,
            STORED => VERSION_STORED,
            _ => VERSION_DEFLATED,
        }
    }

    /// The fields that both headers share, from the version to the length of the name.
    fn middle(&self, out: &mut Bytes, is_zip64: bool, sizes: (u32, u32), extra: usize) {
        out.u16(self.version(is_zip64));
        out.u16(0);
        out.u16(self.method);
        out.u16(DOS_TIME);
        out.u16(DOS_DATE);
        out.u32(self.crc32);
        out.u32(sizes.0);
        out.u32(sizes.1);
        out.u16(u16::try_from(self.name.len()).expect("names are checked to be at most 1,024 bytes"));
        out.u16(u16::try_from(extra).expect("a Zip64 field has at most 28 bytes"));
    }

    /// Returns the header before the content (4.3.7). Zip64 there takes both sizes or none (4.5.3).
    pub(crate) fn local_header(&self) -> Vec<u8> {
        let is_zip64 = is_long(self.size) || is_long(self.packed);
        let sizes = if is_zip64 { (IN_ZIP64, IN_ZIP64) } else { (short(self.packed), short(self.size)) };
        let mut out = Bytes(Vec::with_capacity(64 + self.name.len()));
        out.u32(0x0403_4b50);
        self.middle(&mut out, is_zip64, sizes, if is_zip64 { 20 } else { 0 });
        out.0.extend(self.name.as_bytes());
        if is_zip64 {
            out.u16(1);
            out.u16(16);
            out.u64(self.size);
            out.u64(self.packed);
        }
        out.0
    }

    /// Returns the header in the central directory (4.3.12). Zip64 there takes only what does not fit (4.5.3).
    pub(crate) fn central_header(&self) -> Vec<u8> {
        let long: Vec<u64> = [self.size, self.packed, self.offset].into_iter().filter(|n| is_long(*n)).collect();
        let extra = if long.is_empty() { 0 } else { 4 + 8 * long.len() };
        let mut out = Bytes(Vec::with_capacity(80 + self.name.len()));
        out.u32(0x0201_4b50);
        out.u16(MADE_BY);
        self.middle(&mut out, !long.is_empty(), (short(self.packed), short(self.size)), extra);
        // No comment, the first disk, no internal attributes.
        out.u16(0);
        out.u16(0);
        out.u16(0);
        out.u32(EXTERNAL_ATTRIBUTES);
        out.u32(short(self.offset));
        out.0.extend(self.name.as_bytes());
        if !long.is_empty() {
            out.u16(1);
            out.u16(u16::try_from(8 * long.len()).expect("at most three numbers"));
            long.into_iter().for_each(|number| out.u64(number));
        }
        out.0
    }
}

/// Returns what stands after the central directory: the Zip64 records (4.3.14, 4.3.15) where needed, and the end (4.3.16).
pub(crate) fn end_of_directory(entries: u64, start: u64, length: u64) -> Vec<u8> {
    let mut out = Bytes(Vec::with_capacity(98));
    if entries >= u64::from(u16::MAX) || is_long(start) || is_long(length) {
        out.u32(0x0606_4b50);
        // The length of the rest of this record.
        out.u64(44);
        out.u16(MADE_BY);
        out.u16(VERSION_ZIP64);
        out.u32(0);
        out.u32(0);
        out.u64(entries);
        out.u64(entries);
        out.u64(length);
        out.u64(start);
        out.u32(0x0706_4b50);
        out.u32(0);
        out.u64(start + length);
        out.u32(1);
    }
    let few = u16::try_from(entries).unwrap_or(u16::MAX);
    out.u32(0x0605_4b50);
    out.u16(0);
    out.u16(0);
    out.u16(few);
    out.u16(few);
    out.u32(short(length));
    out.u32(short(start));
    out.u16(0);
    out.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(size: u64, packed: u64, offset: u64) -> Entry {
        Entry { name: "A/B.pdf".to_owned(), method: STORED, crc32: 0x1234_5678, packed, size, offset }
    }

    #[test]
    fn a_small_entry_has_no_extra_field() {
        let local = entry(5, 5, 9).local_header();
        assert_eq!(local.len(), 30 + 7);
        assert_eq!(&local[26..30], [7, 0, 0, 0]);
        let central = entry(5, 5, 9).central_header();
        assert_eq!(central.len(), 46 + 7);
        assert_eq!(&central[42..46], [9, 0, 0, 0]);
        assert_eq!(end_of_directory(65_534, 9, 53).len(), 22);
    }

    #[test]
    fn only_what_does_not_fit_goes_into_zip64() {
        let big = 5_000_000_000_u64;
        let local = entry(big, big, 0).local_header();
        assert_eq!(&local[4..6], [45, 0]);
        assert_eq!(&local[18..26], [0xff; 8]);
        assert_eq!(&local[37..41], [1, 0, 16, 0]);
        assert_eq!(&local[41..49], big.to_le_bytes());
        // A far offset alone is the central directory's business.
        assert_eq!(entry(5, 5, big).local_header().len(), 37);
        let central = entry(5, 5, big).central_header();
        assert_eq!(&central[42..46], [0xff; 4]);
        assert_eq!(&central[53..57], [1, 0, 8, 0]);
        assert_eq!(&central[57..65], big.to_le_bytes());
        // The largest number stands for Zip64 and so cannot stand for itself.
        assert_eq!(entry(u64::from(u32::MAX), 1, 0).central_header().len(), 46 + 7 + 12);
        for long in [end_of_directory(65_535, 9, 53), end_of_directory(1, big, 53), end_of_directory(1, 9, big)] {
            assert_eq!(long.len(), 56 + 20 + 22);
        }
    }
}
