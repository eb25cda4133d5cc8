//! The wording of a message as the export has it: markup of Skype (`RichText`), or HTML (`RichText/Html`).

use duces_model::{Body, Fact, Quote};

use crate::field::filled;
use crate::html_text::{self, Tag, Token, Tokens};
use crate::page_part::{Part, Selector};
use crate::teams::pieces::{self, Piece};
use crate::when;

/// A message that another one quotes, the quote taken out of its wording.
pub(super) struct Rich {
    pub(super) quote: Option<Quote>,
    pub(super) pieces: Vec<Piece>,
    /// Marks that say nothing to a reader, such as that of an edit.
    pub(super) facts: Vec<Fact>,
}

/// The element that marks an edit. What its times stand for is not known, so that they are shown as they are.
const EDITED: &str = "e_m";

/// Returns what a wording says. In Skype's markup line breaks and spaces count, in HTML they do not.
pub(super) fn of(markup: &str, is_html: bool) -> Rich {
    let (mut rest, mut quote, mut facts) = (String::with_capacity(markup.len()), None, Vec::new());
    let mut tokens = Tokens::of(markup);
    loop {
        let start = tokens.position();
        let Some(token) = tokens.next() else { break };
        match &token {
            Token::Open(tag) if quote.is_none() && !tag.is_void() && is_quote(tag) => {
                let name = tag.name.clone();
                to_end(&mut tokens, &name);
                quote = Some(quoted(markup.get(start..tokens.position()).unwrap_or_default()));
            }
            Token::Open(tag) if tag.name == EDITED => facts.push(edit_mark(tag)),
            _ => rest.push_str(markup.get(start..tokens.position()).unwrap_or_default()),
        }
    }
    let pieces = if is_html { pieces::of(&rest) } else { pieces::of(&format!("<pre>{}</pre>", rest.trim())) };
    Rich { quote, pieces, facts }
}

fn is_quote(tag: &Tag<'_>) -> bool {
    let reply = || tag.attribute("itemtype").is_some_and(|kind| kind.ends_with("/Reply"));
    tag.name == "quote" || (tag.name == "blockquote" && reply())
}

/// Moves over the rest of an element; where it has no end, over all that follows.
fn to_end(tokens: &mut Tokens<'_>, name: &str) {
    let mut depth = 1_u32;
    for token in tokens.by_ref() {
        match token {
            Token::Open(tag) if tag.name == name && !tag.is_void() => depth += 1,
            Token::Close(closed) if closed == name => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

fn quoted(markup: &str) -> Quote {
    let part = Part::of(markup);
    let attribute = |name: &str| {
        let value = part.root().and_then(|root| root.tag.attribute(name));
        value.and_then(|value| filled(value.trim()))
    };
    let find = |selector: &str| Selector::parse(selector).and_then(|selector| part.find(&selector));
    let is_reply = part.root().is_some_and(|root| root.tag.name == "blockquote");
    let (sender_id, sender, time, shown) = if is_reply {
        let by = find("strong").or_else(|| find("b"));
        let id = by.and_then(|by| by.tag.attribute("itemid")).and_then(|id| filled(id.trim()));
        let time = find("span").and_then(|span| span.tag.attribute("itemid")).and_then(|at| filled(at.trim()));
        let shown = find("p").map(|preview| part.text(preview));
        (id, by.and_then(|by| filled(part.text(by).trim())), time, shown)
    } else {
        let shown = html_text::text(&format!("<pre>{}</pre>", without_legacy(markup)));
        (attribute("author"), attribute("authorname"), attribute("timestamp"), Some(shown))
    };
    Quote {
        text: String::new(),
        native_id: attribute("messageid").or_else(|| is_reply.then(|| attribute("itemid")).flatten()),
        sender_id,
        sender,
        time: time.map(|time| when::shown(&time)),
        quoted: shown.filter(|shown| !shown.is_empty()).map(|shown| Box::new(Body::text_of(shown))),
    }
}

/// Older programs are shown name, time and arrows as text; they repeat what the quote says of itself.
fn without_legacy(markup: &str) -> String {
    const LEGACY: &str = "legacyquote";
    let mut rest = String::with_capacity(markup.len());
    let mut tokens = Tokens::of(markup);
    loop {
        let start = tokens.position();
        let Some(token) = tokens.next() else { return rest };
        match &token {
            Token::Open(tag) if tag.name == LEGACY && !tag.is_void() => to_end(&mut tokens, LEGACY),
            _ => rest.push_str(markup.get(start..tokens.position()).unwrap_or_default()),
        }
    }
}

fn edit_mark(tag: &Tag<'_>) -> Fact {
    let said =
        ["a", "ts_ms", "ts", "t"].into_iter().filter_map(|name| Some(format!("{name} {}", tag.attribute(name)?)));
    Fact::new("edit mark", said.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(markup: &str, is_html: bool) -> Vec<Piece> {
        of(markup, is_html).pieces
    }

    #[test]
    fn line_breaks_count_in_markup_and_not_in_html() {
        let piece = |text: &str| vec![Piece::Text(text.to_owned())];
        assert_eq!(text("a  b\r\nc &lt;d&gt; <ss type=\"smile\">:)</ss>", false), piece("a  b\nc <d> :)"));
        assert_eq!(text("<p>a  b\nc</p>", true), piece("a b c"));
        assert_eq!(text("<a href=\"https://a.test\">https://a.test</a> 好", false), piece("https://a.test 好"));
    }

    #[test]
    fn quotes_are_told_apart_from_their_answers() {
        let old = "<quote author=\"live:bo\" authorname=\"Bo\" timestamp=\"1709600400\" conversation=\"c\" messageid=\"7\">\
            <legacyquote>[5.3.2024] Bo: </legacyquote>first\nsecond<legacyquote>\n\n&lt;&lt;&lt; </legacyquote></quote>yes<e_m a=\"x\" ts=\"1\"/>";
        let rich = of(old, false);
        let quote = rich.quote.expect("a quote");
        assert_eq!((quote.native_id.as_deref(), quote.sender_id.as_deref()), (Some("7"), Some("live:bo")));
        assert_eq!((quote.sender.as_deref(), quote.time.as_deref()), (Some("Bo"), Some("2024-03-05T01:00:00Z")));
        assert_eq!(quote.quoted.as_deref(), Some(&Body::text_of("first\nsecond")));
        assert_eq!(rich.pieces, [Piece::Text("yes".into())]);
        assert_eq!(rich.facts, [Fact::new("edit mark", "a x, ts 1")]);
        let new = "<blockquote itemscope itemtype=\"http://schema.skype.com/Reply\" itemid=\"1709600400123\">\
            <strong itemprop=\"mri\" itemid=\"8:orgid:bo\">Bo</strong><span itemprop=\"time\" itemid=\"1709600400123\"></span>\
            <p itemprop=\"preview\">说好了?</p></blockquote><p>好</p>";
        let rich = of(new, true);
        let quote = rich.quote.expect("a quote");
        assert_eq!(
            (quote.native_id.as_deref(), quote.sender_id.as_deref()),
            (Some("1709600400123"), Some("8:orgid:bo"))
        );
        assert_eq!((quote.sender.as_deref(), quote.time.as_deref()), (Some("Bo"), Some("2024-03-05T01:00:00.123Z")));
        assert_eq!(quote.quoted.as_deref(), Some(&Body::text_of("说好了?")));
        assert_eq!(rich.pieces, [Piece::Text("好".into())]);
        assert!(of("<quote>never ends", false).pieces.is_empty());
        assert!(of("<blockquote>plain</blockquote>", true).quote.is_none());
    }
}
