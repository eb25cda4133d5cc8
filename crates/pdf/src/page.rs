//! The page tree: pages in order with what they inherit, and what a viewer shows of each.

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::limits::Limits;
use crate::object;
use crate::refusal::{Refusal, RefusalKind};

/// The deepest page tree that is followed.
const MAX_TREE_DEPTH: usize = 64;

/// US Letter, which readers assume where a page has no usable MediaBox.
const DEFAULT_BOX: Rect = Rect { x0: 0.0, y0: 0.0, x1: 612.0, y1: 792.0 };

/// The size of a page as a reader shows it, rotation and units applied, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageSize {
    /// The width in points of 1/72 inch.
    pub width: f64,
    /// The height in points of 1/72 inch.
    pub height: f64,
}

/// A rectangle with its corners in order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub(crate) x0: f64,
    pub(crate) y0: f64,
    pub(crate) x1: f64,
    pub(crate) y1: f64,
}

impl Rect {
    /// Orders the corners, which files may give in any order.
    pub(crate) fn new([x0, y0, x1, y1]: [f64; 4]) -> Self {
        Self { x0: x0.min(x1), y0: y0.min(y1), x1: x0.max(x1), y1: y0.max(y1) }
    }

    pub(crate) fn width(self) -> f64 {
        self.x1 - self.x0
    }

    pub(crate) fn height(self) -> f64 {
        self.y1 - self.y0
    }

    fn intersection(self, other: Self) -> Self {
        Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        }
    }

    fn is_usable(self) -> bool {
        let fits = |length: f64| length.is_finite() && (1.0..=1.0e6).contains(&length);
        fits(self.width()) && fits(self.height())
    }
}

/// A page and what it inherits from the tree above it.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) id: ObjectId,
    /// The part of the page that readers show, in its own coordinates.
    pub(crate) visible: Rect,
    /// 0, 90, 180 or 270, clockwise.
    pub(crate) rotate: u16,
    /// How many points one unit of the page's coordinates is.
    pub(crate) user_unit: f64,
    /// The node of the tree that holds the resources.
    resources_owner: Option<ObjectId>,
}

impl Page {
    pub(crate) fn dict<'a>(&self, document: &'a Document) -> Option<&'a Dictionary> {
        document.get_dictionary(self.id).ok()
    }

    /// Returns the resources, own or inherited.
    pub(crate) fn resources<'a>(&self, document: &'a Document) -> Option<&'a Dictionary> {
        let owner = document.get_dictionary(self.resources_owner?).ok()?;
        object::get_dict(document, owner, b"Resources")
    }

    /// Returns the resources as written: a reference, or the dictionary itself.
    pub(crate) fn resources_object<'a>(&self, document: &'a Document) -> Option<&'a Object> {
        document.get_dictionary(self.resources_owner?).ok()?.get(b"Resources").ok()
    }

    pub(crate) fn size(&self) -> PageSize {
        let (width, height) = (self.visible.width() * self.user_unit, self.visible.height() * self.user_unit);
        if self.rotate.is_multiple_of(180) {
            PageSize { width, height }
        } else {
            PageSize { width: height, height: width }
        }
    }

    /// Returns the content streams in order; an entry that is no stream is `None`.
    pub(crate) fn contents<'a>(&self, document: &'a Document) -> Vec<Option<&'a lopdf::Stream>> {
        let Some(contents) = self.dict(document).and_then(|dict| object::get(document, dict, b"Contents")) else {
            return Vec::new();
        };
        match contents {
            Object::Array(items) => items
                .iter()
                .filter_map(|item| match object::resolve(document, item) {
                    Some(Object::Null) => None,
                    other => Some(other.and_then(|object| object.as_stream().ok())),
                })
                .collect(),
            other => vec![other.as_stream().ok()],
        }
    }
}

/// What a node hands down to its children.
#[derive(Clone, Copy)]
struct Inherited {
    media: Option<Rect>,
    crop: Option<Rect>,
    rotate: i64,
    resources_owner: Option<ObjectId>,
}

