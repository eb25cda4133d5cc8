//! Plain texts, tables as text, and HTML.

use duces_html::{Token, Tokens};

use crate::charset::{self, Decoded};
use crate::limits::Job;
use crate::note::Note;

/// Returns whether a media type is text as it is.
pub(crate) fn is_plain(mime: &str) -> bool {
    let others = ["application/json", "application/jsonl", "application/xml", "image/svg+xml"];
    mime.starts_with("text/") || others.contains(&mime)
}

/// Returns the text of a plain file.
pub(crate) fn text(bytes: &[u8], mime: &str, job: &mut Job<'_>) -> Option<String> {
    if mime == "text/html" {
        return html(bytes, None, job);
    }
    let Some(decoded) = charset::decode(bytes) else {
        job.say(Note::KindNotRead);
        return None;
    };
    say(&decoded, job);
    if matches!(mime, "application/xml" | "image/svg+xml") {
        job.say(Note::MarkupKept);
    }
    Some(decoded.text)
}

/// Returns the text of a page: its title, what it shows, and its comments, which it does not show.
pub(crate) fn html(bytes: &[u8], declared: Option<&str>, job: &mut Job<'_>) -> Option<String> {
    let within = charset_of_page(bytes);
    let Some(decoded) = charset::decode_as(bytes, declared.or(within.as_deref())) else {
        job.say(Note::KindNotRead);
        return None;
    };
    say(&decoded, job);
    let aside = Aside::of(&decoded.text);
    let mut text = aside.title.map(|title| format!("{title}\n\n")).unwrap_or_default();
    text.push_str(&duces_html::text(&decoded.text));
    if !aside.comments.is_empty() {
        job.say(Note::Hidden { what: "comments within the page, which stand at its end", count: aside.comments.len() });
        text.push_str("\n\n[comments]\n");
        text.push_str(&aside.comments.join("\n"));
    }
    Some(text)
}

fn say(decoded: &Decoded, job: &mut Job<'_>) {
    if decoded.is_guess {
        job.say(Note::EncodingGuessed(decoded.charset));
    }
    if decoded.has_replacements {
        job.say(Note::BytesReplaced(decoded.charset));
    }
}

/// What a page says and its text does not.
#[derive(Default)]
struct Aside {
    title: Option<String>,
    comments: Vec<String>,
}

impl Aside {
    fn of(html: &str) -> Self {
        let mut aside = Self::default();
        let mut in_title = false;
        for token in Tokens::of(html) {
            match token {
                Token::Open(tag) => in_title = tag.name == "title" && aside.title.is_none(),
                Token::Close(_) => in_title = false,
                Token::Text(text) if in_title => {
                    let title = duces_html::decoded(text).split_whitespace().collect::<Vec<_>>().join(" ");
                    aside.title = Some(title).filter(|title| !title.is_empty());
                }
                Token::Text(_) => {}
                // What is only for some readers is markup, not words.
                Token::Comment(comment) => {
                    let comment = comment.trim();
                    if !comment.is_empty() && !comment.starts_with("[if") && !comment.starts_with('<') {
                        aside.comments.push(comment.to_owned());
                    }
                }
            }
        }
        aside
    }
}

/// How far into a page its encoding is looked for.
const HEAD: usize = 4 * 1024;

/// Returns the encoding that a page names for itself.
fn charset_of_page(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(HEAD))?;
    let head = String::from_utf8_lossy(head);
    Tokens::of(&head).find_map(|token| {
        let Token::Open(tag) = token else { return None };
        if tag.name != "meta" {
            return None;
        }
        if let Some(charset) = tag.attribute("charset") {
            return Some(charset.into_owned());
        }
        let content = tag.attribute("content")?.to_lowercase();
        let (_, charset) = content.split_once("charset=")?;
        Some(charset.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).to_owned())
    })
}
