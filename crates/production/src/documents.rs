//! One document at a time: how it is rendered, how many pages that makes, and the bytes of it.

use duces_media::{Wav, is_silk};
use duces_model::{AttachmentRole, BlobSource, Cleared, Digest, Finding, FindingCode, Place, Transcript};
use duces_pdf::{Endorsements, GatedPdf, Limits, StampFont, StampStyle};
use duces_render::{DocumentFacts, Endorsement, PictureDocument, SlipSheet};
use duces_search::ChildFacts;

use crate::codes;
use crate::context::Context;
use crate::decoding::Decoding;
use crate::plan::{Decoded, Rendering};
use crate::profile::VoiceRule;
use crate::slips::{self, SlipFacts, attachment_name};
use crate::{ErrorKind, ProductionError};

type Result<T> = std::result::Result<T, ProductionError>;

/// How a child will be rendered, before it has a number.
#[derive(Debug, Clone)]
pub(crate) struct Sized {
    pub(crate) rendering: Rendering,
    pub(crate) pages: u32,
    pub(crate) exception: Option<String>,
    /// How many milliseconds it plays, where it is voice and that can be told.
    pub(crate) plays: Option<u64>,
    pub(crate) findings: Vec<Finding>,
}

/// Decides how a child is rendered and counts its pages.
pub(crate) fn size_child(decoding: Decoding<'_>, child: &Cleared<ChildFacts>, place: &Place) -> Result<Sized> {
    let context = decoding.context;
    let attachment = &child.attachment;
    let Some(digest) = attachment.digest() else {
        return Err(ProductionError::new(ErrorKind::Matter, format!("{place}: a child without bytes was planned")));
    };
    match attachment.mime.as_str() {
        "application/pdf" => size_pdf(decoding, child, &digest, place),
        mime if mime.starts_with("image/") => size_picture(decoding, child, &digest, place),
        mime if is_silk(mime) && context.profile.natives.voice == VoiceRule::Wav => {
            size_silk(decoding, child, &digest, place)
        }
        _ => {
            let sized = size_slip_sheet(decoding, child, None, Vec::new())?;
            Ok(Sized { plays: plays(context, child, &digest)?, ..sized })
        }
    }
}

/// Returns how many milliseconds a voice message plays that was collected as WAV.
fn plays(context: &Context<'_>, child: &ChildFacts, digest: &Digest) -> Result<Option<u64>> {
    if child.attachment.role != AttachmentRole::Voice {
        return Ok(None);
    }
    let wav = match child.attachment.mime.as_str() {
        "audio/wav" | "audio/x-wav" | "audio/vnd.wave" => Wav::read(&read(context, digest)?).ok(),
        _ => None,
    };
    Ok(wav.and_then(|wav| u64::try_from(wav.duration().as_millis()).ok()))
}

/// Sizes voice in SILK, which is produced as WAV where it could be decoded.
fn size_silk(decoding: Decoding<'_>, child: &Cleared<ChildFacts>, digest: &Digest, place: &Place) -> Result<Sized> {
    match decoding.decoded.get(digest) {
        Some(Decoded::To { size, .. }) => {
            let plays = u64::try_from(Wav::duration_of_file(*size).as_millis()).ok();
            Ok(Sized { plays, ..size_slip_sheet(decoding, child, None, Vec::new())? })
        }
        Some(Decoded::Failed(reason)) => {
            size_slip_sheet(decoding, child, Some(format!("the voice message cannot be decoded: {reason}")), Vec::new())
        }
        None => {
            let reason = "the voice message is in SILK, and no decoder was named";
            excepted(decoding, child, place, (&codes::NOT_DECODED, reason, &wanted_key(child)))
        }
    }
}

/// Returns which key of the request names a decoder.
fn wanted_key(child: &ChildFacts) -> String {
    let mime = child.attachment.mime.split(';').next().unwrap_or_default().trim();
    format!("; name a program for media_type = \"{mime}\" under [[decoder]] in the request")
}

