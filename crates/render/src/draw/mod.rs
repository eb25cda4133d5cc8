//! Draws pages as PDF 1.7 that aims at PDF/A-2u: the same pages give the same bytes.

mod content;
mod endorse;
mod fontfile;
mod icc;
mod images;
mod scratch;
mod subset;
mod unicode;
mod xmp;

pub(crate) use fontfile::font_file;
pub(crate) use subset::{CidText, Outline, Subset};

use duces_model::{BatesError, Hasher};
use pdf_writer::types::{CidFontType, FontFlags, OutputIntentSubtype, SystemInfo};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Settings, Str, TextStr};

pub use endorse::{Endorsement, Numbering};

use crate::fonts::Fonts;
use crate::page::Page;
use content::Content;
use images::Images;
use scratch::Scratch;
use subset::Subsets;

/// What the file says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFacts {
    /// The title, which viewers show in their window.
    pub title: String,
    /// The language of the text, as in `zh-CN`.
    pub language: String,
    /// How many pages there are, as the counting pass found; `page n of m` says so.
    pub pages: u32,
}

/// Why pages could not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    /// Another number of pages came than was counted.
    #[error("{drawn} pages were drawn where {counted} had been counted")]
    PageCount {
        /// What the counting pass found.
        counted: u32,
        /// What came.
        drawn: u32,
    },
    /// A page names a child that has no Bates range.
    #[error("the page names attachment {0} of its family, which has no Bates range")]
    NoRange(u32),
    /// The Bates numbers run out.
    #[error("page {page} has no Bates number: {error}")]
    Bates {
        /// Which page, from 1.
        page: u32,
        /// Why.
        error: BatesError,
    },
    /// More different glyphs than a PDF font can number.
    #[error("more than 65,000 different glyphs of one font in one document")]
    TooManyGlyphs,
}

const CATALOG: Ref = Ref::new(1);
const PAGE_TREE: Ref = Ref::new(2);
const RESOURCES: Ref = Ref::new(3);
const METADATA: Ref = Ref::new(4);
const PROFILE: Ref = Ref::new(5);
const FIRST_FREE: i32 = 6;

/// Draws pages and returns the PDF.
pub fn draw_pdf(
    pages: impl IntoIterator<Item = Page>,
    endorsement: &Endorsement,
    facts: &DocumentFacts,
    fonts: &Fonts,
) -> Result<Vec<u8>, DrawError> {
    let mut scratch = Scratch::take();
    let drawn = draw(pages, endorsement, facts, fonts, &mut scratch);
    scratch.give_back();
    drawn
}

fn draw(
    pages: impl IntoIterator<Item = Page>,
    endorsement: &Endorsement,
    facts: &DocumentFacts,
    fonts: &Fonts,
    scratch: &mut Scratch,
) -> Result<Vec<u8>, DrawError> {
    let mut pdf = Pdf::with_settings_and_capacity(Settings { pretty: false }, 128 * 1024);
    pdf.set_version(1, 7);
    pdf.set_binary_marker(&[0xe2, 0xe3, 0xcf, 0xd3]);
    let mut free = Ref::new(FIRST_FREE);
    let mut identity = Hasher::new();
    identity.update(facts.title.as_bytes());
    let mut subsets = Subsets::new(fonts, std::mem::take(&mut scratch.cids));
    let mut images = Images::default();
    let mut kids = Vec::new();
    for page in pages {
        let number = u32::try_from(kids.len()).unwrap_or(u32::MAX) + 1;
        let mut content = Content::new(page.paper, std::mem::take(&mut scratch.content), &mut subsets);
        let places = endorse::Places { endorsement, page: number, pages: facts.pages };
        let outcome = content.page(&page, &places, &mut images, &mut pdf, &mut free, &mut scratch.deflater);
        let stream = content.finish();
        outcome?;
        identity.update(&stream);
        kids.push(write_page(&mut pdf, &mut free, &page, scratch.deflater.zlib(&stream)));
        scratch.content = stream;
    }
    let drawn = u32::try_from(kids.len()).unwrap_or(u32::MAX);
    if drawn != facts.pages {
        return Err(DrawError::PageCount { counted: facts.pages, drawn });
    }
    images.identify(&mut identity);
    write_fonts(&mut pdf, &mut free, &mut subsets, &images, scratch, &mut identity)?;
    scratch.cids = subsets.finish();
    pdf.pages(PAGE_TREE).count(i32::try_from(kids.len()).unwrap_or(i32::MAX)).kids(kids);
    write_catalog(&mut pdf, facts);
    let id = identity.finish().as_bytes()[..16].to_vec();
    pdf.set_file_id((id.clone(), id));
    Ok(pdf.finish())
}

