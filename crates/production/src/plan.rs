//! A plan: the request resolved. JSON Lines, a header and then one line a family.
//!
//! Everything that was decided stands in it: what is produced in which order, how each member is rendered, its
//! pages and numbers, what is withheld and excepted and why. What a page or a load file prints besides is a pure
//! function of the messages named, as of the ledger's sequence pinned, with the tools whose digests are pinned.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::Path;

use duces_model::{BatesNumber, BatesRange, Day, Digest, MessageId, UnitId, UtcMillis};
use serde::{Deserialize, Serialize};

use crate::clear::Clearance;
use crate::{ErrorKind, ProductionError, Profile, Request};

/// The first line of a plan.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The version of this file's shape: 1.
    pub format: u32,
    /// The version of duces that planned.
    pub tool: String,
    /// The request.
    pub request: Request,
    /// The digest of request and profile.
    pub request_digest: Digest,
    /// The profile, in full.
    pub profile: Profile,
    /// The ledger's sequence as of which the messages hold.
    pub as_of: i64,
    /// What is withheld, resolved.
    pub clearance: Clearance,
    /// The digest of the fonts that pages were counted with.
    pub fonts: Digest,
    /// The version of the zone data that days were cut with.
    pub zone_data: String,
    /// All numbers, where anything is produced.
    pub bates: Option<BatesRange>,
    /// How many families.
    pub families: u64,
    /// How many documents.
    pub documents: u64,
}

/// One line of a plan: a transcript and its children.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// What identifies the unit.
    pub unit: UnitId,
    /// The end of the span it covers, not included.
    pub end: UtcMillis,
    /// Which slice of how many, where the span was too large for one document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<(u32, u32)>,
    /// The first day covered.
    pub first_day: Day,
    /// The last day covered.
    pub last_day: Day,
    /// The messages, in order.
    pub messages: Vec<MessageId>,
    /// How many of them hit the query; the others are context.
    pub hits: u64,
    /// The transcript.
    pub transcript: Member,
    /// The children, by ordinal.
    pub children: Vec<Child>,
    /// What decoders made of attachments, by the digest of the original.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub decoded: BTreeMap<Digest, Decoded>,
}

/// What a decoder made of an attachment. It is pinned: producing makes it again, and refuses where it comes out otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Decoded {
    /// Bytes that are drawn or produced in place of the original's.
    To {
        /// Their SHA-256.
        digest: Digest,
        /// How many there are.
        size: u64,
    },
    /// Nothing, and why. It is not tried again.
    Failed(String),
}

/// A document of a family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The number of its first page.
    pub bates: BatesNumber,
    /// How many pages.
    pub pages: u32,
}

impl Member {
    /// Returns the numbers of its pages.
    pub fn range(&self) -> BatesRange {
        BatesRange::starting(self.bates.clone(), u64::from(self.pages))
            .ok()
            .flatten()
            .expect("a planned document has pages, and its last number was checked when it was planned")
    }
}

/// A child of a family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Child {
    /// Its numbers.
    pub member: Member,
    /// The original bytes.
    pub digest: Digest,
    /// How it is rendered.
    pub rendering: Rendering,
    /// Why it is an exception, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
}

/// How an attachment is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rendering {
    /// A picture on pages of its own.
    Picture,
    /// A PDF, stamped page by page.
    StampedPdf,
    /// The original behind a slip sheet.
    SlipSheet,
}

impl Family {
    /// Returns the numbers from the transcript's first page to the last child's last.
    pub fn range(&self) -> BatesRange {
        let last = self.children.last().map_or(&self.transcript, |child| &child.member).range();
        BatesRange::between(self.transcript.bates.clone(), last.last().clone())
            .expect("the members of a family are numbered in order")
    }

    /// Returns how many documents the family has.
    pub fn documents(&self) -> u64 {
        1 + self.children.len() as u64
    }
}

/// A plan as it was read or made.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The header.
    pub header: Header,
    /// The families, in numbering order.
    pub families: Vec<Family>,
}

impl Plan {
    /// Returns the digest that claims are made under: that of the plan's own bytes.
    pub fn digest(&self) -> Digest {
        let mut bytes = duces_model::Hasher::new();
        self.each_line(|line| bytes.update(line)).expect("hashing cannot fail");
        bytes.finish()
    }

    /// Writes the plan as JSON Lines.
    pub fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let mut result = Ok(());
        self.each_line(|line| {
            if result.is_ok() {
                result = out.write_all(line);
            }
        })?;
        result
    }

    /// Reads a plan file.
    pub fn read(path: &Path) -> Result<Self, ProductionError> {
        let shown = path.display();
        let unreadable = |error: std::io::Error| {
            ProductionError::new(ErrorKind::Unreadable, format!("{shown}: the plan cannot be read")).because(error)
        };
        let broken = |line: usize, error: serde_json::Error| {
            ProductionError::usage(format!("{shown}, line {line}: this is no line of a plan: {error}"))
                .hint("nothing was changed; make the plan again with `duces plan`")
        };
        let file = std::fs::File::open(path).map_err(unreadable)?;
        let mut lines = std::io::BufReader::new(file).lines().enumerate();
        let Some((_, first)) = lines.next() else {
            return Err(ProductionError::usage(format!("{shown}: the plan is empty")));
        };
        let header: Header = serde_json::from_str(&first.map_err(unreadable)?).map_err(|e| broken(1, e))?;
        let mut families = Vec::new();
        for (index, line) in lines {
            families.push(serde_json::from_str(&line.map_err(unreadable)?).map_err(|e| broken(index + 1, e))?);
        }
        let plan = Self { header, families };
        plan.check().map_err(|text| {
            ProductionError::usage(format!("{shown}: {text}"))
                .hint("nothing was changed; the plan was cut short or edited: make it again with `duces plan`")
        })?;
        Ok(plan)
    }

    fn each_line(&self, mut each: impl FnMut(&[u8])) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(&self.header)?;
        line.push(b'\n');
        each(&line);
        for family in &self.families {
            line.clear();
            serde_json::to_writer(&mut line, family)?;
            line.push(b'\n');
            each(&line);
        }
        Ok(())
    }

    /// A plan's numbers are continuous; one that was edited by hand or cut short is refused.
    fn check(&self) -> Result<(), String> {
        let documents: u64 = self.families.iter().map(Family::documents).sum();
        if self.families.len() as u64 != self.header.families || documents != self.header.documents {
            return Err(format!(
                "the header promises {} families with {} documents, {} with {documents} follow",
                self.header.families,
                self.header.documents,
                self.families.len()
            ));
        }
        let Some(bates) = &self.header.bates else { return Ok(()) };
        let mut next = bates.first().clone();
        let members = self
            .families
            .iter()
            .flat_map(|f| std::iter::once(&f.transcript).chain(f.children.iter().map(|child| &child.member)));
        for member in members {
            if member.bates != next || member.pages == 0 {
                return Err(format!("{} stands where {next} is due", member.bates));
            }
            next = next.plus(u64::from(member.pages)).map_err(|error| error.to_string())?;
        }
        match bates.last().plus(1) {
            Ok(end) if end == next => Ok(()),
            _ => Err(format!("the numbers end before {next}, the header promises {bates}")),
        }
    }
}
