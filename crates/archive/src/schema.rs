//! The tables: what they hold, that they only grow, and how a row becomes bytes for the ledger.

use duces_model::Hasher;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

/// The format of `matter.toml` and `archive.db` that this version writes and reads.
pub const FORMAT: i64 = 1;
/// Marks the database as ours (`duce` in ASCII).
pub(crate) const APPLICATION_ID: i64 = 0x6475_6365;

/// A table of evidence. Each begins with `id` and `since`, is append-only, and its rows are digested in the ledger.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The columns after `id` and `since`, as declared.
    columns: &'static [&'static str],
}

impl Table {
    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|column| column.split(' ').next().unwrap_or(column))
    }

    fn create(&self) -> String {
        format!(
            "CREATE TABLE {} (id INTEGER PRIMARY KEY, since INTEGER NOT NULL, {}) STRICT;\n",
            self.name,
            self.columns.join(", ")
        )
    }

    pub(crate) fn insert(&self) -> String {
        let names: Vec<_> = self.names().collect();
        let marks = ", ?".repeat(names.len());
        format!("INSERT INTO {} (id, since, {}) VALUES (?, ?{marks})", self.name, names.join(", "))
    }

    /// Returns all columns, `id` and `since` first, as those of an alias.
    pub(crate) fn columns_as(&self, alias: &str) -> String {
        let names: Vec<_> =
            ["id", "since"].into_iter().chain(self.names()).map(|name| format!("{alias}.{name}")).collect();
        names.join(", ")
    }

    pub(crate) fn select_all(&self) -> String {
        let names: Vec<_> = self.names().collect();
        format!("SELECT id, since, {} FROM {} ORDER BY id", names.join(", "), self.name)
    }
}

/// Names the tables by position in [`TABLES`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum T {
    Custodian,
    Conversation,
    Title,
    Import,
    ImportEnd,
    SourceFile,
    Chunk,
    Record,
    Message,
    Version,
    Holding,
    Finding,
    Claim,
    ClaimState,
    Excluded,
    PersonList,
    Person,
    PaymentLink,
}

