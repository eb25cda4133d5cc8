//! Which conversation a row belongs to: as the row says, as the rows above it said, or as the file is named.

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{App, ConversationKind, Place, SourceConversation};

use super::layout::Layout;
use super::party::Party;
use crate::field::filled;
use crate::mapping::Mapping;
use crate::sink::Sink;
use crate::source::Source;
use crate::{codes, contacts};

/// The conversations of a table.
pub(super) struct Talks {
    mapping: Option<Mapping>,
    /// Whether a row that names no conversation is of the file's: a table that people kept is most often of one.
    of_file: bool,
    app: Option<App>,
    sheet: Option<String>,
    file: String,
    /// What the rows above said of the conversation at hand.
    at_hand: Talk,
    known: BTreeMap<(String, String), Arc<SourceConversation>>,
}

/// What is said of a conversation.
#[derive(Debug, Clone, Default)]
pub(super) struct Talk {
    number: Option<String>,
    id: Option<String>,
    name: Option<String>,
    app: Option<String>,
    parties: Vec<Party>,
}

impl Talk {
    /// Returns the owner of the device, where the tool marks one.
    pub(super) fn owner(&self) -> Option<&Party> {
        self.parties.iter().find(|party| party.owner)
    }
}

/// Who sends and who receives the message at hand.
pub(super) struct Ends<'a> {
    pub(super) sender: Option<&'a Party>,
    pub(super) recipients: &'a [Party],
}

impl Talks {
    pub(super) fn new(source: &Source, of_file: bool, mapping: Option<Mapping>) -> Self {
        let stem = source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let said = mapping.as_ref().and_then(|mapping| mapping.said().app.as_deref()).map(App::named);
        let app = source.options.app.clone().or(said);
        Self { mapping, of_file, app, sheet: None, file: stem, at_hand: Talk::default(), known: BTreeMap::new() }
    }

    pub(super) fn begin_sheet(&mut self, name: &str) {
        self.sheet = Some(name.to_owned());
        self.at_hand = Talk::default();
    }

    /// Takes in what a row says of its conversation. Where conversations are numbered, only the first row of each says
    /// more than the number.
    pub(super) fn take(&mut self, layout: &Layout, cells: &[String]) {
        let of = |at: Option<usize>| at.and_then(|at| cells.get(at)).and_then(|cell| filled(cell.trim()));
        let number = of(layout.talk);
        let new = Talk {
            id: of(layout.conversation_id),
            name: of(layout.conversation),
            app: of(layout.app),
            parties: of(layout.participants).map(|cell| Party::all(&cell)).unwrap_or_default(),
            number: number.clone(),
        };
        if layout.talk.is_some() && (number.is_none() || number == self.at_hand.number) {
            let known = std::mem::take(&mut self.at_hand);
            let parties = if new.parties.is_empty() { known.parties } else { new.parties };
            self.at_hand = Talk {
                number: known.number,
                id: new.id.or(known.id),
                name: new.name.or(known.name),
                app: new.app.or(known.app),
                parties,
            };
            return;
        }
        self.at_hand = new;
    }

    pub(super) fn at_hand(&self) -> &Talk {
        &self.at_hand
    }

    pub(super) fn mapping(&self) -> Option<&Mapping> {
        self.mapping.as_ref()
    }

    /// Returns the app of the conversation at hand.
    pub(super) fn app(&self) -> App {
        let said = self.at_hand.app.as_deref().map(app_of);
        let named = || self.sheet.as_deref().into_iter().chain([self.file.as_str()]).find_map(app_in);
        said.or_else(|| self.app.clone()).or_else(named).unwrap_or_else(|| {
            // What people kept by hand is of the app that they are asked about; a tool's report is of any.
            if self.of_file { App::wechat() } else { App::named("chat") }
        })
    }

    /// Returns the conversation of the message at hand.
    pub(super) fn conversation(&mut self, ends: &Ends<'_>, place: &Place, sink: &mut Sink) -> Arc<SourceConversation> {
        let app = self.app();
        let conversation = self.told(&app, ends, place, sink);
        let key = (conversation.app.name().to_owned(), conversation.native_id.clone());
        Arc::clone(self.known.entry(key).or_insert_with(|| Arc::new(conversation)))
    }

