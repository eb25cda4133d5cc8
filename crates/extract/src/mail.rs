//! Mails (EML): who wrote what to whom, what the mail says, and what hangs on it as members.

use std::borrow::Cow;
use std::collections::BTreeSet;

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use crate::charset;
use crate::container::member;
use crate::limits::Job;
use crate::note::{Limit, Note};
use crate::plain;
use crate::written::{Written, one_line};

/// The headers that are written, in this order.
const HEADERS: &[&str] = &["From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject"];

/// Returns the text of a mail.
pub(crate) fn text(bytes: &[u8], job: &mut Job<'_>) -> Option<String> {
    let Some(message) = MessageParser::default().parse(bytes) else {
        return plain::text(bytes, "text/plain", job);
    };
    let mut out = Written::new(job.limits.max_text_bytes);
    for header in HEADERS {
        for (_, value) in message.headers_raw().filter(|(name, _)| name.trim().eq_ignore_ascii_case(header)) {
            let value = decoded_header(value.trim());
            if !value.is_empty() {
                out.line(&format!("{header}: {}", one_line(&value)));
            }
        }
    }
    out.line("");
    let mut files = Vec::new();
    for said in (Walk { message: &message, files: &mut files, depth: 0, job }).part(0) {
        out.line(&said);
    }
    for (name, bytes) in files {
        member(&name, &bytes, &mut out, job);
    }
    let (text, cut) = out.finish();
    job.notes.extend(cut);
    Some(text)
}

/// Returns a header with its encoded words read and its folded lines joined.
fn decoded_header(raw: &str) -> String {
    let joined = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    if !joined.contains("=?") {
        return joined;
    }
    let value = MessageStream::new(format!("{joined}\n").as_bytes()).parse_unstructured().into_owned();
    value.into_text().map_or(joined, Cow::into_owned)
}

/// Parts that lie deeper within one another are meant to harm.
const DEEPEST: usize = 64;

struct Walk<'a, 'm, 'l> {
    message: &'a Message<'m>,
    files: &'a mut Vec<(String, Vec<u8>)>,
    depth: usize,
    job: &'a mut Job<'l>,
}

impl Walk<'_, '_, '_> {
    /// Returns what a part says; what is no words hangs on the mail.
    fn part(&mut self, id: u32) -> Vec<String> {
        if self.depth == DEEPEST {
            self.job.say(Note::LimitReached(Limit::Depth));
            return Vec::new();
        }
        self.depth += 1;
        let said = self.part_within(id);
        self.depth -= 1;
        said
    }

    fn part_within(&mut self, id: u32) -> Vec<String> {
        let Some(part) = self.message.parts.get(id as usize) else { return Vec::new() };
        let kind = kind_of(part);
        if kind == "multipart/encrypted" || (kind.ends_with("pkcs7-mime") && !is_signed_only(part)) {
            self.job.say(Note::Encrypted);
        }
        match &part.body {
            PartType::Multipart(children) if kind == "multipart/alternative" => self.alternatives(children),
            PartType::Multipart(children) => children.iter().flat_map(|child| self.part(*child)).collect(),
            _ if is_words(part, &kind) => self.words(part, &kind).into_iter().collect(),
            _ => {
                let name = name_of(part).unwrap_or_else(|| unnamed(&kind));
                self.files.push((name, bytes_of(self.message, part)));
                Vec::new()
            }
        }
    }

    /// Takes the first of several wordings of the same, and of the others each that says more.
    fn alternatives(&mut self, children: &[u32]) -> Vec<String> {
        let mut said: Vec<String> = Vec::new();
        for child in children {
            let text = self.part(*child).join("\n");
            if says_more(&text, &said) {
                said.push(text);
            }
        }
        said
    }

    fn words(&mut self, part: &MessagePart<'_>, kind: &str) -> Option<String> {
        let bytes = bytes_of(self.message, part);
        let charset = part.content_type().and_then(|kind| kind.attribute("charset"));
        let text = if kind == "text/html" {
            plain::html(&bytes, charset, self.job)
        } else {
            decoded(&bytes, charset, self.job)
        };
        text.map(|text| text.trim_end_matches('\n').to_owned()).filter(|text| !text.trim().is_empty())
    }
}

