//! Mails of Outlook (MSG): who wrote what to whom, what the mail says, and what hangs on it as members.

use std::path::{Path, PathBuf};

use super::property::{Properties, id};
use super::{File, stream};
use crate::charset::encoding_of;
use crate::charset::with_plain_line_ends;
use crate::container::{member, nested};
use crate::limits::Job;
use crate::mail::says_more;
use crate::note::Note;
use crate::written::{Written, one_line};
use crate::{plain, rtf};

/// More people do not receive a mail.
const MOST_RECIPIENTS: usize = 20_000;

/// Returns the text of the mail that a storage holds.
pub(super) fn text(file: &mut File<'_>, storage: &Path, job: &mut Job<'_>) -> Option<String> {
    let mail = Properties::of(file, storage, job);
    let mut out = Written::new(job.limits.max_text_bytes);
    for (label, value) in headers(file, &mail, job) {
        out.line(&format!("{label}: {}", one_line(&value)));
    }
    out.line("");
    for said in body(file, &mail, job) {
        out.line(&said);
    }
    for attachment in storages(file, storage, "__attach_version1.0_") {
        attached(file, &attachment, mail.encoding, &mut out, job);
    }
    let (text, cut) = out.finish();
    job.notes.extend(cut);
    Some(text)
}

fn headers(file: &mut File<'_>, mail: &Properties, job: &Job<'_>) -> Vec<(&'static str, String)> {
    let mut headers = Vec::new();
    let name = mail.text(id::SENDER_NAME, file, job);
    let address = mail.text(id::SENDER_SMTP, file, job).or_else(|| mail.text(id::SENDER_ADDRESS, file, job));
    let sender = party(name.clone(), address);
    headers.extend(sender.map(|sender| ("From", sender)));
    let sent_for = mail.text(id::SENT_FOR_NAME, file, job).filter(|sent_for| Some(sent_for) != name.as_ref());
    headers.extend(sent_for.map(|sent_for| ("On behalf of", sent_for)));
    let (mut to, mut cc, mut bcc) = (Vec::new(), Vec::new(), Vec::new());
    for storage in storages(file, &mail.storage, "__recip_version1.0_").into_iter().take(MOST_RECIPIENTS) {
        let recipient = Properties::of(file, &storage, job).in_encoding(mail.encoding);
        let address = recipient.text(id::SMTP, file, job).or_else(|| recipient.text(id::ADDRESS, file, job));
        let Some(shown) = party(recipient.text(id::NAME, file, job), address) else { continue };
        match recipient.number(id::RECIPIENT_TYPE) {
            Some(2) => cc.push(shown),
            Some(3) => bcc.push(shown),
            _ => to.push(shown),
        }
    }
    let listed = [("To", to, id::DISPLAY_TO), ("Cc", cc, id::DISPLAY_CC), ("Bcc", bcc, id::DISPLAY_BCC)];
    for (label, people, display) in listed {
        let shown = if people.is_empty() { mail.text(display, file, job) } else { Some(people.join("; ")) };
        headers.extend(shown.map(|shown| (label, shown)));
    }
    let date = mail.time(id::SUBMITTED).or_else(|| mail.time(id::DELIVERED));
    headers.extend(date.map(|date| ("Date", format!("{date} UTC"))));
    headers.extend(mail.text(id::SUBJECT, file, job).map(|subject| ("Subject", subject)));
    headers
}

fn party(name: Option<String>, address: Option<String>) -> Option<String> {
    match (name, address) {
        (Some(name), Some(address)) if name != address => Some(format!("{name} <{address}>")),
        (name, address) => name.or(address),
    }
}

/// Returns the plain wording, and of the others each that says more.
fn body(file: &mut File<'_>, mail: &Properties, job: &mut Job<'_>) -> Vec<String> {
    let mut said: Vec<String> = mail.text(id::BODY, file, job).into_iter().collect();
    let label = mail.number(id::INTERNET_CODEPAGE).and_then(encoding_of).or(mail.encoding).map(|e| e.name());
    let html = match mail.bytes(id::HTML, file, job) {
        Some(bytes) => plain::html(&bytes, label, job),
        None => mail.text(id::HTML, file, job).and_then(|html| plain::html(html.as_bytes(), None, job)),
    };
    said.extend(html.filter(|html| says_more(html, &said)));
    // The formatted wording repeats the others, and is read only where there are none.
    if said.is_empty()
        && let Some(packed) = mail.bytes(id::RTF, file, job)
    {
        match rtf::unpacked(&packed, job) {
            Ok(bytes) => said.extend(rtf::text(&bytes, job)),
            Err(note) => job.say(note.of_part("the formatted text of the mail")),
        }
    }
    said.into_iter().map(|text| with_plain_line_ends(&text).trim_end().to_owned()).collect()
}

/// Returns the storages within another one whose names begin so, in order.
fn storages(file: &File<'_>, within: &Path, begin: &str) -> Vec<PathBuf> {
    let Ok(entries) = file.read_storage(within) else { return Vec::new() };
    let entries = entries.filter(|entry| entry.is_storage() && entry.name().starts_with(begin));
    let mut paths: Vec<PathBuf> = entries.map(|entry| within.join(entry.name())).collect();
    paths.sort();
    paths
}

fn attached(
    file: &mut File<'_>,
    storage: &Path,
    encoding: Option<&'static encoding_rs::Encoding>,
    out: &mut Written,
    job: &mut Job<'_>,
) {
    let attachment = Properties::of(file, storage, job).in_encoding(encoding);
    let names = [id::LONG_FILE_NAME, id::FILE_NAME, id::NAME];
    let name = names.into_iter().find_map(|id| attachment.text(id, file, job));
    let mail = attachment.path(id::DATA, 0x000d);
    let data = attachment.path(id::DATA, 0x0102);
    if file.is_storage(&mail) && file.exists(mail.join("__properties_version1.0")) {
        let name = name.unwrap_or_else(|| "message.msg".to_owned());
        nested(&name, "application/vnd.ms-outlook", out, job, |job| text(file, &mail, job));
    } else if file.is_stream(&data) {
        let name = name.unwrap_or_else(|| "(attachment without a name)".to_owned());
        match stream(file, &data, job) {
            Ok(bytes) => member(&name, &bytes, out, job),
            Err(note) => crate::container::unread(&name, note, out, job),
        }
    } else {
        // An object of another program, or a reference to a file elsewhere.
        let name = name.unwrap_or_else(|| "(attachment without a name)".to_owned());
        crate::container::unread(&name, Note::KindNotRead, out, job);
    }
}
