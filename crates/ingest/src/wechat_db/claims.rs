//! Which databases of a folder belong to one account and are read as one source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::layout::{self, Family, Part};
use crate::IngestError;
use crate::probe::Tree;
use crate::source::SourceFile;
use crate::sqlite::{self, Database};

/// The databases of one account.
#[derive(Default)]
struct Account {
    members: BTreeSet<PathBuf>,
    has_messages: bool,
}

/// Claims the databases of each account together, whatever their family.
pub(crate) fn in_tree(tree: &Tree<'_>) -> Result<Vec<SourceFile>, IngestError> {
    let mut accounts: BTreeMap<(Family, PathBuf), Account> = BTreeMap::new();
    for file in tree.files {
        // A file that cannot be read is looked at again on its own, and there it is said.
        let Ok(Some(database)) = Database::open(&tree.root.join(file)) else { continue };
        for (family, part) in layout::parts(&database) {
            let account = accounts.entry((family, account_folder(file, family))).or_default();
            account.members.insert(file.clone());
            account.has_messages |= part == Part::Messages;
        }
    }
    join_companions(&mut accounts);
    let files: BTreeSet<&Path> = tree.files.iter().map(PathBuf::as_path).collect();
    let claim = |((family, folder), account): ((Family, PathBuf), Account)| {
        let mut members = account.members;
        let beside: Vec<PathBuf> = members.iter().flat_map(|member| sqlite::journals(member)).collect();
        members.extend(beside.into_iter().filter(|path| files.contains(path.as_path())));
        SourceFile { format: family.format(), path: folder, members: members.into_iter().collect() }
    };
    Ok(accounts.into_iter().filter(|(_, account)| account.has_messages).map(claim).collect())
}

/// Gives names and media without messages to the one account below their folder, or to the only one of their family.
fn join_companions(accounts: &mut BTreeMap<(Family, PathBuf), Account>) {
    let is_lone = |account: &Account| !account.has_messages;
    let lone: Vec<_> = accounts.iter().filter(|(_, a)| is_lone(a)).map(|(key, _)| key.clone()).collect();
    for key in lone {
        let (family, folder) = &key;
        let of_family: Vec<&PathBuf> = accounts
            .iter()
            .filter(|((f, _), a)| f == family && a.has_messages)
            .map(|((_, folder), _)| folder)
            .collect();
        let below: Vec<&PathBuf> = of_family.iter().filter(|other| other.starts_with(folder)).copied().collect();
        let owner = match (below.as_slice(), of_family.as_slice()) {
            ([one], _) | ([], [one]) => (*one).clone(),
            _ => continue,
        };
        let members = accounts.remove(&key).map(|account| account.members).unwrap_or_default();
        accounts.entry((*family, owner)).or_default().members.extend(members);
    }
}

/// Returns the folder of the account that a database lies in.
pub(crate) fn account_folder(database: &Path, family: Family) -> PathBuf {
    let mut folder = database.parent().unwrap_or(Path::new(""));
    while let Some(name) = last_name(folder)
        && family.inner_folders().contains(&name.to_lowercase().as_str())
    {
        folder = folder.parent().unwrap_or(Path::new(""));
    }
    folder.to_owned()
}

/// Returns what the account's folder is called, which may or may not name the account.
pub(crate) fn account_name(database: &Path, family: Family) -> Option<String> {
    last_name(&account_folder(database, family)).map(str::to_owned)
}

fn last_name(folder: &Path) -> Option<&str> {
    match folder.components().next_back()? {
        Component::Normal(name) => name.to_str(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_told_by_its_folders() {
        let rows = [
            (Family::Windows3, "WeChat Files/wxid_a/Msg/Multi/MSG0.db", "WeChat Files/wxid_a", Some("wxid_a")),
            (Family::Windows3, "wxid_a/MSG0.db", "wxid_a", Some("wxid_a")),
            (Family::Windows3, "decrypted/MSG0.db", "decrypted", Some("decrypted")),
            (Family::Windows3, "lihua/Msg/MicroMsg.db", "lihua", Some("lihua")),
            (Family::Windows3, "MSG0.db", "", None),
            (Family::Windows4, "wxid_a_1a2b/db_storage/message/message_0.db", "wxid_a_1a2b", Some("wxid_a_1a2b")),
            (Family::Windows4, "message/message_0.db", "", None),
            (Family::Android, "abc/EnMicroMsg.db", "abc", Some("abc")),
        ];
        for (family, path, folder, name) in rows {
            let path = Path::new(path);
            assert_eq!(account_folder(path, family), Path::new(folder), "{}", path.display());
            assert_eq!(account_name(path, family).as_deref(), name, "{}", path.display());
        }
    }
}
