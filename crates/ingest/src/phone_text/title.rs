//! The name of a conversation, from the name of the file or, for `_chat.txt`, of the ZIP or the folder that it lies in.

use std::path::Path;

/// What stands around the name, by language.
const AROUND: &[(&str, &str)] = &[
    ("WhatsApp Chat with ", ""),
    ("WhatsApp Chat - ", ""),
    ("与", "的 WhatsApp 聊天"),
    ("与", "的WhatsApp聊天"),
    ("與", "的 WhatsApp 對話"),
    ("與", "的WhatsApp對話"),
    ("WhatsApp 聊天 - ", ""),
    ("WhatsApp-Chat mit ", ""),
    ("Chat de WhatsApp con ", ""),
    ("Discussion WhatsApp avec ", ""),
];
const PLAIN: &str = "_chat";

pub(super) fn of(path: &Path, container: Option<&str>) -> Option<String> {
    let stem = path.file_stem()?.to_string_lossy();
    if stem != PLAIN {
        return named(&stem).or_else(|| Some(stem.into_owned()));
    }
    let folder = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    container.and_then(named).or_else(|| named(&folder?))
}

fn named(text: &str) -> Option<String> {
    let inner = AROUND.iter().find_map(|(before, behind)| text.strip_prefix(before)?.strip_suffix(behind))?;
    (!inner.is_empty()).then(|| inner.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_by_what_stands_around_them() {
        let rows = [
            ("x/WhatsApp Chat with Marcus.txt", Some("Marcus")),
            ("WhatsApp Chat - 出运群/_chat.txt", Some("出运群")),
            ("与陈丽华的 WhatsApp 聊天.txt", Some("陈丽华")),
            ("與王志強的WhatsApp對話.txt", Some("王志強")),
            ("exported/_chat.txt", None),
            ("notes.txt", Some("notes")),
        ];
        for (path, expected) in rows {
            assert_eq!(of(Path::new(path), None).as_deref(), expected, "{path}");
        }
        let unpacked = of(Path::new("x/_chat.txt"), Some("WhatsApp Chat - 出运群"));
        assert_eq!(unpacked.as_deref(), Some("出运群"));
    }
}
