//! What a scope holds at a position of the ledger: asked of the rows, counted and digested.

use std::collections::{BTreeMap, BTreeSet};

use duces_model::{Conversation, Digest, Hasher, MessageId, UtcMillis};
use rusqlite::types::ValueRef;
use serde::Serialize;

use crate::content;
use crate::error::{At, Result};
use crate::reader::{AsOf, Reader};
use crate::rows::{self, Columns};
use crate::schema::{T, TABLES, digest_value};

use super::HeldSet;
use super::scope::HoldScope;

/// What of a conversation is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldConversation {
    /// The conversation.
    pub conversation: Conversation,
    /// How many of its messages.
    pub messages: u64,
    /// When the first of them was sent.
    pub first: UtcMillis,
    /// When the last was.
    pub last: UtcMillis,
}

/// A scope as conditions on rows. It holds numbers alone, so nothing that a source says gets into a statement.
struct Bounds {
    as_of: i64,
    /// On a message `m`.
    message: String,
    /// On the custodian of an import `i`; nothing where each is named.
    custodian: Option<String>,
}

impl Bounds {
    fn of(reader: &Reader, scope: &HoldScope, as_of: AsOf) -> Result<Self> {
        let as_of = as_of.0;
        let mut message = vec![format!("m.since <= {as_of}")];
        if let Some(period) = &scope.period {
            message.extend(period.start.map(|start| format!("m.sent >= {}", start.millis())));
            message.extend(period.end.map(|end| format!("m.sent < {}", end.millis())));
        }
        if !scope.conversations.is_empty() {
            let named = reader.conversation_numbers(scope, AsOf(as_of))?;
            message.push(format!("m.conversation IN ({})", listed(&named)));
        }
        let mut custodian = None;
        if !scope.custodians.is_empty() {
            let named = listed(&reader.custodian_numbers(scope, AsOf(as_of))?);
            message.push(format!(
                "(m.custodian IN ({named}) OR EXISTS (SELECT 1 FROM holding h WHERE h.message = m.id \
                 AND h.custodian IN ({named}) AND h.since <= {as_of}))"
            ));
            custodian = Some(format!("i.custodian IN ({named})"));
        }
        Ok(Self { as_of, message: message.join(" AND "), custodian })
    }

    fn messages(&self, columns: &str) -> String {
        format!("SELECT {columns} FROM message m WHERE {} ORDER BY m.id", self.message)
    }

    /// Selects from a table whose rows are of messages. It is read in its own order, each row asking its message.
    fn beside(&self, table: T, columns: &str) -> String {
        let name = TABLES[table as usize].name;
        format!(
            "SELECT {columns} FROM {name} b CROSS JOIN message m ON m.id = b.message \
             WHERE b.since <= {} AND {} ORDER BY b.id",
            self.as_of, self.message
        )
    }

    fn records(&self, columns: &str) -> String {
        let unreadable = match &self.custodian {
            None => String::new(),
            Some(custodian) => format!(
                " AND EXISTS (SELECT 1 FROM source_file f JOIN import i ON i.id = f.import \
                 WHERE f.id = b.source_file AND {custodian})"
            ),
        };
        format!(
            "SELECT {columns} FROM record b LEFT JOIN message m ON m.id = b.message WHERE b.since <= {} \
             AND ((b.message IS NOT NULL AND {}) OR (b.message IS NULL{unreadable})) ORDER BY b.id",
            self.as_of, self.message
        )
    }
}

fn listed(numbers: &[i64]) -> String {
    numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}

impl Reader {
    /// Returns what a scope holds at a position of the ledger.
    pub fn held(&self, scope: &HoldScope, as_of: AsOf) -> Result<HeldSet> {
        let bounds = Bounds::of(self, scope, as_of)?;
        let mut hasher = Hasher::new();
        let (mut conversations, mut custodians) = (BTreeSet::new(), BTreeSet::new());
        let (mut first, mut last) = (None::<i64>, None::<i64>);
        let columns = |table: T, alias| TABLES[table as usize].columns_as(alias);
        let sql = bounds.messages(&format!("{}, m.conversation, m.sent, m.custodian", columns(T::Message, "m")));
        let messages = self.digested(T::Message, &sql, 3, &mut hasher, &mut |get, at| {
            conversations.insert(get.int(at)?);
            let sent = get.int(at + 1)?;
            first = Some(first.map_or(sent, |first| first.min(sent)));
            last = Some(last.map_or(sent, |last| last.max(sent)));
            custodians.insert(get.int(at + 2)?);
            Ok(())
        })?;
        let sql = bounds.beside(T::Version, &columns(T::Version, "b"));
        let versions = self.digested(T::Version, &sql, 0, &mut hasher, &mut |_, _| Ok(()))?;
        let sql = bounds.beside(T::Holding, &format!("{}, b.custodian", columns(T::Holding, "b")));
        self.digested(T::Holding, &sql, 1, &mut hasher, &mut |get, at| {
            custodians.insert(get.int(at)?);
            Ok(())
        })?;
        let mut unreadable = 0;
        let sql = bounds.records(&format!("{}, b.message IS NULL", columns(T::Record, "b")));
        let records = self.digested(T::Record, &sql, 1, &mut hasher, &mut |get, at| {
            unreadable += u64::from(get.int(at)? != 0);
            Ok(())
        })?;
        let mut names = custodians.into_iter().map(|id| self.custodian_name(id)).collect::<Result<Vec<_>>>()?;
        names.sort_unstable();
        let instant = |ms: Option<i64>| ms.map(|ms| rows::instant(&self.path, ms)).transpose();
        Ok(HeldSet {
            conversations: conversations.len() as u64,
            messages,
            versions,
            records,
            unreadable,
            custodians: names,
            first: instant(first)?,
            last: instant(last)?,
            sha256: hasher.finish(),
        })
    }

