//! Saved searches of a matter: each a file `searches/NAME.toml` whose `[select]` can be put into a request as it is.

use std::path::{Path, PathBuf};

use duces_archive::Matter;
use duces_files::{Disk, write_atomically};
use duces_model::{Day, UnitRule, Zone};
use serde::{Deserialize, Serialize};

use crate::request::{Request, Select, Terms, check_name};
use crate::{ProductionError, settings};

/// The folder of the matter that they lie in.
const FOLDER: &str = "searches";

/// A search with all that its counts depend on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedSearch {
    /// The zone of days and times.
    pub zone: Zone,
    /// How documents are cut, by which they are counted.
    #[serde(default)]
    pub unit: UnitRule,
    /// What is selected.
    pub select: Select,
}

impl SavedSearch {
    /// Saves the search under a name. What was saved under a name stays: another search needs another name.
    pub fn save(&self, matter: &Matter, name: &str) -> Result<PathBuf, ProductionError> {
        let path = path(matter, name)?;
        let text = toml::to_string(self).expect("texts and numbers are TOML");
        if path.exists() {
            let before: Self = settings::read_file(&path)?;
            return if toml::to_string(&before).is_ok_and(|before| before == text) {
                Ok(path)
            } else {
                Err(ProductionError::usage(format!("another search is saved as `{name}`"))
                    .hint("nothing was changed; choose another name"))
            };
        }
        let disk = Disk::real();
        disk.create_dir_all(&matter.dir().join(FOLDER))?;
        write_atomically(&disk, &path, text.as_bytes())?;
        Ok(path)
    }

    /// Reads the search that was saved under a name.
    pub fn read(matter: &Matter, name: &str) -> Result<Self, ProductionError> {
        let path = path(matter, name)?;
        if !path.exists() {
            let known = Self::names(matter)?;
            let known =
                if known.is_empty() { "none is saved".to_owned() } else { format!("saved are {}", known.join(", ")) };
            return Err(ProductionError::usage(format!("no search is saved as `{name}`")).hint(known));
        }
        settings::read_file(&path)
    }

    /// Returns the search as a request of this name, whose prefix is a proposal to be looked at.
    pub fn as_request(&self, name: &str, matter: &str, date: Day) -> Request {
        let letters: String = matter.chars().filter(char::is_ascii_alphabetic).take(3).collect();
        let prefix = if letters.is_empty() { "DOC".to_owned() } else { letters.to_ascii_uppercase() };
        Request {
            format: 1,
            name: name.to_owned(),
            matter: matter.to_owned(),
            zone: self.zone.clone(),
            date,
            persons: None,
            sources: Vec::new(),
            select: self.select.clone(),
            production: Terms::of(self.unit, prefix),
            withheld: Vec::new(),
            decoders: Vec::new(),
        }
    }

    /// Returns the names that searches are saved under, sorted.
    pub fn names(matter: &Matter) -> Result<Vec<String>, ProductionError> {
        let folder = matter.dir().join(FOLDER);
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let unreadable = |error| ProductionError::usage(format!("{}: cannot be read", folder.display())).because(error);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.file_name();
            names.extend(file.to_str().and_then(|file| file.strip_suffix(".toml")).map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }
}

fn path(matter: &Matter, name: &str) -> Result<PathBuf, ProductionError> {
    check_name("the name of a search", name, 60).map_err(ProductionError::usage)?;
    Ok(Path::new(matter.dir()).join(FOLDER).join(format!("{name}.toml")))
}
