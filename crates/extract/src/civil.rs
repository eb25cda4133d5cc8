//! Days and seconds of the calendar that all documents count in.

/// Returns year, month and day of a day counted from 1970-01-01.
pub(crate) fn date(day: i64) -> (i64, i64, i64) {
    // Years that begin in March have their leap day at their end.
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted_month + 2) / 5 + 1)
}

/// Returns a second counted from 1970-01-01 as date and time.
pub(crate) fn date_time(second: i64) -> String {
    let (year, month, day) = date(second.div_euclid(86_400));
    let of_day = second.rem_euclid(86_400);
    let (hours, minutes, seconds) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02} {hours:02}:{minutes:02}:{seconds:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_calendars_do() {
        let cases = [(0, (1970, 1, 1)), (-1, (1969, 12, 31)), (11_016, (2000, 2, 29)), (19_787, (2024, 3, 5))];
        for (day, expect) in cases {
            assert_eq!(date(day), expect);
        }
        assert_eq!(date_time(1_709_604_001), "2024-03-05 02:00:01");
    }
}
