//! The holds read back from the ledger, with each entry held to its hash, its position and the head it was added to.

use duces_model::{Digest, Finding, Place};
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::error::{At, Result};
use crate::ledger::Head;
use crate::merkle;
use crate::reader::Reader;
use crate::rows::Columns;
use crate::tx::LedgerEntry;

use super::scope::HoldScope;
use super::{HeldSet, Hold, HoldAct, Holds};

/// The act of placing a hold, as entries name it.
pub(super) const PLACE: &str = "hold.place";
/// The act of releasing one.
pub(super) const RELEASE: &str = "hold.release";

/// What the entry that places a hold says.
#[derive(Serialize, Deserialize)]
pub(super) struct Placing {
    pub(super) hold: String,
    pub(super) matter: String,
    pub(super) reason: String,
    pub(super) authority: String,
    pub(super) scope: HoldScope,
    pub(super) held: HeldSet,
    pub(super) head: Head,
    /// The guards that the database was given with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) guards: Vec<String>,
}

/// What the entry that releases one says.
#[derive(Serialize, Deserialize)]
pub(super) struct Releasing {
    pub(super) hold: String,
    /// The position at which it was placed.
    pub(super) placed: i64,
    pub(super) reason: String,
    pub(super) authority: String,
    pub(super) held: HeldSet,
    pub(super) head: Head,
}

/// Returns where an entry stands.
pub(super) fn place_of(seq: i64) -> Place {
    Place::file("ledger").at_record(u64::try_from(seq).unwrap_or(0))
}

impl Reader {
    /// Returns the holds, with what is wrong with the ledger that says so.
    pub fn holds(&self) -> Result<Holds> {
        let mut past = Past { holds: Vec::new(), findings: Vec::new(), leaves: Vec::new() };
        let mut statement =
            self.connection.prepare("SELECT seq, entry, leaf FROM ledger ORDER BY seq").at(&self.path)?;
        let mut found = statement.query([]).at(&self.path)?;
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            past.entry(get.int(0)?, &get.bytes(1)?, &get.bytes(2)?);
        }
        Ok(Holds { holds: past.holds, findings: past.findings })
    }
}

/// The ledger as far as it has been read.
struct Past {
    holds: Vec<Hold>,
    findings: Vec<Finding>,
    leaves: Vec<Digest>,
}

impl Past {
    fn wrong(&mut self, seq: i64, text: impl Into<String>) {
        self.findings.push(Finding::new(&codes::LEDGER, place_of(seq), text));
    }

    fn entry(&mut self, seq: i64, bytes: &[u8], kept: &[u8]) {
        let leaf = merkle::leaf_hash(bytes);
        if leaf.as_bytes() != kept {
            self.wrong(seq, "the entry is not the one whose hash was kept with it: it was changed");
        }
        let next = i64::try_from(self.leaves.len()).unwrap_or(i64::MAX).saturating_add(1);
        if seq != next {
            self.wrong(seq, format!("it stands where entry {next} should be: entries were removed or moved"));
        }
        match serde_json::from_slice::<LedgerEntry>(bytes) {
            Ok(entry) => {
                if entry.seq != seq {
                    self.wrong(seq, format!("the entry calls itself {}", entry.seq));
                }
                match entry.act.as_str() {
                    PLACE => self.place(seq, leaf, &entry),
                    RELEASE => self.release(seq, leaf, &entry),
                    _ => {}
                }
            }
            Err(error) => self.wrong(seq, format!("the entry cannot be read: {error}")),
        }
        self.leaves.push(leaf);
    }

    fn place(&mut self, seq: i64, leaf: Digest, entry: &LedgerEntry) {
        let placing: Placing = match serde_json::from_value(entry.over.clone()) {
            Ok(placing) => placing,
            Err(error) => return self.wrong(seq, format!("the placing of a hold cannot be read: {error}")),
        };
        let Placing { hold: name, matter, reason, authority, scope, held, head, .. } = placing;
        self.hold_to(seq, head);
        if self.holds.iter().any(|hold| hold.name.to_lowercase() == name.to_lowercase()) {
            return self.wrong(seq, format!("hold `{name}` is placed a second time"));
        }
        let placed = act(seq, leaf, entry, authority, reason, held, head);
        self.holds.push(Hold { name, matter, scope, placed, released: None });
    }

    fn release(&mut self, seq: i64, leaf: Digest, entry: &LedgerEntry) {
        let releasing: Releasing = match serde_json::from_value(entry.over.clone()) {
            Ok(releasing) => releasing,
            Err(error) => return self.wrong(seq, format!("the release of a hold cannot be read: {error}")),
        };
        let Releasing { hold: name, placed, reason, authority, held, head } = releasing;
        self.hold_to(seq, head);
        let released = act(seq, leaf, entry, authority, reason, held, head);
        let standing = |hold: &&mut Hold| hold.name == name && hold.placed.seq == placed && hold.released.is_none();
        match self.holds.iter_mut().find(standing) {
            Some(hold) => hold.released = Some(released),
            None => self.wrong(seq, format!("hold `{name}` is released and does not stand")),
        }
    }

    /// Holds all earlier entries to the head that this one was added to.
    fn hold_to(&mut self, seq: i64, head: Head) {
        let now = Head { size: self.leaves.len() as u64, root: merkle::root(&self.leaves) };
        if head != now {
            self.wrong(
                seq,
                format!(
                    "the entry was added to a ledger of {} with root {}, and before it stand {} with root {}: an \
                     earlier entry was changed, added or removed",
                    head.size, head.root, now.size, now.root
                ),
            );
        }
    }
}

fn act(
    seq: i64,
    leaf: Digest,
    entry: &LedgerEntry,
    authority: String,
    reason: String,
    held: HeldSet,
    head: Head,
) -> HoldAct {
    HoldAct { seq, entry: leaf, at: entry.at, by: entry.by.clone(), authority, reason, held, head }
}