/// The tables of evidence, in the order of [`T`].
pub(crate) static TABLES: &[Table] = &[
    Table { name: "custodian", columns: &["name TEXT NOT NULL UNIQUE"] },
    Table {
        name: "conversation",
        columns: &["key TEXT NOT NULL UNIQUE", "app TEXT NOT NULL", "kind TEXT NOT NULL", "native_id TEXT NOT NULL"],
    },
    Table { name: "title", columns: &["conversation INTEGER NOT NULL", "title TEXT NOT NULL"] },
    Table {
        name: "import",
        columns: &[
            "custodian INTEGER NOT NULL",
            "account TEXT",
            "label TEXT NOT NULL",
            "fingerprint BLOB NOT NULL",
            "info TEXT NOT NULL",
        ],
    },
    Table { name: "import_end", columns: &["import INTEGER NOT NULL", "summary TEXT NOT NULL"] },
    Table {
        name: "source_file",
        columns: &[
            "import INTEGER NOT NULL",
            "path TEXT NOT NULL",
            "format TEXT NOT NULL",
            "size INTEGER NOT NULL",
            "digest BLOB NOT NULL",
        ],
    },
    Table { name: "chunk", columns: &["size INTEGER NOT NULL", "digest BLOB NOT NULL", "packed BLOB NOT NULL"] },
    Table {
        name: "record",
        columns: &[
            "source_file INTEGER NOT NULL",
            "line INTEGER",
            "number INTEGER",
            "chunk INTEGER NOT NULL",
            "start INTEGER NOT NULL",
            "length INTEGER NOT NULL",
            "digest BLOB NOT NULL",
            "class INTEGER NOT NULL",
            "message INTEGER",
            "state INTEGER NOT NULL",
            "sent INTEGER",
            "attachments INTEGER NOT NULL",
        ],
    },
    Table {
        name: "message",
        columns: &[
            "conversation INTEGER NOT NULL",
            "native_id TEXT",
            "sender TEXT",
            "sender_name TEXT",
            "sent INTEGER NOT NULL",
            "sent_raw TEXT NOT NULL",
            "sequence INTEGER NOT NULL",
            "form INTEGER NOT NULL",
            "content TEXT NOT NULL",
            "attachments TEXT",
            "marks TEXT",
            "custodian INTEGER NOT NULL",
            "state INTEGER NOT NULL",
            "rule INTEGER NOT NULL",
        ],
    },
    Table {
        name: "version",
        columns: &[
            "message INTEGER NOT NULL",
            "sender TEXT",
            "sender_name TEXT",
            "form INTEGER NOT NULL",
            "content TEXT NOT NULL",
            "attachments TEXT",
            "marks TEXT",
            "native_id TEXT",
            "cause TEXT NOT NULL",
        ],
    },
    Table {
        name: "holding",
        columns: &["message INTEGER NOT NULL", "custodian INTEGER NOT NULL", "state INTEGER NOT NULL"],
    },
    Table {
        name: "finding",
        columns: &[
            "import INTEGER NOT NULL",
            "record INTEGER",
            "code TEXT NOT NULL",
            "severity TEXT NOT NULL",
            "place TEXT NOT NULL",
            "text TEXT NOT NULL",
        ],
    },
    Table {
        name: "claim",
        columns: &[
            "prefix TEXT NOT NULL",
            "width INTEGER NOT NULL",
            "first INTEGER NOT NULL",
            "last INTEGER NOT NULL",
            "plan BLOB NOT NULL",
            "request BLOB NOT NULL",
            "production TEXT NOT NULL",
        ],
    },
    Table { name: "claim_state", columns: &["claim INTEGER NOT NULL", "state TEXT NOT NULL", "manifest BLOB"] },
    Table {
        name: "excluded",
        columns: &[
            "import INTEGER NOT NULL",
            "what TEXT NOT NULL",
            "native_id TEXT NOT NULL",
            "decided_by TEXT NOT NULL",
            "reason TEXT NOT NULL",
            "decided_on TEXT NOT NULL",
            "conversations INTEGER NOT NULL",
            "records INTEGER NOT NULL",
        ],
    },
    Table { name: "person_list", columns: &["digest BLOB NOT NULL", "accounts INTEGER NOT NULL"] },
    Table {
        name: "person",
        columns: &[
            "list INTEGER NOT NULL",
            "person TEXT NOT NULL",
            "app TEXT NOT NULL",
            "native_id TEXT NOT NULL",
            "valid_from INTEGER",
            "valid_to INTEGER",
        ],
    },
    Table { name: "payment_link", columns: &["payment INTEGER NOT NULL", "message INTEGER NOT NULL"] },
];

