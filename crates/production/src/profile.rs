//! Profiles: what a recipient wants, as data. The built-in ones are embedded from `profiles/`.

use std::path::Path;

use duces_loadfile::{Dialect, Field};
use duces_model::{Day, Zone};
use duces_search::ChildrenRule;
use duces_volume::Scheme;
use serde::{Deserialize, Serialize};

use crate::{ProductionError, settings};

/// The built-in profiles by name.
const BUILT_IN: [(&str, &str); 2] = [
    ("standard", include_str!("../../../profiles/standard.toml")),
    ("sec-pdf", include_str!("../../../profiles/sec-pdf.toml")),
];

/// What a recipient wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The version of this file's shape: 1.
    pub format: u32,
    /// The name.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// Whose rules it follows, and how they were read.
    pub source: String,
    /// When they were read.
    pub read: Day,
    /// The page.
    pub page: PageRule,
    /// Which attachments are documents of their own.
    pub children: ChildrenRule,
    /// How documents are numbered.
    pub numbering: Numbering,
    /// How large a unit may be.
    pub units: UnitLimits,
    /// Text files.
    pub text: TextRule,
    /// Originals.
    pub natives: NativeRule,
    /// The volume's folders.
    pub folders: Scheme,
    /// Load files.
    pub load_files: LoadFiles,
}

/// The page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageRule {
    /// The paper.
    pub paper: Paper,
}

/// A paper size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 8.5 by 11 inches.
    Letter,
    /// 210 by 297 mm.
    A4,
}

/// How documents are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbering {
    /// What gets a number of its own.
    pub level: Level,
}

/// What gets a number of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Every page.
    Page,
}

/// How large a unit may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitLimits {
    /// The most messages; larger units are sliced.
    pub max_messages: usize,
}

/// Text files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextRule {
    /// Whether a text file starts with a byte order mark.
    pub byte_order_mark: bool,
    /// Whether documents without text get an empty text file.
    pub for_every_document: bool,
    /// How lines end.
    pub line_ends: LineEnds,
}

/// How lines end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnds {
    /// Line feed.
    Lf,
    /// Carriage return and line feed.
    Crlf,
}

/// Originals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NativeRule {
    /// Which are produced.
    pub produce: Natives,
    /// How voice in SILK is produced, which hardly any player takes.
    #[serde(default)]
    pub voice: VoiceRule,
}

/// How voice in SILK is produced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoiceRule {
    /// As WAV, decoded from the original by the request's decoder; load file and slip sheet say so.
    #[default]
    Wav,
    /// As collected.
    Original,
}

/// Which originals are produced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Natives {
    /// Those that no page shows.
    BehindSlipSheets,
    /// Those of all attachments.
    All,
}

/// Load files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadFiles {
    /// Which are written.
    pub write: Vec<LoadFile>,
    /// How: columns, names, formats, signs. The zone is the request's.
    pub dialect: Dialect,
}

/// A load file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoadFile {
    /// Concordance DAT.
    Dat,
    /// Opticon.
    Opt,
    /// EDRM XML 1.2.
    Xml,
    /// CSV, a convenience copy.
    Csv,
}

impl Profile {
    /// Returns the profile of a name, or of a file relative to `base`.
    pub fn find(name: &str, base: &Path) -> Result<Self, ProductionError> {
        if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
            return Self::parse(text, &format!("profile {name}"));
        }
        let path = base.join(name);
        if !path.is_file() {
            let known: Vec<&str> = BUILT_IN.iter().map(|(known, _)| *known).collect();
            return Err(ProductionError::usage(format!(
                "there is no profile `{name}`, and no file {}",
                path.display()
            ))
            .hint(format!("built-in profiles are: {}; or name a TOML file", known.join(", "))));
        }
        let profile: Self = settings::read_file(&path)?;
        profile.check().map_err(|text| ProductionError::usage(format!("{}: {text}", path.display())))?;
        Ok(profile)
    }

    /// Returns the names and the texts of the built-in profiles.
    pub fn built_in() -> impl Iterator<Item = (&'static str, &'static str)> {
        BUILT_IN.into_iter()
    }

    /// Reads a profile out of TOML text; `file` is for the message alone.
    pub fn parse(text: &str, file: &str) -> Result<Self, ProductionError> {
        let profile: Self = settings::read(text, file)?;
        profile.check().map_err(|text| ProductionError::usage(format!("{file}: {text}")))?;
        Ok(profile)
    }

    /// Returns whether the profile asks for a load file.
    pub fn writes(&self, file: LoadFile) -> bool {
        self.load_files.write.contains(&file)
    }

    fn check(&self) -> Result<(), String> {
        if self.format != 1 {
            return Err(format!(
                "format = {} is not known to this version of duces, which reads format = 1",
                self.format
            ));
        }
        if self.units.max_messages == 0 {
            return Err("max_messages must be at least 1".to_owned());
        }
        if !self.writes(LoadFile::Dat) {
            return Err("load_files.write must name `dat`: without it the volume cannot be checked".to_owned());
        }
        let dialect = &self.load_files.dialect;
        if dialect.zone != Zone::utc() {
            return Err("load_files.dialect.zone is not a profile's to set: the zone is the request's".to_owned());
        }
        for needed in [Field::BegBates, Field::EndBates] {
            if !dialect.columns.iter().any(|column| column.field == needed) {
                return Err(format!("load_files.dialect.columns must name {}", needed.name()));
            }
        }
        dialect.check().map_err(|error| error.to_string())
    }
}
