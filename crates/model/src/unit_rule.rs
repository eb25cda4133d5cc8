//! The rule by which conversations are cut into documents, as a request writes it and as papers describe it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How many messages a day may have before the preset `12-hours-when-dense` halves it.
const DENSE: u32 = 10_000;

/// The rule by which a conversation is cut. It is written as [`fmt::Display`] prints it, in requests, on the command
/// line and in load files alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum UnitRule {
    /// One document a conversation and calendar day of the request's zone.
    #[default]
    Day,
    /// As [`UnitRule::Day`], but days with more than so many messages become two documents, cut at noon.
    HalfDay {
        /// How many messages a day may have.
        above: u32,
    },
    /// One document a conversation.
    Conversation,
    /// One document a message.
    Message,
    /// The messages around each hit. Where these overlap, one document holds them.
    Context(Window),
    /// The whole conversation where it has no more than so many messages, else those around each hit.
    WholeOrContext {
        /// How many messages a conversation may have.
        up_to: u32,
        /// What is around a hit.
        window: Window,
    },
    /// A rule by the name that courts and protocols have for it.
    Preset(Preset),
}

/// What is around a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    /// How far back.
    pub before: Reach,
    /// How far on.
    pub after: Reach,
}

/// How far context reaches from a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// So many messages of the selection.
    Messages(u32),
    /// All messages within so many minutes.
    Minutes(u32),
}

/// A rule that bears a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// The whole of the day on which anything hits: nothing of the same-day chain is left out for relevance.
    SameDayChain,
    /// Slices of 24 hours from midnight to midnight.
    TwentyFourHours,
    /// Slices of 24 hours, of 12 where a day has more messages than review platforms take.
    TwelveHoursWhenDense,
    /// The whole channel up to so many messages, else so many before and after each hit.
    WholeChannel(u32),
}

impl Preset {
    /// Every preset, in the order of the documentation.
    pub const ALL: [Self; 4] =
        [Self::SameDayChain, Self::TwentyFourHours, Self::TwelveHoursWhenDense, Self::WholeChannel(20)];

    fn rule(self) -> UnitRule {
        match self {
            Self::SameDayChain | Self::TwentyFourHours => UnitRule::Day,
            Self::TwelveHoursWhenDense => UnitRule::HalfDay { above: DENSE },
            Self::WholeChannel(n) => {
                let reach = Reach::Messages(n);
                UnitRule::WholeOrContext { up_to: n, window: Window { before: reach, after: reach } }
            }
        }
    }

    /// Returns what the rule follows, in a sentence.
    pub fn origin(self) -> &'static str {
        match self {
            Self::SameDayChain => {
                "the whole of a day's exchange where anything in it hits, so that nothing is cut out of it for relevance \
                 (We the Protesters v. Sinyangwe, S.D.N.Y. 2024)"
            }
            Self::TwentyFourHours => "slices of 24 hours from midnight to midnight, as review platforms take chats",
            Self::TwelveHoursWhenDense => {
                "slices of 24 hours, of 12 where a day has more messages than a short-message file should hold"
            }
            Self::WholeChannel(_) => {
                "the whole of a small channel, else a fixed number of messages before and after each hit, as protocols \
                 agree it"
            }
        }
    }
}

impl UnitRule {
    /// Returns the rule itself where this is a preset.
    pub fn plain(self) -> Self {
        match self {
            Self::Preset(preset) => preset.rule(),
            rule => rule,
        }
    }

    /// Returns whether documents are cut around hits, so that what is in them depends on the query.
    pub fn is_around_hits(self) -> bool {
        matches!(self.plain(), Self::Context(_) | Self::WholeOrContext { .. })
    }

    /// Returns whether documents cover whole days.
    pub fn is_of_days(self) -> bool {
        matches!(self.plain(), Self::Day | Self::Conversation)
    }

