//! The facts beside the text that a query can ask for: of a message, or of all messages of a document together.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use duces_archive::{AsOf, Persons, Reader};
use duces_model::{
    App, AttachmentRole, Body, Content, Conversation, ConversationKey, ConversationKind, Message, RecordState, Sender,
    UtcMillis, Zone,
};
use duces_query::{Facts, Field, LocalTime, Matcher, Query, Span, Tokens};

use crate::criteria::Scope;
use crate::error::Result;

/// A query made ready, with what of the matter its fields need. It can be shared between threads.
pub(crate) struct Judge {
    matcher: Matcher,
    knowledge: Knowledge,
}

/// What fields need of the matter beside the messages themselves. It can be shared between threads and queries.
pub(crate) struct Knowledge {
    scope: Scope,
    zone: Zone,
    persons: Persons,
    /// The names that accounts sent messages under, where the query asks for recipients or participants.
    names: BTreeMap<(App, String), BTreeSet<String>>,
    /// Who sent messages in each conversation, where the query asks single messages for participants.
    speakers: BTreeMap<ConversationKey, Vec<Sender>>,
}

impl Judge {
    pub(crate) fn new(reader: &Reader, query: &Query, scope: Scope, zone: &Zone, as_of: AsOf) -> Result<Self> {
        let knowledge = Knowledge::read(reader, &query.fields(), scope, zone, as_of)?;
        Ok(Self { matcher: Matcher::new(query), knowledge })
    }

    /// Returns an empty buffer for texts.
    pub(crate) fn buffer(&self) -> Tokens {
        self.matcher.buffer()
    }

    /// Returns whether a text matches that is a message's or, in document scope, that of these messages.
    pub(crate) fn is_match(&self, text: &Tokens, conversation: &Conversation, messages: &[Message]) -> bool {
        self.matcher.is_match_with(text, &self.knowledge.of(conversation, messages))
    }

    /// Returns the hits in such a text.
    pub(crate) fn hits(&self, text: &Tokens, conversation: &Conversation, messages: &[Message]) -> Vec<Span> {
        self.matcher.hits_with(text, &self.knowledge.of(conversation, messages))
    }
}

impl Knowledge {
    /// Reads what the fields need.
    pub(crate) fn read(
        reader: &Reader,
        fields: &BTreeSet<Field>,
        scope: Scope,
        zone: &Zone,
        as_of: AsOf,
    ) -> Result<Self> {
        let of_people = [Field::From, Field::To, Field::Participant].iter().any(|field| fields.contains(field));
        let mut knowledge = Self {
            scope,
            zone: zone.clone(),
            persons: if of_people { reader.persons(as_of)? } else { Persons::default() },
            names: BTreeMap::new(),
            speakers: BTreeMap::new(),
        };
        if fields.contains(&Field::To) || fields.contains(&Field::Participant) {
            for known in reader.account_names(as_of)? {
                knowledge.names.entry((known.app, known.native_id)).or_default().insert(known.name);
            }
        }
        if fields.contains(&Field::Participant) && scope == Scope::Message {
            knowledge.speakers = reader.speakers(as_of)?;
        }
        Ok(knowledge)
    }

    /// Returns the facts beside the text of a message or, in document scope, of these messages.
    pub(crate) fn of<'a>(&'a self, conversation: &'a Conversation, messages: &'a [Message]) -> impl Facts + 'a {
        Told { knowledge: self, conversation, messages }
    }
}

/// What is told of one message or of the messages of one document.
struct Told<'a> {
    knowledge: &'a Knowledge,
    conversation: &'a Conversation,
    messages: &'a [Message],
}

type Values<'a> = BTreeSet<Cow<'a, str>>;

impl Facts for Told<'_> {
    fn values(&self, field: Field, each: &mut dyn FnMut(&str)) {
        let mut values = Values::new();
        match field {
            Field::Conversation => {
                values.extend([(&*self.conversation.title).into(), (&*self.conversation.native_id).into()])
            }
            Field::App => values.extend([self.conversation.app.name().into(), self.conversation.app.label().into()]),
            Field::Participant => self.participants(&mut values),
            _ => self.messages.iter().for_each(|message| self.of_message(field, message, &mut values)),
        }
        values.iter().for_each(|value| each(value));
    }

    fn times(&self, each: &mut dyn FnMut(LocalTime)) {
        self.messages.iter().for_each(|message| each(self.knowledge.local_time(message.sent)));
    }
}

impl Knowledge {
    fn local_time(&self, at: UtcMillis) -> LocalTime {
        let (year, month, day) = self.zone.day(at).parts();
        let time = self.zone.format(at, "%H%M%S");
        let two = |from: usize| time.get(from..from + 2).and_then(|digits| digits.parse().ok()).unwrap_or(0);
        let part = |part: i8| u8::try_from(part).unwrap_or(0);
        LocalTime::new((u16::try_from(year).unwrap_or(0), part(month), part(day)), (two(0), two(2), two(4)))
    }
}

