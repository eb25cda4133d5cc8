//! Messages as of a point of the ledger, in order or by id.

use std::ops::ControlFlow;

use duces_model::{ConversationKey, Custodian, Message, MessageId, Sender, UtcMillis};
use rusqlite::Row;

use crate::content;
use crate::error::{At, Result};
use crate::reader::{AsOf, Reader};
use crate::rows::{self, Columns, Content};

const COLUMNS: &str = "id, conversation, native_id, sender, sender_name, sent, sent_raw, sequence, form, content, attachments, custodian, state, marks";

/// Which messages; a part that is empty or `None` leaves all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Of these conversations.
    pub conversations: Option<Vec<ConversationKey>>,
    /// Held by any of these custodians.
    pub custodians: Vec<Custodian>,
    /// Sent at this instant or later.
    pub from: Option<UtcMillis>,
    /// Sent before this instant.
    pub to: Option<UtcMillis>,
    /// Sent by any of these accounts, by native id.
    pub senders: Vec<String>,
}

/// Takes messages one by one and says whether to go on.
pub type EachMessage<'a> = dyn FnMut(Message) -> Result<ControlFlow<()>> + 'a;

/// What has to be looked up beside a message's row.
#[derive(Clone, Copy)]
struct Beside {
    versions: bool,
    holdings: bool,
}

