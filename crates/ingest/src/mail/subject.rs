//! Reads subjects such as `WeChat message from A to B` by patterns: words and names in braces.

use std::collections::BTreeMap;

/// What may stand in braces.
const NAMES: &[&str] = &["app", "sender", "recipient", "group", "any"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Words(&'a str),
    Name(&'a str),
}

/// Tells whether a text is a pattern: known names, words among them, and words between any two names.
pub(crate) fn is_pattern(pattern: &str) -> bool {
    let Some(pieces) = pieces(pattern) else { return false };
    let words = |piece: &Piece<'_>| matches!(piece, Piece::Words(words) if !words.trim().is_empty());
    pieces.iter().any(words) && pieces.windows(2).all(|two| two.iter().any(words))
}

/// Returns what a subject says under each name, where it is of the pattern. Words are compared letters' case aside; a
/// name reaches to the first place where the words after it stand.
pub(crate) fn read<'a>(pattern: &'a str, subject: &str) -> Option<BTreeMap<&'a str, String>> {
    let mut found = BTreeMap::new();
    let mut rest = subject.trim();
    let mut name = None;
    for piece in pieces(pattern)? {
        match piece {
            Piece::Name(next) => name = Some(next),
            Piece::Words(words) => {
                let at = position(rest, words)?;
                match name.take() {
                    Some(name) if at > 0 => take(&mut found, name, &rest[..at]),
                    None if at == 0 => {}
                    _ => return None,
                }
                rest = &rest[at + words.len()..];
            }
        }
    }
    match name {
        Some(_) if rest.trim().is_empty() => return None,
        Some(name) => take(&mut found, name, rest),
        None if rest.is_empty() => {}
        None => return None,
    }
    Some(found)
}

fn take<'a>(found: &mut BTreeMap<&'a str, String>, name: &'a str, value: &str) {
    found.insert(name, value.trim().to_owned());
}

/// Returns where words stand, ASCII letters' case aside.
fn position(text: &str, words: &str) -> Option<usize> {
    let (text, words) = (text.as_bytes(), words.as_bytes());
    text.windows(words.len()).position(|window| window.eq_ignore_ascii_case(words))
}

fn pieces(pattern: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some((words, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if !NAMES.contains(&name) {
            return None;
        }
        if !words.is_empty() {
            pieces.push(Piece::Words(words));
        }
        pieces.push(Piece::Name(name));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest));
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_read_by_their_pattern_or_not_at_all() {
        let direct = "{app} message from {sender} to {recipient}";
        let rows = [
            (direct, "WeChat message from Lin Xiao 林晓 to Bo", Some("app=WeChat recipient=Bo sender=Lin Xiao 林晓")),
            (direct, "wechat MESSAGE FROM a TO b to c", Some("app=wechat recipient=b to c sender=a")),
            (direct, "WeChat message from  to b", None),
            (direct, "WeChat message from a to ", None),
            (direct, "Re: lunch", None),
            (direct, "", None),
            ("Chat in {group}", "Chat in 项目组", Some("group=项目组")),
            ("Chat in {group}", "A Chat in 项目组", None),
            ("{group} (chat)", "Deal team (chat)", Some("group=Deal team")),
            ("{group} (chat)", "Deal team (chat) x", None),
        ];
        for (pattern, subject, expected) in rows {
            assert!(is_pattern(pattern), "{pattern}");
            let found = read(pattern, subject)
                .map(|found| found.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "));
            assert_eq!(found.as_deref(), expected, "{pattern} {subject}");
        }
        for wrong in ["", "{sender}", "{sender}{recipient} x", "{nobody} said", "{sender to", "{sender} {recipient}"] {
            assert!(!is_pattern(wrong), "{wrong}");
        }
    }
}
