//! The body of a message that is made of a text and of files, as most chats have it.

use duces_model::{AttachmentRole, Body, Part};

use crate::draft::Draft;
use crate::media::Hint;

/// A file that was sent with a message.
pub(crate) struct SentFile {
    pub(crate) role: AttachmentRole,
    /// The name it was sent under.
    pub(crate) name: Option<String>,
    /// The size as the message declares it.
    pub(crate) size: Option<u64>,
    /// How long it lasts.
    pub(crate) duration_ms: Option<u64>,
    /// Where its bytes may lie; its name is filled in from `name`.
    pub(crate) hint: Hint,
}

impl SentFile {
    /// Returns a file of a name, a picture or a video by its extension.
    pub(crate) fn named(name: impl Into<String>, hint: Hint) -> Self {
        let name = name.into();
        let role = role_of(&name);
        Self { role, name: (!name.is_empty()).then_some(name), size: None, duration_ms: None, hint }
    }

    /// Returns what the file shows in the place where it stands.
    pub(crate) fn body(&self) -> Body {
        match self.role {
            AttachmentRole::Picture => Body::Picture,
            AttachmentRole::Video => Body::Video { duration_ms: self.duration_ms },
            AttachmentRole::Voice => Body::Voice { duration_ms: self.duration_ms, transcript: None },
            AttachmentRole::Sticker => Body::Sticker { caption: None, url: None },
            AttachmentRole::File | AttachmentRole::Thumbnail => {
                Body::File { name: self.name.clone().unwrap_or_default(), size: self.size }
            }
        }
    }

    /// Returns the file as an attachment of its message.
    pub(crate) fn attachment(self) -> (AttachmentRole, Hint) {
        let name = self.hint.name.or(self.name);
        (self.role, Hint { name, ..self.hint })
    }
}

/// Returns what a text and files make: a text, one file, or a message of several parts.
pub(crate) fn draft(text: String, files: Vec<SentFile>) -> Draft {
    let body = (!text.is_empty()).then(|| Body::text_of(text));
    of_bodies(body.into_iter().collect(), files)
}

/// Returns what parts that are no files and files make, in this order.
pub(crate) fn of_bodies(bodies: Vec<Body>, files: Vec<SentFile>) -> Draft {
    let body = match (bodies.as_slice(), files.as_slice()) {
        ([], []) => Body::text_of(""),
        ([one], []) => one.clone(),
        ([], [file]) => file.body(),
        _ => {
            let part = |body, attachment| Part { body: Box::new(body), attachment };
            let texts = bodies.into_iter().map(|body| part(body, None));
            let hung = files.iter().enumerate().map(|(at, file)| part(file.body(), Some(at)));
            Body::Mixed { parts: texts.chain(hung).collect() }
        }
    };
    let mut draft = Draft::plain(body);
    draft.attachments = files.into_iter().map(SentFile::attachment).collect();
    draft
}

/// Returns what a file of this name is to its message.
pub(crate) fn role_of(name: &str) -> AttachmentRole {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "jpg" | "jpeg" | "png" | "gif" | "webp" | "bmp" | "heic" | "tif" | "tiff" => AttachmentRole::Picture,
        "mp4" | "mov" | "avi" | "mkv" | "webm" | "3gp" | "m4v" => AttachmentRole::Video,
        _ => AttachmentRole::File,
    }
}
