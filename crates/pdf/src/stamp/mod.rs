//! Stamping: a production rendition of a PDF, with endorsements on each page.
//!
//! Each page of the source becomes a form XObject on a fresh page of the size that readers show.
//! So its unbalanced graphics states, rotation, odd boxes and inherited resources cannot move the
//! endorsements. The content is scaled down evenly to leave a band free at the top or bottom,
//! as needed: endorsements never cover anything. What a page does not need to be drawn
//! (scripts, actions, forms, embedded files, links, bookmarks, tags, metadata) stays behind, and
//! [`Note`]s say so.

mod annotation;
mod copy;
mod font;
mod geometry;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};
use sha2::{Digest as _, Sha256};

use crate::gate::{GatedPdf, gate};
use crate::note::Note;
use crate::object;
use crate::page::Page;
use crate::refusal::Refusal;
use crate::text::{self, TextError};
use annotation::{Counts, Painted};
use copy::Copier;
pub use font::StampFont;
pub(crate) use font::deflated_stream as deflated;
use geometry::{Layout, layout, written};

/// The bytes that stand for a file identifier until the digest of the file is known.
const ID_PLACEHOLDER: [u8; 16] = [0; 16];

/// How endorsements look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StampStyle {
    /// The size of the text in points.
    pub font_size: f64,
    /// The height of the band kept free at the top or bottom where it carries text, in points.
    pub band: f64,
    /// The distance of the text from the left and right edge, in points.
    pub side_margin: f64,
}

impl Default for StampStyle {
    fn default() -> Self {
        Self { font_size: 9.0, band: 20.0, side_margin: 36.0 }
    }
}

/// The texts on one page; the Bates number usually stands at the bottom right, the designation at
/// the bottom left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Endorsements {
    /// The text at the top left.
    pub top_left: Option<String>,
    /// The text at the top centre.
    pub top_center: Option<String>,
    /// The text at the top right.
    pub top_right: Option<String>,
    /// The text at the bottom left.
    pub bottom_left: Option<String>,
    /// The text at the bottom centre.
    pub bottom_center: Option<String>,
    /// The text at the bottom right.
    pub bottom_right: Option<String>,
}

impl Endorsements {
    fn top(&self) -> [Option<&str>; 3] {
        [self.top_left.as_deref(), self.top_center.as_deref(), self.top_right.as_deref()]
    }

    fn bottom(&self) -> [Option<&str>; 3] {
        [self.bottom_left.as_deref(), self.bottom_center.as_deref(), self.bottom_right.as_deref()]
    }
}

/// A stamped PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// The file; the same input gives the same bytes.
    pub bytes: Vec<u8>,
    /// What the report should say: the notes of the gate and what stamping left out.
    pub notes: Vec<Note>,
}

