//! Microsoft Teams: messages of Microsoft Graph and of a tenant's data export, and the data export of an account.

mod attachment;
mod body;
mod card;
mod conversation;
mod duration;
mod event;
mod export;
mod graph;
mod keys;
mod marks;
mod names;
mod people;
mod pieces;

use keys::Keys;

use crate::IngestError;
use crate::probe::Probe;

pub(crate) use export::READER as EXPORT;
pub(crate) use graph::READER as GRAPH;

/// The files of an export that hold no messages: keys that an entry of them has, and what they are.
const COMPANIONS: &[(&[&str], &str)] = &[
    (&["userPrincipalName", "displayName"], "the people of a Teams export; their names are used"),
    (&["groupsId", "name"], "the teams of a Teams export; their names are used"),
    (&["membershipType", "displayName"], "the channels of a Teams export; their names are used"),
    (&["messagingSettings", "displayName"], "the settings of teams; they hold no messages"),
    (&["userId", "userName", "name"], "the members of a team; their names are used"),
    (&["iCalUId", "onlineMeeting"], "meetings of a calendar; they hold no messages"),
];

/// Returns what a file of an export is that holds no messages.
pub(crate) fn companion(probe: &mut Probe<'_>) -> Result<Option<&'static str>, IngestError> {
    let Some(first) = probe.first_element()? else { return export::companion(probe) };
    let Some(entry) = std::str::from_utf8(first).ok().and_then(Keys::of) else { return Ok(None) };
    let is = |(keys, _): &&(&[&str], &str)| keys.iter().all(|key| entry.has(key));
    Ok(COMPANIONS.iter().find(is).map(|(_, what)| *what))
}
