//! A value as the text of a cell, before a format's own quoting.

use duces_model::{Day, UtcMillis, Zone};

use crate::dialect::Dialect;
use crate::field::{Field, Kind};
use crate::replaced::Replaced;
use crate::value::{Row, Value};

/// What a format does with the list separator within an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lists {
    /// Replace it by the dialect's text: readers of a DAT know no escape.
    Replace,
    /// Escape it with a backslash, and backslashes too, so that [`split_list`] gives the items back.
    Escape,
}

/// Returns the text of one column of a row. `out` is emptied first; a buffer that is used again saves time.
pub(crate) fn write_cell(
    row: &Row,
    field: Field,
    dialect: &Dialect,
    lists: Lists,
    replaced: &mut Replaced,
    out: &mut String,
) {
    out.clear();
    match row.get(field) {
        Value::Empty if field == Field::TimeZone && has_instant(row) => out.push_str(dialect.zone.name()),
        Value::Empty => {}
        Value::Text(text) if field.kind() == Kind::Path && dialect.path_separator != '/' => {
            out.extend(text.chars().map(|c| if c == '/' { dialect.path_separator } else { c }));
        }
        Value::Text(text) => out.push_str(text),
        Value::List(items) => write_list(items, dialect, lists, replaced, out),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Bool(is) => out.push_str(if *is { &dialect.yes } else { &dialect.no }),
        Value::Instant(at) => out.push_str(&dialect.zone.format(*at, pattern(field, dialect))),
        Value::Day(day) => out.push_str(&format_day(*day, &dialect.date_format)),
    }
}

fn has_instant(row: &Row) -> bool {
    row.set_fields().any(|(_, value)| matches!(value, Value::Instant(_)))
}

fn pattern(field: Field, dialect: &Dialect) -> &str {
    match field.kind() {
        Kind::Date => &dialect.date_format,
        Kind::Time => &dialect.time_format,
        _ => &dialect.datetime_format,
    }
}

fn format_day(day: Day, pattern: &str) -> String {
    let utc = Zone::utc();
    utc.format(utc.start_of(day), pattern)
}

fn write_list(items: &[String], dialect: &Dialect, lists: Lists, replaced: &mut Replaced, out: &mut String) {
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push(dialect.list_separator);
        }
        for c in item.chars() {
            match lists {
                Lists::Replace if c == dialect.list_separator => {
                    replaced.list_separator += 1;
                    out.push_str(&dialect.list_separator_becomes);
                }
                Lists::Escape if c == dialect.list_separator || c == '\\' => {
                    replaced.list_escapes += 1;
                    out.push('\\');
                    out.push(c);
                }
                _ => out.push(c),
            }
        }
    }
}

/// Returns the items of a list that was written to CSV or EDRM XML, escapes undone.
///
/// Two lists are written alike and come back as the first: none at all, and one empty item.
pub fn split_list(text: &str, separator: char) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut items = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next() } else { None };
        if c == separator && escaped.is_none() {
            items.push(String::new());
            continue;
        }
        let item = items.last_mut().expect("there is always a last item");
        item.push(escaped.unwrap_or(c));
    }
    items
}

/// Returns an instant as EDRM XML has it: ISO 8601 with milliseconds and the offset of UTC.
pub(crate) fn iso(at: UtcMillis) -> String {
    let seconds = Zone::utc().format(at, "%Y-%m-%dT%H:%M:%S");
    format!("{seconds}.{:03}+00:00", at.millis().rem_euclid(1000))
}
