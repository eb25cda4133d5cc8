//! What hangs on a message: files, pictures, voice and video, by digest.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Digest;

/// What an attachment is to its message; the children rule of a profile speaks in these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentRole {
    /// A file that was sent.
    File,
    /// A picture.
    Picture,
    /// A voice message.
    Voice,
    /// A video.
    Video,
    /// A sticker or an animated emoji.
    Sticker,
    /// A preview of something else: a link, a video, a mini program.
    Thumbnail,
}

impl AttachmentRole {
    /// Returns the role in a word for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Picture => "Picture",
            Self::Voice => "Voice",
            Self::Video => "Video",
            Self::Sticker => "Sticker",
            Self::Thumbnail => "Thumbnail",
        }
    }
}

/// Why an attachment's bytes are not in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingReason {
    /// The source names a file that is not there.
    NotInSource,
    /// The source names no file at all.
    NoReference,
    /// The file is there and cannot be read.
    Unreadable,
    /// The path leads out of the source, so it was not followed.
    OutsideSource,
}

impl fmt::Display for MissingReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotInSource => "not in the collected archive",
            Self::NoReference => "no file named in the collected archive",
            Self::Unreadable => "could not be read from the collected archive",
            Self::OutsideSource => "path leads out of the collected archive",
        })
    }
}

/// Media types of pictures that pages show as they are; others have to be decoded first.
const DRAWN: [&str; 5] = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp"];

/// The bytes of an attachment, or why they are not there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// In the blob store.
    Stored {
        /// The SHA-256 of the original bytes.
        digest: Digest,
        /// How many bytes.
        size: u64,
    },
    /// Not collected.
    Missing(MissingReason),
}

/// Something that was sent with a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attachment {
    /// What it is to the message.
    pub role: AttachmentRole,
    /// The name it was sent under, where the source keeps one.
    pub name: Option<String>,
    /// The media type found from the bytes, or from the name where there are none.
    pub mime: String,
    /// The bytes, or why not.
    pub content: Content,
}

impl Attachment {
    /// Returns the digest, where the bytes are stored.
    pub fn digest(&self) -> Option<Digest> {
        match self.content {
            Content::Stored { digest, .. } => Some(digest),
            Content::Missing(_) => None,
        }
    }

    /// Returns the size in bytes, where the bytes are stored.
    pub fn size(&self) -> Option<u64> {
        match self.content {
            Content::Stored { size, .. } => Some(size),
            Content::Missing(_) => None,
        }
    }

    /// Returns whether pages can show its bytes as a picture, as they are.
    pub fn is_drawn_as_it_is(&self) -> bool {
        let mime = self.mime.split(';').next().unwrap_or_default().trim();
        DRAWN.iter().any(|drawn| drawn.eq_ignore_ascii_case(mime))
    }

    /// Returns whether it is a picture whose bytes pages cannot show before they are decoded.
    pub fn is_coded_picture(&self) -> bool {
        self.mime.starts_with("image/") && !self.is_drawn_as_it_is()
    }

    /// Returns the name for people: the one it was sent under, else its role.
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.role.label())
    }
}
