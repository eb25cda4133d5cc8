//! The `duces` command.

fn main() {}
