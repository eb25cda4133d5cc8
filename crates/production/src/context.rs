//! What planning and producing share: the request's rules, and the way from a unit to a cleared transcript.

use std::collections::BTreeMap;

use duces_archive::{AsOf, Matter, Reader};
use duces_media::Decoders;
use duces_model::{Cleared, Conversation, ConversationKey, EntryState, Message, Transcript, Unit};
use duces_render::{BatesShape, Fonts, PageStyle, Paper};
use duces_search::{Cut, TranscriptFacts};

use crate::clear::Clearance;
use crate::profile::Paper as PaperName;
use crate::workshop::Workshop;
use crate::{ErrorKind, ProductionError, Profile, Request};

/// What planning and producing share.
pub(crate) struct Context<'a> {
    pub(crate) matter: &'a Matter,
    pub(crate) request: &'a Request,
    pub(crate) profile: &'a Profile,
    pub(crate) as_of: AsOf,
    pub(crate) cut: Cut,
    pub(crate) style: PageStyle,
    pub(crate) fonts: &'static Fonts,
    pub(crate) workshop: Workshop,
    conversations: BTreeMap<ConversationKey, Conversation>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        matter: &'a Matter,
        reader: &Reader,
        request: &'a Request,
        profile: &'a Profile,
        as_of: AsOf,
    ) -> Result<Self, ProductionError> {
        let conversations = reader.conversations(as_of)?;
        let paper = match profile.page.paper {
            PaperName::Letter => Paper::Letter,
            PaperName::A4 => Paper::A4,
        };
        let decoders = Decoders::new(&request.decoders).map_err(ProductionError::usage)?;
        let bates = BatesShape { prefix: request.production.prefix.clone(), width: request.production.width };
        Ok(Self {
            matter,
            request,
            profile,
            as_of,
            cut: Cut {
                rule: request.production.unit,
                zone: request.zone.clone(),
                max_events: profile.units.max_messages,
            },
            style: PageStyle { paper, bates },
            fonts: Fonts::embedded(),
            workshop: Workshop::new(matter, decoders),
            conversations: conversations.into_iter().map(|c| (c.key.clone(), c)).collect(),
        })
    }

    /// Returns the conversations, in numbering order.
    pub(crate) fn conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.conversations.values()
    }

    /// Returns a conversation that a unit names.
    pub(crate) fn conversation(&self, key: &ConversationKey) -> Result<&Conversation, ProductionError> {
        self.conversations.get(key).ok_or_else(|| {
            ProductionError::new(ErrorKind::Matter, format!("conversation {key} is not in the matter as the plan says"))
                .hint("the plan belongs to another matter, or the matter was restored from an older backup")
        })
    }

    /// Returns the cleared transcript of a unit.
    pub(crate) fn transcript(
        &self,
        unit: &Unit,
        messages: &[Message],
        clearance: &Clearance,
    ) -> Result<Cleared<Transcript>, ProductionError> {
        let conversation = self.conversation(&unit.id.conversation)?;
        let facts = TranscriptFacts::of(conversation, unit, self.cut.rule, &self.cut.zone, &self.labels(messages));
        let mut transcript = duces_search::transcript(messages, &facts, &self.profile.children);
        self.show_what_is_decoded(&mut transcript);
        Ok(clearance.clear(transcript))
    }

    /// Has pages show pictures that a decoder is named for, where they would show them were they of a common kind.
    fn show_what_is_decoded(&self, transcript: &mut Transcript) {
        for entry in &mut transcript.entries {
            for hung in &mut entry.attachments {
                hung.show |= hung.state != EntryState::Missing
                    && hung.attachment.is_coded_picture()
                    && duces_search::is_picture(hung.attachment.role, &entry.body)
                    && self.workshop.decoder(&hung.attachment.mime).is_some();
            }
        }
    }

    /// Returns what the request calls the sources that hold any of the messages.
    fn labels(&self, messages: &[Message]) -> Vec<String> {
        let named = self.request.sources.iter().filter_map(|source| Some((&source.custodian, source.label.as_ref()?)));
        named
            .filter(|(custodian, _)| messages.iter().any(|message| message.custodians.contains(custodian)))
            .map(|(_, label)| label.clone())
            .collect()
    }
}

/// Returns the messages of a unit; every one must be there.
pub(crate) fn messages(reader: &Reader, unit: &Unit, as_of: AsOf) -> Result<Vec<Message>, ProductionError> {
    let messages = duces_search::messages_of(reader, unit, as_of)?;
    if messages.len() == unit.messages.len() {
        return Ok(messages);
    }
    let text = format!("{} of {} messages of {} are in the matter", messages.len(), unit.messages.len(), unit.id);
    Err(ProductionError::new(ErrorKind::Matter, text)
        .hint("the plan belongs to another matter, or the matter was restored from an older backup"))
}