impl Inherited {
    fn updated(self, document: &Document, id: ObjectId, dict: &Dictionary) -> Self {
        let rect = |key: &[u8]| object::get_numbers(document, dict, key).map(Rect::new);
        let rotate = object::get_number(document, dict, b"Rotate").map(|value| value as i64);
        Self {
            media: rect(b"MediaBox").or(self.media),
            crop: rect(b"CropBox").or(self.crop),
            rotate: rotate.unwrap_or(self.rotate),
            resources_owner: object::get_dict(document, dict, b"Resources").map(|_| id).or(self.resources_owner),
        }
    }

    fn page(self, document: &Document, id: ObjectId, dict: &Dictionary) -> Page {
        let media = self.media.filter(|rect| rect.is_usable()).unwrap_or(DEFAULT_BOX);
        let visible = self.crop.map(|crop| crop.intersection(media)).filter(|rect| rect.is_usable());
        let user_unit = object::get_number(document, dict, b"UserUnit").filter(|unit| (0.01..=1000.0).contains(unit));
        Page {
            id,
            visible: visible.unwrap_or(media),
            rotate: u16::try_from(self.rotate.rem_euclid(360) / 90 * 90).expect("it is below 360"),
            user_unit: user_unit.unwrap_or(1.0),
            resources_owner: self.resources_owner,
        }
    }
}

/// The pages of a document in order, and how many the tree says there are.
pub(crate) struct PageTree {
    pub(crate) pages: Vec<Page>,
    pub(crate) declared: Option<i64>,
}

/// Walks the page tree; a child that is not there is a refusal, never a page less.
pub(crate) fn page_tree(document: &Document, limits: &Limits) -> Result<PageTree, Refusal> {
    let root = document
        .catalog()
        .ok()
        .and_then(|catalog| catalog.get(b"Pages").ok())
        .ok_or_else(|| Refusal::damaged("there is no page tree"))?;
    let mut walk = Walk { document, limits, pages: Vec::new(), path: Vec::new() };
    let none = Inherited { media: None, crop: None, rotate: 0, resources_owner: None };
    walk.node(root, none)?;
    if walk.pages.is_empty() {
        return Err(Refusal::new(RefusalKind::NoPages, "its page tree is empty"));
    }
    let declared = object::resolve(document, root)
        .and_then(object::as_dict)
        .filter(|dict| dict.has(b"Kids"))
        .and_then(|dict| object::get_number(document, dict, b"Count"))
        .map(|count| count as i64);
    Ok(PageTree { pages: walk.pages, declared })
}

struct Walk<'a> {
    document: &'a Document,
    limits: &'a Limits,
    pages: Vec<Page>,
    path: Vec<ObjectId>,
}

impl Walk<'_> {
    fn node(&mut self, node: &Object, inherited: Inherited) -> Result<(), Refusal> {
        let Object::Reference(id) = *node else {
            return Err(Refusal::damaged("the page tree holds a page that is not an object of its own"));
        };
        let found = object::resolve(self.document, node).and_then(|object| object.as_dict().ok());
        let Some(dict) = found else {
            return Err(Refusal::damaged(format!(
                "page {} is missing (object {} {})",
                self.pages.len() + 1,
                id.0,
                id.1
            )));
        };
        let inherited = inherited.updated(self.document, id, dict);
        let Some(kids) = object::get_array(self.document, dict, b"Kids") else {
            return self.leaf(id, dict, inherited);
        };
        if self.path.contains(&id) || self.path.len() >= MAX_TREE_DEPTH {
            return Err(Refusal::damaged("the page tree runs in a circle or is too deep"));
        }
        self.path.push(id);
        for kid in kids {
            self.node(kid, inherited)?;
        }
        self.path.pop();
        Ok(())
    }

    fn leaf(&mut self, id: ObjectId, dict: &Dictionary, inherited: Inherited) -> Result<(), Refusal> {
        // A tree node whose children were lost must not pass for a blank page.
        if object::get_name(self.document, dict, b"Type") == Some(b"Pages") {
            let empty = object::get_number(self.document, dict, b"Count").is_none_or(|count| count == 0.0);
            let detail = format!("the page tree node {} {} has no children", id.0, id.1);
            return if empty { Ok(()) } else { Err(Refusal::damaged(detail)) };
        }
        if self.pages.len() >= self.limits.max_pages {
            return Err(Refusal::too_large(format!("more than {} pages", self.limits.max_pages)));
        }
        self.pages.push(inherited.page(self.document, id, dict));
        Ok(())
    }
}
