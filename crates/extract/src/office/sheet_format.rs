//! Numbers of a workbook as text: what its formats call a date is one, every other number stands as it is stored.

use crate::civil;

/// The formats that a workbook's cells can have, by the cell's style.
#[derive(Default)]
pub(super) struct Formats {
    /// Formats that the workbook defines, by their number.
    pub(super) own: Vec<(u32, Shape)>,
    /// The shape of each style.
    pub(super) styles: Vec<Shape>,
    /// Whether days are counted from 1904.
    pub(super) from_1904: bool,
}

/// What a format makes of a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Shape {
    #[default]
    Number,
    Date,
    /// A time of day without a day.
    Time,
    DateTime,
}

impl Formats {
    /// Returns the shape of a format by its number: one that the workbook defines, or a built-in one.
    pub(super) fn shape(&self, number: u32) -> Shape {
        if let Some((_, shape)) = self.own.iter().find(|(own, _)| *own == number) {
            return *shape;
        }
        match number {
            14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Shape::Date,
            18..=21 | 32..=35 | 45..=47 | 55 | 56 => Shape::Time,
            22 => Shape::DateTime,
            _ => Shape::Number,
        }
    }

    /// Returns a stored number as text.
    pub(super) fn shown(&self, stored: &str, style: Option<usize>) -> String {
        let shape = style.and_then(|style| self.styles.get(style)).copied().unwrap_or_default();
        let Ok(number) = stored.trim().parse::<f64>() else { return stored.to_owned() };
        let dated = match shape {
            Shape::Number => None,
            shape => dated(number, shape, self.from_1904),
        };
        dated.unwrap_or_else(|| plain(stored, number))
    }
}

/// Returns what a format's code makes of a number.
pub(super) fn shape_of(code: &str) -> Shape {
    let (mut day, mut time, mut minute_or_month) = (false, false, false);
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => drop(chars.by_ref().find(|c| *c == '"')),
            '\\' | '_' | '*' => drop(chars.next()),
            // Colours, conditions and currencies; `[h]` counts hours and is a time.
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let elapsed =
                    !inner.is_empty() && inner.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's'));
                time |= elapsed;
            }
            ';' => break,
            'y' | 'Y' | 'd' | 'D' | '年' | '日' => day = true,
            'h' | 'H' | 's' | 'S' | '时' | '秒' => time = true,
            'm' | 'M' | '月' => minute_or_month = true,
            _ => {}
        }
    }
    match (day, time, minute_or_month) {
        (true, true, _) => Shape::DateTime,
        (true, false, _) | (false, false, true) => Shape::Date,
        (false, true, _) => Shape::Time,
        (false, false, false) => Shape::Number,
    }
}

/// Spreadsheets compute with fifteen digits: what is stored beyond them is the rest of a division, not what is shown.
fn plain(stored: &str, number: f64) -> String {
    let digits = stored.chars().filter(char::is_ascii_digit).count();
    if digits <= 15 || !(1e-9..1e15).contains(&number.abs()) {
        return stored.trim().to_owned();
    }
    format!("{number:.14e}").parse::<f64>().map_or_else(|_| stored.to_owned(), |rounded| rounded.to_string())
}

/// The day after the last that a workbook can show.
const DAYS: f64 = 2_958_466.0;

#[expect(clippy::cast_possible_truncation, reason = "the number is within the days of a workbook")]
fn dated(number: f64, shape: Shape, from_1904: bool) -> Option<String> {
    if !(0.0..DAYS).contains(&number) {
        return None;
    }
    let seconds = (number * 86_400.0).round() as i64;
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    if shape == Shape::Time {
        // Elapsed hours go on beyond a day.
        let hours = seconds / 3600;
        return Some(format!("{hours:02}:{:02}:{:02}", seconds / 60 % 60, seconds % 60));
    }
    // Day 60 of the older count is the 29 February 1900, which never was; days before it are off by one.
    let since_epoch = match (from_1904, day) {
        (true, day) => day - 24_107,
        (false, ..60) => day - 25_568,
        (false, day) => day - 25_569,
    };
    let (year, month, day_of_month) = civil::date(since_epoch);
    let date = format!("{year:04}-{month:02}-{day_of_month:02}");
    let is_whole = shape == Shape::Date && second == 0;
    Some(if is_whole { date } else { format!("{date} {time}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_dates_from_numbers() {
        let cases = [
            ("General", Shape::Number),
            ("0.00", Shape::Number),
            ("#,##0.00\" days\"", Shape::Number),
            ("[Red]0", Shape::Number),
            ("[$¥-804]#,##0", Shape::Number),
            ("yyyy-mm-dd", Shape::Date),
            ("yyyy\"年\"m\"月\"d\"日\"", Shape::Date),
            ("m/d/yy h:mm", Shape::DateTime),
            ("[h]:mm:ss", Shape::Time),
            ("h:mm AM/PM", Shape::Time),
            ("mmm", Shape::Date),
            ("0;[Red]d", Shape::Number),
        ];
        for (code, expect) in cases {
            assert_eq!(shape_of(code), expect, "{code}");
        }
    }

    #[test]
    fn numbers_read_as_a_workbook_shows_them() {
        let shapes = vec![Shape::Number, Shape::Date, Shape::DateTime, Shape::Time];
        let formats = Formats { styles: shapes, ..Formats::default() };
        let cases = [
            ("45356", 1, "2024-03-05"),
            ("45356.5", 1, "2024-03-05 12:00:00"),
            ("45356.4375", 2, "2024-03-05 10:30:00"),
            ("1", 1, "1900-01-01"),
            ("59", 1, "1900-02-28"),
            ("61", 1, "1900-03-01"),
            ("2958465", 1, "9999-12-31"),
            ("0.75", 3, "18:00:00"),
            ("1.5", 3, "36:00:00"),
            ("-1", 1, "-1"),
            ("1234.50", 0, "1234.50"),
            ("0.30000000000000004", 0, "0.3"),
            ("123456789012345678", 0, "123456789012345678"),
            ("1E+300", 0, "1E+300"),
            ("x", 1, "x"),
        ];
        for (stored, style, expect) in cases {
            assert_eq!(formats.shown(stored, Some(style)), expect, "{stored}");
        }
        let later = Formats { from_1904: true, styles: vec![Shape::Date], ..Formats::default() };
        assert_eq!(later.shown("0", Some(0)), "1904-01-01");
    }
}
