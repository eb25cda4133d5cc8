//! A small valid volume, written from its parts by hand, which tests then break on purpose.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use duces_files::{Disk, ZipOut};
use duces_model::Digest;

use crate::pdf::{Oddity, pdf};

/// The files of a volume by path.
pub type Files = BTreeMap<String, Vec<u8>>;

pub const COLUMNS: &[&str] = &[
    "BEGBATES",
    "ENDBATES",
    "BEGATTACH",
    "ENDATTACH",
    "PARENTBATES",
    "ATTACHBATES",
    "PAGECOUNT",
    "CUSTODIAN",
    "SENDERS",
    "FILENAME",
    "FILESIZE",
    "MD5HASH",
    "SHA256HASH",
    "CONFIDENTIALITY",
    "REDACTED",
    "PRODVOL",
    "TEXTPATH",
    "PDFPATH",
    "NATIVEPATH",
];

/// One document: the cells of the load files and the bytes of its files.
#[derive(Clone)]
pub struct Doc {
    pub cells: BTreeMap<String, String>,
    /// What each page shows, lines parted by `|`.
    pub pages: Vec<String>,
    pub oddity: Oddity,
    /// The PDF's bytes, where they are not to be made from the pages.
    pub pdf: Option<Vec<u8>>,
    pub text: Option<Vec<u8>>,
    pub native: Option<Vec<u8>>,
}

pub fn number(n: u64) -> String {
    format!("MER{n:07}")
}

impl Doc {
    /// A document of the numbers `first` to `last` in the family from `family.0` to `family.1`.
    pub fn new(first: u64, last: u64, family: (u64, u64)) -> Self {
        let pages = (first..=last)
            .map(|n| format!("Conversation, page {} of {}|CONFIDENTIAL|{}", n + 1 - first, last + 1 - first, number(n)))
            .collect();
        let name = number(first);
        let mut doc = Self {
            cells: BTreeMap::new(),
            pages,
            oddity: Oddity::default(),
            pdf: None,
            text: Some(format!("\u{feff}text of {name}: 你好 😀\r\n").into_bytes()),
            native: None,
        };
        doc.set("BEGBATES", &name).set("ENDBATES", &number(last));
        doc.set("BEGATTACH", &number(family.0)).set("ENDATTACH", &number(family.1));
        doc.set("PAGECOUNT", &(last + 1 - first).to_string());
        doc.set("CUSTODIAN", "张三").set("SENDERS", "张三;Li, Si").set("CONFIDENTIALITY", "CONFIDENTIAL");
        doc.set("REDACTED", "No").set("PRODVOL", "VOL001");
        doc.set("TEXTPATH", &format!("TEXT\\0001\\{name}.txt")).set("PDFPATH", &format!("PDF\\0001\\{name}.pdf"));
        doc
    }

    pub fn set(&mut self, column: &str, value: &str) -> &mut Self {
        self.cells.insert(column.to_owned(), value.to_owned());
        self
    }

