//! What kind of file an attachment is: by its content first, by its name where content is silent.

use crate::charset;
use crate::package;

/// How much of a file is looked at to see whether it is text.
const TEXT_PROBE: usize = 64 << 10;

/// Signatures: where they stand, what they are, the media type.
const SIGNATURES: &[(usize, &[u8], &str)] = &[
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"wxgf", "image/x-wxgf"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"#!SILK_V3", "audio/x-silk"),
    (1, b"#!SILK_V3", "audio/x-silk"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1a\x45\xdf\xa3", "video/x-matroska"),
    (0, b"FLV\x01", "video/x-flv"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (257, b"ustar", "application/x-tar"),
];

/// The brands of ISO media files, by the four bytes after `ftyp`.
const BRANDS: &[(&[u8], &str)] = &[
    (b"heic", "image/heic"),
    (b"heix", "image/heic"),
    (b"hevc", "image/heic"),
    (b"mif1", "image/heic"),
    (b"msf1", "image/heic"),
    (b"avif", "image/avif"),
    (b"M4A ", "audio/mp4"),
    (b"M4B ", "audio/mp4"),
    (b"qt  ", "video/quicktime"),
    (b"3gp4", "video/3gpp"),
    (b"3gp5", "video/3gpp"),
];

/// Extensions, for text and for what carries no signature.
const EXTENSIONS: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("md", "text/markdown"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("xml", "application/xml"),
    ("json", "application/json"),
    ("jsonl", "application/jsonl"),
    ("eml", "message/rfc822"),
    ("mht", "message/rfc822"),
    ("mhtml", "message/rfc822"),
    ("ics", "text/calendar"),
    ("vcf", "text/vcard"),
    ("svg", "image/svg+xml"),
];

/// Extensions of OLE files whose streams do not say what they are.
const OLE_EXTENSIONS: &[(&str, &str)] = &[
    ("doc", "application/msword"),
    ("xls", "application/vnd.ms-excel"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("msg", "application/vnd.ms-outlook"),
    ("wps", "application/vnd.ms-works"),
];

/// Returns the media type of a file by its content, then by its name.
pub fn mime_of(bytes: &[u8], name: &str) -> &'static str {
    by_signature(bytes)
        .or_else(|| by_structure(bytes, name))
        .unwrap_or_else(|| text_mime(bytes, name).unwrap_or("application/octet-stream"))
}

fn by_signature(bytes: &[u8]) -> Option<&'static str> {
    let stands =
        |&&(at, signature, _): &&(usize, &[u8], &str)| bytes.get(at..).is_some_and(|rest| rest.starts_with(signature));
    SIGNATURES.iter().find(stands).map(|&(_, _, mime)| mime)
}

fn by_structure(bytes: &[u8], name: &str) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(package::zip_mime(bytes));
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let by_name = || listed(OLE_EXTENSIONS, name).unwrap_or("application/x-ole-storage");
        return Some(package::ole_mime(bytes).unwrap_or_else(by_name));
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        let brand = bytes.get(8..12)?;
        return Some(BRANDS.iter().find(|(known, _)| *known == brand).map_or("video/mp4", |&(_, mime)| mime));
    }
    if bytes.starts_with(b"RIFF") {
        return match bytes.get(8..12)? {
            b"WEBP" => Some("image/webp"),
            b"WAVE" => Some("audio/wav"),
            b"AVI " => Some("video/x-msvideo"),
            _ => None,
        };
    }
    // Readers accept a PDF header anywhere in the first kilobyte.
    if bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-") {
        return Some("application/pdf");
    }
    if is_bitmap(bytes) {
        return Some("image/bmp");
    }
    is_mpeg_audio(bytes).then_some("audio/mpeg")
}

/// A bitmap's header tells its own size, which keeps texts that start with BM out.
fn is_bitmap(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) && bytes.len() >= 26
}

/// An MPEG audio frame: eleven set bits, layer II or III, a bit rate and a sampling rate that
/// exist. Layer I is out of use, and its first bytes are those of a UTF-16 byte order mark.
fn is_mpeg_audio(bytes: &[u8]) -> bool {
    let [0xff, second, third, ..] = *bytes else { return false };
    second & 0xe0 == 0xe0
        && matches!(second & 0x06, 0x02 | 0x04)
        && second & 0x18 != 0x08
        && third & 0xf0 != 0xf0
        && third & 0xf0 != 0
        && third & 0x0c != 0x0c
}

