//! Writes EDRM XML 1.2 in the shape that Nuix writes: `Fields`, then `Batch` with `Documents` and `Relationships`.

use std::io::Write;

use duces_model::{Cleared, Digest};

use crate::cell::{Lists, iso, write_cell};
use crate::dialect::Dialect;
use crate::error::LoadFileError;
use crate::field::{Field, Kind};
use crate::replaced::Replaced;
use crate::value::{Row, Value};
use crate::xml_escape::escaped;

/// What a file is to its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdrmFileKind {
    /// The file as collected.
    Native,
    /// The text.
    Text,
    /// The pages, here a PDF.
    Image,
}

/// A file of a document, as it lies in the volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdrmFile {
    /// What it is.
    pub kind: EdrmFileKind,
    /// Its path in the volume, with `/`.
    pub path: String,
    /// How many bytes.
    pub size: u64,
    /// Their SHA-256.
    pub digest: Digest,
}

/// Writes an EDRM XML file, document by document. Only the pairs of its families are kept until the end.
pub struct EdrmWriter<W> {
    sink: W,
    dialect: Dialect,
    replaced: Replaced,
    families: Vec<(String, String)>,
    cell: String,
    out: String,
}

impl<W: Write> EdrmWriter<W> {
    /// Checks the dialect and writes the definitions of the fields. `description` names the volume.
    pub fn new(sink: W, dialect: &Dialect, description: &str) -> Result<Self, LoadFileError> {
        dialect.check()?;
        let replaced = Replaced::default();
        let dialect = dialect.clone();
        let mut xml = Self { sink, dialect, replaced, families: Vec::new(), cell: String::new(), out: String::new() };
        xml.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
        xml.out.push_str("<Root MajorVersion=\"1\" MinorVersion=\"2\"");
        xml.attribute("Description", description);
        xml.out.push_str(" Locale=\"US\" DataInterchangeType=\"Update\">\n  <Fields>\n");
        for n in 0..xml.dialect.columns.len() {
            let column = xml.dialect.columns[n].clone();
            xml.out.push_str("    <Field");
            xml.attribute("Name", &column.name);
            xml.attribute("DataType", column.field.kind().edrm_type());
            xml.attribute("Key", &format!("field_{n}"));
            xml.out.push_str("/>\n");
        }
        xml.out.push_str("  </Fields>\n  <Batch>\n    <Documents>\n");
        xml.write_out()?;
        Ok(xml)
    }

    /// Writes one document. `DocID` is its BEGBATES; PARENTBATES makes it an attachment of that document.
    pub fn row(&mut self, row: &Cleared<Row>, files: &[EdrmFile]) -> Result<(), LoadFileError> {
        let id = row.text(Field::BegBates);
        if id.is_empty() {
            let (format, field, why) = ("EDRM XML", Field::BegBates.name(), "a document needs its number");
            return Err(LoadFileError::Value { format, field, value: String::new(), document: String::new(), why });
        }
        self.out.push_str("      <Document");
        self.attribute("DocID", id);
        let parent = row.text(Field::ParentBates);
        let is_transcript = parent.is_empty() && !row.get(Field::ConversationId).is_empty();
        self.attribute("DocType", if is_transcript { "Message" } else { "File" });
        if !row.get(Field::MimeType).is_empty() {
            self.attribute("MimeType", row.text(Field::MimeType));
        }
        self.out.push_str(">\n        <FieldValues>\n");
        self.field_values(row);
        self.out.push_str("        </FieldValues>\n");
        self.files(files);
        self.location(row);
        self.out.push_str("      </Document>\n");
        if !parent.is_empty() {
            self.families.push((parent.to_owned(), id.to_owned()));
        }
        self.write_out()
    }

    /// Writes the relationships and the end; returns the sink, flushed, and what was escaped.
    pub fn finish(mut self) -> Result<(W, Replaced), LoadFileError> {
        self.out.push_str("    </Documents>\n    <Relationships>\n");
        for (parent, child) in std::mem::take(&mut self.families) {
            self.out.push_str("      <Relationship Type=\"Attachment\"");
            self.attribute("ParentDocId", &parent);
            self.attribute("ChildDocId", &child);
            self.out.push_str("/>\n");
            self.write_out()?;
        }
        self.out.push_str("    </Relationships>\n  </Batch>\n</Root>\n");
        self.write_out()?;
        self.sink.flush()?;
        Ok((self.sink, self.replaced))
    }

    fn field_values(&mut self, row: &Row) {
        for n in 0..self.dialect.columns.len() {
            let field = self.dialect.columns[n].field;
            let mut cell = std::mem::take(&mut self.cell);
            match (field.kind(), row.get(field)) {
                (Kind::DateTime, Value::Instant(at)) => cell = iso(*at),
                (_, Value::Bool(is)) => cell = is.to_string(),
                _ => write_cell(row, field, &self.dialect, Lists::Escape, &mut self.replaced, &mut cell),
            }
            if !cell.is_empty() {
                self.out.push_str(&format!("          <field_{n}>"));
                self.push_text(&cell);
                self.out.push_str(&format!("</field_{n}>\n"));
            }
            self.cell = cell;
        }
    }

    fn files(&mut self, files: &[EdrmFile]) {
        self.out.push_str("        <Files>\n");
        for file in files {
            let kind = match file.kind {
                EdrmFileKind::Native => "Native",
                EdrmFileKind::Text => "Text",
                EdrmFileKind::Image => "Image",
            };
            let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            let folder = folder.replace('/', self.dialect.path_separator.encode_utf8(&mut [0; 4]));
            self.out.push_str("          <File");
            self.attribute("FileType", kind);
            self.out.push_str(">\n            <ExternalFile");
            self.attribute("FilePath", &folder);
            self.attribute("FileName", name);
            self.attribute("FileSize", &file.size.to_string());
            self.attribute("Hash", &file.digest.to_string());
            self.attribute("HashType", "SHA-256");
            self.out.push_str("/>\n          </File>\n");
        }
        self.out.push_str("        </Files>\n");
    }

    fn location(&mut self, row: &Row) {
        if row.get(Field::Custodian).is_empty() {
            return;
        }
        self.out.push_str("        <Locations>\n          <Location>\n            <Custodian>");
        self.push_text(row.text(Field::Custodian));
        self.out.push_str("</Custodian>\n          </Location>\n        </Locations>\n");
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.push_text(value);
        self.out.push('"');
    }

    /// Writes text so that it comes back as it is, from an element as from an attribute.
    fn push_text(&mut self, text: &str) {
        let (text, count) = escaped(text);
        self.replaced.xml_escapes += count;
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                // A reader turns these into spaces in attributes, and a carriage return into a line feed anywhere.
                '\t' => self.out.push_str("&#9;"),
                '\n' => self.out.push_str("&#10;"),
                '\r' => self.out.push_str("&#13;"),
                _ => self.out.push(c),
            }
        }
    }

    fn write_out(&mut self) -> Result<(), LoadFileError> {
        self.sink.write_all(self.out.as_bytes())?;
        self.out.clear();
        Ok(())
    }
}
