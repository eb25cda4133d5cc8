//! HTML to plain text, exactly: what a reader of the page sees, and nothing that the page does not say.
//!
//! Blocks stand on lines of their own, white space is folded as browsers fold it, references are resolved. The address
//! of a link is kept where the text does not show it, the description of a picture stands for the picture, quoted
//! blocks bear `> `. Scripts, styles, comments and the head are not shown. Mails, chat messages and attachments share
//! this.
//!
//! ```
//! let html = "<p>Terms: <a href='https://a.test/t'>here</a></p><p>30&nbsp;days</p>";
//! assert_eq!(duces_html::text(html), "Terms: here (https://a.test/t)\n30\u{a0}days");
//! ```

mod entities;
mod tokens;

use std::borrow::Cow;

pub use entities::decoded;
pub use tokens::{Tag, Token, Tokens};

/// Returns the text of a document or of a part of one.
pub fn text(html: &str) -> String {
    let mut writer = Writer::default();
    for token in Tokens::of(html) {
        writer.token(&token);
    }
    writer.finish()
}

/// Elements that begin and end on a line of their own.
#[rustfmt::skip]
const BLOCKS: &[&str] = &[
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
    "codeblock",
];

/// Elements whose content is not shown.
const HIDDEN: &[&str] = &["head", "noscript", "script", "style", "template", "title"];

/// Lists and quoted blocks within one another are shown to this depth: those that are deeper are meant to harm.
const DEEPEST: usize = 16;

/// A list that is open, and the number of its last item where it is numbered.
struct List {
    number: Option<u32>,
}

#[derive(Default)]
struct Writer {
    out: String,
    /// The line at hand, without the marks before it.
    line: String,
    /// Whether white space was met since the last character.
    space: bool,
    /// How many quoted blocks are open.
    quotes: usize,
    /// How many blocks are open in which white space counts.
    preformatted: usize,
    /// How many hidden elements are open.
    hidden: usize,
    lists: Vec<List>,
    /// The address of the link that is open, and its text so far.
    link: Option<(Option<String>, String)>,
    /// Whether a cell of the row at hand has ended.
    after_cell: bool,
    /// Whether a cell of the row at hand took lines of its own, so that the next one begins on a new line.
    row_broken: bool,
    started: bool,
}

impl Writer {
    fn token(&mut self, token: &Token<'_>) {
        match token {
            Token::Open(tag) => self.open(tag),
            Token::Close(name) => self.close(name),
            Token::Text(text) if self.hidden == 0 => self.text(&decoded(text)),
            Token::Text(_) | Token::Comment(_) => {}
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        if HIDDEN.contains(&name) && !tag.is_void() {
            self.hidden += 1;
        }
        if self.hidden > 0 {
            return;
        }
        if BLOCKS.contains(&name) {
            self.end_line();
        }
        match name {
            "br" => self.break_line(),
            "hr" => self.text("---"),
            "img" | "emoji" => self.picture(tag),
            "a" => {
                // A link within a link ends the outer one, as in browsers.
                self.end_link();
                self.link = Some((tag.attribute("href").map(Cow::into_owned), String::new()));
            }
            "blockquote" => self.quotes += 1,
            "pre" | "codeblock" => self.preformatted += 1,
            "ul" | "menu" | "dir" => self.lists.push(List { number: None }),
            "ol" => self.lists.push(List { number: Some(0) }),
            "li" => self.item(),
            "tr" => (self.after_cell, self.row_broken) = (false, false),
            "td" | "th" => self.cell(),
            _ => {}
        }
        if name == "hr" {
            self.end_line();
        }
    }

    fn close(&mut self, name: &str) {
        if HIDDEN.contains(&name) {
            self.hidden = self.hidden.saturating_sub(1);
            return;
        }
        if self.hidden > 0 {
            return;
        }
        match name {
            "a" => self.end_link(),
            "ul" | "ol" | "menu" | "dir" => drop(self.lists.pop()),
            "td" | "th" => self.after_cell = true,
            // The browsers' reading of a stray end of a paragraph or a line break.
            "br" => self.break_line(),
            _ => {}
        }
        if BLOCKS.contains(&name) {
            self.end_line();
        }
        match name {
            "blockquote" => self.quotes = self.quotes.saturating_sub(1),
            "pre" | "codeblock" => self.preformatted = self.preformatted.saturating_sub(1),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if self.preformatted > 0 => self.break_line(),
                '\r' if self.preformatted > 0 => {}
                ' ' | '\t' | '\n' | '\r' | '\u{c}' if self.preformatted == 0 => self.space = true,
                c => self.character(c),
            }
        }
    }

    fn character(&mut self, c: char) {
        if std::mem::take(&mut self.space) && !self.line.is_empty() && !self.line.ends_with([' ', '\t']) {
            self.line.push(' ');
        }
        self.line.push(c);
        if let Some((_, text)) = &mut self.link {
            text.push(c);
        }
    }

