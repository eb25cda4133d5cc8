//! Placing and releasing a hold: each is checked, takes the matter's lock and is one entry of the ledger.

use duces_model::{Custodian, counted, edit_distance};
use serde_json::to_value;

use crate::error::{ArchiveError, At, Result};
use crate::matter::Matter;
use crate::reader::{AsOf, Reader};
use crate::schema::{guards, hold_guards};
use crate::tx::{Attribution, Tx};

use super::past::{PLACE, Placing, RELEASE, Releasing};
use super::scope::{HoldScope, answers};
use super::{Hold, Holds};

/// A hold that is to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHold {
    /// Its name; none is used twice.
    pub name: String,
    /// The matter, proceeding or investigation that it is for.
    pub matter: String,
    /// Why.
    pub reason: String,
    /// By whose authority.
    pub authority: String,
    /// What it is placed on. Conversations may be named by title here: those that bear it now are meant.
    pub scope: HoldScope,
    /// That nothing restricts it, said in so many words.
    pub everything: bool,
    /// That custodians and conversations may be named which nothing has been collected of yet.
    pub not_yet_collected: bool,
}

/// The release of a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRelease {
    /// The name of the hold.
    pub name: String,
    /// Why.
    pub reason: String,
    /// By whose authority.
    pub authority: String,
}

/// How long a name may be, in characters.
const LONGEST_NAME: usize = 80;

const UNCHANGED: &str = "nothing was changed";

impl Matter {
    /// Places a hold: from then on the ledger says what must be preserved, and of what is there now the digest.
    pub fn place_hold(&self, new: &NewHold, attribution: &Attribution) -> Result<Hold> {
        check_texts(&[
            ("name", &new.name),
            ("matter", &new.matter),
            ("reason", &new.reason),
            ("authority", &new.authority),
        ])?;
        check_name(&new.name)?;
        if new.scope.is_everything() != new.everything {
            let what = if new.everything {
                "a hold on everything names no custodian, conversation or day"
            } else {
                "the hold names no custodian, conversation or day, which would hold everything in the matter"
            };
            return Err(ArchiveError::hold(what, format!("{UNCHANGED}; `--all` says that everything is meant")));
        }
        let _lock = self.lock()?;
        let reader = self.reader()?;
        let holds = sound(&reader)?;
        if let Some(known) = holds.named(&new.name) {
            let state = if known.is_active() { "stands" } else { "was released" };
            let what = format!("there is a hold `{}` already; it {state}", known.name);
            return Err(ArchiveError::hold(what, format!("{UNCHANGED}; choose another name, none is used twice")));
        }
        let as_of = reader.now()?;
        let scope = known_scope(&reader, as_of, new)?;
        let path = self.database();
        let connection = self.connect(true)?;
        let tx = Tx::begin(&connection, &path)?;
        let mut added = Vec::new();
        for guard in guards().into_iter().chain(hold_guards()) {
            let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = ?)";
            if !connection.query_row(sql, [&guard.name], |row| row.get::<_, bool>(0)).at(&path)? {
                connection.execute_batch(&guard.sql).at(&path)?;
                added.push(guard.name);
            }
        }
        let over = to_value(Placing {
            hold: new.name.clone(),
            matter: new.matter.clone(),
            reason: new.reason.clone(),
            authority: new.authority.clone(),
            held: reader.held(&scope, as_of)?,
            scope,
            head: reader.head()?,
            guards: added,
        });
        tx.commit(attribution, PLACE, over.expect("it is texts and numbers"))?;
        self.hold(&new.name)
    }

    /// Releases a hold. Nothing is removed by that, and what other holds hold is held as before.
    pub fn release_hold(&self, release: &HoldRelease, attribution: &Attribution) -> Result<Hold> {
        check_texts(&[("reason", &release.reason), ("authority", &release.authority)])?;
        let _lock = self.lock()?;
        let reader = self.reader()?;
        let holds = sound(&reader)?;
        let hold = holds.named(&release.name).ok_or_else(|| unknown(&release.name, &holds))?;
        if let Some(released) = &hold.released {
            let at = released.at.map(|at| format!(" on {at}")).unwrap_or_default();
            let what = format!("hold `{}` was released{at} by {}: {}", hold.name, released.authority, released.reason);
            return Err(ArchiveError::hold(what, UNCHANGED));
        }
        let path = self.database();
        let connection = self.connect(true)?;
        let tx = Tx::begin(&connection, &path)?;
        let over = to_value(Releasing {
            hold: hold.name.clone(),
            placed: hold.placed.seq,
            reason: release.reason.clone(),
            authority: release.authority.clone(),
            held: reader.held(&hold.scope, reader.now()?)?,
            head: reader.head()?,
        });
        tx.commit(attribution, RELEASE, over.expect("it is texts and numbers"))?;
        self.hold(&hold.name)
    }

    /// Returns a hold that was just written.
    fn hold(&self, name: &str) -> Result<Hold> {
        let holds = self.reader()?.holds()?;
        let damaged = || ArchiveError::damaged(&self.database(), format!("hold `{name}` was written and is not there"));
        holds.named(name).cloned().ok_or_else(damaged)
    }
}

