//! What is asked for: the conditions of a search or a request.

use duces_model::{Custodian, Day, UnitRule, UtcMillis, Zone};
use duces_query::{Query, QueryOptions, parse_with};
use serde::{Deserialize, Serialize};

use crate::error::{Result, SearchError};
use crate::units::{Cut, MAX_EVENTS};

/// What a query is held against.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Each message's own text.
    #[default]
    Message,
    /// The text of each transcript, as a production writes it.
    Document,
}

/// A range of days, both ends included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clip {
    /// The first day; `None` leaves all before.
    pub from: Option<Day>,
    /// The last day; `None` leaves all after.
    pub to: Option<Day>,
}

/// What a message has to be to be selected. Lists that are empty leave all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criteria {
    /// Held by any of these custodians.
    pub custodians: Vec<Custodian>,
    /// In a conversation that any of these takes part in: by native id, by a name they sent a message under, or by the
    /// name of a person, which stands for each of the person's accounts.
    pub participants: Vec<String>,
    /// In any of these conversations, by native id or title, exactly.
    pub conversations: Vec<String>,
    /// Sent on these days of the zone.
    pub clip: Clip,
    /// The zone of the days.
    pub zone: Zone,
    /// The query; an empty one leaves all.
    pub query: String,
    /// The choices that the query is read and held under.
    pub options: QueryOptions,
    /// What the query is held against.
    pub scope: Scope,
    /// How conversations are cut into documents.
    pub unit: UnitRule,
    /// How many messages a document may have before it is sliced.
    pub max_events: usize,
    /// Whether to look at every message and prove that the index misses none.
    pub verify_full: bool,
    /// How many hits to show; all are counted.
    pub limit: usize,
}

impl Criteria {
    /// Returns the criteria that everything meets, in a zone.
    pub fn all(zone: Zone) -> Self {
        Self {
            custodians: Vec::new(),
            participants: Vec::new(),
            conversations: Vec::new(),
            clip: Clip::default(),
            zone,
            query: String::new(),
            options: QueryOptions::default(),
            scope: Scope::default(),
            unit: UnitRule::default(),
            max_events: MAX_EVENTS,
            verify_full: false,
            limit: 100,
        }
    }

    /// Returns the query, read; refused where its hits would decide what they are looked for in.
    pub(crate) fn parsed(&self) -> Result<Query> {
        let query = parse_with(&self.query, &self.options)?;
        if self.scope == Scope::Document && self.unit.is_around_hits() && !query.is_all() {
            return Err(SearchError::AroundHits { rule: self.unit });
        }
        Ok(query)
    }

    /// Returns how the criteria cut conversations.
    pub fn cut(&self) -> Cut {
        Cut { rule: self.unit, zone: self.zone.clone(), max_events: self.max_events }
    }
}

impl Clip {
    /// Returns whether a day is in the range.
    pub fn holds(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Returns instants that the days lie between, with a day to spare on both sides: where clocks are set back over
    /// midnight a day has no single start, so that only the day of each message decides.
    pub(crate) fn instants(&self, zone: &Zone) -> (Option<UtcMillis>, Option<UtcMillis>) {
        const SPARE: i64 = 24 * 3600 * 1000;
        let from = self.from.and_then(|day| UtcMillis::new(zone.start_of(day).millis() - SPARE).ok());
        let to = self.to.and_then(|day| UtcMillis::new(zone.start_of(day.next()).millis() + SPARE).ok());
        (from, to)
    }
}
