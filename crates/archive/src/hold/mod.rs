//! Legal holds: what must be preserved for which matter, by whose authority and why.
//!
//! A hold is two entries of the ledger, the one that places it and the one that releases it, and nothing else: no table
//! says which holds stand, so none can be made to say otherwise. What it holds is asked of the rows each time, so what
//! comes later and falls under it is held too. That nothing is removed or changed is not the hold's doing: the archive
//! never does either (`gate`, and the triggers). A hold says so for certain records, and proves it of them: each entry
//! has the digest of all that was held then, which is computed again.

mod acts;
mod check;
mod held;
mod past;
mod scope;

use duces_model::{Custodian, Digest, Finding, UtcMillis};
use serde::{Deserialize, Serialize};

use crate::error::ArchiveError;
use crate::ledger::Head;
use crate::matter::Matter;

pub use acts::{HoldRelease, NewHold};
pub use check::{HoldAccount, HoldReport};
pub use held::HeldConversation;
pub use scope::{HoldPeriod, HoldScope};

/// A legal hold, as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// Its name.
    pub name: String,
    /// The matter, proceeding or investigation that it was placed for.
    pub matter: String,
    /// What it is placed on.
    pub scope: HoldScope,
    /// How it was placed.
    pub placed: HoldAct,
    /// How it was released, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released: Option<HoldAct>,
}

impl Hold {
    /// Returns whether it stands.
    pub fn is_active(&self) -> bool {
        self.released.is_none()
    }
}

/// The placing or the release of a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldAct {
    /// The position of its entry in the ledger.
    pub seq: i64,
    /// The digest of the entry: its leaf of the ledger's tree.
    pub entry: Digest,
    /// When, as the ledger has it.
    pub at: Option<UtcMillis>,
    /// Which user ran the command, as the ledger has it.
    pub by: Option<String>,
    /// By whose authority.
    pub authority: String,
    /// Why.
    pub reason: String,
    /// What was held then.
    pub held: HeldSet,
    /// The head of the ledger before the entry, which holds everybody to all that stood in it.
    pub head: Head,
}

/// What a scope holds at a position of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldSet {
    /// How many conversations.
    pub conversations: u64,
    /// How many messages.
    pub messages: u64,
    /// How many later versions these messages have.
    pub versions: u64,
    /// How many source records: those of the messages, whoever's copies they are, and those that cannot be read.
    pub records: u64,
    /// How many of the records cannot be read. Nobody can tell which conversation and time they are of, so each of a
    /// custodian's is held where the custodian is.
    pub unreadable: u64,
    /// Who holds the messages, sorted.
    pub custodians: Vec<Custodian>,
    /// When the first of the messages was sent.
    pub first: Option<UtcMillis>,
    /// When the last was.
    pub last: Option<UtcMillis>,
    /// The SHA-256 over all rows of all of these.
    pub sha256: Digest,
}

/// The holds of a matter, in the order placed, and what is wrong with what the ledger says of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holds {
    /// The holds.
    pub holds: Vec<Hold>,
    /// Errors of the ledger; nothing that it says is to be relied on where there are any.
    pub findings: Vec<Finding>,
}

impl Holds {
    /// Returns the holds that stand.
    pub fn active(&self) -> impl Iterator<Item = &Hold> {
        self.holds.iter().filter(|hold| hold.is_active())
    }

    /// Returns the hold of a name, with which case does not count.
    fn named(&self, name: &str) -> Option<&Hold> {
        self.holds.iter().find(|hold| hold.name.to_lowercase() == name.to_lowercase())
    }
}

/// Adds to a refusal which holds stand, by whom they were placed and how one is released.
pub(crate) fn naming_holds(matter: &Matter, error: ArchiveError) -> ArchiveError {
    let ArchiveError::Kept { path, .. } = error else { return error };
    // Where not even this can be read, the refusal itself is what counts.
    let holds = matter.reader().and_then(|reader| reader.holds()).map(|holds| said(&holds)).unwrap_or_default();
    ArchiveError::Kept { path, holds }
}

fn said(holds: &Holds) -> String {
    let day = |at: Option<UtcMillis>| at.map(|at| format!(" on {at}")).unwrap_or_default();
    let each = |hold: &Hold| {
        let placed = &hold.placed;
        format!("`{}` (placed by {}{}: {})", hold.name, placed.authority, day(placed.at), placed.reason)
    };
    let all: Vec<String> = holds.active().map(each).collect();
    if all.is_empty() {
        return String::new();
    }
    format!(
        "; under legal hold {}; `duces hold release MATTER NAME --authority WHO --reason WHY` releases a hold, and even \
         then what was collected stays",
        all.join(", ")
    )
}
