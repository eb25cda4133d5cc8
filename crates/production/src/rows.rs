//! What a load file says of each document: the fields of the registry, filled from cleared values alone.

use duces_loadfile::{Field, Row, Value};
use duces_model::{BatesRange, Cleared, Transcript, UtcMillis};
use duces_search::ChildFacts;

/// What a row says besides the transcript: numbers, paths and designation.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    /// The document's own numbers.
    pub own: &'a BatesRange,
    /// The family's numbers.
    pub family: &'a BatesRange,
    /// The children's numbers, by ordinal.
    pub children: &'a [BatesRange],
    /// The volume's name.
    pub volume: &'a str,
    /// The designation.
    pub designation: Option<&'a str>,
    /// The document as PDF, relative to the volume.
    pub pdf: String,
    /// Its text, where there is any.
    pub text: Option<String>,
    /// Where that text comes from.
    pub text_source: &'static str,
    /// The original, where it is produced.
    pub native: Option<String>,
}

/// The digests of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashes {
    /// The MD5, in lower-case hexadecimal.
    pub md5: String,
    /// The SHA-256, in lower-case hexadecimal.
    pub sha256: String,
}

/// What is said of a file as it is produced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// The digests of the native where one is produced, else of the original.
    pub hashes: Hashes,
    /// Where the native is a WAV that was decoded from the original: what is to be known of both.
    pub converted: Option<WavFacts>,
}

/// A native that is a WAV decoded from an original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WavFacts {
    /// The WAV's size.
    pub size: u64,
    /// The original's digests.
    pub original: Hashes,
}

/// Returns the row of a transcript.
pub fn of_transcript(transcript: &Cleared<Transcript>, place: &Place<'_>) -> Cleared<Row> {
    transcript.part(|t| {
        let mut row = of_both(t, place);
        row.set(Field::RecordType, text("Chat transcript"));
        row.set(Field::AttachBates, list(place.children.iter().map(|c| c.first().to_string())));
        row.set(Field::AttachmentCount, Value::Number(place.children.len() as u64));
        row.set(Field::MessageCount, Value::Number(t.entries.len() as u64));
        let senders = t.participants.iter().filter(|p| p.messages > 0);
        row.set(Field::Senders, list(senders.map(|p| p.sender.display().to_owned())));
        let times = t.entries.iter().map(|entry| entry.sent);
        dates(times.clone().min(), times.max(), &mut row);
        row
    })
}

/// Returns the row of a child; `decoded` says that pages or native show what was decoded from the original.
pub fn of_child(
    transcript: &Cleared<Transcript>,
    child: &Cleared<ChildFacts>,
    facts: &FileFacts,
    decoded: bool,
    place: &Place<'_>,
) -> Cleared<Row> {
    transcript.part(|t| {
        let mut row = of_both(t, place);
        let attachment = &child.attachment;
        row.set(Field::RecordType, text(attachment.role.label()));
        row.set(Field::ParentBates, text(place.family.first().to_string()));
        row.set(Field::AttachmentCount, Value::Number(0));
        row.set(Field::FileName, attachment.name.as_deref().map_or(Value::Empty, text));
        row.set(Field::FileExt, text(extension(attachment.name.as_deref(), &attachment.mime)));
        row.set(Field::FileSize, attachment.size().map_or(Value::Empty, Value::Number));
        row.set(Field::MimeType, text(&attachment.mime));
        let sender = t.entries.iter().find(|entry| entry.number == child.entry).and_then(|entry| entry.sender.as_ref());
        row.set(Field::Senders, list(sender.map(|s| s.display().to_owned()).into_iter()));
        dates(Some(child.sent), Some(child.sent), &mut row);
        row.set(Field::Md5Hash, text(&facts.hashes.md5));
        row.set(Field::Sha256Hash, text(&facts.hashes.sha256));
        if decoded {
            row.set(Field::ConvertedFrom, text(&attachment.mime));
        }
        if let Some(wav) = &facts.converted {
            row.set(Field::FileExt, text("wav"));
            row.set(Field::FileSize, Value::Number(wav.size));
            row.set(Field::MimeType, text("audio/wav"));
            row.set(Field::OriginalMd5Hash, text(&wav.original.md5));
            row.set(Field::OriginalSha256Hash, text(&wav.original.sha256));
        }
        row
    })
}

