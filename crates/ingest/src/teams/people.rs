//! Who stands behind an identity of Graph: a person, an app or a device, each with an id of its own.

use duces_model::Sender;

use super::keys::Keys;
use super::names::Names;

/// The kinds of identities, in the order in which they are asked for.
const KINDS: &[&str] = &["user", "application", "device", "conversation"];

/// What an identity says it is where it is a person of the organisation.
const USUAL: &str = "aadUser";

/// Returns who an identity set names.
pub(super) fn of_set(set: &Keys<'_>, names: &Names) -> Option<Sender> {
    KINDS.iter().find_map(|kind| set.object(kind)).and_then(|identity| of(&identity, names))
}

/// Returns who an identity names.
pub(super) fn of(identity: &Keys<'_>, names: &Names) -> Option<Sender> {
    let native_id = identity.text("id");
    let listed = native_id.as_deref().and_then(|id| names.of(id)).map(str::to_owned);
    let name = identity.text("displayName").or(listed);
    Sender::known(native_id, name)
}

/// Returns what an identity set says of its kind, where it is not a person of the organisation.
pub(super) fn kind(set: &Keys<'_>) -> Option<String> {
    let kind = KINDS.iter().find(|kind| set.object(kind).is_some())?;
    let identity = set.object(kind)?;
    let keys = ["userIdentityType", "applicationIdentityType", "deviceIdentityType", "conversationIdentityType"];
    let said = identity.text_in(&keys).filter(|said| said != USUAL);
    said.or_else(|| (*kind != "user").then(|| (*kind).to_owned()))
}

/// Returns a person for people: the name, and the id where no name is known.
pub(super) fn shown(sender: &Sender) -> String {
    sender.display().to_owned()
}

/// Returns a person with the id behind the name.
pub(super) fn with_id(sender: &Sender) -> String {
    match (&sender.name, &sender.native_id) {
        (Some(name), Some(id)) if name != id => format!("{name} ({id})"),
        _ => shown(sender),
    }
}
