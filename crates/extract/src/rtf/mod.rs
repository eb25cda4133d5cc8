//! Rich text (RTF): what its groups say, without what they are dressed in.

mod packed;
mod tokens;

use std::collections::BTreeMap;

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::charset::encoding_of;
use crate::limits::Job;
use crate::note::Note;
pub(crate) use packed::unpacked;
use tokens::{Token, Tokens};

/// Groups that hold no text of the document.
#[rustfmt::skip]
const SILENT: &[&str] = &[
    "colortbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl", "info", "pict", "objdata", "objclass",
    "themedata", "colorschememapping", "datastore", "latentstyles", "generator", "xmlnstbl", "fldinst", "nonshppict", "sn",
    "sv", "bkmkstart", "bkmkend", "filetbl", "revtbl", "mmathPr", "pntxta", "pntxtb", "falt", "panose", "atnid", "atnref",
    "atntime", "private", "template",
];

/// Groups that older readers may pass over, and which are text all the same.
const SPEAKING: &[&str] = &["annotation", "atnauthor", "shpinst", "shptxt", "footnote", "nesttableprops"];

/// Groups may lie so deep within one another; those that are deeper are meant to harm.
const DEEPEST: usize = 1_000;

/// What holds within a group.
#[derive(Clone, Copy)]
struct Group {
    silent: bool,
    in_fonts: bool,
    /// How many characters stand in for one that older readers do not know.
    fallback: usize,
    encoding: &'static Encoding,
    /// Whether what follows is the dress of a page that the text was made from.
    of_page: bool,
    hidden: bool,
    deleted: bool,
}

/// Returns the text of a document.
pub(crate) fn text(bytes: &[u8], job: &mut Job<'_>) -> Option<String> {
    let mut reader = Reader::new();
    for token in Tokens::of(bytes) {
        reader.token(token);
    }
    reader.flush();
    for (what, count) in [
        ("runs of text that are formatted as hidden", reader.hidden),
        ("tracked deletions, which stand among the text", reader.deleted),
        ("comments, which stand among the text", reader.comments),
    ] {
        if count > 0 {
            job.say(Note::Hidden { what, count });
        }
    }
    if reader.too_deep {
        job.say(Note::Unreadable("groups lie too deep within one another".to_owned()));
    }
    Some(reader.out.trim_end().to_owned())
}

struct Reader {
    out: String,
    /// Bytes that wait for their encoding.
    bytes: Vec<u8>,
    group: Group,
    outer: Vec<Group>,
    /// Groups beyond the deepest.
    ignored: usize,
    too_deep: bool,
    /// Whether the group may be passed over by older readers.
    starred: bool,
    /// Characters of a fallback still to be passed over.
    skip: usize,
    /// Whether a high half of a character has come; its low half is next.
    high: Option<u16>,
    fonts: BTreeMap<i64, &'static Encoding>,
    font: i64,
    default: &'static Encoding,
    hidden: usize,
    deleted: usize,
    comments: usize,
}

impl Reader {
    fn new() -> Self {
        let group = Group {
            silent: false,
            in_fonts: false,
            fallback: 1,
            encoding: WINDOWS_1252,
            of_page: false,
            hidden: false,
            deleted: false,
        };
        Self {
            out: String::new(),
            bytes: Vec::new(),
            group,
            outer: Vec::new(),
            ignored: 0,
            too_deep: false,
            starred: false,
            skip: 0,
            high: None,
            fonts: BTreeMap::new(),
            font: 0,
            default: WINDOWS_1252,
            hidden: 0,
            deleted: 0,
            comments: 0,
        }
    }

    fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Begin if self.outer.len() >= DEEPEST => {
                self.ignored += 1;
                self.too_deep = true;
            }
            Token::Begin => {
                self.flush();
                self.outer.push(self.group);
                (self.starred, self.skip) = (false, 0);
            }
            Token::End if self.ignored > 0 => self.ignored -= 1,
            Token::End => {
                self.flush();
                if let Some(outer) = self.outer.pop() {
                    self.group = outer;
                }
                (self.starred, self.skip) = (false, 0);
            }
            Token::Star => self.starred = true,
            Token::Word(word, number) => self.word(word, number),
            Token::Byte(byte) => self.byte(byte),
            Token::Char(c) => self.push(c),
        }
    }

    fn word(&mut self, word: &str, number: Option<i64>) {
        let starred = std::mem::take(&mut self.starred);
        if SILENT.contains(&word) || (starred && !SPEAKING.contains(&word)) {
            self.flush();
            self.group.silent = true;
            return;
        }
        let is_on = number != Some(0);
        match word {
            "fonttbl" => (self.group.in_fonts, self.group.silent) = (true, true),
            "f" => self.set_font(number.unwrap_or(0)),
            "fcharset" if self.group.in_fonts => {
                if let Some(encoding) = number.and_then(charset).and_then(encoding_of) {
                    self.fonts.insert(self.font, encoding);
                }
            }
            "ansicpg" => {
                if let Some(encoding) = number.and_then(|n| u32::try_from(n).ok()).and_then(encoding_of) {
                    (self.default, self.group.encoding) = (encoding, encoding);
                }
            }
            "plain" => {
                self.flush();
                (self.group.hidden, self.group.deleted, self.group.encoding) = (false, false, self.default);
            }
            "uc" => self.group.fallback = number.and_then(|n| usize::try_from(n).ok()).unwrap_or(1).min(64),
            "u" => self.unicode(number.unwrap_or(0)),
            "htmlrtf" => {
                self.flush();
                self.group.of_page = is_on;
            }
            "v" => {
                self.hidden += usize::from(is_on && !self.group.hidden && !self.group.silent);
                self.group.hidden = is_on;
            }
            "deleted" => {
                self.deleted += usize::from(is_on && !self.group.deleted && !self.group.silent);
                self.group.deleted = is_on;
            }
            "annotation" => {
                self.comments += 1;
                self.push('\n');
            }
            "par" | "line" | "sect" | "page" | "row" | "nestrow" | "softline" => self.push('\n'),
            "tab" | "cell" | "nestcell" => self.push('\t'),
            "emdash" => self.push('\u{2014}'),
            "endash" => self.push('\u{2013}'),
            "bullet" => self.push('\u{2022}'),
            "lquote" => self.push('\u{2018}'),
            "rquote" => self.push('\u{2019}'),
            "ldblquote" => self.push('\u{201c}'),
            "rdblquote" => self.push('\u{201d}'),
            "emspace" | "enspace" | "qmspace" => self.push(' '),
            _ => {}
        }
    }

    fn set_font(&mut self, font: i64) {
        self.flush();
        self.font = font;
        if !self.group.in_fonts {
            self.group.encoding = self.fonts.get(&font).copied().unwrap_or(self.default);
        }
    }

    fn is_silent(&self) -> bool {
        self.group.silent || self.group.of_page || self.ignored > 0
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if !self.is_silent() {
            self.bytes.push(byte);
        }
    }

    fn push(&mut self, c: char) {
        self.flush();
        if !self.is_silent() {
            self.out.push(c);
        }
    }

    /// A character by its number, or half of one; what stands in for it follows.
    fn unicode(&mut self, number: i64) {
        self.flush();
        self.skip = self.group.fallback;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers above 32767 are negative")]
        let unit = number as u16;
        let text = match (self.high.take(), unit) {
            (None, 0xd800..=0xdbff) => {
                self.high = Some(unit);
                return;
            }
            (Some(high), unit) => String::from_utf16_lossy(&[high, unit]),
            (None, unit) => String::from_utf16_lossy(&[unit]),
        };
        if !self.is_silent() {
            self.out.push_str(&text);
        }
    }

    fn flush(&mut self) {
        if !self.bytes.is_empty() {
            let text = self.group.encoding.decode_without_bom_handling(&self.bytes).0;
            self.out.push_str(&text);
            self.bytes.clear();
        }
    }
}

/// Returns the code page of a font's character set.
fn charset(number: i64) -> Option<u32> {
    Some(match number {
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}
