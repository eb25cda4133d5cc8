//! The `duces` command: arguments, terminal, JSON and exit codes. Everything else lies in the libraries.

mod args;
mod browse;
mod commands;
mod exit;
mod hold;
mod hold_args;
mod imports;
mod progress;
mod search;
mod shown;
mod terms;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use duces_production::ProductionError;

use args::{Cli, Command};
use exit::Outcome;

/// Records are made on one thread and dropped on another, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            complain(&error);
            exit::code(&error)
        }
    }
}

fn run(cli: &Cli) -> Result<Outcome> {
    if let Some(threads) = cli.threads {
        rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global()?;
    }
    match &cli.command {
        Command::Run(args) => commands::run(cli, args),
        Command::Init(args) => commands::init(cli, args),
        Command::Import(args) => commands::import(cli, args),
        Command::Search(args) => search::search(cli, args),
        Command::Terms(args) => terms::terms(cli, args),
        Command::Browse(args) => browse::browse(args),
        Command::Plan(args) => commands::plan(cli, args),
        Command::Produce(args) => commands::produce(cli, args),
        Command::Verify(args) => commands::verify(cli, args),
        Command::Persons(args) => commands::persons(cli, args),
        Command::Hold(args) => hold::hold(cli, args),
        Command::Log(args) => commands::log(cli, args),
        Command::Profiles(args) => commands::profiles(cli, args),
    }
}

/// Says what went wrong, because of what, and what to do next.
fn complain(error: &anyhow::Error) {
    anstream::eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        anstream::eprintln!("  because: {cause}");
    }
    if let Some(hint) = error.downcast_ref::<ProductionError>().and_then(ProductionError::next_step) {
        anstream::eprintln!("  {hint}");
    }
}
