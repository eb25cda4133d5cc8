//! Records: the source's own bytes, and the counts that the sum of invariant 8 begins with.

use std::collections::BTreeMap;

use duces_model::{ConversationKey, Custodian, Day, Digest, MessageId, Place, RecordState, UtcMillis, Zone};
use serde::Serialize;

use crate::error::{At, Result};
use crate::incoming::RecordClass;
use crate::pack;
use crate::reader::{AsOf, Reader};
use crate::rows::{self, Columns};

/// A record as it was collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose archive it was in.
    pub custodian: Custodian,
    /// Where it stood in the source.
    pub place: Place,
    /// What it is to its message.
    pub class: RecordClass,
    /// How this copy stands.
    pub state: RecordState,
    /// The SHA-256 of the bytes.
    pub digest: Digest,
    /// The source's own bytes, checked against the digest.
    pub raw: Vec<u8>,
}

/// A record of which no message could be made, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptedRecord {
    /// The record.
    pub record: Record,
    /// The code of the finding.
    pub code: String,
    /// What the finding says.
    pub text: String,
}

/// A finding of an import as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredFinding {
    /// Whose archive it is about.
    pub custodian: Custodian,
    /// The stable code.
    pub code: String,
    /// `info`, `warning` or `error`.
    pub severity: String,
    /// Where.
    #[serde(rename = "where")]
    pub place: String,
    /// What it says.
    pub text: String,
}

/// How many records one custodian's copies of a conversation have on one day, counted from the source records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayCount {
    /// The conversation.
    pub conversation: ConversationKey,
    /// The day, by the time of the message that the record is of.
    pub day: Day,
    /// Whose archive the records were in.
    pub custodian: Custodian,
    /// All records.
    pub records: u64,
    /// Those among them that are further copies of a message: another custodian's, or the same once more.
    pub duplicates: u64,
    /// The attachments of all records.
    pub attachments: u64,
    /// Those among them that hang on the further copies.
    pub duplicate_attachments: u64,
}

const RECORD: &str = "SELECT i.custodian, f.path, r.line, r.number, r.class, r.state, r.digest, r.start, r.length, \
    c.packed, c.size, c.digest, r.id FROM record r JOIN source_file f ON f.id = r.source_file \
    JOIN import i ON i.id = f.import JOIN chunk c ON c.id = r.chunk";