fn text_mime(bytes: &[u8], name: &str) -> Option<&'static str> {
    let probe = &bytes[..bytes.len().min(TEXT_PROBE)];
    let has_mark = encoding_rs::Encoding::for_bom(probe).is_some();
    if !has_mark && !charset::is_text(probe) {
        return None;
    }
    let start = String::from_utf8_lossy(&probe[..probe.len().min(512)]).to_lowercase();
    let start = start.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        return Some("text/html");
    }
    if start.starts_with("<svg") || start.starts_with("<?xml") && start.contains("<svg") {
        return Some("image/svg+xml");
    }
    if let Some(mime) = listed(EXTENSIONS, name) {
        return Some(mime);
    }
    if start.starts_with("<?xml") {
        return Some("application/xml");
    }
    Some("text/plain")
}

fn listed(table: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    table.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension)).map(|&(_, mime)| mime)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip_of(name: &str) -> Vec<u8> {
        let mut out = b"PK\x03\x04".to_vec();
        out.resize(30, 0);
        out.extend(b"PK\x01\x02");
        out.resize(58, 0);
        out.extend((name.len() as u16).to_le_bytes());
        out.resize(76, 0);
        out.extend(name.as_bytes());
        out
    }

    #[test]
    fn knows_files_by_content() {
        let ole = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), b"W\0o\0r\0k\0b\0o\0o\0k\0"].concat();
        let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        let cases: Vec<(Vec<u8>, &str, &str)> = vec![
            (b"\xff\xd8\xff\xe0".to_vec(), "a.txt", "image/jpeg"),
            (b"RIFF\0\0\0\0WEBPVP8 ".to_vec(), "a", "image/webp"),
            (b"RIFF\0\0\0\0WAVEfmt ".to_vec(), "a", "audio/wav"),
            (b"\0\0\0\x18ftypheic".to_vec(), "a", "image/heic"),
            (b"\0\0\0\x18ftypisom".to_vec(), "a", "video/mp4"),
            (b"\0\0\0\x18ftypqt  ".to_vec(), "a", "video/quicktime"),
            (b"\0\0\0\x18ftypM4A ".to_vec(), "a", "audio/mp4"),
            (b"wxgf\x01".to_vec(), "a.jpg", "image/x-wxgf"),
            (b"\x02#!SILK_V3".to_vec(), "a", "audio/x-silk"),
            (b"#!AMR\n".to_vec(), "a", "audio/amr"),
            (b"\xff\xfb\x90\x64".to_vec(), "a", "audio/mpeg"),
            (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0".to_vec(), "a", "image/bmp"),
            (b"junk %PDF-1.4".to_vec(), "a", "application/pdf"),
            (zip_of("word/document.xml"), "a.zip", word),
            (zip_of("other"), "a.docx", "application/zip"),
            (ole, "a.doc", "application/vnd.ms-excel"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "a.PPT", "application/vnd.ms-powerpoint"),
            (b"Rar!\x1a\x07\x01".to_vec(), "a", "application/vnd.rar"),
        ];
        for (bytes, name, expect) in cases {
            assert_eq!(mime_of(&bytes, name), expect, "{bytes:?}");
        }
    }

    #[test]
    fn knows_texts_by_name() {
        let cases = [
            ("BM is a bank", "a.txt", "text/plain"),
            ("a,b", "A.CSV", "text/csv"),
            ("{}", "a.json", "application/json"),
            ("From: a", "a.eml", "message/rfc822"),
            ("\u{feff}<!DOCTYPE html>", "a.txt", "text/html"),
            ("<?xml version='1.0'?><a/>", "a", "application/xml"),
            ("", "a.jpg", "text/plain"),
        ];
        for (text, name, expect) in cases {
            assert_eq!(mime_of(text.as_bytes(), name), expect, "{text}");
        }
        assert_eq!(mime_of(&[0, 1, 2, 3], "a.txt"), "application/octet-stream");
        assert_eq!(mime_of(b"\xff\xfea\0", "a.txt"), "text/plain");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200), name in ".{0,9}") {
            mime_of(&bytes, &name);
        }
    }
}
