//! An e-mail: what it says to whom, and the thread it belongs to.

use std::collections::HashMap;
use std::sync::Arc;

use duces_model::{App, Body, ConversationKind, Digest, Fact, Mail, Marks, Sender, SourceConversation};
use mail_parser::Message;

use super::header::{self, Party};
use super::parts::Content;
use crate::Options;
use crate::draft::Draft;

/// The first mails of threads by the mails that answer them.
#[derive(Default)]
pub(crate) struct Threads {
    roots: HashMap<[u8; 8], Arc<str>>,
}

impl Threads {
    /// Returns the id of the mail that began the thread of a mail.
    fn root(&mut self, id: Option<&str>, message: &Message<'_>) -> Option<Arc<str>> {
        let first = header::ids(message, "References").into_iter().next();
        let parent = header::ids(message, "In-Reply-To").into_iter().next();
        let root: Arc<str> = match (first, parent) {
            (Some(first), _) => first.into(),
            (None, Some(parent)) => match self.roots.get(&short(&parent)) {
                Some(root) => Arc::clone(root),
                None => parent.into(),
            },
            (None, None) => return id.map(Arc::from),
        };
        if let Some(id) = id {
            self.roots.entry(short(id)).or_insert_with(|| Arc::clone(&root));
        }
        Some(root)
    }
}

fn short(id: &str) -> [u8; 8] {
    *Digest::of(id.as_bytes()).as_bytes().first_chunk().expect("a digest has 32 bytes")
}

/// What a mail says beside its content.
pub(crate) struct Email {
    pub(crate) conversation: SourceConversation,
    /// Whether the thread's id was made from the subject and those who take part.
    pub(crate) derived: bool,
    pub(crate) sender: Option<Sender>,
    pub(crate) sent_by_collector: Option<bool>,
    pub(crate) native_id: Option<String>,
}

/// Reads the headers of an e-mail.
pub(crate) fn read(message: &Message<'_>, threads: &mut Threads, options: &Options) -> Email {
    let native_id = header::ids(message, "Message-ID").into_iter().next();
    let subject = header::text(message, "Subject");
    let topic = subject.as_deref().map(topic_of).filter(|topic| !topic.is_empty()).map(str::to_owned);
    let root = threads.root(native_id.as_deref(), message);
    let derived = root.is_none();
    let id = root.map_or_else(|| made_id(topic.as_deref(), message), |root| root.to_string());
    let from = header::parties(message.from()).into_iter().next();
    let sender =
        from.map(|party| Sender { native_id: party.address.map(|address| address.to_lowercase()), name: party.name });
    let own = |account: &str, sender: &Sender| Some(sender.native_id.as_deref()? == account.to_lowercase());
    let sent_by_collector =
        options.account.as_deref().zip(sender.as_ref()).and_then(|(account, sender)| own(account, sender));
    let app = App::named("email");
    let conversation = SourceConversation { app, kind: ConversationKind::Group, native_id: id, title: topic };
    Email { conversation, derived, sender, sent_by_collector, native_id }
}

/// Returns an id for a thread of which no mail has one: the subject, and those who take part in the order of their names.
fn made_id(topic: Option<&str>, message: &Message<'_>) -> String {
    let addresses = [message.from(), message.to(), message.cc()];
    let mut parties: Vec<String> = addresses.into_iter().flat_map(header::parties).map(|party| party.shown()).collect();
    parties.sort();
    parties.dedup();
    format!("{} [{}]", topic.unwrap_or_default(), parties.join(", "))
}

/// What mailers of several languages put before the subject of an answer or a forwarded mail.
const BEFORE: &[&str] =
    &["re", "fw", "fwd", "aw", "wg", "sv", "tr", "rv", "回复", "答复", "转发", "回覆", "轉寄", "轉發"];

/// Returns a subject without what was put before it.
pub(crate) fn topic_of(subject: &str) -> &str {
    let mut topic = subject.trim();
    while let Some((word, rest)) = topic.split_once([':', '：']) {
        // Some count the answers: `Re[2]:`.
        let word = word.trim().split('[').next().unwrap_or_default();
        if !BEFORE.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            break;
        }
        topic = rest.trim_start();
    }
    topic
}

/// Returns the mail that the content makes.
pub(crate) fn draft(message: &Message<'_>, (text, attachments): Content) -> Draft {
    let shown = |parties: Vec<Party>| parties.iter().map(Party::shown).collect();
    let mail = Mail {
        subject: header::text(message, "Subject"),
        to: shown(header::parties(message.to())),
        cc: shown(header::parties(message.cc())),
        bcc: shown(header::parties(message.bcc())),
        text,
    };
    let reply_to = header::ids(message, "In-Reply-To").into_iter().next();
    let marks = Marks { reply_to, facts: facts(message), ..Marks::default() };
    Draft { attachments, marks, ..Draft::plain(Body::Mail(mail)) }
}

/// Headers whose word a reader needs, where a mail has them.
const FACTS: &[&str] = &["Sender", "Reply-To", "Importance", "Sensitivity"];

fn facts(message: &Message<'_>) -> Vec<Fact> {
    let from = header::parties(message.from());
    let mut facts: Vec<Fact> = from.iter().skip(1).map(|party| Fact::new("From", party.shown())).collect();
    for name in FACTS {
        let Some(value) = header::text(message, name) else { continue };
        let says_nothing = value.eq_ignore_ascii_case("normal")
            || from.iter().any(|party| {
                party.shown() == value || party.address.as_deref() == Some(value.trim_matches(['<', '>']))
            });
        if !says_nothing {
            facts.push(Fact::new(*name, value));
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_before_a_subject_is_taken_off() {
        let rows = [
            ("Re: Fwd: RE[2]: 回复：转发: Contract", "Contract"),
            ("Contract: part 2", "Contract: part 2"),
            ("re:", ""),
            ("", ""),
        ];
        for (subject, topic) in rows {
            assert_eq!(topic_of(subject), topic, "{subject}");
        }
    }
}
