//! What the layout of one document works with: the flow being filled, pictures, findings so far.

use duces_model::{BlobSource, Finding, FindingCode, Place};

use crate::flow::Flow;
use crate::fonts::Fonts;
use crate::gallery::Gallery;
use crate::page::{Milli, scaled};
use crate::style::{PageStyle, Paper};
use crate::text::Typesetter;

/// The state of laying out one document.
pub(crate) struct Sheet<'a> {
    pub(crate) flow: Flow<'a>,
    pub(crate) gallery: Gallery<'a>,
    pub(crate) paper: Paper,
    /// The number of the message that the one being laid out quotes or recalls, until it has been said.
    pub(crate) refers_to: Option<u32>,
    pub(crate) findings: Vec<Finding>,
    place: Place,
    /// The width of a full Bates range in thousandths of an em.
    range: i32,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(style: &PageStyle, fonts: &'a Fonts, pictures: &'a dyn BlobSource, place: Place) -> Self {
        let range = style.bates.widest_range().chars().map(|c| i32::from(fonts.info(c).advance)).sum();
        Self {
            flow: Flow::new(Typesetter::new(fonts)),
            gallery: Gallery::new(pictures),
            paper: style.paper,
            refers_to: None,
            findings: Vec::new(),
            place,
            range,
        }
    }

    /// Goes on to the record with this number.
    pub(crate) fn start_record(&mut self, number: u32) {
        self.place.record = Some(u64::from(number));
    }

    /// Reports something about the record being laid out.
    pub(crate) fn find(&mut self, code: &FindingCode, text: String) {
        self.findings.push(Finding::new(code, self.place.clone(), text));
    }

    /// Returns how wide a place for a Bates range is at a type size.
    pub(crate) fn range_width(&self, size: Milli) -> Milli {
        scaled(size, self.range) + 1_000
    }
}
