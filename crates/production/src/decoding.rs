//! Which attachments of a document are decoded, and what was made of them: decided when it is planned, made again and
//! held against the plan when it is produced.

use std::collections::BTreeMap;
use std::io::{self, Write};

use duces_media::is_silk;
use duces_model::{Attachment, BlobSource, Digest, Entry, EntryAttachment, EntryState, Finding, Place, Transcript};

use crate::codes;
use crate::context::Context;
use crate::plan::Decoded;
use crate::profile::VoiceRule;
use crate::slips::attachment_name;
use crate::{ErrorKind, ProductionError};

type Result<T> = std::result::Result<T, ProductionError>;

/// What was made of the attachments of one document; where something was, it stands for the original.
#[derive(Clone, Copy)]
pub(crate) struct Decoding<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) decoded: &'a BTreeMap<Digest, Decoded>,
}

impl Decoding<'_> {
    /// Returns what a decoder made of an attachment: its digest and size.
    pub(crate) fn made(&self, original: &Digest) -> Option<(Digest, u64)> {
        match self.decoded.get(original) {
            Some(Decoded::To { digest, size }) => Some((*digest, *size)),
            _ => None,
        }
    }
}

impl BlobSource for Decoding<'_> {
    fn read(&self, digest: &Digest) -> io::Result<Vec<u8>> {
        match self.made(digest) {
            Some((made, _)) => self.context.workshop.read(digest, &made),
            None => self.context.matter.blobs().read(digest),
        }
    }

    fn copy(&self, digest: &Digest, sink: &mut dyn Write) -> io::Result<u64> {
        match self.made(digest) {
            Some((made, size)) => {
                sink.write_all(&self.context.workshop.read(digest, &made)?)?;
                Ok(size)
            }
            None => self.context.matter.blobs().copy(digest, sink),
        }
    }
}

/// Decodes what a document needs decoded.
pub(crate) fn decode(
    context: &Context<'_>,
    transcript: &Transcript,
    place: &Place,
) -> Result<(BTreeMap<Digest, Decoded>, Vec<Finding>)> {
    let (mut decoded, mut findings) = (BTreeMap::new(), Vec::new());
    for (digest, attachment, entry) in wanted(context, transcript) {
        let Some(decoder) = context.workshop.decoder(&attachment.mime) else { continue };
        let made = context.workshop.decode(decoder, &digest, context.matter.blobs())?;
        if let Decoded::Failed(reason) = &made.decoded {
            let said = made.said.map(|said| format!("; it said: {said}")).unwrap_or_default();
            let text = format!("{} (message #{}): {reason}{said}", attachment_name(attachment), entry.number);
            findings.push(Finding::new(&codes::NOT_DECODED, place.clone(), text));
        }
        decoded.insert(digest, made.decoded);
    }
    Ok((decoded, findings))
}

/// Decodes what a plan says, and refuses where that comes out in any other way than it did.
pub(crate) fn decode_again(
    context: &Context<'_>,
    transcript: &Transcript,
    planned: &BTreeMap<Digest, Decoded>,
) -> Result<()> {
    let refuse = |name: &str, text: String| {
        ProductionError::new(ErrorKind::Unreadable, format!("{name}: {text}"))
            .hint("nothing was published; use the decoder that the plan was made with, or make the plan again")
    };
    let wanted = wanted(context, transcript);
    for (digest, attachment, _) in &wanted {
        let name = attachment_name(attachment);
        let (Some(Decoded::To { digest: made, size }), Some(decoder)) =
            (planned.get(digest), context.workshop.decoder(&attachment.mime))
        else {
            continue;
        };
        match context.workshop.decode(decoder, digest, context.matter.blobs())?.decoded {
            Decoded::To { digest: again, size: bytes } if again == *made && bytes == *size => {}
            Decoded::To { .. } => {
                let text = format!("`{}` gives other bytes than it gave when this was planned", decoder.name());
                return Err(refuse(name, text));
            }
            Decoded::Failed(reason) => {
                return Err(refuse(
                    name,
                    format!("it could be decoded when this was planned and now cannot: {reason}"),
                ));
            }
        }
    }
    match planned.keys().find(|digest| !wanted.iter().any(|(wanted, _, _)| wanted == *digest)) {
        None => Ok(()),
        Some(digest) => {
            Err(refuse(&digest.to_string(), "the plan has it decoded, and nothing here needs it".to_owned()))
        }
    }
}

/// Returns what is decoded of a document where there is a decoder for it, each once, in the order sent.
fn wanted<'t>(context: &Context<'_>, transcript: &'t Transcript) -> Vec<(Digest, &'t Attachment, &'t Entry)> {
    let mut wanted: Vec<(Digest, &Attachment, &Entry)> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for entry in &transcript.entries {
        for hung in &entry.attachments {
            if let Some(digest) = hung.attachment.digest()
                && is_wanted(context, hung)
                && seen.insert(digest)
            {
                wanted.push((digest, &hung.attachment, entry));
            }
        }
    }
    wanted
}

fn is_wanted(context: &Context<'_>, hung: &EntryAttachment) -> bool {
    let is_child = match &hung.state {
        EntryState::Child(_) => true,
        EntryState::Inline => false,
        EntryState::Missing | EntryState::Withheld(_) => return false,
    };
    if context.workshop.decoder(&hung.attachment.mime).is_none() {
        return false;
    }
    if is_silk(&hung.attachment.mime) {
        return is_child && context.profile.natives.voice == VoiceRule::Wav;
    }
    hung.attachment.is_coded_picture() && (is_child || hung.show)
}
