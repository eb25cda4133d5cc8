//! The HTML of a message as what it says in its order: texts, pictures that stand in it, marks of attachments.
//!
//! The text between is read as everywhere (`html_text`). So that a list or a quote goes on behind a picture, the whole is
//! read at once, with a character that no text uses in the place of each picture and mark, and cut there afterwards.

use crate::html_text::{self, Tag, Token, Tokens};

/// One piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Picture(Picture),
    /// Here stands the attachment of this id.
    Mark(String),
}

/// A picture that stands in a text and whose bytes the service keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) description: Option<String>,
    /// Where it is kept, or the bytes themselves as a `data:` address.
    pub(super) source: String,
    /// The service's own id of it.
    pub(super) item: Option<String>,
}

/// What the address of a picture holds that the service keeps. Any other picture lies somewhere on the web.
const KEPT: &[&str] = &["/hostedContents/", ".asm.skype.com/", "/v1/objects/"];

/// Characters that Unicode keeps out of texts.
const UNUSED: std::ops::RangeInclusive<char> = '\u{fdd0}'..='\u{fdef}';

/// Returns the pieces of a message.
pub(super) fn of(html: &str) -> Vec<Piece> {
    for stand_in in UNUSED {
        let (with, found) = replaced(html, stand_in);
        let text = html_text::text(&with);
        if text.matches(stand_in).count() == found.len() {
            return cut(&text, stand_in, found);
        }
    }
    // A picture within something that is not shown: the text as it is, and the picture all the same.
    let (without, found) = replaced(html, ' ');
    std::iter::once(Piece::Text(html_text::text(&without))).chain(found).collect()
}

fn cut(text: &str, stand_in: char, found: Vec<Piece>) -> Vec<Piece> {
    let mut found = found.into_iter().peekable();
    let mut pieces = Vec::new();
    for (at, part) in text.split(stand_in).enumerate() {
        // Line breaks around a picture only keep it apart from the text.
        let part = if at > 0 { part.trim_start_matches(['\n', ' ']) } else { part };
        let part = if found.peek().is_some() { part.trim_end_matches(['\n', ' ']) } else { part };
        if !part.is_empty() {
            pieces.push(Piece::Text(part.to_owned()));
        }
        pieces.extend(found.next());
    }
    pieces
}

/// Returns the HTML with `stand_in` in the place of pictures and marks, and these.
fn replaced(html: &str, stand_in: char) -> (String, Vec<Piece>) {
    let (mut out, mut found) = (String::with_capacity(html.len()), Vec::new());
    let mut tokens = Tokens::of(html);
    loop {
        let start = tokens.position();
        let Some(token) = tokens.next() else { break };
        let source = html.get(start..tokens.position()).unwrap_or_default();
        match &token {
            Token::Open(tag) => match piece(tag) {
                Some(piece) => {
                    found.push(piece);
                    out.push(stand_in);
                }
                None if tag.name == "customemoji" => out.push_str(&escaped(&emoji(tag))),
                None => out.push_str(source),
            },
            Token::Close(name) if name == "attachment" || name == "customemoji" => {}
            Token::Close(_) | Token::Text(_) | Token::Comment(_) => out.push_str(source),
        }
    }
    (out, found)
}

fn piece(tag: &Tag<'_>) -> Option<Piece> {
    let attribute = |name: &str| tag.attribute(name).filter(|value| !value.trim().is_empty());
    match tag.name.as_str() {
        "attachment" => attribute("id").map(|id| Piece::Mark(id.into_owned())),
        "img" => {
            let source = attribute("src").unwrap_or_default();
            let kept = source.starts_with("data:") || KEPT.iter().any(|part| source.contains(part));
            let item = attribute("itemid").map(std::borrow::Cow::into_owned);
            let is_emoji = attribute("itemtype").is_some_and(|kind| kind.ends_with("/Emoji"));
            ((kept || item.is_some()) && !is_emoji).then(|| {
                let description = attribute("alt").map(std::borrow::Cow::into_owned);
                Piece::Picture(Picture { description, source: source.into_owned(), item })
            })
        }
        _ => None,
    }
}

/// An emoji of the organisation's own has a name and no character.
fn emoji(tag: &Tag<'_>) -> String {
    let shown = ["alt", "title", "id"].iter().find_map(|name| tag.attribute(name).filter(|value| !value.is_empty()));
    shown.map(std::borrow::Cow::into_owned).unwrap_or_default()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn picture(source: &str) -> Piece {
        Piece::Picture(Picture { source: source.to_owned(), ..Picture::default() })
    }

    #[test]
    fn pictures_and_marks_stand_where_the_message_has_them() {
        let kept = "https://graph.microsoft.com/v1.0/chats/c/messages/1/hostedContents/aWQ9/$value";
        let html = format!("<p>one</p><p><img src=\"{kept}\"></p><p>two <attachment id=\"9\"></attachment></p>");
        assert_eq!(of(&html), [text("one"), picture(kept), text("two"), Piece::Mark("9".into())]);
        let html = format!("<ul><li>a</li><li>b <img src='{kept}'> c</li><li>d</li></ul>");
        assert_eq!(of(&html), [text("• a\n• b"), picture(kept), text("c\n• d")]);
        assert_eq!(of("<p>a <img src=\"https://web.test/x.png\"></p>"), [text("a [picture: https://web.test/x.png]")]);
        assert_eq!(
            of("<img itemtype=\"http://schema.skype.com/Emoji\" itemid=\"smile\" alt=\"🙂\" src=\"x\">"),
            [text("🙂")]
        );
        assert_eq!(of("<p>好的 <customemoji id=\"1\" alt=\"a&lt;b\"></customemoji>!</p>"), [text("好的 a<b!")]);
        assert_eq!(of("Thread reply&nbsp;"), [text("Thread reply\u{a0}")]);
        assert_eq!(of(""), []);
    }

    #[test]
    fn a_text_that_uses_what_no_text_uses_is_read_all_the_same() {
        let html = "a\u{fdd0}<attachment id=\"1\"></attachment>&#xFDD1;b";
        assert_eq!(of(html), [text("a\u{fdd0}"), Piece::Mark("1".into()), text("\u{fdd1}b")]);
        let hidden = "a<noscript><attachment id=\"1\"></attachment></noscript>";
        assert_eq!(of(hidden), [text("a"), Piece::Mark("1".into())]);
    }

    proptest! {
        #[test]
        fn no_markup_makes_it_panic(html in "[<>/a-c \"'=&;#!-]{0,40}(<attachment id=1>|<img src=data:x>)?[<>/a-c]{0,20}") {
            let _ = of(&html);
        }
    }
}
