//! Times as people's tables and texts write them: days first or months first, twelve hours, words of several languages,
//! an offset behind them or none.
//!
//! Whether the day or the month stands first is decided once for a file and never for a line.

use duces_model::{UtcMillis, Zone};
use serde::{Deserialize, Serialize};

use crate::when;

/// In which order a date has its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// Year, month, day.
    Ymd,
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

impl DateOrder {
    /// Returns the order of a name: `dmy`, `mdy` or `ymd`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "dmy" => Some(Self::Dmy),
            "mdy" => Some(Self::Mdy),
            "ymd" => Some(Self::Ymd),
            _ => None,
        }
    }
}

/// How the times of a file are read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock {
    pub(crate) order: Option<DateOrder>,
    /// The zone of times without an offset.
    pub(crate) zone: Option<Zone>,
    /// The offset in seconds that the file states for all of them, such as in a header.
    pub(crate) offset: Option<i64>,
}

/// A time that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) at: UtcMillis,
    pub(crate) has_seconds: bool,
    /// Whether the zone had to be given by the caller.
    pub(crate) zone_given: bool,
}

/// Why a text is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoMoment {
    /// It is none.
    Not,
    /// It could be two: day first or month first.
    Order,
    /// It is one somewhere, and nobody says where.
    Zone,
}

/// A time taken apart, before it is decided what stands first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    date: Date,
    hour: u32,
    minute: u32,
    second: Option<u32>,
    millis: i64,
    offset: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Date {
    Known(u32, u32, u32),
    /// Two numbers of which either may be the day, and the year.
    Open(u32, u32, u32),
}

/// No time is written longer.
const LONGEST: usize = 128;

impl Parts {
    pub(crate) fn of(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let text: String =
            text.chars().map(|c| if matches!(c, '\u{a0}' | '\u{202f}' | '\t') { ' ' } else { c }).collect();
        let text = text.trim().trim_start_matches(['\u{200e}', '\u{200f}', '\u{feff}']);
        let (text, offset) = without_offset(text);
        let (date, rest) = date_of(text)?;
        let rest = rest.trim_start_matches([',', ' ', 'T', 't']);
        let (rest, half) = without_half(rest);
        let (hour, rest) = number(&rest, 2)?;
        let rest = rest.strip_prefix([':', '.', '时', '点'])?;
        let (minute, rest) = number(rest, 2)?;
        let (mut second, mut millis) = (None, 0);
        let mut rest = rest.trim_end_matches('分');
        if let Some(after) = rest.strip_prefix([':', '.', '分']) {
            let (value, after) = number(after, 2)?;
            (second, rest) = (Some(value), after.trim_end_matches('秒'));
            if let Some(fraction) = rest.strip_prefix(['.', ',']) {
                if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
                    return None;
                }
                // Anything finer than a millisecond is cut off; the record keeps it.
                let text: String = fraction.chars().chain("00".chars()).take(3).collect();
                (millis, rest) = (text.parse().ok()?, "");
            }
        }
        let hour = match half {
            Some(_) if !(1..=12).contains(&hour) && hour != 0 => return None,
            Some(false) => hour % 12,
            Some(true) => hour % 12 + 12,
            None => hour,
        };
        rest.trim().is_empty().then_some(Self { date, hour, minute, second, millis, offset })
    }

    /// Returns what must stand first so that the date exists, where only one way does.
    pub(crate) fn order(&self) -> Option<DateOrder> {
        match self.date {
            Date::Known(..) => Some(DateOrder::Ymd),
            Date::Open(first, second, _) if first > 12 && second <= 12 => Some(DateOrder::Dmy),
            Date::Open(first, second, _) if second > 12 && first <= 12 => Some(DateOrder::Mdy),
            Date::Open(..) => None,
        }
    }

    /// Returns whether the text says itself by how much it differs from UTC.
    pub(crate) fn has_offset(&self) -> bool {
        self.offset.is_some()
    }

    fn moment(&self, clock: &Clock) -> Result<Moment, NoMoment> {
        let (year, month, day) = match (self.date, clock.order) {
            (Date::Known(year, month, day), _) => (year, month, day),
            (Date::Open(first, second, year), Some(DateOrder::Dmy)) => (year, second, first),
            (Date::Open(first, second, year), Some(DateOrder::Mdy)) => (year, first, second),
            // Two digits each, and the year is said to stand first.
            (Date::Open(first, second, third), Some(DateOrder::Ymd)) if first < 100 => {
                (2000 + first, second, third % 100)
            }
            (Date::Open(..), _) => return Err(NoMoment::Order),
        };
        let second = self.second.unwrap_or(0);
        let text =
            format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{second:02}.{:03}", self.hour, self.minute, self.millis);
        let has_seconds = self.second.is_some();
        let (zone, offset, zone_given) = match (self.offset.or(clock.offset), &clock.zone) {
            (Some(offset), _) => (Zone::utc(), offset, false),
            (None, Some(zone)) => (zone.clone(), 0, true),
            (None, None) => return Err(NoMoment::Zone),
        };
        let (local, _) = when::from_local(&text, &zone).ok_or(NoMoment::Not)?;
        let at = UtcMillis::new(local.millis() - offset * 1000).map_err(|_| NoMoment::Not)?;
        Ok(Moment { at, has_seconds, zone_given })
    }
}

