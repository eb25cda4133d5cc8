//! Tests of verification at its boundary: volumes in, reports out.

mod broken;
mod broken_table;
mod docs;
mod flips;
mod pdf;
mod samples;
mod volume;
mod whole;
mod zip;
