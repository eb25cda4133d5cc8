//! How a line begins a message: a pattern of words with places for the sender, the time and the text.

use crate::moment::Parts;

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Sender,
    SenderId,
    Time,
    Text,
    /// What stands between, with white space of any length.
    Mark(String),
}

/// A pattern such as `{sender}  {time}` or `[{time}] {sender}: {text}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Piece>);

/// What a line says that begins a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head<'a> {
    pub(super) sender: Option<&'a str>,
    pub(super) sender_id: Option<&'a str>,
    pub(super) time: &'a str,
    /// What the message says on this line.
    pub(super) text: &'a str,
}

/// No name is longer; a sentence that happens to end like a pattern is none.
const LONGEST_NAME: usize = 64;

/// Names and times stand within so many bytes at the beginning of a line, however long it is.
const LONGEST_HEAD: usize = 400;

impl Pattern {
    /// Reads a pattern; nothing where it has a place of another name, or two places with nothing between.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let Some(at) = rest.find('{') else {
                pieces.push(Piece::Mark(rest.to_owned()));
                break;
            };
            if at > 0 {
                pieces.push(Piece::Mark(rest[..at].to_owned()));
            }
            let (name, after) = rest[at + 1..].split_once('}')?;
            pieces.push(match name {
                "sender" => Piece::Sender,
                "sender_id" => Piece::SenderId,
                "time" => Piece::Time,
                "text" => Piece::Text,
                _ => return None,
            });
            rest = after;
        }
        let is_mark = |piece: &Piece| matches!(piece, Piece::Mark(_));
        let adjoin = pieces.windows(2).any(|pair| !is_mark(&pair[0]) && !is_mark(&pair[1]));
        let last_is_text =
            pieces.iter().position(|piece| *piece == Piece::Text).is_none_or(|at| at + 1 == pieces.len());
        (!adjoin && last_is_text && pieces.contains(&Piece::Time)).then_some(Self(pieces))
    }

    /// Returns what a line says, where it begins a message.
    pub(super) fn head<'a>(&self, line: &'a str) -> Option<Head<'a>> {
        let line = line.trim_start_matches(['\u{feff}', '\u{200e}']).trim_end_matches(['\r', '\n']);
        let mut head = Head::default();
        take(&self.0, line, &mut head).then_some(head)
    }
}

/// Lets the pieces take the line, trying each place where a mark stands.
fn take<'a>(pieces: &[Piece], line: &'a str, head: &mut Head<'a>) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return line.trim().is_empty() };
    if let Piece::Mark(mark) = first {
        return after_mark(line, mark).is_some_and(|line| take(rest, line, head));
    }
    let Some(next) = rest.first() else { return fill(first, line.trim_end(), head) };
    let Piece::Mark(mark) = next else { return false };
    for (at, _) in line.char_indices().take_while(|(at, _)| *at <= LONGEST_HEAD) {
        let Some(after) = after_mark(&line[at..], mark) else { continue };
        let before = head.clone();
        if fill(first, &line[..at], head) && take(&rest[1..], after, head) {
            return true;
        }
        *head = before;
    }
    false
}

/// Returns what follows a mark at the start of a line: its words exactly, its white space in any amount.
fn after_mark<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let mut rest = line;
    let mut words = mark.chars().peekable();
    while let Some(c) = words.next() {
        if !c.is_whitespace() {
            rest = rest.strip_prefix(c)?;
            continue;
        }
        while words.next_if(|c| c.is_whitespace()).is_some() {}
        let trimmed = rest.trim_start();
        // White space at the end of a pattern may be missing at the end of a line.
        if trimmed.len() == rest.len() && !(rest.is_empty() && words.peek().is_none()) {
            return None;
        }
        rest = trimmed;
    }
    Some(rest)
}

fn fill<'a>(piece: &Piece, text: &'a str, head: &mut Head<'a>) -> bool {
    match piece {
        Piece::Time => {
            head.time = text.trim();
            Parts::of(text).is_some()
        }
        Piece::Text => {
            head.text = text;
            true
        }
        Piece::Sender | Piece::SenderId => {
            let name = text.trim();
            let fits = !name.is_empty() && name.chars().count() <= LONGEST_NAME;
            *(if *piece == Piece::Sender { &mut head.sender } else { &mut head.sender_id }) = Some(name);
            fits
        }
        Piece::Mark(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_by_their_patterns() {
        let rows = [
            ("{sender}  {time}", "周言  2023-05-01 10:00:00", Some((Some("周言"), "2023-05-01 10:00:00", ""))),
            ("{sender} {time}", "O'Neil, A. 2023/5/1 10:00", Some((Some("O'Neil, A."), "2023/5/1 10:00", ""))),
            ("{time} {sender}", "2023-05-01 10:00:00 周 言", Some((Some("周 言"), "2023-05-01 10:00:00", ""))),
            ("{time} {sender}", "2023-05-01 10:00:00", None),
            (
                "{sender} ({time}):{text}",
                "周(言) (2023-05-01 10:00:00):a: b",
                Some((Some("周(言)"), "2023-05-01 10:00:00", "a: b")),
            ),
            ("[{time}] {sender}: {text}", "[5/1/23, 9:00 PM] A B: hi", Some((Some("A B"), "5/1/23, 9:00 PM", "hi"))),
            ("[{time}] {sender}: {text}", "[5/1/23, 9:00 PM] A B:", Some((Some("A B"), "5/1/23, 9:00 PM", ""))),
            ("{sender}  {time}", "我们约在 2023-05-01 见", None),
            ("{sender}  {time}", "10:00", None),
        ];
        for (pattern, line, expected) in rows {
            let pattern = Pattern::parse(pattern).expect("a pattern");
            let found = pattern.head(line).map(|head| (head.sender, head.time, head.text));
            assert_eq!(found, expected, "{line}");
        }
        for text in ["{sender}{time}", "{who} {time}", "{sender}", "{text} {time}", "{time"] {
            assert_eq!(Pattern::parse(text), None, "{text}");
        }
    }
}
