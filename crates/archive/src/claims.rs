//! Claims on production numbers: who holds which range, and how far the production that claimed it has come.
//!
//! claimed → sealed (the stage is verified, its manifest's digest is known) → finished (published); or void, as long
//! as nothing was published. A void claim frees its numbers: none of them ever left.

use duces_model::{BatesNumber, BatesRange, Digest};
use rusqlite::{Connection, params};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::{ArchiveError, At, Result};
use crate::matter::Matter;
use crate::rows::Columns;
use crate::schema::{Cell, T};
use crate::tx::{Attribution, Tx};

/// The row of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ClaimId(pub i64);

/// What a production asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRequest {
    /// The numbers.
    pub range: BatesRange,
    /// The digest of the plan that uses them.
    pub plan: Digest,
    /// The digest of the request that the plan resolves.
    pub request: Digest,
    /// The production's name.
    pub production: String,
}

/// How far a claim has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimState {
    /// The numbers are held; the production is being written.
    Claimed,
    /// Written and verified; what remains is to publish it.
    Sealed {
        /// The digest of its manifest.
        manifest: Digest,
    },
    /// Published.
    Finished {
        /// The digest of its manifest.
        manifest: Digest,
    },
    /// Given up before anything was published.
    Void,
}

impl ClaimState {
    /// Returns the state in a word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Sealed { .. } => "sealed",
            Self::Finished { .. } => "finished",
            Self::Void => "void",
        }
    }
}

/// A claim as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its row.
    pub id: ClaimId,
    /// The numbers.
    pub range: BatesRange,
    /// The digest of the plan.
    pub plan: Digest,
    /// The digest of the request.
    pub request: Digest,
    /// The production's name.
    pub production: String,
    /// How far it has come.
    pub state: ClaimState,
}

/// The answer to a request for numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimAnswer {
    /// The numbers are held, now or since an earlier request for the same plan.
    Held(Claim),
    /// Refused: another production holds some of the numbers.
    Overlap(Claim),
    /// Refused: the name belongs to a production of another plan.
    NameTaken(Claim),
}

/// The claims of a matter. Each act is one immediate transaction with its ledger entry.
pub struct Claims<'m> {
    matter: &'m Matter,
    attribution: Attribution,
}

impl Matter {
    /// Returns the claims on production numbers; each act takes the matter's lock for itself.
    pub fn claims(&self, attribution: Attribution) -> Claims<'_> {
        Claims::new(self, attribution)
    }
}

impl<'m> Claims<'m> {
    pub(crate) fn new(matter: &'m Matter, attribution: Attribution) -> Self {
        Self { matter, attribution }
    }

    /// Claims numbers for a plan; the same plan gets the same claim again.
    pub fn claim(&self, wanted: &ClaimRequest) -> Result<ClaimAnswer> {
        let path = self.matter.database();
        let _lock = self.matter.lock()?;
        let connection = self.matter.connect(true)?;
        let mut tx = Tx::begin(&connection, &path)?;
        let held: Vec<_> =
            self.list(&connection)?.into_iter().filter(|claim| claim.state != ClaimState::Void).collect();
        for claim in &held {
            if claim.plan == wanted.plan && claim.production == wanted.production && claim.range == wanted.range {
                return Ok(ClaimAnswer::Held(claim.clone()));
            }
        }
        if let Some(claim) = held.iter().find(|claim| claim.production == wanted.production) {
            return Ok(ClaimAnswer::NameTaken(claim.clone()));
        }
        if let Some(claim) = held.iter().find(|claim| collide(&claim.range, &wanted.range)) {
            return Ok(ClaimAnswer::Overlap(claim.clone()));
        }
        let (first, last) = (wanted.range.first(), wanted.range.last());
        let id = tx.insert(
            T::Claim,
            &[
                Cell::Text(first.prefix()),
                Cell::Int(i64::from(first.width())),
                Cell::Int(number(first)),
                Cell::Int(number(last)),
                Cell::Blob(wanted.plan.as_bytes()),
                Cell::Blob(wanted.request.as_bytes()),
                Cell::Text(&wanted.production),
            ],
        )?;
        tx.insert(T::ClaimState, &[Cell::Int(id), Cell::Text("claimed"), Cell::Null])?;
        let over = json!({
            "claim": id, "production": wanted.production, "first": first.to_string(), "last": last.to_string(),
            "plan": wanted.plan, "request": wanted.request,
        });
        tx.commit(&self.attribution, "production.claim", over)?;
        Ok(ClaimAnswer::Held(Claim {
            id: ClaimId(id),
            range: wanted.range.clone(),
            plan: wanted.plan,
            request: wanted.request,
            production: wanted.production.clone(),
            state: ClaimState::Claimed,
        }))
    }

    /// Notes that the production is written and verified, with its manifest's digest; again with the same is no change.
    pub fn seal(&self, id: ClaimId, manifest: Digest) -> Result<()> {
        self.advance(id, "sealed", |state| match state {
            ClaimState::Claimed => Some(Step::Go(Some(manifest))),
            ClaimState::Sealed { manifest: same } if same == manifest => Some(Step::Stay),
            _ => None,
        })
    }

