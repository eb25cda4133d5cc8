//! Tapbacks: rows of their own that say how somebody reacted to another message.

/// What the numbers say. 3000 and above take back what 2000 and above gave.
const KINDS: &[(i64, &str, &str)] = &[
    (2000, "❤️", "Loved"),
    (2001, "👍", "Liked"),
    (2002, "👎", "Disliked"),
    (2003, "😂", "Laughed at"),
    (2004, "‼️", "Emphasised"),
    (2005, "❓", "Questioned"),
];
/// An emoji of the sender's choice, in a column of its own; a sticker.
const EMOJI: i64 = 2006;
const STICKER: i64 = 2007;
const TAKEN_BACK: i64 = 1000;

/// A tapback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tapback {
    pub(super) value: String,
    pub(super) words: String,
    pub(super) removed: bool,
}

/// Returns the tapback that a row's type says it is.
pub(super) fn of(kind: i64, emoji: Option<String>) -> Option<Tapback> {
    let removed = (3000..4000).contains(&kind);
    let base = if removed { kind - TAKEN_BACK } else { kind };
    let (value, words) = match base {
        EMOJI => {
            let emoji = emoji.unwrap_or_else(|| "(emoji)".to_owned());
            (emoji.clone(), format!("Reacted {emoji} to"))
        }
        STICKER => ("(sticker)".to_owned(), "Reacted with a sticker to".to_owned()),
        _ => {
            let (_, value, words) = KINDS.iter().find(|(number, ..)| *number == base)?;
            ((*value).to_owned(), (*words).to_owned())
        }
    };
    let words = if removed { format!("Took back: {words}") } else { words };
    Some(Tapback { value, words, removed })
}

/// Returns the message that an associated id names: `p:0/ID`, `bp:ID`, or the id alone.
pub(super) fn target(associated: &str) -> &str {
    associated.rsplit(['/', ':']).next().unwrap_or(associated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_say_what_was_felt() {
        assert_eq!(of(2001, None).map(|t| (t.value, t.removed)), Some(("👍".into(), false)));
        assert_eq!(of(3001, None).map(|t| (t.value, t.removed)), Some(("👍".into(), true)));
        assert_eq!(of(2006, Some("🙏".into())).map(|t| t.words), Some("Reacted 🙏 to".into()));
        assert_eq!(of(1000, None), None);
        assert_eq!((target("p:0/AB-1"), target("bp:AB-1"), target("AB-1")), ("AB-1", "AB-1", "AB-1"));
    }
}
