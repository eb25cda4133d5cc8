//! Times as mails write them (RFC 5322, its obsolete forms, and the odd ones that mailers really write).

use duces_model::{UtcMillis, Zone};

use crate::when;

/// A time, and whether its zone had to be taken from the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dated {
    pub(crate) at: UtcMillis,
    pub(crate) zone_assumed: bool,
}

/// Returns the instant of a `Date` header; one without a zone needs `zone`.
pub(crate) fn read(text: &str, zone: Option<&Zone>) -> Result<Dated, &'static str> {
    let text = without_comments(text);
    if let Some(at) = when::from_rfc3339(text.trim()) {
        return Ok(Dated { at, zone_assumed: false });
    }
    let civil = civil(&text).ok_or("it is no date")?;
    let local = civil.instant(&Zone::utc()).ok_or("no such day or time exists")?;
    match civil.offset {
        Some(offset) => {
            let at = UtcMillis::new(local.millis() - offset * 1000).map_err(|_| "it is out of range")?;
            Ok(Dated { at, zone_assumed: false })
        }
        None => {
            let zone = zone.ok_or("it names no zone; pass the zone it was written in, such as --tz Asia/Shanghai")?;
            let at = civil.instant(zone).ok_or("no such day or time exists")?;
            Ok(Dated { at, zone_assumed: true })
        }
    }
}

struct Civil {
    year: u32,
    month: u32,
    day: u32,
    time: (u32, u32, u32),
    /// Seconds east of UTC.
    offset: Option<i64>,
}

impl Civil {
    fn instant(&self, zone: &Zone) -> Option<UtcMillis> {
        let (hour, minute, second) = self.time;
        // A leap second is the one that follows.
        let (second, more) = if second == 60 { (59, 1000) } else { (second, 0) };
        let Self { year, month, day, .. } = self;
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        UtcMillis::new(zone.instant(&text).ok()?.millis() + more).ok()
    }
}

/// Reads `Tue, 5 Mar 2024 09:00:00 +0800`, without weekday or seconds too, and `Tue Mar  5 09:00:00 2024`.
fn civil(text: &str) -> Option<Civil> {
    let mut words = text.split([' ', '\t', '\r', '\n', ',']).filter(|word| !word.is_empty()).peekable();
    words.next_if(|word| WEEKDAYS.iter().any(|day| begins(word, day)));
    let first = words.next()?;
    if let Some(month) = month_of(first) {
        // The order of C's `asctime`: the year comes last, a zone may stand before it.
        let day = number(words.next()?, 2)?;
        let time = clock(words.next()?)?;
        let rest: Vec<&str> = words.collect();
        let year = rest.iter().find_map(|word| number(word, 4).filter(|_| word.len() == 4))?;
        let offset = rest.iter().filter(|word| word.len() != 4 || number(word, 4).is_none()).find_map(|w| offset_of(w));
        return Some(Civil { year, month, day, time, offset });
    }
    let (day, month, year) = match first.split('-').collect::<Vec<_>>()[..] {
        // `05-Mar-2024`, as some gateways write it.
        [day, month, year] => (number(day, 2)?, month_of(month)?, year),
        _ => (number(first, 2)?, month_of(words.next()?)?, words.next()?),
    };
    let year = year_of(year)?;
    let time = clock(words.next()?)?;
    let offset = match words.next() {
        Some(zone) => Some(offset_of(zone)?),
        None => None,
    };
    Some(Civil { year, month, day, time, offset })
}

const WEEKDAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn begins(word: &str, name: &str) -> bool {
    word.as_bytes().first_chunk::<3>().is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
}

fn month_of(word: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|name| begins(word, name))?;
    u32::try_from(at + 1).ok()
}

/// Years of two digits are those that RFC 5322 says they are.
fn year_of(word: &str) -> Option<u32> {
    match (word.len(), number(word, 4)?) {
        (2, year @ 0..50) => Some(2000 + year),
        (2 | 3, year) => Some(1900 + year),
        (4, year) => Some(year),
        _ => None,
    }
}

fn number(word: &str, digits: usize) -> Option<u32> {
    let fits = (1..=digits).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    if fits { word.parse().ok() } else { None }
}

fn clock(word: &str) -> Option<(u32, u32, u32)> {
    let parts: Vec<u32> = word.split([':', '.']).map(|part| number(part, 2)).collect::<Option<_>>()?;
    match parts[..] {
        [hour, minute] => Some((hour, minute, 0)),
        [hour, minute, second] => Some((hour, minute, second)),
        _ => None,
    }
}

/// The zones that RFC 5322 knows by name, in hours; any other name says nothing.
const ZONES: &[(&str, i64)] = &[
    ("UT", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

fn offset_of(word: &str) -> Option<i64> {
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
        return Some(hours * 3600);
    }
    let (sign, digits) = match word.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replacen(':', "", 1);
    if digits.len() != 4 {
        return None;
    }
    let value = i64::from(number(&digits, 4)?);
    let (hours, minutes) = (value / 100, value % 100);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Returns the text without what stands in parentheses, which says nothing.
fn without_comments(text: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_or_refused() {
        let utc = Some(Zone::utc());
        let shanghai = Some(Zone::named("Asia/Shanghai").expect("a zone"));
        let rows = [
            ("Tue, 5 Mar 2024 09:00:00 +0800", &None, Ok("2024-03-05T01:00:00Z")),
            ("5 Mar 2024 09:00 -0500 (EST)", &None, Ok("2024-03-05T14:00:00Z")),
            ("Tuesday, 05 March 2024 09:00:00 GMT", &None, Ok("2024-03-05T09:00:00Z")),
            ("Fri, 21 Nov 97 09:55:06 EST", &None, Ok("1997-11-21T14:55:06Z")),
            ("Fri, 21 Nov 03 09:55:06 -0000", &None, Ok("2003-11-21T09:55:06Z")),
            ("05-Mar-2024 09:00:00 +08:00", &None, Ok("2024-03-05T01:00:00Z")),
            ("2024-03-05T09:00:00.5+08:00", &None, Ok("2024-03-05T01:00:00.500Z")),
            ("Tue Mar  5 09:00:00 2024", &utc, Ok("2024-03-05T09:00:00Z")),
            ("Tue Mar  5 09:00:00 PST 2024", &None, Ok("2024-03-05T17:00:00Z")),
            ("Tue, 5 Mar 2024 09:00:00", &shanghai, Ok("2024-03-05T01:00:00Z")),
            ("Sat, 31 Dec 2016 23:59:60 +0000", &None, Ok("2017-01-01T00:00:00Z")),
            ("Tue, 5 Mar 2024 09:00:00", &None, Err("it names no zone")),
            ("Tue, 5 Mar 2024 09:00:00 XYZ", &None, Err("it is no date")),
            ("Fri, 30 Feb 2024 09:00:00 +0000", &None, Err("no such day")),
            ("Tue, 5 Mar 2024 25:00:00 +0000", &None, Err("no such day")),
            ("Tue, 5 Mar 2024 09:00:00 +9900", &None, Err("it is no date")),
            ("yesterday", &None, Err("it is no date")),
            ("", &None, Err("it is no date")),
        ];
        for (text, zone, expected) in rows {
            match (read(text, zone.as_ref()), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.at.to_string(), expected, "{text}"),
                (Err(found), Err(expected)) => assert!(found.starts_with(expected), "{text}: {found}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }
}
