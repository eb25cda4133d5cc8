//! The PDF crate at its boundary: small files made here, and the hostile corpus where it is there.

#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod corpus;
mod fixture;
mod gate;
mod stamp;
mod text;
mod truetype;
