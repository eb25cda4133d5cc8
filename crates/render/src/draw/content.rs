//! Content streams: the display list of one page in PDF's operators, written by hand for speed.

use pdf_writer::{Pdf, Ref};

use super::DrawError;
use super::endorse::Places;
use super::images::Images;
use super::scratch::Deflater;
use super::subset::Subsets;
use super::unicode::push_hex;
use crate::page::{
    Area, Glyph, Grey, Milli, Op, Page, TextRun, TextStyle, UNSHOWN_PAD, UNSHOWN_SIZE, Unshown, scaled, span,
    unshown_label, unshown_width,
};
use crate::picture::{Picture, Turn};
use crate::style::{HAIRLINE, Paper, SOFT};

/// How thick the added stroke of bold text is, in thousandths of the type size.
const BOLD_STROKE: i32 = 29;

/// A content stream being written.
pub(super) struct Content<'s, 'f> {
    out: Vec<u8>,
    pub(super) subsets: &'s mut Subsets<'f>,
    height: Milli,
    in_text: bool,
    /// Where the current line of text starts, in hundredths of a point.
    origin: (i32, i32),
    font: Option<(u8, Milli)>,
    grey: Option<Grey>,
    stroke: Option<Grey>,
    bold: Option<Milli>,
    /// Glyph numbers not yet shown.
    pending: Vec<u8>,
}

