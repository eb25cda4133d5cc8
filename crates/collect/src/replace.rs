//! Messages that take the place of an earlier one: the notice that a file is still being sent, and then the file. Both
//! records are kept as records of one message, which has the later one's content and server id and stands where the
//! earlier one stood.

use duces_archive::{IdentityKey, Prepared, StoredMessage, Writer};
use duces_model::{Finding, MessageId};

use crate::codes;
use crate::error::Result;
use crate::identity::server_key;
use crate::prepare::Draft;

/// Returns the key of the message whose place a record takes.
pub(crate) fn key_of_earlier(draft: &Draft) -> Option<IdentityKey> {
    let record = &draft.record;
    let earlier = record.replaces.as_deref().filter(|id| record.native_id.as_deref() != Some(id))?;
    Some(server_key(&draft.conversation.key, earlier))
}

/// Returns whether a record that a server id leads to a message is the earlier one of the two it was made from.
pub(crate) fn is_the_earlier(stored: &StoredMessage, draft: &Draft) -> bool {
    let own = draft.record.native_id.as_deref();
    own.is_some() && stored.native_id.is_some() && stored.native_id.as_deref() != own
}

/// Gives a message the content of the record that takes its place.
pub(crate) fn take_place(
    writer: &mut Writer<'_>,
    message: MessageId,
    stored: &StoredMessage,
    draft: &Draft,
) -> Result<Finding> {
    let record = &draft.record;
    let sender = record.sender.as_ref().or(stored.sender.as_ref());
    let marks = stored.marks.joined(&record.marks);
    let prepared = Prepared::of(sender, &record.body, &draft.attachments, &marks);
    let native_id = record.native_id.as_deref().or(stored.native_id.as_deref());
    writer.add_version_named(message, native_id, sender, &prepared, "took the place of an earlier message")?;
    let text = format!(
        "{} of {} takes the place of {} of {}; both records are kept as one message",
        record.body.label(),
        record.sent,
        stored.body.label(),
        stored.sent
    );
    Ok(Finding::new(&codes::REPLACES, record.place.clone(), text))
}
