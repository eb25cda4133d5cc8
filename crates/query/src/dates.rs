//! Days, times and ranges of them, as a query writes them and as the wall clock of a zone shows them.

use std::fmt;

/// A time as a wall clock shows it, to the second: the digits of year, month, day, hour, minute and second in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(u64);

impl LocalTime {
    /// Returns the time of year, month, day, hour, minute and second.
    pub fn new(date: (u16, u8, u8), time: (u8, u8, u8)) -> Self {
        let ((year, month, day), (hour, minute, second)) = (date, time);
        let parts = [month, day, hour, minute, second];
        Self(parts.into_iter().fold(u64::from(year), |digits, part| digits * 100 + u64::from(part)))
    }
}

/// A year, a month, a day, a minute or a second, as a query writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    /// Year, month, day, hour, minute, second, as many as were written.
    parts: Vec<u16>,
}

impl Moment {
    /// Reads `2024`, `2024-01`, `2024-01-05`, `2024-01-05T09:00` or `2024-01-05T09:00:00`; `None` where it is none of
    /// them or does not exist.
    fn read(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once('t') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = numbers(date, '-', 4)?;
        if let Some(time) = time {
            let time = numbers(time, ':', 2)?;
            if parts.len() != 3 || !(2..=3).contains(&time.len()) {
                return None;
            }
            parts.extend(time);
        }
        let moment = Self { parts };
        moment.exists().then_some(moment)
    }

    fn part(&self, n: usize) -> Option<u16> {
        self.parts.get(n).copied()
    }

    fn exists(&self) -> bool {
        let within = |n, low, high| self.part(n).is_none_or(|part| (low..=high).contains(&part));
        let days = days_of(self.part(0).unwrap_or(1), self.part(1).unwrap_or(1));
        let date = self.parts.len() <= 6 && within(0, 1, 9999) && within(1, 1, 12) && within(2, 1, days);
        date && within(3, 0, 23) && within(4, 0, 59) && within(5, 0, 59)
    }

    fn first(&self) -> LocalTime {
        self.filled([1, 1, 1, 0, 0, 0])
    }

    /// The last second; a month counts to 31, which orders it rightly.
    fn last(&self) -> LocalTime {
        self.filled([9999, 12, 31, 23, 59, 59])
    }

    fn filled(&self, with: [u16; 6]) -> LocalTime {
        let part = |n: usize| self.part(n).unwrap_or(with[n]);
        let small = |n: usize| u8::try_from(part(n)).unwrap_or(u8::MAX);
        LocalTime::new((part(0), small(1), small(2)), (small(3), small(4), small(5)))
    }
}

fn numbers(text: &str, separator: char, first_width: usize) -> Option<Vec<u16>> {
    let mut numbers = Vec::new();
    for part in text.split(separator) {
        let width = if numbers.is_empty() { first_width } else { 2 };
        if part.len() != width || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        numbers.push(part.parse().ok()?);
    }
    (numbers.len() <= 3).then_some(numbers)
}

fn days_of(year: u16, month: u16) -> u16 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A range of time: `2024-01-05`, `2024-01..2024-03`, `2024-01-05..`, `>2024`, `<=2024-01-05T09:00`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateRange {
    low: Option<Edge>,
    high: Option<Edge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Edge {
    moment: Moment,
    included: bool,
}

impl DateRange {
    /// Reads a range, folded to lower case, or says what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let edge = |text: &str, included| -> Result<Edge, String> {
            let moment = Moment::read(text).ok_or_else(|| {
                format!(
                    "`{text}` is no date that exists; write 2024, 2024-01, 2024-01-05 or 2024-01-05T09:00, or a range \
                     such as 2024-01-05..2024-02-29, 2024-01-05.. or <2024"
                )
            })?;
            Ok(Edge { moment, included })
        };
        let (low, high) = if let Some((low, high)) = text.split_once("..") {
            let maybe = |text: &str| if text.is_empty() { Ok(None) } else { edge(text, true).map(Some) };
            (maybe(low)?, maybe(high)?)
        } else if let Some(text) = text.strip_prefix(">=") {
            (Some(edge(text, true)?), None)
        } else if let Some(text) = text.strip_prefix("<=") {
            (None, Some(edge(text, true)?))
        } else if let Some(text) = text.strip_prefix('>') {
            (Some(edge(text, false)?), None)
        } else if let Some(text) = text.strip_prefix('<') {
            (None, Some(edge(text, false)?))
        } else {
            let edge = edge(text, true)?;
            (Some(edge.clone()), Some(edge))
        };
        match (&low, &high) {
            (None, None) => Err("a range needs a beginning or an end".to_owned()),
            (Some(low), Some(high)) if high.moment.last() < low.moment.first() => {
                Err("the range ends before it begins".to_owned())
            }
            _ => Ok(Self { low, high }),
        }
    }

    /// Returns whether a time lies in the range.
    pub fn holds(&self, at: LocalTime) -> bool {
        let after = |edge: &Edge| if edge.included { edge.moment.first() <= at } else { edge.moment.last() < at };
        let before = |edge: &Edge| if edge.included { at <= edge.moment.last() } else { at < edge.moment.first() };
        self.low.as_ref().is_none_or(after) && self.high.as_ref().is_none_or(before)
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.low, &self.high) {
            (Some(low), Some(high)) if low == high => low.moment.fmt(f),
            (Some(low), None) if !low.included => write!(f, ">{}", low.moment),
            (None, Some(high)) if !high.included => write!(f, "<{}", high.moment),
            (low, high) => {
                if let Some(low) = low {
                    low.moment.fmt(f)?;
                }
                f.write_str("..")?;
                high.as_ref().map_or(Ok(()), |high| high.moment.fmt(f))
            }
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const BEFORE: [&str; 6] = ["", "-", "-", "T", ":", ":"];
        for (n, (part, before)) in self.parts.iter().zip(BEFORE).enumerate() {
            if n == 0 { write!(f, "{part:04}")? } else { write!(f, "{before}{part:02}")? }
        }
        Ok(())
    }
}
