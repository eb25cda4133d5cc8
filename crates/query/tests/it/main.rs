//! The crate at its boundary: what is refused, what is found, and that the index loses nothing.

mod docs;
mod grammar;
mod index;
mod normalisation;
mod oracle;
mod properties;
mod semantics;
mod strategies;
