//! Names of accounts from the file that an exporting tool puts beside its messages.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use duces_model::{App, ConversationKind, Finding, Place, SourceConversation};
use serde_json::Value;

use crate::codes;
use crate::source::slashed;

/// A larger file holds no contacts.
const LIMIT: u64 = 256 * 1024 * 1024;

/// The names of accounts and groups by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contacts {
    names: BTreeMap<String, String>,
}

impl Contacts {
    /// Returns the name of an account or a group.
    pub fn name(&self, native_id: &str) -> Option<&str> {
        self.names.get(native_id).map(String::as_str)
    }

    /// Returns every id with its name, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names.iter().map(|(id, name)| (id.as_str(), name.as_str()))
    }
}

/// Returns the names in the `users.json` nearest to `file`: in its folder, or in one above it up to `root`.
pub fn contacts(file: &Path, root: &Path) -> (Contacts, Vec<Finding>) {
    let Some(path) = nearest(file, root) else { return (Contacts::default(), Vec::new()) };
    match read(&path) {
        Ok(contacts) => (contacts, Vec::new()),
        Err(reason) => {
            let place = Place::file(slashed(path.strip_prefix(root).unwrap_or(&path)));
            (Contacts::default(), vec![Finding::new(&codes::USERS_UNREADABLE, place, reason)])
        }
    }
}

fn nearest(file: &Path, root: &Path) -> Option<PathBuf> {
    let mut folder = file.parent();
    while let Some(current) = folder {
        let path = current.join("users.json");
        if path.is_file() {
            return Some(path);
        }
        if current == root || !current.starts_with(root) {
            return None;
        }
        folder = current.parent();
    }
    None
}

fn read(path: &Path) -> Result<Contacts, String> {
    let size = fs::metadata(path).map_err(|e| e.to_string())?.len();
    if size > LIMIT {
        return Err(format!("{size} bytes are too many for contact names; ids stand in their place"));
    }
    let bytes = fs::read(path).map_err(|e| e.to_string())?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let value: Value = serde_json::from_slice(bytes).map_err(|e| format!("{e}; ids stand in the place of names"))?;
    let Value::Object(users) = value else { return Err("it is no JSON object of accounts".to_owned()) };
    let names = users.into_iter().filter_map(|(id, user)| name_in(&user).map(|name| (id, name)));
    Ok(Contacts { names: names.collect() })
}

/// The collector's remark comes first, as the app itself shows it.
fn name_in(user: &Value) -> Option<String> {
    let keys = ["remark", "nickname", "nickName", "NickName", "strNickName", "name", "account"];
    keys.iter().find_map(|key| user.get(*key)?.as_str().filter(|name| !name.is_empty())).map(str::to_owned)
}

/// Tells whether a name is surely an id of WeChat; ids that their owners chose look like any name.
pub(crate) fn is_id(name: &str) -> bool {
    let ends = ["@chatroom", "@im.chatroom", "@openim"];
    !name.contains(' ')
        && (["wxid_", "gh_"].iter().any(|s| name.starts_with(s)) || ends.iter().any(|s| name.ends_with(s)))
}

/// Returns the conversation that has nothing but the name a file bears: its id where the name surely is one.
pub(crate) fn conversation_of(app: App, name: &str) -> SourceConversation {
    if is_id(name) {
        return SourceConversation { app, kind: kind_of(name), native_id: name.to_owned(), title: None };
    }
    SourceConversation::named(app, kind_of(name), name)
}

/// Returns what kind of conversation an id of WeChat names.
pub(crate) fn kind_of(native_id: &str) -> ConversationKind {
    if native_id.ends_with("@chatroom") || native_id.ends_with("@im.chatroom") {
        ConversationKind::Group
    } else if native_id.starts_with("gh_") {
        ConversationKind::Official
    } else {
        ConversationKind::Direct
    }
}
