//! One document at a time: how it is rendered, how many pages that makes, and the bytes of it.

use duces_model::{Attachment, AttachmentRole, BlobSource, Cleared, Digest, Finding, Place, Transcript, human_size};
use duces_pdf::{Endorsements, GatedPdf, Limits, StampFont, StampStyle};
use duces_render::{DocumentFacts, Endorsement, PictureDocument, SlipSheet};
use duces_search::ChildFacts;

use crate::codes;
use crate::context::Context;
use crate::plan::Rendering;
use crate::{ErrorKind, ProductionError};

type Result<T> = std::result::Result<T, ProductionError>;

/// How a child will be rendered, before it has a number.
#[derive(Debug, Clone)]
pub(crate) struct Sized {
    pub(crate) rendering: Rendering,
    pub(crate) pages: u32,
    pub(crate) exception: Option<String>,
    pub(crate) findings: Vec<Finding>,
}

/// Decides how a child is rendered and counts its pages.
pub(crate) fn size_child(context: &Context<'_>, child: &Cleared<ChildFacts>, place: &Place) -> Result<Sized> {
    let attachment = &child.attachment;
    let Some(digest) = attachment.digest() else {
        return Err(ProductionError::new(ErrorKind::Matter, format!("{place}: a child without bytes was planned")));
    };
    match attachment.mime.as_str() {
        "application/pdf" => size_pdf(context, child, &digest, place),
        mime if mime.starts_with("image/") => size_picture(context, child, &digest, place),
        _ => size_slip_sheet(context, child, None, Vec::new()),
    }
}

fn size_pdf(context: &Context<'_>, child: &Cleared<ChildFacts>, digest: &Digest, place: &Place) -> Result<Sized> {
    let bytes = read(context, digest)?;
    let gated = match duces_pdf::gate(&bytes, &pdf_limits()) {
        Ok(gated) => gated,
        Err(refusal) => return excepted(context, child, place, &format!("the PDF cannot be rendered: {refusal}")),
    };
    // Stamping is tried now, so that nothing is decided after the first number is given.
    let stamped = match stamp(context, &gated, vec![String::new(); gated.page_count()]) {
        Ok(stamped) => stamped,
        Err(error) => return excepted(context, child, place, &format!("the PDF cannot be stamped: {error}")),
    };
    let pages = u32::try_from(gated.page_count()).unwrap_or(u32::MAX);
    let mut findings = Vec::new();
    for note in gated.notes().iter().chain(&stamped.notes) {
        let code = if note.is_loss() { &codes::PDF_CHANGED } else { &codes::PDF_NOTE };
        findings.push(Finding::new(code, place.clone(), format!("{}: {note}", attachment_name(&child.attachment))));
    }
    findings.dedup();
    Ok(Sized { rendering: Rendering::StampedPdf, pages, exception: None, findings })
}

fn size_picture(context: &Context<'_>, child: &Cleared<ChildFacts>, digest: &Digest, place: &Place) -> Result<Sized> {
    let picture = picture(context, child, digest)?;
    match duces_render::picture_pages(&picture, &context.style, context.fonts) {
        Ok(pages) => {
            let pages = u32::try_from(pages.len()).unwrap_or(u32::MAX);
            Ok(Sized { rendering: Rendering::Picture, pages, exception: None, findings: Vec::new() })
        }
        Err(refusal) => excepted(context, child, place, &format!("the picture cannot be rendered: {refusal}")),
    }
}

fn excepted(context: &Context<'_>, child: &Cleared<ChildFacts>, place: &Place, reason: &str) -> Result<Sized> {
    let text =
        format!("{}: {reason}; produced in native format behind a slip sheet", attachment_name(&child.attachment));
    let finding = Finding::new(&codes::NOT_RENDERED, place.clone(), text);
    size_slip_sheet(context, child, Some(reason.to_owned()), vec![finding])
}

fn size_slip_sheet(
    context: &Context<'_>,
    child: &Cleared<ChildFacts>,
    exception: Option<String>,
    findings: Vec<Finding>,
) -> Result<Sized> {
    let sheet = slip_sheet(child, exception.as_deref());
    let pages = duces_render::slip_sheet_pages(&sheet, &context.style, context.fonts).len();
    let pages = u32::try_from(pages).unwrap_or(u32::MAX);
    Ok(Sized { rendering: Rendering::SlipSheet, pages, exception, findings })
}

/// Returns a transcript as PDF.
pub(crate) fn draw_transcript(
    context: &Context<'_>,
    transcript: &Cleared<Transcript>,
    pages: u32,
    endorsement: &Endorsement,
) -> Result<Vec<u8>> {
    let layout = duces_render::transcript_pages(transcript, &context.style, context.fonts, context.matter.blobs());
    draw(context, layout, pages, endorsement)
}

/// Returns a child as PDF.
pub(crate) fn draw_child(
    context: &Context<'_>,
    child: &Cleared<ChildFacts>,
    rendering: Rendering,
    exception: Option<&str>,
    pages: u32,
    endorsement: &Endorsement,
) -> Result<Vec<u8>> {
    let digest = child.attachment.digest().unwrap_or(Digest::from_bytes([0; 32]));
    match rendering {
        Rendering::StampedPdf => {
            let bytes = read(context, &digest)?;
            let gated = duces_pdf::gate(&bytes, &pdf_limits()).map_err(|refusal| changed(child, &refusal))?;
            let numbers = numbers(endorsement, pages)?;
            Ok(stamp(context, &gated, numbers).map_err(|error| changed(child, &error))?.bytes)
        }
        Rendering::Picture => {
            let picture = picture(context, child, &digest)?;
            let layout = duces_render::picture_pages(&picture, &context.style, context.fonts)
                .map_err(|refusal| changed(child, &refusal))?;
            draw(context, layout, pages, endorsement)
        }
        Rendering::SlipSheet => {
            let sheet = slip_sheet(child, exception);
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

fn slip_sheet(child: &Cleared<ChildFacts>, exception: Option<&str>) -> Cleared<SlipSheet> {
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
        SlipSheet { title: "Produced in native format".to_owned(), lines, reason: exception.map(str::to_owned) }
    })
}

fn picture(context: &Context<'_>, child: &Cleared<ChildFacts>, digest: &Digest) -> Result<Cleared<PictureDocument>> {
    let bytes = read(context, digest)?;
    Ok(child.part(|child| PictureDocument { name: attachment_name(&child.attachment).to_owned(), bytes }))
}

/// Returns the original bytes of an attachment.
pub(crate) fn read(context: &Context<'_>, digest: &Digest) -> Result<Vec<u8>> {
    context.matter.blobs().read(digest).map_err(|error| {
        ProductionError::new(ErrorKind::Matter, format!("attachment {digest} cannot be read from the matter"))
            .because(error)
            .hint("nothing was published; restore the matter from a backup, or import its source again")
    })
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

/// Returns the name of an attachment for people.
pub(crate) fn attachment_name(attachment: &Attachment) -> &str {
    match attachment.role {
        AttachmentRole::File => attachment.name.as_deref().unwrap_or("(unnamed file)"),
        _ => attachment.display_name(),
    }
}