impl Reader {
    /// Returns the records of a message with their bytes, in the order collected.
    pub fn raw(&self, message: MessageId, as_of: AsOf) -> Result<Vec<Record>> {
        let sql = format!("{RECORD} WHERE r.message = ? AND r.since <= ? ORDER BY r.id");
        let mut statement = self.connection.prepare_cached(&sql).at(&self.path)?;
        let mut found = statement.query([message.0, as_of.0]).at(&self.path)?;
        let mut records = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            records.push(self.record(&Columns { row, path: &self.path })?);
        }
        Ok(records)
    }

    /// Gives each record of which no message could be made, in the order collected.
    pub fn excepted(&self, as_of: AsOf, each: &mut dyn FnMut(ExceptedRecord) -> Result<()>) -> Result<()> {
        let sql = format!("{RECORD} WHERE r.message IS NULL AND r.since <= ? ORDER BY r.id");
        let why = "SELECT code, text FROM finding WHERE record = ? ORDER BY id LIMIT 1";
        let mut statement = self.connection.prepare_cached(&sql).at(&self.path)?;
        let mut reasons = self.connection.prepare_cached(why).at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            let mut reason = reasons.query([get.int(12)?]).at(&self.path)?;
            let Some(why) = reason.next().at(&self.path)? else {
                return Err(self.damaged("an excepted record has no finding"));
            };
            let why = Columns { row: why, path: &self.path };
            each(ExceptedRecord { record: self.record(&get)?, code: why.text(0)?, text: why.text(1)? })?;
        }
        Ok(())
    }

    fn record(&self, get: &Columns<'_, '_>) -> Result<Record> {
        let chunk = pack::unpack(&get.bytes(9)?, get.int(10)?, &get.bytes(11)?).map_err(|what| self.damaged(what))?;
        let digest = get.digest(6)?;
        let span = |column| get.int(column).map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        let (start, length) = (span(7)?, span(8)?);
        let raw = chunk.get(start..start.saturating_add(length)).filter(|raw| Digest::of(raw) == digest);
        let Some(raw) = raw else { return Err(self.damaged("a record no longer has the bytes that were collected")) };
        let class = RecordClass::from_code(get.int(4)?).ok_or_else(|| self.damaged("a record has no known class"))?;
        Ok(Record {
            custodian: self.custodian_name(get.int(0)?)?,
            place: Place { file: get.text(1)?, line: get.count(2)?, record: get.count(3)? },
            class,
            state: rows::state(get.int(5)?),
            digest,
            raw: raw.to_vec(),
        })
    }

    /// Returns the findings that imports kept, in the order found.
    pub fn findings(&self, as_of: AsOf) -> Result<Vec<StoredFinding>> {
        let sql = "SELECT i.custodian, f.code, f.severity, f.place, f.text FROM finding f \
                   JOIN import i ON i.id = f.import WHERE f.since <= ? ORDER BY f.id";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        let mut findings = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            findings.push(StoredFinding {
                custodian: self.custodian_name(get.int(0)?)?,
                code: get.text(1)?,
                severity: get.text(2)?,
                place: get.text(3)?,
                text: get.text(4)?,
            });
        }
        Ok(findings)
    }

    /// Returns how many records of which no message could be made each custodian's sources had, sorted by name.
    pub fn excepted_counts(&self, as_of: AsOf) -> Result<Vec<(Custodian, u64)>> {
        let sql = "SELECT i.custodian, count(*) FROM record r JOIN source_file f ON f.id = r.source_file \
                   JOIN import i ON i.id = f.import WHERE r.message IS NULL AND r.since <= ? GROUP BY i.custodian";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        let mut counts = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            counts.push((self.custodian_name(get.int(0)?)?, get.count(1)?.unwrap_or(0)));
        }
        counts.sort();
        Ok(counts)
    }

    /// Returns how many records each custodian's copies of each conversation have on each day of a zone, sorted by
    /// conversation, day and custodian.
    ///
    /// A copy counts on the day of its message, also where its own clock says otherwise: so the days add up.
    pub fn records_per_day(&self, zone: &Zone, as_of: AsOf) -> Result<Vec<DayCount>> {
        let sql = "SELECT m.conversation, m.sent, i.custodian, r.class, r.attachments FROM record r \
                   JOIN message m ON m.id = r.message JOIN source_file f ON f.id = r.source_file \
                   JOIN import i ON i.id = f.import WHERE r.since <= ?";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        let mut days = Days { zone, last: None };
        let mut counts: BTreeMap<(i64, Day, i64), [u64; 4]> = BTreeMap::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            let day = days.of(rows::instant(&self.path, get.int(1)?)?);
            let attachments = get.count(4)?.unwrap_or(0);
            let count = counts.entry((get.int(0)?, day, get.int(2)?)).or_default();
            count[0] += 1;
            count[2] += attachments;
            if get.int(3)? != RecordClass::First.code() {
                count[1] += 1;
                count[3] += attachments;
            }
        }
        let mut named = Vec::new();
        for ((conversation, day, custodian), [records, duplicates, attachments, duplicate_attachments]) in counts {
            named.push(DayCount {
                conversation: self.conversation_key(conversation)?,
                day,
                custodian: self.custodian_name(custodian)?,
                records,
                duplicates,
                attachments,
                duplicate_attachments,
            });
        }
        named.sort_by(|a, b| (&a.conversation, a.day, &a.custodian).cmp(&(&b.conversation, b.day, &b.custodian)));
        Ok(named)
    }
}

/// Finds days, remembering the last: neighbours in a source are mostly of one day.
struct Days<'a> {
    zone: &'a Zone,
    last: Option<(UtcMillis, UtcMillis, Day)>,
}

impl Days<'_> {
    fn of(&mut self, at: UtcMillis) -> Day {
        if let Some((start, end, day)) = self.last
            && (start..end).contains(&at)
        {
            return day;
        }
        let day = self.zone.day(at);
        self.last = Some((self.zone.start_of(day), self.zone.start_of(day.next()), day));
        day
    }
}