impl<'a> Told<'a> {
    fn of_message(&self, field: Field, message: &'a Message, values: &mut Values<'a>) {
        match field {
            Field::Custodian => values.extend(message.custodians.iter().map(|c| Cow::from(&*c.0))),
            Field::From => {
                if let Some(sender) = &message.sender {
                    self.sender(sender, message.sent, values);
                }
            }
            Field::To => self.recipients(message, values),
            Field::Type => _ = values.insert(message.body.label().into()),
            Field::AttachmentName => {
                values.extend(message.attachments.iter().filter_map(|a| a.name.as_deref()).map(Cow::from));
                if let Body::File { name, .. } = &message.body {
                    values.insert((&**name).into());
                }
            }
            Field::Has => has(message, values),
            Field::Id => values.extend(message.native_id.as_deref().map(Cow::from)),
            Field::Conversation | Field::App | Field::Participant => {}
        }
    }

    fn sender(&self, sender: &'a Sender, at: UtcMillis, values: &mut Values<'a>) {
        values.extend([&sender.native_id, &sender.name].into_iter().flatten().map(|text| Cow::from(&**text)));
        if let Some(id) = &sender.native_id {
            values.extend(self.knowledge.persons.person_of(&self.conversation.app, id, at).map(Cow::from));
        }
    }

    /// A mail names its recipients; what is said in a 1:1 goes to the other side, all else to the conversation.
    fn recipients(&self, message: &'a Message, values: &mut Values<'a>) {
        if let Body::Mail(mail) = &message.body {
            values.extend([&mail.to, &mail.cc, &mail.bcc].into_iter().flatten().map(|to| Cow::from(&**to)));
        } else if self.conversation.kind == ConversationKind::Direct {
            let from = message.sender.as_ref().and_then(|sender| sender.native_id.as_deref());
            for side in self.conversation.native_id.split('|').filter(|side| Some(*side) != from) {
                self.account(side, message.sent, values);
            }
        } else {
            values.extend([(&*self.conversation.title).into(), (&*self.conversation.native_id).into()]);
        }
    }

    /// An account that need not have sent anything here: its id, the names it is known by, and whose it was.
    fn account(&self, id: &'a str, at: UtcMillis, values: &mut Values<'a>) {
        let app = &self.conversation.app;
        values.insert(id.into());
        values.extend(self.knowledge.persons.person_of(app, id, at).map(Cow::from));
        let names = self.knowledge.names.get(&(app.clone(), id.to_owned()));
        values.extend(names.into_iter().flatten().map(|name| Cow::from(&**name)));
    }

    /// Of a message, who takes part in its conversation at any time; of a document, who takes part in it.
    fn participants(&self, values: &mut Values<'a>) {
        if self.conversation.kind == ConversationKind::Direct {
            for side in self.conversation.native_id.split('|') {
                self.messages.iter().for_each(|message| self.account(side, message.sent, values));
            }
        }
        let Some(first) = self.messages.first() else { return };
        match self.knowledge.scope {
            Scope::Message => {
                let speakers = self.knowledge.speakers.get(&self.conversation.key);
                speakers.into_iter().flatten().for_each(|sender| self.sender(sender, first.sent, values));
            }
            Scope::Document => {
                for message in self.messages {
                    message.sender.iter().for_each(|sender| self.sender(sender, message.sent, values));
                }
            }
        }
    }
}

fn has<'a>(message: &'a Message, values: &mut Values<'a>) {
    let mut note = |has: bool, what: &'static str| {
        if has {
            values.insert(what.into());
        }
    };
    let role = |role| message.attachments.iter().any(|a| a.role == role);
    let (body, marks) = (&message.body, &message.marks);
    note(!message.attachments.is_empty(), "attachment");
    note(message.state == RecordState::Deleted || marks.deletion.is_some(), "deletion");
    note(!marks.edits.is_empty(), "edit");
    note(role(AttachmentRole::File) || matches!(body, Body::File { .. }), "file");
    note(matches!(body, Body::Link(_) | Body::Articles { .. }), "link");
    note(message.attachments.iter().any(|a| matches!(a.content, Content::Missing(_))), "missing");
    note(role(AttachmentRole::Picture) || matches!(body, Body::Picture), "picture");
    note(marks.reply_to.is_some() || matches!(body, Body::Quote(_)), "quote");
    note(!marks.reactions.is_empty(), "reaction");
    note(role(AttachmentRole::Sticker) || matches!(body, Body::Sticker { .. }), "sticker");
    note(role(AttachmentRole::Video) || matches!(body, Body::Video { .. }), "video");
    note(role(AttachmentRole::Voice) || matches!(body, Body::Voice { .. }), "voice");
}
