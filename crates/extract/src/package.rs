//! Looks into ZIP packages and OLE files for what kind of document they are.

/// Returns the media type of a ZIP package by the names in its directory.
pub(crate) fn zip_mime(bytes: &[u8]) -> &'static str {
    let mut kind = "application/zip";
    for name in names(bytes) {
        kind = match name {
            b"word/document.xml" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
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

/// Returns the names in the central directory, found by its signature, in order.
fn names(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let found = bytes.get(at..)?.windows(4).position(|window| window == b"PK\x01\x02")?;
        let header = at + found;
        at = header + 4;
        let length = bytes.get(header + 28..header + 30)?;
        let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
        Some(bytes.get(header + 46..header + 46 + length).unwrap_or(&[]))
    })
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
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    let kinds = [
        ("__substg1.0_", "application/vnd.ms-outlook"),
        ("WordDocument", "application/msword"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
        ("Workbook", "application/vnd.ms-excel"),
    ];
    kinds.into_iter().find(|(name, _)| has(name)).map(|(_, mime)| mime)
}