    fn picture(&mut self, tag: &Tag<'_>) {
        let alt = tag.attribute("alt").filter(|alt| !alt.trim().is_empty());
        if tag.name == "emoji" || tag.attribute("itemtype").is_some_and(|kind| kind.ends_with("/Emoji")) {
            let shown = alt.or_else(|| tag.attribute("title")).unwrap_or_default();
            self.text(&shown);
            return;
        }
        let source = tag.attribute("src").filter(|source| !source.starts_with("data:"));
        let shown = match (alt, source) {
            (Some(alt), Some(source)) => format!("[picture: {alt} ({source})]"),
            (Some(one), None) | (None, Some(one)) => format!("[picture: {one}]"),
            (None, None) => "[picture]".to_owned(),
        };
        self.text(&shown);
    }

    fn end_link(&mut self) {
        let Some((Some(href), shown)) = self.link.take() else { return };
        let address = href.trim();
        let bare = |text: &str| {
            let text = text.strip_prefix("mailto:").unwrap_or(text);
            let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
            text.trim_end_matches('/').to_owned()
        };
        let in_page = address.is_empty() || address.starts_with('#');
        if !in_page && bare(address) != bare(shown.trim()) {
            self.space = !shown.is_empty();
            self.text(&format!("({address})"));
        }
    }

    fn item(&mut self) {
        let depth = self.lists.len().saturating_sub(1).min(DEEPEST);
        let mark = match self.lists.last_mut() {
            Some(List { number: Some(number) }) => {
                *number += 1;
                format!("{number}. ")
            }
            _ => "• ".to_owned(),
        };
        self.line.push_str(&"  ".repeat(depth));
        self.line.push_str(&mark);
        self.space = false;
    }

    fn cell(&mut self) {
        if std::mem::take(&mut self.after_cell) && !self.row_broken {
            self.line.push('\t');
            self.space = false;
        }
    }

    /// Ends the line at hand, where something stands on it.
    fn end_line(&mut self) {
        self.space = false;
        if !self.line.is_empty() {
            self.break_line();
        }
    }

    /// Ends the line at hand, empty or not.
    fn break_line(&mut self) {
        self.space = false;
        self.row_broken = true;
        if self.started {
            self.out.push('\n');
        }
        self.started = true;
        for _ in 0..self.quotes.min(DEEPEST) {
            self.out.push_str("> ");
        }
        self.out.push_str(self.line.trim_end_matches([' ', '\t']));
        self.line.clear();
    }

    fn finish(mut self) -> String {
        self.end_link();
        self.end_line();
        let length = self.out.trim_end_matches('\n').len();
        self.out.truncate(length);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn documents_read_as_they_are_shown() {
        let rows = [
            ("plain", "plain"),
            ("<p>a</p><p>b</p>", "a\nb"),
            ("<div><div>a</div>\n<div>b &amp; c</div></div>", "a\nb & c"),
            ("a<br>b<br/><br>c", "a\nb\n\nc"),
            ("  two   words \n here ", "two words here"),
            ("<b>bo</b>ld <i> x</i>", "bold x"),
            ("<a href=\"https://a.test/x\">https://a.test/x</a>", "https://a.test/x"),
            ("<a href=\"https://a.test/x?a=1&amp;b=2\">report</a>.", "report (https://a.test/x?a=1&b=2)."),
            ("<a href='https://a.test/'>a.test</a>", "a.test"),
            ("<a href=\"https://real.test\">https://shown.test</a>", "https://shown.test (https://real.test)"),
            ("<a href=\"mailto:a@b.test\">a@b.test</a>", "a@b.test"),
            ("<a href=\"#top\">up</a> <a>none</a>", "up none"),
            ("<img src=\"x.png\" alt=\"a chart\">", "[picture: a chart (x.png)]"),
            ("<img src=\"data:image/png;base64,AAAA\">", "[picture]"),
            ("<emoji id=\"smile\" alt=\"🙂\" title=\"Smile\"></emoji> ok", "🙂 ok"),
            ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "• a\n• b\n  • c"),
            ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td></td><td>d</td></tr></table>", "a\tb\n\td"),
            ("<table><tr><td><p>a</p><p>b</p></td><td><p>c</p></td></tr></table>", "a\nb\nc"),
            ("<blockquote>a<br>b</blockquote>c", "> a\n> b\nc"),
            ("<pre>a\n  b</pre>c  d", "a\n  b\nc d"),
            ("<style>p{}</style><script>x()</script><!-- n -->t", "t"),
            ("<html><head><title>T</title></head><body>b</body></html>", "b"),
            ("Hi <at id=\"0\">Ann Lee</at>, see", "Hi Ann Lee, see"),
            ("a&nbsp;", "a\u{a0}"),
            ("1 < 2 &lt;b&gt;", "1 < 2 <b>"),
            ("", ""),
        ];
        for (html, expected) in rows {
            assert_eq!(text(html), expected, "{html}");
        }
    }

    proptest! {
        #[test]
        fn any_text_survives_being_escaped(words in "[a-z<>&\"'中😀]{1,20}( [a-z<>&;#]{1,8}){0,3}") {
            let html = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            prop_assert_eq!(text(&html), words);
        }

        #[test]
        fn no_markup_makes_it_panic(html in "[<>/a-c \"'=&;#!-]{0,60}") {
            let _ = text(&html);
        }
    }
}
