//! Identity: which conversation a record belongs to, and what tells its message from others.

use std::collections::HashMap;
use std::sync::Arc;

use duces_archive::IdentityKey;
use duces_model::{
    AccountId, Body, Conversation, ConversationKey, ConversationKind, Digest, Sender, SourceConversation, SourceRecord,
};
use duces_query::normalise;

use crate::accounts::Accounts;

/// The conversations of a source, numbered in the order met.
pub(crate) struct Conversations {
    accounts: Accounts,
    last: Option<(Arc<SourceConversation>, usize)>,
    known: HashMap<ConversationKey, usize>,
    list: Vec<Arc<Conversation>>,
}

impl Conversations {
    pub(crate) fn new(accounts: Accounts) -> Self {
        Self { accounts, last: None, known: HashMap::new(), list: Vec::new() }
    }

    /// Returns the conversation a source speaks of.
    pub(crate) fn of(&mut self, source: &Arc<SourceConversation>) -> Arc<Conversation> {
        if let Some((last, at)) = &self.last
            && Arc::ptr_eq(last, source)
        {
            return Arc::clone(&self.list[*at]);
        }
        let conversation = self.resolve(source);
        let next = self.list.len();
        let at = *self.known.entry(conversation.key.clone()).or_insert(next);
        if at == next {
            self.list.push(Arc::new(conversation));
        }
        self.last = Some((Arc::clone(source), at));
        Arc::clone(&self.list[at])
    }

    fn resolve(&self, source: &SourceConversation) -> Conversation {
        let app = source.app.clone();
        let (key, native_id, title) = if let Some((a, b)) = source.sides() {
            let side = |native: &str| AccountId { app: app.clone(), native: native.to_owned() };
            let title = source.title.clone().unwrap_or_else(|| format!("{a} / {b}"));
            (ConversationKey::direct(&side(a), &side(b)), source.native_id.clone(), title)
        } else if source.kind == ConversationKind::Direct {
            let own = self.accounts.own(&app);
            let side = |native: &str| AccountId { app: app.clone(), native: native.to_owned() };
            let key = ConversationKey::direct(&side(&source.native_id), &side(&own));
            let mut sides = [source.native_id.as_str(), own.as_str()];
            sides.sort_unstable();
            let other_name = source.title.as_deref().unwrap_or(&source.native_id);
            let names = sides.map(|id| if id == source.native_id { other_name } else { id });
            (key, sides.join("|"), names.join(" / "))
        } else {
            let title = source.title.clone().unwrap_or_else(|| source.native_id.clone());
            // Two custodians' groups of one name are not one group.
            let id = if source.lacks_id() {
                format!("{}|{}", source.native_id, self.accounts.own(&app))
            } else {
                source.native_id.clone()
            };
            (ConversationKey::room(&app, &id), source.native_id.clone(), title)
        };
        Conversation { key, app, kind: source.kind, native_id, title }
    }

    /// Adds to the sender of a record what the source leaves to be understood.
    pub(crate) fn complete_sender(&self, record: &mut SourceRecord) {
        let direct = record.conversation.kind == ConversationKind::Direct;
        let id = match record.sent_by_collector {
            Some(true) => self.accounts.of(&record.conversation.app).map(str::to_owned),
            Some(false) if direct => other_side(&record.conversation),
            _ => None,
        };
        if let Some(sender) = &mut record.sender
            && sender.native_id.is_none()
        {
            sender.native_id = id;
        }
    }
}

/// Returns the account of the other side of a 1:1, where its id is that account.
pub(crate) fn other_side(conversation: &SourceConversation) -> Option<String> {
    let is_account = conversation.sides().is_none() && !conversation.lacks_id();
    is_account.then(|| conversation.native_id.clone())
}

/// Returns the key by app, conversation and server id.
pub(crate) fn server_key(conversation: &ConversationKey, native_id: &str) -> IdentityKey {
    IdentityKey::of(near(conversation, 0), &[b"server", conversation.as_str().as_bytes(), native_id.as_bytes()])
}

/// Returns where keys stand: those of a conversation together, and in it those of one time.
fn near(conversation: &ConversationKey, second: i64) -> [u8; 8] {
    let mut near = [0; 8];
    near[..4].copy_from_slice(&Digest::of(conversation.as_str().as_bytes()).as_bytes()[..4]);
    // The lowest four bytes, highest first, keep the order of time for a century.
    near[4..].copy_from_slice(&second.to_be_bytes()[4..]);
    near
}

/// What two records without a common server id must share to be one message, apart from the ordinal among equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Likeness(IdentityKey);

impl Likeness {
    /// Returns conversation, sender, second, type and normalised body as one value. A key names its app.
    pub(crate) fn of(conversation: &ConversationKey, record: &SourceRecord) -> Self {
        let sender = record.sender.as_ref().map(sender_identity).unwrap_or_default();
        let second = record.sent.millis().div_euclid(1000);
        let body = match &record.body {
            Body::Text { text } => normalised(text),
            other => normalised(&other.text(&[])),
        };
        Self(IdentityKey::of(
            near(conversation, second),
            &[
                b"content",
                conversation.as_str().as_bytes(),
                sender.as_bytes(),
                &second.to_le_bytes(),
                kind(&record.body).as_bytes(),
                body.as_bytes(),
            ],
        ))
    }

