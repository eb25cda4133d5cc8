//! The crate at its boundary: publication under injected faults, ZIPs judged by other tools, hostile ZIPs.

mod publish;
mod zip_in;
mod zip_out;
