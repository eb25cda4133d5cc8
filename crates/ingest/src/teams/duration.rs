//! Durations as ISO 8601 writes them, such as `PT1H2M3.5S`.

/// Returns the milliseconds of a duration; months and years have no fixed length and are none.
pub(super) fn millis(text: &str) -> Option<u64> {
    let rest = text.trim().strip_prefix('P')?;
    let (days, clock) = rest.split_once('T').unwrap_or((rest, ""));
    let mut sum = 0_u64;
    for (part, units) in [(days, &[('W', 604_800), ('D', 86_400)][..]), (clock, &[('H', 3600), ('M', 60), ('S', 1)])] {
        let mut rest = part;
        for (unit, seconds) in units {
            let Some((number, after)) = rest.split_once(*unit) else { continue };
            sum = sum.checked_add(thousandths(number)?.checked_mul(*seconds)?)?;
            rest = after;
        }
        if !rest.is_empty() {
            return None;
        }
    }
    (!days.is_empty() || !clock.is_empty()).then_some(sum)
}

/// Returns a number times a thousand; anything finer is cut off.
fn thousandths(number: &str) -> Option<u64> {
    let (whole, part) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return None;
    }
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(part.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_or_refused() {
        let rows = [
            ("PT59S", Some(59_000)),
            ("PT1H2M3.5S", Some(3_723_500)),
            ("PT45M0S", Some(2_700_000)),
            ("P1DT1S", Some(86_401_000)),
            ("PT0.1234S", Some(123)),
            ("P", None),
            ("PT", None),
            ("PT5", None),
            ("P1M", None),
            ("PT1S2M", None),
            ("PT99999999999999999999S", None),
            ("PT18446744073709551615H", None),
            ("59", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(millis(text), expected, "{text}");
        }
    }
}