/// Why a PDF could not be stamped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// There is not one set of endorsements for each page.
    #[error("{given} endorsements were given for {pages} pages")]
    PageCount {
        /// How many were given.
        given: usize,
        /// How many pages the file has.
        pages: usize,
    },
    /// The font has no glyph for a character of an endorsement.
    #[error("the stamp font has no glyph for {0:?}")]
    MissingGlyph(char),
    /// The style holds a number that is no length.
    #[error("the stamp style's {0} is not a positive length")]
    Style(&'static str),
    /// The content of a page cannot be read.
    #[error(transparent)]
    Content(#[from] TextError),
    /// The stamped file does not pass the gate itself.
    #[error("the stamped file does not pass the gate: {0}")]
    Result(#[from] Refusal),
    /// The stamped file has another number of pages than the source.
    #[error("the stamped file has {found} pages, the source has {expected}")]
    PagesLost {
        /// The pages of the source.
        expected: usize,
        /// The pages of the stamped file.
        found: usize,
    },
    /// The writer failed in a way it should not.
    #[error("the PDF could not be written: {0}")]
    WriterFault(String),
}

/// Writes a rendition of a gated PDF with `endorsements`, one set a page.
pub fn stamp(
    gated: &GatedPdf,
    font: &StampFont,
    style: &StampStyle,
    endorsements: &[Endorsements],
) -> Result<Stamped, StampError> {
    check(gated, style, endorsements)?;
    // The writer is foreign code working on foreign objects; nothing it touched outlives a panic.
    let written = catch_unwind(AssertUnwindSafe(|| build(gated, font, style, endorsements)));
    let stamped = written.map_err(|_| StampError::WriterFault("it panicked".into()))??;
    let found = gate(&stamped.bytes, &gated.limits)?.page_count();
    let expected = gated.page_count();
    if found != expected {
        return Err(StampError::PagesLost { expected, found });
    }
    Ok(stamped)
}

fn check(gated: &GatedPdf, style: &StampStyle, endorsements: &[Endorsements]) -> Result<(), StampError> {
    let pages = gated.page_count();
    if endorsements.len() != pages {
        return Err(StampError::PageCount { given: endorsements.len(), pages });
    }
    let lengths = [("font size", style.font_size), ("band", style.band), ("side margin", style.side_margin)];
    match lengths.iter().find(|(_, length)| !(length.is_finite() && *length > 0.0)) {
        Some((name, _)) => Err(StampError::Style(name)),
        None => Ok(()),
    }
}

fn build(
    gated: &GatedPdf,
    font: &StampFont,
    style: &StampStyle,
    endorsements: &[Endorsements],
) -> Result<Stamped, StampError> {
    let mut target = Document::new();
    target.version = "1.7".into();
    target.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    let catalog = target.new_object_id();
    let pages = target.new_object_id();
    let font_id = font.embed(&mut target);
    let mut job = Job {
        gated,
        font,
        font_id,
        style,
        pages,
        copier: Copier::new(&gated.document, target),
        counts: Counts::default(),
    };
    let mut kids = Vec::new();
    for (index, endorsement) in endorsements.iter().enumerate() {
        kids.push(Object::Reference(job.page(index, endorsement)?));
    }
    job.finish(catalog, kids)
}

struct Job<'a> {
    gated: &'a GatedPdf,
    font: &'a StampFont,
    font_id: ObjectId,
    style: &'a StampStyle,
    pages: ObjectId,
    copier: Copier<'a>,
    counts: Counts,
}

impl Job<'_> {
    fn page(&mut self, index: usize, endorsements: &Endorsements) -> Result<ObjectId, StampError> {
        let page = &self.gated.pages[index];
        let has = |texts: [Option<&str>; 3]| texts.iter().flatten().any(|text| !text.is_empty());
        let layout = layout(page, self.style.band, has(endorsements.top()), has(endorsements.bottom()));
        let form = self.original(page, index)?;
        let painted = annotation::paint(&mut self.copier, &self.gated.document, page, &mut self.counts);
        let operators = self.operators(page, &layout, &painted, endorsements)?;
        let content = self.copier.target.add_object(deflated(Dictionary::new(), operators.as_bytes()));
        let resources = self.resources(form, painted);
        let mut dict = Dictionary::new();
        dict.set("Type", Object::Name(b"Page".to_vec()));
        dict.set("Parent", self.pages);
        let sides = [0.0, 0.0, layout.size.width, layout.size.height];
        dict.set("MediaBox", sides.map(|side| Object::Real(side as f32)).to_vec());
        dict.set("Resources", resources);
        dict.set("Contents", content);
        Ok(self.copier.target.add_object(dict))
    }

    fn resources(&self, form: ObjectId, painted: Painted) -> Dictionary {
        let mut forms = painted.forms;
        forms.set("Original", form);
        let mut fonts = Dictionary::new();
        fonts.set("Endorsement", self.font_id);
        let mut resources = Dictionary::new();
        resources.set("XObject", forms);
        resources.set("Font", fonts);
        if !painted.properties.is_empty() {
            resources.set("Properties", painted.properties);
        }
        resources
    }

    /// Turns the page's own content into a form XObject clipped to what readers show of it.
    fn original(&mut self, page: &Page, index: usize) -> Result<ObjectId, StampError> {
        let document = &self.gated.document;
        let contents = page.contents(document);
        let mut stream = match contents.as_slice() {
            [Some(only)] => self.kept_as_is(only),
            _ => deflated(Dictionary::new(), &text::page_content(self.gated, index)?),
        };
        let rect = page.visible;
        let bounds = [rect.x0, rect.y0, rect.x1, rect.y1];
        stream.dict.set("Type", Object::Name(b"XObject".to_vec()));
        stream.dict.set("Subtype", Object::Name(b"Form".to_vec()));
        stream.dict.set("BBox", bounds.map(|side| Object::Real(side as f32)).to_vec());
        let resources = page.resources_object(document).map(|resources| self.copier.copy(resources));
        stream.dict.set("Resources", resources.unwrap_or_else(|| Dictionary::new().into()));
        if let Some(group) = page.dict(document).and_then(|dict| dict.get(b"Group").ok()) {
            let group = self.copier.copy(group);
            stream.dict.set("Group", group);
        }
        Ok(self.copier.target.add_object(stream))
    }

    /// A single content stream is carried over in its encoded form.
    fn kept_as_is(&mut self, stream: &Stream) -> Stream {
        let mut dict = Dictionary::new();
        for key in [b"Filter".as_slice(), b"DecodeParms"] {
            if let Some(value) = object::get(&self.gated.document, &stream.dict, key) {
                dict.set(key, self.copier.copy(value));
            }
        }
        Stream::new(dict, stream.content.clone())
    }

    fn operators(
        &self,
        page: &Page,
        layout: &Layout,
        painted: &Painted,
        endorsements: &Endorsements,
    ) -> Result<String, StampError> {
        let rect = page.visible;
        let clip = [rect.x0, rect.y0, rect.width(), rect.height()];
        let mut out = format!(
            "q\n{} cm\n{} re W n\n/Original Do\n{}Q\n",
            written(&layout.matrix),
            written(&clip),
            painted.operators
        );
        let bottom = 0.0;
        let top = layout.size.height - layout.top_band;
        out += &self.row(layout, endorsements.bottom(), bottom, layout.bottom_band)?;
        out += &self.row(layout, endorsements.top(), top, layout.top_band)?;
        Ok(out)
    }

    /// Writes the three texts of a band, all smaller where they would not fit side by side.
    fn row(&self, layout: &Layout, texts: [Option<&str>; 3], base: f64, band: f64) -> Result<String, StampError> {
        if band <= 0.0 {
            return Ok(String::new());
        }
        let mut set = Vec::new();
        for (place, text) in texts.into_iter().enumerate() {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                let (glyphs, width) = self.font.set(text)?;
                set.push((place, glyphs, width / 1000.0));
            }
        }
        let page_width = layout.size.width;
        let margin = self.style.side_margin.min(page_width * 0.1);
        let room = page_width - 2.0 * margin;
        let size = fitting_size(self.style.font_size.min(band * 0.7), &set, room);
        let baseline = base + (band - size * 0.7) / 2.0;
        let mut out = String::new();
        for (place, glyphs, width) in set {
            let left = match place {
                0 => margin,
                1 => (page_width - width * size) / 2.0,
                _ => page_width - margin - width * size,
            };
            let codes: String = glyphs.iter().map(|glyph| format!("{glyph:04X}")).collect();
            let at = written(&[1.0, 0.0, 0.0, 1.0, left, baseline]);
            out += &format!("BT\n/Endorsement {} Tf\n0 g\n{at} Tm\n<{codes}> Tj\nET\n", written(&[size]));
        }
        Ok(out)
    }

    fn finish(mut self, catalog: ObjectId, kids: Vec<Object>) -> Result<Stamped, StampError> {
        let source = &self.gated.document;
        let mut root = Dictionary::new();
        root.set("Type", Object::Name(b"Catalog".to_vec()));
        root.set("Pages", self.pages);
        let source_catalog = source.catalog().ok();
        if let Some(layers) = source_catalog.and_then(|catalog| catalog.get(b"OCProperties").ok()) {
            let layers = self.copier.copy(layers);
            root.set("OCProperties", layers);
        }
        let mut tree = Dictionary::new();
        tree.set("Type", Object::Name(b"Pages".to_vec()));
        tree.set("Count", kids.len() as i64);
        tree.set("Kids", kids);
        let notes = self.notes();
        let mut target = self.copier.target;
        target.objects.insert(catalog, root.into());
        target.objects.insert(self.pages, tree.into());
        let mut info = Dictionary::new();
        info.set("Producer", Object::string_literal("duces"));
        let info = target.add_object(info);
        target.trailer.set("Root", catalog);
        target.trailer.set("Info", info);
        Ok(Stamped { bytes: saved(target)?, notes })
    }

    fn notes(&self) -> Vec<Note> {
        let source = &self.gated.document;
        let mut notes: BTreeSet<Note> = self.gated.notes().iter().cloned().collect();
        let counts = self.counts;
        let counted: [Counted; 6] = [
            (counts.flattened, Note::AnnotationsFlattened),
            (counts.links, Note::LinksDropped),
            (counts.without_appearance, Note::AnnotationsWithoutAppearance),
            (counts.hidden, Note::HiddenAnnotations),
            (counts.comments, Note::Comments),
            (self.copier.cut, Note::ReferencesCut),
        ];
        notes.extend(counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, note)| note(count)));
        let Ok(catalog) = source.catalog() else { return notes.into_iter().collect() };
        let present = |key: &[u8]| object::get(source, catalog, key).is_some();
        if present(b"Metadata") || source.trailer.has(b"Info") {
            notes.insert(Note::MetadataRemoved);
        }
        if present(b"Outlines") {
            notes.insert(Note::OutlineRemoved);
        }
        if present(b"StructTreeRoot") {
            notes.insert(Note::TagsRemoved);
        }
        notes.into_iter().collect()
    }
}

