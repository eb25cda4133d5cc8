//! The MD5 that a source declares for an attachment, held against the bytes. Nothing else is told by it: what tells
//! files apart in the matter is their SHA-256.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use duces_model::{Finding, Place, SourceAttachment};
use md5::{Digest as _, Md5};

use crate::codes;

/// An MD5.
pub(crate) type Md5Sum = [u8; 16];

/// What a source declares for the bytes of an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Declared<'a> {
    Nothing,
    Md5(Md5Sum),
    /// Something that is no MD5.
    Other(&'a str),
}

impl<'a> Declared<'a> {
    pub(crate) fn of(source: &'a SourceAttachment) -> Self {
        match source.md5.as_deref().map(str::trim) {
            None | Some("") => Self::Nothing,
            Some(text) => md5_from_hex(text).map_or(Self::Other(text), Self::Md5),
        }
    }

    /// Says where the bytes are not those that the source declares; their MD5 is only asked for where there is one.
    pub(crate) fn differs_from(
        self,
        found: impl FnOnce() -> Option<Md5Sum>,
        source: &SourceAttachment,
        place: &Place,
    ) -> Option<Finding> {
        let what = source.name.as_deref().unwrap_or_else(|| source.role.label());
        let text = match self {
            Self::Nothing => return None,
            Self::Md5(declared) => match found() {
                Some(found) if found == declared => return None,
                Some(found) => format!(
                    "attachment `{what}`: the source declares MD5 {}, and the bytes have {}; they are kept as they are",
                    hex(&declared),
                    hex(&found)
                ),
                None => format!(
                    "attachment `{what}`: the source declares MD5 {}, and the file could not be read again to be checked",
                    hex(&declared)
                ),
            },
            Self::Other(text) => {
                format!("attachment `{what}`: the source declares `{text}` as MD5, which is none; nothing was checked")
            }
        };
        Some(Finding::new(&codes::ATTACHMENT_MD5, place.clone(), text))
    }
}

/// Returns the MD5 of bytes.
pub(crate) fn md5_of(bytes: &[u8]) -> Md5Sum {
    Md5::digest(bytes).into()
}

/// Returns the MD5 of a file.
pub(crate) fn md5_of_file(path: &Path) -> io::Result<Md5Sum> {
    let mut file = File::open(path)?;
    let mut hasher = Md5::new();
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finalize().into()),
            Ok(n) => hasher.update(&buffer[..n]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

fn md5_from_hex(text: &str) -> Option<Md5Sum> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits: [u8; 32] = digits?.try_into().ok()?;
    Some(std::array::from_fn(|at| digits[2 * at] << 4 | digits[2 * at + 1]))
}

fn hex(sum: &Md5Sum) -> String {
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_thirty_two_digits_in_either_case() {
        let sum = md5_of(b"abc");
        assert_eq!(hex(&sum), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(md5_from_hex("900150983CD24FB0D6963F7D28E17F72"), Some(sum));
        for wrong in [
            "",
            "900150983cd24fb0d6963f7d28e17f7",
            "900150983cd24fb0d6963f7d28e17f720",
            "g00150983cd24fb0d6963f7d28e17f72",
            "九00150983cd24fb0d6963f7d28e17f72",
        ] {
            assert_eq!(md5_from_hex(wrong), None, "{wrong}");
        }
    }
}