impl Reader {
    /// Gives the messages that the filter lets through, ordered by conversation key, time sent, sequence and id.
    pub fn messages(&self, filter: &MessageFilter, as_of: AsOf, each: &mut EachMessage<'_>) -> Result<()> {
        let sql = format!(
            "SELECT {COLUMNS} FROM message WHERE conversation = ?1 AND sent >= ?2 AND sent < ?3 AND since <= ?4 \
             ORDER BY sent, sequence, id"
        );
        let from = filter.from.map_or(i64::MIN, UtcMillis::millis);
        let to = filter.to.map_or(i64::MAX, UtcMillis::millis);
        let beside = self.beside()?;
        let mut statement = self.connection.prepare_cached(&sql).at(&self.path)?;
        for conversation in self.conversation_rows(filter, as_of)? {
            let mut found = statement.query([conversation, from, to, as_of.0]).at(&self.path)?;
            while let Some(row) = found.next().at(&self.path)? {
                let message = self.message(row, as_of, beside)?;
                if filter.lets_through(&message) && each(message)?.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Gives the messages of these ids in the order of the ids given; those that came after `as_of` are left out.
    pub fn by_ids(&self, ids: &[MessageId], as_of: AsOf, each: &mut EachMessage<'_>) -> Result<()> {
        let sql = format!("SELECT {COLUMNS} FROM message WHERE id = ? AND since <= ?");
        let beside = self.beside()?;
        let mut statement = self.connection.prepare_cached(&sql).at(&self.path)?;
        for id in ids {
            let mut found = statement.query([id.0, as_of.0]).at(&self.path)?;
            if let Some(row) = found.next().at(&self.path)?
                && each(self.message(row, as_of, beside)?)?.is_break()
            {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Returns ids and times of the messages that the filter lets through, in the order of [`Reader::messages`]. Where
    /// nobody's copies or accounts are asked for, nothing else is read.
    pub fn message_times(&self, filter: &MessageFilter, as_of: AsOf) -> Result<Vec<(MessageId, UtcMillis)>> {
        let mut times = Vec::new();
        if !filter.senders.is_empty() || !filter.custodians.is_empty() {
            self.messages(filter, as_of, &mut |message| {
                times.push((message.id, message.sent));
                Ok(ControlFlow::Continue(()))
            })?;
            return Ok(times);
        }
        let sql = "SELECT id, sent FROM message WHERE conversation = ?1 AND sent >= ?2 AND sent < ?3 AND since <= ?4 \
                   ORDER BY sent, sequence, id";
        let from = filter.from.map_or(i64::MIN, UtcMillis::millis);
        let to = filter.to.map_or(i64::MAX, UtcMillis::millis);
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        for conversation in self.conversation_rows(filter, as_of)? {
            let mut found = statement.query([conversation, from, to, as_of.0]).at(&self.path)?;
            while let Some(row) = found.next().at(&self.path)? {
                let get = Columns { row, path: &self.path };
                times.push((MessageId(get.int(0)?), rows::instant(&self.path, get.int(1)?)?));
            }
        }
        Ok(times)
    }

    /// Returns how many messages there are.
    pub fn count_messages(&self, as_of: AsOf) -> Result<u64> {
        let mut statement =
            self.connection.prepare_cached("SELECT count(*) FROM message WHERE since <= ?").at(&self.path)?;
        let count: i64 = statement.query_row([as_of.0], |row| row.get(0)).at(&self.path)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Returns the rows of the conversations asked for, in the order of their keys.
    fn conversation_rows(&self, filter: &MessageFilter, as_of: AsOf) -> Result<Vec<i64>> {
        let sql = "SELECT id, key FROM conversation WHERE since <= ? ORDER BY key";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        let wanted: Option<std::collections::BTreeSet<&str>> =
            filter.conversations.as_ref().map(|keys| keys.iter().map(ConversationKey::as_str).collect());
        let mut rows = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            if wanted.as_ref().is_none_or(|wanted| get.text(1).is_ok_and(|key| wanted.contains(key.as_str()))) {
                rows.push(get.int(0)?);
            }
        }
        Ok(rows)
    }

    /// Finds out whether any message has later versions or further holdings at all.
    fn beside(&self) -> Result<Beside> {
        let any = |sql: &str| self.connection.query_row(sql, [], |row| row.get::<_, bool>(0)).at(&self.path);
        Ok(Beside {
            versions: any("SELECT EXISTS (SELECT 1 FROM version)")?,
            holdings: any("SELECT EXISTS (SELECT 1 FROM holding)")?,
        })
    }

    fn message(&self, row: &Row<'_>, as_of: AsOf, beside: Beside) -> Result<Message> {
        let get = Columns { row, path: &self.path };
        let id = MessageId(get.int(0)?);
        let mut stored = Content {
            form: get.int(8)?,
            content: get.text(9)?,
            attachments: get.maybe_text(10)?,
            marks: get.maybe_text(13)?,
        };
        let mut native_id = get.maybe_text(2)?;
        let (mut native, mut name) = (get.maybe_text(3)?, get.maybe_text(4)?);
        if beside.versions
            && let Some(newer) = rows::newest_version(&self.connection, &self.path, id, as_of.0)?
        {
            (native, name, stored) = (newer.sender, newer.sender_name, newer.content);
            native_id = newer.native_id.or(native_id);
        }
        let sender = content::has_sender(stored.form).then_some(Sender { native_id: native, name });
        let mut holders = vec![get.int(11)?];
        let mut state = rows::state(get.int(12)?);
        if beside.holdings {
            rows::holdings(&self.connection, &self.path, id, as_of.0, &mut |custodian, also| {
                holders.push(custodian);
                state = rows::joined(state, also);
            })?;
        }
        let mut custodians =
            holders.into_iter().map(|holder| self.custodian_name(holder)).collect::<Result<Vec<_>>>()?;
        custodians.sort_unstable();
        custodians.dedup();
        let rows::Parts { body, attachments, marks } = stored.read(&self.path, id)?;
        Ok(Message {
            id,
            conversation: self.conversation_key(get.int(1)?)?,
            native_id,
            sender,
            sent: rows::instant(&self.path, get.int(5)?)?,
            sent_raw: get.text(6)?,
            sequence: get.int(7)?,
            body,
            attachments,
            marks,
            state,
            custodians,
        })
    }
}

impl MessageFilter {
    /// Returns whether the parts that are not asked of the database let a message through.
    fn lets_through(&self, message: &Message) -> bool {
        let held = self.custodians.is_empty() || self.custodians.iter().any(|c| message.custodians.contains(c));
        let sender = message.sender.as_ref().and_then(|sender| sender.native_id.as_deref());
        held && (self.senders.is_empty() || sender.is_some_and(|id| self.senders.iter().any(|wanted| wanted == id)))
    }
}