fn write_page(pdf: &mut Pdf, free: &mut Ref, page: &Page, stream: &[u8]) -> Ref {
    let (id, content) = (free.bump(), free.bump());
    let points = |milli: i32| milli as f32 / 1000.0;
    let mut object = pdf.page(id);
    object.parent(PAGE_TREE);
    object.media_box(Rect::new(0.0, 0.0, points(page.paper.width()), points(page.paper.height())));
    object.contents(content);
    object.pair(Name(b"Resources"), RESOURCES);
    object.finish();
    pdf.stream(content, stream).filter(Filter::FlateDecode);
    id
}

fn write_fonts(
    pdf: &mut Pdf,
    free: &mut Ref,
    subsets: &mut Subsets<'_>,
    images: &Images,
    scratch: &mut Scratch,
    identity: &mut Hasher,
) -> Result<(), DrawError> {
    let mut named = Vec::new();
    for number in 0..subsets.fonts.faces.len() {
        let subset = &subsets.faces[number];
        if subset.len() <= 1 {
            continue;
        }
        if subset.len() > 65_000 {
            return Err(DrawError::TooManyGlyphs);
        }
        let id = free.bump();
        write_font(pdf, free, id, subsets, number, scratch, identity);
        named.push((number, id));
    }
    let mut resources = pdf.indirect(RESOURCES).start::<pdf_writer::writers::Resources<'_>>();
    let mut dictionary = resources.fonts();
    for (number, id) in named {
        dictionary.pair(Name(format!("F{number}").as_bytes()), id);
    }
    dictionary.finish();
    images.name(&mut resources);
    Ok(())
}

fn write_font(
    pdf: &mut Pdf,
    free: &mut Ref,
    id: Ref,
    subsets: &Subsets<'_>,
    number: usize,
    scratch: &mut Scratch,
    identity: &mut Hasher,
) {
    let (face, subset) = (&subsets.fonts.faces[number], &subsets.faces[number]);
    let (descendant, descriptor, file, to_unicode) = (free.bump(), free.bump(), free.bump(), free.bump());
    let name = format!("{}+{}", subset.tag(), face.name);
    let base = Name(name.as_bytes());
    pdf.type0_font(id)
        .base_font(base)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(to_unicode);
    let mut cid = pdf.cid_font(descendant);
    cid.subtype(CidFontType::Type2).base_font(base).font_descriptor(descriptor).default_width(1000.0);
    cid.system_info(SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 });
    cid.cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = cid.widths();
    for (first, run) in subset.width_runs() {
        widths.consecutive(first, run.iter().map(|width| f32::from(*width)));
    }
    widths.finish();
    cid.finish();
    let sfnt = &face.sfnt;
    let measure = |units: i32| sfnt.per_mille(units) as f32;
    let [left, low, right, high] = sfnt.bbox.map(measure);
    pdf.font_descriptor(descriptor)
        .name(base)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(left, low, right, high))
        .italic_angle(0.0)
        .ascent(measure(sfnt.ascender))
        .descent(measure(sfnt.descender))
        .cap_height(measure(sfnt.ascender) * 0.7)
        .stem_v(80.0)
        .font_file2(file);
    let map = unicode::to_unicode(subset, &subsets.text);
    identity.update(&map);
    pdf.stream(to_unicode, scratch.deflater.zlib(&map)).filter(Filter::FlateDecode);
    font_file(sfnt, subset.glyphs(), &mut scratch.font);
    let length = i32::try_from(scratch.font.len()).unwrap_or(i32::MAX);
    let mut stream = pdf.stream(file, scratch.deflater.zlib(&scratch.font));
    stream.filter(Filter::FlateDecode).pair(Name(b"Length1"), length);
}

fn write_catalog(pdf: &mut Pdf, facts: &DocumentFacts) {
    pdf.stream(METADATA, xmp::packet(&facts.title, &facts.language).as_bytes())
        .pair(Name(b"Type"), Name(b"Metadata"))
        .pair(Name(b"Subtype"), Name(b"XML"));
    pdf.icc_profile(PROFILE, &icc::srgb()).n(3);
    let mut catalog = pdf.catalog(CATALOG);
    catalog.pages(PAGE_TREE).metadata(METADATA).lang(TextStr(&facts.language));
    catalog.viewer_preferences().display_doc_title(true);
    let mut intents = catalog.output_intents();
    intents
        .push()
        .subtype(OutputIntentSubtype::PDFA)
        .output_condition_identifier(TextStr("sRGB"))
        .info(TextStr("sRGB IEC61966-2.1"))
        .dest_output_profile(PROFILE);
    intents.finish();
}
