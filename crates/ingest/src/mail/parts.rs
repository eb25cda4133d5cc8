//! What a mail holds: its words, and everything that hangs on it with the bytes exactly as they were sent.
//!
//! The library tells the parts apart; their bytes are decoded here, from where they lie in the mail, so that a file
//! sent as text is not another file afterwards.

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use duces_model::{AttachmentRole, FindingCode, SourceBytes};

use super::header;
use crate::carried::{self, Carried};
use crate::media::Hint;
use crate::{codes, html_text};

/// What was read of a mail's content.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) text: String,
    pub(crate) files: Vec<File>,
    /// What must be said about the content.
    pub(crate) said: Vec<(&'static FindingCode, String)>,
}

/// The words of a mail and what hangs on it, in whatever way it came.
pub(crate) type Content = (String, Vec<(AttachmentRole, Hint)>);

/// Something that hangs on a mail.
pub(crate) struct File {
    pub(crate) role: AttachmentRole,
    pub(crate) name: Option<String>,
    pub(crate) bytes: SourceBytes,
}

/// Reads the content of a mail.
pub(crate) fn of(message: &Message<'_>) -> Parts {
    let mut parts = Parts::default();
    let piece = Walk { message, parts: &mut parts }.part(0);
    parts.text = piece.text;
    parts
}

/// The words of a part, and whether they were HTML.
#[derive(Default)]
struct Piece {
    text: String,
    from_html: bool,
}

struct Walk<'a> {
    message: &'a Message<'a>,
    parts: &'a mut Parts,
}

impl Walk<'_> {
    fn part(&mut self, id: u32) -> Piece {
        let Some(part) = self.message.parts.get(id as usize) else { return Piece::default() };
        let kind = kind_of(part);
        self.say_encrypted(part, &kind);
        match &part.body {
            PartType::Multipart(children) if kind == "multipart/alternative" => self.alternative(children),
            PartType::Multipart(children) => self.all(children),
            _ if is_words(part, &kind) => self.words(part, kind == "text/html"),
            _ => {
                self.file(part, &kind);
                Piece::default()
            }
        }
    }

    fn all(&mut self, children: &[u32]) -> Piece {
        let pieces: Vec<Piece> = children.iter().map(|child| self.part(*child)).collect();
        let from_html = pieces.iter().any(|piece| piece.from_html);
        let texts: Vec<String> = pieces.into_iter().map(|piece| piece.text).filter(|text| !text.is_empty()).collect();
        Piece { text: texts.join("\n"), from_html }
    }

    /// Takes one of several wordings of the same: the plain one, unless it says much less than the HTML.
    fn alternative(&mut self, children: &[u32]) -> Piece {
        let mut plain = Piece::default();
        let mut html = Piece::default();
        for child in children {
            let piece = self.part(*child);
            let best = if piece.from_html { &mut html } else { &mut plain };
            if best.text.trim().is_empty() {
                *best = piece;
            }
        }
        if weight(&html.text) <= 2 * weight(&plain.text) {
            return plain;
        }
        if !plain.text.trim().is_empty() {
            self.parts.said.push((&codes::MAIL_PLAIN_SAYS_LESS, codes::MAIL_PLAIN_SAYS_LESS.summary.to_owned()));
        }
        html
    }

    fn words(&mut self, part: &MessagePart<'_>, from_html: bool) -> Piece {
        let bytes = self.bytes(part);
        let charset = part.content_type().and_then(|kind| kind.attribute("charset"));
        let (text, wrong) = decoded(&bytes, charset);
        self.parts.said.extend(wrong);
        if kind_of(part).starts_with("multipart/") {
            self.parts.said.push((&codes::MAIL_STRUCTURE, codes::MAIL_STRUCTURE.summary.to_owned()));
        }
        let text = text.replace("\r\n", "\n");
        let text = if from_html { html_text::text(&text) } else { text.trim_end_matches('\n').to_owned() };
        Piece { text, from_html }
    }

    fn file(&mut self, part: &MessagePart<'_>, kind: &str) {
        let role = match kind.split('/').next() {
            Some("image") => AttachmentRole::Picture,
            Some("audio") => AttachmentRole::Voice,
            Some("video") => AttachmentRole::Video,
            _ => AttachmentRole::File,
        };
        let bytes = self.bytes(part);
        let name = name_of(part);
        if bytes.is_empty() {
            let shown = name.as_deref().unwrap_or("without a name");
            self.parts.said.push((&codes::EMPTY_FILE, format!("the attachment `{shown}` has no bytes")));
        }
        self.parts.files.push(File { role, name, bytes: SourceBytes::new(bytes) });
    }

    /// Returns the bytes of a part as they were before they were made fit for mail.
    fn bytes(&mut self, part: &MessagePart<'_>) -> Vec<u8> {
        let raw = self.message.raw_message();
        let end = (part.offset_end as usize).min(raw.len());
        let raw = raw.get(part.offset_body as usize..end).unwrap_or_default();
        let how = part.content_transfer_encoding().unwrap_or_default().trim().to_ascii_lowercase();
        let carried = match how.as_str() {
            "base64" => carried::base64(raw),
            "quoted-printable" => carried::quoted_printable(raw),
            _ => Carried { bytes: raw.to_vec(), damaged: false },
        };
        if carried.damaged {
            let shown = name_of(part).unwrap_or_else(|| kind_of(part));
            let text =
                format!("the {how} of `{shown}` has characters that do not belong there; read as far as it goes");
            self.parts.said.push((&codes::MAIL_PART_DAMAGED, text));
        }
        carried.bytes
    }

    fn say_encrypted(&mut self, part: &MessagePart<'_>, kind: &str) {
        let signed_only = || {
            part.content_type()
                .and_then(|kind| kind.attribute("smime-type"))
                .is_some_and(|what| what.contains("signed"))
        };
        let encrypted = match kind {
            "multipart/encrypted" => true,
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => !signed_only(),
            _ => false,
        };
        if encrypted {
            self.parts.said.push((&codes::MAIL_ENCRYPTED, codes::MAIL_ENCRYPTED.summary.to_owned()));
        }
    }
}

