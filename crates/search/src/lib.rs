//! Selects archived messages, cuts them into units and gives each transcript its text.

mod children;
mod text;
mod transcript;
mod units;
mod withheld;

pub use children::{ChildFacts, ChildrenRule, children};
pub use text::{TEXT_STATEMENT, TranscriptText, transcript_text};
pub use transcript::{TranscriptFacts, transcript};
pub use units::{Cut, MAX_EVENTS};
pub use withheld::conceal_withheld;
