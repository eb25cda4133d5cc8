//! The crate at its boundary: publication under injected faults, ZIPs judged by other tools, hostile ZIPs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod program;
mod publish;
mod zip_in;
mod zip_out;