/// A count and the note that reports it.
type Counted = (usize, fn(usize) -> Note);

/// Returns the size at which texts stand side by side within `room`, at most `size`.
fn fitting_size(size: f64, set: &[(usize, Vec<u16>, f64)], room: f64) -> f64 {
    let gaps = set.len().saturating_sub(1) as f64;
    let sum: f64 = set.iter().map(|(_, _, width)| width).sum::<f64>() + gaps;
    // A centred text needs as much room on both sides as the wider of its neighbours takes.
    let widest_side = set.iter().filter(|(place, ..)| *place != 1).map(|(.., width)| *width).fold(0.0, f64::max);
    let centre = set.iter().find(|(place, ..)| *place == 1).map_or(0.0, |(.., width)| *width);
    let needed = if centre > 0.0 { sum.max(centre + 2.0 * widest_side + gaps) } else { sum };
    if needed * size > room { room / needed } else { size }
}

/// Writes the document with an identifier made of its own bytes, so that nothing the source hides
/// can be guessed from it.
fn saved(mut document: Document) -> Result<Vec<u8>, StampError> {
    let id = Object::String(ID_PLACEHOLDER.to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|error| StampError::WriterFault(error.to_string()))?;
    let digest = Sha256::digest(&bytes);
    let hex: String = digest.iter().take(ID_PLACEHOLDER.len()).map(|byte| format!("{byte:02X}")).collect();
    let placeholder = "0".repeat(hex.len());
    let tail = bytes.windows(3).rposition(|window| window == b"/ID");
    let mut at = tail.ok_or_else(|| StampError::WriterFault("the trailer has no identifier".into()))?;
    while let Some(found) = bytes[at..].windows(placeholder.len()).position(|window| window == placeholder.as_bytes()) {
        at += found;
        bytes[at..at + hex.len()].copy_from_slice(hex.as_bytes());
        at += hex.len();
    }
    Ok(bytes)
}
