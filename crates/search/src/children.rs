//! Which attachments are documents of their own beside the transcript, and which are part of it.

use std::collections::BTreeMap;
use std::fmt;

use duces_model::{Attachment, AttachmentRole, Entry, EntryAttachment, EntryState, Transcript, UtcMillis};
use serde::{Deserialize, Serialize};

/// Says by role which attachments are children of the family.
///
/// By default files, pictures, voice and video are, in the order sent; stickers and thumbnails (of links, videos and
/// mini programs) are part of the transcript. The same file sent twice in a unit is one child cited twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChildrenRule {
    /// Whether files are children.
    pub files: bool,
    /// Whether pictures are children.
    pub pictures: bool,
    /// Whether voice messages are children.
    pub voice: bool,
    /// Whether videos are children.
    pub video: bool,
    /// Whether stickers are children.
    pub stickers: bool,
    /// Whether thumbnails are children.
    pub thumbnails: bool,
}

impl Default for ChildrenRule {
    fn default() -> Self {
        Self { files: true, pictures: true, voice: true, video: true, stickers: false, thumbnails: false }
    }
}

impl ChildrenRule {
    /// Returns whether attachments of this role are children.
    pub fn admits(&self, role: AttachmentRole) -> bool {
        match role {
            AttachmentRole::File => self.files,
            AttachmentRole::Picture => self.pictures,
            AttachmentRole::Voice => self.voice,
            AttachmentRole::Video => self.video,
            AttachmentRole::Sticker => self.stickers,
            AttachmentRole::Thumbnail => self.thumbnails,
        }
    }

    fn names(&self, admitted: bool) -> Vec<&'static str> {
        let all = [
            (self.files, "files"),
            (self.pictures, "pictures"),
            (self.voice, "voice messages"),
            (self.video, "videos"),
            (self.stickers, "stickers"),
            (self.thumbnails, "thumbnails"),
        ];
        all.into_iter().filter(|(on, _)| *on == admitted).map(|(_, name)| name).collect()
    }
}

impl fmt::Display for ChildrenRule {
    /// Writes the rule in words, as a cover letter prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (children, parts) = (self.names(true), self.names(false));
        match (children.is_empty(), parts.is_empty()) {
            (true, _) => f.write_str("no attachment is a document of its own"),
            (false, true) => write!(f, "{} are documents of their own", children.join(", ")),
            (false, false) => write!(
                f,
                "{} are documents of their own, in the order sent; {} are part of the transcript",
                children.join(", "),
                parts.join(", ")
            ),
        }
    }
}

/// A child of the family, as the transcript cites it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildFacts {
    /// Its place among the children, from 0.
    pub ordinal: u32,
    /// What was sent, as where it was first sent.
    pub attachment: Attachment,
    /// The number in the document of the message it was first sent with.
    pub entry: u32,
    /// When it was first sent.
    pub sent: UtcMillis,
    /// The numbers of all messages it was sent with.
    pub cited_by: Vec<u32>,
    /// The source's own preview of a video: its first frame, where the source keeps one and the page may show it.
    pub preview: Option<Attachment>,
}

/// Returns the children that a transcript cites, by ordinal.
pub fn children(transcript: &Transcript) -> Vec<ChildFacts> {
    let mut children: BTreeMap<u32, ChildFacts> = BTreeMap::new();
    for entry in &transcript.entries {
        for cited in &entry.attachments {
            let EntryState::Child(ordinal) = cited.state else { continue };
            let child = children.entry(ordinal).or_insert_with(|| ChildFacts {
                ordinal,
                attachment: cited.attachment.clone(),
                entry: entry.number,
                sent: entry.sent,
                cited_by: Vec::new(),
                preview: preview(entry, &cited.attachment),
            });
            if child.cited_by.last() != Some(&entry.number) {
                child.cited_by.push(entry.number);
            }
        }
    }
    children.into_values().collect()
}

/// Returns the preview beside a video. Where one message has several videos, nothing says whose it is.
fn preview(entry: &Entry, child: &Attachment) -> Option<Attachment> {
    let all = |role| entry.attachments.iter().filter(move |hung| hung.attachment.role == role);
    if child.role != AttachmentRole::Video || all(AttachmentRole::Video).count() != 1 {
        return None;
    }
    let shown = |hung: &&EntryAttachment| hung.show && !matches!(hung.state, EntryState::Withheld(_));
    all(AttachmentRole::Thumbnail).find(shown).map(|hung| hung.attachment.clone())
}
