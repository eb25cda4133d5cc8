//! The bytes of an attachment, read where they lie in the mail: its base64 is decoded at the place that is asked for.
//!
//! So a ZIP of two gigabytes is looked through and read without being unpacked or held in memory. That takes lines of
//! equal length, as every tool writes them; where they are not, the attachment is decoded as a whole.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use duces_files::{ReadAt, SharedFile};

use crate::error::RsmfError;
use crate::mail::Part;

/// Bits that are left over are no fault of the data.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Returns the content of a part as a file of its own; `None` where it is encoded in a way that is not read.
pub(crate) fn content_of(path: &Path, part: &Part) -> Result<Option<SharedFile>, RsmfError> {
    let failed = |source| RsmfError::Io { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let length = part.end - part.start;
    match part.headers.kind("Content-Transfer-Encoding").as_deref() {
        Some("base64") => {}
        None | Some("7bit" | "8bit" | "binary") => {
            return Ok(Some(SharedFile::over(Arc::new(Slice { file, start: part.start, length }), length)));
        }
        Some(_) => return Ok(None),
    }
    if part.lines.equal && part.lines.length.is_multiple_of(4) && part.lines.length > 0 {
        let region = Region::of(file, part).map_err(failed)?;
        let length = region.length;
        return Ok(Some(SharedFile::over(Arc::new(region), length)));
    }
    let mut text = vec![0; usize::try_from(length).map_err(|_| failed(io::ErrorKind::FileTooLarge.into()))?];
    read_exactly(&file, &mut text, part.start).map_err(failed)?;
    text.retain(|byte| !byte.is_ascii_whitespace());
    let bytes = ENGINE.decode(&text).map_err(|error| failed(broken(&error)))?;
    let length = bytes.len() as u64;
    Ok(Some(SharedFile::over(Arc::new(bytes), length)))
}

fn broken(error: &base64::DecodeError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("its base64 is broken: {error}"))
}

fn read_exactly(file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], at + filled as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => filled += read,
        }
    }
    Ok(())
}

/// A part that is not encoded.
#[derive(Debug)]
struct Slice {
    file: File,
    start: u64,
    length: u64,
}

impl ReadAt for Slice {
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        self.file.read_at(&mut buffer[..wanted], self.start + at)
    }
}

/// A part in base64 with lines of equal length.
#[derive(Debug)]
struct Region {
    file: File,
    start: u64,
    end: u64,
    /// Characters a line, a multiple of four.
    line: u64,
    ending: u64,
    /// How many bytes it decodes to.
    length: u64,
}

impl Region {
    fn of(file: File, part: &Part) -> io::Result<Self> {
        let (line, ending) = (part.lines.length, part.lines.ending);
        let total = part.end - part.start;
        let whole = total / (line + ending);
        let characters = whole * line + (total - whole * (line + ending)).min(line);
        let mut tail = [0; 2];
        let tail_length = usize::try_from(total.min(2)).expect("at most 2");
        read_exactly(&file, &mut tail[..tail_length], part.end - tail_length as u64)?;
        let padding = tail[..tail_length].iter().filter(|byte| **byte == b'=').count() as u64;
        // Whatever is no whole group, or lacks its padding, still holds the bytes that its characters hold.
        let length = (characters - padding) * 3 / 4;
        Ok(Self { file, start: part.start, end: part.end, line, ending, length })
    }

    /// Returns where in the file the group of four characters stands that holds a byte.
    fn place_of(&self, group: u64) -> u64 {
        let groups = self.line / 4;
        self.start + group / groups * (self.line + self.ending) + group % groups * 4
    }
}

impl ReadAt for Region {
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        if at >= self.length || buffer.is_empty() {
            return Ok(0);
        }
        let wanted = (buffer.len() as u64).min(self.length - at);
        let (first, last) = (at / 3, (at + wanted - 1) / 3);
        let from = self.place_of(first);
        let to = (self.place_of(last) + 4).min(self.end);
        let mut text = vec![0; usize::try_from(to - from).map_err(|_| io::ErrorKind::FileTooLarge)?];
        read_exactly(&self.file, &mut text, from)?;
        text.retain(|byte| !matches!(byte, b'\r' | b'\n'));
        let bytes = ENGINE.decode(&text).map_err(|error| broken(&error))?;
        let skipped = usize::try_from(at % 3).expect("less than 3");
        let found = bytes.get(skipped..).unwrap_or_default();
        let taken = found.len().min(usize::try_from(wanted).unwrap_or(usize::MAX));
        buffer[..taken].copy_from_slice(&found[..taken]);
        if taken == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its base64 ends before its lines do"));
        }
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek, SeekFrom};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_place_of_any_layout_decodes_to_the_same_bytes(
            bytes in proptest::collection::vec(any::<u8>(), 0..400),
            line in 1_usize..90,
            crlf in any::<bool>(),
            places in proptest::collection::vec(0_u64..420, 1..6),
        ) {
            let text = base64::engine::general_purpose::STANDARD.encode(&bytes);
            let ending = if crlf { "\r\n" } else { "\n" };
            let lines: Vec<&str> = text.as_bytes().chunks(line).map(|l| std::str::from_utf8(l).expect("ASCII")).collect();
            let mail = format!("A: b\nContent-Transfer-Encoding: base64\n\n{}{ending}", lines.join(ending));
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("a");
            std::fs::write(&path, mail).expect("written");
            let part = crate::mail::scan(&path).expect("readable").parts.pop().expect("a part");
            let mut file = content_of(&path, &part).expect("readable").expect("base64");
            prop_assert_eq!(file.length(), bytes.len() as u64);
            for place in places {
                file.seek(SeekFrom::Start(place)).expect("seeks");
                let mut rest = Vec::new();
                file.read_to_end(&mut rest).expect("reads");
                let expected = bytes.get(place as usize..).unwrap_or_default();
                prop_assert_eq!(rest.as_slice(), expected);
            }
        }
    }
}
