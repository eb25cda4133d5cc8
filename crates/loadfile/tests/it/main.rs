//! The crate at its boundary: what is written byte by byte, what comes back, what others wrote, what is broken.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod bytes;
mod dialects;
mod faults;
mod round_trip;
mod samples;

use duces_loadfile::{Field, Row, Value};
use duces_model::Cleared;

/// Clears a row that a test made.
#[expect(clippy::disallowed_methods, reason = "tests make their own cleared values")]
pub fn clear(row: Row) -> Cleared<Row> {
    Cleared::vouch(row)
}

/// Returns a row of texts.
pub fn row(values: &[(Field, &str)]) -> Row {
    let mut row = Row::default();
    for (field, text) in values {
        row.set(*field, Value::Text((*text).to_owned()));
    }
    row
}
