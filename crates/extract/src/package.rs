//! Looks into ZIP packages and OLE files for what kind of document they are.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Returns the media type of a ZIP package by the names in its directory.
pub(crate) fn zip_mime(bytes: &[u8]) -> &'static str {
    let mut kind = "application/zip";
    for name in names(bytes) {
        kind = match name {
            // Some programs number the main part.
            name if name.starts_with(b"word/document") && name.ends_with(b".xml") => {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
            b"xl/workbook.xml" | b"xl/workbook.bin" => {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
            b"ppt/presentation.xml" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            b"AndroidManifest.xml" => "application/vnd.android.package-archive",
            b"META-INF/container.xml" => "application/epub+zip",
            b"mimetype" => open_document(bytes).unwrap_or(kind),
            _ => continue,
        };
        if kind != "application/zip" {
            return kind;
        }
    }
    kind
}

/// Returns the names in the central directory, in order.
fn names(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let directory = directory(bytes);
    let mut at = directory.unwrap_or(0);
    std::iter::from_fn(move || {
        let rest = bytes.get(at..)?;
        let found = match directory {
            Some(_) => rest.starts_with(b"PK\x01\x02").then_some(0)?,
            None => rest.windows(4).position(|window| window == b"PK\x01\x02")?,
        };
        let header = at + found;
        let length = |from: usize| {
            let bytes = bytes.get(header + from..header + from + 2)?;
            Some(usize::from(u16::from_le_bytes(*bytes.first_chunk()?)))
        };
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        at = if directory.is_some() { header + 46 + name + extra + comment } else { header + 4 };
        Some(bytes.get(header + 46..header + 46 + name).unwrap_or(&[]))
    })
}

/// How far from the end of a ZIP its end record may begin.
const END: usize = 22 + 65_535;

/// Returns where the central directory begins, by the record at the end. A ZIP that is packed in another one has a
/// directory too, which must not be taken for that of the whole.
fn directory(bytes: &[u8]) -> Option<usize> {
    let tail = bytes.len().saturating_sub(END);
    let end = tail + bytes.get(tail..)?.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let size = u32::from_le_bytes(*bytes.get(end + 12..)?.first_chunk()?);
    let start = end.checked_sub(usize::try_from(size).ok()?)?;
    bytes.get(start..)?.starts_with(b"PK\x01\x02").then_some(start)
}

/// An OpenDocument file starts with its media type, stored in the first entry.
fn open_document(bytes: &[u8]) -> Option<&'static str> {
    let types = [
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "application/epub+zip",
    ];
    let start = bytes.get(38..)?;
    types.into_iter().find(|kind| start.starts_with(kind.as_bytes()))
}

/// Returns the media type of an OLE compound file by the names of its streams.
pub(crate) fn ole_mime(bytes: &[u8]) -> Option<&'static str> {
    let kinds = [
        ("__properties_version1.0", "application/vnd.ms-outlook"),
        ("EncryptedPackage", "application/x-ole-storage"),
        ("WordDocument", "application/msword"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
        ("Workbook", "application/vnd.ms-excel"),
        ("Book", "application/vnd.ms-excel"),
    ];
    // The library is held to its word that it does not panic, and a large file may be here in part only.
    let file = catch_unwind(AssertUnwindSafe(|| cfb::CompoundFile::open(Cursor::new(bytes)).ok())).ok().flatten();
    if let Some(file) = file {
        return kinds.into_iter().find(|(name, _)| file.is_stream(name)).map(|(_, mime)| mime);
    }
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    kinds.into_iter().find(|(name, _)| has(name)).map(|(_, mime)| mime)
}
