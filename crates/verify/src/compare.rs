//! The same value in two load files: what each format must do to it is undone before they are compared.

use std::collections::BTreeSet;

use duces_loadfile::{DatSigns, Field, Kind};
use duces_model::{FindingCode, Place};

use crate::document::{DocumentIdx, Documents};
use crate::table::{Row, Table};
use crate::tally::{Tally, shown};

/// What a copy of the load file is called and which codes tell of it.
pub(crate) struct Copy<'a> {
    pub(crate) table: &'a Table,
    pub(crate) name: &'static str,
    pub(crate) documents_code: &'static FindingCode,
    pub(crate) value_code: &'static FindingCode,
    /// Fields that are written in another form here and cannot be compared as text.
    pub(crate) incomparable: fn(Field) -> bool,
    /// The signs of the DAT, which it does not carry within values.
    pub(crate) signs: &'a DatSigns,
}

/// Compares documents and values of a copy with the load file that is relied on.
///
/// Returns the document of each row of the copy, where there is one.
pub(crate) fn check(copy: &Copy<'_>, documents: &Documents, tally: &mut Tally) -> Vec<Option<DocumentIdx>> {
    let mut matched = Vec::with_capacity(copy.table.rows.len());
    let mut found = BTreeSet::new();
    for row in &copy.table.rows {
        let first = copy.table.value(row, Field::BegBates);
        let idx = documents.by_first(first);
        matched.push(idx);
        match idx {
            None => {
                let text = format!("the {} lists `{}`, the DAT does not", copy.name, shown(first));
                tally.add(copy.documents_code, copy.table.place(row), text);
            }
            Some(idx) if !found.insert(idx) => {
                let text = format!("the {} lists `{}` twice", copy.name, shown(first));
                tally.add(copy.documents_code, copy.table.place(row), text);
            }
            Some(idx) => check_values(copy, row, idx, documents, tally),
        }
    }
    for (idx, document) in documents.iter() {
        // A second document of the same number was reported as such.
        if !found.contains(&idx) && documents.by_first(documents.first(document)) == Some(idx) {
            let text = format!("the DAT lists `{}`, the {} does not", shown(documents.first(document)), copy.name);
            tally.add(copy.documents_code, Place::file(copy.table.file.as_str()), text);
        }
    }
    matched
}

fn check_values(copy: &Copy<'_>, row: &Row, idx: DocumentIdx, documents: &Documents, tally: &mut Tally) {
    let (table, own) = documents.row(documents.get(idx));
    for (column, field) in table.fields.iter().enumerate() {
        let Some(field) = field.filter(|field| !(copy.incomparable)(*field)) else { continue };
        let Some(other) = copy.table.column(field) else { continue };
        let (here, there) = (own.cell(column), row.cell(other));
        if !is_same(field.kind(), here, there, copy.signs) {
            let text = format!(
                "{}: {} is `{}` in the DAT and `{}` in the {}",
                documents.first(documents.get(idx)),
                table.names.get(column).map(String::as_str).unwrap_or_default(),
                shown(here),
                shown(there),
                copy.name
            );
            tally.add(copy.value_code, copy.table.place(row), text);
        }
    }
}

/// Whether a value of the DAT and one of a copy say the same.
fn is_same(kind: Kind, dat: &str, copy: &str, signs: &DatSigns) -> bool {
    if dat == copy {
        return true;
    }
    match kind {
        Kind::Bool => word_of(dat) == word_of(copy),
        Kind::Path => dat.replace('\\', "/") == copy.replace('\\', "/"),
        // A separator within an item is replaced in the DAT and escaped in the copies.
        Kind::List => without(dat, signs, ";,|\\") == without(copy, signs, ";,|\\"),
        _ => signs.value(dat) == signs.value(copy) || without(dat, signs, "") == without(copy, signs, ""),
    }
}

/// Returns a value without what a DAT may have to change: white space, control and reserved characters.
fn without(value: &str, signs: &DatSigns, also: &str) -> String {
    let mut value = signs.value(value);
    for replacement in [&signs.newline_becomes, &signs.quote_becomes, &signs.column_becomes] {
        if !replacement.trim().is_empty() {
            value = value.replace(replacement.as_str(), "");
        }
    }
    value.retain(|c| !(c.is_whitespace() || c.is_control() || c == signs.newline || also.contains(c)));
    value
}

/// Returns what the words for yes and no mean; other words mean themselves.
fn word_of(word: &str) -> &str {
    match word {
        _ if ["y", "yes", "true", "1", "x"].iter().any(|yes| word.eq_ignore_ascii_case(yes)) => "yes",
        _ if ["n", "no", "false", "0", ""].iter().any(|no| word.eq_ignore_ascii_case(no)) => "no",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use duces_loadfile::{DatSigns, Kind};

    use super::is_same;

    #[test]
    fn what_formats_must_change_is_no_difference() {
        let signs = DatSigns::default();
        let same = |kind, dat, copy| is_same(kind, dat, copy, &signs);
        for (kind, dat, copy) in [
            (Kind::Text, "a b c", "a\u{fe}b\u{14}c"),
            (Kind::Text, "Acme(R)", "Acme®"),
            (Kind::Text, "two®lines", "two\r\nlines"),
            (Kind::Text, "two\nlines", "two\r\nlines"),
            (Kind::Path, "PDF\\0001\\A1.pdf", "PDF/0001/A1.pdf"),
            (Kind::Bool, "Y", "true"),
            (Kind::Bool, "No", "false"),
            (Kind::List, "a,b;c", "a\\;b;c"),
        ] {
            assert!(same(kind, dat, copy), "{dat:?} {copy:?}");
        }
        for (kind, dat, copy) in [
            (Kind::Text, "a", "b"),
            (Kind::Number, "1", "10"),
            (Kind::Bool, "Y", ""),
            (Kind::Text, "张三", "张四"),
            (Kind::Text, "A", "a"),
            (Kind::Path, "PDF/1", "PDF/2"),
            (Kind::List, "a;b", "a;c"),
        ] {
            assert!(!same(kind, dat, copy), "{dat:?} {copy:?}");
        }
    }
}