    /// Returns the key of the n-th equal (from 0).
    pub(crate) fn key(self, ordinal: u32) -> IdentityKey {
        IdentityKey::of(self.0.near(), &[self.0.as_bytes(), &ordinal.to_le_bytes()])
    }
}

/// Returns what `duces_query::normalise` does, without its tables where a text holds none but common characters.
pub(crate) fn normalised(text: &str) -> String {
    text.chars().map(common).collect::<Option<String>>().unwrap_or_else(|| normalise(text))
}

/// Folds a character that neither changes with its neighbours nor is dropped; `None` where the tables must say.
fn common(c: char) -> Option<char> {
    match c {
        '\0'..='\u{7F}' => Some(c.to_ascii_lowercase()),
        '\u{4E00}'..='\u{9FFF}' | '、' | '。' | '《' | '》' | '“' | '”' => Some(c),
        '！' | '（' | '）' | '，' | '：' | '；' | '？' => char::from_u32(u32::from(c) - 0xFEE0),
        _ => None,
    }
}

fn sender_identity(sender: &Sender) -> String {
    match (&sender.native_id, &sender.name) {
        (Some(id), _) => id.clone(),
        // A name cannot pass for an id, which has no space before it.
        (None, Some(name)) => format!(" {name}"),
        (None, None) => " ".to_owned(),
    }
}

/// Returns the type of a body, coarse enough that two tools agree on it.
pub(crate) fn kind(body: &Body) -> &'static str {
    match body {
        Body::Text { .. } => "text",
        Body::Picture => "picture",
        Body::Voice { .. } => "voice",
        Body::Video { .. } => "video",
        Body::Sticker { .. } => "sticker",
        Body::File { .. } => "file",
        Body::Location(_) => "location",
        Body::ContactCard(_) => "contact card",
        Body::FriendRequest { .. } => "friend request",
        Body::Link(_) => "link",
        Body::MiniProgram(_) => "mini program",
        Body::MergedHistory(_) => "merged history",
        Body::Quote(_) => "quote",
        Body::Transfer(_) => "transfer",
        Body::RedPacket(_) => "red packet",
        Body::Call(_) => "call",
        Body::Channel(_) => "channel",
        Body::Announcement { .. } => "announcement",
        Body::Solitaire { .. } => "solitaire",
        Body::Recall(_) => "recall",
        Body::Notice(_) => "notice",
        Body::Post(_) => "post",
        Body::Articles { .. } => "articles",
        Body::Mixed { .. } => "mixed",
        Body::Card(_) => "card",
        Body::Payment(_) => "payment",
        Body::Mail(_) => "mail",
        Body::Unknown { .. } => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn resolved(source: SourceConversation, account: Option<&str>, custodian: &str) -> Conversation {
        let custodian = duces_model::Custodian(custodian.to_owned());
        let accounts = Accounts::new(custodian, account.map(str::to_owned), std::collections::BTreeMap::new());
        let mut conversations = Conversations::new(accounts);
        Conversation::clone(&conversations.of(&Arc::new(source)))
    }

    #[test]
    fn a_1_1_that_names_both_sides_is_one_for_either_custodian() {
        let app = duces_model::App::named("slack");
        let both = SourceConversation::between(app.clone(), "U2", "U1", None);
        let one = SourceConversation { native_id: "U2".into(), ..both.clone() };
        let key = resolved(both.clone(), None, "Ann").key;
        assert_eq!(resolved(both, Some("U9"), "Bo").key, key);
        assert_eq!(resolved(one, Some("U1"), "Ann").key, key);
    }

    #[test]
    fn conversations_without_an_id_are_one_for_their_custodian_only() {
        let app = duces_model::App::named("signal");
        for kind in [ConversationKind::Group, ConversationKind::Direct] {
            let named = || SourceConversation::named(app.clone(), kind, "Mum");
            let key = resolved(named(), None, "Ann").key;
            assert_eq!(resolved(named(), None, "Ann").key, key);
            assert_ne!(resolved(named(), None, "Bo").key, key);
            assert_eq!(other_side(&named()), None);
        }
    }

    #[test]
    fn each_common_character_is_folded_as_the_tables_say() {
        for c in ('\0'..=char::MAX).filter(|c| common(*c).is_some()) {
            assert_eq!(normalised(&c.to_string()), normalise(&c.to_string()), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn texts_are_normalised_as_the_tables_say(text in "[\\x00-\\x7F\u{4E00}-\u{9FFF}、。《》“”！（），：；？ａé]{0,12}") {
            prop_assert_eq!(normalised(&text), normalise(&text));
        }

        #[test]
        fn no_two_lists_of_parts_have_one_key(a in proptest::collection::vec("[ab]{0,3}", 0..4), b in proptest::collection::vec("[ab]{0,3}", 0..4)) {
            let key = |parts: &[String]| IdentityKey::of([0; 8], &parts.iter().map(String::as_bytes).collect::<Vec<_>>());
            prop_assert_eq!(key(&a) == key(&b), a == b);
        }
    }
}
