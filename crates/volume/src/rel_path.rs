//! Paths within a volume that mean the same file on every system.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::VolumeError;

/// The longest path, in characters.
const LONGEST: usize = 100;

/// A path within a volume, with `/` between folders: ASCII, at most 100 characters, safe on Windows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(String);

impl RelPath {
    /// Returns the path, where it is one.
    pub fn new(path: impl Into<String>) -> Result<Self, VolumeError> {
        let path = path.into();
        match fault_of(&path) {
            None => Ok(Self(path)),
            Some(why) => Err(VolumeError::Path { path: path.chars().take(200).collect(), why }),
        }
    }

    /// Returns the path with `/` between folders.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path as a load file writes it, with its own separator between folders.
    pub fn with_separator(&self, separator: char) -> String {
        if separator == '/' { self.0.clone() } else { self.0.replace('/', separator.encode_utf8(&mut [0; 4])) }
    }

    /// Returns the folders above the file, without the last `/`; empty at the top.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Returns the file's own name.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }
}

fn fault_of(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("it is empty");
    }
    if path.len() > LONGEST {
        return Some("it is longer than 100 characters");
    }
    if !path.bytes().all(|b| b.is_ascii_alphanumeric() || b"._- /".contains(&b)) {
        return Some("only ASCII letters, digits, `.`, `_`, `-` and spaces are safe everywhere");
    }
    path.split('/').find_map(fault_of_part)
}

fn fault_of_part(part: &str) -> Option<&'static str> {
    if part.is_empty() {
        return Some("a part of it is empty");
    }
    if part.ends_with(['.', ' ']) {
        return Some("a part ends in `.` or a space, which Windows drops");
    }
    if part.starts_with([' ', '-']) {
        return Some("a part starts with a space or `-`, which tools misread");
    }
    is_device(part.split('.').next().unwrap_or(part)).then_some("a part is a device name on Windows")
}

/// Whether Windows takes the name for a device, whatever its extension.
fn is_device(stem: &str) -> bool {
    let stem = stem.trim_end().to_ascii_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" => true,
        _ => {
            let port = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
            port.is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
        }
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for RelPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for RelPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for RelPath {
    type Err = VolumeError;

    fn from_str(path: &str) -> Result<Self, VolumeError> {
        Self::new(path)
    }
}

impl Serialize for RelPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RelPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
