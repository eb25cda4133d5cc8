//! Selects archived messages, cuts them into units and gives each transcript its text.
//!
//! The way of a selection: [`select`] finds the [`Unit`](duces_model::Unit)s that meet the [`Criteria`];
//! [`messages_of`] reads the messages of one; [`transcript`] makes them one document, whose [`children`] are the
//! attachments that the [`ChildrenRule`] admits; [`transcript_text`] is its text. [`run`] is the search: it counts and
//! shows what matches; [`read_day`] shows a hit with the day around it; [`count_terms`] counts many queries over the same
//! documents. Transcript, text and cut are pure functions; what is read from the archive is read as of a point of its
//! ledger, so that the answer stays the same after the matter has grown.
//!
//! ```
//! use duces_archive::{Matter, MatterConfig};
//! use duces_model::Zone;
//! use duces_search::{Criteria, run};
//! # let folder = tempfile::tempdir()?;
//! # let dir = folder.path().join("meridian");
//! let zone = Zone::named("Asia/Shanghai")?;
//! let matter = Matter::create(&dir, &MatterConfig { name: "Meridian".into(), zone: zone.clone() })?;
//! let reader = matter.reader()?;
//! let criteria = Criteria { query: "(contract OR 合同) w/5 sign*".into(), ..Criteria::all(zone) };
//! let outcome = run(&reader, &criteria, reader.now()?)?;
//! assert_eq!((outcome.messages.len(), outcome.documents), (0, 0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bounds;
mod children;
mod criteria;
mod documents;
mod error;
mod explain;
mod facts;
mod matching;
mod outcome;
mod persons;
mod reading;
mod run;
mod select;
mod statement;
mod terms;
mod text;
mod transcript;
mod units;
mod unmet;
mod withheld;

pub use children::{ChildFacts, ChildrenRule, children};
pub use criteria::{Clip, Criteria, Scope};
pub use documents::messages_of;
pub use duces_query::{NoiseError, NoiseWords, Precedence, Profile, QueryOptions};
pub use error::{ListError, Result, SearchError};
pub use explain::{Expansion, Explanation, explain};
pub use matching::Plan;
pub use outcome::{Hit, Outcome};
pub use reading::{DayRead, Passage, read_day};
pub use run::run;
pub use select::{DayTally, SelectedUnit, Selection, Tally, select};
pub use statement::statement;
pub use terms::{
    CallsError, Count, Counted, MAX_SAMPLE, MAX_TERMS, Rate, Sample, SampleKind, SampledDocument, Sampling, Searched,
    Term, TermCount, TermError, TermList, TermsReport, count_terms, rates, write_terms,
};
pub use text::{TEXT_STATEMENT, TranscriptText, transcript_text};
pub use transcript::{TranscriptFacts, is_picture, transcript};
pub use units::{Cut, MAX_EVENTS, Sent};
pub use withheld::conceal_withheld;
