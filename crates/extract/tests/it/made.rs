//! Makes files: packages, documents, mails.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A ZIP of files. A media type is not pressed, so that it can be read from outside.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let method = if *name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("a file in a ZIP");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("a ZIP").into_inner()
}

/// A package of XML parts.
pub(crate) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, xml)| (*name, xml.as_bytes())).collect();
    zip(&parts)
}

/// Relations of a part: id, kind and target; a target with a scheme lies outside.
pub(crate) fn relations(of: &[(&str, &str, &str)]) -> String {
    let mut xml = "<Relationships>".to_owned();
    for (id, kind, target) in of {
        let mode = if target.contains("://") { " TargetMode=\"External\"" } else { "" };
        xml += &format!("<Relationship Id=\"{id}\" Type=\"http://x/{kind}\" Target=\"{target}\"{mode}/>");
    }
    xml + "</Relationships>"
}

/// A Word document with a body and other parts.
pub(crate) fn docx(body: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let main = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let root = relations(&[("r1", "officeDocument", "word/document.xml")]);
    let mut parts = vec![("_rels/.rels", root.as_str()), ("word/document.xml", main.as_str())];
    parts.extend(others);
    package(&parts)
}

/// A compound file of streams; storages on their way are made.
pub(crate) fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a compound file");
    for (path, bytes) in streams {
        let path = std::path::Path::new(path);
        file.create_storage_all(path.parent().expect("a stream has a storage")).expect("a storage");
        file.create_stream(path).and_then(|mut stream| stream.write_all(bytes)).expect("a stream");
    }
    file.flush().expect("the file");
    file.into_inner().into_inner()
}

/// A text in UTF-16.
pub(crate) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
