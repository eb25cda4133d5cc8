//! The mail around the ZIP: headers, the text for full-text search, and the ZIP in base64. All of it is 7-bit.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use duces_model::{Transcript, UtcMillis, Zone};

use super::RsmfOptions;
use super::events::SliceContent;
use crate::manifest::{Participant, VERSION};
use crate::words;

/// Both parts are base64, in which no line begins like this.
const BOUNDARY: &str = "=_duces_rsmf_part";

/// How many bytes a line of base64 holds: 76 characters.
const LINE: usize = 57;

/// Relativity takes names of headers up to this length.
const LONGEST_NAME: usize = 255;

/// Returns the headers and the blank line after them.
pub(super) fn headers(transcript: &Transcript, content: &SliceContent<'_>, options: &RsmfOptions) -> String {
    let manifest = &content.manifest;
    let platform = manifest.conversations.first().map(|c| c.platform.as_str()).unwrap_or_default();
    let named = &manifest.participants[..manifest.participants.len().min(options.limits.named_participants)];
    let mut out = String::new();
    if let Some(author) = content.author() {
        out.push_str(&words::mailboxes("From", &[mailbox(author, platform)]));
    }
    let all: Vec<(String, String)> = named.iter().map(|participant| mailbox(participant, platform)).collect();
    if !all.is_empty() {
        out.push_str(&words::mailboxes("To", &all));
    }
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(&words::header(name, value));
        }
    };
    add("Subject", &subject(transcript, content));
    let times = || content.entries.iter().map(|entry| entry.sent);
    let (first, last) = (times().min(), times().max());
    if let Some(first) = first {
        add("Date", &Zone::utc().format(first, "%a, %d %b %Y %H:%M:%S +0000"));
    }
    let shown = |at: Option<UtcMillis>| at.map(|at| at.to_string()).unwrap_or_default();
    let names: Vec<&str> = named.iter().filter_map(|participant| participant.display.as_deref()).collect();
    add("X-RSMF-Version", VERSION);
    add("X-RSMF-Generator", &options.generator);
    add("X-RSMF-BeginDate", &shown(first));
    add("X-RSMF-EndDate", &shown(last));
    add("X-RSMF-EventCount", &manifest.events.len().to_string());
    add("X-RSMF-Application", platform);
    add("X-RSMF-Custodian", &transcript.custodians.join("; "));
    add("X-RSMF-Participants", &names.join(", "));
    if named.len() < manifest.participants.len() {
        add("X-RSMF-ParticipantCount", &manifest.participants.len().to_string());
    }
    let attachments: usize = manifest.events.iter().map(|event| event.attachments.len()).sum();
    add("X-RSMF-AttachmentCount", &attachments.to_string());
    add("X-RSMF-EventCollectionID", manifest.event_collection_id.as_deref().unwrap_or_default());
    for (name, value) in &options.headers {
        let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let name: String = format!("X-RSMF-{name}").chars().take(LONGEST_NAME - 1).collect();
        add(&name, value);
    }
    add("MIME-Version", "1.0");
    add("Content-Type", &format!("multipart/mixed; boundary=\"{BOUNDARY}\""));
    out.push_str("\r\n");
    out
}

fn subject(transcript: &Transcript, content: &SliceContent<'_>) -> String {
    let days: Vec<String> = content.entries.iter().map(|entry| transcript.zone.day(entry.sent).to_string()).collect();
    match (days.iter().min(), days.iter().max()) {
        (Some(first), Some(last)) if first != last => format!("{} {first} to {last}", transcript.title),
        (Some(first), _) => format!("{} {first}", transcript.title),
        _ => transcript.title.clone(),
    }
}

/// Returns a participant's name and address. Accounts have no address, so it is one that can never be: by the
/// top-level domain that RFC 2606 keeps for this.
fn mailbox(participant: &Participant, platform: &str) -> (String, String) {
    let display = participant.display.as_deref().unwrap_or(&participant.id);
    let local: String = participant.id.chars().map(|c| if is_atom(c) { c } else { '_' }).collect();
    let domain: String = platform.chars().filter(char::is_ascii_alphanumeric).collect();
    let domain = if domain.is_empty() { "chat" } else { &domain };
    (display.to_owned(), format!("{local}@{domain}.invalid"))
}

fn is_atom(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

/// Writes the part that becomes the extracted text.
pub(super) fn text_part(out: &mut dyn Write, text: &str) -> io::Result<()> {
    write!(
        out,
        "--{BOUNDARY}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )?;
    let mut encoder = Base64Lines::new(out);
    encoder.write(text.as_bytes())?;
    encoder.finish()
}

/// Writes what stands before the ZIP.
pub(super) fn zip_head(out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "\r\n--{BOUNDARY}\r\nContent-Type: application/octet-stream; name=\"rsmf.zip\"\r\n\
         Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"rsmf.zip\"\r\n\r\n"
    )
}

/// Writes what stands after the ZIP.
pub(super) fn end(out: &mut dyn Write) -> io::Result<()> {
    write!(out, "\r\n--{BOUNDARY}--\r\n")
}

/// Writes base64 in lines of 76 characters.
pub(super) struct Base64Lines<'a> {
    out: &'a mut dyn Write,
    rest: Vec<u8>,
}

impl<'a> Base64Lines<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, rest: Vec::new() }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.rest.extend_from_slice(bytes);
        let whole = self.rest.len() / LINE * LINE;
        let mut lines = String::with_capacity(whole / LINE * 78);
        for line in self.rest[..whole].chunks(LINE) {
            STANDARD.encode_string(line, &mut lines);
            lines.push_str("\r\n");
        }
        self.rest.drain(..whole);
        self.out.write_all(lines.as_bytes())
    }

    pub(super) fn finish(self) -> io::Result<()> {
        if self.rest.is_empty() {
            return Ok(());
        }
        write!(self.out, "{}\r\n", STANDARD.encode(&self.rest))
    }
}
