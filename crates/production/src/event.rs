//! What happens while a production is made, as values; a terminal, JSON lines and reports read them.

use duces_model::{BatesRange, Finding};

/// The stages of a production, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Sources come into the matter.
    Import,
    /// Messages are selected and cut into units.
    Search,
    /// Documents are cleared and their pages counted.
    Plan,
    /// Documents are drawn and written, load files and ZIP with them.
    Produce,
    /// The volume is read again as its recipient would.
    Verify,
    /// The production gets its final name.
    Publish,
}

impl Stage {
    /// Returns the stage in a word for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Import => "Importing",
            Self::Search => "Searching",
            Self::Plan => "Planning",
            Self::Produce => "Producing",
            Self::Verify => "Verifying",
            Self::Publish => "Publishing",
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A stage starts; with how many steps, where that is known.
    Started {
        /// Which stage.
        stage: Stage,
        /// What it works on.
        what: String,
        /// How many steps.
        steps: Option<u64>,
    },
    /// Steps of the stage are done.
    Advanced {
        /// How many since the last event.
        steps: u64,
    },
    /// The stage is done.
    Done {
        /// What it came to.
        outcome: String,
    },
    /// Something is wrong with the data, or worth knowing.
    Found(Finding),
    /// Numbers are claimed.
    Numbered(BatesRange),
}

/// Takes the events as they come.
pub type Events<'a> = dyn FnMut(Event) + Send + 'a;
