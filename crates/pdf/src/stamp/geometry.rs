//! Where the original page and the endorsements go on the stamped page.

use crate::page::{Page, PageSize};

/// The largest page side that readers agree on, in points.
const MAX_SIDE: f64 = 14_400.0;

/// The largest part of a page's height that its bands may take.
const MAX_BAND_PART: f64 = 0.2;

/// The layout of one stamped page, in points with the origin at the lower left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Layout {
    pub(crate) size: PageSize,
    /// Maps the original's coordinates onto the page, upright.
    pub(crate) matrix: [f64; 6],
    pub(crate) top_band: f64,
    pub(crate) bottom_band: f64,
}

/// Lays out a page whose size stays as shown, with its content scaled down evenly between the
/// bands and centred.
pub(crate) fn layout(page: &Page, band: f64, has_top: bool, has_bottom: bool) -> Layout {
    let shown = page.size();
    let shrink = (MAX_SIDE / shown.width.max(shown.height)).min(1.0);
    let size = PageSize { width: shown.width * shrink, height: shown.height * shrink };
    let band = band.min(size.height * MAX_BAND_PART);
    let top_band = if has_top { band } else { 0.0 };
    let bottom_band = if has_bottom { band } else { 0.0 };
    let scale = (size.height - top_band - bottom_band) / size.height;
    let left = size.width * (1.0 - scale) / 2.0;
    let unit = page.user_unit * shrink * scale;
    let upright = upright(page);
    let [a, b, c, d, e, f] = upright.map(|value| value * unit);
    Layout { size, matrix: [a, b, c, d, e + left, f + bottom_band], top_band, bottom_band }
}

/// Returns the matrix that turns the visible part upright with its lower left corner at 0, 0.
fn upright(page: &Page) -> [f64; 6] {
    let rect = page.visible;
    match page.rotate {
        90 => [0.0, -1.0, 1.0, 0.0, -rect.y0, rect.x1],
        180 => [-1.0, 0.0, 0.0, -1.0, rect.x1, rect.y1],
        270 => [0.0, 1.0, -1.0, 0.0, rect.y1, -rect.x0],
        _ => [1.0, 0.0, 0.0, 1.0, -rect.x0, -rect.y0],
    }
}

/// Writes numbers for a content stream: at most four decimals, no exponent.
pub(crate) fn written(numbers: &[f64]) -> String {
    let each = numbers.iter().map(|&number| {
        let text = format!("{number:.4}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        if text == "-0" { "0".to_owned() } else { text.to_owned() }
    });
    each.collect::<Vec<_>>().join(" ")
}
