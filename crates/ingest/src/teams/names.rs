//! Names of people, teams and channels from the lists that lie beside the messages of a data export.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use duces_model::{Finding, Place};

use super::keys::Keys;
use crate::codes;
use crate::source::{Source, slashed};

/// A larger file is no list of names.
const LIMIT: u64 = 64 * 1024 * 1024;

/// What the lists are called, or begin with.
const LISTS: &[&str] = &["userslist", "teamslist", "teamssettings", "channels_", "teammembers_"];

/// Where lists of the whole export lie, from its top.
const FOLDERS: &[&str] = &["", "users", "teams"];

/// The names of accounts, teams and channels by their ids, which do not meet.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// Returns the names in the lists in the folder of the messages and in those above it, up to the source's own.
    pub(super) fn beside(source: &Source) -> (Self, Vec<Finding>) {
        let (mut names, mut findings) = (Self::default(), Vec::new());
        for path in lists(source) {
            let place = || Place::file(slashed(path.strip_prefix(&source.root).unwrap_or(&path)));
            match read(&path) {
                Ok(text) => names.add(&text),
                Err(reason) => findings.push(Finding::new(&codes::USERS_UNREADABLE, place(), reason)),
            }
        }
        (names, findings)
    }

    pub(super) fn of(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }

    fn add(&mut self, text: &str) {
        let list: Vec<&serde_json::value::RawValue> = serde_json::from_str(text).unwrap_or_default();
        for entry in list.into_iter().filter_map(|entry| Keys::of(entry.get())) {
            // A member's entry has an id of its own beside the account's.
            let id = entry.text_in(&["userId", "groupsId", "id"]);
            if let (Some(id), Some(name)) = (id, entry.text_in(&["displayName", "name"])) {
                self.0.entry(id).or_insert(name);
            }
        }
    }
}

fn lists(source: &Source) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    if source.root.is_file() {
        return found;
    }
    let mut folder = source.path.parent();
    while let Some(current) = folder.filter(|folder| folder.starts_with(&source.root)) {
        for below in FOLDERS {
            found.extend(lists_in(&current.join(below)));
        }
        folder = current.parent();
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|path| seen.insert(path.clone()));
    found
}

fn lists_in(folder: &Path) -> Vec<PathBuf> {
    let is_list = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        name.ends_with(".json") && LISTS.iter().any(|list| name.starts_with(list)) && path.is_file()
    };
    // A folder that cannot be listed has no names; what is missing shows as ids.
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_list).collect();
    found.sort();
    found
}

fn read(path: &Path) -> Result<String, String> {
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > LIMIT {
        return Err(format!("{size} bytes are too many for names; ids stand in their place"));
    }
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_| "it is no UTF-8; ids stand in the place of names".to_owned())?;
    let text = text.trim_start_matches('\u{feff}');
    match serde_json::from_str::<Vec<&serde_json::value::RawValue>>(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("{error}; ids stand in the place of names")),
    }
}
