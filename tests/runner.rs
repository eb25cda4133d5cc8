//! Runs every suite under `suites/`.

#[path = "suites/findings.rs"]
mod findings;
#[path = "suites/tidy.rs"]
mod tidy;
