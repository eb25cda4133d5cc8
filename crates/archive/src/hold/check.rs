//! The account of all holds: what each holds, and whether anything of it was removed or changed.

use std::collections::BTreeMap;
use std::io;

use duces_model::{BlobSource as _, Digest, Finding, Place, counted};
use serde::Serialize;

use crate::codes;
use crate::error::{ArchiveError, At, Result};
use crate::ledger::Head;
use crate::matter::Matter;
use crate::reader::{AsOf, Reader};
use crate::schema::{Guard, guards, hold_guards};

use super::held::HeldConversation;
use super::past::place_of;
use super::{HeldSet, Hold, HoldAct};

/// A hold with what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldAccount {
    /// The hold.
    #[serde(flatten)]
    pub hold: Hold,
    /// What it holds now; what it held last, where it was released.
    pub holds: HeldSet,
    /// The same of each conversation.
    pub of_conversations: Vec<HeldConversation>,
}

/// All holds of a matter, what they hold, and whether anything of it was removed or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldReport {
    /// The name of the matter's folder of evidence.
    pub matter: String,
    /// The ledger as it stood.
    pub head: Head,
    /// The holds, in the order placed.
    pub holds: Vec<HoldAccount>,
    /// How many blobs of attachments were read and compared with their digests.
    pub attachments: u64,
    /// What is wrong, and what is worth knowing.
    pub findings: Vec<Finding>,
}

impl Hold {
    /// Returns up to where in the ledger it holds.
    pub fn until(&self, now: AsOf) -> AsOf {
        self.released.as_ref().map_or(now, |released| AsOf(released.seq))
    }
}

impl Matter {
    /// Returns the account of all holds. Everything that is held is read again for it, attachments too.
    ///
    /// `earlier` is a head of the ledger that somebody kept, such as that of an earlier report: the ledger must have
    /// grown out of it.
    pub fn hold_report(&self, earlier: Option<Head>) -> Result<HoldReport> {
        let reader = self.reader()?;
        let now = reader.now()?;
        let holds = reader.holds()?;
        let head = reader.head()?;
        let mut findings = holds.findings;
        findings.extend(earlier.and_then(|earlier| grown_from(&reader, earlier)));
        let rows = match reader.check() {
            Err(ArchiveError::Damaged { what, .. }) => vec![what],
            checked => checked?,
        };
        findings.extend(rows.into_iter().map(|fault| Finding::new(&codes::ROWS, Place::file("archive.db"), fault)));
        if let Some(first) = holds.holds.first() {
            findings.extend(unguarded(&reader, &first.name)?);
        }
        let mut accounts = Vec::new();
        let mut blobs = BTreeMap::new();
        for hold in holds.holds {
            let until = hold.until(now);
            let holds = reader.held(&hold.scope, until)?;
            findings.extend(changed(&reader, &hold)?);
            findings.extend(notes(&hold, &holds));
            if hold.is_active() {
                let mut each = |message, digest| {
                    blobs.entry(digest).or_insert((hold.name.clone(), message));
                };
                reader.held_blobs(&hold.scope, now, &mut each)?;
            }
            let of_conversations = reader.held_conversations(&hold.scope, until)?;
            accounts.push(HoldAccount { holds, of_conversations, hold });
        }
        for (digest, (hold, message)) in &blobs {
            findings.extend(self.lost(digest, hold, message.0));
        }
        let matter = self.config().name.clone();
        Ok(HoldReport { matter, head, holds: accounts, attachments: blobs.len() as u64, findings })
    }

    /// Returns what is wrong with a blob.
    fn lost(&self, digest: &Digest, hold: &str, message: i64) -> Option<Finding> {
        let error = self.blobs().copy(digest, &mut io::sink()).err()?;
        let path = self.blobs().path(digest);
        let shown = path.strip_prefix(self.dir()).unwrap_or(&path).display().to_string().replace('\\', "/");
        let why = match error.kind() {
            io::ErrorKind::NotFound => "it is not there".to_owned(),
            io::ErrorKind::InvalidData => "its bytes are not those that were collected".to_owned(),
            _ => format!("it cannot be read: {error}"),
        };
        let text = format!("an attachment of message {message}, under hold `{hold}`: {why}");
        Some(Finding::new(&codes::ATTACHMENT, Place::file(shown), text))
    }
}

fn grown_from(reader: &Reader, earlier: Head) -> Option<Finding> {
    let wrong = match reader.head_at(earlier.size) {
        Ok(now) if now == earlier => return None,
        Ok(now) => format!("its root is {} now", now.root),
        Err(error) => error.to_string(),
    };
    let size = i64::try_from(earlier.size).unwrap_or(i64::MAX);
    let text = format!(
        "the ledger did not grow out of the one of {} with root {} that was given: {wrong}",
        counted(earlier.size, "entry"),
        earlier.root
    );
    Some(Finding::new(&codes::LEDGER, place_of(size), text))
}

/// Returns which guards of the database are not there or say something else.
fn unguarded(reader: &Reader, first_hold: &str) -> Result<Vec<Finding>> {
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?";
    let mut statement = reader.connection.prepare(sql).at(&reader.path)?;
    let mut findings = Vec::new();
    for Guard { name, sql } in guards().into_iter().chain(hold_guards()) {
        let mut found = statement.query([&name]).at(&reader.path)?;
        let kept: Option<String> = found.next().at(&reader.path)?.map(|row| row.get(0)).transpose().at(&reader.path)?;
        if kept.as_deref() == Some(sql.as_str()) {
            continue;
        }
        let what = if kept.is_some() { "is not what it was" } else { "is not there" };
        let text =
            format!("the trigger `{name}`, which the matter has had at the latest since hold `{first_hold}`, {what}");
        findings.push(Finding::new(&codes::GUARD, Place::file("archive.db"), text));
    }
    Ok(findings)
}

/// Compares what was held when the hold was placed, and when it was released, with what the rows say of then.
fn changed(reader: &Reader, hold: &Hold) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (act, when) in [(Some(&hold.placed), "placed"), (hold.released.as_ref(), "released")] {
        let Some(HoldAct { seq, held: then, .. }) = act else { continue };
        let now = reader.held(&hold.scope, AsOf(*seq))?;
        if now == *then {
            continue;
        }
        let of = |set: &HeldSet| {
            let (messages, records) = (counted(set.messages, "message"), counted(set.records, "record"));
            format!("{messages}, {records}, {}, SHA-256 {}", counted(set.versions, "later version"), set.sha256)
        };
        let text = format!(
            "hold `{}` held {} when it was {when}; of these the matter has {} now",
            hold.name,
            of(then),
            of(&now)
        );
        findings.push(Finding::new(&codes::CHANGED, place_of(*seq), text));
    }
    Ok(findings)
}

/// Returns what is worth knowing of a hold.
fn notes(hold: &Hold, now: &HeldSet) -> Vec<Finding> {
    let mut findings = Vec::new();
    if hold.is_active() && now.messages == 0 && now.records == 0 {
        let text = format!("hold `{}` holds nothing of what has been collected so far", hold.name);
        findings.push(Finding::new(&codes::EMPTY, place_of(hold.placed.seq), text));
    }
    let versions = now.versions.saturating_sub(hold.placed.held.versions);
    if versions > 0 {
        let text = format!(
            "under hold `{}`, copies that came after it was placed gave messages {}; what stood there before stands \
             there still",
            hold.name,
            counted(versions, "later version")
        );
        findings.push(Finding::new(&codes::VERSIONS, place_of(hold.placed.seq), text));
    }
    findings
}