fn decoded(bytes: &[u8], label: Option<&str>, job: &mut Job<'_>) -> Option<String> {
    let label = label.unwrap_or_default().trim();
    // Charsets that the web does not know and mails use, such as UTF-7.
    if encoding_rs::Encoding::for_label(label.as_bytes()).is_none()
        && let Some(decoder) = charset_decoder(label.as_bytes())
    {
        return Some(charset::with_plain_line_ends(&decoder(bytes)));
    }
    let Some(decoded) = charset::decode_as(bytes, Some(label)) else {
        job.say(Note::KindNotRead);
        return None;
    };
    if decoded.is_guess {
        job.say(Note::EncodingGuessed(decoded.charset));
    }
    if decoded.has_replacements {
        job.say(Note::BytesReplaced(decoded.charset));
    }
    Some(decoded.text)
}

/// Returns whether a text holds a word that none of the others does.
pub(crate) fn says_more(text: &str, than: &[String]) -> bool {
    let known: BTreeSet<&str> = than.iter().flat_map(|text| words(text)).collect();
    words(text).any(|word| !known.contains(word))
}

/// Words as they stand between white space, without quote marks and addresses of links.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_mark = |c: char| matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '*' | '•' | '.' | ',' | ':' | ';');
    text.split_whitespace()
        .map(move |word| word.trim_matches(is_mark))
        .filter(|word| !word.is_empty() && !word.contains("://"))
}

fn unnamed(kind: &str) -> String {
    if kind == "message/rfc822" { "message.eml".to_owned() } else { format!("({kind} without a name)") }
}

/// Returns the bytes of a part as they were before they were made fit for mail.
fn bytes_of(message: &Message<'_>, part: &MessagePart<'_>) -> Vec<u8> {
    let how = part.content_transfer_encoding().unwrap_or_default().trim().to_ascii_lowercase();
    if matches!(part.body, PartType::Binary(_) | PartType::InlineBinary(_))
        && matches!(how.as_str(), "base64" | "quoted-printable")
    {
        return part.contents().to_vec();
    }
    let raw = message.raw_message();
    let end = (part.offset_end as usize).min(raw.len());
    let raw = raw.get(part.offset_body as usize..end).unwrap_or_default();
    match how.as_str() {
        "base64" => mail_parser::decoders::base64::base64_decode(raw).unwrap_or_else(|| raw.to_vec()),
        "quoted-printable" => {
            mail_parser::decoders::quoted_printable::quoted_printable_decode(raw).unwrap_or_else(|| raw.to_vec())
        }
        _ => raw.to_vec(),
    }
}

/// Returns the media type of a part in lower case; a part that names none is plain text.
fn kind_of(part: &MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else {
        let nested = matches!(part.body, PartType::Message(_));
        return if nested { "message/rfc822".to_owned() } else { "text/plain".to_owned() };
    };
    format!("{}/{}", kind.ctype().trim(), kind.subtype().unwrap_or_default().trim()).to_ascii_lowercase()
}

fn is_signed_only(part: &MessagePart<'_>) -> bool {
    part.content_type().and_then(|kind| kind.attribute("smime-type")).is_some_and(|what| what.contains("signed"))
}

/// Tells whether a part is what the mail says, rather than something that hangs on it.
fn is_words(part: &MessagePart<'_>, kind: &str) -> bool {
    let attached = part.content_disposition().is_some_and(|how| how.is_attachment());
    let read = matches!(kind, "text/plain" | "text/html" | "text/") || kind.starts_with("multipart/");
    read && !attached && name_of(part).is_none()
}

/// Returns the name of a part without the folders before it.
fn name_of(part: &MessagePart<'_>) -> Option<String> {
    let name = decoded_header(part.attachment_name()?);
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    (!name.is_empty()).then(|| name.to_owned())
}
