//! Posts of Moments (朋友圈) as tools export them: WeFlow's object with `posts`, plain or for ArkMe, and the array of
//! WeChatMomentStat with `snsId`.
//!
//! Where a record has the app's own XML, that is read, and the tool's fields add what it does not say. What one account
//! published is one conversation.

mod post;
mod stat;

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{Body, ConversationKind, Place, Sender, SourceConversation};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::draft::{self, Draft};
use crate::json_object::{Object, Spare, epoch};
use crate::json_stream::{self, JsonStream, ReadElement, Shape};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::{Format, IngestError, Items, codes, said};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::MomentsJson, is_file, in_tree: None, open };

const POSTS: &str = "posts";

#[derive(Deserialize)]
struct First {
    #[serde(rename = "snsId")]
    id: Option<IgnoredAny>,
    timestamp: Option<IgnoredAny>,
}

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if probe.is_object() {
        let found = probe.keys_before(POSTS, &["totalPosts", "exportTime"], |found| found.contains_key(POSTS))?;
        return Ok(found.contains_key(POSTS) && (found.contains_key("totalPosts") || found.contains_key("exportTime")));
    }
    let Some(element) = probe.first_element()? else { return Ok(false) };
    let first = serde_json::from_slice::<First>(element);
    Ok(first.is_ok_and(|first| first.id.is_some() && first.timestamp.is_some()))
}

/// One post as a tool's fields give it.
struct Told {
    draft: Draft,
    author: Sender,
    native_id: Option<String>,
}

struct Moments {
    source: Source,
    /// Whose archive it is, where the export says so.
    owner: Option<String>,
    declared: Option<u64>,
    /// Whether the posts are WeFlow's.
    weflow: bool,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
}

fn open(source: Source, mut sink: Sink) -> Result<Items, IngestError> {
    let failed = |error| io_error(&source.path, error);
    let mut window = source.window()?;
    let wanted = ["exportTime", "totalPosts", "format", "schemaVersion", "recordOwner", "filters"];
    let found =
        json_stream::header_before(&mut window, source.encoding, POSTS, &wanted, |found| found.contains_key(POSTS))
            .map_err(failed)?;
    let weflow = found.contains_key(POSTS);
    let text = |key: &str| found.get(key).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let plain = |key: &str| text(key).map(|text| text.trim_matches('"').to_owned());
    let owner =
        text("recordOwner").as_deref().and_then(Object::of).and_then(|owner| owner.text_in(&["wxid", "username"]));
    // A filtered export is not all that was there.
    let filters = text("filters").filter(|text| Object::of(text).is_some_and(|filters| is_set(&filters)));
    let pairs = [
        ("exported", plain("exportTime")),
        ("layout", plain("format")),
        ("version", plain("schemaVersion")),
        ("owner", owner.clone()),
        ("filters", filters),
    ];
    said::provenance(&pairs, &source, &mut sink);
    let shape = if weflow { Shape::Under(POSTS) } else { Shape::Array };
    let declared = plain("totalPosts").and_then(|count| count.parse().ok());
    let owner = owner.or_else(|| source.options.account.clone());
    let window = source.window()?;
    let reader = Moments { source, owner, declared, weflow, conversations: BTreeMap::new() };
    Ok(Box::new(JsonStream::shaped(reader, window, shape, sink)))
}

fn is_set(filters: &Object<'_>) -> bool {
    filters.text("keyword").is_some() || !filters.list("usernames").is_empty()
}

impl ReadElement for Moments {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(row) = Object::of_element(raw, self.source.encoding, &mut spare, place, sink) else { return };
        let key = if self.weflow { "createTime" } else { "timestamp" };
        let Some((sent, sent_raw)) = epoch(&row, key, raw, place, sink) else { return };
        let Told { draft, author, native_id } =
            if self.weflow { post::read(&row, place, sink) } else { stat::read(&row, place, sink) };
        let Some(author_id) = author.native_id.clone() else {
            sink.excepted(&codes::MISSING_FIELD, place, "the post names no account that published it", raw);
            return;
        };
        let own = row.field("isCurrentUser").truth().or_else(|| self.owner.as_ref().map(|owner| *owner == author_id));
        let told = draft::Told {
            conversation: self.conversation(&author_id, author.name.clone()),
            sender: Some(author),
            sent_by_collector: own,
            sent,
            sent_raw,
            native_id,
            sequence: None,
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }

    fn end(&mut self, records: u64, place: &Place, sink: &mut Sink) {
        if let Some(declared) = self.declared.filter(|declared| *declared != records) {
            let text = format!("the export says it has {declared} posts; {records} stand in it");
            sink.finding(&codes::COUNT_DIFFERS, place, text);
        }
    }
}

impl Moments {
    fn conversation(&mut self, author: &str, name: Option<String>) -> Arc<SourceConversation> {
        if let Some(known) = self.conversations.get(author) {
            return Arc::clone(known);
        }
        let (app, native_id) = (self.source.options.app(), author.to_owned());
        let conversation = SourceConversation { app, kind: ConversationKind::Moments, native_id, title: name };
        let conversation = Arc::new(conversation);
        self.conversations.insert(author.to_owned(), Arc::clone(&conversation));
        conversation
    }
}

/// Returns what the XML of a post says, where a record has it; XML that cannot be read is said and passed over.
fn from_xml(xml: Option<String>, place: &Place, sink: &mut Sink) -> Option<crate::wechat_xml::TimelinePost> {
    match crate::wechat_xml::post_from_xml(&xml?) {
        Ok(found) => {
            if let Some(damage) = &found.damage {
                let text = format!("the post's XML is damaged: {damage}; what could be read of it is shown");
                sink.finding(&codes::DAMAGED_XML, place, text);
            }
            Some(found)
        }
        Err(reason) => {
            let text = format!("the post's XML cannot be read: {reason}; the tool's own fields are shown");
            sink.finding(&codes::BAD_XML, place, text);
            None
        }
    }
}

/// Returns a draft of a post.
fn drafted(post: duces_model::Post) -> Draft {
    Draft::plain(Body::Post(post))
}
