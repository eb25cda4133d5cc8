//! Finds the messages of a page (HTML) one by one, each with its exact bytes.

use std::io;

use crate::encoding::Encoding;
use crate::html_text::{Token, Tokens};
use crate::page_part::Selector;
use crate::scan::Kept;
use crate::window::Window;
use crate::xml_scan::{self, Does, Element};

/// What stands next in a page.
#[derive(Debug)]
pub(crate) enum Next {
    /// A message, the line it begins at, and its bytes.
    Message(u64, Vec<u8>),
    /// A message that is larger than any.
    TooLarge(u64),
    /// The page is over within a message.
    Cut(u64, Vec<u8>),
    /// The title of the page.
    Title(String),
    End,
}

/// The messages of a page.
pub(crate) struct Messages {
    pub(crate) window: Window,
    encoding: Encoding,
    selector: Selector,
}

impl Messages {
    pub(crate) fn new(window: Window, encoding: Encoding, selector: Selector) -> Self {
        Self { window, encoding, selector }
    }

    pub(crate) fn next(&mut self) -> io::Result<Next> {
        while let Some(tag) = xml_scan::next(&mut self.window)? {
            if tag.does != Does::Open {
                continue;
            }
            let name = tag.name.to_lowercase();
            if matches!(name.as_str(), "script" | "style") {
                xml_scan::element(&mut self.window, &tag, false)?;
                continue;
            }
            let line = self.window.line();
            let text = self.encoding.text(xml_scan::bytes_of(&self.window, &tag));
            let wanted = matches!(Tokens::of(&text).next(), Some(Token::Open(tag)) if self.selector.is(&tag));
            if !wanted && name != "title" {
                continue;
            }
            let ended = xml_scan::element(&mut self.window, &tag, true)?;
            let bytes = self.window.record();
            return Ok(match ended {
                _ if !wanted => {
                    Next::Title(crate::html_text::text(&self.encoding.text(bytes).replacen("title", "p", 2)))
                }
                Element::Ended => Next::Cut(line, bytes.to_vec()),
                Element::Whole(Kept::Part) => Next::TooLarge(line),
                Element::Whole(Kept::Whole) => Next::Message(line, bytes.to_vec()),
            });
        }
        Ok(Next::End)
    }
}
