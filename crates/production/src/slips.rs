//! What a slip sheet says of an attachment that is produced in native format.

use duces_media::Wav;
use duces_model::{Attachment, AttachmentRole, Cleared, Digest, human_duration, human_size};
use duces_render::{PictureDocument, SlipSheet};
use duces_search::ChildFacts;

/// What is known of an attachment behind a slip sheet beside itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct SlipFacts {
    /// Why it has no pages, where it is an exception.
    pub(crate) exception: Option<String>,
    /// The size of the WAV that it was converted to.
    pub(crate) wav: Option<u64>,
    /// The source's own preview of it: its media type and a picture.
    pub(crate) preview: Option<(Attachment, Vec<u8>)>,
}

/// Returns the slip sheet of an attachment.
pub(crate) fn slip_sheet(child: &Cleared<ChildFacts>, facts: SlipFacts) -> Cleared<SlipSheet> {
    child.part(|child| {
        let attachment = &child.attachment;
        let mut lines = Vec::new();
        // Voice and video often have no name; what they are is said by the type.
        if attachment.name.is_some() || attachment.role == AttachmentRole::File {
            lines.push(("File name".to_owned(), attachment_name(attachment).to_owned()));
        }
        lines.push(("Type".to_owned(), format!("{} ({})", attachment.role.label(), attachment.mime)));
        if let Some(size) = attachment.size() {
            lines.push(("Size".to_owned(), human_size(size)));
        }
        if let Some(size) = facts.wav {
            lines.extend(converted(attachment, size));
        }
        let preview = facts.preview.map(|(preview, bytes)| PictureDocument {
            bytes,
            name: "The source's own preview of the video".to_owned(),
            decoded_from: preview.is_coded_picture().then_some(preview.mime),
        });
        let title = match facts.wav {
            Some(_) => "Produced as WAV",
            None => "Produced in native format",
        };
        SlipSheet { title: title.to_owned(), lines, reason: facts.exception, preview }
    })
}

/// Returns what says that a voice message was converted, from what, and how the original is told from others.
fn converted(attachment: &Attachment, wav: u64) -> Vec<(String, String)> {
    let millis = u64::try_from(Wav::duration_of_file(wav).as_millis()).unwrap_or(u64::MAX);
    let how = format!(
        "decoded from {} to WAV, 16 bits, one channel, {} samples a second: {}; the original is kept and produced on request",
        attachment.mime,
        duces_media::RATE,
        human_size(wav),
    );
    let digest = attachment.digest().unwrap_or(Digest::from_bytes([0; 32]));
    vec![
        ("Plays".to_owned(), human_duration(millis)),
        ("Converted".to_owned(), how),
        ("SHA-256 of the original".to_owned(), digest.to_string()),
    ]
}

/// Returns the name of an attachment for people.
pub(crate) fn attachment_name(attachment: &Attachment) -> &str {
    match attachment.role {
        AttachmentRole::File => attachment.name.as_deref().unwrap_or("(unnamed file)"),
        _ => attachment.display_name(),
    }
}
