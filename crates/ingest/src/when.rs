//! Times as sources write them: seconds since 1970, RFC 3339, and local times in need of a zone.

use duces_model::{UtcMillis, Zone};

/// Returns the instant of whole seconds since 1970; times before 1990 or after 2200 are no message's.
pub(crate) fn from_seconds(seconds: i64) -> Option<UtcMillis> {
    const FIRST: i64 = 631_152_000;
    const LAST: i64 = 7_258_118_400;
    if !(FIRST..LAST).contains(&seconds) {
        return None;
    }
    UtcMillis::new(seconds * 1000).ok()
}

/// Returns the instant of milliseconds since 1970, within the same bounds.
pub(crate) fn from_millis(millis: i64) -> Option<UtcMillis> {
    from_seconds(millis.div_euclid(1000)).and_then(|_| UtcMillis::new(millis).ok())
}

/// Smaller numbers are seconds: as milliseconds they would lie before March 1973.
const FIRST_MILLIS: i64 = 100_000_000_000;

/// Returns the instant of seconds or milliseconds since 1970, and whether they were seconds.
pub(crate) fn from_seconds_or_millis(number: i64) -> Option<(UtcMillis, bool)> {
    if number < FIRST_MILLIS {
        return from_seconds(number).map(|at| (at, true));
    }
    from_millis(number).map(|at| (at, false))
}

/// Returns the instant of seconds since 1970 with or without a fraction, of which milliseconds are kept.
pub(crate) fn from_decimal_seconds(text: &str) -> Option<UtcMillis> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let millis: String = part.chars().chain("000".chars()).take(3).collect();
    let at = from_seconds(whole.parse().ok()?)?;
    UtcMillis::new(at.millis() + millis.parse::<i64>().ok()?).ok()
}

/// Returns a time in seconds or milliseconds for people, in UTC; another text as it is.
pub(crate) fn shown(text: &str) -> String {
    let at = text.trim().parse().ok().and_then(from_seconds_or_millis);
    at.map_or_else(|| text.to_owned(), |(at, _)| at.to_string())
}

/// A civil time taken apart.
struct Civil {
    date: (u32, u32, u32),
    time: (u32, u32, Option<u32>),
    millis: i64,
    rest: String,
}

/// Returns the instant of an RFC 3339 time; a time without an offset is none.
pub(crate) fn from_rfc3339(text: &str) -> Option<UtcMillis> {
    let civil = Civil::parse(text.trim())?;
    civil.time.2?;
    let offset = offset_seconds(&civil.rest)?;
    let local = civil.instant(&Zone::utc())?;
    UtcMillis::new(local.millis() - offset * 1000 + civil.millis).ok()
}

/// Returns the instant of a local time, and whether it has seconds. `2024/10/4 11:42` and `2024-10-04 11:42:31`, and
/// a time that ends in `Z` or an offset, which then needs no zone.
pub(crate) fn from_local(text: &str, zone: &Zone) -> Option<(UtcMillis, bool)> {
    let civil = Civil::parse(text.trim())?;
    let has_seconds = civil.time.2.is_some();
    if !civil.rest.is_empty() {
        return from_rfc3339(text).map(|at| (at, has_seconds));
    }
    let at = civil.instant(zone)?;
    Some((UtcMillis::new(at.millis() + civil.millis).ok()?, has_seconds))
}

impl Civil {
    fn parse(text: &str) -> Option<Self> {
        let (year, rest) = number(text, 4, 4)?;
        let separator = rest.chars().next().filter(|c| matches!(c, '-' | '/' | '.'))?;
        let (month, rest) = number(&rest[1..], 1, 2)?;
        let (day, rest) = number(rest.strip_prefix(separator)?, 1, 2)?;
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let (hour, rest) = number(rest.trim_start_matches(' '), 1, 2)?;
        let (minute, mut rest) = number(rest.strip_prefix(':')?, 2, 2)?;
        let (mut second, mut millis) = (None, 0);
        if let Some(after) = rest.strip_prefix(':') {
            let (value, after) = number(after, 2, 2)?;
            (second, rest) = (Some(value), after);
            if let Some(after) = rest.strip_prefix('.') {
                let digits = after.bytes().take_while(u8::is_ascii_digit).count();
                if digits == 0 {
                    return None;
                }
                // Anything finer than a millisecond is cut off; the raw value keeps it.
                let text: String = after[..digits].chars().chain("00".chars()).take(3).collect();
                millis = text.parse().ok()?;
                rest = &after[digits..];
            }
        }
        Some(Self { date: (year, month, day), time: (hour, minute, second), millis, rest: rest.to_owned() })
    }