// `identity`, `recall`, `transaction_number` and `fts` are derived from the rows above; the ledger speaks for itself.
const REST: &str = "
CREATE TABLE ledger (seq INTEGER PRIMARY KEY, entry BLOB NOT NULL, leaf BLOB NOT NULL) STRICT;
CREATE TABLE identity (key BLOB PRIMARY KEY, message INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE recall (key BLOB PRIMARY KEY, message INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE transaction_number (number TEXT, message INTEGER, PRIMARY KEY (number, message)) STRICT, WITHOUT ROWID;
CREATE INDEX title_conversation ON title (conversation);
CREATE INDEX record_message ON record (message) WHERE message IS NOT NULL;
CREATE INDEX record_excepted ON record (source_file) WHERE message IS NULL;
CREATE INDEX message_order ON message (conversation, sent, sequence);
CREATE INDEX message_without_id ON message (id) WHERE native_id IS NULL;
CREATE INDEX version_message ON version (message);
CREATE INDEX holding_message ON holding (message);
CREATE INDEX claim_state_claim ON claim_state (claim);
CREATE INDEX person_of_list ON person (list);
CREATE INDEX payment_link_payment ON payment_link (payment);
CREATE VIRTUAL TABLE fts USING fts5(text, content='', tokenize='ascii', columnsize=0);
CREATE VIRTUAL TABLE fts_terms USING fts5vocab(fts, row);
";

/// Returns the statements that make an empty archive.
pub(crate) fn statements() -> String {
    let mut sql = String::new();
    for table in TABLES {
        sql.push_str(&table.create());
    }
    sql.push_str(REST);
    for guard in guards() {
        sql.push_str(&format!("{};\n", guard.sql));
    }
    sql.push_str(&format!("PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {FORMAT};\n"));
    sql
}

/// A trigger by which the database itself refuses, whoever asks it.
pub(crate) struct Guard {
    pub(crate) name: String,
    /// The statement that makes it, as the database keeps it.
    pub(crate) sql: String,
}

/// Returns the names of all tables that only grow.
pub(crate) fn kept_tables() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|table| table.name).chain(["ledger", "identity", "recall", "transaction_number"])
}

/// Returns the guards against the removal and the change of rows, which every matter has.
pub(crate) fn guards() -> Vec<Guard> {
    let guard = |table: &str, verb: &str| {
        let name = format!("{table}_no_{}", verb.to_lowercase());
        let refusal = format!("BEGIN SELECT RAISE(ABORT, '{table} only grows'); END");
        Guard { sql: format!("CREATE TRIGGER {name} BEFORE {verb} ON {table} {refusal}"), name }
    };
    kept_tables().flat_map(|table| ["UPDATE", "DELETE"].map(|verb| guard(table, verb))).collect()
}

/// Returns the guards that a matter has in addition once something in it was put under a legal hold. Replacing a row
/// removes it without a word where a program asks the database not to fire triggers for that, which is what most do.
pub(crate) fn hold_guards() -> Vec<Guard> {
    let guard = |table: &str, number: &str, unique: Option<&str>| {
        let name = format!("{table}_no_replace");
        let same = [Some(number), unique].into_iter().flatten().map(|column| format!("{column} = NEW.{column}"));
        let same = same.collect::<Vec<_>>().join(" OR ");
        let sql = format!(
            "CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) \
             BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        );
        Guard { name, sql }
    };
    let of_evidence = TABLES.iter().map(|table| {
        let unique = table.columns.iter().find(|column| column.ends_with(" UNIQUE"));
        guard(table.name, "id", unique.and_then(|column| column.split(' ').next()))
    });
    of_evidence.chain([guard("ledger", "seq", None)]).collect()
}

/// One value of a row, on its way in.
#[derive(Clone, Copy)]
pub(crate) enum Cell<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl<'a> Cell<'a> {
    pub(crate) fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }

    pub(crate) fn int(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::Int)
    }

    fn value(self) -> ValueRef<'a> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }
    }

    pub(crate) fn digest_into(self, hasher: &mut Hasher) {
        digest_value(self.value(), hasher);
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.value()))
    }
}

/// Feeds one value to the digest of its table: a tag, the length of what has one, the bytes.
pub(crate) fn digest_value(value: ValueRef<'_>, hasher: &mut Hasher) {
    let mut framed = |tag: u8, bytes: &[u8]| {
        let mut head = [tag; 9];
        head[1..].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&head);
        hasher.update(bytes);
    };
    match value {
        ValueRef::Null => hasher.update(&[0]),
        ValueRef::Integer(value) => {
            let mut bytes = [1; 9];
            bytes[1..].copy_from_slice(&value.to_le_bytes());
            hasher.update(&bytes);
        }
        ValueRef::Real(value) => framed(2, &value.to_bits().to_le_bytes()),
        ValueRef::Text(text) => framed(3, text),
        ValueRef::Blob(bytes) => framed(4, bytes),
    }
}
