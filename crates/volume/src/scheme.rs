//! Which folder and name each file of a volume gets.

use duces_model::BatesNumber;
use serde::{Deserialize, Serialize};

use crate::error::VolumeError;
use crate::rel_path::RelPath;

/// The folders of a volume and how many documents go into one. A profile sets it.
///
/// Documents are counted from 0 in the order of the volume; the PDF, the text and the native of one document
/// stand in folders of the same number, and every file is named by the document's first Bates number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, try_from = "Raw")]
pub struct Scheme {
    data: String,
    pdf: String,
    text: String,
    natives: String,
    documents_per_folder: u32,
    subfolder_prefix: String,
    subfolder_digits: u8,
}

/// The scheme as it is written, before it is checked.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Raw {
    data: String,
    pdf: String,
    text: String,
    natives: String,
    documents_per_folder: u32,
    subfolder_prefix: String,
    subfolder_digits: u8,
}

impl Default for Raw {
    fn default() -> Self {
        Self {
            data: "DATA".to_owned(),
            pdf: "PDF".to_owned(),
            text: "TEXT".to_owned(),
            natives: "NATIVES".to_owned(),
            documents_per_folder: 1000,
            subfolder_prefix: String::new(),
            subfolder_digits: 4,
        }
    }
}

impl Default for Scheme {
    fn default() -> Self {
        Self::try_from(Raw::default()).expect("the folders of the default scheme are paths")
    }
}

impl TryFrom<Raw> for Scheme {
    type Error = VolumeError;

    fn try_from(raw: Raw) -> Result<Self, VolumeError> {
        let Raw { data, pdf, text, natives, documents_per_folder, subfolder_prefix, subfolder_digits } = raw;
        for folder in [&data, &pdf, &text, &natives] {
            let path = RelPath::new(folder.as_str())?;
            // Room is needed for a subfolder, a Bates number of 49 characters and an extension.
            if path.as_str().len() > 20 {
                return Err(VolumeError::Scheme(format!("folder `{path}` is longer than 20 characters")));
            }
        }
        if documents_per_folder == 0 {
            return Err(VolumeError::Scheme("`documents_per_folder` must be at least 1".to_owned()));
        }
        if !(1..=9).contains(&subfolder_digits) || subfolder_prefix.len() > 9 || subfolder_prefix.contains('/') {
            let what = "`subfolder_digits` goes from 1 to 9, `subfolder_prefix` has at most 9 characters and no `/`";
            return Err(VolumeError::Scheme(what.to_owned()));
        }
        let scheme = Self { data, pdf, text, natives, documents_per_folder, subfolder_prefix, subfolder_digits };
        RelPath::new(scheme.subfolder(0))?;
        Ok(scheme)
    }
}

/// The extension of a native whose own is missing or not safe.
const UNKNOWN: &str = "bin";

impl Scheme {
    /// Returns the path of a document's PDF.
    pub fn pdf(&self, bates: &BatesNumber, document: u64) -> Result<RelPath, VolumeError> {
        self.place(&self.pdf, bates, document, "pdf")
    }

    /// Returns the path of a document's text.
    pub fn text(&self, bates: &BatesNumber, document: u64) -> Result<RelPath, VolumeError> {
        self.place(&self.text, bates, document, "txt")
    }

    /// Returns the path of a document's native.
    ///
    /// The extension is lower-cased; one that is not 1 to 10 ASCII letters and digits becomes `bin`.
    pub fn native(&self, bates: &BatesNumber, document: u64, extension: &str) -> Result<RelPath, VolumeError> {
        let plain = extension.trim_start_matches('.').to_ascii_lowercase();
        let is_safe = (1..=10).contains(&plain.len()) && plain.bytes().all(|b| b.is_ascii_alphanumeric());
        self.place(&self.natives, bates, document, if is_safe { &plain } else { UNKNOWN })
    }

    /// Returns the path of a load file, named by its volume: `DATA/VOL001.dat`.
    pub fn data(&self, volume: &str, extension: &str) -> Result<RelPath, VolumeError> {
        RelPath::new(format!("{}/{volume}.{extension}", self.data))
    }

    /// Returns the path of the Concordance load file.
    pub fn dat(&self, volume: &str) -> Result<RelPath, VolumeError> {
        self.data(volume, "dat")
    }

    /// Returns the path of the Opticon load file.
    pub fn opt(&self, volume: &str) -> Result<RelPath, VolumeError> {
        self.data(volume, "opt")
    }

    /// Returns the path of the EDRM XML load file.
    pub fn xml(&self, volume: &str) -> Result<RelPath, VolumeError> {
        self.data(volume, "xml")
    }

    /// Returns the path of the CSV copy.
    pub fn csv(&self, volume: &str) -> Result<RelPath, VolumeError> {
        self.data(volume, "csv")
    }

    /// Returns the folders of load files, PDFs, texts and natives, in this order.
    pub fn folders(&self) -> [&str; 4] {
        [&self.data, &self.pdf, &self.text, &self.natives]
    }

    fn subfolder(&self, document: u64) -> String {
        let number = document / u64::from(self.documents_per_folder) + 1;
        format!("{}{number:0width$}", self.subfolder_prefix, width = usize::from(self.subfolder_digits))
    }

    fn place(&self, folder: &str, bates: &BatesNumber, document: u64, ext: &str) -> Result<RelPath, VolumeError> {
        RelPath::new(format!("{folder}/{}/{bates}.{ext}", self.subfolder(document)))
    }
}
