//! The command line: what can be asked for.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use duces_collect::DateOrder;
use duces_model::UnitRule;
use duces_search::MAX_SAMPLE;

use crate::hold_args::HoldArgs;

/// Turns archived conversations into a legal production that both sides can check.
#[derive(Debug, Parser)]
#[command(name = "duces", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Print data as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Print no progress, only results and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Work with this many threads; the bytes produced are the same for any number
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
}

/// The exit codes, as the help prints them.
pub const EXIT_CODES: &str = "Exit codes:
  0  done; exceptions, if any, are printed and reported
  1  findings of severity error
  2  wrong usage, profile or request
  3  a source or production could not be read
  4  the matter is locked or damaged
  5  write failed, nothing published
  6  exceptions, only with --fail-on-exceptions";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Do a whole request: import, search, plan, produce, verify, publish
    Run(RunArgs),
    /// Make an empty matter
    Init(InitArgs),
    /// Bring a source into a matter
    Import(ImportArgs),
    /// Search a matter
    Search(SearchArgs),
    /// Count a list of terms over a matter and report it, or say what the calls on a sample mean
    Terms(TermsArgs),
    /// Browse a matter in the terminal: choose, search, read, save the selection as a request
    Browse(BrowseArgs),
    /// Resolve a request into a plan, with all pre-flight checks, without numbering anything
    Plan(PlanArgs),
    /// Produce a plan, or produce it again elsewhere with the same bytes
    Produce(ProduceArgs),
    /// Check a volume or its ZIP as its recipient would, knowing nothing of the matter
    Verify(VerifyArgs),
    /// Say whose account is whose, or list it, or list the names of accounts over time
    Persons(PersonsArgs),
    /// Place a legal hold, list what is held, release one, or report on all
    Hold(HoldArgs),
    /// Print a matter's ledger: who did what, when, over what
    Log(LogArgs),
    /// List or show the built-in profiles
    Profiles(ProfilesArgs),
}

/// Arguments of `duces run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The request
    pub request: PathBuf,
    /// The matter's folder; productions lie in it
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
    /// Exit with 6 where anything was excepted
    #[arg(long)]
    pub fail_on_exceptions: bool,
}

/// Arguments of `duces init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder to make
    pub matter: PathBuf,
    /// The matter's zone, an IANA name
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub tz: String,
    /// The matter's name; by default its folder's
    #[arg(long)]
    pub name: Option<String>,
}

/// Arguments of `duces import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The matter's folder
    pub matter: PathBuf,
    /// Files, folders or ZIPs to import
    #[arg(required = true)]
    pub sources: Vec<PathBuf>,
    /// Whose archive it is
    #[arg(long, value_name = "NAME")]
    pub custodian: String,
    /// The account that was collected, where the source does not say
    #[arg(long, value_name = "ID")]
    pub account: Option<String>,
    /// The format, where detection is to be overruled
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// The zone of times that the source writes without one
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<String>,
    /// In which order dates have their numbers, where the source's own do not tell: dmy, mdy or ymd
    #[arg(long, value_name = "ORDER", value_parser = date_order)]
    pub date_order: Option<DateOrder>,
    /// A list of what must not be collected, with who decided so and why
    #[arg(long, value_name = "FILE")]
    pub exclude: Option<PathBuf>,
    /// A file that says what stands where in tables, texts and pages that no reader knows
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Only show what would be read and what would not
    #[arg(long)]
    pub dry_run: bool,
    /// Write import.html, import.pdf and import.json into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "dry_run")]
    pub report: Option<PathBuf>,
}

fn date_order(name: &str) -> Result<DateOrder, String> {
    DateOrder::from_name(name).ok_or_else(|| "expected dmy, mdy or ymd".to_owned())
}

