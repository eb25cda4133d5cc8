//! Annotations: those that show are drawn into the page, the others are counted.

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::copy::Copier;
use super::geometry::written;
use crate::object;
use crate::page::{Page, Rect};

const HIDDEN: i64 = 1 << 1;
const NO_VIEW: i64 = 1 << 5;

/// What became of the annotations of all pages.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) flattened: usize,
    pub(crate) links: usize,
    pub(crate) without_appearance: usize,
    pub(crate) hidden: usize,
    pub(crate) comments: usize,
}

/// Operators that paint a page's annotations, and the resources they name.
#[derive(Debug, Default)]
pub(crate) struct Painted {
    pub(crate) operators: String,
    pub(crate) forms: Dictionary,
    pub(crate) properties: Dictionary,
}

/// Draws the appearance streams of a page's annotations, in the page's own coordinates.
pub(crate) fn paint(copier: &mut Copier<'_>, document: &Document, page: &Page, counts: &mut Counts) -> Painted {
    let mut painted = Painted::default();
    let annotations = page.dict(document).and_then(|dict| object::get_array(document, dict, b"Annots"));
    for annotation in annotations.unwrap_or(&[]) {
        let Some(dict) = object::resolve(document, annotation).and_then(object::as_dict) else { continue };
        paint_one(copier, document, dict, &mut painted, counts);
    }
    painted
}

fn paint_one(
    copier: &mut Copier<'_>,
    document: &Document,
    dict: &Dictionary,
    painted: &mut Painted,
    counts: &mut Counts,
) {
    let kind = object::get_name(document, dict, b"Subtype").unwrap_or(b"");
    if kind == b"Popup" {
        return;
    }
    if kind == b"Link" {
        counts.links += 1;
    }
    let flags = object::get_number(document, dict, b"F").unwrap_or(0.0) as i64;
    if flags & (HIDDEN | NO_VIEW) != 0 {
        counts.hidden += 1;
        return;
    }
    if has_comment(document, dict, kind) {
        counts.comments += 1;
    }
    match appearance(document, dict) {
        Appearance::Form(reference) => {
            if draw(copier, document, dict, reference, painted).is_some() {
                counts.flattened += 1;
            }
        }
        Appearance::Empty => {}
        Appearance::Missing if shows_without(document, dict, kind) => counts.without_appearance += 1,
        Appearance::Missing => {}
    }
}

enum Appearance<'a> {
    Form(&'a Object),
    /// The annotation has appearances, and none for its present state: nothing shows.
    Empty,
    Missing,
}

fn appearance<'a>(document: &'a Document, dict: &'a Dictionary) -> Appearance<'a> {
    let Some(normal) = object::get_dict(document, dict, b"AP").and_then(|appearances| appearances.get(b"N").ok())
    else {
        return Appearance::Missing;
    };
    match object::resolve(document, normal) {
        Some(Object::Stream(_)) => Appearance::Form(normal),
        Some(Object::Dictionary(states)) => {
            let state = object::get_name(document, dict, b"AS").unwrap_or(b"Off");
            let found = states.get(state).ok();
            match found.filter(|found| matches!(object::resolve(document, found), Some(Object::Stream(_)))) {
                Some(found) => Appearance::Form(found),
                None => Appearance::Empty,
            }
        }
        _ => Appearance::Missing,
    }
}

/// Text markup comments show as a mark on the page; their words show only in a window.
fn has_comment(document: &Document, dict: &Dictionary, kind: &[u8]) -> bool {
    let is_markup = !matches!(kind, b"Link" | b"Widget" | b"FreeText" | b"Popup" | b"Screen" | b"PrinterMark");
    let has_text =
        matches!(object::get(document, dict, b"Contents"), Some(Object::String(text, _)) if !text.is_empty());
    is_markup && has_text
}

/// Says whether readers would draw something for an annotation that brings no appearance.
fn shows_without(document: &Document, dict: &Dictionary, kind: &[u8]) -> bool {
    let has_area = object::get_numbers::<4>(document, dict, b"Rect")
        .map(Rect::new)
        .is_some_and(|rect| rect.width() > 0.0 && rect.height() > 0.0);
    let shows = match kind {
        b"Link" => false,
        b"Widget" => has_value(document, dict) || has_frame(document, dict),
        _ => true,
    };
    has_area && shows
}

