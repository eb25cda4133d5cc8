//! A request: what is asked of the archive, and under which name, numbers and designation it is produced.

use std::path::Path;

use duces_files::{Disk, write_atomically};
use duces_ingest::DateOrder;
use duces_media::{DecoderTerms, Decoders};
use duces_model::{BatesNumber, Custodian, Day, Digest, UnitRule, Zone};
use duces_search::{Clip, Criteria, NoiseWords, Precedence, Profile as QueryProfile, QueryOptions};
use serde::{Deserialize, Serialize};

use crate::{ProductionError, settings};

/// A request file, as a person writes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The version of this file's shape: 1.
    pub format: u32,
    /// The production's name; its folder under `productions/` is called so.
    pub name: String,
    /// The matter's name, as papers print it.
    pub matter: String,
    /// The zone that days are cut and times are printed in.
    pub zone: Zone,
    /// The date that papers print.
    pub date: Day,
    /// Whose account is whose: a TOML or CSV file, relative to the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persons: Option<String>,
    /// The archives to be imported first.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
    /// What is selected.
    #[serde(default)]
    pub select: Select,
    /// How it is produced.
    pub production: Terms,
    /// What is withheld.
    #[serde(default, rename = "withhold")]
    pub withheld: Vec<Withhold>,
    /// The programs that decode what pages and players do not take as it is.
    #[serde(default, rename = "decoder", skip_serializing_if = "Vec::is_empty")]
    pub decoders: Vec<DecoderTerms>,
}

/// An archive to be imported.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The file, folder or ZIP, relative to the request.
    pub path: String,
    /// Whose archive it is.
    pub custodian: Custodian,
    /// The account that was collected, where the source does not say.
    pub account: Option<String>,
    /// The format, where detection is to be overruled.
    pub format: Option<String>,
    /// The zone of times that the source writes without one.
    pub zone: Option<Zone>,
    /// In which order dates of the source have their numbers, where they do not tell themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// What the first page calls the source; by default nothing is printed.
    pub label: Option<String>,
    /// What must not be collected of it: a TOML file, relative to the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<String>,
    /// A file that says what stands where in tables, texts and pages that no reader knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<String>,
}

/// What is selected. Empty conditions select everything.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Select {
    /// Whose copies.
    pub custodians: Vec<Custodian>,
    /// Conversations in which one of these accounts or names takes part.
    pub participants: Vec<String>,
    /// Conversations by native id or name.
    pub conversations: Vec<String>,
    /// The first day.
    pub from: Option<Day>,
    /// The last day, included.
    pub to: Option<Day>,
    /// Keywords in the query language.
    pub query: String,
    /// Whether keywords are looked for within a message or within a document.
    pub scope: Scope,
    /// Whether keywords find simplified and traditional characters alike.
    #[serde(skip_serializing_if = "is_false")]
    pub fold_traditional: bool,
    /// Whether keywords find Latin and Greek letters with and without accents alike.
    #[serde(skip_serializing_if = "is_false")]
    pub fold_accents: bool,
    /// How AND and OR without parentheses are read: `and-first`, `or-first` or `left-to-right`; refused where not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precedence: Option<String>,
    /// Words that cannot be searched for and stand for any word.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub noise_words: Vec<String>,
}

impl Select {
    /// Returns the choices that the query is read and held under.
    pub fn options(&self) -> Result<QueryOptions, ProductionError> {
        self.checked_options().map_err(ProductionError::usage)
    }

    /// Returns the criteria that select so in a zone.
    pub fn criteria(&self, zone: &Zone) -> Result<Criteria, ProductionError> {
        Ok(Criteria {
            custodians: self.custodians.clone(),
            participants: self.participants.clone(),
            conversations: self.conversations.clone(),
            clip: Clip { from: self.from, to: self.to },
            query: self.query.clone(),
            options: self.options()?,
            scope: self.scope.into(),
            ..Criteria::all(zone.clone())
        })
    }

    fn checked_options(&self) -> Result<QueryOptions, String> {
        let precedence = self.precedence.as_deref().map(|name| {
            let known = Precedence::ALL.map(Precedence::name).join(", ");
            Precedence::from_name(name).ok_or_else(|| format!("precedence = `{name}` is none of {known}"))
        });
        Ok(QueryOptions {
            profile: QueryProfile { fold_traditional: self.fold_traditional, fold_accents: self.fold_accents },
            precedence: precedence.transpose()?,
            noise: NoiseWords::new(self.noise_words.iter().map(String::as_str))
                .map_err(|error| format!("noise_words: `{}` is not one word of letters or digits", error.text))?,
        })
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

/// Where keywords are looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Within one message.
    #[default]
    Message,
    /// Within the text of one document, as it is produced.
    Document,
}

impl From<Scope> for duces_search::Scope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Message => Self::Message,
            Scope::Document => Self::Document,
        }
    }
}