    fn told(&self, app: &App, ends: &Ends<'_>, place: &Place, sink: &mut Sink) -> SourceConversation {
        let said = self.mapping.as_ref().map(Mapping::said);
        let talk = &self.at_hand;
        let id = talk.id.clone().or_else(|| said.and_then(|said| said.conversation_id.clone()));
        let name = talk.name.clone().or_else(|| said.and_then(|said| said.conversation.clone()));
        let kind = said.and_then(|said| said.kind).map(ConversationKind::from);
        let group = id.as_deref().is_some_and(|id| ["@chatroom", "@g.us"].iter().any(|end| id.ends_with(end)));
        // A chat that has an id may be a group which stands where a recipient does, unless the id is a person's.
        let person = id.as_deref().is_none_or(|id| id.ends_with("@s.whatsapp.net") || id.starts_with("wxid_"));
        let sides = sides(talk, ends, person);
        if let Some([a, b]) = &sides
            && !group
            && kind != Some(ConversationKind::Group)
        {
            return SourceConversation::between(app.clone(), a, b, name);
        }
        match (id, name) {
            (Some(id), name) => {
                let told = if *app == App::wechat() { contacts::kind_of(&id) } else { ConversationKind::Group };
                let kind = kind.unwrap_or(if group { ConversationKind::Group } else { told });
                SourceConversation { app: app.clone(), kind, native_id: id, title: name }
            }
            (None, Some(name)) => {
                let text = "the conversation has no id; it was told by its name";
                sink.once(&codes::CONVERSATION_DERIVED, place, text);
                SourceConversation::named(app.clone(), kind.unwrap_or(ConversationKind::Group), &name)
            }
            (None, None) if !talk.parties.is_empty() => {
                let mut keys: Vec<&str> = talk.parties.iter().filter_map(Party::key).collect();
                keys.sort_unstable();
                let text = "the conversation has no id; it was told by those who take part";
                sink.once(&codes::CONVERSATION_DERIVED, place, text);
                SourceConversation::named(app.clone(), kind.unwrap_or(ConversationKind::Group), &keys.join(", "))
            }
            (None, None) => {
                let text = format!("the rows name no conversation; `{}` was taken from the file's name", self.file);
                sink.once(&codes::CONVERSATION_FROM_NAME, place, text);
                let mut named = contacts::conversation_of(app.clone(), &self.file);
                named.kind = kind.unwrap_or(named.kind);
                named
            }
        }
    }
}

/// Returns both sides of a talk of two, where they have accounts.
fn sides(talk: &Talk, ends: &Ends<'_>, person: bool) -> Option<[String; 2]> {
    let pair = |a: &Party, b: &Party| Some([a.id.clone()?, b.id.clone()?]);
    match (talk.parties.as_slice(), ends.sender, ends.recipients) {
        ([a, b], ..) => pair(a, b),
        ([], Some(sender), [recipient]) if person => pair(sender, recipient),
        _ => None,
    }
    .filter(|[a, b]| a != b)
}

/// Apps as tools name them, and their short names.
const APPS: &[(&str, &str)] = &[
    ("wechat", "wechat"),
    ("weixin", "wechat"),
    ("微信", "wechat"),
    ("wecom", "wecom"),
    ("企业微信", "wecom"),
    ("whatsapp", "whatsapp"),
    ("telegram", "telegram"),
    ("signal", "signal"),
    ("imessage", "imessage"),
    ("facebook messenger", "messenger"),
    ("instagram", "instagram"),
    ("line", "line"),
    ("kakao", "kakaotalk"),
    ("viber", "viber"),
    ("skype", "skype"),
    ("sms", "sms"),
];

fn app_of(text: &str) -> App {
    app_in(text).unwrap_or_else(|| App::named(text.trim()))
}

/// Returns the app that a text names: as a word of its own, since `line` is part of many.
fn app_in(text: &str) -> Option<App> {
    let lower = text.to_lowercase();
    let found = APPS.iter().find(|(word, _)| {
        lower.match_indices(word).any(|(at, _)| {
            let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
            edge(lower[..at].chars().next_back()) && edge(lower[at + word.len()..].chars().next())
        })
    });
    found.map(|(_, name)| App::named(name))
}