/// Returns the moment that a text names.
pub(crate) fn of(text: &str, clock: &Clock) -> Result<Moment, NoMoment> {
    Parts::of(text).ok_or(NoMoment::Not)?.moment(clock)
}

/// Returns the text without the offset at its end, and the offset in seconds.
fn without_offset(text: &str) -> (&str, Option<i64>) {
    let inner = text.strip_suffix(')').unwrap_or(text).trim_end();
    for word in ["UTC", "GMT"] {
        let Some(at) = inner.rfind(word) else { continue };
        let before = inner[..at].trim_end().trim_end_matches('(').trim_end();
        if let Some(offset) = offset(inner[at + word.len()..].trim()) {
            return (before, Some(offset));
        }
    }
    if let Some(before) = text.strip_suffix(['Z', 'z']).filter(|before| before.ends_with(|c: char| c.is_ascii_digit()))
    {
        return (before, Some(0));
    }
    // A sign behind the clock, and not one between the numbers of the date.
    let clock = text.find(':').unwrap_or(text.len());
    match text[clock..].rfind(['+', '-']).map(|at| at + clock) {
        Some(at) => match offset(&text[at..]) {
            Some(offset) => (text[..at].trim_end(), Some(offset)),
            None => (text, None),
        },
        None => (text, None),
    }
}

/// Returns the seconds of `+8`, `-03:00`, `+0530`, or of nothing.
pub(crate) fn offset(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return Some(0);
    }
    let (sign, rest) = match text.chars().next()? {
        '+' => (1, &text[1..]),
        '-' => (-1, &text[1..]),
        '\u{2212}' => (-1, &text['\u{2212}'.len_utf8()..]),
        _ => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if rest.len() == 4 && rest.is_ascii() => rest.split_at(2),
        None => (rest, "0"),
    };
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Words for the half of the day, and whether it is the second.
const HALVES: &[(&str, bool)] = &[
    ("a.m.", false),
    ("p.m.", true),
    ("a. m.", false),
    ("p. m.", true),
    ("am", false),
    ("pm", true),
    ("凌晨", false),
    ("早上", false),
    ("上午", false),
    ("下午", true),
    ("晚上", true),
    ("午前", false),
    ("午後", true),
    ("오전", false),
    ("오후", true),
];

