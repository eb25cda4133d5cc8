//! The open databases of one account, and what must be said about them before anything is read.

use std::path::{Path, PathBuf};

use super::claims;
use super::layout::Family;
use crate::sink::Sink;
use crate::source::{Source, slashed};
use crate::sqlite::{self, Database};
use crate::{IngestError, codes};

/// The databases of one account.
pub(crate) struct Files {
    pub(crate) databases: Vec<Database>,
    /// Their paths relative to the root, with `/` between folders.
    names: Vec<String>,
    /// What the account's folder is called, which may name the account.
    pub(crate) account_name: Option<String>,
}

impl Files {
    /// Opens the members of a source; from now on its media are looked for below the account's folder.
    pub(crate) fn open(source: &mut Source, family: Family, sink: &mut Sink) -> Result<Self, IngestError> {
        let mut files = Self { databases: Vec::new(), names: Vec::new(), account_name: None };
        let members: Vec<PathBuf> =
            source.members.iter().filter(|path| sqlite::database_of(path).is_none()).cloned().collect();
        let mut failure = None;
        for member in &members {
            match sqlite::open(source, member, sink) {
                Ok(Some(database)) => {
                    files.databases.push(database);
                    files.names.push(source.place_of(member).file);
                }
                Ok(None) => failure = Some(source.wrong(family.format(), "it is no SQLite database")),
                Err(error) if members.len() == 1 => return Err(error),
                Err(error) => {
                    sink.finding(&codes::READ_FAILED, &source.place_of(member), error.to_string());
                    failure = Some(error);
                }
            }
        }
        if files.databases.is_empty() {
            return Err(failure.unwrap_or_else(|| source.wrong(family.format(), "no database belongs to it")));
        }
        files.account_name = members.iter().find_map(|member| claims::account_name(member, family));
        source.folder = account_folder(source, &members[0], family);
        Ok(files)
    }

    /// Returns the path of a database relative to the root.
    pub(crate) fn name(&self, at: usize) -> &str {
        &self.names[at]
    }

    /// Returns the databases that have a table with these columns.
    pub(crate) fn with<'a>(&'a self, table: &'a str, columns: &'a [&str]) -> impl Iterator<Item = usize> + use<'a> {
        (0..self.databases.len()).filter(move |at| self.databases[*at].has(table, columns))
    }
}

/// Returns the account's folder relative to the root; the folder of a file that was named alone stands for it.
fn account_folder(source: &Source, member: &Path, family: Family) -> PathBuf {
    let relative = member.strip_prefix(&source.root).unwrap_or(member);
    if relative.as_os_str().is_empty() {
        return PathBuf::new();
    }
    claims::account_folder(relative, family)
}

/// Says where the messages come from and how their account was told.
pub(crate) fn provenance(
    source: &Source,
    files: &Files,
    family: Family,
    account: Option<(&str, &str)>,
    sink: &mut Sink,
) {
    let names: Vec<&str> = files.names.iter().map(String::as_str).collect();
    let account = match account {
        Some((id, told_by)) => format!("of the account `{id}`, as {told_by}"),
        None => "of an account that nothing names".to_owned(),
    };
    let text = format!("databases of {} {account}: {}", family.label(), names.join(", "));
    let file = if names.len() == 1 { names[0].to_owned() } else { slashed(&source.folder) };
    let place = if file.is_empty() { source.place() } else { duces_model::Place::file(file) };
    sink.finding(&codes::PROVENANCE, &place, text);
}
