//! Runs every suite under `suites/`.

#[path = "suites/tidy.rs"]
mod tidy;
