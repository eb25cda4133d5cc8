//! A chat message that came as a mail: who said what to whom, by the rule of the map that fits it.

use duces_model::{
    App, AttachmentRole, Body, ConversationKind, Fact, Marks, Notice, NoticeKind, Part, Recall, Sender,
    SourceConversation,
};
use mail_parser::Message;
use std::collections::BTreeMap;

use super::header::{self, Party};
use super::map::{Kind, MailMap, Rule};
use super::parts::Content;
use super::subject;
use crate::draft::Draft;
use crate::field::filled;
use crate::media::Hint;
use crate::{Options, notice};

/// Returns the rule that fits a mail.
pub(crate) fn rule_of<'a>(map: &'a MailMap, message: &Message<'_>) -> Option<&'a Rule> {
    map.rules().iter().find(|rule| {
        rule.when.iter().any(|pattern| header::bears(message, pattern))
            || (rule.when_prefix && parties(message).iter().any(|party| has_prefix(rule, party)))
            || (rule.when_subject && !of_subject(rule, message).is_empty())
    })
}

fn parties(message: &Message<'_>) -> Vec<Party> {
    let addresses = [message.from(), message.to(), message.cc()];
    addresses.into_iter().flat_map(header::parties).collect()
}

fn has_prefix(rule: &Rule, party: &Party) -> bool {
    party.address.as_deref().is_some_and(|address| rule.prefixes.iter().any(|prefix| address.starts_with(prefix)))
}

fn of_subject<'a>(rule: &'a Rule, message: &Message<'_>) -> BTreeMap<&'a str, String> {
    let Some(subject) = header::text(message, "Subject") else { return BTreeMap::new() };
    rule.subjects.iter().find_map(|pattern| subject::read(pattern, &subject)).unwrap_or_default()
}

/// Returns the account that an address stands for: what is before the `@` at the vendor, else the whole address.
fn account_of(rule: &Rule, address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else { return address.to_owned() };
    let at_vendor = rule.domains.iter().any(|known| {
        let rest = domain.len().checked_sub(known.len()).and_then(|at| domain.split_at_checked(at));
        rest.is_some_and(|(before, end)| {
            end.eq_ignore_ascii_case(known) && (before.is_empty() || before.ends_with('.'))
        })
    });
    if at_vendor || rule.prefixes.iter().any(|prefix| local.starts_with(prefix)) {
        return local.to_owned();
    }
    // An address of a person's own; mail makes no difference between upper and lower case.
    address.to_lowercase()
}

/// What a mail says of a chat message beside its content.
pub(crate) struct Chat {
    pub(crate) conversation: SourceConversation,
    /// Whether the conversation's id was made from those who take part, or from its name.
    pub(crate) derived: bool,
    pub(crate) sender: Option<Sender>,
    pub(crate) sent_by_collector: Option<bool>,
    pub(crate) native_id: Option<String>,
    pub(crate) kind: Option<Kind>,
    /// The word of the header where it is none that the rule knows.
    pub(crate) unknown_type: Option<String>,
    pub(crate) marks: Marks,
}

/// Reads the headers of a chat message; `name` stands for a conversation that nothing else names.
pub(crate) fn read(rule: &Rule, message: &Message<'_>, options: &Options, name: &str) -> Chat {
    let said = of_subject(rule, message);
    let app = app_of(rule, message, &said, options);
    let sender = sender_of(rule, message, &said);
    let others = recipients_of(rule, message, sender.as_ref(), &said);
    let direction = header::first(message, &rule.direction_from).and_then(|word| outgoing(rule, &word));
    let account = options.account.as_deref();
    let by_account = match (account, sender.as_ref().and_then(|sender| sender.native_id.as_deref())) {
        (Some(account), Some(sender)) => {
            let takes_part = account == sender || others.iter().any(|one| one.native_id.as_deref() == Some(account));
            takes_part.then_some(account == sender)
        }
        _ => None,
    };
    let (conversation, derived) =
        conversation_of(&Seen { rule, message, said: &said, app, account, name }, &sender, &others);
    let (kind, unknown_type) = match header::first(message, &rule.type_from) {
        None => (None, None),
        Some(word) => match lookup(&rule.types, &word).copied().or_else(|| known_kind(&word)) {
            Some(kind) => (Some(kind), None),
            None => (None, Some(word)),
        },
    };
    let facts = rule.facts.iter().filter_map(|name| Some(Fact::new(name, header::text(message, name)?))).collect();
    let reply_to = header::first(message, &rule.reply_to_from);
    Chat {
        conversation,
        derived,
        sender,
        sent_by_collector: direction.or(by_account),
        native_id: header::first(message, &rule.message_id_from),
        kind,
        unknown_type,
        marks: Marks { reply_to, facts, ..Marks::default() },
    }
}

