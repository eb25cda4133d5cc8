//! The ledger read back: entries, heads, proofs, and the check of every row against the entry that came with it.

use std::collections::BTreeMap;

use duces_model::{Digest, Hasher};
use serde::{Deserialize, Serialize};

use crate::error::{ArchiveError, At, Result};
use crate::merkle;
use crate::reader::Reader;
use crate::rows::Columns;
use crate::schema::{TABLES, digest_value};
use crate::tx::{LedgerEntry, RowsDigest};

/// The state of a ledger in one line: enough to hold everybody to everything before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many entries.
    pub size: u64,
    /// The root of the Merkle tree over them.
    pub root: Digest,
}

/// The proof that a ledger with one head grew into the ledger with another, changing nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsistencyProof {
    /// The earlier head.
    pub first: Head,
    /// The later head.
    pub second: Head,
    /// The nodes.
    pub path: Vec<Digest>,
}

impl ConsistencyProof {
    /// Returns whether the proof holds.
    pub fn holds(&self) -> bool {
        merkle::verify_consistency(self.first.size, &self.first.root, self.second.size, &self.second.root, &self.path)
    }
}

impl Reader {
    /// Gives the entries in order, each with the bytes that were hashed.
    pub fn ledger(&self, each: &mut dyn FnMut(LedgerEntry, &[u8]) -> Result<()>) -> Result<()> {
        let mut statement = self.connection.prepare("SELECT seq, entry FROM ledger ORDER BY seq").at(&self.path)?;
        let mut found = statement.query([]).at(&self.path)?;
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            let bytes = get.bytes(1)?;
            let entry: LedgerEntry = serde_json::from_slice(&bytes)
                .map_err(|e| self.damaged(format!("ledger entry {} cannot be read: {e}", get.int(0).unwrap_or(0))))?;
            each(entry, &bytes)?;
        }
        Ok(())
    }

    /// Returns the hashes of the leaves, computed from the entries.
    fn leaves(&self) -> Result<Vec<Digest>> {
        let mut statement = self.connection.prepare("SELECT entry FROM ledger ORDER BY seq").at(&self.path)?;
        let mut found = statement.query([]).at(&self.path)?;
        let mut leaves = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            leaves.push(merkle::leaf_hash(&Columns { row, path: &self.path }.bytes(0)?));
        }
        Ok(leaves)
    }

    /// Returns the head as it stands.
    pub fn head(&self) -> Result<Head> {
        let leaves = self.leaves()?;
        Ok(Head { size: leaves.len() as u64, root: merkle::root(&leaves) })
    }

    /// Returns the head as it stood after `size` entries.
    pub fn head_at(&self, size: u64) -> Result<Head> {
        let leaves = self.leaves()?;
        let n = usize::try_from(size).ok().filter(|n| *n <= leaves.len());
        let n = n.ok_or(ArchiveError::LedgerSize { have: leaves.len() as u64, asked: size })?;
        Ok(Head { size, root: merkle::root(&leaves[..n]) })
    }

    /// Returns the proof that the ledger of `first` entries is a beginning of the ledger as it stands.
    pub fn consistency_proof(&self, first: u64) -> Result<ConsistencyProof> {
        let leaves = self.leaves()?;
        let refuse = || ArchiveError::LedgerSize { have: leaves.len() as u64, asked: first };
        let n = usize::try_from(first).map_err(|_| refuse())?;
        let path = merkle::consistency_proof(&leaves, n).ok_or_else(refuse)?;
        Ok(ConsistencyProof {
            first: Head { size: first, root: merkle::root(&leaves[..n]) },
            second: Head { size: leaves.len() as u64, root: merkle::root(&leaves) },
            path,
        })
    }

    /// Returns the proof that the entry of position `seq` (from 1) stands in the ledger as it is.
    pub fn inclusion_proof(&self, seq: u64) -> Result<Vec<Digest>> {
        let leaves = self.leaves()?;
        let refuse = || ArchiveError::LedgerSize { have: leaves.len() as u64, asked: seq };
        let index = seq.checked_sub(1).and_then(|n| usize::try_from(n).ok()).ok_or_else(refuse)?;
        merkle::inclusion_proof(&leaves, index).ok_or_else(refuse)
    }

    /// Reads every row of evidence again and returns what differs from what the ledger says, in words; nothing where
    /// all is as it was written.
    pub fn check(&self) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        let said = self.rows_by_ledger(&mut faults)?;
        let found = self.rows_by_table()?;
        for (at, rows) in &said {
            match found.get(at) {
                None => {
                    faults.push(format!("ledger entry {}: its {} rows of `{}` are not there", at.0, rows.rows, at.1))
                }
                Some(found) if found != rows => {
                    faults
                        .push(format!("ledger entry {}: its rows of `{}` are not those that were written", at.0, at.1));
                }
                Some(_) => {}
            }
        }
        for at in found.keys().filter(|at| !said.contains_key(at)) {
            faults.push(format!("rows of `{}` claim to be of ledger entry {}, which does not name them", at.1, at.0));
        }
        Ok(faults)
    }

    fn rows_by_ledger(&self, faults: &mut Vec<String>) -> Result<BTreeMap<(i64, String), RowsDigest>> {
        let mut said = BTreeMap::new();
        let mut next = 1;
        self.ledger(&mut |entry, _| {
            if entry.seq != next {
                faults.push(format!(
                    "ledger entry {next} is followed or replaced by an entry that calls itself {}",
                    entry.seq
                ));
            }
            next += 1;
            for (table, rows) in entry.rows {
                said.insert((entry.seq, table), rows);
            }
            Ok(())
        })?;
        Ok(said)
    }

    fn rows_by_table(&self) -> Result<BTreeMap<(i64, String), RowsDigest>> {
        let mut found = BTreeMap::new();
        for table in TABLES {
            let mut open: BTreeMap<i64, (u64, Hasher)> = BTreeMap::new();
            let mut statement = self.connection.prepare(&table.select_all()).at(&self.path)?;
            let columns = statement.column_count();
            let mut rows = statement.query([]).at(&self.path)?;
            while let Some(row) = rows.next().at(&self.path)? {
                let since: i64 = row.get(1).at(&self.path)?;
                let (count, hasher) = open.entry(since).or_insert_with(|| (0, Hasher::new()));
                *count += 1;
                for column in 0..columns {
                    digest_value(row.get_ref(column).at(&self.path)?, hasher);
                }
            }
            for (since, (rows, hasher)) in open {
                found.insert((since, table.name.to_owned()), RowsDigest { rows, sha256: hasher.finish() });
            }
        }
        Ok(found)
    }
}