    fn instant(&self, zone: &Zone) -> Option<UtcMillis> {
        let (year, month, day) = self.date;
        let (hour, minute, second) = self.time;
        let second = second.unwrap_or(0);
        // A leap second would be folded into the one before it; no chat clock shows one.
        if second > 59 {
            return None;
        }
        zone.instant(&format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")).ok()
    }
}

fn number(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

fn offset_seconds(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, rest) = number(&text[1..], 2, 2)?;
    let (minutes, rest) = number(rest.strip_prefix(':').unwrap_or(rest), 2, 2)?;
    if !rest.is_empty() || hours > 23 || minutes > 59 {
        return None;
    }
    Some(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_or_refused() {
        let rows = [
            ("2024-03-05T09:00:00+08:00", Some("2024-03-05T01:00:00Z")),
            ("2024-03-05T09:00:00.12345Z", Some("2024-03-05T09:00:00.123Z")),
            ("2024-03-05T09:00:00.5-0530", Some("2024-03-05T14:30:00.500Z")),
            ("2024-02-30T09:00:00Z", None),
            ("2024-03-05T24:00:00Z", None),
            ("2024-03-05T09:00:00", None),
            ("2024-03-05T09:00:60Z", None),
            ("2024-03-05T09:00:00+25:00", None),
            ("", None),
            ("2024-03-05", None),
        ];
        for (text, expected) in rows {
            assert_eq!(from_rfc3339(text).map(|at| at.to_string()).as_deref(), expected, "{text}");
        }
        let shanghai = Zone::named("Asia/Shanghai").expect("a zone");
        let rows = [
            ("2024/10/4 11:42", Some(("2024-10-04T03:42:00Z", false))),
            ("2024-10-04 11:42:31", Some(("2024-10-04T03:42:31Z", true))),
            ("2024-10-04T11:42:31.000Z", Some(("2024-10-04T11:42:31Z", true))),
            ("2024/02/30 11:42", None),
            ("2024/13/01 11:42", None),
            ("昨天 11:42", None),
            ("2024-10/04 11:42", None),
        ];
        for (text, expected) in rows {
            let found = from_local(text, &shanghai).map(|(at, seconds)| (at.to_string(), seconds));
            assert_eq!(found.as_ref().map(|(t, s)| (t.as_str(), *s)), expected, "{text}");
        }
    }

    #[test]
    fn numbers_are_seconds_or_milliseconds() {
        let rows = [
            ("1709600400", "2024-03-05T01:00:00Z"),
            ("1709600400123", "2024-03-05T01:00:00.123Z"),
            ("2024", "2024"),
            ("", ""),
        ];
        for (text, expected) in rows {
            assert_eq!(shown(text), expected);
        }
        let rows = [
            ("1709600400.5", Some("2024-03-05T01:00:00.500Z")),
            ("1709600400", Some("2024-03-05T01:00:00Z")),
            ("1709600400.1239", Some("2024-03-05T01:00:00.123Z")),
            ("1709600400.x", None),
            ("1.7e9", None),
        ];
        for (text, expected) in rows {
            assert_eq!(from_decimal_seconds(text).map(|at| at.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn seconds_out_of_range_are_no_time() {
        for seconds in [0, -1, i64::MIN, i64::MAX, 1_709_600_400_000] {
            assert!(from_seconds(seconds).is_none());
        }
        assert_eq!(from_seconds(1_709_600_400).map(|at| at.to_string()).as_deref(), Some("2024-03-05T01:00:00Z"));
    }
}
