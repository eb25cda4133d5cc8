//! Generates large synthetic matters and measures the pipeline on them.
//!
//! `duces-bench generate DIR --messages N [--seed S] [--format F]` writes a matter, as WeFlow exports or as databases of
//! WeChat 4.x; `duces-bench measure DIR [--sizes A,B]` writes matters of these sizes below DIR, runs each stage on them
//! and prints its time and the peak memory.

mod generate;
mod load;
mod measure;
mod media;
mod seeded;
mod wechat4;
mod words;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Records are made on one thread and dropped on another, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Parser)]
#[command(name = "duces-bench")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a synthetic matter
    Generate {
        /// The folder to write into
        folder: PathBuf,
        /// How many messages
        #[arg(long, default_value_t = 10_000)]
        messages: usize,
        /// The seed; the same gives the same bytes
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How the archive is written
        #[arg(long, value_enum, default_value_t)]
        format: generate::Format,
    },
    /// Measure every stage on generated matters, each size in a process of its own
    Measure {
        /// The folder to work in
        folder: PathBuf,
        /// How many messages, size by size
        #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000])]
        sizes: Vec<usize>,
        /// The seed
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How the archives are written
        #[arg(long, value_enum, default_value_t)]
        format: generate::Format,
    },
    /// Measure one generated matter in this process
    #[command(hide = true)]
    RunOne {
        /// The matter's folder
        folder: PathBuf,
    },
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Generate { folder, messages, seed, format } => generate::matter(&folder, messages, seed, format),
        Command::Measure { folder, sizes, seed, format } => measure::sizes(&folder, &sizes, seed, format),
        Command::RunOne { folder } => measure::one(&folder),
    }
}