    pub fn cell(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    pub fn alone(&mut self) -> &mut Self {
        self.set("BEGATTACH", "").set("ENDATTACH", "")
    }

    /// Gives the document a native whose facts the load file tells.
    fn with_native(mut self, extension: &str, bytes: &[u8]) -> Self {
        let name = format!("NATIVES\\0001\\{}.{extension}", self.cell("BEGBATES"));
        self.set("NATIVEPATH", &name).set("FILENAME", "账目 “final”.xlsx").set("FILESIZE", &bytes.len().to_string());
        self.set("SHA256HASH", &Digest::of(bytes).to_string());
        self.set("MD5HASH", &md5_of(bytes));
        self.native = Some(bytes.to_vec());
        self
    }
}

fn md5_of(bytes: &[u8]) -> String {
    use md5::{Digest as _, Md5};
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A volume before its files are written.
#[derive(Clone)]
pub struct Spec {
    pub columns: Vec<String>,
    pub docs: Vec<Doc>,
    pub dat: bool,
    pub opt: bool,
    pub xml: bool,
    pub csv: bool,
}

/// A family of three, and two documents that stand alone.
pub fn good() -> Spec {
    let mut parent = Doc::new(1, 2, (1, 4));
    parent.set("ATTACHBATES", "MER0000003;MER0000004");
    let mut child = Doc::new(3, 3, (1, 4));
    child.set("PARENTBATES", &number(1)).set("FILENAME", "contract.pdf").set("REDACTED", "Yes");
    let mut sheet = Doc::new(4, 4, (1, 4)).with_native("xlsx", b"PK: bytes of a spreadsheet");
    sheet.set("PARENTBATES", &number(1));
    Spec {
        columns: COLUMNS.iter().map(|name| (*name).to_owned()).collect(),
        docs: vec![parent, child, sheet, Doc::new(5, 6, (5, 6)), Doc::new(7, 7, (7, 7))],
        dat: true,
        opt: true,
        xml: true,
        csv: true,
    }
}

impl Spec {
    pub fn only_dat(&mut self) -> &mut Self {
        (self.opt, self.xml, self.csv) = (false, false, false);
        self
    }

    /// Writes all files but the manifest.
    pub fn build(&self) -> Files {
        let mut files = Files::new();
        files.insert("README.txt".to_owned(), b"Production volume VOL001\r\n".to_vec());
        for doc in &self.docs {
            let pdf = doc.pdf.clone().unwrap_or_else(|| pdf(&doc.pages, doc.oddity));
            put(&mut files, doc.cell("PDFPATH"), Some(&pdf));
            put(&mut files, doc.cell("TEXTPATH"), doc.text.as_ref());
            put(&mut files, doc.cell("NATIVEPATH"), doc.native.as_ref());
        }
        for (is_wanted, extension, bytes) in [
            (self.dat, "dat", self.dat_bytes()),
            (self.opt, "opt", self.opt_bytes()),
            (self.csv, "csv", self.csv_bytes()),
            (self.xml, "xml", self.xml_bytes(&files)),
        ] {
            if is_wanted {
                files.insert(format!("DATA/VOL001.{extension}"), bytes);
            }
        }
        files
    }

    fn dat_bytes(&self) -> Vec<u8> {
        let record = |cells: Vec<&str>| {
            cells.iter().map(|cell| format!("\u{fe}{cell}\u{fe}")).collect::<Vec<_>>().join("\u{14}") + "\r\n"
        };
        let header = record(self.columns.iter().map(String::as_str).collect());
        let rows = self.docs.iter().map(|doc| record(self.columns.iter().map(|column| doc.cell(column)).collect()));
        format!("\u{feff}{header}{}", rows.collect::<String>()).into_bytes()
    }

    fn csv_bytes(&self) -> Vec<u8> {
        let record = |cells: Vec<&str>| {
            cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(",") + "\r\n"
        };
        let header = record(self.columns.iter().map(String::as_str).collect());
        let rows = self.docs.iter().map(|doc| record(self.columns.iter().map(|column| doc.cell(column)).collect()));
        format!("\u{feff}{header}{}", rows.collect::<String>()).into_bytes()
    }

    fn opt_bytes(&self) -> Vec<u8> {
        let line = |doc: &Doc| {
            let [key, volume, path, pages] = ["BEGBATES", "PRODVOL", "PDFPATH", "PAGECOUNT"].map(|name| doc.cell(name));
            format!("{key},{volume},{path},Y,,,{pages}\r\n")
        };
        let lines = self.docs.iter().filter(|doc| !doc.cell("PDFPATH").is_empty()).map(line);
        lines.collect::<String>().into_bytes()
    }

    fn xml_bytes(&self, files: &Files) -> Vec<u8> {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.push_str("<Root MajorVersion=\"1\" MinorVersion=\"2\" DataInterchangeType=\"Update\">\n<Fields>\n");
        for (n, column) in self.columns.iter().enumerate() {
            out.push_str(&format!("<Field Name=\"{column}\" DataType=\"Text\" Key=\"field_{n}\"/>\n"));
        }
        out.push_str("</Fields>\n<Batch>\n<Documents>\n");
        let mut relations = String::new();
        for doc in &self.docs {
            let id = doc.cell("BEGBATES");
            out.push_str(&format!("<Document DocID=\"{id}\" DocType=\"File\">\n<FieldValues>\n"));
            for (n, column) in self.columns.iter().enumerate().filter(|(_, column)| !doc.cell(column).is_empty()) {
                let value = match (column.as_str(), doc.cell(column)) {
                    ("REDACTED", "No") => "false",
                    ("REDACTED", "Yes") => "true",
                    (_, value) => value,
                };
                out.push_str(&format!("<field_{n}>{value}</field_{n}>\n"));
            }
            out.push_str("</FieldValues>\n<Files>\n");
            for (kind, column) in [("Image", "PDFPATH"), ("Text", "TEXTPATH"), ("Native", "NATIVEPATH")] {
                out.push_str(&file_element(kind, doc.cell(column), files));
            }
            out.push_str("</Files>\n</Document>\n");
            let parent = doc.cell("PARENTBATES");
            if !parent.is_empty() {
                relations.push_str(&format!(
                    "<Relationship Type=\"Attachment\" ParentDocId=\"{parent}\" ChildDocId=\"{id}\"/>\n"
                ));
            }
        }
        out.push_str(&format!("</Documents>\n<Relationships>\n{relations}</Relationships>\n</Batch>\n</Root>\n"));
        out.into_bytes()
    }
}

fn put(files: &mut Files, path: &str, bytes: Option<&Vec<u8>>) {
    if let Some(bytes) = bytes.filter(|_| !path.is_empty()) {
        files.insert(path.replace('\\', "/"), bytes.clone());
    }
}

fn file_element(kind: &str, path: &str, files: &Files) -> String {
    let Some(bytes) = files.get(&path.replace('\\', "/")) else { return String::new() };
    let (folder, name) = path.rsplit_once('\\').expect("paths have folders");
    let (size, hash) = (bytes.len(), Digest::of(bytes));
    format!(
        "<File FileType=\"{kind}\"><ExternalFile FilePath=\"{folder}\" FileName=\"{name}\" FileSize=\"{size}\" Hash=\"{hash}\" HashType=\"SHA-256\"/></File>\n"
    )
}

/// Adds the manifest of the files as they are.
pub fn seal(files: &mut Files) {
    files.remove("manifest-sha256.txt");
    let lines = files.iter().map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes)));
    let text: String = lines.collect();
    files.insert("manifest-sha256.txt".to_owned(), text.into_bytes());
}

/// Changes the text of a file.
pub fn edit(files: &mut Files, path: &str, change: impl FnOnce(String) -> String) {
    let bytes = files.get_mut(path).unwrap_or_else(|| panic!("no {path}"));
    let text = String::from_utf8(std::mem::take(bytes)).expect("a text file");
    let changed = change(text.clone());
    assert_ne!(changed, text, "the change of {path} changes something");
    *bytes = changed.into_bytes();
}

/// Writes the files below `folder/VOL001`.
pub fn write(files: &Files, folder: &Path) -> PathBuf {
    let root = folder.join("VOL001");
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    root
}

/// Packs the files as `folder/VOL001.zip`, below `top` within it.
pub fn pack(files: &Files, folder: &Path, top: &str) -> PathBuf {
    let path = folder.join("VOL001.zip");
    let mut zip = ZipOut::create(&Disk::real(), &path).expect("a new ZIP");
    for (name, bytes) in files {
        let name = format!("{top}{name}");
        let added = if name.ends_with(".pdf") { zip.add_stored(&name, bytes) } else { zip.add_deflated(&name, bytes) };
        added.expect("an entry");
    }
    zip.finish().expect("a ZIP");
    path
}
