//! Tests of verification at its boundary: volumes in, reports out.

mod broken;
mod broken_table;
mod docs;
mod flips;
mod samples;
mod pdf;
mod volume;
mod whole;
mod zip;
