//! What a search found, as `duces search --json` prints it.

use duces_archive::AsOf;
use duces_model::{Custodian, Day, Message, MessageId, Sender, UnitId, UnitRule, Zone};
use duces_query::Span;
use serde::{Serialize, Serializer};

use crate::criteria::{Clip, Scope};
use crate::matching::Plan;

/// What a search found. Counts are of all hits; the hits shown are limited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The messages with a hit, sorted by the archive's numbers; as JSON, how many. In document scope, those that a hit
    /// lies in.
    #[serde(serialize_with = "count")]
    pub messages: Vec<MessageId>,
    /// How many documents, under the unit rule, hold a hit.
    pub documents: u64,
    /// How many conversations hold a hit.
    pub conversations: u64,
    /// How many custodians hold a hit: a message or, in document scope, a document with one.
    pub custodians: u64,
    /// Their names, sorted.
    pub custodian_names: Vec<Custodian>,
    /// The query in canonical form.
    pub query: String,
    /// What it was held against.
    pub scope: Scope,
    /// How documents were cut.
    pub unit: UnitRule,
    /// The days asked for.
    #[serde(flatten)]
    pub clip: Clip,
    /// The zone of days and times.
    pub zone: Zone,
    /// The version of the zone data.
    pub zone_data: String,
    /// The point of the ledger that the answer holds for.
    pub as_of: AsOf,
    /// The rules of comparison, in a sentence.
    pub normalisation: String,
    /// How mixed operators were read; `None` where they were refused.
    pub precedence: Option<&'static str>,
    /// The words that could not be searched for, sorted.
    pub noise_words: Vec<String>,
    /// What a person should know of the query: names in it that nothing in the matter bears.
    pub notes: Vec<String>,
    /// How the messages were looked for.
    pub plan: Plan,
    /// Whether everything was looked at, so that the counts rest on no index.
    pub verified_full: bool,
    /// The first hits, in order of reading.
    pub hits: Vec<Hit>,
}

/// A hit with its context: a message or, in document scope, a message's or the header's part of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// The conversation's title.
    pub conversation: String,
    /// The conversation's native id.
    pub conversation_id: String,
    /// The day in the zone; of a document's header, the first it covers.
    pub day: Day,
    /// The number of the message in its document; in document scope only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// When it was sent, in the zone; `None` for a hit in a header.
    pub time: Option<String>,
    /// The sender's name.
    pub sender: Option<String>,
    /// The sender's native id.
    pub sender_id: Option<String>,
    /// Who holds it.
    pub custodians: Vec<String>,
    /// The text that was searched.
    pub text: String,
    /// Where in the text, in bytes, start and end.
    pub ranges: Vec<(usize, usize)>,
    /// The document; in document scope only.
    #[serde(skip)]
    pub unit: Option<UnitId>,
}

impl Hit {
    /// Returns the hit that a message is.
    pub(crate) fn of_message(message: &Message, title: &str, native_id: &str, zone: &Zone, spans: &[Span]) -> Self {
        Self {
            conversation: title.to_owned(),
            conversation_id: native_id.to_owned(),
            day: zone.day(message.sent),
            number: None,
            time: Some(zone.format(message.sent, TIME)),
            sender: sender_name(message.sender.as_ref()),
            sender_id: message.sender.as_ref().and_then(|s| s.native_id.clone()),
            custodians: message.custodians.iter().map(|c| c.0.clone()).collect(),
            text: message.text(),
            ranges: spans.iter().map(|s| (s.start, s.end)).collect(),
            unit: None,
        }
    }
}

pub(crate) const TIME: &str = "%Y-%m-%d %H:%M:%S";

pub(crate) fn sender_name(sender: Option<&Sender>) -> Option<String> {
    sender.map(|s| s.display().to_owned())
}

fn count<S: Serializer>(messages: &[MessageId], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(messages.len() as u64)
}
