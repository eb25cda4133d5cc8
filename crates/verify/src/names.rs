//! Names of files: those that every system takes for the same file.

use std::collections::BTreeMap;

use duces_model::{FindingCode, Place};
use duces_volume::RelPath;

use crate::codes;
use crate::medium::Medium;
use crate::tally::{Tally, shown};

/// The longest path, in characters, that unpacks anywhere.
const LONGEST: usize = 100;

/// Checks all names of the volume.
pub(crate) fn check(medium: &Medium, tally: &mut Tally) {
    tally.ran("names of files");
    let mut spelled: BTreeMap<String, String> = BTreeMap::new();
    for file in medium.files() {
        let place = || Place::file(file.path.as_str());
        if let Some((code, why)) = fault_of(&file.path) {
            tally.add(code, place(), why);
        }
        for end in file.path.match_indices('/').map(|(at, _)| at).chain([file.path.len()]) {
            let part = &file.path[..end];
            let earlier = spelled.entry(part.to_lowercase()).or_insert_with(|| part.to_owned());
            if earlier != part {
                let text = format!("differs from `{}` in case only", shown(earlier));
                tally.add(&codes::NAME_CASE, place(), text);
                break;
            }
        }
    }
}

fn fault_of(path: &str) -> Option<(&'static FindingCode, String)> {
    if path.chars().count() > LONGEST {
        let why = format!("the path has {} characters, more than {LONGEST}", path.chars().count());
        return Some((&codes::NAME_LONG, why));
    }
    let error = RelPath::new(path).err()?;
    let is_plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"._- /".contains(&b));
    Some((if is_plain { &codes::NAME_RESERVED } else { &codes::NAME_UNSAFE }, error.to_string()))
}
