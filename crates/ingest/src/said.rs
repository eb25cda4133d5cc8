//! What sources say of themselves, once a source: where they come from, who belongs to a conversation.

use duces_model::Sender;

use crate::codes;
use crate::sink::Sink;
use crate::source::Source;

/// Says where a source comes from, as far as it tells.
pub(crate) fn provenance(pairs: &[(&str, Option<String>)], source: &Source, sink: &mut Sink) {
    let said: Vec<String> =
        pairs.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}: {value}"))).collect();
    if !said.is_empty() {
        sink.once(&codes::PROVENANCE, &source.place(), said.join("; "));
    }
}

/// Says who belongs to a conversation, where the source lists them.
pub(crate) fn members(members: &[Sender], source: &Source, sink: &mut Sink) {
    if members.is_empty() {
        return;
    }
    let shown = |member: &Sender| match (&member.name, &member.native_id) {
        (Some(name), Some(id)) if name != id => format!("{name} ({id})"),
        _ => member.display().to_owned(),
    };
    let list: Vec<String> = members.iter().map(shown).collect();
    sink.once(&codes::MEMBERS, &source.place(), format!("{} members are listed: {}", members.len(), list.join(", ")));
}
