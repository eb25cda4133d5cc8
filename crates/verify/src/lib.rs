//! Re-reads a finished production as the receiving party would, knowing nothing but public formats.
//!
//! [`verify`] takes the folder of a volume or its ZIP. It writes nothing and never panics; what is wrong is a
//! finding with a stable code (all of them in [`CODES`]), and each check that could not run is named with its reason.
//!
//! ```no_run
//! let report = duces_verify::verify("VOL001.zip".as_ref(), &duces_verify::Options::default())?;
//! for finding in &report.findings {
//!     println!("{finding}");
//! }
//! # Ok::<(), duces_verify::VerifyError>(())
//! ```

mod codes;
mod compare;
mod contents;
mod document;
mod edrm;
mod examine;
mod family;
mod links;
mod loadfiles;
mod manifest;
mod medium;
mod names;
mod natives;
mod numbering;
mod opticon;
mod page_reader;
mod pages;
mod report;
mod strays;
mod table;
mod tally;
mod zip_facts;

pub use codes::CODES;
pub use examine::verify;
pub use report::{Level, Options, Report, VerifyError};