fn lookup<'a, T>(table: &'a BTreeMap<String, T>, word: &str) -> Option<&'a T> {
    table.iter().find(|(known, _)| known.eq_ignore_ascii_case(word.trim())).map(|(_, value)| value)
}

fn app_of(rule: &Rule, message: &Message<'_>, said: &BTreeMap<&str, String>, options: &Options) -> App {
    let word = header::first(message, &rule.app_from).or_else(|| said.get("app").cloned());
    let named = |word: String| lookup(&rule.apps, &word).map_or_else(|| App::named(&word), |known| App::named(known));
    match (word, &rule.app) {
        (Some(word), _) => named(word),
        (None, Some(app)) => App::named(app),
        (None, None) => options.app(),
    }
}

/// Words for the direction that need no rule.
fn outgoing(rule: &Rule, word: &str) -> Option<bool> {
    let is = |words: &[String], usual: &[&str]| {
        let word = word.trim();
        words.iter().any(|known| known.eq_ignore_ascii_case(word)) || usual.iter().any(|u| u.eq_ignore_ascii_case(word))
    };
    if is(&rule.outgoing, &["outgoing", "outbound", "sent", "out"]) {
        return Some(true);
    }
    is(&rule.incoming, &["incoming", "inbound", "received", "in"]).then_some(false)
}

/// Words for the kind that need no rule.
fn known_kind(word: &str) -> Option<Kind> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "text" | "chat" | "message" | "im" => Kind::Text,
        "image" | "picture" | "photo" => Kind::Picture,
        "audio" | "voice" | "voice message" => Kind::Voice,
        "video" => Kind::Video,
        "file" | "document" => Kind::File,
        "sticker" => Kind::Sticker,
        "call" | "voice call" | "video call" => Kind::Call,
        "recall" | "recalled" | "deleted" => Kind::Recall,
        _ => return None,
    })
}

fn sender_of(rule: &Rule, message: &Message<'_>, said: &BTreeMap<&str, String>) -> Option<Sender> {
    let from = header::parties(message.from()).into_iter().next().unwrap_or_default();
    let id = header::first(message, &rule.sender_id_from);
    let native_id = id.or_else(|| from.address.map(|address| account_of(rule, &address)));
    let name = header::first(message, &rule.sender_name_from).or(from.name).or_else(|| said.get("sender").cloned());
    Sender::known(native_id, name)
}

fn recipients_of(
    rule: &Rule,
    message: &Message<'_>,
    sender: Option<&Sender>,
    said: &BTreeMap<&str, String>,
) -> Vec<Sender> {
    let mut found: Vec<Sender> = Vec::new();
    for party in [message.to(), message.cc()].into_iter().flat_map(header::parties) {
        let native_id = party.address.map(|address| account_of(rule, &address));
        let known = |one: &Sender| one.native_id == native_id && (native_id.is_some() || one.name == party.name);
        if !found.iter().any(known) && !sender.is_some_and(|sender| native_id.is_some() && known(sender)) {
            found.push(Sender { native_id, name: party.name });
        }
    }
    if let ([one], Some(name)) = (&mut found[..], said.get("recipient")) {
        one.name.get_or_insert_with(|| name.clone());
    }
    found
}

/// What a conversation is told by.
struct Seen<'a> {
    rule: &'a Rule,
    message: &'a Message<'a>,
    said: &'a BTreeMap<&'a str, String>,
    app: App,
    account: Option<&'a str>,
    name: &'a str,
}

fn conversation_of(seen: &Seen<'_>, sender: &Option<Sender>, others: &[Sender]) -> (SourceConversation, bool) {
    let first = |names: &[String]| header::first(seen.message, names);
    let group = first(&seen.rule.group_from);
    let title = first(&seen.rule.title_from).or_else(|| seen.said.get("group").cloned());
    let id = first(&seen.rule.conversation_from).or_else(|| group.clone());
    let app = seen.app.clone();
    let is_group = group.is_some() || seen.said.contains_key("group") || others.len() > 1;
    let ids: Vec<&str> = sender.iter().chain(others).filter_map(|one| one.native_id.as_deref()).collect();
    if !is_group && let [a, b] = ids[..] {
        let (native_id, title) = pair((a, sender.as_ref()), (b, others.first()), seen.account);
        return (SourceConversation { app, kind: ConversationKind::Direct, native_id, title }, false);
    }
    let kind = if is_group { ConversationKind::Group } else { ConversationKind::Direct };
    if let Some(native_id) = id {
        return (SourceConversation { app, kind: ConversationKind::Group, native_id, title }, false);
    }
    let native_id = match (&title, ids.is_empty()) {
        (Some(title), _) => title.clone(),
        (None, false) => {
            let mut ids = ids;
            ids.sort_unstable();
            ids.dedup();
            ids.join("|")
        }
        (None, true) => seen.name.to_owned(),
    };
    (SourceConversation { app, kind, native_id, title }, true)
}