    /// Returns the rule in a word for load files and headers.
    pub fn label(self) -> String {
        match self {
            Self::Day => "Day".to_owned(),
            Self::Conversation => "Conversation".to_owned(),
            Self::Message => "Message".to_owned(),
            rule => {
                let mut text = rule.to_string();
                text.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
                text
            }
        }
    }

    /// Returns the rule in a sentence for people.
    pub fn description(self) -> String {
        match self {
            Self::Day => "One document for each conversation and calendar day".to_owned(),
            Self::HalfDay { above } => format!(
                "One document for each conversation and calendar day; days with more than {above} messages are two, cut \
                 at noon"
            ),
            Self::Conversation => "One document for each conversation".to_owned(),
            Self::Message => "One document for each message".to_owned(),
            Self::Context(window) => {
                format!("One document for each hit with {window}; where these overlap, one for all")
            }
            Self::WholeOrContext { up_to, window } => format!(
                "One document for each conversation of up to {up_to} messages; of longer ones, one for each hit with \
                 {window}, and where these overlap, one for all"
            ),
            Self::Preset(preset) => format!("{self}: {}", preset.rule().description().trim_end_matches('.')),
        }
    }
}

impl fmt::Display for UnitRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day => f.write_str("day"),
            Self::HalfDay { above } => write!(f, "half-day above {above} messages"),
            Self::Conversation => f.write_str("conversation"),
            Self::Message => f.write_str("message"),
            Self::Context(window) => write!(f, "context of {window}"),
            Self::WholeOrContext { up_to, window } => {
                write!(f, "whole up to {up_to} messages, else context of {window}")
            }
            Self::Preset(Preset::SameDayChain) => f.write_str("same-day-chain"),
            Self::Preset(Preset::TwentyFourHours) => f.write_str("24-hours"),
            Self::Preset(Preset::TwelveHoursWhenDense) => f.write_str("12-hours-when-dense"),
            Self::Preset(Preset::WholeChannel(n)) => write!(f, "whole-channel {n}"),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.before == self.after {
            write!(f, "{} before and after", self.before)
        } else {
            write!(f, "{} before and {} after", self.before, self.after)
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, noun) = match self {
            Self::Messages(n) => (n, "message"),
            Self::Minutes(n) => (n, "minute"),
        };
        write!(f, "{n} {noun}{}", if *n == 1 { "" } else { "s" })
    }
}

/// Why a text is no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRuleError(String);

impl fmt::Display for UnitRuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no way to cut conversations: it is `day`, `conversation`, `message`, `context of 10 messages before \
             and after`, `context of 5 messages before and 30 minutes after`, `whole up to 100 messages, else context of \
             10 messages before and after`, `half-day above 10000 messages`, or a preset: `same-day-chain`, `24-hours`, \
             `12-hours-when-dense`, `whole-channel 20`",
            self.0
        )
    }
}

impl std::error::Error for UnitRuleError {}

impl FromStr for UnitRule {
    type Err = UnitRuleError;

    fn from_str(text: &str) -> Result<Self, UnitRuleError> {
        let lower = text.to_lowercase().replace(',', " ");
        let words: Vec<&str> = lower.split_whitespace().collect();
        read(&words).ok_or_else(|| UnitRuleError(text.to_owned()))
    }
}

impl TryFrom<String> for UnitRule {
    type Error = UnitRuleError;

    fn try_from(text: String) -> Result<Self, UnitRuleError> {
        text.parse()
    }
}

impl From<UnitRule> for String {
    fn from(rule: UnitRule) -> Self {
        rule.to_string()
    }
}

fn read(words: &[&str]) -> Option<UnitRule> {
    Some(match words {
        ["day"] => UnitRule::Day,
        ["conversation"] => UnitRule::Conversation,
        ["message"] => UnitRule::Message,
        ["same-day-chain"] => UnitRule::Preset(Preset::SameDayChain),
        ["24-hours"] => UnitRule::Preset(Preset::TwentyFourHours),
        ["12-hours-when-dense"] => UnitRule::Preset(Preset::TwelveHoursWhenDense),
        ["whole-channel", n] => UnitRule::Preset(Preset::WholeChannel(positive(n)?)),
        ["half-day", "above", n, "messages" | "message"] => UnitRule::HalfDay { above: positive(n)? },
        ["context", window @ ..] => UnitRule::Context(read_window(window)?),
        ["whole", "up", "to", n, "messages" | "message", "else", "context", window @ ..] => {
            UnitRule::WholeOrContext { up_to: positive(n)?, window: read_window(window)? }
        }
        _ => return None,
    })
}

