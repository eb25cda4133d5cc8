//! Tests of the search crate at its boundary.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its matter has failed")]

mod agreement;
mod facts;
mod fixture;
mod persons;
mod search;
mod selection;
mod terms;
mod transcripts;
mod units;
mod withheld;