impl<'s, 'f> Content<'s, 'f> {
    pub(super) fn new(paper: Paper, mut out: Vec<u8>, subsets: &'s mut Subsets<'f>) -> Self {
        out.clear();
        Self {
            out,
            subsets,
            height: paper.height(),
            in_text: false,
            origin: (0, 0),
            font: None,
            grey: None,
            stroke: None,
            bold: None,
            pending: Vec::new(),
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.end_text();
        self.out
    }

    /// Draws a page and its endorsements.
    pub(super) fn page(
        &mut self,
        page: &Page,
        places: &Places<'_>,
        images: &mut Images,
        pdf: &mut Pdf,
        free: &mut Ref,
        deflater: &mut Deflater,
    ) -> Result<(), DrawError> {
        for op in &page.ops {
            match op {
                Op::Text(run) => self.run(run, page),
                Op::Unshown(sign) => self.unshown(sign),
                Op::Fill(area, grey) => self.fill(area, *grey),
                Op::Frame(area, grey) => self.frame(area, *grey),
                Op::Picture(area, picture) => {
                    let number = images.number(picture, pdf, free, deflater);
                    self.picture(area, picture, number);
                }
                Op::Slot(slot) => {
                    let text = places.text(slot.kind)?;
                    self.fitted(&text, slot.x, slot.y, slot.width, slot.to_the_right, slot.style);
                }
            }
        }
        places.draw(page.paper, self)
    }

    fn run(&mut self, run: &TextRun, page: &Page) {
        self.begin_run(run.x, run.y, run.style);
        for code in &page.glyphs[span(&run.glyphs)] {
            let (font, cid) = match code.read() {
                Glyph::Simple(c) => self.subsets.simple(c),
                Glyph::NarrowQuote(c) => self.subsets.narrow_quote(c),
                Glyph::Cluster(index) => {
                    let cluster = &page.shaped.clusters[index];
                    (cluster.font, self.subsets.cluster(cluster, &page.shaped))
                }
            };
            self.glyph(font, cid, run.style.size);
        }
        self.show();
    }

    fn begin_span(&mut self, text: &str) {
        self.show();
        self.out.extend_from_slice(b"/Span<</ActualText<FEFF");
        text.encode_utf16().for_each(|unit| push_hex(unit, &mut self.out));
        self.out.extend_from_slice(b">>>BDC\n");
    }

    fn end_span(&mut self) {
        self.show();
        self.out.extend_from_slice(b"EMC\n");
    }

    fn glyph(&mut self, font: u8, cid: u16, size: Milli) {
        if self.font != Some((font, size)) {
            self.show();
            self.font = Some((font, size));
            self.out.extend_from_slice(b"/F");
            self.out.push(b'0' + font);
            self.out.push(b' ');
            self.number(size / 10);
            self.out.extend_from_slice(b"Tf\n");
        }
        for byte in cid.to_be_bytes() {
            match byte {
                b'(' | b')' | b'\\' => self.pending.extend([b'\\', byte]),
                // A bare carriage return in a string would be read as a line feed.
                b'\r' => self.pending.extend(b"\\r"),
                _ => self.pending.push(byte),
            }
        }
    }

    fn show(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        self.out.push(b'(');
        self.out.append(&mut self.pending);
        self.out.extend_from_slice(b")Tj\n");
    }

    fn begin_run(&mut self, x: Milli, y: Milli, style: TextStyle) {
        self.set_grey(style.grey);
        let bold = style.bold.then(|| scaled(style.size, BOLD_STROKE));
        if bold.is_some() && self.stroke != Some(style.grey) {
            self.stroke = Some(style.grey);
            self.grey_value(style.grey);
            self.out.extend_from_slice(b"G\n");
        }
        if !self.in_text {
            self.in_text = true;
            self.origin = (0, 0);
            self.out.extend_from_slice(b"BT\n");
        }
        if self.bold != bold {
            match bold {
                Some(width) => {
                    self.number(width / 10);
                    self.out.extend_from_slice(b"w 2 Tr\n");
                }
                None => self.out.extend_from_slice(b"0 Tr\n"),
            }
            self.bold = bold;
        }
        self.move_to(x, y);
    }

    /// Starts the next glyph at a place of the page.
    fn move_to(&mut self, x: Milli, y: Milli) {
        self.show();
        // Places are rounded before they are subtracted, so that nothing adds up.
        let place = (x / 10, (self.height - y) / 10);
        self.number(place.0 - self.origin.0);
        self.number(place.1 - self.origin.1);
        self.out.extend_from_slice(b"Td\n");
        self.origin = place;
    }

    fn end_text(&mut self) {
        self.show();
        if self.in_text {
            self.in_text = false;
            self.out.extend_from_slice(b"ET\n");
        }
    }

    fn set_grey(&mut self, grey: Grey) {
        if self.grey != Some(grey) {
            self.grey = Some(grey);
            self.grey_value(grey);
            self.out.extend_from_slice(b"g\n");
        }
    }

    fn grey_value(&mut self, grey: Grey) {
        self.number(i32::from(grey) * 100 / 255);
    }

    fn fill(&mut self, area: &Area, grey: Grey) {
        self.end_text();
        self.set_grey(grey);
        self.rectangle(area);
        self.out.extend_from_slice(b"f\n");
    }

    fn frame(&mut self, area: &Area, grey: Grey) {
        self.end_text();
        if self.stroke != Some(grey) {
            self.stroke = Some(grey);
            self.grey_value(grey);
            self.out.extend_from_slice(b"G\n");
        }
        self.number(HAIRLINE / 10);
        self.out.extend_from_slice(b"w\n");
        // The width of bold strokes is set again when it is needed.
        if self.bold.is_some() {
            self.bold = Some(-1);
        }
        self.rectangle(area);
        self.out.extend_from_slice(b"S\n");
    }

    fn rectangle(&mut self, area: &Area) {
        for value in [area.x, self.height - area.y - area.height, area.width, area.height] {
            self.number(value / 10);
        }
        self.out.extend_from_slice(b"re\n");
    }

    fn picture(&mut self, area: &Area, picture: &Picture, number: usize) {
        self.end_text();
        self.out.extend_from_slice(b"q\n");
        let low = self.height - area.y - area.height;
        for value in turned(picture.turn, area.x / 10, low / 10, area.width / 10, area.height / 10) {
            self.number(value);
        }
        self.out.extend_from_slice(format!("cm\n/I{number} Do\nQ\n").as_bytes());
    }

    /// Draws a character without a glyph as its code point in a box; copied text still holds the character.
    fn unshown(&mut self, sign: &Unshown) {
        let inside = scaled(sign.size, unshown_width(sign.character));
        let pad = scaled(sign.size, UNSHOWN_PAD);
        let style = TextStyle { size: scaled(sign.size, UNSHOWN_SIZE), grey: SOFT, bold: false };
        let area = Area {
            x: sign.x + pad / 2,
            y: sign.y - scaled(sign.size, 760),
            width: inside - pad,
            height: scaled(sign.size, 900),
        };
        self.frame(&area, SOFT);
        let label = unshown_label(sign.character);
        let width = self.width_of(&label, style.size);
        let x = area.x + (area.width - width) / 2;
        self.begin_run(x, sign.y - scaled(sign.size, 80), style);
        let spanned = !sign.character.is_control();
        if spanned {
            self.begin_span(sign.character.encode_utf8(&mut [0; 4]));
        }
        self.plain(&label, style.size);
        if spanned {
            self.end_span();
        }
        self.show();
    }

    /// Draws a short text of simple characters at most `room` wide, narrowed where it is wider.
    pub(super) fn fitted(&mut self, text: &str, x: Milli, y: Milli, room: Milli, right: bool, style: TextStyle) {
        let width = self.width_of(text, style.size);
        let start = if right { x + (room - width).max(0) } else { x };
        self.begin_run(start, y, style);
        let narrowed = width > room;
        if narrowed {
            let percent = i64::from(room) * 10_000 / i64::from(width.max(1));
            self.number(i32::try_from(percent).unwrap_or(10_000));
            self.out.extend_from_slice(b"Tz\n");
        }
        self.plain(text, style.size);
        self.show();
        if narrowed {
            self.out.extend_from_slice(b"100 Tz\n");
        }
    }

    fn plain(&mut self, text: &str, size: Milli) {
        for c in text.chars() {
            let (font, cid) = self.subsets.simple(c);
            self.glyph(font, cid, size);
        }
    }

    fn width_of(&self, text: &str, size: Milli) -> Milli {
        scaled(size, text.chars().map(|c| i32::from(self.subsets.fonts.info(c).advance)).sum())
    }

    /// Writes hundredths as a decimal number and a space.
    fn number(&mut self, hundredths: i32) {
        if hundredths < 0 {
            self.out.push(b'-');
        }
        let value = hundredths.unsigned_abs();
        let (whole, part) = (value / 100, value % 100);
        let mut digits = [0_u8; 10];
        let mut at = digits.len();
        let mut rest = whole;
        loop {
            at -= 1;
            digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.out.extend_from_slice(&digits[at..]);
        let digit = |value: u32| b'0' + u8::try_from(value).unwrap_or(0);
        match (part / 10, part % 10) {
            (0, 0) => {}
            (tenth, 0) => self.out.extend([b'.', digit(tenth)]),
            (tenth, hundredth) => self.out.extend([b'.', digit(tenth), digit(hundredth)]),
        }
        self.out.push(b' ');
    }
}

/// Returns the matrix that lays an image's unit square on an area, turned and mirrored as it asks.
fn turned(turn: Turn, x: i32, y: i32, width: i32, height: i32) -> [i32; 6] {
    // `u` runs along the stored rows, mirrored or not; `v` up the stored columns.
    let (s, t) = if turn.mirrored { (-1, 1) } else { (1, 0) };
    // Each of X and Y as factors of u and v and a constant.
    let ([xu, xv, x0], [yu, yv, y0]) = match turn.quarters {
        0 => ([s, 0, t], [0, 1, 0]),
        1 => ([0, 1, 0], [-s, 0, 1 - t]),
        2 => ([-s, 0, 1 - t], [0, -1, 1]),
        _ => ([0, -1, 1], [s, 0, t]),
    };
    // PDF lengths here are hundredths; the unit square's sides are one, so the matrix is in lengths alone.
    [width * xu, height * yu, width * xv, height * yv, x + width * x0, y + height * y0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corner(matrix: [i32; 6], u: i32, v: i32) -> (i32, i32) {
        let [a, b, c, d, e, f] = matrix;
        (a * u + c * v + e, b * u + d * v + f)
    }

    #[test]
    fn the_upper_left_pixel_goes_where_exif_says() {
        // Orientation: where the first row's first pixel is seen. The unit square has it at u 0, v 1.
        let rows = [
            (false, 0, (0, 10)),
            (true, 0, (20, 10)),
            (false, 2, (20, 0)),
            (true, 2, (0, 0)),
            (true, 3, (0, 10)),
            (false, 1, (20, 10)),
            (true, 1, (20, 0)),
            (false, 3, (0, 0)),
        ];
        for (mirrored, quarters, place) in rows {
            let matrix = turned(Turn { mirrored, quarters }, 0, 0, 20, 10);
            assert_eq!(corner(matrix, 0, 1), place, "{mirrored} {quarters}");
        }
    }
}