/// Reads `[of] REACH [before and after]` or `[of] REACH before [and] REACH after`.
fn read_window(words: &[&str]) -> Option<Window> {
    let words = words.strip_prefix(&["of"]).unwrap_or(words);
    match words {
        [n, noun] | [n, noun, "before", "and", "after"] => {
            let reach = read_reach(n, noun)?;
            Some(Window { before: reach, after: reach })
        }
        [n, noun, "before", "and", m, other, "after"] | [n, noun, "before", m, other, "after"] => {
            Some(Window { before: read_reach(n, noun)?, after: read_reach(m, other)? })
        }
        _ => None,
    }
}

fn read_reach(n: &str, noun: &str) -> Option<Reach> {
    let n: u32 = n.parse().ok()?;
    match noun {
        "message" | "messages" => Some(Reach::Messages(n)),
        "minute" | "minutes" => Some(Reach::Minutes(n)),
        "hour" | "hours" => n.checked_mul(60).map(Reach::Minutes),
        _ => None,
    }
}

fn positive(n: &str) -> Option<u32> {
    n.parse().ok().filter(|n| *n > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Vec<UnitRule> {
        let window = Window { before: Reach::Messages(5), after: Reach::Minutes(1) };
        let even = Window { before: Reach::Minutes(120), after: Reach::Minutes(120) };
        let mut rules = vec![
            UnitRule::Day,
            UnitRule::HalfDay { above: 2_000 },
            UnitRule::Conversation,
            UnitRule::Message,
            UnitRule::Context(window),
            UnitRule::Context(even),
            UnitRule::WholeOrContext { up_to: 100, window },
        ];
        rules.extend(Preset::ALL.map(UnitRule::Preset));
        rules
    }

    #[test]
    fn what_is_printed_is_read_as_the_same_rule() {
        for rule in rules() {
            assert_eq!(rule.to_string().parse(), Ok(rule));
            assert_eq!(rule.label().parse(), Ok(rule));
            let json = serde_json::to_string(&rule).expect("a rule is a string");
            assert_eq!(serde_json::from_str::<UnitRule>(&json).expect("read back"), rule);
        }
    }

    #[test]
    fn short_ways_of_writing_are_read() {
        let hours =
            |n: u32| UnitRule::Context(Window { before: Reach::Minutes(n * 60), after: Reach::Minutes(n * 60) });
        assert_eq!("context 24 hours".parse(), Ok(hours(24)));
        assert_eq!("Context of 24 hours before and after".parse(), Ok(hours(24)));
        let uneven = UnitRule::Context(Window { before: Reach::Messages(0), after: Reach::Messages(3) });
        assert_eq!("context 0 messages before, 3 messages after".parse(), Ok(uneven));
    }

    #[test]
    fn what_is_no_rule_is_named_with_those_that_are() {
        for wrong in ["", "week", "context", "context 3", "context 3 days", "whole-channel", "whole-channel 0", "day 3"]
        {
            let error = wrong.parse::<UnitRule>().expect_err(wrong).to_string();
            assert!(
                error.starts_with(&format!("`{wrong}` is no way")) && error.contains("whole-channel 20"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_preset_says_its_name_and_its_rule() {
        assert_eq!(
            UnitRule::Preset(Preset::WholeChannel(20)).description(),
            "whole-channel 20: One document for each conversation of up to 20 messages; of longer ones, one for each hit \
             with 20 messages before and after, and where these overlap, one for all"
        );
    }
}