/// Says whether a field asks for a border or a background.
fn has_frame(document: &Document, dict: &Dictionary) -> bool {
    let filled = |characteristics: &Dictionary, key: &[u8]| {
        object::get_array(document, characteristics, key).is_some_and(|colour| !colour.is_empty())
    };
    object::get_dict(document, dict, b"MK").is_some_and(|found| filled(found, b"BC") || filled(found, b"BG"))
}

/// Says whether a field, or the field above it, has a value.
fn has_value(document: &Document, dict: &Dictionary) -> bool {
    let filled = |dict: &Dictionary| match object::get(document, dict, b"V") {
        Some(Object::String(text, _)) => !text.is_empty(),
        Some(Object::Name(name)) => name != b"Off",
        Some(_) => true,
        None => false,
    };
    filled(dict) || object::get_dict(document, dict, b"Parent").is_some_and(filled)
}

/// Draws one appearance by the algorithm of ISO 32000-1, 12.5.5.
fn draw(
    copier: &mut Copier<'_>,
    document: &Document,
    dict: &Dictionary,
    reference: &Object,
    painted: &mut Painted,
) -> Option<()> {
    let rect = Rect::new(object::get_numbers(document, dict, b"Rect")?);
    let form = object::resolve(document, reference)?.as_stream().ok()?;
    let bounds = Rect::new(object::get_numbers(document, &form.dict, b"BBox")?);
    let matrix = object::get_numbers(document, &form.dict, b"Matrix").unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let placed = bounding_box(bounds, matrix);
    if placed.width() <= 0.0 || placed.height() <= 0.0 || rect.width() <= 0.0 || rect.height() <= 0.0 {
        return None;
    }
    let (scale_x, scale_y) = (rect.width() / placed.width(), rect.height() / placed.height());
    let to_rect = [scale_x, 0.0, 0.0, scale_y, rect.x0 - placed.x0 * scale_x, rect.y0 - placed.y0 * scale_y];
    let id = own_form(copier, reference)?;
    let name = format!("A{}", painted.forms.len());
    painted.forms.set(name.as_bytes(), id);
    let body = format!("q {} cm /{name} Do Q\n", written(&to_rect));
    match dict.get(b"OC").ok().map(|layer| copier.copy(layer)) {
        Some(layer @ Object::Reference(_)) => {
            let label = format!("L{}", painted.properties.len());
            painted.properties.set(label.as_bytes(), layer);
            painted.operators += &format!("/OC /{label} BDC\n{body}EMC\n");
        }
        _ => painted.operators += &body,
    }
    Some(())
}

/// Copies the appearance and makes sure that it calls itself a form, which some files leave out.
fn own_form(copier: &mut Copier<'_>, reference: &Object) -> Option<ObjectId> {
    let id = match copier.copy(reference) {
        Object::Reference(id) => id,
        Object::Null => return None,
        direct => copier.target.add_object(direct),
    };
    let form = copier.target.get_object_mut(id).and_then(Object::as_stream_mut).ok()?;
    form.dict.set("Type", Object::Name(b"XObject".to_vec()));
    form.dict.set("Subtype", Object::Name(b"Form".to_vec()));
    Some(id)
}

fn bounding_box(rect: Rect, [a, b, c, d, e, f]: [f64; 6]) -> Rect {
    let corners = [(rect.x0, rect.y0), (rect.x1, rect.y0), (rect.x0, rect.y1), (rect.x1, rect.y1)]
        .map(|(x, y)| (a * x + c * y + e, b * x + d * y + f));
    let fold = |pick: fn(f64, f64) -> f64, axis: fn(&(f64, f64)) -> f64, start: f64| {
        corners.iter().map(axis).fold(start, pick)
    };
    Rect {
        x0: fold(f64::min, |corner| corner.0, f64::INFINITY),
        y0: fold(f64::min, |corner| corner.1, f64::INFINITY),
        x1: fold(f64::max, |corner| corner.0, f64::NEG_INFINITY),
        y1: fold(f64::max, |corner| corner.1, f64::NEG_INFINITY),
    }
}
