//! What an HTML text says, as plain text: what a browser would show, with the addresses of links beside their words.
//!
//! Not a browser: style sheets count for nothing, so that words which a page hides are read too.

use mail_parser::decoders::html::add_html_token;

/// Elements that begin on a line of their own, and what follows them does too.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];

/// Blocks that stand apart by a blank line.
const APART: &[&str] = &["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "dl", "table"];

/// Elements whose content is no text of the page.
const SILENT: &[&str] = &["script", "style", "template", "title", "noscript", "object", "iframe"];

/// Returns the text of an HTML document or a piece of one.
pub(crate) fn text_of(html: &str) -> String {
    let mut page = Page::default();
    let mut rest = html;
    while !rest.is_empty() {
        let Some(at) = rest.find('<') else {
            page.words(rest);
            break;
        };
        page.words(&rest[..at]);
        rest = page.markup(&rest[at..]);
    }
    page.link_ended();
    page.out.trim().to_owned()
}

#[derive(Default)]
struct Page {
    out: String,
    /// How many line breaks must stand before the next word.
    breaks: usize,
    /// Whether white space was seen since the last word.
    space: bool,
    /// Within how many `pre` elements.
    verbatim: usize,
    /// Whether a cell of the row at hand was begun.
    in_row: bool,
    /// The address of the link at hand and where its words begin.
    link: Option<(String, usize)>,
}

impl Page {
    /// Takes a comment or a tag, or the `<` alone where it begins neither; returns what follows it.
    fn markup<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(comment) = rest.strip_prefix("<!--") {
            // `<!-->` and `<!--->` are comments that are over already.
            let over = comment.strip_prefix('>').or_else(|| comment.strip_prefix("->"));
            return over.unwrap_or_else(|| comment.find("-->").map_or("", |at| &comment[at + 3..]));
        }
        let begins = rest[1..].chars().next();
        if !begins.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            self.words("<");
            return &rest[1..];
        }
        let end = tag_end(rest);
        let tag = rest[1..end].trim_end_matches('>');
        let after = &rest[end..];
        match tag.strip_prefix('/') {
            Some(name) => self.closed(&name_of(name)),
            None => {
                let name = name_of(tag);
                if SILENT.contains(&name.as_str()) && !tag.ends_with('/') {
                    return after_element(after, &name);
                }
                self.opened(&name, tag);
            }
        }
        after
    }

    fn opened(&mut self, name: &str, tag: &str) {
        match name {
            "br" => self.line_break(),
            "a" => {
                self.link_ended();
                self.link = attribute(tag, "href").map(|href| (href, self.out.len()));
            }
            "img" => {
                if let Some(alt) = attribute(tag, "alt") {
                    self.words(&alt);
                }
            }
            "td" | "th" => {
                if self.in_row && self.breaks == 0 {
                    self.out.push('\t');
                    self.space = false;
                }
                self.in_row = true;
            }
            _ => {
                self.in_row &= name != "tr";
                self.block(name);
                self.verbatim += usize::from(name == "pre");
            }
        }
    }

    fn closed(&mut self, name: &str) {
        match name {
            "a" => self.link_ended(),
            "br" => self.line_break(),
            _ => {
                self.in_row &= name != "tr";
                self.block(name);
                if name == "pre" {
                    self.verbatim = self.verbatim.saturating_sub(1);
                }
            }
        }
    }

    fn block(&mut self, name: &str) {
        if BLOCKS.contains(&name) && !self.out.is_empty() {
            self.breaks = self.breaks.max(if APART.contains(&name) { 2 } else { 1 });
        }
    }

    fn line_break(&mut self) {
        self.settle();
        self.out.push('\n');
        self.space = false;
    }

    /// Writes the breaks that are due.
    fn settle(&mut self) {
        if self.breaks > 0 {
            let kept = self.out.trim_end_matches(' ').len();
            self.out.truncate(kept);
            let there = self.out.len() - self.out.trim_end_matches('\n').len();
            self.out.extend(std::iter::repeat_n('\n', self.breaks.saturating_sub(there)));
            (self.breaks, self.space) = (0, false);
        }
    }

    /// Writes words, white space between them as one space, entities as what they stand for.
    fn words(&mut self, text: &str) {
        if self.verbatim > 0 {
            if !text.is_empty() {
                self.settle();
                push_decoded(&mut self.out, &text.replace("\r\n", "\n"));
            }
            return;
        }
        for piece in text.split_inclusive(is_space) {
            let word = piece.trim_end_matches(is_space);
            if !word.is_empty() {
                self.settle();
                if self.space && !self.out.is_empty() && !self.out.ends_with(['\n', '\t']) {
                    self.out.push(' ');
                }
                push_decoded(&mut self.out, word);
                self.space = false;
            }
            self.space |= word.len() < piece.len();
        }
    }

    /// Puts the address of a link beside its words, unless they are the address.
    fn link_ended(&mut self) {
        let Some((href, start)) = self.link.take() else { return };
        let leads_out = ["http://", "https://", "mailto:", "ftp://", "tel:"];
        let shown = self.out.get(start..).unwrap_or_default();
        let bare = href.trim_start_matches("mailto:").trim_start_matches("tel:").trim_end_matches('/');
        if leads_out.iter().any(|scheme| href.to_ascii_lowercase().starts_with(scheme)) && !shown.contains(bare) {
            self.settle();
            if !self.out.is_empty() && !self.out.ends_with(['\n', '\t', ' ']) {
                self.out.push(' ');
            }
            self.out.push_str(&format!("<{href}>"));
        }
    }
}