/// What a saved search holds, so that it cannot be given beside its name.
const CONDITIONS: [&str; 12] = [
    "custodian",
    "participant",
    "conversation",
    "from",
    "to",
    "tz",
    "scope",
    "unit",
    "fold_traditional",
    "fold_accents",
    "precedence",
    "noise",
];

/// Arguments of `duces search`.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// The matter's folder
    pub matter: PathBuf,
    /// What to look for; '' selects by the other conditions alone
    #[arg(required_unless_present_any = ["saved", "list_saved"], conflicts_with_all = ["saved", "list_saved"])]
    pub query: Option<String>,
    #[command(flatten)]
    pub conditions: ConditionArgs,
    /// Print the query's tree, the words that its wildcards and the like find, and what the index is asked
    #[arg(long)]
    pub explain: bool,
    /// Save the search in the matter under a name, with all of its conditions
    #[arg(long, value_name = "NAME", conflicts_with_all = ["saved", "list_saved"])]
    pub save: Option<String>,
    /// Run the search that was saved under a name
    #[arg(long, value_name = "NAME", conflicts_with_all = CONDITIONS)]
    pub saved: Option<String>,
    /// List the searches that are saved in the matter
    #[arg(long, conflicts_with = "saved")]
    pub list_saved: bool,
    /// Print the hits as CSV, one a row
    #[arg(long, conflicts_with_all = ["json", "explain"])]
    pub csv: bool,
    /// How many hits to print; 0 prints counts alone
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Scan everything as well, and prove that the index misses nothing
    #[arg(long)]
    pub verify_full: bool,
}

/// The conditions of a search beside its query, and the choices that it is read and counted under.
#[derive(Debug, Args)]
pub struct ConditionArgs {
    /// Only copies of this custodian; may be given again
    #[arg(long, value_name = "NAME")]
    pub custodian: Vec<String>,
    /// Only conversations in which this account or name takes part; may be given again
    #[arg(long, value_name = "ID|NAME")]
    pub participant: Vec<String>,
    /// Only this conversation, by id or name; may be given again
    #[arg(long, value_name = "ID|NAME")]
    pub conversation: Vec<String>,
    /// From this day on, as in 2024-03-05
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Up to this day, included
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// The zone of days and times; by default the matter's
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<String>,
    /// Where keywords must meet
    #[arg(long, value_enum, default_value_t = ScopeArg::Message)]
    pub scope: ScopeArg,
    /// How conversations are cut into documents, as a request has it: `day`, `conversation`, `message`, `context of 10
    /// messages before and after`, a preset such as `whole-channel 20`
    #[arg(long, value_name = "RULE", default_value = "day")]
    pub unit: UnitRule,
    /// Find simplified and traditional characters alike
    #[arg(long)]
    pub fold_traditional: bool,
    /// Find Latin and Greek letters with and without accents alike
    #[arg(long)]
    pub fold_accents: bool,
    /// How AND and OR without parentheses are read; without this such a mixture is refused
    #[arg(long, value_enum, value_name = "RULE")]
    pub precedence: Option<PrecedenceArg>,
    /// A list of words, one a line, that cannot be searched for and stand for any word
    #[arg(long, value_name = "FILE")]
    pub noise: Option<PathBuf>,
}

/// Where keywords must meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScopeArg {
    /// Within one message.
    Message,
    /// Within the text of one document.
    Document,
}

/// How a mixture of AND and OR is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PrecedenceArg {
    /// AND binds tighter than OR.
    AndFirst,
    /// OR binds tighter than AND.
    OrFirst,
    /// What comes first binds first.
    LeftToRight,
}