    /// Notes that the production is published.
    pub fn finish(&self, id: ClaimId) -> Result<()> {
        self.advance(id, "finished", |state| match state {
            ClaimState::Sealed { manifest } => Some(Step::Go(Some(manifest))),
            ClaimState::Finished { .. } => Some(Step::Stay),
            _ => None,
        })
    }

    /// Gives a claim up; refused where the production is published.
    pub fn void(&self, id: ClaimId) -> Result<()> {
        self.advance(id, "void", |state| match state {
            ClaimState::Claimed | ClaimState::Sealed { .. } => Some(Step::Go(None)),
            ClaimState::Void => Some(Step::Stay),
            ClaimState::Finished { .. } => None,
        })
    }

    fn advance(&self, id: ClaimId, wanted: &'static str, step: impl Fn(ClaimState) -> Option<Step>) -> Result<()> {
        let path = self.matter.database();
        let _lock = self.matter.lock()?;
        let connection = self.matter.connect(true)?;
        let mut tx = Tx::begin(&connection, &path)?;
        let claim = self.list(&connection)?.into_iter().find(|claim| claim.id == id);
        let claim = claim.ok_or(ArchiveError::NoClaim(id.0))?;
        let manifest = match step(claim.state) {
            Some(Step::Stay) => return Ok(()),
            Some(Step::Go(manifest)) => manifest,
            None => {
                let state = claim.state.label();
                return Err(ArchiveError::ClaimState { production: claim.production, state, wanted });
            }
        };
        let cell = manifest.as_ref().map_or(Cell::Null, |digest| Cell::Blob(digest.as_bytes()));
        tx.insert(T::ClaimState, &[Cell::Int(id.0), Cell::Text(wanted), cell])?;
        let over = json!({ "claim": id.0, "production": claim.production, "manifest": manifest.map_or(Value::Null, |m| json!(m)) });
        tx.commit(&self.attribution, &format!("production.{wanted}"), over)
    }

    /// Returns the claim of a production: the one that stands, else the last that was given up.
    pub fn find(&self, production: &str) -> Result<Option<Claim>> {
        let mut claims = self.all()?;
        claims.retain(|claim| claim.production == production);
        let standing = claims.iter().position(|claim| claim.state != ClaimState::Void);
        Ok(standing.map(|at| claims.swap_remove(at)).or_else(|| claims.pop()))
    }

    /// Returns all claims, in the order made.
    pub fn all(&self) -> Result<Vec<Claim>> {
        self.list(&self.matter.connect(false)?)
    }

    fn list(&self, connection: &Connection) -> Result<Vec<Claim>> {
        let path = self.matter.database();
        let sql = "SELECT c.id, c.prefix, c.width, c.first, c.last, c.plan, c.request, c.production, s.state, s.manifest \
                   FROM claim c JOIN claim_state s ON s.claim = c.id \
                   WHERE s.id = (SELECT max(id) FROM claim_state WHERE claim = c.id) ORDER BY c.id";
        let mut statement = connection.prepare_cached(sql).at(&path)?;
        let mut found = statement.query(params![]).at(&path)?;
        let mut claims = Vec::new();
        while let Some(row) = found.next().at(&path)? {
            let get = Columns { row, path: &path };
            let damaged = |what: String| ArchiveError::damaged(&path, what);
            let prefix = get.text(1)?;
            let width = u8::try_from(get.int(2)?).map_err(|e| damaged(e.to_string()))?;
            let bates = |column| {
                let number = get.count(column)?.ok_or_else(|| damaged("a claim has no number".to_owned()))?;
                BatesNumber::new(&prefix, width, number).map_err(|e| damaged(e.to_string()))
            };
            let range = BatesRange::between(bates(3)?, bates(4)?).map_err(|e| damaged(e.to_string()))?;
            let state = match get.text(8)?.as_str() {
                "claimed" => ClaimState::Claimed,
                "sealed" => ClaimState::Sealed { manifest: get.digest(9)? },
                "finished" => ClaimState::Finished { manifest: get.digest(9)? },
                "void" => ClaimState::Void,
                other => return Err(damaged(format!("`{other}` is no state of a claim"))),
            };
            claims.push(Claim {
                id: ClaimId(get.int(0)?),
                range,
                plan: get.digest(5)?,
                request: get.digest(6)?,
                production: get.text(7)?,
                state,
            });
        }
        Ok(claims)
    }
}

/// What an act does to a claim's state.
enum Step {
    Go(Option<Digest>),
    Stay,
}

/// Returns whether two ranges share a number. The same number in another width would be told apart by zeros alone,
/// which nobody should have to, so the width does not count.
fn collide(a: &BatesRange, b: &BatesRange) -> bool {
    a.first().prefix() == b.first().prefix()
        && a.first().number() <= b.last().number()
        && b.first().number() <= a.last().number()
}

fn number(bates: &BatesNumber) -> i64 {
    i64::try_from(bates.number()).unwrap_or(i64::MAX)
}