fn size_pdf(decoding: Decoding<'_>, child: &Cleared<ChildFacts>, digest: &Digest, place: &Place) -> Result<Sized> {
    let context = decoding.context;
    let not_rendered = |reason: String| excepted(decoding, child, place, (&codes::NOT_RENDERED, &reason, ""));
    let bytes = read(context, digest)?;
    let gated = match duces_pdf::gate(&bytes, &pdf_limits()) {
        Ok(gated) => gated,
        Err(refusal) => return not_rendered(format!("the PDF cannot be rendered: {refusal}")),
    };
    // Stamping is tried now, so that nothing is decided after the first number is given.
    let stamped = match stamp(context, &gated, vec![String::new(); gated.page_count()]) {
        Ok(stamped) => stamped,
        Err(error) => return not_rendered(format!("the PDF cannot be stamped: {error}")),
    };
    let pages = u32::try_from(gated.page_count()).unwrap_or(u32::MAX);
    let mut findings = Vec::new();
    for note in gated.notes().iter().chain(&stamped.notes) {
        let code = if note.is_loss() { &codes::PDF_CHANGED } else { &codes::PDF_NOTE };
        findings.push(Finding::new(code, place.clone(), format!("{}: {note}", attachment_name(&child.attachment))));
    }
    findings.dedup();
    Ok(Sized { rendering: Rendering::StampedPdf, pages, exception: None, plays: None, findings })
}

fn size_picture(decoding: Decoding<'_>, child: &Cleared<ChildFacts>, digest: &Digest, place: &Place) -> Result<Sized> {
    let (context, attachment) = (decoding.context, &child.attachment);
    if let Some(Decoded::Failed(reason)) = decoding.decoded.get(digest) {
        // What went wrong was said where it was decoded.
        return size_slip_sheet(decoding, child, Some(format!("the picture cannot be decoded: {reason}")), Vec::new());
    }
    let picture = picture(decoding, child, digest)?;
    match duces_render::picture_pages(&picture, &context.style, context.fonts) {
        Ok(pages) => {
            let pages = u32::try_from(pages.len()).unwrap_or(u32::MAX);
            Ok(Sized { rendering: Rendering::Picture, pages, exception: None, plays: None, findings: Vec::new() })
        }
        Err(refusal) => {
            let reason = format!("the picture cannot be rendered: {refusal}");
            match attachment.is_coded_picture() && decoding.made(digest).is_none() {
                true => excepted(decoding, child, place, (&codes::NOT_DECODED, &reason, &wanted_key(child))),
                false => excepted(decoding, child, place, (&codes::NOT_RENDERED, &reason, "")),
            }
        }
    }
}

/// Sizes the slip sheet of an exception: its kind, its reason, and what the producing side may do about it.
fn excepted(
    decoding: Decoding<'_>,
    child: &Cleared<ChildFacts>,
    place: &Place,
    (code, reason, advice): (&FindingCode, &str, &str),
) -> Result<Sized> {
    let name = attachment_name(&child.attachment);
    let text = format!("{name}: {reason}; produced in native format behind a slip sheet{advice}");
    let finding = Finding::new(code, place.clone(), text);
    size_slip_sheet(decoding, child, Some(reason.to_owned()), vec![finding])
}

fn size_slip_sheet(
    decoding: Decoding<'_>,
    child: &Cleared<ChildFacts>,
    exception: Option<String>,
    findings: Vec<Finding>,
) -> Result<Sized> {
    let context = decoding.context;
    let sheet = slip_sheet(decoding, child, exception.as_deref())?;
    let pages = duces_render::slip_sheet_pages(&sheet, &context.style, context.fonts).len();
    let pages = u32::try_from(pages).unwrap_or(u32::MAX);
    Ok(Sized { rendering: Rendering::SlipSheet, pages, exception, plays: None, findings })
}

fn slip_sheet(
    decoding: Decoding<'_>,
    child: &Cleared<ChildFacts>,
    exception: Option<&str>,
) -> Result<Cleared<SlipSheet>> {
    let digest = child.attachment.digest();
    let preview = match child.preview.as_ref().and_then(|preview| Some((preview, preview.digest()?))) {
        Some((preview, digest)) => Some((preview.clone(), made_or_original(decoding, &digest)?)),
        None => None,
    };
    let wav = digest.and_then(|digest| decoding.made(&digest)).map(|(_, size)| size);
    let facts = SlipFacts { exception: exception.map(str::to_owned), wav, preview };
    Ok(slips::slip_sheet(child, facts))
}

/// Returns a transcript as PDF.
pub(crate) fn draw_transcript(
    decoding: Decoding<'_>,
    transcript: &Cleared<Transcript>,
    pages: u32,
    endorsement: &Endorsement,
) -> Result<Vec<u8>> {
    let context = decoding.context;
    let layout = duces_render::transcript_pages(transcript, &context.style, context.fonts, &decoding);
    draw(context, layout, pages, endorsement)
}

