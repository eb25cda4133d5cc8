//! The search terms report: many queries counted over the same documents in one pass, so that both sides can see what
//! each would bring in, repeat it, and draw samples from it.
//!
//! [`TermList`] is the file of terms; [`count_terms`] reads every message within the conditions once and gives a
//! [`TermsReport`]; [`write_terms`] publishes it as a folder. [`Rate`] is what the reviewers' calls on a sample say.

mod count;
mod folder;
mod json;
mod list;
mod paper;
mod pass;
mod rate;
mod report;
mod sample;
mod sheets;
mod tally;

pub use count::count_terms;
pub use folder::write_terms;
pub use list::{MAX_TERMS, Term, TermList};
pub use rate::{CallsError, Rate, rates};
pub use report::{Count, Counted, Searched, TermCount, TermError, TermsReport};
pub use sample::{MAX_SAMPLE, Sample, SampleKind, SampledDocument, Sampling};
