//! Runs every suite under `suites/`.