/// Returns a child as PDF.
pub(crate) fn draw_child(
    decoding: Decoding<'_>,
    child: &Cleared<ChildFacts>,
    rendering: Rendering,
    exception: Option<&str>,
    pages: u32,
    endorsement: &Endorsement,
) -> Result<Vec<u8>> {
    let context = decoding.context;
    let digest = child.attachment.digest().unwrap_or(Digest::from_bytes([0; 32]));
    match rendering {
        Rendering::StampedPdf => {
            let bytes = read(context, &digest)?;
            let gated = duces_pdf::gate(&bytes, &pdf_limits()).map_err(|refusal| changed(child, &refusal))?;
            let numbers = numbers(endorsement, pages)?;
            Ok(stamp(context, &gated, numbers).map_err(|error| changed(child, &error))?.bytes)
        }
        Rendering::Picture => {
            let picture = picture(decoding, child, &digest)?;
            let layout = duces_render::picture_pages(&picture, &context.style, context.fonts)
                .map_err(|refusal| changed(child, &refusal))?;
            draw(context, layout, pages, endorsement)
        }
        Rendering::SlipSheet => {
            let sheet = slip_sheet(decoding, child, exception)?;
            let layout = duces_render::slip_sheet_pages(&sheet, &context.style, context.fonts);
            draw(context, layout, pages, endorsement)
        }
    }
}

fn numbers(endorsement: &Endorsement, pages: u32) -> Result<Vec<String>> {
    (0..u64::from(pages))
        .map(|page| {
            let number = endorsement.first.plus(page);
            number.map(|n| n.to_string()).map_err(|error| ProductionError::usage(error.to_string()))
        })
        .collect()
}

fn stamp(
    context: &Context<'_>,
    gated: &GatedPdf,
    numbers: Vec<String>,
) -> std::result::Result<duces_pdf::Stamped, duces_pdf::StampError> {
    let designation = context.request.production.designation.clone();
    let pages: Vec<Endorsements> = numbers
        .into_iter()
        .map(|number| Endorsements {
            bottom_right: Some(number),
            bottom_left: designation.clone(),
            ..Endorsements::default()
        })
        .collect();
    let chars: String =
        pages.iter().flat_map(|p| [p.bottom_left.as_deref(), p.bottom_right.as_deref()]).flatten().collect();
    let font = duces_render::stamp_font(context.fonts, &chars);
    let glyphs = font.glyphs.into_iter().map(|(c, glyph, width)| (c, (glyph, width))).collect();
    let font = StampFont { name: font.name, font_file: font.file, glyphs };
    duces_pdf::stamp(gated, &font, &StampStyle::default(), &pages)
}

/// Without a deadline: what is rendered must not depend on how fast the machine is.
fn pdf_limits() -> Limits {
    Limits::without_deadline()
}

fn picture(decoding: Decoding<'_>, child: &Cleared<ChildFacts>, digest: &Digest) -> Result<Cleared<PictureDocument>> {
    let bytes = made_or_original(decoding, digest)?;
    let decoded_from = decoding.made(digest).map(|_| child.attachment.mime.clone());
    let name = attachment_name(&child.attachment).to_owned();
    Ok(child.part(|_| PictureDocument { bytes, name, decoded_from }))
}

/// Returns what a decoder made of an attachment, else its original bytes.
fn made_or_original(decoding: Decoding<'_>, digest: &Digest) -> Result<Vec<u8>> {
    decoding.read(digest).map_err(|error| ProductionError::blob(digest, error))
}

/// Returns the original bytes of an attachment.
pub(crate) fn read(context: &Context<'_>, digest: &Digest) -> Result<Vec<u8>> {
    context.matter.blobs().read(digest).map_err(|error| ProductionError::blob(digest, error))
}

fn changed(child: &Cleared<ChildFacts>, error: &dyn std::fmt::Display) -> ProductionError {
    let name = attachment_name(&child.attachment);
    ProductionError::new(
        ErrorKind::Matter,
        format!("{name} could be rendered when it was planned and now cannot: {error}"),
    )
    .hint("nothing was published; make the plan again with this version of duces")
}

fn draw(
    context: &Context<'_>,
    layout: impl IntoIterator<Item = duces_render::Page>,
    pages: u32,
    endorsement: &Endorsement,
) -> Result<Vec<u8>> {
    let facts = DocumentFacts { title: endorsement.first.to_string(), language: "zh-CN".to_owned(), pages };
    duces_render::draw_pdf(layout, endorsement, &facts, context.fonts).map_err(|error| {
        ProductionError::new(ErrorKind::Matter, format!("{}: {error}", endorsement.first))
            .hint("nothing was published; make the plan again with this version of duces")
    })
}
