//! What a recipient can ask for: columns and their names, formats, signs and replacements.

use std::collections::BTreeSet;

use duces_model::Zone;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::field::{Field, plain_name};

/// A column: a field and the name the recipient has for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Spelling")]
pub struct Column {
    /// The field.
    pub field: Field,
    /// The header.
    pub name: String,
}

/// A profile names a field alone, or a field and the recipient's name for it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Spelling {
    Field(Field),
    Named(Named),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    field: Field,
    name: String,
}

impl From<Spelling> for Column {
    fn from(spelling: Spelling) -> Self {
        match spelling {
            Spelling::Field(field) => field.into(),
            Spelling::Named(Named { field, name }) => Self { field, name },
        }
    }
}

impl From<Field> for Column {
    fn from(field: Field) -> Self {
        Self { field, name: field.name().to_owned() }
    }
}

/// How characters become bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-16, low byte first; always with a byte-order mark.
    Utf16le,
}

/// The signs of a DAT and what stands in their place within values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatSigns {
    /// Between columns; U+0014 by habit.
    pub column: char,
    /// Around values; U+00FE, the thorn, by habit.
    pub quote: char,
    /// Stands for a line break within a value; U+00AE by habit.
    pub newline: char,
    /// Put in place of the column sign.
    pub column_becomes: String,
    /// Put in place of the quote sign.
    pub quote_becomes: String,
    /// Put in place of the newline sign.
    pub newline_becomes: String,
}

impl Default for DatSigns {
    fn default() -> Self {
        Self {
            column: '\u{14}',
            quote: '\u{fe}',
            newline: '\u{ae}',
            column_becomes: " ".to_owned(),
            quote_becomes: " ".to_owned(),
            newline_becomes: "(R)".to_owned(),
        }
    }
}

/// How a recipient wants its load files. One dialect serves all formats of a volume.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialect {
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The zone of all dates and times.
    pub zone: Zone,
    /// The format of days, by strftime.
    pub date_format: String,
    /// The format of times of day.
    pub time_format: String,
    /// The format of a day and time in one column.
    pub datetime_format: String,
    /// Between the items of a list.
    pub list_separator: char,
    /// DAT: put in place of the separator within an item.
    pub list_separator_becomes: String,
    /// Between the folders of a path: `/` or `\`.
    pub path_separator: char,
    /// The word for yes.
    pub yes: String,
    /// The word for no.
    pub no: String,
    /// Whether UTF-8 files start with a byte-order mark.
    pub bom: bool,
    /// How the DAT is encoded.
    pub encoding: Encoding,
    /// The signs of the DAT.
    pub dat: DatSigns,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            columns: Field::all().map(Column::from).collect(),
            zone: Zone::utc(),
            date_format: "%m/%d/%Y".to_owned(),
            time_format: "%H:%M:%S".to_owned(),
            datetime_format: "%m/%d/%Y %H:%M:%S".to_owned(),
            list_separator: ';',
            list_separator_becomes: ",".to_owned(),
            path_separator: '\\',
            yes: "Yes".to_owned(),
            no: "No".to_owned(),
            bom: true,
            encoding: Encoding::Utf8,
            dat: DatSigns::default(),
        }
    }
}

