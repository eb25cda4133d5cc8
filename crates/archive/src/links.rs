//! Payments and the messages they pay: found by the payment service's number, linked where `collect` says that they
//! agree.

use duces_model::MessageId;
use rusqlite::params;

use crate::error::{At, Result};
use crate::incoming::ConversationId;
use crate::reader::{AsOf, Reader};
use crate::rows::Columns;
use crate::schema::{Cell, T};
use crate::writer::Writer;

/// A payment that is linked to the message it was made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PaymentLink {
    /// The line of a statement.
    pub payment: MessageId,
    /// The transfer or the red packet.
    pub message: MessageId,
}

impl Writer<'_> {
    /// Lets a message be found by a number of the payment service.
    pub fn add_transaction_number(&mut self, number: &str, message: MessageId) -> Result<()> {
        self.begin()?;
        let sql = "INSERT INTO transaction_number (number, message) VALUES (?, ?) ON CONFLICT DO NOTHING";
        self.derive(sql, params![number, message.0])
    }

    /// Returns the messages of a number of the payment service, in the order collected.
    pub fn with_transaction_number(&self, number: &str) -> Result<Vec<MessageId>> {
        let sql = "SELECT message FROM transaction_number WHERE number = ? ORDER BY message";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let found = statement.query_map([number], |row| row.get(0).map(MessageId)).at(&self.path)?;
        found.collect::<rusqlite::Result<_>>().at(&self.path)
    }

    /// Returns the conversation of a message.
    pub fn conversation_of(&self, message: MessageId) -> Result<Option<ConversationId>> {
        let found = self.lookup("SELECT conversation FROM message WHERE id = ?", params![message.0])?;
        Ok(found.map(ConversationId))
    }

    /// Links a payment to a message; again is no change.
    pub fn link_payment(&mut self, link: PaymentLink) -> Result<bool> {
        let sql = "SELECT id FROM payment_link WHERE payment = ? AND message = ? LIMIT 1";
        if self.lookup(sql, params![link.payment.0, link.message.0])?.is_some() {
            return Ok(false);
        }
        self.insert(T::PaymentLink, &[Cell::Int(link.payment.0), Cell::Int(link.message.0)])?;
        Ok(true)
    }
}

impl Reader {
    /// Returns all links of payments, sorted.
    pub fn payment_links(&self, as_of: AsOf) -> Result<Vec<PaymentLink>> {
        let sql = "SELECT payment, message FROM payment_link WHERE since <= ? ORDER BY payment, message";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        let mut links = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            links.push(PaymentLink { payment: MessageId(get.int(0)?), message: MessageId(get.int(1)?) });
        }
        Ok(links)
    }
}