/// Arguments of `duces terms`.
#[derive(Debug, Args)]
pub struct TermsArgs {
    /// The matter's folder
    #[arg(required_unless_present_any = ["elusion", "precision"])]
    pub matter: Option<PathBuf>,
    /// The terms: UTF-8, one a line, each a query, or a name, a tab and a query; `# ` begins a comment
    #[arg(required_unless_present_any = ["elusion", "precision"])]
    pub terms: Option<PathBuf>,
    #[command(flatten)]
    pub conditions: ConditionArgs,
    /// The folder to write the report into; it must not be there yet
    #[arg(long, value_name = "DIR", required_unless_present_any = ["elusion", "precision"])]
    pub out: Option<PathBuf>,
    /// Draw so many documents that any term hits, and as many that none does
    #[arg(long, value_name = "N", requires = "seed", value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_SAMPLE)))]
    pub sample: Option<u32>,
    /// Draw so many documents of each term
    #[arg(long, value_name = "N", requires = "seed", value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_SAMPLE)))]
    pub sample_per_term: Option<u32>,
    /// The number that decides which documents are drawn
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Say how many documents that no term hits are relevant, by the calls in elusion.csv
    #[arg(long, value_name = "FILE", conflicts_with_all = ["matter", "terms", "out", "sample", "sample_per_term", "precision"])]
    pub elusion: Option<PathBuf>,
    /// Say how many documents with hits are relevant, by the calls in precision.csv
    #[arg(long, value_name = "FILE", conflicts_with_all = ["matter", "terms", "out", "sample", "sample_per_term"])]
    pub precision: Option<PathBuf>,
}

/// Arguments of `duces browse`.
#[derive(Debug, Args)]
pub struct BrowseArgs {
    /// The matter's folder
    pub matter: PathBuf,
    /// Begin with the search that was saved under a name
    #[arg(long, value_name = "NAME", conflicts_with = "tz")]
    pub saved: Option<String>,
    /// The zone of days and times; by default the matter's
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<String>,
}

/// Arguments of `duces plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The matter's folder
    pub matter: PathBuf,
    /// The request
    pub request: PathBuf,
    /// Where to write the plan; by default MATTER/plans/NAME.jsonl
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Arguments of `duces produce`.
#[derive(Debug, Args)]
pub struct ProduceArgs {
    /// The plan
    pub plan: PathBuf,
    /// The matter's folder; by default the one that the plan lies in
    #[arg(long, value_name = "DIR")]
    pub matter: Option<PathBuf>,
    /// Write the volume into this new folder instead, with the same numbers and bytes
    #[arg(long, value_name = "DIR")]
    pub again: Option<PathBuf>,
}

/// Arguments of `duces verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The volume's folder or ZIP
    pub volume: PathBuf,
    /// The profile whose column names apply, by name or path; by default all known names do
    #[arg(long)]
    pub profile: Option<String>,
    /// Check the manifest's hashes alone
    #[arg(long)]
    pub hashes: bool,
}

/// Arguments of `duces persons`.
#[derive(Debug, Args)]
pub struct PersonsArgs {
    /// The matter's folder
    pub matter: PathBuf,
    /// What about them
    #[command(subcommand)]
    pub action: PersonsAction,
}

/// What about the persons.
#[derive(Debug, Subcommand)]
pub enum PersonsAction {
    /// Put a list in the place of the one that holds
    Set {
        /// The list, as TOML or CSV
        file: PathBuf,
    },
    /// List each person's accounts
    List,
    /// List the names under which each account sent messages, with the first and the last of them
    Names {
        /// Only this account; may be given again
        #[arg(long, value_name = "ID")]
        account: Vec<String>,
    },
}

/// Arguments of `duces log`.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// The matter's folder
    pub matter: PathBuf,
}

/// Arguments of `duces profiles`.
#[derive(Debug, Args)]
pub struct ProfilesArgs {
    /// What about them
    #[command(subcommand)]
    pub action: ProfilesAction,
}

/// What about the profiles.
#[derive(Debug, Subcommand)]
pub enum ProfilesAction {
    /// List the built-in profiles
    List,
    /// Print a built-in profile, to be changed and named in a request
    Show {
        /// Its name
        name: String,
    },
    /// Check a profile file
    Check {
        /// The file
        file: PathBuf,
    },
}