/// What is wrong with a dialect.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DialectError {
    /// There is no column.
    #[error("a load file needs at least one column")]
    NoColumns,
    /// A column's name.
    #[error("column `{0}` {1}")]
    Name(String, &'static str),
    /// A date or time format.
    #[error("`{setting} = \"{pattern}\"`: {why}")]
    Pattern {
        /// The setting.
        setting: &'static str,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
    /// Signs that cannot be told apart, or that come back through a replacement.
    #[error("`{0}` {1}")]
    Sign(&'static str, &'static str),
}

impl Dialect {
    /// Returns the default dialect with these columns under their canonical names.
    pub fn of(fields: impl IntoIterator<Item = Field>) -> Self {
        Self { columns: fields.into_iter().map(Column::from).collect(), ..Self::default() }
    }

    /// Checks that what is written can be read again: names unique, patterns known, signs apart.
    pub fn check(&self) -> Result<(), DialectError> {
        self.check_columns()?;
        for (setting, pattern) in [
            ("date_format", &self.date_format),
            ("time_format", &self.time_format),
            ("datetime_format", &self.datetime_format),
        ] {
            check_pattern(pattern).map_err(|why| DialectError::Pattern { setting, pattern: pattern.clone(), why })?;
        }
        if !matches!(self.path_separator, '/' | '\\') {
            return Err(DialectError::Sign("path_separator", "must be `/` or `\\`"));
        }
        self.check_signs()
    }

    fn check_columns(&self) -> Result<(), DialectError> {
        if self.columns.is_empty() {
            return Err(DialectError::NoColumns);
        }
        let (mut names, mut plain) = (BTreeSet::new(), BTreeSet::new());
        for column in &self.columns {
            let refuse = |why| Err(DialectError::Name(column.name.clone(), why));
            let is_odd = |c: char| c.is_control() || [self.dat.column, self.dat.quote, self.dat.newline].contains(&c);
            if column.name.is_empty() || column.name.chars().any(is_odd) {
                return refuse("is empty or holds a control character or a sign of the DAT");
            }
            let compared = plain_name(&column.name);
            if !names.insert(&column.name) || (!compared.is_empty() && !plain.insert(compared)) {
                return refuse("stands there twice, or differs from another in case or signs only");
            }
        }
        Ok(())
    }

    fn check_signs(&self) -> Result<(), DialectError> {
        let DatSigns { column, quote, newline, .. } = self.dat;
        let signs = [column, quote, newline];
        if column == quote || quote == newline || newline == column || signs.contains(&self.list_separator) {
            return Err(DialectError::Sign("dat", "uses one sign for two things"));
        }
        if signs.iter().any(|sign| sign.is_alphanumeric() && *sign != '\u{fe}' || matches!(sign, '\r' | '\n' | ' ')) {
            return Err(DialectError::Sign("dat", "uses a letter, a digit, a space or a line break as a sign"));
        }
        let is_bad_separator = |c: char| c.is_alphanumeric() || c.is_whitespace() || c.is_control() || c == '\\';
        if is_bad_separator(self.list_separator) {
            return Err(DialectError::Sign("list_separator", "must be a sign that is no backslash"));
        }
        let replacements = [
            ("dat.column_becomes", &self.dat.column_becomes),
            ("dat.quote_becomes", &self.dat.quote_becomes),
            ("dat.newline_becomes", &self.dat.newline_becomes),
            ("list_separator_becomes", &self.list_separator_becomes),
        ];
        for (setting, text) in replacements {
            if text.contains(signs) || text.contains(['\r', '\n', self.list_separator]) {
                return Err(DialectError::Sign(setting, "holds a sign that it is to replace"));
            }
        }
        Ok(())
    }
}

/// The conversions that are the same in every locale and that no input can make fail.
const CONVERSIONS: &str = "YmdeHIMSpPyjbBaAzZFTDR";

fn check_pattern(pattern: &str) -> Result<(), String> {
    if pattern.chars().any(char::is_control) {
        return Err("it holds a control character".to_owned());
    }
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            continue;
        }
        let mut conversion = chars.next();
        let is_colon = conversion == Some(':');
        if is_colon || conversion == Some('-') {
            conversion = chars.next();
        }
        match conversion {
            Some('z') if is_colon => {}
            Some('%') if !is_colon => {}
            Some(known) if CONVERSIONS.contains(known) && !is_colon => {}
            other => {
                let shown = other.map_or(String::new(), String::from);
                return Err(format!("`%{shown}` is not known; use %Y %m %d %H %I %M %S %p %b %z and the like"));
            }
        }
    }
    Ok(())
}
