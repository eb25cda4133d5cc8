//! How far each glyph of a font moves on, in thousandths of the font size.

use lopdf::{Dictionary, Document, Object};

use crate::object;

/// The widths of a font.
#[derive(Debug)]
pub(crate) enum Widths {
    /// A width for each single-byte code; `None` where the file leaves it to the reader.
    Simple(Box<[Option<f64>; 256]>),
    /// Sorted by first glyph number: first, last, width.
    Composite { ranges: Vec<(u32, u32, f64)>, default: f64 },
}

impl Widths {
    pub(crate) fn simple(document: &Document, font: &Dictionary) -> Self {
        let mut widths = Box::new([None; 256]);
        let missing = object::get_dict(document, font, b"FontDescriptor")
            .and_then(|descriptor| object::get_number(document, descriptor, b"MissingWidth"));
        widths.fill(missing.filter(|&width| width > 0.0));
        let first = object::get_number(document, font, b"FirstChar").unwrap_or(0.0) as usize;
        for (index, item) in object::get_array(document, font, b"Widths").unwrap_or(&[]).iter().enumerate() {
            let width = object::resolve(document, item).and_then(object::number);
            if let (Some(slot), Some(width)) = (widths.get_mut(first.saturating_add(index)), width) {
                *slot = Some(width);
            }
        }
        Self::Simple(widths)
    }

    pub(crate) fn composite(document: &Document, descendant: &Dictionary) -> Self {
        let default = object::get_number(document, descendant, b"DW").unwrap_or(1000.0);
        let mut ranges = Vec::new();
        let items = object::get_array(document, descendant, b"W").unwrap_or(&[]);
        let mut rest = items;
        while let [first, second, tail @ ..] = rest {
            let Some(first) = cid(document, first) else { break };
            match object::resolve(document, second) {
                Some(Object::Array(widths)) => {
                    for (index, width) in widths.iter().enumerate() {
                        let at = first.saturating_add(index as u32);
                        if let Some(width) = object::resolve(document, width).and_then(object::number) {
                            ranges.push((at, at, width));
                        }
                    }
                    rest = tail;
                }
                _ => {
                    let [width, tail @ ..] = tail else { break };
                    let width = object::resolve(document, width).and_then(object::number);
                    if let (Some(last), Some(width)) = (cid(document, second), width) {
                        ranges.push((first, last, width));
                    }
                    rest = tail;
                }
            }
        }
        ranges.sort_by_key(|range| range.0);
        Self::Composite { ranges, default }
    }

    /// Returns the width of a code (simple fonts) or glyph number (composite fonts).
    pub(crate) fn get(&self, code: u32) -> Option<f64> {
        match self {
            Self::Simple(widths) => widths.get(code as usize).copied().flatten(),
            Self::Composite { ranges, default } => {
                let after = ranges.partition_point(|range| range.0 <= code);
                let range = after.checked_sub(1).map(|index| ranges[index]);
                Some(range.filter(|range| code <= range.1).map_or(*default, |range| range.2))
            }
        }
    }
}

fn cid(document: &Document, object: &Object) -> Option<u32> {
    object::resolve(document, object)
        .and_then(object::number)
        .filter(|value| (0.0..=65_535.0).contains(value))
        .map(|value| value as u32)
}