/// How the selection is produced.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// How conversations are cut into documents.
    #[serde(default)]
    pub unit: UnitRule,
    /// The recipient's profile: the name of a built-in one, or a path relative to the request.
    #[serde(default = "standard")]
    pub profile: String,
    /// The Bates prefix.
    pub prefix: String,
    /// The first number, or where numbering goes on by itself, the least.
    #[serde(default = "one")]
    pub next_number: u64,
    /// How many digits.
    #[serde(default = "seven")]
    pub width: u8,
    /// What every page is designated as, such as `CONFIDENTIAL`.
    pub designation: Option<String>,
    /// The volume's name.
    #[serde(default = "volume")]
    pub volume: String,
    /// Who produces, as the cover letter prints it.
    pub producing_party: Option<String>,
    /// Who receives, as the cover letter prints it.
    pub recipient: Option<String>,
}

/// Something that is withheld, and why. Exactly one of conversation, conversation with day, and file is named.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withhold {
    /// A conversation: a group's id, or the other side's account of a 1:1.
    pub conversation: Option<String>,
    /// One day of the conversation.
    pub day: Option<Day>,
    /// A file, by its SHA-256, wherever it was sent.
    pub file: Option<Digest>,
    /// The basis, for the producing side's log.
    pub reason: String,
}

fn standard() -> String {
    "standard".to_owned()
}

fn one() -> u64 {
    1
}

fn seven() -> u8 {
    7
}

fn volume() -> String {
    "VOL001".to_owned()
}

impl Request {
    /// Reads and checks a request file.
    pub fn read(path: &Path) -> Result<Self, ProductionError> {
        let request: Self = settings::read_file(path)?;
        request.check().map_err(|text| {
            ProductionError::usage(format!("{}: {text}", path.display()))
                .hint("nothing was changed; mend the request and run again")
        })?;
        Ok(request)
    }

    /// Writes the request to a new file; one that is there already stays.
    pub fn save(&self, path: &Path) -> Result<(), ProductionError> {
        let refused = |text: String| {
            ProductionError::usage(format!("{}: {text}", path.display()))
                .hint("nothing was written; choose another name")
        };
        self.check().map_err(refused)?;
        if path.exists() {
            return Err(refused("there is such a file".to_owned()));
        }
        let text = toml::to_string(self).expect("texts and numbers are TOML");
        write_atomically(&Disk::real(), path, text.as_bytes())?;
        Ok(())
    }

    /// Returns the first Bates number asked for.
    pub fn first_number(&self) -> Result<BatesNumber, ProductionError> {
        let terms = &self.production;
        BatesNumber::new(&terms.prefix, terms.width, terms.next_number)
            .map_err(|error| ProductionError::usage(error.to_string()).hint("choose another prefix, width or number"))
    }

    /// Returns the digest that tells this request from every other; `profile` is the profile in full.
    pub fn digest(&self, profile: &impl Serialize) -> Digest {
        let both = serde_json::to_vec(&(self, profile)).expect("a request is strings and numbers");
        Digest::of(&both)
    }

    fn check(&self) -> Result<(), String> {
        if self.format != 1 {
            return Err(format!(
                "format = {} is not known to this version of duces, which reads format = 1",
                self.format
            ));
        }
        check_name("name", &self.name, 60)?;
        check_name("volume", &self.production.volume, 20)?;
        self.first_number().map_err(|error| error.to_string())?;
        if let (Some(from), Some(to)) = (self.select.from, self.select.to)
            && from > to
        {
            return Err(format!("the first day {from} is after the last day {to}"));
        }
        self.select.checked_options()?;
        Decoders::new(&self.decoders)?;
        for withhold in &self.withheld {
            withhold.check()?;
        }
        Ok(())
    }
}

impl Terms {
    /// Returns terms that say no more than they must.
    pub fn of(unit: UnitRule, prefix: String) -> Self {
        Self {
            unit,
            profile: standard(),
            prefix,
            next_number: one(),
            width: seven(),
            designation: None,
            volume: volume(),
            producing_party: None,
            recipient: None,
        }
    }
}

impl Withhold {
    fn check(&self) -> Result<(), String> {
        match (&self.conversation, self.day, self.file) {
            (Some(_), _, None) | (None, None, Some(_)) => {}
            (None, Some(_), _) => return Err("a day to be withheld needs its conversation".to_owned()),
            _ => return Err("each [[withhold]] names a conversation, a conversation and a day, or a file".to_owned()),
        }
        if self.reason.trim().is_empty() {
            return Err("each [[withhold]] needs a reason: a log without one does not stand".to_owned());
        }
        Ok(())
    }
}

/// Folder names must be safe on every system the volume may be copied to.
pub(crate) fn check_name(key: &str, name: &str, longest: usize) -> Result<(), String> {
    let safe = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'.');
    if name.is_empty() || name.len() > longest || !safe || name.starts_with(['.', '-']) || name.ends_with('.') {
        return Err(format!("{key} = `{name}` is not 1 to {longest} ASCII letters, digits, `-`, `_` or `.`"));
    }
    if name.ends_with(".partial") {
        return Err(format!("{key} = `{name}` ends in `.partial`, which marks unfinished productions"));
    }
    Ok(())
}