/// White space as HTML knows it; a no-break space is none.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// Returns where a tag ends, after its `>`; quotes in it may hold one.
fn tag_end(rest: &str) -> usize {
    let mut quote = None;
    let mut previous = '<';
    for (at, c) in rest.char_indices().skip(1) {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') if previous == '=' => quote = Some(c),
            (None, '>') => return at + 1,
            _ => {}
        }
        if !is_space(c) {
            previous = c;
        }
    }
    // A quote that never ends takes the tag to its first `>`.
    rest.find('>').map_or(rest.len(), |at| at + 1)
}

fn name_of(tag: &str) -> String {
    tag.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':')).collect::<String>().to_lowercase()
}

/// Returns what follows the end tag of an element, or nothing where it has none.
fn after_element<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = rest[from..].find("</") {
        let tag = &rest[from + at..];
        if name_of(&tag[2..]) == name {
            return &tag[tag_end(tag)..];
        }
        from += at + 2;
    }
    ""
}

/// Returns the value of an attribute of a tag, entities decoded, unless it is empty.
fn attribute(tag: &str, wanted: &str) -> Option<String> {
    let mut rest = &tag[name_of(tag).len()..];
    loop {
        rest = rest.trim_start_matches(|c| is_space(c) || c == '/');
        let length = rest.find(|c| is_space(c) || matches!(c, '=' | '/' | '>')).unwrap_or(rest.len());
        if length == 0 {
            let mut chars = rest.chars();
            chars.next()?;
            rest = chars.as_str();
            continue;
        }
        let (name, after) = rest.split_at(length);
        let after = after.trim_start_matches(is_space);
        let Some(value) = after.strip_prefix('=') else {
            rest = after;
            continue;
        };
        let value = value.trim_start_matches(is_space);
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(value.find(|c| is_space(c) || c == '>').unwrap_or(value.len())),
        };
        if name.eq_ignore_ascii_case(wanted) {
            let mut decoded = String::new();
            push_decoded(&mut decoded, value.trim());
            return crate::field::filled(decoded);
        }
        rest = after;
    }
}

/// Writes a text with its entities as what they stand for; what is no entity stays as it is.
fn push_decoded(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '#').map_or(rest.len(), |n| n + 1);
        let ends = rest[length..].starts_with(';');
        let entity = &rest[1..length];
        match (ends, entity.strip_prefix('#')) {
            (true, Some(number)) => match numbered(number) {
                Some(c) => out.push(c),
                None => out.push_str(&rest[..=length]),
            },
            (true, None) => add_html_token(out, rest[..=length].as_bytes(), false),
            (false, _) => out.push_str(&rest[..length]),
        }
        rest = &rest[length + usize::from(ends)..];
    }
    out.push_str(rest);
}

/// Returns the character of a number; 128 to 159 are read as Windows-1252, as browsers do.
fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    match u8::try_from(code) {
        Ok(byte @ 0x80..=0x9f) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next(),
        Ok(0) => None,
        _ => char::from_u32(code),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_is_read_as_it_is_shown() {
        let rows = [
            ("plain", "plain"),
            ("  a \n\t b  ", "a b"),
            ("<p>one</p><p>two</p>", "one\n\ntwo"),
            ("one<br>two<br/><br />three", "one\ntwo\n\nthree"),
            ("<div>one</div><div>two</div>", "one\ntwo"),
            ("<b>bo</b>ld <i>it</i>", "bold it"),
            ("a&nbsp;&amp;&lt;&gt;&quot;&#39;&#x4F60;&#20320;&hellip;", "a\u{a0}&<>\"'你你…"),
            ("&bogus; &amp &#xZZ; R&D", "&bogus; &amp &#xZZ; R&D"),
            ("&#128;&#150;", "€–"),
            ("<style>p{}</style><script>if (a<b) x()</script>t<title>no</title>", "t"),
            ("<!-- <p>no</p> -->yes<!-->also", "yesalso"),
            ("<pre>a  b\r\n  c</pre>d", "a  b\n  c\n\nd"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc"),
            ("<a href=\"https://a.test/x?a=1&amp;b=2\">here</a>.", "here <https://a.test/x?a=1&b=2>."),
            ("<a href='https://a.test/'>https://a.test</a>", "https://a.test"),
            ("<a href=mailto:a@b.test>a@b.test</a>", "a@b.test"),
            ("<a href=\"#top\">top</a>", "top"),
            ("<img src=x alt=\"a > b\">t", "a > bt"),
            ("1 < 2 and 3<4", "1 < 2 and 3<4"),
            ("<p title=\"a>b\">x</p>", "x"),
            ("<p title=\"open>x</p>", "x"),
            ("你好<br>世界", "你好\n世界"),
            ("<script>never ends", ""),
            ("tail <b", "tail"),
        ];
        for (html, text) in rows {
            assert_eq!(text_of(html), text, "{html}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail(html in "[<>/!a-z&;#'\"= \\n你-]{0,40}") {
            text_of(&html);
        }

        #[test]
        fn text_without_markup_keeps_its_words(text in "[a-z你。]{1,8}( [a-z你。]{1,8}){0,4}") {
            prop_assert_eq!(text_of(&text), text);
        }
    }
}
