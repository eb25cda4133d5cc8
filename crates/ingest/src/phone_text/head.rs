//! The beginning of a message: `[time] sender: text` or `time - sender: text`.

use super::said;
use crate::moment::Parts;

/// A line that begins a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head<'a> {
    pub(super) time: &'a str,
    /// `None` for notices of the app.
    pub(super) sender: Option<&'a str>,
    pub(super) text: &'a str,
    in_brackets: bool,
}

/// No time of a message is written longer.
const LONGEST_TIME: usize = 60;
/// Marks of direction, which WhatsApp puts before lines and around names.
const MARKS: [char; 5] = ['\u{200e}', '\u{200f}', '\u{202a}', '\u{202c}', '\u{feff}'];

impl<'a> Head<'a> {
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let line = line.trim_end_matches(['\r', '\n']).trim_start_matches(MARKS);
        let (time, rest, in_brackets) = match line.strip_prefix('[') {
            Some(inner) => {
                let (time, rest) = inner.split_once("] ").or_else(|| inner.split_once(']'))?;
                (time, rest, true)
            }
            None => {
                let (time, rest) = line.split_once(" - ")?;
                (time, rest, false)
            }
        };
        if time.len() > LONGEST_TIME || !time.contains(':') && !time.contains('.') {
            return None;
        }
        Parts::of(time)?;
        let rest = rest.trim_start_matches(MARKS);
        let (sender, text) = match sender(rest) {
            Some((sender, text)) => (Some(sender), text.trim_start_matches(MARKS)),
            None => (None, rest),
        };
        Some(Self { time, sender, text, in_brackets })
    }

    /// Signal's export has the date of ISO 8601 in brackets, to the minute; WhatsApp's has seconds in brackets or another
    /// date. No document says so of either.
    pub(super) fn is_signal(&self) -> bool {
        let date =
            self.time.bytes().take_while(|b| b.is_ascii_digit()).count() == 4 && self.time.get(4..5) == Some("-");
        self.in_brackets && date && self.time.matches(':').count() == 1
    }
}

/// Returns who speaks and what. A notice may quote a name with a colon, so that its own words decide before.
fn sender(rest: &str) -> Option<(&str, &str)> {
    let at = rest.find(':')?;
    let (name, text) = (rest.get(..at)?, rest.get(at + 1..)?);
    let name = name.trim_matches(MARKS).trim();
    if name.is_empty() || said::speaks_of_a_name(name) {
        return None;
    }
    Some((name, text.strip_prefix(' ').unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_both_layouts_are_told_from_text() {
        type Row<'a> = (&'a str, Option<(&'a str, Option<&'a str>, &'a str)>);
        let rows: &[Row<'_>] = &[
            ("20/01/19, 11:23 - John: hi", Some(("20/01/19, 11:23", Some("John"), "hi"))),
            ("20/01/19, 11:23 - John:.", Some(("20/01/19, 11:23", Some("John"), "."))),
            ("\u{200e}[2024/3/5, 09:00:01] 陈丽华: \u{200e}a", Some(("2024/3/5, 09:00:01", Some("陈丽华"), "a"))),
            ("[05/03/24, 9:00:01\u{202f}AM] A: b: c", Some(("05/03/24, 9:00:01\u{202f}AM", Some("A"), "b: c"))),
            ("2024/3/5 下午9:00 - A: x", Some(("2024/3/5 下午9:00", Some("A"), "x"))),
            ("20/01/19, 11:23 - You were added", Some(("20/01/19, 11:23", None, "You were added"))),
            (
                "20/01/19, 11:23 - Ann changed the subject to \"Re: x\"",
                Some(("20/01/19, 11:23", None, "Ann changed the subject to \"Re: x\"")),
            ),
            ("see you at 9:00 - John", None),
            ("[ok] John: hi", None),
            ("12 - 13", None),
            ("", None),
        ];
        for (line, expected) in rows {
            let found = Head::of(line).map(|head| (head.time, head.sender, head.text));
            assert_eq!(found, *expected, "{line}");
        }
        assert!(Head::of("[2019-12-24, 12:23] Jane: a").is_some_and(|head| head.is_signal()));
        assert!(Head::of("[2019-12-24, 12:23:11] Jane: a").is_some_and(|head| !head.is_signal()));
    }
}
