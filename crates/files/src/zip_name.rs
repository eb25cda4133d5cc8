//! Which names a ZIP entry may have, here: those that lead to the same place on every system and nowhere else.

use std::collections::BTreeMap;

/// Says what is wrong with the name of a file in a ZIP, where something is.
pub(crate) fn fault_of(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("it is empty");
    }
    if name.len() > 1024 {
        return Some("it is longer than 1,024 bytes");
    }
    if name.contains('\\') {
        return Some("it holds a backslash, which some systems take for a folder");
    }
    if name.chars().any(char::is_control) {
        return Some("it holds a control character");
    }
    if name.starts_with('/') || name.as_bytes().get(1) == Some(&b':') {
        return Some("it is absolute");
    }
    if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Some("it would leave the folder or holds an empty part");
    }
    None
}

/// Finds names that a system which ignores case takes for one, and files that are folders at the same time.
#[derive(Default)]
pub(crate) struct Names {
    /// The folded path of each file and folder, with its first spelling and whether it is a folder.
    seen: BTreeMap<String, (String, bool)>,
}

impl Names {
    /// Takes in a name; returns the earlier one it clashes with, where it does.
    pub(crate) fn add(&mut self, name: &str, is_folder: bool) -> Result<(), String> {
        for (at, _) in name.match_indices('/') {
            self.note(&name[..at], true)?;
        }
        self.note(name, is_folder)
    }

    fn note(&mut self, path: &str, is_folder: bool) -> Result<(), String> {
        let folded = path.to_lowercase();
        match self.seen.get(&folded) {
            Some((spelling, was_folder)) if !(is_folder && *was_folder && spelling == path) => Err(spelling.clone()),
            Some(_) => Ok(()),
            None => {
                self.seen.insert(folded, (path.to_owned(), is_folder));
                Ok(())
            }
        }
    }
}
