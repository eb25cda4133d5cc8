//! What chatlog's HTTP interface answers: JSON, which says most, and CSV and text, which flatten each message to a text.

mod csv;
mod flat;
mod json;
mod txt;

pub(crate) use csv::READER as CSV;
pub(crate) use json::READER as JSON;
pub(crate) use txt::READER as TXT;