fn without_half(text: &str) -> (String, Option<bool>) {
    let lower = text.trim().to_lowercase();
    for (word, second) in HALVES {
        if let Some(rest) = lower.strip_prefix(word).or_else(|| lower.strip_suffix(word)) {
            return (rest.trim().to_owned(), Some(*second));
        }
    }
    (lower, None)
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn date_of(text: &str) -> Option<(Date, &str)> {
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let (month, rest) = month(text)?;
        let (day, rest) = number(rest.trim_start_matches([' ', '.']), 2)?;
        let (year, rest) = number(rest.trim_start_matches([',', ' ']), 4)?;
        return Some((Date::Known(full(year)?, month, day), rest));
    }
    let (first, rest) = number(text, 4)?;
    let after = rest.strip_prefix(['-', '/', '.', ' ', '年'])?;
    if let Some((month, rest)) = month(after) {
        let (year, rest) = number(rest.trim_start_matches(['-', '/', ' ', ',', '.']), 4)?;
        return Some((Date::Known(full(year)?, month, first), rest));
    }
    let (second, rest) = number(after, 2)?;
    let (third, rest) = number(rest.strip_prefix(['-', '/', '.', '月'])?, 4)?;
    let rest = rest.strip_prefix('日').unwrap_or(rest);
    if first > 31 {
        return Some((Date::Known(first, second, third), rest));
    }
    Some((Date::Open(first, second, full(third)?), rest))
}

fn month(text: &str) -> Option<(u32, &str)> {
    let word = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let name = text[..word].to_lowercase();
    let at = MONTHS.iter().position(|month| name.len() >= 3 && name.starts_with(month))?;
    Some((u32::try_from(at).ok()? + 1, &text[word..]))
}

/// Returns a year with its century; chats began in this one.
fn full(year: u32) -> Option<u32> {
    match year {
        0..=99 => Some(2000 + year),
        1000.. => Some(year),
        _ => None,
    }
}

fn number(text: &str, most: usize) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > most {
        return None;
    }
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let shanghai = Clock { zone: Zone::named("Asia/Shanghai").ok(), order: Some(DateOrder::Dmy), offset: None };
        let rows = [
            ("2024-03-05 09:00:00", "2024-03-05T01:00:00Z"),
            ("2024/3/5 9:00", "2024-03-05T01:00:00Z"),
            ("2024年3月5日 09:00", "2024-03-05T01:00:00Z"),
            ("2024年3月5日 下午9:00", "2024-03-05T13:00:00Z"),
            ("05/03/2024 09:00:00(UTC-3)", "2024-03-05T12:00:00Z"),
            ("05/03/2024 9:00:00 PM(UTC+0)", "2024-03-05T21:00:00Z"),
            ("5.3.24, 09:00:01.5", "2024-03-05T01:00:01.500Z"),
            ("05/03/2024 12:10:00 AM (UTC+05:30)", "2024-03-04T18:40:00Z"),
            ("2024-03-05T09:00:00.1234567Z", "2024-03-05T09:00:00.123Z"),
            ("2024-03-05T09:00:00-05:00", "2024-03-05T14:00:00Z"),
            ("05-Mar-24 09:00:00 UTC", "2024-03-05T09:00:00Z"),
            ("Mar 5, 2024 9:00:00 AM GMT+8", "2024-03-05T01:00:00Z"),
            ("5 March 2024 09:00", "2024-03-05T01:00:00Z"),
        ];
        for (text, expected) in rows {
            let found = of(text, &shanghai).unwrap_or_else(|reason| panic!("{text}: {reason:?}"));
            assert_eq!(found.at.to_string(), expected, "{text}");
        }
        for text in [
            "",
            "09:00",
            "2024-02-30 09:00",
            "31/02/2024 09:00",
            "2024-03-05",
            "13:00 PM",
            "2024-03-05 25:00",
            "x",
            "05/03/2024 13:00 PM",
            "1/2",
        ] {
            assert_eq!(of(text, &shanghai), Err(NoMoment::Not), "{text}");
        }
        let bare = Clock::default();
        assert_eq!(of("05/03/2024 09:00Z", &bare), Err(NoMoment::Order));
        assert_eq!(of("2024-03-05 09:00", &bare), Err(NoMoment::Zone));
        let orders = ["13/02/2024 1:00", "02/13/2024 1:00", "02/03/2024 1:00", "2024-02-03 1:00"];
        let found = orders.map(|text| Parts::of(text).and_then(|parts| parts.order()));
        assert_eq!(found, [Some(DateOrder::Dmy), Some(DateOrder::Mdy), None, Some(DateOrder::Ymd)]);
    }
}
