//! The titles of conversations: a 1:1 is titled by both parties' names, of which each side's export knows one best.

use std::collections::{BTreeMap, HashMap};

use duces_archive::Writer;
use duces_model::{App, ConversationKey, ConversationKind};

use crate::accounts::Accounts;
use crate::error::Result;
use crate::prepare::Draft;

/// The names a source gives.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The first name under which an account sent a message.
    of_accounts: HashMap<String, String>,
    /// What is known of each conversation: its kind, its native id and the title the source gives.
    conversations: BTreeMap<ConversationKey, Named>,
}

/// What a source says of one conversation.
#[derive(Debug)]
struct Named {
    app: App,
    kind: ConversationKind,
    native_id: String,
    title: Option<String>,
}

impl Names {
    pub(crate) fn note(&mut self, draft: &Draft) {
        if let Some(sender) = &draft.record.sender
            && let (Some(id), Some(name)) = (&sender.native_id, &sender.name)
            && !self.of_accounts.contains_key(id)
        {
            self.of_accounts.insert(id.clone(), name.clone());
        }
        let of = &draft.conversation;
        if !self.conversations.contains_key(&of.key) {
            let title = draft.record.conversation.title.clone();
            let named = Named { app: of.app.clone(), kind: of.kind, native_id: of.native_id.clone(), title };
            self.conversations.insert(of.key.clone(), named);
        }
    }

    /// Puts names where the titles still show ids. A name that stands is left: it is the name as first collected.
    pub(crate) fn retitle(&self, writer: &mut Writer<'_>, accounts: &Accounts) -> Result<()> {
        for (key, Named { app, kind, native_id, title }) in &self.conversations {
            let Some(id) = writer.conversation_if_known(key)? else { continue };
            let Some(stored) = writer.title(id)? else { continue };
            let better = if *kind == ConversationKind::Direct {
                self.direct(&stored, native_id, title.as_deref(), &accounts.own(app))
            } else if stored == *native_id {
                title.clone().unwrap_or_else(|| stored.clone())
            } else {
                stored.clone()
            };
            if better != stored {
                writer.add_title(id, &better)?;
            }
        }
        Ok(())
    }

    fn direct(&self, stored: &str, native_id: &str, title: Option<&str>, own_account: &str) -> String {
        let name_of = |id: &str| {
            let other = if id == own_account { None } else { title };
            self.of_accounts.get(id).map(String::as_str).or(other)
        };
        let (ids, names): (Vec<_>, Vec<_>) = (native_id.split('|').collect(), stored.split(" / ").collect());
        if ids.len() != names.len() {
            return stored.to_owned();
        }
        let named =
            ids.iter().zip(names).map(|(id, shown)| if shown == *id { name_of(id).unwrap_or(shown) } else { shown });
        named.collect::<Vec<_>>().join(" / ")
    }
}
