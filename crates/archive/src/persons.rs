//! Persons: which accounts are whose, as the user says, and under which names accounts were seen.

use std::collections::{BTreeMap, BTreeSet};

use duces_model::{App, ConversationKey, Digest, Sender, UtcMillis};
use serde::Serialize;
use serde_json::json;

use crate::error::{At, Result};
use crate::matter::Matter;
use crate::reader::{AsOf, Reader};
use crate::rows::{self, Columns};
use crate::schema::{Cell, T};
use crate::tx::{Attribution, Tx};

/// One account of a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PersonAccount {
    /// The person, by the name the user gives.
    pub person: String,
    /// The app.
    pub app: App,
    /// The account's id in the app.
    pub native_id: String,
    /// Since when it was theirs; `None` where it always was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<UtcMillis>,
    /// From when on it was theirs no more; `None` where it still is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<UtcMillis>,
}

impl PersonAccount {
    /// Returns whether the account was theirs at an instant.
    pub fn holds_at(&self, at: UtcMillis) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }

    /// Returns whether the account was theirs at all times.
    pub fn holds_always(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

/// Who has which accounts, sorted; empty where nobody has said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Persons(Vec<PersonAccount>);

impl Persons {
    /// Returns the persons with these accounts.
    pub fn new(mut accounts: Vec<PersonAccount>) -> Self {
        accounts.sort();
        Self(accounts)
    }

    /// Returns all accounts.
    pub fn accounts(&self) -> &[PersonAccount] {
        &self.0
    }

    /// Returns the accounts of a person.
    pub fn accounts_of<'a>(&'a self, person: &'a str) -> impl Iterator<Item = &'a PersonAccount> {
        self.0.iter().filter(move |account| account.person == person)
    }

    /// Returns who had an account at an instant.
    pub fn person_of(&self, app: &App, native_id: &str, at: UtcMillis) -> Option<&str> {
        let has =
            |account: &&PersonAccount| account.native_id == native_id && account.app == *app && account.holds_at(at);
        self.0.iter().find(has).map(|account| account.person.as_str())
    }

    /// Returns the names of the persons, sorted.
    pub fn names(&self) -> BTreeSet<&str> {
        self.0.iter().map(|account| account.person.as_str()).collect()
    }

    /// Returns the digest over all of it.
    pub fn digest(&self) -> Digest {
        Digest::of(&serde_json::to_vec(self).expect("it is texts and numbers"))
    }
}

/// A name under which an account sent messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountName {
    /// The app.
    pub app: App,
    /// The account's id in the app.
    pub native_id: String,
    /// The name.
    pub name: String,
    /// When the first message under it was sent.
    pub first: UtcMillis,
    /// When the last was.
    pub last: UtcMillis,
    /// How many messages were sent under it.
    pub messages: u64,
}

impl Matter {
    /// Puts the persons in the place of those that were said before, which keep holding for earlier positions of the
    /// ledger. Returns whether that is a change.
    pub fn set_persons(&self, persons: &Persons, attribution: &Attribution) -> Result<bool> {
        let path = self.database();
        let _lock = self.lock()?;
        let reader = self.reader()?;
        if reader.persons(reader.now()?)? == *persons {
            return Ok(false);
        }
        let connection = self.connect(true)?;
        let mut tx = Tx::begin(&connection, &path)?;
        let digest = persons.digest();
        let accounts = i64::try_from(persons.accounts().len()).expect("they lie in memory");
        let list = tx.insert(T::PersonList, &[Cell::Blob(digest.as_bytes()), Cell::Int(accounts)])?;
        for account in persons.accounts() {
            let at = |at: Option<UtcMillis>| Cell::int(at.map(UtcMillis::millis));
            tx.insert(
                T::Person,
                &[
                    Cell::Int(list),
                    Cell::Text(&account.person),
                    Cell::Text(account.app.name()),
                    Cell::Text(&account.native_id),
                    at(account.from),
                    at(account.to),
                ],
            )?;
        }
        let over = json!({ "persons": persons.names().len(), "accounts": accounts, "sha256": digest });
        tx.commit(attribution, "persons.set", over)?;
        Ok(true)
    }
}

impl Reader {
    /// Returns the persons as last said.
    pub fn persons(&self, as_of: AsOf) -> Result<Persons> {
        let sql = "SELECT person, app, native_id, valid_from, valid_to FROM person \
                   WHERE list = (SELECT max(id) FROM person_list WHERE since <= ?) ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        let mut accounts = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            let at = |column| get.maybe_int(column)?.map(|ms| rows::instant(&self.path, ms)).transpose();
            accounts.push(PersonAccount {
                person: get.text(0)?,
                app: App::named(&get.text(1)?),
                native_id: get.text(2)?,
                from: at(3)?,
                to: at(4)?,
            });
        }
        Ok(Persons::new(accounts))
    }

    /// Returns the names under which each account sent messages, in the order of app, account and first message.
    pub fn account_names(&self, as_of: AsOf) -> Result<Vec<AccountName>> {
        let sql = "SELECT c.app, m.sender, m.sender_name, min(m.sent), max(m.sent), count(*) FROM message m \
                   JOIN conversation c ON c.id = m.conversation \
                   WHERE m.sender IS NOT NULL AND m.sender_name IS NOT NULL AND m.since <= ? \
                   GROUP BY c.app, m.sender, m.sender_name ORDER BY c.app, m.sender, min(m.sent), m.sender_name";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        let mut names = Vec::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            names.push(AccountName {
                app: App::named(&get.text(0)?),
                native_id: get.text(1)?,
                name: get.text(2)?,
                first: rows::instant(&self.path, get.int(3)?)?,
                last: rows::instant(&self.path, get.int(4)?)?,
                messages: get.count(5)?.unwrap_or(0),
            });
        }
        Ok(names)
    }

    /// Returns who sent messages in each conversation, once under each name.
    pub fn speakers(&self, as_of: AsOf) -> Result<BTreeMap<ConversationKey, Vec<Sender>>> {
        let sql = "SELECT DISTINCT conversation, sender, sender_name FROM message \
                   WHERE since <= ? AND (sender IS NOT NULL OR sender_name IS NOT NULL) ORDER BY 1, 2, 3";
        let mut statement = self.connection.prepare_cached(sql).at(&self.path)?;
        let mut found = statement.query([as_of.0]).at(&self.path)?;
        let mut speakers: BTreeMap<ConversationKey, Vec<Sender>> = BTreeMap::new();
        while let Some(row) = found.next().at(&self.path)? {
            let get = Columns { row, path: &self.path };
            let sender = Sender { native_id: get.maybe_text(1)?, name: get.maybe_text(2)? };
            speakers.entry(self.conversation_key(get.int(0)?)?).or_default().push(sender);
        }
        Ok(speakers)
    }
}