/// Returns the holds of a ledger of which nothing is wrong: nothing is decided on one that was changed.
fn sound(reader: &Reader) -> Result<Holds> {
    let holds = reader.holds()?;
    match holds.findings.first() {
        Some(finding) => Err(reader.damaged(format!("{}: {}", finding.place, finding.text))),
        None => Ok(holds),
    }
}

fn check_texts(texts: &[(&str, &str)]) -> Result<()> {
    match texts.iter().find(|(_, text)| text.trim().is_empty()) {
        Some((what, _)) => Err(ArchiveError::hold(
            format!("the {what} is blank"),
            format!(
                "{UNCHANGED}; a hold is placed and released by somebody's authority and for a reason, or not at all"
            ),
        )),
        None => Ok(()),
    }
}

fn check_name(name: &str) -> Result<()> {
    let plain = name.trim() == name && !name.chars().any(char::is_control) && name.chars().count() <= LONGEST_NAME;
    if plain {
        return Ok(());
    }
    let what = format!("{name:?} is no name of a hold");
    let next = format!(
        "{UNCHANGED}; a name has at most {LONGEST_NAME} characters, no control characters, and no space before or after it"
    );
    Err(ArchiveError::hold(what, next))
}

fn unknown(name: &str, holds: &Holds) -> ArchiveError {
    let standing: Vec<String> = holds.active().map(|hold| format!("`{}`", hold.name)).collect();
    let next = match standing.as_slice() {
        [] => format!("{UNCHANGED}; no hold stands"),
        [one] => format!("{UNCHANGED}; the only hold that stands is {one}"),
        all => format!("{UNCHANGED}; the holds that stand are {}", all.join(", ")),
    };
    ArchiveError::hold(format!("there is no hold `{name}`"), next)
}

/// Returns the scope by ids that later imports can be held to; what nothing answers to is refused unless it was said
/// that it is still to come, since a typing error would hold nothing.
fn known_scope(reader: &Reader, as_of: AsOf, new: &NewHold) -> Result<HoldScope> {
    let custodians = reader.custodians(as_of)?;
    let is_known = |custodian: &&Custodian| custodians.contains(custodian);
    if !new.not_yet_collected
        && let Some(name) = new.scope.custodians.iter().find(|custodian| !is_known(custodian))
    {
        return Err(unmet("custodian", &name.0, custodians.iter().map(|known| known.0.as_str())));
    }
    let known = reader.conversations(as_of)?;
    let mut ids = Vec::new();
    for asked in &new.scope.conversations {
        if known.iter().any(|conversation| answers(conversation, asked)) {
            ids.push(asked.clone());
            continue;
        }
        let titled = known.iter().filter(|conversation| conversation.title == *asked);
        let keys: Vec<String> = titled.map(|conversation| conversation.key.as_str().to_owned()).collect();
        if keys.is_empty() {
            if !new.not_yet_collected {
                let names = known.iter().flat_map(|of| [of.native_id.as_str(), of.title.as_str()]);
                return Err(unmet("conversation", asked, names));
            }
            ids.push(asked.clone());
        }
        ids.extend(keys);
    }
    let mut scope = HoldScope { conversations: ids, ..new.scope.clone() };
    scope.conversations.sort();
    scope.conversations.dedup();
    scope.custodians.sort();
    scope.custodians.dedup();
    Ok(scope)
}

/// How many names are listed where one is not known.
const LISTED: usize = 8;

fn unmet<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> ArchiveError {
    // What holds the words that were asked for comes first, then what is spelt most like them.
    let distance = |known: &'a str| (!known.contains(name), edit_distance(name, known), known);
    let mut near: Vec<_> = known.map(distance).collect();
    near.sort_unstable();
    near.dedup();
    let names: Vec<String> = near.iter().take(LISTED).map(|(_, _, known)| format!("`{known}`")).collect();
    let more = near.len().saturating_sub(LISTED);
    let listed = match (names.as_slice(), more) {
        ([], _) => "the matter has none yet".to_owned(),
        (names, 0) => format!("the matter has {}", names.join(", ")),
        (names, more) => format!("the matter has {} and {}", names.join(", "), counted(more, "other")),
    };
    ArchiveError::hold(
        format!("no {what} is called `{name}`, so it would hold nothing"),
        format!("{UNCHANGED}; {listed}; `--not-yet-collected` places the hold on what is still to come"),
    )
}
