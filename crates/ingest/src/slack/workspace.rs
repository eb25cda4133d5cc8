//! Who is in a workspace and which conversations it has.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use duces_model::{App, ConversationKind, Place, SourceConversation};

use crate::codes;
use crate::json_object::Object;
use crate::scan::LIMIT;
use crate::sink::Sink;
use crate::source::Source;

#[derive(Default)]
pub(super) struct Workspace {
    names: BTreeMap<String, String>,
    /// Conversations by the folder that their days lie in.
    listed: BTreeMap<String, Vec<Listed>>,
}

struct Listed {
    id: String,
    name: Option<String>,
    members: Vec<String>,
    is_direct: bool,
}

impl Workspace {
    /// Reads the lists; what cannot be read is said, and ids stand for the names it would have given.
    pub(super) fn read(folder: &Path, source: &Source, sink: &mut Sink) -> Self {
        let mut workspace = Self::default();
        each(&folder.join(super::USERS), source, sink, |user| {
            let profile = user.object("profile").unwrap_or_default();
            let name = profile.text_in(&["display_name", "real_name"]).or_else(|| user.text_in(&["real_name", "name"]));
            if let (Some(id), Some(name)) = (user.text("id"), name) {
                workspace.names.insert(id, name);
            }
        });
        for list in super::LISTS {
            let is_direct = list == "dms.json";
            each(&folder.join(list), source, sink, |one| {
                let Some(id) = one.text("id") else { return };
                let name = one.text("name");
                let folder = if is_direct { id.clone() } else { name.clone().unwrap_or_else(|| id.clone()) };
                let listed = Listed { id, name, members: one.texts("members"), is_direct };
                workspace.listed.entry(folder).or_default().push(listed);
            });
        }
        workspace
    }

    /// Returns the name of an account, as its profile has it.
    pub(super) fn name_of(&self, id: &str) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }

    /// Returns an account for people.
    pub(super) fn shown(&self, id: &str) -> String {
        self.name_of(id).unwrap_or(id).to_owned()
    }

    /// Returns the conversation whose days lie in a folder.
    pub(super) fn conversation(
        &self,
        folder: &str,
        source: &Source,
        place: &Place,
        sink: &mut Sink,
    ) -> SourceConversation {
        let app = source.options.app.clone().unwrap_or_else(|| App::named("slack"));
        let found = self.listed.get(folder).map(Vec::as_slice).unwrap_or_default();
        let [listed] = found else {
            let who = if found.is_empty() { "no list names" } else { "several conversations bear the name of" };
            let text = format!("{who} the folder `{folder}`; its name stands in the place of an id");
            sink.finding(&codes::CONVERSATION_UNRESOLVED, place, text);
            return SourceConversation::named(app, ConversationKind::Group, folder);
        };
        let names = || listed.members.iter().map(|id| self.shown(id)).collect::<Vec<_>>();
        match (listed.is_direct, listed.members.as_slice()) {
            (true, [a, b]) => {
                let (first, second) = if a <= b { (a, b) } else { (b, a) };
                let title = format!("{} / {}", self.shown(first), self.shown(second));
                SourceConversation::between(app, a, b, Some(title))
            }
            // Notes to oneself.
            (true, [one]) => SourceConversation {
                app,
                kind: ConversationKind::Direct,
                native_id: format!("{one}|{one}"),
                title: Some(self.shown(one)),
            },
            (true, _) => {
                SourceConversation { app, kind: ConversationKind::Direct, native_id: listed.id.clone(), title: None }
            }
            (false, _) => {
                let several = listed.name.as_deref().is_some_and(|name| name.starts_with("mpdm-"));
                let title = if several {
                    Some(names().join(", "))
                } else {
                    listed.name.as_ref().map(|name| format!("#{name}"))
                };
                SourceConversation { app, kind: ConversationKind::Group, native_id: listed.id.clone(), title }
            }
        }
    }
}

/// Gives the objects of a list; a list that is not there has none.
fn each(path: &Path, source: &Source, sink: &mut Sink, mut take: impl FnMut(&Object<'_>)) {
    if !path.is_file() {
        return;
    }
    let read = match fs::metadata(path) {
        Ok(metadata) if metadata.len() > LIMIT as u64 => Err(format!("it is larger than {} MiB", LIMIT >> 20)),
        Ok(_) => fs::read(path).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let objects = read.and_then(|bytes| {
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)).into_owned();
        let listed: Result<Vec<Object<'_>>, _> = serde_json::from_str(&text);
        listed.map(|listed| listed.iter().for_each(&mut take)).map_err(|error| error.to_string())
    });
    if let Err(reason) = objects {
        let text = format!("the list cannot be read: {reason}; ids stand in the place of names");
        sink.finding(&codes::USERS_UNREADABLE, &source.place_of(path), text);
    }
}