/// Returns the id and the title of a conversation of two: the other side of the account that was collected where that
/// is one of them, else both joined by `|`.
fn pair(a: (&str, Option<&Sender>), b: (&str, Option<&Sender>), account: Option<&str>) -> (String, Option<String>) {
    let name = |side: (&str, Option<&Sender>)| side.1.and_then(|one| one.name.clone());
    match account {
        Some(account) if account == a.0 => (b.0.to_owned(), name(b)),
        Some(account) if account == b.0 => (a.0.to_owned(), name(a)),
        _ => {
            let mut sides = [a, b];
            sides.sort_by_key(|side| side.0);
            let names = sides.map(|side| name(side).unwrap_or_else(|| side.0.to_owned()));
            (format!("{}|{}", sides[0].0, sides[1].0), Some(names.join(" / ")))
        }
    }
}

/// Returns the message that the content makes.
pub(crate) fn draft(chat: &mut Chat, (text, attachments): Content) -> Draft {
    let notice = |kind| Body::Notice(Notice { kind, text: text.clone() });
    let body = match chat.kind {
        Some(Kind::Call) => Body::Call(notice::call(&text)),
        Some(Kind::Recall) => Body::Recall(Recall { text, native_id: None, recalled: None }),
        Some(Kind::Join) => notice(NoticeKind::Join),
        Some(Kind::Leave) => notice(NoticeKind::Leave),
        Some(Kind::Rename) => notice(NoticeKind::Rename),
        Some(Kind::Notice) => notice(notice::kind(&text)),
        kind => return with_files(kind, text, attachments, &mut chat.marks),
    };
    if matches!(body, Body::Notice(_)) {
        chat.sender = None;
        chat.sent_by_collector = None;
    }
    Draft { attachments, marks: std::mem::take(&mut chat.marks), ..Draft::plain(body) }
}

fn with_files(kind: Option<Kind>, text: String, files: Vec<(AttachmentRole, Hint)>, marks: &mut Marks) -> Draft {
    let mut files = files;
    let wanted = kind.and_then(role_of);
    if let (Some(role), true) = (wanted, files.is_empty()) {
        // The message says that it is a picture, and the delivery holds none.
        files.push((role, Hint::default()));
    } else if let (Some(role), [one]) = (wanted, &mut files[..]) {
        one.0 = role;
    }
    let mut bodies: Vec<Body> = files.iter().map(|(role, hint)| body_of(*role, hint)).collect();
    let body = match (text.trim().is_empty(), bodies.len()) {
        (_, 0) => Body::text_of(text),
        (true, 1) => bodies.remove(0),
        (blank, _) => {
            let words = (!blank).then(|| Part { body: Box::new(Body::text_of(text)), attachment: None });
            let parts = bodies.into_iter().enumerate();
            let parts = parts.map(|(at, body)| Part { body: Box::new(body), attachment: Some(at) });
            Body::Mixed { parts: words.into_iter().chain(parts).collect() }
        }
    };
    Draft { attachments: files, marks: std::mem::take(marks), ..Draft::plain(body) }
}

fn role_of(kind: Kind) -> Option<AttachmentRole> {
    Some(match kind {
        Kind::Picture => AttachmentRole::Picture,
        Kind::Voice => AttachmentRole::Voice,
        Kind::Video => AttachmentRole::Video,
        Kind::File => AttachmentRole::File,
        Kind::Sticker => AttachmentRole::Sticker,
        _ => return None,
    })
}

fn body_of(role: AttachmentRole, hint: &Hint) -> Body {
    match role {
        AttachmentRole::Picture | AttachmentRole::Thumbnail => Body::Picture,
        AttachmentRole::Voice => Body::Voice { duration_ms: None, transcript: None },
        AttachmentRole::Video => Body::Video { duration_ms: None },
        AttachmentRole::Sticker => Body::Sticker { caption: None, url: None },
        AttachmentRole::File => {
            let size = hint.bytes.as_ref().map(|bytes| bytes.len() as u64);
            Body::File { name: hint.name.clone().and_then(filled).unwrap_or_default(), size }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_a_vendor_are_accounts() {
        let rule = Rule { domains: vec!["vendor.test".into()], prefixes: vec!["wxid_".into()], ..Rule::default() };
        let rows = [
            ("wxid_Ab1@elsewhere.test", "wxid_Ab1"),
            ("+8613800000000@vendor.test", "+8613800000000"),
            ("Lin_X@wechat.VENDOR.test", "Lin_X"),
            ("lin@notvendor.test", "lin@notvendor.test"),
            ("Ann.Lee@Bank.test", "ann.lee@bank.test"),
            ("13800000000", "13800000000"),
        ];
        for (address, account) in rows {
            assert_eq!(account_of(&rule, address), account, "{address}");
        }
    }
}
