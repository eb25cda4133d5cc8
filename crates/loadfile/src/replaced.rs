//! What a writer had to put in place of what a format cannot carry, counted by kind.

use std::ops::AddAssign;

use serde::Serialize;

/// Counts of replacements. A report shows them; only XML escapes and CSV guards can be undone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Replaced {
    /// DAT: the quote sign in a value.
    pub quote: u64,
    /// DAT: the column sign in a value.
    pub column: u64,
    /// DAT: the newline sign in a value.
    pub newline_sign: u64,
    /// DAT: line breaks written as the newline sign.
    pub newlines: u64,
    /// DAT: the list separator within an item of a list.
    pub list_separator: u64,
    /// CSV and EDRM XML: signs escaped within an item of a list, reversibly.
    pub list_escapes: u64,
    /// EDRM XML: characters that XML forbids, escaped reversibly.
    pub xml_escapes: u64,
    /// CSV: cells that a spreadsheet could take for a formula, guarded by an apostrophe, reversibly.
    pub csv_guards: u64,
}

impl AddAssign for Replaced {
    fn add_assign(&mut self, other: Self) {
        self.quote += other.quote;
        self.column += other.column;
        self.newline_sign += other.newline_sign;
        self.newlines += other.newlines;
        self.list_separator += other.list_separator;
        self.list_escapes += other.list_escapes;
        self.xml_escapes += other.xml_escapes;
        self.csv_guards += other.csv_guards;
    }
}