    /// Feeds a table's name and the rows found in it to a digest, all but the last `further` columns, which are given
    /// to `each` with the place of the first of them. Returns how many rows there are.
    fn digested(
        &self,
        table: T,
        sql: &str,
        further: usize,
        hasher: &mut Hasher,
        each: &mut dyn FnMut(&Columns<'_, '_>, usize) -> Result<()>,
    ) -> Result<u64> {
        digest_value(ValueRef::Text(TABLES[table as usize].name.as_bytes()), hasher);
        let mut statement = self.connection.prepare(sql).at(&self.path)?;
        let own = statement.column_count().saturating_sub(further);
        let mut found = statement.query([]).at(&self.path)?;
        let mut count = 0;
        while let Some(row) = found.next().at(&self.path)? {
            for column in 0..own {
                digest_value(row.get_ref(column).at(&self.path)?, hasher);
            }
            each(&Columns { row, path: &self.path }, own)?;
            count += 1;
        }
        Ok(count)
    }

    /// Returns the messages that a scope holds, sorted.
    pub fn held_ids(&self, scope: &HoldScope, as_of: AsOf) -> Result<Vec<MessageId>> {
        let sql = Bounds::of(self, scope, as_of)?.messages("m.id");
        let mut statement = self.connection.prepare(&sql).at(&self.path)?;
        let found = statement.query_map([], |row| row.get(0).map(MessageId)).at(&self.path)?;
        found.collect::<rusqlite::Result<_>>().at(&self.path)
    }

    /// Returns what a scope holds of each conversation, sorted by key; those of which it holds nothing are left out.
    pub fn held_conversations(&self, scope: &HoldScope, as_of: AsOf) -> Result<Vec<HeldConversation>> {
        let bounds = Bounds::of(self, scope, as_of)?;
        let sql = format!(
            "SELECT m.conversation, count(*), min(m.sent), max(m.sent) FROM message m WHERE {} GROUP BY m.conversation",
            bounds.message
        );
        let mut statement = self.connection.prepare(&sql).at(&self.path)?;
        let mut found = statement.query([]).at(&self.path)?;
        let mut counts = BTreeMap::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            let of = (get.count(1)?.unwrap_or(0), get.int(2)?, get.int(3)?);
            counts.insert(self.conversation_key(get.int(0)?)?, of);
        }
        let mut held = Vec::new();
        for conversation in self.conversations(as_of)? {
            let Some((messages, first, last)) = counts.get(&conversation.key) else { continue };
            held.push(HeldConversation {
                messages: *messages,
                first: rows::instant(&self.path, *first)?,
                last: rows::instant(&self.path, *last)?,
                conversation,
            });
        }
        Ok(held)
    }

    /// Gives the digest of each attachment that a held message names, or a later version of one.
    pub(super) fn held_blobs(
        &self,
        scope: &HoldScope,
        as_of: AsOf,
        each: &mut dyn FnMut(MessageId, Digest),
    ) -> Result<()> {
        let bounds = Bounds::of(self, scope, as_of)?;
        for sql in [bounds.messages("m.id, m.attachments"), bounds.beside(T::Version, "b.message, b.attachments")] {
            let mut statement = self.connection.prepare(&sql).at(&self.path)?;
            let mut found = statement.query([]).at(&self.path)?;
            while let Some(row) = found.next().at(&self.path)? {
                let get = Columns { row, path: &self.path };
                let (id, stored) = (MessageId(get.int(0)?), get.maybe_text(1)?);
                let attachments = content::attachments(stored.as_deref())
                    .map_err(|e| self.damaged(format!("message {} cannot be read: {e}", id.0)))?;
                attachments.iter().filter_map(|attachment| attachment.digest()).for_each(|digest| each(id, digest));
            }
        }
        Ok(())
    }

    fn conversation_numbers(&self, scope: &HoldScope, as_of: AsOf) -> Result<Vec<i64>> {
        let number = "SELECT id FROM conversation WHERE key = ?";
        let mut statement = self.connection.prepare_cached(number).at(&self.path)?;
        let mut numbers = Vec::new();
        for conversation in self.conversations(as_of)?.iter().filter(|of| scope.names_conversation(of)) {
            numbers.push(statement.query_row([conversation.key.as_str()], |row| row.get(0)).at(&self.path)?);
        }
        Ok(numbers)
    }

    fn custodian_numbers(&self, scope: &HoldScope, as_of: AsOf) -> Result<Vec<i64>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, name FROM custodian WHERE since <= ? ORDER BY id")
            .at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        let mut numbers = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            if scope.custodians.iter().any(|name| get.text(1).is_ok_and(|known| known == name.0)) {
                numbers.push(get.int(0)?);
            }
        }
        Ok(numbers)
    }
}
