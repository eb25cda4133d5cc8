//! Marks on sheets: text, rules and boxes, as the PDF library's operations.

use super::face::Glyph;
use super::wrap::Line;
use printpdf::{
    Color, FontId, Greyscale, LineJoinStyle, Op, PaintMode, PdfFontHandle, Point, Pt, Rect, TextItem,
    TextRenderingMode, text::Codepoint,
};

/// How text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ink {
    /// The font size in points.
    pub size: f32,
    /// The grey, 0 black to 1 white.
    pub grey: f32,
    /// Whether it is heavier: the outline is drawn as well, since a paper has one weight of its font.
    pub bold: bool,
}

/// The sheets drawn so far; the last one takes the marks. Heights are measured from the top of the sheet.
#[derive(Debug)]
pub(super) struct Canvas {
    height: f32,
    /// The operations of each sheet.
    pub sheets: Vec<Vec<Op>>,
}

impl Canvas {
    /// Starts with one blank sheet.
    pub(super) fn new(height: f32) -> Self {
        Self { height, sheets: vec![Vec::new()] }
    }

    /// Starts another sheet.
    pub(super) fn turn(&mut self) {
        self.sheets.push(Vec::new());
    }

    /// Returns how many marks the last sheet has.
    pub(super) fn marks(&self) -> usize {
        self.sheets.last().map_or(0, Vec::len)
    }

    /// Takes the marks after so many off the last sheet again.
    pub(super) fn cut(&mut self, marks: usize) {
        if let Some(ops) = self.sheets.last_mut() {
            ops.truncate(marks);
        }
    }

    /// Draws a line of text on the last sheet; `down` is where its baseline stands.
    pub(super) fn text(&mut self, line: &Line, x: f32, down: f32, ink: Ink) {
        let last = self.sheets.len() - 1;
        self.text_on(last, line, x, down, ink);
    }

    /// Draws a line of text on a sheet by its index.
    pub(super) fn text_on(&mut self, sheet: usize, line: &Line, x: f32, down: f32, ink: Ink) {
        let y = self.height - down;
        let Some(ops) = self.sheets.get_mut(sheet) else { return };
        if line.glyphs.is_empty() {
            return;
        }
        ops.push(Op::SetFillColor { col: grey(ink.grey) });
        if ink.bold {
            ops.push(Op::SetOutlineColor { col: grey(ink.grey) });
            ops.push(Op::SetOutlineThickness { pt: Pt(hundredths(ink.size * 0.032)) });
            ops.push(Op::SetLineJoinStyle { join: LineJoinStyle::Round });
        }
        let mut before = 0;
        let in_place = |glyph: &Glyph| glyph.offset == (0, 0);
        for run in line.glyphs.chunk_by(|a, b| a.face == b.face && in_place(a) && in_place(b)) {
            // A glyph out of its place, such as a vowel mark, is a run of its own.
            let (right, up) = run[0].offset;
            let at = x + (before + right) as f32 * ink.size / 1000.0;
            let y = y + up as f32 * ink.size / 1000.0;
            before += run.iter().map(Glyph::advance).sum::<i32>();
            let codepoint = |glyph: &Glyph| Codepoint::with_cid(glyph.id, glyph.kern as f32, (&glyph.text).into());
            let glyphs = run.iter().map(codepoint).collect();
            let mode = if ink.bold { TextRenderingMode::FillStroke } else { TextRenderingMode::Fill };
            ops.extend([
                Op::StartTextSection,
                Op::SetTextRenderingMode { mode },
                Op::SetFont { font: PdfFontHandle::External(font_id(run[0].face)), size: Pt(ink.size) },
                Op::SetTextCursor { pos: Point { x: Pt(hundredths(at)), y: Pt(hundredths(y)) } },
                Op::ShowText { items: vec![TextItem::GlyphIds(glyphs)] },
                Op::EndTextSection,
            ]);
        }
    }

    /// Draws a horizontal rule on the last sheet, hanging from `down`.
    pub(super) fn rule(&mut self, x: f32, down: f32, width: f32, thickness: f32, shade: f32) {
        self.fill(x, down, width, thickness, shade);
    }

    /// Fills a box on the last sheet, hanging from `down`.
    pub(super) fn fill(&mut self, x: f32, down: f32, width: f32, height: f32, shade: f32) {
        let rectangle = Rect {
            x: Pt(hundredths(x)),
            y: Pt(hundredths(self.height - down - height)),
            width: Pt(hundredths(width)),
            height: Pt(hundredths(height)),
            mode: Some(PaintMode::Fill),
            winding_order: None,
        };
        if let Some(ops) = self.sheets.last_mut() {
            ops.extend([Op::SetFillColor { col: grey(shade) }, Op::DrawRectangle { rectangle }]);
        }
    }
}

/// Returns the name under which a font lies in the file; its first six letters mark the subset.
///
/// The library draws other names from a counter of the process, and then the bytes would not repeat.
pub(super) fn font_id(face: usize) -> FontId {
    let letter = |n: usize| char::from(b'A' + (n % 26) as u8);
    FontId(format!("DUCE{}{}", letter(face / 26), letter(face)))
}

fn grey(shade: f32) -> Color {
    Color::Greyscale(Greyscale { percent: shade, icc_profile: None })
}

/// Rounds to a hundredth of a point, finer than any press, so that no long fractions fill the file.
fn hundredths(points: f32) -> f32 {
    (points * 100.0).round() / 100.0
}
