//! Request, profile, plan, clearing, numbering, staging, verification and publishing.
//!
//! The stages in order: a [`Request`] and its [`Profile`] are read; [`plan()`] selects, [`Clearance`] decides what may
//! leave, pages are counted in parallel and numbered in order; [`run()`] claims the numbers, draws and writes in
//! parallel, appends in order, verifies the volume where it lies, seals it in the ledger and publishes it by one
//! rename. What happens on the way are [`Event`]s; what it came to is an [`Account`].

mod account;
mod batches;
mod choosing;
mod clear;
mod codes;
mod context;
mod convert;
mod decoding;
mod documents;
mod error;
mod event;
mod held;
mod loadfiles;
mod papers;
mod plan;
mod planning;
mod producing;
mod profile;
mod recount;
mod request;
mod rows;
mod run;
mod saved;
mod settings;
mod slips;
mod sum;
mod workshop;

pub use account::{Account, ExceptionLine, FindingLine, SumLine, WithheldLine};
pub use clear::{Clearance, HIDDEN};
pub use codes::CODES;
pub use error::{ErrorKind, ProductionError};
pub use event::{Event, Events, Stage};
pub use papers::{hold_papers, import_papers};
pub use plan::{Child, Decoded, Family, Header, Member, Plan, Rendering};
pub use planning::{Planned, plan};
pub use producing::Produced;
pub use profile::{
    Level, LineEnds, LoadFile, LoadFiles, NativeRule, Natives, Numbering, PageRule, Paper, Profile, TextRule,
    UnitLimits, VoiceRule,
};
pub use request::{Request, Scope, Select, Source, Terms, Withhold};
pub use run::{Options, Outcome, format_named, import, produce, produce_again, run};
pub use saved::SavedSearch;
pub use sum::{Classes, Line, Mismatch, Sum};
