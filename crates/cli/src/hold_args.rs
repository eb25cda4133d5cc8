//! The arguments of `duces hold`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

/// Arguments of `duces hold`.
#[derive(Debug, Args)]
pub struct HoldArgs {
    /// What about holds
    #[command(subcommand)]
    pub action: HoldAction,
}

/// What about holds.
#[derive(Debug, Subcommand)]
pub enum HoldAction {
    /// Place a legal hold: what it names is to be preserved, and so is what comes later and falls under it
    Place(PlaceArgs),
    /// List the holds that stand and what each holds now
    List(ListArgs),
    /// Release a hold; nothing is removed by that, and what other holds hold is held as before
    Release(ReleaseArgs),
    /// Report on all holds, and prove that nothing of what they hold was removed or changed
    Report(ReportArgs),
}

/// Arguments of `duces hold place`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("scope").args(["custodian", "conversation", "from", "to", "all"]).required(true).multiple(true))]
pub struct PlaceArgs {
    /// The matter's folder
    pub matter: PathBuf,
    /// The hold's name; none is used twice
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Why
    #[arg(long, value_name = "WHY")]
    pub reason: String,
    /// By whose authority
    #[arg(long, value_name = "WHO")]
    pub authority: String,
    /// The matter, proceeding or investigation that it is for; by default the matter's name
    #[arg(long = "for", value_name = "MATTER")]
    pub proceeding: Option<String>,
    /// What this custodian holds; may be given again
    #[arg(long, value_name = "NAME")]
    pub custodian: Vec<String>,
    /// What was said in this conversation, by id or name; may be given again
    #[arg(long, value_name = "ID|NAME")]
    pub conversation: Vec<String>,
    /// What was sent from this day on, as in 2024-03-05
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// What was sent up to this day, included
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// The zone of the days; by default the matter's
    #[arg(long, alias = "tz", value_name = "ZONE")]
    pub zone: Option<String>,
    /// Everything in the matter
    #[arg(long, conflicts_with_all = ["custodian", "conversation", "from", "to", "zone", "not_yet_collected"])]
    pub all: bool,
    /// Take names that nothing in the matter bears yet: they are ids of what is still to come
    #[arg(long)]
    pub not_yet_collected: bool,
}

/// Arguments of `duces hold list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// The matter's folder
    pub matter: PathBuf,
    /// Released holds too, with what they held last
    #[arg(long)]
    pub all: bool,
}

/// Arguments of `duces hold release`.
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// The matter's folder
    pub matter: PathBuf,
    /// The hold's name
    pub name: String,
    /// By whose authority
    #[arg(long, value_name = "WHO")]
    pub authority: String,
    /// Why
    #[arg(long, value_name = "WHY")]
    pub reason: String,
}

/// Arguments of `duces hold report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The matter's folder
    pub matter: PathBuf,
    /// Write hold.html, hold.pdf and hold.json into this folder
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// The hold.json of an earlier report: the ledger must have grown out of the one that it saw
    #[arg(long, value_name = "FILE")]
    pub earlier: Option<PathBuf>,
}
