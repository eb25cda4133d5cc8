//! The text of one cell of a workbook.

use calamine::{DataRef, ExcelDateTime};

/// Returns what a cell says, as a text.
pub(super) fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        // The shortest decimal that is this number: what people typed, to 15 digits.
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) => time(at),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// Tells whether a number is so large that its last digits are not those that were entered.
pub(super) fn is_rounded(value: &DataRef<'_>) -> bool {
    matches!(value, DataRef::Float(number) if number.abs() >= 1e15)
}

/// Returns a time as `2024-03-05 09:00:00`; one that has no day, or a duration, as `09:00:00`.
fn time(at: &ExcelDateTime) -> String {
    let value = at.as_f64();
    if at.is_duration() || (0.0..1.0).contains(&value) {
        return clock(value);
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let day = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) if value.fract() == 0.0 => day,
        (hour, minute, second, 0) => format!("{day} {hour:02}:{minute:02}:{second:02}"),
        (hour, minute, second, milli) => format!("{day} {hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}

/// Returns a part of a day, or days, as hours, minutes and seconds.
fn clock(days: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "rounded, and saturating where there is no such number")]
    let seconds = (days.abs() * 86_400.0).round() as u64;
    let sign = if days < 0.0 { "-" } else { "" };
    format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Returns the day and time that a number of days since 1900 stands for, where a cell is not marked as a time.
pub(crate) fn from_serial(text: &str) -> Option<String> {
    let days: f64 = text.trim().parse().ok()?;
    // From 1990 to 2100: no message is older, and years alone or amounts are not taken for days.
    if !(32_874.0..73_050.0).contains(&days) {
        return None;
    }
    Some(time(&ExcelDateTime::new(days, calamine::ExcelDateTimeType::DateTime, false)))
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn cells_say_what_people_see() {
        let at = |value, kind| text(&DataRef::DateTime(ExcelDateTime::new(value, kind, false)));
        assert_eq!(at(45_356.375, DateTime), "2024-03-05 09:00:00");
        assert_eq!(at(45_356.0, DateTime), "2024-03-05");
        // 09:00:01, as spreadsheets store it.
        assert_eq!(at(45_356.375_011_574_07, DateTime), "2024-03-05 09:00:01");
        assert_eq!(at(0.375, DateTime), "09:00:00");
        assert_eq!(at(1.5, TimeDelta), "36:00:00");
        assert_eq!(text(&DataRef::Float(190.93)), "190.93");
        assert_eq!(text(&DataRef::Float(900.0)), "900");
        assert_eq!(from_serial("45356.375").as_deref(), Some("2024-03-05 09:00:00"));
        assert_eq!(from_serial("1709600400"), None);
    }
}