fn of_both(t: &Transcript, place: &Place<'_>) -> Row {
    let mut row = Row::default();
    row.set(Field::BegBates, text(place.own.first().to_string()));
    row.set(Field::EndBates, text(place.own.last().to_string()));
    row.set(Field::BegAttach, text(place.family.first().to_string()));
    row.set(Field::EndAttach, text(place.family.last().to_string()));
    row.set(Field::PageCount, Value::Number(place.own.count()));
    row.set(Field::AttachRange, text(place.family.to_string()));
    conversation(t, &mut row);
    row.set(Field::SortDate, t.entries.iter().map(|entry| entry.sent).min().map_or(Value::Empty, Value::Instant));
    row.set(Field::TimeZone, text(t.zone.name()));
    row.set(Field::Confidentiality, place.designation.map_or(Value::Empty, text));
    row.set(Field::Redacted, Value::Bool(false));
    row.set(Field::ProdVol, text(place.volume));
    row.set(Field::PdfPath, text(&place.pdf));
    row.set(Field::TextPath, place.text.as_deref().map_or(Value::Empty, text));
    row.set(Field::TextSource, text(place.text_source));
    row.set(Field::NativePath, place.native.as_deref().map_or(Value::Empty, text));
    row
}

fn conversation(t: &Transcript, row: &mut Row) {
    row.set(Field::Custodian, t.custodians.first().map_or(Value::Empty, text));
    row.set(Field::AllCustodians, list(t.custodians.iter().cloned()));
    row.set(Field::Application, text(&t.app));
    row.set(Field::ConversationId, text(&t.conversation_id));
    row.set(Field::ConversationName, text(&t.title));
    row.set(Field::ConversationType, text(t.kind.label()));
    row.set(Field::Participants, list(t.participants.iter().map(|p| p.sender.display().to_owned())));
    row.set(Field::UnitRule, text(t.rule.label()));
}

fn dates(first: Option<UtcMillis>, last: Option<UtcMillis>, row: &mut Row) {
    let instant = |at: Option<UtcMillis>| at.map_or(Value::Empty, Value::Instant);
    for field in [Field::DateFirst, Field::TimeFirst, Field::DateTimeFirst] {
        row.set(field, instant(first));
    }
    for field in [Field::DateLast, Field::TimeLast, Field::DateTimeLast] {
        row.set(field, instant(last));
    }
}

fn text(value: impl AsRef<str>) -> Value {
    Value::Text(value.as_ref().to_owned())
}

fn list(values: impl Iterator<Item = String>) -> Value {
    Value::List(values.collect())
}

/// Returns the ending that an original is given in the volume: that of its name, else the usual one of its type.
///
/// Endings are lower-case letters and digits, safe in a file name everywhere.
pub fn extension(name: Option<&str>, mime: &str) -> String {
    let own = name.and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    let safe = |ending: &&str| (1..=8).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    own.filter(safe).map_or_else(|| usual_extension(mime).to_owned(), str::to_ascii_lowercase)
}

fn usual_extension(mime: &str) -> &'static str {
    match mime.split(';').next().unwrap_or_default().trim() {
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "audio/amr" => "amr",
        "audio/mp4" | "audio/x-m4a" => "m4a",
        "audio/mpeg" => "mp3",
        "audio/silk" | "audio/x-silk" => "silk",
        "audio/wav" | "audio/x-wav" | "audio/vnd.wave" => "wav",
        "image/bmp" => "bmp",
        "image/gif" => "gif",
        "image/heic" => "heic",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/x-wxgf" => "wxgf",
        "text/plain" => "txt",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        _ => "bin",
    }
}
