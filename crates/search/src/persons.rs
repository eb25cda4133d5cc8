//! Who is meant by a name in the criteria: an account by its id, whoever sent under the name, or a person with all the
//! accounts that the user has said are theirs.

use duces_archive::{PersonAccount, Persons};
use duces_model::{App, Conversation, ConversationKind, Message};

/// One who is asked for.
pub(crate) struct Wanted<'a> {
    name: &'a str,
    accounts: Vec<&'a PersonAccount>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn new(name: &'a str, persons: &'a Persons) -> Self {
        Self { name, accounts: persons.accounts_of(name).collect() }
    }

    /// Returns whether the list of persons knows the name, so that it is no typing error even where none of the accounts
    /// is met.
    pub(crate) fn is_person(&self) -> bool {
        !self.accounts.is_empty()
    }

    /// Returns whether they are one of the two of a 1:1, whose accounts take part also where one of them never wrote.
    /// An account that was theirs for a time only takes part by its messages.
    pub(crate) fn is_side_of(&self, conversation: &Conversation) -> bool {
        let mut sides = conversation.native_id.split('|');
        let is_theirs = |side: &str| self.accounts.iter().any(|a| a.holds_always() && is(a, &conversation.app, side));
        conversation.kind == ConversationKind::Direct && sides.any(|side| side == self.name || is_theirs(side))
    }

    /// Returns whether they sent a message.
    pub(crate) fn sent(&self, app: &App, message: &Message) -> bool {
        let Some(sender) = &message.sender else { return false };
        let named = |known: &Option<String>| known.as_deref() == Some(self.name);
        let is_theirs = |id: &str| self.accounts.iter().any(|a| is(a, app, id) && a.holds_at(message.sent));
        named(&sender.native_id) || named(&sender.name) || sender.native_id.as_deref().is_some_and(is_theirs)
    }
}

fn is(account: &PersonAccount, app: &App, id: &str) -> bool {
    account.native_id == id && account.app == *app
}
