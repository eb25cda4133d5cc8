//! Generates large synthetic matters and measures the pipeline on them.

fn main() {}