/// Returns the media type of a part in lower case; a part that names none is plain text.
fn kind_of(part: &MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else {
        // Within a digest, a part that names no type is a mail.
        let nested = matches!(part.body, PartType::Message(_));
        return if nested { "message/rfc822".to_owned() } else { "text/plain".to_owned() };
    };
    let (main, sub) = (kind.ctype().trim(), kind.subtype().unwrap_or_default().trim());
    format!("{main}/{sub}").to_ascii_lowercase()
}

/// Tells whether a part is what the mail says, rather than something that hangs on it.
fn is_words(part: &MessagePart<'_>, kind: &str) -> bool {
    let attached = part.content_disposition().is_some_and(|how| how.is_attachment());
    let read = matches!(kind, "text/plain" | "text/html" | "text/") || kind.starts_with("multipart/");
    read && !attached && name_of(part).is_none()
}

/// Returns the name of a part without the folders before it.
fn name_of(part: &MessagePart<'_>) -> Option<String> {
    let name = part.attachment_name()?;
    let name = header::decoded(name);
    crate::field::filled(name.rsplit(['/', '\\']).next().unwrap_or_default().trim())
}

/// Returns how much a text says: its characters without white space and without the addresses of links.
fn weight(text: &str) -> usize {
    let is_link = |word: &&str| !word.contains("://");
    text.split_whitespace().filter(is_link).map(|word| word.chars().count()).sum()
}

/// Returns bytes as text, and what is wrong with them.
fn decoded(bytes: &[u8], charset: Option<&str>) -> (String, Option<(&'static FindingCode, String)>) {
    let label = charset.unwrap_or_default().trim();
    if let Some(known) = encoding_rs::Encoding::for_label(label.as_bytes()) {
        // Mailers call plain UTF-8 `us-ascii` or `iso-8859-1` where nobody told them better: only the first is sure.
        let ascii = label.eq_ignore_ascii_case("us-ascii") || label.eq_ignore_ascii_case("ascii");
        let known = if ascii && std::str::from_utf8(bytes).is_ok() { encoding_rs::UTF_8 } else { known };
        let (text, wrong) = known.decode_without_bom_handling(bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
        let said =
            format!("bytes of the text are no {}; U+FFFD stands for them, the raw record keeps them", known.name());
        return (text, wrong.then_some((&codes::INVALID_UTF8, said)));
    }
    if let Some(decoder) = charset_decoder(label.as_bytes()) {
        return (decoder(bytes), None);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), None);
    }
    if let Some(text) = header::from_gb18030(bytes) {
        let said = "the text names no charset that is known and is no UTF-8; it was read as GB18030".to_owned();
        return (text, Some((&codes::GB18030, said)));
    }
    (String::from_utf8_lossy(bytes).into_owned(), Some((&codes::INVALID_UTF8, codes::INVALID_UTF8.summary.to_owned())))
}
